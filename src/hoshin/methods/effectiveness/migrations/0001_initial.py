

import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EffectivenessCheck',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('test', models.CharField(default='', max_length=40, verbose_name='test')),
                ('direction', models.CharField(default='decrease', max_length=40, verbose_name='expected')),
                ('confidence', models.DecimalField(decimal_places=9, default=Decimal('0.95'), max_digits=24, verbose_name='confidence level')),
                ('baseline_first', models.BigIntegerField(blank=True, null=True, verbose_name='baseline from measurement no.')),
                ('baseline_last', models.BigIntegerField(blank=True, null=True, verbose_name='baseline to measurement no.')),
                ('amount', models.BigIntegerField(blank=True, null=True, verbose_name='later values needed')),
                ('deadline', models.DateField(blank=True, null=True, verbose_name='decided by')),
                ('after_sequence', models.BigIntegerField(blank=True, null=True, verbose_name='measurements before the fix')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='the fix was in place')),
                ('n_later', models.BigIntegerField(blank=True, null=True, verbose_name='later values used')),
                ('before', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='before')),
                ('after', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='after')),
                ('p_value', models.CharField(blank=True, default='', max_length=200, verbose_name='p value')),
                ('conclusion', models.TextField(blank=True, default='', verbose_name='conclusion')),
                ('result', models.TextField(blank=True, default='', verbose_name='result in full')),
                ('evaluated_at', models.DateTimeField(blank=True, null=True, verbose_name='evaluated')),
                ('characteristic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='measure')),
                ('subject_record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='check of')),
            ],
            options={
                'verbose_name': 'effectiveness check',
                'verbose_name_plural': 'effectiveness checks',
            },
            bases=('records.record',),
        ),
    ]



import django.db.models.deletion
import hoshin.kernel.trail.models
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GaugeStudy',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('gauge', models.CharField(blank=True, default='', max_length=80, verbose_name='gauge')),
                ('sort', models.CharField(default='crossed', max_length=40, verbose_name='kind of study')),
                ('parts', models.BigIntegerField(blank=True, default=10, null=True, verbose_name='parts')),
                ('operators', models.BigIntegerField(blank=True, default=3, null=True, verbose_name='operators')),
                ('trials', models.BigIntegerField(blank=True, default=3, null=True, verbose_name='trials')),
                ('part_names', models.CharField(blank=True, default='', max_length=2000, verbose_name='names of the parts')),
                ('operator_names', models.CharField(blank=True, default='', max_length=1000, verbose_name='names of the operators')),
                ('references', models.CharField(blank=True, default='', max_length=2000, verbose_name='references')),
                ('tolerance', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='tolerance')),
                ('process_sd', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='standard deviation of the process')),
                ('study_multiplier', models.DecimalField(decimal_places=9, default=Decimal('6'), max_digits=24, verbose_name='study multiplier')),
                ('interaction_level', models.DecimalField(decimal_places=9, default=Decimal('0.05'), max_digits=24, verbose_name='level at which the interaction is dropped')),
                ('bad_rating', models.CharField(blank=True, default='', max_length=60, verbose_name='the rating that means nonconforming')),
                ('verdict', models.CharField(blank=True, default='', max_length=40, verbose_name='verdict')),
                ('pct_study', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='% study variation')),
                ('pct_tolerance', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='% tolerance')),
                ('ndc', models.BigIntegerField(blank=True, null=True, verbose_name='number of distinct categories')),
                ('bias', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='bias')),
                ('p_value', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='p value')),
                ('cg', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='Cg')),
                ('cgk', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='Cgk')),
                ('agreement', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='% agreement')),
                ('kappa', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='kappa')),
                ('measured', models.BigIntegerField(blank=True, null=True, verbose_name='readings taken')),
                ('problem', models.CharField(blank=True, default='', max_length=300, verbose_name='why there is no result')),
                ('data', models.CharField(blank=True, default='', max_length=64, verbose_name='hash of the data')),
                ('computed', models.TextField(blank=True, default='', verbose_name='result in full')),
                ('characteristic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='characteristic')),
            ],
            options={
                'verbose_name': 'gauge study',
                'verbose_name_plural': 'gauge studies',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('run', models.BigIntegerField(verbose_name='run')),
                ('part', models.CharField(default='', max_length=60, verbose_name='part')),
                ('operator', models.CharField(blank=True, default='', max_length=60, verbose_name='operator')),
                ('trial', models.BigIntegerField(verbose_name='trial')),
                ('value', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='value')),
                ('rating', models.CharField(blank=True, default='', max_length=60, verbose_name='rating')),
                ('reference', models.CharField(blank=True, default='', max_length=60, verbose_name='reference')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
    ]



import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('question', models.TextField(blank=True, default='', verbose_name='question')),
                ('concluded', models.TextField(blank=True, default='', verbose_name='what follows from it')),
                ('method', models.CharField(blank=True, default='', max_length=200, verbose_name='method')),
                ('reasons', models.TextField(blank=True, default='', verbose_name='why this method')),
                ('found', models.TextField(blank=True, default='', verbose_name='what the data say')),
                ('cautions', models.TextField(blank=True, default='', verbose_name='cautions')),
                ('provenance', models.TextField(blank=True, default='', verbose_name='where the numbers come from')),
                ('rows', models.BigIntegerField(blank=True, null=True, verbose_name='values used')),
                ('excluded', models.BigIntegerField(blank=True, null=True, verbose_name='values left out')),
                ('code_version', models.CharField(blank=True, default='', max_length=40, verbose_name='computed with')),
                ('data_hash', models.CharField(blank=True, default='', max_length=64, verbose_name='hash of the data')),
                ('assistant', models.CharField(blank=True, default='', max_length=40, verbose_name='assistant')),
                ('inputs', models.TextField(blank=True, default='', verbose_name='what was asked')),
                ('data', models.TextField(blank=True, default='', verbose_name='data in full')),
                ('computed', models.TextField(blank=True, default='', verbose_name='result in full')),
                ('serves', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='serves')),
            ],
            options={
                'verbose_name': 'analysis',
                'verbose_name_plural': 'analyses',
            },
            bases=('records.record',),
        ),
    ]

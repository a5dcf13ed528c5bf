

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Product',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('part_number', models.CharField(blank=True, default='', max_length=60, verbose_name='part number')),
                ('family', models.CharField(blank=True, default='', max_length=80, verbose_name='product family')),
                ('description', models.TextField(blank=True, default='', verbose_name='description')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='Characteristic',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('sort', models.CharField(default='variable', max_length=40, verbose_name='kind of characteristic')),
                ('measure', models.CharField(blank=True, default='', max_length=20, verbose_name='unit of measure')),
                ('lsl', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='lower specification limit')),
                ('target', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='target')),
                ('usl', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='upper specification limit')),
                ('decimals', models.BigIntegerField(blank=True, default=3, null=True, verbose_name='decimals shown')),
                ('chart', models.CharField(default='automatic', max_length=40, verbose_name='control chart')),
                ('subgroup_size', models.BigIntegerField(blank=True, default=1, null=True, verbose_name='subgroup size')),
                ('rules', models.CharField(default='nelson', max_length=40, verbose_name='rules')),
                ('rules_off', models.CharField(blank=True, default='', max_length=200, verbose_name='rules switched off')),
                ('gauge', models.CharField(blank=True, default='', max_length=80, verbose_name='gauge')),
                ('sampling_plan', models.TextField(blank=True, default='', verbose_name='sampling plan')),
                ('reaction_plan', models.TextField(blank=True, default='', verbose_name='reaction plan')),
                ('opens_nonconformity', models.BooleanField(default=False, verbose_name='a signal opens a nonconformity')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='product')),
            ],
            options={
                'verbose_name': 'characteristic',
                'verbose_name_plural': 'characteristics',
            },
            bases=('records.record',),
        ),
    ]



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
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('lot', models.CharField(default='', max_length=80, verbose_name='lot')),
                ('size', models.BigIntegerField(verbose_name='size')),
                ('drawn_on', models.DateField(blank=True, null=True, verbose_name='inspected on')),
                ('found', models.BigIntegerField(blank=True, null=True, verbose_name='nonconforming found')),
                ('found_later', models.CharField(blank=True, default='', max_length=60, verbose_name='found in further samples')),
                ('mean', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='mean')),
                ('sd', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='standard deviation')),
                ('inspection', models.CharField(blank=True, default='', max_length=40, verbose_name='inspection')),
                ('samples', models.CharField(blank=True, default='', max_length=60, verbose_name='samples')),
                ('decision', models.CharField(blank=True, default='', max_length=40, verbose_name='decision')),
                ('why', models.CharField(blank=True, default='', max_length=400, verbose_name='why')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SamplingPlan',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('sort', models.CharField(default='aql', max_length=40, verbose_name='kind of plan')),
                ('standard', models.CharField(default='iso2859', max_length=40, verbose_name='standard')),
                ('lot_size', models.BigIntegerField(blank=True, null=True, verbose_name='usual lot size')),
                ('aql', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='AQL')),
                ('level', models.CharField(blank=True, default='II', max_length=40, verbose_name='inspection level')),
                ('samples', models.CharField(blank=True, default='single', max_length=40, verbose_name='samples')),
                ('first_inspection', models.CharField(blank=True, default='normal', max_length=40, verbose_name='inspection at the beginning')),
                ('steady', models.BooleanField(default=False, verbose_name='production is steady, reduced inspection is approved')),
                ('good_quality', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='quality to be accepted')),
                ('producer_risk', models.DecimalField(blank=True, decimal_places=9, default=Decimal('5'), max_digits=24, null=True, verbose_name='risk of the producer')),
                ('bad_quality', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='quality to be rejected')),
                ('consumer_risk', models.DecimalField(blank=True, decimal_places=9, default=Decimal('10'), max_digits=24, null=True, verbose_name='risk of the consumer')),
                ('sigma', models.CharField(blank=True, default='unknown', max_length=40, verbose_name='standard deviation')),
                ('code_letter', models.CharField(blank=True, default='', max_length=4, verbose_name='code letter')),
                ('sample_size', models.CharField(blank=True, default='', max_length=80, verbose_name='sample size')),
                ('acceptance', models.CharField(blank=True, default='', max_length=80, verbose_name='acceptance number')),
                ('rejection', models.CharField(blank=True, default='', max_length=80, verbose_name='rejection number')),
                ('k', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='acceptability constant k')),
                ('pa_good', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='probability of accepting good lots')),
                ('limiting_quality', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='quality accepted with 10 %')),
                ('aoql', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='worst average outgoing quality')),
                ('inspection', models.CharField(blank=True, default='', max_length=40, verbose_name='inspection now')),
                ('lots_accepted', models.BigIntegerField(blank=True, null=True, verbose_name='lots accepted')),
                ('lots_rejected', models.BigIntegerField(blank=True, null=True, verbose_name='lots not accepted')),
                ('problem', models.CharField(blank=True, default='', max_length=300, verbose_name='why there is no plan')),
                ('basis', models.CharField(blank=True, default='', max_length=64, verbose_name='hash of what the plan follows from')),
                ('computed', models.TextField(blank=True, default='', verbose_name='plan in full')),
                ('characteristic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='characteristic')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='product')),
            ],
            options={
                'verbose_name': 'sampling plan',
                'verbose_name_plural': 'sampling plans',
            },
            bases=('records.record',),
        ),
    ]

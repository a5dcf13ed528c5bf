

import django.db.models.deletion
import hoshin.kernel.trail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0001_initial'),
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('decision', models.CharField(default='', max_length=40, verbose_name='disposition')),
                ('quantity', models.DecimalField(decimal_places=9, max_digits=24, verbose_name='quantity')),
                ('justification', models.CharField(blank=True, default='', max_length=500, verbose_name='justification')),
                ('cost', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='cost')),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid', verbose_name='decided by')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Nonconformity',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('description', models.TextField(blank=True, default='', verbose_name='what departs from which requirement')),
                ('source', models.CharField(blank=True, default='employee', max_length=40, verbose_name='found by')),
                ('severity', models.CharField(blank=True, default='', max_length=40, verbose_name='severity')),
                ('lot', models.CharField(blank=True, default='', max_length=80, verbose_name='lot or serial number')),
                ('quantity', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='nonconforming quantity')),
                ('containment', models.TextField(blank=True, default='', verbose_name='containment')),
                ('segregation', models.CharField(blank=True, default='', max_length=120, verbose_name='where it is kept apart')),
                ('needs_capa', models.BooleanField(blank=True, null=True, verbose_name='needs corrective action')),
                ('no_capa_because', models.TextField(blank=True, default='', verbose_name='why no corrective action')),
                ('characteristic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='characteristic')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='product')),
            ],
            options={
                'verbose_name': 'nonconformity',
                'verbose_name_plural': 'nonconformities',
            },
            bases=('records.record',),
        ),
    ]

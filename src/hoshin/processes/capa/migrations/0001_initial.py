

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
            name='Capa',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('sort', models.CharField(default='corrective', max_length=40, verbose_name='kind of action')),
                ('problem', models.TextField(blank=True, default='', verbose_name='problem')),
                ('containment', models.TextField(blank=True, default='', verbose_name='containment')),
                ('root_cause', models.TextField(blank=True, default='', verbose_name='root cause')),
                ('escape_cause', models.TextField(blank=True, default='', verbose_name='why it was not detected')),
                ('plan', models.TextField(blank=True, default='', verbose_name='what will be changed')),
                ('prevention', models.TextField(blank=True, default='', verbose_name='how it is prevented elsewhere')),
                ('lessons', models.TextField(blank=True, default='', verbose_name='lessons learned')),
                ('characteristic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='measure of the problem')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='opened from')),
            ],
            options={
                'verbose_name': 'CAPA',
                'verbose_name_plural': 'CAPAs',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('question', models.CharField(default='', max_length=200, verbose_name='what, where, when, how much')),
                ('it_is', models.CharField(blank=True, default='', max_length=300, verbose_name='it is')),
                ('it_is_not', models.CharField(blank=True, default='', max_length=300, verbose_name='it could be and is not')),
                ('distinction', models.CharField(blank=True, default='', max_length=300, verbose_name='what differs')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('part', models.CharField(blank=True, default='', max_length=80, verbose_name='part in the team')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid', verbose_name='person')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
    ]

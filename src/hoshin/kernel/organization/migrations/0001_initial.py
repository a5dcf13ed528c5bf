

import django.db.models.deletion
import hoshin.kernel.trail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('username', models.CharField(max_length=80, unique=True, verbose_name='user name')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('party', models.UUIDField(blank=True, null=True, verbose_name='party')),
            ],
            options={
                'ordering': ['name'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='purpose')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='received', to='organization.person', to_field='uid')),
                ('delegator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='organization.person', to_field='uid')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('sort', models.CharField(choices=[('organisation', 'Organisation'), ('site', 'Site'), ('department', 'Department'), ('team', 'Team')], default='department', max_length=20, verbose_name='kind of unit')),
                ('timezone', models.CharField(default='UTC', max_length=60, verbose_name='time zone')),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid', verbose_name='manager')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organization.unit', to_field='uid', verbose_name='part of')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='organization.unit', to_field='uid'),
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('role', models.CharField(max_length=40, verbose_name='role')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='organization.person', to_field='uid')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='organization.unit', to_field='uid')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'role'], name='grant_person_role')],
            },
        ),
        migrations.CreateModel(
            name='UnitWithin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depth', models.PositiveSmallIntegerField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.unit', to_field='uid')),
                ('whole', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.unit', to_field='uid')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'whole'], name='unit_within_reverse')],
                'constraints': [models.UniqueConstraint(fields=('whole', 'unit'), name='unit_within_once')],
            },
        ),
    ]

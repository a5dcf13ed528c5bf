

import django.db.models.deletion
import hoshin.kernel.trail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('username', models.CharField(db_index=True, max_length=80)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('reads_only', models.BooleanField(default=False, verbose_name='may only read')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='organization.person', to_field='uid')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('record_uid', models.UUIDField()),
                ('why', models.CharField(max_length=40, verbose_name='role in the record')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='organization.person', to_field='uid')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'record_uid'], name='participant_person'), models.Index(fields=['record_uid'], name='participant_record')],
            },
        ),
    ]

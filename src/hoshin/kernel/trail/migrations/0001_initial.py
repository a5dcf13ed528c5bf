

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CheckpointRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(db_index=True)),
                ('note', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('witnessed', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'trail_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=100)),
                ('size', models.BigIntegerField(default=0)),
                ('last_leaf', models.BinaryField(default=b'')),
                ('last_at', models.DateTimeField(null=True)),
                ('frontier', models.BinaryField(default=b'')),
            ],
        ),
        migrations.CreateModel(
            name='OpeningRow',
            fields=[
                ('commitment', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('subject_uid', models.UUIDField(db_index=True)),
                ('place', models.CharField(max_length=200)),
                ('salt', models.BinaryField(max_length=32)),
                ('value', models.BinaryField()),
            ],
            options={
                'db_table': 'trail_opening',
            },
        ),
        migrations.CreateModel(
            name='ReaderPosition',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=-1)),
            ],
        ),
        migrations.CreateModel(
            name='Restatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('reason', models.TextField()),
                ('asked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('last_run_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('leaf', models.BinaryField()),
                ('leaf_hash', models.BinaryField(max_length=32)),
                ('state', models.BinaryField(null=True)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_uid', models.UUIDField()),
                ('revision', models.PositiveIntegerField(null=True)),
                ('record_uid', models.UUIDField(null=True)),
                ('action', models.CharField(max_length=80)),
                ('actor_uid', models.CharField(max_length=64, null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['subject_uid', 'seq'], name='entry_subject'), models.Index(fields=['record_uid', 'seq'], name='entry_record')],
            },
        ),
    ]



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
            name='RememberedLayout',
            fields=[
                ('signature', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('layout', models.JSONField()),
                ('used_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SegmentRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('rows', models.PositiveBigIntegerField()),
                ('extent', models.JSONField()),
                ('live', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tail',
            fields=[
                ('characteristic', models.BigIntegerField(primary_key=True, serialize=False)),
                ('next_sequence', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('source', models.CharField(choices=[('form', 'Typed in'), ('api', 'Sent by a program'), ('file', 'Read from a file')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('layout', models.JSONField(default=dict)),
                ('rows', models.PositiveBigIntegerField()),
                ('missing', models.PositiveBigIntegerField()),
                ('first_row', models.BigIntegerField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('sealed_in', models.CharField(blank=True, max_length=64)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='HotRow',
            fields=[
                ('row', models.BigIntegerField(primary_key=True, serialize=False)),
                ('characteristic', models.BigIntegerField()),
                ('sequence', models.BigIntegerField()),
                ('time', models.DateTimeField(null=True)),
                ('value', models.FloatField(null=True)),
                ('size', models.FloatField(null=True)),
                ('subgroup', models.BigIntegerField(default=-1)),
                ('lot', models.BigIntegerField(default=0)),
                ('gauge', models.BigIntegerField(default=0)),
                ('operator', models.BigIntegerField(default=0)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measuring.batch')),
            ],
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('sort', models.CharField(max_length=10)),
                ('text', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sort', 'text'), name='label_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('sort', models.CharField(choices=[('correction', 'Correction'), ('exclusion', 'Exclusion'), ('inclusion', 'Exclusion lifted'), ('annotation', 'Remark')], max_length=12)),
                ('row', models.BigIntegerField()),
                ('characteristic', models.BigIntegerField()),
                ('characteristic_uid', models.UUIDField()),
                ('value', models.FloatField(null=True)),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['sealed_in', 'id'], name='batch_unsealed'),
        ),
        migrations.AddIndex(
            model_name='hotrow',
            index=models.Index(fields=['characteristic', 'sequence'], name='hot_characteristic'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['characteristic', 'id'], name='statement_characteristic'),
        ),
    ]

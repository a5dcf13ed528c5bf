

import django.db.models.deletion
import hoshin.kernel.trail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('category', models.CharField(default='method', max_length=40, verbose_name='branch')),
                ('cause', models.CharField(default='', max_length=500, verbose_name='cause')),
                ('ground', models.CharField(blank=True, default='', max_length=40, verbose_name='rests on')),
                ('evidence', models.CharField(blank=True, default='', max_length=500, verbose_name='evidence')),
                ('nature', models.CharField(blank=True, default='', max_length=40, verbose_name='nature')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Why',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('answer', models.CharField(default='', max_length=500, verbose_name='because')),
                ('ground', models.CharField(blank=True, default='', max_length=40, verbose_name='rests on')),
                ('evidence', models.CharField(blank=True, default='', max_length=500, verbose_name='evidence')),
                ('nature', models.CharField(blank=True, default='', max_length=40, verbose_name='nature')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
    ]

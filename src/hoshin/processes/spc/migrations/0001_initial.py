

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
            name='Alert',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('assignable_cause', models.TextField(blank=True, default='', verbose_name='assignable cause')),
                ('action_taken', models.TextField(blank=True, default='', verbose_name='action taken')),
                ('rules', models.CharField(blank=True, default='', max_length=200, verbose_name='rules met')),
                ('meaning', models.TextField(blank=True, default='', verbose_name='what they say')),
                ('signals', models.BigIntegerField(blank=True, null=True, verbose_name='points that signal')),
                ('first', models.BigIntegerField(blank=True, null=True, verbose_name='first signalling measurement no.')),
                ('last', models.BigIntegerField(blank=True, null=True, verbose_name='last signalling measurement no.')),
                ('value', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='value')),
                ('window_first', models.BigIntegerField(blank=True, null=True, verbose_name='data window from no.')),
                ('window_last', models.BigIntegerField(blank=True, null=True, verbose_name='data window to no.')),
                ('baseline_revision', models.PositiveIntegerField(editable=False, null=True)),
                ('baseline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='baseline')),
                ('characteristic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='characteristic')),
            ],
            options={
                'verbose_name': 'alert',
                'verbose_name_plural': 'alerts',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='ControlBaseline',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('chart', models.CharField(default='automatic', max_length=40, verbose_name='control chart')),
                ('sigma_method', models.CharField(default='usual', max_length=40, verbose_name='estimate of sigma')),
                ('first', models.BigIntegerField(blank=True, null=True, verbose_name='first measurement no.')),
                ('last', models.BigIntegerField(blank=True, null=True, verbose_name='last measurement no.')),
                ('since', models.DateField(blank=True, null=True, verbose_name='from day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='to day')),
                ('chart_used', models.CharField(blank=True, default='', max_length=20, verbose_name='chart used')),
                ('window_first', models.BigIntegerField(blank=True, null=True, verbose_name='computed from no.')),
                ('window_last', models.BigIntegerField(blank=True, null=True, verbose_name='computed to no.')),
                ('points', models.BigIntegerField(blank=True, null=True, verbose_name='points used')),
                ('center', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='center line')),
                ('sigma', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='sigma')),
                ('lower', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='lower control limit')),
                ('upper', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='upper control limit')),
                ('spread_center', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='center line of the spread')),
                ('spread_lower', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='lower control limit of the spread')),
                ('spread_upper', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='upper control limit of the spread')),
                ('problem', models.CharField(blank=True, default='', max_length=300, verbose_name='why there are no limits')),
                ('data', models.CharField(blank=True, default='', max_length=64, verbose_name='hash of the data')),
                ('computed', models.TextField(blank=True, default='', verbose_name='result in full')),
                ('characteristic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid', verbose_name='characteristic')),
            ],
            options={
                'verbose_name': 'control baseline',
                'verbose_name_plural': 'control baselines',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='LeftOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('parent_uid', models.UUIDField(editable=False, null=True)),
                ('position', models.PositiveIntegerField(editable=False)),
                ('measurement', models.BigIntegerField(verbose_name='measurement no.')),
                ('cause', models.CharField(default='', max_length=200, verbose_name='assignable cause')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
    ]

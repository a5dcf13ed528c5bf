

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
            name='Counter',
            fields=[
                ('series', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('state', models.CharField(max_length=40, verbose_name='state')),
                ('party', models.UUIDField(null=True)),
                ('due_on', models.DateField(null=True, verbose_name='due')),
                ('due_at', models.DateTimeField(null=True)),
                ('priority', models.SmallIntegerField(choices=[(0, 'Low'), (1, 'Normal'), (2, 'High'), (3, 'Critical')], default=1, verbose_name='priority')),
                ('confidentiality', models.CharField(choices=[('internal', 'Internal'), ('restricted', 'Restricted')], default='internal', max_length=20, verbose_name='confidentiality')),
                ('occurred_at', models.DateTimeField(null=True, verbose_name='occurred')),
                ('created_at', models.DateTimeField(verbose_name='recorded')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('escalation', models.PositiveSmallIntegerField(default=0)),
                ('definition', models.PositiveIntegerField(default=1)),
                ('custom', models.JSONField(default=dict)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid', verbose_name='author')),
                ('opened_by_hand', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid', verbose_name='owner')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit', to_field='uid', verbose_name='unit')),
            ],
        ),
        migrations.CreateModel(
            name='FormRecord',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='records.record')),
                ('values', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('media_type', models.CharField(max_length=120)),
                ('removed', models.BooleanField(default=False)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='records.record', to_field='uid')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('relation', models.CharField(max_length=40)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('ended', models.BooleanField(default=False)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_out', to='records.record', to_field='uid')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_in', to='records.record', to_field='uid')),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('round', models.UUIDField()),
                ('transition', models.CharField(max_length=60)),
                ('place', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default='waiting', max_length=20)),
                ('over', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('hand', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='records.record', to_field='uid')),
                ('signer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'ordering': ['opened_at', 'place'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('record_revision', models.PositiveIntegerField()),
                ('content', models.CharField(max_length=64)),
                ('content_fields', models.JSONField()),
                ('meaning', models.CharField(max_length=20)),
                ('transition', models.CharField(max_length=60)),
                ('printed_name', models.CharField(max_length=120)),
                ('role', models.CharField(blank=True, max_length=120)),
                ('signed_at', models.DateTimeField()),
                ('zone', models.CharField(max_length=60)),
                ('method', models.CharField(max_length=40)),
                ('reason', models.TextField(blank=True)),
                ('nonce', models.CharField(max_length=32)),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='records.record', to_field='uid')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'ordering': ['signed_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=hoshin.kernel.trail.models.new_uid, editable=False, unique=True)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('purpose', models.CharField(choices=[('task', 'Task'), ('containment', 'Containment'), ('corrective', 'Corrective action'), ('preventive', 'Preventive action'), ('verification', 'Verification')], default='task', max_length=20, verbose_name='purpose')),
                ('due_on', models.DateField(null=True, verbose_name='due')),
                ('due_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='open', max_length=20)),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
                ('done_at', models.DateTimeField(null=True)),
                ('escalation', models.PositiveSmallIntegerField(default=0)),
                ('moved', models.PositiveSmallIntegerField(default=0)),
                ('assignee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='organization.person', to_field='uid')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person', to_field='uid')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='records.record', to_field='uid')),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FormDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=120)),
                ('values', models.JSONField()),
                ('revision', models.PositiveIntegerField(null=True)),
                ('saved_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'form'), name='draft_once')],
            },
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['kind', '-id'], name='record_kind_newest'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['kind', 'state', '-id'], name='record_kind_state'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['kind', 'due_at'], name='record_kind_due'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['kind', 'owner'], name='record_kind_owner'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['owner', 'closed_at', 'due_at'], name='record_mine'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['unit', 'kind', '-id'], name='record_unit_kind'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['kind', 'closed_at', 'due_at', 'state', 'priority', 'unit', 'confidentiality', 'owner', 'author', 'party', 'uid'], name='record_counted'),
        ),
        migrations.AddIndex(
            model_name='record',
            index=models.Index(fields=['closed_at', 'due_at', 'escalation'], name='record_late'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('ended', False)), fields=('source', 'target', 'relation'), name='link_once_while_valid'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['record', 'state'], name='seat_record_state'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['assignee', 'state', 'due_at'], name='task_mine'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['state', 'due_at', 'escalation'], name='task_late'),
        ),
    ]

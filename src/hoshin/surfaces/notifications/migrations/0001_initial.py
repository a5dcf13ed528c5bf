

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0001_initial'),
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('why', models.CharField(choices=[('task assigned', '%(who)s gave you a task'), ('task escalated', 'a task of %(late)s is late'), ('record escalated', 'it is late; %(late)s owns it'), ('signature asked', '%(who)s asks for your signature: %(step)s'), ('mentioned', '%(who)s mentioned you'), ('state reached', '%(who)s moved it to “%(state)s”')], max_length=20)),
                ('detail', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.person', to_field='uid')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record', to_field='uid')),
                ('who', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.person', to_field='uid')),
            ],
            options={
                'ordering': ['-seq'],
                'indexes': [models.Index(fields=['person', 'seen_at', '-seq'], name='notification_unseen')],
                'constraints': [models.UniqueConstraint(fields=('person', 'seq'), name='notification_once')],
            },
        ),
    ]

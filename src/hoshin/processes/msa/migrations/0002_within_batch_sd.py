from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('msa', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='gaugestudy',
            name='within_batch_sd',
            field=models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='standard deviation between pieces of a batch'),
        ),
    ]

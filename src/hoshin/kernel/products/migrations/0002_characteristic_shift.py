from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='characteristic',
            name='shift',
            field=models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True, verbose_name='shift to be found'),
        ),
    ]

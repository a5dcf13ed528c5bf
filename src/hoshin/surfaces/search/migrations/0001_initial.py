"""The full-text table. On PostgreSQL its place would be taken by a tsvector column with a GIN index."""

from django.db import migrations

from hoshin.surfaces.search import table


def make(apps, schema_editor):
    table.make(schema_editor.connection)


def drop(apps, schema_editor):
    table.drop(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]

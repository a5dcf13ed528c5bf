"""What the pages keep for a person: the views of lists they saved. Nothing here is regulated."""

from django.db import models

from hoshin.kernel.organization.models import Person


class SavedView(models.Model):
    """A list's filters and order under a name of one's own."""

    person = models.ForeignKey(Person, models.CASCADE, to_field="uid", related_name="+")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "name"], name="view_once")]

"""What a migration does that remakes a guarded table of SQLite, and the guards that are missing afterwards."""

from django.core.management import call_command
from django.db import connection, models

from hoshin.kernel.trail import triggers
from hoshin.kernel.trail.models import Entry


def remake(place: int = 0) -> dict:
    """Widen a column and back, as two migrations would, then what `hoshin migrate` leaves."""
    gone = []
    for old, new in ((80, 81), (81, 80)):
        with connection.schema_editor() as editor:
            editor.alter_field(Entry, _action(old), _action(new))
        gone.append(sorted(triggers.missing()))
        call_command("migrate", verbosity=0)
    return {"gone": gone, "left": sorted(triggers.missing())}


def _action(length: int) -> models.Field:
    field = models.CharField(max_length=length)
    field.set_attributes_from_name("action")
    field.model = Entry
    return field

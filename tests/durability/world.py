"""Who lives in the house that is tortured, and what one asks of it afterwards."""

from django.conf import settings
from django.db import connection

from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import acting
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.actors import Actor, system
from hoshin.kernel.trail.verify import verify
from tests.contract import kinds  # noqa: F401  the kind made of plain data

PASSWORD = "correct horse battery"
ROLES = {"ana": "employee", "max": "employee", "pat": "process owner", "quinn": "quality manager"}


def people(place: int = 0) -> None:
    by = system("tests")
    root = Unit(name="Meridian", code="ORG", sort=Unit.Sort.ORGANISATION)
    organization.add_units([root], by=by)
    for name, role in ROLES.items():
        person = Person(username=name, name=name.capitalize(), unit=root)
        organization.add_people([(person, PASSWORD)], by=by)
        organization.grant(person, role, root, by=by)
    doors.create("characteristic", [{"title": "Diameter"}], by=by)
    doors.perform(list(registry.get("characteristic").rows()), "activate", by=by)


def actor(name: str) -> Actor:
    return acting(Person.objects.get(username=name), via="test")


def row_of(uid: str):
    return registry.find(uid, Record.objects.all())


def diameter():
    return registry.get("characteristic").rows().get()


def findings(place: int = 0) -> list[list[str]]:
    """Everything that is not as it should be: of the database file, and of the ledger."""
    with connection.cursor() as cursor:
        (integrity,) = cursor.execute("PRAGMA integrity_check").fetchone()
    found = [] if integrity == "ok" else [["integrity", integrity, ""]]
    assert settings.HOSHIN_READS == "readonly"
    return found + [[f.code, f.item, f.message] for f in verify().findings]

"""The roles a person holds and the units they reach, in one statement: every change asks for them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from hoshin.kernel.organization.models import Grant, Person, UnitWithin

HELD = f"""
    SELECT held.role, held.unit_id, within.unit_id
    FROM {Grant._meta.db_table} held LEFT JOIN {UnitWithin._meta.db_table} within ON within.whole_id = held.unit_id
    WHERE held.person_id = %s AND held.since <= %s AND (held.until IS NULL OR held.until > %s)
"""


def units_by_role(person: Person, at: datetime) -> dict[str, frozenset[UUID]]:
    """The units in which each role is held at a moment: those of the grants, and all that lie within them."""
    moment = connection.ops.adapt_datetimefield_value(at)
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(HELD, [person.uid if native else person.uid.hex, moment, moment])
        found = cursor.fetchall()
    reached: dict[str, set] = {}
    for role, *units in found:
        reached.setdefault(role, set()).update(unit for unit in units if unit is not None)
    return {role: frozenset(_uids(units)) for role, units in reached.items()}


def _uids(units: Iterable[UUID | str]) -> Iterable[UUID]:
    return (unit if isinstance(unit, UUID) else UUID(unit) for unit in units)

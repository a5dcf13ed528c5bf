"""Due days are local to the site of their unit: the instant a day ends there is kept beside the day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hoshin.kernel.organization.models import Unit


def zones(units: Iterable[UUID | None]) -> dict[UUID, str]:
    return dict(Unit.objects.filter(uid__in={unit for unit in units if unit}).values_list("uid", "timezone"))


def end_of(day: date | None, unit: UUID | None, known: Mapping[UUID, str]) -> datetime | None:
    """The instant at which a due day is over in the unit's time zone."""
    if day is None:
        return None
    zone = ZoneInfo(known.get(unit, "UTC"))
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def derive(rows: Sequence[Any]) -> None:
    """Put the instant beside the day in rows that are about to be written."""
    known = zones(row.unit_id for row in rows if row.due_on)
    for row in rows:
        row.due_at = end_of(row.due_on, row.unit_id, known)

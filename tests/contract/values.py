"""Valid values for any kind, as a program would send them: JSON, references as uid."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.field_types import (
    CHOICE,
    DAY,
    INSTANT,
    INTEGER,
    LONG_TEXT,
    NUMBER,
    PERSON,
    RECORD,
    UNIT,
    YES_NO,
)
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import new_uid

DEPTH = 3
TITLE = "Nonpareil example"


def values_for(spec: KindSpec, cast: Any, *, depth: int = DEPTH) -> dict[str, Any]:
    """A value for every field somebody may write. Records that required references need are opened first."""
    told = {f.name: value_of(f, cast, depth) for f in spec.editable_fields if f.name not in ("owner", "unit")}
    told |= {"title": TITLE, "owner": str(cast.ana.uid), "unit": str(cast.north.uid)}
    return {name: value for name, value in told.items() if value is not None}


def value_of(f: FieldSpec, cast: Any, depth: int = DEPTH) -> Any:
    """One valid value of a field as JSON; None for an optional reference that there is nothing to refer to."""
    if f.is_part:
        return lines_for(f.part, cast, depth)
    if f.type is CHOICE:
        return f.choices[0][0] if f.choices else None
    if f.type is RECORD:
        uid = record_for(f, cast, depth)
        return str(uid) if uid else None
    simple = {
        INTEGER: lambda: number_in(f, 1),
        NUMBER: lambda: str(number_in(f, Decimal("2.5"))),
        YES_NO: lambda: True,
        DAY: lambda: (clock.now().date() + timedelta(days=30)).isoformat(),
        INSTANT: lambda: datetime(2026, 3, 2, 8, 30, tzinfo=UTC).isoformat(),
        PERSON: lambda: str(cast.ana.uid),
        UNIT: lambda: str(cast.north.uid),
        LONG_TEXT: lambda: f"Several words about {f.name}.\n\nAnd a second paragraph.",
    }
    return simple.get(f.type, lambda: f"About {f.name}"[: f.max_length or 200])()


def number_in(f: FieldSpec, wanted: Any) -> Any:
    if f.minimum is not None and wanted < f.minimum:
        wanted = f.minimum
    if f.maximum is not None and wanted > f.maximum:
        wanted = f.maximum
    return wanted


def lines_for(part: PartSpec, cast: Any, depth: int = DEPTH) -> list[dict]:
    """Two lines, the second below the first where the part is a tree."""
    lines = []
    for place in range(2):
        line = {f.name: value_of(f, cast, depth) for f in part.fields}
        line["uid"] = str(new_uid())
        if part.tree and place:
            line["parent"] = lines[0]["uid"]
        lines.append({name: value for name, value in line.items() if value is not None})
    return lines


def record_for(f: FieldSpec, cast: Any, depth: int) -> UUID | None:
    """A record the reference may name: one that is there, or a new one where the field is required."""
    kinds = f.kinds or tuple(spec.name for spec in registry.every())
    there = Record.objects.filter(kind__in=kinds).order_by("pk").values_list("uid", flat=True).first()
    if there or depth == 0 or not (f.required or f.needed_for):
        return there
    return open_one(registry.get(kinds[0]), cast, depth=depth - 1).uid


def open_one(spec: KindSpec, cast: Any, *, by: Any = None, depth: int = DEPTH, **values: Any) -> Any:
    """A record of the kind with all its fields filled, opened by Ana where she may, else by the system."""
    if by is None:
        by = cast.by.ana if may_open(spec, cast) else cast.system
    (row,) = doors.create(spec, [{**values_for(spec, cast, depth=depth), **values}], by=by)
    return row


def may_open(spec: KindSpec, cast: Any) -> bool:
    """Whether an employee of the north site may open this kind there."""
    row = spec.model(kind=spec.name, unit_id=cast.north.uid, owner_id=cast.ana.uid, author_id=cast.ana.uid)
    return spec.create_by.allows(standing_of(cast.by.ana), row)

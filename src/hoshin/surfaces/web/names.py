"""What people call the persons, units and records that a page speaks of."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.records.field_types import PERSON, RECORD, UNIT
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import Record

REFERENCES = (PERSON, UNIT, RECORD)


class Names:
    """Names read in three queries, however many are asked for. A record that one may not see has none."""

    def __init__(self, standing: Standing, wanted: Mapping[Any, set[UUID]]):
        people, units, records = (wanted.get(kind, set()) - {None} for kind in REFERENCES)
        self.people = {p.uid: p for p in Person.objects.filter(uid__in=people)} if people else {}
        self.units = {u.uid: u for u in Unit.objects.filter(uid__in=units)} if units else {}
        seen = Record.objects.filter(visible(standing), uid__in=records) if records else ()
        self.records = {record.uid: record for record in seen}

    def get(self, uid: UUID, default: Any = None) -> str:
        """The name behind a uid; what is hidden from this person shows as a dash."""
        found = self.people.get(uid) or self.units.get(uid) or self.records.get(uid)
        return str(found) if found is not None else "–"

    def text(self, kind: Any, uid: UUID) -> str:
        """The text that stands for a reference in a form, and is found again by it."""
        if kind is PERSON and uid in self.people:
            return person_text(self.people[uid])
        if kind is RECORD and uid in self.records:
            return record_text(self.records[uid])
        return str(uid)


def person_text(person: Person) -> str:
    return f"{person.name} ({person.username})"


def record_text(record: Record) -> str:
    return f"{record.number} {record.title}"


def wanted_by(fields: Iterable[FieldSpec], rows: Iterable[Any]) -> dict[Any, set[UUID]]:
    """The uids that some fields of some rows refer to, by what they refer to."""
    wanted: dict[Any, set[UUID]] = {kind: set() for kind in REFERENCES}
    fields = list(fields)
    for row in rows:
        for field in fields:
            if field.type in REFERENCES:
                wanted[field.type].add(field.read(row))
            elif field.part is not None:
                _add_lines(wanted, field, row)
    return wanted


def _add_lines(wanted: dict[Any, set[UUID]], field: FieldSpec, row: Any) -> None:
    referring = [inner for inner in field.part.fields if inner.type in REFERENCES]
    if referring:
        for line in field.read(row):
            for inner in referring:
                wanted[inner.type].add(line.get(inner.name))

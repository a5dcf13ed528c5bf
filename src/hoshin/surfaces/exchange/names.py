"""How people write references in a file: a person by user name, a unit by code, a record by number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.organization.names import normalised
from hoshin.kernel.records.field_types import PERSON, RECORD, UNIT, FieldType
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import SLICE, Record

COLUMNS = {PERSON: (Person, "username"), UNIT: (Unit, "code"), RECORD: (Record, "number")}


def is_reference(f: FieldSpec) -> bool:
    return f.type in COLUMNS


def written_names(fields: Sequence[FieldSpec], rows: Sequence[Any]) -> dict[UUID, str]:
    """What stands in a file for each identifier these rows hold; one query for each type of reference."""
    wanted: dict[FieldType, set[UUID]] = {}
    for f, value in _values(fields, rows):
        wanted.setdefault(f.type, set()).add(value)
    names: dict[UUID, str] = {}
    for kind_of_value, uids in wanted.items():
        names |= _look_up(kind_of_value, "uid", list(uids))
    return names


def _values(fields: Sequence[FieldSpec], rows: Sequence[Any]) -> Iterator[tuple[FieldSpec, UUID]]:
    for f in fields:
        inside = [line for line in f.part.fields if is_reference(line)] if f.is_part else ()
        for row in rows:
            if is_reference(f) and f.read(row) is not None:
                yield f, f.read(row)
            for line in f.read(row) if inside else ():
                yield from ((field, line[field.name]) for field in inside if line.get(field.name) is not None)


def known_names(kind_of_value: FieldType, names: Iterable[str]) -> Mapping[str, UUID]:
    """The identifiers behind names as people write them."""
    if kind_of_value is PERSON:
        written = {name: normalised(name) for name in names}
        found = {name: uid for uid, name in _look_up(PERSON, "username", list(set(written.values()))).items()}
        return {name: found[plain] for name, plain in written.items() if plain in found}
    column = COLUMNS[kind_of_value][1]
    return {name: uid for uid, name in _look_up(kind_of_value, column, list(set(names))).items()}


def _look_up(kind_of_value: FieldType, by: str, values: list) -> dict[UUID, str]:
    model, column = COLUMNS[kind_of_value]
    found: dict[UUID, str] = {}
    for start in range(0, len(values), SLICE):
        some = model.objects.filter(**{f"{by}__in": values[start : start + SLICE]})
        found.update(some.values_list("uid", column))
    return found

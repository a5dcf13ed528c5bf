"""A record as it was: the values of a past state, read by the same fields as the row of today."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.records.history import Erased
from hoshin.kernel.records.kinds import KindSpec


def past_row(spec: KindSpec, state: Mapping[str, Any]) -> SimpleNamespace:
    """A row that reads like a record of its kind, filled from an opened state document."""
    row = _Past(uid=UUID(state["uid"]), revision=state["revision"], kind=spec.name, _state=state)
    for field in spec.stated_fields:
        row.put(field, value_in(field, state["fields"].get(field.name)))
    return row


class _Past(SimpleNamespace):
    """Values by column, JSON columns as dicts, lines from the state's parts."""

    def put(self, field: FieldSpec, value: Any) -> None:
        if len(field.path) == 1:
            setattr(self, field.path[0], value)
        else:
            column = self.__dict__.setdefault(field.path[0], {})
            column[field.path[1]] = field.type.json(value) if value is not None else None

    def lines(self, part: PartSpec) -> list[dict]:
        return [_line(part, told) for told in self._state.get("parts", {}).get(part.name, [])]


def value_in(field: FieldSpec, told: Any) -> Any:
    """A value of a state document; a default is left out there, an erased one reads as missing."""
    if told is None:
        return field.default
    return None if isinstance(told, Erased) else field.type.from_json(told)


def _line(part: PartSpec, told: Mapping[str, Any]) -> dict:
    values = {field.name: value_in(field, told.get(field.name)) for field in part.fields}
    return {"uid": UUID(told["uid"]), "parent": UUID(told["parent"]) if told.get("parent") else None, **values}

"""FieldSpec: one field of a kind as a frozen value. Every surface reads it; none looks at a model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise

from hoshin.kernel.access.rights import Right
from hoshin.kernel.trail.state import Committed

from .field_types import PARTS, TYPES, BadValue, FieldType


@dataclass(frozen=True)
class PartSpec:
    """The lines of one part of a kind: their fields, and whether they form a tree."""

    name: str
    label: str | Promise
    fields: tuple["FieldSpec", ...]
    tree: bool = False
    # The table of a model-made kind's lines; None where they lie in the record's own JSON.
    model: Any = None

    def field(self, name: str) -> "FieldSpec":
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class FieldSpec:
    """What one field means: its type, label, when it is needed, where it is stored, who may see it."""

    name: str
    type: FieldType
    label: str | Promise
    help: str | Promise = ""
    required: bool = False
    # The transitions before which it must be filled in.
    needed_for: tuple[str, ...] = ()
    choices: tuple[tuple[Any, str | Promise], ...] = ()
    # For references to records: which kinds, and whether the reference holds one revision fast.
    kinds: tuple[str, ...] = ()
    pinned: bool = False
    part: PartSpec | None = None
    measure: str = ""
    max_length: int | None = None
    decimal_places: int = 6
    minimum: Any = None
    maximum: Any = None
    default: Any = None
    open: bool | None = None
    listed: bool = False
    editable: bool = True
    # Workflow columns are not what a signature stands for.
    content: bool = True
    visible_to: Right | None = None
    # Where the value lies in a row: a column, or a column of JSON and a key.
    path: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        return self.type is PARTS

    @property
    def is_open(self) -> bool:
        return self.type.open if self.open is None else self.open

    @property
    def lookup(self) -> str:
        """How a query names the field."""
        return "__".join(self.path)

    @property
    def pin(self) -> str:
        """Where a pinned reference keeps the revision it holds fast."""
        return f"{self.name}_revision"

    def pinned_revision(self, row: Any) -> int | None:
        return getattr(row, self.pin) if len(self.path) == 1 else (getattr(row, self.path[0]) or {}).get(self.pin)

    def hold_fast(self, row: Any, revision: int | None) -> None:
        """Pin the reference to a revision, or let go of it."""
        if len(self.path) == 1:
            setattr(row, self.pin, revision)
            return
        document = {name: value for name, value in (getattr(row, self.path[0]) or {}).items() if name != self.pin}
        setattr(row, self.path[0], document if revision is None else {**document, self.pin: revision})

    def parse(self, raw: Any) -> Any:
        value = self.type.parse(raw, self)
        if value is None and self.required and self.default is not None:
            return self.default
        return value

    def read(self, row: Any) -> Any:
        """The field's value in a row of its kind."""
        if self.part is not None:
            return row.lines(self.part)
        value = getattr(row, self.path[0])
        return value if len(self.path) == 1 else self.type.from_json((value or {}).get(self.path[1]))

    def write(self, row: Any, value: Any) -> None:
        if self.part is not None:
            row.set_lines(self.part, value)
        elif len(self.path) == 1:
            setattr(row, self.path[0], value if value is not None else self.empty(row))
        else:
            document = dict(getattr(row, self.path[0]) or {})
            if value is None:
                document.pop(self.path[1], None)
            else:
                document[self.path[1]] = self.type.json(value)
            setattr(row, self.path[0], document)

    def empty(self, row: Any) -> Any:
        """What a column holds for "missing": null, or empty text where the column is text."""
        column = row._meta.get_field(self.path[0].removesuffix("_id")) if self.path[0].endswith("_id") else None
        if column is None:
            column = row._meta.get_field(self.path[0])
        return None if column.null else ""

    def filter_value(self, value: Any) -> Any:
        """A value as a query compares it, which in JSON is its JSON form."""
        return value if len(self.path) == 1 else self.type.json(value)

    def stated(self, value: Any) -> Any:
        """The value as a state document carries it."""
        if value is None or value == "":
            return None
        told = self.type.json(value)
        return told if self.is_open else Committed(told)

    def words(self, value: Any, names: Mapping | None = None) -> str:
        return self.type.words(value if value != "" else None, self, names)

    def in_json(self, column: str) -> "FieldSpec":
        """The same field stored under its name in a JSON column."""
        return replace(self, path=(column, self.name))


def field_from_dict(definition: Mapping[str, Any], column: str = "values") -> FieldSpec:
    """A field from plain data, as the form designer stores it."""
    told = dict(definition)
    kind_of_value = TYPES.get(told.pop("type", "text"))
    if kind_of_value is None:
        raise BadValue(
            f"The field {definition.get('name')!r} has the unknown type {definition['type']!r}; there are {', '.join(TYPES)}."
        )
    name = told.pop("name")
    part = None
    if kind_of_value is PARTS:
        lines = tuple(field_from_dict(line) for line in told.pop("fields"))
        part = PartSpec(name, told.get("label", name), lines, tree=told.pop("tree", False))
    for tuples in ("needed_for", "kinds"):
        if tuples in told:
            told[tuples] = tuple(told[tuples])
    if "choices" in told:
        told["choices"] = tuple((c, c) if isinstance(c, str) else tuple(c) for c in told["choices"])
    return FieldSpec(name=name, type=kind_of_value, part=part, path=(column, name), **{"label": name, **told})

"""What a record's page shows of its content: facts, parts as tables or trees."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hoshin.kernel.records.field_types import NUMBER
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import COMMON, KindSpec
from hoshin.surfaces.web.forms.typed import with_depths
from hoshin.surfaces.web.names import Names
from hoshin.surfaces.web.shown import Shown, shown


@dataclass
class ShownLine:
    """One line of a part: its values, and in a tree how deep it stands and the lines below it."""

    cells: list[Shown]
    children: list["ShownLine"]


@dataclass
class ShownPart:
    """The lines of one part as a table, or as a tree."""

    field: FieldSpec
    lines: list[ShownLine]
    count: int
    sums: list[str]

    @property
    def columns(self) -> tuple[FieldSpec, ...]:
        return self.field.part.fields

    @property
    def is_tree(self) -> bool:
        return self.field.part.tree


def facts_of(spec: KindSpec, fields: Iterable[FieldSpec], row: Any, names: Names) -> list[Shown]:
    """The kind's own values in their order."""
    common = {f.name for f in COMMON} | {"title", "number", "state"}
    own = [f for f in fields if f.part is None and f.name not in common and f in spec.fields]
    return [shown(f, f.read(row), names, spec) for f in own]


def frame_of(spec: KindSpec, row: Any, names: Names) -> list[Shown]:
    """What every record has: owner, unit, dates, urgency."""
    wanted = (
        "owner",
        "unit",
        "occurred_at",
        "due_on",
        "priority",
        "confidentiality",
        "author",
        "created_at",
        "closed_at",
    )
    told = [shown(spec.by_name[name], spec.by_name[name].read(row), names, spec) for name in wanted]
    return [value for value in told if value.text]


def parts_of(fields: Iterable[FieldSpec], row: Any, names: Names) -> list[ShownPart]:
    return [_part(f, f.read(row), names) for f in fields if f.part is not None]


def _part(field: FieldSpec, lines: list[dict], names: Names) -> ShownPart:
    part = field.part
    told: list[ShownLine] = []
    path: list[tuple[int, ShownLine]] = []
    for line, depth in with_depths(lines) if part.tree else ((line, 0) for line in lines):
        made = ShownLine([shown(f, line.get(f.name), names) for f in part.fields], [])
        while path and path[-1][0] >= depth:
            path.pop()
        (path[-1][1].children if path else told).append(made)
        path.append((depth, made))
    return ShownPart(field, told, len(lines), _sums(field, lines))


def _sums(field: FieldSpec, lines: list[dict]) -> list[str]:
    """The sum of each column of numbers that have a measure; empty where no column has one."""
    sums = []
    for f in field.part.fields:
        values = [line[f.name] for line in lines if line.get(f.name) is not None]
        sums.append(f.words(sum(values)) if f.type is NUMBER and f.measure and len(values) > 1 else "")
    return sums if any(sums) else []

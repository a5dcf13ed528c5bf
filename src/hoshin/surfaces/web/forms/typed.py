"""What stands in a form: text for each field and lines for each part, as rendered from a record or as sent."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from hoshin.kernel.records.field_types import INSTANT, LONG_TEXT, NUMBER, YES_NO, plain
from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.surfaces.web.names import REFERENCES, Names

DEEPEST = 12


@dataclass
class Line:
    """One line of a part as it stands in the form. In a tree the depth says below which line it stands."""

    values: dict[str, str]
    uid: str = ""
    depth: int = 0
    removed: bool = False
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Typed:
    """Everything in a form."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)


def text_of(spec: FieldSpec, value: Any, names: Names) -> str:
    """A value as the form's control holds it."""
    if value is None or value == "":
        return ""
    if spec.type in REFERENCES:
        return names.text(spec.type, value)
    if spec.type is INSTANT:
        return _local(value)
    if spec.type is NUMBER:
        return format(plain(value), "f")
    if spec.type is YES_NO:
        return "yes" if value else "no"
    return str(spec.type.json(value))


def _local(value: datetime) -> str:
    local = timezone.localtime(value)
    whole = local.microsecond == 0
    return local.strftime(
        ("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M") if whole else "%Y-%m-%dT%H:%M:%S.%f"
    )


def typed_of(fields: Iterable[FieldSpec], row: Any, names: Names) -> Typed:
    """A record, or a past state of one, as its form shows it."""
    typed = Typed()
    for spec in fields:
        if spec.part is not None:
            typed.lines[spec.name] = lines_of(spec.part, spec.read(row), names)
        else:
            typed.values[spec.name] = text_of(spec, spec.read(row), names)
    return typed


def lines_of(part: PartSpec, lines: list[dict], names: Names) -> list[Line]:
    made = []
    for line, depth in with_depths(lines) if part.tree else ((line, 0) for line in lines):
        values = {inner.name: text_of(inner, line.get(inner.name), names) for inner in part.fields}
        made.append(Line(values, uid=str(line["uid"]), depth=depth))
    return made


def with_depths(lines: list[dict]) -> Iterable[tuple[dict, int]]:
    """Lines of a tree from the top down, each parent before its children, with how deep each stands."""
    below: dict[UUID | None, list[dict]] = {}
    known = {line["uid"] for line in lines}
    for line in lines:
        below.setdefault(line.get("parent") if line.get("parent") in known else None, []).append(line)
    waiting = [(line, 0) for line in reversed(below.get(None, []))]
    while waiting:
        line, depth = waiting.pop()
        yield line, depth
        waiting.extend((child, depth + 1) for child in reversed(below.get(line["uid"], [])))


def blank_line(part: PartSpec, depth: int = 0) -> Line:
    """A spare line: defaults where fields have them."""
    values = {f.name: "" if f.default is None else str(f.type.json(f.default)) for f in part.fields}
    return Line(values, depth=depth)


def blank(fields: Iterable[FieldSpec], preset: Mapping[str, str]) -> Typed:
    """An empty form, with defaults and what the address presets."""
    typed = Typed()
    for spec in fields:
        if spec.part is not None:
            typed.lines[spec.name] = []
        else:
            default = "" if spec.default is None else str(spec.type.json(spec.default))
            typed.values[spec.name] = preset.get(spec.name, default)
    return typed


def typed_from(fields: Iterable[FieldSpec], data: MultiValueDict) -> Typed:
    """What a form sent. A field that was not sent is not there, so that nothing is emptied by leaving it out."""
    typed = Typed()
    for spec in fields:
        if spec.part is not None:
            typed.lines[spec.name] = lines_from(spec.part, data)
        elif spec.name in data:
            typed.values[spec.name] = clean(spec, data[spec.name])
    return typed


def clean(spec: FieldSpec, text: Any) -> str:
    text = str(text).replace("\r\n", "\n")
    return text if spec.type is LONG_TEXT else text.strip()


def lines_from(part: PartSpec, data: MultiValueDict) -> list[Line]:
    """The lines of a part in the order in which the form holds them."""
    pattern = re.compile(rf"{re.escape(part.name)}-(\d{{1,6}})-")
    indexes = dict.fromkeys(found[1] for key in data if (found := pattern.match(key)))
    return [_line_from(part, data, f"{part.name}-{index}-") for index in indexes]


def _line_from(part: PartSpec, data: MultiValueDict, prefix: str) -> Line:
    depth = data.get(f"{prefix}depth", "0")
    return Line(
        values={f.name: clean(f, data.get(prefix + f.name, "")) for f in part.fields},
        uid=data.get(f"{prefix}uid", ""),
        depth=min(int(depth), DEEPEST) if str(depth).isascii() and str(depth).isdigit() else 0,
        removed=data.get(f"{prefix}delete", "") == "on",
    )


def standing_lines(part: PartSpec, lines: list[Line]) -> list[Line]:
    """The lines that count: not taken out, and not spare ones left empty."""
    spare = blank_line(part).values
    return [line for line in lines if not line.removed and (line.uid or line.values != spare)]


def same_lines(part: PartSpec, one: list[Line], other: list[Line]) -> bool:
    def told(lines: list[Line]) -> list[tuple]:
        return [(line.uid, line.depth, line.values) for line in standing_lines(part, lines)]

    return told(one) == told(other)


def changed_names(fields: Iterable[FieldSpec], seen: Typed, typed: Typed) -> set[str]:
    """The fields that somebody changed against what the form first showed them."""
    changed = set()
    for spec in fields:
        if spec.part is not None:
            if spec.name in typed.lines and not same_lines(spec.part, seen.lines[spec.name], typed.lines[spec.name]):
                changed.add(spec.name)
        elif spec.name in typed.values and typed.values[spec.name] != clean(spec, seen.values[spec.name]):
            changed.add(spec.name)
    return changed

"""Moving lines of a form: adding, taking out, ordering, and standing below one another, without the browser's help."""

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict

from hoshin.kernel.records.fields import FieldSpec, PartSpec
from hoshin.kernel.trail.models import new_uid

from .typed import DEEPEST, Line, Typed, blank_line, standing_lines

ASKED = ("add-line", "remove-line", "move-line")


def asked(data: QueryDict) -> bool:
    """Whether a form was sent to have its lines moved, not to be saved."""
    return any(name in data for name in ASKED)


def rearrange(typed: Typed, fields: Iterable[FieldSpec], data: QueryDict) -> None:
    """Do what the pressed button asks for; anything else that the form holds stays."""
    parts = {spec.name: spec.part for spec in fields if spec.part is not None}
    if part := parts.get(data.get("add-line", "")):
        typed.lines[part.name].append(blank_line(part))
    words = (data.get("remove-line") or data.get("move-line") or "").split(":")
    if len(words) >= 2 and words[0] in parts and words[1].isdigit():
        lines, place = typed.lines[words[0]], int(words[1])
        if place < len(lines):
            move(lines, place, words[2] if len(words) > 2 else "out of the form", parts[words[0]])


def move(lines: list[Line], place: int, where: str, part: PartSpec) -> None:
    """Move one line: up, down, in, out; or put a new one below it; or take it out."""
    line = lines[place]
    if where == "up" and place > 0:
        lines.insert(place - 1, lines.pop(place))
    elif where == "down" and place + 1 < len(lines):
        lines.insert(place + 1, lines.pop(place))
    elif where == "in" and place > 0:
        line.depth = min(line.depth + 1, lines[place - 1].depth + 1, DEEPEST)
    elif where == "out":
        line.depth = max(line.depth - 1, 0)
    elif where == "below":
        lines.insert(place + 1, blank_line(part, min(line.depth + 1, DEEPEST)))
    elif where == "out of the form":
        lines.pop(place)


def parents_of(lines: list[Line]) -> list[tuple[Line, str, str | None]]:
    """Each line with its uid and its parent's: the nearest line before it that stands less deep."""
    told: list[tuple[Line, str, str | None]] = []
    path: list[tuple[int, str]] = []
    for line in lines:
        while path and path[-1][0] >= line.depth:
            path.pop()
        uid = line.uid if _is_uid(line.uid) else str(new_uid())
        told.append((line, uid, path[-1][1] if path else None))
        path.append((line.depth, uid))
    return told


def _is_uid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def lines_to_send(part: PartSpec, lines: list[Line]) -> list[tuple[Line, dict]]:
    """The lines that count, each with what the door is sent for it."""
    counting = standing_lines(part, lines)
    told = []
    for line, uid, parent in parents_of(counting):
        frame = {"uid": uid, "parent": parent} if part.tree else {"uid": uid}
        told.append((line, {**frame, **line.values}))
    return told

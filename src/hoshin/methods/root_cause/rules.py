"""What makes an analysis sound: pure functions over the lines of its trees."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.workflow import Message, say

from .models import Ground, Nature

Line = dict[str, Any]


def leaves(lines: Sequence[Line]) -> list[Line]:
    """The lines below which no other stands: where the analysis ends."""
    parents = {line["parent"] for line in lines if line.get("parent")}
    return [line for line in lines if line["uid"] not in parents]


def text_of(line: Line) -> str:
    return line.get("answer") or line.get("cause") or ""


def ungrounded(lines: Sequence[Line]) -> list[Line]:
    """Leaves that neither have evidence nor are marked as an assumption."""
    return [
        line
        for line in leaves(lines)
        if line.get("ground") != Ground.ASSUMPTION
        and not (line.get("ground") == Ground.EVIDENCE and line.get("evidence"))
    ]


def blamed_on_people(lines: Sequence[Line]) -> list[Line]:
    """Human errors below which no systemic cause stands."""
    below: dict[Any, list[Line]] = {}
    for line in lines:
        below.setdefault(line.get("parent"), []).append(line)

    def systemic_below(line: Line) -> bool:
        return any(
            child.get("nature") == Nature.SYSTEMIC or systemic_below(child) for child in below.get(line["uid"], ())
        )

    return [line for line in lines if line.get("nature") == Nature.HUMAN_ERROR and not systemic_below(line)]


def soundness(trees: Iterable[Sequence[Line]]) -> Message | None:
    """Why an analysis cannot be called done, or None. The first thing to mend is told."""
    trees = list(trees)
    if not any(trees):
        return say(_("There is no analysis yet: ask why, or draw causes and effects."))
    for lines in trees:
        for line in ungrounded(lines):
            return say(
                _("“%(cause)s” is the end of a branch: give evidence, or mark it as an assumption."),
                cause=text_of(line),
            )
        for line in blamed_on_people(lines):
            return say(
                _("“%(cause)s” is called human error: say which systemic cause let it happen."), cause=text_of(line)
            )
    return None

"""What can be done with a record now: the steps open to somebody, and why others are not yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import may_see

from .fields import FieldSpec
from .kinds import KindSpec
from .workflow import Message, Transition


@dataclass(frozen=True)
class Step:
    """A transition somebody may take, with what is still missing. No right: no step. Not yet: the reasons in words."""

    transition: Transition
    missing: tuple[FieldSpec, ...]
    reasons: tuple[Message, ...]

    @property
    def ready(self) -> bool:
        return not self.reasons

    @property
    def name(self) -> str:
        return self.transition.name


def needed_fields(spec: KindSpec, transition: Transition) -> list[FieldSpec]:
    """What must be filled in before a transition."""
    return [f for f in spec.editable_fields if transition.name in f.needed_for or f.name in transition.needs]


def asked_fields(spec: KindSpec, transition: Transition) -> list[FieldSpec]:
    """What whoever takes a transition may fill in with it: what it needs and what it offers."""
    needed = needed_fields(spec, transition)
    return needed + [f for f in spec.editable_fields if f.name in transition.asks and f not in needed]


def missing_fields(row: Any, transition: Transition) -> list[FieldSpec]:
    """The fields a transition needs and the record lacks."""
    spec = row.spec
    needed = needed_fields(spec, transition)
    return [f for f in needed if f.read(row) in (None, "", [])]


def reasons_against(row: Any, transition: Transition) -> Iterator[Message]:
    for guard in transition.guards:
        reason = guard(row)
        if reason is not None:
            yield reason


def steps_for(row: Any, standing: Standing) -> list[Step]:
    """The steps this person may take with this record, in the order of the workflow."""
    return [
        Step(t, tuple(missing_fields(row, t)), tuple(reasons_against(row, t)))
        for t in row.spec.workflow.leaving(row.state)
        if not t.hidden and may_see(standing, row) and t.by.allows(standing, row)
    ]


def is_locked(row: Any) -> bool:
    """Whether the record's content is fixed in its present state; who owns it and when it is due may still change."""
    return row.spec.workflow.state(row.state).locked


def may_edit(row: Any, standing: Standing) -> bool:
    """Whether somebody may change the record's fields now."""
    spec = row.spec
    return spec.workflow.state(row.state).is_open and may_see(standing, row) and spec.edit_by.allows(standing, row)

"""Workflows as plain values: states, transitions, who may, what is needed, what is signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import Right

VOID = "void"


class Category(str, Enum):
    """What a state means to somebody who does not know the process."""

    NEW = "new"
    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    # Over, and not as it should be: a fix that did not work, a lot that was refused.
    FAILED = "failed"
    VOID = "void"


@dataclass(frozen=True)
class State:
    """Where a record may stand."""

    name: str
    label: str | Promise
    category: Category = Category.ACTIVE
    # Open to change, and yet nothing for anybody to do: master data in use, a check that waits for data.
    calm: bool = False
    # What a signature covers is changed no more, though the record is not over: a declared check, a plan in force.
    locked: bool = False

    @property
    def is_open(self) -> bool:
        return self.category not in (Category.DONE, Category.FAILED, Category.VOID)


VOIDED = State(VOID, _("Void"), Category.VOID)


class Meaning(str, Enum):
    """What a signature says."""

    AUTHORED = "authored"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    VERIFIED = "verified"
    RESPONSIBLE = "responsible"
    REJECTED = "rejected"

    @property
    def label(self) -> str | Promise:
        return MEANINGS[self]


MEANINGS = {
    Meaning.AUTHORED: _("Author"),
    Meaning.REVIEWED: _("Reviewed"),
    Meaning.APPROVED: _("Approved"),
    Meaning.VERIFIED: _("Verified"),
    Meaning.RESPONSIBLE: _("Takes responsibility"),
    Meaning.REJECTED: _("Rejected"),
}


@dataclass(frozen=True)
class Message:
    """A sentence with parameters, so that it can be said in every language."""

    text: str | Promise
    params: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return str(self.text) % dict(self.params) if self.params else str(self.text)


def say(text: str | Promise, **params: Any) -> Message:
    return Message(text, tuple(params.items()))


# A guard looks at a record and says why a step is not yet possible, or None.
Guard = Callable[[Any], Message | None]


@dataclass(frozen=True)
class Round:
    """Several signatures before one step: seats by right, in order or in parallel, all of them or a quorum."""

    seats: tuple[Right, ...]
    meaning: Meaning = Meaning.APPROVED
    ordered: bool = False
    quorum: int | None = None

    @property
    def needed(self) -> int:
        return self.quorum or len(self.seats)


@dataclass(frozen=True)
class Transition:
    """One step a record may take."""

    name: str
    source: State | tuple[State, ...]
    target: State
    by: Right
    label: str | Promise = ""
    needs: tuple[str, ...] = ()
    # Fields it offers to fill in without needing them: a guard may ask for one of them.
    asks: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    signed_as: Meaning | None = None
    # The fields its signature covers; all of the record's content where none are named.
    covers: tuple[str, ...] = ()
    round: Round | None = None
    reason_needed: bool = False
    # The entry's action is "kind.event"; usually the state reached.
    event: str = ""
    # Steps of the system alone are not offered to people.
    hidden: bool = False

    @property
    def sources(self) -> tuple[State, ...]:
        return self.source if isinstance(self.source, tuple) else (self.source,)

    @property
    def title(self) -> str | Promise:
        return self.label or self.name.replace("_", " ").capitalize()

    def action(self, kind: str) -> str:
        return f"{kind}.{self.event or self.target.name}"


@dataclass(frozen=True, init=False)
class Workflow:
    """The steps of a kind. The first transition's source is where records begin."""

    transitions: tuple[Transition, ...]
    states: tuple[State, ...] = field(default=())

    def __init__(self, *transitions: Transition):
        object.__setattr__(self, "transitions", transitions)
        seen: dict[str, State] = {}
        for transition in transitions:
            for state in (*transition.sources, transition.target):
                seen.setdefault(state.name, state)
        seen.setdefault(VOID, VOIDED)
        object.__setattr__(self, "states", tuple(seen.values()))

    @property
    def initial(self) -> State:
        return self.transitions[0].sources[0]

    def state(self, name: str) -> State:
        """The state of a name; a record may stand in one that its workflow no longer has."""
        for state in self.states:
            if state.name == name:
                return state
        return State(name, name.replace("_", " ").capitalize())

    def transition(self, name: str) -> Transition:
        for transition in self.transitions:
            if transition.name == name:
                return transition
        known = ", ".join(t.name for t in self.transitions)
        raise LookupError(f"There is no step {name!r}; there are: {known}.")

    def leaving(self, state: str) -> tuple[Transition, ...]:
        return tuple(t for t in self.transitions if state in {s.name for s in t.sources})

    @property
    def open_states(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states if state.is_open)


def unreachable(workflow: Workflow) -> Sequence[str]:
    """States no way leads to from the beginning."""
    reached, waiting = {workflow.initial.name, VOID}, [workflow.initial.name]
    while waiting:
        for transition in workflow.leaving(waiting.pop()):
            if transition.target.name not in reached:
                reached.add(transition.target.name)
                waiting.append(transition.target.name)
    return [state.name for state in workflow.states if state.name not in reached]

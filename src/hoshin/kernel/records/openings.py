"""Openings: which record may open another, with what prefilled. Declared by interactions/, offered by every surface."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import unit_of_work

from . import doors, registry
from .history import uids_in
from .links import link
from .record import Record


@dataclass(frozen=True)
class Opening:
    """A record of one kind opens one of another: the words, the link left behind, and what is filled in already."""

    source: str
    target: str
    label: str | Promise
    relation: str
    prefill: Callable[[Any], Mapping[str, Any]]
    # Whether the record still asks for it; one that is over opens nothing.
    when: Callable[[Any], bool] = lambda row: True
    # Carries over what fields cannot hold: files, tasks. Given source, target and actor.
    afterwards: Callable[[Any, Any, Actor], None] | None = None

    @property
    def name(self) -> str:
        return f"{self.source}-{self.target}"


_openings: dict[str, Opening] = {}


def declare(opening: Opening) -> Opening:
    _openings[opening.name] = opening
    return opening


def get(name: str) -> Opening:
    return _openings[name]


def every() -> list[Opening]:
    """All openings: the edges of the process map."""
    return list(_openings.values())


def openings_for(row: Any, standing: Standing) -> list[Opening]:
    """What this person may open from this record."""
    return [
        opening
        for opening in _openings.values()
        if opening.source == row.kind
        and row.spec.workflow.state(row.state).is_open
        and registry.get(opening.target).create_by.allows(standing, row)
        and opening.when(row)
    ]


def open_from(source: Any, opening: Opening, values: Mapping[str, Any] | None = None, *, by: Actor) -> Any:
    """Open the other record, prefilled, linked, in one unit of work. ``values`` are what a person changed of it."""
    with unit_of_work():
        prefill = opening.prefill(source)
        draft = values if isinstance(values, doors.Draft) else doors.Draft({**prefill, **(values or {})})
        draft = replace(draft, vouched=draft.vouched | uids_in(prefill))
        was_there = Record.objects.filter(uid=draft.uid).exists()
        (made,) = doors.create(opening.target, [draft], by=by)
        link(source, opening.relation, [made], by=by)
        if opening.afterwards is not None and not was_there:
            opening.afterwards(source, made, by)
    return made

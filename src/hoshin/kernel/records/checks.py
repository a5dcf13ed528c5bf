"""Start-up checks: a wrong declaration of a kind stops the start, with an id and a hint."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register

from hoshin.kernel.organization.roles import ROLES

from . import registry
from .kinds import KindSpec
from .workflow import unreachable


@register
def kinds_are_well_declared(app_configs: Any = None, **_: Any) -> list[Error]:
    """Every kind's workflow can be walked, names fields that exist and roles that are known."""
    return [error for spec in registry.every() for error in problems_of(spec)]


def unknown_handlers(spec: KindSpec) -> Iterator[Error]:
    for role in spec.handled_by:
        if role not in ROLES:
            yield Error(
                f"{spec.name}: handled_by names the unknown role {role!r}.",
                hint=f"Known roles: {', '.join(ROLES)}.",
                id="records.E008",
            )


def problems_of(spec: KindSpec) -> Iterator[Error]:
    names = set(spec.by_name)
    yield from unknown_handlers(spec)
    for state in unreachable(spec.workflow):
        yield Error(
            f"{spec.name}: no step leads to the state {state!r}.",
            hint="Add a transition to it, or remove it.",
            id="records.E001",
        )
    for right, place in _rights(spec):
        for role in right.roles:
            if role not in ROLES:
                yield Error(
                    f"{spec.name}: {place} names the unknown role {role!r}.",
                    hint=f"Known roles: {', '.join(ROLES)}.",
                    id="records.E002",
                )
    for transition in spec.workflow.transitions:
        for name in (*transition.needs, *transition.asks, *transition.covers):
            if name not in names:
                yield Error(
                    f"{spec.name}.{transition.name} needs the unknown field {name!r}.",
                    hint=f"Fields: {', '.join(sorted(names))}.",
                    id="records.E003",
                )
    known = {t.name for t in spec.workflow.transitions}
    for f in spec.fields:
        for step in f.needed_for:
            if step not in known:
                yield Error(
                    f"{spec.name}.{f.name} is needed for the unknown step {step!r}.",
                    hint=f"Steps: {', '.join(sorted(known))}.",
                    id="records.E004",
                )
        kinds = {other.name for other in registry.every()}
        for kind in f.kinds:
            if kind not in kinds:
                yield Error(
                    f"{spec.name}.{f.name} refers to the unknown kind {kind!r}.",
                    hint=f"Kinds: {', '.join(sorted(kinds))}.",
                    id="records.E005",
                )
    steps = [t.name for t in spec.workflow.transitions]
    for name in {name for name in steps if steps.count(name) > 1}:
        yield Error(
            f"{spec.name}: two steps are called {name!r}.",
            hint="Give several sources to one transition instead.",
            id="records.E006",
        )
    if any(other.prefix == spec.prefix and other.name != spec.name for other in registry.every()):
        yield Error(
            f"{spec.name}: the prefix {spec.prefix!r} belongs to another kind.",
            hint="Choose another prefix.",
            id="records.E007",
        )


def _rights(spec: KindSpec) -> Iterator[tuple[Any, str]]:
    yield spec.create_by, "create_by"
    yield spec.edit_by, "edit_by"
    yield spec.void_by, "void_by"
    for transition in spec.workflow.transitions:
        yield transition.by, transition.name
        if transition.round is not None:
            for seat in transition.round.seats:
                yield seat, f"{transition.name}'s round"

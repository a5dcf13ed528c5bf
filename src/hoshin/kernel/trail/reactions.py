"""Reactions inside the unit of work: declared by interactions/ and by the search index, run before the commit."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

Reaction = Callable[[Sequence[Any]], None]

_by_action: dict[str, list[Reaction]] = defaultdict(list)
EVERY = "*"


def reacts_to(*actions: str) -> Callable[[Reaction], Reaction]:
    """Declare a function that is given the changes of these actions (``"*"``: of all), inside their unit of work."""

    def declare(reaction: Reaction) -> Reaction:
        for action in actions:
            if reaction not in _by_action[action]:
                _by_action[action].append(reaction)
        return reaction

    return declare


def run(changes: Sequence[Any]) -> None:
    """Give each reaction the changes it asked for, as a set."""
    asked: dict[Reaction, list[Any]] = {}
    for change in changes:
        for reaction in (*_by_action.get(change.action, ()), *_by_action[EVERY]):
            asked.setdefault(reaction, []).append(change)
    for reaction, mine in asked.items():
        reaction(mine)


def declared() -> dict[str, list[Reaction]]:
    """What reacts to what, for the process map and the documentation."""
    return {action: list(found) for action, found in _by_action.items() if found}

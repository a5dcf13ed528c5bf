"""State documents: the one canonical form of a subject at a revision, and its commitments.

The plain form carries values as Python has them, with ``Committed`` around what a leaf may only commit to.
Sealing turns it into the form the ledger hashes (hoshin/ledger/FORMAT.md). Missing values are left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoshin.ledger.canonical import canonical
from hoshin.ledger.commitments import COMMITTED, commitment_of, new_salt
from hoshin.ledger.values import written


@dataclass(frozen=True, slots=True)
class Committed:
    """A value that the ledger commits to without showing it: names, titles, free text."""

    value: Any


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one commitment: the salt and the value as canonical JSON, and the place in the document it stands at."""

    commitment: str
    salt: bytes
    value: bytes
    place: str


def is_missing(value: Any) -> bool:
    if isinstance(value, Committed):
        value = value.value
    return not value and (value is None or isinstance(value, str | list | dict | tuple))


def commitments_in(sealed: Any) -> Iterator[str]:
    """Each commitment a sealed document holds."""
    if isinstance(sealed, Mapping):
        if set(sealed) == {COMMITTED}:
            yield sealed[COMMITTED]
            return
        sealed = sealed.values()
    if not isinstance(sealed, str | bytes | int | type(None)):
        for value in sealed:
            yield from commitments_in(value)


def seal(plain: Any, known: Mapping[tuple[str, bytes], Opening], fresh: list[Opening], place: str = "") -> Any:
    """The form the ledger hashes.

    A value whose opening is ``known`` at its place keeps its commitment, so an unchanged value shows as unchanged;
    others get a ``fresh`` one. The place leaves line numbers out: a line that moves keeps its commitments.
    """
    if type(plain) is str or type(plain) is int:  # what most values are
        return plain
    if isinstance(plain, Committed):
        value = canonical(written(plain.value))
        opening = known.get((place, value))
        if opening is None:
            salt = new_salt()
            opening = Opening(commitment_of(value, salt), salt, value, place)
            fresh.append(opening)
        return {COMMITTED: opening.commitment}
    if isinstance(plain, Mapping):
        inside = f"{place}." if place else ""
        return {key: seal(value, known, fresh, inside + key) for key, value in plain.items() if not is_missing(value)}
    if isinstance(plain, list | tuple):
        return [seal(value, known, fresh, place) for value in plain]
    return written(plain)


def unseal(sealed: Any, open_value: Callable[[str], Any]) -> Any:
    """A sealed document with its commitments opened by ``open_value`` (which says what stands for an erased one)."""
    if isinstance(sealed, Mapping):
        if set(sealed) == {COMMITTED}:
            return open_value(sealed[COMMITTED])
        return {key: unseal(value, open_value) for key, value in sealed.items()}
    if isinstance(sealed, list):
        return [unseal(value, open_value) for value in sealed]
    return sealed

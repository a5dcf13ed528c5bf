"""State documents: the canonical form of one revision of a subject, its hash, and what changed between two."""

import hashlib
from collections.abc import Iterator
from typing import Any

from hoshin.ledger.canonical import canonical
from hoshin.ledger.verifier import is_commitment, signed_content

__all__ = ["differences", "signed_content", "state_hash"]

Path = tuple[str | int, ...]


def state_hash(document: dict) -> str:
    """The hash, 64 hex digits, of a state document whose values are committed."""
    return hashlib.sha256(canonical(document)).hexdigest()


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Each (path, old, new) in which two documents differ; what is missing is None.

    Lines of parts are matched by their `uid` and files by their `sha256`, so that a line put in the middle is one
    difference; lists of anything else are matched by position.
    """
    if _is_members(old) and _is_members(new):
        yield from _member_differences(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _item_differences(old, new, path)
    elif old != new or type(old) is not type(new):
        yield path, old, new


def _is_members(value: Any) -> bool:
    return isinstance(value, dict) and not is_commitment(value)


def _member_differences(old: dict, new: dict, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    for name in [*old, *(name for name in new if name not in old)]:
        yield from differences(old.get(name), new.get(name), (*path, name))


def _item_differences(old: list, new: list, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    before, after = _by_identity(old), _by_identity(new)
    yield from _member_differences(before, after, path)
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        yield (*path, "order"), kept_before, kept_after


def _by_identity(items: list) -> dict[str | int, Any]:
    names = [_identity(item) for item in items]
    if None in names or len(set(names)) < len(names):
        return dict(enumerate(items))
    return dict(zip(names, items, strict=True))


def _identity(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    return item.get("uid") or item.get("sha256")

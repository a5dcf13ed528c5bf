"""Canonical JSON (RFC 8785 on ASCII keys and integers), the one spelling of a value that is hashed."""

from collections.abc import Iterator
from typing import Any

from hoshin.ledger.verifier import INTEGER_LIMIT, NotCanonical, encode, parse_canonical

__all__ = ["NotCanonical", "canonical", "parse_canonical"]


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`: None, booleans, integers below 2^53, text, lists, dicts with ASCII keys."""
    try:
        if not _plain(value):
            _raise_first_refusal(value)
        return encode(value).encode("utf-8")
    except UnicodeEncodeError:
        _raise_first_refusal(value)
        raise
    except RecursionError:
        raise NotCanonical("the value is nested too deeply, or contains itself") from None


def _plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -INTEGER_LIMIT < value < INTEGER_LIMIT
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(map(_plain, value.values()))
    return (kind is list or kind is tuple) and all(map(_plain, value))


def _raise_first_refusal(value: Any) -> None:
    for path, why in _refusals(value, "$"):
        raise NotCanonical(f"{path}: {why}")


def _refusals(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str) or not key.isascii():
                yield path, f"key {key!r} is not ASCII text"
            yield from _refusals(member, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _refusals(member, f"{path}[{index}]")
    else:
        why = _refusal(value)
        if why:
            yield path, why


def _refusal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return "" if -INTEGER_LIMIT < value < INTEGER_LIMIT else f"integer {value} is outside ±(2^53 - 1)"
    if isinstance(value, str):
        return f"text {value!r} holds half a surrogate pair" if _has_surrogate(value) else ""
    return f"{value!r} is of type {type(value).__name__}; write it as text first (FORMAT.md, Values)"


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)

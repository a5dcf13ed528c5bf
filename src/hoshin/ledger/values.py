"""How the values of records are written in state documents, details and openings."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any
from uuid import UUID

from hoshin.ledger.canonical import NotCanonical


def instant(moment: dt.datetime) -> str:
    """An instant in UTC with six decimals: 2026-03-29T01:30:00.000000Z."""
    if moment.tzinfo is None:
        raise NotCanonical(f"{moment!r} has no zone; an instant needs one")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def decimal(number: Decimal) -> str:
    """A decimal in plain notation that keeps its scale: 2.50."""
    if not number.is_finite():
        raise NotCanonical(f"{number} is not a finite decimal")
    return format(number, "f")


def floating(number: float) -> str:
    """A float as the shortest text that reads back as the same float: 0.1, 1e-07."""
    if not math.isfinite(number):
        raise NotCanonical(f"{number} is not a finite float")
    return float.__repr__(number)


def written(value: Any) -> Any:
    """The form in which `value` stands in a document; inside dicts, None is left out."""
    for types, write in _WRITERS:
        if isinstance(value, types):
            return write(value)
    raise NotCanonical(f"{value!r} of type {type(value).__name__} has no written form")


def _same(value: Any) -> Any:
    return value


def _members(value: dict) -> dict:
    return {name: written(member) for name, member in value.items() if member is not None}


def _items(value: list | tuple) -> list:
    return [written(item) for item in value]


# In this order: a bool is an int, a datetime is a date.
_WRITERS = (
    ((str, bool, int, type(None)), _same),
    (Decimal, decimal),
    (float, floating),
    (dt.datetime, instant),
    (dt.date, dt.date.isoformat),
    (UUID, str),
    (dict, _members),
    ((list, tuple), _items),
)

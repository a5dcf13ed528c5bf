"""Numbers that are given once for all characteristics, or one for each of many."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import check_each, check_number


def entries(value) -> int | None:
    """How many there are in a column; None of one number."""
    try:
        return len(value) if np.ndim(value) else None
    except ValueError:  # Rows of different length: what reads them says so.
        return len(value)


def counted(given: Iterable, on_error: str) -> Refusals:
    """One characteristic, or as many as the columns among what is given have entries."""
    sizes = [size for size in map(entries, given) if size is not None]
    return Refusals(max(sizes, default=1), bool(sizes), on_error)


def column(
    value,
    name: str,
    refusals: Refusals,
    *,
    above: float | None = None,
    at_least: float | None = None,
    gaps: bool = False,
    of: str = "characteristics",
) -> np.ndarray:
    """A number for every characteristic; what is wrong with one of many is refused for it alone.

    With ``gaps`` NaN says that one of many has none.
    """
    if entries(value) is None:
        return np.full(refusals.count, check_number(value, name, above=above, at_least=at_least))
    array = check_each(value, name, refusals.count, of)
    missing = np.isnan(array) & (not gaps)
    refusals.refuse(missing, "{name} is {found}; a finite number is needed", name=name, found=array)
    if above is not None:
        refusals.refuse_not_above(array, name, above)
    if at_least is not None:
        refusals.refuse_below(array, name, at_least)
    return array

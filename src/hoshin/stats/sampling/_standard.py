"""What the tables of attribute and of variables plans share: code letters by lot size, the steps of the AQL."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_number, first_place


def letters_of(lot_size, level: str, levels: Mapping[str, str], upper: Sequence[int]):
    """The code letter of one lot, or an array of them for many: the class whose upper end the lot does not exceed."""
    letters = levels[check_choice(level, tuple(levels), "level")]
    sizes = check_finite(lot_size, "lot_size")
    wrong = (sizes < 2) | (sizes % 1 > 0)
    if wrong.any():
        found = sizes if sizes.ndim == 0 else sizes[first_place(wrong)]
        raise StatisticsError("lot_size is {found}; a whole number of 2 or more is needed", found=f"{found:g}")
    found = np.array(list(letters))[np.searchsorted(upper, sizes)]
    return str(found) if sizes.ndim == 0 else found


def aql_step(aql, aqls: Sequence[float]) -> int:
    """Which column of the table an AQL is."""
    value = check_number(aql, "aql", above=0)
    for step, known in enumerate(aqls):
        if math.isclose(value, known, rel_tol=1e-9):
            return step
    raise StatisticsError(
        "aql is {found}; one of {known} is needed", found=aql, known=", ".join(f"{a:g}" for a in aqls)
    )

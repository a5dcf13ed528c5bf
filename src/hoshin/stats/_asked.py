"""What is asked for one characteristic or many, as columns; and the search for the smallest size, for all together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError, check_enough, check_number, check_numbers

Register = TypeVar("Register", bound=Refusals)


def read_asked(
    given: Mapping[str, Any],
    on_error: str = "raise",
    *,
    rows: Collection[str] = (),
    optional: Collection[str] = (),
    register: type[Register] = Refusals,
) -> tuple[Register, dict[str, np.ndarray]]:
    """Numbers as columns, one entry for each characteristic; of those named in ``rows`` one row.

    Where each is one number (one row), they are of one characteristic. What is optional and not given (None) has a column
    of NaN; elsewhere a missing number is refused.
    """
    arrays = {name: _numbers(value, name, name in optional) for name, value in given.items()}
    ranks = {name: array.ndim - (name in rows) for name, array in arrays.items()}
    names = ", ".join(arrays)
    if max(ranks.values()) > 1 or min(ranks.values()) < 0:
        raise StatisticsError("one number, or one per characteristic, is needed of {names}", names=names)
    for name in rows:
        if name in arrays:
            check_enough(arrays[name].shape[-1], 1, name)
    sizes = sorted({len(array) for name, array in arrays.items() if ranks[name] == 1})
    if len(sizes) > 1:
        raise StatisticsError(
            "{names} have {found} entries; as many of each are needed", names=names, found=" / ".join(map(str, sizes))
        )
    refusals = register(sizes[0] if sizes else 1, bool(sizes), on_error)
    columns = {}
    for name, array in arrays.items():
        columns[name] = array if ranks[name] else np.broadcast_to(array, (refusals.count, *array.shape))
        if name not in optional:
            refusals.refuse_absent(columns[name], name)
    return refusals, columns


def _numbers(value, name: str, optional: bool) -> np.ndarray:
    """The numbers given, of one characteristic a single one."""
    if value is None and optional:
        return np.array(np.nan)
    if np.ndim(value):
        return check_numbers(value, name)
    return np.asarray(np.nan if optional and value != value else check_number(value, name))


def smallest(meets: Callable[[np.ndarray, np.ndarray], np.ndarray], low, most, guess=None) -> np.ndarray:
    """The smallest whole number from low to most that meets a condition which, once met, stays met; NaN if none.

    There is one search for each entry of low, all together, from low or from where it is guessed to be; ``meets(n, rows)``
    says whether the numbers n of these rows do.

    >>> smallest(lambda n, rows: n * n >= np.array([50, 1, 200])[rows], [1, 1, 1], 10)
    array([ 8.,  1., nan])
    """
    low, most = (np.array(bound, dtype=np.int64) for bound in np.broadcast_arrays(low, most))
    high = low.copy() if guess is None else np.clip(np.rint(guess), low, np.maximum(low, most)).astype(np.int64)
    beyond = low > most
    rows = np.flatnonzero(~beyond)
    met = _met(meets, high, rows)
    up, down, step = rows[~met], rows[met], 1
    while up.size:
        beyond[up] = high[up] == most[up]
        up = up[~beyond[up]]
        low[up], high[up] = high[up] + 1, np.minimum(high[up] + step, most[up])
        up, step = up[~_met(meets, high, up)], 2 * step
    step = 1
    while (down := down[low[down] < high[down]]).size:
        below = np.maximum(high[down] - step, low[down])
        met = np.asarray(meets(below, down))
        high[down[met]], low[down[~met]] = below[met], below[~met] + 1
        down, step = down[met], 2 * step
    rows = np.flatnonzero(~beyond)
    while (rows := rows[low[rows] < high[rows]]).size:
        middle = (low[rows] + high[rows]) // 2
        met = np.asarray(meets(middle, rows))
        high[rows[met]], low[rows[~met]] = middle[met], middle[~met] + 1
    return np.where(beyond, np.nan, high)


def _met(meets, n, rows):
    """Which of the rows meet the condition."""
    return np.asarray(meets(n[rows], rows)) if rows.size else np.zeros(0, dtype=bool)

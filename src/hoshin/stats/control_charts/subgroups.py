"""Rational subgroups: mean, range, standard deviation and size of each, for one or many characteristics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_finite, check_numbers
from hoshin.stats.results import Result
from hoshin.stats.segments import Segments

_BLOCK = 1 << 16
_FEW = 32


@dataclass(frozen=True, eq=False)
class Subgroups(Result):
    """The summary of subgroups that charts are made of: one entry per subgroup, NaN where there is none.

    ``shape`` is (m,) for one characteristic and (C, m) for many; with ``offsets`` the characteristics have different
    numbers of subgroups. ``size`` is one whole number where all subgroups are equal.
    """

    mean: np.ndarray
    range: np.ndarray | None
    sd: np.ndarray | None
    size: int | np.ndarray
    shape: tuple[int, ...]
    offsets: np.ndarray | None = None

    title = "Subgroups"

    @property
    def sizes(self) -> np.ndarray:
        """The size of each subgroup."""
        return np.broadcast_to(np.asarray(self.size), self.mean.shape)


def summarize(data, *, subgroup_offsets=None, offsets=None, ranges: bool = True, deviations: bool = True) -> Subgroups:
    """Mean, range and standard deviation of each subgroup.

    Estimand: xbar = sum of x / n, R = largest - smallest, s = sqrt(sum of (x - xbar)^2 / (n - 1)) over the n values of a
    subgroup that are there.

    Parameters
    ----------
    data : (m, n) values of one characteristic, a list of lists of unequal length, (C, m, n) of many characteristics,
        or a flat column with ``subgroup_offsets``. NaN is a missing value and makes its subgroup smaller.
    subgroup_offsets : where each subgroup begins in a flat column, and at the end its length.
    offsets : where each characteristic begins among the subgroups, and at the end their number.
    ranges, deviations : whether each is wanted.

    Units: mean, range and standard deviation in the unit of the values; sizes count values.

    Assumes: nothing; a subgroup of one value has neither range nor standard deviation (NaN).

    Errors: no value, something else than numbers, an infinite value, offsets that do not rise to the number of values.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, sections 6.2 and 6.3.

    >>> summary = summarize([[1.0, 3.0], [2.0, 2.0, 5.0]])
    >>> summary.mean, summary.range, summary.size
    (array([2., 3.]), array([2., 3.]), array([2, 3]))
    """
    if isinstance(data, Subgroups):
        return data
    if subgroup_offsets is None:
        data, subgroup_offsets = _rectangular(data)
    if subgroup_offsets is None:
        return _of_rectangle(data, offsets, ranges, deviations)
    return _of_column(data, subgroup_offsets, offsets, ranges, deviations)


def _rectangular(data):
    """The data as an array, or as a flat column with offsets where the subgroups have unequal length."""
    try:
        return np.asarray(data, dtype=np.float64), None
    except (TypeError, ValueError):
        pass
    try:
        rows = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in data]
    except (TypeError, ValueError):
        raise StatisticsError("subgroups must be lists of numbers; found something else") from None
    rows = [row if row.size else np.array([np.nan]) for row in rows]
    return np.concatenate(rows), np.concatenate(([0], np.cumsum([row.size for row in rows])))


def _of_rectangle(data, offsets, ranges, deviations) -> Subgroups:
    array = check_numbers(data, "subgroups", ndim=(2, 3))
    if not array.size:
        raise StatisticsError("subgroups has shape {found}; at least one value is needed", found=array.shape)
    rows = np.ascontiguousarray(array).reshape(-1, array.shape[-1])
    m = len(rows)
    mean, spread, sd = np.empty(m), np.empty(m) if ranges else None, np.empty(m) if deviations else None
    step, sizes = max(1, _BLOCK // rows.shape[1]), []
    for low in range(0, m, step):
        part = slice(low, min(low + step, m))
        sizes.append(_summary(rows[part], mean[part], *(None if s is None else s[part] for s in (spread, sd))))
    size = sizes[0]
    if any(isinstance(s, np.ndarray) for s in sizes):
        size = np.concatenate([np.broadcast_to(s, min(step, m - i * step)) for i, s in enumerate(sizes)])
    return Subgroups(mean, spread, sd, size, array.shape[:-1], offsets)


def _summary(rows, mean, spread, sd):
    """Fill mean, range and sd of the rows; the size of all, or of each where values are missing."""
    shift = rows[:, 0]
    if not np.isfinite(rows.sum()):
        return _summary_with_missing(rows, mean, spread, sd)
    n = rows.shape[1]
    if spread is not None:
        _extreme(np.maximum, rows, spread)
        spread -= _extreme(np.minimum, rows, np.empty_like(spread))
    # About the first value: equal values then give a deviation of exactly 0, and a large level costs no digits.
    deviation = np.subtract(rows.T, shift, order="C") if n <= _FEW else rows - shift[:, None]
    axis = 0 if n <= _FEW else 1
    average = deviation.sum(axis=axis) / n
    np.add(shift, average, out=mean)
    if sd is not None:
        deviation -= average if axis == 0 else average[:, None]
        np.multiply(deviation, deviation, out=deviation)
        deviation.sum(axis=axis, out=sd)
        sd /= max(n - 1, 1)
        np.sqrt(sd, out=sd)
    _nothing_from_one(np.full(mean.shape, n) if n < 2 else None, spread, sd)
    return n


def _extreme(of, rows, out):
    """Largest or smallest of each row, column by column where the rows are short."""
    if rows.shape[1] > _FEW:
        return of.reduce(rows, axis=1, out=out)
    out[:] = rows[:, 0]
    for column in range(1, rows.shape[1]):
        of(out, rows[:, column], out=out)
    return out


def _summary_with_missing(rows, mean, spread, sd):
    present = ~np.isnan(rows)
    n = present.sum(axis=1)
    shift = rows[np.arange(len(rows)), present.argmax(axis=1)]
    deviation = np.where(present, rows - shift[:, None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = deviation.sum(axis=1) / n
        np.add(shift, average, out=mean)
        if spread is not None:
            filled = np.where(present, rows, shift[:, None])
            np.subtract(filled.max(axis=1), filled.min(axis=1), out=spread)
        if sd is not None:
            deviation = np.where(present, deviation - average[:, None], 0.0)
            np.sqrt((deviation * deviation).sum(axis=1) / np.maximum(n - 1, 1), out=sd)
    _nothing_from_one(n, spread, sd)
    return n


def _nothing_from_one(n, *statistics) -> None:
    """A subgroup of one value has neither range nor standard deviation."""
    for statistic in statistics if n is not None else ():
        if statistic is not None:
            statistic[n < 2] = np.nan


def _of_column(data, subgroup_offsets, offsets, ranges, deviations) -> Subgroups:
    column = check_numbers(data, "values", ndim=1)
    cuts = Segments.read(subgroup_offsets, column.size, "subgroup_offsets")
    present = ~np.isnan(column)
    n = cuts.counts(present)
    first = np.minimum.reduceat(np.where(present, np.arange(column.size), column.size - 1), cuts.offsets[:-1])
    shift = column[first]
    about = cuts.per_point(shift)
    deviation = np.where(present, column - about, 0.0)
    spread = sd = None
    with np.errstate(invalid="ignore", divide="ignore"):
        average = cuts.sums(deviation) / n
        if ranges:
            spread = np.maximum.reduceat(deviation, cuts.offsets[:-1])
            spread -= np.minimum.reduceat(deviation, cuts.offsets[:-1])
        if deviations:
            deviation = np.where(present, deviation - cuts.per_point(average), 0.0)
            sd = np.sqrt(cuts.sums(deviation * deviation) / np.maximum(n - 1, 1))
    _nothing_from_one(n, spread, sd)
    size = int(n[0]) if (n == n[0]).all() else n
    return Subgroups(shift + average, spread, sd, size, (cuts.count,), None if offsets is None else _checked(offsets))


def _checked(offsets) -> np.ndarray:
    return check_finite(offsets, "offsets", ndim=1).astype(np.int64)

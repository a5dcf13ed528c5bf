"""The running statistics of charts with memory, for rows of points, block by block."""

from __future__ import annotations

import math

import numpy as np

from hoshin.stats.segments import Segments

_BLOCK = 1 << 14
_RESTART = 1 << 12
"""After so many points a cumulative sum begins anew, so that rounding does not grow with the series."""


def without_missing(points: np.ndarray, segments: Segments):
    """The points that are there, their segments, and their places; places is None where none is missing.

    >>> without_missing(np.array([1.0, np.nan, 3.0]), Segments.one(3))[2]
    array([0, 2])
    """
    if np.isfinite(points.sum()):
        return points, segments, None
    present = ~np.isnan(points)
    counts = segments.counts(present)
    filled = np.concatenate(([0], np.cumsum(counts)))
    return points[present], Segments(np.unique(filled)), np.flatnonzero(present)


def restored(values: np.ndarray, places: np.ndarray | None, total: int) -> np.ndarray:
    """Values back at their places among missing ones.

    >>> restored(np.array([1.0, 3.0]), np.array([0, 2]), 3)
    array([ 1., nan,  3.])
    """
    if places is None:
        return values
    result = np.full(total, np.nan)
    result[places] = values
    return result


def _blocks(rows: np.ndarray, width: int):
    """Slices of rows and columns that hold about _BLOCK points; the columns of a row come in order."""
    width = min(width, rows.shape[1])
    height = max(1, _BLOCK // width)
    for top in range(0, rows.shape[0], height):
        for left in range(0, rows.shape[1], width):
            yield slice(top, top + height), slice(left, left + width), left == 0


def smoothed(rows: np.ndarray, weight: float, start: float = 0.0, out: np.ndarray | None = None) -> np.ndarray:
    """The exponentially weighted moving average of each row: z = weight x + (1 - weight) z before.

    ``out`` may be the rows themselves.

    The sum over all earlier points is a product of factors ``1 + a^s shift(s)``, s = 1, 2, 4 ..., a = 1 - weight; it
    ends where a^s no longer counts.

    >>> smoothed(np.array([[1.0, 1.0]]), 0.5)
    array([[0.5 , 0.75]])
    """
    result = np.empty_like(rows) if out is None else out
    keep = 1.0 - weight
    reach = rows.shape[1] if keep >= 1 else 1 if keep <= 0 else math.ceil(-45 / math.log(keep))
    last = None
    for part, columns, first in _blocks(rows, _BLOCK):
        z = result[part, columns]
        np.multiply(rows[part, columns], weight, out=z)
        z[:, 0] += keep * (start if first else last)
        _decayed(z, keep, reach)
        last = z[:, -1].copy()
    return result


def _decayed(z: np.ndarray, keep: float, reach: int) -> None:
    """Add to each entry the earlier ones of its row, each multiplied by keep once per step between."""
    shift, scratch = 1, np.empty_like(z)
    while shift < z.shape[1] and shift < reach:
        earlier = np.multiply(z[:, :-shift], keep**shift, out=scratch[:, :-shift])
        z[:, shift:] += earlier
        shift *= 2


def summed_above_zero(
    rows: np.ndarray, scale: float, shift: float, start: float = 0.0, out: np.ndarray | None = None
) -> np.ndarray:
    """The one-sided cumulative sum of each row: c = max(0, c before + scale x - shift).

    ``out`` may be the rows themselves.

    As S - min(0, smallest S so far), S the plain cumulative sum from ``start``.

    >>> summed_above_zero(np.array([[1.0, -2.0, 3.0]]), 1.0, 0.5)
    array([[0.5, 0. , 2.5]])
    """
    result = np.empty_like(rows) if out is None else out
    scratch = np.empty(max(_BLOCK, min(rows.shape[1], _RESTART)))
    last = None
    for part, columns, first in _blocks(rows, _RESTART):
        c = result[part, columns]
        np.multiply(rows[part, columns], scale, out=c)
        c -= shift
        c[:, 0] += start if first else last
        np.cumsum(c, axis=1, out=c)
        lowest = scratch[: c.size].reshape(c.shape)
        np.minimum.accumulate(c, axis=1, out=lowest)
        np.minimum(lowest, 0.0, out=lowest)
        c -= lowest
        last = c[:, -1].copy()
    return result


def averaged(rows: np.ndarray, span: int) -> np.ndarray:
    """The mean of each point and the span - 1 before it; of what there is at the beginning.

    >>> averaged(np.array([[1.0, 3.0, 8.0]]), 2)
    array([[1. , 2. , 5.5]])
    """
    total = rows.copy()
    for shift in range(1, min(span, rows.shape[1])):
        total[:, shift:] += rows[:, :-shift]
    return total / np.minimum(np.arange(1, rows.shape[1] + 1), span)

"""Layouts: how the points of one characteristic or many lie in a flat column, and which of them have no answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError, check_enough, check_numbers
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False, kw_only=True)
class Layout(Refusals):
    """The segments in which the points of the characteristics lie, one for each, and those that are refused."""

    segments: Segments

    @classmethod
    def of(cls, segments: Segments, many: bool, on_error: str = "raise", **own) -> Self:
        """The layout of points that lie in these segments."""
        return cls(segments.count, many, on_error, segments=segments, **own)

    def refuse_points(self, wrong: np.ndarray, template: str, values: np.ndarray | None = None, **numbers) -> None:
        """Refuse characteristics with a wrong point: the template may name ``found`` and ``place``, the first."""
        if wrong.any():
            first = self.segments.firsts(np.arange(wrong.size), wrong)
            own = {} if values is None else {"found": values[first]}
            place = first - self.segments.offsets[:-1]
            self.refuse(self.segments.counts(wrong) > 0, template, **own, place=place, **numbers)

    def refuse_missing_points(self, points: np.ndarray, name: str = "values") -> None:
        """Refuse characteristics with a missing point."""
        missing = np.isnan(points)
        if missing.any():
            words = "{name} has {found} missing value(s), the first at index {place}; every value is needed here"
            self.refuse_points(missing, words, name=name, found=self.segments.counts(missing))

    def refuse_no_variation(self, points: np.ndarray, name: str = "values") -> None:
        """Refuse characteristics whose points are all alike."""
        least, most = self.segments.extremes(points)
        self.refuse_alike(least == most, name)

    def only(self, good: np.ndarray) -> Self:
        """The layout of the characteristics that a mask keeps."""
        segments = Segments(np.concatenate([[0], np.cumsum(self.segments.lengths[good])]).astype(np.int64))
        return replace(self, count=segments.count, whose=self.whose[good], segments=segments)

    def taken(self, column: np.ndarray, good: np.ndarray) -> np.ndarray:
        """A column, one entry for each point or for each characteristic, of those that a mask keeps."""
        return column[self.segments.per_point(good) if len(column) == self.segments.total else good]


def read_layout(shape, offsets=None, on_error: str = "raise", *, ndim: int = 1, name: str = "values") -> Layout:
    """The layout of points with this shape."""
    return Layout.of(*read_segments(shape, offsets, ndim=ndim, name=name), on_error)


def read_segments(shape, offsets=None, *, ndim: int = 1, name: str = "values") -> tuple[Segments, bool]:
    """Where points lie along the first of so many axes, and whether they are of many characteristics.

    Those of one have so many axes; those of many have more in front, or lie flat, cut by offsets.
    """
    check_enough(math.prod(shape), 1, name)
    length = shape[len(shape) - ndim]
    if len(shape) == ndim:
        return (Segments.one(length), False) if offsets is None else (Segments.read(offsets, length), True)
    if offsets is not None:
        raise StatisticsError(
            "offsets belong to a flat column; found {name} in {found} rows", name=name, found=shape[0]
        )
    return Segments.rows(math.prod(shape[: len(shape) - ndim]), length), True


def read_series(values, name: str, offsets, on_error: str, least: int = 1) -> tuple[np.ndarray, Layout]:
    """Values (n,) of one characteristic, (C, n) of many or flat with offsets, as a flat column; none is missing."""
    array = check_numbers(values, name, ndim=(1, 2))
    layout = read_layout(array.shape, offsets, on_error, name=name)
    points = np.ascontiguousarray(array).ravel()
    layout.refuse_missing_points(points, name)
    layout.refuse_few(layout.segments.lengths, least)
    return points, layout


def read_batch(values, name: str, ndim: int, on_error: str = "raise") -> tuple[Refusals, np.ndarray]:
    """Values of one characteristic with so many axes, or of many with one more in front; NaN is not refused yet."""
    array = check_numbers(values, name, ndim=(ndim, ndim + 1))
    many = array.ndim > ndim
    return Refusals(len(array) if many else 1, many, on_error), array

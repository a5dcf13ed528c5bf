"""Samples: the values of one or many characteristics in a flat column, and what becomes of those that support no answer.

A function reads its values once, refuses what supports no answer (raised, or noted as a problem and left out), computes
for all characteristics together and gives the figures back with NaN where there is a problem. One characteristic is a
batch of one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import elementwise

from hoshin.stats._layout import Layout, read_segments
from hoshin.stats.errors import check_enough, check_numbers
from hoshin.stats.segments import Segments

LEAST_SPREAD, MOST_SPREAD = 1e-150, 1e150
"""Between these a range can be squared."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Samples(Layout):
    """The values of the characteristics that support an answer so far, one segment for each.

    ``places`` says where each value stands in the column that was given.
    """

    points: np.ndarray
    places: np.ndarray
    given: Segments
    shape: tuple[int, ...]

    @classmethod
    def read(cls, values, offsets=None, on_error: str = "raise", *, enough: int = 1, varied: bool = True) -> Samples:
        """Values (n,), (C, n) or flat with offsets, at least ``enough`` in each, none missing and not all alike."""
        samples = cls.laid(check_numbers(values, "values", ndim=(1, 2)), offsets, on_error, enough=enough)
        samples.refuse_missing_points(samples.points)
        samples.refuse_few(samples.n, enough)
        if not varied:
            return samples.remaining()
        least, most = samples.extremes()
        samples.refuse(least == most, "values have no variation (all of them are {value})", value=least)
        with np.errstate(over="ignore"):
            spread = most - least
        return samples.without(
            ~((spread > LEAST_SPREAD) & (spread < MOST_SPREAD)),
            "values span {spread}; the squares of what lies between {least} and {most} can be computed with",
            spread=spread,
            least=LEAST_SPREAD,
            most=MOST_SPREAD,
        )

    @classmethod
    def laid(cls, array: np.ndarray, offsets=None, on_error: str = "raise", *, enough: int = 1) -> Samples:
        """The layout of numbers, in which values may be missing."""
        check_enough(array.size, 1 if array.ndim > 1 or offsets is not None else enough)
        segments, many = read_segments(array.shape, offsets)
        own = {"points": np.ravel(array), "places": np.arange(array.size), "shape": array.shape}
        return cls.of(segments, many, on_error, given=segments, **own)

    @property
    def n(self) -> np.ndarray:
        """How many values each characteristic has."""
        return self.segments.lengths

    @property
    def starts(self) -> np.ndarray:
        """Where the values of each characteristic begin."""
        return self.segments.offsets[:-1]

    @cached_property
    def ordered(self) -> np.ndarray:
        """The values of each characteristic in rising order; missing ones last."""
        return self.segments.ordered(self.points)

    def per_point(self, values) -> np.ndarray:
        """One number per characteristic, repeated for each of its values."""
        return self.segments.per_point(values)

    def means(self, points: np.ndarray) -> np.ndarray:
        """The mean for each characteristic of one number per value."""
        return self.segments.means(points)

    def moments(self, points: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (divisor n - 1)."""
        return self.segments.moments(self.points if points is None else points)

    def extremes(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and the largest value."""
        return self.segments.extremes(self.points)

    def quantile(self, p: float | np.ndarray, rule: str = "linear", n: np.ndarray | None = None) -> np.ndarray:
        """The share p's quantile: "linear" at (n - 1) p, "hazen" at n p - 1/2, between the order statistics."""
        n = self.n if n is None else n
        at = np.clip((n - 1) * p if rule == "linear" else n * p - 0.5, 0, n - 1)
        low = np.floor(at).astype(np.int64)
        share = at - low
        below = self.ordered[self.starts + low]
        above = self.ordered[self.starts + np.minimum(low + 1, n - 1)]
        return np.where(share < 0.5, below + (above - below) * share, above - (above - below) * (1 - share))

    def median(self) -> np.ndarray:
        """The middle value, or the mean of both."""
        return (self.ordered[self.starts + (self.n - 1) // 2] + self.ordered[self.starts + self.n // 2]) / 2

    def furthest(self, distance: np.ndarray) -> np.ndarray:
        """The place in the flat column of each characteristic's largest distance; the first of equals."""
        if not self.segments.count:
            return np.empty(0, np.int64)
        largest = np.maximum.reduceat(distance, self.starts)
        return self.segments.firsts(np.arange(distance.size), distance == self.per_point(largest))

    def root(self, slope: Callable, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Where a falling function of one number per characteristic crosses 0, by Chandrupatla's method; NaN if nowhere.

        The function is called with a number for every characteristic, so that calls do not grow with their number.
        """
        now, every = (low + high) / 2, np.arange(low.size)

        def chosen(x, rows):
            now[rows] = x
            return slope(now)[rows]

        if not low.size:
            return low
        found = elementwise.find_root(
            chosen, (low, high), args=(every,), tolerances={"xrtol": 1e-14, "frtol": 0.0}, maxiter=100
        )
        return np.where(found.success, found.x, np.nan)

    def without(self, bad: np.ndarray, template: str, **numbers) -> Samples:
        """The samples without those marked: raised for the first of them, or noted as problems."""
        self.refuse(bad, template, **numbers)
        return self.remaining()

    def remaining(self) -> Samples:
        """The samples that are not refused."""
        good = ~self.lost
        return self if good.all() else self.only(good)

    def only(self, good: np.ndarray) -> Samples:
        """The samples of the characteristics that a mask keeps."""
        kept = self.per_point(good)
        return dataclasses.replace(super().only(good), points=self.points[kept], places=self.places[kept])

    def whole(self, found: np.ndarray, blank=None) -> np.ndarray:
        """One entry for every characteristic that was given: NaN (no, 0) for those left out."""
        if self.whose.size == self.given.count:
            return found
        if blank is None:
            blank = np.nan if found.dtype.kind == "f" else 0
        result = np.full((self.given.count, *found.shape[1:]), blank, dtype=found.dtype)
        result[self.whose] = found
        return result

    def whole_points(self, found: np.ndarray) -> np.ndarray:
        """One entry for every value that was given, in the shape it came in; NaN for those left out."""
        if found.size == self.given.total:
            return found.reshape(self.shape)
        result = np.full(self.given.total, np.nan)
        result[self.places] = found
        return result.reshape(self.shape)

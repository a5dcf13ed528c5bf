"""Samples: the values of one or many characteristics in a flat column, and what becomes of those that support no answer.

A function reads its values once, refuses what supports no answer (raised, or noted as a problem and left out), computes
for all characteristics together and gives the figures back with NaN where there is a problem. One characteristic is a
batch of one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from scipy.optimize import elementwise

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_numbers
from hoshin.stats.results import FrozenDict, Result
from hoshin.stats.segments import Segments

LEAST_SPREAD, MOST_SPREAD = 1e-150, 1e150
"""Between these a range can be squared."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The values of the characteristics that support an answer so far, one segment for each.

    ``places`` says where each value stands in the column that was given, ``rows`` which characteristic each segment is.
    """

    points: np.ndarray
    segments: Segments
    rows: np.ndarray
    places: np.ndarray
    given: Segments
    shape: tuple[int, ...]
    many: bool
    on_error: str
    problems: dict[int, str]

    @classmethod
    def read(cls, values, offsets=None, on_error: str = "raise", *, enough: int = 1, varied: bool = True) -> Samples:
        """Values (n,), (C, n) or flat with offsets, at least ``enough`` in each, none missing and not all alike."""
        array = check_numbers(values, "values", ndim=(1, 2))
        if array.ndim == 1 and offsets is None:
            check_finite(array, "values")
        samples = cls.laid(array, offsets, on_error, enough=enough)
        missing = samples.segments.counts(np.isnan(samples.points))
        samples = samples.without(missing > 0, "values has {k} missing value(s); every value is needed here", k=missing)
        samples = samples.without(
            samples.n < enough, "{n} values found; at least {enough} are needed", n=samples.n, enough=enough
        )
        if not varied:
            return samples
        least, most = samples.extremes()
        samples = samples.without(least == most, "values have no variation (all of them are {value})", value=least)
        least, most = samples.extremes()
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
        check_choice(on_error, ("raise", "mark"), "on_error")
        check_enough(array.size, 1 if array.ndim > 1 or offsets is not None else enough)
        if array.ndim > 1 and offsets is not None:
            raise StatisticsError("offsets belong to a flat column; found values in {found} rows", found=len(array))
        if array.ndim > 1:
            segments = Segments.rows(array.size // array.shape[-1], array.shape[-1])
        else:
            segments = Segments.one(array.size) if offsets is None else Segments.read(offsets, array.size)
        many = array.ndim > 1 or offsets is not None
        rows, places = np.arange(segments.count), np.arange(array.size)
        return cls(np.ravel(array), segments, rows, places, segments, array.shape, many, on_error, {})

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
        if self.segments.equal:
            return np.sort(self.points.reshape(self.segments.count, -1), axis=1).ravel()
        return self.points[np.lexsort((self.points, self.per_point(np.arange(self.segments.count))))]

    def per_point(self, values) -> np.ndarray:
        """One number per characteristic, repeated for each of its values."""
        return self.segments.per_point(values)

    def means(self, points: np.ndarray) -> np.ndarray:
        """The mean for each characteristic of one number per value."""
        return self.segments.sums(points) / self.n

    def moments(self, points: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (divisor n - 1), computed about the first value."""
        points = self.points if points is None else points
        origin = points[self.starts]
        shifted = points - self.per_point(origin)
        mean = self.means(shifted)
        deviation = shifted - self.per_point(mean)
        return mean + origin, np.sqrt(self.segments.sums(deviation * deviation) / (self.n - 1))

    def extremes(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and the largest value."""
        if not self.segments.count:
            return np.empty(0), np.empty(0)
        return np.minimum.reduceat(self.points, self.starts), np.maximum.reduceat(self.points, self.starts)

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
        if not bad.any():
            return self
        for s in np.flatnonzero(bad):
            c = int(self.rows[s])
            found = {name: number[s].item() if np.ndim(number) else number for name, number in numbers.items()}
            error = StatisticsError(f"characteristic {c}: {template}" if self.many else template, **found)
            if self.on_error == "raise" or not self.many:
                raise error
            self.problems[c] = str(error)
        kept = self.per_point(~bad)
        offsets = np.concatenate([[0], np.cumsum(self.n[~bad])]).astype(np.int64)
        return dataclasses.replace(
            self,
            points=self.points[kept],
            segments=Segments(offsets),
            rows=self.rows[~bad],
            places=self.places[kept],
        )

    def whole(self, found: np.ndarray, blank=None) -> np.ndarray:
        """One entry for every characteristic that was given: NaN (no, 0) for those left out."""
        if self.rows.size == self.given.count:
            return found
        if blank is None:
            blank = np.nan if found.dtype.kind == "f" else 0
        result = np.full((self.given.count, *found.shape[1:]), blank, dtype=found.dtype)
        result[self.rows] = found
        return result

    def whole_points(self, found: np.ndarray) -> np.ndarray:
        """One entry for every value that was given, in the shape it came in; NaN for those left out."""
        if found.size == self.given.total:
            return found.reshape(self.shape)
        result = np.full(self.given.total, np.nan)
        result[self.places] = found
        return result.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Sampled(Result):
    """A result of one characteristic or of many at once: ``result[i]`` is that of one, with the fields of one.

    A subclass names in ``each`` the fields with an entry per characteristic, in ``optional`` those of them that are
    None (NaN among many) where they do not exist, in ``pairs`` those that are (lower, upper) and in ``column`` the
    fields with an entry per value, cut by ``offsets``.
    """

    each: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    pairs: ClassVar[tuple[str, ...]] = ()
    column: ClassVar[tuple[str, ...]] = ()

    def __getitem__(self, i: int) -> Self:
        leader = getattr(self, self.each[0])
        if np.ndim(leader) == 0:
            raise TypeError("the result of one characteristic has no entries")
        i = range(len(leader))[i]
        if i in self.problems:
            raise StatisticsError("{problem}", problem=self.problems[i])
        return dataclasses.replace(self, **self.entry(i))

    def entry(self, i: int) -> dict[str, Any]:
        """The fields that differ between the result of one characteristic and that of many."""
        fields = {name: self._of(name, getattr(self, name), i) for name in self.each}
        if self.column:
            cut = slice(*self.offsets[i : i + 2].tolist())
            fields |= {name: getattr(self, name).ravel()[cut] for name in self.column} | {"offsets": None}
        return fields | {"problems": FrozenDict()}

    def _of(self, name: str, value, i: int):
        if value is None:
            return None
        if isinstance(value, Mapping):
            return {key: self._of(name, item, i) for key, item in value.items()}
        found = value[i]
        if name in self.pairs:
            return None if name in self.optional and np.isnan(found).any() else tuple(found.tolist())
        if not isinstance(found, np.generic):
            return found
        number = found.item()
        return None if name in self.optional and number != number else number

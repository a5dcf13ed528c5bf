"""Segments: a flat column of points cut where one characteristic, or one stage of it, ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hoshin.stats.errors import StatisticsError, check_finite


@dataclass(frozen=True, eq=False)
class Segments:
    """Where each segment begins in a flat column; the last entry is the column's length. No segment is empty."""

    offsets: np.ndarray

    @classmethod
    def one(cls, n: int) -> Segments:
        """A single segment."""
        return cls(np.array([0, n], dtype=np.int64))

    @classmethod
    def rows(cls, rows: int, n: int) -> Segments:
        """Segments of equal length: the rows of a flattened array."""
        return cls(np.arange(rows + 1, dtype=np.int64) * n)

    @classmethod
    def read(cls, offsets, total: int, name: str = "offsets") -> Segments:
        """Segments from offsets somebody gave: they begin at 0, rise, and end at the column's length."""
        given = check_finite(offsets, name, ndim=1)
        array = given.astype(np.int64)
        if (
            array.size < 2
            or (array != given).any()
            or array[0] != 0
            or array[-1] != total
            or (np.diff(array) < 1).any()
        ):
            raise StatisticsError(
                "{name} must rise from 0 to the number of values ({total}) without an empty segment; found {found}",
                name=name,
                total=total,
                found=np.array2string(given, threshold=8),
            )
        return cls(array)

    @property
    def count(self) -> int:
        """How many segments there are."""
        return self.offsets.size - 1

    @property
    def total(self) -> int:
        """How many points there are."""
        return int(self.offsets[-1])

    @cached_property
    def lengths(self) -> np.ndarray:
        """How many points each segment has."""
        return np.diff(self.offsets)

    @cached_property
    def equal(self) -> int | None:
        """The common length, or None."""
        first = int(self.lengths[0]) if self.count else 0
        return first if first and (self.lengths == first).all() else None

    def sums(self, points: np.ndarray) -> np.ndarray:
        """The sum of each segment."""
        if self.equal:
            return points.reshape(self.count, self.equal).sum(axis=1)
        return np.add.reduceat(points, self.offsets[:-1])

    def counts(self, mask: np.ndarray) -> np.ndarray:
        """How many points of each segment a mask keeps."""
        return self.sums(mask.astype(np.int64))

    def means(self, points: np.ndarray) -> np.ndarray:
        """The mean of each segment."""
        return self.sums(points) / self.lengths

    def moments(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (divisor n - 1, 0 where all are equal) of each segment, about its first point."""
        origin = points[self.offsets[:-1]]
        shifted = points - self.per_point(origin)
        mean = self.means(shifted)
        deviation = shifted - self.per_point(mean)
        with np.errstate(invalid="ignore"):
            return mean + origin, np.sqrt(self.sums(deviation * deviation) / (self.lengths - 1))

    def extremes(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and the largest point of each segment."""
        if not self.count:
            return np.empty(0), np.empty(0)
        starts = self.offsets[:-1]
        return np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)

    def firsts(self, points: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """The first point of each segment (that a mask keeps; its last where it keeps none)."""
        if mask is None:
            return points[self.offsets[:-1]]
        last = self.per_point(self.offsets[1:] - 1)
        return points[np.minimum.reduceat(np.where(mask, np.arange(self.total), last), self.offsets[:-1])]

    def ordered(self, points: np.ndarray) -> np.ndarray:
        """The points of each segment in rising order; NaN comes last."""
        if self.equal:
            return np.sort(points.reshape(self.count, self.equal), axis=1).ravel()
        return points[np.lexsort((points, self.owner))]

    def medians(self, points: np.ndarray) -> np.ndarray:
        """The median of each segment's points that are not NaN; NaN where there is none."""
        present = ~np.isnan(points)
        n = self.counts(present)
        ordered = self.ordered(points)
        low = self.offsets[:-1] + np.maximum(n - 1, 0) // 2
        high = self.offsets[:-1] + n // 2
        return np.where(n > 0, (ordered[low] + ordered[np.minimum(high, self.total - 1)]) / 2, np.nan)

    def owners(self, places) -> np.ndarray:
        """The segment in which each place lies."""
        return np.searchsorted(self.offsets, places, side="right") - 1

    @cached_property
    def owner(self) -> np.ndarray:
        """The segment each point belongs to."""
        return self.per_point(np.arange(self.count))

    def per_point(self, values: np.ndarray) -> np.ndarray:
        """One value per segment, repeated for each of its points."""
        return np.repeat(values, self.lengths)

    def heads(self, length: int, low: int = 0, high: int | None = None) -> np.ndarray:
        """The indices of the first ``length`` points of each segment that begins in [low - length, high).

        Where a segment is shorter than that, points of the next one are named twice, which does no harm.
        """
        high = self.total if high is None else high
        first, last = np.searchsorted(self.offsets, (low - length, high))
        starts = self.offsets[first : min(last, self.count)]
        indices = (starts[:, None] + np.arange(length)).ravel()
        return indices[(indices >= low) & (indices < high)]

    def block(self, values, low: int, high: int):
        """What holds for the points [low, high) of values given once, per segment or per point."""
        if np.ndim(values) == 0:
            return values
        if len(values) != self.count:
            return values[low:high]
        first = int(np.searchsorted(self.offsets, low, side="right")) - 1
        last = int(np.searchsorted(self.offsets, high, side="left"))
        if last - first == 1:
            return values[first]
        edges = np.clip(self.offsets[first : last + 1], low, high)
        return np.repeat(values[first:last], np.diff(edges))

    def padded(self, points: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """The segments as rows of equal length, the shorter ones filled up at the end."""
        if self.equal:
            return points.reshape(self.count, self.equal)
        columns = np.arange(self.lengths.max())
        inside = columns < self.lengths[:, None]
        rows = np.full(inside.shape, fill, dtype=points.dtype)
        rows[inside] = points
        return rows

    def by_rows(self, points: np.ndarray, function) -> np.ndarray:
        """What a function of rows, running from left to right, makes of each segment.

        Segments of unequal length are padded with 0 at the end, those of similar length together, so that the
        function is called a few times however many there are.
        """
        if self.equal:
            return function(points.reshape(self.count, self.equal)).reshape(points.shape)
        result = np.empty_like(points)
        classes = np.frexp(self.lengths)[1]
        for size in np.unique(classes):
            chosen = np.flatnonzero(classes == size)
            columns = np.arange(self.lengths[chosen].max())
            inside = columns < self.lengths[chosen, None]
            places = (self.offsets[chosen, None] + columns)[inside]
            rows = np.zeros(inside.shape)
            rows[inside] = points[places]
            result[places] = function(rows)[inside]
        return result

    def positions(self) -> np.ndarray:
        """The 0-based place of each point within its segment."""
        return np.arange(self.total) - self.per_point(self.offsets[:-1])

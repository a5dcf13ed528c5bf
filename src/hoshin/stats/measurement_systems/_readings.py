"""Readings of masters: of one gauge, of many with as many readings each, or flat with offsets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hoshin.stats._batch import Batch, read_layout
from hoshin.stats.errors import StatisticsError, check_finite, check_numbers
from hoshin.stats.segments import Segments


@dataclass(frozen=True)
class Readings:
    """A flat column of readings, cut by gauge."""

    batch: Batch
    points: np.ndarray
    segments: Segments

    @classmethod
    def read(cls, values, name: str = "values", offsets=None, on_error: str = "raise") -> Readings:
        """Readings (n,), (gauges, n), or flat with the offsets where each gauge's begin; complete unless marking."""
        array = check_numbers(values, name, ndim=(1, 2))
        batch, segments = read_layout(array.shape, 1, offsets, on_error)
        if not batch.marks:
            check_finite(array, name)
        return cls(batch, array.ravel(), segments)

    @property
    def n(self) -> int | np.ndarray:
        """How many readings each gauge has: one number where they have as many."""
        return self.segments.equal or self.segments.lengths

    def refuse_few(self, needed: int, what: str = "readings") -> None:
        """Refuse gauges with fewer readings than needed."""
        n = self.segments.lengths
        self.batch.refuse(n < needed, "{n} {what} found; at least {needed} are needed", n=n, what=what, needed=needed)

    def per_gauge(self, value, name: str) -> np.ndarray:
        """One number for all gauges, or one for each, as one for each."""
        array = check_finite(value, name, ndim=(0, 1))
        if array.ndim and array.size != self.segments.count:
            raise StatisticsError(
                "{name} has {found} entries for {needed} gauge(s); one number is needed, or one for each",
                name=name,
                found=array.size,
                needed=self.segments.count,
            )
        return np.broadcast_to(array, (self.segments.count,))

    def mean(self) -> np.ndarray:
        """The mean of each gauge's readings."""
        return self.segments.sums(self.points) / self.segments.lengths

    def sd(self) -> np.ndarray:
        """The standard deviation of each gauge's readings, exactly 0 where they are equal."""
        segments = self.segments
        deviation = self.points - segments.per_point(segments.firsts(self.points))
        deviation -= segments.per_point(segments.sums(deviation) / segments.lengths)
        return np.sqrt(segments.sums(deviation * deviation) / np.maximum(segments.lengths - 1, 1))

    def ranges(self) -> np.ndarray:
        """The range of each gauge's readings."""
        starts = self.segments.offsets[:-1]
        return np.maximum.reduceat(self.points, starts) - np.minimum.reduceat(self.points, starts)


def by_size(function: Callable[[int], float], n) -> np.ndarray:
    """What a function of a number of readings gives for each, computed once for each size."""
    sizes, place = np.unique(n, return_inverse=True)
    return np.array([function(size) for size in sizes.tolist()])[place]

"""Readings of masters: of one gauge, of many with as many readings each, or flat with offsets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats._layout import Layout, read_segments
from hoshin.stats.errors import check_numbers
from hoshin.stats.measurement_systems._given import column


@dataclass(frozen=True, eq=False, kw_only=True)
class Readings(Layout):
    """A flat column of readings, cut by gauge."""

    points: np.ndarray

    @classmethod
    def read(cls, values, name: str = "values", offsets=None, on_error: str = "raise") -> Readings:
        """Readings (n,), (gauges, n), or flat with the offsets where each gauge's begin; none is missing."""
        array = check_numbers(values, name, ndim=(1, 2))
        readings = cls.of(*read_segments(array.shape, offsets, name=name), on_error, points=array.ravel())
        readings.refuse_missing_points(readings.points, name)
        return readings

    @property
    def n(self) -> int | np.ndarray:
        """How many readings each gauge has: one number where they have as many."""
        return self.segments.equal or self.segments.lengths

    def moved(self, origin: np.ndarray) -> Readings:
        """The same readings less what is given for each."""
        return replace(self, points=self.points - origin)

    def per_gauge(self, value, name: str, **how) -> np.ndarray:
        """One number for all gauges, or one for each, as one for each."""
        return column(value, name, self, of="gauges", **how)

    def mean(self) -> np.ndarray:
        """The mean of each gauge's readings."""
        return self.segments.means(self.points)

    def sd(self) -> np.ndarray:
        """The standard deviation of each gauge's readings, exactly 0 where they are equal."""
        return self.segments.moments(self.points)[1]

    def ranges(self) -> np.ndarray:
        """The range of each gauge's readings."""
        least, most = self.segments.extremes(self.points)
        return most - least

"""Points: what a chart plots of one characteristic, and which measurements stand behind each point."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hoshin.measurements.columns import Columns
from hoshin.measurements.overlay import Reading

from .chart_kinds import KINDS, USUAL_SHIFT, ChartKind
from .rules import Choice, choose_chart


@dataclass(frozen=True, eq=False)
class Points:
    """The measurements of one characteristic cut into the points of its chart.

    Point i holds the measurements ``cuts[i]`` to before ``cuts[i + 1]`` of the reading; ``waiting`` counts those at
    the end whose subgroup is not complete yet.
    """

    reading: Reading
    choice: Choice
    cuts: np.ndarray
    waiting: int = 0
    # Points that its baseline leaves out, as a chart with a memory must not carry them on.
    left_out: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.cuts) - 1

    @property
    def columns(self) -> Columns:
        return self.reading.columns

    @property
    def kind(self) -> ChartKind:
        return KINDS[self.choice.chart]

    @property
    def in_subgroups(self) -> bool:
        """Whether a point stands for more than one value: their spread, or their mean alone."""
        return self.kind.grouping != "single" and bool((np.diff(self.cuts) > 1).any())

    def charted(self, values: np.ndarray) -> np.ndarray:
        """What the chart is given of the measurements' values: themselves, or the mean of each subgroup."""
        if self.kind.grouping != "mean" or not len(self):
            return values
        present = ~np.isnan(values)
        sums = np.add.reduceat(np.where(present, values, 0.0), self.cuts[:-1])
        counts = np.add.reduceat(present.astype(np.int64), self.cuts[:-1])
        return np.divide(sums, counts, out=np.full(len(self), np.nan), where=counts > 0)

    def read_as(self, plotted: np.ndarray, values: np.ndarray) -> np.ndarray:
        """What people take a point's value for: what was measured, where the chart plots what it remembers."""
        return self.charted(values) if self.kind.has_memory else plotted

    @cached_property
    def measured(self) -> np.ndarray:
        """The values that points are made of, excluded ones too."""
        return self.columns.value[: self.cuts[-1]]

    @cached_property
    def counted(self) -> np.ndarray:
        """The same with the excluded ones missing."""
        return np.where(self.reading.excluded[: self.cuts[-1]], np.nan, self.measured)

    @cached_property
    def judged(self) -> np.ndarray:
        """The same without what a chart with a memory must not carry on."""
        if not self.left_out:
            return self.counted
        place = np.repeat(np.arange(len(self)), np.diff(self.cuts))
        return np.where(np.isin(place, self.left_out), np.nan, self.counted)

    @cached_property
    def sizes(self) -> np.ndarray:
        """How many units, or how large an area, each value was counted on."""
        return self.columns.size[: self.cuts[-1]]

    @cached_property
    def first(self) -> np.ndarray:
        """The number, from 1, of each point's first measurement."""
        return self.columns.sequence[self.cuts[:-1]] + 1

    @cached_property
    def last(self) -> np.ndarray:
        """The number of each point's last measurement."""
        return self.columns.sequence[self.cuts[1:] - 1] + 1

    @cached_property
    def time(self) -> np.ndarray:
        """When each point's last measurement was taken."""
        return self.columns.time[self.cuts[1:] - 1]

    @cached_property
    def excluded(self) -> np.ndarray:
        """Points none of whose values counts because they were excluded."""
        value_left = np.add.reduceat(~np.isnan(self.counted), self.cuts[:-1]) if len(self) else np.zeros(0)
        return (value_left == 0) & self.any_of(self.reading.excluded)

    def any_of(self, mask: np.ndarray) -> np.ndarray:
        """Points with at least one such measurement."""
        if not len(self):
            return np.zeros(0, bool)
        return np.add.reduceat(mask[: self.cuts[-1]].astype(np.int64), self.cuts[:-1]) > 0

    def within(self, first: int, last: int) -> tuple[int, int]:
        """The points all of whose measurements lie between two numbers, as start and stop."""
        start = int(np.searchsorted(self.first, first))
        return start, max(start, int(np.searchsorted(self.last, last, side="right")))

    def part(self, start: int, stop: int) -> "Points":
        """The points from start to before stop."""
        low, high = int(self.cuts[start]), int(self.cuts[stop])
        return Points(self.reading.take(np.arange(low, high)), self.choice, self.cuts[start : stop + 1] - low)


def points_of(characteristic: Any, reading: Reading, chart: str | None = None) -> Points:
    """Cut a characteristic's measurements into points; ``chart`` overrides the characteristic's own choice."""
    subgroups = subgroup_cuts(reading.columns, characteristic.subgroup_size or 1)
    shift = float(characteristic.shift or USUAL_SHIFT)
    choice = choose_chart(
        characteristic.sort, chart or characteristic.chart, np.diff(subgroups), reading.columns.size, shift
    )
    cuts = subgroups if KINDS[choice.chart].grouping != "single" else np.arange(len(reading) + 1)
    return Points(reading, choice, cuts, len(reading) - int(cuts[-1]))


def subgroup_cuts(columns: Columns, size: int) -> np.ndarray:
    """Where subgroups begin, and the end: by their own numbers where there are any, else in blocks of one size."""
    n = len(columns)
    if not n or not (columns.subgroup >= 0).any():
        return np.arange(0, n + 1, max(1, size))
    number = columns.subgroup
    new = (number[1:] != number[:-1]) | (number[1:] < 0)
    return np.concatenate(([0], np.flatnonzero(new) + 1, [n]))

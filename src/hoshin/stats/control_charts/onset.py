"""The onset of a shift: since when, and to which level, as a cumulative sum tells it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.control_charts.chart import Charted, ControlChart, ControlCharts
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class Shift(Result):
    """A shift found by a CUSUM chart: where it was signalled, where it began, and the level it led to.

    Indices count from 0. ``count`` is the number of points from the beginning to the signal, ``sum`` the cumulative sum
    there.
    """

    panel: str
    signal: int
    start: int
    count: int
    sum: float
    level: float

    title = "Shift of the level"
    sources = ("D. C. Montgomery, Introduction to Statistical Quality Control, section 9.1.2",)

    def steps(self):
        """The two points in time and the level."""
        yield Step("signalled at point", value=self.signal + 1)
        yield Step("began at point", "the first after the sum was last 0", value=self.start + 1)
        yield Step("points since", value=self.count)
        yield Step(
            "level", "target -+ sigma (slack + {sum} / {count})", {"sum": self.sum, "count": self.count}, self.level
        )


@dataclass(frozen=True, eq=False)
class Shifts(Result):
    """The shifts of many characteristics: arrays with one entry per shift, ``shifts[i]`` those of one characteristic.

    Shifts stand in the order of their characteristics, upward ones first; indices count within the characteristic.
    """

    characteristic: np.ndarray
    upward: np.ndarray
    signal: np.ndarray
    start: np.ndarray
    count: np.ndarray
    sum: np.ndarray
    level: np.ndarray
    characteristics: int

    title = "Shifts of the level"
    sources = Shift.sources

    def __len__(self) -> int:
        return self.characteristics

    def __getitem__(self, i: int) -> tuple[Shift, ...]:
        i = range(len(self))[i]
        own = slice(*np.searchsorted(self.characteristic, (i, i + 1)))
        panels = ["C+" if up else "C-" for up in self.upward[own]]
        numbers = (getattr(self, name)[own].tolist() for name in ("signal", "start", "count", "sum", "level"))
        return tuple(Shift(*entry) for entry in zip(panels, *numbers, strict=True))

    def steps(self):
        """How many there are."""
        yield Step("characteristics", value=self.characteristics)
        yield Step("characteristics with a shift", value=np.unique(self.characteristic).size)


def shifts(chart: ControlChart | ControlCharts) -> tuple[Shift, ...] | Shifts:
    """Every shift a CUSUM chart signals: one for each stretch in which a sum stays above 0 and exceeds the interval.

    Estimand: the shift began with the first point after the sum was last 0; N points later, with a sum of C at the
    signal, the level is target + sigma (slack + C / N), on the other side target - sigma (slack + C / N).

    Parameters
    ----------
    chart : a CUSUM chart of one characteristic, or of many: then the shifts of all in arrays.

    Units: start and signal are 0-based indices of points, the sum is in sigma, the level in the unit of the values.

    Assumes: what ``cusum`` does; one sustained shift within each stretch. The level is biased outward, for the sum is
    looked at where it is large.

    Errors: a chart of another kind, or with stages.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 9.1.2.

    >>> from hoshin.stats.control_charts import cusum
    >>> found = shifts(cusum([0.0, 0.2, 2.0, 2.5, 1.9, 2.2], target=0.0, sigma=1.0, interval=4.0))
    >>> [(shift.panel, shift.start, shift.signal, round(shift.level, 2)) for shift in found]
    [('C+', 2, 4, 2.13)]
    """
    many = isinstance(chart, ControlCharts)
    if not isinstance(chart, Charted) or chart.chart != "cusum" or _stages(chart) > (len(chart) if many else 1):
        raise StatisticsError("the chart is {found}; the CUSUM chart of one stage is needed", found=_named(chart))
    offsets = chart.offsets if many else np.array([0, chart.main.points.size])
    columns = [_of_panel(chart.baseline, panel, Segments(offsets)) for panel in chart.panels]
    whole = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    order = np.argsort(whole[0], kind="stable")
    found = Shifts(*(column[order] for column in whole), offsets.size - 1)
    return found if many else found[0]


def _stages(chart: Charted) -> int:
    return chart.stage_offsets.size - 1 if isinstance(chart, ControlCharts) else len(chart.stages)


def _named(chart) -> str:
    return f"{chart.chart} with {_stages(chart)} stage(s)" if isinstance(chart, Charted) else str(type(chart))


def _of_panel(base, panel, segments: Segments) -> tuple:
    """The shifts of one side, by characteristic."""
    points = panel.points.ravel()
    there = np.flatnonzero(~np.isnan(points))
    sums, whose = points[there], segments.owner[there]
    places = np.arange(sums.size)
    # The sum begins at 0 before the first point of a characteristic.
    before = np.searchsorted(there, segments.offsets[:-1])[whose] - 1
    last_zero = np.maximum(np.maximum.accumulate(np.where(sums == 0, places, -1)), before)
    beyond = np.flatnonzero(sums > np.broadcast_to(panel.ucl, (segments.count,))[whose])
    _, first = np.unique(last_zero[beyond], return_index=True)
    at = beyond[first]
    one, count, upward = whose[at], at - last_zero[at], panel.name == "C+"
    center, sigma = (
        np.broadcast_to(np.asarray(line, float), (segments.count,))[one] for line in (base.center, base.sigma)
    )
    reach = sigma * (base.options["slack"] + sums[at] / count)
    start = there[last_zero[at] + 1] - segments.offsets[one]
    signal = there[at] - segments.offsets[one]
    level = center + reach if upward else center - reach
    return one, np.full(at.size, upward), signal, start, count, sums[at], level

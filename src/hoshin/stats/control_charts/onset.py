"""The onset of a shift: since when, and to which level, as a cumulative sum tells it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.control_charts.chart import ControlChart
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step


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


def shifts(chart: ControlChart) -> tuple[Shift, ...]:
    """Every shift a CUSUM chart signals: one for each stretch in which a sum stays above 0 and exceeds the interval.

    The shift began with the first point after the sum was last 0; N points later, with a sum of C, the level is
    estimated as target + sigma (slack + C / N), on the other side target - sigma (slack + C / N).

    Errors: a chart of another kind, or with stages.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 9.1.2.

    >>> from hoshin.stats.control_charts import cusum
    >>> found = shifts(cusum([0.0, 0.2, 2.0, 2.5, 1.9, 2.2], target=0.0, sigma=1.0, interval=4.0))
    >>> [(shift.panel, shift.start, shift.signal, round(shift.level, 2)) for shift in found]
    [('C+', 2, 4, 2.13)]
    """
    if not isinstance(chart, ControlChart) or chart.chart != "cusum" or len(chart.stages) > 1:
        raise StatisticsError("the chart is {found}; the CUSUM chart of one stage is needed", found=_named(chart))
    return tuple(shift for panel in chart.panels for shift in _of_panel(chart, panel))


def _named(chart) -> str:
    return f"{chart.chart} with {len(chart.stages)} stage(s)" if isinstance(chart, ControlChart) else str(type(chart))


def _of_panel(chart: ControlChart, panel):
    there = np.flatnonzero(~np.isnan(panel.points))
    sums = panel.points[there]
    last_zero = np.maximum.accumulate(np.where(sums == 0, np.arange(sums.size), -1))
    beyond = np.flatnonzero(sums > panel.ucl)
    _, first = np.unique(last_zero[beyond], return_index=True)
    base = chart.baseline
    for i in beyond[first]:
        count = int(i - last_zero[i])
        reach = base.sigma * (base.options["slack"] + float(sums[i]) / count)
        level = base.center + reach if panel.name == "C+" else base.center - reach
        yield Shift(panel.name, int(there[i]), int(there[last_zero[i] + 1]), count, float(sums[i]), float(level))

"""Assembly: from flat points and lines per stage to the chart of one characteristic or the charts of many."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats.control_charts.chart import Baseline, ControlChart, ControlCharts, Panel, stages_within
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_each, check_finite, check_number
from hoshin.stats.rules import Rule
from hoshin.stats.signals import find


@dataclass(frozen=True, eq=False)
class Lines:
    """A panel before it is one: flat points, and lines with one entry per stage or per point."""

    name: str
    points: np.ndarray
    center: np.ndarray
    sigma: np.ndarray | None
    ucl: np.ndarray
    lcl: np.ndarray
    rules: tuple[Rule, ...]


def limits(center, error, k: float, low: float | None = None, high: float | None = None):
    """Center line -+ k standard errors, cut at the bounds a point cannot pass."""
    ucl, lcl = center + k * error, center - k * error
    return (
        ucl if high is None else np.minimum(ucl, high),
        lcl if low is None else np.maximum(lcl, low),
    )


def assemble(
    series: Series,
    panels: tuple[Lines, ...],
    baseline: Baseline,
    phase: int,
    *,
    sizes=None,
) -> ControlChart | ControlCharts:
    """The finished chart (or charts) with the signals of every panel."""
    finished = tuple(_panel(series, lines) for lines in panels)
    if series.problems and phase == 1:
        baseline = replace(
            baseline, **dict(zip(("center", "sigma"), series.blank(baseline.center, baseline.sigma), strict=True))
        )
    sizes = None if sizes is None else _line(series, sizes)
    if series.many:
        return ControlCharts(
            baseline.chart,
            phase,
            finished,
            baseline,
            series.characteristics.offsets,
            series.stages.offsets,
            series.labels,
            sizes,
            series.excluded,
            series.problems,
        )
    stages, _ = stages_within(series.stages.offsets, series.labels, 0, series.characteristics.total)
    return ControlChart(baseline.chart, phase, finished, baseline, stages, sizes, series.excluded)


def _panel(series: Series, lines: Lines) -> Panel:
    drawn = series.blank(lines.center, lines.sigma, lines.ucl, lines.lcl)
    found = find(lines.points, series.stages, lines.rules, *drawn)
    return Panel(lines.name, lines.points.reshape(series.shape), *(_line(series, line) for line in drawn), found)


def _line(series: Series, line):
    """A line as results show it: constant ones once, others per point."""
    if line is None or np.ndim(line) == 0:
        return line
    if line.size == series.stages.count != series.characteristics.total:
        if series.stages.count == series.characteristics.count:
            return line if series.many else line.item()
        line = series.stages.per_point(line)
    return line.reshape(series.shape) if series.many or line.size > 1 else line


def make_baseline(
    series: Series, chart: str, center, sigma, n, sigma_method: str, k: float | None, span=None, options=None
) -> Baseline:
    """The baseline of the stages of a series: numbers for a single one, arrays for several; k is 3 if not given."""
    k = 3.0 if k is None else check_number(k, "k", above=0)
    whole = Baseline(chart, center, sigma, n, sigma_method, k, span, series.excluded, options or {})
    return whole if series.many or series.stages.count > 1 else whole.part(0, series.excluded)


def check_baseline(baseline: Baseline, chart: str | tuple[str, ...], series: Series, **estimation) -> None:
    """Refuse a baseline of another chart, of another number of characteristics, or with options that re-estimate it."""
    if not isinstance(baseline, Baseline):
        raise StatisticsError(
            "baseline is {found}; the baseline of a chart of earlier data is needed", found=type(baseline).__name__
        )
    known = (chart,) if isinstance(chart, str) else chart
    if baseline.chart not in known:
        raise StatisticsError(
            "the baseline is of a chart {found}; {needed} needed", found=baseline.chart, needed=" or ".join(known)
        )
    series.check_frozen(**estimation)
    if np.ndim(baseline.center) and baseline.count != series.characteristics.count:
        raise StatisticsError(
            "the baseline is of {found} characteristics or stages; the data are of {needed}",
            found=baseline.count,
            needed=series.characteristics.count,
        )
    lacking = np.isnan(np.broadcast_to(np.asarray(baseline.center, float), (series.characteristics.count,)))
    series.refuse(lacking, "the baseline has no limits; one of data that support them is needed")


def each(value, name: str, series: Series) -> np.ndarray:
    """A number somebody gave, one entry per characteristic."""
    return check_each(check_finite(value, name), name, series.characteristics.count)


def given(values, series: Series) -> np.ndarray:
    """A baseline's number, one entry per characteristic."""
    return np.broadcast_to(np.asarray(values, dtype=float), (series.characteristics.count,))

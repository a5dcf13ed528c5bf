"""Individuals and moving range charts (I-MR, XmR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.constants import MEDIAN_MOVING_RANGE, c4, d2, d3
from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, limits, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.series import LARGEST, Series
from hoshin.stats.errors import check_choice, check_numbers, check_whole
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments

SIGMA_METHODS = ("mr_mean", "mr_median", "mr_screened", "sd", "sd_c4")

_FORMULAS = {
    "mr_mean": "mean moving range / d2({span})",
    "mr_median": "median moving range / 0.9538726",
    "mr_screened": "mean moving range / d2({span}), moving ranges above D4 times their mean left out once",
    "sd": "standard deviation with divisor n - 1",
    "sd_c4": "standard deviation with divisor n - 1, divided by c4(n)",
}
_AVERAGES = {
    "mr_mean": "mean moving range",
    "mr_median": "median moving range",
    "mr_screened": "mean of the moving ranges kept",
}
_REFERENCES = (
    "D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4",
    "L. S. Nelson, Control charts for individual measurements, J. Quality Technology 14 (1982), 172-173",
)
_ASSUMPTIONS = ("values in the order of time", "independent values, roughly normal", "center and sigma constant")


def i_mr(
    values,
    *,
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str | None = None,
    mr_span: int | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Individuals and moving range chart: is a series of single values stable?

    Estimand: center the mean of the values, limits mean -+ k sigma; moving ranges with center d2 sigma and limits
    d2 sigma -+ k d3 sigma, not below 0. sigma is the mean moving range / d2 ("mr_mean"), the median moving range /
    0.95387 ("mr_median"), the mean of the moving ranges not above D4 times their mean / d2 ("mr_screened"), the standard
    deviation with divisor n - 1 ("sd"), or that over c4(n) ("sd_c4").

    Parameters
    ----------
    values : (n,) values of one characteristic in the order of time, (C, n) of many, or a flat column with ``offsets``.
        NaN is a missing value: it is not plotted and no moving range spans it.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the values (phase I).
    sigma_method : "mr_mean" (default), "mr_median" (span 2), "mr_screened", "sd", "sd_c4".
    mr_span : how many consecutive values a moving range spans (2).
    k : the width of the limits in standard errors (3).
    stages : a label per point; limits begin anew where the label changes and no moving range or rule crosses.
    exclude : ``{index: reason}``, with many characteristics ``{(characteristic, index): reason}``: left out of the
        baseline, together with the moving ranges that touch it, but plotted.
    rules, range_rules : rules for the individuals and for the moving ranges.
    on_error : "raise", or "mark": a characteristic that supports no limits gets NaN and a word in ``problems``.

    Units: lines, sigma and moving ranges in the unit of the values; indices count from 0.

    Assumes: values in the order of time, independent, roughly normal, center and sigma constant. Values that depend on
    those before: ``arima_residuals``.

    Errors: fewer values than two moving ranges need, no variation, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4; L. S. Nelson, J. Quality
    Technology 14 (1982), 172-173, for the screened moving ranges.

    >>> chart = i_mr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(chart.main.center, 2), round(chart.main.ucl, 4), round(chart.main.lcl, 4)
    (50.81, 55.8024, 45.8176)
    >>> later = i_mr([50.2, 56.1], baseline=chart.baseline)
    >>> later.main.beyond_limits()
    array([1])
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    points = array.flatten()
    if baseline is None:
        method = check_choice(sigma_method or "mr_mean", SIGMA_METHODS, "sigma_method")
        span = check_whole(2 if mr_span is None else mr_span, "mr_span", at_least=2)
        ranges, totals = moving_ranges(points, series.stages, span)
        center, sigma, n = estimate(points, ranges, totals, series, method, span)
        base = make_baseline(series, "i_mr", center, sigma, n, method, k, span)
    else:
        check_baseline(baseline, "i_mr", series, sigma_method=sigma_method, mr_span=mr_span, k=k, exclude=exclude)
        base, span = baseline, baseline.span
        ranges, _ = moving_ranges(points, series.stages, span)
        center, sigma = given(base.center, series), given(base.sigma, series)
    panels = (
        level_panel("Individuals", points, center, sigma, base.k, tuple(rules)),
        range_panel(ranges, sigma, span, base.k, tuple(range_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2)


def level_panel(name: str, points, center, error, k: float, rules) -> Lines:
    """A panel with limits k standard errors about its center.

    >>> level_panel("Individuals", np.zeros(2), np.array([5.0]), np.array([1.0]), 3.0, ()).ucl
    array([8.])
    """
    return Lines(name, points, center, error, *limits(center, error, k), rules)


def range_panel(ranges, sigma, span: int, k: float, rules) -> Lines:
    """The panel of moving ranges for a process standard deviation.

    >>> range_panel(np.zeros(2), np.array([1.0]), 2, 3.0, ()).lcl
    array([0.])
    """
    center, error = d2(span) * sigma, d3(span) * sigma
    return Lines("Moving range", ranges, center, error, *limits(center, error, k, low=0.0), rules)


def moving_ranges(points: np.ndarray, segments: Segments, span: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """The range of each value and the span - 1 before it, and their sum for each segment (NaN where one is missing).

    The first span - 1 of a segment, and those that touch a missing value, are NaN.

    >>> moving_ranges(np.array([1.0, 4.0, 2.0]), Segments.one(3))
    (array([nan,  3.,  2.]), array([5.]))
    """
    ranges = np.empty_like(points)
    if span == 2:
        with np.errstate(over="ignore"):
            np.subtract(points[1:], points[:-1], out=ranges[1:])
        np.abs(ranges[1:], out=ranges[1:])
    elif points.size >= span:
        windows = np.lib.stride_tricks.sliding_window_view(points, span)
        with np.errstate(over="ignore"):
            ranges[span - 1 :] = windows.max(axis=1) - windows.min(axis=1)
    heads = segments.heads(span - 1)
    ranges[heads] = 0.0
    totals = segments.sums(ranges)
    ranges[heads] = np.nan
    return ranges, totals


def estimate(points, ranges, totals, series: Series, method: str, span: int):
    """Center, sigma and number of values of each stage.

    >>> points = np.array([1.0, 3.0, 2.0])
    >>> series = Series.read((3,))
    >>> center, sigma, n = estimate(points, *moving_ranges(points, series.stages), series, "mr_mean", 2)
    >>> center, sigma.round(4), n
    (array([2.]), array([1.3293]), array([3]))
    """
    stages = series.stages
    complete = np.isfinite(totals).all() and np.isfinite(points.sum())
    kept = series.keeps(None if complete else ~np.isnan(points))
    n = stages.lengths if kept is None else stages.counts(kept)
    series.refuse(n < 2, "{n} value(s) found; at least 2 are needed for a moving range", n=n)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        center = stages.sums(points if kept is None else np.where(kept, points, 0.0)) / n
        if method.startswith("mr"):
            totals = totals if kept is None else None
            sigma = _sigma_of_ranges(_kept_ranges(ranges, kept, span), totals, series, method, span)
        else:
            sigma = _standard_deviation(points, kept, n, stages)
            sigma = sigma / c4(np.maximum(n, 2)) if method == "sd_c4" else sigma
    series.refuse(sigma == 0, "the {n} values have no variation (sigma is 0)", n=n)
    series.refuse(sigma > LARGEST, "the {n} values lie too far apart to be computed with", n=n)
    return (*series.blank(center, sigma), n)


def _kept_ranges(ranges, kept, span: int):
    """Moving ranges without those that touch a value left out."""
    if kept is None:
        return ranges
    touched = ~kept
    for shift in range(1, span):
        touched[shift:] |= ~kept[:-shift]
    return np.where(touched, np.nan, ranges)


def _sigma_of_ranges(ranges, totals, series: Series, method: str, span: int):
    stages = series.stages
    if totals is not None and method == "mr_mean":
        series.refuse(stages.lengths < span, "{n} values found; at least {span} needed", n=stages.lengths, span=span)
        return totals / (stages.lengths - (span - 1)) / d2(span)
    count = stages.counts(~np.isnan(ranges))
    series.refuse(count < 1, "no two values follow one another; at least one moving range is needed")
    if method == "mr_median":
        return stages.medians(ranges) / _median_constant(span)
    mean = stages.sums(np.nan_to_num(ranges)) / count
    if method == "mr_screened":
        largest = stages.per_point(mean * (1 + 3 * d3(span) / d2(span)))
        few = np.where(ranges > largest, np.nan, ranges)
        mean = stages.sums(np.nan_to_num(few)) / stages.counts(~np.isnan(few))
    return mean / d2(span)


def _median_constant(span: int) -> float:
    check_choice(str(span), ("2",), "mr_span with mr_median")
    return MEDIAN_MOVING_RANGE


def _standard_deviation(points, kept, n, stages: Segments):
    # About the first value, so that equal values give exactly 0.
    deviation = points - stages.per_point(stages.firsts(points, kept))
    mean = stages.sums(deviation if kept is None else np.where(kept, deviation, 0.0)) / n
    deviation -= stages.per_point(mean)
    deviation *= deviation
    return np.sqrt(stages.sums(deviation if kept is None else np.where(kept, deviation, 0.0)) / (n - 1))


def _derivation(chart: Charted):
    base = chart.baseline
    span, divisor = base.span, MEDIAN_MOVING_RANGE if base.sigma_method == "mr_median" else d2(base.span)
    yield Step("mean", value=base.center)
    if base.sigma_method in _AVERAGES:
        yield Step(_AVERAGES[base.sigma_method], value=base.sigma * divisor)
    yield Step("sigma", _FORMULAS[base.sigma_method], {"span": span}, base.sigma)
    yield Step(f"d2({span})", value=d2(span))
    yield Step(f"d3({span})", value=d3(span))
    yield Step("limits of the individuals", "center -+ {k} sigma", {"k": base.k})
    yield Step("limits of the moving ranges", "d2 sigma -+ {k} d3 sigma, not below 0", {"k": base.k})


family("i_mr", "Individuals and moving range chart", _ASSUMPTIONS, _REFERENCES, _derivation)

"""Charts with memory, for small shifts: EWMA, CUSUM and moving average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hoshin.stats.control_charts import recursions
from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, each, given, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import SIGMA_METHODS, estimate, moving_ranges
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_number,
    check_numbers,
    check_whole,
)
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments

_KINDS = ("i_mr", "ewma", "cusum", "moving_average")
_ASSUMPTIONS = ("values in the order of time", "independent values, roughly normal", "sigma constant")


def ewma(
    values,
    *,
    weight: float = 0.2,
    k: float = 3.0,
    target=None,
    sigma=None,
    limits: str = "exact",
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str = "mr_mean",
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Exponentially weighted moving average chart: has the level moved a little, for good?

    Estimand: z_i = weight x_i + (1 - weight) z_(i-1) from z_0 = target; limits target -+ k sigma sqrt(weight /
    (2 - weight) (1 - (1 - weight)^(2 i))).

    Parameters
    ----------
    values : (n,), (C, n), or a flat column with ``offsets``, in the order of time; NaN is a missing value, which the average
        steps over.
    weight : the weight of the newest value, lambda, in (0, 1].
    k : the width of the limits, L.
    target, sigma : the standard, one number or one per characteristic. What is not given comes from ``baseline`` (of
        this chart or of ``i_mr``), else from the values: their mean, and sigma by ``sigma_method``. For subgroup
        averages sigma is their standard error.
    limits : "exact", or "asymptotic": those of a long series from the first point on.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II): its center and sigma are the standard.
    sigma_method : as in ``i_mr``, where sigma comes from the values.
    stages, exclude, rules, on_error : as in ``i_mr``; the average begins anew with each stage.

    Units: averages and limits in the unit of the values; weight and k have none.

    Assumes: values independent, roughly normal, sigma constant. Weight and k for a wanted run length:
    ``run_length.ewma_design``.

    Errors: a weight outside (0, 1], fewer than two values to estimate from, no variation.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 9.2; S. W. Roberts, Technometrics 1
    (1959), 239-250.

    >>> chart = ewma([9.45, 7.99, 9.29, 11.66], weight=0.1, k=2.7, target=10.0, sigma=1.0)
    >>> chart.main.points.round(4), chart.main.ucl.round(3)
    (array([9.945 , 9.7495, 9.7036, 9.8992]), array([10.27 , 10.363, 10.424, 10.467]))
    """
    check_choice(limits, ("exact", "asymptotic"), "limits")
    if not 0 < check_number(weight, "weight") <= 1:
        raise StatisticsError("weight is {found}; more than 0 and at most 1 is needed", found=weight)
    options = {"weight": weight, "limits": limits}
    points, series, base, phase = _standard(
        "ewma", values, offsets, target, sigma, baseline, sigma_method, k, stages, exclude, on_error, options
    )
    center, spread = _center_and_sigma(base, series, phase)
    there, segments, places = recursions.without_missing(points, series.stages)
    mean = center if np.ndim(center) == 0 else _kept_lines(center, series, places)
    z = segments.by_rows(there - mean, lambda rows: recursions.smoothed(rows, weight, out=rows))
    z += mean
    factor = _exact_width(segments, weight) if limits == "exact" else np.sqrt(weight / (2 - weight))
    ucl, lcl = _lines_about(center, spread, base.k, factor, series, places)
    line = Lines("EWMA", recursions.restored(z, places, points.size), center, None, ucl, lcl, tuple(rules))
    return assemble(series, (line,), base, phase)


def _exact_width(segments: Segments, weight: float):
    """sqrt(weight / (2 - weight) (1 - (1 - weight)^(2 i))) for each point: one curve, cut to each segment."""
    longest = int(segments.lengths.max())
    until = min(longest, int(20 / weight) + 2)
    grown = -np.expm1(2 * np.arange(1, until + 1) * np.log1p(-weight)) if weight < 1 else np.ones(until)
    curve = np.full(longest, np.sqrt(weight / (2 - weight)))
    curve[:until] *= np.sqrt(grown)
    return curve if segments.count == 1 else curve[segments.positions()]


def cusum(
    values,
    *,
    slack: float = 0.5,
    interval: float = 5.0,
    fir: float = 0.0,
    target=None,
    sigma=None,
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str = "mr_mean",
    stages=None,
    exclude: Mapping | None = None,
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Two-sided tabular cumulative sum chart: has the level moved by a given small amount, and since when?

    Estimand: in units of sigma, C+_i = max(0, C+_(i-1) + (x_i - target) / sigma - slack) and C-_i = max(0, C-_(i-1) -
    (x_i - target) / sigma - slack); a signal where a sum exceeds the decision interval. Since when: ``shifts``.

    Parameters
    ----------
    values : (n,), (C, n), or a flat column with ``offsets``, in the order of time; NaN is a missing value, which the sum
        steps over.
    slack : the reference value k, half the shift to be found, in units of sigma.
    interval : the decision interval h in units of sigma.
    fir : fast initial response: the value both sums start from, often h / 2.
    target, sigma : the standard, one number or one per characteristic. What is not given comes from ``baseline`` (of
        this chart or of ``i_mr``), else from the values: their mean, and sigma by ``sigma_method``. For subgroup
        averages sigma is their standard error.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II): its center and sigma are the standard.
    sigma_method : as in ``i_mr``, where sigma comes from the values.
    stages, exclude, on_error : as in ``i_mr``; the sum begins anew with each stage.

    Units: sums, slack, interval and fir in standard deviations of a value.

    Assumes: values independent, roughly normal, sigma constant. Slack and interval for a wanted run length:
    ``run_length.cusum_design``.

    Errors: a negative slack, an interval not above 0, a start not below the interval, and those of ``ewma``.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 9.1; J. M. Lucas, R. B. Crosier,
    Technometrics 24 (1982), 199-205, for the fast initial response.

    >>> chart = cusum([9.45, 11.66, 12.16], target=10.0, sigma=1.0)
    >>> chart["C+"].points, chart["C-"].points
    (array([0.  , 1.16, 2.82]), array([0.05, 0.  , 0.  ]))
    """
    check_number(slack, "slack", at_least=0)
    check_number(interval, "interval", above=0)
    if check_number(fir, "fir", at_least=0) >= interval:
        raise StatisticsError("fir is {found}; less than the interval {h} is needed", found=fir, h=interval)
    options = {"slack": slack, "interval": interval, "fir": fir}
    points, series, base, phase = _standard(
        "cusum", values, offsets, target, sigma, baseline, sigma_method, 3.0, stages, exclude, on_error, options
    )
    center, spread = _center_and_sigma(base, series, phase)
    there, segments, places = recursions.without_missing(points, series.stages)
    z = there - _kept_lines(center, series, places)
    z /= _kept_lines(spread, series, places)
    zero, limit = np.zeros(series.stages.count), np.full(series.stages.count, float(interval))
    down = segments.by_rows(z, lambda rows: recursions.summed_above_zero(rows, -1.0, slack, fir))
    up = segments.by_rows(z, lambda rows: recursions.summed_above_zero(rows, 1.0, slack, fir, out=rows))
    sums = {"C+": up, "C-": down}
    panels = (
        Lines(name, recursions.restored(side, places, points.size), zero, None, limit, zero, (BEYOND_LIMITS,))
        for name, side in sums.items()
    )
    return assemble(series, tuple(panels), base, phase)


def moving_average(
    values,
    *,
    span: int = 5,
    k: float = 3.0,
    target=None,
    sigma=None,
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str = "mr_mean",
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Moving average chart: has the level moved, seen in the mean of the last ``span`` values?

    Estimand: M_i, the mean of the last span values (of what there is at the beginning); limits target -+ k sigma /
    sqrt(number averaged).

    Parameters
    ----------
    values : (n,), (C, n), or a flat column with ``offsets``, in the order of time; NaN is a missing value, which the average
        steps over.
    span : how many values are averaged.
    k : the width of the limits in standard errors.
    target, sigma : the standard, one number or one per characteristic. What is not given comes from ``baseline`` (of
        this chart or of ``i_mr``), else from the values: their mean, and sigma by ``sigma_method``. For subgroup
        averages sigma is their standard error.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II): its center and sigma are the standard.
    sigma_method : as in ``i_mr``, where sigma comes from the values.
    stages, exclude, rules, on_error : as in ``i_mr``; the average begins anew with each stage.

    Units: averages and limits in the unit of the values.

    Assumes: values independent, roughly normal, sigma constant. Neighbouring averages share values: rules about runs
    signal far more often than they should.

    Errors: a span below 1, and those of ``ewma``.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 9.3.

    >>> chart = moving_average([9.45, 7.99, 9.29], span=2, target=10.0, sigma=1.0)
    >>> chart.main.points, chart.main.ucl.round(3)
    (array([9.45, 8.72, 8.64]), array([13.   , 12.121, 12.121]))
    """
    span = check_whole(span, "span", at_least=1)
    points, series, base, phase = _standard(
        "moving_average", values, offsets, target, sigma, baseline, sigma_method, k, stages, exclude, on_error,
        {"span": span},
    )  # fmt: skip
    center, spread = _center_and_sigma(base, series, phase)
    there, segments, places = recursions.without_missing(points, series.stages)
    means = segments.by_rows(there, lambda rows: recursions.averaged(rows, span))
    factor = 1 / np.sqrt(np.minimum(segments.positions() + 1, span))
    ucl, lcl = _lines_about(center, spread, base.k, factor, series, places)
    means = recursions.restored(means, places, points.size)
    line = Lines("Moving average", means, center, None, ucl, lcl, tuple(rules))
    return assemble(series, (line,), base, phase)


def _standard(kind, values, offsets, target, sigma, baseline, method, k, stages, exclude, on_error, options):
    """Points, their layout, and the baseline: given, or made of what is given and what the values say."""
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    points = array.ravel()
    check_enough(np.count_nonzero(~np.isnan(points)), 1)
    if baseline is not None:
        check_baseline(baseline, _KINDS, series, target=target is not None, sigma=sigma is not None, exclude=exclude)
        return points, series, replace(baseline, chart=kind, k=k, span=None, options=options), 2
    center, spread = (_given(value, name, series) for value, name in ((target, "target"), (sigma, "sigma")))
    n = np.zeros(series.stages.count, dtype=np.int64)
    if center is None or spread is None:
        check_choice(method, SIGMA_METHODS, "sigma_method")
        ranges, totals = moving_ranges(points, series.stages)
        mean, estimated, n = estimate(points, ranges, totals, series, method, 2)
        center, spread = mean if center is None else center, estimated if spread is None else spread
    if sigma is not None:
        method = "given"
        series.refuse(~(spread > 0), "sigma is {sigma}; more than 0 is needed", sigma=spread)
    base = make_baseline(series, kind, center, spread, n, method, k, None, options)
    return points, series, base, 1 if target is None or sigma is None else 2


def _given(value, name: str, series: Series):
    """A standard, one entry per stage."""
    return None if value is None else each(value, name, series)[series.whose].copy()


def _center_and_sigma(base: Baseline, series: Series, phase: int):
    """Both with one entry per stage."""
    if np.size(base.center) == series.stages.count:
        return np.atleast_1d(np.asarray(base.center, float)), np.atleast_1d(np.asarray(base.sigma, float))
    return given(base.center, series), given(base.sigma, series)


def _kept_lines(line, series: Series, places):
    """A line per stage for each point that is there: one number for a single stage."""
    if line.size == 1:
        return line[0]
    spread_out = series.stages.per_point(line)
    return spread_out if places is None else spread_out[places]


def _lines_about(center, sigma, k: float, factor, series: Series, places):
    """Limits center -+ k sigma factor; one entry per stage where the factor is one number."""
    if np.ndim(factor) == 0:
        return center + k * sigma * factor, center - k * sigma * factor
    middle, spread = _kept_lines(center, series, places), _kept_lines(sigma, series, places)
    width = np.multiply(factor, k * spread, out=factor)
    lines = (middle + width, np.subtract(middle, width, out=width))
    return tuple(recursions.restored(line, places, series.characteristics.total) for line in lines)


_FORMULAS = {
    "ewma": "target -+ {k} sigma sqrt(w / (2 - w) (1 - (1 - w)^(2 i))), w = {weight}; limits {limits}",
    "cusum": "signal where C+ or C- exceeds {interval}; slack {slack}, both sums start at {fir}",
    "moving_average": "target -+ {k} sigma / sqrt(number averaged), at most {span}",
}


def _derivation(chart: Charted):
    base = chart.baseline
    yield Step("target", value=base.center)
    yield Step("sigma", base.sigma_method, value=base.sigma)
    yield Step("limits", _FORMULAS[chart.chart], {"k": base.k, **base.options})


for _kind, _name, _source in (
    ("ewma", "EWMA chart", "S. W. Roberts, Technometrics 1 (1959), 239-250"),
    ("cusum", "CUSUM chart", "J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205"),
    ("moving_average", "Moving average chart", "D. C. Montgomery, section 9.3"),
):
    _sources = ("D. C. Montgomery, Introduction to Statistical Quality Control, chapter 9", _source)
    family(_kind, _name, _ASSUMPTIONS, _sources, _derivation)

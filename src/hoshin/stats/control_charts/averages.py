"""Charts of subgroup averages with ranges (Xbar-R) or standard deviations (Xbar-S)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.constants import c4, d2, d3
from hoshin.stats.control_charts import sigma as estimators
from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, limits, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.series import LARGEST, Series
from hoshin.stats.control_charts.subgroups import Subgroups, summarize
from hoshin.stats.errors import check_choice
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule

_REFERENCES = ("D. C. Montgomery, Introduction to Statistical Quality Control, sections 6.2 and 6.3",)
_ASSUMPTIONS = (
    "subgroups in the order of time, each drawn under the same conditions",
    "independent values, roughly normal",
    "the same standard deviation in every subgroup",
)


def xbar_r(
    subgroups,
    *,
    subgroup_offsets=None,
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Xbar-R chart: are the level and the spread of a process stable, seen in subgroups of a few values?

    Estimand: Xbar with center the mean of all values and limits center -+ k sigma / sqrt(n); R with center d2(n) sigma
    and limits d2 sigma -+ k d3 sigma, not below 0; sigma the mean of R / d2(n), or by another method. With unequal
    subgroups the lines vary from point to point.

    Parameters
    ----------
    subgroups : (m, n) values, a list of lists of unequal length, (C, m, n) of many characteristics, a flat column with
        ``subgroup_offsets``, or a ``Subgroups`` summary. NaN is a missing value and makes its subgroup smaller.
    subgroup_offsets : where each subgroup begins in a flat column of values, and at the end its length.
    offsets : where each characteristic begins among the subgroups, and at the end their number.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the subgroups (phase I).
    sigma_method : "rbar_d2" (default), "mvlue_r", "sbar_c4", "mvlue_s", "pooled", "pooled_c4".
    k : the width of the limits in standard errors (3).
    stages, exclude, on_error : as in ``i_mr``, for subgroups.
    rules, range_rules : rules for the averages and for the ranges.

    Units: lines and sigma in the unit of the values; ``sizes`` and indices count values and subgroups from 0.

    Assumes: subgroups in the order of time, each drawn under the same conditions; values independent, roughly normal, of
    one standard deviation. Averages that vary more than the values within explain: ``i_mr_r``.

    Errors: one subgroup, no subgroup of two values, no variation, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.2; I. W. Burr, Technometrics 11
    (1969), 181-183, for the weights of "mvlue_r".

    >>> chart = xbar_r([[74.03, 74.002, 74.019], [73.995, 73.992, 74.001], [73.988, 74.024, 74.021]])
    >>> round(chart.main.center, 4), round(chart.main.ucl, 4), round(chart["R"].center, 4)
    (74.008, 74.0329, 0.0243)
    """
    summary = read_subgroups(subgroups, subgroup_offsets, offsets, "R", sigma_method)
    return _chart("R", summary, baseline, sigma_method, k, stages, exclude, rules, range_rules, on_error)


def xbar_s(
    subgroups,
    *,
    subgroup_offsets=None,
    offsets=None,
    baseline: Baseline | None = None,
    sigma_method: str | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    deviation_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Xbar-S chart: are the level and the spread of a process stable, seen in subgroups of any size?

    Estimand: Xbar with center the mean of all values and limits center -+ k sigma / sqrt(n); S with center c4(n) sigma
    and limits c4 sigma -+ k sigma sqrt(1 - c4^2), not below 0; sigma the mean of s / c4(n), or by another method. With
    unequal subgroups the lines vary from point to point.

    Parameters
    ----------
    subgroups : (m, n) values, a list of lists of unequal length, (C, m, n) of many characteristics, a flat column with
        ``subgroup_offsets``, or a ``Subgroups`` summary. NaN is a missing value and makes its subgroup smaller.
    subgroup_offsets : where each subgroup begins in a flat column of values, and at the end its length.
    offsets : where each characteristic begins among the subgroups, and at the end their number.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the subgroups (phase I).
    sigma_method : "sbar_c4" (default), "mvlue_s", "pooled", "pooled_c4", "rbar_d2", "mvlue_r".
    k : the width of the limits in standard errors (3).
    stages, exclude, on_error : as in ``i_mr``, for subgroups.
    rules, deviation_rules : rules for the averages and for the standard deviations.

    Units: lines and sigma in the unit of the values; ``sizes`` and indices count values and subgroups from 0.

    Assumes: subgroups in the order of time, each drawn under the same conditions; values independent, roughly normal, of
    one standard deviation. Averages that vary more than the values within explain: ``i_mr_s``.

    Errors: one subgroup, no subgroup of two values, no variation, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.3.

    >>> chart = xbar_s([[74.03, 74.002, 74.019], [73.995, 73.992, 74.001], [73.988, 74.024, 74.021]])
    >>> round(chart.main.ucl, 4), round(chart["S"].center, 4), round(chart["S"].ucl, 4)
    (74.0332, 0.0129, 0.0331)
    """
    summary = read_subgroups(subgroups, subgroup_offsets, offsets, "S", sigma_method)
    return _chart("S", summary, baseline, sigma_method, k, stages, exclude, rules, deviation_rules, on_error)


def read_subgroups(subgroups, subgroup_offsets, offsets, spread: str, method: str | None) -> Subgroups:
    """The summary of subgroups with what a chart of ranges (R) or standard deviations (S) and its sigma need.

    >>> read_subgroups([[1.0, 3.0]], None, None, "R", None).sd is None
    True
    """
    by_range = spread == "R" or (method is not None and estimators.needs_ranges(method))
    by_deviation = spread == "S" or (method is not None and not estimators.needs_ranges(method))
    return summarize(
        subgroups, subgroup_offsets=subgroup_offsets, offsets=offsets, ranges=by_range, deviations=by_deviation
    )


def _chart(spread, summary, baseline, method, k, stages, exclude, rules, spread_rules, on_error):
    kind = f"xbar_{spread.lower()}"
    series = Series.read(summary.shape, offsets=summary.offsets, stages=stages, exclude=exclude, on_error=on_error)
    if baseline is None:
        method = check_choice(method or ("rbar_d2" if spread == "R" else "sbar_c4"), estimators.METHODS, "sigma_method")
        center, sigma, m = estimate(summary, series, method)
        base = make_baseline(series, kind, center, sigma, m, method, k)
    else:
        check_baseline(baseline, kind, series, sigma_method=method, k=k, exclude=exclude)
        base, center, sigma = baseline, given(baseline.center, series), given(baseline.sigma, series)
    panels = (
        _average_panel(summary, series, center, sigma, base.k, tuple(rules)),
        spread_panel(spread, summary, series, sigma, base.k, tuple(spread_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2, sizes=summary.size)


def estimate(summary: Subgroups, series: Series, method: str):
    """Mean of all values, sigma within and number of subgroups of each stage.

    >>> summary = summarize([[1.0, 3.0], [2.0, 6.0]])
    >>> center, sigma, m = estimate(summary, Series.read((2,)), "rbar_d2")
    >>> center, sigma.round(4), m
    (array([3.]), array([2.6587]), array([2]))
    """
    stages, kept = series.stages, series.kept
    equal = isinstance(summary.size, int)
    if not equal:
        kept = series.keeps(summary.sizes > 0)
    m = stages.lengths if kept is None else stages.counts(kept)
    series.refuse(m < 2, "{m} subgroup(s) with values found; at least 2 are needed", m=m)
    sigma, usable = estimators.within(summary, kept, stages, method)
    series.refuse(usable < 1, "no subgroup has 2 values or more; individuals belong on an I-MR chart")
    weight = summary.size if equal else summary.sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        if kept is None:
            center = stages.sums(summary.mean) / m if equal else _weighted(summary.mean, weight, stages)
        else:
            center = _weighted(np.where(kept, summary.mean, 0.0), np.where(kept, weight, 0), stages)
    series.refuse(sigma > LARGEST, "the values of {m} subgroups lie too far apart to be computed with", m=m)
    series.refuse(sigma == 0, "the {m} subgroups have no variation within (sigma is 0)", m=m)
    return (*series.blank(center, sigma), m)


def _weighted(mean, weight, stages):
    return stages.sums(mean * weight) / stages.sums(weight)


def _per(value, summary: Subgroups, series: Series):
    """A value per stage: as it is where all subgroups are of one size, else per subgroup."""
    return value if isinstance(summary.size, int) else series.stages.per_point(value)


def _sizes(summary: Subgroups, smallest: int):
    """Sizes for which constants exist."""
    return summary.size if isinstance(summary.size, int) else np.maximum(summary.sizes, smallest)


def _average_panel(summary, series, center, sigma, k, rules) -> Lines:
    error = _per(sigma, summary, series) / np.sqrt(_sizes(summary, 1))
    ucl, lcl = limits(_per(center, summary, series), error, k)
    return Lines("Xbar", summary.mean, center, error, ucl, lcl, rules)


def spread_panel(spread, summary, series, sigma, k, rules) -> Lines:
    """The panel of ranges (R) or standard deviations (S) for a sigma within.

    >>> summary = summarize([[1.0, 3.0], [2.0, 6.0]])
    >>> spread_panel("R", summary, Series.read((2,)), np.array([1.0]), 3.0, ()).center.round(4)
    array([1.1284])
    """
    n, each = _sizes(summary, 2), _per(sigma, summary, series)
    if spread == "R":
        points, center, error = summary.range, d2(n) * each, d3(n) * each
    else:
        points, center, error = summary.sd, c4(n) * each, np.sqrt(1 - c4(n) ** 2) * each
    return Lines(spread, points, center, error, *limits(center, error, k, low=0.0), rules)


def _derivation(chart: Charted):
    base, n = chart.baseline, chart.sizes
    yield Step("mean of all values", value=base.center)
    yield Step("sigma", estimators.METHODS[base.sigma_method], value=base.sigma)
    yield Step("limits of the averages", "center -+ {k} sigma / sqrt(n)", {"k": base.k})
    if chart.chart == "xbar_r":
        yield Step("limits of the ranges", "d2 sigma -+ {k} d3 sigma, not below 0", {"k": base.k})
    else:
        yield Step("limits of s", "c4 sigma -+ {k} sigma sqrt(1 - c4^2), not below 0", {"k": base.k})
    yield Step("subgroup size n", value=n)
    if isinstance(n, int) and n > 1:
        yield Step("d2, d3, c4", value=(d2(n), d3(n), c4(n)))


for _kind, _name in (("xbar_r", "Xbar-R chart"), ("xbar_s", "Xbar-S chart")):
    family(_kind, _name, _ASSUMPTIONS, _REFERENCES, _derivation)

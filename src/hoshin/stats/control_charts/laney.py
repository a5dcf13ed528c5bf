"""Laney p' and u' charts: attribute charts for large samples, whose level varies more than sampling explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.constants import d2
from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, limits, make_baseline
from hoshin.stats.control_charts.attributes import estimate_rate, read_defectives, sized
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import moving_ranges
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_counts, check_sizes
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule


def laney_p(
    defectives,
    sizes,
    *,
    offsets=None,
    baseline: Baseline | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Laney p' chart: is a proportion from large samples stable, beyond its usual variation from sample to sample?

    Estimand: pbar = defective units / units inspected; with s_i = sqrt(pbar (1 - pbar) / n_i), z_i = (p_i - pbar) / s_i
    and sigma_z the mean moving range of z over d2(2), the limits are pbar -+ k s_i sigma_z, cut to 0..1. sigma_z = 1
    gives the p chart.

    Parameters
    ----------
    defectives : (m,) defective units per sample in the order of time, (C, m) of many characteristics, or a flat column
        with ``offsets``. NaN is a missing sample.
    sizes : units inspected, one number, one per sample, or (m,) shared by all characteristics.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: proportions 0 to 1; sigma_z (the baseline's sigma) has none.

    Assumes: samples in the order of time, whose level varies from one to the next by one standard deviation; samples
    large enough for z to be roughly normal.

    Errors: those of ``p``; no two samples that follow one another, no variation between samples.

    Source: D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002), 531-537.

    >>> chart = laney_p([5000, 5200, 4700, 5100, 4900], 100_000)
    >>> round(chart.baseline.sigma, 3), round(chart.main.ucl, 5)
    (4.187, 0.05844)
    """
    counts, n = read_defectives(defectives, sizes)
    return _chart("laney_p", counts, n, offsets, baseline, k, stages, exclude, rules, on_error)


def laney_u(
    defects,
    sizes,
    *,
    offsets=None,
    baseline: Baseline | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Laney u' chart: is a rate from large samples stable, beyond its usual variation from sample to sample?

    Estimand: ubar = defects / units; with s_i = sqrt(ubar / n_i), z_i = (u_i - ubar) / s_i and sigma_z the mean moving
    range of z over d2(2), the limits are ubar -+ k s_i sigma_z, not below 0. sigma_z = 1 gives the u chart.

    Parameters
    ----------
    defects : (m,) defects per sample in the order of time, (C, m) of many characteristics, or a flat column with
        ``offsets``. NaN is a missing sample.
    sizes : units per sample, one number, one per sample, or (m,) shared by all characteristics.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: defects per unit of ``sizes``; sigma_z (the baseline's sigma) has none.

    Assumes: as ``laney_p``, of a rate.

    Errors: those of ``u``; no two samples that follow one another, no variation between samples.

    Source: D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002), 531-537.

    >>> chart = laney_u([500, 520, 470, 510, 490], 100)
    >>> round(chart.baseline.sigma, 3), round(chart.main.ucl, 3)
    (1.291, 5.844)
    """
    counts, n = check_counts(defects, "defects"), check_sizes(sizes)
    return _chart("laney_u", counts, n, offsets, baseline, k, stages, exclude, rules, on_error)


def _chart(kind, counts, sizes, offsets, baseline, k, stages, exclude, rules, on_error):
    series = Series.read(counts.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    n, counts = sized(sizes, counts).ravel(), counts.ravel()
    points = counts / n
    if baseline is None:
        center, m = estimate_rate(kind[-1], counts, n, series)
        sigma = _sigma_z(kind, points, n, center, series)
        base = make_baseline(series, kind, center, sigma, m, "mr_mean", k)
    else:
        check_baseline(baseline, kind, series, k=k, exclude=exclude)
        base, center, sigma = baseline, given(baseline.center, series), given(baseline.sigma, series)
    constant = bool(np.ptp(n) == 0)
    error = _error(kind, center, n[0], series) if constant else _error(kind, series.stages.per_point(center), n, series)
    error = error * (sigma if constant else series.stages.per_point(sigma))
    middle = center if constant else series.stages.per_point(center)
    ucl, lcl = limits(middle, error, base.k, low=0.0, high=1.0 if kind == "laney_p" else None)
    line = Lines("p'" if kind == "laney_p" else "u'", points, center, error, ucl, lcl, tuple(rules))
    return assemble(series, (line,), base, 1 if baseline is None else 2, sizes=n[0].item() if constant else n)


def _error(kind, center, n, series: Series):
    return np.sqrt(center * (1 - center) / n) if kind == "laney_p" else np.sqrt(center / n)


def _sigma_z(kind, points, n, center, series: Series):
    """The mean moving range of the standardized points over d2(2), points left out not counting."""
    stages = series.stages
    middle = stages.per_point(center)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (points - middle) / _error(kind, middle, n, series)
    if series.kept is not None:
        z = np.where(series.kept, z, np.nan)
    ranges, _ = moving_ranges(z, stages)
    count = stages.counts(~np.isnan(ranges))
    series.refuse(count < 1, "no two samples follow one another; at least one moving range is needed")
    with np.errstate(invalid="ignore", divide="ignore"):
        sigma = stages.sums(np.nan_to_num(ranges)) / count / d2(2)
    series.refuse(sigma == 0, "the samples have no variation (sigma_z is 0)")
    return series.blank(sigma)[0]


def _derivation(chart: Charted):
    base, letter = chart.baseline, chart.chart[-1]
    error = "sqrt(pbar (1 - pbar) / n)" if letter == "p" else "sqrt(ubar / n)"
    yield Step(f"{letter}bar", "sum of counts / sum of sizes", value=base.center)
    yield Step("standard error s of a sample", error)
    yield Step("sigma z", f"mean moving range of ({letter} - {letter}bar) / s, over d2(2)", value=base.sigma)
    yield Step("limits", f"{letter}bar -+ {{k}} s sigma_z", {"k": base.k})


for _kind in ("laney_p", "laney_u"):
    family(
        _kind,
        f"Laney {_kind[-1]}' chart",
        ("samples in the order of time", "the level varies between samples by one standard deviation"),
        ("D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002), 531-537",),
        _derivation,
    )

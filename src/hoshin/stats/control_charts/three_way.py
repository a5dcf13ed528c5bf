"""Three-way charts: subgroup averages judged by their own moving ranges, beside the spread within subgroups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.control_charts import sigma as estimators
from hoshin.stats.control_charts.assembly import assemble, check_baseline, given, make_baseline
from hoshin.stats.control_charts.averages import read_subgroups, spread_panel
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import estimate, level_panel, moving_ranges, range_panel
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_choice
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule


def i_mr_r(subgroups, **options) -> ControlChart | ControlCharts:
    """I-MR-R chart: level, change between and spread within subgroups, where averages vary more than values within.

    Estimand: averages charted as individuals, center their mean, limits -+ k sigma_mean, sigma_mean = mean moving range of
    the averages / d2(2); their moving ranges; and R with center d2(n) sigma_within, limits -+ k d3(n) sigma_within. The
    baseline's options give sigma within, between = sqrt(sigma_mean^2 - sigma_within^2 / n) (0 where negative) and both
    together, sqrt(between^2 + within^2).

    Parameters
    ----------
    subgroups : as in ``xbar_r``; at least two, in the order of time.
    options : subgroup_offsets, offsets, baseline, sigma_method (within: "rbar_d2"), k, stages, exclude, on_error, as in
        ``xbar_r`` and ``i_mr``; rules, range_rules, spread_rules for the three panels.

    Units: lines and sigmas in the unit of the values.

    Assumes: subgroups in the order of time, the same spread within each; averages independent of one another, which may
    vary more than the values within explain.

    Errors: fewer than two subgroups, no variation of averages or within subgroups.

    Source: D. J. Wheeler, Understanding Statistical Process Control, 2nd edition (1992), section 10.

    >>> chart = i_mr_r([[1.0, 2.0], [5.0, 7.0], [3.0, 3.0], [9.0, 8.0]])
    >>> [panel.name for panel in chart.panels], round(chart.main.ucl, 3)
    (['Individuals', 'Moving range', 'R'], 16.271)
    """
    return _chart("R", subgroups, **options)


def i_mr_s(subgroups, **options) -> ControlChart | ControlCharts:
    """I-MR-S chart: level, change between and spread within subgroups of any size.

    Estimand: as ``i_mr_r``, the third panel S with center c4(n) sigma_within and limits -+ k sqrt(1 - c4^2) sigma_within.

    Parameters
    ----------
    subgroups : as in ``xbar_r``; at least two, in the order of time.
    options : subgroup_offsets, offsets, baseline, sigma_method (within: "sbar_c4"), k, stages, exclude, on_error, as in
        ``xbar_r`` and ``i_mr``; rules, range_rules, spread_rules for the three panels.

    Units: lines and sigmas in the unit of the values.

    Assumes: subgroups in the order of time, the same spread within each; averages independent of one another, which may
    vary more than the values within explain.

    Errors: fewer than two subgroups, no variation of averages or within subgroups.

    Source: D. J. Wheeler, Understanding Statistical Process Control, 2nd edition (1992), section 10.

    >>> chart = i_mr_s([[1.0, 2.0], [5.0, 7.0], [3.0, 3.0], [9.0, 8.0]])
    >>> round(chart.baseline.options["sigma_within"], 4), round(chart.baseline.options["sigma_between"], 4)
    (0.8862, 3.7888)
    """
    return _chart("S", subgroups, **options)


def _chart(
    spread: str,
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
    spread_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
):
    kind = f"i_mr_{spread.lower()}"
    summary = read_subgroups(subgroups, subgroup_offsets, offsets, spread, sigma_method)
    series = Series.read(summary.shape, offsets=summary.offsets, stages=stages, exclude=exclude, on_error=on_error)
    ranges, totals = moving_ranges(summary.mean, series.stages)
    if baseline is None:
        method = check_choice(
            sigma_method or ("rbar_d2" if spread == "R" else "sbar_c4"), estimators.METHODS, "sigma_method"
        )
        center, sigma, n = estimate(summary.mean, ranges, totals, series, "mr_mean", 2)
        within = _within(summary, series, method)
        options = {"sigma_method_within": method, **_components(summary, series, sigma, within)}
        base = make_baseline(series, kind, center, sigma, n, "mr_mean", k, 2, options)
    else:
        check_baseline(baseline, kind, series, sigma_method=sigma_method, k=k, exclude=exclude)
        base = baseline
        center, sigma = given(base.center, series), given(base.sigma, series)
        within = given(base.options["sigma_within"], series)
    panels = (
        level_panel("Individuals", summary.mean, center, sigma, base.k, tuple(rules)),
        range_panel(ranges, sigma, 2, base.k, tuple(range_rules)),
        spread_panel(spread, summary, series, within, base.k, tuple(spread_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2, sizes=summary.size)


def _within(summary, series: Series, method: str):
    kept = series.kept if isinstance(summary.size, int) else series.keeps(summary.sizes > 0)
    sigma, usable = estimators.within(summary, kept, series.stages, method)
    series.refuse(usable < 1, "no subgroup has 2 values or more; individuals belong on an I-MR chart")
    series.refuse(sigma == 0, "the subgroups have no variation within (sigma is 0)")
    return series.blank(sigma)[0]


def _components(summary, series: Series, sigma, within):
    """Sigma within, between and together; n is the harmonic mean of the sizes."""
    stages = series.stages
    if isinstance(summary.size, int):
        part = within**2 / summary.size
    else:
        counted = summary.sizes > 0
        inverse = np.where(counted, 1 / np.maximum(summary.sizes, 1), 0.0)
        part = within**2 * stages.sums(inverse) / stages.counts(counted)
    between = np.sqrt(np.maximum(sigma**2 - part, 0.0))
    return {"sigma_within": within, "sigma_between": between, "sigma_both": np.sqrt(between**2 + within**2)}


def _derivation(chart: Charted):
    base = chart.baseline
    yield Step("mean of the averages", value=base.center)
    yield Step("sigma of the averages", "mean moving range / d2(2)", value=base.sigma)
    yield Step(
        "sigma within", estimators.METHODS[base.options["sigma_method_within"]], value=base.options["sigma_within"]
    )
    yield Step("sigma between", "sqrt(sigma of averages^2 - sigma within^2 / n)", value=base.options["sigma_between"])
    yield Step("limits of the averages", "center -+ {k} sigma of the averages", {"k": base.k})


for _kind in ("i_mr_r", "i_mr_s"):
    family(
        _kind,
        f"{_kind.upper().replace('_', '-')} (three-way) chart",
        ("subgroups in the order of time", "the same spread within every subgroup", "averages independent over time"),
        ("D. J. Wheeler, Understanding Statistical Process Control, 2nd edition (1992), section 10",),
        _derivation,
    )

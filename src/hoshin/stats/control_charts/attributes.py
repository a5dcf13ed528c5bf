"""Attribute charts: p and np of defectives, c and u of defects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, limits, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_counts, check_sizes, first_place
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule

_REFERENCES = ("D. C. Montgomery, Introduction to Statistical Quality Control, chapter 7",)
_BINOMIAL = (
    "each unit is defective or not, independently, with one probability",
    "sizes large enough for the normal approximation",
)
_POISSON = ("defects arise independently at one rate", "counts large enough for the normal approximation")


def p(
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
    """p chart: is the proportion of defective units stable?

    Estimand: pbar = defective units / units inspected; limits pbar -+ k sqrt(pbar (1 - pbar) / n), cut to 0..1.

    Parameters
    ----------
    defectives : (m,) defective units per sample in the order of time, (C, m) of many characteristics, or a flat column
        with ``offsets``. NaN is a missing sample.
    sizes : units inspected, one number, one per sample, or (m,) shared by all characteristics.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: proportions 0 to 1, of units inspected.

    Assumes: each unit defective or not, independently, with one probability; n pbar of about 5 or more for the limits to
    be about 3 sigma. Very large samples whose level varies besides: ``laney_p``.

    Errors: negative or broken counts, more defectives than units, fewer than two samples, none or all defective.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 7.2.

    >>> chart = p([12, 15, 8, 10, 4, 7, 16, 9, 14, 10], 50)
    >>> round(chart.main.center, 3), round(chart.main.ucl, 4)
    (0.21, 0.3828)
    """
    counts, n = read_defectives(defectives, sizes)
    return _chart("p", counts, n, offsets, baseline, k, stages, exclude, rules, on_error)


def np_(
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
    """np chart: is the number of defective units stable? (Named np_ because np is NumPy.)

    Estimand: center n pbar, pbar = defective units / units inspected; limits n pbar -+ k sqrt(n pbar (1 - pbar)), cut to
    0..n.

    Parameters
    ----------
    defectives : (m,) defective units per sample in the order of time, (C, m) of many characteristics, or a flat column
        with ``offsets``. NaN is a missing sample.
    sizes : units inspected, one number, one per sample, or (m,) shared by all characteristics.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: defective units per sample; with unequal sizes the center varies from point to point.

    Assumes: each unit defective or not, independently, with one probability; n pbar of about 5 or more.

    Errors: negative or broken counts, more defectives than units, fewer than two samples, none or all defective.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 7.2.

    >>> chart = np_([12, 15, 8, 10, 4, 7, 16, 9, 14, 10], 50)
    >>> round(chart.main.center, 3), round(chart.main.ucl, 4)
    (10.5, 19.1403)
    """
    counts, n = read_defectives(defectives, sizes)
    return _chart("np", counts, n, offsets, baseline, k, stages, exclude, rules, on_error)


def c(
    defects,
    *,
    offsets=None,
    baseline: Baseline | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """c chart: is the number of defects in units of one size stable?

    Estimand: cbar, the mean count; limits cbar -+ k sqrt(cbar), not below 0.

    Parameters
    ----------
    defects : (m,) defects per sample in the order of time, (C, m) of many characteristics, or a flat column with
        ``offsets``. NaN is a missing sample.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: defects per sample.

    Assumes: defects arise independently at one rate, in samples of one size; cbar of about 5 or more.

    Errors: negative or broken counts, fewer than two samples, no defect at all.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 7.3.

    >>> chart = c([16, 14, 28, 16, 12, 20, 10, 12, 10, 17])
    >>> chart.main.center, round(chart.main.ucl, 4)
    (15.5, 27.311)
    """
    counts = check_counts(defects, "defects")
    return _chart("c", counts, np.array(1.0), offsets, baseline, k, stages, exclude, rules, on_error)


def u(
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
    """u chart: is the number of defects per unit stable?

    Estimand: ubar = defects / units; limits ubar -+ k sqrt(ubar / n), not below 0.

    Parameters
    ----------
    defects : (m,) defects per sample in the order of time, (C, m) of many characteristics, or a flat column with
        ``offsets``. NaN is a missing sample.
    sizes : units per sample (pieces, areas, hours, patient days), which may be broken numbers: one number, one per sample,
        or (m,) shared by all characteristics.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : the baseline of an earlier chart (phase II). Without it the limits come from the samples (phase I).
    k : the width of the limits in standard errors (3).
    stages, exclude, rules, on_error : as in ``i_mr``, for samples.

    Units: defects per unit of ``sizes``.

    Assumes: defects arise independently at one rate per unit; n ubar of about 5 or more. Very large samples whose rate
    varies besides: ``laney_u``.

    Errors: negative counts, sizes not above 0, fewer than two samples, no defect at all.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 7.3.

    >>> chart = u([10, 12, 8, 14, 10], 5)
    >>> chart.main.center, round(chart.main.ucl, 4)
    (2.16, 4.1318)
    """
    counts = check_counts(defects, "defects")
    return _chart("u", counts, check_sizes(sizes), offsets, baseline, k, stages, exclude, rules, on_error)


def read_defectives(defectives, sizes):
    """Defective units and units inspected, refused where they cannot be.

    >>> read_defectives([1, 2], 50)[0]
    array([1., 2.])
    """
    counts, n = check_counts(defectives, "defectives"), check_sizes(check_counts(sizes, "sizes"))
    with np.errstate(invalid="ignore"):
        more = counts > sized(n, counts)
    if more.any():
        place = first_place(more)
        raise StatisticsError(
            "{found} defectives in a sample of {size} at index {place}; no more than its size are possible",
            found=float(counts[place]),
            size=float(sized(n, counts)[place]),
            place=place,
        )
    return counts, n


def sized(sizes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """A size for each count.

    >>> sized(np.array(50.0), np.array([1.0, 2.0]))
    array([50., 50.])
    """
    if sizes.ndim and sizes.shape not in (counts.shape, counts.shape[-1:]):
        raise StatisticsError(
            "sizes has shape {found}; one number or one per sample ({needed}) is needed",
            found=sizes.shape,
            needed=counts.shape,
        )
    return np.broadcast_to(sizes, counts.shape)


def _chart(kind, counts, sizes, offsets, baseline, k, stages, exclude, rules, on_error):
    if counts.ndim not in (1, 2):
        raise StatisticsError("counts have {found} dimensions; 1 or 2 are needed", found=counts.ndim)
    series = Series.read(counts.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    each = sized(sizes, counts).ravel()
    counts = counts.ravel()
    if baseline is None:
        center, m = estimate_rate(kind, counts, each, series)
        base = make_baseline(series, kind, center, None, m, "binomial" if kind in "np" else "poisson", k)
    else:
        check_baseline(baseline, kind, series, k=k, exclude=exclude)
        base, center = baseline, given(baseline.center, series)
    constant = bool(np.ptp(each) == 0)
    n = each[0].item() if constant else each
    rate = center if constant else series.stages.per_point(center)
    panel = _PANELS[kind](counts, n, rate, base.k, tuple(rules))
    if kind != "np":
        panel = replace(panel, center=center)
    sizes = None if kind == "c" else n
    return assemble(series, (panel,), base, 1 if baseline is None else 2, sizes=sizes)


def estimate_rate(kind, counts, sizes, series: Series):
    """Events over opportunities, and the number of samples, of each stage.

    >>> estimate_rate("c", np.array([1.0, 3.0]), np.ones(2), Series.read((2,)))
    (array([2.]), array([2]))
    """
    stages = series.stages
    present = ~np.isnan(counts) & ~np.isnan(sizes)
    kept = series.keeps(None if present.all() else present)
    m = stages.lengths if kept is None else stages.counts(kept)
    series.refuse(m < 2, "{m} sample(s) found; at least 2 are needed", m=m)
    if kept is not None:
        counts, sizes = np.where(kept, counts, 0.0), np.where(kept, sizes, 0.0)
    events, opportunities = stages.sums(counts), stages.sums(sizes)
    what = "defective unit" if kind in "np" else "defect"
    series.refuse(events == 0, "no {what} in {m} samples; limits need at least one", m=m, what=what)
    if kind in "np":
        series.refuse(events == opportunities, "every unit is defective in {m} samples; limits need a good one", m=m)
    with np.errstate(invalid="ignore", divide="ignore"):
        return *series.blank(events / opportunities), m


def _p_panel(counts, n, rate, k, rules) -> Lines:
    error = np.sqrt(rate * (1 - rate) / n)
    return Lines("p", counts / n, rate, error, *limits(rate, error, k, low=0.0, high=1.0), rules)


def _np_panel(counts, n, rate, k, rules) -> Lines:
    center, error = n * rate, np.sqrt(n * rate * (1 - rate))
    return Lines("np", counts, center, error, *limits(center, error, k, low=0.0, high=n), rules)


def _c_panel(counts, n, rate, k, rules) -> Lines:
    error = np.sqrt(rate)
    return Lines("c", counts, rate, error, *limits(rate, error, k, low=0.0), rules)


def _u_panel(counts, n, rate, k, rules) -> Lines:
    error = np.sqrt(rate / n)
    return Lines("u", counts / n, rate, error, *limits(rate, error, k, low=0.0), rules)


_PANELS = {"p": _p_panel, "np": _np_panel, "c": _c_panel, "u": _u_panel}

_FORMULAS = {
    "p": ("sum of defectives / sum of sizes", "pbar -+ {k} sqrt(pbar (1 - pbar) / n), cut to 0..1"),
    "np": ("sum of defectives / sum of sizes", "n pbar -+ {k} sqrt(n pbar (1 - pbar)), cut to 0..n"),
    "c": ("mean count", "cbar -+ {k} sqrt(cbar), not below 0"),
    "u": ("sum of defects / sum of sizes", "ubar -+ {k} sqrt(ubar / n), not below 0"),
}


def _derivation(chart: Charted):
    center, formula = _FORMULAS[chart.chart]
    yield Step("center" if chart.chart == "c" else f"{chart.chart[-1]}bar", center, value=chart.baseline.center)
    yield Step("limits", formula, {"k": chart.baseline.k})


for _kind in _PANELS:
    family(_kind, f"{_kind} chart", _BINOMIAL if _kind in "np" else _POISSON, _REFERENCES, _derivation)

"""Charts of rare events: g for the number of cases between events, t for the time between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, make_baseline
from hoshin.stats.control_charts.assembly import limits as about
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import estimate, moving_ranges
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_choice, check_counts, check_fraction
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments

_POWER = 3.6


def g(
    counts,
    *,
    limits: str = "three_sigma",
    alpha: float = 0.0027,
    k: float = 3.0,
    offsets=None,
    baseline: Baseline | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """g chart: is the number of cases between rare events stable?

    Estimand: "three_sigma": center the mean, limits mean -+ k sqrt(mean (mean + 1)), not below 0. "probability": with
    q = 1 / (mean + 1) the x for which 1 - (1 - q)^(x + 1) is alpha/2, 1/2 (center) and 1 - alpha/2, not below 0.

    Parameters
    ----------
    counts : cases without the event between one event and the next, 0 or more; (n,), (C, n), or flat with ``offsets``.
        NaN is a missing count.
    limits, alpha, k : how limits are made, the false alarms of probability limits, the width of the others.
    baseline, offsets, stages, exclude, rules, on_error : as in ``p``.

    Units: counts of cases; alpha per point, 0 to 1.

    Assumes: each case has the event independently, with one probability (geometric counts). A fall of the counts, more
    events, hardly shows below: join with ``rules.same_side``.

    Errors: negative or broken counts, fewer than two, all of them 0.

    Source: J. C. Benneyan, Health Care Management Science 4 (2001), 305-318.

    >>> chart = g([13, 35, 12, 76, 19, 7, 26, 1, 0, 13])
    >>> chart.main.center, round(chart.main.ucl, 2)
    (20.2, 82.28)
    """
    check_choice(limits, ("three_sigma", "probability"), "limits")
    check_fraction(alpha, "alpha")
    array = check_counts(counts, "counts")
    series, points, mean, base, phase = _start(
        "g", array, offsets, baseline, stages, exclude, on_error, k, {"limits": limits, "alpha": alpha}
    )
    if base.options["limits"] == "three_sigma":
        error = np.sqrt(mean * (mean + 1))
        line = Lines("g", points, mean, error, *about(mean, error, base.k, low=0.0), tuple(rules))
    else:
        low, middle, high = (
            np.maximum(0.0, np.log1p(-share) / np.log1p(-1 / (mean + 1)) - 1)
            for share in _shares(base.options["alpha"])
        )
        line = Lines("g", points, middle, None, high, low, tuple(rules))
    return assemble(series, (line,), base, phase)


def t(
    times,
    *,
    method: str = "power_3.6",
    alpha: float = 0.0027,
    k: float = 3.0,
    offsets=None,
    baseline: Baseline | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """t chart: is the time between rare events stable?

    Estimand: "power_3.6": an individuals chart of y = t^(1/3.6), its lines transformed back by y^3.6. "exponential" and
    "weibull": the quantiles scale (-ln(1 - a))^(1 / shape) at a = alpha/2, 1/2 (center) and 1 - alpha/2 of the
    distribution fitted by maximum likelihood (shape 1 for the exponential).

    Parameters
    ----------
    times : time from one event to the next, 0 or more (above 0 for "weibull"); (n,), (C, n), or flat with ``offsets``.
        NaN is a missing time.
    method, alpha, k : how limits are made, the false alarms of quantile limits, the width of the others.
    baseline, offsets, stages, exclude, rules, on_error : as in ``i_mr``. Rules with a k need zones, which only
        the individuals chart has: none here.

    Units: lines in the unit of the times; alpha per point, 0 to 1.

    Assumes: events arise independently at one rate; for "weibull" with a rate that depends on the time since the last.

    Errors: negative times, fewer than two, no variation, a time of 0 with "weibull".

    Source: L. S. Nelson, A control chart for parts-per-million nonconforming items, J. Quality Technology 26 (1994),
    239-240; J. C. Benneyan, Health Care Management Science 4 (2001), 305-318, for the exponential.

    >>> chart = t([3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0, 100.0, 130.0, 230.0, 487.0], method="exponential")
    >>> round(chart.main.center, 2), round(chart.main.ucl, 2)
    (74.92, 714.18)
    """
    check_choice(method, ("power_3.6", "exponential", "weibull"), "method")
    check_fraction(alpha, "alpha")
    array = check_counts(times, "times", whole=False)
    series, points, center, base, phase = _start(
        "t", array, offsets, baseline, stages, exclude, on_error, k, {"method": method, "alpha": alpha}
    )
    low, middle, high = _TIME_LINES[base.options["method"]](base, center, series)
    return assemble(series, (Lines("t", points, middle, None, high, low, tuple(rules)),), base, phase)


def _start(kind, array, offsets, baseline, stages, exclude, on_error, k, options):
    """Layout, points, the parameter of each stage, and the baseline."""
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    points = array.ravel()
    if baseline is not None:
        check_baseline(baseline, kind, series, exclude=exclude)
        return series, points, given(baseline.center, series), baseline, 2
    fit = _FITS[options.get("method", "mean")]
    center, sigma, n, more = fit(points, series)
    base = make_baseline(series, kind, center, sigma, n, options.get("method", "mean"), k, None, {**options, **more})
    return series, points, center, base, 1


def _fit_mean(points, series: Series):
    stages = series.stages
    kept = series.keeps(~np.isnan(points))
    n = stages.counts(kept)
    series.refuse(n < 2, "{n} value(s) found; at least 2 are needed", n=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = stages.sums(np.where(kept, points, 0.0)) / n
    series.refuse(mean == 0, "all {n} values are 0; limits need at least one above 0", n=n)
    return *series.blank(mean), None, n, {}


def _fit_exponential(points, series: Series):
    mean, _, n, _ = _fit_mean(points, series)
    return mean, None, n, {"scale": mean}


def _fit_power(points, series: Series):
    roots = points ** (1 / _POWER)
    ranges, totals = moving_ranges(roots, series.stages)
    mean, sigma, n = estimate(roots, ranges, totals, series, "mr_mean", 2)
    return mean, sigma, n, {}


def _fit_weibull(points, series: Series):
    """Maximum likelihood: the root of the shape equation by Newton's method, for all stages together."""
    _, _, n, _ = _fit_mean(points, series)
    stages, kept = series.stages, series.keeps(~np.isnan(points))
    series.refuse(stages.counts(kept & (points == 0)) > 0, "times has a 0; a Weibull distribution needs times above 0")
    logs = np.log(np.where(kept & (points > 0), points, 1.0))
    mean_log = stages.sums(np.where(kept, logs, 0.0)) / n
    logs -= stages.per_point(mean_log)
    spread = np.sqrt(stages.sums(np.where(kept, logs * logs, 0.0)) / n)
    series.refuse(spread == 0, "the {n} values have no variation", n=n)
    shape = np.pi / np.sqrt(6) / np.where(spread > 0, spread, 1.0)
    for _ in range(60):
        total, first, second = (_moment(logs, kept, shape, power, stages) for power in (0, 1, 2))
        ratio = first / total
        step = (ratio - 1 / shape) / (second / total - ratio**2 + 1 / shape**2)
        shape = np.maximum(shape - step, shape / 4)
        if (np.abs(step) <= 1e-13 * shape).all():
            break
    scale = np.exp(mean_log) * (_moment(logs, kept, shape, 0, stages) / n) ** (1 / shape)
    shape, scale = series.blank(shape, scale)
    return scale, None, n, {"scale": scale, "shape": shape}


def _moment(logs, kept, shape, power: int, stages: Segments):
    """The sum of t^shape log(t)^power of each stage, t taken about its geometric mean."""
    return stages.sums(np.where(kept, np.exp(logs * stages.per_point(shape)) * logs**power, 0.0))


_FITS = {"mean": _fit_mean, "power_3.6": _fit_power, "exponential": _fit_exponential, "weibull": _fit_weibull}


def _shares(alpha: float):
    return alpha / 2, 0.5, 1 - alpha / 2


def _power_lines(base: Baseline, center, series: Series):
    sigma = np.atleast_1d(np.asarray(base.sigma, float))
    ucl, lcl = about(center, sigma, base.k, low=0.0)
    return lcl**_POWER, center**_POWER, ucl**_POWER


def _exponential_lines(base: Baseline, center, series: Series):
    return tuple(-center * np.log1p(-share) for share in _shares(base.options["alpha"]))


def _weibull_lines(base: Baseline, center, series: Series):
    shape = np.atleast_1d(np.asarray(base.options["shape"], float))
    return tuple(center * (-np.log1p(-share)) ** (1 / shape) for share in _shares(base.options["alpha"]))


_TIME_LINES = {"power_3.6": _power_lines, "exponential": _exponential_lines, "weibull": _weibull_lines}


def _derivation(chart: Charted):
    base = chart.baseline
    yield Step("mean" if chart.chart == "g" else "fitted center", base.sigma_method, value=base.center)
    if base.sigma is not None:
        yield Step("sigma of t^(1/3.6)", "mean moving range / d2(2)", value=base.sigma)
    for name, value in base.options.items():
        yield Step(name, value=value)


_SOURCES = ("J. C. Benneyan, Health Care Management Science 4 (2001), 305-318",)
family("g", "g chart", ("each case has the event independently with one probability",), _SOURCES, _derivation)
family(
    "t",
    "t chart",
    ("events arise independently at one rate",),
    (*_SOURCES, "L. S. Nelson, J. Quality Technology 26 (1994), 239-240"),
    _derivation,
)

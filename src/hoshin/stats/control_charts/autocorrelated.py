"""Charts of values that depend on the ones before: the residuals of an ARIMA model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from hoshin.stats.control_charts.arima import UNKNOWN, Fit, Rows, fit, innovations
from hoshin.stats.control_charts.assembly import assemble, check_baseline, given, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import SIGMA_METHODS, estimate, level_panel, moving_ranges, range_panel
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_choice, check_numbers, check_whole
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule

# Points fitted together; several models of each are tried at once.
_BLOCK = 1 << 14


def arima_residuals(
    values,
    *,
    p: int | None = None,
    d: int = 0,
    q: int | None = None,
    max_p: int = 3,
    max_q: int = 1,
    mean: bool | None = None,
    sigma_method: str | None = None,
    k: float | None = None,
    offsets=None,
    baseline: Baseline | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Individuals and moving range chart of the residuals of an ARIMA(p, d, q) model.

    Where a process remembers its last values, a chart of the values themselves signals without cause; the residuals
    are what is new in each value.

    Estimand: with w the values differenced d times less their mean, ``w_t = ar_1 w_(t-1) + ... + ar_p w_(t-p) + a_t +
    ma_1 a_(t-1) + ... + ma_q a_(t-q)``; the residual is (value - its prediction from all values before) / sqrt(f), f
    the variance of that error over the variance of a (near 1 but for the first ones and after a gap). Coefficients and
    mean have the largest exact Gaussian likelihood among the stationary and invertible models.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``. NaN is
        a missing value: it has no residual, and the next ones are predicted from what there is. The first d values
        have none either.
    p, d, q : the order. What is not given of p and q is chosen up to ``max_p`` and ``max_q`` by the least AICc,
        ``-2 ln L + 2 m n / (n - m - 1)``, m the number of parameters with sigma and mean.
    max_p, max_q : the largest orders tried.
    mean : whether the differenced values have a mean to be estimated (else it is 0); where not given, only for d = 0.
    sigma_method, k : sigma of the residuals and the width of the limits, as in ``i_mr``.
    offsets, rules, range_rules, on_error : as in ``i_mr``.
    stages : a label per point; a model and limits of its own, and no past, from where the label changes.
    exclude : as in ``i_mr``: left out of the model, as if missing, but plotted; the next values are predicted without it.
    baseline : of an earlier chart (phase II): its model and limits judge later values. These begin without a past; hand
        the last values of the baseline along where the first later ones are to be predicted from them.

    Units: residuals, their sigma and limits in the unit of the values; coefficients have none.

    Assumes: equal steps of time; one model for the whole series; innovations independent, roughly normal, of one
    variance. A sustained shift shows in full in its first residual only and in part later.

    Errors: fewer than 3 (p + q + 1) values to be predicted, values without variation, a negative order.

    Source: G. E. P. Box, G. M. Jenkins, Time Series Analysis (1970), chapters 4 and 7; C. F. Ansley, Biometrika 66
    (1979), 59-65, for the likelihood; L. C. Alwan, H. V. Roberts, J. Business and Economic Statistics 6 (1988), 87-95,
    for the chart; C. M. Hurvich, C.-L. Tsai, Biometrika 76 (1989), 297-307, for the AICc.

    >>> rng = np.random.default_rng(7)
    >>> values = [0.0]
    >>> for e in rng.normal(size=200):
    ...     values.append(0.8 * values[-1] + e)
    >>> chart = arima_residuals(values)
    >>> chart.baseline.options["p"], chart.baseline.options["q"], chart.baseline.options["ar"].round(2)
    (1, 0, array([0.81, 0.  , 0.  ]))
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    points = array.ravel()
    if baseline is None:
        tried = _tried("p", p, max_p), _tried("q", q, max_q)
        options = _fitted(points, series, *tried, check_whole(d, "d", at_least=0), d == 0 if mean is None else mean)
    else:
        asked = {"p": p, "d": d, "q": q, "mean": mean, "sigma_method": sigma_method, "k": k, "exclude": exclude}
        check_baseline(baseline, "arima_residuals", series, **asked)
        options = baseline.options
    residuals = _residuals(points, series, options)
    ranges, totals = moving_ranges(residuals, series.stages)
    if baseline is None:
        method = check_choice(sigma_method or "mr_mean", SIGMA_METHODS, "sigma_method")
        center, sigma, n = estimate(residuals, ranges, totals, series, method, 2)
        base = make_baseline(series, "arima_residuals", center, sigma, n, method, k, 2, options)
    else:
        base, center, sigma = baseline, given(baseline.center, series), given(baseline.sigma, series)
    panels = (
        level_panel("Residuals", residuals, center, sigma, base.k, tuple(rules)),
        range_panel(ranges, sigma, 2, base.k, tuple(range_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2)


def _rows(points, series: Series, usable: np.ndarray, d: int) -> Iterator[tuple]:
    """Characteristics of similar length side by side: which they are, their places among the points, and the rows.

    A row begins with the first value that makes the model; a missing value holds the one before, whose influence is
    nothing, and so has a value left out.
    """
    present = series.keeps(~np.isnan(points))
    stages = series.stages
    begin = stages.firsts(np.arange(points.size), present)
    lengths = stages.offsets[1:] - begin
    classes = np.frexp(lengths)[1]
    for size in np.unique(classes[usable]):
        alike = np.flatnonzero(usable & (classes == size))
        height = max(1, _BLOCK >> int(size))
        for chosen in np.split(alike, range(height, alike.size, height)):
            columns = np.arange(lengths[chosen].max())
            inside = columns < lengths[chosen, None]
            places = begin[chosen, None] + np.minimum(columns, lengths[chosen, None] - 1)
            there = present[places] & inside
            held = np.maximum.accumulate(np.where(there, columns, 0), axis=1)
            filled = np.take_along_axis(points[places], held, axis=1)
            counted = there & (np.cumsum(there, axis=1) > d)
            yield chosen, places, inside, Rows(filled, inside & ~there, counted, d, False)


def _tried(name: str, order: int | None, most: int) -> range:
    """The one order given, or all up to the largest."""
    if order is None:
        return range(check_whole(most, f"max_{name}", at_least=0) + 1)
    order = check_whole(order, name, at_least=0)
    return range(order, order + 1)


def _fitted(points, series: Series, tried_p: range, tried_q: range, d: int, mean: bool) -> dict:
    """The model of each characteristic: numbers and coefficients, 0 beyond its order; NaN where there is none."""
    count = series.stages.count
    usable = _usable(points, series, 3 * (tried_p[-1] + tried_q[-1] + 1), d)
    found = {name: np.full(count, np.nan) for name in ("mean", "variance", "log_likelihood", "aicc")}
    found |= {name: np.full((count, tried[-1]), np.nan) for name, tried in (("ar", tried_p), ("ma", tried_q))}
    found |= {name: np.zeros(count, dtype=np.int64) for name in ("p", "q")}
    for chosen, _, _, rows in _rows(points, series, usable, d):
        level = rows.values[:, :1] if mean or d else np.zeros((1, 1))
        rows = Rows(rows.values - level, rows.missing, rows.counted, d, mean)
        for p in tried_p:
            for q in tried_q:
                _keep_better(found, chosen, fit(rows, p, q))
        if mean and not d:
            found["mean"][chosen] += level[:, 0]
    return {"p": found.pop("p"), "d": d, "q": found.pop("q"), **found}


def _keep_better(found: dict, chosen, model: Fit) -> None:
    """Put a model in the place of those found so far where its AICc is less."""
    better = (model.aicc < found["aicc"][chosen]) | np.isnan(found["aicc"][chosen])
    where = chosen[better]
    for name in ("mean", "variance", "log_likelihood", "aicc"):
        found[name][where] = getattr(model, name)[better]
    for name, order in (("ar", "p"), ("ma", "q")):
        coefficients = getattr(model, name)[better]
        found[order][where] = coefficients.shape[1]
        found[name][where] = 0.0
        found[name][where, : coefficients.shape[1]] = coefficients


def _usable(points, series: Series, needed: int, d: int) -> np.ndarray:
    """Which characteristics have enough values, and values that vary."""
    count = series.stages.count
    m, varying = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    for chosen, _, _, rows in _rows(points, series, np.ones(count, dtype=bool), d):
        m[chosen] = rows.counted.sum(axis=1)
        some = m[chosen] > 0
        rows = rows.of(some)
        blank = np.zeros((len(rows.values), 0))
        errors, _, _ = innovations(blank, blank, Rows(rows.values, rows.missing, rows.counted, d, True))
        varying[chosen[some]] = np.abs(errors).max(axis=1) > 1e-12 * np.abs(rows.values).max(axis=1)
    enough = m >= needed
    series.refuse(~enough, "{m} values to be predicted; at least {needed} are needed", m=m, needed=needed)
    series.refuse(enough & ~varying, "the {m} values to be predicted have no variation", m=m)
    return enough & varying


def _residuals(points, series: Series, options) -> np.ndarray:
    """The residual of each point under the model of its characteristic; NaN where there is none."""
    count = series.stages.count
    ar, ma = (np.broadcast_to(options[name], (count, np.shape(options[name])[-1])) for name in ("ar", "ma"))
    mean = np.broadcast_to(np.asarray(options["mean"], float), (count,))
    residuals = np.full(points.size, np.nan)
    for chosen, places, inside, rows in _rows(points, series, np.isfinite(mean), options["d"]):
        # A point left out is held against what the model says of it, and moves none of the later ones.
        before = np.cumsum(inside & ~rows.missing, axis=1)
        left_out = rows.missing & ~np.isnan(points[places]) & (before >= options["d"])
        counted = rows.counted | left_out
        own = Rows(rows.values, rows.missing, counted, rows.d, mean[chosen])
        errors, root, _ = innovations(ar[chosen], ma[chosen], own)
        if left_out.any():
            own_root = np.sqrt(np.where(left_out, root * root - UNKNOWN, 1.0))
            own_error = (errors * root + points[places] - rows.values) / own_root
            errors = np.where(left_out, own_error, errors)
        residuals[places[inside]] = np.where(counted, errors, np.nan)[inside]
    return residuals


def _derivation(chart: Charted):
    base, options = chart.baseline, chart.baseline.options
    yield Step("order", "p = {p}, d = {d}, q = {q}", {name: options[name] for name in "pdq"})
    yield Step("mean of the differenced values", value=options["mean"])
    yield Step("ar", "w_t = ar_1 w_(t-1) + ... + a_t + ma_1 a_(t-1) + ...", value=options["ar"])
    yield Step("ma", value=options["ma"])
    yield Step("variance of the innovations a", "exact maximum likelihood", value=options["variance"])
    yield Step("log likelihood", value=options["log_likelihood"])
    yield Step("AICc", value=options["aicc"])
    yield Step("residual", "(value - its prediction from those before) / sqrt(f)")
    yield Step("sigma of the residuals", base.sigma_method, value=base.sigma)
    yield Step("limits", "mean of the residuals -+ {k} sigma", {"k": base.k})


family(
    "arima_residuals",
    "Chart of ARIMA residuals",
    ("values in the order of time, at equal steps", "the model describes the process", "residuals roughly normal"),
    (
        "G. E. P. Box, G. M. Jenkins, Time Series Analysis (1970), chapters 4 and 7",
        "C. F. Ansley, Biometrika 66 (1979), 59-65",
        "L. C. Alwan, H. V. Roberts, J. Business and Economic Statistics 6 (1988), 87-95",
    ),
    _derivation,
)

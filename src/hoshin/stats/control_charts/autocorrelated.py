"""Charts of values that depend on the ones before: the residuals of an autoregression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hoshin.stats.control_charts.assembly import assemble, check_baseline, given, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import estimate, level_panel, moving_ranges, range_panel
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_numbers, check_whole
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule


def ar_residuals(
    values,
    *,
    order: int | None = None,
    max_order: int = 5,
    difference: int = 0,
    k: float = 3.0,
    offsets=None,
    baseline: Baseline | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Individuals and moving range chart of the residuals of an autoregression, ARIMA(p, d, 0).

    ``e_i = y_i - a - b_1 y_(i-1) - ... - b_p y_(i-p)``, y the values differenced d times, the coefficients by least
    squares. Where a process remembers its last values, a chart of the values themselves signals without cause; the
    residuals are what is new in each value.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``. NaN is
        a missing value; the residuals that need it are missing too. The first p + d residuals do not exist.
    order : p. Where it is not given, the one up to ``max_order`` with the least AIC, ``m ln(s^2) + 2 (p + 1)``, all
        fitted to the same m points.
    difference : d, 0 or 1 mostly.
    baseline : of an earlier chart: its coefficients and limits judge later values.

    Errors: fewer than 3 (p + 1) complete points, values without variation.

    Source: L. C. Alwan, H. V. Roberts, J. Business and Economic Statistics 6 (1988), 87-95; D. C. Montgomery,
    Introduction to Statistical Quality Control, section 10.4.

    >>> rng = np.random.default_rng(7)
    >>> values = [0.0]
    >>> for e in rng.normal(size=200):
    ...     values.append(0.8 * values[-1] + e)
    >>> chart = ar_residuals(values, order=1)
    >>> chart.baseline.options["coefficients"].round(2)
    array([0.81])
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, on_error=on_error)
    if baseline is None:
        most = check_whole(max_order if order is None else order, "order", at_least=0)
        difference = check_whole(difference, "difference", at_least=0)
    else:
        check_baseline(baseline, "ar_residuals", series, order=order, difference=difference)
        coefficients = np.broadcast_to(
            baseline.options["coefficients"], (series.characteristics.count, _most(baseline))
        )
        most, difference = coefficients.shape[1], baseline.options["difference"]
    columns = _lagged(_differenced(array.ravel(), series, difference), series, most)
    if baseline is None:
        intercept, coefficients, orders = _fit(columns, series, most, chosen=order is None)
    else:
        intercept = given(baseline.options["intercept"], series)
    residuals = _residuals(columns, series, intercept, coefficients)
    ranges, totals = moving_ranges(residuals, series.stages)
    if baseline is None:
        center, sigma, n = estimate(residuals, ranges, totals, series, "mr_mean", 2)
        options = {"order": orders, "difference": difference, "intercept": intercept, "coefficients": coefficients}
        base = make_baseline(series, "ar_residuals", center, sigma, n, "mr_mean", k, 2, options)
    else:
        base, center, sigma = baseline, given(baseline.center, series), given(baseline.sigma, series)
    panels = (
        level_panel("Residuals", residuals, center, sigma, base.k, tuple(rules)),
        range_panel(ranges, sigma, 2, base.k, tuple(range_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2)


def _most(baseline: Baseline) -> int:
    return np.shape(baseline.options["coefficients"])[-1]


def _differenced(points, series: Series, times: int):
    """Each value minus the one before, so many times; NaN where there is none before."""
    y = points.copy()
    for _ in range(times):
        y[1:] -= y[:-1].copy()
        y[series.stages.offsets[:-1]] = np.nan
    return y


def _lagged(y, series: Series, most: int) -> list[np.ndarray]:
    """The values and those 1 .. most points before; NaN where a segment has none."""
    columns = [y]
    for _ in range(most):
        before = np.empty_like(y)
        before[1:] = columns[-1][:-1]
        before[series.stages.offsets[:-1]] = np.nan
        columns.append(before)
    return columns


def _fit(columns, series: Series, most: int, chosen: bool):
    """Intercept, coefficients (zero beyond the order) and order of each segment."""
    stages = series.stages
    complete = np.logical_and.reduce([~np.isnan(column) for column in columns])
    m = stages.counts(complete)
    needed = 3 * (most + 1)
    series.refuse(m < needed, "{m} complete points found; at least {needed} are needed", m=m, needed=needed)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.stack([stages.sums(np.where(complete, column, 0.0)) / m for column in columns])
        centered = [
            np.where(complete, column - stages.per_point(mean), 0.0)
            for column, mean in zip(columns, means, strict=True)
        ]
    products = np.array([[stages.sums(a * b) for b in centered] for a in centered]).transpose(2, 0, 1)
    enough = (products[:, 0, 0] > 0) & (m >= needed)
    series.refuse(~enough, "the {m} points have no variation", m=m)
    products[~enough] = np.eye(most + 1)
    coefficients, orders = _least_squares(products, np.maximum(m, 1), most, chosen)
    intercept = means[0] - (coefficients * means[1:].T).sum(axis=1)
    bad = np.where(enough, 0.0, np.nan)
    return intercept + bad, coefficients + bad[:, None], orders


def _least_squares(products, m, most: int, chosen: bool):
    """Coefficients of order ``most``, or of the order with the least AIC."""
    best = np.full(len(products), np.inf)
    coefficients, orders = np.zeros((len(products), most)), np.full(len(products), most)
    for order in range(0 if chosen else most, most + 1):
        found = np.zeros((len(products), most))
        if order:
            inner, outer = products[:, 1 : order + 1, 1 : order + 1], products[:, 1 : order + 1, 0]
            found[:, :order] = (np.linalg.pinv(inner, hermitian=True) @ outer[:, :, None])[:, :, 0]
        left = products[:, 0, 0] - (found * products[:, 1:, 0]).sum(axis=1)
        aic = m * np.log(np.maximum(left, 1e-300) / m) + 2 * (order + 1)
        better = aic < best
        best[better], coefficients[better], orders[better] = aic[better], found[better], order
    return coefficients, orders


def _residuals(columns, series: Series, intercept, coefficients):
    residuals = columns[0] - series.stages.per_point(intercept)
    for column, slope in zip(columns[1:], coefficients.T, strict=True):
        each = series.stages.per_point(slope)
        residuals -= np.where(each == 0, 0.0, each * column)
    return residuals


def _derivation(chart: Charted):
    base = chart.baseline
    yield Step("differenced", "{d} time(s)", {"d": base.options["difference"]})
    yield Step("intercept", value=base.options["intercept"])
    yield Step("coefficients", "least squares on the values before", value=base.options["coefficients"])
    yield Step("sigma of the residuals", "mean moving range / d2(2)", value=base.sigma)
    yield Step("limits", "mean of the residuals -+ {k} sigma", {"k": base.k})


family(
    "ar_residuals",
    "Chart of autoregression residuals",
    ("values in the order of time", "the autoregression describes the process", "residuals roughly normal"),
    (
        "L. C. Alwan, H. V. Roberts, J. Business and Economic Statistics 6 (1988), 87-95",
        "D. C. Montgomery, Introduction to Statistical Quality Control, section 10.4",
    ),
    _derivation,
)

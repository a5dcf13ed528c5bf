"""Warranty: how many units in the field will come back, and how sure is that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._layout import read_series
from hoshin.stats._results import Many
from hoshin.stats.errors import (
    StatisticsError,
    check_counts,
    check_each,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_same_length,
    check_whole,
    first_place,
)
from hoshin.stats.reliability._likelihood import FAMILIES, Family
from hoshin.stats.reliability.life import LifeDistribution
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class WarrantyForecast(Result):
    """Returns expected in each coming period, with an interval for what will be seen (not for the mean alone)."""

    expected: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    total: float
    total_interval: tuple[float, float]
    units: int
    periods: int
    warranty: float | None
    confidence: float
    draws: int
    seed: int

    title = "Warranty forecast"
    assumptions = (
        "units in the field fail like those the distribution was fitted to",
        "each unit comes back at most once and is not replaced in the forecast",
        "parameters vary as their large-sample normal distribution says",
        "given the parameters, returns are a sum of independent units (its quantiles by Cornish and Fisher's expansion)",
    )
    sources = (
        "W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 12.7",
        "E. A. Cornish, R. A. Fisher, Revue de l'Institut International de Statistique 5 (1938), 307-320",
    )

    def steps(self):
        """One line for each period and the total."""
        yield Step("units at risk", value=self.units)
        yield Step("expected in a period", "sum of units (F(age + period) - F(age)) / (1 - F(age))")
        for i in range(self.periods):
            bounds = (float(self.lower[i]), float(self.upper[i]))
            yield Step(f"period {i + 1}", value=float(self.expected[i]))
            yield Step(f"{self.confidence:.0%} interval", value=bounds)
        yield Step("total", value=self.total)
        yield Step("interval of the total", value=self.total_interval)


def warranty_forecast(
    life: LifeDistribution | Many,
    ages,
    counts=None,
    periods: int = 12,
    period: float = 1.0,
    warranty: float | None = None,
    confidence: float = 0.9,
    draws: int = 4000,
    seed: int = 0,
    *,
    offsets=None,
    on_error: str = "raise",
) -> WarrantyForecast:
    """Returns expected from units in the field, in each of the next periods, with an interval for what will be seen.

    Estimand: ``sum of units (F(a + end) - F(a + start)) / (1 - F(a))`` over the ages a, nothing after ``warranty``. The
    interval holds the middle of ``draws``: parameters drawn from their estimated normal distribution, then the number of
    returns given them, a sum of binomials with mean m, standard deviation s and skewness g, as the whole number next to
    ``m + s (z + g (z^2 - 1) / 6)``.

    Parameters
    ----------
    life : the fitted distribution of one product, or of many (``weibull`` and its like with ``offsets``).
    ages : (n,) ages of the units still working, (C, n) of many products, or a flat column with ``offsets``.
    counts : the same shape; units of each age (1).
    periods : how many periods are forecast.
    period : the length of a period in the unit of the ages.
    warranty : the age after which no return counts; one, or one per product.
    confidence : of the two-sided intervals.
    draws : how many futures are drawn, at least 200.
    seed : of the draws; the same for every product.
    offsets : where each product begins in the flat column of ages, and its length.
    on_error : "raise", or "mark": a product without an answer gets NaN and a word in ``problems``.

    Units: ages, ``period`` and ``warranty`` in the unit of the times ``life`` was fitted to; returns are numbers of units.

    Assumes: units in the field fail like those the distribution was fitted to; each comes back at most once.

    Errors: a negative age, a count that is not whole, fewer than 200 draws, as many lives as products not given.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 12.7.

    >>> from hoshin.stats.reliability import weibull
    >>> life = weibull([5, 8, 11, 12, 14, 20, 20, 20, 20, 20], [1] * 5 + [0] * 5)
    >>> forecast = warranty_forecast(life, ages=[0, 6, 12], counts=[100, 80, 60], periods=3, warranty=24)
    >>> forecast.expected.round(1), bool(forecast.lower[0] < forecast.expected[0] < forecast.upper[0])
    (array([5.5, 6.3, 6.8]), True)
    """
    flat, layout = read_series(ages, "ages", offsets, on_error)
    layout.refuse_points(flat < 0, "ages is {found} at index {place}; 0 or more is needed", flat)
    counts = np.ones(flat.size) if counts is None else check_counts(check_finite(counts, "counts").ravel(), "counts")
    check_same_length(flat, counts, ("ages", "counts"))
    periods = check_whole(periods, "periods", at_least=1)
    period = check_number(period, "period", above=0)
    draws, seed = check_whole(draws, "draws", at_least=200), check_whole(seed, "seed", at_least=0)
    confidence = check_fraction(confidence)
    ending = np.full(layout.count, np.inf) if warranty is None else _each(warranty, layout.count, "warranty")
    fitted = _fitted(life, layout)
    family = FAMILIES[life.distribution]

    def compute(part, flat, counts, ending, location, spread, covariance):
        edges = _edges(flat, part.segments.per_point(ending), periods, period)
        fits = location, np.log(spread), covariance
        columns = _forecast(family, part.segments, flat, counts, edges, fits, confidence, draws, seed)
        columns["units"] = part.segments.sums(counts).astype(np.int64)
        columns["warranty"] = np.where(np.isinf(ending), np.nan, ending)
        return columns, {"periods": periods, "confidence": confidence, "draws": draws, "seed": seed}

    return layout.result(WarrantyForecast, compute, flat, counts, ending, *fitted)


def _each(values, count: int, name: str) -> np.ndarray:
    array = check_each(values, name, count, "products")
    if not (array > 0).all():
        raise StatisticsError("{name} is {found}; more than 0 is needed", name=name, found=float(np.min(array)))
    return array


def _fitted(life, layout):
    """Location, spread and covariance of each product; one distribution may serve them all."""
    if isinstance(life, Many):
        if len(life) != layout.count:
            raise StatisticsError("{n} lives for {m} products", n=len(life), m=layout.count)
        bad = np.isin(np.arange(layout.count), list(life.problems))
        layout.refuse(bad, "its life distribution could not be fitted")
        return life.location, life.spread, life.covariance
    count = layout.count
    return np.full(count, life.location), np.full(count, life.spread), np.tile(life.covariance, (count, 1, 1))


def _edges(ages, ending, periods: int, period: float):
    """The ages between which a unit may come back, not beyond its warranty."""
    edges = np.minimum(ages[:, None] + period * np.arange(periods + 1), ending[:, None])
    return np.maximum(edges, np.minimum(ages, ending)[:, None])


def _forecast(family: Family, segments: Segments, ages, counts, edges, fits, confidence, draws, seed) -> dict:
    location, log_spread, covariance = fits
    periods, starts = edges.shape[1] - 1, segments.offsets[:-1]
    own = segments.owner
    chances = _chances(family, edges, ages, location[own], np.exp(log_spread)[own])
    expected = np.add.reduceat(counts[:, None] * chances, starts)
    random = np.random.Generator(np.random.PCG64(seed))
    # The same draws for every product, so that its forecast does not depend on the others.
    normal, surprise = random.standard_normal((draws, 2)), random.standard_normal((draws, periods + 1))
    low = high = np.empty((0, periods + 1))
    for first, last in _blocks(segments, draws * (periods + 1)):
        lines = slice(segments.offsets[first], segments.offsets[last])
        some = Segments(segments.offsets[first : last + 1] - segments.offsets[first])
        drawn = _drawn(location[first:last], log_spread[first:last], covariance[first:last], normal)
        seen = _seen(family, some, ages[lines], counts[lines], edges[lines], drawn, surprise)
        bounds = np.quantile(seen, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
        low, high = np.concatenate([low, bounds[0]]), np.concatenate([high, bounds[1]])
    return {
        "expected": expected,
        "lower": low[:, :-1],
        "upper": high[:, :-1],
        "total": expected.sum(axis=1),
        "total_interval": np.stack([low[:, -1], high[:, -1]], axis=1),
    }


def _blocks(segments: Segments, size: int):
    """Products that together fit into memory, from the first to before the last."""
    most, first = max(1, _BLOCK // size), 0
    while first < segments.count:
        last = int(np.searchsorted(segments.offsets, segments.offsets[first] + most, side="right")) - 1
        last = min(max(last, first + 1), segments.count)
        yield first, last
        first = last


def _drawn(location, log_spread, covariance, normal):
    """Location and spread of each product in each draw."""
    first = np.sqrt(covariance[:, 0, 0])
    joint = covariance[:, 0, 1] / first
    rest = np.sqrt(np.maximum(covariance[:, 1, 1] - joint**2, 0.0))
    one, two = normal[:, :1], normal[:, 1:]
    return location + first * one, np.exp(log_spread + joint * one + rest * two)


def _seen(family: Family, segments: Segments, ages, counts, edges, drawn, surprise):
    """Returns of each product in each period and altogether, in each draw."""
    own = segments.owner
    location, spread = (values[:, own] for values in drawn)
    chances = _chances(family, edges, ages, location, spread)
    chances = np.concatenate([chances, chances.sum(axis=2, keepdims=True)], axis=2)
    starts, units = segments.offsets[:-1], counts[:, None]
    scatter = units * chances * (1 - chances)
    mean = np.add.reduceat(units * chances, starts, axis=1)
    variance = np.add.reduceat(scatter, starts, axis=1)
    third = np.add.reduceat(scatter * (1 - 2 * chances), starts, axis=1)
    z = surprise[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        skewed = np.where(variance > 1e-12, third / variance * (z**2 - 1) / 6, 0.0)
    seen = np.ceil(mean + np.sqrt(np.maximum(variance, 0.0)) * z + skewed - 0.5)
    return np.clip(seen, 0, segments.sums(counts)[:, None])


def returns_by_age(shipped, returned) -> tuple[np.ndarray, ...]:
    """Times, events and counts of a table of returns by month of shipment and month of return (a Nevada chart).

    Estimand: none; the table in the form ``weibull`` takes. ``returned[i][j]`` units shipped in month i came back in
    month j > i: they failed at age ``j - i``; the rest are censored at the age ``k - 1 - i`` they have at the end.

    Parameters
    ----------
    shipped : (m,) whole numbers of units shipped in each month, or (C, m) of many products.
    returned : (m, k) whole numbers of them that came back in each month, k >= m, 0 up to the month of shipment, or
        (C, m, k); then the offsets at which the products begin come as a fourth column.

    Units: ages in months (or whatever a column stands for).

    Assumes: units are in use from the month of shipment on, and every return is reported.

    Errors: more returns than shipments, returns before or in the month of shipment, no month in the field.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 1.3 (multiply censored
    field data).

    >>> times, event, counts = returns_by_age([100, 90], [[0, 2, 3], [0, 0, 1]])
    >>> times, event, counts
    (array([1., 2., 2., 1., 1.]), array([1, 1, 0, 1, 0]), array([ 2.,  3., 95.,  1., 89.]))
    """
    returned = check_counts(check_finite(returned, "returned", ndim=(2, 3)), "returned")
    shipped = check_counts(check_finite(shipped, "shipped", ndim=returned.ndim - 1), "shipped")
    if shipped.shape != returned.shape[:-1]:
        check_same_length(shipped.ravel(), returned.reshape(-1, returned.shape[-1]), ("shipped", "returned"))
    months, last = returned.shape[-2], returned.shape[-1] - 1
    ages = np.arange(last + 1) - np.arange(months)[:, None]
    back = returned.sum(axis=-1)
    early = np.where(ages <= 0, returned, 0).sum(axis=-1)
    wrong = (early > 0) | (back > shipped)
    if wrong.any():
        place = first_place(wrong)
        raise StatisticsError(
            "row {i}: {back} of {units} units came back, {early} of them not after the month of shipment",
            i=place,
            back=int(back[place]),
            units=int(shipped[place]),
            early=int(early[place]),
        )
    units = np.concatenate([returned, (shipped - back)[..., None]], axis=-1)
    times = np.broadcast_to(np.column_stack([ages, last - np.arange(months)]), units.shape)
    event = np.broadcast_to(np.arange(last + 2) <= last, units.shape).astype(np.int64)
    lines = (units > 0) & (times > 0)
    number = np.atleast_1d(lines.sum(axis=(-2, -1)))
    check_enough(int(number.min()), 1, "months in the field")
    columns = times[lines].astype(float), event[lines], units[lines]
    return columns if returned.ndim == 2 else (*columns, np.concatenate([[0], np.cumsum(number)]))


def _chances(family: Family, edges, ages, location, spread):
    """Chance of a return in each period for a unit of each age that still works."""
    with np.errstate(divide="ignore"):
        surviving = family.log_survival((np.log(edges) - location[..., None]) / spread[..., None])
        now = family.log_survival((np.log(ages) - location) / spread)
    return -np.diff(np.exp(surviving - now[..., None]), axis=-1)

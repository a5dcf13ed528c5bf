"""Warranty: how many units in the field will come back, and how sure is that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import (
    StatisticsError,
    check_counts,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_same_length,
    check_whole,
    first_place,
)
from hoshin.stats.reliability.life import _FAMILIES, LifeDistribution
from hoshin.stats.results import Result, Step


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
    )
    sources = ("W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 12.7",)

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
    life: LifeDistribution,
    ages,
    counts=None,
    periods: int = 12,
    period: float = 1.0,
    warranty: float | None = None,
    confidence: float = 0.9,
    draws: int = 4000,
    seed: int = 0,
) -> WarrantyForecast:
    """Returns expected from units in the field, in each of the next periods.

    A unit of age a comes back in a period with chance ``(F(a + end) - F(a + start)) / (1 - F(a))``, nothing after
    ``warranty``. The interval draws parameters from their estimated distribution and then the returns themselves.

    Parameters: ``life`` a fitted distribution; ``ages`` of the units still working, ``counts`` units of each age;
    ``period`` length of a period in the unit of the ages; ``draws`` >= 200.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 12.7.

    >>> from hoshin.stats.reliability import weibull
    >>> life = weibull([5, 8, 11, 12, 14, 20, 20, 20, 20, 20], [1] * 5 + [0] * 5)
    >>> forecast = warranty_forecast(life, ages=[0, 6, 12], counts=[100, 80, 60], periods=3, warranty=24)
    >>> forecast.expected.round(1), bool(forecast.lower[0] < forecast.expected[0] < forecast.upper[0])
    (array([5.5, 6.3, 6.8]), True)
    """
    ages = check_finite(ages, "ages", ndim=1)
    check_enough(ages.size, 1, "ages")
    if (ages < 0).any():
        raise StatisticsError(
            "ages is {found} at index {i}; 0 or more is needed", found=float(ages.min()), i=first_place(ages < 0)
        )
    counts = np.ones(ages.size) if counts is None else check_counts(check_finite(counts, "counts", ndim=1), "counts")
    check_same_length(ages, counts, ("ages", "counts"))
    periods = check_whole(periods, "periods", at_least=1)
    period = check_number(period, "period", above=0)
    draws, seed = check_whole(draws, "draws", at_least=200), check_whole(seed, "seed", at_least=0)
    confidence = check_fraction(confidence)
    edges = ages[:, None] + period * np.arange(periods + 1)
    if warranty is not None:
        edges = np.minimum(edges, max(check_number(warranty, "warranty", above=0), 0))
        edges = np.maximum(edges, np.minimum(ages, warranty)[:, None])
    expected = counts @ _chances(life.distribution, edges, ages, life.location, life.spread)
    random = np.random.Generator(np.random.PCG64(seed))
    parameters = random.multivariate_normal([life.location, np.log(life.spread)], life.covariance, size=draws)
    seen = np.empty((draws, periods))
    for i, (location, log_spread) in enumerate(parameters):
        chances = _chances(life.distribution, edges, ages, location, np.exp(log_spread))
        whole = np.column_stack([chances, np.clip(1 - chances.sum(axis=1), 0, 1)])
        seen[i] = random.multinomial(counts.astype(np.int64), whole / whole.sum(axis=1, keepdims=True)).sum(axis=0)[:-1]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    lower, upper = np.quantile(seen, tails, axis=0)
    return WarrantyForecast(
        expected=expected,
        lower=lower,
        upper=upper,
        total=float(expected.sum()),
        total_interval=tuple(np.quantile(seen.sum(axis=1), tails).tolist()),
        units=int(counts.sum()),
        periods=periods,
        warranty=warranty,
        confidence=confidence,
        draws=draws,
        seed=seed,
    )


def returns_by_age(shipped, returned) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, events and counts of a table of returns by month of shipment and month of return (a Nevada chart).

    ``returned[i][j]`` are the units shipped in month i that came back in month j > i: they failed at age j - i; the
    rest are censored at the age they have at the end of the last month. What comes out goes into ``weibull``.

    Parameters: ``shipped`` (m,) whole counts; ``returned`` (m, k) whole counts with k >= m columns, 0 on and below the
    diagonal of months before shipment.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 1.3 (multiply censored
    field data).

    >>> times, event, counts = returns_by_age([100, 90], [[0, 2, 3], [0, 0, 1]])
    >>> times, event, counts
    (array([1., 2., 2., 1., 1.]), array([1, 1, 0, 1, 0]), array([ 2.,  3., 95.,  1., 89.]))
    """
    shipped = check_counts(check_finite(shipped, "shipped", ndim=1), "shipped")
    returned = check_counts(check_finite(returned, "returned", ndim=2), "returned")
    check_same_length(shipped, returned, ("shipped", "returned"))
    last = returned.shape[1] - 1
    lines = []
    for i, (units, back) in enumerate(zip(shipped, returned, strict=True)):
        early = back[: i + 1].sum()
        if early or back.sum() > units:
            raise StatisticsError(
                "row {i}: {back} of {units} units came back, {early} of them not after the month of shipment",
                i=i,
                back=int(back.sum()),
                units=int(units),
                early=int(early),
            )
        lines += [(j - i, 1, back[j]) for j in range(i + 1, last + 1) if back[j]]
        if last > i and units > back.sum():
            lines.append((last - i, 0, units - back.sum()))
    check_enough(len(lines), 1, "months in the field")
    times, event, counts = zip(*lines, strict=True)
    return np.array(times, dtype=float), np.array(event), np.array(counts, dtype=float)


def _chances(name, edges, ages, location, spread):
    """Chance of a return in each period for a unit of each age that still works."""
    log_survival = _FAMILIES[name].log_survival
    with np.errstate(divide="ignore"):
        surviving = log_survival((np.log(edges) - location) / spread)
        now = log_survival((np.log(ages) - location) / spread)
    return -np.diff(np.exp(surviving - now[:, None]), axis=1)

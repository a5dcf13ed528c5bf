"""Quantified risk: how often, how much, and what a year may cost, by Monte Carlo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats.errors import StatisticsError, check_enough, check_fraction, check_number, check_whole
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Poisson(Result):
    """Events per year, independent of one another, at a known mean rate."""

    rate: float

    def draw(self, random: np.random.Generator, size: int) -> np.ndarray:
        """Counts of as many years."""
        return random.poisson(check_number(self.rate, "rate", at_least=0), size)


@dataclass(frozen=True, eq=False)
class UncertainRate(Result):
    """Events per year at a rate known only from ``count`` events in ``years``: gamma rate, negative binomial counts.

    The rate has Jeffreys' posterior, gamma with count + 1/2 and the years.
    """

    count: int
    years: float

    def draw(self, random: np.random.Generator, size: int) -> np.ndarray:
        """Counts of as many years, each with a rate of its own."""
        count = check_whole(self.count, "count", at_least=0)
        return random.poisson(random.gamma(count + 0.5, 1 / check_number(self.years, "years", above=0), size))


@dataclass(frozen=True, eq=False)
class YearlyChance(Result):
    """At most one event a year, with a chance."""

    chance: float

    def draw(self, random: np.random.Generator, size: int) -> np.ndarray:
        """0 or 1 for as many years."""
        return (random.random(size) < check_fraction(self.chance, "chance")).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Lognormal(Result):
    """A loss that an expert is ``confidence`` sure to lie between two values, skewed to the right."""

    low: float
    high: float
    confidence: float = 0.9

    def draw(self, random: np.random.Generator, size: int) -> np.ndarray:
        """As many losses."""
        low, high = check_number(self.low, "low", above=0), check_number(self.high, "high", above=0)
        if not low < high:
            raise StatisticsError("low is {low} and high is {high}; low must be below high", low=low, high=high)
        spread = math.log(high / low) / (2 * float(ndtri((1 + check_fraction(self.confidence)) / 2)))
        return random.lognormal(math.log(low * high) / 2, spread, size)


@dataclass(frozen=True, eq=False)
class Pert(Result):
    """A loss between a least and a greatest value with a likeliest one (beta with weight 4 on it)."""

    low: float
    mode: float
    high: float

    def draw(self, random: np.random.Generator, size: int) -> np.ndarray:
        """As many losses."""
        low, mode, high = (
            check_number(x, name) for x, name in ((self.low, "low"), (self.mode, "mode"), (self.high, "high"))
        )
        if not low <= mode <= high or low == high:
            raise StatisticsError("low {a}, mode {b}, high {c}; they must rise", a=low, b=mode, c=high)
        a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
        return low + (high - low) * random.beta(a, b, size)


@dataclass(frozen=True, eq=False)
class Risk(Result):
    """One thing that may happen: how often in a year, and what each event costs."""

    name: str
    frequency: Poisson | UncertainRate | YearlyChance
    loss: Lognormal | Pert


@dataclass(frozen=True, eq=False)
class LossForecast(Result):
    """What a year may cost. ``quantiles`` maps a chance to the loss not exceeded with it, ``quantile_intervals`` to the
    error of simulating it; ``expected_shortfall`` is the mean of the worst ``1 - tail`` of the years.

    ``curve`` are the losses exceeded with the chances ``curve_chances``. ``shares`` is each risk's part of the mean.
    """

    mean: float
    mean_interval: tuple[float, float]
    sd: float
    chance_of_loss: float
    quantiles: dict
    quantile_intervals: dict
    tail: float
    expected_shortfall: float
    names: tuple[str, ...]
    shares: np.ndarray
    curve: np.ndarray
    curve_chances: np.ndarray
    years: int
    seed: int

    title = "Loss of a year"
    assumptions = (
        "risks are independent of one another",
        "each event costs independently of the others",
        "frequencies and losses are as judged: the answer is no better than they are",
    )
    sources = ("D. W. Hubbard, How to Measure Anything, 3rd edition (2014), chapter 6; ISO 31010, Monte Carlo",)

    def steps(self):
        """Mean, chance of a loss, quantiles and parts."""
        yield Step("years simulated", value=self.years)
        yield Step("mean loss of a year", value=self.mean)
        yield Step("99% interval of the simulation", "mean -+ 2.576 sd / sqrt(years)", value=self.mean_interval)
        yield Step("chance of any loss", value=self.chance_of_loss)
        for chance, loss in self.quantiles.items():
            yield Step(f"not exceeded in {float(chance):.4g} of years", value=loss)
        yield Step(f"mean of the worst {1 - self.tail:.4g} of years", value=self.expected_shortfall)
        for name, share in zip(self.names, self.shares, strict=True):
            yield Step(f"part of {name}", value=float(share))


def simulate_losses(
    risks: Sequence[Risk],
    years: int = 100_000,
    seed: int = 0,
    quantiles: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    tail: float = 0.95,
) -> LossForecast:
    """What a year may cost, from how often each risk strikes and what each event costs.

    Estimand: mean, quantiles and expected shortfall of ``sum over risks of sum over its events of their loss`` in a year,
    from simulated years, with the error of simulating: ``mean -+ 2.576 sd / sqrt(years)``, quantiles between the order
    statistics ``years q -+ 2.576 sqrt(years q (1 - q))``. Each risk has its own stream of random numbers, so that leaving one
    out, or changing it, leaves the others' years as they were (measures can be compared).

    Parameters
    ----------
    risks : at least one ``Risk``, each with a name of its own; all of a register at once.
    years : simulated, at least 1,000.
    seed : of the generators; the same seed gives the same years.
    quantiles : chances in 0..1 whose losses are wanted.
    tail : the expected shortfall is the mean of the worst ``1 - tail`` of the years.

    Units: losses in the currency of the risks; frequencies in events per year.

    Assumes: risks independent of one another, events too; frequencies and losses as judged.

    Errors: no risk, two of one name, fewer than 1,000 years, a rate or loss that makes no sense.

    Source: D. W. Hubbard, How to Measure Anything, 3rd edition (2014), chapter 6.

    >>> recall = Risk("recall", Poisson(0.2), Lognormal(50_000, 400_000))
    >>> scrap = Risk("scrap", Poisson(12), Pert(200, 800, 3_000))
    >>> year = simulate_losses([recall, scrap], years=20_000)
    >>> round(year.chance_of_loss, 3), bool(year.quantiles["0.5"] < year.mean < year.quantiles["0.95"])
    (1.0, True)
    """
    risks = tuple(risks)
    check_enough(len(risks), 1, "risks")
    names = [risk.name for risk in risks]
    if len(set(names)) < len(names):
        raise StatisticsError("two risks have the same name among {names}; each needs its own", names=", ".join(names))
    years, seed = check_whole(years, "years", at_least=1000), check_whole(seed, "seed", at_least=0)
    tail = check_fraction(tail, "tail")
    losses = np.array([_yearly(risk, years, seed) for risk in risks])
    year = np.sort(losses.sum(axis=0))
    mean, sd = float(year.mean()), float(year.std(ddof=1))
    error = 2.5758 * sd / math.sqrt(years)
    wanted = [check_fraction(q, "quantiles") for q in quantiles]
    chances = np.concatenate([np.linspace(0.99, 0.01, 99), [0.005, 0.002, 0.001]])
    worst = year[int(tail * years) :]
    return LossForecast(
        mean=mean,
        mean_interval=(mean - error, mean + error),
        sd=sd,
        chance_of_loss=float((year > 0).mean()),
        quantiles={str(q): float(np.quantile(year, q)) for q in wanted},
        quantile_intervals={str(q): _quantile_interval(year, q) for q in wanted},
        tail=tail,
        expected_shortfall=float(worst.mean()),
        names=tuple(names),
        shares=losses.mean(axis=1) / mean if mean else np.zeros(len(risks)),
        curve=np.quantile(year, 1 - chances),
        curve_chances=chances,
        years=years,
        seed=seed,
    )


def _yearly(risk: Risk, years: int, seed: int) -> np.ndarray:
    # The name, not the place in the list, decides the stream: a risk keeps its years whatever stands beside it.
    random = np.random.Generator(np.random.PCG64([seed, *risk.name.encode()]))
    counts = risk.frequency.draw(random, years)
    events = risk.loss.draw(random, int(counts.sum()))
    return np.bincount(np.repeat(np.arange(years), counts), weights=events, minlength=years)


def _quantile_interval(year, q) -> tuple[float, float]:
    """99% interval of a quantile, between the order statistics that the binomial distribution gives."""
    half = 2.5758 * math.sqrt(year.size * q * (1 - q))
    low, high = math.floor(year.size * q - half), math.ceil(year.size * q + half)
    return float(year[max(0, low)]), float(year[min(year.size - 1, high)])

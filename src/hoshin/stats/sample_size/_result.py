"""What a computation of power or sample size returns, and the search that finds the size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_fraction
from hoshin.stats.results import Result, Step

ALTERNATIVES = ("two-sided", "greater", "less")
_LARGEST = 10_000_000


@dataclass(frozen=True, eq=False)
class Power(Result):
    """The power of a test: the probability that it rejects, at a sample size (n, of two groups also n2) and an effect."""

    test: str
    formula: str
    n: int | float | np.ndarray
    n2: int | float | np.ndarray | None
    effect: dict
    alpha: float
    alternative: str
    power: float | np.ndarray
    assumptions: tuple = ()

    title = "Power"
    sources = (
        "J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition",
        "D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 2.4",
    )

    def steps(self):
        """Effect, size, power."""
        yield Step("test", self.test)
        for name, value in self.effect.items():
            yield Step(name, value=value)
        yield Step("n", value=self.n)
        if self.n2 is not None:
            yield Step("n of the second group", value=self.n2)
        yield Step("level", self.alternative, value=self.alpha)
        yield Step("power", self.formula.replace("{", "{{").replace("}", "}}"), value=self.power)


@dataclass(frozen=True, eq=False)
class SampleSize(Result):
    """The smallest sample that gives a test the wanted power, and the power it then has."""

    n: int
    n2: int | None
    total: int
    wanted: float
    at: Power

    title = "Sample size"
    sources = Power.sources

    @property
    def assumptions(self):
        """Those of the test."""
        return self.at.assumptions

    @property
    def power(self) -> float:
        """The power at this size."""
        return self.at.power

    def steps(self):
        """The search and the power reached."""
        yield Step("n", "smallest whose power is at least {wanted}", {"wanted": self.wanted}, self.n)
        yield from self.at.steps()


@dataclass(frozen=True, eq=False)
class Precision(Result):
    """The smallest sample whose interval is narrow enough."""

    estimand: str
    formula: str
    n: int
    half_width: float
    wanted: float
    confidence: float
    assumptions: tuple = ()

    title = "Sample size for an interval"
    sources = ("G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), chapters 8 and 9",)

    def steps(self):
        """Formula, size, width reached."""
        yield Step("interval", self.formula)
        yield Step("n", "smallest whose half width is at most {wanted}", {"wanted": self.wanted}, self.n)
        yield Step("half width", value=self.half_width)


def check_test(alpha, alternative: str) -> float:
    """The level of a test whose alternative is known."""
    check_choice(alternative, ALTERNATIVES, "alternative")
    return check_fraction(alpha, "alpha")


def check_sizes_at_least(n, least: float, name: str = "n") -> np.ndarray:
    """Sample sizes as numbers that are large enough."""
    array = check_finite(n, name)
    if (array < least).any():
        raise StatisticsError(
            "{name} is {found}; at least {least} is needed", name=name, found=float(array.min()), least=least
        )
    return array


def find_size(
    at: Callable[[int], Power], wanted, *, least: int, ratio: float = 1.0, jagged: str | None = None
) -> SampleSize:
    """The smallest n with enough power.

    A power that grows with n is searched by halving. One that goes up and down (exact tests of counts) is scanned:
    ``jagged`` "smallest" takes the first size, "lasting" the first after which none up to twice as large falls short.
    """
    target = check_fraction(wanted, "power")
    n = _scanned(at, target, least, jagged) if jagged else _halved(at, target, least)
    found = at(n)
    n2 = None if found.n2 is None else int(found.n2)
    return SampleSize(n=n, n2=n2, total=n + (n2 or 0), wanted=target, at=found)


def _halved(at, target, least):
    low, high = least, least
    while at(high).power < target:
        if high >= _LARGEST:
            raise StatisticsError("more than {most} items would be needed; a larger effect is needed", most=_LARGEST)
        low, high = high + 1, min(2 * high, _LARGEST)
    while low < high:
        middle = (low + high) // 2
        if at(middle).power >= target:
            high = middle
        else:
            low = middle + 1
    return high


def _scanned(at, target, least, jagged):
    check_choice(jagged, ("smallest", "lasting"), "jagged")
    high = max(64, least)
    while high <= 2_000_000:
        sizes = np.arange(least, high + 1)
        enough = np.asarray(at(sizes).power) >= target
        if jagged == "smallest" and enough.any():
            return int(sizes[np.argmax(enough)])
        short = np.flatnonzero(~enough)
        start = 0 if short.size == 0 else int(short[-1]) + 1
        if jagged == "lasting" and start < len(sizes) and sizes[start] * 2 <= high:
            return int(sizes[start])
        high *= 2
    raise StatisticsError("more than 1000000 items would be needed; a larger effect is needed")

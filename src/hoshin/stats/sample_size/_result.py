"""What a computation of power or sample size returns, and the search that finds the size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hoshin.stats._asked import read_asked, smallest
from hoshin.stats._results import Entries
from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_fraction, first_place
from hoshin.stats.results import FrozenDict, Result, Step

ALTERNATIVES = ("two-sided", "greater", "less")
LARGEST = 10_000_000
_LARGEST_SCANNED = 2_000_000
_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class Power(Entries, Result):
    """The power of a test: the probability that it rejects, at a sample size (n, of two groups also n2) and an effect.

    For many sizes or effects, ``power`` and what it was computed of are arrays, and ``result[i]`` is one of them.
    """

    test: str
    formula: str
    n: Any
    n2: Any
    effect: dict
    alpha: float
    alternative: str
    power: Any
    assumptions: tuple = ()

    title = "Power"
    sources = (
        "J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition",
        "D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 2",
    )

    @property
    def count(self) -> int | None:
        """How many sizes or effects there are; None of one."""
        return len(self.power) if np.ndim(self.power) else None

    def _entry(self, i: int) -> Power:
        effect = {name: _of(value, i, 2 if name == "means" else 1) for name, value in self.effect.items()}
        return replace(self, n=_of(self.n, i), n2=_of(self.n2, i), effect=effect, power=_of(self.power, i))

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
class SampleSize(Entries, Result):
    """The smallest sample that gives a test the wanted power, and the power it then has.

    For many characteristics ``n``, ``n2`` and ``total`` are arrays with one entry for each, and ``result[i]`` is that of
    one; one with a word in ``problems`` has NaN.
    """

    n: Any
    n2: Any
    total: Any
    wanted: float
    at: Power
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Sample size"
    sources = Power.sources

    @property
    def assumptions(self):
        """Those of the test."""
        return self.at.assumptions

    @property
    def power(self):
        """The power at this size."""
        return self.at.power

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        return len(self.n) if np.ndim(self.n) else None

    def _entry(self, i: int) -> SampleSize:
        n, n2, total = (None if value is None else int(value[i]) for value in (self.n, self.n2, self.total))
        return SampleSize(n=n, n2=n2, total=total, wanted=self.wanted, at=self.at[i])

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
    sources = ("G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), chapter 8",)

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


def check_positives(values, name: str) -> np.ndarray:
    """Numbers above 0: one, or one per characteristic."""
    array = check_finite(values, name)
    wrong = array <= 0
    if wrong.any():
        raise StatisticsError(
            "{name} is {found}; more than {bound} is needed", name=name, found=first_of(array, wrong), bound=0
        )
    return array


def check_fractions(values, name: str) -> np.ndarray:
    """Numbers strictly between 0 and 1: one, or one per characteristic."""
    array = check_finite(values, name)
    wrong = ~((array > 0) & (array < 1))
    if wrong.any():
        raise StatisticsError(
            "{name} is {found}; a number between 0 and 1 is needed", name=name, found=first_of(array, wrong)
        )
    return array


def second_size(n, ratio: float, least: int = 1):
    """The size of the second group beside n of the first."""
    return np.maximum(least, np.ceil(ratio * np.asarray(n)))


def refused_pairs(values: Mapping[str, np.ndarray], alternative: str, below: float = np.inf):
    """Which pairs of proportions or rates give a test nothing to find: equal, against the alternative, out of range."""
    (first, a), (second, b) = values.items()
    for name, value in values.items():
        said = {"name": name, "found": value}
        if np.isinf(below):
            yield ~(value > 0), "{name} is {found}; more than {bound} is needed", said | {"bound": 0}
        else:
            yield ~((value > 0) & (value < 1)), "{name} is {found}; a number between 0 and 1 is needed", said
    wrong = (a == b) | ((a < b) & (alternative == "greater")) | ((a > b) & (alternative == "less"))
    template = "{a} is {p} and {b} {p0} with the alternative {alternative!r}; a difference in its direction is needed"
    yield wrong, template, {"a": first, "p": a, "b": second, "p0": b, "alternative": alternative}


def find_size(
    at: Callable[..., Power],
    effects: Mapping[str, Any],
    wanted,
    *,
    least: int,
    refused=None,
    jagged: str | None = None,
    on_error: str = "raise",
) -> SampleSize:
    """The smallest n with enough power, for one characteristic or many.

    ``at(n, **effects)`` is the power; ``refused(**effects)`` gives what has no answer: masks with a template and numbers.
    A power that grows with n is searched by halving. One that goes up and down (exact tests of counts) is scanned:
    ``jagged`` "smallest" takes the first size, "lasting" the first after which none up to twice as large falls short.
    """
    target = check_fraction(wanted, "power")
    refusals, columns = read_asked(effects, on_error, rows=("means",))
    for wrong, template, numbers in refused(**columns) if refused else ():
        refusals.refuse(wrong, template, **numbers)
    good = np.flatnonzero(~refusals.lost)

    def powers(n, chosen):
        return np.asarray(at(n, **{name: column[good[chosen]] for name, column in columns.items()}).power)

    search, most = (_scanned, _LARGEST_SCANNED // 2) if jagged else (_halved, LARGEST)
    n = np.full(refusals.count, np.nan)
    n[good] = search(powers, target, least, good.size, jagged)
    beyond = np.isnan(n)
    refusals.refuse(beyond, "more than {most} items would be needed; a larger effect is needed", most=most)
    found = at(n[~beyond], **{name: column[~beyond] for name, column in columns.items()})
    result = _sized(_spread(found, ~beyond, columns), target, refusals.problems)
    return result if refusals.many else result[0]


def _spread(found: Power, good, columns) -> Power:
    """The power of all characteristics, NaN for those that have a problem."""

    def spread(value):
        if value is None or np.ndim(value) == 0:
            return value
        column = np.full((good.size, *np.shape(value)[1:]), np.nan)
        column[good] = value
        return column

    effect = {name: columns.get(name, spread(value)) for name, value in found.effect.items()}
    return replace(found, n=spread(found.n), n2=spread(found.n2), power=spread(found.power), effect=effect)


def _sized(power: Power, target: float, problems) -> SampleSize:
    total = power.n if power.n2 is None else power.n + power.n2
    return SampleSize(n=power.n, n2=power.n2, total=total, wanted=target, at=power, problems=FrozenDict(problems))


def _halved(powers, target, least, count, _):
    """By halving; NaN where more than the largest number would be needed."""
    return smallest(lambda n, rows: powers(n, rows) >= target, np.full(count, least), LARGEST)


def _scanned(powers, target, least, count, jagged):
    """By looking at every size, the unfinished ones in windows twice as long; NaN where none suffices."""
    check_choice(jagged, ("smallest", "lasting"), "jagged")
    found, high = np.full(count, np.nan), max(64, least)
    while np.isnan(found).any() and high <= _LARGEST_SCANNED:
        sizes = np.arange(least, high + 1)
        left = np.flatnonzero(np.isnan(found))
        step = max(1, _BLOCK // sizes.size)
        for block in (left[i : i + step] for i in range(0, left.size, step)):
            enough = powers(sizes[:, None], block) >= target
            found[block] = _first(enough, sizes, high, jagged)
        high *= 2
    return found


def _first(enough, sizes, high, jagged):
    """The first size that suffices, of each column; NaN where it lies beyond the window."""
    if jagged == "smallest":
        return np.where(enough.any(axis=0), sizes[np.argmax(enough, axis=0)], np.nan)
    reversed_short = ~enough[::-1]
    start = np.where(reversed_short.any(axis=0), len(sizes) - np.argmax(reversed_short, axis=0), 0)
    n = sizes[np.minimum(start, len(sizes) - 1)]
    return np.where((start < len(sizes)) & (2 * n <= high), n, np.nan)


def _of(value, i: int, rank: int = 1):
    """Entry i of what is given once per characteristic, anything else unchanged."""
    return value[i] if isinstance(value, np.ndarray) and value.ndim >= rank else value


def first_of(array, wrong) -> float:
    """The first number that is wrong."""
    return float(array[first_place(wrong)] if array.ndim else array)

"""Is a value too far from the others? Tests and a robust rule; none of them is a reason to delete a value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number, check_whole
from hoshin.stats.results import FrozenDict, Step

MAD_FACTOR = 1 / float(ndtri(0.75))
"""Standard deviation of a normal distribution in units of its median absolute deviation, 1.4826."""


@dataclass(frozen=True, eq=False)
class GrubbsTest(Batched):
    """Whether the value furthest from the mean (``index``, from 0) is an outlier.

    For many characteristics every figure has one entry for each (``index`` within it, -1 where there is a problem), and
    ``tests[i]`` is the test of one.
    """

    g: float | np.ndarray
    index: int | np.ndarray
    value: float | np.ndarray
    critical: float | np.ndarray
    pvalue: float | np.ndarray
    is_outlier: bool | np.ndarray
    n: int | np.ndarray
    mean: float | np.ndarray
    sd: float | np.ndarray
    alpha: float
    sides: int
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Grubbs' test for one outlier"
    assumptions = ("the other values are normal", "there is at most one outlier")
    sources = ("F. E. Grubbs, Technometrics 11 (1969), 1-21", "NIST/SEMATECH e-Handbook, section 1.3.5.17.1")

    def steps(self):
        """From the mean to the decision."""
        yield Step("mean", value=self.mean)
        yield Step("standard deviation", value=self.sd)
        numbers = {"x": self.value, "mean": self.mean, "sd": self.sd}
        yield Step(f"G of value {self.index + 1} (from 1)", "|{x} - {mean}| / {sd}", numbers, self.g)
        share = self.alpha / (self.n * self.sides)
        yield Step(
            "critical value",
            "(n-1)/sqrt(n) sqrt(t^2/(n-2+t^2)), n = {n}, t with upper tail {share}",
            {"n": self.n, "share": share},
            self.critical,
        )
        yield Step("p value (upper bound)", value=self.pvalue)
        yield Step("outlier", value=self.is_outlier)


@dataclass(frozen=True, eq=False)
class GeneralizedEsd(Batched):
    """How many of the values furthest from the mean are outliers, and which (``outliers``, indices from 0).

    For many characteristics ``r``, ``critical`` and ``removed`` have a row for each, and ``outliers`` are indices in
    the flattened values; ``tests[i]`` is the test of one, with indices within it.
    """

    r: np.ndarray
    critical: np.ndarray
    removed: np.ndarray
    n_outliers: int | np.ndarray
    outliers: np.ndarray
    n: int | np.ndarray
    alpha: float
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Generalized extreme studentized deviate test"
    assumptions = ("the other values are normal",)
    sources = ("B. Rosner, Technometrics 25 (1983), 165-172", "NIST/SEMATECH e-Handbook, section 1.3.5.17.3")
    leading = "n"

    def _entry(self, i: int, **own):
        return super()._entry(i, **_own(self.outliers, self.offsets, i), **own)

    def steps(self):
        """One line for each value taken away."""
        if np.ndim(self.n):
            yield Step("R", "largest |x - mean| / sd of the rest", value=self.r)
            yield Step("critical values", value=self.critical)
            yield Step("outliers: the last R beyond its critical value", value=self.n_outliers)
            return
        for i, (r, critical, index) in enumerate(zip(self.r, self.critical, self.removed, strict=True)):
            words = "beyond" if r > critical else "within"
            yield Step(f"R{i + 1} of value {index + 1}", "largest |x - mean| / sd of the rest", value=float(r))
            yield Step(f"critical value {i + 1} ({words})", value=float(critical))
        yield Step("outliers: the last R beyond its critical value", value=self.n_outliers)


@dataclass(frozen=True, eq=False)
class HampelRule(Batched):
    """Values further than ``k`` scaled median absolute deviations from the median (``outliers``, from 0).

    For many characteristics every figure has one entry for each, and ``outliers`` are indices in the flattened values;
    ``rules[i]`` is the rule of one, with indices within it.
    """

    median: float | np.ndarray
    mad: float | np.ndarray
    k: float
    lower: float | np.ndarray
    upper: float | np.ndarray
    outliers: np.ndarray
    n: int | np.ndarray
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Hampel's rule"
    leading = "n"
    sources = ("F. R. Hampel, Technometrics 27 (1985), 95-107; L. Davies, U. Gather, JASA 88 (1993), 782-792",)

    def _entry(self, i: int, **own):
        return super()._entry(i, **_own(self.outliers, self.offsets, i), **own)

    def steps(self):
        """Median, scaled deviation and the two bounds."""
        yield Step("median", value=self.median)
        yield Step("scaled MAD", "1.4826 median of |x - median|", value=self.mad)
        numbers = {"median": self.median, "k": self.k, "mad": self.mad}
        yield Step("bounds", "{median} -+ {k} * {mad}", numbers, (self.lower, self.upper))
        yield Step("values beyond (from 1)", value=self.outliers + 1)


def grubbs(
    values, alpha: float = 0.05, sides: int = 2, end: str = "either", *, offsets=None, on_error: str = "raise"
) -> GrubbsTest:
    """Whether the value furthest from the mean is an outlier.

    Estimand: ``G = max |x - mean| / s`` against ``(n-1)/sqrt(n) sqrt(t^2/(n-2+t^2))``, t with n - 2 degrees of freedom
    and upper tail ``alpha/(2n)`` (``sides=2``) or ``alpha/n`` (``sides=1``). The p value is the Bonferroni bound, exact
    near and below alpha.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; at least 3 in each.
    alpha : the level of the test.
    sides : 1 or 2.
    end : test the "either" end that is further away, "max" or "min".
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: value, mean and sd in the unit of the values; G has none; indices count from 0.

    Assumes: the other values are independent and normal, and there is at most one outlier.

    Errors: fewer than 3 values, a missing value, values all alike.

    Source: F. E. Grubbs, Technometrics 11 (1969), 1-21; NIST/SEMATECH e-Handbook, section 1.3.5.17.1.

    >>> result = grubbs([199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57], sides=1)
    >>> round(result.g, 4), round(result.critical, 3), result.is_outlier
    (2.4688, 2.032, True)
    """
    alpha = check_fraction(alpha, "alpha")
    if sides not in (1, 2):
        raise StatisticsError("sides is {found}; 1 or 2 is needed", found=sides)
    check_choice(end, ("either", "max", "min"), "end")
    samples = Samples.read(values, offsets, on_error, enough=3)
    n, (mean, sd) = samples.n, samples.moments()
    about = samples.points - samples.per_point(mean)
    distance = {"either": np.abs(about), "max": about, "min": -about}[end]
    place = samples.furthest(distance)
    g = distance[place] / sd
    t2 = stdtrit(n - 2.0, alpha / (n * sides)) ** 2
    critical = (n - 1) / np.sqrt(n) * np.sqrt(t2 / (n - 2 + t2))
    found = {"g": g, "value": samples.points[place], "critical": critical, "pvalue": _grubbs_pvalue(g, n, sides)}
    found |= {"is_outlier": g > critical, "mean": mean, "sd": sd}
    tests = GrubbsTest(
        n=samples.given.lengths,
        index=samples.whole(place - samples.starts, blank=-1),
        alpha=alpha,
        sides=sides,
        problems=FrozenDict(samples.problems),
        **{name: samples.whole(numbers) for name, numbers in found.items()},
    )
    return tests if samples.many else tests[0]


def generalized_esd(
    values, max_outliers: int, alpha: float = 0.05, *, offsets=None, on_error: str = "raise"
) -> GeneralizedEsd:
    """How many outliers there are, up to ``max_outliers``, without one hiding another.

    Estimand: the furthest value is taken away ``max_outliers`` times; ``R_i = max |x - mean| / s`` of what is left,
    against ``(n-i) t / sqrt((n-i-1+t^2)(n-i+1))``, t with n - i - 1 degrees of freedom and upper tail
    ``alpha / (2(n-i+1))``. The number of outliers is the last i with R_i beyond its critical value.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; at least
        ``max_outliers + 3`` in each (25 for exact levels).
    max_outliers : how many are looked for.
    alpha : the level of the test.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: any of the values; R has none; indices count from 0.

    Assumes: the other values are independent and normal.

    Errors: too few values, a missing value, values all alike, or what is left of them all alike.

    Source: B. Rosner, Technometrics 25 (1983), 165-172; NIST/SEMATECH e-Handbook, section 1.3.5.17.3.

    >>> result = generalized_esd([2.1, 2.0, 1.9, 2.2, 2.0, 1.8, 2.1, 9.0, 2.0, 8.0], max_outliers=3)
    >>> result.n_outliers, result.outliers
    (2, array([7, 9]))
    """
    max_outliers = check_whole(max_outliers, "max_outliers", at_least=1)
    alpha = check_fraction(alpha, "alpha")
    samples = Samples.read(values, offsets, on_error, enough=max_outliers + 3)
    r, places = _taken_away(samples, max_outliers)
    alike = np.isnan(r).any(axis=1)
    places, r = samples.places[places[~alike]], r[~alike]
    samples = samples.without(alike, "the values left have no variation; fewer outliers can be looked for")
    i, n = np.arange(1, max_outliers + 1), samples.n[:, None]
    t = -stdtrit(n - i - 1.0, alpha / (2 * (n - i + 1)))
    critical = (n - i) * t / np.sqrt((n - i - 1 + t**2) * (n - i + 1))
    count = np.where(r > critical, i, 0).max(axis=1, initial=0)
    removed = places - samples.given.offsets[samples.whose][:, None]
    tests = GeneralizedEsd(
        *(samples.whole(numbers) for numbers in (r, critical)),
        samples.whole(removed, blank=-1),
        samples.whole(count),
        np.sort(places[i <= count[:, None]]),
        samples.given.lengths,
        alpha,
        samples.given.offsets,
        FrozenDict(samples.problems),
    )
    return tests if samples.many else tests[0]


def hampel(values, k: float = 3.0, *, offsets=None, on_error: str = "raise") -> HampelRule:
    """Values further than ``k`` times 1.4826 MAD from the median: up to half of the values may be wild.

    Estimand: ``median -+ k MAD / 0.6745`` with ``MAD = median of |x - median|``.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; at least 3 in each.
    k : the width of the fence in robust standard deviations, above 0.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: median, MAD and bounds in the unit of the values; indices count from 0.

    Assumes: more than half of the values come from one, roughly normal, distribution.

    Errors: fewer than 3 values, a missing value, at least half of the values alike, k not above 0.

    Source: F. R. Hampel, Technometrics 27 (1985), 95-107.

    >>> rule = hampel([28, 29, 30, 24, 28, 37, -44, 32])
    >>> rule.median, round(rule.mad, 3), rule.outliers
    (28.5, 3.707, array([6]))
    """
    k = check_number(k, "k", above=0)
    samples = Samples.read(values, offsets, on_error, enough=3, varied=False)
    median, mad = _robust(samples)
    samples = samples.without(
        mad == 0,
        "at least half of the values are {value}; more different values are needed for a spread",
        value=median,
    )
    median, mad = median[mad > 0], mad[mad > 0]
    far = np.abs(samples.points - samples.per_point(median)) > samples.per_point(k * mad)
    lower, upper = median - k * mad, median + k * mad
    rules = HampelRule(
        *(samples.whole(numbers) for numbers in (median, mad)),
        k,
        *(samples.whole(numbers) for numbers in (lower, upper)),
        samples.places[far],
        samples.given.lengths,
        samples.given.offsets,
        FrozenDict(samples.problems),
    )
    return rules if samples.many else rules[0]


def _robust(samples: Samples) -> tuple[np.ndarray, np.ndarray]:
    """Median and scaled median absolute deviation."""
    median = samples.median()
    distances = replace(samples, points=np.abs(samples.points - samples.per_point(median)))
    return median, MAD_FACTOR * distances.median()


def _taken_away(samples: Samples, times: int) -> tuple[np.ndarray, np.ndarray]:
    """R (NaN where what is left is all alike) and the place of each value taken away, a column for each step."""
    # About the mean of all, so that a large offset costs no digits.
    points = samples.points - samples.per_point(samples.moments()[0])
    kept = np.ones(points.size, dtype=bool)
    r, places = np.empty((samples.whose.size, times)), np.empty((samples.whose.size, times), dtype=np.int64)
    for i in range(times):
        left = samples.n - i
        mean = samples.segments.sums(np.where(kept, points, 0.0)) / left
        distance = np.where(kept, np.abs(points - samples.per_point(mean)), -1.0)
        sd = np.sqrt(samples.segments.sums(np.where(kept, distance * distance, 0.0)) / (left - 1))
        places[:, i] = samples.furthest(distance)
        least = replace(samples, points=np.where(kept, points, np.inf)).extremes()[0]
        most = replace(samples, points=np.where(kept, points, -np.inf)).extremes()[1]
        r[:, i] = np.divide(distance[places[:, i]], sd, out=np.full(sd.size, np.nan), where=(least < most) & (sd > 0))
        kept[places[:, i]] = False
    return r, places


def _grubbs_pvalue(g: np.ndarray, n: np.ndarray, sides: int) -> np.ndarray:
    room = (n - 1) ** 2 / n - g * g
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.copysign(np.sqrt(n * (n - 2) * g * g / (n * room)), g)
    return np.where(room <= 0, 0.0, np.minimum(1.0, sides * n * stdtr(n - 2.0, -t)))


def _own(places: np.ndarray, offsets: np.ndarray, i: int) -> dict:
    """The indices of one characteristic, within it."""
    low, high = offsets[i : i + 2]
    return {"outliers": places[(places >= low) & (places < high)] - low, "offsets": None}

"""Is a value too far from the others? Tests and a robust rule; none of them is a reason to delete a value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_variation,
    check_whole,
)
from hoshin.stats.results import Result, Step

MAD_FACTOR = 1 / float(ndtri(0.75))
"""Standard deviation of a normal distribution in units of its median absolute deviation, 1.4826."""


@dataclass(frozen=True, eq=False)
class GrubbsTest(Result):
    """Whether the value furthest from the mean (``index``, from 0) is an outlier."""

    g: float
    index: int
    value: float
    critical: float
    pvalue: float
    is_outlier: bool
    n: int
    mean: float
    sd: float
    alpha: float
    sides: int

    title = "Grubbs' test for one outlier"
    assumptions = ("the other values are normal", "there is at most one outlier")
    sources = ("F. E. Grubbs, Technometrics 11 (1969), 1-21", "NIST/SEMATECH e-Handbook, section 1.3.5.17.1")

    def steps(self):
        """From the mean to the decision."""
        yield Step("mean", value=self.mean)
        yield Step("standard deviation", value=self.sd)
        numbers = {"x": self.value, "mean": self.mean, "sd": self.sd}
        yield Step(f"G of value {self.index + 1}", "|{x} - {mean}| / {sd}", numbers, self.g)
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
class GeneralizedEsd(Result):
    """How many of the values furthest from the mean are outliers, and which (``outliers``, indices from 0)."""

    r: np.ndarray
    critical: np.ndarray
    removed: np.ndarray
    n_outliers: int
    outliers: np.ndarray
    n: int
    alpha: float

    title = "Generalized extreme studentized deviate test"
    assumptions = ("the other values are normal",)
    sources = ("B. Rosner, Technometrics 25 (1983), 165-172", "NIST/SEMATECH e-Handbook, section 1.3.5.17.3")

    def steps(self):
        """One line for each value taken away."""
        for i, (r, critical, index) in enumerate(zip(self.r, self.critical, self.removed, strict=True)):
            words = "beyond" if r > critical else "within"
            yield Step(f"R{i + 1} of value {index + 1}", "largest |x - mean| / sd of the rest", value=float(r))
            yield Step(f"critical value {i + 1} ({words})", value=float(critical))
        yield Step("outliers: the last R beyond its critical value", value=self.n_outliers)


@dataclass(frozen=True, eq=False)
class HampelRule(Result):
    """Values further than ``k`` scaled median absolute deviations from the median (``outliers``, from 0)."""

    median: float
    mad: float
    k: float
    lower: float
    upper: float
    outliers: np.ndarray
    n: int

    title = "Hampel's rule"
    sources = ("F. R. Hampel, Technometrics 27 (1985), 95-107; L. Davies, U. Gather, JASA 88 (1993), 782-792",)

    def steps(self):
        """Median, scaled deviation and the two bounds."""
        yield Step("median", value=self.median)
        yield Step("scaled MAD", "1.4826 median of |x - median|", value=self.mad)
        numbers = {"median": self.median, "k": self.k, "mad": self.mad}
        yield Step("bounds", "{median} -+ {k} * {mad}", numbers, (self.lower, self.upper))
        yield Step("values beyond (from 1)", value=self.outliers + 1)


def grubbs(values, alpha: float = 0.05, sides: int = 2, end: str = "either") -> GrubbsTest:
    """Whether the value furthest from the mean is an outlier.

    ``G = max |x - mean| / s`` against ``(n-1)/sqrt(n) sqrt(t^2/(n-2+t^2))``, t with upper tail ``alpha/(2n)``
    (``sides=2``) or ``alpha/n`` (``sides=1``). ``end``: test the "either" end that is further away, "max" or "min".
    The p value is the Bonferroni bound, exact near and below alpha.

    Parameters: ``values`` 1-D, at least 3, none missing, not all alike.

    Source: F. E. Grubbs, Technometrics 11 (1969), 1-21; NIST/SEMATECH e-Handbook, section 1.3.5.17.1.

    >>> result = grubbs([199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57], sides=1)
    >>> round(result.g, 4), round(result.critical, 3), result.is_outlier
    (2.4688, 2.032, True)
    """
    values, mean, sd = _sample(values, 3)
    alpha = check_fraction(alpha, "alpha")
    if sides not in (1, 2):
        raise StatisticsError("sides is {found}; 1 or 2 is needed", found=sides)
    check_choice(end, ("either", "max", "min"), "end")
    distance = {"either": np.abs(values - mean), "max": values - mean, "min": mean - values}[end]
    index = int(np.argmax(distance))
    n, g = values.size, float(distance[index] / sd)
    t2 = float(stdtrit(n - 2, alpha / (n * sides))) ** 2
    critical = (n - 1) / math.sqrt(n) * math.sqrt(t2 / (n - 2 + t2))
    return GrubbsTest(
        g=g,
        index=index,
        value=float(values[index]),
        critical=critical,
        pvalue=_grubbs_pvalue(g, n, sides),
        is_outlier=g > critical,
        n=n,
        mean=mean,
        sd=sd,
        alpha=alpha,
        sides=sides,
    )


def generalized_esd(values, max_outliers: int, alpha: float = 0.05) -> GeneralizedEsd:
    """How many outliers there are, up to ``max_outliers``, without one hiding another.

    The furthest value is taken away ``max_outliers`` times; ``R_i = max |x - mean| / s`` of what is left, against
    ``(n-i) t / sqrt((n-i-1+t^2)(n-i+1))``, t with n - i - 1 degrees of freedom and upper tail
    ``alpha / (2(n-i+1))``. The number of outliers is the last i with R_i beyond its critical value.

    Parameters: ``values`` 1-D, at least ``max_outliers + 3`` (25 for exact levels), none missing.

    Source: B. Rosner, Technometrics 25 (1983), 165-172; NIST/SEMATECH e-Handbook, section 1.3.5.17.3.

    >>> result = generalized_esd([2.1, 2.0, 1.9, 2.2, 2.0, 1.8, 2.1, 9.0, 2.0, 8.0], max_outliers=3)
    >>> result.n_outliers, result.outliers
    (2, array([7, 9]))
    """
    max_outliers = check_whole(max_outliers, "max_outliers", at_least=1)
    values, _, _ = _sample(values, max_outliers + 3)
    alpha = check_fraction(alpha, "alpha")
    kept, r, removed = np.arange(values.size), [], []
    for _ in range(max_outliers):
        rest = values[kept]
        distance = np.abs(rest - rest.mean())
        place = int(np.argmax(distance))
        r.append(distance[place] / check_variation(float(rest.std(ddof=1)) if np.ptp(rest) else 0.0, "the values left"))
        removed.append(kept[place])
        kept = np.delete(kept, place)
    i = np.arange(1, max_outliers + 1)
    n = values.size
    t = -stdtrit(n - i - 1.0, alpha / (2 * (n - i + 1)))
    critical = (n - i) * t / np.sqrt((n - i - 1 + t**2) * (n - i + 1))
    beyond = np.flatnonzero(np.array(r) > critical)
    count = int(beyond[-1]) + 1 if beyond.size else 0
    return GeneralizedEsd(
        r=np.array(r),
        critical=critical,
        removed=np.array(removed),
        n_outliers=count,
        outliers=np.sort(np.array(removed[:count], dtype=np.int64)),
        n=n,
        alpha=alpha,
    )


def hampel(values, k: float = 3.0) -> HampelRule:
    """Values further than ``k`` times 1.4826 MAD from the median: up to half of the values may be wild.

    Parameters: ``values`` 1-D, at least 3, none missing, not more than half of them alike; ``k`` > 0.

    Source: F. R. Hampel, Technometrics 27 (1985), 95-107.

    >>> rule = hampel([28, 29, 30, 24, 28, 37, -44, 32])
    >>> rule.median, round(rule.mad, 3), rule.outliers
    (28.5, 3.707, array([6]))
    """
    values = check_finite(values, "values", ndim=1)
    check_enough(values.size, 3)
    k = check_number(k, "k", above=0)
    median = float(np.median(values))
    mad = MAD_FACTOR * float(np.median(np.abs(values - median)))
    if mad == 0:
        raise StatisticsError(
            "at least half of the values are {value}; more different values are needed for a spread", value=median
        )
    lower, upper = median - k * mad, median + k * mad
    outliers = np.flatnonzero(np.abs(values - median) > k * mad)
    return HampelRule(median, mad, k, lower, upper, outliers, values.size)


def _grubbs_pvalue(g: float, n: int, sides: int) -> float:
    room = (n - 1) ** 2 / n - g * g
    if room <= 0:
        return 0.0
    t = math.copysign(math.sqrt(n * (n - 2) * g * g / (n * room)), g)
    return min(1.0, sides * n * float(stdtr(n - 2, -t)))


def _sample(values, enough):
    values = check_finite(values, "values", ndim=1)
    check_enough(values.size, enough)
    check_variation(float(np.ptp(values)))
    return values, float(values.mean()), float(values.std(ddof=1))

"""Between which values lies a wanted share of the population, with a wanted confidence?"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import bdtr, chdtrc, chdtri, ndtri

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_fraction,
    check_variation,
    check_whole,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class NormalTolerance(Result):
    """Limits mean -+ k s that cover a share of a normal population; one of them infinite when one-sided.

    For many characteristics mean, sd and limits have one entry for each.
    """

    n: int
    mean: float | np.ndarray
    sd: float | np.ndarray
    k: float
    lower: float | np.ndarray
    upper: float | np.ndarray
    coverage: float
    confidence: float
    sides: int
    method: str

    title = "Tolerance interval, normal"
    assumptions = ("values are independent", "values are normal (limits in the tails are sensitive to this)")
    sources = (
        "W. G. Howe, JASA 64 (1969), 610-620; K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), 26-34",
        "NIST/SEMATECH e-Handbook of Statistical Methods, section 7.2.6.3",
    )

    def steps(self):
        """Mean, standard deviation, factor and limits."""
        yield Step("mean", value=self.mean)
        yield Step("standard deviation", value=self.sd)
        yield Step(
            f"factor k, {self.method}, {self.sides}-sided",
            "n {n}, coverage {p}, confidence {c}",
            {"n": self.n, "p": self.coverage, "c": self.confidence},
            self.k,
        )
        numbers = {"mean": self.mean, "k": self.k, "sd": self.sd}
        yield Step("limits", "{mean} -+ {k} * {sd}", numbers, (self.lower, self.upper))


@dataclass(frozen=True, eq=False)
class NonparametricTolerance(Result):
    """Minimum and maximum as limits: how many values they need, and the confidence that the values found give.

    Fields of the sample are missing when only a size was asked for. ``inner_lower`` and ``inner_upper`` are the order
    statistics furthest inside that still hold the confidence (missing when there are too few values).
    """

    coverage: float
    confidence: float
    sides: int
    n_min: int
    confidence_at_n_min: float
    n: int | None = None
    confidence_min_max: float | None = None
    lower: float | None = None
    upper: float | None = None
    inner_lower: float | None = None
    inner_upper: float | None = None
    inner_confidence: float | None = None

    title = "Tolerance interval, any continuous distribution"
    assumptions = ("values are independent", "the distribution is continuous")
    sources = ("S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96; W. J. Conover, 3rd edition, 150-155",)

    def steps(self):
        """The smallest sample, and what the sample found gives."""
        formula = "1 - n p^(n-1) + (n-1) p^n >= {c}" if self.sides == 2 else "1 - p^n >= {c}"
        yield Step("values needed", formula, {"c": self.confidence}, self.n_min)
        yield Step("confidence with that many", value=self.confidence_at_n_min)
        if self.n is not None:
            yield Step("values found", value=self.n)
            yield Step("confidence of minimum and maximum", value=self.confidence_min_max)
            yield Step("limits", value=(self.lower, self.upper))


def tolerance_factor(n: int, coverage: float, confidence: float = 0.95, sides: int = 2, method: str = "exact") -> float:
    """The factor k of a normal tolerance interval mean -+ k s.

    One-sided, "exact": ``k = t / sqrt(n)``, t of the noncentral t distribution with n - 1 degrees of freedom and
    noncentrality ``z_p sqrt(n)``; "natrella": its closed approximation. Two-sided, "exact": the root of
    ``sqrt(2n/pi) int P(chi2 > (n-1) q(x)/k^2) exp(-n x^2/2) dx = confidence``, q the noncentral chi-square quantile;
    "howe": ``z_(1+p)/2 sqrt((n-1)(1+1/n)/chi2)``, without correction for small samples.

    Parameters: ``n`` >= 2; ``coverage`` and ``confidence`` between 0 and 1; ``sides`` 1 or 2.

    Source: K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), 26-34; NIST e-Handbook 7.2.6.3.

    >>> round(tolerance_factor(43, 0.90, 0.99, sides=1), 4), round(tolerance_factor(43, 0.90, 0.99, method="howe"), 3)
    (1.874, 2.217)
    >>> round(tolerance_factor(30, 0.95, 0.95), 3)
    2.555
    """
    n = check_whole(n, "n", at_least=2)
    coverage, confidence = check_fraction(coverage, "coverage"), check_fraction(confidence)
    check_sides(sides)
    check_choice(method, ("exact", "natrella") if sides == 1 else ("exact", "howe"), "method")
    if sides == 1:
        return _one_sided_exact(n, coverage, confidence) if method == "exact" else _natrella(n, coverage, confidence)
    return _howe(n, coverage, confidence) if method == "howe" else _two_sided_exact(n, coverage, confidence)


def normal_tolerance(
    values, coverage: float, confidence: float = 0.95, sides: int = 2, method: str = "exact", side: str = "both"
) -> NormalTolerance:
    """Limits that cover a share of a normal population with a given confidence.

    With ``sides=1`` each limit holds by itself: ``side`` "lower" or "upper" leaves the other one infinite, "both"
    gives the two one-sided limits. See ``tolerance_factor`` for ``method``.

    Parameters: ``values`` (n,), or (characteristics, n) for many; n at least 2, not all alike, none missing.

    Source: K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), 26-34.

    >>> limits = normal_tolerance([9.8, 10.1, 10.0, 10.3, 9.9, 10.2, 10.0, 9.7], coverage=0.95)
    >>> round(limits.k, 4), round(limits.lower, 3), round(limits.upper, 3)
    (3.7455, 9.251, 10.749)
    """
    values = check_finite(values, "values", ndim=(1, 2))
    n = check_enough(values.shape[-1], 2)
    check_variation(float(np.ptp(values, axis=-1).min()))
    check_choice(side, ("both", "lower", "upper"), "side")
    if side != "both" and sides == 2:
        raise StatisticsError("side is {side!r} with sides=2; a single limit needs sides=1", side=side)
    k = tolerance_factor(n, coverage, confidence, sides, method)
    mean, sd = values.mean(axis=-1), values.std(axis=-1, ddof=1)
    open_end = np.full(mean.shape, math.inf)[()]
    return NormalTolerance(
        n=n,
        mean=mean,
        sd=sd,
        k=k,
        lower=-open_end if side == "upper" else mean - k * sd,
        upper=open_end if side == "lower" else mean + k * sd,
        coverage=float(coverage),
        confidence=float(confidence),
        sides=sides,
        method=method,
    )


def nonparametric_tolerance(
    values=None, coverage: float = 0.95, confidence: float = 0.95, sides: int = 2
) -> NonparametricTolerance:
    """Minimum and maximum as tolerance limits, for any continuous distribution.

    Two-sided the chance that they cover ``coverage`` of the population is ``1 - n p^(n-1) + (n-1) p^n``, one-sided
    that of either alone is ``1 - p^n``. ``n_min`` is the smallest n with at least the confidence.

    Parameters: ``values`` 1-D (or None to ask only for the size), at least 2, none missing.

    Source: S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96.

    >>> plan = nonparametric_tolerance(coverage=0.95, confidence=0.95)
    >>> plan.n_min, round(plan.confidence_at_n_min, 5)
    (93, 0.95002)
    """
    coverage, confidence = check_fraction(coverage, "coverage"), check_fraction(confidence)
    check_sides(sides)
    n_min = _smallest_sample(coverage, confidence, sides)
    plan = (coverage, confidence, sides, n_min, _cover(n_min, sides, coverage))
    if values is None:
        return NonparametricTolerance(*plan)
    values = np.sort(check_finite(values, "values", ndim=1))
    n = check_enough(values.size, 2)
    m = _most_trimmed(n, coverage, confidence, sides)
    trimmed = (float(values[m - 1]), float(values[-m]), _cover(n, sides, coverage, m)) if m else (None, None, None)
    return NonparametricTolerance(*plan, n, _cover(n, sides, coverage), float(values[0]), float(values[-1]), *trimmed)


def check_sides(sides: int) -> int:
    """Refuse anything but one or two sides.

    >>> check_sides(2)
    2
    """
    if sides not in (1, 2):
        raise StatisticsError("sides is {found}; 1 or 2 is needed", found=sides)
    return sides


def _one_sided_exact(n, coverage, confidence):
    from scipy.stats import nct

    return float(nct.ppf(confidence, n - 1, float(ndtri(coverage)) * math.sqrt(n))) / math.sqrt(n)


def _natrella(n, coverage, confidence):
    z, g = float(ndtri(coverage)), float(ndtri(confidence))
    a, b = 1 - g * g / (2 * (n - 1)), z * z - g * g / n
    if a <= 0 or z * z - a * b < 0:
        raise StatisticsError("n is {n}; the approximation needs more values at this confidence (use 'exact')", n=n)
    return (z + math.sqrt(z * z - a * b)) / a


def _howe(n, coverage, confidence):
    chi2 = float(chdtri(n - 1, confidence))
    return float(ndtri((1 + coverage) / 2)) * math.sqrt((n - 1) * (1 + 1 / n) / chi2)


def _two_sided_exact(n, coverage, confidence):
    from scipy.stats import ncx2

    nodes, weights = np.polynomial.legendre.leggauss(120)
    top = 8.5 / math.sqrt(n)
    x, weights = top * (nodes + 1) / 2, top * weights / 2
    quantiles = ncx2.ppf(coverage, 1, x * x)
    density = math.sqrt(2 * n / math.pi) * np.exp(-n * x * x / 2) * weights

    def excess(k):
        return float(density @ chdtrc(n - 1, (n - 1) * quantiles / (k * k))) - confidence

    start = _howe(n, coverage, confidence)
    return float(brentq(excess, start / 3, start * 3, xtol=1e-13, rtol=1e-13))


def _cover(n, sides, coverage, m=1):
    """Confidence of the m-th values from the ends: a binomial tail over the values outside."""
    outside = 2 * m if sides == 2 else m
    if outside > n:
        return 0.0
    return float(1 - bdtr(outside - 1, n, 1 - coverage))


def _smallest_sample(coverage, confidence, sides):
    enough = sides
    while _cover(enough, sides, coverage) < confidence:
        enough *= 2
    sizes = range(sides, enough + 1)
    return sizes[bisect.bisect_left(sizes, confidence, key=lambda n: _cover(n, sides, coverage))]


def _most_trimmed(n, coverage, confidence, sides):
    m = 0
    while 2 * (m + 1) <= n and _cover(n, sides, coverage, m + 1) >= confidence:
        m += 1
    return m

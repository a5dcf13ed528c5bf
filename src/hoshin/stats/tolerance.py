"""Between which values lies a wanted share of the population, with a wanted confidence?"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import elementwise
from scipy.special import bdtr, chdtrc, chdtri, ndtri

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_numbers
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class NormalTolerance(Batched):
    """Limits mean -+ k s that cover a share of a normal population; one of them infinite when one-sided.

    For many characteristics n, mean, sd, k and limits have one entry for each, and ``limits[i]`` is the result of one.
    """

    n: int | np.ndarray
    mean: float | np.ndarray
    sd: float | np.ndarray
    k: float | np.ndarray
    lower: float | np.ndarray
    upper: float | np.ndarray
    coverage: float
    confidence: float
    sides: int
    method: str
    problems: FrozenDict = field(default_factory=FrozenDict)

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
class NonparametricTolerance(Batched):
    """Minimum and maximum as limits: how many values they need, and the confidence that the values found give.

    Fields of the sample are missing when only a size was asked for. ``inner_lower`` and ``inner_upper`` are the order
    statistics furthest inside that still hold the confidence (missing when there are too few values). For many
    characteristics the fields of the sample have one entry for each (NaN where missing).
    """

    coverage: float
    confidence: float
    sides: int
    n_min: int
    confidence_at_n_min: float
    n: int | np.ndarray | None = None
    confidence_min_max: float | np.ndarray | None = None
    lower: float | np.ndarray | None = None
    upper: float | np.ndarray | None = None
    inner_lower: float | np.ndarray | None = None
    inner_upper: float | np.ndarray | None = None
    inner_confidence: float | np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Tolerance interval, any continuous distribution"
    optional = ("inner_lower", "inner_upper", "inner_confidence")
    leading = "n"
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


def tolerance_factor(n, coverage: float, confidence: float = 0.95, sides: int = 2, method: str = "exact"):
    """The factor k of a normal tolerance interval mean -+ k s, for one sample size or an array of them.

    Estimand: the k with which mean -+ k s covers ``coverage`` of the population with ``confidence``. One-sided, "exact":
    ``k = t / sqrt(n)``, t of the noncentral t distribution with n - 1 degrees of freedom and noncentrality
    ``z_p sqrt(n)``; "natrella": its closed approximation. Two-sided, "exact": the root of
    ``sqrt(2n/pi) int P(chi2 > (n-1) q(x)/k^2) exp(-n x^2/2) dx = confidence``, q the noncentral chi-square quantile;
    "howe": ``z_(1+p)/2 sqrt((n-1)(1+1/n)/chi2)``, without correction for small samples.

    Parameters
    ----------
    n : the sample size, at least 2; a whole number or an array of them.
    coverage, confidence : shares between 0 and 1.
    sides : 1 or 2.
    method : "exact", two-sided also "howe", one-sided also "natrella".

    Units: k counts standard deviations.

    Assumes: independent values of a normal population, mean and standard deviation (divisor n - 1) both estimated.

    Errors: n below 2 or broken, shares outside 0 to 1, an unknown method; "natrella" where it has no answer.

    Source: K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), 26-34; NIST e-Handbook 7.2.6.3.

    >>> round(tolerance_factor(43, 0.90, 0.99, sides=1), 4), round(tolerance_factor(43, 0.90, 0.99, method="howe"), 3)
    (1.874, 2.217)
    >>> tolerance_factor([10, 30], 0.95, 0.95).round(3)
    array([3.393, 2.555])
    """
    given = check_numbers(n, "n", ndim=(0, 1))
    coverage, confidence = check_fraction(coverage, "coverage"), check_fraction(confidence)
    _check_sides(sides)
    check_choice(method, ("exact", "natrella") if sides == 1 else ("exact", "howe"), "method")
    wrong = ~((given >= 2) & (given % 1 == 0))
    if wrong.any():
        raise StatisticsError("n is {found}; whole numbers of at least 2 are needed", found=float(given[wrong][0]))
    sizes, which = np.unique(given, return_inverse=True)
    ways = {"exact": _one_sided_exact if sides == 1 else _two_sided_exact, "natrella": _natrella, "howe": _howe}
    found = ways[method](sizes, coverage, confidence)[which].reshape(given.shape)
    return found.item() if given.ndim == 0 else found


def normal_tolerance(
    values,
    coverage: float,
    confidence: float = 0.95,
    sides: int = 2,
    method: str = "exact",
    side: str = "both",
    *,
    offsets=None,
    on_error: str = "raise",
) -> NormalTolerance:
    """Limits that cover a share of a normal population with a given confidence.

    Estimand: ``mean -+ k s``, k as ``tolerance_factor`` gives it. With ``sides=1`` each limit holds by itself.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; at least 2 in each.
    coverage, confidence : shares between 0 and 1.
    sides : 1 or 2.
    method : see ``tolerance_factor``.
    side : with ``sides=1`` "lower" or "upper" leaves the other limit infinite, "both" gives the two one-sided limits.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: mean, sd and limits in the unit of the values.

    Assumes: independent values of a normal population, which the limits, far in the tails, depend on.

    Errors: fewer than 2 values, a missing value, values all alike, a single side of a two-sided interval.

    Source: K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), 26-34.

    >>> limits = normal_tolerance([9.8, 10.1, 10.0, 10.3, 9.9, 10.2, 10.0, 9.7], coverage=0.95)
    >>> round(limits.k, 4), round(limits.lower, 3), round(limits.upper, 3)
    (3.7455, 9.251, 10.749)
    """
    check_choice(side, ("both", "lower", "upper"), "side")
    if side != "both" and sides == 2:
        raise StatisticsError("side is {side!r} with sides=2; a single limit needs sides=1", side=side)
    samples = Samples.read(values, offsets, on_error, enough=2)
    k = tolerance_factor(samples.n, coverage, confidence, sides, method)
    mean, sd = samples.moments()
    far = np.full(k.shape, math.inf)
    lower, upper = -far if side == "upper" else mean - k * sd, far if side == "lower" else mean + k * sd
    limits = NormalTolerance(
        samples.given.lengths,
        *(samples.whole(number) for number in (mean, sd, k, lower, upper)),
        coverage=float(coverage),
        confidence=float(confidence),
        sides=sides,
        method=method,
        problems=FrozenDict(samples.problems),
    )
    return limits if samples.many else limits[0]


def nonparametric_tolerance(
    values=None,
    coverage: float = 0.95,
    confidence: float = 0.95,
    sides: int = 2,
    *,
    offsets=None,
    on_error: str = "raise",
) -> NonparametricTolerance:
    """Minimum and maximum as tolerance limits, for any continuous distribution.

    Estimand: the chance that minimum and maximum cover ``coverage`` of the population: two-sided
    ``1 - n p^(n-1) + (n-1) p^n``, one-sided that of either alone ``1 - p^n``. ``n_min`` is the smallest n with at least
    the confidence; the m-th values from the ends hold ``P(Binomial(n, 1 - p) >= 2m)`` (one-sided m).

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``, at least 2 in each; None to
        ask only for the size.
    coverage, confidence : shares between 0 and 1.
    sides : 1 or 2.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: limits in the unit of the values.

    Assumes: independent values of one continuous distribution, whatever its shape.

    Errors: fewer than 2 values, a missing value, shares outside 0 to 1.

    Source: S. S. Wilks, Annals of Mathematical Statistics 12 (1941), 91-96.

    >>> plan = nonparametric_tolerance(coverage=0.95, confidence=0.95)
    >>> plan.n_min, round(plan.confidence_at_n_min, 5)
    (93, 0.95002)
    """
    coverage, confidence = check_fraction(coverage, "coverage"), check_fraction(confidence)
    _check_sides(sides)
    n_min = _smallest_sample(coverage, confidence, sides)
    plan = (coverage, confidence, sides, n_min, float(_cover(n_min, sides, coverage)))
    if values is None:
        return NonparametricTolerance(*plan)
    samples = Samples.read(values, offsets, on_error, enough=2, varied=False)
    n, m = samples.n, _most_trimmed(samples.n, coverage, confidence, sides)
    (lower, upper), (inner_lower, inner_upper) = (_order_statistics(samples, place) for place in (1, np.maximum(m, 1)))
    inner = (inner_lower, inner_upper, _cover(n, sides, coverage, m))
    found = (_cover(n, sides, coverage), lower, upper, *(np.where(m > 0, number, np.nan) for number in inner))
    limits = NonparametricTolerance(
        *plan, samples.given.lengths, *(samples.whole(number) for number in found), FrozenDict(samples.problems)
    )
    return limits if samples.many else limits[0]


def _check_sides(sides: int) -> None:
    if sides not in (1, 2):
        raise StatisticsError("sides is {found}; 1 or 2 is needed", found=sides)


def _order_statistics(samples: Samples, m):
    """The m-th values from below and from above."""
    return samples.ordered[samples.starts + m - 1], samples.ordered[samples.segments.offsets[1:] - m]


def _one_sided_exact(n, coverage, confidence):
    from scipy.stats import nct

    return nct.ppf(confidence, n - 1, ndtri(coverage) * np.sqrt(n)) / np.sqrt(n)


def _natrella(n, coverage, confidence):
    z, g = ndtri(coverage), ndtri(confidence)
    a, b = 1 - g * g / (2 * (n - 1)), z * z - g * g / n
    wrong = (a <= 0) | (z * z - a * b < 0)
    if wrong.any():
        raise StatisticsError(
            "n is {n}; the approximation needs more values at this confidence (use 'exact')", n=int(n[wrong][0])
        )
    return (z + np.sqrt(z * z - a * b)) / a


def _howe(n, coverage, confidence):
    return ndtri((1 + coverage) / 2) * np.sqrt((n - 1) * (1 + 1 / n) / chdtri(n - 1, confidence))


def _two_sided_exact(n, coverage, confidence):
    from scipy.stats import ncx2

    nodes, weights = np.polynomial.legendre.leggauss(120)
    top = 8.5 / np.sqrt(n)[:, None]
    x, weights = top * (nodes + 1) / 2, top * weights / 2
    quantiles = ncx2.ppf(coverage, 1, x * x)
    density = np.sqrt(2 * n / np.pi)[:, None] * np.exp(-n[:, None] * x * x / 2) * weights

    def excess(k, row):
        df = n[row][:, None] - 1
        return (density[row] * chdtrc(df, df * quantiles[row] / (k * k)[:, None])).sum(axis=1) - confidence

    start = _howe(n, coverage, confidence)
    if not n.size:
        return start
    return elementwise.find_root(excess, (start / 3, start * 3), args=(np.arange(n.size),)).x


def _cover(n, sides, coverage, m=1):
    """Confidence of the m-th values from the ends: a binomial tail over the values outside."""
    outside = 2 * m if sides == 2 else m
    return np.where(np.greater(outside, n), 0.0, 1 - bdtr(np.maximum(outside, 1) - 1.0, n, 1 - coverage))


def _smallest_sample(coverage, confidence, sides):
    enough = sides
    while _cover(enough, sides, coverage) < confidence:
        enough *= 2
    sizes = range(sides, enough + 1)
    return sizes[bisect.bisect_left(sizes, confidence, key=lambda n: _cover(n, sides, coverage))]


def _most_trimmed(n, coverage, confidence, sides):
    """The largest m of each sample whose m-th values from the ends hold the confidence, by halving; 0 if none does."""
    low, high = np.zeros_like(n), n // 2 + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        holds = (_cover(n, sides, coverage, middle) >= confidence) & (middle > 0)
        low, high = np.where(holds, middle, low), np.where(holds, high, np.maximum(middle, low + 1))
    return low

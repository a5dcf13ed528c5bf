"""Power and sample size of tests of proportions, one and two; and of an interval."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import bdtr, ndtr, ndtri

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number, check_whole
from hoshin.stats.sample_size._result import (
    Power,
    Precision,
    SampleSize,
    check_sizes_at_least,
    check_test,
    find_size,
)

_BINOMIAL = ("items are independent, with a constant probability",)


def proportion_power(
    n, p: float, p0: float, *, alpha: float = 0.05, alternative: str = "two-sided", method: str = "exact"
) -> Power:
    """Power of the test of one proportion against p0, for one n or many.

    Estimand: P(reject p0) when the proportion is p. "exact": binomial test, each tail at most alpha / 2 (alpha
    one-sided). "normal": z test with the standard error under p0.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition, chapter 2.

    >>> round(proportion_power(50, 0.2, 0.1, alternative="greater").power, 4)
    0.5563
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("exact", "normal"), "method")
    n = check_sizes_at_least(n, 1)
    p, p0 = check_fraction(p, "p"), check_fraction(p0, "p0")
    power = _exact(n, p, p0, alpha, alternative) if method == "exact" else _score(n, p, p0, alpha, alternative)
    return Power(
        test=f"one proportion, {method}",
        formula="binomial probability of the rejection region"
        if method == "exact"
        else "normal, error under p0 and under p",
        n=n[()],
        n2=None,
        effect={"p": p, "p0": p0},
        alpha=alpha,
        alternative=alternative,
        power=power,
        assumptions=_BINOMIAL,
    )


def proportion_size(
    p: float,
    p0: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "exact",
    jagged: str = "lasting",
) -> SampleSize:
    """The smallest sample of a test of one proportion with the wanted power.

    Exact power goes up and down with n: ``jagged`` "lasting" takes the size after which no size up to twice as large
    falls short, "smallest" the first that suffices.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, chapter 2.

    >>> proportion_size(0.2, 0.1, alternative="greater").n, proportion_size(0.2, 0.1, method="normal").n
    (89, 86)
    """
    _check_direction(p, p0, alternative, ("p", "p0"))
    return find_size(
        lambda n: proportion_power(n, p, p0, alpha=alpha, alternative=alternative, method=method),
        power,
        least=1,
        jagged=jagged if method == "exact" else None,
    )


def two_proportions_power(
    n1, p1: float, p2: float, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided", method: str = "normal"
) -> Power:
    """Power of the comparison of two proportions, for one n or many.

    "normal": z test with pooled error under the hypothesis and unpooled error under p1, p2, the far tail neglected;
    "arcsine": on the scale 2 arcsin sqrt(p) (Cohen's h).

    Source: J. L. Fleiss, B. Levin, M. C. Paik, chapter 4; J. Cohen, chapter 6.

    >>> round(two_proportions_power(50, 0.5, 0.75).power, 4)
    0.7402
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("normal", "arcsine"), "method")
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    p1, p2 = check_fraction(p1, "p1"), check_fraction(p2, "p2")
    z = -ndtri(alpha / 2 if alternative == "two-sided" else alpha)
    sign = -1 if alternative == "less" else 1
    if method == "arcsine":
        h = 2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p2))
        gap = abs(h) if alternative == "two-sided" else sign * h
        power = ndtr(gap / np.sqrt(1 / n1 + 1 / n2) - z)
    else:
        mean = (n1 * p1 + n2 * p2) / (n1 + n2)
        null = np.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n2))
        real = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        gap = abs(p1 - p2) if alternative == "two-sided" else sign * (p1 - p2)
        power = ndtr((gap - z * null) / real)
    return Power(
        test=f"two proportions, {method}",
        formula="normal" if method == "normal" else "normal on the scale 2 arcsin sqrt(p)",
        n=n1[()],
        n2=n2[()],
        effect={"p1": p1, "p2": p2},
        alpha=alpha,
        alternative=alternative,
        power=power[()],
        assumptions=_BINOMIAL,
    )


def two_proportions_size(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "normal",
) -> SampleSize:
    """The smallest first group of a comparison of two proportions; the second has ceil(ratio n).

    Source: J. L. Fleiss, B. Levin, M. C. Paik, chapter 4.

    >>> two_proportions_size(0.5, 0.75, power=0.9).n
    77
    """
    _check_direction(p1, p2, alternative, ("p1", "p2"))
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n: two_proportions_power(
            n, p1, p2, n2=np.maximum(1, np.ceil(share * n)), alpha=alpha, alternative=alternative, method=method
        ),
        power,
        least=1,
    )


def proportion_precision(
    half_width: float, p: float = 0.5, *, confidence: float = 0.95, population: int | None = None
) -> Precision:
    """The smallest sample whose interval for a proportion near p is within -+ half_width.

    Estimand: n0 = z^2 p (1 - p) / half_width^2; from a population of N, n0 / (1 + (n0 - 1) / N).

    Source: W. G. Cochran, Sampling Techniques, 3rd edition, section 4.4.

    >>> proportion_precision(0.05).n, proportion_precision(0.05, population=1000).n
    (385, 278)
    """
    width = check_fraction(half_width, "half_width")
    p, z = check_fraction(p, "p"), float(ndtri((1 + check_fraction(confidence)) / 2))
    n0 = z * z * p * (1 - p) / width**2
    size = None if population is None else check_whole(population, "population", at_least=1)
    n = math.ceil((n0 if size is None else n0 / (1 + (n0 - 1) / size)) * (1 - 1e-12))
    rest = 1.0 if size is None or size == 1 else max(0.0, (size - n) / (size - 1))
    return Precision(
        estimand="proportion",
        formula="p -+ z sqrt(p (1 - p) / n), with the finite population correction where one is given",
        n=n,
        half_width=z * math.sqrt(p * (1 - p) / n * rest),
        wanted=width,
        confidence=confidence,
        assumptions=_BINOMIAL,
    )


def _check_direction(p, p0, alternative, names):
    a, b = check_fraction(p, names[0]), check_fraction(p0, names[1])
    if a == b or (a < b and alternative == "greater") or (a > b and alternative == "less"):
        raise StatisticsError(
            "{a} is {p} and {b} {p0} with the alternative {alternative!r}; a difference in its direction is needed",
            a=names[0],
            b=names[1],
            p=a,
            p0=b,
            alternative=alternative,
        )


def _exact(n, p, p0, alpha, alternative):
    """Power of the binomial test whose tails hold at most their share of alpha."""
    n = np.asarray(n)
    size = n.astype(np.int64)
    if (size != n).any():
        raise StatisticsError("n is {found}; whole numbers are needed by the exact test", found=float(np.ravel(n)[0]))
    tail = alpha / 2 if alternative == "two-sided" else alpha
    power = np.zeros(n.shape)
    if alternative != "less":
        c = _critical(size, p0, tail)
        power = power + np.where(c < size, 1 - bdtr(np.minimum(c, size).astype(float), size, p), 0.0)
    if alternative != "greater":
        c = size - _critical(size, 1 - p0, tail) - 1
        power = power + np.where(c >= 0, bdtr(np.maximum(c, 0).astype(float), size, p), 0.0)
    return power[()]


def _critical(n, p0, tail):
    """The smallest c with P(X > c) <= tail, by halving, for many n at once."""
    low, high = np.full(n.shape, -1), n.copy()
    while np.any(high - low > 1):
        middle = (low + high) // 2
        small = 1 - bdtr(np.clip(middle, 0, n).astype(float), n, p0) <= tail
        low, high = np.where(small, low, middle), np.where(small, middle, high)
    return high


def _score(n, p, p0, alpha, alternative):
    null, real = np.sqrt(p0 * (1 - p0) / n), np.sqrt(p * (1 - p) / n)
    z = -ndtri(alpha / 2 if alternative == "two-sided" else alpha)
    above, below = ndtr((p - p0 - z * null) / real), ndtr((p0 - p - z * null) / real)
    return {"greater": above, "less": below, "two-sided": above + below}[alternative][()]

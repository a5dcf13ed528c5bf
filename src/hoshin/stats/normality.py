"""Are the values normal? Tests of shape with the parameters estimated from the values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_variation
from hoshin.stats.results import Result

_ASSUMPTIONS = ("values are independent", "values are not rounded coarsely (ties make both tests reject)")
_CLAIM = "the values differ from a normal distribution"


def anderson_darling_normal(values, confidence_level: float = 0.95) -> TestResult:
    """Whether values come from a normal distribution with unknown mean and standard deviation: Anderson and Darling.

    ``A2 = -n - (1/n) sum (2i-1) (ln F(z_i) + ln(1 - F(z_{n+1-i})))`` on sorted standardised values; p value by
    Stephens' approximation from ``A2 (1 + 0.75/n + 2.25/n^2)`` (``summary["a2_adjusted"]``).

    Parameters: ``values`` 1-D, at least 8, not all alike, none missing.

    Source: T. W. Anderson, D. A. Darling, JASA 49 (1954), 765-769; M. A. Stephens, in R. B. D'Agostino, M. A.
    Stephens, Goodness-of-Fit Techniques (1986), table 4.9 (123, 127).

    >>> result = anderson_darling_normal([34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (0.5566, 0.1122)
    """
    level = check_fraction(confidence_level, "confidence_level")
    z, mean, sd = _standardised(values, 8)
    n = z.size
    weights = 2 * np.arange(1, n + 1) - 1
    a2 = float(-n - (weights * (log_ndtr(z) + log_ndtr(-z[::-1]))).sum() / n)
    adjusted = a2 * (1 + 0.75 / n + 2.25 / n**2)
    return TestResult(
        test="Anderson-Darling test of normality",
        estimand="shape of the distribution",
        n=(n,),
        pvalue=anderson_darling_pvalue(adjusted),
        statistic=a2,
        statistic_name="A squared",
        confidence_level=level,
        claim=_CLAIM,
        summary={"mean": mean, "sd": sd, "a2_adjusted": adjusted},
        computation=(("adjusted", "{a2} (1 + 0.75/{n} + 2.25/{n}^2)", {"a2": a2, "n": n}, adjusted),),
        assumptions=_ASSUMPTIONS,
        source="M. A. Stephens, in R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.9",
    )


@dataclass(frozen=True, eq=False)
class NormalityOfMany(Result):
    """Anderson and Darling's test of many characteristics at once: one entry for each."""

    a2: np.ndarray
    a2_adjusted: np.ndarray
    pvalues: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    n: int

    title = "Anderson-Darling test of normality, many characteristics"
    assumptions = _ASSUMPTIONS
    sources = ("M. A. Stephens, in R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.9",)


def anderson_darling_many(values) -> NormalityOfMany:
    """Anderson and Darling's test of normality for each row; see ``anderson_darling_normal``.

    Parameters: ``values`` (characteristics, n), n at least 8, none missing, no row all alike.

    Source: M. A. Stephens, in R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.9.

    >>> rows = np.random.default_rng(2).normal(size=(3, 50))
    >>> anderson_darling_many(np.exp(rows)).pvalues < 0.05
    array([ True,  True,  True])
    """
    array = check_finite(values, "values", ndim=2)
    check_enough(array.shape[0], 1, "characteristics")
    n = check_enough(array.shape[1], 8)
    alike = np.ptp(array, axis=1) == 0
    if alike.any():
        raise StatisticsError("characteristic {place} has no variation; leave it out", place=int(np.argmax(alike)))
    shifted = array - array[:, :1]
    mean, sd = shifted.mean(axis=1), shifted.std(axis=1, ddof=1)
    z = np.sort((shifted - mean[:, None]) / sd[:, None], axis=1)
    a2 = -n - ((2 * np.arange(1, n + 1) - 1) * (log_ndtr(z) + log_ndtr(-z[:, ::-1]))).sum(axis=1) / n
    adjusted = a2 * (1 + 0.75 / n + 2.25 / n**2)
    pvalues = np.array([anderson_darling_pvalue(a) for a in adjusted.tolist()])
    return NormalityOfMany(a2, adjusted, pvalues, mean + array[:, 0], sd, n)


def anderson_darling_pvalue(adjusted: float) -> float:
    """Stephens' p value of an adjusted A squared, mean and standard deviation estimated.

    >>> round(anderson_darling_pvalue(0.752), 3)  # the printed 5% point
    0.05
    """
    a = adjusted
    if a < 0.2:
        return -math.expm1(-13.436 + 101.14 * a - 223.73 * a * a)
    if a < 0.34:
        return -math.expm1(-8.318 + 42.796 * a - 59.938 * a * a)
    if a < 0.6:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a * a)
    if a < 10:
        return math.exp(1.2937 - 5.709 * a + 0.0186 * a * a)
    return 3.7e-24


def shapiro_wilk(values, confidence_level: float = 0.95) -> TestResult:
    """Whether values come from a normal distribution: Shapiro and Wilk's W by Royston's algorithm AS R94.

    W compares the best linear estimate of the standard deviation from the order statistics with the usual one.

    Parameters: ``values`` 1-D, 3 to 5,000, not all alike, none missing.

    Source: S. S. Shapiro, M. B. Wilk, Biometrika 52 (1965), 591-611; P. Royston, Applied Statistics 44 (1995), 547-551.

    >>> result = shapiro_wilk([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236])  # Royston: W 0.79, p 0.0067
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (0.7888, 0.0067)
    """
    from scipy.stats import shapiro

    level = check_fraction(confidence_level, "confidence_level")
    z, mean, sd = _standardised(values, 3)
    if z.size > 5000:
        raise StatisticsError(
            "{found} values; the p value of Shapiro and Wilk's test is known up to 5000 (use Anderson and Darling's)",
            found=z.size,
        )
    found = shapiro(z)
    return TestResult(
        test="Shapiro-Wilk test of normality",
        estimand="shape of the distribution",
        n=(z.size,),
        pvalue=float(found.pvalue),
        statistic=float(found.statistic),
        statistic_name="W",
        confidence_level=level,
        claim=_CLAIM,
        summary={"mean": mean, "sd": sd},
        assumptions=_ASSUMPTIONS,
        source="P. Royston, Applied Statistics 44 (1995), 547-551",
    )


def _standardised(values, enough: int):
    array = check_finite(values, "values", ndim=1)
    check_enough(array.size, enough)
    check_variation(float(np.ptp(array)))
    shifted = array - array[0]
    mean, sd = float(shifted.mean()), float(shifted.std(ddof=1))
    return np.sort((shifted - mean) / sd), mean + float(array[0]), sd

"""Power and sample size of tests of standard deviations, one and two; and of an interval."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtr, chdtrc, chdtri, fdtr, fdtrc, fdtri

from hoshin.stats.errors import StatisticsError, check_fraction, check_number
from hoshin.stats.sample_size._result import (
    Power,
    Precision,
    SampleSize,
    check_sizes_at_least,
    check_test,
    find_size,
)

_NORMAL = ("observations are independent and normal (the test is sensitive to that)",)


def sd_power(n, ratio: float, *, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the chi-squared test of one standard deviation, for one n or many.

    Estimand: P(reject sd0) when the true sd is ``ratio`` x sd0; (n - 1) s^2 / sd0^2 is ratio^2 chi-squared.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.3.2.

    >>> round(sd_power(20, 1.5, alternative="greater").power, 4)
    0.8176
    """
    alpha = check_test(alpha, alternative)
    n, r = check_sizes_at_least(n, 2), check_number(ratio, "ratio", above=0) ** 2
    df, tail = n - 1, alpha / 2 if alternative == "two-sided" else alpha
    above, below = chdtrc(df, chdtri(df, tail) / r), chdtr(df, chdtri(df, 1 - tail) / r)
    power = {"greater": above, "less": below, "two-sided": above + below}[alternative]
    return Power(
        test="one standard deviation, chi-squared test",
        formula="chi-squared, n - 1 degrees of freedom, divided by ratio^2",
        n=n[()],
        n2=None,
        effect={"ratio": ratio},
        alpha=alpha,
        alternative=alternative,
        power=power[()],
        assumptions=_NORMAL,
    )


def sd_size(ratio: float, *, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided") -> SampleSize:
    """The smallest sample of a chi-squared test of one standard deviation with the wanted power.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.3.2.

    >>> sd_size(1.55 ** 0.5, power=0.99, alternative="greater").n
    171
    """
    _check_ratio(ratio, alternative)
    return find_size(lambda n: sd_power(n, ratio, alpha=alpha, alternative=alternative), power, least=2)


def two_sds_power(n1, ratio: float, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the F test of two standard deviations, for one n or many.

    Estimand: P(reject equality) when the first sd is ``ratio`` x the second; s1^2 / s2^2 is ratio^2 F.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 2.6.

    >>> round(two_sds_power(20, 2.0).power, 4)
    0.8375
    """
    alpha = check_test(alpha, alternative)
    n1, r = check_sizes_at_least(n1, 2, "n1"), check_number(ratio, "ratio", above=0) ** 2
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 2, "n2")
    tail = alpha / 2 if alternative == "two-sided" else alpha
    a, b = n1 - 1, n2 - 1
    above, below = fdtrc(a, b, fdtri(a, b, 1 - tail) / r), fdtr(a, b, fdtri(a, b, tail) / r)
    power = {"greater": above, "less": below, "two-sided": above + below}[alternative]
    return Power(
        test="two standard deviations, F test",
        formula="F, n1 - 1 and n2 - 1 degrees of freedom, divided by ratio^2",
        n=n1[()],
        n2=n2[()],
        effect={"ratio": ratio},
        alpha=alpha,
        alternative=alternative,
        power=power[()],
        assumptions=_NORMAL,
    )


def two_sds_size(
    ratio: float, *, power: float = 0.8, sizes: float = 1.0, alpha: float = 0.05, alternative: str = "two-sided"
) -> SampleSize:
    """The smallest first group of an F test of two standard deviations; the second has ceil(sizes x n).

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 2.6.

    >>> two_sds_size(2.0).n
    19
    """
    _check_ratio(ratio, alternative)
    share = check_number(sizes, "sizes", above=0)
    return find_size(
        lambda n: two_sds_power(n, ratio, n2=np.maximum(2, np.ceil(share * n)), alpha=alpha, alternative=alternative),
        power,
        least=2,
    )


def sd_precision(relative: float, *, confidence: float = 0.95) -> Precision:
    """The smallest sample whose upper limit for the standard deviation is within (1 + relative) of the estimate.

    Estimand: smallest n with sqrt((n - 1) / chi2 lower quantile) <= 1 + relative, the interval two-sided.

    Source: G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), section 8.3.

    >>> sd_precision(0.2).n
    70
    """
    wanted, tail = check_number(relative, "relative", above=0), (1 - check_fraction(confidence)) / 2

    def excess(n):
        return math.sqrt((n - 1) / chdtri(n - 1, 1 - tail)) - 1

    low, high = 2, 2
    while excess(high) > wanted:
        if high > 10_000_000:
            raise StatisticsError("relative is {found}; more than 10000000 items would be needed", found=wanted)
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if excess(middle) <= wanted else (middle + 1, high)
    return Precision(
        estimand="standard deviation",
        formula="s sqrt((n - 1) / chi-squared quantile)",
        n=high,
        half_width=excess(high),
        wanted=wanted,
        confidence=confidence,
        assumptions=_NORMAL,
    )


def _check_ratio(ratio, alternative):
    value = check_number(ratio, "ratio", above=0)
    if value == 1 or (value < 1 and alternative == "greater") or (value > 1 and alternative == "less"):
        raise StatisticsError(
            "ratio is {found} with the alternative {alternative!r}; one in its direction is needed",
            found=value,
            alternative=alternative,
        )

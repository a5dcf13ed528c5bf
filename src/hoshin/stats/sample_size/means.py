"""Power and sample size of tests of means: one sample or pairs, two groups, several groups; and of an interval."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import fdtri, ncfdtr, ndtr, ndtri, stdtrit

from hoshin.stats._noncentral import noncentral_t
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_number
from hoshin.stats.sample_size._result import (
    Power,
    Precision,
    SampleSize,
    check_sizes_at_least,
    check_test,
    find_size,
)

_NORMAL = ("observations are independent and normal",)


def mean_power(
    n, difference, sd, *, alpha: float = 0.05, alternative: str = "two-sided", sd_known: bool = False
) -> Power:
    """Power of the one-sample (or paired) t test, for one case or many.

    Estimand: P(reject mean = target) when the mean lies ``difference`` from it; T is noncentral t with n - 1 degrees
    of freedom and noncentrality sqrt(n) difference / sd; with known sd the normal test.

    Parameters
    ----------
    n : int or array
        Observations (pairs), at least 2.
    difference, sd : float or array
        In the units of the data; sd that of the differences for pairs.
    alternative : {"two-sided", "greater", "less"}

    Errors: Too small n, an sd that is not positive, an alpha outside 0..1.

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 2.3; D. C. Montgomery, section 2.4.

    >>> round(mean_power(20, 1.0, 1.5).power, 4)
    0.8073
    """
    alpha = check_test(alpha, alternative)
    n = check_sizes_at_least(n, 1 if sd_known else 2)
    effect = np.sqrt(n) * check_finite(difference, "difference") / _sds(sd)
    power = _rejects(effect, None if sd_known else n - 1, alpha, alternative)
    return Power(
        test=f"one-sample or paired {'z' if sd_known else 't'} test",
        formula="noncentral t, n - 1 degrees of freedom, noncentrality sqrt(n) difference / sd",
        n=n[()],
        n2=None,
        effect={"difference": difference, "sd": sd},
        alpha=alpha,
        alternative=alternative,
        power=power,
        assumptions=_NORMAL,
    )


def mean_size(
    difference, sd, *, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided", sd_known: bool = False
) -> SampleSize:
    """The smallest sample of a one-sample (or paired) t test with the wanted power.

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 2.4.

    >>> mean_size(0.5, 1.0, power=0.8).n
    34
    """
    _check_effect(difference, alternative)
    return find_size(
        lambda n: mean_power(n, difference, sd, alpha=alpha, alternative=alternative, sd_known=sd_known),
        power,
        least=1 if sd_known else 2,
    )


def two_means_power(n1, difference, sd, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the two-sample t test with equal variances, for one case or many.

    Estimand: P(reject equal means) when the first mean exceeds the second by ``difference``; noncentral t with
    n1 + n2 - 2 degrees of freedom and noncentrality difference / (sd sqrt(1/n1 + 1/n2)).

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 2.3.

    >>> round(two_means_power(20, 1.0, 1.0).power, 4)
    0.869
    """
    alpha = check_test(alpha, alternative)
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    df = check_sizes_at_least(n1 + n2 - 2, 1, "n1 + n2 - 2")
    effect = check_finite(difference, "difference") / (_sds(sd) * np.sqrt(1 / n1 + 1 / n2))
    return Power(
        test="two-sample t test, equal variances",
        formula="noncentral t, n1 + n2 - 2 degrees of freedom, noncentrality difference / (sd sqrt(1/n1 + 1/n2))",
        n=n1[()],
        n2=n2[()],
        effect={"difference": difference, "sd": sd},
        alpha=alpha,
        alternative=alternative,
        power=_rejects(effect, df, alpha, alternative),
        assumptions=(*_NORMAL, "both groups have the same variance"),
    )


def two_means_size(
    difference, sd, *, power: float = 0.8, ratio: float = 1.0, alpha: float = 0.05, alternative: str = "two-sided"
) -> SampleSize:
    """The smallest first group of a two-sample t test with the wanted power; the second has ceil(ratio n).

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 2.4.

    >>> two_means_size(0.5, 1.0).n, two_means_size(1.0, 1.0, power=0.9).n
    (64, 23)
    """
    _check_effect(difference, alternative)
    share = check_number(ratio, "ratio", above=0)

    def at(n):
        second = np.maximum(1, np.ceil(share * n))
        return two_means_power(n, difference, sd, n2=second, alpha=alpha, alternative=alternative)

    return find_size(at, power, least=2)


def anova_power(n, means, sd, *, alpha: float = 0.05) -> Power:
    """Power of the one-way analysis of variance with n in each group, for one n or many.

    Estimand: P(F > critical), F noncentral with k - 1 and k (n - 1) degrees of freedom and noncentrality
    n sum (mean_i - grand mean)^2 / sd^2.

    Parameters
    ----------
    n : int or array
        Observations in each group, at least 2.
    means : array (k,)
        The groups' true means, k >= 2.
    sd : float
        Within groups.

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 8.3.

    >>> round(anova_power(12, [1.0, 2.0, 3.0], 1.0).power, 4)
    0.9912
    """
    alpha = check_fraction(alpha, "alpha")
    n = check_sizes_at_least(n, 2)
    groups = check_finite(means, "means", ndim=1)
    k = check_enough(len(groups), 2, "means")
    spread = float(((groups - groups.mean()) ** 2).sum()) / check_number(sd, "sd", above=0) ** 2
    df1, df2 = k - 1, k * (n - 1)
    return Power(
        test="one-way analysis of variance",
        formula="noncentral F, k - 1 and k (n - 1) degrees of freedom, noncentrality n sum (mean_i - mean)^2 / sd^2",
        n=n[()],
        n2=None,
        effect={"means": groups, "sd": sd, "f": math.sqrt(spread / k)},
        alpha=alpha,
        alternative="two-sided",
        power=(1 - ncfdtr(df1, df2, n * spread, fdtri(df1, df2, 1 - alpha)))[()],
        assumptions=(*_NORMAL, "all groups have the same variance"),
    )


def anova_size(means, sd, *, power: float = 0.8, alpha: float = 0.05) -> SampleSize:
    """The smallest number in each group of a one-way analysis of variance with the wanted power.

    Source: J. Cohen, Statistical Power Analysis, 2nd edition, section 8.4.

    >>> anova_size([1.0, 2.0, 3.0], 1.5).n
    12
    """
    if np.ptp(check_finite(means, "means", ndim=1)) == 0:
        raise StatisticsError("the means are all {found}; different ones are needed", found=float(np.asarray(means)[0]))
    return find_size(lambda n: anova_power(n, means, sd, alpha=alpha), power, least=2)


def mean_precision(half_width: float, sd: float, *, confidence: float = 0.95, sd_known: bool = False) -> Precision:
    """The smallest sample whose interval for the mean is expected to be within -+ half_width.

    Estimand: smallest n with t sd / sqrt(n) <= half_width (z with known sd).

    Source: G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), section 8.2.

    >>> mean_precision(0.5, 2.0).n, mean_precision(0.5, 2.0, sd_known=True).n
    (64, 62)
    """
    width, spread = check_number(half_width, "half_width", above=0), check_number(sd, "sd", above=0)
    q = (1 + check_fraction(confidence)) / 2

    def half(n):
        return float(ndtri(q) if sd_known else stdtrit(n - 1, q)) * spread / math.sqrt(n)

    n = max(2 - sd_known, math.ceil((ndtri(q) * spread / width) ** 2 * (1 - 1e-12)))
    while half(n) > width:
        n += 1
    return Precision(
        estimand="mean",
        formula="mean -+ z sd / sqrt(n)" if sd_known else "mean -+ t sd / sqrt(n)",
        n=n,
        half_width=half(n),
        wanted=width,
        confidence=confidence,
        assumptions=_NORMAL,
    )


def _sds(sd):
    array = check_finite(sd, "sd")
    if not (array > 0).all():
        raise StatisticsError("sd is {found}; more than 0 is needed", found=float(array.min()))
    return array


def _check_effect(difference, alternative):
    value = check_number(difference, "difference")
    if value == 0 or (value < 0 and alternative == "greater") or (value > 0 and alternative == "less"):
        raise StatisticsError(
            "difference is {found} with the alternative {alternative!r}; one in its direction is needed",
            found=value,
            alternative=alternative,
        )


def _rejects(effect, df, alpha, alternative):
    """Probability beyond the critical value(s), normal where df is None."""
    tail = alpha / 2 if alternative == "two-sided" else alpha
    critical = -ndtri(tail) if df is None else -stdtrit(df, tail)

    def above(center):
        return ndtr(center - critical) if df is None else 1 - noncentral_t(df, center, critical)

    if alternative == "greater":
        return above(effect)[()]
    if alternative == "less":
        return above(-effect)[()]
    return (above(effect) + above(-effect))[()]

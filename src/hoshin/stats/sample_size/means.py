"""Power and sample size of tests of means: one sample or pairs, two groups, several groups; and of an interval."""

from __future__ import annotations

import numpy as np
from scipy.special import fdtri, ncfdtr, ndtr, ndtri, stdtrit

from hoshin.stats._asked import read_asked
from hoshin.stats._noncentral import noncentral_t
from hoshin.stats.errors import check_enough, check_finite, check_fraction, check_number
from hoshin.stats.sample_size._result import (
    Power,
    Precision,
    SampleSize,
    check_positives,
    check_sizes_at_least,
    check_test,
    find_size,
    second_size,
)

_NORMAL = ("observations are independent and normal",)
# A width that is met but for the last digits is met.
_JUST = 1 - 1e-12


def mean_power(
    n, difference, sd, *, alpha: float = 0.05, alternative: str = "two-sided", sd_known: bool = False
) -> Power:
    """Power of the one-sample (or paired) t test, for one case or many.

    Estimand: P(reject mean = target) when the mean lies ``difference`` from it; T is noncentral t with n - 1 degrees
    of freedom and noncentrality sqrt(n) difference / sd; with known sd the normal test.

    Parameters
    ----------
    n : int or array, observations (pairs), at least 2 (1 with known sd)
    difference : float or array, true mean less target
    sd : float or array, standard deviation; for pairs that of the differences
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"
    sd_known : bool, take the z test

    Units: difference and sd in the unit of the data; power as a probability, in the broadcast shape of n and effects.

    Assumes: Observations are independent and normal.

    Errors: Too small n, an sd that is not positive, an alpha outside 0..1.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 2.

    >>> round(mean_power(20, 1.0, 1.5).power, 4)
    0.8073
    """
    alpha = check_test(alpha, alternative)
    n = check_sizes_at_least(n, 1 if sd_known else 2)
    shift, spread = check_finite(difference, "difference"), check_positives(sd, "sd")
    power = _rejects(np.sqrt(n) * shift / spread, None if sd_known else n - 1, alpha, alternative)
    return Power(
        test=f"one-sample or paired {'z' if sd_known else 't'} test",
        formula="noncentral t, n - 1 degrees of freedom, noncentrality sqrt(n) difference / sd",
        n=n[()],
        n2=None,
        effect={"difference": shift[()], "sd": spread[()]},
        alpha=alpha,
        alternative=alternative,
        power=power,
        assumptions=_NORMAL,
    )


def mean_size(
    difference,
    sd,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    sd_known: bool = False,
    on_error: str = "raise",
) -> SampleSize:
    """The smallest sample of a one-sample (or paired) t test with the wanted power, for one characteristic or many.

    Estimand: smallest n whose power, as in ``mean_power``, is at least ``power``.

    Parameters
    ----------
    difference, sd : one number, or one per characteristic, as in ``mean_power``
    power : float between 0 and 1, the power wanted
    alpha, alternative, sd_known : as in ``mean_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: difference and sd in the unit of the data; n in observations (pairs).

    Assumes: Observations are independent and normal.

    Errors: A difference of 0 or against the alternative, an sd that is not positive, more than 10,000,000 observations.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 2.

    >>> mean_size(0.5, 1.0, power=0.8).n
    34
    >>> mean_size([0.5, 1.0], 1.0).n
    array([34., 10.])
    """
    return find_size(
        lambda n, difference, sd: mean_power(
            n, difference, sd, alpha=alpha, alternative=alternative, sd_known=sd_known
        ),
        {"difference": difference, "sd": sd},
        power,
        least=1 if sd_known else 2,
        refused=lambda difference, sd: _no_effect(difference, sd, alternative),
        on_error=on_error,
    )


def two_means_power(n1, difference, sd, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the two-sample t test with equal variances, for one case or many.

    Estimand: P(reject equal means) when the first mean exceeds the second by ``difference``; noncentral t with
    n1 + n2 - 2 degrees of freedom and noncentrality difference / (sd sqrt(1/n1 + 1/n2)).

    Parameters
    ----------
    n1, n2 : int or array, observations in each group; n2 is n1 unless given
    difference : float or array, first mean less second
    sd : float or array, standard deviation within both groups
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"

    Units: difference and sd in the unit of the data; power as a probability, in the broadcast shape of sizes and effects.

    Assumes: Observations are independent and normal; both groups have the same variance.

    Errors: Groups without observations, n1 + n2 below 3, an sd that is not positive, an alpha outside 0..1.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 2.

    >>> round(two_means_power(20, 1.0, 1.0).power, 4)
    0.869
    """
    alpha = check_test(alpha, alternative)
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    df = check_sizes_at_least(n1 + n2 - 2, 1, "n1 + n2 - 2")
    shift, spread = check_finite(difference, "difference"), check_positives(sd, "sd")
    return Power(
        test="two-sample t test, equal variances",
        formula="noncentral t, n1 + n2 - 2 degrees of freedom, noncentrality difference / (sd sqrt(1/n1 + 1/n2))",
        n=n1[()],
        n2=n2[()],
        effect={"difference": shift[()], "sd": spread[()]},
        alpha=alpha,
        alternative=alternative,
        power=_rejects(shift / (spread * np.sqrt(1 / n1 + 1 / n2)), df, alpha, alternative),
        assumptions=(*_NORMAL, "both groups have the same variance"),
    )


def two_means_size(
    difference,
    sd,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest first group of a two-sample t test with the wanted power, for one characteristic or many.

    Estimand: smallest n whose power, as in ``two_means_power`` with a second group of ceil(ratio n), is at least ``power``.

    Parameters
    ----------
    difference, sd : one number, or one per characteristic, as in ``two_means_power``
    power : float between 0 and 1, the power wanted
    ratio : float, size of the second group over the first
    alpha, alternative : as in ``two_means_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: difference and sd in the unit of the data; n, n2 and total in observations.

    Assumes: Observations are independent and normal; both groups have the same variance.

    Errors: A difference of 0 or against the alternative, an sd that is not positive, more than 10,000,000 observations.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 2.

    >>> two_means_size(0.5, 1.0).n, two_means_size(1.0, 1.0, power=0.9).n
    (64, 23)
    """
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n, difference, sd: two_means_power(
            n, difference, sd, n2=second_size(n, share), alpha=alpha, alternative=alternative
        ),
        {"difference": difference, "sd": sd},
        power,
        least=2,
        refused=lambda difference, sd: _no_effect(difference, sd, alternative),
        on_error=on_error,
    )


def anova_power(n, means, sd, *, alpha: float = 0.05) -> Power:
    """Power of the one-way analysis of variance with n in each group, for one case or many.

    Estimand: P(F > critical), F noncentral with k - 1 and k (n - 1) degrees of freedom and noncentrality
    n sum (mean_i - grand mean)^2 / sd^2.

    Parameters
    ----------
    n : int or array, observations in each group, at least 2
    means : (k,) the groups' true means, k >= 2, or (C, k) of many characteristics
    sd : float, or one per characteristic, within groups
    alpha : float between 0 and 1, level of the test

    Units: means and sd in the unit of the data; power as a probability.

    Assumes: Observations are independent and normal; all groups have the same variance.

    Errors: Fewer than two means, too small n, an sd that is not positive, an alpha outside 0..1.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 8.

    >>> round(anova_power(12, [1.0, 2.0, 3.0], 1.0).power, 4)
    0.9912
    """
    alpha = check_fraction(alpha, "alpha")
    n = check_sizes_at_least(n, 2)
    groups, within = check_finite(means, "means", ndim=(1, 2)), check_positives(sd, "sd")
    k = check_enough(groups.shape[-1], 2, "means")
    spread = ((groups - groups.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1) / within**2
    df1, df2 = k - 1, k * (n - 1)
    return Power(
        test="one-way analysis of variance",
        formula="noncentral F, k - 1 and k (n - 1) degrees of freedom, noncentrality n sum (mean_i - mean)^2 / sd^2",
        n=n[()],
        n2=None,
        effect={"means": groups, "sd": within[()], "f": np.sqrt(spread / k)[()]},
        alpha=alpha,
        alternative="two-sided",
        power=(1 - ncfdtr(df1, df2, n * spread, fdtri(df1, df2, 1 - alpha)))[()],
        assumptions=(*_NORMAL, "all groups have the same variance"),
    )


def anova_size(means, sd, *, power: float = 0.8, alpha: float = 0.05, on_error: str = "raise") -> SampleSize:
    """The smallest number in each group of a one-way analysis of variance, for one characteristic or many.

    Estimand: smallest n whose power, as in ``anova_power``, is at least ``power``.

    Parameters
    ----------
    means, sd : as in ``anova_power``; (C, k) means and one sd per characteristic for many
    power : float between 0 and 1, the power wanted
    alpha : float between 0 and 1, level of the test
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: means and sd in the unit of the data; n in observations in each group.

    Assumes: Observations are independent and normal; all groups have the same variance.

    Errors: Means that are all alike, an sd that is not positive, more than 10,000,000 observations.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 8.

    >>> anova_size([1.0, 2.0, 3.0], 1.5).n
    12
    """

    def refused(means, sd):
        alike = {"found": means[:, 0]}
        yield np.ptp(means, axis=-1) == 0, "the means are all {found}; different ones are needed", alike
        yield ~(sd > 0), "{name} is {found}; more than {bound} is needed", {"name": "sd", "found": sd, "bound": 0}

    return find_size(
        lambda n, means, sd: anova_power(n, means, sd, alpha=alpha),
        {"means": means, "sd": sd},
        power,
        least=2,
        refused=refused,
        on_error=on_error,
    )


def mean_precision(
    half_width, sd, *, confidence: float = 0.95, sd_known: bool = False, on_error: str = "raise"
) -> Precision:
    """The smallest sample whose interval for the mean is expected to be within -+ half_width, for one or many.

    Estimand: smallest n with t sd / sqrt(n) <= half_width (z with known sd).

    Parameters
    ----------
    half_width : one number above 0, or one per characteristic, half the length of the interval
    sd : one number above 0, or one per characteristic, the standard deviation expected
    confidence : float between 0 and 1, of the two-sided interval
    sd_known : bool, take the normal quantile
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: half_width and sd in the unit of the data; n in observations.

    Assumes: Observations are independent and normal.

    Errors: A half width or sd that is not positive, a confidence outside 0..1.

    Source: G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), chapter 8.

    >>> mean_precision(0.5, 2.0).n, mean_precision(0.5, 2.0, sd_known=True).n
    (64, 62)
    >>> mean_precision([0.5, 0.25], [2.0, 1.0]).n
    array([64., 64.])
    """
    q = (1 + check_fraction(confidence)) / 2
    refusals, columns = read_asked({"half_width": half_width, "sd": sd}, on_error)
    for name, column in columns.items():
        refusals.refuse_not_above(column, name)

    def half(n, spread):
        return (ndtri(q) if sd_known else stdtrit(n - 1, q)) * spread / np.sqrt(n)

    def compute(part, width, spread):
        n = np.maximum(2 - sd_known, np.ceil((ndtri(q) * spread / width) ** 2 * _JUST))
        while (short := half(n, spread) * _JUST > width).any():
            n += short
        common = {"estimand": "mean", "confidence": confidence, "assumptions": _NORMAL}
        common["formula"] = "mean -+ z sd / sqrt(n)" if sd_known else "mean -+ t sd / sqrt(n)"
        return {"n": n, "half_width": half(n, spread), "wanted": width}, common

    return refusals.result(Precision, compute, *columns.values())


def _no_effect(difference, sd, alternative):
    wrong = (
        (difference == 0)
        | ((difference < 0) & (alternative == "greater"))
        | ((difference > 0) & (alternative == "less"))
    )
    said = {"found": difference, "alternative": alternative}
    yield wrong, "difference is {found} with the alternative {alternative!r}; one in its direction is needed", said
    yield ~(sd > 0), "{name} is {found}; more than {bound} is needed", {"name": "sd", "found": sd, "bound": 0}


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

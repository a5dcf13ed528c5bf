"""Power and sample size of tests of standard deviations, one and two; and of an interval."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtr, chdtrc, chdtri, fdtr, fdtrc, fdtri

from hoshin.stats._asked import read_asked, smallest
from hoshin.stats.errors import check_fraction, check_number
from hoshin.stats.sample_size._result import (
    LARGEST,
    Power,
    Precision,
    SampleSize,
    check_positives,
    check_sizes_at_least,
    check_test,
    find_size,
    second_size,
)

_NORMAL = ("observations are independent and normal (the test is sensitive to that)",)


def sd_power(n, ratio, *, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the chi-squared test of one standard deviation, for one case or many.

    Estimand: P(reject sd0) when the true sd is ``ratio`` x sd0; (n - 1) s^2 / sd0^2 is ratio^2 chi-squared with n - 1
    degrees of freedom.

    Parameters
    ----------
    n : int or array, observations, at least 2
    ratio : float or array above 0, true standard deviation over that of the hypothesis
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"

    Units: the ratio has none; power as a probability, in the broadcast shape of n and ratio.

    Assumes: Observations are independent and normal (the test is sensitive to that).

    Errors: Too small n, a ratio that is not positive, an alpha outside 0..1.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.3.2.

    >>> round(sd_power(20, 1.5, alternative="greater").power, 4)
    0.8176
    """
    alpha = check_test(alpha, alternative)
    n, ratio = check_sizes_at_least(n, 2), check_positives(ratio, "ratio")
    df, r, tail = n - 1, ratio**2, alpha / 2 if alternative == "two-sided" else alpha
    above, below = chdtrc(df, chdtri(df, tail) / r), chdtr(df, chdtri(df, 1 - tail) / r)
    power = {"greater": above, "less": below, "two-sided": above + below}[alternative]
    return Power(
        test="one standard deviation, chi-squared test",
        formula="chi-squared, n - 1 degrees of freedom, divided by ratio^2",
        n=n[()],
        n2=None,
        effect={"ratio": ratio[()]},
        alpha=alpha,
        alternative=alternative,
        power=power[()],
        assumptions=_NORMAL,
    )


def sd_size(
    ratio, *, power: float = 0.8, alpha: float = 0.05, alternative: str = "two-sided", on_error: str = "raise"
) -> SampleSize:
    """The smallest sample of a chi-squared test of one standard deviation, for one characteristic or many.

    Estimand: smallest n whose power, as in ``sd_power``, is at least ``power``.

    Parameters
    ----------
    ratio : one number above 0, or one per characteristic, true standard deviation over that of the hypothesis
    power : float between 0 and 1, the power wanted
    alpha, alternative : as in ``sd_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: the ratio has none; n in observations.

    Assumes: Observations are independent and normal (the test is sensitive to that).

    Errors: A ratio of 1, not positive or on the other side of the alternative, more than 10,000,000 observations.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.3.2.

    >>> sd_size(1.55 ** 0.5, power=0.99, alternative="greater").n
    171
    """
    return find_size(
        lambda n, ratio: sd_power(n, ratio, alpha=alpha, alternative=alternative),
        {"ratio": ratio},
        power,
        least=2,
        refused=lambda ratio: _no_effect(ratio, alternative),
        on_error=on_error,
    )


def two_sds_power(n1, ratio, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided") -> Power:
    """Power of the F test of two standard deviations, for one case or many.

    Estimand: P(reject equality) when the first sd is ``ratio`` x the second; s1^2 / s2^2 is ratio^2 F with n1 - 1 and
    n2 - 1 degrees of freedom.

    Parameters
    ----------
    n1, n2 : int or array, observations in each group, at least 2; n2 is n1 unless given
    ratio : float or array above 0, first standard deviation over the second
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"

    Units: the ratio has none; power as a probability, in the broadcast shape of sizes and ratio.

    Assumes: Observations are independent and normal (the test is sensitive to that).

    Errors: Too small groups, a ratio that is not positive, an alpha outside 0..1.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 2.

    >>> round(two_sds_power(20, 2.0).power, 4)
    0.8375
    """
    alpha = check_test(alpha, alternative)
    n1, ratio = check_sizes_at_least(n1, 2, "n1"), check_positives(ratio, "ratio")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 2, "n2")
    a, b, r, tail = n1 - 1, n2 - 1, ratio**2, alpha / 2 if alternative == "two-sided" else alpha
    above, below = fdtrc(a, b, fdtri(a, b, 1 - tail) / r), fdtr(a, b, fdtri(a, b, tail) / r)
    power = {"greater": above, "less": below, "two-sided": above + below}[alternative]
    return Power(
        test="two standard deviations, F test",
        formula="F, n1 - 1 and n2 - 1 degrees of freedom, divided by ratio^2",
        n=n1[()],
        n2=n2[()],
        effect={"ratio": ratio[()]},
        alpha=alpha,
        alternative=alternative,
        power=power[()],
        assumptions=_NORMAL,
    )


def two_sds_size(
    ratio,
    *,
    power: float = 0.8,
    sizes: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest first group of an F test of two standard deviations, for one characteristic or many.

    Estimand: smallest n whose power, as in ``two_sds_power`` with a second group of ceil(sizes x n), is at least ``power``.

    Parameters
    ----------
    ratio : one number above 0, or one per characteristic, first standard deviation over the second
    power : float between 0 and 1, the power wanted
    sizes : float, size of the second group over the first
    alpha, alternative : as in ``two_sds_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: the ratio has none; n, n2 and total in observations.

    Assumes: Observations are independent and normal (the test is sensitive to that).

    Errors: A ratio of 1, not positive or on the other side of the alternative, more than 10,000,000 observations.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 2.

    >>> two_sds_size(2.0).n
    19
    """
    share = check_number(sizes, "sizes", above=0)
    return find_size(
        lambda n, ratio: two_sds_power(n, ratio, n2=second_size(n, share, 2), alpha=alpha, alternative=alternative),
        {"ratio": ratio},
        power,
        least=2,
        refused=lambda ratio: _no_effect(ratio, alternative),
        on_error=on_error,
    )


def sd_precision(relative, *, confidence: float = 0.95, on_error: str = "raise") -> Precision:
    """The smallest sample whose upper limit for the standard deviation is within (1 + relative) of the estimate.

    Estimand: smallest n with sqrt((n - 1) / chi2 lower quantile) <= 1 + relative, the interval two-sided; for one
    characteristic or many.

    Parameters
    ----------
    relative : one number above 0, or one per characteristic, how far the upper limit may lie above the estimate, as a
        share of it
    confidence : float between 0 and 1, of the two-sided interval
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: relative as a share; n in observations.

    Assumes: Observations are independent and normal (the interval is sensitive to that).

    Errors: A relative width that is not positive, a confidence outside 0..1, more than 10,000,000 observations.

    Source: G. J. Hahn, W. Q. Meeker, Statistical Intervals (1991), chapter 8.

    >>> sd_precision(0.2).n
    70
    >>> sd_precision([0.2, 0.1]).n
    array([ 70., 234.])
    """
    tail = (1 - check_fraction(confidence)) / 2
    refusals, columns = read_asked({"relative": relative}, on_error)
    refusals.refuse_not_above(columns["relative"], "relative")

    def excess(n):
        return np.sqrt((n - 1) / chdtri(n - 1, 1 - tail)) - 1

    def compute(part, wanted):
        n = smallest(lambda n, rows: excess(n) <= wanted[rows], np.full(wanted.size, 2), LARGEST)
        words = "relative is {found}; more than {most} items would be needed"
        part.refuse(np.isnan(n), words, found=wanted, most=LARGEST)
        common = {"estimand": "standard deviation", "confidence": confidence, "assumptions": _NORMAL}
        common["formula"] = "s sqrt((n - 1) / chi-squared quantile)"
        return {"n": n, "half_width": excess(n), "wanted": wanted}, common

    return refusals.result(Precision, compute, *columns.values())


def _no_effect(ratio, alternative):
    wrong = (
        ~(ratio > 0)
        | (ratio == 1)
        | ((ratio < 1) & (alternative == "greater"))
        | ((ratio > 1) & (alternative == "less"))
    )
    said = {"found": ratio, "alternative": alternative}
    yield wrong, "ratio is {found} with the alternative {alternative!r}; one in its direction is needed", said

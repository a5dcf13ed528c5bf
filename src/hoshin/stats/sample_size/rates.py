"""Power and sample size of tests of Poisson rates, one and two."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, pdtr, pdtrc

from hoshin.stats.errors import check_choice, check_number
from hoshin.stats.sample_size._result import (
    Power,
    SampleSize,
    check_positives,
    check_sizes_at_least,
    check_test,
    find_size,
    refused_pairs,
    second_size,
)

_POISSON = ("counts are Poisson: events are independent and their rate is constant",)


def rate_power(
    exposure, rate, rate0, *, alpha: float = 0.05, alternative: str = "two-sided", method: str = "exact"
) -> Power:
    """Power of the test of one rate against rate0, for one case or many.

    Estimand: P(reject rate0) when events occur at ``rate`` per unit of exposure. "exact": Poisson test, each tail at most
    alpha / 2 (alpha one-sided); "normal": Phi((|rate - rate0| t - z sqrt(rate0 t)) / sqrt(rate t)), t the exposure.

    Parameters
    ----------
    exposure : float or array, items, hours or any other unit the rates are counted by
    rate, rate0 : float or array above 0, the true rate and that of the hypothesis
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"
    method : "exact" or "normal"

    Units: rates in events per unit of exposure; power as a probability, in the broadcast shape of exposure and rates.

    Assumes: Counts are Poisson: events are independent and their rate is constant.

    Errors: A negative exposure, rates that are not positive, an alpha outside 0..1.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 12.

    >>> round(rate_power(40, 0.6, 0.3, alternative="greater").power, 4)
    0.8717
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("exact", "normal"), "method")
    t = check_sizes_at_least(exposure, 0, "exposure")
    rate, rate0 = check_positives(rate, "rate"), check_positives(rate0, "rate0")
    tail = alpha / 2 if alternative == "two-sided" else alpha
    if method == "exact":
        above, below = _exact(t, rate, rate0, tail)
    else:
        null, real = -ndtri(tail) * np.sqrt(rate0 * t), np.sqrt(rate * t)
        above, below = ndtr(((rate - rate0) * t - null) / real), ndtr(((rate0 - rate) * t - null) / real)
    power = {"greater": above, "less": below, "two-sided": above + below}[alternative]
    return Power(
        test=f"one Poisson rate, {method}",
        formula="Poisson probability of the rejection region" if method == "exact" else "normal",
        n=t[()],
        n2=None,
        effect={"rate": rate[()], "rate0": rate0[()]},
        alpha=alpha,
        alternative=alternative,
        power=np.asarray(power)[()],
        assumptions=_POISSON,
    )


def rate_size(
    rate,
    rate0,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "exact",
    jagged: str = "lasting",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest whole exposure of a test of one rate with the wanted power, for one characteristic or many.

    Estimand: smallest exposure whose power, as in ``rate_power``, is at least ``power``; exact power goes up and down.

    Parameters
    ----------
    rate, rate0 : one number above 0, or one per characteristic, as in ``rate_power``
    power : float between 0 and 1, the power wanted
    alpha, alternative, method : as in ``rate_power``
    jagged : "lasting" or "smallest", for the exact method, as in ``proportion_size``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: rates in events per unit of exposure; n in whole units of exposure.

    Assumes: Counts are Poisson: events are independent and their rate is constant.

    Errors: Rates that are equal or on the other side of the alternative, an exposure above 1,000,000 (10,000,000).

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 12.

    >>> rate_size(0.6, 0.3, alternative="greater", method="normal").n
    27
    """
    return find_size(
        lambda n, rate, rate0: rate_power(n, rate, rate0, alpha=alpha, alternative=alternative, method=method),
        {"rate": rate, "rate0": rate0},
        power,
        least=1,
        refused=lambda **rates: refused_pairs(rates, alternative),
        jagged=jagged if method == "exact" else None,
        on_error=on_error,
    )


def two_rates_power(
    exposure1, rate1, rate2, *, exposure2=None, alpha: float = 0.05, alternative: str = "two-sided"
) -> Power:
    """Power of the comparison of two Poisson rates on the square root scale, for one case or many.

    Estimand: Phi(|d| - z), d = 2 (sqrt(rate1) - sqrt(rate2)) / sqrt(1/t1 + 1/t2), t1 and t2 the exposures, the far tail
    neglected.

    Parameters
    ----------
    exposure1, exposure2 : float or array, exposure of each group; exposure2 is exposure1 unless given
    rate1, rate2 : float or array above 0, the true rates
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"

    Units: rates in events per unit of exposure; power as a probability, in the broadcast shape of exposures and rates.

    Assumes: Counts are Poisson: events are independent and their rate is constant; counts of some size.

    Errors: Exposures or rates that are not positive, an alpha outside 0..1.

    Source: M. D. Huffman, Applied Statistics 33 (1984), 224-226; K. Gu and others, Biometrical Journal 50 (2008), 283-298.

    >>> round(two_rates_power(100, 0.3, 0.15).power, 4)
    0.6213
    """
    alpha = check_test(alpha, alternative)
    t1 = check_sizes_at_least(exposure1, 1e-12, "exposure1")
    t2 = t1 if exposure2 is None else check_sizes_at_least(exposure2, 1e-12, "exposure2")
    a, b = check_positives(rate1, "rate1"), check_positives(rate2, "rate2")
    z = -ndtri(alpha / 2 if alternative == "two-sided" else alpha)
    effect = 2 * (np.sqrt(a) - np.sqrt(b)) / np.sqrt(1 / t1 + 1 / t2)
    gap = {"two-sided": np.abs(effect), "greater": effect, "less": -effect}[alternative]
    return Power(
        test="two Poisson rates",
        formula="normal on the scale 2 sqrt(rate)",
        n=t1[()],
        n2=t2[()],
        effect={"rate1": a[()], "rate2": b[()]},
        alpha=alpha,
        alternative=alternative,
        power=ndtr(gap - z)[()],
        assumptions=_POISSON,
    )


def two_rates_size(
    rate1,
    rate2,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest whole exposure of the first group, for one characteristic or many.

    Estimand: smallest exposure whose power, as in ``two_rates_power`` with ceil(ratio x exposure) of the second group, is
    at least ``power``.

    Parameters
    ----------
    rate1, rate2 : one number above 0, or one per characteristic, the true rates
    power : float between 0 and 1, the power wanted
    ratio : float, exposure of the second group over the first
    alpha, alternative : as in ``two_rates_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: rates in events per unit of exposure; n, n2 and total in whole units of exposure.

    Assumes: Counts are Poisson: events are independent and their rate is constant; counts of some size.

    Errors: Rates that are equal or on the other side of the alternative, an exposure above 10,000,000.

    Source: K. Gu and others, Biometrical Journal 50 (2008), 283-298.

    >>> two_rates_size(0.3, 0.15).n
    153
    """
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n, rate1, rate2: two_rates_power(
            n, rate1, rate2, exposure2=second_size(n, share), alpha=alpha, alternative=alternative
        ),
        {"rate1": rate1, "rate2": rate2},
        power,
        least=1,
        refused=lambda **rates: refused_pairs(rates, alternative),
        on_error=on_error,
    )


def _exact(t, rate, rate0, tail):
    """Probability above and below the critical counts of tests whose tails hold at most ``tail``."""
    mean0, mean = np.broadcast_arrays(rate0 * t, rate * t)
    top = np.ceil(mean0 + 12 * np.sqrt(mean0 + 1) + 30)
    low, high = np.full(mean0.shape, -1.0), top
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        small = pdtrc(np.maximum(middle, 0), mean0) <= tail
        low, high = np.where(small, low, middle), np.where(small, middle, high)
    above = pdtrc(high, mean)
    low, high = np.full(mean0.shape, -1.0), top
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        small = pdtr(np.maximum(middle, 0), mean0) <= tail
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    below = np.where(low >= 0, pdtr(np.maximum(low, 0), mean), 0.0)
    return above, below

"""Power and sample size of tests of Poisson rates, one and two."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, pdtr, pdtrc

from hoshin.stats.errors import StatisticsError, check_choice, check_number
from hoshin.stats.sample_size._result import Power, SampleSize, check_sizes_at_least, check_test, find_size

_POISSON = ("counts are Poisson: events are independent and their rate is constant",)


def rate_power(
    exposure, rate: float, rate0: float, *, alpha: float = 0.05, alternative: str = "two-sided", method: str = "exact"
) -> Power:
    """Power of the test of one rate against rate0, for one exposure or many.

    Estimand: P(reject rate0) when events occur at ``rate`` per unit of exposure (items, hours). "exact": Poisson test,
    each tail at most alpha / 2 (alpha one-sided); "normal": z test with the standard error under rate0.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition, chapter 12.

    >>> round(rate_power(40, 0.6, 0.3, alternative="greater").power, 4)
    0.8717
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("exact", "normal"), "method")
    t = check_sizes_at_least(exposure, 0, "exposure")
    rate, rate0 = check_number(rate, "rate", above=0), check_number(rate0, "rate0", above=0)
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
        effect={"rate": rate, "rate0": rate0},
        alpha=alpha,
        alternative=alternative,
        power=np.asarray(power)[()],
        assumptions=_POISSON,
    )


def rate_size(
    rate: float,
    rate0: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "exact",
    jagged: str = "lasting",
) -> SampleSize:
    """The smallest whole exposure of a test of one rate with the wanted power; ``jagged`` as in ``proportion_size``.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, chapter 12.

    >>> rate_size(0.6, 0.3, alternative="greater", method="normal").n
    27
    """
    _check_direction(rate, rate0, alternative, ("rate", "rate0"))
    return find_size(
        lambda n: rate_power(n, rate, rate0, alpha=alpha, alternative=alternative, method=method),
        power,
        least=1,
        jagged=jagged if method == "exact" else None,
    )


def two_rates_power(
    exposure1, rate1: float, rate2: float, *, exposure2=None, alpha: float = 0.05, alternative: str = "two-sided"
) -> Power:
    """Power of the comparison of two Poisson rates on the square root scale, for one exposure or many.

    Estimand: P(reject equal rates); z = 2 (sqrt(rate1) - sqrt(rate2)) / sqrt(1/t1 + 1/t2), the far tail neglected.

    Source: M. D. Huffman, Applied Statistics 33 (1984), 224-226; K. Gu and others, Biometrical Journal 50 (2008), 283-298.

    >>> round(two_rates_power(100, 0.3, 0.15).power, 4)
    0.6213
    """
    alpha = check_test(alpha, alternative)
    t1 = check_sizes_at_least(exposure1, 1e-12, "exposure1")
    t2 = t1 if exposure2 is None else check_sizes_at_least(exposure2, 1e-12, "exposure2")
    a, b = check_number(rate1, "rate1", above=0), check_number(rate2, "rate2", above=0)
    z = -ndtri(alpha / 2 if alternative == "two-sided" else alpha)
    effect = 2 * (np.sqrt(a) - np.sqrt(b)) / np.sqrt(1 / t1 + 1 / t2)
    gap = {"two-sided": np.abs(effect), "greater": effect, "less": -effect}[alternative]
    return Power(
        test="two Poisson rates",
        formula="normal on the scale 2 sqrt(rate)",
        n=t1[()],
        n2=t2[()],
        effect={"rate1": a, "rate2": b},
        alpha=alpha,
        alternative=alternative,
        power=ndtr(gap - z)[()],
        assumptions=_POISSON,
    )


def two_rates_size(
    rate1: float,
    rate2: float,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
) -> SampleSize:
    """The smallest whole exposure of the first group; the second has ceil(ratio x exposure).

    Source: K. Gu and others, Biometrical Journal 50 (2008), 283-298.

    >>> two_rates_size(0.3, 0.15).n
    153
    """
    _check_direction(rate1, rate2, alternative, ("rate1", "rate2"))
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n: two_rates_power(
            n, rate1, rate2, exposure2=np.maximum(1, np.ceil(share * n)), alpha=alpha, alternative=alternative
        ),
        power,
        least=1,
    )


def _check_direction(a, b, alternative, names):
    a, b = check_number(a, names[0], above=0), check_number(b, names[1], above=0)
    if a == b or (a < b and alternative == "greater") or (a > b and alternative == "less"):
        raise StatisticsError(
            "{first} is {a} and {second} {b} with the alternative {alternative!r}; a difference in its direction is needed",
            first=names[0],
            second=names[1],
            a=a,
            b=b,
            alternative=alternative,
        )


def _exact(t, rate, rate0, tail):
    """Probability above and below the critical counts of tests whose tails hold at most ``tail``."""
    mean0, mean = rate0 * t, rate * t
    top = np.ceil(mean0 + 12 * np.sqrt(mean0 + 1) + 30)
    low, high = np.full(t.shape, -1.0), top
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        small = pdtrc(np.maximum(middle, 0), mean0) <= tail
        low, high = np.where(small, low, middle), np.where(small, middle, high)
    above = pdtrc(high, mean)
    low, high = np.full(t.shape, -1.0), top
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        small = pdtr(np.maximum(middle, 0), mean0) <= tail
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    below = np.where(low >= 0, pdtr(np.maximum(low, 0), mean), 0.0)
    return above, below

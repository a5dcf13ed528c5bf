"""Power and sample size of tests of proportions, one and two; and of an interval."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, ndtr, ndtri

from hoshin.stats._asked import read_asked
from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number
from hoshin.stats.sample_size._result import (
    Power,
    Precision,
    SampleSize,
    check_fractions,
    check_sizes_at_least,
    check_test,
    find_size,
    refused_pairs,
    second_size,
)

_BINOMIAL = ("items are independent, with a constant probability",)


def proportion_power(n, p, p0, *, alpha: float = 0.05, alternative: str = "two-sided", method: str = "exact") -> Power:
    """Power of the test of one proportion against p0, for one case or many.

    Estimand: P(reject p0) when the proportion is p. "exact": binomial test, each tail at most alpha / 2 (alpha
    one-sided). "normal": Phi((|p - p0| - z sqrt(p0 (1 - p0) / n)) / sqrt(p (1 - p) / n)), both tails if two-sided.

    Parameters
    ----------
    n : int or array, items
    p, p0 : float or array between 0 and 1, the true proportion and that of the hypothesis
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"
    method : "exact" or "normal"

    Units: proportions and power as shares (0 to 1), in the broadcast shape of n and proportions.

    Assumes: Items are independent, with a constant probability.

    Errors: n below 1 (or not whole, if exact), proportions or alpha outside 0..1.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 2.

    >>> round(proportion_power(50, 0.2, 0.1, alternative="greater").power, 4)
    0.5563
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("exact", "normal"), "method")
    n = check_sizes_at_least(n, 1)
    p, p0 = check_fractions(p, "p"), check_fractions(p0, "p0")
    power = _exact(n, p, p0, alpha, alternative) if method == "exact" else _score(n, p, p0, alpha, alternative)
    return Power(
        test=f"one proportion, {method}",
        formula="binomial probability of the rejection region"
        if method == "exact"
        else "normal, error under p0 and under p",
        n=n[()],
        n2=None,
        effect={"p": p[()], "p0": p0[()]},
        alpha=alpha,
        alternative=alternative,
        power=power,
        assumptions=_BINOMIAL,
    )


def proportion_size(
    p,
    p0,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "exact",
    jagged: str = "lasting",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest sample of a test of one proportion with the wanted power, for one characteristic or many.

    Estimand: smallest n whose power, as in ``proportion_power``, is at least ``power``. Exact power goes up and down with
    n: "lasting" takes the size after which no size up to twice as large falls short, "smallest" the first that suffices.

    Parameters
    ----------
    p, p0 : one number between 0 and 1, or one per characteristic, as in ``proportion_power``
    power : float between 0 and 1, the power wanted
    alpha, alternative, method : as in ``proportion_power``
    jagged : "lasting" or "smallest", for the exact method
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: proportions as shares (0 to 1); n in items.

    Assumes: Items are independent, with a constant probability.

    Errors: p equal to p0 or on the other side of the alternative, more than 1,000,000 items (10,000,000 if normal).

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 2.

    >>> proportion_size(0.2, 0.1, alternative="greater").n, proportion_size(0.2, 0.1, method="normal").n
    (89, 86)
    """
    return find_size(
        lambda n, p, p0: proportion_power(n, p, p0, alpha=alpha, alternative=alternative, method=method),
        {"p": p, "p0": p0},
        power,
        least=1,
        refused=lambda **shares: refused_pairs(shares, alternative, below=1.0),
        jagged=jagged if method == "exact" else None,
        on_error=on_error,
    )


def two_proportions_power(
    n1, p1, p2, *, n2=None, alpha: float = 0.05, alternative: str = "two-sided", method: str = "normal"
) -> Power:
    """Power of the comparison of two proportions, for one case or many.

    Estimand: "normal": Phi((|p1 - p2| - z s0) / s1), s0 the pooled standard error of the hypothesis, s1 the unpooled one
    under p1, p2, the far tail neglected; "arcsine": Phi(|h| / sqrt(1/n1 + 1/n2) - z), h = 2 arcsin sqrt(p1) -
    2 arcsin sqrt(p2) (Cohen's h).

    Parameters
    ----------
    n1, n2 : int or array, items in each group; n2 is n1 unless given
    p1, p2 : float or array between 0 and 1, the true proportions
    alpha : float between 0 and 1, level of the test
    alternative : "two-sided", "greater" or "less"
    method : "normal" or "arcsine"

    Units: proportions and power as shares (0 to 1), in the broadcast shape of sizes and proportions.

    Assumes: Items are independent, with a constant probability in each group; no continuity correction.

    Errors: Groups without items, proportions or alpha outside 0..1.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 4;
    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition (1988), chapter 6.

    >>> round(two_proportions_power(50, 0.5, 0.75).power, 4)
    0.7402
    """
    alpha = check_test(alpha, alternative)
    check_choice(method, ("normal", "arcsine"), "method")
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    p1, p2 = check_fractions(p1, "p1"), check_fractions(p2, "p2")
    z = -ndtri(alpha / 2 if alternative == "two-sided" else alpha)
    return Power(
        test=f"two proportions, {method}",
        formula="normal" if method == "normal" else "normal on the scale 2 arcsin sqrt(p)",
        n=n1[()],
        n2=n2[()],
        effect={"p1": p1[()], "p2": p2[()]},
        alpha=alpha,
        alternative=alternative,
        power=(_arcsine if method == "arcsine" else _pooled)(n1, n2, p1, p2, z, alternative)[()],
        assumptions=_BINOMIAL,
    )


def two_proportions_size(
    p1,
    p2,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    method: str = "normal",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest first group of a comparison of two proportions, for one characteristic or many.

    Estimand: smallest n whose power, as in ``two_proportions_power`` with a second group of ceil(ratio n), is at least
    ``power``.

    Parameters
    ----------
    p1, p2 : one number between 0 and 1, or one per characteristic, the true proportions
    power : float between 0 and 1, the power wanted
    ratio : float, size of the second group over the first
    alpha, alternative, method : as in ``two_proportions_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: proportions as shares (0 to 1); n, n2 and total in items.

    Assumes: Items are independent, with a constant probability in each group; no continuity correction.

    Errors: Proportions that are equal or on the other side of the alternative, more than 10,000,000 items.

    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 4.

    >>> two_proportions_size(0.5, 0.75, power=0.9).n
    77
    """
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n, p1, p2: two_proportions_power(
            n, p1, p2, n2=second_size(n, share), alpha=alpha, alternative=alternative, method=method
        ),
        {"p1": p1, "p2": p2},
        power,
        least=1,
        refused=lambda **shares: refused_pairs(shares, alternative, below=1.0),
        on_error=on_error,
    )


def proportion_precision(
    half_width, p=0.5, *, confidence: float = 0.95, population=None, on_error: str = "raise"
) -> Precision:
    """The smallest sample whose interval for a proportion near p is within -+ half_width, for one or many.

    Estimand: n0 = z^2 p (1 - p) / half_width^2; from a population of N, n0 / (1 + (n0 - 1) / N).

    Parameters
    ----------
    half_width : one number between 0 and 1, or one per characteristic, half the length of the interval
    p : one number between 0 and 1, or one per characteristic, the proportion expected; 0.5 needs the most
    confidence : float between 0 and 1, of the two-sided interval
    population : int, items, or one per characteristic (NaN where it is large); with it the finite population correction
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: shares (0 to 1); n in items.

    Assumes: Items are independent, with a constant probability; the sample is large enough for the normal interval.

    Errors: Shares outside 0..1, a population below 1.

    Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977), chapter 4.

    >>> proportion_precision(0.05).n, proportion_precision(0.05, population=1000).n
    (385, 278)
    >>> proportion_precision([0.05, 0.02], population=[1000, np.nan]).n
    array([ 278., 2401.])
    """
    z = ndtri((1 + check_fraction(confidence)) / 2)
    asked = {"half_width": half_width, "p": p, "population": population}
    refusals, columns = read_asked(asked, on_error, optional=("population",))
    for name in ("half_width", "p"):
        refusals.refuse_no_fraction(columns[name], name)
    refusals.refuse_not_whole(columns["population"], "population", 1)

    def compute(part, width, p, size):
        n0 = z * z * p * (1 - p) / width**2
        large = np.isnan(size)
        n = np.ceil(np.where(large, n0, n0 / (1 + (n0 - 1) / size)) * (1 - 1e-12))
        rest = np.where(large | (size == 1), 1.0, np.maximum(0.0, (size - n) / np.maximum(size - 1, 1)))
        common = {"estimand": "proportion", "confidence": confidence, "assumptions": _BINOMIAL}
        common["formula"] = "p -+ z sqrt(p (1 - p) / n), with the finite population correction where one is given"
        return {"n": n, "half_width": z * np.sqrt(p * (1 - p) / n * rest), "wanted": width}, common

    return refusals.result(Precision, compute, *columns.values())


def _pooled(n1, n2, p1, p2, z, alternative):
    mean = (n1 * p1 + n2 * p2) / (n1 + n2)
    null = np.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n2))
    real = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return ndtr((_gap(p1 - p2, alternative) - z * null) / real)


def _arcsine(n1, n2, p1, p2, z, alternative):
    h = 2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p2))
    return ndtr(_gap(h, alternative) / np.sqrt(1 / n1 + 1 / n2) - z)


def _gap(difference, alternative):
    """How far the effect lies in the direction of the alternative."""
    return {"two-sided": np.abs(difference), "greater": difference, "less": -difference}[alternative]


def _exact(n, p, p0, alpha, alternative):
    """Power of the binomial test whose tails hold at most their share of alpha."""
    n, p, p0 = np.broadcast_arrays(n, p, p0)
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

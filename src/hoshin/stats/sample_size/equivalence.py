"""Power and sample size of equivalence: two one-sided tests of means and of proportions."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtrit

from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_fraction, check_number
from hoshin.stats.sample_size._result import (
    Power,
    SampleSize,
    check_fractions,
    check_positives,
    check_sizes_at_least,
    find_size,
    first_of,
    second_size,
)

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_DESIGNS = ("one", "two")


def equivalence_power(n, difference, sd, margin, *, lower=None, alpha: float = 0.05, design: str = "two") -> Power:
    """Power to show that a difference of means lies within -+ margin (or lower to margin), for one case or many.

    Estimand: P(both one-sided t tests reject) when the true difference is ``difference``: the integral over the
    distribution of s of P(lower + t s se < estimate < margin - t s se), exact (Owen's Q).

    Parameters
    ----------
    n : int or array, observations in each group ("two"), or of the one sample or pairs ("one")
    difference : float or array, true difference of the means
    sd : float or array, standard deviation within the groups; for pairs that of the differences
    margin, lower : float or array, equivalence limits; lower is -margin unless given
    alpha : float between 0 and 1, of each one-sided test (0.05 belongs to a 90 % interval)
    design : "two" groups, or "one" sample or pairs

    Units: difference, sd and limits in the unit of the data; power as a probability.

    Assumes: Observations are independent and normal; groups have the same variance.

    Errors: Limits in the wrong order, an sd that is not positive, too small n.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680; D. B. Owen,
    Biometrika 52 (1965), 437-446.

    >>> round(equivalence_power(20, 0.0, 1.0, 1.0).power, 4)
    0.8558
    """
    check_choice(design, _DESIGNS, "design")
    alpha = check_fraction(alpha, "alpha")
    n, spread = check_sizes_at_least(n, 2), check_positives(sd, "sd")
    low, high = _limits(margin, lower)
    shift = check_finite(difference, "difference")
    groups = 2 if design == "two" else 1
    df, se = groups * (n - 1), spread * np.sqrt(groups / n)
    return Power(
        test=f"equivalence of means, two one-sided t tests, {design} sample{'s' if groups == 2 else ''}",
        formula="integral over s of the normal probability between the limits moved in by t s",
        n=n[()],
        n2=n[()] if groups == 2 else None,
        effect={"difference": shift[()], "sd": spread[()], "lower": low[()], "upper": high[()]},
        alpha=alpha,
        alternative="two-sided",
        power=_owen(df, (low - shift) / se, (high - shift) / se, -stdtrit(df, alpha)),
        assumptions=("observations are independent and normal", "groups have the same variance"),
    )


def equivalence_size(
    difference,
    sd,
    margin,
    *,
    lower=None,
    power: float = 0.8,
    alpha: float = 0.05,
    design: str = "two",
    on_error: str = "raise",
) -> SampleSize:
    """The smallest sample (in each group) that shows equivalence of means, for one characteristic or many.

    Estimand: smallest n whose power, as in ``equivalence_power``, is at least ``power``.

    Parameters
    ----------
    difference, sd, margin, lower : one number, or one per characteristic, as in ``equivalence_power``
    power : float between 0 and 1, the power wanted
    alpha, design : as in ``equivalence_power``
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: difference, sd and limits in the unit of the data; n, n2 and total in observations.

    Assumes: Observations are independent and normal; groups have the same variance.

    Errors: A difference that is not inside the limits, an sd that is not positive, more than 10,000,000 observations.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> equivalence_size(0.0, 1.0, 1.0).n
    18
    """

    def refused(difference, sd, margin, lower=None):
        low = -margin if lower is None else lower
        said = {"found": difference, "low": low, "high": margin}
        wrong = ~((low < difference) & (difference < margin))
        yield wrong, "difference is {found}; one inside the limits {low} to {high} is needed", said
        yield ~(sd > 0), "{name} is {found}; more than {bound} is needed", {"name": "sd", "found": sd, "bound": 0}

    return find_size(
        lambda n, **effects: equivalence_power(n, alpha=alpha, design=design, **effects),
        {"difference": difference, "sd": sd, "margin": margin} | ({} if lower is None else {"lower": lower}),
        power,
        least=2,
        refused=refused,
        on_error=on_error,
    )


def equivalent_proportions_power(n1, p1, p2, margin, *, n2=None, alpha: float = 0.05) -> Power:
    """Power to show that two proportions differ by less than margin, for one case or many.

    Estimand: Phi((margin - d)/se - z) + Phi((margin + d)/se - z) - 1, d = p1 - p2, se unpooled, not below 0.

    Parameters
    ----------
    n1, n2 : int or array, items in each group; n2 is n1 unless given
    p1, p2 : float or array between 0 and 1, the true proportions
    margin : float or array above 0, the largest difference that still counts as none
    alpha : float between 0 and 1, of each one-sided test

    Units: proportions, margin and power as shares (0 to 1), in the broadcast shape of sizes and proportions.

    Assumes: Items are independent, with constant probabilities; both samples are large.

    Errors: Groups without items, proportions or alpha outside 0..1, a margin that is not positive.

    Source: S. C. Chow, J. Shao, H. Wang, Sample Size Calculations in Clinical Research, 2nd edition (2008), chapter 4.

    >>> round(equivalent_proportions_power(300, 0.8, 0.8, 0.1).power, 4)
    0.8435
    """
    alpha, gap = check_fraction(alpha, "alpha"), check_positives(margin, "margin")
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    p1, p2 = check_fractions(p1, "p1"), check_fractions(p2, "p2")
    se, z = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2), -ndtri(alpha)
    power = np.maximum(0, ndtr((gap - (p1 - p2)) / se - z) + ndtr((gap + (p1 - p2)) / se - z) - 1)
    return Power(
        test="equivalence of two proportions, two one-sided z tests",
        formula="Phi((margin - d)/se - z) + Phi((margin + d)/se - z) - 1",
        n=n1[()],
        n2=n2[()],
        effect={"p1": p1[()], "p2": p2[()], "margin": gap[()]},
        alpha=alpha,
        alternative="two-sided",
        power=power[()],
        assumptions=("items are independent, with constant probabilities", "both samples are large"),
    )


def equivalent_proportions_size(
    p1, p2, margin, *, power: float = 0.8, ratio: float = 1.0, alpha: float = 0.05, on_error: str = "raise"
) -> SampleSize:
    """The smallest first group that shows two proportions equivalent, for one characteristic or many.

    Estimand: smallest n whose power, as in ``equivalent_proportions_power`` with a second group of ceil(ratio n), is at
    least ``power``.

    Parameters
    ----------
    p1, p2, margin : one number, or one per characteristic, as in ``equivalent_proportions_power``
    power : float between 0 and 1, the power wanted
    ratio : float, size of the second group over the first
    alpha : float between 0 and 1, of each one-sided test
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: proportions and margin as shares (0 to 1); n, n2 and total in items.

    Assumes: Items are independent, with constant probabilities; both samples are large.

    Errors: Proportions that differ by the margin or more, shares outside 0..1, more than 10,000,000 items.

    Source: S. C. Chow, J. Shao, H. Wang, Sample Size Calculations in Clinical Research, 2nd edition (2008), chapter 4.

    >>> equivalent_proportions_size(0.8, 0.8, 0.1).n
    275
    """

    def refused(p1, p2, margin):
        for name, value in (("p1", p1), ("p2", p2)):
            said = {"name": name, "found": value}
            yield ~((value > 0) & (value < 1)), "{name} is {found}; a number between 0 and 1 is needed", said
        said = {"a": p1, "b": p2, "m": margin}
        wrong = ~(np.abs(p1 - p2) < margin)
        yield wrong, "p1 is {a} and p2 {b}; they must differ by less than the margin {m}", said

    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n, **effects: equivalent_proportions_power(n, n2=second_size(n, share), alpha=alpha, **effects),
        {"p1": p1, "p2": p2, "margin": margin},
        power,
        least=1,
        refused=refused,
        on_error=on_error,
    )


def _limits(margin, lower):
    high = check_finite(margin, "margin")
    low = -high if lower is None else check_finite(lower, "lower")
    wrong = ~(low < high)
    if wrong.any():
        found = [first_of(np.broadcast_to(x, wrong.shape), wrong) for x in (low, high)]
        raise StatisticsError(
            "the limits are {low} and {high}; the lower one must be below", low=found[0], high=found[1]
        )
    return low, high


def _owen(df, low, high, t):
    """Integral over w = s / sigma of P(low + t w < Z < high - t w); w reaches where both limits meet."""
    df, low, high, t = (np.asarray(v, dtype=float)[..., None] for v in np.broadcast_arrays(df, low, high, t))
    reach = 10 / np.sqrt(2 * df)
    start = np.maximum(0.0, 1 - reach)
    end = np.maximum(start, np.minimum((high - low) / (2 * t), 1 + reach + 4 * (df < 5)))
    w = start + (end - start) * (_NODES + 1) / 2
    with np.errstate(divide="ignore"):
        log = math.log(2) + df / 2 * np.log(df / 2) - gammaln(df / 2) + (df - 1) * np.log(w) - df * w * w / 2
    inside = np.maximum(0.0, ndtr(high - t * w) - ndtr(low + t * w))
    return ((np.exp(log) * inside * _WEIGHTS).sum(axis=-1) * ((end - start) / 2)[..., 0])[()]

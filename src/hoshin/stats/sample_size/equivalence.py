"""Power and sample size of equivalence: two one-sided tests of means and of proportions."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtrit

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number
from hoshin.stats.sample_size._result import Power, SampleSize, check_sizes_at_least, find_size

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_DESIGNS = ("one", "two")


def equivalence_power(
    n,
    difference: float,
    sd: float,
    margin: float,
    *,
    lower: float | None = None,
    alpha: float = 0.05,
    design: str = "two",
) -> Power:
    """Power to show that a difference of means lies within -+ margin (or lower to margin), for one n or many.

    Estimand: P(both one-sided t tests reject) when the true difference is ``difference``: the integral over the
    distribution of s of P(lower + t s se < estimate < margin - t s se), exact (Owen's Q).

    Parameters
    ----------
    n : int or array
        In each group ("two"), or of the one sample or pairs ("one").
    margin, lower : float
        Equivalence limits; lower is -margin unless given.
    alpha : float
        Of each one-sided test (0.05 belongs to a 90 % interval).

    Errors: Limits in the wrong order, an sd that is not positive, too small n.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680; D. B. Owen,
    Biometrika 52 (1965), 437-446.

    >>> round(equivalence_power(20, 0.0, 1.0, 1.0).power, 4)
    0.8558
    """
    check_choice(design, _DESIGNS, "design")
    alpha = check_fraction(alpha, "alpha")
    n, spread = check_sizes_at_least(n, 2), check_number(sd, "sd", above=0)
    low, high = _limits(margin, lower)
    shift = check_number(difference, "difference")
    groups = 2 if design == "two" else 1
    df, se = groups * (n - 1), spread * np.sqrt(groups / n)
    return Power(
        test=f"equivalence of means, two one-sided t tests, {design} sample{'s' if groups == 2 else ''}",
        formula="integral over s of the normal probability between the limits moved in by t s",
        n=n[()],
        n2=n[()] if groups == 2 else None,
        effect={"difference": shift, "sd": spread, "lower": low, "upper": high},
        alpha=alpha,
        alternative="two-sided",
        power=_owen(df, (low - shift) / se, (high - shift) / se, -stdtrit(df, alpha)),
        assumptions=("observations are independent and normal", "groups have the same variance"),
    )


def equivalence_size(
    difference: float,
    sd: float,
    margin: float,
    *,
    lower: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
    design: str = "two",
) -> SampleSize:
    """The smallest sample (in each group) that shows equivalence of means with the wanted power.

    Source: D. J. Schuirmann (1987).

    >>> equivalence_size(0.0, 1.0, 1.0).n
    18
    """
    low, high = _limits(margin, lower)
    if not low < check_number(difference, "difference") < high:
        raise StatisticsError(
            "difference is {found}; one inside the limits {low} to {high} is needed",
            found=difference,
            low=low,
            high=high,
        )
    return find_size(
        lambda n: equivalence_power(n, difference, sd, margin, lower=lower, alpha=alpha, design=design), power, least=2
    )


def equivalent_proportions_power(n1, p1: float, p2: float, margin: float, *, n2=None, alpha: float = 0.05) -> Power:
    """Power to show that two proportions differ by less than margin, for one n or many.

    Estimand: Phi((margin - d)/se - z) + Phi((margin + d)/se - z) - 1, d = p1 - p2, se unpooled, not below 0.

    Source: S. C. Chow, J. Shao, H. Wang, Sample Size Calculations in Clinical Research, 2nd edition, section 4.2.

    >>> round(equivalent_proportions_power(300, 0.8, 0.8, 0.1).power, 4)
    0.8435
    """
    alpha, gap = check_fraction(alpha, "alpha"), check_number(margin, "margin", above=0)
    n1 = check_sizes_at_least(n1, 1, "n1")
    n2 = n1 if n2 is None else check_sizes_at_least(n2, 1, "n2")
    p1, p2 = check_fraction(p1, "p1"), check_fraction(p2, "p2")
    se, z = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2), -ndtri(alpha)
    power = np.maximum(0, ndtr((gap - (p1 - p2)) / se - z) + ndtr((gap + (p1 - p2)) / se - z) - 1)
    return Power(
        test="equivalence of two proportions, two one-sided z tests",
        formula="Phi((margin - d)/se - z) + Phi((margin + d)/se - z) - 1",
        n=n1[()],
        n2=n2[()],
        effect={"p1": p1, "p2": p2, "margin": gap},
        alpha=alpha,
        alternative="two-sided",
        power=power[()],
        assumptions=("items are independent, with constant probabilities", "both samples are large"),
    )


def equivalent_proportions_size(
    p1: float, p2: float, margin: float, *, power: float = 0.8, ratio: float = 1.0, alpha: float = 0.05
) -> SampleSize:
    """The smallest first group that shows two proportions equivalent; the second has ceil(ratio n).

    Source: S. C. Chow, J. Shao, H. Wang, section 4.2.

    >>> equivalent_proportions_size(0.8, 0.8, 0.1).n
    275
    """
    if abs(check_fraction(p1, "p1") - check_fraction(p2, "p2")) >= check_number(margin, "margin", above=0):
        raise StatisticsError(
            "p1 is {a} and p2 {b}; they must differ by less than the margin {m}", a=p1, b=p2, m=margin
        )
    share = check_number(ratio, "ratio", above=0)
    return find_size(
        lambda n: equivalent_proportions_power(n, p1, p2, margin, n2=np.maximum(1, np.ceil(share * n)), alpha=alpha),
        power,
        least=1,
    )


def _limits(margin, lower):
    high = check_number(margin, "margin")
    low = -high if lower is None else check_number(lower, "lower")
    if not low < high:
        raise StatisticsError("the limits are {low} and {high}; the lower one must be below", low=low, high=high)
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

"""Run length of charts that judge each point by itself: averages, spreads, counts."""

from __future__ import annotations

import math

from scipy.special import chdtr, chdtrc, ndtr

from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole
from hoshin.stats.run_length.result import RunLength, shifts_of

SOURCE = "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, sections 6.2.6, 6.3.3 and 7.2.6"


def shewhart_arl(k: float = 3.0, shifts=(0.0,), n: int = 1, sided: str = "two") -> RunLength:
    """Average run length of an Xbar or individuals chart with limits at ``k`` standard errors: 1 / P(beyond).

    Estimand: points until one is beyond a limit. Shifts of the mean are in standard deviations of single values; a
    point is the mean of ``n``.

    Parameters: ``k`` > 0, ``n`` >= 1 whole; ``sided`` "two" or "one" (upper limit alone).

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 6.2.6.

    >>> [round(arl, 2) for arl in shewhart_arl(shifts=[0, 1, 2]).arl]
    [370.4, 43.89, 6.3]
    """
    k, n = check_number(k, "k", above=0), check_whole(n, "n", at_least=1)
    check_choice(sided, ("two", "one"), "sided")
    shifts = shifts_of(shifts)
    chances = []
    for shift in shifts:
        d = shift * math.sqrt(n)
        chances.append(float(ndtr(d - k) + (ndtr(-k - d) if sided == "two" else 0.0)))
    parameters = {"k": k, "n": n, "sided": sided}
    return _geometric("the Shewhart chart", parameters, shifts, chances, "normal tails")


def s_chart_arl(ucl: float, n: int, ratios=(1.0,), lcl: float = 0.0) -> RunLength:
    """Average run length of an S chart, for ratios of the new to the old standard deviation (given as ``shifts``).

    ``(n-1) s^2 / sigma^2`` is chi-square. ``ucl`` and ``lcl`` are in units of the old sigma (B6 and B5).

    Parameters: 0 <= ``lcl`` < ``ucl``, ``n`` >= 2 whole, ratios > 0.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 6.3.

    >>> [round(arl, 1) for arl in s_chart_arl(ucl=1.964, n=5, ratios=[1, 1.5]).arl]
    [257.1, 7.0]
    """
    ucl, lcl = check_number(ucl, "ucl", above=0), check_number(lcl, "lcl", at_least=0)
    if lcl >= ucl:
        raise StatisticsError("lcl is {lcl} and ucl is {ucl}; lcl must be below ucl", lcl=lcl, ucl=ucl)
    df = check_whole(n, "n", at_least=2) - 1
    ratios = shifts_of(ratios)
    chances = []
    for ratio in ratios:
        scale = df / check_number(ratio, "ratio", above=0) ** 2
        chances.append(float(chdtrc(df, scale * ucl**2) + (chdtr(df, scale * lcl**2) if lcl else 0.0)))
    return _geometric("the S chart", {"ucl": ucl, "lcl": lcl, "n": df + 1}, ratios, chances, "chi-square tails")


def count_arl(kind: str, ucl: float, rates, lcl: float = -math.inf, n: int | None = None) -> RunLength:
    """Average run length of a chart of counts, for true rates (given as ``shifts``): exact, not by normal limits.

    ``kind``: "np" (``rates`` are proportions, binomial with ``n``) or "c" (``rates`` are mean counts, Poisson). A count
    equal to a limit is not beyond it.

    Parameters: limits on the scale of the counts; ``rates`` in 0..1 for "np", above 0 for "c".

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 7.2.6.

    >>> [round(arl, 1) for arl in count_arl("np", ucl=18.5, lcl=1.5, n=50, rates=[0.2, 0.35]).arl]
    [369.8, 2.6]
    """
    from scipy.stats import binom, poisson

    check_choice(kind, ("np", "c"), "kind")
    rates = shifts_of(rates)
    if kind == "np":
        n = check_whole(n, "n", at_least=1) if n is not None else None
        if n is None:
            raise StatisticsError("n is missing; an np chart needs the sample size")
    chances = []
    for rate in rates:
        if rate < 0 or (kind == "np" and rate > 1):
            raise StatisticsError("a rate of {found}; {needed}", found=rate, needed="0 or more (at most 1 for np)")
        law = binom(n, rate) if kind == "np" else poisson(rate)
        below = float(law.cdf(math.ceil(lcl) - 1)) if math.isfinite(lcl) and lcl > 0 else 0.0
        above = float(law.sf(math.floor(ucl))) if math.isfinite(ucl) else 0.0
        chances.append(below + above)
    parameters = {"ucl": ucl, "lcl": lcl} | ({"n": n} if kind == "np" else {})
    return _geometric(f"the {kind} chart", parameters, rates, chances, "binomial" if kind == "np" else "Poisson")


def _geometric(chart, parameters, shifts, chances, method):
    arl = tuple(1 / q if q > 0 else math.inf for q in chances)
    sd = tuple(math.sqrt(1 - q) / q if q > 0 else math.inf for q in chances)
    return RunLength(chart, parameters, shifts, arl, method, sd=sd, source=SOURCE)

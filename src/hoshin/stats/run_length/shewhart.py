"""Run length of charts that judge each point by itself: averages, spreads, counts, times."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtr, chdtrc, gammaln, ndtr

from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.run_length._nodes import density, in_blocks, nodes_on
from hoshin.stats.run_length.result import FROM_THE_FIRST, Grid, RunLength, limits_of, numbers_of, shifts_of
from hoshin.stats.signals import slack

SOURCE = "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, sections 6.2.6, 6.3.3 and 7.2.6"
RARE = "J. C. Benneyan, Health Care Management Science 4 (2001), 305-318"
RANGE = "E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310"
_NODES = 300


def shewhart_arl(k=3.0, shifts=(0.0,), n=1, sided: str = "two") -> RunLength:
    """Average run length of an Xbar or individuals chart with limits at ``k`` standard errors.

    Estimand: points until one is beyond a limit, ``1 / q`` with ``q = F(d - k) + F(-d - k)``, d = shift sqrt(n), F the
    normal distribution; one-sided without the second term.

    Parameters
    ----------
    k : one number or (C,) of many charts, width of the limits in standard errors of a point, above 0.
    shifts : (S,) of the mean, in standard deviations of single values.
    n : one whole number or (C,), values averaged in a point.
    sided : "two", or "one" for the upper limit alone.

    Units: shifts in sigma of a single value; run lengths count points.

    Assumes: independent normal points, center and sigma known, the shift there from the first point on.

    Errors: k not above 0, n below 1 or broken, a missing shift, arrays of unlike length.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 6.2.6.

    >>> [round(arl, 2) for arl in shewhart_arl(shifts=[0, 1, 2]).arl]
    [370.4, 43.89, 6.3]
    >>> shewhart_arl(k=[3.0, 3.5], shifts=[0, 1]).arl.round(1)
    array([[ 370.4,   43.9],
           [2149.3,  161. ]])
    """
    check_choice(sided, ("two", "one"), "sided")
    numbers = {"k": numbers_of(k, "k", above=0), "n": numbers_of(n, "n", at_least=1, whole=True), "sided": sided}
    grid = Grid(shifts, numbers)
    k, n, shift = grid.columns()
    d = shift * np.sqrt(n)
    chance = ndtr(d - k) + (ndtr(-k - d) if sided == "two" else 0.0)
    return grid.geometric("the Shewhart chart", "normal tails", chance, source=SOURCE)


def averages_arl(lcl, ucl, sigma, means, n=1) -> RunLength:
    """Average run length of a chart of averages with any limits on the scale of the values: an acceptance chart too.

    Estimand: ``1 / q`` with ``q = F((mean - ucl) sqrt(n) / sigma) + F((lcl - mean) sqrt(n) / sigma)``.

    Parameters
    ----------
    lcl, ucl : one number or (C,) of many charts, the limits drawn.
    sigma : one number or (C,), standard deviation of single values within subgroups, above 0.
    means : (S,) true levels of the process (the ``shifts`` of the result).
    n : one whole number or (C,), values averaged in a point.

    Units: limits, sigma and means in the unit of the values; run lengths count points.

    Assumes: independent normal values, sigma known, the level there from the first point on.

    Errors: lcl not below ucl, sigma not above 0, n below 1.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 10.2.3.

    >>> [round(arl, 1) for arl in averages_arl(lcl=8.4653, ucl=11.5347, sigma=0.4, means=[11.0, 11.4], n=2).arl]
    [34.1, 3.2]
    """
    numbers = {
        "lcl": numbers_of(lcl, "lcl"),
        "ucl": numbers_of(ucl, "ucl"),
        "sigma": numbers_of(sigma, "sigma", above=0),
    }
    _refuse_crossed(numbers)
    grid = Grid(shifts_of(means, "means"), numbers | {"n": numbers_of(n, "n", at_least=1, whole=True)})
    lcl, ucl, sigma, n, mean = grid.columns()
    error = sigma / np.sqrt(n)
    chance = ndtr((mean - ucl) / error) + ndtr((lcl - mean) / error)
    return grid.geometric("the chart of averages", "normal tails", chance, source=SOURCE)


def s_chart_arl(ucl, n, ratios=(1.0,), lcl=0.0) -> RunLength:
    """Average run length of an S chart, for ratios of the new to the old standard deviation.

    Estimand: ``1 / q`` with ``q = P(X > (n-1)(ucl/r)^2) + P(X < (n-1)(lcl/r)^2)``, X chi-square with n - 1 degrees of
    freedom, r the ratio.

    Parameters
    ----------
    ucl, lcl : one number or (C,) of many charts, limits of s in units of the old sigma (B6 and B5), lcl 0 or more.
    n : one whole number or (C,), size of a subgroup, at least 2.
    ratios : (S,) sigma now over sigma before, above 0 (the ``shifts`` of the result).

    Units: limits in sigma; run lengths count subgroups.

    Assumes: independent normal values, sigma before known.

    Errors: lcl not below ucl, n below 2, a ratio not above 0.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 6.3.

    >>> [round(arl, 1) for arl in s_chart_arl(ucl=1.964, n=5, ratios=[1, 1.5]).arl]
    [257.1, 7.0]
    """
    grid = _spread_grid(ucl, lcl, n, ratios)
    ucl, lcl, n, ratio = grid.columns()
    scale = (n - 1) / ratio**2
    chance = chdtrc(n - 1, scale * ucl**2) + chdtr(n - 1, scale * lcl**2)
    return grid.geometric("the S chart", "chi-square tails", chance, source=SOURCE)


def r_chart_arl(ucl, n, ratios=(1.0,), lcl=0.0) -> RunLength:
    """Average run length of an R chart, for ratios of the new to the old standard deviation.

    Estimand: ``1 / q`` with ``q = P(W > ucl/r) + P(W < lcl/r)``, W the range of n standard normal values:
    ``P(W <= w) = n int f(x) (F(x + w) - F(x))^(n-1) dx``.

    Parameters
    ----------
    ucl, lcl : one number or (C,) of many charts, limits of R in units of the old sigma (D2 and D1), lcl 0 or more.
    n : one whole number or (C,), size of a subgroup, at least 2.
    ratios : (S,) sigma now over sigma before, above 0 (the ``shifts`` of the result).

    Units: limits in sigma; run lengths count subgroups.

    Assumes: independent normal values, sigma before known.

    Errors: lcl not below ucl, n below 2, a ratio not above 0.

    Source: E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310: the distribution of the range.

    >>> [round(arl, 1) for arl in r_chart_arl(ucl=4.918, n=5, ratios=[1, 1.5]).arl]
    [217.2, 7.2]
    """
    grid = _spread_grid(ucl, lcl, n, ratios)
    ucl, lcl, n, ratio = grid.columns()
    above, below = (in_blocks(_NODES, _range_tails, limit / ratio, n) for limit in (ucl, lcl))
    chance = np.minimum(above[:, 0] + below[:, 1], 1.0)
    return grid.geometric("the R chart", "distribution of the range", chance, source=RANGE)


def count_arl(kind: str, ucl, rates, lcl=-math.inf, n=None) -> RunLength:
    """Average run length of a chart of counts, for true rates: exact, not by normal limits.

    Estimand: ``1 / (P(point > ucl) + P(point < lcl))`` of a count that is binomial ("p", "np"), Poisson ("c", "u") or
    geometric ("g": cases before an event, ``P(X > x) = (m / (m + 1))^(x + 1)`` at mean m). A point equal to a limit is
    not beyond it.

    Parameters
    ----------
    kind : "p", "np", "c", "u" or "g".
    ucl, lcl : one number or (C,) of many charts, on the scale of the points; infinite where there is none.
    rates : (S,) true values: proportions for "p" and "np", mean counts for "c", mean counts per unit for "u", mean
        cases between events for "g" (the ``shifts`` of the result).
    n : sample size, one number or (C,): whole for "p" and "np", above 0 for "u"; none for "c" and "g".

    Units: limits and rates as plotted; run lengths count samples (for "g" events).

    Assumes: independent samples at one rate, limits fixed, a constant sample size.

    Errors: a missing n, a rate outside 0..1 (negative for counts), lcl not below ucl.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 7.2.6; J. C. Benneyan,
    Health Care Management Science 4 (2001), 305-318, for the g chart.

    >>> [round(arl, 1) for arl in count_arl("np", ucl=18.5, lcl=1.5, n=50, rates=[0.2, 0.35]).arl]
    [369.8, 2.6]
    >>> round(count_arl("g", ucl=82.28, rates=20.2).arl[0], 1)
    55.2
    """
    check_choice(kind, ("p", "np", "c", "u", "g"), "kind")
    numbers = {"ucl": limits_of(ucl, "ucl"), "lcl": limits_of(lcl, "lcl")}
    _refuse_crossed(numbers)
    if kind in ("p", "np", "u"):
        if n is None:
            raise StatisticsError("n is missing; a {kind} chart needs the sample size", kind=kind)
        numbers["n"] = numbers_of(n, "n", above=0) if kind == "u" else numbers_of(n, "n", at_least=1, whole=True)
    grid = Grid(_rates_of(kind, rates), numbers)
    ucl, lcl, *size, rate = grid.columns()
    law = _law(kind, size, rate)
    size = size[0] if kind in ("p", "u") else np.ones(rate.size)
    chance = law.sf(_most_within(ucl, size)) + law.cdf(_fewest_within(lcl, size) - 1)
    return grid.geometric(f"the {kind} chart", _LAWS[kind], chance, source=SOURCE if kind != "g" else RARE,
                          assumptions=FROM_THE_FIRST)  # fmt: skip


def time_arl(ucl, means, lcl=0.0, shape=1.0) -> RunLength:
    """Average run length of a t chart, for true mean times between events.

    Estimand: ``1 / q`` with ``q = exp(-(ucl/b)^a) + 1 - exp(-(lcl/b)^a)``: times are Weibull with shape a and scale
    ``b = mean / gamma(1 + 1/a)``; a = 1 is the exponential.

    Parameters
    ----------
    ucl, lcl : one number or (C,) of many charts, limits of the time, whatever they were made by; lcl 0 or more.
    means : (S,) true mean times between events, above 0 (the ``shifts`` of the result).
    shape : one number or (C,), of the Weibull distribution, above 0.

    Units: limits and means in one unit of time; run lengths count events.

    Assumes: independent times of one distribution, limits fixed.

    Errors: lcl not below ucl, a mean or shape not above 0.

    Source: J. C. Benneyan, Health Care Management Science 4 (2001), 305-318.

    >>> [round(arl, 1) for arl in time_arl(ucl=714.18, lcl=0.146, means=[108.08, 20.0]).arl]
    [370.4, 137.5]
    """
    numbers = {"ucl": limits_of(ucl, "ucl"), "lcl": numbers_of(lcl, "lcl", at_least=0)}
    _refuse_crossed(numbers)
    numbers_of(means, "means", above=0)
    grid = Grid(shifts_of(means, "means"), numbers | {"shape": numbers_of(shape, "shape", above=0)})
    ucl, lcl, shape, mean = grid.columns()
    scale = mean / np.exp(gammaln(1 + 1 / shape))
    chance = np.exp(-((ucl / scale) ** shape)) - np.expm1(-((lcl / scale) ** shape))
    return grid.geometric("the t chart", "Weibull tails", chance, source=RARE, assumptions=FROM_THE_FIRST)


def together(first: RunLength, second: RunLength) -> RunLength:
    """Average run length of two charts side by side that signal independently, such as Xbar with R or S.

    Estimand: ``1 / (1 - (1 - 1/a)(1 - 1/b))``, a and b the run lengths of each: exact where each point of either chart
    signals by itself. Mean and spread of a normal sample are independent; individuals and moving ranges are not
    (``imr_arl``).

    Parameters
    ----------
    first, second : run lengths of charts without memory, of as many charts and shifts as each other.

    Units: run lengths count points; the shifts shown are those of the first.

    Assumes: the two plotted statistics are independent, as are points from one another.

    Errors: run lengths of a chart with memory, of unlike shape.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 6.2.6.

    >>> round(together(shewhart_arl(3, n=5), s_chart_arl(1.964, 5)).arl[0], 1)
    152.0
    """
    a, b = np.asarray(first.arl), np.asarray(second.arl)
    if a.shape != b.shape:
        raise StatisticsError("run lengths of shape {a} and {b}; the same is needed", a=a.shape, b=b.shape)
    for one, arl in ((first, a), (second, b)):
        if one.sd is None or not np.allclose(np.square(one.sd), arl * (arl - 1), rtol=1e-6, atol=1e-9):
            raise StatisticsError("{chart} remembers earlier points; charts without memory are needed", chart=one.chart)
    chance = 1 / a + 1 / b - 1 / (a * b)
    parameters = {f"{one.chart}: {name}": value for one in (first, second) for name, value in one.parameters.items()}
    arl, sd = 1 / chance, np.sqrt(1 - chance) / chance
    many = isinstance(first.arl, np.ndarray)
    rows = (arl, sd) if many else (tuple(arl.tolist()), tuple(sd.tolist()))
    name = f"{first.chart} with {second.chart}"
    return RunLength(name, parameters, first.shifts, rows[0], first.method, sd=rows[1], source=SOURCE)


def _range_tails(width, n):
    """How likely the range of n standard normal values is more than a width, and how likely less."""
    # Beyond these ends, the lowest of n values with such a range has no density worth adding.
    x, weights = nodes_on(-np.sqrt(width**2 / 2 + 81), np.full(width.shape, 9.0), _NODES)
    width, others = width[:, None], (n - 1)[:, None]
    higher, beyond = ndtr(-x), ndtr(-x - width)
    between = np.where(x > -width / 2, higher - beyond, ndtr(x + width) - ndtr(x))
    with np.errstate(divide="ignore"):
        reaching = -np.expm1(others * np.log1p(-np.minimum(beyond / higher, 1.0)))
    lowest = weights * n[:, None] * density(x)
    tails = (lowest * higher**others * reaching, lowest * between**others)
    return np.stack([tail.sum(axis=1) for tail in tails], axis=1)


_LAWS = {"p": "binomial", "np": "binomial", "c": "Poisson", "u": "Poisson", "g": "geometric"}


def _law(kind: str, size: list, rate):
    from scipy.stats import binom, geom, poisson

    if kind in ("p", "np"):
        return binom(size[0], rate)
    return geom(1 / (rate + 1), loc=-1) if kind == "g" else poisson(rate * (size[0] if size else 1.0))


def _rates_of(kind: str, rates) -> tuple[float, ...]:
    rates = shifts_of(rates, "rates")
    for rate in rates:
        if rate < 0 or (kind in ("p", "np") and rate > 1):
            raise StatisticsError(
                "a rate of {found}; {needed}", found=rate, needed="0 or more (at most 1 for p and np)"
            )
    return rates


def _refuse_crossed(numbers) -> None:
    ucl, lcl = numbers["ucl"], numbers["lcl"]
    if ucl.ndim and lcl.ndim and ucl.size != lcl.size:
        return
    crossed = ~(lcl < ucl)
    if crossed.any():
        low, high = (np.broadcast_to(line, crossed.shape)[crossed].flat[0] for line in (lcl, ucl))
        raise StatisticsError("lcl is {lcl} and ucl is {ucl}; lcl must be below ucl", lcl=float(low), ucl=float(high))


def _spread_grid(ucl, lcl, n, ratios) -> Grid:
    numbers = {"ucl": numbers_of(ucl, "ucl", above=0), "lcl": numbers_of(lcl, "lcl", at_least=0)}
    _refuse_crossed(numbers)
    numbers_of(ratios, "ratio", above=0)
    return Grid(shifts_of(ratios, "ratios"), numbers | {"n": numbers_of(n, "n", at_least=2, whole=True)})


def _most_within(ucl, size):
    """The largest count whose point, count / size as the chart computes it, is not above the limit."""
    with np.errstate(invalid="ignore"):
        count = np.floor(ucl * size) + 1
        for _ in range(2):
            count = count - (count / size > ucl + slack(ucl, ucl))
    return count


def _fewest_within(lcl, size):
    with np.errstate(invalid="ignore"):
        count = np.ceil(lcl * size) - 1
        for _ in range(2):
            count = count + (count / size < lcl - slack(lcl, lcl))
    return np.maximum(count, 0.0)

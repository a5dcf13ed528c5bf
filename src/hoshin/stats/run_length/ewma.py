"""Run length and design of the EWMA chart, by the integral equation of Crowder."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_choice, check_number
from hoshin.stats.run_length._nodes import density, in_groups, nodes_on, run_lengths, steps_of, told
from hoshin.stats.run_length._search import least_of, limit_for
from hoshin.stats.run_length.result import ChartDesign, Grid, RunLength, designed, numbers_of

SOURCE = "S. V. Crowder, Technometrics 29 (1987), 401-407; J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990), 1-12"


def ewma_arl(lam, L, shifts=(0.0,), limits: str = "asymptotic", sided: str = "two", start=0.0) -> RunLength:
    """Average run length of an EWMA chart with weight ``lam`` and limits at ``L`` standard deviations of the EWMA.

    Estimand: points until ``z = (1 - lam) z + lam x`` leaves -+ L sqrt(lam/(2-lam)) ("asymptotic") or the narrower
    first limits with ``1 - (1-lam)^(2t)`` ("exact"), from ``start``. The asymptotic chart solves
    ``L(u) = 1 + (1/lam) int L(x) f((x - (1-lam)u)/lam - d) dx``; with exact limits the density is carried forward
    until they no longer move.

    Parameters
    ----------
    lam : one number or (C,) of many charts, the weight of the newest point, in (0, 1].
    L : one number or (C,), the width of the limits, above 0.
    shifts : (S,) of the mean.
    limits : "asymptotic" or "exact".
    sided : "two", or "one" for the upper limit alone with a floor at 0 (asymptotic).
    start : one number or (C,), where the average begins; 0 is the target.

    Units: shifts and start in standard deviations of a point, L in those of the EWMA; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: a weight outside (0, 1], L not above 0, a start beyond the limits, one-sided exact limits. A run
    length beyond 1e12 is infinite.

    Source: S. V. Crowder, Technometrics 29 (1987), 401-407; J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990),
    1-12, table 3 (500 and 10.3).

    >>> [round(arl, 1) for arl in ewma_arl(lam=0.1, L=2.814, shifts=[0, 1]).arl]
    [499.6, 10.3]
    >>> ewma_arl(lam=[0.1, 0.4], L=[2.814, 3.054]).arl.round(1)
    array([[499.6],
               [500. ]])
    """
    check_kind(limits, sided)
    numbers = {"lambda": weights_of(lam), "L": numbers_of(L, "L", above=0), "limits": limits, "sided": sided}
    grid = Grid(shifts, numbers | {"start": numbers_of(start, "start")})
    lam, width, start, shift = grid.columns()
    bound = width * np.sqrt(lam / (2 - lam))
    outside = np.flatnonzero(np.abs(start) > bound)
    if outside.size:
        at = outside[0]
        raise StatisticsError("start is {start}, beyond the limits -+{bound}", start=start[at], bound=bound[at])
    arl = _lengths(lam, width, shift, start, limits, sided)
    return grid.result("the EWMA chart", "integral equation", arl, source=SOURCE)


def ewma_design(arl0, lam=None, shift=None, limits: str = "asymptotic", sided: str = "two") -> ChartDesign:
    """The limit L (and, for a shift to be found, the best weight) of an EWMA chart with a wanted average run length.

    Estimand: the L for which ``ewma_arl(lam, L, 0) = arl0``, by root finding on its logarithm; without ``lam`` the
    weight in 0.02..1 with the least ``ewma_arl`` at the shift among the charts that have arl0.

    Parameters
    ----------
    arl0 : one number or (C,) of many charts, wanted points until a false alarm, above 1.
    lam : one number or (C,), the weight, in (0, 1]; or none, to have the best one.
    shift : one number or (C,), to be found soonest, not 0; with ``lam`` too, ``arl1`` says how long it takes.
    limits, sided : as in ``ewma_arl``.

    Units: the shift in standard deviations of a point, L in those of the EWMA; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: arl0 not above 1 or from 1e12 on, neither a weight nor a shift, a shift of 0, a weight outside (0, 1].

    Source: S. V. Crowder, Journal of Quality Technology 21 (1989), 155-162; J. M. Lucas, M. S. Saccucci, Technometrics
    32 (1990), 1-12.

    >>> round(ewma_design(370.4, lam=0.2).parameters["L"], 4)
    2.8593
    >>> ewma_design(500, lam=[0.1, 0.25, 0.4]).parameters["L"].round(3)
    array([2.814, 2.998, 3.054])
    """
    check_kind(limits, sided)
    if lam is None and shift is None:
        raise StatisticsError("neither lam nor shift given; the weight or the shift to be found is needed")
    numbers = {"arl0": numbers_of(arl0, "arl0", above=1)}
    numbers |= {} if lam is None else {"lam": weights_of(lam)}
    numbers |= {} if shift is None else {"shift": numbers_of(shift, "shift")}
    grid = Grid(0.0, numbers)
    given = dict(zip(numbers, grid.columns(), strict=False))
    arl0, aim = given["arl0"], given.get("shift")
    if aim is not None and (aim == 0).any():
        raise StatisticsError("shift is 0; a shift to be found is needed")
    lam = given["lam"] if "lam" in given else _best_weights(arl0, aim, limits, sided)
    width = _widths(arl0, lam, limits, sided)
    arl1 = None if aim is None else _lengths(lam, width, aim, np.zeros_like(lam), limits, sided)
    return designed("EWMA", {"lambda": lam, "L": width}, arl0, aim, arl1, SOURCE, grid.many)


def check_kind(limits: str, sided: str) -> None:
    """Refuse limits and sides that are not known, or not together.

    >>> check_kind("exact", "two")
    """
    check_choice(limits, ("asymptotic", "exact"), "limits")
    check_choice(sided, ("two", "one"), "sided")
    if sided == "one" and limits == "exact":
        raise StatisticsError("limits are 'exact' with sided 'one'; the one-sided chart needs limits='asymptotic'")


def check_weight(lam) -> float:
    """Refuse a weight outside (0, 1].

    >>> check_weight(0.2)
    0.2
    """
    return float(weights_of(check_number(lam, "lam")))


def weights_of(lam) -> np.ndarray:
    """The weight of one chart, or of each of many, in (0, 1].

    >>> weights_of([0.1, 0.2])
    array([0.1, 0.2])
    """
    lam = numbers_of(lam, "lam", above=0)
    if lam.max() > 1:
        raise StatisticsError("lam is {found}; a weight of at most 1 is needed", found=float(lam.max()))
    return lam


def _widths(arl0, lam, limits, sided):
    def lengths(width, lam):
        return _lengths(lam, width, np.zeros_like(lam), np.zeros_like(lam), limits, sided)

    return limit_for(arl0, lengths, 3.0, lam)


def _best_weights(arl0, shift, limits, sided):
    """The weight that finds each shift soonest."""

    def delays(lam, wanted, aim):
        width = _widths(wanted, lam, limits, sided)
        return _lengths(lam, width, aim, np.zeros_like(lam), limits, sided)

    return least_of(delays, 0.02, 1.0, 1e-4, arl0, shift)


def _lengths(lam, width, shift, start, limits: str, sided: str):
    solve = {"asymptotic": _asymptotic if sided == "two" else _one_sided, "exact": _exact}[limits]
    bound = width * np.sqrt(lam / (2 - lam))
    # Nodes enough for a kernel whose standard deviation is lam on an interval of twice the bound.
    counts, columns = steps_of(np.maximum(60, 14 * bound / lam), 12), (lam, bound, shift, start)
    still = (shift == 0) & (solve is _asymptotic)
    lengths = np.empty(lam.size)
    for some, solving in ((still, _symmetric), (~still, solve)):
        if some.any():
            lengths[some] = in_groups(counts[some], solving, *(column[some] for column in columns))
    return told(lengths)


def _symmetric(count, lam, bound, shift, start):
    """Without a shift both sides of the target are alike: half of the nodes will do."""
    nodes, weights = nodes_on(-bound, bound, count)
    half = count // 2

    def folded(states):
        onward = _kernel(states, nodes, lam, shift) * weights[:, None]
        return onward[..., half:] + onward[..., half - 1 :: -1]

    length = run_lengths(folded(nodes[:, half:]))
    return 1 + (folded(start[:, None])[:, 0] * length).sum(axis=1)


def _asymptotic(count, lam, bound, shift, start):
    nodes, weights = nodes_on(-bound, bound, count)
    length = run_lengths(_kernel(nodes, nodes, lam, shift) * weights[:, None])
    return 1 + ((_kernel(start[:, None], nodes, lam, shift)[:, 0] * weights) * length).sum(axis=1)


def _one_sided(count, lam, bound, shift, start):
    nodes, weights = nodes_on(np.zeros_like(bound), bound, count)
    states = np.concatenate([np.zeros((lam.size, 1)), nodes], axis=1)
    transition = np.empty((lam.size, count + 1, count + 1))
    transition[..., 0] = ndtr(-((1 - lam) / lam)[:, None] * states - shift[:, None])
    transition[..., 1:] = _kernel(states, nodes, lam, shift) * weights[:, None]
    length = run_lengths(transition)
    first = np.maximum(start, 0.0)
    to_floor = ndtr(-(1 - lam) * first / lam - shift)
    onward = _kernel(first[:, None], nodes, lam, shift)[:, 0] * weights
    return 1 + to_floor * length[:, 0] + (onward * length[:, 1:]).sum(axis=1)


def _exact(count, lam, bound, shift, start):
    def onward(charts, edge):
        """How likely the average is still within the limits, at the nodes of the next ones."""
        nodes, weights = nodes_on(-edge, edge, count)
        step = _kernel(before[charts], nodes, lam[charts], shift[charts])
        return nodes, (alive[charts, None] @ step)[:, 0] * weights

    charts, share, total = np.arange(lam.size), (1 - lam) ** 2, np.ones(lam.size)
    before = np.repeat(start[:, None], count, axis=1)
    # All of it at the start.
    alive = np.eye(1, count).repeat(lam.size, axis=0)
    while charts.size:
        before[charts], alive[charts] = onward(charts, bound[charts] * np.sqrt(1 - share))
        left = alive[charts].sum(axis=1)
        total[charts] += left
        # On to the next point, on charts whose limits still move and on which something is left.
        share = share * (1 - lam[charts]) ** 2
        moving = (share > 1e-13) & (left > 1e-16)
        charts, share = charts[moving], share[moving]
    nodes, left = onward(slice(None), bound)
    _, weights = nodes_on(-bound, bound, count)
    length = run_lengths(_kernel(nodes, nodes, lam, shift) * weights[:, None])
    return total + (left * length).sum(axis=1)


def _kernel(states, nodes, lam, shift):
    lam = lam[:, None, None]
    return density((nodes[:, None] - (1 - lam) * states[..., None]) / lam - shift[:, None, None]) / lam

"""Run length and design of the EWMA chart, by the integral equation of Crowder."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_choice, check_number
from hoshin.stats.run_length._nodes import density, nodes_on, run_lengths
from hoshin.stats.run_length.result import ChartDesign, RunLength, shifts_of

SOURCE = "S. V. Crowder, Technometrics 29 (1987), 401-407; J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990), 1-12"


def ewma_arl(
    lam: float, L: float, shifts=(0.0,), limits: str = "asymptotic", sided: str = "two", start: float = 0.0
) -> RunLength:
    """Average run length of an EWMA chart with weight ``lam`` and limits at ``L`` standard deviations of the EWMA.

    Estimand: points until ``z = (1 - lam) z + lam x`` leaves -+ L sqrt(lam/(2-lam)) ("asymptotic") or the narrower
    first limits with ``1 - (1-lam)^(2t)`` ("exact"), from ``start`` (0, the target). ``sided="one"``: upper limit
    alone with a floor at 0. The asymptotic chart solves ``L(u) = 1 + (1/lam) int L(x) f((x - (1-lam)u)/lam - d) dx``;
    with exact limits the density is carried forward until they no longer move.

    Parameters: 0 < ``lam`` <= 1, ``L`` > 0, shifts in standard deviations of a point.

    Source: S. V. Crowder, Technometrics 29 (1987), 401-407; J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990),
    1-12, table 3 (500 and 10.3).

    >>> [round(arl, 1) for arl in ewma_arl(lam=0.1, L=2.814, shifts=[0, 1]).arl]
    [499.6, 10.3]
    """
    lam, width = check_weight(lam), check_number(L, "L", above=0)
    check_choice(limits, ("asymptotic", "exact"), "limits")
    check_choice(sided, ("two", "one"), "sided")
    if sided == "one" and limits == "exact":
        raise StatisticsError("limits are 'exact' with sided 'one'; the one-sided chart needs limits='asymptotic'")
    bound = width * math.sqrt(lam / (2 - lam))
    start = check_number(start, "start")
    if abs(start) > bound:
        raise StatisticsError("start is {start}, beyond the limits -+{bound}", start=start, bound=bound)
    shifts = shifts_of(shifts)
    solve = {"asymptotic": _asymptotic if sided == "two" else _one_sided, "exact": _exact}[limits]
    arl = tuple(solve(lam, width, shift, start) for shift in shifts)
    parameters = {"lambda": lam, "L": width, "limits": limits, "sided": sided, "start": start}
    return RunLength("the EWMA chart", parameters, shifts, arl, "integral equation", source=SOURCE)


def ewma_design(
    arl0: float,
    lam: float | None = None,
    shift: float | None = None,
    limits: str = "asymptotic",
    sided: str = "two",
) -> ChartDesign:
    """The limit L (and, for a shift to be found, the best weight) of an EWMA chart with a wanted average run length.

    Give ``lam``, or ``shift`` to have the weight that finds that shift soonest, or both to know the time it takes.

    Parameters: ``arl0`` > 1; ``lam`` in (0, 1]; ``shift`` not 0.

    Source: S. V. Crowder, Journal of Quality Technology 21 (1989), 155-162; Lucas and Saccucci (1990).

    >>> round(ewma_design(370.4, lam=0.2).parameters["L"], 4)
    2.8593
    """
    arl0 = check_number(arl0, "arl0", above=1)
    if shift is not None and check_number(shift, "shift") == 0:
        raise StatisticsError("shift is 0; a shift to be found is needed")
    if lam is None and shift is None:
        raise StatisticsError("neither lam nor shift given; the weight or the shift to be found is needed")
    lam = _best_weight(arl0, shift, limits, sided) if lam is None else check_weight(lam)
    width = _width(arl0, lam, limits, sided)
    arl1 = None if shift is None else ewma_arl(lam, width, (shift,), limits, sided).arl[0]
    return ChartDesign("EWMA", {"lambda": lam, "L": width}, arl0, shift, arl1, SOURCE)


def check_weight(lam) -> float:
    """Refuse a weight outside (0, 1].

    >>> check_weight(0.2)
    0.2
    """
    lam = check_number(lam, "lam", above=0)
    if lam > 1:
        raise StatisticsError("lam is {found}; a weight of at most 1 is needed", found=lam)
    return lam


def _width(arl0, lam, limits, sided):
    high = 3.0
    while ewma_arl(lam, high, limits=limits, sided=sided).arl[0] < arl0:
        high += 0.5
    # Logarithms: the run length grows like exp(L^2 / 2).
    return float(
        brentq(
            lambda L: math.log(ewma_arl(lam, L, limits=limits, sided=sided).arl[0] / arl0),
            1e-3,
            high,
            xtol=1e-11,
            rtol=1e-12,
        )
    )


def _best_weight(arl0, shift, limits, sided):
    def delay(lam):
        return ewma_arl(lam, _width(arl0, lam, limits, sided), (shift,), limits, sided).arl[0]

    return float(minimize_scalar(delay, bounds=(0.02, 1.0), method="bounded", options={"xatol": 1e-4}).x)


def _count(lam, bound):
    """Nodes enough for a kernel whose standard deviation is lam on an interval of twice the bound."""
    return max(60, math.ceil(7 * 2 * bound / lam))


def _asymptotic(lam, width, shift, start):
    bound = width * math.sqrt(lam / (2 - lam))
    nodes, weights = nodes_on(-bound, bound, _count(lam, bound))
    length = run_lengths(_kernel(nodes, nodes, lam, shift) * weights)
    return float(1 + (_kernel(np.array([start]), nodes, lam, shift)[0] * weights) @ length)


def _one_sided(lam, width, shift, start):
    bound = width * math.sqrt(lam / (2 - lam))
    nodes, weights = nodes_on(0.0, bound, _count(lam, bound))
    states = np.concatenate([[0.0], nodes])
    transition = np.empty((states.size, states.size))
    transition[:, 0] = ndtr(-(1 - lam) * states / lam - shift)
    transition[:, 1:] = _kernel(states, nodes, lam, shift) * weights
    length = run_lengths(transition)
    first = max(start, 0.0)
    to_floor = ndtr(-(1 - lam) * first / lam - shift)
    return float(1 + to_floor * length[0] + (_kernel(np.array([first]), nodes, lam, shift)[0] * weights) @ length[1:])


def _exact(lam, width, shift, start):
    bound, alive, total, t = width * math.sqrt(lam / (2 - lam)), np.ones(1), 1.0, 1
    before = np.array([start])
    while (share := (1 - lam) ** (2 * t)) > 1e-13:
        here = bound * math.sqrt(1 - share)
        nodes, weights = nodes_on(-here, here, _count(lam, bound))
        alive = (alive @ _kernel(before, nodes, lam, shift)) * weights
        before, total, t = nodes, total + float(alive.sum()), t + 1
        if alive.sum() < 1e-16:
            return total
    nodes, weights = nodes_on(-bound, bound, _count(lam, bound))
    length = run_lengths(_kernel(nodes, nodes, lam, shift) * weights)
    return total + float(alive @ (_kernel(before, nodes, lam, shift) * weights) @ length)


def _kernel(states, nodes, lam, shift):
    return density((nodes - (1 - lam) * states[:, None]) / lam - shift) / lam

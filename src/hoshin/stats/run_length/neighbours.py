"""Run length of charts that compare a point with the one before: moving ranges."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legvander

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import density, legendre, nodes_on, run_lengths
from hoshin.stats.run_length.result import Grid, RunLength, limits_of, numbers_of

CROWDER = "S. V. Crowder, Journal of Quality Technology 19 (1987), 98-102"
_REACH = 9.0
_PER_PANEL = 20
_MOST_KINKS = 40


def imr_arl(k=3.0, mr_ucl=3.6857, shifts=(0.0,), ratio=1.0, beside=0.0) -> RunLength:
    """Average run length of an individuals and moving range chart together, or of the moving ranges alone.

    Estimand: points until ``|x| > k`` or ``|x - x before| > mr_ucl``. With x the last point,
    ``L(x) = 1 + (1 - b) int f(y) L(y) dy`` over the y within both limits, f the normal density with the shift as mean and
    the ratio as standard deviation; the first point has no moving range.

    Parameters
    ----------
    k : one number or (C,) of many charts, limits of the individuals; infinite for the moving ranges alone.
    mr_ucl : one number or (C,), upper limit of the moving range of two, in units of sigma: D4 d2 = 3.686 for three sigma.
    shifts : (S,) of the mean.
    ratio : one number or (C,), sigma now over sigma before.
    beside : one number or (C,), the chance that an independent chart beside it signals at a point (the R of I-MR-R:
        ``1 / r_chart_arl(...)``).

    Units: limits and shifts in the sigma of before; run lengths count points.

    Assumes: independent normal points, center and sigma known. Also DNOM and Z-MR charts with known parts.

    Errors: limits or ratio not above 0, a chance outside 0..1.

    Source: S. V. Crowder, Journal of Quality Technology 19 (1987), 98-102.

    >>> [round(arl, 1) for arl in imr_arl(k=3, mr_ucl=3.6857, shifts=[0, 1]).arl]
    [105.3, 37.5]
    """
    numbers = {"k": limits_of(k, "k", above=0), "mr_ucl": numbers_of(mr_ucl, "mr_ucl", above=0)}
    numbers |= {"ratio": numbers_of(ratio, "ratio", above=0), "beside": numbers_of(beside, "beside", at_least=0)}
    if numbers["beside"].max() >= 1:
        raise StatisticsError("beside is {found}; a chance below 1 is needed", found=float(numbers["beside"].max()))
    grid = Grid(shifts, numbers)

    def solved(k, mr_ucl, ratio, beside, shift):
        return _solved(mr_ucl, k, shift, ratio, 1 - beside)

    return grid.result("the I-MR chart", "integral equation", grid.each(solved), source=CROWDER)


def _solved(width: float, k: float, shift: float, ratio: float, go_on: float) -> float:
    """The chart that goes on while ``|x| <= k`` and ``|y - x| <= width``, and what is beside it does not signal."""
    low, high = max(-k, shift - _REACH * ratio), min(k, shift + _REACH * ratio)
    if not low < high:
        return 1.0
    edges = _edges(low, high, width, ratio)
    nodes, weights = nodes_on(edges[:-1], edges[1:], _PER_PANEL)
    transition = go_on * _transition(edges, nodes.ravel(), width, shift, ratio)
    length = run_lengths(transition).reshape(nodes.shape)
    chance = weights * density((nodes - shift) / ratio) / ratio
    return float(1 + go_on * (chance * length).sum())


def _edges(low, high, width, ratio) -> np.ndarray:
    """Panels between the places where the run length has a bend: a limit, and what lies a width from a bend."""
    bends = {low, high}
    newest = list(bends)
    for _ in range(_MOST_KINKS):
        newest = [round(bend + step, 12) for bend in newest for step in (-width, width)]
        newest = [bend for bend in newest if low < bend < high and bend not in bends]
        if not newest:
            break
        bends.update(newest)
    bends = np.array(sorted(bends))
    bends = bends[np.concatenate([[True], np.diff(bends) > 1e-9])]
    bends[-1] = high
    parts = np.ceil(np.diff(bends) / (3 * ratio)).astype(int)
    cut = [np.linspace(a, b, n + 1)[:-1] for a, b, n in zip(bends[:-1], bends[1:], parts, strict=True)]
    return np.concatenate([*cut, [high]])


def _transition(edges, states, width, shift, ratio) -> np.ndarray:
    """Chances of going from each state to the nodes of each panel, of which only a part may be within the limits."""
    low = np.clip(states[:, None] - width, edges[:-1], edges[1:])
    high = np.clip(states[:, None] + width, edges[:-1], edges[1:])
    points, weights = nodes_on(low, high, _PER_PANEL)
    weights = weights * density((points - shift) / ratio) / ratio
    # Values between the nodes of a panel: by their Legendre polynomials.
    within = 2 * (points - edges[:-1, None]) / np.diff(edges)[:, None] - 1
    places, shares = legendre(_PER_PANEL)
    order = np.arange(_PER_PANEL)
    to_polynomials = legvander(places, _PER_PANEL - 1).T * shares * (order[:, None] + 0.5)
    moments = (weights[..., None, :] @ legvander(within, _PER_PANEL - 1))[..., 0, :]
    return (moments @ to_polynomials).reshape(states.size, -1)

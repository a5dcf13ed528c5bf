"""Run length and design of the multivariate EWMA chart."""

from __future__ import annotations

import math

import numpy as np

from hoshin.stats.run_length._nodes import density, in_groups, nodes_on, run_lengths, told
from hoshin.stats.run_length._search import limit_for
from hoshin.stats.run_length.ewma import weights_of
from hoshin.stats.run_length.result import ChartDesign, Grid, RunLength, designed, numbers_of

SOURCE = (
    "S. E. Rigdon, Journal of Statistical Computation and Simulation 52 (1995), 351-365; G. C. Runger, S. S. Prabhu,"
    " JASA 91 (1996), 1701-1706; S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15"
)


def mewma_arl(lam, h, p, shifts=(0.0,)) -> RunLength:
    """Average run length of a multivariate EWMA chart of ``p`` variables with limit ``h`` on its T² statistic.

    Estimand: points until ``T2 = z' (lam/(2-lam) Sigma)^-1 z > h``, asymptotic covariance, from the target. Without a
    shift the length of z is a chain of its own with noncentral chi-square steps; with one, z is split into its part
    along the shift and the length of the rest. Both integral equations are solved on Gauss-Legendre nodes.

    Parameters
    ----------
    lam : one number or (C,) of many charts, the weight of the newest row, in (0, 1].
    h : one number or (C,), the limit of T², above 0.
    p : one whole number or (C,), the number of variables, at least 2 (1: ``ewma_arl``).
    shifts : (S,) distances ``sqrt(d' Sigma^-1 d)`` of the shifted mean, 0 or more.

    Units: shifts in standard deviations; run lengths count rows.

    Assumes: independent, jointly normal rows, target and covariance known.

    Errors: a weight outside (0, 1], h not above 0, p below 2, a negative shift. A run length beyond 1e12 is infinite.

    Source: S. E. Rigdon, Journal of Statistical Computation and Simulation 52 (1995), 351-365; G. C. Runger, S. S.
    Prabhu, JASA 91 (1996), 1701-1706; S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15,
    table 1 (h 8.64 for p 2, lambda 0.1, ARL 200).

    >>> round(mewma_arl(lam=0.1, h=8.64, p=2).arl[0], 2)
    200.54
    """
    numbers = {"lambda": weights_of(lam), "h": numbers_of(h, "h", above=0)}
    numbers_of(shifts, "shift", at_least=0)
    grid = Grid(shifts, numbers | {"p": numbers_of(p, "p", at_least=2, whole=True)})
    return grid.result("the MEWMA chart", "integral equation", _lengths(*grid.columns()), source=SOURCE)


def mewma_design(arl0, p, lam=0.1, shift=None) -> ChartDesign:
    """The limit h of a multivariate EWMA chart with a wanted average run length without a shift.

    Estimand: the h for which ``mewma_arl(lam, h, p, 0) = arl0``, by root finding on its logarithm; ``arl1`` at the shift.

    Parameters
    ----------
    arl0 : one number or (C,) of many charts, wanted rows until a false alarm, above 1.
    p : one whole number or (C,), the number of variables, at least 2.
    lam : one number or (C,), the weight, in (0, 1].
    shift : one number or (C,) for which ``arl1`` is wanted, as in ``mewma_arl``.

    Units: the shift in standard deviations; run lengths count rows.

    Assumes: independent, jointly normal rows, target and covariance known.

    Errors: arl0 not above 1 or from 1e12 on, p below 2, a weight outside (0, 1], a negative shift.

    Source: S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15.

    >>> round(mewma_design(200, p=2, lam=0.1).parameters["h"], 2)
    8.63
    """
    numbers = {"arl0": numbers_of(arl0, "arl0", above=1), "p": numbers_of(p, "p", at_least=2, whole=True)}
    numbers |= {"lambda": weights_of(lam), "shift": numbers_of(0.0 if shift is None else shift, "shift", at_least=0)}
    grid = Grid(0.0, numbers)
    arl0, p, lam, aims, _ = grid.columns()
    h = limit_for(arl0, lambda h, lam, p: _lengths(lam, h, p, np.zeros_like(lam)), 2.0 * p, lam, p)
    asked = (None, None) if shift is None else (aims, _lengths(lam, h, p, aims))
    return designed("MEWMA", {"lambda": lam, "h": h, "p": p}, arl0, *asked, SOURCE, grid.many)


def _lengths(lam, h, p, shift):
    radius = np.sqrt(h * lam / (2 - lam))
    # Nodes enough for a kernel whose standard deviation is lam within the radius.
    across = np.ceil(7 * radius / lam).astype(np.int64)
    lengths, shifted = np.empty(lam.size), shift > 0
    for some, least, solve, entries in (
        (~shifted, 60, _in_control, np.square),
        (shifted, 24, _along, lambda count: (count * _rest_count(count)) ** 2),
    ):
        if some.any():
            columns = (column[some] for column in (lam, radius, p, shift))
            lengths[some] = in_groups(np.maximum(least, across[some]), solve, *columns, entries=entries)
    return told(lengths)


def _in_control(count, lam, radius, p, _):
    nodes, weights = nodes_on(np.zeros_like(radius), radius, count)
    lam, p = lam[:, None, None], p[:, None, None]
    weights = weights[:, None]
    step = _onward(nodes[:, None], nodes[..., None], p, lam) * weights
    first = _onward(nodes[:, None], 0.0, p, lam) * weights
    return 1 + (first @ run_lengths(step)[..., None])[:, 0, 0]


def _onward(length, before, p, lam):
    """Density of the next length of a vector of p parts, given its length before: that of its square, times 2 r / lam^2."""
    from scipy.stats import ncx2

    return ncx2.pdf((length / lam) ** 2, p, ((1 - lam) * before / lam) ** 2) * 2 * length / lam**2


def _rest_count(along_count: int) -> int:
    return (along_count + 1) // 2


def _along(count, lam, radius, p, shift):
    """States are (along, rest): the part of z along the shift, and the length of what is across it."""
    # An angle makes the half disc smooth at its edge: along = R sin a, rest = R cos a * share.
    angles, angle_weights = nodes_on(-math.pi / 2, math.pi / 2, count)
    shares, share_weights = nodes_on(0.0, 1.0, _rest_count(count))
    along = radius[:, None] * np.sin(angles)
    edge = radius[:, None] * np.cos(angles)
    weight = (angle_weights * edge * edge)[..., None] * share_weights
    lam_, shift_, p_ = (column[:, None, None] for column in (lam, shift, p))

    def forward(before):
        return density((along[:, None] - (1 - lam_) * before[..., None]) / lam_ - shift_) / lam_

    # Angles on either side of the shift have the same rest.
    mirror = np.minimum(np.arange(count), count - 1 - np.arange(count))
    half = (count + 1) // 2
    rest = (edge[:, :half, None] * shares).reshape(lam.size, -1)
    onward = _onward(rest[:, None], rest[..., None], p_ - 1, lam_)
    onward = onward.reshape(lam.size, half, shares.size, half, shares.size)[:, mirror][:, :, :, mirror]
    first = _onward(rest, 0.0, p[:, None] - 1, lam[:, None]).reshape(lam.size, half, shares.size)[:, mirror]
    states = count * shares.size
    step = (forward(along)[:, :, None, :, None] * onward * weight[:, None, None]).reshape(-1, states, states)
    first = forward(np.zeros((lam.size, 1)))[:, 0, :, None] * first * weight
    return 1 + (first.reshape(-1, 1, states) @ run_lengths(step)[..., None])[:, 0, 0]

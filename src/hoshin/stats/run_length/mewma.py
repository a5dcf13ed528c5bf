"""Run length and design of the multivariate EWMA chart."""

from __future__ import annotations

import math

import numpy as np

from hoshin.stats.run_length._nodes import density, nodes_on, run_lengths
from hoshin.stats.run_length.ewma import weights_of
from hoshin.stats.run_length.result import ChartDesign, Grid, RunLength, designed, limit_for, numbers_of

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

    Errors: a weight outside (0, 1], h not above 0, p below 2, a negative shift.

    Source: S. E. Rigdon, Journal of Statistical Computation and Simulation 52 (1995), 351-365; G. C. Runger, S. S.
    Prabhu, JASA 91 (1996), 1701-1706; S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15,
    table 1 (h 8.64 for p 2, lambda 0.1, ARL 200).

    >>> round(mewma_arl(lam=0.1, h=8.64, p=2).arl[0], 2)
    200.54
    """
    numbers = {"lambda": weights_of(lam), "h": numbers_of(h, "h", above=0)}
    numbers_of(shifts, "shift", at_least=0)
    grid = Grid(shifts, numbers | {"p": numbers_of(p, "p", at_least=2, whole=True)})
    return grid.result("the MEWMA chart", "integral equation", grid.each(_solved), source=SOURCE)


def mewma_design(arl0, p, lam=0.1, shift: float | None = None) -> ChartDesign:
    """The limit h of a multivariate EWMA chart with a wanted average run length without a shift.

    Estimand: the h for which ``mewma_arl(lam, h, p, 0) = arl0``, by root finding on its logarithm; ``arl1`` at the shift.

    Parameters
    ----------
    arl0 : one number or (C,) of many charts, wanted rows until a false alarm, above 1.
    p : one whole number or (C,), the number of variables, at least 2.
    lam : one number or (C,), the weight, in (0, 1].
    shift : for which ``arl1`` is wanted, as in ``mewma_arl``.

    Units: the shift in standard deviations; run lengths count rows.

    Assumes: independent, jointly normal rows, target and covariance known.

    Errors: arl0 not above 1, p below 2, a weight outside (0, 1], a negative shift.

    Source: S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15.

    >>> round(mewma_design(200, p=2, lam=0.1).parameters["h"], 2)
    8.63
    """
    numbers = {"arl0": numbers_of(arl0, "arl0", above=1), "p": numbers_of(p, "p", at_least=2, whole=True)}
    aim = 0.0 if shift is None else numbers_of(shift, "shift", at_least=0).item()
    grid = Grid(aim, numbers | {"lambda": weights_of(lam)})
    arl0, p, lam, aims = grid.columns()
    h = limit_for(arl0, lambda h, lam, p: _each(lam, h, p, np.zeros_like(lam)), 2.0 * p.min(), lam, p)
    asked = (None, None) if shift is None else (aims, _each(lam, h, p, aims))
    return designed("MEWMA", {"lambda": lam, "h": h, "p": p}, arl0, *asked, SOURCE, grid.many)


def _each(*columns) -> np.ndarray:
    return np.array([_solved(lam, h, int(p), shift) for lam, h, p, shift in zip(*columns, strict=True)])


def _solved(lam: float, h: float, p: int, shift: float) -> float:
    radius = math.sqrt(h * lam / (2 - lam))
    return _along(lam, radius, p, shift) if shift else _in_control(lam, radius, p)


def _in_control(lam, radius, p):
    from scipy.stats import ncx2

    nodes, weights = nodes_on(0.0, radius, max(60, math.ceil(7 * radius / lam)))
    squares = (nodes / lam) ** 2
    # Density of the next length r: that of its square, times 2 r / lam^2.
    step = ncx2.pdf(squares[None, :], p, ((1 - lam) * nodes[:, None] / lam) ** 2) * weights * 2 * nodes / lam**2
    first = ncx2.pdf(squares, p, 0.0) * weights * 2 * nodes / lam**2
    return float(1 + first @ run_lengths(step))


def _along(lam, radius, p, shift):
    """States are (along, rest): the part of z along the shift, and the length of what is across it."""
    from scipy.stats import ncx2

    along_count = max(24, math.ceil(3.5 * 2 * radius / lam))
    rest_count = max(12, math.ceil(3.5 * radius / lam))
    # An angle makes the half disc smooth at its edge: along = R sin a, rest = R cos a * share.
    angles, angle_weights = nodes_on(-math.pi / 2, math.pi / 2, along_count)
    shares, share_weights = nodes_on(0.0, 1.0, rest_count)
    along = radius * np.sin(angles)
    edge = radius * np.cos(angles)
    rest = (edge[:, None] * shares).ravel()
    weight = ((angle_weights * edge * edge)[:, None] * share_weights).ravel()
    position = np.repeat(along, rest_count)

    def step(from_along, from_rest):
        forward = density((position - (1 - lam) * from_along) / lam - shift) / lam
        across = ncx2.pdf((rest / lam) ** 2, p - 1, ((1 - lam) * from_rest / lam) ** 2) * 2 * rest / lam**2
        return forward * across * weight

    transition = step(position[:, None], rest[:, None])
    return float(1 + step(np.zeros(1), np.zeros(1)) @ run_lengths(transition))

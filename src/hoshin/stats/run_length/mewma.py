"""Run length and design of the multivariate EWMA chart, and of the T² chart with known parameters."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from hoshin.stats.errors import check_number, check_whole
from hoshin.stats.run_length._nodes import density, nodes_on, run_lengths
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.result import ChartDesign, RunLength, shifts_of

SOURCE = (
    "S. E. Rigdon, Journal of Statistical Computation and Simulation 52 (1995), 351-365; G. C. Runger, S. S. Prabhu,"
    " JASA 91 (1996), 1701-1706; S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15"
)


def mewma_arl(lam: float, h: float, p: int, shifts=(0.0,)) -> RunLength:
    """Average run length of a multivariate EWMA chart of ``p`` variables with limit ``h`` on its T² statistic.

    Estimand: points until ``T2 = z' (lam/(2-lam) Sigma)^-1 z > h``, asymptotic covariance, from the target. Shifts are
    noncentralities, ``sqrt(d' Sigma^-1 d)``. Without a shift the length of z is a chain of its own with noncentral
    chi-square steps; with one, z is split into its part along the shift and the length of the rest. Both integral
    equations are solved on Gauss-Legendre nodes.

    Parameters: 0 < ``lam`` <= 1, ``h`` > 0, ``p`` >= 2 whole (1: use ``ewma_arl``), shifts >= 0.

    Source: S. E. Rigdon (1995); G. C. Runger, S. S. Prabhu, JASA 91 (1996), 1701-1706; S. S. Prabhu, G. C. Runger,
    Journal of Quality Technology 29 (1997), 8-15, table 1 (h 8.64 for p 2, lambda 0.1, ARL 200).

    >>> round(mewma_arl(lam=0.1, h=8.64, p=2).arl[0], 2)
    200.54
    """
    lam, h, p = check_weight(lam), check_number(h, "h", above=0), check_whole(p, "p", at_least=2)
    shifts = shifts_of([check_number(shift, "shift", at_least=0) for shift in shifts_of(shifts)])
    radius = math.sqrt(h * lam / (2 - lam))
    arl = tuple(_along(lam, radius, p, d) if d else _in_control(lam, radius, p) for d in shifts)
    parameters = {"lambda": lam, "h": h, "p": p}
    return RunLength("the MEWMA chart", parameters, shifts, arl, "integral equation", source=SOURCE)


def mewma_design(arl0: float, p: int, lam: float = 0.1, shift: float | None = None) -> ChartDesign:
    """The limit h of a multivariate EWMA chart with a wanted average run length without a shift.

    Parameters: ``arl0`` > 1, ``p`` >= 2, 0 < ``lam`` <= 1.

    Source: S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15.

    >>> round(mewma_design(200, p=2, lam=0.1).parameters["h"], 2)
    8.63
    """
    arl0 = check_number(arl0, "arl0", above=1)
    high = 2.0 * check_whole(p, "p", at_least=2)
    while mewma_arl(lam, high, p).arl[0] < arl0:
        high *= 1.4
    h = float(brentq(lambda h: math.log(mewma_arl(lam, h, p).arl[0] / arl0), 1e-3, high, xtol=1e-10))
    arl1 = None if shift is None else mewma_arl(lam, h, p, (shift,)).arl[0]
    return ChartDesign("MEWMA", {"lambda": float(lam), "h": h, "p": int(p)}, arl0, shift, arl1, SOURCE)


def t2_arl(limit: float, p: int, shifts=(0.0,)) -> RunLength:
    """Average run length of a T² chart of ``p`` variables with known mean and covariance: 1 / P(T2 > limit).

    T² is noncentral chi-square with noncentrality shift squared.

    Parameters: ``limit`` > 0, ``p`` >= 1 whole, shifts >= 0 as noncentralities ``sqrt(n d' Sigma^-1 d)``.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.3.

    >>> [round(arl, 1) for arl in t2_arl(limit=11.829, p=2, shifts=[0, 1]).arl]
    [370.4, 67.3]
    """
    from scipy.stats import ncx2

    limit, p = check_number(limit, "limit", above=0), check_whole(p, "p", at_least=1)
    shifts = shifts_of(shifts)
    arl = tuple(float(1 / ncx2.sf(limit, p, d * d)) for d in shifts)
    return RunLength("the T² chart", {"limit": limit, "p": p}, shifts, arl, "noncentral chi-square", source=SOURCE)


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

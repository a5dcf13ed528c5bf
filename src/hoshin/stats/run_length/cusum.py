"""Run length and design of the CUSUM chart, by the integral equation of Page."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_choice, check_number
from hoshin.stats.run_length._nodes import density, nodes_on, run_lengths
from hoshin.stats.run_length.result import ChartDesign, RunLength, shifts_of

SOURCE = "E. S. Page, Biometrika 41 (1954), 100-115; J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205"
_LONGEST = 1e14


def cusum_arl(k: float, h: float, shifts=(0.0,), sided: str = "two", fir: float = 0.0) -> RunLength:
    """Average run length of a CUSUM chart with reference value ``k`` and decision interval ``h``.

    Estimand: points until ``C+ = max(0, C+ + z - k)`` or ``C- = max(0, C- - z - k)`` exceeds h, from the first point,
    both sums starting at ``fir`` (head start; 0 or h/2). ``sided``: "two", or "one" for C+ alone. One side solves
    ``L(s) = 1 + L(0) F(k - s - d) + int_0^h f(x + k - s - d) L(x) dx``; both together with L0 from 0 and Lf from fir:
    ``(Lf+ L0- + L0+ Lf- - L0+ L0-) / (L0+ + L0-)``, which without a head start is 1/ARL = 1/ARL+ + 1/ARL-.

    Parameters: ``k`` >= 0, ``h`` > 0, shifts in standard deviations of a point, 0 <= ``fir`` <= h. For h + 2k >= fir
    the two-sided formula is exact.

    Source: E. S. Page, Biometrika 41 (1954), 100-115; J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205;
    D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, table 9.3 (465 and 10.4).

    >>> [round(arl, 2) for arl in cusum_arl(k=0.5, h=5, shifts=[0, 1]).arl]
    [465.44, 10.38]
    """
    k, h = check_number(k, "k", at_least=0), check_number(h, "h", above=0)
    fir = check_number(fir, "fir", at_least=0)
    check_choice(sided, ("two", "one"), "sided")
    if fir > h:
        raise StatisticsError("fir is {fir} and h is {h}; a head start of at most h is needed", fir=fir, h=h)
    shifts = shifts_of(shifts)
    arl = tuple(_two_sided(k, h, d, fir) if sided == "two" else _one_sided(k, h, d, fir)[1] for d in shifts)
    parameters = {"k": k, "h": h, "sided": sided, "fir": fir}
    return RunLength("the CUSUM chart", parameters, shifts, arl, "integral equation", source=SOURCE)


def cusum_design(arl0: float, k: float = 0.5, sided: str = "two", fir: float = 0.0) -> ChartDesign:
    """The decision interval h of a CUSUM chart with a wanted average run length without a shift.

    ``k`` is best at half the shift to be found. ``fir`` is a share of h here: 0.5 for the usual head start.

    Parameters: ``arl0`` > 1, ``k`` >= 0, 0 <= ``fir`` < 1.

    Source: J. M. Lucas, Technometrics 18 (1976), 43-51; D. M. Hawkins, D. H. Olwell, Cumulative Sum Charts (1998).

    >>> round(cusum_design(370.4, k=0.5).parameters["h"], 3)
    4.775
    """
    arl0, k = check_number(arl0, "arl0", above=1), check_number(k, "k", at_least=0)
    fir = check_number(fir, "fir", at_least=0)
    if fir >= 1:
        raise StatisticsError("fir is {found}; a share of h below 1 is needed", found=fir)

    def excess(h):
        return math.log(cusum_arl(k, h, (0.0,), sided, fir * h).arl[0] / arl0)

    high = 1.0
    while excess(high) < 0:
        high *= 1.5
    low = 1e-6
    if excess(low) > 0:
        raise StatisticsError(
            "a CUSUM with k {k} has an average run length above {arl0} for every h; a smaller k or longer arl0 is"
            " needed",
            k=k,
            arl0=arl0,
        )
    h = float(brentq(excess, low, high, xtol=1e-12))
    parameters = {"k": k, "h": h, "fir": fir * h}
    shift = 2 * k if k else None
    arl1 = cusum_arl(k, h, (shift,), sided, fir * h).arl[0] if shift else None
    return ChartDesign(f"CUSUM, {sided}-sided", parameters, arl0, shift, arl1, SOURCE)


def _two_sided(k, h, shift, fir) -> float:
    up0, up = _one_sided(k, h, shift, fir)
    down0, down = _one_sided(k, h, -shift, fir)
    if math.isinf(up0):
        return down
    if math.isinf(down0):
        return up
    return (up * (down0 / (up0 + down0))) + (down - down0) * (up0 / (up0 + down0))


def _one_sided(k, h, shift, fir) -> tuple[float, float]:
    """Average run lengths of C+ from 0 and from the head start; infinite beyond what double precision can tell."""
    count = max(64, math.ceil(10 * h))
    nodes, weights = nodes_on(0.0, h, count)
    states = np.concatenate([[0.0], nodes])
    transition = np.empty((count + 1, count + 1))
    transition[:, 0] = ndtr(k - states - shift)
    transition[:, 1:] = weights * density(nodes + k - states[:, None] - shift)
    length = run_lengths(transition)
    if not 0 < length[0] < _LONGEST:
        return math.inf, math.inf
    if fir == 0:
        return float(length[0]), float(length[0])
    from_fir = 1 + length[0] * ndtr(k - fir - shift) + (weights * density(nodes + k - fir - shift)) @ length[1:]
    return float(length[0]), float(from_fir)

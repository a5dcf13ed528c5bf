"""Run length and design of the CUSUM chart, by the integral equation of Page."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.run_length._nodes import density, in_groups, nodes_on, run_lengths, steps_of, told
from hoshin.stats.run_length._search import limit_for
from hoshin.stats.run_length.result import ChartDesign, Grid, RunLength, designed, numbers_of

SOURCE = "E. S. Page, Biometrika 41 (1954), 100-115; J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205"


def cusum_arl(k, h, shifts=(0.0,), sided: str = "two", fir=0.0) -> RunLength:
    """Average run length of a CUSUM chart with reference value ``k`` and decision interval ``h``.

    Estimand: points until ``C+ = max(0, C+ + z - k)`` or ``C- = max(0, C- - z - k)`` exceeds h, from the first point,
    both sums starting at ``fir``. One side solves
    ``L(s) = 1 + L(0) F(k - s - d) + int_0^h f(x + k - s - d) L(x) dx``; both together with L0 from 0 and Lf from fir:
    ``(Lf+ L0- + L0+ Lf- - L0+ L0-) / (L0+ + L0-)``, which without a head start is 1/ARL = 1/ARL+ + 1/ARL-.

    Parameters
    ----------
    k, h : one number or (C,) of many charts: reference value, 0 or more, and decision interval, above 0.
    shifts : (S,) of the mean.
    sided : "two", or "one" for C+ alone.
    fir : one number or (C,), the head start of both sums, 0 or h/2 mostly, at most h.

    Units: k, h, fir and shifts in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, target and sigma known. The two-sided formula is exact for h + 2k >= fir.

    Errors: h not above 0, k negative, a head start beyond h. A run length beyond 1e12 is infinite.

    Source: E. S. Page, Biometrika 41 (1954), 100-115; J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205;
    D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, table 9.3 (465 and 10.4).

    >>> [round(arl, 2) for arl in cusum_arl(k=0.5, h=5, shifts=[0, 1]).arl]
    [465.44, 10.38]
    >>> cusum_arl(k=0.5, h=[4, 5]).arl.round(1)
    array([[167.7],
           [465.4]])
    """
    check_choice(sided, ("two", "one"), "sided")
    numbers = {"k": numbers_of(k, "k", at_least=0), "h": numbers_of(h, "h", above=0), "sided": sided}
    grid = Grid(shifts, numbers | {"fir": numbers_of(fir, "fir", at_least=0)})
    k, h, fir, shift = grid.columns()
    beyond = np.flatnonzero(fir > h)
    if beyond.size:
        at = beyond[0]
        raise StatisticsError("fir is {fir} and h is {h}; a head start of at most h is needed", fir=fir[at], h=h[at])
    return grid.result("the CUSUM chart", "integral equation", _lengths(k, h, shift, fir, sided), source=SOURCE)


def cusum_design(arl0, k=0.5, sided: str = "two", fir=0.0) -> ChartDesign:
    """The decision interval h of a CUSUM chart with a wanted average run length without a shift.

    Estimand: the h for which ``cusum_arl(k, h, 0) = arl0``, by root finding on its logarithm; ``arl1`` at a shift of 2k.

    Parameters
    ----------
    arl0 : one number or (C,) of many charts, wanted points until a false alarm, above 1.
    k : one number or (C,), the reference value, 0 or more; best at half the shift to be found.
    sided : "two" or "one".
    fir : one number or (C,), the head start as a share of h, below 1: 0.5 is customary.

    Units: k and h in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: arl0 not above 1 or from 1e12 on, fir of 1 or more, a k so large that every h has a longer run length.

    Source: J. M. Lucas, Technometrics 18 (1976), 43-51; D. M. Hawkins, D. H. Olwell, Cumulative Sum Charts (1998).

    >>> round(cusum_design(370.4, k=0.5).parameters["h"], 3)
    4.775
    >>> cusum_design(370, k=[0.25, 0.5, 1.0]).parameters["h"].round(2)
    array([8.01, 4.77, 2.52])
    """
    check_choice(sided, ("two", "one"), "sided")
    numbers = {"arl0": numbers_of(arl0, "arl0", above=1), "k": numbers_of(k, "k", at_least=0)}
    grid = Grid(0.0, numbers | {"fir": numbers_of(fir, "fir", at_least=0)})
    arl0, k, fir, _ = grid.columns()
    if fir.max() >= 1:
        raise StatisticsError("fir is {found}; a share of h below 1 is needed", found=float(fir.max()))

    def lengths(h, k, fir):
        return _lengths(k, h, np.zeros_like(k), fir * h, sided)

    endless = np.flatnonzero(lengths(np.full(k.shape, 1e-6), k, fir) > arl0)
    if endless.size:
        raise StatisticsError(
            "a CUSUM with k {k} has an average run length above {arl0} for every h; a smaller k or longer arl0 is"
            " needed",
            k=float(k[endless[0]]),
            arl0=float(arl0[endless[0]]),
        )
    h = limit_for(arl0, lengths, 1.0, k, fir)
    shift = np.where(k > 0, 2 * k, np.nan)
    arl1 = np.where(k > 0, _lengths(k, h, np.where(k > 0, shift, 0.0), fir * h, sided), np.nan)
    parameters = {"k": k, "h": h, "fir": fir * h}
    return designed(f"CUSUM, {sided}-sided", parameters, arl0, shift, arl1, SOURCE, grid.many)


def _lengths(k, h, shift, fir, sided: str):
    up = _side(k, h, shift, fir)
    if sided == "one":
        return up[1]
    # Without a shift both sides are alike.
    down = _side(k, h, -shift, fir) if shift.any() else up
    return _both(*up, *down)


def _both(up0, up, down0, down):
    with np.errstate(invalid="ignore"):
        both = (up * (down0 / (up0 + down0))) + (down - down0) * (up0 / (up0 + down0))
    return np.where(np.isinf(up0), down, np.where(np.isinf(down0), up, both))


def _side(k, h, shift, fir):
    """Average run lengths of C+ from 0 and from the head start; infinite beyond what double precision can tell."""
    return in_groups(steps_of(np.maximum(64, 10 * h), 16), _solved, k, h, shift, fir).T


def _solved(count, k, h, shift, fir):
    k, shift, fir = k[:, None], shift[:, None], fir[:, None]
    nodes, weights = nodes_on(np.zeros_like(h), h, count)
    states = np.concatenate([np.zeros_like(k), nodes], axis=1)
    transition = np.empty((h.size, count + 1, count + 1))
    transition[..., 0] = ndtr(k - states - shift)
    transition[..., 1:] = weights[:, None] * density((nodes + k - shift)[:, None] - states[..., None])
    length = run_lengths(transition)
    zero = length[:, 0]
    onward = weights * density(nodes + k - fir - shift)
    started = 1 + zero * ndtr(k - fir - shift)[:, 0] + (onward * length[:, 1:]).sum(axis=1)
    both = np.stack([zero, np.where(fir[:, 0] == 0, zero, started)], axis=1)
    return np.where(np.isinf(told(zero))[:, None], np.inf, both)

"""Run length of a chart of ARIMA residuals: a shift of the process shows in full at first, then in part."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_finite, check_whole
from hoshin.stats.run_length._nodes import in_blocks
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of

SOURCE = "D. G. Wardell, H. Moskowitz, R. D. Plante, Technometrics 36 (1994), 3-17"
_MOST_STEPS = 5000


def residual_arl(ar=(), ma=(), d: int = 0, k=3.0, shifts=(0.0,)) -> RunLength:
    """Average run length of a chart of the residuals of an ARIMA model whose coefficients are known.

    Estimand: ``1 + p1 + p1 p2 + ...``, p_t the chance that residual t is within -+ k. With w the values differenced d times
    and ``w_t = ar_1 w_(t-1) + ... + a_t + ma_1 a_(t-1) + ...``, a shift s of the level gives the residuals the means m_t
    with ``m_t + ma_1 m_(t-1) + ... = (1 - ar_1 B - ...) (1 - B)^d s``, B one step back: s at first, in the end
    ``s (1 - ar_1 - ...) / (1 + ma_1 + ...)``, or 0 where d > 0.

    Parameters
    ----------
    ar, ma : (p,) and (q,) coefficients, as in the options of the baseline of ``arima_residuals``; of all charts asked for.
    d : how many times the values are differenced.
    k : one number or (C,) of many charts, width of the limits in standard deviations of the residuals, above 0.
    shifts : (S,) of the level of the process.

    Units: shifts in standard deviations of the residuals; run lengths count points.

    Assumes: normal values that follow the model, coefficients and sigma known, earlier values in control.

    Errors: neither coefficients nor differences, a model that is not invertible, k not above 0.

    Source: D. G. Wardell, H. Moskowitz, R. D. Plante, Technometrics 36 (1994), 3-17.

    >>> [round(arl, 1) for arl in residual_arl(ar=[0.8], shifts=[0, 1, 3]).arl]
    [370.4, 302.4, 60.8]
    """
    ar, ma = check_finite(ar, "ar", ndim=1), check_finite(ma, "ma", ndim=1)
    d = check_whole(d, "d", at_least=0)
    if not ar.size + ma.size + d:
        raise StatisticsError("no coefficient found; at least one, or a difference, is needed")
    largest = float(np.abs(np.roots(np.concatenate([[1.0], ma]))).max(initial=0.0))
    if largest >= 1:
        raise StatisticsError(
            "the moving average part has a root of size {found}; an invertible model has all below 1", found=largest
        )
    numbers = {"k": numbers_of(k, "k", above=0), "ar": tuple(ar.tolist()), "ma": tuple(ma.tolist()), "d": d}
    grid = Grid(shifts, numbers)
    means = _signature(ar, ma, d)

    def lengths(k, shift):
        beyond = ndtr(shift * means[:, None] - k) + ndtr(-k - shift * means[:, None])
        alive = np.cumprod(1 - beyond[:-1], axis=0)
        return 1 + alive[:-1].sum(axis=0) + alive[-1] / beyond[-1]

    arl = in_blocks(means.size, lengths, *grid.columns())
    return grid.result("the residual chart", "normal tails", arl, source=SOURCE)


def _signature(ar, ma, d: int) -> np.ndarray:
    """The means of the residuals after a shift of 1, until they no longer change; the last one holds from there on."""
    back = np.concatenate([[1.0], -ar])
    for _ in range(d):
        back = np.convolve(back, [1.0, -1.0])
    driven = np.cumsum(back)
    if d:
        driven[-1] = 0.0
    means = [1.0]
    settled = driven[-1] / (1 + ma.sum())
    for t in range(1, _MOST_STEPS):
        recent = means[: -ma.size - 1 : -1]
        means.append(driven[min(t, driven.size - 1)] - float(ma[: len(recent)] @ recent))
        if t >= driven.size + ma.size and np.abs(np.array(means[-ma.size - 1 :]) - settled).max() < 1e-13:
            return np.array([*means, settled])
    raise StatisticsError("the residuals do not settle in {most} points after a shift", most=_MOST_STEPS)

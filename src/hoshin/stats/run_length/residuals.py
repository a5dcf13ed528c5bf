"""Run length of a chart of autoregression residuals: a shift of the process shows in full at first, then in part."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_finite
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of

SOURCE = "D. G. Wardell, H. Moskowitz, R. D. Plante, Technometrics 36 (1994), 3-17"


def residual_arl(coefficients, k=3.0, shifts=(0.0,)) -> RunLength:
    """Average run length of a chart of the residuals of an autoregression whose coefficients are known.

    Estimand: ``1 + p1 + p1 p2 + ...``, p_t the chance that residual t is within -+ k. After a shift d of the mean its mean
    is ``d (1 - b_1 - ... - b_(t-1))``, constant once t is beyond the order.

    Parameters
    ----------
    coefficients : (p,) of the autoregression; of a single chart, or of each of many with an array of ``k``.
    k : one number or (C,) of many charts, width of the limits in standard deviations of the residuals, above 0.
    shifts : (S,) of the mean of the process.

    Units: shifts in standard deviations of the residuals; run lengths count points.

    Assumes: normal values that follow the autoregression, coefficients and sigma known, earlier values in control.

    Errors: no coefficient, k not above 0, a missing shift.

    Source: D. G. Wardell, H. Moskowitz, R. D. Plante, Technometrics 36 (1994), 3-17.

    >>> [round(arl, 1) for arl in residual_arl([0.8], shifts=[0, 1, 3]).arl]
    [370.4, 302.4, 60.8]
    """
    coefficients = check_finite(coefficients, "coefficients", ndim=1)
    if not coefficients.size:
        raise StatisticsError("no coefficient found; at least one is needed")
    grid = Grid(shifts, {"k": numbers_of(k, "k", above=0), "coefficients": tuple(coefficients.tolist())})
    k, shift = grid.columns()
    means = shift * (1 - np.concatenate([[0.0], np.cumsum(coefficients)]))[:, None]
    beyond = ndtr(means - k) + ndtr(-k - means)
    alive = np.cumprod(1 - beyond[:-1], axis=0)
    arl = 1 + alive[:-1].sum(axis=0) + alive[-1] / beyond[-1]
    return grid.result("the residual chart", "normal tails", arl, source=SOURCE)

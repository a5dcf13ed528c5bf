"""The noncentral t distribution where SciPy's answer is not a number."""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtr


def noncentral_t(df, nc, t):
    """P(T <= t) for noncentral t, with df degrees of freedom and noncentrality nc of either sign.

    ``scipy.special.nctdtr`` gives NaN far below the noncentrality, where the probability is below 1e-12: there it is
    set to 0. Negative noncentrality is mirrored, so that the far tail is always the lower one.
    """
    df, nc, t = np.broadcast_arrays(np.asarray(df, float), np.asarray(nc, float), np.asarray(t, float))
    mirrored = nc < 0
    value = nctdtr(df, np.abs(nc), np.where(mirrored, -t, t))
    value = np.where(np.isnan(value) & (np.where(mirrored, -t, t) < 0), 0.0, value)
    return np.where(mirrored, 1 - value, value)[()]

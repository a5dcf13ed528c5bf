"""One common factor of the items of many scales at once, by maximum likelihood.

The unique variances psi minimise ``sum (l - ln l - 1)`` over all but the largest eigenvalue l of
``psi^-1/2 R psi^-1/2`` (K. G. Joreskog, Some contributions to maximum likelihood factor analysis, Psychometrika 32 (1967),
443-482), by Newton steps in ln psi that never go up. An item that is not there has no correlation with any other: it adds
nothing.
"""

from __future__ import annotations

import numpy as np

LOW, HIGH = np.log(0.005), 0.0
"""The unique share of an item's variance lies between these logarithms."""

MOST_STEPS = 200


def one_factor(cov: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings (C, k) of one common factor on the items' scale, their sum not negative; and where there are none.

    >>> loadings = np.array([1.0, 0.5, 0.8, 0.7])
    >>> found, singular = one_factor((np.outer(loadings, loadings) + np.diag([1.0, 0.5, 0.4, 0.6]))[None])
    >>> found.round(4), singular
    (array([[1. , 0.5, 0.8, 0.7]]), array([False]))
    """
    sd, correlation = correlations(cov)
    singular = np.linalg.eigvalsh(correlation)[:, 0] < 1e-10
    correlation = np.where(singular[:, None, None], np.eye(cov.shape[1]), correlation)
    unique = np.exp(_unique(correlation))
    values, vectors = _waves(correlation, np.log(unique))
    loadings = np.sqrt(unique) * vectors[:, :, -1] * np.sqrt(np.maximum(values[:, -1:] - 1, 0.0)) * sd
    sign = np.where(loadings.sum(axis=1) >= 0, 1.0, -1.0)
    return np.where(singular[:, None], np.nan, loadings * sign[:, None]), singular


def correlations(cov: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviations and correlations; an item without variance has none with any other."""
    sd = np.sqrt(np.maximum(np.diagonal(cov, axis1=1, axis2=2), 0.0))
    scale = np.where(sd > 0, sd, 1.0)
    correlation = cov / (scale[:, :, None] * scale[:, None, :])
    k = np.arange(cov.shape[1])
    correlation[:, k, k] = 1.0
    return sd, correlation


def _waves(correlation, log_unique):
    root = np.exp(-log_unique / 2)
    return np.linalg.eigh(correlation * (root[:, :, None] * root[:, None, :]))


def _discrepancy(values):
    rest = np.maximum(values[:, :-1], 1e-300)
    return (rest - np.log(rest) - 1).sum(axis=1)


def _unique(correlation) -> np.ndarray:
    """Logarithms of the unique variances."""
    inverse = np.diagonal(np.linalg.inv(correlation), axis1=1, axis2=2)
    at = np.log(np.clip(1 / inverse, 0.05, 0.95))
    values, vectors = _waves(correlation, at)
    loss = _discrepancy(values)
    for _ in range(MOST_STEPS):
        step, done = _newton(values, vectors, at)
        if done.all():
            break
        size = np.where(done, 0.0, 1.0)
        for _ in range(40):
            fresh = np.clip(at + size[:, None] * step, LOW, HIGH)
            tried, turned = _waves(correlation, fresh)
            worse = _discrepancy(tried) > loss + 1e-14
            if not worse.any():
                break
            size = np.where(worse, size / 2, size)
        move = ~worse & ~done
        at = np.where(move[:, None], fresh, at)
        values = np.where(move[:, None], tried, values)
        vectors = np.where(move[:, None, None], turned, vectors)
        loss = _discrepancy(values)
        if not move.any():
            break
    return at


def _newton(values, vectors, at):
    """A Newton step inside the bounds, and for which scales none is needed."""
    low, inner, first = values[:, None, :-1], vectors[:, :, :-1], vectors[:, :, -1]
    gradient = ((1 - low) * inner**2).sum(axis=2)
    held = ((at <= LOW) & (gradient > 0)) | ((at >= HIGH) & (gradient < 0))
    gradient = np.where(held, 0.0, gradient)
    top = values[:, None, -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        across = np.nan_to_num((1 - low) * (top + low) / (top - low), posinf=0.0, neginf=0.0)
    turned = inner.swapaxes(1, 2)
    second = ((inner * low) @ turned) * (inner @ turned)
    second += ((inner * across) @ turned) * (first[:, :, None] * first[:, None, :])
    free = ~held
    second = second * (free[:, :, None] & free[:, None, :]) + held[:, :, None] * np.eye(at.shape[1])
    curvature, axes = np.linalg.eigh(second)
    # Where the surface is bent the other way, its size still tells how far to go.
    curvature = np.maximum(np.abs(curvature), 1e-6)
    step = -(axes @ ((axes.swapaxes(1, 2) @ gradient[:, :, None]) / curvature[:, :, None]))[:, :, 0]
    return np.where(held, 0.0, np.clip(step, -2.0, 2.0)), np.abs(gradient).max(axis=1) < 1e-11

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

MOST_STEPS = 100
MOST_CUTS = 15


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
    """Logarithms of the unique variances; scales that are done wait no longer for the others."""
    inverse = np.diagonal(np.linalg.inv(correlation), axis1=1, axis2=2)
    found = np.log(np.clip(1 / inverse, 0.05, 0.95))
    active, at = np.arange(len(found)), found
    values, vectors = _waves(correlation, at)
    for _ in range(MOST_STEPS):
        step, slope = _newton(values, vectors, at)
        fresh, tried, turned, moved = _downhill(correlation[active], at, step, values)
        found[active] = fresh
        going = moved & (slope > 1e-10)
        if not going.any():
            break
        active, at, values, vectors = active[going], fresh[going], tried[going], turned[going]
    return found


def _downhill(correlation, at, step, values):
    """A step, cut until it does not go up, with the waves there and whether there was one."""
    loss, size = _discrepancy(values), np.ones(len(at))
    for _ in range(MOST_CUTS):
        fresh = np.clip(at + size[:, None] * step, LOW, HIGH)
        tried, turned = _waves(correlation, fresh)
        worse = _discrepancy(tried) > loss + 1e-14
        if not worse.any():
            break
        size = np.where(worse, size / 4, size)
    fresh = np.where(worse[:, None], at, fresh)
    return fresh, tried, turned, ~worse


def _newton(values, vectors, at):
    """A Newton step inside the bounds, and the steepest slope left."""
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
    return np.where(held, 0.0, np.clip(step, -2.0, 2.0)), np.abs(gradient).max(axis=1)

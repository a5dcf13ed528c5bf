"""Means, covariance matrices and distances of many rows, in blocks that stay in the processor's cache."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from hoshin.stats.errors import StatisticsError, check_enough

BLOCK = 8192


def rows_of(data: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """The rows without a missing value, and the mask of those with one (None when all are complete)."""
    # One sum sees a missing value anywhere without a pass that writes.
    if not np.isnan(data.sum()):
        return data, None
    missing = np.isnan(data).any(axis=tuple(range(1, data.ndim)))
    return data[~missing], missing


def mean_and_scatter(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and matrix of sums of squares and products about it, in one reading.

    Blocks are taken about the first block's mean, which costs no digits as long as the process stays near it.
    """
    n, p = rows.shape
    origin = rows[:BLOCK].mean(axis=0)
    total, scatter = np.zeros(p), np.zeros((p, p))
    for start in range(0, n, BLOCK):
        distance = rows[start : start + BLOCK] - origin
        total += distance.sum(axis=0)
        scatter += distance.T @ distance
    shift = total / n
    scatter -= n * np.outer(shift, shift)
    return origin + shift, (scatter + scatter.T) / 2


def successive_scatter(rows: np.ndarray) -> np.ndarray:
    """Sums of squares and products of successive differences, V'V / 2 over n - 1 (Holmes and Mergen)."""
    p = rows.shape[1]
    scatter = np.zeros((p, p))
    for start in range(0, len(rows) - 1, BLOCK):
        steps = np.diff(rows[start : start + BLOCK + 1], axis=0)
        scatter += steps.T @ steps
    return scatter / 2


def whitening(cov: np.ndarray) -> np.ndarray:
    """The triangular matrix W with ``T2 = |W'(x - mean)|^2``; a covariance without an inverse is refused."""
    sd = np.sqrt(np.diag(cov))
    if not (sd > 0).all():
        place = int(np.argmin(sd > 0))
        raise StatisticsError("variable {place} has no variation; leave it out", place=place)
    correlation = cov / np.outer(sd, sd)
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    if smallest < len(cov) * 1e-13:
        raise StatisticsError(
            "the covariance matrix has no inverse (smallest eigenvalue of the correlations {found:.3g}): one variable is"
            " a sum of others; leave it out",
            found=smallest,
        )
    factor = np.linalg.cholesky(correlation)
    return solve_triangular(factor, np.eye(len(cov)), lower=True).T / sd[:, None]


def distances(rows: np.ndarray, mean: np.ndarray, white: np.ndarray) -> np.ndarray:
    """T² of every row."""
    t2 = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        scores = (rows[start : start + BLOCK] - mean) @ white
        np.einsum("ij,ij->i", scores, scores, out=t2[start : start + BLOCK])
    return t2


def check_rows(n: int, p: int, what: str = "complete rows") -> None:
    """Refuse fewer rows than a covariance of p variables needs."""
    check_enough(n, p + 2, f"{what} for {p} variables")

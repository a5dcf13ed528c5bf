"""Means, covariance matrices and distances of the rows of one group or many, in blocks that stay in the processor's
cache. Arrays are (groups, rows, variables); a single group is a group of one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hoshin.stats._refusals import Refusals

BLOCK = 8192


class Groups(Refusals):
    """One group of characteristics or many, and why some of them cannot be charted."""

    def said(self, c: int, template: str) -> str:
        """The words about a group, with its number where there are many."""
        return f"group {c}: {template}" if self.many else template


def packed(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows without a missing value, moved to the front of their group, and how many each group has; 0 fills the rest."""
    counts = np.full(len(rows), rows.shape[1])
    # One sum sees a missing value anywhere without a pass that writes.
    if not np.isnan(rows.sum()):
        return rows, counts
    missing = np.isnan(rows).any(axis=tuple(range(2, rows.ndim)))
    counts = (~missing).sum(axis=1)
    order = np.argsort(missing, axis=1, kind="stable")[:, : counts.max(initial=0)]
    found = np.take_along_axis(rows, order.reshape(*order.shape, *(1,) * (rows.ndim - 2)), axis=1)
    found[np.arange(order.shape[1]) >= counts[:, None]] = 0.0
    return found, counts


def mean_and_scatter(rows: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and matrix of sums of squares and products about it of the first ``counts`` rows, in one reading.

    Blocks are taken about the first block's mean, which costs no digits as long as the process stays near it.
    """
    first = np.minimum(np.maximum(counts, 1), BLOCK)
    origin = rows[:, :BLOCK].sum(axis=1) / first[:, None]
    total = np.zeros(origin.shape)
    scatter = np.zeros((*origin.shape, origin.shape[1]))
    short = bool((counts < rows.shape[1]).any())
    for some, part in _blocks(rows):
        distance = rows[some, part] - origin[some, None]
        if short:
            distance[np.arange(part.start, part.stop) >= counts[some, None]] = 0.0
        total[some] += distance.sum(axis=1)
        scatter[some] += distance.transpose(0, 2, 1) @ distance
    n = np.maximum(counts, 1)[:, None]
    shift = total / n
    scatter -= n[..., None] * (shift[:, :, None] * shift[:, None, :])
    return origin + shift, (scatter + scatter.transpose(0, 2, 1)) / 2


def successive_scatter(rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Sums of squares and products of successive differences, V'V / 2 (Holmes and Mergen)."""
    scatter = np.zeros((len(rows), rows.shape[2], rows.shape[2]))
    short = bool((counts < rows.shape[1]).any())
    for some, part in _blocks(rows):
        steps = np.diff(rows[some, part.start : part.stop + 1], axis=1)
        if short:
            steps[np.arange(part.start, part.start + steps.shape[1]) >= counts[some, None] - 1] = 0.0
        scatter[some] += steps.transpose(0, 2, 1) @ steps
    return scatter / 2


def whitening(cov: np.ndarray, groups: Groups) -> np.ndarray:
    """The triangular matrices W with ``T2 = |W'(x - mean)|^2``; a covariance without an inverse is refused."""
    sd = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
    flat = ~(sd > 0)
    groups.refuse(flat.any(axis=1), "variable {place} has no variation; leave it out", place=flat.argmax(axis=1))
    p = cov.shape[1]
    bad = flat.any(axis=1) | groups.lost
    sd = np.where(bad[:, None], 1.0, sd)
    correlation = np.where(bad[:, None, None], np.eye(p), cov / (sd[:, :, None] * sd[:, None, :]))
    smallest = np.linalg.eigvalsh(correlation)[:, 0]
    groups.refuse(
        smallest < p * 1e-13,
        "the covariance matrix has no inverse (smallest eigenvalue of the correlations {found:.3g}): one variable is"
        " a sum of others; leave it out",
        found=smallest,
    )
    correlation = np.where((smallest < p * 1e-13)[:, None, None], np.eye(p), correlation)
    factor = np.linalg.inv(np.linalg.cholesky(correlation))
    (white,) = groups.blank(np.ascontiguousarray(factor.transpose(0, 2, 1) / sd[:, :, None]))
    return white


def distances(rows: np.ndarray, mean: np.ndarray, white: np.ndarray) -> np.ndarray:
    """T² of every row."""
    t2 = np.empty(rows.shape[:2])
    for some, part in _blocks(rows):
        scores = (rows[some, part] - mean[some, None]) @ white[some]
        flat = scores.reshape(-1, scores.shape[2])
        t2[some, part] = np.einsum("ij,ij->i", flat, flat).reshape(scores.shape[:2])
    return t2


def beyond(statistic: np.ndarray, ucl: np.ndarray, lcl: np.ndarray | None = None) -> np.ndarray:
    """The 0-based indices, through all groups, of the points beyond the limits of their group."""
    out = statistic > ucl[:, None]
    return np.flatnonzero(out if lcl is None else out | (statistic < lcl[:, None]))


def part_of(values, i: int, groups: int):
    """What of a result's field belongs to one of its groups."""
    if not isinstance(values, np.ndarray) or len(values) != groups:
        return values
    return values[i].item() if values.ndim == 1 else values[i]


def _blocks(rows: np.ndarray) -> Iterator[tuple[slice, slice]]:
    """Slices of groups and rows of about a block together."""
    count, length = rows.shape[:2]
    wide = max(1, BLOCK // max(length, 1))
    for low in range(0, count, wide):
        for start in range(0, length, BLOCK):
            yield slice(low, low + wide), slice(start, min(start + BLOCK, length))

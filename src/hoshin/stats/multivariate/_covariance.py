"""Means, covariance matrices and distances of rows that lie in stretches (stages, subgroups), of one group of
characteristics or many, in blocks that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_numbers
from hoshin.stats.segments import Segments

BLOCK = 8192
FEW = 32
"""The sum of so few rows is exact enough for their mean."""
_DIGITS = 64 * np.finfo(float).eps
"""A mean is off by less than this share of itself."""


class Groups(Series):
    """The points of one group of characteristics or many, their stages, and why some of them cannot be charted."""

    called = "group"


@dataclass(frozen=True, eq=False)
class Stretches:
    """Rows without a missing value end to end, and where each stretch of them begins; a stretch may have none."""

    rows: np.ndarray
    offsets: np.ndarray

    @cached_property
    def lengths(self) -> np.ndarray:
        """How many rows each stretch has."""
        return np.diff(self.offsets)

    def only(self, kept: np.ndarray | None) -> Stretches:
        """The rows that a mask keeps; None keeps all."""
        if kept is None:
            return self
        return Stretches(self.rows[kept], np.concatenate([[0], np.cumsum(kept)])[self.offsets])

    def tables(self) -> Iterator[tuple]:
        """Tables (stretches, rows, variables) of stretches about as long as each other, the shorter filled up with 0.

        Each comes with the stretches it holds, their lengths, and where in it and in the column its rows are.
        """
        lengths = self.lengths
        if (lengths == lengths[0]).all():
            if lengths[0]:
                yield slice(None), self.rows.reshape(lengths.size, lengths[0], -1), lengths, None, None
            return
        classes = np.frexp(lengths)[1]
        for size in np.unique(classes[lengths > 0]):
            chosen = np.flatnonzero(classes == size)
            columns = np.arange(lengths[chosen].max())
            inside = columns < lengths[chosen, None]
            places = (self.offsets[chosen, None] + columns)[inside]
            table = np.zeros((*inside.shape, self.rows.shape[1]))
            table[inside] = self.rows[places]
            yield chosen, table, lengths[chosen], inside, places

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean, and sums of squares and products about it, of every stretch; 0 of one without rows."""
        count, p = self.lengths.size, self.rows.shape[1]
        mean, scatter = np.zeros((count, p)), np.zeros((count, p, p))
        for chosen, table, lengths, _inside, places in self.tables():
            if places is None:
                return mean_and_scatter(table, lengths)
            mean[chosen], scatter[chosen] = mean_and_scatter(table, lengths)
        return mean, scatter

    def successive(self) -> np.ndarray:
        """Sums of squares and products of the successive differences within every stretch."""
        count, p = self.lengths.size, self.rows.shape[1]
        scatter = np.zeros((count, p, p))
        for chosen, table, lengths, *_ in self.tables():
            scatter[chosen] = successive_scatter(table, lengths)
        return scatter

    def by_row(self, function: Callable, *tail: int) -> np.ndarray:
        """What a function of some stretches and their table makes of each row."""
        found = None
        for chosen, table, _lengths, inside, places in self.tables():
            made = function(chosen, table)
            if places is None:
                return made.reshape(len(self.rows), *tail)
            found = np.empty((len(self.rows), *tail)) if found is None else found
            found[places] = made[inside]
        return np.empty((0, *tail)) if found is None else found

    def distances(self, mean: np.ndarray, white: np.ndarray) -> np.ndarray:
        """T² of every row from the mean of its stretch."""
        return self.by_row(lambda chosen, table: distances(table, mean[chosen], white[chosen]))


def complete(rows: np.ndarray) -> np.ndarray | None:
    """True for each row without a missing value; None where none is missing."""
    # One sum sees a missing value anywhere without a pass that writes.
    return ~np.isnan(rows).any(axis=1) if np.isnan(rows.sum()) else None


def restored(values: np.ndarray, present: np.ndarray | None) -> np.ndarray:
    """The values of the rows that are there at their places, NaN at the others."""
    if present is None:
        return values
    found = np.full((present.size, *values.shape[1:]), np.nan)
    found[present] = values
    return found


def read_rows(data, many: bool | None = None, **layout) -> tuple[Groups, np.ndarray]:
    """Rows (m, p), (G, m, p) of many groups, or flat with offsets, one after the other."""
    flat = layout.get("offsets") is not None
    axes = (2, 3) if many is None else 2 + (many and not flat)
    data = check_numbers(data, "data", ndim=2 if flat else axes)
    return Groups.read(data.shape[:-1], **layout), data.reshape(-1, data.shape[-1])


def read_subgroups(data, cuts, many: bool | None = None, **layout) -> tuple[Groups, np.ndarray, np.ndarray, np.ndarray]:
    """Subgroups (m, n, p), (G, m, n, p) of many groups, or flat rows with cuts; the size, mean and scatter of each.

    Rows with a missing value are left out. Mean and scatter of a subgroup without rows are 0.
    """
    if cuts is None:
        flat = layout.get("offsets") is not None
        axes = (3, 4) if many is None else 3 + (many and not flat)
        data = check_numbers(data, "data", ndim=3 if flat else axes)
        shape = data.shape[:-2]
        starts = np.arange(np.prod(shape, dtype=np.int64) + 1) * data.shape[-2]
    else:
        data = check_numbers(data, "data", ndim=2)
        starts = Segments.read(cuts, len(data), "subgroup_offsets").offsets
        shape = (starts.size - 1,)
    groups = Groups.read(shape, **layout)
    whole = Stretches(data.reshape(-1, data.shape[-1]), starts)
    there = whole.only(complete(whole.rows))
    return groups, there.lengths, *there.moments()


def sums(segments: Segments, values: np.ndarray) -> np.ndarray:
    """The sums over each segment of vectors or matrices."""
    if segments.equal:
        return values.reshape(segments.count, segments.equal, *values.shape[1:]).sum(axis=1)
    return np.add.reduceat(values, segments.offsets[:-1], axis=0)


def mean_and_scatter(rows: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and matrix of sums of squares and products about it of the first ``counts`` rows, the others 0.

    The rows are read once: blocks are taken about the first block's mean, which costs no digits as long as the process
    stays near it.
    """
    first = np.minimum(np.maximum(counts, 1), BLOCK)
    origin = rows[:, :BLOCK].sum(axis=1) / first[:, None]
    once = rows.shape[1] <= FEW
    total = np.zeros(origin.shape)
    scatter = np.zeros((*origin.shape, origin.shape[1]))
    short = bool((counts < rows.shape[1]).any())
    for some, part in _blocks(rows):
        distance = rows[some, part] - origin[some, None]
        if short:
            distance[np.arange(part.start, part.stop) >= counts[some, None]] = 0.0
        if once:
            np.matmul(distance.transpose(0, 2, 1), distance, out=scatter[some])
            continue
        total[some] += distance.sum(axis=1)
        scatter[some] += distance.transpose(0, 2, 1) @ distance
    mean = origin
    if not once:
        n = np.maximum(counts, 1)[:, None]
        shift = total / n
        scatter -= n[..., None] * (shift[:, :, None] * shift[:, None, :])
        mean, scatter = origin + shift, (scatter + scatter.transpose(0, 2, 1)) / 2
    _clear_alike(rows, counts, mean, scatter)
    return mean, scatter


def _clear_alike(rows: np.ndarray, counts: np.ndarray, mean: np.ndarray, scatter: np.ndarray) -> None:
    """Variables all alike have no scatter, though the mean of their values may be off by a digit."""
    spread = np.diagonal(scatter, axis1=1, axis2=2)
    digits = counts[:, None] * (_DIGITS * mean) ** 2
    doubted = np.flatnonzero(((spread != 0) & (spread <= digits)).any(axis=1))
    if doubted.size:
        own, beyond = rows[doubted], np.arange(rows.shape[1]) >= counts[doubted, None]
        alike = ((own == own[:, :1]) | beyond[..., None]).all(axis=1)
        mean[doubted] = np.where(alike, own[:, 0], mean[doubted])
        scatter[doubted] = np.where(alike[:, :, None] | alike[:, None, :], 0.0, scatter[doubted])


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


def beyond(groups: Groups, statistic: np.ndarray, ucl: np.ndarray, lcl: np.ndarray | None = None) -> np.ndarray:
    """The 0-based indices, through all groups, of the points beyond limits given per stage or per point."""
    high, low = (None if line is None else groups.stages.block(line, 0, statistic.size) for line in (ucl, lcl))
    out = statistic > high
    return np.flatnonzero(out if low is None else out | (statistic < low))


def _blocks(rows: np.ndarray) -> Iterator[tuple[slice, slice]]:
    """Slices of groups and rows of about a block together."""
    count, length = rows.shape[:2]
    wide = max(1, BLOCK // max(length, 1))
    for low in range(0, count, wide):
        for start in range(0, length, BLOCK):
            yield slice(low, low + wide), slice(start, min(start + BLOCK, length))

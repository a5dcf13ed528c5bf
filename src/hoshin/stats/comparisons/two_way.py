"""Analysis of variance of two factors, of one characteristic or many with a design common to all or of their own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test
from hoshin.stats.comparisons.anova import Anova, anova_table
from hoshin.stats.errors import StatisticsError
from hoshin.stats.segments import Segments

MOST_CELLS = 4_000_000
"""So many cells are made at once."""
_APART = 1e-10
"""Below this an eigenvalue (of at most 1) tells no two parts of a design from each other."""


def two_way_anova(
    values,
    first,
    second,
    interaction: bool = True,
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Anova:
    """Which of two factors moves the mean, and whether one changes the effect of the other.

    Estimand: the part of the sum of squares that each factor and their interaction explain. Type II: ``SS(first) =
    RSS(second) - RSS(both)``, ``SS(interaction) = RSS(both) - RSS(cells)``; with equal numbers in every cell they are
    the textbook ones. Lines: "first", "second", "interaction" (if asked), "residuals".

    Parameters
    ----------
    values : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``; more of them than cells.
    first, second : the level of each factor for each value (labels of any kind), at least 2 levels each; in the shape of
        the values, or (n,) where all rows have one design.
    interaction : whether to test it; then every cell must be filled.
    confidence_level : 1 - it is the level of decision.
    offsets : where each characteristic begins, the same for the values and both factors.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no table.

    Units: sums of squares those of the values squared, ``residual_sd`` those of the values.

    Assumes: independent values, residuals normal with one variance.

    Errors: an empty cell, no degree of freedom left, residuals or values without variation, a value or level missing,
    columns of other length.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 5.3 (battery life: F 7.91,
    28.97, 3.56); type II: F. Yates, JASA 29 (1934), 51-66.

    >>> life = [130, 155, 74, 180, 34, 40, 80, 75, 20, 70, 82, 58, 150, 188, 159, 126, 136, 122, 106, 115,
    ...         25, 70, 58, 45, 138, 110, 168, 160, 174, 120, 150, 139, 96, 104, 82, 60]
    >>> design = np.repeat([1, 2, 3], 12), np.tile(np.repeat([15, 70, 125], 4), 3)
    >>> table = two_way_anova(life, *design)
    >>> [round(table.effect(name).f, 2) for name in ("first", "second", "interaction")]
    [7.91, 28.97, 3.56]
    >>> two_way_anova([life, life[::-1]], *design).test("second").pvalue.round(4)
    array([0., 0.])
    """
    level = check_test("two-sided", confidence_level)
    cases, (sample,) = Cases.of_samples({"values": values}, offsets, on_error, 1)
    shape = np.shape(values)
    a, b = (_Factor.read(cases, sample, x, name, shape) for x, name in ((first, "first"), (second, "second")))
    cases.refuse_alike(sample.alike, "values")
    needed = a.levels * b.levels if interaction else np.zeros_like(a.levels)
    # More cells than values are refused before they are made.
    _refuse_empty(cases, _filled(sample, a, b, needed), needed)
    sums, cells, parts = _sums_of_squares(sample, a, b, np.flatnonzero(~cases.lost))
    _refuse_empty(cases, cells, needed)
    effects = [("first", sums["first"], a.levels - parts), ("second", sums["second"], b.levels - parts)]
    rss, df = sums["cells"], sample.n - cells
    if interaction:
        effects.append(("interaction", sums["interaction"], (a.levels - 1) * (b.levels - 1)))
    else:
        rss, df = rss + sums["interaction"], sample.n - a.levels - b.levels + parts
    for name, _, own in effects:
        cases.refuse_few(own, 1, f"degrees of freedom of {name} (levels that no other term tells apart)")
    cases.refuse_few(df, 1, "degrees of freedom left for the residuals (values beyond the cells)")
    cases.refuse_alike(~(rss > 1e-20 * sums["total"]), "the residuals")
    rss, df, total, *found = cases.blank(rss, df, sums["total"], *(x for _, *numbers in effects for x in numbers))
    effects = [(name, *found[2 * i : 2 * i + 2]) for i, (name, *_) in enumerate(effects)]
    table = anova_table(effects, rss, df, total, sample.n, level)
    return dataclasses.replace(table, problems=cases.problems) if cases.many else table[0]


@dataclass(frozen=True)
class _Factor:
    """The level of each value, numbered from 0 within its characteristic, and how many levels each has."""

    codes: np.ndarray
    levels: np.ndarray

    @classmethod
    def read(cls, cases: Cases, sample: Sample, given, name: str, shape: tuple[int, ...]) -> _Factor:
        """Labels as codes: one for each value, or those of one row that all rows share."""
        labels, segments = _labels(given), sample.segments
        shared = len(shape) == 2 and labels.shape == shape[1:]
        if not shared and labels.shape != shape:
            words = "values are {found} and {name} is {own}; a level for each value is needed"
            raise StatisticsError(words, found=shape, name=name, own=labels.shape)
        missing, found, codes = _numbered(labels.ravel(), name)
        if shared:
            missing, codes = np.tile(missing, segments.count), np.tile(codes, segments.count)
            levels = np.full(segments.count, found.size)
        else:
            codes, levels = _within(codes, found.size, segments)
        cases.refuse_missing(segments.counts(missing), name)
        cases.refuse_few(levels, 2, f"levels of {name}")
        return cls(codes, levels)


def _labels(given) -> np.ndarray:
    """Labels as an array; among words in a list NumPy would make words of numbers and of what is missing."""
    labels = np.asarray(given)
    if labels.dtype.kind not in "US" or isinstance(given, np.ndarray):
        return labels
    objects = np.asarray(given, dtype=object)
    return labels if all(isinstance(label, str | bytes) for label in objects.flat) else objects


def _numbered(labels: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which labels are missing, the others without repetition, and the place among them of each."""
    missing = labels != labels
    if labels.dtype == object:
        missing = (missing | np.equal(labels, None)).astype(bool)
    if missing.any():
        labels = np.where(missing, 0 if missing.all() else labels[np.argmin(missing)], labels)
    try:
        return missing, *np.unique(labels, return_inverse=True)
    except TypeError:
        words = "{name} holds labels of several kinds; numbers alone or words alone are needed"
        raise StatisticsError(words, name=name) from None


def _within(codes: np.ndarray, count: int, segments: Segments) -> tuple[np.ndarray, np.ndarray]:
    """Codes numbered anew within each segment, without gaps, and how many there are in each."""
    found, codes = np.unique(segments.owner * count + codes, return_inverse=True)
    levels = np.bincount(found // count, minlength=segments.count)
    return codes - segments.per_point(np.cumsum(levels) - levels), levels


def _refuse_empty(cases: Cases, filled: np.ndarray, needed: np.ndarray) -> None:
    """Refuse fewer filled cells than are needed."""
    words = "{found} {what} found; at least {needed} are needed"
    cases.refuse(filled < needed, words, found=filled, what="filled cells", needed=needed)


def _filled(sample: Sample, a: _Factor, b: _Factor, needed: np.ndarray) -> np.ndarray:
    """How many cells hold a value where fewer values than are needed make that sure to be too few; else the number needed."""
    filled, short = needed.copy(), np.flatnonzero(sample.n < needed)
    if short.size:
        places, segments = sample.places_of(short)
        most = int(b.levels.max())
        filled[short] = _within(a.codes[places] * most + b.codes[places], int(a.levels.max()) * most, segments)[1]
    return filled


def _sums_of_squares(sample: Sample, a: _Factor, b: _Factor, wanted: np.ndarray) -> tuple[dict, np.ndarray, np.ndarray]:
    """What each effect explains, what is left within the cells, filled cells, and parts that no level connects.

    Only those wanted are computed, characteristics with a similar number of levels together.
    """
    count = sample.segments.count
    sums = {name: np.full(count, np.nan) for name in ("first", "second", "interaction", "cells", "total")}
    cells, parts = np.ones(count, dtype=np.int64), np.ones(count, dtype=np.int64)
    classes = (64 * np.frexp(a.levels)[1] + np.frexp(b.levels)[1])[wanted]
    for size in np.unique(classes):
        chosen = wanted[classes == size]
        shape = int(a.levels[chosen].max()), int(b.levels[chosen].max())
        together = max(1, MOST_CELLS // (shape[0] * shape[1]))
        for part in np.split(chosen, np.arange(together, chosen.size, together)):
            counts, means, within, about = _in_cells(sample, a.codes, b.codes, part, shape)
            both, parts[part] = _additive(counts, means)
            cells[part] = (counts > 0).sum(axis=(1, 2))
            sums["cells"][part], sums["total"][part] = within, about
            alone = ((counts * means).sum(axis=i) / np.maximum(counts.sum(axis=i), 1) for i in (1, 2))
            fits = {"first": next(alone)[:, None, :], "second": next(alone)[:, :, None], "interaction": means}
            for name, fit in fits.items():
                sums[name][part] = (counts * (both - fit) ** 2).sum(axis=(1, 2))
    return sums, cells, parts


def _in_cells(sample: Sample, first: np.ndarray, second: np.ndarray, part: np.ndarray, shape) -> tuple:
    """Counts and means of the cells of some characteristics, and sums of squares about these and about their mean."""
    places, segments = sample.places_of(part)
    y = sample.values[places]
    # About the first value: subtracting a near number is exact.
    y = y - segments.per_point(segments.firsts(y))
    cell = (segments.owner * shape[0] + first[places]) * shape[1] + second[places]
    size = part.size * shape[0] * shape[1]
    counts = np.bincount(cell, minlength=size)
    means = np.zeros(size)
    # The mean of what is left takes away the rounding of the first sums.
    for _ in range(2):
        means += np.bincount(cell, y - means[cell], size) / np.maximum(counts, 1)
    about = y - segments.per_point(segments.means(y))
    table = part.size, *shape
    return counts.reshape(table), means.reshape(table), segments.sums((y - means[cell]) ** 2), segments.sums(about**2)


def _additive(counts: np.ndarray, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sums of a row's and a column's effect that fit means best, and the parts that no level connects.

    The effects of the rows follow from those of the columns, which solve equations of their own; their null space has a
    vector for each part.
    """
    if counts.shape[1] < counts.shape[2]:
        fitted, parts = _additive(counts.swapaxes(1, 2), means.swapaxes(1, 2))
        return fitted.swapaxes(1, 2), parts
    columns = counts.sum(axis=1)
    share = counts / np.maximum(counts.sum(axis=2, keepdims=True), 1)
    scale = 1 / np.sqrt(np.maximum(columns, 1))
    equations = -(counts.swapaxes(1, 2) @ share) * scale[:, :, None] * scale[:, None, :]
    diagonal = np.arange(columns.shape[1])
    equations[:, diagonal, diagonal] += columns > 0
    weights, vectors = np.linalg.eigh(equations)
    null = weights < _APART
    inverse = np.where(null, 0.0, 1 / np.where(null, 1.0, weights))
    fitted = np.zeros(means.shape)
    # What is left after the first time is rounding.
    for _ in range(2):
        rest = means - fitted
        rows = (share * rest).sum(axis=2)
        wanted = scale * (counts * (rest - rows[:, :, None])).sum(axis=1)
        effects = scale * (vectors @ (inverse[:, :, None] * (vectors.swapaxes(1, 2) @ wanted[:, :, None])))[:, :, 0]
        fitted += effects[:, None, :] + (rows - (share * effects[:, None, :]).sum(axis=2))[:, :, None]
    return fitted, null.sum(axis=1) - (columns == 0).sum(axis=1)

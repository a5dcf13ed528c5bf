"""Ranks of many characteristics, and the medians of all pairs of values that belong to them (Hodges and Lehmann)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats.comparisons._cases import Sample
from hoshin.stats.comparisons._decision import interval_tails

MOST_PAIRS = 4_000_000
"""So many pairs are made and sorted at once; with more, ranks are searched for without making the pairs."""


def ranked(samples: list[Sample]) -> tuple[list[np.ndarray], np.ndarray]:
    """Ranks of the values of each sample among all of its characteristic, and the term of the ties."""
    of = np.concatenate([x.segments.owner for x in samples])
    ranks, tied = midranks(np.concatenate([x.values for x in samples]), of)
    ties = sum_of_ties(tied, of, samples[0].segments.count)
    return np.split(ranks, np.cumsum([x.values.size for x in samples])[:-1]), ties


def rows_of(sample: Sample, chosen: np.ndarray) -> np.ndarray:
    """The values of the chosen characteristics as rows, filled up with NaN."""
    lengths = sample.n[chosen]
    columns = np.arange(lengths.max())
    places = np.minimum(sample.segments.offsets[chosen, None] + columns, sample.values.size - 1)
    return np.where(columns < lengths[:, None], sample.values[places], np.nan)


def shift(a: Sample, b: Sample, sd, alternative, level) -> list[np.ndarray]:
    """Hodges and Lehmann's shift and its interval, from all differences x - y."""

    def one(i):
        x, y = (sample.values[slice(*sample.segments.offsets[i : i + 2])] for sample in (a, b))
        return _differences(x, y)

    def rows(part):
        return (rows_of(a, part)[:, :, None] - rows_of(b, part)[:, None, :]).reshape(part.size, -1)

    return _hodges_lehmann((a, b), a.n * b.n, one, rows, sd, alternative, level)


def pseudomedian(sample: Sample, sd, alternative, level) -> list[np.ndarray]:
    """Hodges and Lehmann's median and its interval, from all averages of two."""

    def one(i):
        return _averages(sample.values[slice(*sample.segments.offsets[i : i + 2])])

    def rows(part):
        values = rows_of(sample, part)
        i, j = np.triu_indices(values.shape[1])
        return (values[:, i] + values[:, j]) / 2

    return _hodges_lehmann((sample, sample), sample.n * (sample.n + 1) // 2, one, rows, sd, alternative, level)


def _hodges_lehmann(samples, count, one, rows, sd, alternative, level) -> list[np.ndarray]:
    """The middle of all pairs and the bounds at the ranks that the law of the statistic gives.

    Characteristics of similar size are sorted together by ``rows``; those with too many pairs are searched by ``one``.
    """
    low, high = _interval_ranks(count, sd, alternative, level)
    wanted = np.stack([(count + 1) // 2, count // 2 + 1, np.maximum(low, 1), np.minimum(high, count)], axis=1)
    found, large = np.empty(wanted.shape), count > MOST_PAIRS
    for i in np.flatnonzero(large):
        at = one(i)
        found[i] = [at(rank) for rank in wanted[i].tolist()]
    first, second = (sample.n for sample in samples)
    classes = np.where(large, -1, 64 * np.frexp(first)[1] + np.frexp(second)[1])
    for size in np.unique(classes[~large]):
        chosen = np.flatnonzero(classes == size)
        together = max(1, MOST_PAIRS // int(first[chosen].max() * second[chosen].max()))
        for part in np.split(chosen, np.arange(together, chosen.size, together)):
            found[part] = np.take_along_axis(np.sort(rows(part), axis=1), wanted[part] - 1, axis=1)
    return [
        (found[:, 0] + found[:, 1]) / 2,
        np.where(low >= 1, found[:, 2], -np.inf),
        np.where(high <= count, found[:, 3], np.inf),
    ]


def order_statistics(sample: Sample, alternative, level) -> list[np.ndarray]:
    """The bounds of a median: the order statistics whose binomial ranks leave the tails."""
    from scipy.stats import binom

    ordered = sample.segments.ordered(sample.values)
    low, high = (
        binom.ppf(tail, sample.n, 0.5).astype(np.int64) if tail else np.zeros_like(sample.n)
        for tail in interval_tails(alternative, level)
    )
    starts, ends = sample.segments.offsets[:-1], sample.segments.offsets[1:]
    return [
        np.where(low > 0, ordered[starts + np.maximum(low, 1) - 1], -np.inf),
        np.where(high > 0, ordered[ends - np.maximum(high, 1)], np.inf),
    ]


def _interval_ranks(count, sd, alternative, level):
    """The ranks of the bounds that the normal approximation of the statistic gives; outside 1..count: no bound."""
    low, high = (
        np.floor(count / 2 + ndtri(tail) * np.nan_to_num(sd) + 0.5).astype(np.int64) if tail else 0 * count
        for tail in interval_tails(alternative, level)
    )
    return low, count + 1 - high


def _differences(first, second):
    """The r-th smallest of all differences x - y, for any rank r from 1, without making all of them."""
    x, y = np.sort(first), np.sort(second)
    # x - y <= v where y >= x - v.
    return _selected(lambda v: int((y.size - np.searchsorted(y, x - v, "left")).sum()), x[0] - y[-1], x[-1] - y[0])


def _averages(distances):
    """The r-th smallest average of two of the values (each with itself too), for any rank r from 1."""
    d = np.sort(distances)

    def at_most(v):
        both = int(np.searchsorted(d, 2 * v - d, "right").sum())
        return (both + int(np.searchsorted(d, v, "right"))) // 2

    return _selected(at_most, d[0], d[-1])


def _selected(at_most, low, high):
    """A rank's value by halving the range until no number lies between: for more pairs than memory should hold."""

    def at(rank):
        a, b = math.nextafter(float(low), -math.inf), float(high)
        while (middle := a + (b - a) / 2) not in (a, b):
            a, b = (a, middle) if at_most(middle) >= rank else (middle, b)
        return b

    return at

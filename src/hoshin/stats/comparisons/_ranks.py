"""Ranks of many characteristics, and the medians of all pairs of values that belong to them (Hodges and Lehmann)."""

from __future__ import annotations

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

    def search(part, ranks):
        x, y = a.ordered(part), b.ordered(part)
        keys, ends = _keys(y.segments.owner, y.values), y.segments.offsets[1:][x.segments.owner]

        def at_most(v):
            # x - y <= v where y >= x - v.
            return x.segments.sums(
                ends - np.searchsorted(keys, _keys(x.segments.owner, x.values - x.segments.per_point(v)))
            )

        (least_x, most_x), (least_y, most_y) = (sample.segments.extremes(sample.values) for sample in (x, y))
        return _selected(at_most, least_x - most_y, most_x - least_y, ranks)

    def rows(part):
        return (rows_of(a, part)[:, :, None] - rows_of(b, part)[:, None, :]).reshape(part.size, -1)

    return _hodges_lehmann((a, b), a.n * b.n, search, rows, sd, alternative, level)


def pseudomedian(sample: Sample, sd, alternative, level) -> list[np.ndarray]:
    """Hodges and Lehmann's median and its interval, from all averages of two."""

    def search(part, ranks):
        x = sample.ordered(part)
        of, keys = x.segments.owner, _keys(x.segments.owner, x.values)

        def at_most(v):
            pairs = np.searchsorted(keys, _keys(of, 2 * x.segments.per_point(v) - x.values), "right") - x.starts[of]
            alone = np.searchsorted(keys, _keys(np.arange(v.size), v), "right") - x.starts
            # Each value with itself too, all others counted twice.
            return (x.segments.sums(pairs) + alone) // 2

        return _selected(at_most, *x.segments.extremes(x.values), ranks)

    def rows(part):
        values = rows_of(sample, part)
        i, j = np.triu_indices(values.shape[1])
        return (values[:, i] + values[:, j]) / 2

    return _hodges_lehmann((sample, sample), sample.n * (sample.n + 1) // 2, search, rows, sd, alternative, level)


def _hodges_lehmann(samples, count, search, rows, sd, alternative, level) -> list[np.ndarray]:
    """The middle of all pairs and the bounds at the ranks that the law of the statistic gives.

    Characteristics of similar size are sorted together by ``rows``; those with too many pairs are searched together.
    """
    low, high = _interval_ranks(count, sd, alternative, level)
    wanted = np.stack([(count + 1) // 2, count // 2 + 1, np.maximum(low, 1), np.minimum(high, count)], axis=1)
    found, large = np.empty(wanted.shape), np.flatnonzero(count > MOST_PAIRS)
    if large.size:
        found[large] = search(large, wanted[large])
    first, second = (sample.n for sample in samples)
    classes = 64 * np.frexp(first)[1] + np.frexp(second)[1]
    classes[large] = -1
    for size in np.unique(classes[classes >= 0]):
        chosen = np.flatnonzero(classes == size)
        together = max(1, MOST_PAIRS // int(first[chosen].max() * second[chosen].max()))
        for part in np.split(chosen, np.arange(together, chosen.size, together)):
            found[part] = np.take_along_axis(np.sort(rows(part), axis=1), wanted[part] - 1, axis=1)
    return [
        (found[:, 0] + found[:, 1]) / 2,
        np.where(low >= 1, found[:, 2], -np.inf),
        np.where(high <= count, found[:, 3], np.inf),
    ]


def signed_rank_tails(positive: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chances of a sum of positive ranks of at most, and at least, as much as found; between two sums the larger.

    >>> [tail.tolist() for tail in signed_rank_tails(np.array([1.0, 5.0]), np.array([2, 3]))]
    [[0.5, 0.875], [0.75, 0.25]]
    """
    below, above, law = np.empty(n.size), np.empty(n.size), np.ones(1)
    for size in range(1, int(n.max(initial=0)) + 1):
        # Each rank is positive or not with one chance.
        law = (np.pad(law, (0, size)) + np.pad(law, (size, 0))) / 2
        chosen = np.flatnonzero(n == size)
        if chosen.size:
            at_most = np.cumsum(law)
            below[chosen] = at_most[np.ceil(positive[chosen]).astype(np.int64)]
            above[chosen] = at_most[law.size - 1 - np.floor(positive[chosen]).astype(np.int64)]
    return below, above


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


def _keys(of: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values that are sought among those of their own characteristic only: complex numbers go by the real part first."""
    keys = np.empty(values.size, dtype=np.complex128)
    keys.real, keys.imag = of, values
    return keys


def _selected(at_most, low: np.ndarray, high: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The pair of each rank, by halving the range until no number lies between: for more than memory should hold."""
    below, above = (np.repeat(x[:, None], ranks.shape[1], axis=1) for x in (np.nextafter(low, -np.inf), high))
    while True:
        middle = below + (above - below) / 2
        between = (below < middle) & (middle < above)
        if not between.any():
            return above
        enough = np.stack([at_most(v) for v in middle.T], axis=1) >= ranks
        above, below = np.where(between & enough, middle, above), np.where(between & ~enough, middle, below)

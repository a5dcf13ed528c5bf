"""Item statistics: how each question was answered and how it goes with the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.comparisons.proportions import proportion_interval
from hoshin.stats.errors import StatisticsError, check_enough, check_numbers
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class ItemStatistics(Result):
    """For each item: answers, missing ones, mean, spread, shares at the ends, favourable share, discrimination.

    ``difficulty`` is the mean as a share of the scale. ``discrimination`` is the correlation with the sum of the other
    items among people who answered all. ``counts[i]`` has one entry per point of the scale.
    """

    n: np.ndarray
    missing: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    counts: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray
    favourable: np.ndarray
    favourable_lower: np.ndarray
    favourable_upper: np.ndarray
    difficulty: np.ndarray
    discrimination: np.ndarray
    scale: tuple[int, int]
    confidence: float

    title = "Item statistics"
    assumptions = ("people are independent (for the interval)",)
    sources = ("L. Crocker, J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14",)

    def steps(self):
        """One group of lines for each item."""
        for i in range(self.n.size):
            yield Step(f"item {i + 1}: answers", value=int(self.n[i]))
            yield Step("mean", value=float(self.mean[i]))
            yield Step("favourable, the upper two points", value=float(self.favourable[i]))
            yield Step("correlation with the others' sum", value=float(self.discrimination[i]))


def item_statistics(answers, scale: tuple[int, int] = (1, 5), confidence: float = 0.95) -> ItemStatistics:
    """How each item was answered: counts, mean, shares at both ends, favourable share with interval, discrimination.

    Favourable are the two upper points of the scale; the interval is Wilson's.

    Parameters: ``answers`` (people, items) of whole points on the ``scale`` (lowest, highest); NaN is missing and only
    that item's loss.

    Source: L. Crocker, J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14.

    >>> found = item_statistics([[5, 4], [4, 2], [5, np.nan], [3, 1]])
    >>> found.n, found.mean.round(2), found.favourable.round(2)
    (array([4, 3]), array([4.25, 2.33]), array([0.75, 0.33]))
    """
    table = check_numbers(answers, "answers", ndim=2)
    low, high = int(scale[0]), int(scale[1])
    if high - low < 1:
        raise StatisticsError("scale is {low} to {high}; it must rise", low=low, high=high)
    wrong = ~np.isnan(table) & ((table < low) | (table > high) | (table != np.round(table)))
    if wrong.any():
        row, column = (int(i[0]) for i in np.nonzero(wrong))
        raise StatisticsError(
            "answer {found} of person {row} to item {column} is not a whole point from {low} to {high}",
            found=float(table[row, column]),
            row=row + 1,
            column=column + 1,
            low=low,
            high=high,
        )
    present = ~np.isnan(table)
    n = present.sum(axis=0)
    check_enough(int(n.min()) if n.size else 0, 1, "answers to each item")
    points = np.arange(low, high + 1)
    counts = (table[:, :, None] == points).sum(axis=0)
    mean = counts @ points / n
    squares = (counts * np.square(points - mean[:, None])).sum(axis=1)
    sd = np.sqrt(np.divide(squares, n - 1, out=np.full(n.size, np.nan), where=n > 1))
    favourable = counts[:, -2:].sum(axis=1)
    bounds = np.array(
        [
            proportion_interval(int(c), int(m), "score", "two-sided", confidence)
            for c, m in zip(favourable, n, strict=True)
        ]
    )
    return ItemStatistics(
        n=n,
        missing=len(table) - n,
        mean=mean,
        sd=sd,
        counts=counts,
        floor=counts[:, 0] / n,
        ceiling=counts[:, -1] / n,
        favourable=favourable / n,
        favourable_lower=bounds[:, 0],
        favourable_upper=bounds[:, 1],
        difficulty=(mean - low) / (high - low),
        discrimination=_discrimination(table[present.all(axis=1)]),
        scale=(low, high),
        confidence=float(confidence),
    )


def _discrimination(table) -> np.ndarray:
    k = table.shape[1]
    total = table.sum(axis=1)
    out = np.full(k, np.nan)
    for i in range(k):
        rest = total - table[:, i]
        if k > 1 and len(table) > 2 and np.ptp(table[:, i]) > 0 and np.ptp(rest) > 0:
            out[i] = np.corrcoef(table[:, i], rest)[0, 1]
    return out

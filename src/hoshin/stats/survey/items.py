"""Item statistics: how each question was answered and how it goes with the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats.errors import StatisticsError, check_fraction
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments
from hoshin.stats.survey._answers import read_answers, sums_of_rows


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
    sources = (
        "L. Crocker, J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14",
        "E. B. Wilson, JASA 22 (1927), 209-212: interval of the favourable share",
    )

    def steps(self):
        """One group of lines for each item."""
        for i in range(self.n.size):
            yield Step(f"item {i + 1}: answers", value=int(self.n[i]))
            yield Step("mean", value=float(self.mean[i]))
            yield Step("favourable, the upper two points", value=float(self.favourable[i]))
            bounds = (float(self.favourable_lower[i]), float(self.favourable_upper[i]))
            yield Step(f"Wilson's {self.confidence:.0%} interval", value=bounds)
            yield Step("correlation with the others' sum", value=float(self.discrimination[i]))


def item_statistics(
    answers, scale: tuple[int, int] = (1, 5), confidence: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> ItemStatistics:
    """How each item was answered: counts, mean, shares at both ends, favourable share with interval, discrimination.

    Estimand: for each item the mean ``m``, standard deviation (divisor n - 1), difficulty ``(m - low) / (high - low)``,
    share p of the two upper points with Wilson's interval ``(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``,
    and the correlation with the sum of the other items.

    Parameters
    ----------
    answers : (people, items) of one group, (C, people, items) of many, or a table with ``offsets``; whole points of the
        ``scale``. NaN is missing and only that item's loss.
    scale : the lowest and the highest point.
    confidence : of the two-sided interval of the favourable share.
    offsets : many groups: where each begins among the rows, and their number.
    on_error : "raise", or "mark": a group without an answer gets NaN and a word in ``problems``.

    Units: mean and sd in points of the scale; difficulty, floor, ceiling and favourable are shares.

    Assumes: independent people (for the interval); discrimination uses the people who answered every item.

    Errors: an answer that is no whole point of the scale, an item nobody answered, a scale that does not rise.

    Source: L. Crocker, J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14; E. B. Wilson,
    JASA 22 (1927), 209-212.

    >>> found = item_statistics([[5, 4], [4, 2], [5, np.nan], [3, 1]])
    >>> found.n, found.mean.round(2), found.favourable.round(2)
    (array([4, 3]), array([4.25, 2.33]), array([0.75, 0.33]))
    """
    low, high = int(scale[0]), int(scale[1])
    if high - low < 1:
        raise StatisticsError("scale is {low} to {high}; it must rise", low=low, high=high)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    read = read_answers(answers, offsets, None, on_error)
    _refuse_off_scale(read, low, high)
    least = sums_of_rows(read.layout.segments, (~np.isnan(read.rows)).astype(np.int64)).min(axis=1)
    read.layout.refuse_few(least, 1, "answers to each item")

    def compute(part, rows, complete):
        columns = _columns(part.segments, rows, complete, low, high, z)
        return columns, {"scale": (low, high), "confidence": float(confidence)}

    return read.layout.result(ItemStatistics, compute, read.rows, read.complete)


def _refuse_off_scale(read, low: int, high: int) -> None:
    wrong = ~np.isnan(read.rows) & ((read.rows < low) | (read.rows > high) | (read.rows != np.round(read.rows)))
    if wrong.any():
        layout = read.layout
        first = layout.segments.firsts(np.arange(len(wrong)), wrong.any(axis=1))
        column = wrong[first].argmax(axis=1)
        layout.refuse(
            layout.segments.counts(wrong.any(axis=1)) > 0,
            "answer {found} of person {row} to item {column} is not a whole point from {low} to {high}",
            found=read.rows[first, column],
            row=first - layout.segments.offsets[:-1] + 1,
            column=column + 1,
            low=low,
            high=high,
        )


def _columns(segments: Segments, rows, complete, low: int, high: int, z: float) -> dict:
    points = np.arange(low, high + 1)
    counts = np.stack([sums_of_rows(segments, (rows == point).astype(np.int64)) for point in points], axis=2)
    n = counts.sum(axis=2)
    mean = counts @ points / n
    squares = (counts * np.square(points - mean[:, :, None])).sum(axis=2)
    favourable = counts[:, :, -2:].sum(axis=2)
    lower, upper = _wilson(favourable, n, z)
    return {
        "n": n,
        "missing": segments.lengths[:, None] - n,
        "mean": mean,
        "sd": np.sqrt(np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n > 1)),
        "counts": counts,
        "floor": counts[:, :, 0] / n,
        "ceiling": counts[:, :, -1] / n,
        "favourable": favourable / n,
        "favourable_lower": lower,
        "favourable_upper": upper,
        "difficulty": (mean - low) / (high - low),
        "discrimination": _discrimination(segments, rows, complete),
    }


def _wilson(count, n, z: float):
    p, share = count / n, z * z / n
    center, half = p + share / 2, z * np.sqrt(p * (1 - p) / n + share / (4 * n))
    low, high = (center - half) / (1 + share), (center + half) / (1 + share)
    return np.where(count == 0, 0.0, low), np.where(count == n, 1.0, high)


def _discrimination(segments: Segments, rows, complete):
    """Correlation of each item with the sum of the others; NaN where one of them does not vary."""
    people = segments.counts(complete)[:, None]
    kept = np.where(complete[:, None], rows, 0.0)
    total = kept.sum(axis=1, keepdims=True)
    rest = total - kept
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, other = sums_of_rows(segments, kept) / people, sums_of_rows(segments, rest) / people
        off = np.where(complete[:, None], kept - np.repeat(mean, segments.lengths, axis=0), 0.0)
        apart = np.where(complete[:, None], rest - np.repeat(other, segments.lengths, axis=0), 0.0)
        own, others = sums_of_rows(segments, off**2), sums_of_rows(segments, apart**2)
        found = sums_of_rows(segments, off * apart) / np.sqrt(own * others)
    # Whole points: below this nothing but rounding is left.
    return np.where((people > 2) & (own > 1e-9) & (others > 1e-9), found, np.nan)

"""Change points: since when has the level been another one?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats._layout import read_series
from hoshin.stats._ranks import midranks
from hoshin.stats._results import Ragged
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import check_each, check_finite, check_fraction, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

MOST_VALUES = 20_000
_BLOCK = 1_000_000


@dataclass(frozen=True, eq=False)
class ChangePoints(Result):
    """Levels of a series and where they begin: ``points`` are the 0-based indices of the first value of each new level."""

    points: np.ndarray
    levels: np.ndarray
    sizes: np.ndarray
    sigma: float
    penalty: float
    cost: float
    n: int

    title = "Change points of the level"
    assumptions = ("values are independent and normal about their level", "their standard deviation does not change")
    sources = ("B. Jackson and others, IEEE Signal Processing Letters 12 (2005), 105-108: optimal partitioning",)

    def steps(self):
        """One line for each level."""
        yield Step("standard deviation about the levels", value=self.sigma)
        yield Step("penalty of each change, in variances", value=self.penalty)
        starts = [0, *self.points.tolist()]
        for start, level, size in zip(starts, self.levels, self.sizes, strict=True):
            yield Step(f"level from value {start + 1} on, {int(size)} values", value=float(level))


def change_points(
    values, sigma=None, penalty=None, shortest: int = 2, *, offsets=None, on_error: str = "raise"
) -> ChangePoints:
    """Where the level of a series changes: the division with the least squares plus a penalty for each change.

    Estimand: the division into levels that minimises ``sum ((x - level) / sigma)^2 + penalty (levels - 1)``, exactly, by
    optimal partitioning: ``best(t) = min over s of best(s) + cost of s..t + penalty``.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least 4 and at
        most 20,000 each, none missing.
    sigma : the standard deviation about the levels, a number or one per series; if not given the median absolute
        successive difference / (sqrt(2) 0.6745), which changes of level do not inflate.
    penalty : of each change in variances, a number or one per series; if not given ``3 ln n (1 + 10/n)``: a normal series
        without a change then shows one in at most one case of twenty (by simulation, 6 to 200 values).
    shortest : the fewest values of a level.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: levels and ``sigma`` in that of the values, ``penalty`` and ``cost`` in variances; ``points`` are indices from 0
    of the first value of each new level.

    Assumes: values independent and normal about their level, with one standard deviation. A trend or a season shows as
    levels.

    Errors: fewer than 4 values or more than 20,000, a missing one, values all alike, sigma or penalty not above 0.

    Source: B. Jackson and others, An algorithm for optimal partitioning of data on an interval, IEEE Signal Processing
    Letters 12 (2005), 105-108.

    >>> found = change_points([5, 6, 5, 4, 5, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> found.points, found.levels.round(2)
    (array([7]), array([5.14, 9.67]))
    >>> [found.points.tolist() for found in change_points([[1, 2, 1, 2, 9, 8, 9, 8], [1, 2, 1, 2, 1, 2, 1, 2]])]
    [[4], []]
    """
    x, layout = read_series(values, "values", offsets, on_error, least=4)
    lengths = layout.segments.lengths
    layout.refuse(
        lengths > MOST_VALUES, "{n} values; at most {most} can be divided at once", n=lengths, most=MOST_VALUES
    )
    shortest = check_whole(shortest, "shortest", at_least=1)
    layout.refuse_no_variation(x)
    sigma, penalty = _above_zero(sigma, layout, "sigma"), _above_zero(penalty, layout, "penalty")

    def compute(part, x, sigma, penalty):
        return divided(part.segments, x, sigma, penalty, shortest), {}

    return layout.result(ChangePoints, compute, x, sigma, penalty)


def _above_zero(given, layout, name: str):
    if given is None:
        return None
    array = check_each(check_finite(given, name), name, layout.count, "series")
    layout.refuse(array <= 0, "{name} is {found}; more than {bound} is needed", name=name, found=array, bound=0)
    return array


class PettittTest(TestResult):
    """Pettitt's test of one series."""

    title = "Pettitt's test of one change"

    @classmethod
    def from_row(cls, change, total, before, after, statistic, **numbers) -> PettittTest:
        """The test from its numbers."""
        return cls(
            test=cls.title,
            estimand="level before and after",
            n=(change, total - change),
            statistic=statistic,
            statistic_name="K",
            effect_size=after - before,
            effect_size_name="difference of medians",
            claim=f"the level changed at value {change + 1}",
            summary={"change": change, "median before": before, "median after": after},
            computation=(("p value", "2 exp(-6 {k}^2 / ({n}^3 + {n}^2))", {"k": statistic, "n": total}, None),),
            assumptions=("values are independent", "there is at most one change"),
            source="A. N. Pettitt, Applied Statistics 28 (1979), 126-135",
            **numbers,
        )


def pettitt(values, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise") -> TestResult:
    """Whether the level of a series changed once, whatever the distribution: Pettitt's test.

    Estimand: ``K = max |U_t|``, ``U_t = 2 sum of the first t ranks - t (n + 1)``, the Mann-Whitney count between the first
    t values and the rest; ``p = 2 exp(-6 K^2 / (n^3 + n^2))``. ``summary["change"]`` is the 0-based index of the first
    value after the change (among many series the column ``change``).

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least 5 each,
        none missing, not all alike.
    confidence_level : 1 minus the level of the decision.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: the effect size, the difference of the medians, in that of the values; K counts pairs.

    Assumes: independent values, at most one change.

    Errors: fewer than 5 values, a missing one, values all alike.

    Source: A. N. Pettitt, A non-parametric approach to the change-point problem, Applied Statistics 28 (1979), 126-135.

    >>> result = pettitt([5, 6, 5, 4, 5, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> result.summary["change"], result.statistic, round(result.pvalue, 4)
    (7, 42.0, 0.0228)
    """
    level = check_fraction(confidence_level, "confidence_level")
    x, layout = read_series(values, "values", offsets, on_error, least=5)
    layout.refuse_no_variation(x)

    def compute(part, x):
        segments, n = part.segments, part.segments.lengths
        # Ranks are halves: the running sum is exact.
        summed = np.cumsum(midranks(x, segments.owner)[0])
        summed = summed - segments.per_point(np.concatenate([[0.0], summed[segments.offsets[1:-1] - 1]]))
        u = np.abs(2 * summed - (segments.positions() + 1.0) * segments.per_point(n + 1))
        place = segments.padded(u, -1.0).argmax(axis=1)
        change = place + 1
        k = u[segments.offsets[:-1] + place]
        cuts = np.sort(np.concatenate([segments.offsets, segments.offsets[:-1] + change]))
        medians = Segments(cuts).medians(x).reshape(-1, 2)
        pvalue = np.minimum(1.0, 2 * np.exp(-6 * k * k / (n.astype(float) ** 3 + n**2)))
        return {
            "statistic": k, "pvalue": pvalue, "change": change, "total": n,
            "before": medians[:, 0], "after": medians[:, 1],
        }, {"confidence_level": level}  # fmt: skip

    return layout.result(PettittTest, compute, x)


def divided(segments: Segments, x: np.ndarray, sigma, penalty, shortest: int) -> dict:
    """The columns of the change points of all series."""
    n = segments.lengths
    sigma = _robust_sigma(segments, x) if sigma is None else sigma
    penalty = 3 * np.log(n) * (1 + 10 / n) if penalty is None else penalty
    scaled = (x - segments.per_point(segments.medians(x))) / segments.per_point(sigma)
    first = np.flatnonzero(_starts(segments, scaled, penalty, shortest))
    own = segments.owners(first)
    number = np.bincount(own, minlength=segments.count)
    cuts = np.concatenate([[0], np.cumsum(number)])
    sizes = np.diff(np.append(first, x.size))
    levels = np.add.reduceat(x, first) / sizes
    off = (x - np.repeat(levels, sizes)) / segments.per_point(sigma)
    later = ~np.isin(np.arange(first.size), cuts[:-1])
    return {
        "points": Ragged((first - segments.offsets[own])[later], cuts - np.arange(cuts.size)),
        "levels": Ragged(levels, cuts),
        "sizes": Ragged(sizes, cuts),
        "sigma": sigma,
        "penalty": penalty,
        "cost": segments.sums(np.square(off)) + penalty * (number - 1),
        "n": n,
    }


def _robust_sigma(segments: Segments, x: np.ndarray) -> np.ndarray:
    """Standard deviation about a level that may jump: from the median absolute successive difference.

    Where more than half of the values repeat the one before, the mean absolute difference stands in.

    >>> _robust_sigma(Segments.one(6), np.array([0.0, 1.0, 0.0, 1.0, 50.0, 51.0])).round(4)
    array([1.0484])
    """
    inner = np.ones(x.size, dtype=bool)
    inner[segments.offsets[:-1]] = False
    steps = np.abs(np.diff(x, prepend=x[:1]))[inner]
    between = Segments(segments.offsets - np.arange(segments.offsets.size))
    median = between.medians(steps) / (math.sqrt(2) * float(ndtri(0.75)))
    return np.where(median > 0, median, between.sums(steps) / between.lengths * math.sqrt(math.pi) / 2)


def _starts(segments: Segments, x: np.ndarray, penalty: np.ndarray, shortest: int) -> np.ndarray:
    """For each point whether a level begins with it. Series of similar length are divided side by side."""
    begins = np.zeros(x.size, dtype=bool)
    classes = np.frexp(segments.lengths)[1]
    for size in np.unique(classes):
        alike = np.flatnonzero(classes == size)
        step = max(1, _BLOCK // int(segments.lengths[alike].max()))
        for low in range(0, alike.size, step):
            chosen = alike[low : low + step]
            lengths = segments.lengths[chosen]
            columns = np.arange(lengths.max())
            inside = columns < lengths[:, None]
            rows = np.zeros(inside.shape)
            rows[inside] = x[(segments.offsets[chosen, None] + columns)[inside]]
            last, t = _last_starts(rows, penalty[chosen], shortest), lengths
            while t.any():
                t = last[np.arange(chosen.size), t]
                begins[segments.offsets[chosen] + t] = True
    return begins


def _last_starts(rows: np.ndarray, penalty: np.ndarray, shortest: int) -> np.ndarray:
    """Where the last level begins in the best division of the first t values of each row, for every t.

    What is best for the first t does not depend on what comes later: rows may be filled up at the end.
    """
    count, n = rows.shape
    sums, squares, best = (np.zeros((count, n + 1)) for _ in range(3))
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    np.cumsum(rows * rows, axis=1, out=squares[:, 1:])
    best[:, 1:] = np.inf
    best[:, 0] = -penalty
    last = np.zeros((count, n + 1), dtype=np.int64)
    for t in range(shortest, n + 1):
        s = slice(0, t - shortest + 1)
        between = sums[:, t, None] - sums[:, s]
        between *= between
        between /= np.arange(t, shortest - 1, -1)
        total = best[:, s] + (squares[:, t, None] - squares[:, s] - between) + penalty[:, None]
        last[:, t] = total.argmin(axis=1)
        best[:, t] = total[np.arange(count), last[:, t]]
    return last

"""Change points: since when has the level been another one?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_variation,
    check_whole,
)
from hoshin.stats.results import Result, Step

MOST_VALUES = 20_000


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


def change_points(values, sigma: float | None = None, penalty: float | None = None, shortest: int = 2) -> ChangePoints:
    """Where the level of a series changes: the division with the least squares plus a penalty for each change.

    Exact (optimal partitioning, n^2 steps). ``sigma``: the standard deviation about the levels; if not given the
    median absolute successive difference / (sqrt(2) 0.6745), which changes of level do not inflate. ``penalty`` in
    variances; if not given ``3 ln n (1 + 10/n)``: a normal series without a change then shows one in at most one case
    of twenty (by simulation, 6 to 200 values).

    Parameters: ``values`` 1-D in time order, none missing, at least 4, at most 20,000; ``shortest`` level.

    Source: B. Jackson and others, IEEE Signal Processing Letters 12 (2005), 105-108.

    >>> found = change_points([5, 6, 5, 4, 5, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> found.points, found.levels.round(2)
    (array([7]), array([5.14, 9.67]))
    """
    x = check_finite(values, "values", ndim=1)
    n = check_enough(x.size, 4)
    if n > MOST_VALUES:
        raise StatisticsError("{n} values; at most {most} can be divided at once", n=n, most=MOST_VALUES)
    shortest = check_whole(shortest, "shortest", at_least=1)
    check_variation(float(np.ptp(x)))
    sigma = robust_sigma(x) if sigma is None else check_number(sigma, "sigma", above=0)
    penalty = 3 * math.log(n) * (1 + 10 / n) if penalty is None else check_number(penalty, "penalty", above=0)
    scaled = (x - np.median(x)) / sigma
    starts = _divide(scaled, penalty, shortest)
    edges = np.array([*starts, n])
    sums = np.add.reduceat(x, edges[:-1])
    sizes = np.diff(edges)
    levels = sums / sizes
    cost = float(np.square((x - np.repeat(levels, sizes)) / sigma).sum() + penalty * (len(starts) - 1))
    return ChangePoints(edges[1:-1], levels, sizes, sigma, penalty, cost, n)


def pettitt(values, confidence_level: float = 0.95) -> TestResult:
    """Whether the level of a series changed once, whatever the distribution: Pettitt's test.

    ``K = max |U_t|``, U_t the Mann-Whitney count between the first t values and the rest; ``p = 2 exp(-6 K^2 /
    (n^3 + n^2))``. ``summary["change"]`` is the 0-based index of the first value after the change.

    Parameters: ``values`` 1-D in time order, none missing, at least 5, not all alike.

    Source: A. N. Pettitt, Applied Statistics 28 (1979), 126-135.

    >>> result = pettitt([5, 6, 5, 4, 5, 6, 5, 9, 10, 9, 11, 10, 9])
    >>> result.summary["change"], result.statistic, round(result.pvalue, 4)
    (7, 42.0, 0.0228)
    """
    from scipy.stats import rankdata

    level = check_fraction(confidence_level, "confidence_level")
    x = check_finite(values, "values", ndim=1)
    n = check_enough(x.size, 5)
    check_variation(float(np.ptp(x)))
    t = np.arange(1, n)
    u = 2 * np.cumsum(rankdata(x))[:-1] - t * (n + 1)
    place = int(np.argmax(np.abs(u)))
    k = float(abs(u[place]))
    change = place + 1
    before, after = float(np.median(x[:change])), float(np.median(x[change:]))
    return TestResult(
        test="Pettitt's test of one change",
        estimand="level before and after",
        n=(change, n - change),
        pvalue=min(1.0, 2 * math.exp(-6 * k * k / (n**3 + n**2))),
        statistic=k,
        statistic_name="K",
        confidence_level=level,
        effect_size=after - before,
        effect_size_name="difference of medians",
        claim=f"the level changed at value {change + 1}",
        summary={"change": change, "median before": before, "median after": after},
        computation=(("p value", "2 exp(-6 {k}^2 / ({n}^3 + {n}^2))", {"k": k, "n": n}, None),),
        assumptions=("values are independent", "there is at most one change"),
        source="A. N. Pettitt, Applied Statistics 28 (1979), 126-135",
    )


def robust_sigma(x: np.ndarray) -> float:
    """Standard deviation about a level that may jump: from the median absolute successive difference.

    Where more than half of the values repeat the one before, the mean absolute difference stands in.

    >>> round(robust_sigma(np.array([0.0, 1.0, 0.0, 1.0, 50.0, 51.0])), 4)
    1.0484
    """
    steps = np.abs(np.diff(x))
    median = float(np.median(steps)) / (math.sqrt(2) * float(ndtri(0.75)))
    return median if median > 0 else float(steps.mean()) * math.sqrt(math.pi) / 2


def _divide(x: np.ndarray, penalty: float, shortest: int) -> list[int]:
    """Starts of the levels. ``best[t]`` is the least cost of the first t values, its last level beginning at ``last[t]``."""
    n = x.size
    sums, squares = np.concatenate([[0.0], np.cumsum(x)]), np.concatenate([[0.0], np.cumsum(x * x)])
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
    best[0] = -penalty
    for t in range(shortest, n + 1):
        s = np.arange(0, t - shortest + 1)
        inside = squares[t] - squares[s] - (sums[t] - sums[s]) ** 2 / (t - s)
        total = best[s] + inside + penalty
        last[t] = np.argmin(total)
        best[t] = total[last[t]]
    starts, t = [], n
    while t > 0:
        t = int(last[t])
        starts.append(t)
    return starts[::-1]

"""Does a series rise or fall? Mann and Kendall's test with Sen's slope."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, ndtri

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.errors import check_choice, check_finite, check_fraction, check_same_length
from hoshin.stats.results import FrozenDict, Step

LARGEST_FOR_SLOPE = 5000
_BLOCK = 1 << 22
"""As many slopes are held at once."""


@dataclass(frozen=True, eq=False)
class MannKendall(Batched):
    """Whether later values tend to be larger (S > 0) or smaller (S < 0), with the slope per unit of time.

    ``slope`` and its interval are missing for more than 5,000 values. For many characteristics every figure has one
    entry for each (NaN where missing), and ``tests[i]`` is the test of one.
    """

    n: int | np.ndarray
    s: int | np.ndarray
    var_s: float | np.ndarray
    z: float | np.ndarray
    pvalue: float | np.ndarray
    tau: float | np.ndarray
    slope: float | np.ndarray | None
    slope_interval: tuple[float, float] | np.ndarray | None
    confidence_level: float
    alternative: str
    problems: FrozenDict = field(default_factory=FrozenDict)

    optional = ("slope", "slope_interval")
    pairs = ("slope_interval",)
    leading = "n"
    title = "Mann-Kendall test of trend"
    assumptions = ("values are independent but for the trend (autocorrelation makes the test reject too often)",)
    sources = (
        "H. B. Mann, Econometrica 13 (1945), 245-259; M. G. Kendall, Rank Correlation Methods, 4th edition, 55",
        "P. K. Sen, JASA 63 (1968), 1379-1389; R. O. Gilbert, Statistical Methods for Environmental Pollution, 217",
    )

    @property
    def significant(self) -> bool | np.ndarray:
        """Whether the p value is at or below 1 - confidence level."""
        return self.pvalue <= 1 - self.confidence_level

    def steps(self):
        """From S to the p value and the slope."""
        yield Step("S", "pairs that rise - pairs that fall", value=self.s)
        yield Step("variance of S", "(n(n-1)(2n+5) - sum t(t-1)(2t+5)) / 18 over ties of t", value=self.var_s)
        yield Step("z", "({s} - sign) / sqrt({v})", {"s": self.s, "v": self.var_s}, self.z)
        yield Step(f"p value, {self.alternative}", value=self.pvalue)
        yield Step("tau", "S / (n(n-1)/2)", value=self.tau)
        if self.slope is not None:
            yield Step("Sen's slope", "median of (x[j] - x[i]) / (t[j] - t[i])", value=self.slope)
            yield Step("interval of the slope", value=self.slope_interval)


def mann_kendall(
    values,
    times=None,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> MannKendall:
    """Whether values in time order rise ("greater") or fall ("less"), whatever their distribution.

    Estimand: ``S`` counts rising minus falling pairs; ``z = (S -+ 1) / sqrt(var S)``,
    ``var S = (n(n-1)(2n+5) - sum t(t-1)(2t+5)) / 18`` over ties of t values; ``slope`` is Sen's, the median of
    ``(x_j - x_i) / (t_j - t_i)``, with the interval of Gilbert.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``; at
        least 4 in each.
    times : increasing times, which only scale the slope (0, 1, 2 ... if not given): (n,), or one for each value.
    alternative : "two-sided", "less" or "greater".
    confidence_level : 1 - the level of decision, and that of the interval.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: the slope in the unit of the values per unit of the times; S, z and tau have none.

    Assumes: values independent but for the trend; autocorrelation makes the test reject too often.

    Errors: fewer than 4 values, a missing value, values all alike, times that do not increase.

    Source: H. B. Mann, Econometrica 13 (1945), 245-259; R. O. Gilbert, Statistical Methods for Environmental Pollution
    Monitoring (1987), 208-219.

    >>> result = mann_kendall([5, 4, 6, 7, 7, 9, 8, 11, 10, 12])
    >>> result.s, round(result.z, 4), round(result.pvalue, 5), round(result.slope, 3)
    (38, 3.3227, 0.00089, 0.833)
    """
    check_choice(alternative, ("two-sided", "less", "greater"), "alternative")
    level = check_fraction(confidence_level, "confidence_level")
    samples = Samples.read(values, offsets, on_error, enough=4)
    samples, moments = _times(times, samples)
    n, (s, ties) = samples.n, _score(samples)
    variance = (n * (n - 1.0) * (2 * n + 5) - ties) / 18
    z = (s - np.sign(s)) / np.sqrt(variance)
    below, above = ndtr(z), ndtr(-z)
    pvalue = {"less": below, "greater": above, "two-sided": np.minimum(1.0, 2 * np.minimum(below, above))}[alternative]
    slope, interval = _sen(samples, moments, np.sqrt(variance), level)
    numbers = (s, variance, z, pvalue, 2 * s / (n * (n - 1)), slope, interval)
    tests = MannKendall(
        samples.given.lengths,
        *(samples.whole(number) for number in numbers),
        confidence_level=level,
        alternative=alternative,
        problems=FrozenDict(samples.problems),
    )
    return tests if samples.many else tests[0]


def _score(samples: Samples) -> tuple[np.ndarray, np.ndarray]:
    """Rising minus falling pairs of each characteristic, and the sum of t (t - 1) (2 t + 5) over its ties of t values."""
    n, place = samples.n, samples.segments.positions()
    order = np.lexsort((samples.points, samples.segments.owner))
    ordered = samples.points[order]
    first = place == 0
    first[1:] |= ordered[1:] != ordered[:-1]
    group = np.cumsum(first)
    rank = np.empty(place.size, np.int64)
    rank[order] = group
    t = np.bincount(group)[1:].astype(float)
    whose = samples.segments.owner[first]
    tied, ties = (np.bincount(whose, part, n.size) for part in (t * (t - 1) / 2, t * (t - 1) * (2 * t + 5)))
    rising = _rising_pairs(samples, place, rank)
    return np.round(2 * rising + tied - n * (n - 1.0) / 2).astype(np.int64), ties


def _rising_pairs(samples: Samples, place: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Pairs whose later value is larger, by merging halves: for each later value the smaller ones of the half before.

    At each width the values are sorted within pairs of halves, later ones first among equals; the values of the
    earlier half counted so far are then those that are smaller.
    """
    start, rising = samples.per_point(samples.starts), np.zeros(samples.whose.size)
    whose, width = samples.segments.owner, 1
    most = 2 * (rank.max(initial=0) + 1)
    while width < samples.n.max(initial=0):
        earlier = (place // width) % 2 == 0
        begin = start + place // (2 * width) * (2 * width)
        order = np.argsort(begin * most + 2 * rank + earlier)
        before = np.concatenate([[0], np.cumsum(earlier[order])])
        # Pairs of halves keep their places in the column, so that their beginnings hold for the sorted values too.
        smaller = before[1:] - before[begin[order]]
        later = ~earlier[order]
        rising += np.bincount(whose[order][later], smaller[later], rising.size)
        width *= 2
    return rising


def _sen(samples: Samples, times, sd, level) -> tuple[np.ndarray, np.ndarray]:
    """Sen's slope and its interval, characteristics of one length together; NaN for too many values."""
    count = samples.whose.size
    slope, interval = np.full(count, np.nan), np.full((count, 2), np.nan)
    half = float(ndtri((1 + level) / 2)) * sd
    for n in np.unique(samples.n[samples.n <= LARGEST_FOR_SLOPE]).tolist():
        i, j = np.triu_indices(n, 1)
        chosen = np.flatnonzero(samples.n == n)
        step = max(1, _BLOCK // i.size)
        for low in range(0, chosen.size, step):
            some = chosen[low : low + step]
            places = samples.starts[some, None] + np.arange(n)
            x, t = samples.points[places], times[places]
            slopes = (x[:, j] - x[:, i]) / (t[:, j] - t[:, i])
            ends = np.stack([np.round((i.size - half[some]) / 2) - 1, np.round((i.size + half[some]) / 2)], axis=1)
            ends = np.clip(ends, 0, i.size - 1).astype(np.int64)
            middle = [(i.size - 1) // 2, i.size // 2]
            slopes.partition(np.union1d(middle, ends), axis=1)
            slope[some] = slopes[:, middle].mean(axis=1)
            interval[some] = np.take_along_axis(slopes, ends, axis=1)
    return slope, interval


def _times(times, samples: Samples) -> tuple[Samples, np.ndarray]:
    """The samples whose times increase, and the time of each value."""
    if times is None:
        return samples, samples.segments.positions().astype(float)
    times = check_finite(times, "times", ndim=(1, 2))
    if times.shape != samples.shape:
        shared = samples.given.equal or samples.given.total
        check_same_length(np.empty(shared), times if times.ndim == 1 else times.ravel(), ("values", "times"))
        times = np.tile(times.ravel(), samples.given.count)
    times = times.ravel()[samples.places]
    back = np.zeros(times.size, dtype=bool)
    back[1:] = times[1:] <= times[:-1]
    back[samples.starts] = False
    first = samples.segments.firsts(samples.segments.positions(), back)
    places = samples.places
    samples = samples.without(
        samples.segments.counts(back) > 0,
        "times do not increase at index {place}; increasing times are needed",
        place=first,
    )
    return samples, times[np.isin(places, samples.places)]

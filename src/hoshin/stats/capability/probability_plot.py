"""The numbers of a probability plot: do the values lie on the line of a distribution?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import betaincinv

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.capability.distributions import DISTRIBUTIONS, FittedDistribution, fitted
from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.results import FrozenDict, Step
from hoshin.stats.segments import Segments

_POSITIONS = {
    "median_rank": None,
    "benard": (0.3, 0.4),
    "hazen": (0.5, 0.0),
    "weibull": (0.0, 1.0),
    "blom": (0.375, 0.25),
}


@dataclass(frozen=True, eq=False)
class ProbabilityPlot(Batched):
    """Sorted values against the quantiles a fitted distribution has at their plotting positions.

    ``lower`` and ``upper`` are pointwise bounds of each sorted value if the fitted distribution is the true one.
    ``correlation`` is that of values and quantiles. Of many characteristics the points keep the shape of the values
    ((C, n), or flat, cut by ``offsets``), and ``plot[i]`` is the plot of one.
    """

    values: np.ndarray
    positions: np.ndarray
    quantiles: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    correlation: Any
    fit: FittedDistribution
    method: str
    confidence: float
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Probability plot"
    assumptions = ("independent values of one distribution",)
    sources = ("J. M. Chambers et al., Graphical Methods for Data Analysis (1983), chapter 6", "ISO 5479, in substance")
    leading = "correlation"
    column = ("values", "positions", "quantiles", "lower", "upper")

    def outside(self) -> np.ndarray:
        """The 0-based places, among the sorted values (of many: the flattened ones), outside the pointwise bounds."""
        return np.flatnonzero((self.values < self.lower) | (self.values > self.upper))

    def steps(self):
        """The fit and how closely the values follow it."""
        yield from self.fit.steps()
        yield Step("plotting positions", self.method, value=self.positions)
        yield Step("quantiles of the fit", value=self.quantiles)
        yield Step("correlation of values and quantiles", value=self.correlation)
        yield Step("values outside the bounds", "confidence {c} each", {"c": self.confidence}, self.outside().size)


def probability_plot(
    values,
    distribution: str = "normal",
    *,
    positions: str = "median_rank",
    confidence: float = 0.95,
    offsets=None,
    on_error: str = "raise",
) -> ProbabilityPlot:
    """The numbers of a probability plot of values against a distribution fitted to them.

    Estimand: the quantile ``F^-1(p_i)`` of the fitted distribution for the i-th of n sorted values, with the plotting
    position p_i: "median_rank" (exact, the median of the beta distribution with i and n + 1 - i), "benard"
    (i - 0.3) / (n + 0.4), "hazen" (i - 0.5) / n, "weibull" i / (n + 1), "blom" (i - 0.375) / (n + 0.25). Bounds:
    quantiles of the fit at the beta quantiles of (1 -+ confidence) / 2.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; none missing.
    distribution : one of ``DISTRIBUTIONS``.
    positions : the plotting position, one of the five above.
    confidence : of the bounds of each single value.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: values, quantiles and bounds in one unit; positions are shares from 0 to 1.

    Assumes: independent values of one distribution that does not change.

    Errors: values the distribution cannot have, missing, or without variation.

    Source: J. M. Chambers et al., Graphical Methods for Data Analysis (1983), chapter 6; A. Benard, E. C. Bos-Levenbach,
    Statistica Neerlandica 7 (1953), 163-173.

    >>> plot = probability_plot([4.8, 5.1, 5.0, 5.3, 4.9])
    >>> plot.positions.round(4), plot.outside().size
    (array([0.1294, 0.3138, 0.5   , 0.6862, 0.8706]), 0)
    """
    check_choice(distribution, DISTRIBUTIONS, "distribution")
    check_choice(positions, _POSITIONS, "positions")
    level = check_fraction(confidence)
    samples, found = fitted(Samples.read(values, offsets, on_error, enough=2), distribution)
    at, low, high = _shares(samples.n, positions, (1 - level) / 2)
    points = found.at_points(samples)
    quantiles = points.quantile(at)
    numbers = (samples.ordered, at, quantiles, points.quantile(low), points.quantile(high))
    plot = ProbabilityPlot(
        *(samples.whole_points(number) for number in numbers),
        samples.whole(_correlation(samples, samples.ordered, quantiles)),
        found,
        positions,
        level,
        samples.given.offsets,
        FrozenDict(samples.problems),
    )
    return plot if samples.many else plot[0]


def _shares(n: np.ndarray, positions: str, tail: float) -> np.ndarray:
    """Plotting position and both beta quantiles of each sorted value, computed once for each sample size."""
    sizes, which = np.unique(n, return_inverse=True)
    known = Segments(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    i, size = known.positions() + 1, known.per_point(sizes)
    if positions == "median_rank":
        at = betaincinv(i, size + 1 - i, 0.5)
    else:
        less, more = _POSITIONS[positions]
        at = (i - less) / (size + more)
    shares = np.stack([at, *(betaincinv(i, size + 1 - i, share) for share in (tail, 1 - tail))])
    wanted = Segments(np.concatenate([[0], np.cumsum(n)]).astype(np.int64))
    return shares[:, wanted.per_point(known.offsets[which]) + wanted.positions()]


def _correlation(samples: Samples, first, second) -> np.ndarray:
    sums = samples.segments.sums
    first, second = (numbers - samples.per_point(samples.means(numbers)) for numbers in (first, second))
    # The ends are the furthest from the mean; by them no square overflows.
    ends = (samples.starts, samples.segments.offsets[1:] - 1)
    first, second = (
        numbers / samples.per_point(np.maximum(-numbers[ends[0]], numbers[ends[1]])) for numbers in (first, second)
    )
    return np.clip(sums(first * second) / np.sqrt(sums(first * first) * sums(second * second)), -1.0, 1.0)

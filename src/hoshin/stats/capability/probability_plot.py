"""The numbers of a probability plot: do the values lie on the line of a distribution?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from hoshin.stats.capability.distributions import FittedDistribution, fit
from hoshin.stats.errors import check_choice, check_finite, check_fraction
from hoshin.stats.results import Result, Step

_POSITIONS = {
    "median_rank": None,
    "benard": (0.3, 0.4),
    "hazen": (0.5, 0.0),
    "weibull": (0.0, 1.0),
    "blom": (0.375, 0.25),
}


@dataclass(frozen=True, eq=False)
class ProbabilityPlot(Result):
    """Sorted values against the quantiles a fitted distribution has at their plotting positions.

    ``lower`` and ``upper`` are pointwise bounds of each sorted value if the fitted distribution is the true one.
    ``correlation`` is that of values and quantiles.
    """

    values: np.ndarray
    positions: np.ndarray
    quantiles: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    correlation: float
    fit: FittedDistribution
    method: str
    confidence: float

    title = "Probability plot"
    assumptions = ("independent values of one distribution",)
    sources = ("J. M. Chambers et al., Graphical Methods for Data Analysis (1983), chapter 6", "ISO 5479, in substance")

    def outside(self) -> np.ndarray:
        """The 0-based places, among the sorted values, outside the pointwise bounds."""
        return np.flatnonzero((self.values < self.lower) | (self.values > self.upper))

    def steps(self):
        """The fit and how closely the values follow it."""
        yield from self.fit.steps()
        yield Step("plotting positions", self.method, value=self.positions)
        yield Step("quantiles of the fit", value=self.quantiles)
        yield Step("correlation of values and quantiles", value=self.correlation)
        yield Step("values outside the bounds", "confidence {c} each", {"c": self.confidence}, self.outside().size)


def probability_plot(
    values, distribution: str = "normal", *, positions: str = "median_rank", confidence: float = 0.95
) -> ProbabilityPlot:
    """The numbers of a probability plot of values against a distribution fitted to them.

    The i-th of n sorted values is set against the quantile at its plotting position: "median_rank" (exact, the median
    of the beta distribution with i and n + 1 - i), "benard" (i - 0.3) / (n + 0.4), "hazen" (i - 0.5) / n, "weibull"
    i / (n + 1), "blom" (i - 0.375) / (n + 0.25). Bounds: quantiles of the fit at the beta quantiles.

    Parameters: ``values`` (n,), none missing; ``distribution`` one of ``DISTRIBUTIONS``.

    Errors: values the distribution cannot have, or without variation.

    Source: J. M. Chambers et al., Graphical Methods for Data Analysis (1983), chapter 6; A. Benard, E. C. Bos-Levenbach,
    Statistica Neerlandica 7 (1953), 163-173.

    >>> plot = probability_plot([4.8, 5.1, 5.0, 5.3, 4.9])
    >>> plot.positions.round(4), plot.outside().size
    (array([0.1294, 0.3138, 0.5   , 0.6862, 0.8706]), 0)
    """
    check_choice(positions, _POSITIONS, "positions")
    tail = (1 - check_fraction(confidence)) / 2
    array = np.sort(check_finite(values, "values", ndim=1))
    fitted = fit(array, distribution)
    i, n = np.arange(1, array.size + 1), array.size
    if positions == "median_rank":
        at = betaincinv(i, n + 1 - i, 0.5)
    else:
        less, more = _POSITIONS[positions]
        at = (i - less) / (n + more)
    quantiles = fitted.quantile(at)
    lower, upper = (fitted.quantile(betaincinv(i, n + 1 - i, share)) for share in (tail, 1 - tail))
    correlation = float(np.corrcoef(array, quantiles)[0, 1])
    return ProbabilityPlot(array, at, quantiles, lower, upper, correlation, fitted, positions, confidence)

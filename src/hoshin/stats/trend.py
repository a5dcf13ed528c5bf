"""Does a series rise or fall? Mann and Kendall's test with Sen's slope."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from hoshin.stats.comparisons import _decision
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_same_length, check_variation
from hoshin.stats.results import Result, Step

LARGEST_FOR_SLOPE = 5000


@dataclass(frozen=True, eq=False)
class MannKendall(Result):
    """Whether later values tend to be larger (S > 0) or smaller (S < 0), with the slope per unit of time.

    ``slope`` and its interval are missing for more than 5,000 values.
    """

    n: int
    s: int
    var_s: float
    z: float
    pvalue: float
    tau: float
    slope: float | None
    slope_interval: tuple[float, float] | None
    confidence_level: float
    alternative: str

    title = "Mann-Kendall test of trend"
    assumptions = ("values are independent but for the trend (autocorrelation makes the test reject too often)",)
    sources = (
        "H. B. Mann, Econometrica 13 (1945), 245-259; M. G. Kendall, Rank Correlation Methods, 4th edition, 55",
        "P. K. Sen, JASA 63 (1968), 1379-1389; R. O. Gilbert, Statistical Methods for Environmental Pollution, 217",
    )

    @property
    def significant(self) -> bool:
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


def mann_kendall(values, times=None, alternative: str = "two-sided", confidence_level: float = 0.95) -> MannKendall:
    """Whether values in time order rise ("greater") or fall ("less"), whatever their distribution.

    ``S`` counts rising minus falling pairs; ``z = (S -+ 1) / sqrt(var S)`` with the variance corrected for ties;
    ``slope`` is Sen's median slope with the interval of Gilbert. ``times`` (increasing; 0, 1, 2 ... if not given) only
    scale the slope.

    Parameters: ``values`` 1-D, at least 4, none missing, not all alike.

    Source: H. B. Mann, Econometrica 13 (1945), 245-259; R. O. Gilbert, Statistical Methods for Environmental Pollution
    Monitoring (1987), 208-219.

    >>> result = mann_kendall([5, 4, 6, 7, 7, 9, 8, 11, 10, 12])
    >>> result.s, round(result.z, 4), round(result.pvalue, 5), round(result.slope, 3)
    (38, 3.3227, 0.00089, 0.833)
    """
    level = _decision.check_test(alternative, confidence_level)
    values = check_finite(values, "values", ndim=1)
    n = check_enough(values.size, 4)
    check_variation(float(np.ptp(values)))
    times = _times(times, values)
    s = _score(values)
    ties = np.unique(values, return_counts=True)[1].astype(float)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    z = (s - np.sign(s)) / math.sqrt(variance)
    slope, interval = _sen(values, times, math.sqrt(variance), level) if n <= LARGEST_FOR_SLOPE else (None, None)
    return MannKendall(
        n=n,
        s=s,
        var_s=variance,
        z=float(z),
        pvalue=_decision.tail_pvalue(ndtr(z), ndtr(-z), alternative),
        tau=2 * s / (n * (n - 1)),
        slope=slope,
        slope_interval=interval,
        confidence_level=level,
        alternative=alternative,
    )


def _score(values) -> int:
    """Rising minus falling pairs, from tau-b in n log n steps: a whole number, so rounding it back is exact."""
    from scipy.stats import kendalltau

    n = values.size
    ties = np.unique(values, return_counts=True)[1].astype(float)
    pairs = n * (n - 1) / 2
    untied = pairs - float((ties * (ties - 1)).sum()) / 2
    return round(float(kendalltau(np.arange(n), values).statistic) * math.sqrt(pairs) * math.sqrt(untied))


def _sen(values, times, sd, level):
    i, j = np.triu_indices(values.size, 1)
    slopes = np.sort((values[j] - values[i]) / (times[j] - times[i]))
    half = float(ndtri((1 + level) / 2)) * sd
    low = max(0, round((slopes.size - half) / 2) - 1)
    high = min(slopes.size - 1, round((slopes.size + half) / 2))
    return float(np.median(slopes)), (float(slopes[low]), float(slopes[high]))


def _times(times, values):
    if times is None:
        return np.arange(values.size, dtype=float)
    times = check_finite(times, "times", ndim=1)
    check_same_length(values, times, ("values", "times"))
    if not (np.diff(times) > 0).all():
        place = int(np.argmax(np.diff(times) <= 0)) + 1
        raise StatisticsError("times do not increase at index {place}; increasing times are needed", place=place)
    return times

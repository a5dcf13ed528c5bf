"""Seasons: is there one, how long is it, how strong, and what is left without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import binom

from hoshin.stats.comparisons.medians import kruskal_wallis
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_variation, check_whole
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Seasonality(Result):
    """A series taken apart: trend (moving average; NaN at both ends), index of each position in the period, remainder.

    ``test`` says whether positions differ (Kruskal-Wallis of the detrended values); ``strength`` is 1 - var(remainder)
    / var(season and remainder), not below 0.
    """

    period: int
    model: str
    indices: np.ndarray
    trend: np.ndarray
    adjusted: np.ndarray
    remainder: np.ndarray
    strength: float
    test: TestResult

    title = "Seasonality"
    assumptions = ("the season keeps its form over the series",)
    sources = (
        "J. Shiskin, A. H. Young, J. C. Musgrave, The X-11 Variant (1967): classical decomposition",
        "X. Wang, K. Smith, R. Hyndman, Data Mining and Knowledge Discovery 13 (2006), 335-364: strength",
    )

    def steps(self):
        """Indices, strength and the test."""
        yield Step("trend", f"moving average over {self.period}")
        yield Step(f"index of each position, {self.model}", "mean of the detrended values", value=self.indices)
        yield Step("strength", "1 - var(remainder) / var(season and remainder)", value=self.strength)
        yield Step(self.test.conclusion)


@dataclass(frozen=True, eq=False)
class Period(Result):
    """The strongest wave of a series and Fisher's test of whether it is more than noise."""

    period: float
    frequency: float
    share: float
    pvalue: float
    n: int

    title = "Strongest period"
    assumptions = ("without a wave the values are independent and normal", "a linear trend has been taken away")
    sources = ("R. A. Fisher, Proceedings of the Royal Society A 125 (1929), 54-59",)

    def steps(self):
        """The share of the variance and its p value."""
        yield Step("period", value=self.period)
        yield Step("share of the variance (Fisher's g)", value=self.share)
        yield Step("p value", value=self.pvalue)


def seasonality(values, period: int, model: str = "additive", confidence_level: float = 0.95) -> Seasonality:
    """Indices of the season, the series without it, and whether it is more than noise.

    Parameters: ``values`` 1-D in time order, none missing, at least three periods; ``model`` "additive" or
    "multiplicative" (values above 0).

    Source: classical decomposition (Shiskin, Young, Musgrave 1967); W. H. Kruskal, W. A. Wallis (1952) for the test.

    >>> found = seasonality([10, 12, 8, 11, 13, 9, 12, 14, 10, 13, 15, 11], period=3)
    >>> found.indices.round(3), found.test.significant
    (array([ 0.333,  2.   , -2.333]), True)
    """
    x = check_finite(values, "values", ndim=1)
    period = check_whole(period, "period", at_least=2)
    check_enough(x.size, 3 * period, f"values for three periods of {period}")
    check_choice(model, ("additive", "multiplicative"), "model")
    check_variation(float(np.ptp(x)))
    if model == "multiplicative" and not (x > 0).all():
        raise StatisticsError("multiplicative seasons need values above 0; found {found}", found=float(x.min()))
    trend = moving_average(x, period)
    detrended = x / trend if model == "multiplicative" else x - trend
    inside = ~np.isnan(trend)
    position = np.arange(x.size) % period
    indices = np.array([detrended[inside & (position == i)].mean() for i in range(period)])
    indices = indices / indices.mean() if model == "multiplicative" else indices - indices.mean()
    season = indices[position]
    remainder = detrended / season if model == "multiplicative" else detrended - season
    total, left = np.var(detrended[inside]), np.var(remainder[inside])
    groups = [detrended[inside & (position == i)] for i in range(period)]
    return Seasonality(
        period=period,
        model=model,
        indices=indices,
        trend=trend,
        adjusted=x / season if model == "multiplicative" else x - season,
        remainder=remainder,
        strength=float(max(0.0, 1 - left / total)) if total > 0 else 0.0,
        test=kruskal_wallis(*groups, confidence_level=confidence_level),
    )


def find_period(values) -> Period:
    """The strongest wave in a series without its linear trend, with Fisher's exact g test.

    ``g`` is the largest periodogram ordinate over their sum; its tail is ``sum (-1)^(j-1) C(m,j) (1 - j g)^(m-1)``.

    Parameters: ``values`` 1-D in time order, none missing, at least 8, not on a straight line.

    Source: R. A. Fisher, Proceedings of the Royal Society A 125 (1929), 54-59.

    >>> t = np.arange(48)
    >>> found = find_period(10 + 3 * np.sin(2 * np.pi * t / 12) + 0.1 * t)
    >>> found.period, found.pvalue < 0.001
    (12.0, True)
    """
    x = check_finite(values, "values", ndim=1)
    n = check_enough(x.size, 8)
    t = np.arange(n) - (n - 1) / 2
    x = x - x.mean()
    rest = x - (t @ x) / (t @ t) * t
    check_variation(
        float(np.ptp(rest)) if np.ptp(rest) > 1e-12 * max(1.0, float(np.ptp(x))) else 0.0, "values off the line"
    )
    power = np.abs(np.fft.rfft(rest))[1 : (n - 1) // 2 + 1] ** 2
    m = power.size
    place = int(np.argmax(power))
    g = float(power[place] / power.sum())
    j = np.arange(1, min(m, int(1 / g)) + 1)
    # The alternating sum loses all digits where the p value is near 1 anyway.
    tail = float(((-1.0) ** (j - 1) * binom(m, j) * (1 - j * g) ** (m - 1)).sum()) if g > 2 / m else 1.0
    return Period(n / (place + 1), (place + 1) / n, g, float(min(1.0, max(0.0, tail))), n)


def moving_average(values: np.ndarray, period: int) -> np.ndarray:
    """Centered moving average over a period (half weights at both ends if it is even); NaN where it does not reach.

    >>> moving_average(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    array([nan,  2.,  3., nan])
    """
    weights = np.full(period + (period % 2 == 0), 1.0 / period)
    if period % 2 == 0:
        weights[[0, -1]] /= 2
    reach = weights.size // 2
    out = np.full(values.size, np.nan)
    out[reach : values.size - reach] = np.convolve(values, weights, "valid")
    return out

"""Seasons: is there one, how long is it, how strong, and what is left without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc, gammaln

from hoshin.stats._layout import read_series
from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats._results import Ragged
from hoshin.stats.comparisons.medians_of_groups import kruskal_wallis
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import check_choice, check_fraction, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class Seasonality(Result):
    """A series taken apart: trend (moving average; NaN at both ends), index of each position in the period, remainder.

    ``test`` says whether positions differ (by the ranks of the detrended values); ``strength`` is 1 - var(remainder) /
    var(season and remainder), not below 0.
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

    @classmethod
    def from_row(cls, values, confidence_level, test_statistic, test_pvalue, **numbers) -> Seasonality:
        """The result with the test of its positions."""
        period, trend = numbers["period"], numbers["trend"]
        detrended = values / trend if numbers["model"] == "multiplicative" else values - trend
        inside, position = ~np.isnan(trend), np.arange(trend.size) % period
        groups = (detrended[inside & (position == i)] for i in range(period))
        test = kruskal_wallis(*groups, confidence_level=confidence_level)
        df = (period - 1.0, float(inside.sum() - period))
        ranks = {"H": test.statistic, "N": int(inside.sum()), "k": period, "v": _share_left(period)}
        steps = (
            ("Kruskal and Wallis's H", "", {}, test.statistic),
            ("share of noise the trend leaves", "1 - 1/k, less 1 / (2 k^2) where k is even", {"k": period}, ranks["v"]),
            ("F of the ranks", "{v} (H / (k - 1)) / ((N - 1 - H) / (N - k))", ranks, test_statistic),
        )
        test = replace(
            test,
            test="F test of the ranks of the positions",
            statistic=test_statistic,
            statistic_name="F",
            df=df,
            pvalue=test_pvalue,
            computation=(*test.computation, *steps),
        )
        return cls(test=test, **numbers)


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


def seasonality(
    values,
    period: int,
    model: str = "additive",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Seasonality:
    """Indices of the season, the series without it, and whether it is more than noise.

    Estimand: trend the centered moving average over a period; index of a position the mean of ``x - trend`` (``x / trend``
    if multiplicative) there, brought to sum 0 (mean 1); strength ``1 - var(remainder) / var(season and remainder)``, not
    below 0. ``test``: with Kruskal and Wallis's H of the N detrended values of the k positions, ``F = v (H / (k-1)) /
    ((N-1-H) / (N-k))`` with k - 1 and N - k degrees of freedom, v = 1 - 1/k, less 1 / (2 k^2) for an even k: the share of
    the noise's variance that the moving average leaves in a value, while it takes none from the mean of a position.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least three
        periods each, none missing.
    period : how many values make a season, at least 2; the same for all.
    model : "additive" or "multiplicative" (values above 0).
    confidence_level : 1 minus the level of the test.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``. Among many series the
        test is in ``test_statistic`` and ``test_pvalue``.

    Units: trend, adjusted values and additive indices and remainders in that of the values; multiplicative ones have none.

    Assumes: the season keeps its form over the series; values at equal distances in time. For the test independent
    remainders.

    Errors: fewer than three periods, a missing value, values all alike or on a straight line, values of 0 or less with a
    multiplicative season.

    Source: J. Shiskin, A. H. Young, J. C. Musgrave, The X-11 Variant (1967): classical decomposition; W. H. Kruskal, W. A.
    Wallis, JASA 47 (1952), 583-621; R. L. Iman, J. M. Davenport, Communications in Statistics A 5 (1976), 1335-1348: F
    from H, here with v; X. Wang, K. Smith, R. Hyndman, Data Mining and Knowledge Discovery 13 (2006), 335-364.

    >>> found = seasonality([10, 12, 8, 11, 13, 9, 12, 14, 10, 13, 15, 11], period=3)
    >>> found.indices.round(3), found.test.significant
    (array([ 0.333,  2.   , -2.333]), True)
    >>> seasonality([[1, 2, 1, 2, 1, 2, 1, 2], [5, 3, 4, 5, 3, 4, 4, 5]], period=2).strength.round(2)
    array([1.  , 0.15])
    """
    period = check_whole(period, "period", at_least=2)
    check_choice(model, ("additive", "multiplicative"), "model")
    level = check_fraction(confidence_level, "confidence_level")
    x, layout = read_series(values, "values", offsets, on_error)
    layout.refuse_few(layout.segments.lengths, 3 * period, f"values for three periods of {period}")
    layout.refuse_no_variation(x)
    if model == "multiplicative":
        layout.refuse_points(x <= 0, "multiplicative seasons need values above 0; found {found}", x)

    def compute(part, x):
        columns = _taken_apart(part, x, period, model == "multiplicative")
        return columns, {"period": period, "model": model, "confidence_level": level}

    return layout.result(Seasonality, compute, x)


def _taken_apart(part, x, period: int, multiplicative: bool) -> dict:
    segments, position = part.segments, part.segments.positions() % period
    trend = _moving_averages(x, segments, period)
    detrended = x / trend if multiplicative else x - trend
    inside = ~np.isnan(trend)
    key = (segments.owner * period + position)[inside]
    number = np.bincount(key, minlength=part.count * period).reshape(-1, period)
    indices = np.bincount(key, detrended[inside], part.count * period).reshape(-1, period) / number
    mean = indices.mean(axis=1, keepdims=True)
    indices = indices / mean if multiplicative else indices - mean
    season = indices[segments.owner, position]
    remainder = detrended / season if multiplicative else detrended - season
    middle = Segments(np.concatenate([[0], np.cumsum(number.sum(axis=1))]))
    starts = middle.offsets[:-1]
    kept = detrended[inside]
    alike = np.maximum.reduceat(kept, starts) == np.minimum.reduceat(kept, starts)
    part.refuse(alike, "the values without their trend are all alike; a season needs them to vary")
    statistic, pvalue = _season_test(_kruskal_wallis(kept, middle, key, number), middle.lengths, period)
    total, left = _variances(kept, middle), _variances(remainder[inside], middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.where(total > 0, np.maximum(0.0, 1 - left / total), 0.0)
    columns = {
        "values": x, "trend": trend, "adjusted": x / season if multiplicative else x - season, "remainder": remainder
    }  # fmt: skip
    return {name: Ragged(column, segments.offsets) for name, column in columns.items()} | {
        "indices": indices,
        "strength": strength,
        "test_statistic": statistic,
        "test_pvalue": pvalue,
    }


def _share_left(period: int) -> float:
    return 1 - 1 / period - (0 if period % 2 else 1 / (2 * period**2))


def _season_test(h, n, period: int):
    """F and its p value from H: the moving average takes noise within positions, so H alone finds seasons in noise."""
    between, within = h / (period - 1), np.maximum(n - 1 - h, 0) / (n - period)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = _share_left(period) * between / within
    return f, fdtrc(period - 1.0, n - period, f)


def _kruskal_wallis(points, segments: Segments, key, number) -> np.ndarray:
    """Kruskal and Wallis's H of the positions of each series."""
    own, tied = midranks(points, segments.owner)
    ties = sum_of_ties(tied, segments.owner, segments.count)
    n = segments.lengths.astype(float)
    sums = np.bincount(key, own, number.size).reshape(number.shape)
    raw = 12 / (n * (n + 1)) * (sums**2 / number).sum(axis=1) - 3 * (n + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return raw / (1 - ties / (n**3 - n))


def _variances(points, segments: Segments) -> np.ndarray:
    off = points - segments.per_point(segments.sums(points) / segments.lengths)
    return segments.sums(off * off) / segments.lengths


def find_period(values, *, offsets=None, on_error: str = "raise") -> Period:
    """The strongest wave in a series without its linear trend, with Fisher's exact g test.

    Estimand: ``g``, the largest of the m periodogram ordinates ``|sum x exp(-2 pi i j t / n)|^2`` over their sum; ``p = sum
    (-1)^(j-1) C(m,j) (1 - j g)^(m-1)`` over j up to 1/g, the chance of a larger one in noise.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least 8 each,
        none missing, not on a straight line.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: ``period`` in values, ``frequency`` per value; ``share`` is a share of the variance.

    Assumes: values at equal distances in time; without a wave independent normal values about a straight line.

    Errors: fewer than 8 values, a missing one, values on a straight line.

    Source: R. A. Fisher, Tests of significance in harmonic analysis, Proceedings of the Royal Society A 125 (1929), 54-59.

    >>> t = np.arange(48)
    >>> found = find_period(10 + 3 * np.sin(2 * np.pi * t / 12) + 0.1 * t)
    >>> found.period, found.pvalue < 0.001
    (12.0, True)
    """
    x, layout = read_series(values, "values", offsets, on_error, least=8)
    segments = layout.segments
    n = segments.lengths
    t = segments.positions() - segments.per_point((n - 1) / 2)
    with np.errstate(invalid="ignore"):
        centered = x - segments.per_point(segments.sums(x) / n)
        rest = centered - segments.per_point(segments.sums(t * centered) / segments.sums(t * t)) * t
    straight = _ranges(rest, segments) <= 1e-12 * np.maximum(1.0, _ranges(centered, segments))
    layout.refuse(straight, "values off the line have no variation (standard deviation {found})", found=0.0)

    def compute(part, rest):
        place, g, m = _strongest(rest, part.segments)
        n = part.segments.lengths
        return {"period": n / place, "frequency": place / n, "share": g, "pvalue": _fisher_tail(g, m), "n": n}, {}

    return layout.result(Period, compute, rest)


def _ranges(points, segments: Segments):
    starts = segments.offsets[:-1]
    return np.maximum.reduceat(points, starts) - np.minimum.reduceat(points, starts)


def _strongest(rest, segments: Segments):
    """Which wave has the largest ordinate, its share, and how many there are; series of one length at a time."""
    place, share, number = (np.empty(segments.count, dtype) for dtype in (np.int64, float, np.int64))
    for n in np.unique(segments.lengths):
        chosen = np.flatnonzero(segments.lengths == n)
        rows = rest[segments.offsets[chosen, None] + np.arange(n)]
        power = np.abs(np.fft.rfft(rows, axis=1))[:, 1 : (n - 1) // 2 + 1] ** 2
        best = power.argmax(axis=1)
        place[chosen], number[chosen] = best + 1, power.shape[1]
        share[chosen] = power[np.arange(chosen.size), best] / power.sum(axis=1)
    return place, share, number


def _fisher_tail(g, m):
    """The tail of Fisher's g."""
    first = m * np.exp((m - 1) * np.log1p(-np.minimum(g, 1 - 1e-16)))
    # With so many waves expected beyond g the sum loses its digits, and is 1 to the sixth of them.
    sure = first > 15
    terms = int(min(max(1.0, (1 / g[~sure]).max(initial=1.0)), 100))
    j = np.arange(1, terms + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = (m[:, None] - 1) * np.log1p(-np.minimum(j * g[:, None], 1.0))
        logs += gammaln(m[:, None] + 1) - gammaln(j + 1) - gammaln(np.maximum(m[:, None] - j, 0) + 1)
        each = np.where(
            (j * g[:, None] < 1) & (j <= m[:, None]), (-1.0) ** (j - 1) * np.exp(np.minimum(logs, 700)), 0.0
        )
    return np.where(sure, 1.0, np.clip(each.sum(axis=1), 0.0, 1.0))


def _moving_averages(points: np.ndarray, segments: Segments, period: int) -> np.ndarray:
    """Centered moving average over a period (half weights at both ends if it is even); NaN where it does not reach.

    >>> _moving_averages(np.array([1.0, 2.0, 3.0, 4.0]), Segments.one(4), 2)
    array([nan,  2.,  3., nan])
    """
    weights = np.full(period + (period % 2 == 0), 1.0 / period)
    if period % 2 == 0:
        weights[[0, -1]] /= 2
    reach = weights.size // 2
    out = np.full(points.size, np.nan)
    out[reach : points.size - reach] = np.convolve(points, weights, "valid")
    position = segments.positions()
    out[(position < reach) | (position >= segments.per_point(segments.lengths) - reach)] = np.nan
    return out

"""Exponential smoothing: level, trend and seasons that follow the series, after Brown, Holt and Winters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats._layout import read_series
from hoshin.stats._results import Ragged
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_finite,
    check_fraction,
    check_number,
    check_whole,
)
from hoshin.stats.forecasting._walk import MODELS, Walk, fitted_weights, growth, start_state
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Smoothing(Result):
    """A smoothed series: state at its end, forecasts, errors of each one-step forecast.

    ``seasons`` begin with the season of the first forecast. ``errors`` are one-step errors from index ``start`` on.
    ``lower`` and ``upper`` take model and weights for true; ``forecast`` (the function) does not, and holds what it promises.
    """

    model: str
    seasonal: str | None
    alpha: float
    beta: float | None
    gamma: float | None
    period: int | None
    level: float
    trend: float | None
    seasons: np.ndarray | None
    forecast: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    errors: np.ndarray
    sse: float
    sigma: float
    start: int
    n: int
    confidence: float
    estimated: tuple[str, ...]

    title = "Exponential smoothing"
    assumptions = ("the series goes on as it did", "one-step errors are independent, with one variance")
    sources = (
        "C. C. Holt, ONR Memorandum 52 (1957); P. R. Winters, Management Science 6 (1960), 324-342",
        "R. J. Hyndman and others, Forecasting with Exponential Smoothing (2008), table 6.1: variances",
    )

    def steps(self):
        """The recursion, the state at the end and the forecasts."""
        season = {"additive": " - season", "multiplicative": " / season"}.get(self.seasonal, "")
        trend = "" if self.beta is None else " + trend"
        yield Step("weights", value={"alpha": self.alpha, "beta": self.beta, "gamma": self.gamma})
        yield Step("estimated by least squares", value=self.estimated)
        yield Step("level", f"alpha (x{season}) + (1 - alpha) (level{trend})", value=self.level)
        if self.beta is not None:
            yield Step("trend", "beta (level - level before) + (1 - beta) trend", value=self.trend)
        if self.gamma is not None:
            sign = "-" if self.seasonal == "additive" else "/"
            yield Step("season", f"gamma (x {sign} level) + (1 - gamma) season", value=self.seasons)
        yield Step("sum of squared one-step errors", value=self.sse)
        yield Step("forecast", value=self.forecast)


def exponential_smoothing(
    values,
    model: str = "ses",
    horizon: int = 1,
    alpha: float | None = None,
    beta: float | None = None,
    gamma: float | None = None,
    seasonal: str = "additive",
    period: int | None = None,
    start: int | None = None,
    start_level: float | None = None,
    start_trend: float | None = None,
    start_season=None,
    confidence: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Smoothing:
    """Smooth a series and forecast from its end. Weights not given are found by least squares of one-step errors.

    Estimand: level ``l = alpha (x - s) + (1 - alpha)(l' + b')``, trend ``b = beta (l - l') + (1 - beta) b'``, season ``s =
    gamma (x - l) + (1 - gamma) s'`` (quotients if multiplicative; l', b', s' are those before); forecast ``l + h b + s``.
    "ses" has a level and starts at x1, "holt" has a trend too and starts at x2 and x2 - x1, "holt_winters" has seasons;
    without a state it starts from a line through the moving averages of the first two periods and deviations from them.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; none missing.
    model : "ses", "holt" or "holt_winters".
    horizon : how many values ahead are forecast.
    alpha, beta, gamma : weights between 0 and 1 of level, trend and season; those not given are estimated.
    seasonal : "additive" or "multiplicative" (values above 0).
    period : how many values make a season.
    start : index, from 0, of the first value the recursion reads (1, 2, or one period).
    start_level, start_trend : the state before it; a number, or one per series.
    start_season : the seasons before it, (period,) or (C, period), that of ``start`` first.
    confidence : of the two-sided intervals of the forecasts.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: those of the values; weights and multiplicative seasons have none; ``sse`` in the square of the values.

    Assumes: values at equal distances in time; for the intervals that the model holds and its errors are independent and
    normal with one variance.

    Errors: a missing value, fewer than 3 values (4 with a trend, two periods and one more with seasons), a weight beyond 0
    to 1, no period, values of 0 or less with multiplicative seasons.

    Source: C. C. Holt, ONR Memorandum 52 (1957); P. R. Winters, Management Science 6 (1960), 324-342; conventions of start
    and error as in R's HoltWinters; R. J. Hyndman and others, Forecasting with Exponential Smoothing (2008), table 6.1.

    >>> smooth = exponential_smoothing([446.7, 454.5, 455.7, 423.6, 456.3, 440.6], alpha=0.8, horizon=2)
    >>> smooth.forecast.round(2), round(smooth.sse, 1)
    (array([442.68, 442.68]), 1868.8)
    >>> exponential_smoothing([[3, 1, 4, 1, 5], [2, 7, 1, 8, 2]], alpha=0.5).level
    array([3.5   , 3.6875])
    """
    check_choice(model, MODELS, "model")
    horizon = check_whole(horizon, "horizon", at_least=1)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    multiplicative = model == "holt_winters" and seasonal == "multiplicative"
    points, layout = read_series(values, "values", offsets, on_error)
    given = {name: _weight(weight, name) for name, weight in (("alpha", alpha), ("beta", beta), ("gamma", gamma))}
    own = {"start_level": start_level, "start_trend": start_trend, "start_season": start_season}
    begin = _begin(layout, points, model, seasonal, period, start, own)
    own = {name: _per_series(value, layout.count, name) for name, value in own.items()}

    def compute(part, points, level, trend, season):
        rows = part.segments.padded(points, 1.0)
        state = start_state(rows, model, period, multiplicative, level, trend, season)
        walk = Walk(np.ascontiguousarray(rows.T), part.segments.lengths, begin, state, multiplicative)
        weights, estimated = fitted_weights(walk, model, given)
        columns = weights | _columns(walk, weights, model, horizon, z)
        return columns, {name: None for name in ("beta", "gamma", "trend", "seasons") if name not in columns} | {
            "model": model,
            "seasonal": seasonal if model == "holt_winters" else None,
            "period": None if state[2] is None else state[2].shape[1],
            "start": begin,
            "confidence": float(confidence),
            "estimated": estimated,
        }

    return layout.result(Smoothing, compute, points, *own.values())


def _weight(value, name):
    if value is None:
        return None
    value = check_number(value, name, at_least=0)
    if value > 1:
        raise StatisticsError("{name} is {found}; a weight between 0 and 1 is needed", name=name, found=value)
    return value


def _begin(layout, points, model, seasonal, period, start, own) -> int:
    """The index of the first value the recursion reads; series that are too short or not above 0 are refused."""
    lengths = layout.segments.lengths
    if model == "holt_winters":
        check_choice(seasonal, ("additive", "multiplicative"), "seasonal")
        if period is None:
            raise StatisticsError(
                "period is missing; how many values make a season is needed (12 for months of a year)"
            )
        period = check_whole(period, "period", at_least=2)
        if seasonal == "multiplicative":
            template = "multiplicative seasons need values above 0; found {found}"
            layout.refuse_points(points <= 0, template, points)
        if any(value is None for value in own.values()):
            layout.refuse_few(lengths, 2 * period + 1, f"values for two seasons of {period} and one more")
        begin = period if start is None else check_whole(start, "start", at_least=0)
    else:
        layout.refuse_few(lengths, 3 if model == "ses" else 4)
        least = 1 if model == "ses" else 0
        begin = (2 - least) if start is None else check_whole(start, "start", at_least=least)
    layout.refuse_few(lengths - begin, 2, "values after the start")
    return begin


def _per_series(value, count: int, name: str):
    """A number or row that somebody gave, for each series."""
    if value is None:
        return None
    array = check_finite(value, name)
    wanted = 1 if name == "start_season" else 0
    if array.ndim == wanted + 1 and len(array) != count:
        raise StatisticsError("{name} has {n} entries for {m} series", name=name, n=len(array), m=count)
    return np.broadcast_to(array, (count, *array.shape[array.ndim - wanted :]))


def _columns(walk: Walk, weights, model: str, horizon: int, z: float) -> dict:
    """State at the end, forecasts and errors of each series."""
    history, columns = walk.history(weights), np.arange(len(walk.lengths))
    number = walk.lengths - walk.begin
    inside = np.arange(len(history.errors)) < number[:, None]
    offsets = np.concatenate([[0], np.cumsum(number)])
    errors = history.errors.T[inside]
    sse = np.add.reduceat(errors * errors, offsets[:-1])
    sigma = np.sqrt(sse / np.maximum(1, number - len(weights)))
    level, trend, seasons = history.state(walk.lengths, columns)
    mean = history.ahead(walk.lengths, columns, horizon)
    half = z * sigma[:, None] * growth(weights, horizon, None if seasons is None else seasons.shape[1])
    found = {
        "level": level, "forecast": mean, "lower": mean - half, "upper": mean + half,
        "errors": Ragged(errors, offsets), "sse": sse, "sigma": sigma, "n": walk.lengths,
    }  # fmt: skip
    return found | ({} if model == "ses" else {"trend": trend}) | ({} if seasons is None else {"seasons": seasons})

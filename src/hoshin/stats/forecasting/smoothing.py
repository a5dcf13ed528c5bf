"""Exponential smoothing: level, trend and seasons that follow the series, after Brown, Holt and Winters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import ndtri

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_whole,
)
from hoshin.stats.results import Result, Step

MODELS = ("ses", "holt", "holt_winters")


@dataclass(frozen=True, eq=False)
class Smoothing(Result):
    """A smoothed series: state at its end, forecasts, errors of each one-step forecast.

    ``seasons`` begin with the season of the first forecast. ``errors`` are one-step errors from index ``start`` on.
    ``lower`` and ``upper`` assume the model and normal errors; ``forecast`` (the function) checks such intervals.
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
) -> Smoothing:
    """Smooth a series and forecast from its end. Weights not given are found by least squares of one-step errors.

    ``model``: "ses" (level; starts at x1), "holt" (level and trend; start at x2 and x2 - x1), "holt_winters" (and
    seasons, "additive" or "multiplicative"). Winters' recursion begins at index ``start`` (from 0) with the given
    state; without one, level and trend come from a line through the moving averages of the first two periods and
    seasons from their deviations, and ``start`` is one period.

    Parameters: ``values`` 1-D in time order, none missing, at least 3 (two periods and one more with seasons; above 0
    if multiplicative); weights between 0 and 1.

    Source: C. C. Holt (1957); P. R. Winters (1960); conventions of start and error as in R's HoltWinters.

    >>> smooth = exponential_smoothing([446.7, 454.5, 455.7, 423.6, 456.3, 440.6], alpha=0.8, horizon=2)
    >>> smooth.forecast.round(2), round(smooth.sse, 1)
    (array([442.68, 442.68]), 1868.8)
    """
    x = check_finite(values, "values", ndim=1)
    check_choice(model, MODELS, "model")
    horizon = check_whole(horizon, "horizon", at_least=1)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    multiplicative = model == "holt_winters" and seasonal == "multiplicative"
    if model == "holt_winters":
        check_choice(seasonal, ("additive", "multiplicative"), "seasonal")
        if multiplicative and not (x > 0).all():
            raise StatisticsError("multiplicative seasons need values above 0; found {found}", found=float(x.min()))
    begin, state = _start(x, model, period, multiplicative, start, start_level, start_trend, start_season)
    check_enough(x.size - begin, 2, "values after the start")
    given = {"alpha": alpha, "beta": beta, "gamma": gamma}
    names = {"ses": ("alpha",), "holt": ("alpha", "beta"), "holt_winters": ("alpha", "beta", "gamma")}[model]
    weights = {name: _weight(given[name], name) for name in names}
    missing = tuple(name for name in names if weights[name] is None)
    if missing:
        weights |= _estimated(x, begin, state, weights, missing, multiplicative)
    errors, (level, trend, seasons) = _run(x, begin, state, weights, multiplicative)
    sse = float(errors @ errors)
    sigma = math.sqrt(sse / max(1, errors.size - len(names)))
    ahead = np.arange(1, horizon + 1)
    mean = level + (trend * ahead if model != "ses" else 0.0)
    if seasons is not None:
        repeated = seasons[(ahead - 1) % seasons.size]
        mean = mean * repeated if multiplicative else mean + repeated
    mean = np.broadcast_to(mean, horizon).astype(float)
    half = z * sigma * _growth(weights, horizon, None if seasons is None else seasons.size)
    return Smoothing(
        model=model,
        seasonal=seasonal if model == "holt_winters" else None,
        alpha=weights["alpha"],
        beta=weights.get("beta"),
        gamma=weights.get("gamma"),
        period=None if seasons is None else seasons.size,
        level=float(level),
        trend=None if model == "ses" else float(trend),
        seasons=seasons,
        forecast=mean,
        lower=mean - half,
        upper=mean + half,
        errors=errors,
        sse=sse,
        sigma=sigma,
        start=begin,
        n=x.size,
        confidence=float(confidence),
        estimated=missing,
    )


def _weight(value, name):
    if value is None:
        return None
    value = check_number(value, name, at_least=0)
    if value > 1:
        raise StatisticsError("{name} is {found}; a weight between 0 and 1 is needed", name=name, found=value)
    return value


def _start(x, model, period, multiplicative, start, level, trend, season):
    """Index of the first value the recursion reads, and the state (level, trend, seasons) before it."""
    if model == "ses":
        check_enough(x.size, 3)
        return 1 if start is None else check_whole(start, "start", at_least=1), (
            x[0] if level is None else check_number(level, "start_level"),
            0.0,
            None,
        )
    if model == "holt":
        check_enough(x.size, 4)
        begin = 2 if start is None else check_whole(start, "start", at_least=0)
        return begin, (x[1] if level is None else level, x[1] - x[0] if trend is None else trend, None)
    if period is None:
        raise StatisticsError("period is missing; how many values make a season is needed (12 for months of a year)")
    period = check_whole(period, "period", at_least=2)
    if level is None or trend is None or season is None:
        check_enough(x.size, 2 * period + 1, f"values for two seasons of {period} and one more")
        own = _two_periods(x[: 2 * period], period, multiplicative)
        level, trend = (own[0] if level is None else level), (own[1] if trend is None else trend)
        season = own[2] if season is None else season
    seasons = check_finite(season, "start_season", ndim=1)
    if seasons.size != period:
        raise StatisticsError(
            "start_season has {found} entries; {needed} are needed", found=seasons.size, needed=period
        )
    begin = period if start is None else check_whole(start, "start", at_least=0)
    return begin, (float(level), float(trend), seasons)


def _two_periods(x, period, multiplicative):
    """Line through the moving averages of two periods, and the seasons as deviations from them."""
    weights = np.full(period + (period % 2 == 0), 1.0 / period)
    if period % 2 == 0:
        weights[[0, -1]] /= 2
    smooth = np.convolve(x, weights, "valid")
    first = (x.size - smooth.size) // 2
    slope, level = np.polyfit(np.arange(1, smooth.size + 1), smooth, 1)
    inner = x[first : first + smooth.size]
    deviation = inner / smooth if multiplicative else inner - smooth
    position = (first + np.arange(smooth.size)) % period
    figure = np.array([deviation[position == i].mean() for i in range(period)])
    return level, slope, figure / figure.mean() if multiplicative else figure - figure.mean()


def _run(x, begin, state, weights, multiplicative):
    """One-step errors from ``begin`` on, and the state at the end with the next season first."""
    level, trend, seasons = state
    alpha, beta, gamma = (weights.get(name) for name in ("alpha", "beta", "gamma"))
    seasons = None if seasons is None else list(seasons)
    errors = []
    for value in x[begin:].tolist():
        before = level + (trend if beta is not None else 0.0)
        if seasons is None:
            errors.append(value - before)
            fresh = alpha * value + (1 - alpha) * before
        else:
            season = seasons.pop(0)
            errors.append(value - (before * season if multiplicative else before + season))
            bare = value / season if multiplicative else value - season
            fresh = alpha * bare + (1 - alpha) * before
            own = value / fresh if multiplicative else value - fresh
            seasons.append(gamma * own + (1 - gamma) * season)
        if beta is not None:
            trend = beta * (fresh - level) + (1 - beta) * trend
        level = fresh
    return np.array(errors), (level, trend, None if seasons is None else np.array(seasons))


def _estimated(x, begin, state, weights, missing, multiplicative):
    def loss(found):
        errors, _ = _run(x, begin, state, weights | dict(zip(missing, found.tolist(), strict=True)), multiplicative)
        sse = float(errors @ errors)
        return math.log(sse) if 0 < sse < math.inf else (1e300 if sse else -700.0)

    if len(missing) == 1:
        found = minimize_scalar(
            lambda w: loss(np.array([w])), bounds=(1e-4, 1.0), method="bounded", options={"xatol": 1e-7}
        )
        return {missing[0]: float(found.x)}
    starts = [{"alpha": 0.3, "beta": 0.1, "gamma": 0.1}, {"alpha": 0.8, "beta": 0.3, "gamma": 0.8}]
    tries = [
        minimize(loss, [s[name] for name in missing], method="L-BFGS-B", bounds=[(1e-4, 1.0)] * len(missing))
        for s in starts
    ]
    best = min(tries, key=lambda found: found.fun)
    return dict(zip(missing, map(float, best.x), strict=True))


def _growth(weights, horizon, period):
    """Standard deviation of the h-step error in units of the one-step one."""
    alpha, beta, gamma = weights["alpha"], weights.get("beta") or 0.0, weights.get("gamma") or 0.0
    j = np.arange(1, horizon)
    carried = alpha * (1 + j * beta)
    if period is not None:
        carried = carried + gamma * (1 - alpha) * (j % period == 0)
    return np.sqrt(1 + np.concatenate([[0.0], np.cumsum(carried**2)]))

"""A forecast with an interval that was tried: the model is chosen, and the interval set and checked, on held-out values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from hoshin.stats._layout import read_series
from hoshin.stats.errors import check_choice, check_fraction, check_whole
from hoshin.stats.forecasting._walk import MODELS as SMOOTHING
from hoshin.stats.forecasting._walk import NONE_GIVEN, fitted_weights, growth, walk_over
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

MODELS = ("naive", "seasonal_naive", "mean", *SMOOTHING)
MOST_FITS = 12
"""Weights are found anew at about this many origins (from the values before them) and kept in between."""

FEWEST_ERRORS = 10
"""An interval from past errors needs this many of them, and a coverage this many before its first trial."""

FEWEST_TRIALS = 5
_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class ForecastValidation(Result):
    """What forecasts made in the past were worth: each from the values before its origin only.

    ``coverage`` is the share of later values inside intervals that were set from earlier errors only, with its exact
    interval; missing where there were too few origins. ``errors`` is the mean absolute error of each model tried.
    """

    errors: dict
    origins: int
    hits: int | None
    trials: int | None
    coverage: float | None
    coverage_interval: tuple[float, float] | None

    title = "Forecasts tried on the past"

    def steps(self):
        """The error of each model and the coverage found."""
        for model, error in self.errors.items():
            yield Step(f"mean absolute error, {model}", value=error)
        yield Step("forecasts tried", value=self.origins)
        if self.coverage is not None:
            yield Step(
                "inside the interval", "{hits} / {trials}", {"hits": self.hits, "trials": self.trials}, self.coverage
            )
            yield Step("95% interval of that share", value=self.coverage_interval)


@dataclass(frozen=True, eq=False)
class Forecast(Result):
    """What comes next: a value and an interval for each step, the model that was best in the past, and its record.

    ``interval_from`` says where the interval comes from: "errors" (quantiles of past errors at that distance, or the
    model's own interval where that is wider) or "model" (its own alone, for series too short to try). ``beats_naive``
    says whether the model had a smaller error in the past than repeating the last value (or the last season). Among many
    series the record is in the columns ``errors`` (by model), ``origins``, ``hits``, ``trials``, ``coverage`` and
    ``coverage_interval``.
    """

    model: str
    horizon: int
    forecast: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    confidence: float
    interval_from: str
    beats_naive: bool
    validation: ForecastValidation
    n: int
    period: int | None

    title = "Forecast"
    assumptions = ("what moved the series in the past goes on doing so",)
    sources = (
        "R. J. Hyndman, G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, sections 5.8-5.10",
        "V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World (2005): quantiles of past errors",
    )

    @property
    def honest(self) -> bool | None:
        """Whether the coverage found agrees with the confidence; None where it could not be tried."""
        if self.validation.coverage_interval is None:
            return None
        low, high = self.validation.coverage_interval
        return low <= self.confidence <= high or low > self.confidence

    @classmethod
    def from_row(cls, errors, origins, hits, trials, coverage, coverage_interval, **numbers) -> Forecast:
        """The forecast with its validation; with too few trials there is no coverage to speak of."""
        tried = (hits, trials, coverage, tuple(coverage_interval.tolist())) if trials >= FEWEST_TRIALS else (None,) * 4
        return cls(validation=ForecastValidation(errors, origins, *tried), **numbers)

    def steps(self):
        """The model, its record and the forecasts."""
        yield Step("model", value=self.model)
        yield Step("better than repeating the past", value=self.beats_naive)
        yield from self.validation.steps()
        for i in range(self.horizon):
            bounds = (float(self.lower[i]), float(self.upper[i]))
            yield Step(f"{i + 1} ahead", value=float(self.forecast[i]))
            yield Step(f"{self.confidence:.0%} interval, from {self.interval_from}", value=bounds)


def forecast(
    values,
    horizon: int = 3,
    period: int | None = None,
    confidence: float = 0.9,
    model: str | None = None,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Forecast:
    """Forecast a series with the model that did best on its own past, and with an interval that was tried there.

    Estimand: the next ``horizon`` values. Models: the last value ("naive"), the value a period ago ("seasonal_naive"), the
    mean of all, exponential smoothing without and with trend and (with ``period``) seasons. From each origin in the second
    half of the series each model forecasts from the values before it alone; the least mean absolute error over the horizon
    wins. Half the interval at h steps is the ``ceil((m+1) confidence)``-th smallest of the winner's m past absolute errors
    at h steps, or the model's own half where that is wider or m too small. Coverage is counted over the later origins with
    quantiles from the earlier ones only.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least 6 each,
        none missing.
    horizon : how many values ahead are forecast.
    period : how many values make a season, where there may be one; then two periods and ``horizon`` more are needed.
    confidence : that the interval holds each single value.
    model : one of them, if it is not to be chosen.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: forecasts, intervals and errors in that of the values.

    Assumes: what moved the series goes on doing so; values at equal distances in time. Past errors need not be normal.

    Errors: fewer than 6 values, a missing one, values all alike, too few periods, an unknown model.

    Source: R. J. Hyndman, G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition (2021), sections 5.8-5.10;
    V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World (2005): quantiles of past errors.

    >>> random = np.random.default_rng(4)
    >>> coming = forecast(50 + np.cumsum(random.normal(0, 0.8, 80)) + random.normal(size=80), horizon=2)
    >>> coming.model, coming.interval_from, coming.honest
    ('ses', 'errors', True)
    """
    x, layout = read_series(values, "values", offsets, on_error, least=6)
    horizon = check_whole(horizon, "horizon", at_least=1)
    confidence = check_fraction(confidence)
    layout.refuse_no_variation(x)
    if period is not None:
        period = check_whole(period, "period", at_least=2)
        what = f"values for two periods of {period} and the horizon"
        layout.refuse_few(layout.segments.lengths, 2 * period + horizon, what)
    tried = tuple(name for name in MODELS if period is not None or name not in ("seasonal_naive", "holt_winters"))
    if model is not None:
        check_choice(model, tried, "model")

    def compute(part, x):
        return _forecasts(part.segments, x, tried, horizon, period, confidence, model), {
            "horizon": horizon,
            "confidence": confidence,
            "period": period,
        }

    return layout.result(Forecast, compute, x)


@dataclass(frozen=True, eq=False)
class _Origins:
    """Where forecasts are tried: the series and the number of values before each, series by series."""

    series: np.ndarray
    at: np.ndarray
    number: np.ndarray
    refit: np.ndarray

    @classmethod
    def read(cls, lengths, horizon: int, period: int | None) -> _Origins:
        """Every origin of the second half from which the whole horizon is known."""
        first = np.maximum(np.maximum(4, lengths // 2), 0 if period is None else 2 * period + 1)
        number = np.maximum(lengths - horizon + 1 - first, 0)
        series = np.repeat(np.arange(lengths.size), number)
        place = np.arange(series.size) - np.repeat(np.cumsum(number) - number, number)
        every = np.maximum(1, number // MOST_FITS)
        return cls(series, first[series] + place, number, place % every[series] == 0)

    @property
    def starts(self) -> np.ndarray:
        """Where the origins of each series begin; at the end their number."""
        return np.concatenate([[0], np.cumsum(self.number)])


def _forecasts(segments: Segments, x, tried, horizon: int, period, confidence: float, model) -> dict:
    rows, lengths = segments.padded(x, 1.0), segments.lengths
    origins = _Origins.read(lengths, horizon, period)
    coming = origins.at[:, None] + np.arange(horizon)
    errors = {
        name: rows[origins.series[:, None], coming] - _past_forecasts(rows, origins, name, horizon, period)
        for name in tried
    }
    some = origins.number > 0
    scores = {name: _mean_error(found, origins) for name, found in errors.items()}
    naive = "seasonal_naive" if period is not None else "naive"
    chosen = np.full(segments.count, tried.index(model or naive))
    if model is None:
        chosen = np.where(some, np.argmin([np.where(some, scores[name], 0.0) for name in tried], axis=0), chosen)
    ahead, own = _coming(rows, lengths, chosen, tried, horizon, period, confidence)
    best = np.choose(chosen[origins.series][:, None], list(errors.values())) if some.any() else errors[naive]
    size = np.abs(best)
    half = _half_widths(size, origins, confidence)
    by_errors = ~np.isnan(half[:, 0])
    # Choosing model and interval from the same errors makes their quantiles a little too narrow.
    half = np.fmax(half, own)
    score = np.choose(chosen, list(scores.values()))
    return {
        "model": tuple(np.array(tried)[chosen].tolist()),
        "forecast": ahead,
        "lower": ahead - half,
        "upper": ahead + half,
        "interval_from": tuple(np.where(by_errors, "errors", "model").tolist()),
        "beats_naive": some & (score < np.fmin(scores["naive"], scores[naive])),
        "n": lengths,
        "errors": scores,
        **_validated(size[:, 0], origins, confidence),
    }


def _mean_error(errors, origins: _Origins):
    """Mean absolute error of each series; NaN where no forecast was tried."""
    total = np.bincount(origins.series, np.abs(errors).mean(axis=1), origins.number.size)
    return np.divide(total, origins.number, out=np.full(total.size, np.nan), where=origins.number > 0)


def _past_forecasts(rows, origins: _Origins, model: str, horizon: int, period) -> np.ndarray:
    """What the model would have said at each origin, from the values before it."""
    if model in SMOOTHING:
        return _past_smoothing(rows, origins, model, horizon, period)
    series, at = origins.series, origins.at
    if model == "mean":
        before = np.cumsum(rows, axis=1)[series, at - 1]
        return np.repeat((before / at)[:, None], horizon, axis=1)
    lag = period if model == "seasonal_naive" else 1
    return rows[series[:, None], at[:, None] - lag + np.arange(horizon) % lag]


def _past_smoothing(rows, origins: _Origins, model: str, horizon: int, period) -> np.ndarray:
    """Weights are found at some origins and kept until the next; the states are those of every origin."""
    found = np.empty((origins.at.size, horizon))
    step = max(1, _BLOCK // (2 * MOST_FITS * rows.shape[1]))
    starts = origins.starts
    for low in range(0, len(rows), step):
        part = slice(starts[low], starts[min(low + step, len(rows))])
        series, at, refit = origins.series[part], origins.at[part], origins.refit[part]
        if not at.size:
            continue
        walk = walk_over(rows[series[refit]], at[refit], model, period)
        weights, _ = fitted_weights(walk, model, NONE_GIVEN)
        found[part] = walk.history(weights).ahead(at, np.cumsum(refit) - 1, horizon)
    return found


def _coming(rows, lengths, chosen, tried, horizon: int, period, confidence: float):
    """Forecasts by the chosen models, and half the width of the models' own intervals."""
    ahead, half = np.empty((len(rows), horizon)), np.empty((len(rows), horizon))
    for i in np.unique(chosen):
        some = chosen == i
        predict = _by_smoothing if tried[i] in SMOOTHING else _by_repeating
        mean, error, grown, df = predict(rows[some], lengths[some], tried[i], horizon, period)
        # Student's t: the error is known from few values only where the models' own intervals are needed.
        ahead[some], half[some] = mean, (stdtrit(df, (1 + confidence) / 2) * error)[:, None] * grown
    return ahead, half


def _by_smoothing(rows, lengths, model: str, horizon: int, period):
    walk = walk_over(rows, lengths, model, period)
    weights, _ = fitted_weights(walk, model, NONE_GIVEN)
    number = lengths - walk.begin
    df = np.maximum(1, number - len(weights))
    sigma = np.sqrt(walk.squares(weights) / df)
    mean = walk.history(weights).ahead(lengths, np.arange(len(rows)), horizon)
    return mean, sigma, growth(weights, horizon, period if model == "holt_winters" else None), df


def _by_repeating(rows, lengths, model: str, horizon: int, period):
    steps, lag = np.arange(horizon), period if model == "seasonal_naive" else 1
    inside = np.arange(rows.shape[1]) < lengths[:, None]
    if model == "mean":
        mean = np.where(inside, rows, 0.0).sum(axis=1) / lengths
        squares = np.where(inside, (rows - mean[:, None]) ** 2, 0.0).sum(axis=1) / (lengths - 1)
        return (
            np.repeat(mean[:, None], horizon, axis=1),
            np.sqrt(squares),
            np.sqrt(1 + 1 / lengths)[:, None],
            lengths - 1,
        )
    mean = rows[np.arange(len(rows))[:, None], lengths[:, None] - lag + steps % lag]
    squares = np.where(inside[:, lag:], (rows[:, lag:] - rows[:, :-lag]) ** 2, 0.0).sum(axis=1) / (lengths - lag)
    return mean, np.sqrt(squares), np.sqrt(1.0 + steps // lag)[None], lengths - lag


def _half_widths(size, origins: _Origins, confidence: float) -> np.ndarray:
    """For each distance the order statistic of past absolute errors that a new one stays below with the confidence."""
    rank = np.ceil((origins.number + 1) * confidence).astype(np.int64)
    enough = (rank <= origins.number) & (origins.number >= FEWEST_ERRORS)
    half = np.full((origins.number.size, size.shape[1]), np.nan)
    for h in range(size.shape[1] if enough.any() else 0):
        ordered = size[np.lexsort((size[:, h], origins.series)), h]
        half[enough, h] = ordered[(origins.starts[:-1] + rank - 1)[enough]]
    return half


def _validated(size, origins: _Origins, confidence: float) -> dict:
    """How many later errors lay within the interval from the earlier ones.

    One step ahead alone: later distances overlap and would count the same surprise several times.
    """
    number = origins.number
    hits, trials = np.zeros((2, number.size), dtype=np.int64)
    table = np.zeros((number.size, int(number.max(initial=0))))
    table[np.arange(table.shape[1]) < number[:, None]] = size
    for t in range(FEWEST_ERRORS, table.shape[1]):
        rank = math.ceil((t + 1) * confidence)
        if rank <= t:
            # It lies within where fewer earlier ones are smaller than the rank of the limit.
            within = (table[:, :t] < table[:, t : t + 1]).sum(axis=1) < rank
            hits, trials = hits + (within & (t < number)), trials + (t < number)
    some = np.maximum(trials, 1)
    low = np.where(hits > 0, betaincinv(np.maximum(hits, 1), some - hits + 1, 0.025), 0.0)
    high = np.where(hits < some, 1 - betaincinv(np.maximum(some - hits, 1), hits + 1, 0.025), 1.0)
    return {
        "origins": number,
        "hits": hits,
        "trials": trials,
        "coverage": np.where(trials >= FEWEST_TRIALS, hits / some, np.nan),
        "coverage_interval": np.where(trials[:, None] >= FEWEST_TRIALS, np.stack([low, high], axis=1), np.nan),
    }

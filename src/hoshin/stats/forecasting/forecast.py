"""A forecast with an interval that was tried: the model is chosen, and the interval set and checked, on held-out values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hoshin.stats.comparisons.proportions import proportion_interval
from hoshin.stats.errors import check_choice, check_enough, check_finite, check_fraction, check_variation, check_whole
from hoshin.stats.forecasting.smoothing import exponential_smoothing
from hoshin.stats.results import Result, Step

SMOOTHING = ("ses", "holt", "holt_winters")
MOST_FITS = 12
"""Weights are found anew at this many origins (from the values before them) and kept in between."""

MODELS = ("naive", "seasonal_naive", "mean", "ses", "holt", "holt_winters")


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
    says whether the model had a smaller error in the past than repeating the last value (or the last season).
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
    values, horizon: int = 3, period: int | None = None, confidence: float = 0.9, model: str | None = None
) -> Forecast:
    """Forecast a series with the model that did best on its own past, and with an interval that was tried there.

    Models: the last value ("naive"), the value a period ago ("seasonal_naive"), the mean of all, exponential smoothing
    without and with trend and (with ``period``) seasons. From each origin in the second half of the series each model
    forecasts from the values before it alone; the least mean absolute error over the horizon wins (``model`` forces
    one). The interval at h steps holds quantiles of the winner's past absolute errors at h steps, with the
    finite-sample rank ``ceil((m+1) confidence)``, widened to the model's own interval where that is wider. Coverage is
    counted over the later origins with quantiles from the earlier ones only. With fewer past errors than that rank
    needs, the interval is the model's own.

    Parameters: ``values`` 1-D in time order, none missing, at least 6; ``horizon`` >= 1; ``period`` if seasons are
    possible (then two periods and ``horizon`` more).

    Source: R. J. Hyndman, G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, sections 5.8-5.10.

    >>> random = np.random.default_rng(4)
    >>> coming = forecast(50 + np.cumsum(random.normal(0, 0.8, 80)) + random.normal(size=80), horizon=2)
    >>> coming.model, coming.interval_from, coming.honest
    ('ses', 'errors', True)
    """
    x = check_finite(values, "values", ndim=1)
    horizon = check_whole(horizon, "horizon", at_least=1)
    n = check_enough(x.size, 6)
    check_variation(float(np.ptp(x)))
    confidence = check_fraction(confidence)
    if period is not None:
        period = check_whole(period, "period", at_least=2)
        check_enough(n, 2 * period + horizon, f"values for two periods of {period} and the horizon")
    tried = _models(period)
    if model is not None:
        check_choice(model, tried, "model")
    first = max(4, n // 2, 0 if period is None else 2 * period + 1)
    origins = range(first, n - horizon + 1)
    errors = {name: _past_errors(x, name, origins, horizon, period) for name in tried}
    scores = {name: float(np.abs(found).mean()) if found.size else math.nan for name, found in errors.items()}
    naive = "seasonal_naive" if period is not None else "naive"
    best = model or (min(scores, key=scores.get) if origins else naive)
    ahead, own = _predict(x, best, horizon, period, confidence)
    half = _half_widths(np.abs(errors[best]), confidence)
    source = "errors" if half is not None else "model"
    # Choosing model and interval from the same errors makes their quantiles a little too narrow.
    half = own if half is None else np.maximum(half, own)
    return Forecast(
        model=best,
        horizon=horizon,
        forecast=ahead,
        lower=ahead - half,
        upper=ahead + half,
        confidence=confidence,
        interval_from=source,
        beats_naive=bool(origins) and scores[best] < min(scores[name] for name in ("naive", naive)),
        validation=_validated(errors[best], scores, confidence),
        n=n,
        period=period,
    )


def _models(period) -> tuple[str, ...]:
    return (
        MODELS
        if period is not None
        else tuple(name for name in MODELS if "seasonal" not in name and "winters" not in name)
    )


def _predict(x, model, horizon, period, confidence, weights=None):
    """Forecasts, and half the width of the model's own interval."""
    if model in SMOOTHING:
        found = exponential_smoothing(x, model, horizon, period=period, confidence=confidence, **(weights or {}))
        return found.forecast, (found.upper - found.lower) / 2
    lag = period if model == "seasonal_naive" else 1
    ahead = np.arange(horizon)
    if model == "mean":
        mean, errors = np.full(horizon, x.mean()), x - x.mean()
        growth = np.full(horizon, math.sqrt(1 + 1 / x.size))
    else:
        mean, errors = x[x.size - lag + ahead % lag], x[lag:] - x[:-lag]
        growth = np.sqrt(1.0 + ahead // lag)
    from_normal = exponential_half(confidence) * math.sqrt(float(np.square(errors).mean()))
    return mean, from_normal * growth


def exponential_half(confidence: float) -> float:
    """Half the width of a normal interval, in standard deviations.

    >>> round(exponential_half(0.95), 3)
    1.96
    """
    from scipy.stats import norm

    return float(norm.ppf((1 + confidence) / 2))


def _past_errors(x, model, origins, horizon, period) -> np.ndarray:
    rows, weights, every = [], None, max(1, len(origins) // MOST_FITS)
    for i, t in enumerate(origins):
        if model in SMOOTHING and i % every == 0:
            weights = _weights(x[:t], model, period)
        rows.append(x[t : t + horizon] - _predict(x[:t], model, horizon, period, 0.9, weights)[0])
    return np.array(rows) if rows else np.empty((0, horizon))


def _weights(x, model, period) -> dict:
    found = exponential_smoothing(x, model, period=period)
    return {name: getattr(found, name) for name in ("alpha", "beta", "gamma") if getattr(found, name) is not None}


def _half_widths(errors: np.ndarray, confidence: float):
    """For each distance the order statistic of past absolute errors that a new one stays below with the confidence."""
    rank = math.ceil((len(errors) + 1) * confidence)
    return np.sort(errors, axis=0)[rank - 1] if rank <= len(errors) and len(errors) >= 10 else None


def _validated(errors, scores, confidence) -> ForecastValidation:
    hits = trials = 0
    for t in range(10, len(errors)):
        half = _half_widths(np.abs(errors[:t]), confidence)
        if half is not None:
            # One step ahead: later distances overlap and would count the same surprise several times.
            hits, trials = hits + int(abs(errors[t, 0]) <= half[0]), trials + 1
    if trials < 5:
        return ForecastValidation(scores, len(errors), None, None, None, None)
    return ForecastValidation(scores, len(errors), hits, trials, hits / trials, proportion_interval(hits, trials))

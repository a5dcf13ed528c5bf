"""What is followed over time: indicators, lives of units."""

import numpy as np

from hoshin.stats import (
    forecasting,
    reliability,
)
from tests.stats.alike import ragged
from tests.stats.many.case import Case, alike_all, below_zero, times


def series(random, n):
    return (60 + np.cumsum(random.normal(0.0, 0.5, n)) + random.normal(size=n),)


def season(random, n):
    return (60 + 4 * np.sin(np.arange(n) * np.pi / 3) + random.normal(size=n),)


def processes(ages, offsets=None, **how):
    """Each row a process of one system; rows would be the systems of one process."""
    if ages.ndim == 2:
        ages, offsets = ragged(*ages)
    return reliability.power_law(ages, offsets=offsets, **how)


CASES = {
    "indicator": Case(forecasting.read_indicator, series),
    "indicator with a baseline": Case(forecasting.read_indicator, series, {"baseline": 20}, alike_all),
    "change points": Case(forecasting.change_points, series),
    "change points with one penalty": Case(
        forecasting.change_points, series, {"penalty": 9.0, "shortest": 4}, alike_all
    ),
    "pettitt": Case(forecasting.pettitt, series, spoil=alike_all),
    "season": Case(forecasting.seasonality, season, {"period": 6}),
    "season of quotients": Case(forecasting.seasonality, season, {"period": 7, "model": "multiplicative"}, alike_all),
    "period": Case(forecasting.find_period, season),
    "anomalies": Case(forecasting.anomalies, series, {"k": 2.5}),
    "anomalies of a season": Case(forecasting.anomalies, season, {"window": 9, "k": 2.5, "period": 6}, alike_all),
    "ses": Case(forecasting.exponential_smoothing, series, {"model": "ses", "horizon": 3}),
    "holt": Case(forecasting.exponential_smoothing, series, {"model": "holt", "horizon": 3, "beta": 0.1}),
    "winters": Case(forecasting.exponential_smoothing, season, {"model": "holt_winters", "horizon": 8, "period": 6}),
    "winters of quotients": Case(
        forecasting.exponential_smoothing,
        season,
        {"model": "holt_winters", "horizon": 3, "seasonal": "multiplicative", "period": 7},
    ),
    "forecast": Case(forecasting.forecast, series, {"horizon": 2}),
    "forecast with seasons": Case(forecasting.forecast, season, {"horizon": 2, "period": 6}, alike_all),
    "forecast by one model": Case(forecasting.forecast, series, {"horizon": 2, "model": "mean"}),
    "forecast by one model with seasons": Case(
        forecasting.forecast, season, {"horizon": 8, "period": 6, "model": "holt_winters", "confidence": 0.5}
    ),
    "exponential": Case(
        reliability.exponential,
        times,
        call=lambda t, event, counts, **how: reliability.exponential(t, event, counts=counts, **how),
    ),
    "weibull": Case(reliability.weibull, times, spoil=below_zero),
    "lognormal": Case(reliability.lognormal, times),
    "loglogistic": Case(reliability.loglogistic, times),
    "kaplan-meier": Case(reliability.kaplan_meier, times),
    "log-rank": Case(reliability.log_rank, lambda random, n: (*times(random, n)[:2], np.arange(n) % 3)),
    "power law": Case(
        reliability.power_law,
        lambda random, n: (np.sort(random.uniform(1.0, 90.0, n)),),
        {"ends": 100.0},
        below_zero,
        processes,
    ),
    "warranty": Case(
        reliability.warranty_forecast,
        lambda random, n: (random.uniform(0.0, 20.0, n),),
        {"life": reliability.weibull([5, 8, 11, 12, 14, 20, 20], [1] * 5 + [0] * 2), "periods": 4, "draws": 300},
        below_zero,
        lambda ages, life, **how: reliability.warranty_forecast(life, ages, **how),
    ),
}

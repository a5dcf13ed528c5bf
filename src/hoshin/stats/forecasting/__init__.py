"""Series over time: is a change signal or noise, since when, what season, what comes next and how sure is that."""

from hoshin.stats.forecasting.anomalies import Anomalies, anomalies
from hoshin.stats.forecasting.change_points import ChangePoints, change_points, pettitt
from hoshin.stats.forecasting.forecast import Forecast, ForecastMixture, ForecastValidation, forecast
from hoshin.stats.forecasting.indicator import IndicatorReading, read_indicator
from hoshin.stats.forecasting.seasonality import Period, Seasonality, find_period, seasonality
from hoshin.stats.forecasting.smoothing import Smoothing, exponential_smoothing

__all__ = [
    "Anomalies",
    "ChangePoints",
    "Forecast",
    "ForecastMixture",
    "ForecastValidation",
    "IndicatorReading",
    "Period",
    "Seasonality",
    "Smoothing",
    "anomalies",
    "change_points",
    "exponential_smoothing",
    "find_period",
    "forecast",
    "pettitt",
    "read_indicator",
    "seasonality",
]

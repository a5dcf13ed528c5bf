"""How long things last: life distributions with censoring, survival without one, repairable systems, warranty."""

from hoshin.stats.reliability.exponential import ExponentialLife, exponential
from hoshin.stats.reliability.life import LifeDistribution, loglogistic, lognormal, weibull
from hoshin.stats.reliability.repairable import PowerLawProcess, power_law
from hoshin.stats.reliability.survival import SurvivalCurve, kaplan_meier, log_rank
from hoshin.stats.reliability.warranty import WarrantyForecast, returns_by_age, warranty_forecast

__all__ = [
    "ExponentialLife",
    "LifeDistribution",
    "PowerLawProcess",
    "SurvivalCurve",
    "WarrantyForecast",
    "exponential",
    "kaplan_meier",
    "log_rank",
    "loglogistic",
    "lognormal",
    "power_law",
    "returns_by_age",
    "warranty_forecast",
    "weibull",
]

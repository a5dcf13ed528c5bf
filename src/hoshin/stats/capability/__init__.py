"""Capability: does a stable process meet its specification?"""

from hoshin.stats.capability.attributes import (
    BinomialCapability,
    PoissonCapability,
    Yields,
    binomial,
    poisson,
    yields,
)
from hoshin.stats.capability.distributions import DISTRIBUTIONS, FittedDistribution, fit
from hoshin.stats.capability.johnson import JohnsonCapability, johnson
from hoshin.stats.capability.nonnormal import PercentileCapability, percentile
from hoshin.stats.capability.normal import Capability, normal
from hoshin.stats.capability.powers import TransformedCapability, boxcox, yeo_johnson
from hoshin.stats.capability.probability_plot import ProbabilityPlot, probability_plot
from hoshin.stats.capability.stages import StagedCapability, by_stages

__all__ = [
    "DISTRIBUTIONS",
    "BinomialCapability",
    "Capability",
    "FittedDistribution",
    "JohnsonCapability",
    "PercentileCapability",
    "PoissonCapability",
    "ProbabilityPlot",
    "StagedCapability",
    "TransformedCapability",
    "Yields",
    "binomial",
    "boxcox",
    "by_stages",
    "fit",
    "johnson",
    "normal",
    "percentile",
    "poisson",
    "probability_plot",
    "yeo_johnson",
    "yields",
]

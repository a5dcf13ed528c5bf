"""Measurement systems: how much of what is seen is the gauge, and how wrong is it?"""

from hoshin.stats.measurement_systems._components import MeanSquare, VarianceComponent, Yardstick
from hoshin.stats.measurement_systems.average_range import AverageRangeStudy, d2_star, gauge_rr_average_range
from hoshin.stats.measurement_systems.bias import BiasStudy, bias, range_degrees_of_freedom
from hoshin.stats.measurement_systems.crossed import gauge_rr_crossed
from hoshin.stats.measurement_systems.destructive import DestructiveStudy, gauge_rr_destructive
from hoshin.stats.measurement_systems.expanded import ExpandedStudy, gauge_rr_expanded
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy
from hoshin.stats.measurement_systems.intervals import (
    GaugeIntervals,
    GaugeLimits,
    gauge_intervals,
    modified_large_sample,
)
from hoshin.stats.measurement_systems.linearity import BiasByReference, LinearityStudy, linearity
from hoshin.stats.measurement_systems.monte_carlo import MonteCarloUncertainty, monte_carlo_uncertainty
from hoshin.stats.measurement_systems.nested import gauge_rr_nested
from hoshin.stats.measurement_systems.stability import StabilityStudy, stability
from hoshin.stats.measurement_systems.type1 import Type1Study, type1
from hoshin.stats.measurement_systems.uncertain_inputs import (
    UncertainInput,
    bounded_input,
    expanded_input,
    normal_input,
    observed_input,
)
from hoshin.stats.measurement_systems.uncertainty import UncertaintyBudget, uncertainty_budget

__all__ = [
    "AverageRangeStudy",
    "BiasByReference",
    "BiasStudy",
    "DestructiveStudy",
    "ExpandedStudy",
    "GaugeIntervals",
    "GaugeLimits",
    "GaugeStudy",
    "LinearityStudy",
    "MeanSquare",
    "MonteCarloUncertainty",
    "StabilityStudy",
    "Type1Study",
    "UncertainInput",
    "UncertaintyBudget",
    "VarianceComponent",
    "Yardstick",
    "bias",
    "bounded_input",
    "d2_star",
    "expanded_input",
    "gauge_intervals",
    "gauge_rr_average_range",
    "gauge_rr_crossed",
    "gauge_rr_destructive",
    "gauge_rr_expanded",
    "gauge_rr_nested",
    "linearity",
    "modified_large_sample",
    "monte_carlo_uncertainty",
    "normal_input",
    "observed_input",
    "range_degrees_of_freedom",
    "stability",
    "type1",
    "uncertainty_budget",
]

"""Measurement systems: how much of what is seen is the gauge, and how wrong is it?"""

from hoshin.stats.measurement_systems._components import MeanSquare, VarianceComponent, Yardstick
from hoshin.stats.measurement_systems.average_range import AverageRangeStudy, d2_star, gauge_rr_average_range
from hoshin.stats.measurement_systems.bias import BiasStudy, bias, range_degrees_of_freedom
from hoshin.stats.measurement_systems.crossed import GaugeStudy, gauge_rr_crossed
from hoshin.stats.measurement_systems.linearity import BiasByReference, LinearityStudy, linearity
from hoshin.stats.measurement_systems.nested import gauge_rr_nested
from hoshin.stats.measurement_systems.type1 import Type1Study, type1

__all__ = [
    "AverageRangeStudy",
    "BiasByReference",
    "BiasStudy",
    "GaugeStudy",
    "LinearityStudy",
    "MeanSquare",
    "Type1Study",
    "VarianceComponent",
    "Yardstick",
    "bias",
    "d2_star",
    "gauge_rr_average_range",
    "gauge_rr_crossed",
    "gauge_rr_nested",
    "linearity",
    "range_degrees_of_freedom",
    "type1",
]

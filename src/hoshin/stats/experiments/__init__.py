"""Designed experiments: which runs to make, and what their results say."""

from hoshin.stats.experiments.analysis import FactorialAnalysis, analyze_factorial, half_normal
from hoshin.stats.experiments.design import Design, randomize, runs_in_units
from hoshin.stats.experiments.factorial import Aliases, aliases, fractional_factorial, full_factorial, plackett_burman
from hoshin.stats.experiments.response_surface import (
    ResponseSurface,
    analyze_response_surface,
    box_behnken,
    central_composite,
)
from hoshin.stats.experiments.taguchi import TAGUCHI, SignalToNoise, signal_to_noise, taguchi

__all__ = [
    "TAGUCHI",
    "Aliases",
    "Design",
    "FactorialAnalysis",
    "ResponseSurface",
    "SignalToNoise",
    "aliases",
    "analyze_factorial",
    "analyze_response_surface",
    "box_behnken",
    "central_composite",
    "fractional_factorial",
    "full_factorial",
    "half_normal",
    "plackett_burman",
    "randomize",
    "runs_in_units",
    "signal_to_noise",
    "taguchi",
]

"""Designed experiments: which runs to make, and what their results say."""

from hoshin.stats.experiments.analysis import FactorialAnalysis, analyze_factorial, half_normal
from hoshin.stats.experiments.design import Design, randomize, runs_in_units
from hoshin.stats.experiments.desirability import BestSetting, Goal, best_setting, desirability
from hoshin.stats.experiments.factorial import (
    Aliases,
    AliasMatrix,
    alias_matrix,
    aliases,
    foldover,
    fractional_factorial,
    full_factorial,
    in_blocks,
    plackett_burman,
)
from hoshin.stats.experiments.levels import LevelsAnalysis, analyze_levels
from hoshin.stats.experiments.response_surface import (
    ResponseSurface,
    analyze_response_surface,
    box_behnken,
    central_composite,
)
from hoshin.stats.experiments.taguchi import TAGUCHI, SignalToNoise, signal_to_noise, taguchi

__all__ = [
    "TAGUCHI",
    "AliasMatrix",
    "Aliases",
    "BestSetting",
    "Design",
    "FactorialAnalysis",
    "Goal",
    "LevelsAnalysis",
    "ResponseSurface",
    "SignalToNoise",
    "alias_matrix",
    "aliases",
    "analyze_factorial",
    "analyze_levels",
    "analyze_response_surface",
    "best_setting",
    "box_behnken",
    "central_composite",
    "desirability",
    "foldover",
    "fractional_factorial",
    "full_factorial",
    "half_normal",
    "in_blocks",
    "plackett_burman",
    "randomize",
    "runs_in_units",
    "signal_to_noise",
    "taguchi",
]

"""How long until a chart signals? Average run lengths, exact where an equation holds them and simulated elsewhere;
and charts designed for a wanted one."""

from hoshin.stats.run_length.cusum import cusum_arl, cusum_design
from hoshin.stats.run_length.ewma import ewma_arl, ewma_design
from hoshin.stats.run_length.mewma import mewma_arl, mewma_design, t2_arl
from hoshin.stats.run_length.result import ChartDesign, RunLength
from hoshin.stats.run_length.runs_rules import runs_rules_arl
from hoshin.stats.run_length.shewhart import count_arl, s_chart_arl, shewhart_arl
from hoshin.stats.run_length.simulation import (
    simulate_chart,
    simulate_cusum,
    simulate_ewma,
    simulate_mewma,
    simulate_rules,
)

__all__ = [
    "ChartDesign",
    "RunLength",
    "count_arl",
    "cusum_arl",
    "cusum_design",
    "ewma_arl",
    "ewma_design",
    "mewma_arl",
    "mewma_design",
    "runs_rules_arl",
    "s_chart_arl",
    "shewhart_arl",
    "simulate_chart",
    "simulate_cusum",
    "simulate_ewma",
    "simulate_mewma",
    "simulate_rules",
    "t2_arl",
]

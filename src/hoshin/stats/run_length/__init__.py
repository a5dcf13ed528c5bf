"""How long until a chart signals? Average run lengths, exact where an equation holds them and simulated elsewhere;
and charts designed for a wanted one."""

from hoshin.stats.run_length.cusum import cusum_arl, cusum_design
from hoshin.stats.run_length.estimated import estimated_arl
from hoshin.stats.run_length.ewma import ewma_arl, ewma_design
from hoshin.stats.run_length.hotelling import generalized_variance_arl, t2_arl
from hoshin.stats.run_length.mewma import mewma_arl, mewma_design
from hoshin.stats.run_length.moving_average import moving_average_arl
from hoshin.stats.run_length.neighbours import imr_arl
from hoshin.stats.run_length.precontrol import precontrol_arl
from hoshin.stats.run_length.residuals import residual_arl
from hoshin.stats.run_length.result import ChartDesign, RunLength
from hoshin.stats.run_length.run_chart import run_chart_arl
from hoshin.stats.run_length.runs_rules import runs_rules_arl
from hoshin.stats.run_length.shewhart import (
    averages_arl,
    count_arl,
    r_chart_arl,
    s_chart_arl,
    shewhart_arl,
    time_arl,
    together,
)
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
    "averages_arl",
    "count_arl",
    "cusum_arl",
    "cusum_design",
    "estimated_arl",
    "ewma_arl",
    "ewma_design",
    "generalized_variance_arl",
    "imr_arl",
    "mewma_arl",
    "mewma_design",
    "moving_average_arl",
    "precontrol_arl",
    "r_chart_arl",
    "residual_arl",
    "run_chart_arl",
    "runs_rules_arl",
    "s_chart_arl",
    "shewhart_arl",
    "simulate_chart",
    "simulate_cusum",
    "simulate_ewma",
    "simulate_mewma",
    "simulate_rules",
    "t2_arl",
    "time_arl",
    "together",
]

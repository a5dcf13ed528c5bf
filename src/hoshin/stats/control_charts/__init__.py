"""Control charts: is the process stable, and if not, when did it change?"""

from hoshin.stats.control_charts.acceptance import PreControl, acceptance, precontrol
from hoshin.stats.control_charts.attributes import c, np_, p, u
from hoshin.stats.control_charts.autocorrelated import arima_residuals
from hoshin.stats.control_charts.averages import xbar_r, xbar_s
from hoshin.stats.control_charts.chart import Baseline, ControlChart, ControlCharts, Panel, Stage
from hoshin.stats.control_charts.funnel import FunnelPlot, funnel
from hoshin.stats.control_charts.individuals import i_mr
from hoshin.stats.control_charts.laney import laney_p, laney_u
from hoshin.stats.control_charts.memory import cusum, ewma, moving_average
from hoshin.stats.control_charts.onset import Shift, shifts
from hoshin.stats.control_charts.rare import g, t
from hoshin.stats.control_charts.run_chart import RunChart, run_chart
from hoshin.stats.control_charts.short_run import dnom, z_mr
from hoshin.stats.control_charts.stream import Watched, WatchState, baseline_of_blocks, watch
from hoshin.stats.control_charts.subgroups import Subgroups, summarize
from hoshin.stats.control_charts.three_way import i_mr_r, i_mr_s
from hoshin.stats.rules import AIAG, BEYOND_LIMITS, NELSON, WESTERN_ELECTRIC, Rule
from hoshin.stats.signals import Signals, signals

__all__ = [
    "AIAG",
    "BEYOND_LIMITS",
    "NELSON",
    "WESTERN_ELECTRIC",
    "Baseline",
    "ControlChart",
    "ControlCharts",
    "FunnelPlot",
    "Panel",
    "PreControl",
    "Rule",
    "RunChart",
    "Shift",
    "Signals",
    "Stage",
    "Subgroups",
    "WatchState",
    "Watched",
    "acceptance",
    "arima_residuals",
    "baseline_of_blocks",
    "c",
    "cusum",
    "dnom",
    "ewma",
    "funnel",
    "g",
    "i_mr",
    "i_mr_r",
    "i_mr_s",
    "laney_p",
    "laney_u",
    "moving_average",
    "np_",
    "p",
    "precontrol",
    "run_chart",
    "shifts",
    "signals",
    "summarize",
    "t",
    "u",
    "watch",
    "xbar_r",
    "xbar_s",
    "z_mr",
]

"""Control charts: is the process stable, and if not, when did it change?"""

from hoshin.stats.control_charts.attributes import c, np_, p, u
from hoshin.stats.control_charts.averages import xbar_r, xbar_s
from hoshin.stats.control_charts.chart import Baseline, ControlChart, ControlCharts, Panel, Stage
from hoshin.stats.control_charts.individuals import i_mr
from hoshin.stats.control_charts.subgroups import Subgroups, summarize
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
    "Panel",
    "Rule",
    "Signals",
    "Stage",
    "Subgroups",
    "c",
    "i_mr",
    "np_",
    "p",
    "signals",
    "summarize",
    "u",
    "xbar_r",
    "xbar_s",
]

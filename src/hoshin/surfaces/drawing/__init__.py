"""Drawings: control charts, capability, Pareto, trends, workflows and cause analyses as SVG, for page and PDF alike."""

from .bars import bar, pareto
from .canvas import Drawing
from .causes import Cause, fishbone, tree
from .chart import Annotation, ChartData, Panel, Phase, Signal, Specification
from .control_chart import control_chart, payload, payload_json
from .histogram import Curve, histogram
from .legend import legend
from .sparkline import sparkline
from .theme import for_print
from .trend import trend
from .workflow import StateBox, Way, workflow_diagram

__all__ = [
    "Annotation",
    "Cause",
    "ChartData",
    "Curve",
    "Drawing",
    "Panel",
    "Phase",
    "Signal",
    "Specification",
    "StateBox",
    "Way",
    "bar",
    "control_chart",
    "fishbone",
    "for_print",
    "histogram",
    "legend",
    "pareto",
    "payload",
    "payload_json",
    "sparkline",
    "tree",
    "trend",
    "workflow_diagram",
]

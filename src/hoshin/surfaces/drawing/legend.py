"""The key under a control chart: only what the chart really shows."""

import numpy as np
from django.utils.translation import gettext as _

from .canvas import Drawing, text_of
from .chart import ChartData, Limit

STROKES = {
    "limit": '<path class="d-limit" d="M0 6h28"/>',
    "center": '<path class="d-center" d="M0 6h28"/>',
    "specification": (
        '<path class="d-hatch" d="M2 6l4-5M10 6l4-5M18 6l4-5"/><path class="d-specification" d="M0 6h28"/>'
    ),
    "target": '<path class="d-target" d="M0 6h28"/>',
    "signal": '<path class="d-signal-ring" d="M14 6h.01"/><path class="d-signal" d="M14 6h.01"/>',
    "excluded": '<path class="d-excluded" d="m10.5 2.5 7 7m0-7-7 7"/>',
    "corrected": '<path class="d-corrected" d="m14 0 6 6-6 6-6-6z"/>',
}


def legend(chart: ChartData) -> Drawing:
    """A list of the marks on a chart and what each means."""
    shown, panels = [], chart.panels
    if any(_drawn(panel.lower) or _drawn(panel.upper) for panel in panels):
        shown.append(("limit", _("control limits, computed from the data")))
    if any(_drawn(panel.center) for panel in panels):
        shown.append(("center", _("center line")))
    if any(_drawn(panel.specification.lower) or _drawn(panel.specification.upper) for panel in panels):
        shown.append(("specification", _("specification, set by the customer")))
    if any(_drawn(panel.specification.target) for panel in panels):
        shown.append(("target", _("target")))
    if any(panel.signals for panel in panels):
        shown.append(("signal", _("signal, with the rule it breaks")))
    if any(panel.excluded for panel in panels):
        shown.append(("excluded", _("excluded from limits, with a reason")))
    if any(panel.corrected for panel in panels):
        shown.append(("corrected", _("corrected value")))
    return Drawing(f'<ul class="legend">{"".join(_row(name, words) for name, words in shown)}</ul>')


def _drawn(limit: Limit) -> bool:
    """Whether there is a value to draw a line at."""
    return limit is not None and bool(np.isfinite(np.asarray(limit, dtype=float)).any())


def _row(name: str, words: str) -> str:
    return f'<li><svg class="drawing" viewBox="0 0 28 12" aria-hidden="true">{STROKES[name]}</svg>{text_of(words)}</li>'

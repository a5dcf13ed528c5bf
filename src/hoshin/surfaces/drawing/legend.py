"""The key under a control chart: only what the chart really shows."""

from .canvas import Drawing, text_of
from .chart import ChartData

STROKES = {
    "limit": '<path class="d-limit" d="M0 6h28"/>',
    "center": '<path class="d-center" d="M0 6h28"/>',
    "specification": (
        '<path class="d-hatch" d="M2 6l4-5M10 6l4-5M18 6l4-5"/><path class="d-specification" d="M0 6h28"/>'
    ),
    "signal": '<path class="d-signal-ring" d="M14 6h.01"/><path class="d-signal" d="M14 6h.01"/>',
    "excluded": '<path class="d-excluded" d="m10.5 2.5 7 7m0-7-7 7"/>',
    "corrected": '<path class="d-corrected" d="m14 0 6 6-6 6-6-6z"/>',
}


def legend(chart: ChartData) -> Drawing:
    """A list of the marks on a chart and what each means."""
    shown = [("limit", "control limits, computed from the baseline"), ("center", "center line")]
    panels = chart.panels
    if any(value is not None for panel in panels for _, value in panel.specification):
        shown.append(("specification", "specification, set by the customer"))
    if any(panel.signals for panel in panels):
        shown.append(("signal", "signal, with the rule it breaks"))
    if any(panel.excluded for panel in panels):
        shown.append(("excluded", "excluded from limits, with a reason"))
    if any(panel.corrected for panel in panels):
        shown.append(("corrected", "corrected value"))
    return Drawing(f'<ul class="legend">{"".join(_row(name, words) for name, words in shown)}</ul>')


def _row(name: str, words: str) -> str:
    return f'<li><svg class="drawing" viewBox="0 0 28 12" aria-hidden="true">{STROKES[name]}</svg>{text_of(words)}</li>'

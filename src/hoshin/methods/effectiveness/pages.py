"""The check's own panel: what was declared, what the data say, drawn and in figures."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.stats.results import Result
from hoshin.surfaces.drawing import control_chart, legend, payload_json
from hoshin.surfaces.statistics import explained

from .drawing import chart_of, reading_of
from .rules import conclusion_of, later_sample


def verdict_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The verdict with its figures; while data are awaited, how many have come."""
    reading = reading_of(row)
    chart = chart_of(row, reading)
    come = len(later_sample(row, reading))
    result = Result.from_json(row.result) if row.result else None
    return {
        "chart": control_chart(chart) if chart else None,
        "payload": payload_json(chart) if chart else "",
        "legend": legend(chart) if chart else "",
        "come": come,
        "conclusion": conclusion_of(row),
        "steps": explained(result) if result else [],
    }


VERDICT = registry.put_panel(
    "effectiveness_check", Panel("verdict", _("Effectiveness"), "effectiveness/verdict.html", verdict_panel, first=True)
)

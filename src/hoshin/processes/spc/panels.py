"""What the process puts on the pages of characteristics, and into the navigation."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.measuring.doors import MEASURES, STEWARDS
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.stats.control_charts import Rule
from hoshin.surfaces.drawing import control_chart, legend, payload_json
from hoshin.surfaces.statistics import explained, translated, translated_all
from hoshin.surfaces.web import pages

from . import baselines
from .alerts import led_to, open_alerts
from .capability import picture_of, study_of
from .charts import CharacteristicChart, chart_of, drawing_of, local_times, point_number
from .models import AREA
from .rules import full_name, grouped, worded

# A page that loads in a moment shows so many points; the chart's own page shows more.
ON_RECORD, ROWS_ON_RECORD, ROWS_MOST = 500, 12, 400

pages.navigation(AREA, _("Board"), "spc-board", "layout-grid", order=301)
pages.navigation(AREA, _("Import data"), "spc-import", "upload", order=340)


@dataclass(frozen=True)
class Row:
    """One point in the table beside the chart."""

    key: int
    number: str
    time: Any
    value: str
    size: str
    # What was said about it, and the rules it meets by their numbers, by their names and in words.
    remarks: tuple[str, ...]
    rules: str
    met: str
    words: tuple[str, ...]
    signal: bool
    excluded: bool


def chart_for(row: Any, request: HttpRequest) -> CharacteristicChart:
    """The characteristic's chart, computed once for a page."""
    known = request.__dict__.setdefault("_spc_charts", {})
    if row.pk not in known:
        known[row.pk] = chart_of(row)
    return known[row.pk]


def chart_context(row: Any, request: HttpRequest, window: range, rows: int) -> dict[str, Any]:
    """Everything a chart, its table and its explanation need."""
    chart = chart_for(row, request)
    drawn = drawing_of(chart, window)
    listed = window[max(0, len(window) - rows) :]
    active = row.state == "active"
    return {
        "chart": chart,
        "alarm": alarm_of(row, request),
        "drawing": control_chart(drawn),
        "legend": legend(drawn),
        "payload": payload_json(drawn, rows=tuple(window)),
        "points": list(reversed(table_of(chart, listed))),
        "rules_met": rules_met(chart, listed),
        "shown": len(window),
        "explained": explained(chart.result) if chart.result is not None else [],
        "assumptions": translated_all(chart.result.assumptions) if chart.result is not None else (),
        "sources": translated_all(chart.result.sources) if chart.result is not None else (),
        "baseline_differs": _differs(chart),
        "may_enter": active and MEASURES.allows(request.standing, row),
        "is_steward": active and STEWARDS.allows(request.standing, row),
    }


def alarm_of(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The characteristic's open alert, and what came of it so far."""
    alert = open_alerts([row]).get(row.uid)
    if alert is None or not may_see(request.standing, alert):
        return None
    return {
        "alert": alert,
        "rules": grouped(alert.rules),
        "state": alert.spec.workflow.state(alert.state).label,
        "led_to": led_to(alert, request.standing),
    }


def _differs(chart: CharacteristicChart) -> bool:
    """Whether data of the frozen baseline changed since it was signed."""
    if chart.provisional:
        return False
    return not baselines.is_todays(chart.baseline, chart.characteristic, chart.points.reading)


def table_of(chart: CharacteristicChart, window: range) -> list[Row]:
    """The points of the window, oldest first."""
    points = chart.points
    plotted = chart.shown.main.points if chart.shown is not None else points.measured[points.cuts[:-1]]
    values = points.read_as(plotted, points.measured)
    moments = local_times(points.time[window.start : window.stop])
    decimals = chart.characteristic.decimals or 0
    corrected, excluded = points.any_of(points.reading.corrected), points.any_of(points.reading.excluded)
    return [
        Row(
            index, point_number(points, index), moment,
            _value(values[index], decimals, chart), _size(points, index),
            tuple(dict.fromkeys(_remarks(chart, index, corrected))),
            _rules(chart, index), *_rules_in_words(chart, index),
            index in chart.signalling, bool(excluded[index]) or index in chart.left_out,
        )
        for index, moment in zip(window, moments, strict=True)
    ]  # fmt: skip


def _value(value: float, decimals: int, chart: CharacteristicChart) -> str:
    if np.isnan(value):
        return "–"
    if chart.characteristic.sort == "variable":
        return f"{value:.{decimals + chart.points.in_subgroups}f}"
    return f"{value:.3f}" if chart.points.kind.in_shares else f"{value:g}"


def _size(points: Any, index: int) -> str:
    if points.in_subgroups:
        return str(int(points.cuts[index + 1] - points.cuts[index]))
    size = points.sizes[index]
    return "" if np.isnan(size) else f"{size:g}"


def _rules(chart: CharacteristicChart, index: int) -> str:
    """The numbers of the rules a point meets."""
    return ", ".join(dict.fromkeys(signal.short for signal in chart.signalling.get(index, ())))


def _rules_in_words(chart: CharacteristicChart, index: int) -> tuple[str, tuple[str, ...]]:
    """The rules a point meets by their names and by what they mean, those of the spread with their panel."""
    met: dict[str, list[Rule]] = {}
    for signal in chart.signalling.get(index, ()):
        where = "" if signal.panel == chart.result.main.name else f"{translated(signal.panel)}, "
        met.setdefault(where, []).append(signal.rule)
    names = [where + grouped(", ".join(map(full_name, rules))) for where, rules in met.items()]
    return "; ".join(names), tuple(where + worded(rule) for where, rules in met.items() for rule in rules)


def rules_met(chart: CharacteristicChart, window: range) -> list[str]:
    """What the rules met in a window mean, each once."""
    return sorted({worded(signal.rule) for signal in chart.signals if signal.index in window})


def _remarks(chart: CharacteristicChart, index: int, corrected: np.ndarray):
    """What was said about a point, in words."""
    reading, points = chart.points.reading, chart.points
    if index in chart.left_out and not reading.excluded[points.cuts[index]]:
        yield str(_("left out of the baseline: %(why)s")) % {"why": chart.left_out[index]}
    for place in range(int(points.cuts[index]), int(points.cuts[index + 1])):
        if reading.excluded[place]:
            said = chart.statements.get(int(reading.reason[place]))
            yield str(_("excluded: %(why)s")) % {"why": said.reason if said else ""}
        remark = chart.statements.get(int(reading.annotation[place]))
        if remark is not None:
            yield remark.reason
    if corrected[index]:
        yield str(_("corrected"))


def chart_panel(row: Any, request: HttpRequest) -> dict[str, Any]:
    """The chart on the characteristic's page."""
    size = len(chart_for(row, request).points)
    return chart_context(row, request, range(max(0, size - ON_RECORD), size), ROWS_ON_RECORD)


def capability_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Capability against the specification, where there is one and something was measured."""
    chart = chart_for(row, request)
    if not len(chart.points):
        return None
    study = study_of(chart)
    if study is None:
        return None
    return {
        "study": study,
        "picture": picture_of(chart, study) if study.result is not None else "",
        "explained": explained(study.result) if study.result is not None else [],
        "assumptions": translated_all(study.result.assumptions) if study.result is not None else (),
        "sources": translated_all(study.result.sources) if study.result is not None else (),
    }


def alert_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The characteristic's chart around the signal, on the alert's page."""
    if row.first is None:
        return None
    characteristic = baselines.characteristic_of(row)
    if not may_see(request.standing, characteristic):
        return None
    chart = chart_for(characteristic, request)
    start, stop = chart.points.within(row.window_first, row.window_last)
    window = chart.window(start, stop)
    return {
        "characteristic": characteristic,
        "chart": chart,
        "drawing": control_chart(drawing_of(chart, window)),
        "legend": legend(drawing_of(chart, window)),
        "payload": payload_json(drawing_of(chart, window), rows=tuple(window)),
        "shown": len(window),
    }


def baseline_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The points a baseline is computed from, on its page, and whether they are still the same."""
    if row.window_first is None:
        return None
    characteristic = baselines.characteristic_of(row)
    if not may_see(request.standing, characteristic):
        return None
    chart = chart_of(characteristic, baseline=row)
    start, stop = chart.points.within(row.window_first, row.window_last)
    window = chart.window(start, stop)
    drawn = drawing_of(chart, window)
    known = baselines.of(row)
    return {
        "characteristic": characteristic,
        "chart": chart,
        "drawing": control_chart(drawn),
        "legend": legend(drawn),
        "payload": payload_json(drawn, rows=tuple(window)),
        "shown": len(window),
        "explained": explained(known) if known is not None else [],
        "differs": bool(row.computed) and not baselines.is_todays(row, characteristic, chart.points.reading),
    }


registry.put_panel(
    "characteristic", Panel("chart", _("Control chart"), "spc/chart_panel.html", chart_panel, first=True)
)
registry.put_panel(
    "characteristic",
    Panel("capability", _("Capability"), "spc/capability_panel.html", capability_panel, first=True),
)
registry.put_panel("alert", Panel("chart", _("The signal"), "spc/alert_panel.html", alert_panel, first=True))
registry.put_panel(
    "control_baseline",
    Panel("chart", _("What it is computed from"), "spc/baseline_panel.html", baseline_panel, first=True),
)

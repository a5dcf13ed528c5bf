"""Alerts: after measurements came in, the monitored characteristics are judged together and new signals open alerts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.measuring.models import Batch, HotRow, SegmentRow
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.attachments import attach
from hoshin.kernel.records.links import LEADS_TO, links_of
from hoshin.kernel.records.record import Priority
from hoshin.kernel.trail.actors import system
from hoshin.measurements.overlay import Reading
from hoshin.surfaces.drawing import control_chart, for_print
from hoshin.surfaces.statistics import translated

from . import baselines
from .charts import chart_of, drawing_of
from .evaluation import Asked, Evaluated, evaluate
from .points import Points
from .readings import readings_of
from .reports import csv_of
from .rules import full_name, joined, rules_of, worded

KIND = "alert"
# How many points before the first signal are kept with an alert.
BEFORE = 25


@dataclass(frozen=True, eq=False)
class Found:
    """New signals of one characteristic."""

    characteristic: Any
    baseline: Any
    points: Points
    evaluated: Evaluated
    # The new signalling points, and the rules met at them with the panel.
    new: np.ndarray

    @property
    def met(self) -> list[tuple[str, Any]]:
        return [(panel, rule) for panel, rule, indices in self.evaluated.signals if np.isin(indices, self.new).any()]

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(full_name(rule) for _panel, rule in self.met))

    @property
    def words(self) -> list[str]:
        """What each rule that was met says, with the panel it was met in."""
        return [f"{translated(panel)}, {worded(rule)}" for panel, rule in self.met]


def monitored(touched: Q) -> list[Any]:
    """The characteristics in use whose signals ask for something: those with a reaction plan and a frozen baseline."""
    rows = registry.get("characteristic").rows().filter(touched, state="active").exclude(reaction_plan="")
    frozen = registry.get(baselines.KIND).rows().filter(state=baselines.FROZEN)
    return list(rows.filter(uid__in=frozen.values("characteristic")))


def touched_by(batch: Batch, keys: Sequence[int] | None) -> Q:
    """Which characteristics a batch may speak of: those its entry names, or those its rows or its sealed file hold."""
    if keys is not None:
        return Q(pk__in=list(keys))
    if batch.sealed_in:
        extent = SegmentRow.objects.get(sha256=batch.sealed_in).segment
        return Q(id__range=(extent.characteristic_min, extent.characteristic_max))
    rows = HotRow.objects.filter(row__range=(batch.first_row, batch.last_row))
    return Q(pk__in=rows.values("characteristic"))


def watch(touched: Q, first_row: int) -> list[Any]:
    """Judge what came in from ``first_row`` on: open alerts, or extend those that are open. One scan for all."""
    characteristics = monitored(touched)
    if not characteristics:
        return []
    found = _new_signals(characteristics, first_row)
    if not found:
        return []
    opened = open_alerts([one.characteristic for one in found])
    fresh = [one for one in found if one.characteristic.uid not in opened]
    for one in found:
        if one.characteristic.uid in opened:
            _extend(opened[one.characteristic.uid], one)
    return _open(fresh)


def _new_signals(characteristics: Sequence[Any], first_row: int) -> list[Found]:
    readings = readings_of(characteristics)
    bases = baselines.in_force(characteristics)
    touched = [row for row in characteristics if (readings[row.pk].columns.row >= first_row).any()]
    points = [baselines.points_on(bases[row.uid], row, readings[row.pk]) for row in touched]
    asked = [Asked(cut, rules_of(row), baselines.of(bases[row.uid])) for row, cut in zip(touched, points, strict=True)]
    found = []
    for row, cut, result in zip(touched, points, evaluate(asked), strict=True):
        new = _new_points(cut, result.signalling, first_row, bases[row.uid])
        if new.size:
            found.append(Found(row, bases[row.uid], cut, result, new))
    return found


def _new_points(points: Points, signalling: np.ndarray, first_row: int, baseline: Any) -> np.ndarray:
    """Signalling points with a measurement of this batch, after the baseline."""
    is_new = points.any_of(points.columns.row >= first_row)
    _start, after = points.within(baseline.window_first, baseline.window_last)
    return signalling[is_new[signalling] & (signalling >= after)]


def open_alerts(characteristics: Sequence[Any]) -> dict[Any, Any]:
    """The open alert of each characteristic that has one, by the characteristic's identifier."""
    spec = registry.get(KIND)
    uids = [row.uid for row in characteristics]
    found: dict[Any, Any] = {}
    for start in range(0, len(uids), 500):
        rows = spec.rows().filter(characteristic__in=uids[start : start + 500])
        found |= {row.characteristic_id: row for row in rows.filter(state__in=spec.workflow.open_states)}
    return found


def led_to(alert: Any, standing: Standing) -> list[Any]:
    """The records an alert led to, and those these led to: its nonconformity, its CAPA."""
    found: dict[Any, Any] = {}
    for row in (alert, *_next(alert, standing)):
        found |= {other.uid: other for other in _next(row, standing)}
    return list(found.values())


def _next(row: Any, standing: Standing) -> list[Any]:
    seen = links_of(row, standing)
    return [one.other for one in seen if one.link.relation == LEADS_TO.name and one.link.source_id == row.uid]


def _open(found: Sequence[Found]) -> list[Any]:
    """One alert for each characteristic, with the chart and the data window attached."""
    by = system("spc")
    made = doors.create(KIND, [_draft(one) for one in found], by=by)
    readings = readings_of([one.characteristic for one in found], columns=None)
    for alert, one in zip(made, found, strict=True):
        doors.compute([alert], _facts(one), by=by)
        attach(alert, _evidence(alert, one, readings[one.characteristic.pk]), by=by)
        # Whoever reacts to the opening is given this very row.
        alert.refresh_from_db()
    return made


def _draft(one: Found) -> dict[str, Any]:
    row = one.characteristic
    moment = one.points.time[int(one.new[0])].astype("datetime64[us]").astype(object)
    told = {
        "title": _("Signal on %(title)s") % {"title": row.title[:180]},
        "characteristic": str(row.uid),
        "priority": int(Priority.HIGH),
        "confidentiality": row.confidentiality,
        "occurred_at": moment.isoformat() + "Z" if moment is not None else None,
        "owner": str(row.owner_id) if row.owner_id else None,
        "unit": str(row.unit_id) if row.unit_id else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _facts(one: Found) -> dict[str, Any]:
    points, first = one.points, int(one.new[0])
    return {
        "baseline": one.baseline.uid,
        "rules": ", ".join(one.names)[:200],
        "meaning": "\n".join(one.words),
        "signals": len(one.new),
        "first": int(points.first[first]),
        "last": int(points.last[one.new[-1]]),
        "value": baselines.figure(points.read_as(one.evaluated.points, points.counted)[first]),
        "window_first": int(points.first[max(0, first - BEFORE)]),
        "window_last": int(points.last[-1]),
    }


def _extend(alert: Any, one: Found) -> None:
    """Later signals while the alert is open belong to it."""
    told = {
        "rules": joined(alert.rules, one.names)[:200],
        "meaning": joined(alert.meaning, one.words, "\n"),
        "signals": alert.signals + len(one.new) if alert.signals else len(one.new),
        "last": int(one.points.last[one.new[-1]]),
        "window_last": int(one.points.last[-1]),
    }
    doors.compute([alert], told, by=system("spc"))


def _evidence(alert: Any, one: Found, reading: Reading) -> list[tuple[str, io.BytesIO]]:
    """The chart and the data window as they were when the alert was opened."""
    chart = chart_of(one.characteristic, reading=reading, baseline=one.baseline)
    window = range(max(0, int(one.new[0]) - BEFORE), len(chart.points))
    drawing = for_print(control_chart(drawing_of(chart, chart.window(window.start, window.stop))))
    table = csv_of(chart, window)
    return [(f"{alert.number}.svg", io.BytesIO(drawing.encode())), (f"{alert.number}.csv", io.BytesIO(table.encode()))]

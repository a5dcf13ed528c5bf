"""Measurements for programs: send values, read them back with their marks, ask for a chart, say something, send a file."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import visible
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.kernel.records.field_types import INSTANT, BadValue
from hoshin.kernel.trail.unit import unit_of_work
from hoshin.measurements.reading import BadCells, Layout, ReadingError
from hoshin.stats.results import encoded
from hoshin.surfaces.api.answers import answer, error, invalid, missing
from hoshin.surfaces.api.bodies import Body, body_of
from hoshin.surfaces.api.descriptions import describes
from hoshin.surfaces.api.resource import resource
from hoshin.surfaces.api.schemas import INSTANT as MOMENT
from hoshin.surfaces.api.schemas import (
    NUMBER,
    RESULT,
    TEXT,
    UID,
    WHOLE,
    YES_OR_NO,
    in_query,
    of,
    or_null,
    several,
    whole_of,
)
from hoshin.surfaces.statistics import explained, translated

from . import statements, uploads
from .charts import CharacteristicChart, chart_of
from .imports import cell_json, import_measurements_file
from .pages import whole_number
from .reports import csv_of
from .statements import Saying

MOST_VALUES, MOST_READ = 10_000, 10_000
CHARACTERISTIC = in_query("characteristic", TEXT, "The characteristic's number or uid.", needed=True)
MEASURED = {
    "value": or_null(NUMBER), "time": or_null(MOMENT), "size": or_null(NUMBER), "subgroup": or_null(WHOLE),
    "lot": TEXT, "gauge": TEXT, "operator": TEXT,
}  # fmt: skip
SENT = of(
    {"characteristic": TEXT, **{name: or_null(one) for name, one in MEASURED.items()}}, additionalProperties=False
)
BATCH = of(
    {
        "batch": {**UID, "description": "Made by the caller: the same batch again records nothing."},
        "characteristic": {**TEXT, "description": "Of the values that name none themselves: number or uid."},
        "values": several({"anyOf": [or_null(NUMBER), SENT]}, minItems=1, maxItems=MOST_VALUES),
    },
    "batch", "values", additionalProperties=False,
)  # fmt: skip
RECORDED = of({"batch": UID, "repeated": YES_OR_NO, "rows": WHOLE, "missing": WHOLE}, "batch", "repeated", "rows")
WHICH = {"uid": UID, "number": TEXT, "title": TEXT}
MEASUREMENTS = whole_of({
    "characteristic": whole_of(WHICH | {"measure": TEXT}), "count": WHOLE, "next_after": or_null(WHOLE),
    "measurements": several(whole_of(
        {"no": WHOLE, **MEASURED, "corrected": YES_OR_NO, "excluded": YES_OR_NO, "reason": TEXT, "remark": TEXT}
    )),
})  # fmt: skip
LINE = {"anyOf": [NUMBER, {"type": "null"}, several(or_null(NUMBER))]}
PANEL = whole_of({"name": TEXT, "points": several(or_null(NUMBER)), "center": LINE, "lower": LINE, "upper": LINE})
CHART = of(
    {
        "characteristic": whole_of(WHICH), "chart": TEXT, "reason": TEXT, "provisional": YES_OR_NO, "baseline": or_null(TEXT),
        "in_control": YES_OR_NO, "problem": TEXT, "shifts": several(TEXT), "panels": several(PANEL), "computed": several(TEXT),
        "points": several(whole_of({"first": WHOLE, "last": WHOLE, "left_out": TEXT})),
        "signals": several(whole_of({"point": WHOLE, "panel": TEXT, "rule": TEXT, "text": TEXT})), "limits": RESULT,
    },
    "characteristic", "chart", "reason", "provisional", "baseline", "in_control", "problem", "points", "signals", "panels", "computed",
    additionalProperties=False,
)  # fmt: skip
SAYING = of(
    {
        "characteristic": TEXT, "what": {"enum": list(Saying.values)}, "measurements": several(WHOLE),
        "value": {**or_null(NUMBER), "description": "The right value, of a correction."}, "reason": TEXT,
    },
    "characteristic", "what", "measurements", "reason", additionalProperties=False,
)  # fmt: skip
STATED = whole_of({"statements": several(whole_of({"uid": UID, "sort": TEXT}))})
CELL = whole_of({"field": TEXT, "row": WHOLE, "column": TEXT, "found": TEXT, "message": TEXT})
READ_IN = {
    "layout": {"type": "object"},
    "characteristics": {"type": "object", "additionalProperties": TEXT},
    "rows": WHOLE,
}
TRIED = whole_of(READ_IN | {
    "values": WHOLE, "missing": WHOLE, "bad": several(CELL), "bad_count": WHOLE, "notices": several(TEXT), "would_open": several(TEXT),
})  # fmt: skip
IMPORTED = whole_of(READ_IN | {"batch": UID, "missing": WHOLE, "opened": several(TEXT)})
FLAG = {"enum": ["yes", "no"]}
FILE = of(
    {
        "file": {"type": "string", "format": "binary"}, "layout": {**TEXT, "description": "As JSON; guessed where it is left out."},
        "product": TEXT, "sort": TEXT, "create_missing": FLAG, "again": FLAG, "dry_run": FLAG,
    },
    "file",
)  # fmt: skip


def characteristics_named(names: Sequence[str], request: HttpRequest) -> dict[str, Any]:
    """Characteristics by uid or number, of those this person may see; an unknown one is named."""
    rows = registry.get("characteristic").rows().filter(visible(request.standing))
    found: dict[str, Any] = {}
    for start in range(0, len(names), 400):
        some = names[start : start + 400]
        found |= {row.number: row for row in rows.filter(number__in=some)}
        found |= {str(row.uid): row for row in rows.filter(uid__in=[name for name in some if _is_uid(name)])}
    stray = [name for name in names if name not in found]
    if stray:
        told = _("There is no characteristic “%(found)s” that you may see; its number or uid is needed.")
        raise Invalid([Problem("characteristic", told % {"found": name}) for name in stray[:20]])
    return found


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _asked(request: HttpRequest) -> Any:
    """The one characteristic an address asks for."""
    name = request.GET.get("characteristic", "")
    if not name:
        raise invalid("characteristic", _("The number or uid of a characteristic is needed."))
    try:
        return characteristics_named([name], request)[name]
    except Invalid:
        raise missing()


# ---------- sending ----------


@describes(RECORDED, status=201, also={200: RECORDED}, body=BATCH)
def send(request: HttpRequest) -> HttpResponse:
    """Record values of one or many characteristics, all or none. The same batch uid again changes nothing."""
    body = body_of(request, *BATCH["properties"])
    uid = body.uid("batch")
    if uid is None:
        raise invalid("batch", _("A uid of your own for the batch is needed, so that sending it again is safe."))
    given = _values(body)
    with unit_of_work():
        there = list(Batch.objects.filter(source=Batch.Source.API, name=str(uid)).order_by("pk"))
        if there:
            return answer({"batch": str(uid), "repeated": True, "rows": sum(b.rows for b in there)})
        known = characteristics_named(list(given), request)
        batches = [
            measuring.record(known[name], values, by=request.actor, source=Batch.Source.API, name=str(uid))
            for name, values in given.items()
        ]
    told = {"batch": str(uid), "repeated": False, "rows": sum(b.rows for b in batches)}
    return answer(told | {"missing": sum(b.missing for b in batches)}, 201)


def _values(body: Body) -> dict[str, list[measuring.Measurement]]:
    """What was sent, by the name of the characteristic, in the order it was sent."""
    usual, sent = body.text("characteristic"), body.list("values")
    if not 0 < len(sent) <= MOST_VALUES:
        message = _("Found %(found)s values; 1 to %(most)s are accepted, more come as a file.")
        raise invalid("values", message % {"found": len(sent), "most": MOST_VALUES})
    given: dict[str, list[measuring.Measurement]] = {}
    problems: list[Problem] = []
    for index, one in enumerate(sent):
        if not isinstance(one, dict):
            one = {"value": one}
        stray = [name for name in one if name not in SENT["properties"]]
        problems += [
            Problem(name, _("Accepted are: %(known)s.") % {"known": ", ".join(SENT["properties"])}, index)
            for name in stray
        ]
        name = one.get("characteristic", usual)
        if not isinstance(name, str) or not name:
            problems.append(Problem("characteristic", _("A number or uid is needed."), index))
            continue
        given.setdefault(name, []).append(_measurement(one, index, problems))
    if problems:
        raise Invalid(problems)
    return given


def _measurement(one: dict, index: int, problems: list[Problem]) -> measuring.Measurement:
    numbers = {name: _number(one, name, index, problems) for name in ("value", "size", "subgroup")}
    subgroup = numbers["subgroup"]
    if subgroup is not None and (subgroup < 0 or subgroup % 1):
        problems.append(Problem("subgroup", _("A whole number of 0 or more is needed."), index))
        subgroup = None
    words = {}
    for name in ("lot", "gauge", "operator"):
        words[name] = one.get(name) or ""
        if not isinstance(words[name], str) or len(words[name]) > 200:
            problems.append(Problem(name, _("Text of at most 200 characters is needed."), index))
            words[name] = ""
    return measuring.Measurement(
        numbers["value"], _time(one, index, problems), numbers["size"],
        None if subgroup is None else int(subgroup), **words,
    )  # fmt: skip


def _number(one: dict, name: str, index: int, problems: list[Problem]) -> float | None:
    value = one.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e100:
        problems.append(Problem(name, _("A number or null is needed; found %(found)r.") % {"found": value}, index))
        return None
    return float(value)


def _time(one: dict, index: int, problems: list[Problem]) -> Any:
    try:
        return INSTANT.parse(one.get("time"), None)
    except BadValue as bad:
        problems.append(Problem("time", str(bad), index))
        return None


# ---------- reading ----------


@describes(MEASUREMENTS, media=["text/csv"], parameters=[
    CHARACTERISTIC, in_query("format", {"const": "csv"}, "As CSV."),
    in_query("limit", {**WHOLE, "minimum": 1, "maximum": MOST_READ}, "How many at once."),
    in_query("after", {**WHOLE, "minimum": 0}, "The last answer's “next_after”."),
])  # fmt: skip
def read(request: HttpRequest) -> HttpResponse:
    """A characteristic's measurements as they count today; as CSV where ``format=csv`` asks for it."""
    row = _asked(request)
    chart = chart_of(row)
    if request.GET.get("format") == "csv":
        return HttpResponse(csv_of(chart), content_type="text/csv; charset=utf-8")
    after = whole_number(request.GET.get("after")) or 0
    limit = min(whole_number(request.GET.get("limit")) or MOST_READ, MOST_READ)
    stop = min(len(chart.points.reading), after + limit)
    told = {
        "characteristic": {"uid": str(row.uid), "number": row.number, "title": row.title, "measure": row.measure},
        "count": len(chart.points.reading),
        "measurements": [measurement_json(chart, i) for i in range(min(after, stop), stop)],
        "next_after": stop if stop < len(chart.points.reading) else None,
    }
    return answer(told)


def measurement_json(chart: CharacteristicChart, i: int) -> dict[str, Any]:
    """One measurement with its marks."""
    reading, columns = chart.points.reading, chart.points.columns
    moment = columns.time[i].astype("datetime64[us]").astype(object)
    told = {
        "no": int(columns.sequence[i]) + 1,
        "time": None if moment is None else moment.isoformat() + "Z",
        "value": _plain(columns.value[i]),
        "size": _plain(columns.size[i]),
        "subgroup": None if columns.subgroup[i] < 0 else int(columns.subgroup[i]),
        **{name: chart.labels.get(int(getattr(columns, name)[i]), "") for name in ("lot", "gauge", "operator")},
        "corrected": bool(reading.corrected[i]),
        "excluded": bool(reading.excluded[i]),
    }
    said, remark = chart.statements.get(int(reading.reason[i])), chart.statements.get(int(reading.annotation[i]))
    return told | {"reason": said.reason if said else "", "remark": remark.reason if remark else ""}


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@describes(CHART, parameters=[CHARACTERISTIC])
def read_chart(request: HttpRequest) -> HttpResponse:
    """The control chart: panels with points, limits and signals, where the limits come from, how it was computed."""
    row = _asked(request)
    of = chart_of(row)
    points = of.points
    told: dict[str, Any] = {
        "characteristic": {"uid": str(row.uid), "number": row.number, "title": row.title},
        "chart": points.choice.chart,
        "reason": of.reason,
        "provisional": of.provisional,
        "baseline": of.baseline.number if of.baseline is not None else None,
        "in_control": of.in_control,
        "problem": of.problem,
        "points": [
            {"first": int(first), "last": int(last), "left_out": of.left_out.get(index, "")}
            for index, (first, last) in enumerate(zip(points.first, points.last, strict=True))
        ],
        "shifts": of.shifts,
        "signals": [
            {"point": s.index, "panel": s.panel, "rule": s.rule.name, "text": s.text} for s in of.signals
        ],
        "panels": [],
        "computed": explained(of.result) if of.result is not None else [],
    }  # fmt: skip
    if of.shown is not None:
        told["panels"] = [
            {
                "name": panel.name, "points": [_plain(v) for v in panel.points.tolist()],
                **{name: _line(line) for name, line in (("center", panel.center), ("lower", panel.lcl), ("upper", panel.ucl))},
            }
            for panel in of.shown.panels
        ]  # fmt: skip
        told["limits"] = encoded(of.result.baseline)
    return answer(told)


def _line(line: Any) -> Any:
    return [_plain(v) for v in line.tolist()] if np.ndim(line) else _plain(float(line))


# ---------- saying ----------


@describes(STATED, status=201, body=SAYING)
def state(request: HttpRequest) -> HttpResponse:
    """Exclude, include, correct or remark on measurements by their numbers."""
    body = body_of(request, *SAYING["properties"])
    name = body.text("characteristic")
    row = characteristics_named([name], request)[name]
    numbers = body.list("measurements")
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        raise invalid("measurements", _("Whole numbers are needed."))
    problems: list[Problem] = []
    value = _number({"value": body.raw.get("value")}, "value", 0, problems)
    if problems:
        raise Invalid(problems)
    said = statements.say(
        row, body.text("what"), numbers, by=request.actor, reason=body.text("reason"), value=value
    )  # fmt: skip
    told = [{"uid": str(one.uid), "sort": one.sort} for one in said]
    return answer({"statements": told}, 201)


# ---------- files ----------


@describes(IMPORTED, status=201, also={200: TRIED}, body=FILE, sent="multipart/form-data")
def send_file(request: HttpRequest) -> HttpResponse:
    """Read a file of measurements; with ``dry_run`` only tell what would come in."""
    sent = request.FILES.get("file")
    if sent is None:
        raise invalid("file", _("A file is needed, sent as multipart/form-data."))
    kept = uploads.keep(sent.name or "file", sent.chunks(), request.person)
    try:
        layout = _layout(request.POST.get("layout", ""))
        found = import_measurements_file(
            kept.path, by=request.actor, layout=layout, product=request.POST.get("product") or None, name=kept.name,
            create_missing=_yes(request, "create_missing", "yes"), again=_yes(request, "again"),
            dry_run=_yes(request, "dry_run"), sort=request.POST.get("sort", ""),
        )  # fmt: skip
    except BadCells as bad:
        return error(422, "invalid", translated(str(bad)), [cell_json(cell) for cell in bad.cells], count=bad.count)
    except ReadingError as refused:
        return error(422, "invalid", translated(str(refused)))
    finally:
        uploads.drop(kept)
    return answer(found.as_json(), 200 if found.dry_run is not None else 201)


def _layout(text: str) -> Layout | None:
    try:
        return Layout.from_json(json.loads(text)) if text else None
    except ValueError as wrong:
        raise invalid("layout", str(wrong)[:400])


def _yes(request: HttpRequest, name: str, usual: str = "no") -> bool:
    return request.POST.get(name, usual).casefold() in ("yes", "true", "1", "on")


measurements = resource(get=read, post=send)
chart = resource(get=read_chart)
say = resource(post=state)
files = resource(post=send_file)

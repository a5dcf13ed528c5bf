"""Gauge studies for programs: the worksheet, readings sent by run, the result in full."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.surfaces.api.answers import answer, invalid, missing
from hoshin.surfaces.api.bodies import body_of
from hoshin.surfaces.api.descriptions import describes
from hoshin.surfaces.api.resource import resource
from hoshin.surfaces.api.schemas import NUMBER, REVISION, TEXT, WHOLE, in_query, of, or_null, several, whole_of
from hoshin.surfaces.statistics import translated

from .evaluation import FIGURES, stored
from .rules import Sort
from .words import conclusion_of
from .worksheet import COLUMNS, csv_of, fill_in, lines_of, read_field, shown

MOST = 2_000
LINE = whole_of({name: or_null(WHOLE if name in ("run", "trial") else TEXT) for name in COLUMNS})
WORKSHEET = whole_of({"number": TEXT, "revision": REVISION, "worksheet": several(LINE)})
READING = of(
    {"run": WHOLE, "value": or_null({"type": ["number", "string"]}), "rating": or_null(TEXT)},
    "run",
    additionalProperties=False,
)
READINGS = of({"readings": several(READING, minItems=1, maxItems=MOST)}, "readings", additionalProperties=False)
RESULT = whole_of({
    "number": TEXT, "state": TEXT, "revision": REVISION, "sort": {"enum": list(Sort.values)},
    "figures": whole_of({name: TEXT if name == "verdict" else or_null(NUMBER) for name in FIGURES}),
    "conclusion": several(TEXT), "problem": TEXT, "data": TEXT, "computed": or_null({"type": "object"}),
})  # fmt: skip


def _study(request: HttpRequest, number: str) -> Any:
    row = registry.get("gauge_study").rows().filter(number=number).first()
    if row is None or not may_see(request.standing, row):
        raise missing()
    return row


@describes(WORKSHEET, media=["text/csv"], parameters=[in_query("format", {"const": "csv"}, "As CSV.")])
def read_worksheet(request: HttpRequest, number: str) -> HttpResponse:
    """The runs in their order; as CSV where ``format=csv`` asks for it."""
    row = _study(request, number)
    if request.GET.get("format") == "csv":
        return HttpResponse(csv_of(row), content_type="text/csv; charset=utf-8")
    lines = [{name: _plain(line[name]) for name in COLUMNS} for line in lines_of(row)]
    return answer({"number": row.number, "revision": row.revision, "worksheet": lines})


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else shown(value) or None


@describes(RESULT, body=READINGS)
def send_readings(request: HttpRequest, number: str) -> HttpResponse:
    """Readings by run: ``{"readings": [{"run": 1, "value": 2.31}, …]}``; all or none."""
    row = _study(request, number)
    sent = body_of(request, *READINGS["properties"]).list("readings")
    if not 0 < len(sent) <= MOST:
        raise invalid(
            "readings", _("Found %(found)s readings; 1 to %(most)s are accepted.") % {"found": len(sent), "most": MOST}
        )
    made = fill_in(row, _by_line(sent, row), by=request.actor)
    return answer(_result(made))


def _by_line(sent: list, row: Any) -> dict[UUID, Any]:
    name = read_field(row)
    places = {line["run"]: line["uid"] for line in row.worksheet}
    problems, found = [], {}
    for index, one in enumerate(sent):
        run = one.get("run") if isinstance(one, dict) else None
        if not isinstance(run, int) or isinstance(run, bool) or run not in places:
            problems.append(
                Problem(
                    "run", _("A run of the worksheet is needed; found %(found)s.") % {"found": repr(run)[:40]}, index
                )
            )
        elif set(one) - {"run", name} or name not in one:
            problems.append(Problem(name, _("A reading has the members run and %(name)s.") % {"name": name}, index))
        else:
            value = one[name]
            found[places[run]] = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if problems:
        raise Invalid(problems)
    return found


@describes(RESULT)
def read_result(request: HttpRequest, number: str) -> HttpResponse:
    """Figures, verdict in words, and the result in full."""
    return answer(_result(_study(request, number)))


def _result(row: Any) -> dict[str, Any]:
    made = stored(row)
    told = {name: _figure(getattr(row, name)) for name in FIGURES}
    return {
        "number": row.number, "state": row.state, "revision": row.revision, "sort": row.sort, "figures": told,
        "conclusion": conclusion_of(row, made) if made else [], "problem": translated(row.problem), "data": row.data,
        "computed": json.loads(row.computed) if row.computed else None,
    }  # fmt: skip


def _figure(value: Any) -> Any:
    return value if isinstance(value, int | str | None) else float(value)


worksheet = resource(get=read_worksheet, post=send_readings)
result = resource(get=read_result)

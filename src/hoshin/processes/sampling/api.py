"""Sampling plans for programs: the plan with its curve and standing, lots recorded and decided."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.records import registry
from hoshin.surfaces.api.answers import answer, missing
from hoshin.surfaces.api.bodies import body_of
from hoshin.surfaces.api.descriptions import describes
from hoshin.surfaces.api.resource import resource
from hoshin.surfaces.api.schemas import NUMBER, RESULT, REVISION, TEXT, WHOLE, of, or_null, several, whole_of
from hoshin.surfaces.statistics import translated

from .lots import series_of
from .panels import plan_of, stages_of, standing_of
from .recording import record_lot
from .rules import Decision

CURVE = whole_of({"p": several(NUMBER), "pa": several(NUMBER)})
PLAN = of(
    {
        "number": TEXT, "state": TEXT, "revision": REVISION, "sample_size": TEXT, "acceptance": TEXT, "rejection": TEXT,
        "k": or_null(NUMBER), "problem": TEXT, "inspection": TEXT, "standing": TEXT, "computed": or_null(RESULT),
        "instructions": several(TEXT), "curve": CURVE,
    },
    "number", "state", "revision", "problem", "inspection", "standing", "computed", additionalProperties=False,
)  # fmt: skip
FIGURE = or_null({"type": ["number", "string"]})
LOT = of(
    {
        "lot": TEXT, "size": WHOLE, "drawn_on": or_null({"type": "string", "format": "date"}), "found": or_null(WHOLE),
        "found_later": or_null(TEXT), "mean": FIGURE, "sd": FIGURE,
    },
    "lot", additionalProperties=False,
)  # fmt: skip
DECIDED = whole_of({
    "lot": TEXT, "size": WHOLE, "found": or_null(WHOLE), "inspection": TEXT, "samples": TEXT,
    "decision": {"enum": list(Decision.values)}, "why": TEXT,
})  # fmt: skip


def _plan(request: HttpRequest, number: str) -> Any:
    row = registry.get("sampling_plan").rows().filter(number=number).first()
    if row is None or not may_see(request.standing, row):
        raise missing()
    return row


@describes(PLAN)
def read_plan(request: HttpRequest, number: str) -> HttpResponse:
    """The plan, its operating characteristic, and the inspection the next lot comes under."""
    row = _plan(request, number)
    made, series = plan_of(row), series_of(row)
    told = {
        "number": row.number, "state": row.state, "revision": row.revision, "sample_size": row.sample_size,
        "acceptance": row.acceptance, "rejection": row.rejection, "k": None if row.k is None else float(row.k),
        "problem": translated(row.problem), "inspection": series.state.inspection, "standing": standing_of(series),
        "computed": json.loads(row.computed) if row.computed else None,
    }  # fmt: skip
    if made is not None:
        told |= {
            "instructions": stages_of(made),
            "curve": {"p": made.grid.tolist(), "pa": made.accepts(made.grid).tolist()},
        }
    return answer(told)


@describes(DECIDED, status=201, body=LOT)
def send_lot(request: HttpRequest, number: str) -> HttpResponse:
    """Record a lot: ``{"lot": "L-17", "size": 1200, "found": 1}``; the answer holds the decision and why."""
    row = _plan(request, number)
    body = body_of(request, *LOT["properties"])
    line = record_lot(row, dict(body.raw), by=request.actor)
    told = {name: line[name] for name in ("lot", "size", "found", "inspection", "samples", "decision", "why")}
    return answer(told, 201)


plan = resource(get=read_plan)
lots = resource(post=send_lot)

"""The addresses of openings: what a record may open, and opening it, prefilled and linked."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from hoshin.kernel.records import doors, openings, registry
from hoshin.kernel.records.openings import Opening

from .access import row_at
from .answers import answer, missing
from .bodies import body_of
from .documents import record_json
from .resource import resource


def read_openings(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What this person may open from the record, and what would be filled in."""
    row = row_at(request, kind, key)
    told = [_opening_json(row, opening) for opening in openings.openings_for(row, request.standing)]
    return answer({"items": told})


def _opening_json(row: Any, opening: Opening) -> dict[str, Any]:
    spec = registry.get(opening.target)
    filled = {name: spec.by_name[name].parse(value) for name, value in opening.prefill(row).items()}
    return {
        "target": spec.slug,
        "label": str(opening.label),
        "relation": opening.relation,
        "values": {name: spec.by_name[name].type.json(value) for name, value in filled.items()},
    }


def open_another(request: HttpRequest, kind: str, key: str, target: str) -> HttpResponse:
    """Open the other record; ``values`` overwrite what is prefilled. The same uid again answers with the one there."""
    row = row_at(request, kind, key)
    known = {registry.get(o.target).slug: o for o in openings.openings_for(row, request.standing)}
    if target not in known:
        raise missing()
    body = body_of(request, "uid", "values")
    uid = body.uid("uid")
    values = {**known[target].prefill(row), **body.object("values")}
    draft = doors.Draft(values, **({"uid": uid} if uid else {}))
    made = openings.open_from(row, known[target], draft, by=request.actor)
    location = {"ETag": f'"{made.revision}"', "Location": f"/api/{made.spec.slug}/{made.number}"}
    return answer(record_json(made, request.standing), 201, **location)


of_record = resource(get=read_openings)
opening = resource(post=open_another)

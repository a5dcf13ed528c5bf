"""The addresses of people and units, of search, and of the kinds themselves."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.search.search import Hit, search

from .access import kind_at
from .answers import answer, malformed
from .documents import brief_json
from .lists import limit_of
from .resource import resource


def list_people(request: HttpRequest) -> HttpResponse:
    """Everybody with an open account, for those of the organisation; somebody from outside sees themselves."""
    rows = Person.objects.filter(active=True)
    if not request.standing.is_inside:
        rows = rows.filter(pk=request.person.pk)
    if name := request.GET.get("q", "").strip()[:80]:
        rows = rows.filter(Q(name__icontains=name) | Q(username__istartswith=name))
    people = rows.order_by("name", "pk")[: limit_of(request.GET)]
    return answer({"items": [_person_json(person) for person in people]})


def _person_json(person: Person) -> dict[str, Any]:
    unit = str(person.unit_id) if person.unit_id else None
    return {"uid": str(person.uid), "username": person.username, "name": person.name, "unit": unit}


def list_units(request: HttpRequest) -> HttpResponse:
    units = Unit.objects.order_by("code") if request.standing.is_inside else Unit.objects.none()
    return answer({"items": [_unit_json(unit) for unit in units]})


def _unit_json(unit: Unit) -> dict[str, Any]:
    return {
        "uid": str(unit.uid),
        "code": unit.code,
        "name": unit.name,
        "sort": unit.sort,
        "parent": str(unit.parent_id) if unit.parent_id else None,
        "manager": str(unit.manager_id) if unit.manager_id else None,
        "timezone": unit.timezone,
    }


def find(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")
    if not query.strip():
        raise malformed(_("“q” is needed: the words to find."))
    kind = kind_at(request.GET["kind"]).name if request.GET.get("kind") else None
    hits = search(query, request.standing, kind=kind, limit=min(100, limit_of(request.GET)))
    return answer({"items": [_hit_json(hit) for hit in hits]})


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {"record": brief_json(hit.record), "snippet": hit.snippet, "rank": round(hit.rank, 6)}


def list_kinds(request: HttpRequest) -> HttpResponse:
    return answer({"items": [kind_json(spec) for spec in registry.every()]})


def kind_json(spec: KindSpec) -> dict[str, Any]:
    """What a kind is: its fields, states and steps."""
    return {
        "name": spec.name,
        "address": f"/api/{spec.slug}",
        "label": str(spec.label),
        "label_plural": str(spec.label_plural),
        "doc": spec.doc,
        "prefix": spec.prefix,
        "clauses": list(spec.clauses),
        "version": spec.version,
        "schema": spec.schema_id,
        "fields": [_field_json(f) for f in spec.all_fields],
        "states": [
            {"name": s.name, "label": str(s.label), "category": s.category.value} for s in spec.workflow.states
        ],
        "steps": [
            {"name": t.name, "title": str(t.title), "from": [s.name for s in t.sources], "to": t.target.name,
             "by": str(t.by.words), "signed_as": t.signed_as.value if t.signed_as else None}
            for t in spec.workflow.transitions if not t.hidden
        ],
    }  # fmt: skip


def _field_json(f: Any) -> dict[str, Any]:
    told = {"name": f.name, "type": f.type.name, "label": str(f.label), "required": f.required, "editable": f.editable}
    if f.part is not None:
        told["fields"] = [_field_json(line) for line in f.part.fields]
    return told


people = resource(get=list_people)
units = resource(get=list_units)
found = resource(get=find)
kinds = resource(get=list_kinds)

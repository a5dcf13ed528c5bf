"""Analyses for programs: ask an assistant, read a kept analysis in full."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.records import registry
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.api.answers import answer, invalid, missing
from hoshin.surfaces.api.bodies import body_of
from hoshin.surfaces.api.resource import resource
from hoshin.surfaces.statistics import refusal

from .assistants import ASSISTANTS
from .forms import NoAnswer
from .saving import again, agrees, keep, provenance_of


def read_analysis(request: HttpRequest, number: str) -> HttpResponse:
    """What was asked, the numbers used, the result, and whether it comes out the same today."""
    row = registry.get("analysis").rows().filter(number=number).first()
    if row is None or not may_see(request.standing, row):
        raise missing()
    told = {
        name: getattr(row, name)
        for name in (
            "number",
            "state",
            "title",
            "question",
            "method",
            "found",
            "provenance",
            "data_hash",
            "code_version",
        )
    }
    told |= {"inputs": _json(row.inputs), "data": _json(row.data), "computed": _json(row.computed)}
    return answer(told | {"reproduced": bool(row.computed) and agrees(row, again(row))})


def _json(text: str) -> Any:
    return json.loads(text) if text else None


def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask an assistant: ``{"kind": "proportions", "inputs": {…}}``; with ``keep`` the answer is kept as a record."""
    told = ASSISTANTS.get(name)
    if told is None or not request.standing.is_inside:
        raise missing()
    body = body_of(request, "kind", "inputs", "keep", "title", "question")
    kind = told.kind(body.text("kind"))
    try:
        inputs, samples = told.read(_texts(body.object("inputs")), kind, request.standing)
        found = told.answer(inputs, kind, samples)
    except (NoAnswer, StatisticsError) as refused:
        raise invalid("inputs", refusal(refused))
    shown = {
        "method": found.method, "conclusion": list(found.conclusion), "reasons": list(found.reasons), "cautions": list(found.cautions),
        "provenance": provenance_of(name, kind, inputs, samples), "results": found.in_json(),
    }  # fmt: skip
    if body.raw.get("keep") is True:
        row = keep(
            found,
            name,
            kind,
            inputs,
            samples,
            by=request.actor,
            title=body.text("title"),
            question=body.text("question"),
        )
        return answer(shown | {"number": row.number}, 201)
    return answer(shown)


def _texts(inputs: dict[str, Any]) -> dict[str, str]:
    """Inputs as an assistant reads them: numbers as text, lists as values apart."""
    told = {}
    for name, value in inputs.items():
        if isinstance(value, list) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
            told[name] = " ".join(map(repr, value))
        elif isinstance(value, bool):
            told[name] = "yes" if value else ""
        elif isinstance(value, str | int | float):
            told[name] = str(value)
        else:
            raise invalid("inputs", _("“%(name)s”: text, a number or a list of numbers is needed.") % {"name": name})
    return told


analysis = resource(get=read_analysis)
assistant = resource(post=ask)

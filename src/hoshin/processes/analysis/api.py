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
from hoshin.surfaces.api.descriptions import describes
from hoshin.surfaces.api.resource import resource
from hoshin.surfaces.api.schemas import NUMBER, RESULT, TEXT, YES_OR_NO, of, or_null, several, whole_of
from hoshin.surfaces.statistics import refusal

from .assistants import ASSISTANTS, Assistant
from .forms import Ask, NoAnswer, Widget
from .samples import PARTS
from .saving import again, agrees, keep, provenance_of

KEPT = ("number", "state", "title", "question", "method", "found", "provenance", "data_hash", "code_version")
ANALYSIS = whole_of({
    **dict.fromkeys(KEPT, TEXT), "inputs": or_null({"type": "object"}), "data": or_null(several({"type": "object"})),
    "computed": or_null({"type": "object"}), "reproduced": YES_OR_NO,
})  # fmt: skip
ANSWER = {
    "method": TEXT, "conclusion": several(TEXT), "reasons": several(TEXT), "cautions": several(TEXT), "provenance": TEXT,
    "results": {"type": "object", "additionalProperties": RESULT},
}  # fmt: skip
VALUE = {"type": ["string", "number", "boolean", "array"], "items": NUMBER}


def asked_schema() -> dict[str, Any]:
    """What may be asked: the questions of each assistant, as its page asks them."""
    return {"anyOf": [_asked_of(told, kind, label) for told in ASSISTANTS.values() for kind, label in told.kinds]}


def _asked_of(told: Assistant, kind: str, label: Any) -> dict[str, Any]:
    inputs = {name: _input_schema(ask) for name, ask in _input_names(told, kind).items()}
    members = {
        "kind": {"const": kind},
        "inputs": of(inputs, additionalProperties=False),
        "keep": YES_OR_NO,
        "title": TEXT,
        "question": TEXT,
    }
    return of(members, "inputs", title=f"{told.name}: {label}", additionalProperties=False)


def _input_names(told: Assistant, kind: str) -> dict[str, Ask]:
    """Every name an input may have, with the question it answers."""
    return {
        f"{ask.name}{part}": ask
        for ask in told.asked(kind)
        for part in (PARTS if ask.widget is Widget.SAMPLE else ("",))
    }


def _input_schema(ask: Ask) -> dict[str, Any]:
    said = {"title": str(ask.label)} | ({"description": str(ask.help)} if ask.help else {})
    return said | ({"enum": [value for value, _label in ask.choices]} if ask.choices else VALUE)


@describes(ANALYSIS)
def read_analysis(request: HttpRequest, number: str) -> HttpResponse:
    """What was asked, the numbers used, the result, and whether it comes out the same today."""
    row = registry.get("analysis").rows().filter(number=number).first()
    if row is None or not may_see(request.standing, row):
        raise missing()
    told = {name: getattr(row, name) for name in KEPT}
    told |= {"inputs": _json(row.inputs), "data": _json(row.data), "computed": _json(row.computed)}
    return answer(told | {"reproduced": bool(row.computed) and agrees(row, again(row))})


def _json(text: str) -> Any:
    return json.loads(text) if text else None


@describes(whole_of(ANSWER), also={201: whole_of(ANSWER | {"number": TEXT})}, body=asked_schema)
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask an assistant: ``{"kind": "proportions", "inputs": {…}}``; with ``keep`` the answer is kept as a record."""
    told = ASSISTANTS.get(name)
    if told is None or not request.standing.is_inside:
        raise missing()
    body = body_of(request, "kind", "inputs", "keep", "title", "question")
    kind, sent = _kind(told, body.text("kind")), _texts(body.object("inputs"))
    known = _input_names(told, kind)
    if stray := sorted(sent.keys() - known):
        names = {"found": ", ".join(stray)[:200], "known": ", ".join(known)}
        raise invalid("inputs", _("“%(found)s” is not asked for; there are: %(known)s.") % names)
    try:
        inputs, samples = told.read(sent, kind, request.standing)
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


def _kind(told: Assistant, asked: str) -> str:
    """The kind of question asked for, the first one where none is named."""
    known = [kind for kind, _label in told.kinds]
    if asked and asked not in known:
        names = {"found": asked[:40], "known": ", ".join(known)}
        raise invalid("kind", _("“%(found)s” is no question of this assistant; there are: %(known)s.") % names)
    return told.kind(asked)


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

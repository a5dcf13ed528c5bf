"""Keeping an analysis: what was asked, the numbers used, the result in full, and the record it serves."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.records import doors, links
from hoshin.kernel.records.record import Confidentiality
from hoshin.kernel.trail.actors import Actor, system
from hoshin.kernel.trail.unit import unit_of_work
from hoshin.ledger.canonical import canonical
from hoshin.stats.errors import StatisticsError

from .answers import Answer
from .assistants import ASSISTANTS
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample

LONGEST_TOLD = 400
SERVES = links.relation("serves", gettext_lazy("serves"), gettext_lazy("served by"))


def keep(
    answer: Answer, assistant: str, kind: str, inputs: Inputs, samples: Sequence[Sample], *, by: Actor, title: str = "",
    question: str = "", serves: Any = None,
) -> Any:  # fmt: skip
    """Open an analysis with everything that it rests on."""
    told: dict[str, Any] = {"title": (title or answer.method)[:200], "question": question}
    if serves is not None:
        told |= {
            "serves": str(serves.uid),
            "unit": str(serves.unit_id) if serves.unit_id else None,
            "confidentiality": serves.confidentiality,
        }
    if any(sample.restricted for sample in samples):
        told["confidentiality"] = Confidentiality.RESTRICTED.value
    with unit_of_work():
        (row,) = doors.create(
            "analysis", [{name: value for name, value in told.items() if value not in (None, "")}], by=by
        )
        (row,) = doors.compute([row], figures_of(answer, assistant, kind, inputs, samples), by=system("analysis"))
        if serves is not None:
            links.link(row, SERVES.name, [serves], by=by)
    return row


def figures_of(
    answer: Answer, assistant: str, kind: str, inputs: Inputs, samples: Sequence[Sample]
) -> dict[str, Any]:  # fmt: skip
    """Everything the system writes into an analysis."""
    data = json.dumps([sample.as_json() for sample in samples])
    return {
        "method": answer.method[:200], "reasons": "\n".join(answer.reasons), "found": "\n".join(answer.conclusion),
        "cautions": "\n".join(answer.cautions), "provenance": provenance_of(assistant, kind, inputs, samples),
        "rows": sum(len(s.values) for s in samples) if samples else None,
        "excluded": sum(s.excluded for s in samples) if samples else None,
        "code_version": f"hoshin {version('hoshin')}", "assistant": assistant,
        "inputs": json.dumps({"kind": kind, **inputs.told}, sort_keys=True), "data": data, "data_hash": hash_of(inputs.told, kind, data),
        "computed": json.dumps(answer.in_json(), allow_nan=False),
    }  # fmt: skip


def provenance_of(assistant: str, kind: str, inputs: Inputs, samples: Sequence[Sample]) -> str:
    """Where the numbers come from: the source of each sample, then every figure that was typed, by its question."""
    asks = [
        ask for ask in ASSISTANTS[assistant].asked(kind) if ask.widget is not Widget.SAMPLE and inputs.text(ask.name)
    ]
    typed = [f"{ask.label}: {_short(_told(ask, inputs))}" for ask in asks]
    sources = [sample.source for sample in samples]
    if typed:
        sources.append(_("Typed in: %(what)s") % {"what": "; ".join(typed)})
    return "\n".join(sources)


def _told(ask: Ask, inputs: Inputs) -> str:
    value = inputs.text(ask.name)
    if ask.widget is Widget.YES:
        return _("yes")
    return str(dict(ask.choices).get(value, value)) + (f" {ask.unit}" if ask.unit else "")


def _short(text: str) -> str:
    text = " / ".join(text.splitlines())
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def hash_of(inputs: Mapping[str, str], kind: str, data: str) -> str:
    """The hash of all an answer follows from."""
    return hashlib.sha256(canonical({"inputs": dict(inputs), "kind": kind, "data": data})).hexdigest()


def samples_of(row: Any) -> list[Sample]:
    """The samples that an analysis kept."""
    return [Sample.from_json(told) for told in json.loads(row.data or "[]")]


def again(row: Any) -> Answer | None:
    """The answer computed anew from what was kept; None where nothing was, or this version answers no more."""
    if not row.computed or row.assistant not in ASSISTANTS:
        return None
    told = json.loads(row.inputs)
    kind = told.pop("kind")
    try:
        return ASSISTANTS[row.assistant].answer(Inputs(told), kind, samples_of(row))
    except (NoAnswer, StatisticsError):
        return None


def agrees(row: Any, answer: Answer | None) -> bool:
    """Whether the answer computed anew is the one that was kept."""
    return answer is not None and same(answer.in_json(), json.loads(row.computed))


def same(one: Any, other: Any) -> bool:
    """Equal results; numbers to ten digits, since another processor may round the last ones."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-10 * max(1.0, abs(one))
    return one == other

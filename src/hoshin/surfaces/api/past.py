"""The addresses of a record's past: its history, its state as of a day, the proof that both are whole."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hoshin.kernel.records import history
from hoshin.kernel.records.field_types import DAY, INSTANT, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.history import Erased
from hoshin.kernel.trail.proofs import proof_of

from .access import row_at
from .answers import answer, malformed, missing
from .documents import may_read
from .lists import limit_of
from .resource import resource

AT = FieldSpec("at", INSTANT, "at")


def hidden_fields(request: HttpRequest, row: Any) -> set[str]:
    return {f.name for f in row.spec.all_fields if not may_read(f, row, request.standing)}


def read_history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The newest events first; ``?before=`` the number of the last one goes on."""
    row = row_at(request, kind, key)
    before = request.GET.get("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise malformed(_("“before” is the number of an event."))
    limit, hidden = limit_of(request.GET), hidden_fields(request, row)
    events = history.events_of(row, limit=limit, before=int(before) if before else None, standing=request.standing)
    more = events[-1].seq if len(events) == limit else None
    return answer({"items": [_event_json(event, hidden) for event in events], "before": more})


def _event_json(event: history.Event, hidden: set[str]) -> dict[str, Any]:
    changes = [{"field": d.field, "label": d.label, "old": d.old, "new": d.new} for d in event.differences]
    return {
        "seq": event.seq,
        "at": INSTANT.json(event.at),
        "who": event.who,
        "on_behalf_of": event.behalf or None,
        "action": event.action,
        "words": event.words,
        "reason": event.reason or None,
        "occurred_at": INSTANT.json(event.occurred_at),
        "changes": [change for change in changes if change["field"] not in hidden],
    }


def read_as_of(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The record as it was at a moment; a date means the end of that day."""
    row = row_at(request, kind, key)
    state = history.state_as_of(row.uid, moment_of(request.GET.get("at", "")))
    if state is None:
        raise missing()
    hidden = hidden_fields(request, row)
    for part in ("fields", "parts"):
        state[part] = {name: value for name, value in state.get(part, {}).items() if name not in hidden}
    return answer(_without_marks(state))


def moment_of(text: str) -> datetime:
    text = text.strip()
    try:
        if len(text) == 10:
            day = DAY.parse(text, AT) + timedelta(days=1)
            return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)
        moment = INSTANT.parse(text, AT)
    except (BadValue, OverflowError) as bad:
        raise malformed(f"at: {bad}")
    if moment is None:
        raise malformed(_("“at” is needed: a date or a moment, such as 2026-03-31 or 2026-03-31T14:30Z."))
    return moment


def _without_marks(value: Any) -> Any:
    """Erased values as {"erased": true}."""
    if isinstance(value, Erased):
        return {"erased": True}
    if isinstance(value, dict):
        return {name: _without_marks(member) for name, member in value.items()}
    return [_without_marks(member) for member in value] if isinstance(value, list) else value


def read_proof(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The inclusion proof of the record's entries; it opens only what the reader may see."""
    row = row_at(request, kind, key)
    hidden = hidden_fields(request, row)
    proof = proof_of(row.uid, may_open=lambda place: not hidden & set(place.split(".")[:2]))
    told = answer(proof)
    told["Content-Disposition"] = f'attachment; filename="{row.number}.proof.json"'
    return told


events = resource(get=read_history)
as_of = resource(get=read_as_of)
proof = resource(get=read_proof)

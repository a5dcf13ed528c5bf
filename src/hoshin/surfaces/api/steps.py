"""The addresses of a record's workflow: what may be done now, steps, seats of a signature round, voiding."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.records import doors, rounds
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.records.steps import Step, asked_fields, may_edit, steps_for
from hoshin.kernel.records.workflow import Transition

from .access import row_at
from .answers import answer, invalid, missing
from .bodies import Body, body_of
from .documents import record_json
from .records import seen_revision
from .resource import resource

SIGN, REJECT = "sign", "reject"


def read_steps(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What this person may do with the record now, what is missing and why something is not yet possible."""
    row = row_at(request, kind, key)
    standing = request.standing
    state = row.spec.workflow.state(row.state)
    return answer(
        {
            "revision": row.revision,
            "state": {"name": state.name, "label": str(state.label), "category": state.category.value},
            "may_edit": may_edit(row, standing),
            "may_void": row.state != doors.VOID and row.spec.void_by.allows(standing, row),
            "steps": [_step_json(row, step) for step in steps_for(row, standing)],
            "seats": [seat for t in row.spec.workflow.leaving(row.state) for seat in _seats_json(row, t, standing)],
        }
    )


def _step_json(row: Any, step: Step) -> dict[str, Any]:
    t = step.transition
    asked = [f.name for f in asked_fields(row.spec, t)]
    return {
        "name": t.name,
        "title": str(t.title),
        "target": t.target.name,
        "ready": step.ready and not step.missing,
        "missing": [{"field": f.name, "label": str(f.label)} for f in step.missing],
        "reasons": [str(reason) for reason in step.reasons],
        "asks": asked,
        "reason_needed": t.reason_needed,
        "signed_as": t.signed_as.value if t.signed_as else None,
        "round": t.round is not None,
    }


def _seats_json(row: Any, t: Transition, standing: Any) -> list[dict[str, Any]]:
    seats = rounds.current(row, t) if t.round else []
    mine = rounds.turn(row, t, standing) if seats else None
    return [
        {
            "step": t.name,
            "place": seat.place,
            "who": str(t.round.seats[seat.place].words),
            "state": seat.state,
            "signer": str(seat.signer_id) if seat.signer_id else None,
            "yours": mine is not None and seat.pk == mine.pk,
        }
        for seat in seats
    ]


def _transition(row: Any, name: str) -> Transition:
    """The step of an address; steps of the system are not offered, so to people they are not there."""
    found = next((t for t in row.spec.workflow.transitions if t.name == name and not t.hidden), None)
    if found is None:
        raise missing()
    return found


def proof_in(body: Body) -> Proof | None:
    """The signer's proof of identity; it is written nowhere."""
    if body.raw.get("signature") is None:
        return None
    signature = Body(body.object("signature"), "password")
    return Proof(signature.text("password"))


def take_step(request: HttpRequest, kind: str, key: str, name: str) -> HttpResponse:
    row = row_at(request, kind, key)
    _transition(row, name)
    body = body_of(request, "values", "reason", "signature", "revision")
    (row,) = doors.perform(
        [row], name, by=request.actor, values=body.object("values"), reason=body.text("reason"), proof=proof_in(body),
        revision=seen_revision(request, body),
    )  # fmt: skip
    return answer(record_json(row, request.standing), ETag=f'"{row.revision}"')


def decide_seat(request: HttpRequest, kind: str, key: str, name: str) -> HttpResponse:
    """Sign one's seat in a running round, or reject."""
    row = row_at(request, kind, key)
    transition = _transition(row, name)
    if transition.round is None:
        raise missing()
    body = body_of(request, "decision", "reason", "signature", "revision")
    decision, proof = body.text("decision", SIGN), proof_in(body)
    if decision not in (SIGN, REJECT):
        raise invalid("decision", _("“%(found)s” is neither sign nor reject.") % {"found": decision[:60]})
    if proof is None:
        raise invalid("signature", _('A seat is signed: {"password": …} is needed.'))
    row = doors.sign_seat(
        row, name, by=request.actor, proof=proof, reject=decision == REJECT, reason=body.text("reason"),
        revision=seen_revision(request, body),
    )  # fmt: skip
    return answer(record_json(row, request.standing), ETag=f'"{row.revision}"')


def void_record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    (row,) = doors.void([row], by=request.actor, reason=body_of(request, "reason").text("reason"))
    return answer(record_json(row, request.standing), ETag=f'"{row.revision}"')


steps = resource(get=read_steps)
step = resource(post=take_step)
seat = resource(post=decide_seat)
void = resource(post=void_record)

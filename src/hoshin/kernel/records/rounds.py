"""Signature rounds: the seats of a step are signed in order or in parallel until the quorum is reached or one rejects."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import Regulated, new_uid
from hoshin.kernel.trail.readings import rows_with
from hoshin.kernel.trail.unit import Unit as Work

from .errors import NotYet
from .record import Record
from .workflow import Transition

WAITING, SIGNED, REJECTED, LAPSED = "waiting", "signed", "rejected", "lapsed"


class Seat(Regulated):
    """One place in a signature round, to be filled by somebody with the seat's right."""

    subject = "seat"
    state_fields = {
        "record": False, "round": False, "transition": False, "place": False, "state": False, "signer": False, "hand": False,
        "opened_at": False, "decided_at": False, "over": False,
    }  # fmt: skip

    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="seats")
    round = models.UUIDField()
    transition = models.CharField(max_length=60)
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, default=WAITING)
    signer = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    # The delegate who signed in the signer's place.
    hand = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    # The step was taken, or the record went another way: these signatures open no second step.
    over = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at", "place"]
        indexes = [models.Index(fields=["record", "state"], name="seat_record_state")]

    def record_uid_of_entry(self) -> UUID:
        return self.record_id


def current(row: Any, transition: Transition | None = None) -> list[Seat]:
    """The seats of the round that runs or has just been completed for the record."""
    seats = [s for s in _not_over(row) if transition is None or s.transition == transition.name]
    if not seats or any(s.state in (LAPSED, REJECTED) for s in seats if s.round == seats[-1].round):
        return []
    return [s for s in seats if s.round == seats[-1].round]


def _not_over(row: Any) -> list[Seat]:
    return [seat for seat in rows_with(Seat, "record", [row.uid], ("opened_at", "place")) if not seat.over]


def is_complete(row: Any, transition: Transition) -> bool:
    seats = current(row, transition)
    return bool(seats) and sum(s.state == SIGNED for s in seats) >= transition.round.needed


def open_round(row: Any, transition: Transition, *, by: Actor, work: Work) -> list[Seat]:
    """Ask for the signatures of a step."""
    if current(row, transition):
        raise NotYet([_("The signature round for “%(step)s” is running already.") % {"step": transition.title}])
    name, at = new_uid(), clock.now()
    seats = [
        Seat(record_id=row.uid, round=name, transition=transition.name, place=place, opened_at=at)
        for place in range(len(transition.round.seats))
    ]
    work.add(seats, "round.opened", by=by)
    return seats


def turn(row: Any, transition: Transition, standing: Standing) -> Seat | None:
    """The seat this person may fill now: a waiting one with a right they have, in order where the round has one."""
    seats = current(row, transition)
    if any(s.state == SIGNED and standing.is_one_of(s.signer_id, s.hand_id) for s in seats):
        return None
    for seat in seats:
        if seat.state != WAITING:
            continue
        if transition.round.seats[seat.place].allows(standing, row):
            return seat
        if transition.round.ordered:
            return None
    return None


def decide(seat: Seat, state: str, standing: Standing, by: Actor, reason: str, work: Work) -> None:
    seat.state, seat.signer, seat.decided_at = state, standing.person, clock.now()
    seat.hand_id = standing.hand if standing.hands else None
    work.change([seat], ["state", "signer", "hand", "decided_at"], f"seat.{state}", by=by, reason=reason or None)


def lapse_if_content_changed(row: Any, changed: set[str], *, by: Actor, work: Work) -> None:
    """A change of what is being signed ends the round: nobody's signature moves to another text."""
    if changed & set(row.spec.content_fields):
        lapse(row, by=by, work=work)


def lapse(row: Any, *, by: Actor, work: Work) -> None:
    for transition in row.spec.workflow.leaving(row.state):
        seats = current(row, transition) if transition.round else []
        for seat in seats:
            seat.state = LAPSED
        work.change(seats, ["state"], "round.lapsed", by=by)


def close(row: Any, *, by: Actor, work: Work) -> None:
    """The record leaves its state: no seat stays open, and no signature serves a second time."""
    seats = _not_over(row)
    for seat in seats:
        seat.over = True
        if seat.state == WAITING:
            seat.state = LAPSED
    work.change(seats, ["state", "over"], "round.closed", by=by)

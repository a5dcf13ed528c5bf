"""Signatures and signature rounds as a record's page shows them."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records.rounds import REJECTED, SIGNED, WAITING, Seat, turn
from hoshin.kernel.records.signatures import Signature, still_valid
from hoshin.kernel.records.workflow import Transition


@dataclass
class Signed:
    """A signature, and whether the content is still what was signed."""

    signature: Signature
    is_valid: bool


@dataclass
class Place:
    """A seat of a round: who may sign there, and what became of it."""

    seat: Seat
    who: str | Promise
    mine: bool

    @property
    def is_waiting(self) -> bool:
        return self.seat.state == WAITING

    @property
    def is_signed(self) -> bool:
        return self.seat.state == SIGNED

    @property
    def is_rejected(self) -> bool:
        return self.seat.state == REJECTED


@dataclass
class RunningRound:
    """A signature round that runs, with its seats."""

    transition: Transition
    places: list[Place]
    needed: int
    done: int


def signatures_of(row: Any) -> list[Signed]:
    found = list(Signature.objects.filter(record=row.uid).select_related("on_behalf_of").order_by("signed_at", "id"))
    valid = still_valid(found) if found else {}
    return [Signed(signature, valid[signature.uid]) for signature in found]


def rounds_of(row: Any, standing: Standing) -> list[RunningRound]:
    """The rounds that run for the steps leaving the record's state."""
    steps = {t.name: t for t in row.spec.workflow.leaving(row.state) if t.round is not None}
    if not steps:
        return []
    seats: dict[str, list[Seat]] = {}
    for seat in Seat.objects.filter(record=row.uid, transition__in=list(steps)).select_related("signer"):
        seats.setdefault(seat.transition, []).append(seat)
    told = []
    for name, those in seats.items():
        latest = [seat for seat in those if seat.round == those[-1].round]
        if any(seat.state == WAITING for seat in latest) and all(seat.state in (WAITING, SIGNED) for seat in latest):
            told.append(_round(row, steps[name], latest, standing))
    return told


def _round(row: Any, transition: Transition, seats: list[Seat], standing: Standing) -> RunningRound:
    mine = turn(row, transition, standing)
    places = [
        Place(seat, transition.round.seats[seat.place].words, mine is not None and seat.pk == mine.pk) for seat in seats
    ]
    return RunningRound(transition, places, transition.round.needed, sum(seat.state == SIGNED for seat in seats))

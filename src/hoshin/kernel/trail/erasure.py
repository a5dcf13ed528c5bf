"""Erasure of personal data: openings go, leaves and proofs stay valid, and an entry says that it happened."""

from collections.abc import Iterable
from uuid import UUID

from hoshin.ledger.leaf import ERASED

from .actors import Actor
from .models import OpeningRow
from .state import commitments_in
from .unit import latest_states, unit_of_work


class StillHeld(RuntimeError):
    """The value to erase still stands in the current row: without its opening nobody could tell whether it was altered."""


def erase(subject_type: str, subject_uid: UUID, places: Iterable[str], *, by: Actor, reason: str) -> int:
    """Erase what opens the commitments at these places of one subject, in all its revisions.

    The current row must no longer hold the value: whoever calls this has overwritten it through its door first. What
    stands there now keeps its opening.
    """
    with unit_of_work() as work:
        current = {found for state in latest_states([subject_uid]).values() for found in commitments_in(state)}
        rows = list(OpeningRow.objects.select_for_update().filter(subject_uid=subject_uid, place__in=list(places)))
        gone = sorted(row.commitment for row in rows if row.commitment not in current)
        if rows and not gone:
            raise StillHeld(
                f"The {subject_type} {subject_uid} still holds the value; overwrite it through its door first."
            )
        if gone:
            OpeningRow.objects.filter(commitment__in=gone).delete()
            work.tell(ERASED, subject_type, subject_uid, by=by, reason=reason, detail={"commitments": gone})
    return len(gone)

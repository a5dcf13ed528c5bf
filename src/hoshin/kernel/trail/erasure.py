"""Erasure of personal data: openings go, leaves and proofs stay valid, and an entry says that it happened."""

from collections.abc import Iterable
from uuid import UUID

from hoshin.ledger.leaf import ERASED

from .actors import Actor
from .models import OpeningRow
from .unit import unit_of_work


def erase(subject_type: str, subject_uid: UUID, places: Iterable[str], *, by: Actor, reason: str) -> int:
    """Erase what opens the commitments at these places of one subject, in all its revisions.

    The current row must no longer hold the value: whoever calls this has overwritten it through its door first.
    """
    with unit_of_work() as work:
        rows = list(OpeningRow.objects.select_for_update().filter(subject_uid=subject_uid, place__in=list(places)))
        if not rows:
            return 0
        gone = sorted(row.commitment for row in rows)
        OpeningRow.objects.filter(commitment__in=gone).delete()
        work.tell(ERASED, subject_type, subject_uid, by=by, reason=reason, detail={"commitments": gone})
    return len(rows)

"""Writing the index: a reaction to every change, inside its unit of work, so that search never lags or forgets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from hoshin.kernel.records import registry
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.record import SLICE, Record
from hoshin.kernel.trail.reactions import EVERY, reacts_to

from . import table
from .documents import comments_of, documents_of, load


@reacts_to(EVERY)
def write_changed(changes: Sequence[Any]) -> None:
    """Write the documents of the records that changed or were commented."""
    rows = {
        change.subject_uid: change.row for change in changes if change.subject_type == Record.subject and change.row
    }
    commented = {change.record_uid for change in changes if change.subject_type == Comment.subject}
    if not (rows or commented) or not table.is_there():
        return
    rows |= {row.uid: row for row in _read(commented - rows.keys())}
    # What was just opened has no comments, unless one was made in the same unit of work.
    asked = [uid for uid, row in rows.items() if row.revision > 1 or uid in commented]
    table.put(documents_of(list(rows.values()), comments_of(asked)))


def _read(uids: set[UUID]) -> list[Any]:
    if not uids:
        return []
    found = list(registry.typed(Record.objects.filter(uid__in=uids)))
    for kind in {row.kind for row in found}:
        load([row for row in found if row.kind == kind])
    return found


def rebuild() -> int:
    """Write the whole index anew, in slices that hold no lock for long; answers with the number of documents."""
    written = 0
    for spec in registry.every():
        last = 0
        while rows := list(spec.rows().filter(pk__gt=last).order_by("pk")[:SLICE]):
            load(rows)
            with transaction.atomic():
                table.put(documents_of(rows, comments_of([row.uid for row in rows])))
            last, written = rows[-1].pk, written + len(rows)
    with transaction.atomic():
        table.keep_only(Record._meta.db_table)
    return written

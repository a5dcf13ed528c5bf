"""Appending leaves: the head is taken once, the leaves are chained and hashed, the tree grows."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max

from hoshin.ledger.leaf import leaf
from hoshin.ledger.merkle import TILE_HEIGHT, Frontier, leaf_hash, root_of

from . import clock
from .models import Entry, Head, Tile

TILE = 1 << TILE_HEIGHT


def append(changes: Sequence[Any], moment: datetime) -> None:
    """Append one leaf for each change. Called by the outermost unit of work, last."""
    if not changes:
        return
    head = Head.objects.select_for_update().get()
    if clock.is_set_back():
        clock.check_demonstration(head.origin)
    # The clock may be set back; the ledger's order never is.
    recorded_at = max(moment, head.last_at) if head.last_at else moment
    frontier = Frontier.from_bytes(bytes(head.frontier)) if head.size else Frontier()
    previous = bytes(head.last_leaf)
    entries, tiles = [], []
    for seq, change in enumerate(changes, start=head.size):
        data = leaf_of(change, head.origin, seq, previous, recorded_at)
        previous = leaf_hash(data)
        frontier.append(previous)
        entries.append(entry_of(change, seq, data, previous, recorded_at))
    Entry.objects.bulk_create(entries, batch_size=500)
    head.size += len(entries)
    head.last_leaf, head.last_at, head.frontier = previous, recorded_at, frontier.to_bytes()
    head.save()
    for index in range((head.size - len(entries)) // TILE, head.size // TILE):
        hashes = Entry.objects.filter(seq__gte=index * TILE, seq__lt=(index + 1) * TILE).order_by("seq")
        tiles.append(Tile(index=index, root=root_of([bytes(h) for h in hashes.values_list("leaf_hash", flat=True)])))
    Tile.objects.bulk_create(tiles)


def leaf_of(change: Any, origin: str, seq: int, previous: bytes, recorded_at: datetime) -> bytes:
    return leaf(
        origin=origin,
        seq=seq,
        previous=previous or None,
        recorded_at=recorded_at,
        actor=change.by.statement(),
        action=change.action,
        subject={"type": change.subject_type, "uid": str(change.subject_uid)},
        record=str(change.record_uid) if change.record_uid else None,
        revision=change.revision,
        occurred_at=change.occurred_at,
        reason=change.reason,
        state=hashlib.sha256(change.state).hexdigest() if change.state else None,
        files=change.files,
        segments=change.segments,
        batch=change.batch,
        detail=change.detail,
    )


def entry_of(change: Any, seq: int, data: bytes, hashed: bytes, recorded_at: datetime) -> Entry:
    return Entry(
        seq=seq,
        leaf=data,
        leaf_hash=hashed,
        state=change.state,
        subject_type=change.subject_type,
        subject_uid=change.subject_uid,
        revision=change.revision,
        record_uid=change.record_uid,
        action=change.action,
        actor_uid=change.by.uid,
        recorded_at=recorded_at,
    )


def newest_states(
    subjects: Sequence[UUID], until: datetime | None = None, using: str = DEFAULT_DB_ALIAS
) -> Iterator[tuple[UUID, bytes]]:
    """The newest state bytes of each subject, of now or of a past moment."""
    with_state = Entry.objects.using(using).filter(subject_uid__in=subjects, state__isnull=False)
    if until is not None:
        with_state = with_state.filter(recorded_at__lte=until)
    newest = with_state.values("subject_uid").annotate(last=Max("seq")).values("last")
    for uid, state in Entry.objects.using(using).filter(seq__in=newest).values_list("subject_uid", "state"):
        yield uid, bytes(state)


def parse(state: bytes) -> dict:
    return json.loads(state)

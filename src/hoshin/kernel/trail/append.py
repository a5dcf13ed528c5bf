"""Appending leaves: the head is taken once, the leaves are chained and hashed, the tree grows."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hoshin.ledger.leaf import leaf
from hoshin.ledger.merkle import TILE_HEIGHT, Frontier, leaf_hash, root_of

from . import clock
from .models import Entry, Tile
from .statements import insert, move_head, take_head

TILE = 1 << TILE_HEIGHT
ENTRY = (
    "seq", "leaf", "leaf_hash", "state", "subject_type", "subject_uid", "revision", "record_uid", "action", "actor_uid",
    "recorded_at",
)  # fmt: skip


def append(changes: Sequence[Any], moment: datetime) -> None:
    """Append one leaf for each change. Called by the outermost unit of work, last."""
    if not changes:
        return
    head = take_head()
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
    insert(Entry, ENTRY, entries)
    head.size += len(entries)
    head.last_leaf, head.last_at, head.frontier = previous, recorded_at, frontier.to_bytes()
    move_head(head)
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


def entry_of(change: Any, seq: int, data: bytes, hashed: bytes, recorded_at: datetime) -> tuple:
    """The row of an entry, in the order of ``ENTRY``."""
    return (
        seq, data, hashed, change.state, change.subject_type, change.subject_uid, change.revision, change.record_uid,
        change.action, change.by.uid, recorded_at,
    )  # fmt: skip


def parse(state: bytes) -> dict:
    return json.loads(state)

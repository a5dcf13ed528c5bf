"""Proofs and exports: one record's inclusion proof as a file to hand over, and the whole ledger as a bundle."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hoshin.ledger.bundle import BundleWriter
from hoshin.ledger.merkle import TILE_HEIGHT
from hoshin.ledger.note import parse as parse_note
from hoshin.ledger.proof import make_proof
from hoshin.ledger.verifier import PARTIAL, WHOLE

from . import checkpoints, keys
from .append import TILE, parse
from .models import CheckpointRow, Entry, Head, OpeningRow, Tile
from .state import commitments_in

# Which openings a reader may have, by the place of the value in the state document.
MayOpen = Callable[[str], bool]


class Nodes:
    """The tree's nodes out of the database: the roots of complete tiles, and leaf hashes a whole tile at a time."""

    def __init__(self) -> None:
        self.tiles: dict[int, list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes | None:
        if level == TILE_HEIGHT:
            root = Tile.objects.filter(index=index).values_list("root", flat=True).first()
            return bytes(root) if root is not None else None
        if level != 0:
            return None
        leaves = self._leaves(index // TILE)
        return leaves[index % TILE] if index % TILE < len(leaves) else None

    def _leaves(self, tile: int) -> list[bytes]:
        if tile not in self.tiles:
            rows = Entry.objects.filter(seq__gte=tile * TILE, seq__lt=(tile + 1) * TILE).order_by("seq")
            self.tiles[tile] = [bytes(found) for found in rows.values_list("leaf_hash", flat=True)]
        return self.tiles[tile]


def proof_of(record_uid: UUID, *, may_open: MayOpen | None = None) -> dict:
    """The inclusion proof of every entry of a record itself under a fresh checkpoint.

    ``may_open(place)`` says which openings the reader may have; without it all are given.
    """
    note = checkpoints.make_checkpoint().note
    size = parse_note(note).size
    entries = list(Entry.objects.filter(subject_uid=record_uid, seq__lt=size).order_by("seq"))
    leaves = {entry.seq: bytes(entry.leaf) for entry in entries}
    state = next((parse(bytes(entry.state)) for entry in reversed(entries) if entry.state is not None), None)
    openings = [
        (row.commitment, bytes(row.salt), json.loads(bytes(row.value)))
        for row in OpeningRow.objects.filter(commitment__in=list(commitments_in(state or {})))
        if may_open is None or may_open(row.place)
    ]
    origin = Head.objects.values_list("origin", flat=True).get()
    text = make_proof(
        record=str(record_uid),
        leaves=leaves,
        node=Nodes(),
        checkpoint=note,
        vkey=keys.public_line(origin),
        state=state,
        openings=openings,
    )
    return json.loads(text)


def export_bundle(
    path: Path, *, files: Iterable[Path] = (), segments: Iterable[Path] = (), may_open: MayOpen | None = None
) -> dict:
    """Write the whole ledger into one file that a separate program verifies. Answers with what went in."""
    checkpoints.make_checkpoint()
    using = settings.HOSHIN_READS
    with transaction.atomic(using=using):
        head = Head.objects.using(using).get()
        opened = PARTIAL if may_open is not None else WHOLE
        with BundleWriter(path, head.origin, [keys.public_line(head.origin)], openings=opened) as bundle:
            for leaf, state in (
                Entry.objects.using(using).order_by("seq").values_list("leaf", "state").iterator(chunk_size=2000)
            ):
                bundle.add_leaf(bytes(leaf))
                if state is not None:
                    bundle.add_state(bytes(state))
            for row in OpeningRow.objects.using(using).order_by("commitment").iterator(chunk_size=2000):
                if may_open is None or may_open(row.place):
                    bundle.add_opening(row.commitment, bytes(row.salt), json.loads(bytes(row.value)))
            for row in CheckpointRow.objects.using(using).order_by("size"):
                bundle.add_checkpoint(row.note)
            for file in files:
                bundle.add_file(file)
            for segment in segments:
                bundle.add_segment(segment)
    return {"origin": head.origin, "entries": head.size, "path": str(path)}

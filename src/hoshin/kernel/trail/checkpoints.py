"""Checkpoints: signed statements of the ledger's size and root, made every minute or 1,000 entries, and on export."""

from datetime import timedelta

from django.db import transaction

from hoshin.ledger.merkle import Frontier
from hoshin.ledger.note import Checkpoint

from . import clock, keys
from .models import CheckpointRow, Head

EVERY_ENTRIES = 1_000
EVERY = timedelta(minutes=1)


def make_checkpoint() -> CheckpointRow | None:
    """Sign the ledger as it stands; nothing where the newest checkpoint covers it already."""
    with transaction.atomic():
        head = Head.objects.select_for_update().get()
        newest = CheckpointRow.objects.order_by("-size").first()
        if head.size == 0 or (newest is not None and newest.size == head.size):
            return newest
        frontier = Frontier.from_bytes(bytes(head.frontier))
        note = keys.sign_checkpoint(Checkpoint(head.origin, head.size, frontier.root()))
        return CheckpointRow.objects.create(size=head.size, note=note, made_at=clock.now())


def checkpoint_if_due() -> CheckpointRow | None:
    """What the worker asks every few seconds."""
    size = Head.objects.values_list("size", flat=True).get()
    newest = CheckpointRow.objects.order_by("-size").first()
    behind = size - (newest.size if newest else 0)
    if behind >= EVERY_ENTRIES or (behind and (newest is None or clock.now() - newest.made_at >= EVERY)):
        return make_checkpoint()
    return None

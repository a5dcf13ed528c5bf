"""Readers of the entries: what happens after a change follows the ledger at its own pace and remembers how far it came.

A reader is given each entry at least once: it moves on in the same transaction as what it writes, and what it does to
the outside world must know its work again by the entry's number.
"""

from collections.abc import Callable, Sequence

from django.db import transaction

from .models import Entry, ReaderPosition

SLICE = 500


def read_on(name: str, handle: Callable[[Sequence[Entry]], None], *, most: int = SLICE) -> int:
    """Give the reader the next entries; answers with their number, 0 when it has come to the end."""
    with transaction.atomic():
        ReaderPosition.objects.get_or_create(name=name)
        position = ReaderPosition.objects.select_for_update().get(name=name)
        entries = list(Entry.objects.filter(seq__gt=position.seq).order_by("seq")[:most])
        if entries:
            handle(entries)
            position.seq = entries[-1].seq
            position.save(update_fields=["seq"])
    return len(entries)

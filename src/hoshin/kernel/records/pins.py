"""Pinned references: they hold the revision that the other record had when the reference was made."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from .kinds import KindSpec
from .record import SLICE, Record


def hold(spec: KindSpec, rows: Sequence[Any], names: Iterable[str]) -> None:
    """A pinned reference keeps the revision its record has now."""
    for f in (spec.by_name[name] for name in names if spec.by_name[name].pinned):
        wanted = list({uid for row in rows if (uid := f.read(row)) is not None})
        revisions: dict[UUID, int] = {}
        for start in range(0, len(wanted), SLICE):
            some = Record.objects.filter(uid__in=wanted[start : start + SLICE])
            revisions.update(some.values_list("uid", "revision"))
        for row in rows:
            f.hold_fast(row, revisions.get(f.read(row)))

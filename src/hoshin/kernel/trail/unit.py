"""The unit of work: one transaction that holds the change, the reactions to it and their entries in the ledger.

Doors nest. The outermost unit runs the reactions, takes the ledger's head once, immediately before commit, and
appends every leaf: taking the head inside nested doors would deadlock writers that reach it in different orders.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from hoshin.ledger.canonical import canonical

from . import append, clock, reactions, statements
from .actors import Actor
from .doors import doors_open
from .models import OpeningRow, Regulated
from .state import Committed, Opening, commitments_in, seal

# A reaction may open work whose reaction opens work; a ring of them is a mistake in interactions/.
MAXIMUM_ROUNDS = 8
OPENING = ("subject_uid", "place", "commitment", "salt", "value")


class Stale(RuntimeError):
    """A row was written from a copy older than the database's: what others changed since would be lost."""


@dataclass(slots=True)
class Change:
    """One entry to be: what happened to which subject, by whom, and the state it is in afterwards."""

    row: Any
    subject_type: str
    subject_uid: UUID
    action: str
    by: Actor
    revision: int | None = None
    record_uid: UUID | None = None
    occurred_at: datetime | None = None
    reason: Any = None
    detail: Any = None
    state: bytes | None = None
    batch: str | None = None
    files: Sequence[str] = ()
    segments: Sequence[str] = ()


@dataclass
class Unit:
    """The open unit of work."""

    changes: list[Change] = field(default_factory=list)
    openings: list[tuple[UUID, Opening]] = field(default_factory=list)

    def add(self, rows: Sequence[Regulated], action: str, *, by: Actor, **told: Any) -> None:
        """Insert new regulated rows of one type, an entry each."""
        if not rows:
            return
        for row in rows:
            row.revision = 1
        type(rows[0]).insert_set(list(rows))
        self.note(rows, action, by=by, known={}, **told)

    def fresh(self, row: Regulated) -> Regulated:
        """The row, locked and read again in place, so that what is decided and written rests on what is there now."""
        row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update())
        return row

    def change(self, rows: Sequence[Regulated], fields: Iterable[str], action: str, *, by: Actor, **told: Any) -> None:
        """Write the named columns of existing rows of one type and raise their revision, an entry each."""
        if not rows:
            return
        columns = {*fields, "revision"}
        for row in rows:
            row.revision += 1
            _write(row, columns)
        self.note(rows, action, by=by, **told)

    def note(
        self,
        rows: Sequence[Regulated],
        action: str,
        *,
        by: Actor,
        known: Mapping[UUID, dict] | None = None,
        occurred_at: datetime | None = None,
        reason: str | None = None,
        detail: Any = None,
        batch: str | None = None,
        files: Sequence[str] = (),
    ) -> None:
        """Collect the entries of rows that are already written: their state documents are sealed here."""
        model = type(rows[0])
        known = self._openings_of([row.uid for row in rows]) if known is None else known
        for row, plain in zip(rows, model.states_of(list(rows)), strict=True):
            fresh: list[Opening] = []
            mine = known.get(row.uid, {})
            document = seal(plain, mine, fresh)
            told = {
                name: seal(value, mine, fresh, name)
                for name, value in (("reason", Committed(reason) if reason else None), ("detail", detail))
                if value is not None
            }
            self.openings.extend((row.uid, opening) for opening in fresh)
            about = {"revision": row.revision, "record_uid": row.record_uid_of_entry(), "occurred_at": occurred_at}
            with_it = {"state": canonical(document), "batch": batch, "files": files, **told}
            self.changes.append(Change(row, model.subject, row.uid, action, by, **about, **with_it))

    def _openings_of(self, subjects: Sequence[UUID]) -> dict[UUID, dict]:
        """What is known of these subjects' commitments: in the ledger, and in this unit."""
        known = openings_of(subjects)
        for uid, opening in self.openings:
            if uid in known:
                known[uid][(opening.place, opening.value)] = opening
        return known

    def tell(self, action: str, subject_type: str, subject_uid: UUID, *, by: Actor, **told: Any) -> None:
        """An entry without a state of its own: an export, a sealed segment, an erasure."""
        fresh: list[Opening] = []
        for name in ("reason", "detail"):
            if told.get(name) is not None:
                value = Committed(told[name]) if name == "reason" else told[name]
                told[name] = seal(value, {}, fresh, name)
        self.openings.extend((subject_uid, opening) for opening in fresh)
        self.changes.append(Change(None, subject_type, subject_uid, action, by, **told))

    def pending_state(self, subject: UUID) -> dict | None:
        """The newest sealed state of a subject that this unit has written and not yet committed."""
        for change in reversed(self.changes):
            if change.subject_uid == subject and change.state is not None:
                return append.parse(change.state)
        return None

    @contextmanager
    def _nested(self) -> Iterator[None]:
        """A door within a door: where it refuses and the outer one goes on, nothing of it stays."""
        changes, openings = len(self.changes), len(self.openings)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del self.changes[changes:], self.openings[openings:]
            raise

    def _react(self) -> None:
        done = 0
        for _ in range(MAXIMUM_ROUNDS):
            waiting = self.changes[done:]
            if not waiting:
                return
            done = len(self.changes)
            reactions.run(waiting)
        raise RuntimeError(f"Reactions still open new work after {MAXIMUM_ROUNDS} rounds; interactions/ holds a ring.")

    def _commit(self) -> None:
        statements.insert(
            OpeningRow, OPENING, ((uid, o.place, o.commitment, o.salt, o.value) for uid, o in self.openings)
        )
        append.append(self.changes, clock.now())


def _write(row: Regulated, columns: set[str]) -> None:
    """Write columns of a row, in each of its tables, if the database has the revision before it.

    The state document is made from the row at hand: an old copy would tell the ledger what is not in the database.
    """
    for model, fields in columns_by_table(type(row)):
        values = {field: getattr(row, field.attname) for field in fields if columns & {field.name, field.attname}}
        before = {field: row.revision - 1 for field in values if field.name == "revision"}
        if values and not statements.update(model, row.pk, values, before):
            raise Stale(f"{row} was written from revision {row.revision - 1}, and the database has another by now.")


@cache
def columns_by_table(model: type[Regulated]) -> list[tuple[type[Regulated], list[Any]]]:
    """The tables of a type, the one with the revision first, and the columns each has of its own."""
    tables = [*model._meta.get_parent_list(), model]
    own = [(table, list(table._meta.local_concrete_fields)) for table in tables]
    return sorted(own, key=lambda table: all(field.name != "revision" for field in table[1]))


_current: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work() -> Iterator[Unit]:
    """Join the open unit of work, or open the outermost one."""
    unit = _current.get()
    if unit is not None:
        with unit._nested():
            yield unit
        return
    unit = Unit()
    token = _current.set(unit)
    try:
        with transaction.atomic(), doors_open():
            yield unit
            unit._react()
            unit._commit()
    finally:
        _current.reset(token)


def openings_of(subjects: Sequence[UUID]) -> dict[UUID, dict[tuple[str, bytes], Opening]]:
    """The openings the latest states of these subjects use, by place and value."""
    current: set[str] = set()
    for document in latest_states(subjects).values():
        current.update(commitments_in(document))
    found: dict[UUID, dict[tuple[str, bytes], Opening]] = {uid: {} for uid in subjects}
    for subject, place, commitment, salt, value in statements.openings(sorted(current)):
        found[subject][(place, value)] = Opening(commitment, salt, value, place)
    return found


def latest_states(subjects: Sequence[UUID]) -> dict[UUID, dict]:
    """The newest sealed state document of each subject."""
    return {uid: append.parse(state) for uid, state in statements.newest_states(subjects)}

"""Data migrations: what a release changes in rows is told to the ledger, with the old and the new schema.

A migration that changes values of regulated rows ends with ``SchemaMigrated("nonconformity", "why")``. Rows can only be
stated by the finished code, so the operation leaves a note; when all migrations are through, each row that no longer is
what its newest entry says gets an entry ``schema.migrated`` with its new state, and one entry more tells the old and
the new schema, how many states there are, and the root over them.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

from hoshin.ledger.merkle import leaf_hash, root_of

from . import clock
from .actors import Actor, system
from .append import parse
from .head import origin
from .models import Regulated, Restatement, Unreadable
from .reconciliation import SLICE, differing, openings_in, subject_types
from .statements import newest_states
from .unit import Unit, unit_of_work

ACTION = "schema.migrated"
MACHINE = system("migration")


class SchemaMigrated(Operation):
    """The last operation of a migration that changes values of a kind of subject. It depends on ("trail", "0003…")."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, kind: str, reason: str):
        self.kind, self.reason = kind, reason

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing about the models changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        notes = to_state.apps.get_model("trail", "Restatement").objects.using(schema_editor.connection.alias)
        notes.create(kind=self.kind, reason=self.reason, asked_at=clock.now())

    # Undoing changes the rows again, and that is told in the same way.
    database_backwards = database_forwards

    def describe(self) -> str:
        return f"Tell the ledger that {self.kind} was migrated: {self.reason}"


def restate_after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Tell what migrations have changed, once no migration waits any more."""
    connection = connections[using]
    if Restatement._meta.db_table not in connection.introspection.table_names() or not Restatement.objects.exists():
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        restate_all()


def restate_all() -> None:
    for note in Restatement.objects.order_by("id"):
        restate(note.kind, note.reason)
        note.delete()


def restate(kind: str, reason: str, *, by: Actor = MACHINE) -> int:
    """State anew the rows of a kind that are not what the ledger says; how many there were."""
    with unit_of_work() as work:
        before, schemas = len(work.changes), {"from": set(), "to": set()}
        for model in subject_types():
            for rows in model.sets_of_rows(SLICE, DEFAULT_DB_ALIAS):
                _refuse_unreadable(model, rows)
                _restate_set(model, rows, kind, reason, schemas, by, work)
        states = [change.state for change in work.changes[before:] if change.action == ACTION]
        root = root_of([leaf_hash(state) for state in states]).hex() if states else None
        told = {name: sorted(found) for name, found in schemas.items()}
        detail = {"kind": kind, **told, "states": len(states), **({"root": root} if root else {})}
        work.tell(ACTION, "schema", UUID(origin().rpartition("/")[2]), by=by, reason=reason, detail=detail)
    return len(states)


def _refuse_unreadable(model: type[Regulated], rows: list) -> None:
    for row in rows:
        if isinstance(row, Unreadable):
            raise ValueError(f"{model.__name__} {row.pk} cannot be read after the migration: {row.why}")


def _restate_set(
    model: type[Regulated], rows: list, kind: str, reason: str, schemas: dict[str, set], by: Actor, work: Unit
) -> None:
    plain = {row.uid: document for row, document in zip(rows, model.states_of(rows), strict=True)}
    if not any(document["kind"] == kind for document in plain.values()):
        return
    sealed = {uid: parse(state) for uid, state in newest_states(list(plain))}
    openings = openings_in(sealed.values(), DEFAULT_DB_ALIAS)
    moved: dict[tuple[str, str], list[models.Model]] = defaultdict(list)
    for row in rows:
        new, old = plain[row.uid], sealed.get(row.uid)
        if new["kind"] == kind and old is not None and any(differing(new, old, openings)):
            moved[old["schema"], new["schema"]].append(row)
    for (old_schema, new_schema), some in moved.items():
        schemas["from"].add(old_schema)
        schemas["to"].add(new_schema)
        work.change(some, [], ACTION, by=by, reason=reason, detail={"from": old_schema, "to": new_schema})

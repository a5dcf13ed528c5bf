"""A release that changes rows tells the ledger, and the database itself refuses to change the ledger."""

import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from hoshin.kernel.records import doors, history
from hoshin.kernel.trail import clock, schema, triggers
from hoshin.kernel.trail.models import Entry, Restatement
from hoshin.kernel.trail.verify import verify


@pytest.fixture
def deviations(cast):
    return doors.create("deviation", [{"title": f"Deviation {n}", "impact": "Some"} for n in range(3)], by=cast.by.ana)


def migrated(operation: schema.SchemaMigrated, statement: str) -> None:
    state = ProjectState.from_apps(apps)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    # All that the operation needs of a schema editor, which cannot be opened inside a test's transaction.
    operation.database_forwards("planted", SimpleNamespace(connection=connection), state, state)
    schema.restate_after_migrate()


MOVED = (
    "UPDATE planted_deviation SET impact = 'Some (migrated)' "
    "WHERE record_id <> (SELECT MIN(record_id) FROM planted_deviation)"
)


def test_rows_changed_by_a_migration_are_told_and_verify(deviations):
    migrated(schema.SchemaMigrated("deviation", "Impact says where it comes from"), MOVED)
    entries = list(Entry.objects.filter(action=schema.ACTION).order_by("seq"))
    told = json.loads(bytes(entries[-1].leaf))["detail"]

    assert verify().findings == []
    assert [entry.subject_type for entry in entries] == ["record", "record", "schema"]
    assert (told["kind"], told["states"], len(told["root"])) == ("deviation", 2, 64)
    assert told["from"] == told["to"] and told["to"][0].startswith("deviation/")
    assert not Restatement.objects.exists()


def test_what_was_before_the_migration_can_still_be_asked(deviations):
    before = clock.now()
    migrated(schema.SchemaMigrated("deviation", "Impact says where it comes from"), MOVED)
    old, new = (history.state_as_of(deviations[1].uid, at)["fields"]["impact"] for at in (before, clock.now()))

    assert (old, new) == ("Some", "Some (migrated)")


def test_a_migration_that_says_nothing_is_found(deviations):
    with connection.cursor() as cursor:
        cursor.execute(MOVED)

    assert len(verify().findings) == 2


@pytest.mark.django_db
def test_a_guard_that_guards_nothing_is_as_good_as_missing():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER trail_entry_no_delete")
        cursor.execute("CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry BEGIN SELECT 1; END")
    assert triggers.missing() == {"trail_entry_no_delete"}
    triggers.install_after_migrate()

    assert triggers.missing() == set()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entry SET action = 'x'",
        "DELETE FROM trail_entry",
        "INSERT OR REPLACE INTO trail_entry SELECT * FROM trail_entry WHERE seq = 0",
        "INSERT OR REPLACE INTO trail_opening SELECT * FROM trail_opening LIMIT 1",
        "UPDATE trail_opening SET place = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_the_ledger(deviations, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verify().findings == []

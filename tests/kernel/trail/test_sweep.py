"""Every column of every regulated row is changed by SQL, and every one is found: tables are found by introspection."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from hoshin.kernel.access.identity import give_token
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Label
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.models import UnitWithin
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.attachments import attach
from hoshin.kernel.records.comments import comment
from hoshin.kernel.records.links import Link, link
from hoshin.kernel.records.record import Kind, Part, Record
from hoshin.kernel.records.signatures import Proof
from hoshin.kernel.records.tasks import assign
from hoshin.kernel.trail import checkpoints, clock, triggers
from hoshin.kernel.trail.models import UNREADABLE, CheckpointRow, Entry, Guarded, Head, OpeningRow, Tile
from hoshin.kernel.trail.reconciliation import reconcile, subject_types
from hoshin.kernel.trail.verify import further_checks, verify
from hoshin.ledger.verifier import Report
from tests.contract.kinds import every_kind
from tests.contract.values import open_one

# Columns no check looks at, each with its reason. Whatever is not here must be found.
UNSEEN = {
    ("trail_checkpoint", "made_at"): "when the next one is due; the note itself carries no time",
    ("trail_checkpoint", "witnessed"): "whether to send it again",
    ("records_record", "id"): "a key without meaning; references are uids and keys of lines follow it",
}
LEDGER = (Entry, OpeningRow, Tile, CheckpointRow, Head)


def guarded_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if issubclass(m, Guarded) and m not in LEDGER]


@pytest.fixture
def house(cast, tmp_path):
    """A row in every regulated table."""
    for name in every_kind():
        open_one(registry.get(name), cast)
    first, second = (open_one(registry.get("deviation"), cast) for _ in range(2))
    link(first, "related", [second], by=cast.by.ana)
    comment(first, "Looks bad", by=cast.by.ana)
    assign(first, "Look at it", cast.max, by=cast.by.ana, due_on=clock.now().date())
    (tmp_path / "photo.txt").write_bytes(b"a photo")
    with (tmp_path / "photo.txt").open("rb") as content:
        attach(first, [("photo.txt", content)], by=cast.by.ana)
    doors.perform([first], "assess", by=cast.by.pat)
    doors.perform([first], "close", by=cast.by.quinn, proof=Proof(cast.password))
    (visit,) = registry.get("supplier_visit").rows()
    doors.perform([visit], "report", by=cast.by.ana)
    doors.perform([visit], "agree", by=cast.by.ana)
    doors.sign_seat(visit, "agree", by=cast.by.pat, proof=Proof(cast.password))
    give_token(cast.ana, "robot", by=cast.by.ana)
    organization.delegate(cast.ana, cast.max, by=cast.by.ana, since=clock.now(), until=None, purpose="Holiday")
    (diameter,) = doors.create("characteristic", [{"title": "Diameter"}], by=cast.by.quinn)
    (diameter,) = doors.perform([diameter], "activate", by=cast.by.quinn)
    measuring.record(diameter, [measuring.Measurement(v, lot="L1") for v in (1.0, 2.0)], by=cast.by.quinn)
    measuring.seal(by=cast.system)
    measuring.record(diameter, [measuring.Measurement(v, lot="L1") for v in (1.0, 2.0)], by=cast.by.quinn)
    measuring.correct(diameter, 1, 5, by=cast.by.quinn, reason="Read wrongly")
    checkpoints.make_checkpoint()
    return cast


def another(column: models.Field, value: object) -> object:
    """A value of the same storage class that is not this one."""
    if isinstance(value, bytes | memoryview):
        return bytes([bytes(value)[0] ^ 1]) + bytes(value)[1:] if value else b"x"
    if isinstance(value, int | float):
        return value + 1
    if value is None:
        return {"UUIDField": "0" * 32, "DateTimeField": "2001-01-01 00:00:00", "DateField": "2001-01-01"}.get(
            column.get_internal_type(), 7
        )
    if column.get_internal_type() == "JSONField":
        return '{"planted": 1}'
    text = str(value)
    if column.get_internal_type() in ("DateTimeField", "DateField"):
        return "2001-01-01" + text[10:]
    return ("0" if text[:1] != "0" else "1") + text[1:] if text else "x"


def sql(statement: str, parameters: list) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def unguarded(house):
    """A tamperer has dropped the triggers and does not keep to foreign keys."""
    with connection.cursor() as cursor:
        for name in triggers.trigger_names():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
    return house


class Undo(Exception):
    pass


def differences(of: type) -> list:
    """What verification finds beyond the missing triggers; only what looks at this table, where it is no ledger's."""
    if of in LEDGER:
        return [f for f in verify().findings if f.code != "trigger"]
    report = Report("")
    with suppress(*UNREADABLE):
        reconcile(report, "default", [of if of in subject_types() else Record])
        for check in further_checks():
            check(report)
        return report.findings
    return ["cannot be read"]


def found_after(statement: str, parameters: list, *, of: type) -> int:
    """How many differences are found, beyond the missing triggers, after a change that is undone again."""
    count = 0
    try:
        with transaction.atomic():
            sql(statement, parameters)
            count = len(differences(of))
            raise Undo
    except Undo:
        return count


def columns_of(model: type[models.Model]) -> list[models.Field]:
    return [c for c in model._meta.local_concrete_fields if not c.primary_key or issubclass(model, Kind)]


def test_every_regulated_table_has_a_row_to_tamper_with(house):
    empty = [m.__name__ for m in guarded_models() if not m.objects.exists()]

    assert set(empty) <= {"LeftOut", "ControlBaseline", "Alert"}, empty


@pytest.mark.parametrize("share", range(4))
def test_every_column_changed_by_sql_is_found(unguarded, share):
    unseen = []
    everything = [(m, c) for m in (*guarded_models(), *LEDGER) for c in columns_of(m)]
    for model, column in everything[share::4]:
        key = model._meta.pk.column
        table, name = model._meta.db_table, column.column
        if (table, name) in UNSEEN:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{key}", "{name}" FROM "{table}" ORDER BY "{key}" DESC LIMIT 1')
            row = cursor.fetchone()
        if row is None:
            continue
        statement = f'UPDATE "{table}" SET "{name}" = %s WHERE "{key}" = %s'
        if not found_after(statement, [another(column, row[1]), row[0]], of=model):
            unseen.append((table, name, row[1]))

    assert unseen == []


def test_every_deleted_row_is_found(unguarded):
    unseen = []
    for model in (*guarded_models(), *LEDGER[:4], UnitWithin):
        key, table = model._meta.pk.column, model._meta.db_table
        if model is CheckpointRow or not model._base_manager.exists():
            continue  # a checkpoint fewer is a smaller promise; the witness's copy is what speaks against it
        statement = f'DELETE FROM "{table}" WHERE "{key}" = (SELECT MAX("{key}") FROM "{table}")'
        if not found_after(statement, [], of=model):
            unseen.append(table)

    assert unseen == []


def copy_of(model: type[models.Model]) -> tuple[str, list]:
    """An INSERT of a second row like the newest one, with a key and a uid of its own."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}" DESC LIMIT 1')
        row = dict(zip([c[0] for c in cursor.description], cursor.fetchone(), strict=True))
    for column in model._meta.local_concrete_fields:
        value = row[column.column]
        if column.primary_key and isinstance(value, int):
            row[column.column] = -value - 5  # a row below nought is a row like any other
        elif (column.unique or column.primary_key) and column.remote_field is None:
            row[column.column] = another(column, value)
    if model is Link:
        row["relation"] = "causes"  # the same link twice is refused by the database itself
    if model is Label:
        row["text"] = "another"  # so are the same words twice
    names = ", ".join(f'"{name}"' for name in row)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(row))})', list(row.values())


def test_every_inserted_row_is_found(unguarded):
    unseen = []
    for model in (*guarded_models(), Tile, OpeningRow):
        if issubclass(model, Kind) or not model._base_manager.exists():
            continue  # a kind's row without a record of its own breaks the foreign key at once
        if not found_after(*copy_of(model), of=model):
            unseen.append(model._meta.db_table)

    assert unseen == []


def test_values_of_two_records_swapped_by_sql_are_both_named(unguarded):
    one, two = Record.objects.filter(kind="deviation").order_by("pk")[:2]
    swap = "UPDATE records_record SET changed_at = (SELECT changed_at FROM records_record WHERE id = %s) WHERE id = %s"
    sql(swap, [two.pk, one.pk])
    named = {f.item.split()[0] for f in verify().findings}

    assert str(one.uid) in named


def test_a_row_of_a_kind_that_is_gone_is_named(unguarded):
    row = registry.get("product").rows().first()
    sql("DELETE FROM products_product WHERE record_id = %s", [row.pk])

    assert str(row.uid) in {f.item for f in verify().findings}


def test_a_line_below_a_record_of_another_kind_is_named(unguarded):
    part = next(m for m in apps.get_models() if issubclass(m, Part) and m.__name__ == "Step")
    sql(
        f"INSERT INTO {part._meta.db_table} (uid, record_id, position, what) VALUES (%s, %s, 0, 'x')",
        ["1" * 32, Record.objects.exclude(kind="deviation").first().uid.hex],
    )

    assert any("another kind" in f.message for f in verify().findings)


def test_a_right_made_by_a_false_tree_is_named(unguarded):
    cast = unguarded
    sql(
        "INSERT INTO organization_unitwithin (whole_id, unit_id, depth) VALUES (%s, %s, 1)",
        [cast.south.uid.hex, cast.north.uid.hex],
    )

    assert "tree" in {f.code for f in verify().findings}

"""Measurements come in by doors, are sealed, corrected by statements, and held against the ledger."""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import Batch, HotRow, Label, SegmentRow
from hoshin.kernel.measuring.reading import folder, measurements_of
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.records import doors, history
from hoshin.kernel.records.errors import Invalid, NotAllowed, NotYet
from hoshin.kernel.trail.verify import verify
from hoshin.measurements.reading import guess


@pytest.fixture
def diameter(cast):
    (row,) = doors.create("characteristic", [{"title": "Bore diameter", "measure": "mm"}], by=cast.by.quinn)
    doors.perform([row], "activate", by=cast.by.quinn)
    return doors.lock([row])[0]


def some(*values):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [measuring.Measurement(value, time=at, lot="L1") for value in values]


def test_recorded_values_are_read_back_in_order(cast, diameter):
    measuring.record(diameter, some(1.5, None, 2.5), by=cast.by.quinn)
    measuring.record(diameter, some(3.5), by=cast.by.quinn)
    reading = measurements_of([diameter.pk])

    assert np.array_equal(reading.columns.value, [1.5, np.nan, 2.5, 3.5], equal_nan=True)
    assert reading.columns.sequence.tolist() == [0, 1, 2, 3]


def test_sealing_changes_nothing_a_reader_sees(cast, diameter):
    measuring.record(diameter, some(1.5, None, 2.5), by=cast.by.quinn)
    before = measurements_of([diameter.pk]).columns
    measuring.seal(by=cast.system)

    assert measurements_of([diameter.pk]).columns.equals(before)
    assert (HotRow.objects.count(), SegmentRow.objects.count()) == (0, 1)
    assert verify().findings == []


def test_a_waiting_row_changed_by_sql_is_found_and_not_sealed(cast, diameter):
    batch = measuring.record(diameter, some(1.5, 2.5), by=cast.by.quinn)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measuring_hotrow SET value = 9 WHERE value = 1.5")

    assert [(f.code, f.item) for f in verify().findings] == [("batch", str(batch.uid))]
    with pytest.raises(measuring.HotRowsDiffer):
        measuring.seal(by=cast.system)


def test_a_sealed_file_changed_on_the_disk_is_found(cast, diameter):
    measuring.record(diameter, some(1.5, 2.5), by=cast.by.quinn)
    segment = measuring.seal(by=cast.system)
    (file,) = [path for path in folder().rglob("*") if path.is_file()]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(data)

    assert [(f.code, f.item) for f in verify().findings] == [("segment", segment.sha256)]


def test_a_correction_and_an_exclusion_lie_over_what_was_measured(cast, diameter):
    measuring.record(diameter, some(1.5, 25.0, 2.5), by=cast.by.quinn)
    rows = measurements_of([diameter.pk]).columns.row.tolist()
    measuring.correct(diameter, rows[1], 2.5, by=cast.by.quinn, reason="Decimal point")
    measuring.exclude(diameter, [rows[0]], by=cast.by.quinn, reason="Cold machine")
    reading = measurements_of([diameter.pk])

    assert reading.columns.value.tolist() == [1.5, 2.5, 2.5]
    assert (reading.corrected.tolist(), reading.excluded.tolist()) == ([False, True, False], [True, False, False])
    measuring.include(diameter, [rows[0]], by=cast.by.quinn, reason="It counted after all")
    assert not measurements_of([diameter.pk]).excluded.any()


def test_bad_values_are_refused_and_nothing_is_kept(cast, diameter):
    with pytest.raises(Invalid):
        measuring.record(
            diameter, [measuring.Measurement(float("inf")), measuring.Measurement(1.0, size=0)], by=cast.by.quinn
        )
    with pytest.raises(NotAllowed):
        measuring.record(diameter, some(1.0), by=cast.by.stranger)

    assert not Batch.objects.exists()


def test_the_same_file_twice_is_noticed(cast, diameter, tmp_path):
    file = tmp_path / "bore.csv"
    file.write_text("time,bore\n2026-01-01 10:00,1.5\n2026-01-01 11:00,\n2026-01-01 12:00,2.5\n")
    layout = guess(file).layout
    batch = measuring.import_file(file, layout, {"bore": diameter}, by=cast.by.quinn)

    assert (batch.rows, batch.missing) == (3, 1)
    with pytest.raises(measuring.ReadBefore):
        measuring.import_file(file, layout, {"bore": diameter}, by=cast.by.quinn)


def test_a_large_file_is_sealed_at_once(cast, diameter, tmp_path):
    file = tmp_path / "bore.csv"
    values = np.random.default_rng(1).normal(10, 1, 6000)
    file.write_text("bore\n" + "\n".join(f"{value:.4f}" for value in values) + "\n")
    measuring.import_file(file, guess(file).layout, {"bore": diameter}, by=cast.by.quinn)

    assert (HotRow.objects.count(), SegmentRow.objects.get().rows) == (0, 6000)
    assert verify().findings == []


def test_measurements_are_recorded_only_for_characteristics_in_use(cast):
    (row,) = doors.create("characteristic", [{"title": "Not yet"}], by=cast.by.quinn)
    with pytest.raises(NotYet):
        measuring.record(row, some(1.0), by=cast.by.quinn)


def test_an_external_auditor_reads_measurements_and_adds_none(cast, diameter):
    organization.grant(cast.stranger, "external auditor", cast.root, by=cast.system)
    with pytest.raises(NotAllowed, match="recorded by"):
        measuring.record(diameter, some(1.0), by=cast.by.stranger)


def test_the_words_behind_a_lots_number_are_in_the_ledger(cast, diameter):
    measuring.record(diameter, some(1.5, 2.5), by=cast.by.quinn)
    label = Label.objects.get()
    assert verify().findings == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measuring_label SET text = 'another lot'")

    assert [(f.code, f.item) for f in verify().findings] == [("row", f"{label.uid} fields.text")]


def test_corrections_and_exclusions_stand_in_the_characteristics_history(cast, diameter):
    measuring.record(diameter, some(1.5, 25.0), by=cast.by.quinn)
    rows = measurements_of([diameter.pk]).columns.row.tolist()
    measuring.correct(diameter, rows[1], 2.5, by=cast.by.quinn, reason="Decimal point")
    measuring.exclude(diameter, [rows[0]], by=cast.by.quinn, reason="Cold machine")
    said = [(event.who, event.words) for event in history.events_of(diameter, limit=2)]

    assert said == [
        ("Quinn Meyer", "excluded a measurement: Cold machine"),
        ("Quinn Meyer", "corrected a measurement to 2.5"),
    ]

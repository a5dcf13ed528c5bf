"""Whatever is changed past the doors is found and named."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

import hoshin.ledger
from hoshin.kernel.records import doors
from hoshin.kernel.records.attachments import Attachment, attach
from hoshin.kernel.records.comments import comment
from hoshin.kernel.records.tasks import assign
from hoshin.kernel.trail import checkpoints, erasure, proofs, triggers
from hoshin.kernel.trail.models import Entry, Head, OpeningRow
from hoshin.kernel.trail.verify import verify


@pytest.fixture
def history(cast, tmp_path):
    """A little of everything, with a checkpoint."""
    rows = doors.create(
        "deviation", [{"title": f"Deviation {n}", "steps": [{"what": "Stop"}]} for n in range(5)], by=cast.by.ana
    )
    doors.edit([rows[0]], {"impact": "Some"}, by=cast.by.ana)
    comment(rows[1], "Looks bad", by=cast.by.max)
    assign(rows[2], "Look at it", cast.max, by=cast.by.ana)
    (tmp_path / "photo.txt").write_bytes(b"a photo")
    with (tmp_path / "photo.txt").open("rb") as content:
        attach(rows[3], [("photo.txt", content)], by=cast.by.ana)
    checkpoints.make_checkpoint()
    return rows


def sql(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        for name in triggers.trigger_names():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(statement, parameters)
    triggers.install_after_migrate()


def found() -> list[tuple[str, str]]:
    return [(finding.code, finding.item) for finding in verify().findings]


def test_an_untouched_house_has_no_differences(history):
    report = verify()

    assert report.findings == []
    assert report.counts["entries"] == Head.objects.get().size
    assert report.counts["rows"] > 20 and report.counts["files"] == 1


def test_a_title_changed_by_sql_is_named(history):
    sql("UPDATE records_record SET title = 'Nothing happened' WHERE number = %s", history[0].number)

    assert found() == [("row", f"{history[0].uid} fields.title")]


def test_an_open_value_changed_by_sql_is_named(history):
    sql("UPDATE records_record SET state = 'closed' WHERE number = %s", history[0].number)

    assert found() == [("row", f"{history[0].uid} fields.state")]


def test_a_line_changed_by_sql_is_named(history):
    sql("UPDATE planted_step SET what = 'Nothing' WHERE record_id = %s", history[4].uid.hex)

    assert found() == [("row", f"{history[4].uid} parts.steps[0].what")]


def test_a_deleted_comment_is_named(history, cast):
    sql("DELETE FROM records_comment")
    (difference,) = verify().findings

    assert "comment" in difference.message and "gone" in difference.message


def test_an_inserted_row_is_named(history, cast):
    sql(
        "INSERT INTO organization_grant (uid, revision, person_id, role, unit_id, since) "
        "VALUES (%s, 1, %s, 'administrator', %s, '2020-01-01')",
        "0" * 31 + "1", cast.max.uid.hex, cast.root.uid.hex,
    )  # fmt: skip

    assert found() == [("row", "00000000-0000-0000-0000-000000000001")]


def test_a_swapped_password_is_found(history, cast):
    sql("UPDATE organization_person SET password = %s WHERE username = 'quinn'", "md5$x$y")

    assert found() == [("row", f"{cast.quinn.uid} fields.password")]


def test_swapped_entries_are_found(history):
    last = Head.objects.get().size - 1
    sql("UPDATE trail_entry SET seq = -1 WHERE seq = %s", last)
    sql("UPDATE trail_entry SET seq = %s WHERE seq = %s", last, last - 1)
    sql("UPDATE trail_entry SET seq = %s WHERE seq = -1", last - 1)

    assert {code for code, _item in found()} >= {"leaf", "head", "checkpoint"}


def test_a_cut_tail_with_a_rewritten_head_is_found_by_the_checkpoint(history):
    size = Head.objects.get().size
    sql("DELETE FROM trail_entry WHERE seq >= %s", size - 2)
    codes = {code for code, _item in found()}

    assert {"head", "checkpoint", "row"} <= codes


def test_an_altered_leaf_is_named(history):
    entry = Entry.objects.order_by("-seq")[3]
    sql("UPDATE trail_entry SET leaf = %s WHERE seq = %s", bytes(entry.leaf).replace(b'"actor"', b'"actoR"'), entry.seq)

    assert ("leaf", str(entry.seq)) in found()


def test_an_altered_opening_is_named_and_a_missing_one_too(history):
    first, second = OpeningRow.objects.order_by("commitment")[:2]
    sql("UPDATE trail_opening SET value = %s WHERE commitment = %s", b'"other"', first.commitment)
    sql("DELETE FROM trail_opening WHERE commitment = %s", second.commitment)

    assert {first.commitment, second.commitment} <= {item for _code, item in found()}


def test_an_altered_file_is_named(history):
    file = Attachment.objects.get()
    file.path.chmod(0o600)
    file.path.write_bytes(b"another photo")

    assert found() == [("file", file.sha256)]


def test_a_missing_trigger_is_named(history):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER trail_entry_no_delete")

    assert found() == [("trigger", "trail_entry_no_delete")]


def test_erasure_keeps_everything_valid(history, cast):
    doors.edit([history[0]], {"title": "Erased"}, by=cast.by.ana)
    old = OpeningRow.objects.filter(subject_uid=history[0].uid, place="fields.title")
    gone = next(row for row in old if json.loads(bytes(row.value)) == "Deviation 0")
    erasure.erase("record", history[0].uid, ["fields.title"], by=cast.system, reason="Article 17")

    assert verify().findings == []
    assert ("opening", gone.commitment) in {(note.code, note.item) for note in verify().notes}


def test_the_bundle_is_verified_by_the_separate_program(history, tmp_path):
    file = Attachment.objects.get()
    proofs.export_bundle(tmp_path / "all.hoshin", files=[file.path])
    program = Path(hoshin.ledger.__file__).with_name("verifier.py")
    ran = subprocess.run(
        [sys.executable, "-I", str(program), str(tmp_path / "all.hoshin")], capture_output=True, text=True
    )

    assert (ran.returncode, "no differences" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_one_records_proof_is_verified_by_the_separate_program(history, tmp_path):
    (tmp_path / "proof.json").write_text(json.dumps(proofs.proof_of(history[0].uid)))
    program = Path(hoshin.ledger.__file__).with_name("verifier.py")
    ran = subprocess.run(
        [sys.executable, "-I", str(program), "--proof", str(tmp_path / "proof.json")], capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr

"""Bundles that are whole, partial, or erased in part."""

import base64
import datetime as dt
import hashlib
import zipfile

import pytest

from hoshin.ledger.bundle import PARTIAL, WHOLE, BundleWriter
from hoshin.ledger.merkle import leaf_hash, root_of
from hoshin.ledger.note import Checkpoint, signed, vkey
from hoshin.ledger.verifier import COSIGNATURE, Key, key_id, verify_bundle
from tests.ledger.ledgers import BEGIN, Ledger, members_of, named, uid, verify_members, write_bundle, write_members


def test_an_untouched_bundle_has_no_differences(ledger, bundle):
    report = verify_bundle(bundle, trust=[ledger.vkey])
    expected = {
        "entries": 12,
        "states": 6,
        "signatures": 1,
        "openings": 17,
        "files": 1,
        "segments": 1,
        "checkpoints": 2,
        "checkpoint signatures": 1,
    }

    assert report.findings == []
    assert report.notes == []
    assert expected == report.counts
    assert report.facts["root"] == root_of(map(leaf_hash, ledger.leaves)).hex()


def test_all_checks_the_signatures_of_older_checkpoints_too(ledger, bundle):
    report = verify_bundle(bundle, trust=[ledger.vkey], thorough=True)

    assert report.counts["checkpoint signatures"] == 2


def test_an_unpacked_bundle_verifies_like_the_file(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "unpacked")

    assert verify_bundle(bundle).counts == verify_bundle(tmp_path / "unpacked").counts
    assert verify_bundle(tmp_path / "unpacked").fine


def test_the_same_ledger_makes_the_same_bytes(ledger, bundle, tmp_path):
    again = write_bundle(ledger, tmp_path / "again.zip")

    assert bundle.read_bytes() == again.read_bytes()


def test_an_empty_ledger_verifies(tmp_path):
    ledger = Ledger()
    ledger.checkpoint()

    assert verify_bundle(write_bundle(ledger, tmp_path / "empty.zip")).fine


def test_a_key_of_the_bundle_itself_is_noted(bundle, ledger):
    assert {("key", ledger.vkey)} == named(verify_bundle(bundle).notes)


def test_withheld_openings_states_and_files_are_counted(ledger, tmp_path):
    kept = dict(list(ledger.openings.items())[:1])
    ledger.openings, ledger.files = kept, []
    path = write_bundle(ledger, tmp_path / "partial.zip", openings=PARTIAL, states=PARTIAL, files=PARTIAL)
    report = verify_bundle(path)

    assert report.fine
    assert (report.counts["openings withheld"], report.counts["files withheld"]) == (16, 1)


def test_a_withheld_state_leaves_its_signature_unproven(ledger, tmp_path):
    ledger.states = [state for state in ledger.states if state["uid"] != uid(100)]
    ledger.openings = {}
    report = verify_bundle(write_bundle(ledger, tmp_path / "p.zip", openings=PARTIAL, states=PARTIAL))

    assert report.fine
    assert report.counts["states withheld"] == 5
    assert ("signature", uid(200)) in named(report.notes)


def test_what_a_complete_bundle_lacks_is_named(ledger, tmp_path):
    digest = next(iter(ledger.openings))
    photo = hashlib.sha256(ledger.files[0]).hexdigest()
    segment = hashlib.sha256(ledger.segments[0]).hexdigest()
    del ledger.openings[digest]
    ledger.states.pop(2)
    ledger.files, ledger.segments = [], []
    report = verify_bundle(write_bundle(ledger, tmp_path / "lacking.zip"))
    expected = {("opening", digest), ("state", f"{uid(100)} revision 3"), ("file", photo), ("segment", segment)}

    assert expected <= named(report.findings)


def test_an_erased_opening_is_information(ledger, tmp_path):
    digest = next(iter(ledger.openings))
    seq = ledger.erase(digest)
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "erased.zip"))

    assert report.fine
    assert f"erased by entry {seq}" in next(note.message for note in report.notes if note.item == digest)


def test_an_opening_that_outlives_its_erasure_is_named(ledger, tmp_path):
    digest, opening = next(iter(ledger.openings.items()))
    ledger.erase(digest)
    ledger.openings[digest] = opening
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "kept.zip"))

    assert {("opening", digest)} == named(report.findings)


def test_an_erasure_that_lists_nothing_is_named(ledger, tmp_path):
    seq = ledger.append("opening.erased", {"type": "person", "uid": uid(1)}, detail=["everything"])
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "odd.zip"))

    assert {("leaf", str(seq))} == named(report.findings)


def test_a_signature_over_other_content_is_named(ledger, tmp_path):
    document = dict(ledger.states[4])
    ledger.sign(201, document | {"fields": {"severity": 1}}, ["severity"])
    ledger.sign(202, document | {"fields": document["fields"] | {"severity": 5}}, ["severity"])
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "signed.zip"))

    assert {("signature", uid(201))} == named(report.findings)


@pytest.mark.parametrize(
    "fields",
    [
        {"record": uid(999), "revision": 1, "content": "a" * 64, "content_fields": []},
        {"record": uid(100), "revision": 1, "content": "a" * 64, "content_fields": "all"},
        {"record": [], "revision": 1},
        {},
    ],
)
def test_a_malformed_signature_is_named(ledger, tmp_path, fields):
    ledger.change("signature", 203, 1, fields)
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "signed.zip"))

    assert {("signature", uid(203))} == named(report.findings)


def test_two_states_of_one_revision_are_named(ledger, tmp_path):
    ledger.change("nonconformity", 100, 5, {"severity": 9})
    ledger.states.pop()
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "two.zip"))

    assert {("state", f"{uid(100)} revision 5")} == named(report.findings)


@pytest.mark.parametrize(
    "document", [{"format": 1}, {"format": 1, "kind": "k", "uid": "u", "revision": 1, "files": [5]}, []]
)
def test_a_malformed_state_is_named_by_its_line(ledger, tmp_path, document):
    ledger.states.append(document)
    report = verify_bundle(write_bundle(ledger, tmp_path / "odd.zip"))

    assert {("state", "line 7")} == named(report.findings)


def test_a_time_that_runs_backwards_is_noted(ledger, tmp_path):
    seq = ledger.append("clock.set", {"type": "ledger", "uid": uid(0)}, recorded_at=BEGIN - dt.timedelta(days=1))
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "clock.zip"), trust=[ledger.vkey])

    assert report.fine
    assert {("time", str(seq))} == named(report.notes)


def test_a_witnessed_checkpoint_is_checked_without_being_asked(ledger, tmp_path):
    name, false = "witness.example", b"\x00" * 64
    witness = Key(name, key_id(name, 1, ledger.public_key), 1, ledger.public_key)
    line = signed("text\n", name, lambda text: false, witness.public_key).splitlines()[-1]
    ledger.checkpoints[0] += line + "\n"
    path = write_bundle(ledger, tmp_path / "witnessed.zip")
    vkey = ledger.vkey.replace(ledger.origin, name)
    vkey = f"{name}+{witness.id.hex()}+{vkey.split('+', 2)[2]}"

    assert verify_bundle(path).counts["checkpoint signatures"] == 2
    assert {("checkpoint", "checkpoints/001")} == named(verify_bundle(path, trust=[ledger.vkey, vkey]).findings)


def test_entries_after_the_newest_checkpoint_are_named(ledger, tmp_path):
    ledger.append("late.entry", {"type": "ledger", "uid": uid(0)})
    report = verify_bundle(write_bundle(ledger, tmp_path / "late.zip"))

    assert {("checkpoint", "12")} == named(report.findings)


def test_a_bundle_without_checkpoint_is_not_believed(tmp_path):
    report = verify_bundle(write_bundle(Ledger(), tmp_path / "unsigned.zip"))

    assert {("checkpoint", "newest")} == named(report.findings)


def test_names_in_a_bundle_cannot_repaint_the_terminal(members, tmp_path):
    report = verify_members(members | {"\x1b[2Jno differences": b""}, tmp_path)

    assert "DIFFERENCE member \\u001b[2Jno differences" in report.as_text()


@pytest.mark.parametrize("depth", [*range(850, 1000, 7), 100_000])
def test_values_nested_to_the_limit_are_a_finding(members, tmp_path, depth):
    line = ('{"a":' + "[" * depth + '"ä"' + "]" * depth + "}\n").encode()
    report = verify_members(members | {"states.jsonl": line, "openings.jsonl": line}, tmp_path)

    assert {"state", "opening"} <= {finding.code for finding in report.findings}


def test_a_checkpoint_of_another_log_is_named(ledger, tmp_path):
    checkpoint = Checkpoint("another.example", 12, root_of(map(leaf_hash, ledger.leaves)))
    ledger.checkpoints.append(signed(checkpoint.body(), ledger.origin, ledger.key.sign, ledger.public_key))
    report = verify_bundle(write_bundle(ledger, tmp_path / "other.zip"))

    assert {("checkpoint", "checkpoints/003")} == named(report.findings)


def test_another_key_is_not_believed(bundle):
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    assert {("checkpoint", "checkpoints/002")} == named(verify_bundle(bundle, trust=[vkey]).findings)


def cosigned(ledger: Ledger, name: str) -> str:
    """The newest checkpoint under a witness's cosignature alone; answers the witness's key."""
    text = ledger.checkpoints[-1].split("\n\n")[0] + "\n"
    identity = key_id(name, COSIGNATURE, ledger.public_key)
    made = bytes(8) + ledger.key.sign(f"cosignature/v1\ntime 0\n{text}".encode())
    ledger.checkpoints[-1] = f"{text}\n— {name} {base64.b64encode(identity + made).decode()}\n"
    encoded = base64.b64encode(bytes([COSIGNATURE]) + ledger.public_key).decode()
    return f"{name}+{identity.hex()}+{encoded}"


def test_another_known_key_does_not_stand_for_the_log(ledger, tmp_path):
    name, body = "witness.example", ledger.checkpoints[-1].split("\n\n")[0] + "\n"
    ledger.checkpoints[-1] = signed(body, name, ledger.key.sign, ledger.public_key)
    keys = [ledger.vkey, vkey(name, ledger.public_key)]
    report = verify_bundle(write_bundle(ledger, tmp_path / "b.zip"), trust=keys)

    assert {("checkpoint", "checkpoints/002")} == named(report.findings)


@pytest.mark.parametrize("name", ["witness.example", "quality.example.org/ledger"])
def test_a_witness_alone_does_not_stand_for_the_log(ledger, tmp_path, name):
    vkey = cosigned(ledger, name)
    report = verify_bundle(write_bundle(ledger, tmp_path / "b.zip"), trust=[ledger.vkey, vkey])

    assert report.counts["checkpoint signatures"] == 1
    assert {("checkpoint", "checkpoints/002")} == named(report.findings)


def test_a_failed_export_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), BundleWriter(tmp_path / "b.zip", "log", []) as writer:
        writer.add_leaf(b"{}")
        raise RuntimeError("the disk is full")

    assert list(tmp_path.iterdir()) == []


def test_an_extent_is_complete_or_partial(tmp_path):
    with pytest.raises(ValueError, match="'complete' or 'partial', not 'some'"):
        BundleWriter(tmp_path / "b.zip", "log", [], openings="some")


def test_a_file_is_carried_once(ledger, tmp_path):
    ledger.files *= 2
    members = members_of(write_bundle(ledger, tmp_path / "b.zip"))

    assert sum(name.startswith("files/") for name in members) == 1


def test_members_that_are_unknown_or_missing_are_named(members, tmp_path):
    del members["FORMAT.md"]
    members["readme.txt"] = b"hello"
    report = verify_members(members, tmp_path)

    assert {("member", "FORMAT.md"), ("member", "readme.txt")} == named(report.findings)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_named(members, tmp_path):
    path = write_members(members, tmp_path / "twice.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("leaves.jsonl", b"")

    assert ("member", "leaves.jsonl") in named(verify_bundle(path).findings)


@pytest.mark.parametrize("manifest", [b"", b"{}", b"[]", b'{"format":2}', b"\xff", b"[" * 9999])
def test_a_manifest_that_cannot_be_used_is_named(members, tmp_path, manifest):
    report = verify_members(members | {"manifest.json": manifest}, tmp_path)

    assert {("manifest", "manifest.json")} == named(report.findings)


def test_a_file_that_is_no_zip_is_named(tmp_path):
    (tmp_path / "b.zip").write_bytes(b"hello")

    assert {("bundle", "b.zip")} == named(verify_bundle(tmp_path / "b.zip").findings)


def test_damage_inside_the_zip_is_named(bundle):
    data = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as archive:
        at = archive.getinfo("openings.jsonl").header_offset
    data[at + 200] ^= 0xFF
    bundle.write_bytes(data)

    assert ("member", "openings.jsonl") in named(verify_bundle(bundle).findings)


def test_findings_are_listed_up_to_a_limit(ledger, tmp_path):
    ledger.openings = {}
    for number in range(1100):
        ledger.change("capa", 1000 + number, 1, {"title": {"#": f"{number:064x}"}})
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "many.zip"))

    assert len([finding for finding in report.findings if finding.code == "opening"]) == report.most
    assert report.counts["findings not listed"] == 1100 + 17 - report.most


def test_notes_are_listed_up_to_a_limit(tmp_path):
    ledger = Ledger()
    for number in range(1100):
        moment = BEGIN - dt.timedelta(seconds=number)
        ledger.append("clock.set", {"type": "ledger", "uid": uid(0)}, recorded_at=moment)
    ledger.checkpoint()
    report = verify_bundle(write_bundle(ledger, tmp_path / "many.zip"), trust=[ledger.vkey])

    assert report.fine
    assert (len(report.notes), report.counts["notes not listed"]) == (report.most, 1099 - report.most)


def test_complete_is_the_word_in_the_manifest():
    assert (WHOLE, PARTIAL) == ("complete", "partial")

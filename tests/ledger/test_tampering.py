"""Somebody with the whole bundle in hand rewrites it and makes the manifest fit: what is named."""

import json

import pytest

from hoshin.ledger.canonical import canonical, parse_canonical
from hoshin.ledger.merkle import leaf_hash, root_of
from hoshin.ledger.note import Checkpoint, signed
from hoshin.ledger.verifier import CHUNK, LINE_LIMIT, verify_bundle
from tests.ledger.ledgers import (
    Ledger,
    cover_up,
    lines,
    named,
    uid,
    verify_members,
    with_lines,
    write_bundle,
)


def leaves_after(members, folder, change) -> set[tuple[str, str]]:
    """What is named after `change` was done to the list of leaves and covered up."""
    leaves = lines(members, "leaves.jsonl")
    change(leaves)
    found = named(verify_members(cover_up(with_lines(members, "leaves.jsonl", leaves)), folder).findings)

    # A cover-up cannot reach what was signed.
    assert any(code == "checkpoint" for code, _ in found)
    return {(code, item) for code, item in found if code == "leaf"}


def edited(line: bytes, **fields) -> bytes:
    return canonical(parse_canonical(line) | fields)


def rechained(leaves: list[bytes], start: int) -> None:
    """Renumber and link the leaves from `start` on, as the program itself would."""
    for seq in range(start, len(leaves)):
        leaves[seq] = edited(leaves[seq], seq=seq, previous=leaf_hash(leaves[seq - 1]).hex())


@pytest.mark.parametrize("seq", [1, 5, 8])
def test_a_deleted_leaf_is_named(members, tmp_path, seq):
    assert {("leaf", str(seq))} == leaves_after(members, tmp_path, lambda leaves: leaves.pop(seq))


def test_several_deleted_leaves_are_named_as_a_range(members, tmp_path):
    def delete(leaves):
        del leaves[3:6]

    assert {("leaf", "3-5")} == leaves_after(members, tmp_path, delete)


@pytest.mark.parametrize("seq", [0, 4, 10])
def test_a_leaf_put_in_twice_is_named(members, tmp_path, seq):
    assert ("leaf", str(seq)) in leaves_after(members, tmp_path, lambda leaves: leaves.insert(seq + 1, leaves[seq]))


def test_an_inserted_leaf_is_named(members, tmp_path):
    def insert(leaves):
        leaves.insert(5, edited(leaves[5], action="forged.entry"))

    assert ("leaf", "5") in leaves_after(members, tmp_path, insert)


@pytest.mark.parametrize("seq", [0, 4, 10])
def test_two_swapped_leaves_are_named(members, tmp_path, seq):
    def swap(leaves):
        leaves[seq], leaves[seq + 1] = leaves[seq + 1], leaves[seq]

    assert {("leaf", str(seq)), ("leaf", str(seq + 1))} == leaves_after(members, tmp_path, swap)


@pytest.mark.parametrize(
    "fields",
    [
        {"recorded_at": "2020-01-01T00:00:00.000000Z"},
        {"actor": {"type": "person", "uid": uid(2)}},
        {"reason": "another"},
        {"previous": "0" * 64},
        {"seq": 9},
        {"origin": "another.example"},
    ],
)
def test_an_edited_leaf_is_named(members, tmp_path, fields):
    def edit(leaves):
        leaves[4] = edited(leaves[4], **fields)

    assert {("leaf", "4")} == leaves_after(members, tmp_path, edit)


def test_leaves_edited_far_apart_are_each_named(members, tmp_path):
    def edit(leaves):
        for seq in (2, 6, 9):
            leaves[seq] = edited(leaves[seq], batch="b")

    assert {("leaf", "2"), ("leaf", "6"), ("leaf", "9")} == leaves_after(members, tmp_path, edit)


@pytest.mark.parametrize("line", [b"{}", b"", b"\xff\xfe", b'{"action":"a"}', b"[" * 2000])
def test_a_line_that_is_no_leaf_is_named(members, tmp_path, line):
    def replace(leaves):
        leaves[4] = line

    assert {("leaf", "4")} == leaves_after(members, tmp_path, replace)


FORMS = [('"revision":5', '"revision":9007199254740992')]
DETAILS = ["1.5", '{"b":1,"a":2}', "{ }", '{"a":1},"files":[]', "9007199254740992", '"\\u0041"']
FORMS += [('"detail":{"rows":2}', f'"detail":{detail}') for detail in DETAILS]


@pytest.mark.parametrize(("form", "other"), FORMS)
def test_a_leaf_in_another_form_is_named_although_the_chain_was_made_to_fit(members, tmp_path, form, other):
    seq = next(seq for seq, line in enumerate(lines(members, "leaves.jsonl")) if form.encode() in line)

    def replace(leaves):
        leaves[seq] = leaves[seq].replace(form.encode(), other.encode())
        rechained(leaves, seq + 1)

    assert {("leaf", str(seq))} == leaves_after(members, tmp_path, replace)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"root": "0" * 64}, ("manifest", "root")),
        ({"head": "0" * 64}, ("manifest", "head")),
        ({"size": 13}, ("leaf", "12")),
        ({"size": 10}, ("leaf", "10-11")),
        ({"size": -1}, ("manifest", "manifest.json")),
        ({"origin": "another.example"}, ("leaf", "0")),
        ({"vkeys": ["nonsense"]}, ("manifest", "vkeys")),
        ({"openings": "some"}, ("manifest", "manifest.json")),
        ({"more": 1}, ("manifest", "manifest.json")),
    ],
)
def test_what_the_manifest_says_falsely_is_named(members, tmp_path, change, expected):
    assert expected in named(verify_members(cover_up(members, **change), tmp_path).findings)


def test_a_checkpoint_that_is_no_note_is_named(members, tmp_path):
    report = verify_members(cover_up(members | {"checkpoints/001": b"hello"}), tmp_path)

    assert {("checkpoint", "checkpoints/001")} == named(report.findings)


def test_a_last_line_without_end_is_named(members, tmp_path):
    report = verify_members(cover_up(members | {"openings.jsonl": members["openings.jsonl"][:-1]}), tmp_path)

    assert {("member", "openings.jsonl")} == named(report.findings)


def test_an_endless_line_does_not_fill_the_memory(members, tmp_path):
    endless = b" " * (LINE_LIMIT + CHUNK)
    report = verify_members(members | {"states.jsonl": endless}, tmp_path)

    assert ("member", "states.jsonl") in named(report.findings)


def test_leaves_of_another_log_are_named(members, tmp_path):
    other = Ledger(origin="another.example")
    for _ in range(5):
        other.append("ledger.opened", {"type": "ledger", "uid": uid(0)})

    def replay(leaves):
        leaves[4] = other.leaves[4]

    assert ("leaf", "4") in leaves_after(members, tmp_path, replay)


def test_renumbered_leaves_fail_against_the_checkpoint(members, tmp_path):
    def renumber(leaves):
        del leaves[9]
        rechained(leaves, 9)

    assert leaves_after(members, tmp_path, renumber) == set()


def test_a_cut_tail_is_named_by_the_checkpoint(members, tmp_path):
    def cut(leaves):
        del leaves[10:]

    assert leaves_after(members, tmp_path, cut) == set()


def test_a_cut_tail_is_named_when_nobody_covered_it_up(members, tmp_path):
    report = verify_members(with_lines(members, "leaves.jsonl", lines(members, "leaves.jsonl")[:10]), tmp_path)

    assert {("leaf", "10-11"), ("checkpoint", "checkpoints/002")} <= named(report.findings)


def rewritten(ledger: Ledger, start: int) -> Ledger:
    """The ledger with its history from `start` on rewritten and signed again with the log's own key."""
    ledger.leaves[start] = edited(ledger.leaves[start], action="nothing.happened")
    rechained(ledger.leaves, start + 1)
    ledger.checkpoints = []
    ledger.checkpoint()
    return ledger


def test_a_history_rewritten_with_the_key_fails_against_an_older_checkpoint(ledger, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(ledger.checkpoints[1])
    path = write_bundle(rewritten(ledger, 9), tmp_path / "rewritten.zip")

    assert verify_bundle(path).fine
    findings = verify_bundle(path, outside=[kept]).findings

    assert {("checkpoint", str(kept))} == named(findings)
    assert "root of 12 entries differs: look at entries 0-11" in findings[0].message


def test_an_older_checkpoint_narrows_down_where_the_history_was_rewritten(ledger, tmp_path):
    for number, note in enumerate(ledger.checkpoints):
        (tmp_path / f"kept{number}").write_text(note)
    path = write_bundle(rewritten(ledger, 9), tmp_path / "rewritten.zip")
    findings = verify_bundle(path, outside=[tmp_path / "kept0", tmp_path / "kept1"]).findings

    assert [("checkpoint", str(tmp_path / "kept1"))] == sorted(named(findings))
    assert "look at entries 7-11" in findings[0].message


def test_a_restored_backup_is_shorter_than_the_checkpoint_outside(ledger, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(ledger.checkpoints[1])
    ledger.leaves, ledger.states, ledger.checkpoints = ledger.leaves[:7], ledger.states[:6], ledger.checkpoints[:1]
    ledger.segments = []
    digest = list(ledger.openings)[-1]
    del ledger.openings[digest]
    path = write_bundle(ledger, tmp_path / "old.zip")

    assert verify_bundle(path).fine
    findings = verify_bundle(path, outside=[kept]).findings

    assert {("checkpoint", str(kept))} == named(findings)
    assert findings[0].message == "covers 12 entries; the last of them are missing"


def test_a_checkpoint_outside_must_be_signed(ledger, bundle, tmp_path):
    forged = Checkpoint(ledger.origin, 12, root_of(map(leaf_hash, ledger.leaves)))
    kept = tmp_path / "kept"
    kept.write_text(signed(forged.body(), ledger.origin, lambda text: bytes(64), ledger.public_key))

    assert {("checkpoint", str(kept))} == named(verify_bundle(bundle, outside=[kept]).findings)


@pytest.mark.parametrize(("member", "value"), [("value", "another"), ("salt", "00" * 32), ("salt", "00")])
def test_a_changed_opening_is_named(members, tmp_path, member, value):
    openings = lines(members, "openings.jsonl")
    digest = json.loads(openings[3])["commitment"]
    openings[3] = edited(openings[3], **{member: value})
    report = verify_members(cover_up(with_lines(members, "openings.jsonl", openings)), tmp_path)

    assert ("opening", digest) in named(report.findings)


def test_a_missing_opening_is_named(members, tmp_path):
    openings = lines(members, "openings.jsonl")
    digest = json.loads(openings.pop(3))["commitment"]
    report = verify_members(cover_up(with_lines(members, "openings.jsonl", openings)), tmp_path)

    assert {("opening", digest)} == named(report.findings)


@pytest.mark.parametrize("opening", [{"commitment": "a" * 64}, {"commitment": "A" * 64, "salt": "", "value": 1}, [], 5])
def test_a_malformed_opening_is_named_by_its_line(members, tmp_path, opening):
    openings = [*lines(members, "openings.jsonl"), canonical(opening)]
    report = verify_members(cover_up(with_lines(members, "openings.jsonl", openings)), tmp_path)

    assert {("opening", f"line {len(openings)}")} == named(report.findings)


def test_openings_twice_or_of_nothing_are_named(members, tmp_path):
    openings = lines(members, "openings.jsonl")
    digest = json.loads(openings[0])["commitment"]
    report = verify_members(cover_up(with_lines(members, "openings.jsonl", [*openings, openings[0]])), tmp_path)

    assert {("opening", digest)} == named(report.findings)


def test_an_edited_state_is_named_and_with_it_the_signature_over_it(members, tmp_path):
    states = lines(members, "states.jsonl")
    fields = json.loads(states[4])["fields"] | {"severity": 1}
    states[4] = edited(states[4], fields=fields)
    report = verify_members(cover_up(with_lines(members, "states.jsonl", states)), tmp_path)

    assert {("state", f"{uid(100)} revision 5"), ("signature", uid(200))} <= named(report.findings)


def test_swapped_states_are_found_by_their_names(members, tmp_path):
    states = lines(members, "states.jsonl")
    states[0], states[1] = edited(states[0], revision=2), edited(states[1], revision=1)
    report = verify_members(cover_up(with_lines(members, "states.jsonl", states)), tmp_path)

    assert {("state", f"{uid(100)} revision 1"), ("state", f"{uid(100)} revision 2")} <= named(report.findings)


@pytest.mark.parametrize("folder", ["files", "segments"])
def test_exchanged_content_is_named(members, tmp_path, folder):
    name = next(each for each in members if each.startswith(folder))
    report = verify_members(cover_up(members | {name: b"something else"}), tmp_path)

    assert {(folder[:-1], name.partition("/")[2])} == named(report.findings)


@pytest.mark.parametrize("folder", ["files", "segments"])
def test_missing_content_is_named(members, tmp_path, folder):
    name = next(each for each in members if each.startswith(folder))
    del members[name]
    report = verify_members(cover_up(members), tmp_path)

    assert {(folder[:-1], name.partition("/")[2])} == named(report.findings)

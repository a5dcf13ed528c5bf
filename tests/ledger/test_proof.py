"""The proof of one record, one file to hand over."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoshin.ledger.commitments import commitment
from hoshin.ledger.merkle import Nodes, leaf_hash
from hoshin.ledger.proof import make_proof
from hoshin.ledger.verifier import verify_proof
from tests.ledger.ledgers import Ledger, named, uid


def proof_of(ledger: Ledger, record: str) -> dict:
    own = {seq: data for seq, data in enumerate(ledger.leaves) if f'"{record}"'.encode() in data}
    state = next((state for state in reversed(ledger.states) if state["uid"] == record), None)
    shown = b"".join(own.values()).decode() + json.dumps(state)
    text = make_proof(
        record=record,
        leaves=own,
        node=Nodes(map(leaf_hash, ledger.leaves)),
        checkpoint=ledger.checkpoints[-1],
        vkey=ledger.vkey,
        state=state,
        openings=[(digest, *opening) for digest, opening in ledger.openings.items() if digest in shown],
    )
    return json.loads(text)


@pytest.fixture
def proof(ledger) -> dict:
    return proof_of(ledger, uid(100))


@pytest.fixture
def verify(tmp_path):
    def verified(proof: object, **options):
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        return verify_proof(tmp_path / "proof.json", **options)

    return verified


def test_a_proof_has_no_differences(ledger, proof, verify):
    report = verify(proof, trust=[ledger.vkey])

    assert report.findings == report.notes == []
    assert report.counts == {"checkpoint signatures": 1, "entries": 9, "openings": 5}
    assert report.facts["record"] == uid(100)


def test_a_record_without_a_state_of_its_own_has_a_proof(ledger, verify):
    assert verify(proof_of(ledger, uid(401))).fine


def test_the_state_of_a_part_is_not_taken_for_the_record_s(ledger, verify):
    comment = {"type": "comment", "uid": uid(404)}
    ledger.append("comment.made", comment, record=uid(100), revision=1, state="a" * 64)
    ledger.checkpoint()

    assert verify(proof_of(ledger, uid(100))).fine


def test_a_leaf_that_stands_under_another_number_is_named(verify):
    ledger = Ledger()
    ledger.append("ledger.opened", {"type": "ledger", "uid": uid(0)})
    ledger.append("ledger.closed", {"type": "ledger", "uid": uid(0)})
    del ledger.leaves[0]
    ledger.checkpoint()

    assert {("leaf", "0")} == named(verify(proof_of(ledger, uid(0))).findings)


def changed_leaf(proof):
    proof["leaves"][2]["leaf"] = proof["leaves"][2]["leaf"].replace("changed", "changes")
    return "leaf", str(proof["leaves"][2]["seq"])


def misspelt_leaf(proof):
    proof["leaves"][2]["leaf"] += " "
    return "leaf", str(proof["leaves"][2]["seq"])


def changed_path(proof):
    proof["leaves"][0]["path"][0] = "0" * 64
    return "leaf", str(proof["leaves"][0]["seq"])


def changed_number(proof):
    proof["leaves"][0]["seq"] += 1
    return "leaf", str(proof["leaves"][0]["seq"])


def changed_state(proof):
    proof["state"]["fields"]["severity"] = 1
    return "state", proof["record"]


def changed_opening(proof):
    proof["openings"][0]["value"] = "another"
    return "opening", proof["openings"][0]["commitment"]


def another_opening(proof):
    digest = commitment("of another record", bytes(32))
    proof["openings"].append({"commitment": digest, "salt": bytes(32).hex(), "value": "of another record"})
    return "opening", digest


def changed_checkpoint(proof):
    proof["checkpoint"] = proof["checkpoint"].replace("\n12\n", "\n13\n")
    return "checkpoint", "checkpoint"


def another_record(proof):
    proof["record"] = uid(999)
    return "leaf", str(proof["leaves"][0]["seq"])


def reordered_leaves(proof):
    proof["leaves"].reverse()
    return "leaf", str(proof["leaves"][1]["seq"])


def another_format(proof):
    proof["format"] = 2
    return "proof", "proof.json"


def missing_member(proof):
    del proof["vkey"]
    return "proof", "proof.json"


def malformed_leaves(proof):
    proof["leaves"] = [5]
    return "proof", "proof.json"


def checkpoint_of_another_kind(proof):
    proof["checkpoint"] = 5
    return "proof", "proof.json"


@pytest.mark.parametrize(
    "tamper",
    [
        changed_leaf,
        misspelt_leaf,
        changed_path,
        changed_number,
        changed_state,
        changed_opening,
        another_opening,
        changed_checkpoint,
        another_record,
        reordered_leaves,
        another_format,
        missing_member,
        malformed_leaves,
        checkpoint_of_another_kind,
    ],
)
def test_what_was_tampered_with_is_named(proof, verify, tamper):
    expected = tamper(proof)

    assert expected in named(verify(proof).findings)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_digit_of_a_path_is_accepted(proof, verify, data):
    leaf = data.draw(st.sampled_from(proof["leaves"]))
    row = data.draw(st.integers(0, len(leaf["path"]) - 1))
    sibling = bytearray.fromhex(leaf["path"][row])
    sibling[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    original, leaf["path"][row] = leaf["path"][row], sibling.hex()
    found = named(verify(proof).findings)
    leaf["path"][row] = original

    assert ("leaf", str(leaf["seq"])) in found


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 5000])
def test_what_is_no_proof_is_named(tmp_path, text):
    (tmp_path / "proof.json").write_text(text)

    assert {("proof", "proof.json")} == named(verify_proof(tmp_path / "proof.json").findings)

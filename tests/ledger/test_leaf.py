"""Leaves: what they may say, and that whatever is written is read."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.ledger.canonical import NotCanonical, canonical, parse_canonical
from hoshin.ledger.leaf import leaf
from hoshin.ledger.verifier import LEAF_FIELDS, match_leaf
from tests.ledger.test_canonical import TEXT, VALUES

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))
LEAST = {
    "origin": "log",
    "seq": 0,
    "previous": None,
    "recorded_at": NOW,
    "actor": {"type": "system"},
    "action": "ledger.opened",
    "subject": {"type": "ledger", "uid": "u"},
}
MOST = LEAST | {
    "seq": 7,
    "previous": bytes(32),
    "actor": {"type": "person", "uid": "u1", "role": "quality manager", "via": "passkey", "for": "u2"},
    "record": "r",
    "revision": 3,
    "occurred_at": NOW,
    "reason": {"#": "c" * 64},
    "state": "a" * 64,
    "files": ["f" * 64, "b" * 64, "f" * 64],
    "segments": ["e" * 64],
    "batch": "b",
    "detail": {"rows": 2},
}


def test_the_least_leaf_has_these_bytes():
    expected = (
        '{"action":"ledger.opened","actor":{"type":"system"},"format":1,"origin":"log",'
        '"recorded_at":"2026-01-05T08:00:00.000000Z","seq":0,"subject":{"type":"ledger","uid":"u"}}'
    )

    assert expected == leaf(**LEAST).decode()


def test_a_leaf_carries_all_its_fields():
    entry = parse_canonical(leaf(**MOST))

    assert [name for name, _, _ in LEAF_FIELDS] == sorted(entry)
    assert entry["files"] == ["b" * 64, "f" * 64]
    assert entry["previous"] == "00" * 32
    assert entry["occurred_at"] == "2026-01-05T08:00:00.000000Z"


@given(VALUES, TEXT, TEXT, TEXT)
def test_what_is_written_is_read_field_by_field(detail, reason, action, uid):
    data = leaf(**MOST | {"detail": detail, "reason": reason, "action": action, "subject": {"type": "t", "uid": uid}})
    read = match_leaf(data.decode())
    expected = {"action": action, "reason": reason, "subject_uid": uid} | ({} if detail is None else {"detail": detail})

    assert parse_canonical(data)
    assert expected == {name: json.loads(read[name]) for name in expected}


@given(st.data())
def test_the_pattern_and_the_canonical_check_agree_on_changed_bytes(data):
    changed = bytearray(leaf(**MOST | {"detail": "free", "reason": 'said "no"\n'}))
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = match_leaf(bytes(changed).decode())
        detail = read and parse_canonical(read["detail"].encode())
    except (UnicodeDecodeError, NotCanonical):
        read = detail = None
    if read and detail is not None:
        assert canonical(parse_canonical(bytes(changed))) == bytes(changed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", {"type": "robot"}),
        ("actor", {"type": "person", "name": "Ada"}),
        ("action", 5),
        ("subject", {"type": "t"}),
        ("subject", {"type": "t", "uid": "u", "name": "n"}),
        ("reason", {"text": "free"}),
        ("reason", {"#": "short"}),
        ("state", "A" * 64),
        ("files", ["name.pdf"]),
        ("segments", ["x"]),
        ("revision", True),
        ("revision", -1),
        ("revision", 2**53),
        ("seq", -1),
        ("seq", 0),
        ("previous", None),
        ("previous", b"short"),
        ("origin", None),
        ("record", 5),
        ("batch", 5),
        ("detail", 1.5),
        ("action", "\ud800"),
    ],
)
def test_what_no_leaf_can_say_is_refused(field, value):
    with pytest.raises(ValueError):
        leaf(**MOST | {field: value})


def test_the_refusal_names_the_field():
    with pytest.raises(ValueError, match=r"files of a leaf cannot be .'name.pdf'"):
        leaf(**MOST | {"files": ["name.pdf"]})


def test_a_state_needs_its_revision():
    with pytest.raises(ValueError, match="revision"):
        leaf(**MOST | {"revision": None})


def test_an_instant_without_zone_is_refused():
    with pytest.raises(NotCanonical, match="no zone"):
        leaf(**LEAST | {"recorded_at": dt.datetime(2026, 1, 5)})

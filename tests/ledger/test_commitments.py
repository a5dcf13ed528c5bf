"""Commitments and state documents."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.ledger.commitments import COMMITTED, SALT_SIZE, commitment, committed, is_commitment, new_salt
from hoshin.ledger.state import differences, signed_content, state_hash
from tests.ledger.test_canonical import VALUES

SALT = bytes(range(32))


def test_a_commitment_is_an_hmac_over_the_canonical_value():
    expected = hmac.new(SALT, '{"a":"ü"}'.encode(), hashlib.sha256).hexdigest()

    assert expected == commitment({"a": "ü"}, SALT)


def test_salts_are_long_and_differ():
    salts = {new_salt() for _ in range(100)}

    assert len(salts) == 100
    assert {SALT_SIZE} == {len(salt) for salt in salts}


def test_a_short_salt_is_refused():
    with pytest.raises(ValueError, match="32 bytes, 3 given"):
        commitment("value", b"abc")


def test_a_committed_value_is_known_by_its_form():
    digest = commitment("value", SALT)

    assert {COMMITTED: digest} == committed(digest)
    assert is_commitment(committed(digest))
    assert not any(map(is_commitment, [digest, {"#": "x"}, {"#": digest, "x": 1}, {"#": 5}, None]))


def test_the_hash_of_a_state_document_is_over_its_canonical_bytes():
    expected = hashlib.sha256(b'{"kind":"capa","uid":"u"}').hexdigest()

    assert expected == state_hash({"uid": "u", "kind": "capa"})


def test_signed_content_is_the_declared_content_alone():
    document = {"format": 1, "kind": "capa", "uid": "u", "revision": 2, "schema": "capa/1"}
    document |= {"fields": {"a": 1, "owner": "x"}, "parts": {"p": [], "q": []}, "files": [{"sha256": "f", "name": {}}]}
    content = (
        '{"fields":{"a":1},"files":[{"name":{},"sha256":"f"}],"kind":"capa","parts":{"q":[]},"revision":2,"uid":"u"}'
    )

    assert hashlib.sha256(content.encode()).hexdigest() == signed_content(document, ["a", "q", "absent"])


def test_differences_name_the_place():
    old = {"fields": {"severity": 1, "title": {"#": "a" * 64}, "gone": 5}, "revision": 1}
    new = {"fields": {"severity": 2, "title": {"#": "b" * 64}, "new": True}, "revision": 1}
    expected = [
        (("fields", "severity"), 1, 2),
        (("fields", "title"), {"#": "a" * 64}, {"#": "b" * 64}),
        (("fields", "gone"), 5, None),
        (("fields", "new"), None, True),
    ]

    assert expected == list(differences(old, new))


def test_lines_of_parts_are_matched_by_uid():
    old = {"parts": {"why": [{"uid": "1", "text": "a"}, {"uid": "2", "text": "b"}]}}
    new = {"parts": {"why": [{"uid": "1", "text": "a"}, {"uid": "3", "text": "c"}, {"uid": "2", "text": "B"}]}}
    expected = [
        (("parts", "why", "2", "text"), "b", "B"),
        (("parts", "why", "3"), None, {"uid": "3", "text": "c"}),
    ]

    assert expected == list(differences(old, new))


def test_a_new_order_is_a_difference():
    old, new = [{"uid": "1"}, {"uid": "2"}], [{"uid": "2"}, {"uid": "1"}]

    assert list(differences(old, new)) == [(("order",), ["1", "2"], ["2", "1"])]


def test_true_is_not_one():
    assert list(differences({"n": 1}, {"n": True})) == [(("n",), 1, True)]


@given(VALUES)
def test_nothing_differs_from_itself(value):
    assert list(differences(value, value)) == []


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.dictionaries(st.text(), st.integers() | st.text()))
def test_differences_turn_the_old_into_the_new(old, new):
    result = dict(old)
    for (name,), _, value in differences(old, new):
        if value is None:
            del result[name]
        else:
            result[name] = value

    assert new == result

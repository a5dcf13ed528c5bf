"""Canonical JSON against RFC 8785, and the written forms of values."""

import datetime as dt
import json
import math
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.ledger.canonical import NotCanonical, canonical, parse_canonical
from hoshin.ledger.values import written

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def reference(value) -> str:
    """RFC 8785, section 3.2, written down a second time and slowly."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{reference(key)}:{reference(member)}" for key, member in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(reference, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(character, value)) + '"'
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or value is True or value is False
        else str(value)
    )


def character(char: str) -> str:
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    return short.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 32 else char)


@given(VALUES)
def test_fast_path_writes_what_the_standard_says(value):
    expected = reference(value).encode()

    assert expected == canonical(value)


@given(VALUES)
def test_what_is_written_reads_back(value):
    assert value == parse_canonical(canonical(value))


# RFC 8785, section 3.2.2 and 3.2.3, and the test data of its appendix, as far as keys are ASCII and numbers integers.
VECTORS = [
    ('"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
    ("[null, true, false]", "[null,true,false]"),
    ('[56, {"d": true, "10": null, "1": []}]', '[56,{"1":[],"10":null,"d":true}]'),
    (
        '{"1": {"f": {"f": "hi", "F": 5}, "\\n": 56}, "10": {}, "": "empty", "a": {},'
        ' "111": [{"e": "yes", "E": "no"}], "A": {}}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ),
    ('{"Unnormalized Unicode": "A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'),
    (
        '{"\\r": "Carriage Return", "1": "One", "</script>": "Tag"}',
        '{"\\r":"Carriage Return","1":"One","</script>":"Tag"}',
    ),
    ('"\\u007f\\u0080\\u2028\\ud83d\\ude00"', '"\u007f\u0080\u2028\U0001f600"'),
    ("[0, 9007199254740991, -9007199254740991]", "[0,9007199254740991,-9007199254740991]"),
]


@pytest.mark.parametrize(("source", "expected"), VECTORS)
def test_vectors_of_the_standard(source, expected):
    assert expected.encode() == canonical(json.loads(source))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "$"),
        ({"a": [0, {"b": math.nan}]}, "$.a[1].b"),
        ([math.inf], "$[0]"),
        (2**53, "$"),
        ({"n": -(2**53)}, "$.n"),
        ({"name": "\ud800"}, "$.name"),
        ({"\u20ac": 1}, "$"),
        ({"a": {1: 2}}, "$.a"),
        ({"\ud800": 1}, "$"),
        (Decimal("1.5"), "$"),
        ({"d": dt.date(2026, 1, 1)}, "$.d"),
        (b"bytes", "$"),
        ({"s": {1, 2}}, "$.s"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_place(value, place):
    with pytest.raises(NotCanonical) as refusal:
        canonical(value)

    assert place == str(refusal.value).split(":")[0]


def test_a_value_that_contains_itself_is_refused():
    value = []
    value.append(value)

    with pytest.raises(NotCanonical, match="nested too deeply"):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000F"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\x01"}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        '{"ä":1}'.encode(),
        b"",
        b"[" * 100_000,
        b"[]" * 2,
    ],
)
def test_other_spellings_are_refused(data):
    with pytest.raises(NotCanonical):
        parse_canonical(data)


@given(VALUES, st.data())
def test_one_changed_byte_never_reads_as_the_same_value(value, data):
    written = canonical(value)
    at = data.draw(st.integers(0, len(written) - 1))
    changed = bytearray(written)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        other = parse_canonical(bytes(changed))
    except NotCanonical:
        return

    assert canonical(other) == bytes(changed) != written


MUNICH = ZoneInfo("Europe/Berlin")
WRITTEN = [
    (Decimal("2.50"), "2.50"),
    (Decimal("1E+3"), "1000"),
    (Decimal("1E-9"), "0.000000001"),
    (0.1, "0.1"),
    (1e-7, "1e-07"),
    (1.0, "1.0"),
    (dt.date(2026, 3, 29), "2026-03-29"),
    (dt.datetime(2026, 3, 29, 3, 30, tzinfo=MUNICH), "2026-03-29T01:30:00.000000Z"),
    (dt.datetime(999, 1, 1, 0, 0, 0, 7, tzinfo=dt.UTC), "0999-01-01T00:00:00.000007Z"),
    (True, True),
    (7, 7),
    ("text", "text"),
    ({"a": None, "b": Decimal("1.0")}, {"b": "1.0"}),
    ([Decimal("1.0"), None], ["1.0", None]),
]


@pytest.mark.parametrize(("value", "expected"), WRITTEN)
def test_values_are_written_in_one_way(value, expected):
    assert expected == written(value)


@pytest.mark.parametrize("value", [math.nan, -math.inf, Decimal("NaN"), dt.datetime(2026, 1, 1), {1}, b"x"])
def test_values_without_a_written_form_are_refused(value):
    with pytest.raises(NotCanonical):
        written(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back_as_themselves(number):
    assert number == float(written(number))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_read_back_with_their_value(number):
    assert number == Decimal(written(number))

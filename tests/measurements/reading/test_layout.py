import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.measurements import reading
from hoshin.measurements.reading import Column, Dialect, Layout, LayoutError, Role, signature

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
LAYOUTS = st.builds(
    Layout,
    columns=st.lists(st.builds(Column, WORDS, st.sampled_from([r for r in Role if r != Role.SIZE])), max_size=5).map(
        lambda columns: (Column("x", Role.VALUE), *columns)
    ),
    dialect=st.builds(Dialect, separator=st.sampled_from(",;\t"), decimal=st.sampled_from(",.")),
    header=st.integers(0, 9),
    date_order=st.sampled_from(("YMD", "DMY", "MDY")),
    zone=st.sampled_from(("UTC", "Europe/Berlin")),
    missing=st.lists(WORDS).map(tuple),
)


@given(LAYOUTS)
def test_a_layout_is_remembered_as_json(layout):
    assert layout == Layout.from_json(json.loads(json.dumps(layout.to_json())))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"columns": [{"name": "a", "role": "weight"}]}, "found the role 'weight', accepted are 'characteristic'"),
        ({"columns": [{"name": "a", "role": "time"}]}, "no column with the role value"),
        ({"columns": [{"name": n, "role": r} for n, r in (("a", "value"), ("b", "size"), ("c", "size"))]}, "on b, c"),
        ({"zone": "Europe/Bonn"}, 'the time zone "Europe/Bonn", accepted are IANA names'),
        ({"date_order": "DYM"}, "found the date order 'DYM', accepted are 'YMD', 'DMY', 'MDY'"),
        ({"dialect": {"separator": "x"}}, "found the separator 'x'"),
        ({"dialect": {"colour": "x"}}, "found a layout that is not one"),
        ({"colour": "red"}, "found the fields colour, columns"),
    ],
)
def test_a_layout_that_is_none_is_refused(changed, message):
    with pytest.raises(LayoutError, match=message):
        Layout.from_json({"columns": [{"name": "a", "role": "value"}]} | changed)


def test_a_column_is_corrected_by_name():
    layout = Layout((Column("a", Role.VALUE), Column("b", Role.VALUE)))

    assert layout.with_role("b", "lot").columns == (Column("a", Role.VALUE), Column("b", Role.LOT))
    with pytest.raises(LayoutError, match='no column "c", accepted are a, b'):
        layout.with_role("c", "lot")


def test_a_signature_passes_over_case_and_blanks():
    assert signature(["Lot No", "Width"]) == signature(["  lot   no", "WIDTH "])
    assert signature(["a", "b"]) != signature(["b", "a"])


def test_a_remembered_layout_is_used_for_the_same_columns(tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("serial,width,height\nA1,1.5,2.5\nA2,1.6,2.6\n")
    second.write_bytes("serial;width;HEIGHT\r\nÄ3;1,5;2,5\r\n".encode("cp1252"))
    corrected = reading.guess(first).layout.with_role("height", Role.IGNORE)

    guess = reading.guess(second, remembered=[corrected])

    assert guess.remembered
    table = reading.read(second, guess.layout)
    assert (table.names, table.value.tolist(), table.lot.texts()) == (("width",), [1.5], ["Ä3"])


def test_the_same_file_twice_has_the_same_fingerprint(tmp_path):
    one, again, other = (tmp_path / name for name in ("one.csv", "again.csv", "other.csv"))
    one.write_text("a\n1\n")
    again.write_text("a\n1\n")
    other.write_text("a\n2\n")

    assert reading.fingerprint(one) == reading.fingerprint(again) != reading.fingerprint(other)

import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given

from hoshin.measurements.columns import Columns, ColumnsError

from . import cast


def one(**changed):
    return Columns(**{"row": [1], "characteristic": [2], "sequence": [3], "value": [4.5]} | changed)


def test_what_is_not_given_is_filled():
    found = one()

    assert np.isnat(found.time[0]) and np.isnan(found.size[0])
    assert (found.subgroup[0], found.lot[0], found.gauge[0], found.operator[0]) == (-1, 0, 0, 0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"row": [1.5]}, "row: found float64, accepted are integers"),
        ({"value": ["4,5"]}, "value: found <U3, accepted are real numbers"),
        ({"value": [float("inf")]}, "value: found inf at 0, accepted are numbers up to 1e.100 or NaN"),
        ({"size": [-2e100]}, "size: found -2e.100 at 0"),
        ({"time": [20240101]}, "time: found int64, accepted is datetime64"),
        ({"value": [1.0, 2.0]}, "value: found 2 rows, accepted are 1"),
        ({"value": None}, "value: nothing given"),
        ({"lot": np.array([2**63], np.uint64)}, "accepted are integers below"),
        ({"value": [[1.0]]}, "value: found 2 dimensions"),
    ],
)
def test_what_is_no_column_is_named(changed, message):
    with pytest.raises(ColumnsError, match=message):
        one(**changed)


def test_columns_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        one().value[0] = 9


def test_the_fingerprint_is_that_of_the_documented_bytes():
    missing_time, missing = -(2**63), float("nan")
    content = struct.pack("<qqqqddqqqq", 1, 2, 3, missing_time, 4.5, missing, -1, 0, 0, 0)
    expected = hashlib.sha256(b"hoshin measurement columns 1\n" + struct.pack("<Q", 1) + content).hexdigest()

    assert expected == one().fingerprint()


@given(cast.columns())
def test_the_fingerprint_does_not_depend_on_the_order_of_rows(rows):
    assert rows.fingerprint() == rows.sorted().fingerprint()


@given(cast.columns(min_size=1))
def test_the_fingerprint_sees_a_changed_value(rows):
    changed = rows.value.copy()
    changed[0] = 1.0 if np.isnan(changed[0]) else np.nan

    assert rows.fingerprint() != rows.replace(value=changed).fingerprint()


@given(cast.columns())
def test_sorted_rows_are_sorted(rows):
    assert rows.sorted().is_sorted()
    assert sorted(rows.row.tolist()) == sorted(rows.sorted().row.tolist())

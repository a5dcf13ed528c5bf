import numpy as np
import pytest

from hoshin.measurements import reading
from hoshin.measurements.reading import Role


def guessed(tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_text(text)
    guess = reading.guess(path)
    return guess, {column.name: column.role.value for column in guess.layout.columns}


def lines(header, rows):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def test_every_column_has_a_role_and_a_reason(tmp_path):
    guess, roles = guessed(tmp_path, "sample,D,size,trial\n1,12,50,True\n2,15,50,True\n3,8,50,False\n")

    assert roles == {"sample": "subgroup", "D": "value", "size": "size", "trial": "ignore"}
    assert guess.reasons[3] == "by its name a phase or a flag, not a measurement"
    assert guess.layout.kind == "long"


def test_labels_within_which_times_do_not_repeat_name_the_characteristics(tmp_path):
    rows = [(h, f"2024-{m:02}-01", 3 + m % 4, 900.5 + m) for h in "AB" for m in range(1, 13)]
    _, roles = guessed(tmp_path, lines("ward,month,infections,days", rows))

    assert roles == {"ward": "characteristic", "month": "time", "infections": "value", "days": "size"}


def test_sensors_named_alike_are_measured_even_if_one_stands_still(tmp_path):
    rows = [(100 + n % 7 * 0.1, 0, n % 2, 5.5 + n) for n in range(40)]
    guess, roles = guessed(tmp_path, lines("s1,s2,s3,s4", rows))

    assert set(roles.values()) == {"value"}
    assert guess.layout.kind == "wide"


def test_settings_of_an_experiment_are_not_measured(tmp_path):
    rows = [(50.25 + n * n, -1 if n % 2 else 1, n % 4 + 1) for n in range(16)]
    _, roles = guessed(tmp_path, lines("yield,x1,oven", rows))

    assert roles == {"yield": "value", "x1": "ignore", "oven": "ignore"}


def test_a_number_that_can_only_mean_missing_does(tmp_path):
    guess, _ = guessed(tmp_path, "iron,copper\n52.7,24.6\n-999.0,24.7\n51.7,-999.0\n51.3,24.1\n")

    table = reading.read(tmp_path / "file.csv", guess.layout)
    assert np.array_equal([52.7, 24.6, np.nan, 24.7, 51.7, np.nan, 51.3, 24.1], table.value, equal_nan=True)
    assert guess.notes == ("-999.0 in iron, where all else is 0 or more, is taken as missing",)


def test_the_value_beside_limits_is_the_value(tmp_path):
    rows = [(c, 1.5 + n, 1.0, 9.25) for n in range(5) for c in ("width", "depth")]
    _, roles = guessed(tmp_path, lines("feature,value,lower,upper", rows))

    assert roles == {"feature": "characteristic", "value": "value", "lower": "ignore", "upper": "ignore"}


def test_a_wide_table_keeps_missing_values_in_their_place(tmp_path):
    guess, _ = guessed(tmp_path, "serial,a,b\nS1,1.5,\nS2,,2.5\nS3,3.5,4.5\n")

    table = reading.read(tmp_path / "file.csv", guess.layout)

    assert table.names == ("a", "b")
    assert np.array_equal([1.5, np.nan, np.nan, 2.5, 3.5, 4.5], table.value, equal_nan=True)
    assert table.lot.texts() == ["S1", "S1", "S2", "S2", "S3", "S3"]
    assert table.sequence().tolist() == [0, 0, 1, 1, 2, 2]
    assert table.sequence(start=[10, 0]).tolist() == [10, 0, 11, 1, 12, 2]


def test_subgroups_are_the_numbers_of_the_file_or_counted(tmp_path):
    numbered, _ = guessed(tmp_path, "diameter,sample\n74.03,31\n74.01,31\n73.99,32\n")
    assert reading.read(tmp_path / "file.csv", numbered.layout).subgroup.tolist() == [31, 31, 32]

    worded, _ = guessed(tmp_path, "diameter,sample\n74.03,early\n74.01,early\n73.99,\n73.98,late\n")
    table = reading.read(tmp_path / "file.csv", worded.layout)
    assert (table.subgroup.tolist(), table.subgroup_labels) == ([0, 0, -1, 1], ("early", "late"))


def test_several_characteristic_columns_and_values_name_it_together(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("ward,floor,n,m\nA,1,5,6\nA,2,7,8\nA,1,9,1\n")
    layout = reading.guess(path).layout
    for name, role in (("ward", Role.CHARACTERISTIC), ("floor", Role.CHARACTERISTIC), ("n", "value"), ("m", "value")):
        layout = layout.with_role(name, role)

    table = reading.read(path, layout)

    assert table.names == ("A · 1 · n", "A · 1 · m", "A · 2 · n", "A · 2 · m")
    assert [table.names[code] for code in table.characteristic][2:4] == ["A · 2 · n", "A · 2 · m"]


def test_two_columns_of_one_name_are_told_apart(tmp_path):
    guess, roles = guessed(tmp_path, "width,width,\n1.5,2.5,3.25\n1.75,2.25,3.5\n")

    assert list(roles) == ["width", "width (2)", "column 3"]
    assert len(reading.read(tmp_path / "file.csv", guess.layout)) == 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found an empty file"),
        (" \n\n", "found an empty file"),
        ("name,colour\nAna,red\nMax,blue\n", "found no column of numbers"),
    ],
)
def test_a_file_without_measurements_is_refused(tmp_path, text, message):
    with pytest.raises(reading.ReadingError, match=message):
        guessed(tmp_path, text)

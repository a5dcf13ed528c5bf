import numpy as np
import pytest

from hoshin.measurements import reading
from hoshin.measurements.reading import BadCell, BadCells, Column, Layout, LayoutError, Role
from hoshin.measurements.reading.errors import letter

TEXT = """characteristic,time,value,size
width,2024-01-01,1.5,5
width,2024-02-30,1.6,5
width,2024-01-03,"1,7",5
,2024-01-04,1_8,-5

width,2024-01-05,NA,5
width,2024-01-06,<2,inf
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(TEXT)
    return path


@pytest.fixture
def layout():
    names = ("characteristic", "time", "value", "size")
    return Layout(tuple(Column(name, Role(name)) for name in names))


NUMBER = "a number with decimal point (12.5), or empty"
EXPECTED = [
    (3, "B", "time", "2024-02-30", "a time such as 2024-01-31 14:05:00, or empty"),
    (4, "C", "value", "1,7", NUMBER),
    (5, "A", "characteristic", "", "the name of a characteristic"),
    (5, "C", "value", "1_8", NUMBER),
    (5, "D", "size", "-5", "a size of 0 or more, or empty"),
    (8, "C", "value", "<2", NUMBER),
    (8, "D", "size", "inf", "a size of 0 or more, or empty"),
]


def test_every_bad_cell_is_named_by_row_and_column(path, layout):
    dry = reading.dry_run(path, layout)

    assert [BadCell(*cell) for cell in EXPECTED] == list(dry.bad)
    assert (dry.bad_count, dry.rows, dry.values, dry.missing, dry.fine) == (7, 6, 2, 1, False)


def test_a_bad_cell_says_where_what_and_what_would_do(path, layout):
    expected = f'row 4, column C (value): found "1,7", accepted is {NUMBER}'

    assert expected == str(reading.dry_run(path, layout).bad[1])


def test_the_list_is_limited_and_the_count_is_whole(path, layout):
    dry = reading.dry_run(path, layout, limit=2)

    assert [BadCell(*cell) for cell in EXPECTED[:2]] == list(dry.bad)
    assert dry.bad_count == 7


def test_a_file_with_a_bad_cell_is_not_read_at_all(path, layout):
    with pytest.raises(BadCells, match="7 cells cannot be taken, nothing was read") as refused:
        reading.read(path, layout)
    assert list(refused.value.cells) == [BadCell(*cell) for cell in EXPECTED]


def test_the_first_of_very_many_bad_cells_are_those_listed(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("a,b\n" + "x,y\n" * 30_000)
    layout = Layout((Column("a", Role.VALUE), Column("b", Role.VALUE)))

    dry = reading.dry_run(path, layout, limit=3)

    assert dry.bad_count == 60_000
    assert [(cell.row, cell.letter) for cell in dry.bad] == [(2, "A"), (2, "B"), (3, "A")]


def test_rows_of_another_length_are_named(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b\n1,2\n3\n4,5,6\n7,8,\n")
    layout = Layout((Column("a", Role.VALUE), Column("b", Role.VALUE)))

    dry = reading.dry_run(path, layout)

    assert [(cell.row, cell.letter, cell.found) for cell in dry.bad] == [
        (3, "B", "a row of 1 cells"),
        (4, "C", "a row of 3 cells"),
    ]
    assert dry.values == 4


def test_rows_after_a_quoted_line_break_keep_their_number(tmp_path):
    path = tmp_path / "breaks.csv"
    path.write_text('lot,a\n"one\ntwo",1\n\nthree,oops\n')
    layout = Layout((Column("lot", Role.LOT), Column("a", Role.VALUE)))

    assert [cell.row for cell in reading.dry_run(path, layout).bad] == [5]


def test_column_letters_go_on_after_z():
    from_position = [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)]

    assert from_position == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_true_and_false_are_one_and_nought(tmp_path):
    path = tmp_path / "flags.csv"
    path.write_text("death\nTRUE\nfalse\n\nNA\nTrue\n")

    table = reading.read(path, Layout((Column("death", Role.VALUE),)))

    assert np.array_equal([1, 0, np.nan, 1], table.value, equal_nan=True)


def test_a_file_whose_columns_are_others_is_refused(tmp_path, layout):
    path = tmp_path / "other.csv"
    path.write_text("characteristic,value,time,size\nwidth,1,2024-01-01,1\n")

    with pytest.raises(LayoutError, match='row 1, column B: found "value", accepted is "time"'):
        reading.read(path, layout)


def test_a_file_with_fewer_columns_is_refused(tmp_path, layout):
    path = tmp_path / "other.csv"
    path.write_text("characteristic,value\nwidth,1\n")

    with pytest.raises(LayoutError, match="row 1: found 2 columns, accepted are the 4 of the layout"):
        reading.dry_run(path, layout)


def test_a_dry_run_sums_up_each_characteristic(tmp_path, layout):
    path = tmp_path / "good.csv"
    path.write_text("characteristic,time,value,size\nw,2024-01-02,1,\nh,,7,\nw,2024-01-01,3,\nw,2024-01-03,,\n")

    width, height = reading.dry_run(path, layout).characteristics

    assert (width.name, width.n, width.missing, width.minimum, width.maximum, width.mean) == ("w", 2, 1, 1.0, 3.0, 2.0)
    assert (width.first, width.last) == (np.datetime64("2024-01-01"), np.datetime64("2024-01-03"))
    assert (height.name, height.n, height.first) == ("h", 1, None)


def test_progress_goes_from_nought_to_one(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a\n" + "1\n" * 100_000)
    told = []

    reading.read(path, Layout((Column("a", Role.VALUE),)), progress=told.append)

    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 2

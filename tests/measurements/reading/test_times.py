from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.measurements import reading
from hoshin.measurements.reading import Column, Layout, Role, times

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
MISSING = frozenset(("", "NA"))


def parsed(cells, order="YMD", zone=UTC):
    return times.parse(cells, order, zone, MISSING)


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2024-03-01", "YMD", "2024-03-01"),
        ("2024-03-01 08:30", "YMD", "2024-03-01T08:30"),
        ("2024-03-01T08:30:15.25", "DMY", "2024-03-01T08:30:15.25"),
        ("2024/3/1 8:30", "YMD", "2024-03-01T08:30"),
        ("2024-03-01T08:30:00Z", "YMD", "2024-03-01T08:30"),
        ("2024-03-01T08:30:00+02:00", "YMD", "2024-03-01T06:30"),
        ("01.03.2024 08:30", "DMY", "2024-03-01T08:30"),
        ("1/3/24", "DMY", "2024-03-01"),
        ("1/3/99", "DMY", "1999-03-01"),
        ("3/1/2024 8:30:00 PM", "MDY", "2024-03-01T20:30"),
        ("3/1/2024 12:05 am", "MDY", "2024-03-01T00:05"),
        ("1-Mar-2024", "YMD", "2024-03-01"),
        ("1. März 2024 08:30", "YMD", "2024-03-01T08:30"),
        ("20240301T083000", "YMD", "2024-03-01T08:30"),
        ("2024-03", "YMD", "2024-03-01"),
    ],
)
def test_a_time_is_read_as_people_write_it(cell, order, expected):
    found = parsed([cell], order)

    assert (found.utc[0], found.bad) == (np.datetime64(expected), {})


@pytest.mark.parametrize(
    "cell", ["31.02.2024", "13/13/2024", "25:00", "2024-03-01 25:00", "tomorrow", "1", "01.03.0024"]
)
def test_what_is_no_time_is_bad(cell):
    assert [cell] == list(parsed([cell], "DMY").bad)


def test_a_date_with_the_day_first_is_bad_where_the_year_was_said_to_be_first():
    assert parsed(["01.03.2024"]).bad == {"01.03.2024": "a time such as 2024-01-31 14:05:00, or empty"}


def test_a_year_far_off_is_bad():
    assert parsed(["0204-03-01"]).bad == {"0204-03-01": "a year from 1900 to 2199"}


@given(st.lists(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1))))
def test_orders_differ_only_in_the_writing(moments):
    expected = np.array(moments, "datetime64[s]")

    for order, shape in (("YMD", "%Y-%m-%d %H:%M:%S"), ("DMY", "%d.%m.%Y %H:%M:%S"), ("MDY", "%m/%d/%Y %H:%M:%S")):
        assert np.array_equal(expected, parsed([m.strftime(shape) for m in moments], order).utc)


@given(st.lists(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2037, 1, 1))))
def test_a_zone_is_applied_as_the_standard_library_applies_it(moments):
    utc, gap, _ = times.to_utc(np.array(moments, "datetime64[us]"), BERLIN)

    expected = np.array([(m - m.replace(tzinfo=BERLIN).utcoffset()) for m in moments], "datetime64[us]")
    assert np.array_equal(expected[~gap], utc[~gap])


def test_an_hour_that_the_clocks_skip_is_bad_and_one_they_repeat_is_named(tmp_path):
    path = tmp_path / "clocks.csv"
    path.write_text("time,a\n2024-03-31 01:59,1\n2024-03-31 02:30,2\n2024-03-31 03:00,3\n2024-10-27 02:30,4\n")
    layout = Layout((Column("time", Role.TIME), Column("a", Role.VALUE)), zone="Europe/Berlin")

    dry = reading.dry_run(path, layout)

    (bad,) = dry.bad
    assert (bad.row, bad.found) == (3, "2024-03-31 02:30")
    assert bad.accepted == "a time that exists in Europe/Berlin (clocks were put forward over this one)"
    assert dry.notices == (
        "1 local times stand twice",
        'row 5: "2024-10-27 02:30" stands twice in Europe/Berlin (clocks were put back); the first was taken',
    )


def test_times_become_utc_from_the_zone_of_the_import(tmp_path):
    path = tmp_path / "clocks.csv"
    path.write_text("time,a\n2024-01-31 08:00,1\n2024-07-31 08:00,2\n2024-07-31 08:00Z,3\n,4\n")
    layout = Layout((Column("time", Role.TIME), Column("a", Role.VALUE)), zone="Europe/Berlin")

    found = reading.read(path, layout).time

    expected = np.array(["2024-01-31T07:00", "2024-07-31T06:00", "2024-07-31T08:00", "NaT"], "datetime64[us]")
    assert np.array_equal(expected, found, equal_nan=True)


def test_a_date_and_a_time_of_day_in_two_columns_are_one_time(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("Date;Time;width\n31.01.2024;08:15:30;5,5\n01.02.2024;09:00:00;5,6\n")

    layout = reading.guess(path).layout

    assert layout.date_order == "DMY"
    expected = ["2024-01-31T08:15:30", "2024-02-01T09:00:00"]
    assert expected == np.datetime_as_string(reading.read(path, layout).time, unit="s").tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-01-02"], ("YMD", False)),
        (["01/02/2024", "13/02/2024"], ("DMY", False)),
        (["01/02/2024", "01/13/2024"], ("MDY", False)),
        (["01.02.2024"], ("DMY", False)),
        (["01/02/2024", "02/02/2024"], ("DMY", True)),
        (["01/12/2024", "02/11/2024"], ("MDY", True)),
    ],
)
def test_the_order_of_dates_is_told_by_the_dates(cells, expected):
    assert expected == times.order_of(cells)


def test_an_order_that_the_dates_do_not_tell_is_asked(tmp_path):
    path = tmp_path / "asked.csv"
    path.write_text("date,width\n01/02/2024,5.5\n02/02/2024,5.6\n")

    (question,) = reading.guess(path).questions

    assert (question.about, question.choices) == ("date_order", ("DMY", "MDY"))
    assert "day first was taken" in question.text

"""Layouts of many characteristics, their ranks, and results with a column for each field."""

import numpy as np
import pytest

from hoshin.stats._layout import read_series
from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats._results import Many, Ragged
from hoshin.stats.errors import StatisticsError
from hoshin.stats.reliability import exponential, kaplan_meier
from hoshin.stats.segments import Segments

LIVES = exponential([3.0, 5, 7, 1, 2, 6], offsets=[0, 3, 6])


def test_each_field_is_a_column_and_each_entry_the_result_of_one():
    assert LIVES.mtbf.tolist() == [5.0, 3.0]
    assert [life.mtbf for life in LIVES] == [5.0, 3.0]
    assert (len(LIVES), LIVES[-1], LIVES.censoring) == (2, exponential([1.0, 2, 6]), "time")


def test_a_name_that_is_no_field_is_refused_with_those_there_are():
    with pytest.raises(AttributeError, match="ExponentialLife of many has no median; it has failures"):
        _ = LIVES.median


def test_arrays_inside_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        LIVES.mtbf[0] = 1.0


def test_columns_of_different_length_keep_a_gap_for_one_without_an_answer():
    curves = kaplan_meier([1.0, 2, -1, 3, 4, 5], offsets=[0, 2, 3, 6], on_error="mark")

    assert [len(curves.time[i]) for i in range(3)] == [2, 0, 3]
    assert curves.median.tolist()[::2] == [1.0, 4.0]


def test_a_missing_number_of_one_is_none():
    curves = kaplan_meier([1.0, 2, 3, 1], [1, 0, 0, 1], offsets=[0, 3, 4])

    assert (curves[0].median, curves[1].median) == (None, 1.0)


@pytest.mark.parametrize(
    ("values", "offsets", "words"),
    [
        ([[1.0, 2.0]], [0, 2], "offsets belong to a flat column"),
        ([1.0, 2.0], [0, 3], "must rise from 0 to the number of values"),
        ([], None, "0 values found"),
    ],
)
def test_layouts_that_make_no_sense_are_refused(values, offsets, words):
    with pytest.raises(StatisticsError, match=words):
        read_series(values, "values", offsets, "raise")


def test_ranks_are_those_of_each_segment_with_ties_shared():
    of = Segments(np.array([0, 3, 6])).owner
    found, tied = midranks(np.array([3.0, 1, 3, 5, 5, 5]), of)

    assert found.tolist() == [2.5, 1.0, 2.5, 2.0, 2.0, 2.0]
    assert tied.tolist() == [2.0, 1.0, 2.0, 3.0, 3.0, 3.0]
    assert sum_of_ties(tied, of, 2).tolist() == [6.0, 24.0]


def test_shorter_rows_are_filled_up():
    assert Segments(np.array([0, 1, 3])).padded(np.array([1.0, 2, 3]), -1.0).tolist() == [[1, -1], [2, 3]]


def test_a_result_survives_json():
    both = Many.from_json(LIVES.to_json()), Ragged.from_json(Ragged(np.arange(3.0), np.array([0, 1, 3])).to_json())

    assert both[0] == LIVES
    assert both[1][1].tolist() == [1.0, 2.0]

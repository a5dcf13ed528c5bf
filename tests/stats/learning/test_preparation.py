"""Preparation learns from training rows alone and leaves nothing missing."""

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import Preparation, prepare


def table():
    random = np.random.default_rng(6)
    values = random.normal(5, 2, (200, 5))
    values[:, 1] = 7.0
    values[:150, 2] = np.nan
    values[::4, 3] = np.nan
    values[::4, 4] = np.nan
    return values


def test_columns_that_say_nothing_are_left_out_with_the_reason():
    prepared = prepare(table(), list("abcde"))

    assert prepared.left_out == {"b": "does not vary", "c": "missing in 75% of the rows"}
    assert prepared.features == ("a", "d", "e", "c is missing", "d is missing")


def test_the_center_is_the_median_and_outliers_are_cut():
    values = table()
    values[0, 0] = 1e9
    prepared = prepare(values, clip=4.0).apply(values)

    assert abs(np.median(prepared[:, 0])) < 1e-12
    assert prepared[0, 0] == 4.0
    assert not np.isnan(prepared).any()


def test_being_missing_is_measured_from_its_share():
    values = table()
    missing = prepare(values, list("abcde")).apply(values)[:, -1]

    assert (missing.min(), missing.max(), missing.mean()) == (-0.25, 0.75, 0.0)


def test_later_rows_change_nothing_that_was_learned():
    values = table()
    prepared = prepare(values)
    later = values[:3] + 100

    assert prepared.apply(np.vstack([values, later]))[:200].tolist() == prepared.apply(values).tolist()


def test_units_do_not_matter():
    values = table()
    scaled = values * 25.4 - 3

    assert prepare(scaled).apply(scaled) == pytest.approx(prepare(values).apply(values))


def test_it_goes_to_json_and_back():
    prepared = prepare(table(), list("abcde"))

    assert Preparation.from_json(prepared.to_json()) == prepared


@pytest.mark.parametrize(
    ("values", "names", "word"),
    [
        (np.ones((5, 2)), None, "0 columns that vary"),
        (table(), ["a", "a", "b", "c", "d"], "4 names for 5"),
        (table()[:2], None, "2 rows"),
    ],
)
def test_what_supports_no_preparation_is_refused(values, names, word):
    with pytest.raises(StatisticsError, match=word):
        prepare(values, names)


def test_rows_of_another_table_are_refused():
    with pytest.raises(StatisticsError, match="3 columns; the 5"):
        prepare(table()).apply(np.ones((2, 3)))

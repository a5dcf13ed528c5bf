"""Descriptions: many at once equal one by one, missing values are left out, offsets cost no digits."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from hoshin.stats.descriptive import Description, autocorrelation, describe
from hoshin.stats.errors import StatisticsError
from tests.stats.alike import alike

rows = arrays(float, (3, 7), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 2)))


@given(rows, st.integers(0, 6))
def test_a_missing_value_is_as_if_it_were_not_there(values, place):
    row = values[0].copy()
    row[place] = np.nan
    with_gap, without = describe(row), describe(np.delete(row, place))

    for field in ("n", "mean", "sd", "median", "skewness", "kurtosis"):
        assert getattr(with_gap, field) == pytest.approx(getattr(without, field), rel=1e-9, abs=1e-9, nan_ok=True)
    assert with_gap.missing == 1


def test_shape_agrees_with_scipy():
    values = np.random.default_rng(1).gamma(2, size=60)
    found = describe(values)

    expected = (stats.skew(values, bias=False), stats.kurtosis(values, bias=False))
    assert (found.skewness, found.kurtosis) == pytest.approx(expected, rel=1e-10)


@given(rows, st.floats(0.5, 3), st.integers(-(10**6), 10**6))
def test_figures_move_with_scale_and_shift(values, scale, shift):
    row = values[0]
    assume(np.ptp(row) > 1)
    one, two = describe(row), describe(row * scale + shift)

    assert (two.mean, two.sd) == pytest.approx((one.mean * scale + shift, one.sd * scale), rel=1e-6, abs=1e-6)
    assert two.lag1_autocorrelation == pytest.approx(one.lag1_autocorrelation, abs=1e-4)


def test_values_all_alike_have_no_shape():
    found = describe([0.1] * 5)

    assert (found.sd, np.isnan([found.skewness, found.kurtosis, found.lag1_autocorrelation]).all()) == (0.0, True)


def test_a_description_survives_json():
    found = describe([[1.0, 2.0, 4.0], [2.0, np.nan, 2.0]])

    assert Description.from_json(found.to_json()) == found


def test_autocorrelations_begin_with_the_first_lag_of_the_description():
    values = [47, 64, 23, 71, 38, 64, 55, 41, 59, 48]

    assert autocorrelation(values, 3)[0] == pytest.approx(describe(values).lag1_autocorrelation, rel=1e-12)


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, 1.0], ["a"], [[1.0, 2.0], [np.nan, np.nan]]])
def test_nothing_to_describe_is_refused(values):
    with pytest.raises(StatisticsError):
        describe(values)


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(1, 20), min_size=1, max_size=6), data=st.data())
def test_characteristics_of_unequal_length_equal_one_by_one(lengths, data):
    elements = st.integers(-50, 50).map(lambda i: i / 4) | st.just(np.nan)
    column, offsets = data.draw(arrays(float, sum(lengths), elements=elements)), np.cumsum([0, *lengths])
    together = describe(column, offsets=offsets, on_error="mark")

    for i, (low, high) in enumerate(itertools.pairwise(offsets)):
        if i in together.problems:
            assert np.isnan(column[low:high]).all()
        else:
            alike(together[i], describe(column[low:high]), rel=1e-9)


def test_a_characteristic_without_values_is_marked():
    together = describe([[1.0, 2.0, 4.0], [np.nan] * 3], on_error="mark")

    assert together.problems == {1: "characteristic 1: 0 values found; at least 1 are needed"}
    assert (together[0], together.n.tolist(), np.isnan(together.mean[1])) == (describe([1.0, 2.0, 4.0]), [3, 0], True)


def test_leading_axes_stay():
    values = np.random.default_rng(1).normal(size=(2, 3, 10))

    assert describe(values).median.shape == (2, 3)
    assert describe(values).median[1, 2] == describe(values[1, 2]).median


def test_autocorrelations_of_many_equal_one_by_one():
    rows = np.random.default_rng(2).normal(size=(3, 12))
    ragged = autocorrelation(rows.ravel()[:30], 4, offsets=[0, 12, 24, 30])

    assert autocorrelation(rows, 4).tolist() == [autocorrelation(row, 4).tolist() for row in rows]
    assert ragged[2] == pytest.approx(autocorrelation(rows[2, :6], 4), rel=1e-12)

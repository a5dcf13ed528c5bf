"""Mann and Kendall: signs, symmetry, SciPy's slope, level."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.trend import MannKendall, mann_kendall

series = st.lists(st.integers(-20, 20), min_size=4, max_size=20).filter(lambda x: len(set(x)) > 1)


@given(series)
def test_s_counts_pairs(values):
    expected = sum(np.sign(b - a) for a, b in itertools.combinations(values, 2))

    assert mann_kendall(values).s == expected


@given(series)
def test_a_reversed_series_has_the_opposite_trend(values):
    forward, back = mann_kendall(values), mann_kendall(values[::-1])

    assert (forward.s, forward.slope) == (-back.s, pytest.approx(-back.slope))


@given(series, st.integers(1, 5))
def test_only_the_order_of_the_values_matters(values, scale):
    assert mann_kendall(np.exp(np.array(values) / 10 * scale)).z == mann_kendall(values).z


def test_the_slope_is_that_of_theil_and_sen():
    values = np.random.default_rng(2).normal(size=30) + 0.2 * np.arange(30)
    theirs = stats.theilslopes(values)

    found = mann_kendall(values)

    assert found.slope == pytest.approx(theirs.slope)
    assert found.slope_interval == pytest.approx((theirs.low_slope, theirs.high_slope), abs=0.01)


def test_series_without_trend_are_accused_as_often_as_the_level_says():
    random = np.random.default_rng(17)
    accused = sum(mann_kendall(random.normal(size=25)).significant for _ in range(1000))

    assert stats.binom.ppf(1e-6, 1000, 0.04) <= accused <= stats.binom.ppf(1 - 1e-6, 1000, 0.055)


def test_the_result_survives_json():
    result = mann_kendall([1, 3, 2, 5, 4], times=[0, 1, 2.5, 3, 7])

    assert MannKendall.from_json(result.to_json()) == result
    assert "Sen's slope" in str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mann_kendall([1, 2, 3]), "at least 4"),
        (lambda: mann_kendall([1, 1, 1, 1]), "no variation"),
        (lambda: mann_kendall([1, 2, 3, 4], times=[0, 1, 1, 2]), "do not increase at index 2"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(4, 40), min_size=1, max_size=6), data=st.data())
def test_characteristics_of_unequal_length_equal_one_by_one(lengths, data):
    seed = data.draw(st.integers(0, 999))
    column, offsets = np.random.default_rng(seed).integers(0, 9, sum(lengths)), np.cumsum([0, *lengths])
    times = np.concatenate([np.cumsum(np.random.default_rng(n).uniform(1, 2, n)) for n in lengths])
    together = mann_kendall(column, times, offsets=offsets, on_error="mark")

    for i, (low, high) in enumerate(itertools.pairwise(offsets)):
        if i in together.problems:
            assert np.ptp(column[low:high]) == 0
        else:
            assert together[i] == mann_kendall(column[low:high], times[low:high])


def test_rows_share_their_times_and_a_bad_one_is_marked():
    rows = np.random.default_rng(3).normal(size=(4, 30))
    rows[1, 2] = np.nan
    times = np.cumsum(np.arange(1.0, 31.0))
    together = mann_kendall(rows, times, "greater", on_error="mark")

    assert together.problems == {
        1: "characteristic 1: values has 1 missing value(s), the first at index 2; every value is needed here"
    }
    assert [together[i] for i in (0, 2, 3)] == [mann_kendall(rows[i], times, "greater") for i in (0, 2, 3)]
    assert MannKendall.from_json(together.to_json()) == together


def test_a_long_series_has_no_slope_and_the_score_of_scipys_tau():
    values = np.random.default_rng(5).normal(size=6000).round(2) + np.arange(6000) / 3e4
    found = mann_kendall(values)
    ties = np.unique(values, return_counts=True)[1]
    pairs = 6000 * 5999 / 2

    tau = stats.kendalltau(np.arange(6000), values).statistic
    assert (found.slope, found.slope_interval) == (None, None)
    assert found.s == round(tau * np.sqrt(pairs * (pairs - (ties * (ties - 1)).sum() / 2)))


def test_times_that_do_not_increase_are_named():
    with pytest.raises(StatisticsError, match="characteristic 1: times do not increase at index 3"):
        mann_kendall([[1, 2, 3, 5], [1, 2, 3, 4]], times=[[0, 1, 2, 3], [0, 1, 2, 2]])
    with pytest.raises(StatisticsError, match="as long as each other"):
        mann_kendall([1, 2, 3, 5], times=[0, 1, 2])

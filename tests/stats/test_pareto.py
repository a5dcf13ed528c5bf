"""Pareto: falling order, whole sums, weights, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.pareto import ParetoAnalysis, pareto

counts = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 50), min_size=1, max_size=8).filter(
    lambda d: sum(d.values()) > 0
)


@given(counts)
def test_counts_fall_and_sum_to_the_whole(found):
    result = pareto(found)

    assert sorted(result.counts, reverse=True) == list(result.counts)
    assert (result.cumulative[-1], result.cumulative_percent[-1]) == (sum(found.values()), pytest.approx(100))


@given(counts)
def test_the_vital_few_are_the_fewest_that_reach_the_share(found):
    result = pareto(found, share=0.8)
    few = len(result.vital_few)

    assert result.cumulative_percent[few - 1] >= 80 - 1e-6
    assert few == 1 or result.cumulative_percent[few - 2] < 80


@given(counts)
def test_equal_weights_change_no_order(found):
    assert pareto(found, weights=dict.fromkeys(found, 2.0)).order == pareto(found).order


def test_ties_stand_in_alphabetical_order():
    assert pareto({"b": 2, "c": 5, "a": 2}).order == ("c", "a", "b")


def test_the_result_survives_json():
    result = pareto({"b": 2, "c": 5, "a": 2})

    assert ParetoAnalysis.from_json(result.to_json()) == result


@pytest.mark.parametrize(
    ("found", "weights", "words"),
    [
        ({}, None, "no categories"),
        ({"a": 0}, None, "some above 0"),
        ({"a": -1, "b": 2}, None, "0 or more"),
        ({"a": 1, "b": 2}, {"a": 1}, "no weight for 'b'"),
    ],
)
def test_what_makes_no_sense_is_refused(found, weights, words):
    with pytest.raises(StatisticsError, match=words):
        pareto(found, weights)

"""Tests of normality: printed points, SciPy's statistic, invariance, level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.comparisons import TestResult
from hoshin.stats.errors import StatisticsError
from hoshin.stats.normality import (
    anderson_darling_normal,
    anderson_darling_pvalue,
    shapiro_wilk,
)

VALUES = np.random.default_rng(3).normal(10, 2, 40)


# R. B. D'Agostino, M. A. Stephens, Goodness-of-Fit Techniques (1986), table 4.7, case 3: upper tail percentage points.
@pytest.mark.parametrize(("a2", "p"), [(0.631, 0.10), (0.752, 0.05), (0.873, 0.025), (1.035, 0.01), (1.159, 0.005)])
def test_the_p_value_meets_the_printed_points(a2, p):
    assert anderson_darling_pvalue(a2) == pytest.approx(p, rel=0.03)


@pytest.mark.parametrize("edge", [0.2, 0.34, 0.6])
def test_the_pieces_of_the_p_value_meet(edge):
    assert anderson_darling_pvalue(edge - 1e-9) == pytest.approx(anderson_darling_pvalue(edge), abs=5e-3)


def test_the_statistic_is_that_of_scipy():
    z = (VALUES - VALUES.mean()) / VALUES.std(ddof=1)
    theirs = stats.goodness_of_fit(
        stats.norm, z, known_params={"loc": 0, "scale": 1}, statistic="ad", n_mc_samples=10
    ).statistic

    assert anderson_darling_normal(VALUES).statistic == pytest.approx(theirs, rel=1e-9)


@given(st.floats(0.01, 100), st.floats(-1000, 1000))
def test_scale_and_shift_change_nothing(scale, shift):
    for test in (anderson_darling_normal, shapiro_wilk):
        assert test(VALUES * scale + shift).statistic == pytest.approx(test(VALUES).statistic, rel=1e-6)


def test_normal_values_are_rejected_as_often_as_the_level_says():
    random = np.random.default_rng(5)
    rejected = sum(anderson_darling_normal(random.normal(size=30)).significant for _ in range(2000))

    assert stats.binom.ppf(1e-6, 2000, 0.045) <= rejected <= stats.binom.ppf(1 - 1e-6, 2000, 0.055)


def test_the_words_and_json_are_those_of_every_test():
    result = anderson_darling_normal(np.exp(VALUES))

    assert "differ from a normal distribution" in result.conclusion
    assert TestResult.from_json(result.to_json()) == result


@pytest.mark.parametrize(("values", "words"), [([1.0] * 10, "no variation"), ([1, 2, 3], "at least 8 are needed")])
def test_too_little_to_judge_is_refused(values, words):
    with pytest.raises(StatisticsError, match=words):
        anderson_darling_normal(values)


def test_more_than_5000_values_are_refused_with_another_way():
    with pytest.raises(StatisticsError, match="use Anderson"):
        shapiro_wilk(np.arange(6000.0))


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 11, 12, 50, 2000])
def test_shapiro_and_wilks_test_is_that_of_scipy(n):
    values = np.random.default_rng(n).gamma(4, size=n)
    ours, theirs = shapiro_wilk(values), stats.shapiro(values)

    # SciPy's normal quantiles are single precision approximations.
    assert (ours.statistic, ours.pvalue) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6)

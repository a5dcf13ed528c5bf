"""Outliers: level held, equivariance, one value hides no other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.outliers import GeneralizedEsd, GrubbsTest, HampelRule, generalized_esd, grubbs, hampel

VALUES = np.random.default_rng(11).normal(size=30)


# F. E. Grubbs, G. Beck, Technometrics 14 (1972), 847-854, table I, one-sided 5% and 1%.
@pytest.mark.parametrize(
    ("n", "five", "one"),
    [(3, 1.153, 1.155), (5, 1.672, 1.749), (10, 2.176, 2.410), (20, 2.557, 2.884), (50, 2.956, 3.336)],
)
def test_critical_values_are_the_printed_ones(n, five, one):
    values = np.arange(float(n))
    found = [grubbs(values, alpha, sides=1).critical for alpha in (0.05, 0.01)]

    assert found == pytest.approx([five, one], abs=1.1e-3)


def test_normal_samples_are_accused_as_often_as_the_level_says():
    random = np.random.default_rng(13)
    accused = sum(grubbs(random.normal(size=15)).is_outlier for _ in range(2000))

    assert stats.binom.ppf(1e-6, 2000, 0.045) <= accused <= stats.binom.ppf(1 - 1e-6, 2000, 0.055)


@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_scale_and_shift_change_nothing(scale, shift):
    moved = VALUES * scale + shift

    assert grubbs(moved).g == pytest.approx(grubbs(VALUES).g, rel=1e-6)
    assert generalized_esd(moved, 5).r == pytest.approx(generalized_esd(VALUES, 5).r, rel=1e-6)
    assert hampel(moved).outliers.tolist() == hampel(VALUES).outliers.tolist()


def test_the_p_value_is_alpha_at_the_critical_value():
    result = grubbs(VALUES, alpha=0.05)
    t2 = stats.t.isf(0.05 / 60, 28) ** 2

    assert result.critical == pytest.approx(29 / np.sqrt(30) * np.sqrt(t2 / (28 + t2)), rel=1e-12)


def test_two_wild_values_do_not_hide_each_other():
    values = np.append(VALUES, [30.0, 31.0])

    assert generalized_esd(values, 4).outliers.tolist() == hampel(values, 6).outliers.tolist() == [30, 31]


@pytest.mark.parametrize("result", [grubbs(VALUES), generalized_esd(VALUES, 3), hampel(VALUES)])
def test_results_survive_json(result):
    again = {"GrubbsTest": GrubbsTest, "GeneralizedEsd": GeneralizedEsd, "HampelRule": HampelRule}[
        type(result).__name__
    ]

    assert again.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grubbs([1, 2]), "at least 3"),
        (lambda: grubbs([1, 1, 1]), "no variation"),
        (lambda: grubbs([1, 2, 3], sides=3), "1 or 2"),
        (lambda: generalized_esd([1, 2, 3, 4], 5), "at least 8"),
        (lambda: hampel([1, 1, 1, 2]), "half of the values are 1.0"),
        (lambda: hampel([1, 2, np.nan]), "missing"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_what_is_left_all_alike_is_refused_or_marked():
    rows = [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]

    with pytest.raises(StatisticsError, match="the values left have no variation"):
        generalized_esd(rows[0], 2)
    assert generalized_esd(rows, 2, on_error="mark").problems.keys() == {0}

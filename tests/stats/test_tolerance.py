"""Tolerance intervals: printed factors, coverage, monotony, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.tolerance import (
    NonparametricTolerance,
    NormalTolerance,
    nonparametric_tolerance,
    normal_tolerance,
    tolerance_factor,
)


# K. Krishnamoorthy, T. Mathew, Statistical Tolerance Regions (2009), tables B1 (one-sided) and B2 (two-sided);
# the same factors in ISO 16269-6.
@pytest.mark.parametrize(
    ("n", "coverage", "confidence", "sides", "printed"),
    [
        (10, 0.90, 0.95, 1, 2.355),
        (10, 0.95, 0.95, 1, 2.911),
        (20, 0.99, 0.99, 1, 3.832),
        (10, 0.90, 0.95, 2, 2.856),
        (10, 0.95, 0.95, 2, 3.393),
        (20, 0.95, 0.95, 2, 2.760),
        (50, 0.99, 0.95, 2, 3.129),
        (2, 0.90, 0.95, 2, 31.092),
    ],
)
def test_factors_are_the_printed_ones(n, coverage, confidence, sides, printed):
    assert tolerance_factor(n, coverage, confidence, sides) == pytest.approx(printed, abs=2e-3)


def test_natrellas_approximation_is_the_printed_one():
    # NIST/SEMATECH e-Handbook of Statistical Methods, section 7.2.6.3: 1.8752.
    assert tolerance_factor(43, 0.9, 0.99, sides=1, method="natrella") == pytest.approx(1.8752, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 200), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_the_factor_falls_with_n_and_nears_the_normal_quantile(n, coverage, confidence):
    k, more = tolerance_factor(n, coverage, confidence), tolerance_factor(2 * n, coverage, 0.5)

    assert more <= tolerance_factor(n, coverage, max(confidence, 0.5)) + 1e-9
    assert k > stats.norm.ppf((1 + coverage) / 2) * 0.9


def test_intervals_cover_with_their_confidence():
    random, hits = np.random.default_rng(23), 0
    for _ in range(400):
        limits = normal_tolerance(random.normal(size=12), coverage=0.9, confidence=0.9)
        hits += stats.norm.cdf(limits.upper) - stats.norm.cdf(limits.lower) >= 0.9

    assert stats.binom.ppf(1e-6, 400, 0.9) <= hits <= stats.binom.ppf(1 - 1e-6, 400, 0.9)


@given(st.floats(0.5, 0.999), st.floats(0.5, 0.99), st.integers(1, 2))
def test_the_smallest_sample_is_enough_and_one_less_is_not(coverage, confidence, sides):
    plan = nonparametric_tolerance(coverage=coverage, confidence=confidence, sides=sides)
    n, p = plan.n_min, coverage
    reached = [1 - m * p ** (m - 1) + (m - 1) * p**m if sides == 2 else 1 - p**m for m in (n, n - 1)]

    assert reached[0] >= confidence - 1e-12
    assert n <= sides or reached[1] < confidence + 1e-12


def test_inner_limits_still_hold_the_confidence():
    found = nonparametric_tolerance(np.arange(500.0), coverage=0.9, confidence=0.95)

    assert found.lower < found.inner_lower < found.inner_upper < found.upper
    assert found.inner_confidence >= 0.95


def test_results_survive_json():
    normal, free = normal_tolerance([1, 2, 4, 3], 0.9, sides=1, side="upper"), nonparametric_tolerance([1, 2, 3])

    assert NormalTolerance.from_json(normal.to_json()) == normal
    assert NonparametricTolerance.from_json(free.to_json()) == free
    assert str(normal.explain()) and str(free.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tolerance_factor(1, 0.9), "at least 2"),
        (lambda: tolerance_factor([10, 2.5], 0.9), "n is 2.5"),
        (lambda: tolerance_factor(10, 90), "between 0 and 1"),
        (lambda: tolerance_factor(10, 0.9, sides=1, method="howe"), "one of exact, natrella"),
        (lambda: tolerance_factor(10, 0.9, sides=3), "1 or 2"),
        (lambda: normal_tolerance([1, 1, 1], 0.9), "no variation"),
        (lambda: normal_tolerance([1, 2, 3], 0.9, side="lower"), "needs sides=1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_the_furthest_inner_limits_are_those_of_a_search_one_by_one():
    found = [nonparametric_tolerance(np.arange(float(n)), 0.7, 0.9).inner_lower for n in range(2, 80)]

    def slowly(n):
        fits = [m for m in range(1, n // 2 + 1) if 1 - stats.binom.cdf(2 * m - 1, n, 0.3) >= 0.9]
        return float(max(fits) - 1) if fits else None

    assert found == [slowly(n) for n in range(2, 80)]

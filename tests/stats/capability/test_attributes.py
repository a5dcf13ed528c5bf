"""Capability of attributes: intervals against their definition, batches, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.capability import BinomialCapability, PoissonCapability, Yields, binomial, poisson, yields
from hoshin.stats.errors import StatisticsError


@given(st.integers(0, 60), st.integers(60, 500), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_of_p_is_that_of_clopper_and_pearson(x, n, level):
    study = binomial([x], n, confidence=level)

    exact = stats.binomtest(x, n).proportion_ci(level, method="exact")
    assert study.p_ci == pytest.approx((exact.low, exact.high), abs=1e-12)


@given(st.integers(1, 200), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_of_the_rate_leaves_the_tails_it_says(x, level):
    low, high = poisson([x], 1, confidence=level).dpu_ci

    tails = (stats.poisson.sf(x - 1, low), stats.poisson.cdf(x, high))
    assert tails == pytest.approx(((1 - level) / 2,) * 2, rel=1e-9)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=10))
def test_splitting_the_samples_changes_nothing(defectives):
    together = binomial([sum(defectives)], 50 * len(defectives))

    apart = binomial(defectives, 50)
    assert (apart.p, apart.p_ci, apart.process_z_ci) == (together.p, together.p_ci, together.process_z_ci)


@pytest.mark.parametrize("study", [binomial, poisson])
def test_many_characteristics_get_what_each_gets_alone(study):
    counts = np.array([[0, 0, 0], [1, 2, 3], [50, 50, 50]])

    together, alone = study(counts, 50), [study(row, 50) for row in counts]

    rate = "p" if study is binomial else "dpu"
    assert getattr(together, rate).tolist() == [getattr(one, rate) for one in alone]
    assert getattr(together, f"{rate}_ci").tolist() == [list(getattr(one, f"{rate}_ci")) for one in alone]


def test_no_defective_unit_still_has_an_upper_bound():
    study = binomial([0, 0], 50)

    assert study.p_ci == pytest.approx((0.0, 1 - 0.025 ** (1 / 100)))


def test_six_sigma_with_its_shift_is_three_point_four_parts_per_million():
    assert round(yields([1_000_000], [1], [3.4]).sigma_level, 3) == 6.0


def test_the_rolled_yield_of_equal_steps_is_their_power():
    found = yields([100] * 3, [1] * 3, [10] * 3)

    assert (found.rty_first_time, found.normalized_yield) == pytest.approx((0.9**3, 0.9))


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (BinomialCapability, binomial([1, 2], 50)),
        (PoissonCapability, poisson([[1, 2], [3, 4]], [5, 6])),
        (Yields, yields([100], [2], [3])),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert len(str(result.explain()).splitlines()) > 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: binomial([51], 50), "51.0 defectives in a sample of 50.0 at index 0"),
        (lambda: binomial([-1], 50), "counts of 0 or more are needed"),
        (lambda: binomial([1, 2], [50, 50, 50]), "one size, or one per sample is needed"),
        (lambda: binomial([np.nan], 50), "0 samples found; at least 1"),
        (lambda: poisson([1], 0), "sizes above 0 are needed"),
        (lambda: yields([1, 2], [1], [0]), "have 2, 1 and 1 entries"),
        (lambda: yields([1], [1], [2]), "step 0 has more defects than opportunities"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

"""AUC and its interval: by definition, by simulation, against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import compare_auc, discrimination

scored = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=4, max_size=40).filter(
    lambda rows: 1 < sum(failed for _, failed in rows) < len(rows) - 1
)


def by_definition(scores, failed):
    """Pairs in order and DeLong's variance, pair by pair."""
    scores, failed = np.array(scores, float), np.array(failed, bool)
    pairs = np.sign(scores[failed][:, None] - scores[~failed]) / 2 + 0.5
    m, n = pairs.shape
    return pairs.mean(), np.sqrt(pairs.mean(axis=1).var(ddof=1) / m + pairs.mean(axis=0).var(ddof=1) / n)


@given(scored)
def test_auc_and_its_error_are_those_of_all_pairs(rows):
    scores, failed = zip(*rows, strict=True)
    found = discrimination(scores, failed)

    assert (found.auc, found.se) == pytest.approx(by_definition(scores, failed), abs=1e-12)


@given(scored)
def test_turning_the_scores_turns_the_area(rows):
    scores, failed = np.array(rows, float).T

    assert discrimination(-scores, failed).auc == pytest.approx(1 - discrimination(scores, failed).auc)


@given(scored)
def test_a_score_gains_nothing_over_itself(rows):
    scores, failed = np.array(rows, float).T
    found = compare_auc(scores, scores, failed)

    assert (found.difference, found.pvalue) == (0.0, 1.0)


def test_the_interval_covers_as_often_as_it_says():
    # Scores normal, failed ones 1 higher: AUC = Phi(1 / sqrt 2). 600 samples of 20 and 60: binomial bounds at 1e-4.
    random, true, covered = np.random.default_rng(8), float(ndtr(np.sqrt(0.5))), 0
    failed = np.repeat([1, 0], [20, 60])
    for _ in range(600):
        low, high = discrimination(random.normal(size=80) + failed, failed).interval
        covered += low <= true <= high

    assert 0.91 < covered / 600 < 0.985


def test_the_paired_interval_covers_as_often_as_it_says():
    random, covered = np.random.default_rng(9), 0
    failed = np.repeat([1, 0], [40, 80])
    for _ in range(400):
        both = random.normal(size=120) + failed
        first, second = both + random.normal(size=120), both + random.normal(size=120)
        low, high = compare_auc(first, second, failed).interval
        covered += low <= 0 <= high

    assert 0.90 < covered / 400 < 0.985


def test_average_precision_is_the_mean_precision_at_the_failed_rows():
    found = discrimination([9, 8, 7, 6, 5, 4], [1, 0, 1, 0, 0, 1])

    assert found.average_precision == pytest.approx((1 / 1 + 2 / 3 + 3 / 6) / 3)


def test_equal_scores_have_the_prevalence_as_precision():
    found = discrimination([1, 1, 1, 1], [1, 0, 0, 0])

    assert (found.auc, found.average_precision, found.better_than_chance) == (0.5, 0.25, False)


def test_missing_scores_are_refused():
    with pytest.raises(StatisticsError, match="missing"):
        discrimination([1.0, np.nan], [0, 1])

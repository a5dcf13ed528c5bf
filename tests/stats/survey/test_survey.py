"""Surveys: printed examples, identities, coverage, refusals."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.comparisons import one_way_anova
from hoshin.stats.errors import StatisticsError
from hoshin.stats.survey import (
    Consistency,
    IntraclassCorrelation,
    ItemStatistics,
    WeightedMean,
    WithinGroupAgreement,
    cronbach_alpha,
    intraclass_correlation,
    item_statistics,
    mcdonald_omega,
    weighted_mean,
    within_group_agreement,
)
from hoshin.stats.survey._factor import one_factor

# P. E. Shrout, J. L. Fleiss, Psychological Bulletin 86 (1979), 420-428, table 2.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
RANDOM = np.random.default_rng(10)
SCALE = RANDOM.normal(size=(80, 1)) * [1.0, 0.8, 0.6, 0.9] + RANDOM.normal(size=(80, 4))


# Shrout and Fleiss, table 3 (mean squares), table 4 (coefficients) and pages 423-424; the intervals as R psych prints.
@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("ICC(1,1)", (0.17, -0.13, 0.72)),
        ("ICC(2,1)", (0.29, 0.02, 0.76)),
        ("ICC(3,1)", (0.71, 0.34, 0.95)),
        ("ICC(1,k)", (0.44, -0.88, 0.91)),
        ("ICC(2,k)", (0.62, 0.07, 0.93)),
        ("ICC(3,k)", (0.91, 0.68, 0.99)),
    ],
)
def test_shrout_and_fleiss_have_their_coefficients(kind, printed):
    found = intraclass_correlation(SHROUT, kind)

    assert (found.value, *found.interval) == pytest.approx(printed, abs=6e-3)


def test_the_mean_squares_are_the_printed_ones():
    found = intraclass_correlation(SHROUT)

    assert np.round((found.ms_targets, found.ms_within, found.ms_raters, found.ms_error), 2).tolist() == [
        11.24,
        6.26,
        32.49,
        1.02,
    ]


def test_the_consistency_of_a_sum_is_the_intraclass_correlation_of_its_items():
    # Alpha is ICC(3,k) of people by items (C. Hoyt, Psychometrika 6 (1941), 153-160), intervals included.
    alpha, icc = cronbach_alpha(SCALE), intraclass_correlation(SCALE, "ICC(3,k)")

    assert (alpha.value, *alpha.interval) == pytest.approx((icc.value, *icc.interval), rel=1e-9)


def test_one_way_icc_has_the_f_of_an_analysis_of_variance():
    assert intraclass_correlation(SHROUT, "ICC(1,1)").f == pytest.approx(one_way_anova(*SHROUT).statistic, rel=1e-10)


# R. D. Bock, M. Lieberman, Psychometrika 35 (1970), 179-197: section 6 of the Law School Admission Test, people for each
# pattern of five answers from 00000 to 11111.
LSAT = [
    3,
    6,
    2,
    11,
    1,
    1,
    3,
    4,
    1,
    8,
    0,
    16,
    0,
    3,
    2,
    15,
    10,
    29,
    14,
    81,
    3,
    28,
    15,
    80,
    16,
    56,
    21,
    173,
    11,
    61,
    28,
    298,
]


def test_the_admission_test_has_its_printed_alphas():
    # D. Rizopoulos, ltm, Journal of Statistical Software 17 (2006), issue 5, section 3.1: alpha, and without each item.
    patterns = [[int(digit) for digit in f"{i:05b}"] for i in range(32)]
    scale = cronbach_alpha(np.repeat(np.array(patterns, dtype=float), LSAT, axis=0))

    assert round(scale.value, 4) == 0.295
    assert scale.without.round(4).tolist() == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]


def test_alpha_without_an_item_is_alpha_of_the_others():
    assert cronbach_alpha(SCALE).without[2] == pytest.approx(
        cronbach_alpha(np.delete(SCALE, 2, axis=1)).value, rel=1e-12
    )


def test_omega_equals_alpha_when_items_are_alike():
    # The population matrix of parallel items, from answers made to have it exactly.
    target = np.full((5, 5), 0.5) + 0.5 * np.eye(5)
    raw = RANDOM.normal(size=(50, 5))
    raw = raw - raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    answers = white @ np.linalg.cholesky(target).T

    assert mcdonald_omega(answers).value == pytest.approx(cronbach_alpha(answers).value, rel=1e-5)


@given(st.lists(st.floats(0.2, 2), min_size=4, max_size=6), st.floats(0.2, 2))
def test_one_factor_finds_the_loadings_back(loadings, unique):
    loadings = np.array(loadings)
    cov = np.outer(loadings, loadings) + unique * np.eye(loadings.size)

    assert one_factor(cov[None])[0][0] == pytest.approx(loadings, rel=2e-3, abs=2e-3)


def test_alphas_interval_covers():
    # Parallel items with correlation 0.5: alpha of 4 items is 0.8.
    random, hits = np.random.default_rng(2), 0
    for _ in range(500):
        answers = random.normal(size=(25, 1)) + random.normal(size=(25, 4))
        low, high = cronbach_alpha(answers, confidence=0.9).interval
        hits += low <= 0.8 <= high

    assert stats.binom.ppf(1e-6, 500, 0.9) <= hits <= stats.binom.ppf(1 - 1e-6, 500, 0.9)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 5), min_size=4, max_size=12), st.integers(-3, 3))
def test_agreement_does_not_depend_on_where_the_scale_begins(answers, shift):
    one = within_group_agreement(answers, categories=5)
    two = within_group_agreement(np.array(answers) + shift, categories=5)

    assert one.value == pytest.approx(two.value, abs=1e-12)
    assert 0 <= one.value <= 1


def test_agreement_of_items_is_that_of_james():
    # James, Demaree and Wolf 1984: J (1 - r) / (J (1 - r) + r), even spread over 5 points has variance 2.
    answers = np.array([[4, 4], [5, 4], [4, 5], [4, 4]])
    ratio = answers.var(axis=0, ddof=1).mean() / 2

    assert within_group_agreement(answers, categories=5).value == pytest.approx(
        2 * (1 - ratio) / (2 * (1 - ratio) + ratio), rel=1e-12
    )


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=20).filter(lambda x: max(x) - min(x) > 0.1))
def test_equal_weights_are_the_plain_mean(values):
    found = weighted_mean(values)

    assert found.mean == pytest.approx(np.mean(values), abs=1e-9)
    assert found.standard_error == pytest.approx(np.std(values, ddof=1) / np.sqrt(len(values)), rel=1e-9)
    assert (found.design_effect, found.weighting_effect) == pytest.approx((1, 1), rel=1e-9)


@given(st.floats(0.01, 100))
def test_only_the_proportions_of_weights_matter(scale):
    x, w = [4, 5, 3, 4, 2], np.array([1, 2, 1, 3, 1])
    one, two = weighted_mean(x, w), weighted_mean(x, w * scale)

    assert (one.mean, one.standard_error) == pytest.approx((two.mean, two.standard_error), rel=1e-9)


def test_copies_of_people_in_clusters_cost_a_design_effect_of_their_number():
    # Four people whose answers are alike in each cluster count as one.
    x = np.repeat(RANDOM.normal(size=40), 4)
    found = weighted_mean(x, clusters=np.repeat(np.arange(40), 4))

    assert found.effective_n == pytest.approx(160 / found.design_effect)
    assert found.design_effect == pytest.approx(4 * 159 / 160 * 40 / 39, rel=1e-9)


def test_strata_take_away_the_difference_between_them():
    x = np.concatenate([RANDOM.normal(0, 1, 50), RANDOM.normal(10, 1, 50)])
    found = weighted_mean(x, strata=np.repeat(["a", "b"], 50))

    assert found.design_effect < 0.1


def test_intervals_of_clusters_cover():
    random, hits = np.random.default_rng(4), 0
    for _ in range(400):
        x = random.normal(size=(15, 1)) + random.normal(size=(15, 6))
        low, high = weighted_mean(x.ravel(), clusters=np.repeat(np.arange(15), 6), confidence=0.9).interval
        hits += low <= 0 <= high

    assert stats.binom.ppf(1e-6, 400, 0.89) <= hits <= stats.binom.ppf(1 - 1e-6, 400, 0.91)


@given(st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=3, max_size=10))
def test_counts_hold_every_answer(answers):
    found = item_statistics(answers)

    assert found.counts.sum(axis=1).tolist() == found.n.tolist()
    assert found.mean == pytest.approx(np.mean(answers, axis=0))
    assume(len(answers) > 1)
    assert found.sd == pytest.approx(np.std(answers, axis=0, ddof=1), abs=1e-9)


def test_a_person_with_a_missing_answer_is_left_out_and_said_so():
    gap = np.vstack([SCALE, [1.0, np.nan, 2.0, 3.0]])

    assert (cronbach_alpha(gap).left_out, cronbach_alpha(gap).value) == (1, cronbach_alpha(SCALE).value)


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (Consistency, cronbach_alpha(SCALE)),
        (Consistency, mcdonald_omega(SCALE, replicates=20)),
        (IntraclassCorrelation, intraclass_correlation(SHROUT)),
        (WithinGroupAgreement, within_group_agreement([4, 4, 5], categories=5)),
        (ItemStatistics, item_statistics([[5, 4], [4, 2], [3, 3]])),
        (WeightedMean, weighted_mean([1, 2, 3], [1, 2, 3])),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cronbach_alpha([[1, 2], [2, 1]]), "at least 3"),
        (lambda: cronbach_alpha([[1, 2], [2, 2], [3, 2]]), "everybody gave item 2 the same answer"),
        (lambda: cronbach_alpha([[1, -1], [2, -2], [3, -3]]), "turned round"),
        (lambda: mcdonald_omega(SCALE[:, :2]), "at least 3"),
        (lambda: mcdonald_omega(SCALE[:4]), "more people than items"),
        (lambda: intraclass_correlation([[1, 1], [2, 2]]), "no scatter within targets"),
        (lambda: intraclass_correlation(SHROUT, "ICC"), "one of ICC"),
        (lambda: within_group_agreement([4, 5]), "one of categories"),
        (lambda: item_statistics([[6, 1]]), "is not a whole point from 1 to 5"),
        (lambda: weighted_mean([1, 2], [0, 1]), "sizes above 0|weights is 0"),
        (lambda: weighted_mean([1, 2, 3], strata=[0, 0, 1]), "one cluster"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

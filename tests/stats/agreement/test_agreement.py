"""Measures of agreement agree with printed figures, with one another and with SciPy, and refuse what has no answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.agreement import (
    AttributeStudy,
    attribute_study,
    cohen_kappa,
    effectiveness,
    fleiss_kappa,
    kappa_of_counts,
    kappa_of_table,
    kendall_tau_b,
    kendall_w,
    percent_agreement,
)
from hoshin.stats.errors import StatisticsError
from tests.stats.measurement_systems.laws import batch_equals_loop

# A. Agresti, Categorical Data Analysis, 2nd edition, table 10.8: two pathologists, 118 slides.
PATHOLOGISTS = np.array([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]])


def test_kappa_gives_agrestis_figures():
    result = kappa_of_table(PATHOLOGISTS, (1, 2, 3, 4))

    # Agresti, 2nd edition, page 435: kappa 0.493, standard error 0.057.
    assert (round(result.kappa, 3), round(result.se, 3)) == (0.493, 0.057)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_quadratic_kappa_of_equal_marginals_is_the_correlation(seed):
    x = np.random.default_rng(seed).integers(0, 5, 40)
    y = np.random.default_rng(seed + 1).permutation(x)
    expected = np.corrcoef(x, y)[0, 1]

    assert cohen_kappa(x, y, weights="quadratic", categories=range(5)).kappa == pytest.approx(expected, abs=1e-12)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_two_categories_need_no_weights(seed):
    x, y = np.random.default_rng(seed).integers(0, 2, (2, 30))
    x[:2], y[:2] = (0, 1), (1, 0)

    assert cohen_kappa(x, y, weights="linear").kappa == pytest.approx(cohen_kappa(x, y).kappa, abs=1e-12)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_names_of_categories_do_not_matter(seed):
    x, y = np.random.default_rng(seed).integers(0, 4, (2, 30))
    words = np.array(["d", "b", "a", "c"])

    assert cohen_kappa(words[x], words[y]).kappa == pytest.approx(cohen_kappa(x, y).kappa, abs=1e-12)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_many_sets_at_once_equal_one_by_one(seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 4, (3, 25, 4))

    assert batch_equals_loop(lambda r: fleiss_kappa(r, categories=range(4)), ratings)
    assert batch_equals_loop(kendall_w, ratings)
    assert batch_equals_loop(lambda r: kendall_tau_b(r[..., 0], r[..., 1]), ratings)
    assert batch_equals_loop(lambda r: cohen_kappa(r[..., 0], r[..., 1], categories=range(4)), ratings)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_concordance_is_friedmans_test(seed):
    ratings = np.random.default_rng(seed).integers(0, 6, (12, 4))
    expected = stats.friedmanchisquare(*ratings)
    result = kendall_w(ratings)

    assert (result.chi2, result.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-10)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_tau_b_is_scipys(seed):
    x, y = np.random.default_rng(seed).integers(0, 6, (2, 40))
    expected = stats.kendalltau(x, y, method="asymptotic")
    result = kendall_tau_b(x, y)

    assert (result.tau_b, result.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-10)


def test_complete_agreement_is_one():
    x = np.arange(10)
    same = np.stack([x, x, x], axis=1)

    assert (cohen_kappa(x, x).kappa, fleiss_kappa(same).kappa, kendall_w(same).W, kendall_tau_b(x, x).tau_b) == (
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(1),
        pytest.approx(1),
    )


def test_the_null_standard_error_of_kappa_is_that_of_chance():
    rng = np.random.default_rng(0)
    x, y = rng.choice(3, (2, 4000, 200), p=[0.5, 0.3, 0.2])
    result = cohen_kappa(x, y)
    rejected = int((result.p_value < 0.05).sum())

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 4000, 0.05)
    assert low <= rejected <= high


def test_the_exact_interval_covers_at_least_what_it_says():
    n, p = 20, np.linspace(0.02, 0.98, 49)
    share = percent_agreement(np.arange(n + 1), n, confidence=0.9)
    inside = (share.ci_lower[:, None] <= 100 * p) & (100 * p <= share.ci_upper[:, None])
    coverage = (stats.binom.pmf(np.arange(n + 1)[:, None], n, p) * inside).sum(axis=0)

    assert coverage.min() >= 0.9


def test_at_the_ends_the_interval_can_put_its_risk_on_one_side():
    assert percent_agreement(15, 15, at_ends="one-sided").ci_lower == pytest.approx(100 * 0.05 ** (1 / 15))
    assert percent_agreement(15, 15).ci_lower == pytest.approx(100 * 0.025 ** (1 / 15))


RATINGS = {
    "Ann": [["y", "y"], ["n", "n"], ["y", "n"], ["y", "y"]],
    "Bob": [["y", "y"], ["n", "n"], ["n", "n"], ["y", "y"]],
}
STANDARD = ["y", "n", "n", "n"]


def test_a_study_counts_parts_whose_every_rating_agrees():
    study = attribute_study(RATINGS, STANDARD)
    counts = [share.matched for share in (*study.within.values(), *study.each_vs_standard.values())]

    assert (counts, study.between.matched, study.all_vs_standard.matched) == ([3, 4, 2, 3], 3, 2)


def test_a_study_without_standard_or_trials_leaves_out_what_it_cannot_say():
    study = attribute_study({"Ann": ["y", "n", "y"], "Bob": ["y", "n", "n"]})

    assert (study.within, study.each_vs_standard, study.fleiss_within, study.all_vs_standard) == (None,) * 4


def test_kappa_with_the_standard_is_the_mean_over_trials():
    study = attribute_study(RATINGS, STANDARD)
    trials = np.array(RATINGS["Ann"])
    expected = np.mean([fleiss_kappa(np.stack([trials[:, t], STANDARD], axis=1)).kappa for t in (0, 1)])

    assert study.fleiss_each_vs_standard["Ann"] == pytest.approx(expected)


def test_an_ordinal_study_adds_kendalls_measures():
    ratings = {"Ann": [[1, 1], [2, 3], [3, 3], [4, 4]], "Bob": [[1, 2], [2, 2], [3, 4], [4, 4]]}
    study = attribute_study(ratings, [1, 2, 3, 4], ordinal=True)

    expected = kendall_w(np.hstack([ratings["Ann"], ratings["Bob"]]))

    assert study.kendall_between == expected
    assert 0.8 < study.kendall_each_vs_standard["Ann"] <= 1


@pytest.mark.parametrize(
    "result",
    [
        attribute_study(RATINGS, STANDARD),
        effectiveness(RATINGS, STANDARD, "n"),
        fleiss_kappa(RATINGS["Ann"]),
        cohen_kappa([1, 2, 2], [1, 2, 1]),
        kendall_w([[1, 2], [2, 1], [3, 3]]),
    ],
)
def test_a_result_survives_json(result):
    assert type(result).from_json(result.to_json()) == result


def test_effectiveness_tells_misses_from_false_alarms():
    ann = effectiveness(RATINGS, STANDARD, bad="n").appraisers["Ann"]

    assert [(s.matched, s.inspected) for s in (ann.effectiveness, ann.miss, ann.false_alarm)] == [
        (2, 4),
        (3, 6),
        (0, 2),
    ]


def test_a_study_explains_its_percentages():
    assert "Ann within: percent = 100 x 3 / 4 = 75" in str(attribute_study(RATINGS, STANDARD).explain())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cohen_kappa([1, 1], [1, 1]), "all ratings are in one category"),
        (lambda: cohen_kappa([1, 2], [1]), "rater1 has 2 ratings and rater2 1"),
        (lambda: cohen_kappa([1, 2], [1, 3], categories=[1, 2]), "none of the categories"),
        (lambda: cohen_kappa([1, 2], [1, 2], weights="cubic"), "weights is 'cubic'"),
        (lambda: cohen_kappa([1, 2], [1, 2], weights=[[1, 0], [1, 1]]), "symmetric"),
        (lambda: fleiss_kappa([["a"], ["b"]]), "1 ratings per item found"),
        (lambda: fleiss_kappa([[1.0, np.nan], [1.0, 2.0]]), "1 missing rating"),
        (lambda: kappa_of_table([[1, 2]], ("a", "b")), "2 x 2 table"),
        (lambda: kappa_of_table([[1, -2], [3, 4]], ("a", "b")), "counts of 0 or more"),
        (lambda: kappa_of_counts([[2, 1], [1, 1]], ("a", "b")), "as many ratings"),
        (lambda: kendall_w([[1, 1], [1, 1], [1, 1]]), "same rating"),
        (lambda: kendall_tau_b([1, 2, 3], [1, 1, 1]), "same rating"),
        (lambda: percent_agreement(8, 7), "8 matched of 7"),
        (lambda: percent_agreement(-1, 7), "counts of 0 or more"),
        (lambda: attribute_study({}), "no ratings found"),
        (lambda: attribute_study({"a": ["y", None]}), "missing rating"),
        (lambda: attribute_study({"a": ["y", "n"], "b": ["y"]}), "different shape"),
        (lambda: attribute_study(RATINGS, ["y"]), "reference has 1 parts"),
        (lambda: effectiveness(RATINGS, STANDARD, bad="maybe"), "one of them bad"),
    ],
)
def test_ratings_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()


def test_a_study_is_found_again_by_its_kind():
    text = attribute_study(RATINGS).to_json()

    assert AttributeStudy.from_json(text).appraisers == ("Ann", "Bob")

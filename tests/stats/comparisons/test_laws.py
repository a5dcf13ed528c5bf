"""What holds for every test: symmetry, equivariance, coverage, refusals, JSON, words."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats import comparisons as c
from hoshin.stats.comparisons.proportions import proportion_interval
from hoshin.stats.comparisons.rates import poisson_interval
from hoshin.stats.errors import StatisticsError

A, B, D = [9.9, 10.2, 10.4, 10.1, 10.3, 9.7], [10.1, 10.6, 10.4, 10.9, 10.3], [9.1, 9.6, 9.9, 9.2, 9.5]
RESULTS = [
    c.one_proportion(3, 200, 0.05, alternative="less"),
    c.one_proportion(3, 200, 0.05, method="midp"),
    c.one_proportion(30, 200, 0.05, method="score"),
    c.two_proportions(14, 200, 3, 220, alternative="greater"),
    c.two_proportions(14, 20, 3, 22, method="boschloo"),
    c.two_proportions(14, 200, 3, 220, method="midp", interval="miettinen-nurminen"),
    c.two_proportions(14, 200, 3, 220, method="score", alternative="less"),
    c.one_rate(4, 6, 2.0),
    c.one_rate(4, 6, 2.0, method="midp", alternative="greater"),
    c.two_rates(30, 12, 6, 6),
    c.two_rates(30, 12, 0, 6, method="midp"),
    c.one_mean(A, 10),
    c.paired_means(A[:5], B),
    c.two_means(A, B),
    c.mann_whitney(A, B),
    c.wilcoxon_signed_rank(A, target=10),
    c.wilcoxon_signed_rank(A[:5], B),
    c.sign_test(A, target=10),
    c.kruskal_wallis(A, B, D),
    c.one_variance(A, 0.1),
    c.two_variances(A, B),
    c.levene(A, B, D, center="trimmed"),
    c.bartlett(A, B, D),
    c.equivalent_means(A, B, -1, 1),
    c.equivalent_paired_means(A[:5], B, -1, 1),
    c.equivalent_to_target(A, 9, 11),
    c.equivalent_proportions(90, 100, 92, 100, -0.1, 0.1),
    c.one_way_anova(A, B, D),
    c.welch_anova(A, B, D),
    c.two_way_anova(A, [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1], interaction=False),
    c.two_way_anova(A, [0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]).test("first"),
    c.tukey_hsd(A, B, D),
    c.chi_square_independence([[20, 30, 50], [30, 30, 20]]),
    c.chi_square_fit([315, 108, 101, 32], [9, 3, 3, 1]),
    c.mcnemar(1, 7),
    c.correlation(A[:5], B),
    c.correlation(A[:5], A[:5], "spearman", "greater"),
    c.cochran_q([[1, 1, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]]),
    c.bonett(np.arange(10.0), np.arange(12.0) ** 2),
    c.mood_median(A, B, D),
    c.friedman([A, [*B, 10.0], [*D, 9.0]]),
    c.games_howell(A, B, D),
    c.dunnett(A, B, D, control=1, alternative="less"),
    c.dunn(A, B, D),
    c.equivalent_rates(30, 12, 16, 6, -1, 1),
    c.two_means([A, A], [B, D]),
    c.one_proportion([3, 4], 200, 0.05, method="score"),
]
values = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=3, max_size=12)


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: getattr(r, "test", r.title) if hasattr(r, "n") else r.title)
def test_every_result_survives_json_and_explains_itself(result):
    again = type(result).from_json(result.to_json())

    assert again == result
    assert str(result.explain())


@given(values, values)
def test_swapping_the_samples_swaps_the_sides(first, second):
    assume(np.ptp(first) > 0.01 and np.ptp(second) > 0.01)
    forward, back = c.two_means(first, second, "less"), c.two_means(second, first, "greater")

    assert (forward.pvalue, forward.estimate) == pytest.approx((back.pvalue, -back.estimate), rel=1e-9, abs=1e-12)


@given(values, values, st.floats(0.1, 10), st.floats(-100, 100))
def test_means_move_with_scale_and_shift(first, second, scale, shift):
    assume(np.ptp(first) > 0.1 and np.ptp(second) > 0.1)
    one = c.two_means(first, second)
    two = c.two_means(np.array(first) * scale + shift, np.array(second) * scale + shift)

    assert (two.pvalue, two.estimate) == pytest.approx((one.pvalue, one.estimate * scale), rel=1e-5, abs=1e-8)


@given(values, st.floats(-10, 10))
def test_the_interval_of_a_mean_leaves_out_what_the_test_rejects(sample, target):
    assume(np.ptp(sample) > 0.01)
    result = c.one_mean(sample, target)
    low, high = result.confidence_interval

    assert (result.pvalue < 0.05) == (not low <= target <= high)


@settings(max_examples=50)
@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_fisher_is_symmetric_and_mid_p_smaller(x, n, y, m):
    x, y = min(x, n), min(y, m)
    ours, swapped = c.two_proportions(x, n, y, m), c.two_proportions(y, m, x, n)
    greater = c.two_proportions(x, n, y, m, "greater")

    assert ours.pvalue == pytest.approx(swapped.pvalue, rel=1e-9)
    assert c.two_proportions(x, n, y, m, "greater", method="midp").pvalue <= greater.pvalue + 1e-12


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_an_exact_one_sided_test_agrees_with_its_bound(count, n, target):
    assume(count <= n)
    result = c.one_proportion(count, n, target, "less")
    assume(abs(result.confidence_interval[1] - target) > 1e-9)

    assert result.significant == (result.confidence_interval[1] < target)


@given(st.integers(0, 200))
def test_the_poisson_bounds_leave_their_tails(count):
    low, high = poisson_interval(count)

    assert stats.poisson.cdf(count, high) == pytest.approx(0.025, rel=1e-9)
    assert low == 0 or stats.poisson.sf(count - 1, low) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("n,p", [(20, 0.1), (50, 0.02), (35, 0.4)])
def test_clopper_and_pearson_cover_at_least_what_they_say(n, p):
    # Exact coverage by summing over every outcome; no simulation needed.
    inside = [low <= p <= high for low, high in (proportion_interval(k, n) for k in range(n + 1))]

    assert stats.binom.pmf(np.arange(n + 1), n, p)[inside].sum() >= 0.95


def test_bonetts_test_holds_its_level_where_values_are_not_normal():
    random = np.random.default_rng(1)
    found = c.bonett(random.laplace(size=(1000, 25)), random.laplace(size=(1000, 40)))
    low, high = found.confidence_interval.T

    assert np.array_equal(found.significant, (low > 1) | (high < 1))
    assert stats.binom.ppf(1e-6, 1000, 0.04) <= found.significant.sum() <= stats.binom.ppf(1 - 1e-6, 1000, 0.06)


def test_bonetts_test_swaps_its_sides():
    x, y = np.random.default_rng(2).normal(size=(2, 15)) * [[1.3], [1.0]]

    assert c.bonett(x, y[:11], "less").pvalue == pytest.approx(c.bonett(y[:11], x, "greater").pvalue, rel=1e-9)


@pytest.mark.parametrize(
    "interval",
    [
        lambda a, b: c.two_means(a, b).confidence_interval,
        lambda a, b: c.mann_whitney(a, b).confidence_interval,
        lambda a, b: c.paired_means(a[:10], b[:10]).confidence_interval,
    ],
)
def test_intervals_cover_the_true_shift(interval):
    # 400 samples; the count of hits is binomial, its bounds hold with chance 1 - 1e-6.
    random, hits = np.random.default_rng(7), 0
    for _ in range(400):
        low, high = interval(random.normal(1, 1, 15), random.normal(0, 1, 12))
        hits += low <= 1 <= high

    assert stats.binom.ppf(1e-6, 400, 0.945) <= hits <= stats.binom.ppf(1 - 1e-6, 400, 0.965)


def test_the_conclusion_says_numbers_and_direction():
    result = c.two_proportions(14, 200, 3, 220, alternative="greater")

    assert result.conclusion == (
        "The difference of proportions is 0.05636 (95% confidence interval 0.0249 to 1). The data show that the first "
        "proportion is greater than the second (p = 0.0031, at or below 0.05)."
    )


def test_a_conclusion_without_proof_does_not_claim_the_contrary():
    result = c.two_rates(5, 12, 3, 12)

    assert "do not show" in result.conclusion and "no proof of the contrary" in result.conclusion


def test_a_failed_check_is_in_the_conclusion():
    result = c.two_means([1.0, 1.0, 1.0, 1.0, 90.0], [2.0, 2.1, 1.9, 2.0])

    assert "Mind: 5 first sample, Shapiro-Wilk" in result.conclusion


@pytest.mark.parametrize(
    ("offset", "digits"),
    # The offset eats digits of the values themselves, when they are stored.
    [(1.0, 1e-12), (1e6, 1e-8), (1e12, 1e-2)],
)
@pytest.mark.parametrize("replicates", [21, 201, 2001])
def test_certified_digits_survive_a_large_offset(offset, digits, replicates):
    # NIST StRD, ANOVA, SmLs01 to SmLs09: nine treatments, F is 21, 201 and 2001 whatever the offset.
    pattern = np.array([0.4, *([0.3, 0.5] * (replicates // 2))])
    shifts = (0, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1)
    found = c.one_way_anova(*(offset + (pattern + shift) for shift in shifts))

    assert found.statistic == pytest.approx(replicates, rel=digits)
    assert found.summary["df_within"] == 9 * (replicates - 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: c.one_proportion(11, 10, 0.5), "count is 11 of n = 10"),
        (lambda: c.one_proportion(1.5, 10, 0.5), "whole number"),
        (lambda: c.two_proportions(0, 10, 0, 10, method="score"), "all units are alike"),
        (lambda: c.two_proportions(1, 10, 2, 10, alternative="bigger"), "alternative is 'bigger'"),
        (lambda: c.two_rates(0, 1, 0, 1), "no event in either sample"),
        (lambda: c.one_rate(-1, 1, 1), "at least 0"),
        (lambda: c.two_means([1.0], [1.0, 2.0]), "at least 2"),
        (lambda: c.two_means([0.1, 0.1, 0.1], [0.2, 0.2]), "no variation"),
        (lambda: c.one_mean([1.0, math.nan], 0), "missing"),
        (lambda: c.paired_means([1, 2, 3], [1, 2]), "as long as"),
        (lambda: c.mann_whitney([1, 1], [1, 1]), "all values are 1.0"),
        (lambda: c.wilcoxon_signed_rank([0, 0, 1]), "other than 0"),
        (lambda: c.equivalent_to_target([1, 2, 3], 2, 1), "low must be below high"),
        (lambda: c.chi_square_independence([[1, 0], [2, 0]]), "column 1"),
        (lambda: c.one_way_anova([1.0, 1.0], [2.0, 2.0]), "no variation"),
        (lambda: c.two_way_anova([1, 2, 3, 4], [0, 0, 1, 1], [0, 1, 0, 1]), "degrees of freedom left"),
        (lambda: c.mcnemar(0, 0), "disagree"),
        (lambda: c.two_means([1, 2], [3, 4], confidence_level=95), "between 0 and 1"),
        (lambda: c.cochran_q([[1, 2], [0, 1]]), "other values than 0 and 1"),
        (lambda: c.cochran_q([[1, 1], [0, 0]]), "disagree"),
        (lambda: c.bonett(A, B), "at least 10"),
        (lambda: c.correlation(A, B), "as long as"),
        (lambda: c.correlation([1, 2, 3], [1, 2, 3]), "at least 4"),
        (lambda: c.correlation([1, 2, 3, 4], [1, 1, 1, 1]), "no variation"),
        (lambda: c.mood_median([1, 1], [1, 1]), "above the median"),
        (lambda: c.friedman([[1, 1, 1], [2, 2, 2]]), "alike in every unit"),
        (lambda: c.friedman([[1, 2], [2, 1]]), "at least 3"),
        (lambda: c.dunnett(A, B, control=2), "there are 2 groups"),
        (lambda: c.dunn([1, 1], [1, 1]), "no variation"),
        (lambda: c.games_howell([1, 1], [1, 2]), "group 1 have no variation"),
        (lambda: c.equivalent_rates(0, 1, 0, 1, -1, 1), "no event"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_many_pairs_give_the_same_ranks_as_few(monkeypatch):
    random = np.random.default_rng(3)
    first, second = random.normal(size=40).round(1), random.normal(0.5, 1, 35).round(1)
    few = [c.mann_whitney(first, second), c.wilcoxon_signed_rank(first, target=0.2)]
    monkeypatch.setattr("hoshin.stats.comparisons._ranks.MOST_PAIRS", 10)
    many = [c.mann_whitney(first, second), c.wilcoxon_signed_rank(first, target=0.2)]

    for one, other in zip(few, many, strict=True):
        assert (other.estimate, *other.confidence_interval) == pytest.approx(
            (one.estimate, *one.confidence_interval), abs=1e-12
        )


def test_more_units_than_can_be_counted_are_refused_and_hold_up_no_other():
    with pytest.raises(StatisticsError, match="1000000000000 units found; at most 1000000000 can be counted exactly"):
        c.two_proportions(1, 10**12, 1, 5)
    many = c.two_proportions([1, 14], [10**12, 200], [1, 3], [5, 220], on_error="mark")

    assert list(many.problems) == [0] and many[1].pvalue == c.two_proportions(14, 200, 3, 220).pvalue
    assert c.two_proportions(1, 10**12, 1, 5, method="score").pvalue < 1e-6

"""Figures printed in books and papers, and SciPy's own tests where ours only add the interval and the words."""

import tracemalloc

import numpy as np
import pytest
from scipy import stats

from hoshin.stats import comparisons as c

SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
GROUPS = ([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5, 7.0], [8.0, 10.5, 8.1, 6.9])


# R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, methods 10 and 6.
@pytest.mark.parametrize(
    ("table", "hybrid", "score"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
        ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ],
)
def test_the_interval_of_a_difference_of_proportions_is_the_printed_one(table, hybrid, score):
    found = [c.two_proportions(*table, interval=i).confidence_interval for i in ("newcombe", "miettinen-nurminen")]

    assert np.round(found, 4).tolist() == pytest.approx(np.array([hybrid, score]), abs=1.01e-4)


def test_the_score_interval_of_all_against_none_has_a_closed_form():
    # There the restricted estimates are (1 +- d) / 2, and the bound solves (1 - d) = z^2 (1 + d) / 19 for n = 10.
    z = stats.norm.ppf(0.975)
    result = c.two_proportions(10, 10, 0, 10, interval="miettinen-nurminen")

    assert result.confidence_interval[0] == pytest.approx((1 - z * z / 19) / (1 + z * z / 19), rel=1e-9)


def test_fishers_tea_is_his_own():
    # R. A. Fisher, The Design of Experiments (1935), chapter 2: 17 of 70.
    assert c.two_proportions(3, 4, 1, 4, alternative="greater").pvalue == pytest.approx(17 / 70, rel=1e-12)


def test_students_sleep_is_his_own():
    # Student, Biometrika 6 (1908), 20: t = 4.06; R's documentation of `sleep`: 0.002833, -2.4598858, -0.7001142.
    result = c.paired_means(*SLEEP)

    assert (result.statistic, result.pvalue, *result.confidence_interval) == pytest.approx(
        (-4.0621, 0.002833, -2.4598858, -0.7001142), rel=2e-4
    )


def test_wilcoxons_interval_is_the_printed_one():
    # M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 2nd edition, example 3.1 and 3.3: T+ 40, 0.46.
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    result = c.wilcoxon_signed_rank(before, after, alternative="greater")

    assert (result.statistic, round(result.pvalue, 4), round(result.estimate, 2)) == (40.0, 0.0195, 0.46)


def test_brown_and_forsythes_test_agrees_with_scipy():
    ours = c.levene(*GROUPS)

    assert (ours.statistic, ours.pvalue) == pytest.approx(tuple(stats.levene(*GROUPS)), rel=1e-10)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_two_means_agree_with_scipy(alternative):
    for variances in ("equal", "unequal"):
        ours = c.two_means(*SLEEP, alternative=alternative, variances=variances)
        theirs = stats.ttest_ind(*SLEEP, equal_var=variances == "equal", alternative=alternative)

        interval = theirs.confidence_interval()
        assert (ours.statistic, ours.pvalue, ours.df, *ours.confidence_interval) == pytest.approx(
            (theirs.statistic, theirs.pvalue, theirs.df, *interval), rel=1e-9
        )


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_one_proportion_agrees_with_scipy(alternative):
    ours = c.one_proportion(7, 60, 0.2, alternative=alternative)
    theirs = stats.binomtest(7, 60, 0.2, alternative=alternative)

    assert (ours.pvalue, *ours.confidence_interval) == pytest.approx(
        (theirs.pvalue, *theirs.proportion_ci(0.95)), rel=1e-9
    )


def test_the_other_tests_agree_with_scipy():
    pairs = [
        (c.bartlett(*GROUPS), stats.bartlett(*GROUPS)),
        (c.kruskal_wallis(*GROUPS), stats.kruskal(*GROUPS)),
        (c.one_way_anova(*GROUPS), stats.f_oneway(*GROUPS)),
        (c.welch_anova(*GROUPS), stats.f_oneway(*GROUPS, equal_var=False)),
        (c.levene(*GROUPS, center="mean"), stats.levene(*GROUPS, center="mean")),
    ]

    for ours, theirs in pairs:
        assert (ours.statistic, ours.pvalue) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)


def test_tukeys_pairs_agree_with_scipy():
    theirs = stats.tukey_hsd(*GROUPS)
    interval = theirs.confidence_interval()
    ours = c.tukey_hsd(*GROUPS)

    for (i, j), test in zip(ours.pairs, ours.tests, strict=True):
        assert (test.pvalue, *test.confidence_interval) == pytest.approx(
            (theirs.pvalue[i, j], interval.low[i, j], interval.high[i, j]), rel=1e-6
        )


def test_two_rates_give_the_binomial_of_the_split():
    ours = c.two_rates(30, 12, 6, 6, alternative="greater")

    assert ours.pvalue == pytest.approx(stats.binomtest(30, 36, 12 / 18, "greater").pvalue, rel=1e-12)


def test_two_rates_are_those_of_the_book():
    # K. J. Rothman, S. Greenland, Modern Epidemiology, 2nd edition: breast cancer and fluoroscopies, 41 cases in 28,010
    # person-years against 15 in 19,017; the manual of Stata's `iri` prints the ratio with exact limits.
    ours = c.two_rates(41, 28010, 15, 19017)

    assert (ours.estimate, *ours.confidence_interval) == pytest.approx((1.855759, 1.005722, 3.608953), rel=2e-4)


def test_equivalence_is_two_tests_of_scipy():
    a, b = [10.1, 9.9, 10.0, 10.2, 9.8, 10.0], [10.0, 10.1, 9.9, 10.1, 10.0, 9.8]
    above = stats.ttest_ind(np.array(a) + 0.3, b, equal_var=False, alternative="greater").pvalue
    below = stats.ttest_ind(np.array(a) - 0.3, b, equal_var=False, alternative="less").pvalue

    assert c.equivalent_means(a, b, -0.3, 0.3).pvalue == pytest.approx(max(above, below), rel=1e-9)


def test_unbalanced_two_way_sums_are_those_of_nested_models():
    values = np.array([3.1, 4.2, 5.0, 4.4, 6.1, 7.3, 5.2, 4.9, 6.6, 8.0])
    first = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    second = [0, 0, 1, 1, 0, 0, 0, 1, 1, 1]
    table = c.two_way_anova(values, first, second)
    a, b = np.array(first), np.array(second)

    def rss(*columns):
        design = np.column_stack([np.ones(10), *columns])
        return float(((values - design @ np.linalg.solve(design.T @ design, design.T @ values)) ** 2).sum())

    expected = [rss(b) - rss(a, b), rss(a) - rss(a, b), rss(a, b) - rss(a, b, a * b), rss(a, b, a * b)]
    assert [row.ss for row in table.rows] == pytest.approx(expected, rel=1e-9)


# M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods (1973), 140ff: rounding first base.
FIRST_BASE = """
5.40 5.50 5.55 5.85 5.70 5.75 5.20 5.60 5.50 5.55 5.50 5.40 5.90 5.85 5.70 5.45 5.55 5.60 5.40 5.40 5.35
5.45 5.50 5.35 5.25 5.15 5.00 5.85 5.80 5.70 5.25 5.20 5.10 5.65 5.55 5.45 5.60 5.35 5.45 5.05 5.00 4.95
5.50 5.50 5.40 5.45 5.55 5.50 5.55 5.55 5.35 5.45 5.50 5.55 5.50 5.45 5.25 5.65 5.60 5.40 5.70 5.65 5.55
6.30 6.30 6.25
"""


def test_rounding_first_base_is_as_in_rs_manual():
    # R's documentation of friedman.test: chi-squared 11.143, df 2, p 0.003805.
    result = c.friedman(np.array(FIRST_BASE.split(), dtype=float).reshape(-1, 3))

    assert (round(result.statistic, 3), result.df, round(result.pvalue, 6)) == (11.143, 2.0, 0.003805)


def test_dunnetts_own_example():
    # C. W. Dunnett, JASA 50 (1955), 1096-1121: blood counts of animals, control and drugs A and B; SciPy's manual.
    control = [7.40, 8.50, 7.20, 8.24, 9.84, 8.32]
    a, b = [9.76, 8.80, 7.68, 9.36], [12.80, 9.68, 12.16, 9.20, 10.55]
    result = c.dunnett(control, a, b)

    assert [test.pvalue for test in result.tests] == pytest.approx([0.62, 0.0058], abs=2e-3)
    assert result.different == ((2, 0),)


def test_games_and_howell_are_welch_against_the_studentized_range():
    tests = c.games_howell(*GROUPS).tests
    for (i, j), test in zip(((0, 1), (0, 2), (1, 2)), tests, strict=True):
        welch = stats.ttest_ind(GROUPS[i], GROUPS[j], equal_var=False)

        expected = stats.studentized_range.sf(abs(welch.statistic) * 2**0.5, 3, welch.df)
        assert (test.pvalue, test.df) == pytest.approx((expected, welch.df), rel=1e-9)


def test_dunns_pairs_are_normal_tests_of_mean_ranks():
    ranks = np.split(stats.rankdata(np.concatenate(GROUPS)), [5, 11])
    everything = np.concatenate(GROUPS)
    variance = np.var(stats.rankdata(everything), ddof=1)
    for (i, j), test in zip(((0, 1), (0, 2), (1, 2)), c.dunn(*GROUPS, adjustment="bonferroni").tests, strict=True):
        error = (variance * (1 / len(ranks[i]) + 1 / len(ranks[j]))) ** 0.5
        p = 2 * stats.norm.sf(abs(ranks[i].mean() - ranks[j].mean()) / error)

        assert test.pvalue == pytest.approx(min(1.0, 3 * p), rel=1e-9)


def test_two_columns_of_cochran_are_mcnemars():
    table = np.repeat([[1, 0], [0, 1], [1, 1], [0, 0]], [9, 3, 5, 5], axis=0)

    assert c.cochran_q(table).pvalue == pytest.approx(c.mcnemar(9, 3, method="chi2").pvalue, rel=1e-12)


def test_mood_agrees_with_scipy():
    found = stats.median_test(*GROUPS, correction=False)

    assert c.mood_median(*GROUPS).pvalue == pytest.approx(found.pvalue, rel=1e-12)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_exact_tests_of_counts_agree_with_scipy(alternative):
    random = np.random.default_rng(4)
    n1, n2 = random.integers(1, 60, (2, 40))
    x1, x2 = random.integers(0, n1 + 1), random.integers(0, n2 + 1)
    fisher, binomial = c.two_proportions(x1, n1, x2, n2, alternative), c.one_proportion(x1, n1, 0.3, alternative)
    tables = [[[a, b], [n - a, m - b]] for a, n, b, m in zip(x1, n1, x2, n2, strict=True)]

    expected = [stats.fisher_exact(table, alternative).pvalue for table in tables]
    assert fisher.pvalue == pytest.approx(expected, rel=1e-9)
    expected = [stats.binomtest(a, n, 0.3, alternative).pvalue for a, n in zip(x1.tolist(), n1.tolist(), strict=True)]
    assert binomial.pvalue == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_boschloos_p_value_is_the_largest_and_scipy_finds_it(alternative):
    random = np.random.default_rng(7)
    n1, n2 = random.integers(1, 40, (2, 12))
    x1, x2 = random.integers(0, [n1 + 1, n2 + 1])
    ours = c.two_proportions(x1, n1, x2, n2, alternative, method="boschloo")

    for i, table in enumerate(np.stack([[x1, x2], [n1 - x1, n2 - x2]]).transpose(2, 0, 1)):
        theirs = stats.boschloo_exact(table, alternative)
        assert ours.statistic[i] == pytest.approx(theirs.statistic, rel=1e-12)
        assert theirs.pvalue * (1 - 1e-12) <= ours.pvalue[i] <= theirs.pvalue * (1 + 1e-7)


@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (1, 9), (12, 12), (30, 7)])
def test_boschloos_p_value_is_the_largest_chance_of_tables_as_extreme(n1, n2):
    # By its definition: every table, and every per mille of the chance.
    x1, x2 = (x.ravel() for x in np.mgrid[: n1 + 1, : n2 + 1])
    fisher = stats.hypergeom.cdf(x1, n1 + n2, x1 + x2, n1)
    p = np.arange(1001)[:, None] / 1000
    chances = stats.binom.pmf(x1, n1, p) * stats.binom.pmf(x2, n2, p)
    expected = (chances @ (fisher[:, None] <= fisher * (1 + 1e-12))).max(axis=0)
    found = c.two_proportions(x1, n1, x2, n2, "less", method="boschloo").pvalue

    assert (found >= expected - 1e-14).all()
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_ranks_agree_with_scipy(alternative):
    x, y = np.random.default_rng(6).normal(size=(2, 20)).round(1)
    for method in ("asymptotic", "auto"):
        ours = c.mann_whitney(x, y + 0.4, alternative, method=method)
        theirs = stats.mannwhitneyu(x, y + 0.4, alternative=alternative, method=method)
        assert (ours.statistic, ours.pvalue) == pytest.approx(tuple(theirs), rel=1e-9)
    theirs = stats.wilcoxon(x - y, alternative=alternative, method="asymptotic", correction=True)

    assert c.wilcoxon_signed_rank(x, y, 0.0, alternative).pvalue == pytest.approx(theirs.pvalue, rel=1e-9)


def test_tuna_is_as_in_rs_manual():
    # R's documentation of cor.test (M. Hollander, D. A. Wolfe (1973), 185ff): t 1.8411, p 0.1082, -0.1497426, 0.8955795.
    lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    result, ranks = c.correlation(lightness, panel), c.correlation(lightness, panel, "spearman")

    assert (result.estimate, *result.confidence_interval) == pytest.approx((0.5711816, -0.1497426, 0.8955795), abs=1e-7)
    assert (round(result.statistic, 4), result.df, round(result.pvalue, 4)) == (1.8411, 7.0, 0.1082)
    assert (ranks.estimate, ranks.pvalue) == pytest.approx(tuple(stats.spearmanr(lightness, panel)), rel=1e-9)


def test_boschloo_of_few_against_many_needs_neither_their_square_in_time_nor_in_memory():
    tracemalloc.start()
    found = c.two_proportions(1, 1, 5, 10_000, "greater", method="boschloo")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 2e8
    mirrored = c.two_proportions(5, 10_000, 1, 1, "less", method="boschloo")
    assert found.pvalue == pytest.approx(mirrored.pvalue, rel=1e-12)
    assert found.pvalue == pytest.approx(stats.boschloo_exact([[1, 5], [0, 9_995]], "greater").pvalue, rel=1e-7)

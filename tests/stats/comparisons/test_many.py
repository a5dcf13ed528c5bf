"""Many characteristics at once: each entry is what the test of that characteristic alone says."""

import math
import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats import comparisons as c
from hoshin.stats.comparisons import _ranks
from hoshin.stats.comparisons.anova import type_two
from hoshin.stats.errors import StatisticsError
from tests.stats.alike import alike
from tests.stats.many import comparing

RANDOM = np.random.default_rng(20)
FIRST = RANDOM.normal(10, 1, (6, 12)).round(2)
SECOND = RANDOM.normal(10.4, 1.5, (6, 9)).round(2)
THIRD = RANDOM.normal(10.2, 0.7, (6, 40)).round(2)
LENGTHS = ([3, 12, 40, 5, 31], [9, 4, 35, 5, 6], [5, 5, 5, 9, 33])
RAGGED = [[RANDOM.normal(5, 1, n).round(1) for n in lengths] for lengths in LENGTHS]
OF_ONE = {
    "one mean": lambda x, **more: c.one_mean(x, 10, **more),
    "one variance": lambda x, **more: c.one_variance(x, 0.9, "less", **more),
    "signed ranks": lambda x, **more: c.wilcoxon_signed_rank(x, target=9.9, **more),
    "signed ranks, one-sided": lambda x, **more: c.wilcoxon_signed_rank(
        x, None, 10.4, "less", 0.9, "asymptotic", **more
    ),
    "signs": lambda x, **more: c.sign_test(x, target=10, **more),
    "to target": lambda x, **more: c.equivalent_to_target(x, 9, 11, **more),
}
OF_TWO = {
    "two means": c.two_means,
    "two means, pooled": lambda x, y, **more: c.two_means(x, y, "greater", variances="equal", difference=0.1, **more),
    "two variances": c.two_variances,
    "equivalent means": lambda x, y, **more: c.equivalent_means(x, y, -1, 1, **more),
    "ranks": c.mann_whitney,
    "ranks, one-sided": lambda x, y, **more: c.mann_whitney(x, y, "less", method="asymptotic", **more),
}
OF_MANY = {
    "anova": c.one_way_anova,
    "welch": c.welch_anova,
    "levene": c.levene,
    "trimmed": lambda *x, **more: c.levene(*x, center="trimmed", **more),
    "bartlett": c.bartlett,
    "kruskal": c.kruskal_wallis,
    "mood": c.mood_median,
}
OF_PAIRS = {
    "paired means": c.paired_means,
    "correlation": c.correlation,
    "rank correlation": lambda x, y, **more: c.correlation(x, y, "spearman", "less", **more),
    "signed ranks of pairs": c.wilcoxon_signed_rank,
    "signs of pairs": lambda x, y, **more: c.sign_test(x, y, alternative="greater", **more),
    "equivalent pairs": lambda x, y, **more: c.equivalent_paired_means(x, y, -1, 1, **more),
}
OF_NUMBERS = {
    "one proportion": lambda x, n, y, m, **more: c.one_proportion(x, n, 0.3, **more),
    "one proportion, midp": lambda x, n, y, m, **more: c.one_proportion(x, n, 0.3, "less", method="midp", **more),
    "one proportion, score": lambda x, n, y, m, **more: c.one_proportion(x, n, 0.3, "greater", method="score", **more),
    "fisher": c.two_proportions,
    "fisher, one-sided": lambda *x, **more: c.two_proportions(*x, "greater", interval="miettinen-nurminen", **more),
    "fisher, midp": lambda *x, **more: c.two_proportions(*x, method="midp", **more),
    "boschloo": lambda *x, **more: c.two_proportions(*x, method="boschloo", **more),
    "boschloo, one-sided": lambda *x, **more: c.two_proportions(*x, "less", method="boschloo", **more),
    "mcnemar": lambda x, n, y, m, **more: c.mcnemar(x, n, **more),
    "mcnemar, midp": lambda x, n, y, m, **more: c.mcnemar(x, n, method="midp", **more),
    "mcnemar, chi-square": lambda x, n, y, m, **more: c.mcnemar(x, n, method="chi2", **more),
    "equivalent proportions": lambda *x, **more: c.equivalent_proportions(*x, -0.1, 0.1, **more),
    "one rate": lambda x, n, y, m, **more: c.one_rate(x, n, 0.4, **more),
    "one rate, midp": lambda x, n, y, m, **more: c.one_rate(x, n, 0.4, "less", method="midp", **more),
    "two rates": c.two_rates,
    "two rates, midp": lambda *x, **more: c.two_rates(*x, "less", method="midp", ratio=1.2, **more),
    "equivalent rates": lambda *x, **more: c.equivalent_rates(*x, -0.5, 0.5, **more),
}


def told(result):
    """Every number and word of a result, numbers as one flat list."""
    lines = [step for step in result.steps() if step.value is not None]
    numbers = [np.ravel(np.asarray(step.value, dtype=float)) for step in lines]
    return np.concatenate(numbers), [step.what for step in lines], [check.holds for check in result.checks]


def assert_same(one, other):
    numbers, words, holds = told(one)
    expected, *others = told(other)

    assert [words, holds] == others
    assert (one.pvalue, one.n, one.claim) == (pytest.approx(other.pvalue, rel=1e-10, abs=1e-300), other.n, other.claim)
    np.testing.assert_allclose(numbers, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", OF_NUMBERS)
@settings(max_examples=15)
@given(st.lists(st.tuples(*[st.integers(0, 30), st.integers(31, 60)] * 2), min_size=1, max_size=6))
def test_counts_are_tested_as_each_alone(name, tables):
    # Two samples without an event, or with all alike, support no rate and no score: tried below.
    tables = np.array([(5, 40, 9, 50), *(t for t in tables if t[0] + t[2])])
    many = OF_NUMBERS[name](*tables.T)

    for i, one in enumerate(many):
        assert_same(one, OF_NUMBERS[name](*tables[i].tolist()))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", OF_PAIRS)
def test_pairs_of_unequal_number_are_tested_as_each_alone(name):
    pairs = [(FIRST[0, :n], THIRD[0, :n]) for n in (12, 5, 1, 8)]
    pairs[1] = (pairs[1][0], np.where(np.arange(5) == 2, np.nan, pairs[1][1]))
    flat = [np.concatenate(side) for side in zip(*pairs, strict=True)]
    many = OF_PAIRS[name](*flat, offsets=[0, 12, 17, 18, 26], on_error="mark")

    assert 1 in many.problems and not {0, 3} & set(many.problems)
    for i in (0, 3):
        assert_same(many[i], OF_PAIRS[name](*pairs[i]))


def test_bad_tables_are_marked():
    tables = [[[1, 2], [3, 4]], [[0, 2], [0, 4]], [[1, 2], [3, -4]], [[1, 2], [3, 4.5]]]
    many = c.chi_square_independence(tables, on_error="mark")

    assert list(many.problems.values()) == [
        "characteristic 2: table holds -4.0; whole counts of 0 or more are needed",
        "characteristic 3: table holds 4.5; whole counts of 0 or more are needed",
        "characteristic 1: column 0 of the table is empty; leave it out",
    ]
    assert many[0] == c.chi_square_independence(tables[0])
    assert list(c.chi_square_fit([[0, 0], [1, 2]], on_error="mark").problems) == [0]


def test_a_target_may_be_each_characteristics_own():
    many = c.one_mean(FIRST, np.arange(6) + 8.0)

    assert_same(many[3], c.one_mean(FIRST[3], 11.0))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x, **more: c.one_mean(x, 10, **more), "no variation"),
        (lambda x, **more: c.two_means(x, x, **more), "no variation"),
        (lambda x, **more: c.mann_whitney(x, x, **more), "all values are"),
        (lambda x, **more: c.one_way_anova(x, x, **more), "no variation"),
        (lambda x, **more: c.levene(x, x, **more), "no variation"),
        (lambda x, **more: c.kruskal_wallis(x, x, **more), "all values are"),
        (lambda x, **more: c.mood_median(x, x, **more), "above the median"),
        (lambda x, **more: c.wilcoxon_signed_rank(x, target=7.0, **more), "other than 0"),
        (lambda x, **more: c.sign_test(x, target=7.0, **more), "other than 0"),
    ],
)
def test_a_bad_characteristic_is_marked_and_the_others_answered(call, words):
    rows = FIRST.copy()
    rows[1], rows[4, 2] = 7.0, math.nan
    many = call(rows, on_error="mark")

    assert list(many.problems) == [1, 4] or set(many.problems) == {1, 4}
    assert words in many.problems[1] and "missing" in many.problems[4]
    assert np.isnan(many.pvalue).tolist() == [False, True, False, False, True, False]
    assert_same(many[0], call(FIRST)[0])
    assert type(many).from_json(many.to_json()) == many
    with pytest.raises(StatisticsError, match="characteristic 1"):
        many[1]
    with pytest.raises(StatisticsError, match="characteristic"):
        call(rows)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", [*OF_ONE, *OF_TWO, *OF_MANY, "bonett"])
def test_every_kind_of_bad_characteristic_is_marked(name):
    # Too few, all alike, one missing, a good one, and one whose square is beyond numbers.
    bad = [
        np.array([1.0]),
        np.full(12, 5.0),
        np.r_[RAGGED[0][1][:11], np.nan],
        RAGGED[0][2],
        np.r_[np.arange(11), 1e200],
    ]
    good = [RAGGED[0][2]] * 5
    function, samples = c.bonett, (bad, good)
    for functions, own in ((OF_ONE, (bad,)), (OF_TWO, (bad, good)), (OF_MANY, (bad, bad, bad))):
        if name in functions:
            function, samples = functions[name], own
    flat = [np.concatenate(sample) for sample in samples]
    cuts = [np.concatenate([[0], np.cumsum([x.size for x in sample])]) for sample in samples]
    many = function(*flat, offsets=cuts if len(cuts) > 1 else cuts[0], on_error="mark")

    assert {2, 4} <= set(many.problems) and 3 not in many.problems
    assert np.isnan(many.pvalue).tolist() == [i in many.problems for i in range(5)]
    assert_same(many[3], function(*(sample[3] for sample in samples)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", OF_NUMBERS)
def test_every_kind_of_bad_count_is_marked(name):
    many = OF_NUMBERS[name](
        [-1, math.nan, 2.5, 3, 3], [9, 9, 9, 0, 9], [1, 1, 1, 1, 1], [9, 9, 9, 9, 9], on_error="mark"
    )

    # A zero is a bad size or exposure, but a good count of McNemar's.
    assert sorted(many.problems) == ([0, 1, 2] if "mcnemar" in name else [0, 1, 2, 3])
    assert np.isnan(many.pvalue).tolist() == [i in many.problems for i in range(5)]
    assert_same(many[4], OF_NUMBERS[name](3, 9, 1, 9))


def test_bad_counts_are_marked():
    many = c.two_proportions([1, 12, 3], [10, 10, 10], 4, 10, on_error="mark")

    assert list(many.problems) == [1]
    assert "count1 is 12 of n1 = 10" in many.problems[1]
    assert_same(many[2], c.two_proportions(3, 10, 4, 10))


def calls(function, *columns):
    """How many Python functions a call enters once everything is loaded."""
    entered = 0

    def count(frame, event, argument):
        nonlocal entered
        entered += event == "call"

    function(*columns)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function(*columns)
    finally:
        sys.setprofile(before)
    return entered


@pytest.mark.parametrize("name", comparing.CASES)
def test_nothing_is_called_for_each_characteristic(name):
    case, random = comparing.CASES[name], np.random.default_rng(9)
    data = [case.make(random, 24) for _ in range(2)]
    few, more = ([np.stack(column * times) for column in map(list, zip(*data, strict=True))] for times in (5, 50))

    assert calls(case, *more) <= calls(case, *few) + 20


@pytest.mark.filterwarnings("error")
def test_too_many_pairs_for_memory_are_searched_for_all_characteristics_together(monkeypatch):
    gap = np.where(np.arange(12) == 4, np.nan, FIRST)[:1]
    rows, others = np.concatenate([FIRST, gap]), np.concatenate([SECOND, SECOND[:1]])
    expected = c.mann_whitney(rows, others, on_error="mark"), c.wilcoxon_signed_rank(rows, target=9.9, on_error="mark")
    monkeypatch.setattr(_ranks, "MOST_PAIRS", 0)
    found = c.mann_whitney(rows, others, on_error="mark"), c.wilcoxon_signed_rank(rows, target=9.9, on_error="mark")

    for one, other in zip(found, expected, strict=True):
        alike(one.estimate, other.estimate)
        alike(one.confidence_interval, other.confidence_interval)


@pytest.mark.parametrize(
    ("name", "most"), [("two factors, scattered", "two_way.MOST_CELLS"), ("boschloo", "_boschloo.MOST_AT_ONCE")]
)
def test_what_does_not_fit_at_once_is_computed_in_parts(monkeypatch, name, most):
    case, random = comparing.CASES[name], np.random.default_rng(12)
    columns = [
        np.stack(column * 2) for column in map(list, zip(*(case.make(random, 40) for _ in range(5)), strict=True))
    ]
    expected = case(*columns)
    monkeypatch.setattr(f"hoshin.stats.comparisons.{most}", 100)

    alike(case(*columns), expected)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_signed_ranks_of_many_are_what_scipy_says_of_each(alternative):
    rows = np.array([RANDOM.normal(0.3, 1, 50), RANDOM.normal(-0.2, 1, 50)])
    for n in (2, 3, 7, 24, 50):
        for values in (rows[:, :n], rows[:, :n].round(0) + 0.25):
            ours = c.wilcoxon_signed_rank(values, alternative=alternative, method="exact")
            theirs = stats.wilcoxon(values, alternative=alternative, method="exact", axis=1)
            assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-12)


@pytest.mark.filterwarnings("error")
def test_every_kind_of_bad_table_of_units_is_marked():
    good = RANDOM.normal(size=(6, 4))
    gap = np.where(good == good.max(), np.nan, good)
    tables = [good, good[:1], np.tile(good[:, :1], 4), gap, good[::-1]]
    cuts = np.concatenate([[0], np.cumsum([len(table) for table in tables])])
    many = c.friedman(np.concatenate(tables), offsets=cuts, on_error="mark")

    words = ("1 units (rows) found", "alike in every unit", "table has 1 missing")
    assert sorted(many.problems) == [1, 2, 3]
    for i, said in enumerate(words, start=1):
        assert said in many.problems[i]
        with pytest.raises(StatisticsError, match=re.escape(said)):
            c.friedman(tables[i])
    alike(many[4], c.friedman(good[::-1]))


@pytest.mark.filterwarnings("error")
def test_every_kind_of_bad_table_of_answers_is_marked():
    good = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.0]])
    tables = [good, 2 * good, np.ones((3, 3)), np.where(good == 0, np.nan, good), good[:1]]
    cuts = np.concatenate([[0], np.cumsum([len(table) for table in tables])])
    many = c.cochran_q(np.concatenate(tables), offsets=cuts, on_error="mark")

    words = ("other values than 0 and 1", "0 units on which the results disagree", "table has 6 missing")
    assert sorted(many.problems) == [1, 2, 3]
    for i, said in enumerate(words, start=1):
        assert said in many.problems[i]
        with pytest.raises(StatisticsError, match=re.escape(said)):
            c.cochran_q(tables[i])
    alike(many[4], c.cochran_q(good[:1]))


@pytest.mark.parametrize("k", [3, 6])
def test_tables_of_many_are_what_scipy_says_of_each(k):
    tables = RANDOM.integers(0, 4, (5, 12, k)).astype(float)
    friedman = c.friedman(tables)

    for i, table in enumerate(tables):
        expected = stats.friedmanchisquare(*table.T)
        assert friedman[i].statistic == pytest.approx(expected.statistic, rel=1e-12)
        assert friedman[i].pvalue == pytest.approx(expected.pvalue, rel=1e-12)


def test_mood_of_many_is_what_scipy_says_of_each():
    many = c.mood_median(FIRST, SECOND, THIRD)

    for i in range(6):
        expected = stats.median_test(FIRST[i], SECOND[i], THIRD[i], correction=False)
        assert many[i].pvalue == pytest.approx(expected.pvalue, rel=1e-12)
        assert [many[i].summary["above"], many[i].summary["not above"]] == list(map(tuple, expected.table))


CELLS = (np.repeat([1.0, 2.0], 6), np.tile(["x", "y", "z"], 4))
GOOD = np.array([3.1, 4.0, 5.5, 3.3, 4.2, 5.1, 2.2, 3.0, 4.9, 2.0, 3.4, 4.4])
BAD_TABLES = {
    "missing value(s)": (np.where(np.arange(12) == 3, np.nan, GOOD), *CELLS),
    "first has 2 missing": (GOOD, np.where(np.arange(12) < 2, np.nan, CELLS[0]), CELLS[1]),
    "1 levels of second": (GOOD, CELLS[0], np.full(12, "x")),
    "5 filled cells found; at least 6": (GOOD[:11], CELLS[0][:11], np.r_[CELLS[1][:8], ["x"] * 3]),
    "0 degrees of freedom left": (GOOD[3:9], CELLS[0][3:9], CELLS[1][3:9]),
    "values have no variation": (np.full(12, 4.0), *CELLS),
    "the residuals have no variation": (CELLS[0] + 3, *CELLS),
    "can be computed with": (np.r_[GOOD[:11], 1e200], *CELLS),
}


@pytest.mark.filterwarnings("error")
def test_every_kind_of_bad_table_of_two_factors_is_marked():
    tables = [(GOOD, *CELLS), *BAD_TABLES.values(), (GOOD[::-1], *CELLS)]
    flat = [np.concatenate(column) for column in zip(*tables, strict=True)]
    cuts = np.concatenate([[0], np.cumsum([len(values) for values, *_ in tables])])
    many = c.two_way_anova(*flat, offsets=cuts, on_error="mark")
    test = many.test("first")

    assert sorted(many.problems) == sorted(test.problems) == list(range(1, 9))
    for i, (words, table) in enumerate(BAD_TABLES.items(), start=1):
        assert words in many.problems[i]
        with pytest.raises(StatisticsError, match=re.escape(words)):
            c.two_way_anova(*table)
    assert np.isnan(many.effect("first").pvalue).tolist() == np.isnan(test.pvalue).tolist() == [0, *[1] * 8, 0]
    for i in (0, 9):
        alike(many[i], c.two_way_anova(*tables[i]))
        assert_same(test[i], c.two_way_anova(*tables[i]).test("first"))


def test_a_factor_may_be_common_to_all_and_the_other_not():
    own = np.stack([CELLS[1], CELLS[1][::-1], np.roll(CELLS[1], 1)])
    many = c.two_way_anova(np.tile(GOOD, (3, 1)), CELLS[0], own)

    for i in range(3):
        alike(many[i], c.two_way_anova(GOOD, CELLS[0], own[i]))


@pytest.mark.parametrize("interaction", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_two_factors_of_any_design_are_what_least_squares_says(seed, interaction):
    random = np.random.default_rng(seed)
    first, second = random.integers(0, 3, 99), random.integers(0, 5, 99)
    values = random.normal(1e6, 1, 99) + first
    effects, fitted, df = type_two(
        values[None] - 1e6,
        [first, second],
        {"first": (0,), "second": (1,)} | ({"interaction": (0, 1)} if interaction else {}),
    )
    table = c.two_way_anova(values, first, second, interaction)

    assert [(row.source, row.df) for row in table.rows[:-1]] == [(name, k) for name, _, k in effects]
    assert [row.ss for row in table.rows[:-1]] == pytest.approx([ss.item() for _, ss, _ in effects], rel=1e-10)
    assert table.residuals.ss == pytest.approx(np.square(values - 1e6 - fitted).sum(), rel=1e-10)
    assert table.residuals.df == df


def test_parts_of_a_design_that_no_level_connects_are_not_compared():
    first, second = np.repeat([0, 1, 2, 3], 6), np.r_[np.tile([0, 1], 6), np.tile([2, 3], 6)]
    table = c.two_way_anova(np.r_[GOOD, GOOD + 7], first, second, interaction=False)

    assert [row.df for row in table.rows] == [2.0, 2.0, 18.0]


def test_the_result_of_many_explains_itself():
    words = str(c.two_means(FIRST, SECOND).explain())

    assert "Welch's t test of two means, 6 characteristics" in words
    assert "p value" in words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: c.two_means(FIRST, SECOND[:3]), "6 and 3"),
        (lambda: c.one_mean(FIRST, [1.0, 2.0]), "2 entries for 6"),
        (lambda: c.two_rates([1, 2], 3, [1, 2, 3], 4), "2 / 3 entries; as many of each are needed"),
        (lambda: c.paired_means(FIRST, SECOND), "as long as"),
        (lambda: c.two_way_anova(FIRST, FIRST.T, FIRST), r"values are \(6, 12\) and first is \(12, 6\)"),
        (lambda: c.two_way_anova(GOOD, [1] * 11, CELLS[1]), "a level for each value"),
        (lambda: c.two_way_anova(GOOD, np.array([*[1] * 11, "x"], object), CELLS[1]), "several kinds"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["a", math.nan] * 4, "first has 4 missing value"),
        (["a", None] * 4, "first has 4 missing value"),
        ([None] * 8, "first has 8 missing value"),
        ([math.nan] * 8, "first has 8 missing value"),
        (["a", 1] * 4, "first holds labels of several kinds"),
    ],
)
def test_a_missing_level_is_no_level(labels, words):
    with pytest.raises(StatisticsError, match=words):
        c.two_way_anova([1.0, 2.0, 3.0, 4.0, 5.0, 6.5, 7.0, 9.0], labels, [1, 1, 2, 2, 1, 1, 2, 2])


def test_a_column_of_measurements_is_no_factor_and_costs_no_memory():
    x = np.arange(30_000.0)
    with pytest.raises(StatisticsError, match="30000 filled cells found; at least 900000000 are needed"):
        c.two_way_anova(np.sin(x), x, x[::-1])

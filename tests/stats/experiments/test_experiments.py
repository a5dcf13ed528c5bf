"""Designed experiments: balance, printed examples, effects found back, refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.comparisons import two_way_anova
from hoshin.stats.errors import StatisticsError
from hoshin.stats.experiments import (
    TAGUCHI,
    Aliases,
    AliasMatrix,
    BestSetting,
    Design,
    FactorialAnalysis,
    Goal,
    LevelsAnalysis,
    ResponseSurface,
    SignalToNoise,
    alias_matrix,
    aliases,
    analyze_factorial,
    analyze_levels,
    analyze_response_surface,
    best_setting,
    box_behnken,
    central_composite,
    desirability,
    foldover,
    fractional_factorial,
    full_factorial,
    half_normal,
    in_blocks,
    plackett_burman,
    randomize,
    runs_in_units,
    signal_to_noise,
    taguchi,
)

# D. C. Montgomery, Design and Analysis of Experiments, 8th edition, example 6.2: filtration rate, one replicate of 2^4.
FILTRATION = [45, 71, 48, 65, 68, 60, 80, 65, 43, 100, 45, 104, 75, 86, 70, 96]


def test_the_filtration_rate_has_its_printed_effects():
    found = analyze_factorial(full_factorial([2] * 4).runs, FILTRATION, order=4)
    printed = {"A": 21.625, "B": 3.125, "C": 9.875, "D": 14.625, "AC": -18.125, "AD": 16.625, "ABCD": 1.375}

    assert {name: found.effect(name) for name in printed} == pytest.approx(printed)


def test_lenths_error_finds_the_effects_of_the_book():
    # The same example: A, C, D, AC and AD stand out; Lenth's pseudo standard error is 2.625.
    found = analyze_factorial(full_factorial([2] * 4).runs, FILTRATION, order=4)
    real = {name for name, is_real in zip(found.names, found.significant, strict=True) if is_real}

    assert (found.error, found.standard_error) == ("lenth", pytest.approx(2.625))
    assert real == {"A", "C", "D", "AC", "AD"}


def test_center_points_show_the_curvature_of_the_book():
    # D. C. Montgomery, 8th edition, example 6.7 (6.6 in others): center points 73, 75, 66, 69, sum of squares 1.51.
    runs = np.vstack([full_factorial([2] * 4).runs, np.zeros((4, 4))])
    found = analyze_factorial(runs, [*FILTRATION, 73, 75, 66, 69], terms=["A", "C", "D", "AC", "AD"])

    assert found.curvature == pytest.approx(70.0625 - 70.75)
    assert found.curvature**2 / (1 / 16 + 1 / 4) == pytest.approx(1.51, abs=5e-3)


def test_a_replicated_factorial_has_the_table_of_two_factors():
    # D. C. Montgomery, 8th edition, example 6.1: sums of squares 208.33, 75.00, 8.33, residuals 31.34.
    response = [28, 36, 18, 31, 25, 32, 19, 30, 27, 32, 23, 29]
    runs = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]] * 3)
    table, other = analyze_factorial(runs, response).anova, two_way_anova(response, runs[:, 0], runs[:, 1])

    assert [row.ss for row in table.rows] == pytest.approx([208.33, 75.00, 8.33, 31.33], abs=0.01)
    assert [row.pvalue for row in table.rows[:3]] == pytest.approx([row.pvalue for row in other.rows[:3]], rel=1e-9)


@given(st.lists(st.floats(-10, 10).map(lambda x: round(x, 2)), min_size=8, max_size=8))
def test_effects_made_are_effects_found(wanted):
    runs = full_factorial([2, 2, 2]).runs
    columns = [np.prod(runs[:, list(c)], axis=1) for size in range(4) for c in itertools.combinations(range(3), size)]
    response = np.array(wanted) @ np.array(columns)
    if np.ptp(response) < 0.1 or np.median(np.abs(wanted[1:])) < 0.01:
        return

    assert analyze_factorial(runs, response, order=3).coefficients == pytest.approx(wanted[1:], abs=1e-9)


@pytest.mark.parametrize("array", TAGUCHI)
def test_every_pair_of_columns_of_an_array_is_balanced(array):
    runs = taguchi(array).runs
    for i, j in itertools.combinations(range(runs.shape[1]), 2):
        counts = np.unique(runs[:, [i, j]], axis=0, return_counts=True)[1]

        assert counts.size == (runs[:, i].max() + 1) * (runs[:, j].max() + 1)
        assert np.ptp(counts) == 0


# G. Taguchi, System of Experimental Design (1987), appendix: L9 and the first columns of L8, levels from 1.
def test_l9_is_the_published_one():
    published = ["1111", "1222", "1333", "2123", "2231", "2312", "3132", "3213", "3321"]

    assert ["".join(str(level + 1) for level in run) for run in taguchi("L9").runs] == published


def test_l8_is_the_published_one():
    published = ["1111111", "1112222", "1221122", "1222211", "2121212", "2122121", "2211221", "2212112"]

    assert ["".join(str(level + 1) for level in run) for run in taguchi("L8").runs] == published


@pytest.mark.parametrize("factors", range(1, 24))
def test_screening_designs_are_orthogonal(factors):
    plan = plackett_burman(factors)

    assert np.array_equal(plan.runs.T @ plan.runs, plan.n * np.eye(factors))


# G. E. P. Box, J. S. Hunter, W. G. Hunter, Statistics for Experimenters, 2nd edition, table 6.22: resolutions.
@pytest.mark.parametrize(
    ("generators", "runs", "resolution"),
    [
        ("a b ab", 4, 3),
        ("a b c abc", 8, 4),
        ("a b c ab ac", 8, 3),
        ("a b c ab ac bc abc", 8, 3),
        ("a b c d abcd", 16, 5),
        ("a b c d abc bcd", 16, 4),
        ("a b c d abc bcd acd abd", 16, 4),
        ("a b c d e abcde", 32, 6),
        ("a b c d e f abcd abef", 64, 5),
    ],
)
def test_fractions_have_the_printed_resolution(generators, runs, resolution):
    plan = fractional_factorial(generators)

    assert (plan.n, plan.resolution) == (runs, resolution)


@settings(max_examples=30)
@given(st.sampled_from(["a b c abc", "a b c d abc -bcd", "a b c ab ac", "a b c d e abcd"]))
def test_chains_are_columns_that_are_alike(generators):
    plan = fractional_factorial(generators)
    found = aliases(plan.runs)
    column = dict(zip(plan.factors, plan.runs.T, strict=True))

    for effect, others in found.chains.items():
        for other in others:
            sign, word = (-1, other[1:]) if other.startswith("-") else (1, other)
            product = [np.prod([column[letter] for letter in name], axis=0) for name in (effect, word)]
            assert np.array_equal(product[0], sign * product[1])


@pytest.mark.parametrize(("factors", "runs"), [(3, 15), (4, 27), (5, 46), (6, 54), (7, 62)])
def test_box_and_behnkens_designs_have_their_size_and_balance(factors, runs):
    # G. E. P. Box, D. W. Behnken, Technometrics 2 (1960), 455-475, table 4.
    plan = box_behnken(factors).runs

    assert len(plan) == runs
    assert np.abs(plan.T @ plan - np.diag(np.diag(plan.T @ plan))).max() == 0
    assert np.ptp(np.square(plan).sum(axis=0)) == 0


@pytest.mark.parametrize(("factors", "alpha"), [(2, 1.414), (3, 1.682), (4, 2.0), (5, 2.378)])
def test_rotatable_designs_have_the_printed_distance(factors, alpha):
    # D. C. Montgomery, 8th edition, section 11.4.2.
    assert central_composite(factors).runs.max() == pytest.approx(alpha, abs=5e-4)


def test_a_rotatable_design_predicts_as_well_in_every_direction():
    plan = central_composite(3)
    surface = analyze_response_surface(plan.runs, np.random.default_rng(0).normal(size=plan.n))
    points = np.array([[1, 0, 0], [0, 1, 0], [1 / 3**0.5] * 3])
    found = surface.predict(points)

    assert np.ptp(found.upper - found.lower) == pytest.approx(0, abs=1e-9)


def test_an_orthogonal_design_has_uncorrelated_squares():
    plan = central_composite(2, alpha="orthogonal", center_points=3).runs
    squares = plan**2 - (plan**2).mean(axis=0)

    assert squares[:, 0] @ squares[:, 1] == pytest.approx(0, abs=1e-10)


def test_the_yield_of_the_book_is_greatest_where_it_is_printed():
    # D. C. Montgomery, 8th edition, example 11.2: stationary point (0.389, 0.306), 80.21, eigenvalues -0.9634, -1.4143.
    runs = central_composite(2).runs[:, :]
    order = [0, 2, 1, 3, 5, 4, 7, 6]
    response = [76.5, 77.0, 78.0, 79.5, 78.4, 75.6, 78.5, 77.0, 79.9, 80.3, 80.0, 79.7, 79.8]
    table = np.array(
        [[-1, -1], [-1, 1], [1, -1], [1, 1], [1.414, 0], [-1.414, 0], [0, 1.414], [0, -1.414], *[[0, 0]] * 5],
        dtype=float,
    )
    surface = analyze_response_surface(table, response)

    assert np.allclose(runs[:8][order], table[:8], atol=1e-3)
    assert surface.stationary == pytest.approx([0.389, 0.306], abs=1.5e-3)
    assert (surface.stationary_response, *surface.eigenvalues) == pytest.approx((80.21, -1.4143, -0.9634), abs=5e-3)
    assert (surface.nature, surface.inside) == ("maximum", True)


def test_real_effects_are_found_and_noise_is_accused_as_rarely_as_the_level_says():
    random, accused, found = np.random.default_rng(5), 0, 0
    runs = np.tile(full_factorial([2, 2, 2]).runs, (2, 1))
    for _ in range(300):
        result = analyze_factorial(runs, random.normal(size=16) + runs[:, 0], order=2)
        found += int(result.significant[0])
        accused += int(result.significant[1:].sum())

    assert stats.binom.ppf(1e-6, 1500, 0.05) <= accused <= stats.binom.ppf(1 - 1e-6, 1500, 0.05)
    assert found > 270


def test_many_responses_are_each_alone():
    random = np.random.default_rng(9)
    runs = np.vstack([full_factorial([2] * 4).runs, np.zeros((3, 4))])
    responses = np.stack([[*FILTRATION, 73, 75, 66], *(random.normal(size=(3, 19)) + runs[:, 0] * [[1], [2], [3]])])
    for order, error in ((2, "residuals"), (4, "residuals")):
        many = analyze_factorial(runs, responses, order=order)

        for one, response in zip(many, responses, strict=True):
            assert_same(one, analyze_factorial(runs, response, order=order), error)
    many = analyze_factorial(runs[:16], responses[:, :16], order=4)
    for one, response in zip(many, responses, strict=True):
        assert_same(one, analyze_factorial(runs[:16], response[:16], order=4), "lenth")
    assert half_normal(many.effects)[0].shape == (4, 15)
    assert FactorialAnalysis.from_json(many.to_json()) == many
    assert str(many.explain())


def assert_same(one, alone, error):
    assert (one.error, alone.error, one.names, one.aliased) == (error, error, alone.names, alone.aliased)
    for name in ("effects", "pvalues", "fitted", "standard_error", "margin", "mean", "df"):
        np.testing.assert_allclose(getattr(one, name), getattr(alone, name), rtol=1e-9, atol=1e-11)
    assert (one.anova is None, one.curvature_pvalue is None) == (alone.anova is None, alone.curvature_pvalue is None)
    assert [check.holds for check in one.checks] == [check.holds for check in alone.checks]


def test_a_bad_response_is_marked_and_the_others_analysed():
    runs = np.tile(full_factorial([2, 2, 2]).runs, (2, 1))
    y = np.random.default_rng(3).normal(size=16)
    many = analyze_factorial(runs, [np.ones(16), y, np.r_[np.nan, y[1:]]], on_error="mark")

    assert sorted(many.problems) == [0, 2]
    assert_same(many[1], analyze_factorial(runs, y), "residuals")
    with pytest.raises(StatisticsError, match="no variation"):
        many[0]


def test_blocks_take_a_shift_and_give_up_their_word():
    # D. C. Montgomery, 8th edition, example 7.2: the filtration rate in two blocks by ABCD, one of them 20 lower.
    plan = in_blocks(full_factorial([2] * 4), ["ABCD"])
    response = FILTRATION - 20.0 * (plan.blocks == 0)
    terms = ["A", "C", "D", "AC", "AD", "ABCD"]
    found = analyze_factorial(plan.runs, response, terms=terms, blocks=plan.blocks)
    plain = analyze_factorial(plan.runs, FILTRATION, terms=terms[:5], blocks=plan.blocks)

    assert found.effects == pytest.approx([21.625, 9.875, 14.625, -18.125, 16.625])
    assert found.aliased == (("blocks", "ABCD"),)
    assert found.pvalues == pytest.approx(plain.pvalues, rel=1e-9)
    # The block's sum of squares is that of ABCD's effect and the shift: 4 (1.375 + 20)^2.
    assert found.anova.effect("blocks").ss == pytest.approx(4 * (1.375 + 20) ** 2)
    assert sum(row.ss for row in found.anova.rows) == pytest.approx(found.anova.ss_total)


def test_four_blocks_give_up_three_words():
    plan = in_blocks(full_factorial([2] * 4), ["ABC", "BCD"])
    mixed = randomize(plan, seed=2, replicates=2, center_points=1)

    assert plan.notes == ("blocks = ABC", "blocks = BCD", "blocks = AD")
    assert np.bincount(plan.blocks).tolist() == [4] * 4
    assert np.bincount(mixed.blocks).tolist() == [5] * 8
    assert [len(set(mixed.blocks[mixed.order[i : i + 5]])) for i in range(0, 40, 5)] == [1] * 8


def test_a_foldover_frees_main_effects_from_pairs():
    # Box, Hunter, Hunter: a fraction of resolution III and its mirror together have resolution IV.
    once = fractional_factorial("a b c ab ac bc abc")
    both = foldover(once)
    one = foldover(once, "D")

    assert (once.resolution, both.resolution, both.n) == (3, 4, 16)
    assert all("D" not in word for word in aliases(one.runs).words)
    assert foldover(plackett_burman(11)).n == 24


def test_plackett_and_burman_mix_pairs_by_a_third():
    found = alias_matrix(plackett_burman(11).runs)

    assert {round(abs(share), 9) for effect in found.effects for share in found.of(effect).values()} == {0.333333333}
    assert alias_matrix(fractional_factorial("a b ab").runs).of("A") == pytest.approx({"BC": 1.0})


def test_the_best_of_two_responses_has_its_closed_form():
    # 10 - a^2 - b^2 as large as can be while 5 + a + b^2 is 5.5 at least: at (0.5, 0), where D is sqrt(7/8).
    runs = central_composite(2).runs
    a, b = runs.T
    tiny = 1e-9 * np.random.default_rng(1).normal(size=(2, 13))
    surfaces = [analyze_response_surface(runs, y) for y in (10 - a**2 - b**2 + tiny[0], 5 + a + b**2 + tiny[1])]
    best = best_setting(surfaces, [Goal("larger", low=8, target=10), Goal("larger", low=4, target=5.5)])

    assert best.overall == pytest.approx((7 / 8) ** 0.5, rel=1e-6)
    assert best.setting == pytest.approx([0.5, 0.0], abs=0.02)  # flat along the limit of the second


def test_many_surfaces_are_each_alone():
    runs = central_composite(2).runs
    a, b = runs.T
    noise = np.random.default_rng(6).normal(0, 0.1, (4, 13))
    responses = np.stack([9 - a**2 - b**2, 9 + a**2 + a * b + b**2, 9 - a**2 + 3 * b**2, np.ones(13)]) + noise * [
        [1],
        [1],
        [1],
        [0],
    ]
    many = analyze_response_surface(runs, responses, on_error="mark")

    assert many.nature == ("maximum", "minimum", "saddle", "")
    assert list(many.regression.problems) == [3]
    for i in range(3):
        alone = analyze_response_surface(runs, responses[i])
        assert (many[i].nature, many[i].inside) == (alone.nature, alone.inside)
        np.testing.assert_allclose(many[i].stationary, alone.stationary, rtol=1e-8)
        assert many[i].stationary_response == pytest.approx(alone.stationary_response)
    assert ResponseSurface.from_json(many.to_json()) == many
    both = best_setting(
        analyze_response_surface(runs, responses[:2]), [Goal("larger", 9, 0), Goal("smaller", 9, None, 20)]
    )
    assert both.responses.shape == (2,)


def test_desirability_rises_to_its_target_and_falls_again():
    goal = Goal("target", low=0, target=4, high=6, weight=2)

    assert desirability([-1, 0, 2, 4, 5, 6, 7], goal).tolist() == [0, 0, 0.25, 1, 0.25, 0, 0]
    assert desirability([3, 5, 9], Goal("smaller", target=3, high=7)).tolist() == [1, 0.5, 0]


def test_center_points_made_twice_show_the_lack_of_fit():
    runs = central_composite(2).runs
    a, b = runs.T
    noise = np.random.default_rng(8).normal(0, 0.05, 13)
    good = analyze_response_surface(runs, 5 + a - b**2 + noise)
    bad = analyze_response_surface(runs, 5 + a - b**2 + 2 * a * b**2 + noise)

    assert not good.regression.lack_of_fit.significant
    assert bad.regression.lack_of_fit.significant


# D. C. Montgomery, 8th edition, example 5.1: life of batteries, three materials, three temperatures, four each.
LIFE = [130, 155, 74, 180, 34, 40, 80, 75, 20, 70, 82, 58, 150, 188, 159, 126, 136, 122, 106, 115, 25, 70, 58, 45]
LIFE += [138, 110, 168, 160, 174, 120, 150, 139, 96, 104, 82, 60]
BATTERIES = np.column_stack([np.repeat([1, 2, 3], 12), np.tile(np.repeat([15, 70, 125], 4), 3)])


def test_the_batteries_have_their_printed_table():
    found = analyze_levels(BATTERIES, LIFE, ["material", "temperature"], order=2)

    assert [row.ss for row in found.anova.rows] == pytest.approx([10683.72, 39118.72, 9613.78, 18230.75], abs=0.01)
    assert [row.df for row in found.anova.rows] == [2, 2, 4, 27]
    assert found.levels["temperature"] == (15, 70, 125)
    assert found.means["material"] == pytest.approx([83.17, 108.33, 125.08], abs=0.01)
    table = two_way_anova(LIFE, *BATTERIES.T)
    assert [row.ss for row in table.rows] == pytest.approx([row.ss for row in found.anova.rows])


def test_an_array_with_two_levels_has_the_table_of_the_factorial():
    y = np.random.default_rng(4).normal(size=8)
    runs = full_factorial([2, 2, 2]).runs
    levels, factorial = analyze_levels(runs, y, order=2), analyze_factorial(runs, y, order=2)

    assert [row.source for row in levels.anova.rows] == [row.source for row in factorial.anova.rows]
    assert [row.ss for row in levels.anova.rows] == pytest.approx([row.ss for row in factorial.anova.rows])


def test_many_responses_of_levels_are_each_alone():
    responses = np.stack([LIFE, np.sqrt(LIFE), np.random.default_rng(1).normal(size=36), np.ones(36)])
    many = analyze_levels(BATTERIES, responses, order=2, on_error="mark")

    assert list(many.problems) == [3]
    for i in range(3):
        alone = analyze_levels(BATTERIES, responses[i], order=2)
        assert [row.pvalue for row in many[i].anova.rows[:3]] == pytest.approx(
            [row.pvalue for row in alone.anova.rows[:3]], rel=1e-9
        )
        assert many[i].ranges == pytest.approx(alone.ranges)
        assert [check.holds for check in many[i].checks] == [check.holds for check in alone.checks]
    assert LevelsAnalysis.from_json(many.to_json()) == many
    assert str(many.explain())


def test_ratios_of_an_array_are_analysed():
    plan = taguchi("L9", 3)
    ratios = signal_to_noise(plan, np.random.default_rng(2).normal(10, 1, (9, 4))).ratios
    found = analyze_levels(plan.runs, ratios)

    assert [row.df for row in found.anova.rows] == [2, 2, 2, 2]
    assert sum(row.ss for row in found.anova.rows) == pytest.approx(found.anova.ss_total)


def test_the_order_of_runs_is_repeatable_and_stays_in_its_block():
    one, two = (randomize(full_factorial([2, 2, 2]), seed=3, replicates=2) for _ in range(2))

    assert one == two
    assert set(one.order[:8]) == set(range(8))


def test_runs_come_out_in_units():
    plan = full_factorial([2, 2], ["temperature", "time"])
    found = runs_in_units(plan, {"temperature": (180, 200), "time": (5, 15)})

    assert found[1] == {"temperature": 200.0, "time": 5.0}
    levels = runs_in_units(taguchi("L4", 2), {"A": ["old", "new"], "B": [1, 2]})
    assert levels[2] == {"A": "new", "B": 1}


def test_ratios_are_those_of_their_formulas():
    # Mean of squares, of inverse squares; mean squared over variance.
    plan, y = taguchi("L4", 1), np.array([[1.0, 3.0], [2, 4], [1, 2], [5, 6]])

    assert signal_to_noise(plan, y, "smaller").ratios[0] == pytest.approx(-10 * np.log10(5))
    assert signal_to_noise(plan, y, "larger").ratios[0] == pytest.approx(-10 * np.log10((1 + 1 / 9) / 2))
    assert signal_to_noise(plan, y).ratios[0] == pytest.approx(10 * np.log10(4 / 2))


@pytest.mark.filterwarnings("error")
def test_responses_without_ratios_are_marked():
    plan, good = taguchi("L4", 1), np.array([[1.0, 3.0], [2, 4], [1, 2], [5, 6]])
    many = np.stack([good, np.where(good == 4, np.nan, good), np.where(good < 3, 0.0, good), good[::-1]])
    nominal, larger = (signal_to_noise(plan, many, goal, on_error="mark") for goal in ("nominal", "larger"))

    assert nominal.problems == {
        1: "characteristic 1: responses has 1 missing value(s); every value is needed here",
        2: "characteristic 2: run 3 has no scatter between its repeats",
    }
    assert "hold 0" in larger.problems[2]
    assert np.isnan(nominal.ratios).all(axis=1).tolist() == [False, True, True, False]
    for i in (0, 3):
        assert nominal[i] == signal_to_noise(plan, many[i])
    with pytest.raises(StatisticsError, match="run 3 has no scatter"):
        signal_to_noise(plan, many[2])


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (Design, randomize(fractional_factorial("a b c abc"), seed=1)),
        (Aliases, aliases(fractional_factorial("a b c abc").runs)),
        (FactorialAnalysis, analyze_factorial(full_factorial([2] * 4).runs, FILTRATION)),
        (FactorialAnalysis, analyze_factorial(full_factorial([2] * 4).runs, FILTRATION, order=4)),
        (
            ResponseSurface,
            analyze_response_surface(central_composite(2).runs, np.random.default_rng(2).normal(size=13)),
        ),
        (AliasMatrix, alias_matrix(plackett_burman(7).runs)),
        (LevelsAnalysis, analyze_levels(BATTERIES, LIFE)),
        (Goal, Goal("target", 2.0, 1.0, 4.0)),
        (
            BestSetting,
            best_setting(
                [analyze_response_surface(central_composite(2).runs, np.random.default_rng(2).normal(size=13))],
                [Goal("larger", low=-9, target=9)],
            ),
        ),
        (SignalToNoise, signal_to_noise(taguchi("L4"), [[1, 2], [2, 3], [3, 5], [4, 5]])),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: full_factorial([1, 2]), "at least 2"),
        (lambda: full_factorial([10] * 6), "at most 100000"),
        (lambda: fractional_factorial("a b cd"), "each letter must stand alone"),
        (lambda: plackett_burman(40), "at most 23"),
        (lambda: box_behnken(9), "3 to 7"),
        (lambda: central_composite(4, fraction="a b c abc"), "resolution 4; 5 or more"),
        (lambda: taguchi("L7"), "one of L4"),
        (lambda: taguchi("L9", 5), "holds 1 to 4"),
        (lambda: randomize(taguchi("L9"), 1, center_points=2), "coded -1 to"),
        (lambda: analyze_factorial([[0.5], [1]], [1, 2]), "runs must be -1"),
        (lambda: analyze_factorial([[-1, 0], [1, 1]], [1, 2]), "some factors at 0"),
        (lambda: analyze_factorial([[-1], [1]], [3, 3]), "no variation"),
        (lambda: analyze_factorial(full_factorial([2, 2]).runs, [1, 2, 3, 5], terms=["Z"]), "no factor 'Z'"),
        (lambda: analyze_response_surface(central_composite(2).runs[:6], range(6)), "at least"),
        (lambda: signal_to_noise(taguchi("L4"), [[1], [2], [3], [4]]), "at least 2"),
        (lambda: runs_in_units(full_factorial([2]), {}), "no range for factor A"),
        (lambda: in_blocks(full_factorial([2, 2]), ["AZ"]), "no factor 'Z'"),
        (lambda: in_blocks(fractional_factorial("a b c abc"), ["ABCD"]), "no blocks of equal size"),
        (lambda: in_blocks(taguchi("L9"), ["AB"]), "runs of -1"),
        (lambda: foldover(taguchi("L9")), "levels from 0"),
        (lambda: alias_matrix(fractional_factorial("a b ab").runs, order=2, up_to=3), "cannot be told apart"),
        (lambda: Goal("larger", target=1.0), "low is None"),
        (lambda: analyze_response_surface(central_composite(2).runs, np.ones(13)), "^response have no variation"),
        (lambda: analyze_levels(taguchi("L9").runs, range(9)), "fewer terms"),
        (lambda: analyze_levels([[0, 0], [0, 1]], [1, 2]), "levels of A"),
        (lambda: analyze_levels([[0, 0], [1, 1]] * 2, [1, 2, 3, 5]), "no other term tells apart"),
        (lambda: analyze_levels([[0], [1]] * 2, [1, 2, 1, 2]), "leave no residuals"),
        (lambda: Goal("target", target=1.0, low=0.0, high=0.5), "high is 0.5"),
        (lambda: best_setting([], []), "at least 1"),
        (lambda: analyze_factorial([[-1], [1]] * 2, [1, 2, 3, 4], blocks=[0, 1]), "as long as"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

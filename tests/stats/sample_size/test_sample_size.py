"""Power and sample size agree with printed figures, with SciPy's distributions and with simulated tests."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.sample_size import (
    Power,
    SampleSize,
    anova_power,
    anova_size,
    equivalence_power,
    equivalence_size,
    equivalent_proportions_power,
    equivalent_proportions_size,
    mean_power,
    mean_precision,
    mean_size,
    proportion_power,
    proportion_precision,
    proportion_size,
    rate_power,
    rate_size,
    sd_power,
    sd_precision,
    sd_size,
    two_means_power,
    two_means_size,
    two_proportions_power,
    two_proportions_size,
    two_rates_power,
    two_rates_size,
    two_sds_power,
    two_sds_size,
)


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        # R, stats package, examples of power.t.test, power.prop.test and power.anova.test: 0.8689528, 22.02110,
        # 17.84713, 76.7, 11.92613.
        (two_means_power(20, 1.0, 1.0).power, 0.8689528),
        (two_means_size(1.0, 1.0, power=0.9).n, 23),
        (two_means_size(1.0, 1.0, power=0.9, alternative="greater").n, 18),
        (two_proportions_size(0.5, 0.75, power=0.9).n, 77),
        (anova_size(np.array([-1.5, -0.5, 0.5, 1.5]) * np.sqrt(0.6), np.sqrt(3.0)).n, 12),
        # J. Cohen, Statistical Power Analysis, 2nd edition, table 2.4.1: d 0.5, power 0.80: 64 in each group.
        (two_means_size(0.5, 1.0).n, 64),
        # NIST/SEMATECH e-Handbook, 7.2.3.2: variance 55 above 100, alpha 0.05, beta 0.01: N = 171.
        (sd_size(np.sqrt(1.55), power=0.99, alternative="greater").n, 171),
        # W. G. Cochran, Sampling Techniques, 3rd edition, section 4.4: 385 for +-5 points at 95 %.
        (proportion_precision(0.05).n, 385),
    ],
)
def test_printed_examples(found, printed):
    assert found == pytest.approx(printed, rel=1e-6)


def rejections(pvalues, alpha=0.05):
    return int((np.asarray(pvalues) < alpha).sum())


def within(count, runs, power):
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], runs, power)
    return low <= count <= high


RUNS = 8000


def normal(shape, mean=0.0, sd=1.0, seed=0):
    return np.random.default_rng(seed).normal(mean, sd, (RUNS, *shape))


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_simulated_t_tests_reject_as_often_as_computed(alternative):
    shift = -0.5 if alternative == "less" else 0.5
    one = stats.ttest_1samp(normal((15,), shift), 0, axis=1, alternative=alternative).pvalue
    two = stats.ttest_ind(normal((12,), shift, seed=1), normal((20,), seed=2), axis=1, alternative=alternative).pvalue

    assert within(rejections(one), RUNS, mean_power(15, shift, 1.0, alternative=alternative).power)
    assert within(rejections(two), RUNS, two_means_power(12, shift, 1.0, n2=20, alternative=alternative).power)


def test_simulated_analyses_of_variance_reject_as_often_as_computed():
    groups = [normal((10,), mean, seed=i) for i, mean in enumerate((0.0, 0.4, 0.9))]

    pvalues = stats.f_oneway(*groups, axis=1).pvalue

    assert within(rejections(pvalues), RUNS, anova_power(10, [0.0, 0.4, 0.9], 1.0).power)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_simulated_tests_of_variance_reject_as_often_as_computed(alternative):
    ratio = 0.7 if alternative == "less" else 1.4
    s = normal((20,), sd=ratio).var(axis=1, ddof=1)
    other = normal((16,), seed=3).var(axis=1, ddof=1)
    low, high = stats.chi2.cdf(19 * s, 19), stats.chi2.sf(19 * s, 19)
    below, above = stats.f.cdf(s / other, 19, 15), stats.f.sf(s / other, 19, 15)
    choose = {"two-sided": lambda a, b: 2 * np.minimum(a, b), "less": lambda a, b: a, "greater": lambda a, b: b}[
        alternative
    ]

    assert within(rejections(choose(low, high)), RUNS, sd_power(20, ratio, alternative=alternative).power)
    assert within(
        rejections(choose(below, above)), RUNS, two_sds_power(20, ratio, n2=16, alternative=alternative).power
    )


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@given(n=st.integers(1, 80), p0=st.floats(0.02, 0.98), p=st.floats(0.02, 0.98))
@settings(max_examples=25, deadline=None)
def test_the_exact_power_of_a_proportion_is_that_of_its_rejection_region(alternative, n, p0, p):
    x = np.arange(n + 1)
    tail = 0.025 if alternative == "two-sided" else 0.05
    above = (stats.binom.sf(x - 1, n, p0) <= tail) & (alternative != "less")
    below = (stats.binom.cdf(x, n, p0) <= tail) & (alternative != "greater")
    near = np.abs(np.r_[stats.binom.sf(x - 1, n, p0), stats.binom.cdf(x, n, p0)] - tail).min()
    assume(near > 1e-12)
    expected = stats.binom.pmf(x, n, p)[above | below].sum()

    assert proportion_power(n, p, p0, alternative=alternative).power == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@given(t=st.integers(1, 200), r0=st.floats(0.05, 3), r=st.floats(0.05, 3))
@settings(max_examples=25, deadline=None)
def test_the_exact_power_of_a_rate_is_that_of_its_rejection_region(alternative, t, r0, r):
    x = np.arange(3000)
    tail = 0.025 if alternative == "two-sided" else 0.05
    above = (stats.poisson.sf(x - 1, r0 * t) <= tail) & (alternative != "less")
    below = (stats.poisson.cdf(x, r0 * t) <= tail) & (alternative != "greater")
    near = np.abs(np.r_[stats.poisson.sf(x - 1, r0 * t), stats.poisson.cdf(x, r0 * t)] - tail).min()
    assume(near > 1e-12)
    expected = stats.poisson.pmf(x, r * t)[above | below].sum()

    assert rate_power(t, r, r0, alternative=alternative).power == pytest.approx(expected, abs=1e-9)


def test_simulated_two_group_tests_of_counts_reject_about_as_often_as_computed():
    rng = np.random.default_rng(5)
    a, b = rng.binomial(120, 0.3, RUNS) / 120, rng.binomial(120, 0.45, RUNS) / 120
    mean = (a + b) / 2
    z = np.abs(a - b) / np.sqrt(2 * mean * (1 - mean) / 120)
    c, d = rng.poisson(0.3 * 150, RUNS), rng.poisson(0.5 * 150, RUNS)
    w = np.abs(2 * np.sqrt(c + 3 / 8) - 2 * np.sqrt(d + 3 / 8)) / np.sqrt(2)

    assert (z > 1.959964).mean() == pytest.approx(two_proportions_power(120, 0.3, 0.45).power, abs=0.02)
    assert (w > 1.959964).mean() == pytest.approx(two_rates_power(150, 0.3, 0.5).power, abs=0.02)


@pytest.mark.parametrize("design", ["one", "two"])
@pytest.mark.parametrize(("difference", "n"), [(0.0, 14), (0.3, 25), (0.0, 3)])
def test_simulated_equivalence_tests_reject_as_often_as_computed(design, difference, n):
    groups = 2 if design == "two" else 1
    a = normal((n,), difference, seed=6)
    b = normal((n,), seed=7) if design == "two" else np.zeros((RUNS, n))
    s = np.sqrt((a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / groups)
    gap, se = a.mean(axis=1) - b.mean(axis=1), s * np.sqrt(groups / n)
    t = stats.t.ppf(0.95, groups * (n - 1))
    shown = int(((gap + t * se < 0.9) & (gap - t * se > -0.9)).sum())

    assert within(shown, RUNS, equivalence_power(n, difference, 1.0, 0.9, design=design).power)


def test_wide_limits_leave_one_sided_power():
    two, one = (
        equivalence_power(20, 0.0, 1.0, 0.8, lower=-50.0).power,
        two_means_power(20, 0.8, 1.0, alternative="greater"),
    )

    assert two == pytest.approx(one.power, rel=1e-9)


SIZES = [
    (lambda p: mean_size(0.4, 1.0, power=p), lambda n: mean_power(n, 0.4, 1.0)),
    (lambda p: two_means_size(0.4, 1.0, power=p), lambda n: two_means_power(n, 0.4, 1.0)),
    (lambda p: anova_size([0, 0.5, 1], 1.0, power=p), lambda n: anova_power(n, [0, 0.5, 1], 1.0)),
    (
        lambda p: proportion_size(0.2, 0.1, power=p, method="normal"),
        lambda n: proportion_power(n, 0.2, 0.1, method="normal"),
    ),
    (lambda p: two_proportions_size(0.2, 0.1, power=p), lambda n: two_proportions_power(n, 0.2, 0.1)),
    (lambda p: rate_size(0.2, 0.1, power=p, method="normal"), lambda n: rate_power(n, 0.2, 0.1, method="normal")),
    (lambda p: two_rates_size(0.2, 0.1, power=p), lambda n: two_rates_power(n, 0.2, 0.1)),
    (lambda p: sd_size(1.3, power=p), lambda n: sd_power(n, 1.3)),
    (lambda p: two_sds_size(1.6, power=p), lambda n: two_sds_power(n, 1.6)),
    (lambda p: equivalence_size(0.1, 1.0, 0.6, power=p), lambda n: equivalence_power(n, 0.1, 1.0, 0.6)),
    (
        lambda p: equivalent_proportions_size(0.3, 0.3, 0.1, power=p),
        lambda n: equivalent_proportions_power(n, 0.3, 0.3, 0.1),
    ),
]


@pytest.mark.parametrize(("size", "power"), SIZES)
@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
def test_the_size_is_the_smallest_with_the_wanted_power(size, power, wanted):
    found = size(wanted)

    assert power(found.n).power >= wanted > power(found.n - 1).power


def test_a_lasting_size_never_falls_short_again_and_the_smallest_is_no_larger():
    lasting, smallest = (proportion_size(0.2, 0.1, jagged=j).n for j in ("lasting", "smallest"))
    powers = proportion_power(np.arange(lasting - 1, 2 * lasting), 0.2, 0.1).power

    assert smallest <= lasting
    assert powers[0] < 0.8 <= powers[1:].min()


@pytest.mark.parametrize(
    "call",
    [
        lambda n: mean_power(n, 0.4, 1.0),
        lambda n: two_means_power(n, 0.4, 1.0, n2=2 * n),
        lambda n: anova_power(n, [0, 0.5, 1], 1.0),
        lambda n: proportion_power(n, 0.2, 0.1),
        lambda n: two_proportions_power(n, 0.2, 0.1),
        lambda n: rate_power(n, 0.2, 0.1),
        lambda n: two_rates_power(n, 0.2, 0.1),
        lambda n: sd_power(n, 1.3),
        lambda n: two_sds_power(n, 1.6),
        lambda n: equivalence_power(n, 0.1, 1.0, 0.6),
        lambda n: equivalent_proportions_power(n, 0.3, 0.3, 0.1),
    ],
)
def test_many_sizes_at_once_equal_one_by_one(call):
    n = np.array([5, 20, 77])

    assert call(n).power.tolist() == pytest.approx([call(int(k)).power for k in n], rel=1e-12)


@given(scale=st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_power_does_not_change_with_the_unit(scale):
    assert mean_power(20, 0.5 * scale, scale).power == pytest.approx(mean_power(20, 0.5, 1.0).power, rel=1e-9)


def test_without_an_effect_the_power_is_the_level():
    assert mean_power(20, 0.0, 1.0, alpha=0.1).power == pytest.approx(0.1)
    assert sd_power(20, 1.0, alpha=0.1).power == pytest.approx(0.1)
    assert anova_power(20, [1.0, 1.0, 1.0], 1.0).power == pytest.approx(0.05)


def test_a_precise_mean_and_sd_are_just_precise_enough():
    mean, sd = mean_precision(0.3, 1.0), sd_precision(0.1)

    assert mean.half_width <= 0.3 < stats.t.ppf(0.975, mean.n - 2) / np.sqrt(mean.n - 1)
    assert sd.half_width <= 0.1 < np.sqrt((sd.n - 2) / stats.chi2.ppf(0.025, sd.n - 2)) - 1


# A size function, its effects for four characteristics, the third of which has no answer.
MANY = [
    (mean_size, {"difference": [0.4, -0.7, 0.0, 1.5], "sd": 1.0}),
    (two_means_size, {"difference": [0.4, 0.7, 1.0, 1.5], "sd": [1.0, 2.0, -1.0, 1.0], "ratio": 2.0}),
    (anova_size, {"means": [[0, 0.5, 1], [0, 2, 0.1], [1, 1, 1], [3, 1, 0]], "sd": [1.0, 1.0, 1.0, 4.0]}),
    (proportion_size, {"p": [0.2, 0.3, 0.1, 0.15], "p0": 0.1}),
    (proportion_size, {"p": [0.2, 0.3, 0.1, 0.15], "p0": 0.1, "jagged": "smallest"}),
    (proportion_size, {"p": [0.2, 0.3, 1.1, 0.15], "p0": 0.1, "method": "normal"}),
    (two_proportions_size, {"p1": [0.2, 0.3, 0.5, 0.15], "p2": [0.1, 0.5, 0.5, 0.4]}),
    (two_proportions_size, {"p1": [0.2, 0.3, 0.5, 0.15], "p2": [0.1, 0.5, 0.5, 0.4], "method": "arcsine"}),
    (rate_size, {"rate": [0.6, 0.5, 0.3, 2.0], "rate0": 0.3}),
    (two_rates_size, {"rate1": [0.6, 0.5, -0.3, 2.0], "rate2": 0.3}),
    (sd_size, {"ratio": [1.3, 0.5, 1.0, 2.0]}),
    (two_sds_size, {"ratio": [1.6, 0.5, 0.0, 2.0], "sizes": 1.5}),
    (equivalence_size, {"difference": [0.0, 0.2, 2.0, -0.1], "sd": 1.0, "margin": 0.8}),
    (equivalence_size, {"difference": 0.0, "sd": [1.0, 2.0, 1.0, 1.0], "margin": 0.8, "lower": [-1, -2, 0.1, -0.9]}),
    (equivalent_proportions_size, {"p1": [0.3, 0.5, 0.1, 0.8], "p2": [0.3, 0.45, 0.4, 0.8], "margin": 0.1}),
]


@pytest.mark.parametrize(("size", "given"), MANY)
def test_many_characteristics_are_sized_as_one_by_one(size, given):
    found = size(**given, on_error="mark")
    columns = {name: value for name, value in given.items() if isinstance(value, list)}

    assert (len(found), sorted(found.problems), np.isnan(found.n).tolist()) == (4, [2], [False, False, True, False])
    for c in (0, 1, 3):
        assert found[c] == size(**given | {name: value[c] for name, value in columns.items()})
    with pytest.raises(StatisticsError, match="characteristic 2: "):
        size(**given)
    reason = found.problems[2].removeprefix("characteristic 2: ")
    with pytest.raises(StatisticsError, match=re.escape(reason)):
        size(**given | {name: value[2] for name, value in columns.items()})
    assert SampleSize.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "call",
    [
        lambda effect: mean_power(20, effect, 1.0),
        lambda effect: two_means_power(20, effect, 1.0, n2=30),
        lambda effect: proportion_power(20, effect, 0.2),
        lambda effect: two_proportions_power(20, effect, 0.2, method="arcsine"),
        lambda effect: rate_power(20, effect, 0.2),
        lambda effect: two_rates_power(20, effect, 0.2),
        lambda effect: sd_power(20, effect),
        lambda effect: two_sds_power(20, effect),
        lambda effect: equivalence_power(20, effect, 1.0, 1.0),
        lambda effect: equivalent_proportions_power(200, effect, 0.3, 0.2),
        lambda effect: anova_power(20, np.multiply.outer(effect, [0, 1, 2]), 1.0),
    ],
)
def test_many_effects_at_once_equal_one_by_one(call):
    effects = np.array([0.3, 0.4, 0.9])
    many = call(effects)

    assert len(many) == 3
    assert [many[i] for i in range(3)] == [call(effect) for effect in effects]


def test_an_effect_too_small_to_be_found_is_marked_among_many():
    found = mean_size([0.5, 1e-9], 1.0, on_error="mark")

    assert (found.n[0], found.problems[1]) == (
        34,
        "characteristic 1: more than 10000000 items would be needed; a larger effect is needed",
    )


def test_a_width_that_a_size_gives_exactly_needs_no_item_more():
    n = np.arange(2, 500)

    assert mean_precision(stats.norm.ppf(0.975) / np.sqrt(n), 1.0, sd_known=True).n.tolist() == n.tolist()


def test_the_sizes_for_intervals_are_the_smallest():
    width, n = np.array([0.1, 0.4, 1.5]), np.arange(1, 3000)
    t = stats.t.ppf(0.975, np.maximum(n - 1, 1)) / np.sqrt(n)
    s = np.sqrt(np.maximum(n - 1, 1) / stats.chi2.ppf(0.025, np.maximum(n - 1, 1))) - 1

    for found, reached in ((mean_precision(width, 1.0), t), (sd_precision(width), s)):
        assert found.n.tolist() == [int(n[1:][reached[1:] <= w][0]) for w in width]
        assert (found.half_width <= width).all()


def test_results_survive_json_and_explain_themselves():
    size, power = two_means_size(0.5, 1.0, ratio=2), mean_power([10, 20], 0.5, 1.0)

    assert SampleSize.from_json(size.to_json()) == size
    assert Power.from_json(power.to_json()) == power
    assert (size.n2, size.total) == (2 * size.n, 3 * size.n)
    assert f"n = smallest whose power is at least 0.8 = {size.n}" in str(size.explain())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: mean_size(0.0, 1.0), "difference is 0"),
        (lambda: mean_size(None, 1.0), "difference must be a number; found None"),
        (lambda: anova_size([], 1.0), "0 means found; at least 1"),
        (lambda: mean_size(-1.0, 1.0, alternative="greater"), "one in its direction"),
        (lambda: mean_power(1, 1.0, 1.0), "n is 1.0; at least 2"),
        (lambda: mean_power(10, 1.0, 0.0), "sd is 0"),
        (lambda: mean_power(10, 1.0, 1.0, alternative="up"), "alternative is 'up'"),
        (lambda: mean_size(1.0, 1.0, power=1.0), "power is 1"),
        (lambda: mean_size(1e-9, 1.0), "more than 10000000 items"),
        (lambda: anova_size([1, 1], 1.0), "the means are all 1"),
        (lambda: proportion_power(10.5, 0.1, 0.2), "whole numbers are needed"),
        (lambda: proportion_size(0.1, 0.1), "a difference in its direction"),
        (lambda: rate_size(0.1, 0.2, alternative="greater"), "a difference in its direction"),
        (lambda: sd_size(1.0), "ratio is 1"),
        (lambda: equivalence_size(2.0, 1.0, 1.0), "inside the limits"),
        (lambda: equivalence_power(10, 0.0, 1.0, -1.0), "the lower one must be below"),
        (lambda: equivalent_proportions_size(0.1, 0.4, 0.2), "less than the margin"),
    ],
)
def test_questions_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()

"""Points left out, stages, subgroups of unequal size, missing rows and frozen baselines of charts of several characteristics."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats import control_charts as cc
from hoshin.stats.errors import StatisticsError
from hoshin.stats.multivariate import (
    GeneralizedVarianceChart,
    MewmaChart,
    T2Baseline,
    T2Chart,
    generalized_variance,
    mewma,
    t2_individuals,
    t2_monitor,
    t2_subgroups,
)
from tests.stats.alike import alike

RANDOM = np.random.default_rng(20)
MIX = np.array([[2.0, 0.5, 0.0], [0.0, 1.0, 0.3], [0.0, 0.0, 1.0]])
ROWS = RANDOM.normal(size=(50, 3)) @ MIX + [10, 20, 30]
SIZES = np.array([5, 4, 8, 2, 6, 5, 1, 7, 4, 6, 9, 5])
CUTS = np.concatenate([[0], np.cumsum(SIZES)])
FLAT = RANDOM.normal(size=(SIZES.sum(), 3)) @ MIX + [10, 20, 30]
PARTS = np.split(FLAT, CUTS[1:-1])
EQUAL = RANDOM.normal(size=(12, 6, 3)) @ MIX
WHY = "new batch of cardboard"

matrices = st.lists(st.floats(-3, 3), min_size=9, max_size=9).map(
    lambda entries: np.array(entries).reshape(3, 3) + 8 * np.eye(3)
)
orders = st.permutations(range(len(SIZES)))

subgroups = partial(t2_subgroups, subgroup_offsets=CUTS)
variances = partial(generalized_variance, subgroup_offsets=CUTS)
averages = partial(mewma, h=9.0, lam=0.2)


def by_hand(parts, alpha):
    """T² of subgroups of any size and both limits, one after the other, with SciPy's F."""
    rows, p = np.concatenate(parts), parts[0].shape[1]
    scatter = sum((part - part.mean(axis=0)).T @ (part - part.mean(axis=0)) for part in parts)
    freedom = len(rows) - len(parts)
    center, inverse = rows.mean(axis=0), np.linalg.inv(scatter / freedom)
    away = [part.mean(axis=0) - center for part in parts]
    n = np.array([len(part) for part in parts])
    point = p * freedom / (freedom - p + 1) * stats.f.isf(alpha, p, freedom - p + 1)
    t2 = np.array([size * d @ inverse @ d for size, d in zip(n, away, strict=True)])
    return t2, point * (1 - n / len(rows)), point * (1 + n / len(rows))


def test_unequal_subgroups_are_computed_as_by_hand():
    chart = subgroups(FLAT, 0.01)
    t2, first, second = by_hand(PARTS, 0.01)

    assert chart.t2 == pytest.approx(t2, rel=1e-10)
    assert chart.ucl_phase1 == pytest.approx(first, rel=1e-10) and chart.ucl_phase2 == pytest.approx(second, rel=1e-10)
    assert chart.n.tolist() == SIZES.tolist() and chart.baseline.n == 0
    assert (chart.m, chart.freedom) == (12, SIZES.sum() - 12)


def test_equal_subgroups_are_the_same_however_they_come():
    flat, cuts = EQUAL.reshape(-1, 3), np.arange(13) * 6

    alike(t2_subgroups(flat, subgroup_offsets=cuts), t2_subgroups(EQUAL))
    alike(generalized_variance(flat, subgroup_offsets=cuts), generalized_variance(EQUAL))
    # One equation for all sizes has Alt's limits where they are equal: m = 12, n = 6, p = 3.
    assert t2_subgroups(EQUAL, 0.01).ucl_phase1 == pytest.approx(3 * 11 * 5 / 58 * stats.f.isf(0.01, 3, 58), rel=1e-12)
    assert t2_subgroups(EQUAL, 0.01).ucl_phase2 == pytest.approx(3 * 13 * 5 / 58 * stats.f.isf(0.01, 3, 58), rel=1e-12)


def test_one_variable_in_unequal_subgroups_is_the_chart_of_averages():
    values = FLAT[:, 0]
    one, averages = subgroups(FLAT[:, :1]), cc.xbar_s(values, subgroup_offsets=CUTS, sigma_method="pooled")
    distance = (averages.main.points - averages.main.center) / averages.main.sigma

    assert one.center[0] == pytest.approx(averages.baseline.center) and one.t2 == pytest.approx(distance**2)
    assert one.cov[0, 0] == pytest.approx(averages.baseline.sigma**2)
    variance = variances(FLAT[:, :1])
    assert variance.det == pytest.approx(averages["S"].points ** 2, nan_ok=True)
    # The variance of s² is 2 sigma^4 / (n - 1).
    used = SIZES > 1
    assert variance.b2[used] == pytest.approx(2 / (SIZES[used] - 1)) and variance.center[used] == pytest.approx(
        one.cov[0, 0]
    )


def test_a_missing_row_makes_its_subgroup_smaller():
    gaps = EQUAL.copy()
    gaps[1, 2, 0] = gaps[4, :4, 1] = gaps[6] = gaps[8, 1:, 2] = np.nan
    kept = [part[~np.isnan(part).any(axis=1)] for part in gaps]
    flat = np.concatenate(kept)
    sizes = np.array([len(part) for part in kept])
    cuts = np.concatenate([[0], np.cumsum(sizes[sizes > 0])])
    chart, without = t2_subgroups(gaps), t2_subgroups(flat, subgroup_offsets=cuts)
    variance, other = generalized_variance(gaps), generalized_variance(flat, subgroup_offsets=cuts)

    assert chart.n.tolist() == [6, 5, 6, 6, 2, 6, 0, 6, 1, 6, 6, 6] and np.isnan(chart.t2[6])
    assert np.delete(chart.t2, 6) == pytest.approx(without.t2, rel=1e-12)
    assert np.delete(chart.ucl, 6) == pytest.approx(without.ucl, rel=1e-12)
    # A subgroup of p rows or fewer has no determinant.
    assert np.flatnonzero(np.isnan(variance.det)).tolist() == [4, 6, 8] and variance.m == 9
    assert np.delete(variance.ucl, 6) == pytest.approx(other.ucl, rel=1e-12, nan_ok=True)


def test_limits_of_unequal_sizes_hold_their_false_alarms():
    # Each subgroup of 6,000 charts by itself, so that the trials are independent.
    random, charts, alpha = np.random.default_rng(4), 6000, 0.05
    sizes = np.array([2, 9, 4, 6, 3, 12])
    cuts = np.concatenate([[0], np.cumsum(np.tile(sizes, charts))])
    offsets = np.arange(charts + 1) * 6
    data = random.normal(size=(cuts[-1], 2)) @ [[3.0, 1.0], [0.0, 1.0]]
    chart = t2_subgroups(data, alpha, subgroup_offsets=cuts, offsets=offsets)
    new = np.array([1, 8, 3])
    later_cuts = np.concatenate([[0], np.cumsum(np.tile(new, charts))])
    later = t2_monitor(
        random.normal(size=(later_cuts[-1], 2)) @ [[3.0, 1.0], [0.0, 1.0]],
        chart.baseline,
        alpha,
        subgroup_offsets=later_cuts,
        offsets=np.arange(charts + 1) * 3,
    )
    low, high = stats.binom.ppf([1e-5, 1 - 1e-5], charts, alpha)

    assert all(low <= np.count_nonzero(chart.out % 6 == i) <= high for i in range(6))
    assert all(low <= np.count_nonzero(later.out % 3 == i) <= high for i in range(3))


def test_a_point_left_out_is_judged_as_a_new_one():
    # The limit of phase I would let too many pass; the F limit holds for a row that made nothing.
    random, charts, alpha = np.random.default_rng(6), 6000, 0.05
    data = random.normal(size=(charts, 12, 2))
    chart = t2_individuals(data, alpha, exclude={(g, 3): WHY for g in range(charts)})
    low, high = stats.binom.ppf([1e-5, 1 - 1e-5], charts, alpha)

    assert low <= np.count_nonzero(chart.out % 12 == 3) <= high and low <= np.count_nonzero(chart.out % 12 == 4) <= high


def test_the_determinant_of_unequal_subgroups_is_estimated_without_bias():
    random, charts = np.random.default_rng(7), 8000
    sizes = np.array([4, 9, 5])
    cuts = np.concatenate([[0], np.cumsum(np.tile(sizes, charts))])
    data = random.normal(size=(cuts[-1], 2)) @ [[3.0, 1.0], [0.0, 0.5]]
    chart = generalized_variance(data, subgroup_offsets=cuts, offsets=np.arange(charts + 1) * 3)
    off = chart.sigma_det.mean() - 1.5**2

    assert abs(off) < 4.5 * chart.sigma_det.std() / charts**0.5
    # Mean and spread of |S| of each size are what b1 and b2 say.
    for i, n in enumerate(sizes):
        det, b1, b2 = chart.det[i::3] / 1.5**2, (n - 2) / (n - 1), 2 * (n - 2) * (2 * n - 1) / (n - 1) ** 3
        assert chart.b1[i] == pytest.approx(b1) and chart.b2[i] == pytest.approx(b2)
        assert abs(det.mean() - b1) < 4.5 * (b2 / charts) ** 0.5


@given(matrices, st.floats(-100, 100), orders)
def test_unequal_subgroups_depend_on_neither_axes_nor_order(matrix, shift, order):
    chart, variance = subgroups(FLAT), variances(FLAT)
    shuffled = np.concatenate([PARTS[i] for i in order]) @ matrix + shift
    cuts = np.concatenate([[0], np.cumsum(SIZES[list(order)])])
    scale = np.linalg.det(matrix) ** 2
    other, spread = (f(shuffled, subgroup_offsets=cuts) for f in (t2_subgroups, generalized_variance))

    assert other.t2 == pytest.approx(chart.t2[list(order)], rel=1e-5)
    assert other.ucl == pytest.approx(chart.ucl[list(order)], rel=1e-10)
    assert spread.ucl == pytest.approx(variance.ucl[list(order)] * scale, rel=1e-5, nan_ok=True)
    assert spread.det == pytest.approx(variance.det[list(order)] * scale, rel=1e-5, nan_ok=True)


# ---------- points left out ----------


@pytest.mark.parametrize("covariance", ["sample", "successive_differences"])
def test_rows_left_out_make_nothing_but_are_plotted(covariance):
    chart = t2_individuals(ROWS, 0.01, covariance, exclude={4: WHY, 9: "wrong gauge"})
    rest = t2_individuals(np.delete(ROWS, [4, 9], axis=0), 0.01, covariance)
    later = t2_monitor(ROWS[[4, 9]], chart.baseline, 0.01)

    assert np.delete(chart.t2, [4, 9]) == pytest.approx(rest.t2, rel=1e-10)
    assert chart.t2[[4, 9]] == pytest.approx(later.t2, rel=1e-10)
    assert set(np.delete(chart.ucl, [4, 9])) == {rest.ucl} and set(chart.ucl[[4, 9]]) == {later.ucl}
    assert chart.excluded == chart.baseline.excluded == {4: WHY, 9: "wrong gauge"}
    assert chart.m == 48 and WHY in str(chart.explain()) and WHY in str(chart.baseline.explain())


def test_subgroups_left_out_make_nothing_but_are_plotted():
    keep = [i for i in range(12) if i not in (2, 5)]
    cuts = np.concatenate([[0], np.cumsum(SIZES[keep])])
    rest = np.concatenate([PARTS[i] for i in keep])
    out = {2: WHY, 5: WHY}
    chart, variance = subgroups(FLAT, exclude=out), variances(FLAT, exclude=out)
    other, spread = (f(rest, subgroup_offsets=cuts) for f in (t2_subgroups, generalized_variance))

    assert chart.t2[keep] == pytest.approx(other.t2, rel=1e-10) and chart.ucl[keep] == pytest.approx(other.ucl)
    assert chart.ucl[[2, 5]] == pytest.approx(chart.ucl_phase2[[2, 5]]) and (chart.ucl_phase2 > other.ucl.min()).all()
    assert (
        variance.sigma_det == pytest.approx(spread.sigma_det) and variance.excluded == out == variance.baseline.excluded
    )
    assert variance.det == pytest.approx(variances(FLAT).det, nan_ok=True)


def test_a_row_left_out_moves_no_target_but_is_averaged():
    chart, rest = averages(ROWS, exclude={4: WHY}), np.delete(ROWS, 4, axis=0)

    alike(chart.averages, averages(ROWS, target=rest.mean(axis=0), cov=np.cov(rest, rowvar=False)).averages, rel=1e-10)
    assert chart.m == 49 and chart.excluded == {4: WHY}


UNIVARIATE = partial(cc.i_mr, ROWS[:, 0])
MANY = np.stack([ROWS, ROWS + 1])
CHARTS = {
    "individuals": partial(t2_individuals, ROWS),
    "subgroups": partial(t2_subgroups, np.repeat(ROWS[:, None], 5, axis=1)),
    "generalised variance": partial(generalized_variance, np.repeat(ROWS[:, None], 5, axis=1)),
    "mewma": partial(averages, ROWS),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(
    "how",
    [{"exclude": [4]}, {"exclude": {4: " "}}, {"exclude": {50: WHY}}, {"exclude": {(0, 4): WHY}}, {"stages": [1, 2]}],
)
def test_what_cannot_be_left_out_or_staged_is_refused_in_the_words_of_all_charts(name, how):
    with pytest.raises(StatisticsError) as words:
        UNIVARIATE(**how)
    with pytest.raises(StatisticsError) as found:
        CHARTS[name](**how)

    assert str(found.value) == str(words.value)


def test_points_found_by_numpy_can_be_left_out():
    worst = t2_individuals(ROWS).t2.argmax()

    for chart in (t2_individuals(ROWS, exclude={worst: WHY}), UNIVARIATE(exclude={worst: WHY})):
        assert chart.excluded == {int(worst): WHY} and type(chart).from_json(chart.to_json()) == chart


def test_a_point_of_many_is_named_by_its_group():
    with pytest.raises(StatisticsError, match=r"exclude names 4, .* needed is \(group, index\)"):
        t2_individuals(MANY, exclude={4: WHY})


# ---------- stages ----------

LABELS = ["old"] * 20 + ["new"] * 30


def test_each_stage_has_a_chart_of_its_own():
    whole = t2_individuals(ROWS, stages=LABELS, exclude={25: WHY})
    parts = t2_individuals(ROWS[:20]), t2_individuals(ROWS[20:], exclude={5: WHY})

    assert whole.t2 == pytest.approx(np.concatenate([part.t2 for part in parts]), rel=1e-12)
    assert whole.ucl[:20] == pytest.approx(parts[0].ucl) and whole.ucl[20:] == pytest.approx(parts[1].ucl)
    assert whole.ucl_phase2[[0, -1]] == pytest.approx([part.ucl_phase2 for part in parts])
    assert [(s.label, s.start, s.stop) for s in whole.stages] == [("old", 0, 20), ("new", 20, 50)]
    assert [whole.stage_of(i) for i in (0, 19, 20)] == [0, 0, 1]
    assert whole.contributions(30) == pytest.approx(parts[1].contributions(10))
    for stage in (0, 1):
        own, alone = whole.baseline_of(stage), parts[stage].baseline
        assert own.cov == pytest.approx(alone.cov) and own.m == alone.m
    assert (whole.baseline_of(0).excluded, whole.baseline_of().excluded) == ({}, {25: WHY})
    assert t2_monitor(ROWS, whole.baseline_of(0)).t2 == pytest.approx(t2_monitor(ROWS, parts[0].baseline).t2)


def test_stages_of_subgroups_and_averages_begin_anew():
    labels, cut = ["a"] * 5 + ["b"] * 7, CUTS[5]
    for function in (t2_subgroups, generalized_variance):
        whole = function(FLAT, subgroup_offsets=CUTS, stages=labels)
        parts = function(FLAT[:cut], subgroup_offsets=CUTS[:6]), function(FLAT[cut:], subgroup_offsets=CUTS[5:] - cut)

        joined = np.concatenate([part.statistic for part in parts])
        assert whole.statistic == pytest.approx(joined, rel=1e-12, nan_ok=True)
        assert whole.ucl == pytest.approx(np.concatenate([part.ucl for part in parts]), rel=1e-12, nan_ok=True)
    whole, parts = averages(ROWS, stages=LABELS), (averages(ROWS[:20]), averages(ROWS[20:]))
    assert whole.t2 == pytest.approx(np.concatenate([part.t2 for part in parts]), rel=1e-10)
    assert [stage.stop for stage in whole.stages] == [20, 50] and whole.target.shape == (2, 3)


def test_groups_are_judged_against_the_stages_of_one():
    stages = t2_individuals(ROWS, stages=LABELS, exclude={3: WHY})
    found = t2_monitor(MANY, stages.baseline)

    for g in (0, 1):
        assert found[g].t2 == pytest.approx(t2_monitor(MANY[g], stages.baseline_of(g)).t2, rel=1e-10)


def test_a_stage_without_enough_says_its_name():
    with pytest.raises(StatisticsError, match="stage new: 4 complete rows for 3 variables"):
        t2_individuals(ROWS, stages=["old"] * 46 + ["new"] * 4)


def cases():
    offsets, cuts = np.array([0, 5, 12]), CUTS
    rows = {"stages": LABELS, "exclude": {(0, 22): WHY, (1, 3): WHY}}
    flat = {"offsets": [0, 20, 50], "stages": [1] * 10 + [2] * 10 + [2] * 30, "exclude": {(1, 4): WHY}}
    some = {"subgroup_offsets": cuts, "offsets": offsets, "exclude": {(1, 2): WHY}}
    for function in (t2_individuals, averages):
        yield function, MANY, rows, [(MANY[g], {"stages": LABELS, "exclude": {(22, 3)[g]: WHY}}) for g in (0, 1)]
        alone = [(ROWS[:20], {"stages": flat["stages"][:20]}), (ROWS[20:], {"stages": [2] * 30, "exclude": {4: WHY}})]
        yield function, ROWS, flat, alone
    for function in (t2_subgroups, generalized_variance):
        alone = [
            (FLAT[: cuts[5]], {"subgroup_offsets": cuts[:6]}),
            (FLAT[cuts[5] :], {"subgroup_offsets": cuts[5:] - cuts[5], "exclude": {2: WHY}}),
        ]
        yield function, FLAT, some, alone
        # The second group has subgroups of one size only: its limits are numbers.
        mixed = np.concatenate([FLAT[: cuts[5]], EQUAL.reshape(-1, 3)])
        how = {"subgroup_offsets": [*cuts[:6], *(cuts[5] + 6 * np.arange(1, 13))], "offsets": [0, 5, 17]}
        yield function, mixed, how, [(FLAT[: cuts[5]], {"subgroup_offsets": cuts[:6]}), (EQUAL, {})]
        staged = np.stack([EQUAL, EQUAL + 1])
        staged[0, 3, 1] = staged[1, 4] = np.nan
        how = {"stages": [1] * 6 + [2] * 6, "exclude": {(1, 8): WHY}}
        alone = [(staged[0], {"stages": how["stages"]}), (staged[1], {"stages": how["stages"], "exclude": {8: WHY}})]
        yield function, staged, how, alone


@pytest.mark.parametrize(("function", "data", "how", "alone"), list(cases()))
def test_many_groups_have_what_each_has_alone(function, data, how, alone):
    many = function(data, **how)

    assert type(many).from_json(many.to_json()) == many and str(many.explain()) and many.stages
    for one, (own, options) in zip(many, alone, strict=True):
        alike(one, function(own, **options), rel=1e-9)


# ---------- missing rows and baselines ----------


@pytest.mark.parametrize("limits", ["exact", "asymptotic"])
def test_averages_step_over_missing_rows(limits):
    gaps = np.insert(ROWS, [0, 7, 7], np.nan, axis=0)
    chart, without = averages(gaps, limits=limits), averages(ROWS, limits=limits)

    assert np.flatnonzero(np.isnan(chart.t2)).tolist() == [0, 8, 9] and np.isnan(chart.averages[0]).all()
    assert chart.t2[~np.isnan(chart.t2)] == pytest.approx(without.t2, rel=1e-10) and chart.m == 50


def test_new_rows_are_averaged_against_a_frozen_baseline():
    old = t2_individuals(ROWS, exclude={3: WHY})
    new = averages(ROWS + 1, baseline=T2Baseline.from_json(old.baseline.to_json()))
    given = averages(ROWS + 1, target=old.center, cov=old.cov)

    assert (new.t2 == given.t2).all() and not new.estimated
    assert new.baseline == old.baseline and averages(ROWS).baseline.cov == pytest.approx(t2_individuals(ROWS).cov)
    assert t2_monitor(ROWS, averages(ROWS).baseline) == t2_monitor(ROWS, t2_individuals(ROWS).baseline)


def test_new_subgroups_of_any_size_are_judged_against_a_frozen_baseline():
    old, variance = t2_subgroups(EQUAL), generalized_variance(EQUAL)
    frozen = T2Baseline.from_json(variance.baseline.to_json())
    new, spread = t2_monitor(FLAT, frozen, subgroup_offsets=CUTS), variances(FLAT, baseline=frozen)

    assert frozen == old.baseline
    point = 3 * 60 / 58 * stats.f.isf(0.0027, 3, 58)
    assert new.ucl == pytest.approx(point * (1 + SIZES / 72)) and new.baseline == frozen
    away = PARTS[2].mean(axis=0) - old.center
    assert new.t2[2] == pytest.approx(8 * away @ np.linalg.solve(old.cov, away))
    # Subgroups of the old size have the old limits.
    again = generalized_variance(EQUAL[:3], baseline=frozen)
    assert (again.ucl, again.lcl, again.phase) == (pytest.approx(variance.ucl), pytest.approx(variance.lcl), 2)
    assert again.det == pytest.approx(variance.det[:3]) and spread.sigma_det == pytest.approx(variance.sigma_det)
    # A baseline of unequal sizes has the determinant without bias.
    uneven = variances(FLAT)
    assert generalized_variance(EQUAL, baseline=uneven.baseline).sigma_det == pytest.approx(uneven.sigma_det)


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (T2Chart, subgroups(FLAT, exclude={2: WHY})),
        (T2Chart, t2_individuals(ROWS, stages=LABELS, exclude={2: WHY})),
        (T2Chart, t2_monitor(FLAT, t2_subgroups(EQUAL).baseline, subgroup_offsets=CUTS)),
        (T2Baseline, t2_individuals(MANY, exclude={(1, 2): WHY}).baseline),
        (GeneralizedVarianceChart, variances(FLAT, stages=["a"] * 5 + ["b"] * 7)),
        (GeneralizedVarianceChart, generalized_variance(EQUAL, baseline=t2_subgroups(EQUAL).baseline)),
        (MewmaChart, averages(ROWS, stages=LABELS)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result and str(result.explain())


def test_a_baseline_of_some_groups_keeps_what_was_left_out():
    baseline = t2_individuals(np.stack([ROWS, ROWS, ROWS]), exclude={(0, 1): "a", (2, 4): "b"}).baseline

    assert (baseline[2].excluded, baseline[1:].excluded) == ({4: "b"}, {(1, 4): "b"})
    assert baseline[-1] == baseline[2]


OLD, OLD_SUBGROUPS = t2_individuals(ROWS).baseline, t2_subgroups(EQUAL).baseline


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: averages(ROWS, baseline=OLD_SUBGROUPS), "of subgroups; one of rows"),
        (lambda: generalized_variance(EQUAL, baseline=OLD), "of rows; one of subgroups"),
        (lambda: averages(ROWS[:, :2], baseline=OLD), "3 variables as in the baseline"),
        (lambda: averages(ROWS, baseline=OLD, target=[0, 0, 0]), "target cannot go with a baseline"),
        (lambda: averages(ROWS, baseline=OLD, exclude={3: WHY}), "exclude cannot go with a baseline"),
        (lambda: averages(ROWS, baseline=OLD, stages=LABELS), "a baseline and stages cannot go together"),
        (lambda: generalized_variance(EQUAL, baseline=OLD_SUBGROUPS, exclude={3: WHY}), "exclude cannot go"),
        (lambda: generalized_variance(EQUAL, baseline="old"), "baseline is str; the baseline of a chart"),
        (lambda: t2_monitor(ROWS, cc.i_mr(ROWS[:, 0]).baseline), "baseline is Baseline"),
        (lambda: t2_monitor(MANY, OLD), "3 dimension.* 2 needed"),
        (lambda: t2_monitor(ROWS, OLD, offsets=[0, 20, 50]), "3 variables as in the baseline"),
        (
            lambda: t2_monitor(ROWS, t2_individuals(ROWS, stages=LABELS).baseline, offsets=[0, 20, 40, 50]),
            "of 2 groups",
        ),
        (lambda: t2_monitor(ROWS, averages(ROWS, target=[0, 0, 0], cov=np.eye(3)).baseline), "numbers that were given"),
        (lambda: subgroups(FLAT[:-1]), "subgroup_offsets must rise"),
        (lambda: t2_subgroups(EQUAL[:, :1]), "1 rows in each subgroup found; at least 2"),
    ],
)
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

"""Several characteristics together: invariance, false alarms, missing rows, decomposition, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

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

RANDOM = np.random.default_rng(42)
ROWS = RANDOM.normal(size=(60, 3)) @ np.array([[2, 0.5, 0], [0, 1, 0.3], [0, 0, 1]]) + [10, 20, 30]
GROUPS = RANDOM.normal([1, 2, 3], size=(20, 5, 3))

matrices = st.lists(st.floats(-3, 3), min_size=9, max_size=9).map(
    lambda entries: np.array(entries).reshape(3, 3) + 8 * np.eye(3)
)


@given(matrices, st.floats(-100, 100))
def test_t2_does_not_depend_on_units_or_axes(matrix, shift):
    for covariance in ("sample", "successive_differences"):
        one = t2_individuals(ROWS, covariance=covariance)
        two = t2_individuals(ROWS @ matrix + shift, covariance=covariance)

        assert two.t2 == pytest.approx(one.t2, rel=1e-6)


@pytest.mark.parametrize(("m", "p"), [(40, 3), (60, 5)])
def test_limits_of_successive_differences_hold_their_false_alarms(m, p):
    random = np.random.default_rng(5)
    chart = t2_individuals(random.normal(size=(4000, m, p)), 0.02, "successive_differences")
    later = t2_monitor(random.normal(size=(4000, 40, p)), chart.baseline, 0.02)

    assert 0.018 < len(chart.out) / (4000 * m) < 0.023
    assert 0.0175 < len(later.out) / (4000 * 40) < 0.0225
    assert chart.ucl_phase2 == pytest.approx(later.ucl_phase2)


def test_a_baseline_of_known_rows_alone_has_the_limit_of_the_sample_covariance():
    baseline = T2Baseline(np.zeros(2), np.eye(2), 30)

    assert t2_monitor([[0.0, 0.0]], baseline, 0.01).ucl_phase2 == pytest.approx(
        2 * 31 * 29 / (30 * 28) * stats.f.isf(0.01, 2, 28)
    )


@given(matrices)
def test_subgroups_and_averages_do_not_depend_on_axes_either(matrix):
    assert t2_subgroups(GROUPS @ matrix).t2 == pytest.approx(t2_subgroups(GROUPS).t2, rel=1e-6)
    assert mewma(ROWS @ matrix, h=10).t2 == pytest.approx(mewma(ROWS, h=10).t2, rel=1e-6)


@given(matrices)
def test_generalised_variance_scales_with_the_determinant(matrix):
    one, two = generalized_variance(GROUPS), generalized_variance(GROUPS @ matrix)
    scale = np.linalg.det(matrix) ** 2

    assert (two.det, two.ucl) == (pytest.approx(one.det * scale, rel=1e-6), pytest.approx(one.ucl * scale, rel=1e-6))


def test_phase_one_distances_sum_to_their_degrees_of_freedom():
    # The sum of x' S^-1 x over the rows is the trace of (m-1) I.
    assert t2_individuals(ROWS).t2.sum() == pytest.approx(59 * 3, rel=1e-12)


def test_the_blocks_leave_no_trace():
    many = np.random.default_rng(0).normal(size=(20_001, 2)) + 1e6
    distance = many - many.mean(axis=0)
    expected = np.einsum("ij,jk,ik->i", distance, np.linalg.inv(np.cov(many, rowvar=False)), distance)
    averages, z = np.empty_like(many), np.zeros(2)
    for t, row in enumerate(many - 1e6):
        averages[t] = z = 0.9 * z + 0.1 * row

    assert t2_individuals(many).t2 == pytest.approx(expected, rel=1e-7, abs=1e-7)
    assert mewma(many, 0.1, target=[1e6, 1e6], cov=np.eye(2), h=9).averages == pytest.approx(
        averages, rel=1e-9, abs=1e-9
    )


def test_a_row_with_a_missing_value_is_left_out():
    gap = np.insert(ROWS, 7, [1.0, np.nan, 3.0], axis=0)
    chart, without = t2_individuals(gap), t2_individuals(ROWS)

    assert np.isnan(chart.t2[7])
    assert np.delete(chart.t2, 7) == pytest.approx(without.t2, rel=1e-12)
    assert chart.ucl == without.ucl


def test_one_variable_is_a_squared_distance():
    values = ROWS[:, :1]
    expected = ((values[:, 0] - values.mean()) / values.std(ddof=1)) ** 2

    assert t2_individuals(values).t2 == pytest.approx(expected, rel=1e-10)


def test_false_alarms_come_as_often_as_alpha_says():
    random = np.random.default_rng(8)
    phase1 = sum(t2_individuals(random.normal(size=(30, 3)), alpha=0.02).out.size for _ in range(300))
    phase2 = 0
    for _ in range(300):
        baseline = t2_individuals(random.normal(size=(30, 3)), alpha=0.02).baseline
        phase2 += t2_monitor(random.normal(size=(1, 3)), baseline, alpha=0.2).out.size

    assert stats.binom.ppf(1e-6, 9000, 0.018) <= phase1 <= stats.binom.ppf(1 - 1e-6, 9000, 0.022)
    assert stats.binom.ppf(1e-5, 300, 0.2) <= phase2 <= stats.binom.ppf(1 - 1e-5, 300, 0.2)


def test_a_new_subgroup_is_judged_against_the_frozen_baseline():
    baseline = t2_subgroups(GROUPS).baseline
    found = t2_monitor([GROUPS[0], GROUPS[1] + 5], baseline)

    assert (found.out.tolist(), found.phase) == ([1], 2)
    assert found.t2[0] == pytest.approx(t2_subgroups(GROUPS).t2[0], rel=1e-10)


def test_the_contribution_is_what_a_variable_adds_beyond_the_others():
    chart = t2_individuals(ROWS)
    without = [
        (ROWS[4] - chart.center)[keep] @ np.linalg.solve(chart.cov[np.ix_(keep, keep)], (ROWS[4] - chart.center)[keep])
        for keep in ([1, 2], [0, 2], [0, 1])
    ]

    assert chart.contributions(4) == pytest.approx(chart.t2[4] - np.array(without), rel=1e-9)


@settings(max_examples=20)
@given(st.integers(5, 12), st.integers(1, 4))
def test_the_constants_are_the_moments_of_a_determinant(n, p):
    # |A| is a product of independent chi-squares with n-1 .. n-p degrees of freedom (T. W. Anderson, theorem 7.5.3).
    chart = generalized_variance(np.random.default_rng(0).normal(size=(3, n, p)))
    freedom = n - np.arange(1, p + 1)
    mean = np.prod(freedom.astype(float)) / (n - 1) ** p
    square = np.prod(freedom * (freedom + 2.0)) / (n - 1) ** (2 * p)

    assert (chart.b1, chart.b2) == pytest.approx((mean, square - mean**2), rel=1e-10)


def test_a_limit_is_found_for_a_wanted_run_length():
    # S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15: 8.64 for p 2, lambda 0.1, ARL 200.
    assert mewma(ROWS[:, :2], 0.1, arl0=200).h == pytest.approx(8.64, abs=0.02)


MANY_ROWS = RANDOM.normal(size=(5, 40, 3)) @ np.array([[2, 0.5, 0], [0, 1, 0.3], [0, 0, 1]])
MANY_GROUPS = RANDOM.normal(size=(5, 20, 5, 3))
CHARTS = {
    "individuals": (t2_individuals, MANY_ROWS),
    "successive differences": (lambda data, **o: t2_individuals(data, 0.1, "successive_differences", **o), MANY_ROWS),
    "subgroups": (t2_subgroups, MANY_GROUPS),
    "generalised variance": (generalized_variance, MANY_GROUPS),
    "mewma": (lambda data, **o: mewma(data, 0.2, h=5.0, **o), MANY_ROWS),
}


@pytest.mark.parametrize("name", ["individuals", "successive differences", "subgroups", "generalised variance"])
def test_groups_of_unequal_length_are_filled_up_with_missing_rows(name):
    chart, data = CHARTS[name]
    ragged = data.copy()
    ragged[1, 12:] = ragged[3, 15:] = ragged[2, 4] = np.nan
    both = chart(ragged)

    for g, stop in enumerate((None, 12, None, 15, None)):
        alone = chart(ragged[g, :stop])
        for line in ("cov", "center", "m"):
            assert getattr(both[g], line) == pytest.approx(getattr(alone, line), rel=1e-12, abs=1e-12)
        assert both[g].out.tolist() == alone.out.tolist()


@pytest.mark.parametrize("name", CHARTS)
def test_a_group_without_a_chart_is_raised_or_marked(name):
    chart, data = CHARTS[name]
    bad = data.copy()
    bad[2, ..., 1] = 4.0
    marked = chart(bad, on_error="mark")

    assert list(marked.problems) == [2]
    assert "variable 1 has no variation" in marked.problems[2]
    assert np.isnan(marked.cov[2]).all()
    assert not np.isin(marked.out // data.shape[1], 2).any()
    alike(marked[3], chart(data[3]))
    with pytest.raises(StatisticsError, match="group 2: variable 1"):
        chart(bad)


@pytest.mark.parametrize("m", [10, 11, 20, 33, 100])
def test_values_alike_have_no_variation_though_their_mean_is_rounded(m):
    rows = np.random.default_rng(m).normal(size=(3, m, 6, 3))
    rows[1, ..., 1] = 0.1
    for marked in (
        t2_individuals(rows[:, :, 0], on_error="mark"),
        mewma(rows[:, :, 0], on_error="mark"),
        t2_subgroups(rows, on_error="mark"),
        generalized_variance(rows, on_error="mark"),
    ):
        assert list(marked.problems) == [1]
        assert "variable 1 has no variation" in marked.problems[1]


@pytest.mark.parametrize("name", ["individuals", "successive differences", "subgroups", "generalised variance"])
def test_a_group_of_missing_rows_says_how_many_it_has(name):
    chart, data = CHARTS[name]
    empty = data.copy()
    empty[1], empty[4, 1:] = np.nan, np.nan
    marked = chart(empty, on_error="mark")

    assert (sorted(marked.problems), marked.m[[1, 4]].tolist()) == ([1, 4], [0, 1])
    assert marked.problems[1].startswith("group 1: 0 ")
    alike(marked[0], chart(data[0]))


def test_new_rows_of_a_group_without_a_baseline_are_marked_too():
    old = MANY_ROWS.copy()
    old[3] = np.nan
    baseline = t2_individuals(old, on_error="mark").baseline

    assert list(t2_monitor(MANY_ROWS, baseline, on_error="mark").problems) == [3]
    with pytest.raises(StatisticsError, match="group 3: the baseline has no center"):
        t2_monitor(MANY_ROWS, baseline)
    with pytest.raises(StatisticsError, match="of 5 groups as in the baseline"):
        t2_monitor(MANY_ROWS[:2], baseline)


def test_new_rows_of_many_groups_are_judged_against_their_own_baselines():
    old, new = t2_individuals(MANY_ROWS), MANY_ROWS[:, :6] + 1.5
    groups = t2_subgroups(MANY_GROUPS)
    found = t2_monitor(new, old.baseline), t2_monitor(MANY_GROUPS[:, :4] + 1, groups.baseline)

    for g in range(5):
        alike(found[0][g], t2_monitor(new[g], old[g].baseline))
        alike(found[1][g], t2_monitor(MANY_GROUPS[g, :4] + 1, groups.baseline[g]))


def test_each_group_may_have_a_target_and_covariance_of_its_own():
    targets, covs = MANY_ROWS.mean(axis=1), np.array([np.cov(rows, rowvar=False) for rows in MANY_ROWS])
    both = mewma(MANY_ROWS, 0.2, targets, covs, h=6.0)

    for g in range(5):
        alike(both[g], mewma(MANY_ROWS[g], 0.2, targets[g], covs[g], h=6.0))


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (T2Chart, t2_individuals(ROWS)),
        (T2Chart, t2_subgroups(GROUPS)),
        (T2Chart, t2_monitor(ROWS, t2_individuals(ROWS).baseline)),
        (T2Baseline, t2_individuals(ROWS).baseline),
        (GeneralizedVarianceChart, generalized_variance(GROUPS)),
        (MewmaChart, mewma(ROWS, h=10, limits="asymptotic")),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: t2_individuals(ROWS[:4]), "4 complete rows for 3 variables found; at least 5"),
        (lambda: t2_individuals(ROWS[:, 0]), "2 or 3 needed"),
        (lambda: t2_individuals(np.c_[ROWS, ROWS.sum(axis=1)]), "is a sum of others"),
        (lambda: t2_individuals(np.c_[ROWS, np.ones(60)]), "variable 3 has no variation"),
        (lambda: t2_individuals(ROWS, alpha=2), "between 0 and 1"),
        (lambda: t2_subgroups(GROUPS[:1]), "at least 2"),
        (lambda: t2_subgroups(GROUPS[:, :1]), "rows in each subgroup"),
        (lambda: generalized_variance(GROUPS[:, :3]), "0 subgroups of 4 complete rows or more found; at least 2"),
        (lambda: t2_monitor(ROWS, t2_subgroups(GROUPS).baseline), "2 dimension.* 3 needed"),
        (lambda: t2_monitor(GROUPS[..., :2], t2_subgroups(GROUPS).baseline), "3 variables as in the baseline"),
        (lambda: mewma(ROWS, target=[0, 0]), "are needed"),
        (lambda: mewma(ROWS, lam=2), "at most 1"),
        (lambda: mewma(np.where(ROWS > 0, np.nan, ROWS)), "0 complete rows for 3 variables"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

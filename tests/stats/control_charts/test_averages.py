"""Xbar-R and Xbar-S charts: laws, unequal subgroups, and refusals. (Published figures: the reference cases.)"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hoshin.stats.control_charts import ControlChart, summarize, xbar_r, xbar_s
from hoshin.stats.control_charts.sigma import METHODS
from hoshin.stats.errors import StatisticsError

NUMBERS = st.integers(-1000, 1000).map(lambda i: i / 8)
CHARTS = st.sampled_from([xbar_r, xbar_s])


def varied(values):
    return (np.ptp(values, axis=-1) > 0).all()


GROUPS = arrays(float, st.tuples(st.integers(2, 8), st.integers(2, 6)), elements=NUMBERS).filter(varied)


@given(GROUPS, CHARTS, st.sampled_from(list(METHODS)), st.sampled_from([0.5, 4.0]), st.integers(-64, 64))
def test_limits_follow_scale_and_shift(groups, draw, method, scale, shift):
    chart, moved = (draw(g, sigma_method=method) for g in (groups, groups * scale + shift))

    expected = (chart.main.ucl * scale + shift, chart.panels[1].ucl * scale)

    assert expected == pytest.approx((moved.main.ucl, moved.panels[1].ucl), rel=1e-9, abs=1e-9)


@given(GROUPS, CHARTS, st.sampled_from(list(METHODS)), st.randoms(use_true_random=False))
def test_the_order_within_a_subgroup_does_not_matter(groups, draw, method, random):
    shuffled = np.array([random.sample(row.tolist(), len(row)) for row in groups])

    expected, actual = (draw(g, sigma_method=method).main.ucl for g in (groups, shuffled))

    assert expected == pytest.approx(actual, rel=1e-12, abs=1e-12)


@given(arrays(float, (3, 5, 4), elements=NUMBERS | st.just(np.nan)), CHARTS, st.sampled_from(list(METHODS)))
def test_a_batch_gives_each_characteristic_what_it_gets_alone(values, draw, method):
    batch = draw(values, sigma_method=method, on_error="mark")

    for c in range(3):
        if c in batch.problems:
            with pytest.raises(StatisticsError):
                draw(values[c], sigma_method=method)
        else:
            alone = draw(values[c], sigma_method=method)
            for mine, own in zip(batch[c].panels, alone.panels, strict=True):
                assert np.allclose(mine.points, own.points, rtol=1e-13, equal_nan=True)
                assert np.allclose(mine.ucl, own.ucl, rtol=1e-12, atol=1e-12, equal_nan=True)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=5), min_size=2, max_size=6), CHARTS)
def test_lists_padded_rows_and_a_flat_column_are_the_same_subgroups(groups, draw):
    width = max(map(len, groups))
    padded = np.array([g + [np.nan] * (width - len(g)) for g in groups])
    column, cuts = np.concatenate(groups), np.concatenate(([0], np.cumsum([len(g) for g in groups])))
    layouts = ({"subgroups": groups}, {"subgroups": padded}, {"subgroups": column, "subgroup_offsets": cuts})

    try:
        charts = [draw(**layout) for layout in layouts]
    except StatisticsError:
        for layout in layouts:
            with pytest.raises(StatisticsError):
                draw(**layout)
        return

    for chart in charts[1:]:
        assert np.allclose(chart.main.points, charts[0].main.points, rtol=1e-12, atol=1e-12)
        assert np.allclose(chart.main.ucl, charts[0].main.ucl, rtol=1e-12, atol=1e-12)


@given(GROUPS)
def test_with_equal_sizes_the_weighted_estimators_are_the_plain_ones(groups):
    sigma = {method: xbar_s(groups, sigma_method=method).baseline.sigma for method in METHODS}

    assert (sigma["rbar_d2"], sigma["sbar_c4"]) == pytest.approx((sigma["mvlue_r"], sigma["mvlue_s"]), rel=1e-12)


@given(GROUPS)
def test_for_subgroups_of_two_ranges_and_standard_deviations_say_the_same(groups):
    pairs = groups[:, :2] + np.array([0.0, 1000.0])

    assert xbar_r(pairs).baseline.sigma == pytest.approx(xbar_s(pairs).baseline.sigma, rel=1e-12)


def test_a_summary_charts_as_its_values_do():
    groups = np.random.default_rng(1).normal(10, 1, (8, 5))

    assert xbar_r(summarize(groups)) == xbar_r(groups)


def test_a_ragged_batch_gives_each_characteristic_what_it_gets_alone():
    groups = np.random.default_rng(2).normal(10, 1, (9, 5))

    batch = xbar_s(groups, offsets=[0, 4, 9])

    for one, alone in zip(batch, (xbar_s(groups[:4]), xbar_s(groups[4:])), strict=True):
        assert one.main.ucl == pytest.approx(alone.main.ucl, rel=1e-13)


def test_equal_values_vary_by_nothing_not_by_rounding():
    summary = summarize(np.full((3, 3), 0.1))

    assert summary.sd.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("n", [2, 5, 31, 40])
def test_subgroups_of_any_size_are_summarized_as_numpy_does(n):
    groups = np.random.default_rng(n).normal(1e6, 1, (7, n))

    summary = summarize(groups)

    assert np.allclose(summary.mean, groups.mean(axis=1), rtol=1e-15)
    assert np.allclose(summary.sd, groups.std(axis=1, ddof=1), rtol=1e-9)
    assert np.array_equal(summary.range, np.ptp(groups, axis=1))


def test_a_subgroup_without_values_is_a_missing_one():
    chart = xbar_s([[], [2.0, 3.0], [4.0, 6.0]])

    assert np.isnan(chart.main.points).tolist() == [True, False, False]


def test_a_subgroup_left_out_is_not_in_the_limits():
    groups = np.random.default_rng(3).normal(10, 1, (10, 4))
    groups[3] += 50

    chart = xbar_r(groups, exclude={3: "wrong drawing"})
    without = xbar_r(np.delete(groups, 3, axis=0))

    assert (chart.main.ucl, chart.panels[1].ucl) == pytest.approx((without.main.ucl, without.panels[1].ucl))
    assert chart.main.beyond_limits().tolist() == [3]


def test_later_subgroups_of_another_size_get_limits_to_match():
    first = xbar_r(np.random.default_rng(4).normal(10, 1, (20, 4)))

    later = xbar_r([[10.0, 10.5], [9.0, 9.5, 10.0, 10.5]], baseline=first.baseline)

    expected = first.baseline.center + 3 * first.baseline.sigma / np.sqrt([2, 4])
    assert later.main.ucl.tolist() == pytest.approx(expected.tolist())


def test_stages_have_limits_of_their_own():
    groups = np.random.default_rng(4).normal(10, 1, (20, 4))
    groups[8:] += 5

    chart = xbar_r(groups, stages=[0] * 8 + [1] * 12)

    expected = [xbar_r(groups[:8]).main.ucl, xbar_r(groups[8:]).main.ucl]
    assert [chart.main.ucl[0], chart.main.ucl[19]] == pytest.approx(expected)


@given(GROUPS, CHARTS)
def test_a_chart_survives_json(groups, draw):
    chart = draw(groups)

    assert ControlChart.from_json(chart.to_json()) == chart


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: xbar_r([[1.0, 2.0]]), r"1 subgroup\(s\) with values found; at least 2 are needed"),
        (lambda: xbar_s([[1.0], [2.0], [3.0]]), "no subgroup has 2 values or more"),
        (lambda: xbar_s([[1.0, 1.0], [2.0, 2.0]]), "the 2 subgroups have no variation within"),
        (lambda: xbar_r([1.0, 2.0]), r"subgroups has 1 dimension\(s\); 2 or 3 needed"),
        (lambda: xbar_r([[]]), r"subgroups has shape \(1, 0\); at least one value is needed"),
        (lambda: xbar_r([["a", "b"]]), "subgroups must be lists of numbers"),
        (lambda: xbar_r([[1.0, np.inf], [1.0, 2.0]]), r"infinite value at index \(0, 1\)"),
        (lambda: xbar_r([[1, 2], [2, 4]], baseline=xbar_s([[1, 2], [2, 4]]).baseline), "is of a chart xbar_s; xbar_r"),
        (lambda: xbar_r([1.0, 2.0, 3.0], subgroup_offsets=[0, 2]), "subgroup_offsets must rise from 0"),
    ],
)
def test_what_supports_no_chart_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

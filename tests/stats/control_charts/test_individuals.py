"""Individuals and moving range charts: figures of the field, laws, and refusals."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hoshin.stats.control_charts import NELSON, Baseline, ControlChart, ControlCharts, i_mr
from hoshin.stats.errors import StatisticsError
from tests.stats.control_charts.published import FLOW_RATE

NUMBERS = st.integers(-1000, 1000).map(lambda i: i / 8)
METHODS = ["mr_mean", "mr_median", "mr_screened", "sd", "sd_c4"]


def varied(values):
    return np.ptp(np.abs(np.diff(values))) > 0 and np.median(np.abs(np.diff(values))) > 0


SERIES = arrays(float, st.integers(4, 30), elements=NUMBERS).filter(varied)


def test_nist_flow_rate_gives_the_printed_center_and_mean_moving_range():
    chart = i_mr(FLOW_RATE)

    assert (round(chart.main.center, 2), round(chart["Moving range"].center, 4)) == (50.81, 1.8778)


def test_nist_flow_rate_gives_the_printed_limits_to_the_digits_of_its_d2():
    # The page works with d2 = 1.128: 55.8041 and 45.8159.
    chart = i_mr(FLOW_RATE)

    assert (chart.main.ucl, chart.main.lcl) == pytest.approx((55.8041, 45.8159), abs=2e-3)


@given(SERIES, st.sampled_from([0.5, 4.0]), st.integers(-64, 64), st.sampled_from(METHODS))
def test_limits_follow_scale_and_shift(values, scale, shift, method):
    chart, moved = (i_mr(v, sigma_method=method) for v in (values, values * scale + shift))

    expected = (chart.main.ucl * scale + shift, chart.main.lcl * scale + shift, chart["Moving range"].ucl * scale)
    actual = (moved.main.ucl, moved.main.lcl, moved["Moving range"].ucl)

    assert expected == pytest.approx(actual, rel=1e-9, abs=1e-9)


@given(SERIES, st.sampled_from(["mr_mean", "mr_median", "sd"]))
def test_time_may_run_backwards(values, method):
    there, back = i_mr(values, sigma_method=method), i_mr(values[::-1], sigma_method=method)

    assert there.baseline.sigma == pytest.approx(back.baseline.sigma, rel=1e-12)


@given(arrays(float, (3, 12), elements=NUMBERS | st.just(np.nan)), st.sampled_from(METHODS))
def test_a_batch_gives_each_characteristic_what_it_gets_alone(values, method):
    batch = i_mr(values, sigma_method=method, rules=NELSON, on_error="mark")

    for c in range(3):
        if c in batch.problems:
            with pytest.raises(StatisticsError):
                i_mr(values[c], sigma_method=method, rules=NELSON)
        else:
            assert batch[c] == i_mr(values[c], sigma_method=method, rules=NELSON)


@given(st.lists(SERIES, min_size=1, max_size=4), st.sampled_from(METHODS))
def test_a_ragged_batch_gives_each_characteristic_what_it_gets_alone(series, method):
    offsets = np.concatenate(([0], np.cumsum([s.size for s in series])))

    batch = i_mr(np.concatenate(series), offsets=offsets, sigma_method=method)
    alone = [i_mr(s, sigma_method=method) for s in series]

    for one, other in zip(batch, alone, strict=True):
        assert one.baseline.sigma == pytest.approx(other.baseline.sigma, rel=1e-13)
        assert one.main.ucl == pytest.approx(other.main.ucl, rel=1e-12, abs=1e-12)


@given(st.lists(SERIES, min_size=2, max_size=3))
def test_stages_are_charts_of_their_own(series):
    stages = np.repeat(np.arange(len(series)), [s.size for s in series])

    chart = i_mr(np.concatenate(series), stages=stages)
    alone = [i_mr(s) for s in series]

    for i, stage in enumerate(chart.stages):
        assert chart.baseline_of(i).sigma == pytest.approx(alone[i].baseline.sigma, rel=1e-13)
        assert np.array_equal(
            chart["Moving range"].points[stage.start : stage.stop], alone[i]["Moving range"].points, equal_nan=True
        )


def test_no_rule_looks_across_a_stage():
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 4.5, 0.0]

    whole = i_mr(values, rules=NELSON)
    staged = i_mr(values, stages=["a"] * 3 + ["b"] * 5, rules=NELSON)

    assert (whole.main.signals["nelson-3"].tolist(), staged.main.signals["nelson-3"].tolist()) == ([5], [])


def test_a_batch_with_stages_gives_each_characteristic_what_it_gets_alone():
    values = np.random.default_rng(5).normal(10, 1, (3, 12))
    stages = ["before"] * 5 + ["after"] * 7

    batch = i_mr(values, stages=stages, rules=NELSON)

    assert list(batch) == [i_mr(row, stages=stages, rules=NELSON) for row in values]


def test_later_data_are_judged_by_the_frozen_baseline():
    first = i_mr(FLOW_RATE)

    later = i_mr([50.0, 56.0], baseline=Baseline.from_json(first.baseline.to_json()))

    assert (later.phase, later.main.ucl, later.main.beyond_limits().tolist()) == (2, first.main.ucl, [1])


def test_a_batch_of_later_data_is_judged_by_a_batch_of_baselines():
    values = np.random.default_rng(6).normal(10, 1, (4, 30))
    first = i_mr(values)

    later = i_mr(values[:, :3], baseline=first.baseline)

    assert list(later) == [i_mr(row[:3], baseline=first[c].baseline) for c, row in enumerate(values)]


def test_a_point_left_out_with_a_reason_leaves_its_moving_ranges_out_too():
    values = [1.0, 2.0, 50.0, 2.0, 1.0, 3.0]

    chart = i_mr(values, exclude={2: "sensor unplugged"})

    # Left are 1, 2, 2, 1, 3 and the moving ranges 1, 1, 2.
    assert (chart.main.center, chart["Moving range"].center) == pytest.approx((9 / 5, 4 / 3))


def test_a_point_left_out_is_still_plotted_tested_and_explained():
    chart = i_mr([1.0, 2.0, 50.0, 2.0, 1.0, 3.0], exclude={2: "sensor unplugged"})

    assert chart.main.beyond_limits().tolist() == [2]
    assert "point 3 left out = sensor unplugged" in str(chart.explain())


def test_a_missing_value_has_no_moving_range_on_either_side():
    chart = i_mr([1.0, 2.0, np.nan, 4.0, 6.0])

    assert np.isnan(chart["Moving range"].points).tolist() == [True, False, True, True, False]


def test_one_constant_characteristic_does_not_stop_the_others():
    charts = i_mr([[1.0, 2.0, 1.5], [3.0, 3.0, 3.0]], on_error="mark")

    assert charts.problems == {1: "characteristic 1: the 3 values have no variation (sigma is 0)"}
    assert np.isnan(charts.main.ucl).tolist() == [False, True]


def test_the_counts_of_signals_tell_which_characteristic_needs_attention():
    charts = i_mr([[1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 90.0, 1.0], [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.5, 1.0]])

    assert charts.signal_counts().tolist() == [[1], [0]]


@given(SERIES)
def test_a_chart_survives_json(values):
    assume(np.isfinite(values).all())

    chart = (
        i_mr(values, stages=np.arange(values.size) // 2 > 0)
        if varied(values[2:]) and values[0] != values[1]
        else (i_mr(values))
    )

    assert ControlChart.from_json(chart.to_json()) == chart


def test_a_batch_of_charts_survives_json():
    charts = i_mr([[1.0, 2.0, np.nan, 4.0], [3.0, 3.0, 3.0, 3.0]], on_error="mark", exclude={(0, 1): "typing error"})

    assert ControlCharts.from_json(charts.to_json()) == charts


def test_the_explanation_gives_what_is_needed_to_compute_the_limits_by_hand():
    lines = str(i_mr(FLOW_RATE).explain()).splitlines()

    assert "  mean moving range = 1.877777778" in lines
    assert "  sigma = mean moving range / d2(2) = 1.664137227" in lines


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: i_mr([1.0]), r"1 value\(s\) found; at least 2 are needed"),
        (lambda: i_mr([0.1, 0.1, 0.1], sigma_method="sd"), "the 3 values have no variation"),
        (lambda: i_mr([np.nan, 0.1, 0.1, 0.1], sigma_method="sd_c4"), "the 3 values have no variation"),
        (lambda: i_mr(["1", "2"]), "values must be numbers in a rectangular array"),
        (lambda: i_mr([[1.0], [2.0, 3.0]]), "values must be numbers in a rectangular array"),
        (lambda: i_mr(np.array([1 + 2j, 2.0])), "values must be numbers"),
        (lambda: i_mr([1e308, -1e308]), "the 2 values lie too far apart to be computed with"),
        (lambda: i_mr([1.0, 2.0], rules=["nelson-1"]), "rules holds 'nelson-1'; Rule values are needed"),
        (lambda: Baseline.from_json("no"), "the text is not JSON"),
        (lambda: i_mr([]), "0 points found; at least 1 are needed"),
        (lambda: i_mr([2.0, 2.0, 2.0]), "the 3 values have no variation"),
        (lambda: i_mr([1.0, np.nan, 2.0]), "no two values follow one another"),
        (lambda: i_mr([1.0, np.inf, 2.0]), "infinite value at index 1"),
        (lambda: i_mr([[1.0, 2.0], [3.0, 3.0]]), "characteristic 1: the 2 values have no variation"),
        (lambda: i_mr([1.0, 2.0, 3.0], stages=["a", "a", "b"]), r"stage b: 1 value\(s\) found"),
        (lambda: i_mr([1.0, 2.0], stages=["a"]), r"stages has shape \(1,\); one label for each of the 2 points"),
        (lambda: i_mr([1.0, 2.0], sigma_method="magic"), "sigma_method is 'magic'; one of mr_mean"),
        (lambda: i_mr([1.0, 2.0, 4.0], mr_span=5), "3 values found; at least 5 needed"),
        (lambda: i_mr([1.0, 2.0, 4.0], k=0), "k is 0.0; more than 0 is needed"),
        (lambda: i_mr([1.0, 2.0, 4.0], exclude=[1]), "exclude is list; a reason for each index is needed"),
        (lambda: i_mr([1.0, 2.0, 4.0], exclude={1: " "}), "point 1 is left out without a reason"),
        (lambda: i_mr([1.0, 2.0, 4.0], exclude={3: "why"}), "exclude names 3, which is no point of the chart"),
        (lambda: i_mr([[1.0, 2.0]], exclude={0: "why"}), r"needed is \(characteristic, index\)"),
        (lambda: i_mr([1.0, 2.0], baseline=3.0), "baseline is float; the baseline of a chart of earlier data"),
        (lambda: i_mr([1.0, 2.0], baseline=i_mr([1.0, 2.0]).baseline, k=2), "k cannot go with a baseline"),
        (lambda: i_mr([1.0, 2.0], baseline=i_mr([1.0, 2.0]).baseline, stages=[1, 2]), "a baseline and stages"),
        (lambda: i_mr([[1.0, 2.0]], baseline=i_mr([[1, 2], [1, 3]]).baseline), "the baseline is of 2 characteristics"),
        (lambda: i_mr([[[1.0]]]), r"values has 3 dimension\(s\); 1 or 2 needed"),
    ],
)
def test_what_supports_no_chart_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_a_single_series_is_refused_even_where_problems_are_marked():
    with pytest.raises(StatisticsError, match="the 3 values have no variation"):
        i_mr([2.0, 2.0, 2.0], on_error="mark")


def test_a_baseline_without_limits_stays_without_them():
    first = i_mr([[1.0, 2.0, 1.5], [3.0, 3.0, 3.0]], on_error="mark")

    later = i_mr([[1.0], [3.0]], baseline=first.baseline, on_error="mark")

    assert later.problems == {
        1: "characteristic 1: the baseline has no limits; one of data that support them is needed"
    }


def test_the_baseline_of_a_stage_keeps_its_own_exclusions():
    chart = i_mr([1.0, 2.0, 9.0, 1.0, 5.0, 6.0, 5.5], stages=[0] * 4 + [1] * 3, exclude={2: "crash"})

    assert [chart.baseline_of(i).excluded for i in (0, 1)] == [{2: "crash"}, {}]


def test_a_reason_may_hold_any_signs():
    chart = i_mr([1.0, 2.0, 9.0, 1.0], exclude={2: "value {x} of {0}"})

    assert "point 3 left out = value {x} of {0}" in str(chart.explain())

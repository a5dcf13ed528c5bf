"""EWMA, CUSUM and moving average charts: the recurrence step by step, batches, laws, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.control_charts import ControlChart, cusum, ewma, i_mr, moving_average, recursions
from hoshin.stats.errors import StatisticsError

# D. C. Montgomery, Introduction to Statistical Quality Control, table 9.1: 20 values N(10, 1), then 10 of N(11, 1).
SHIFTED = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
           9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]  # fmt: skip

NUMBERS = st.integers(-80, 80).map(lambda i: i / 8)
SERIES = st.lists(NUMBERS | st.just(float("nan")), min_size=1, max_size=40).filter(lambda s: not np.isnan(s).all())
CHARTS = st.sampled_from([ewma, cusum, moving_average])


def step_by_step(values, weight, start):
    z, result = start, []
    for value in values:
        z = z if np.isnan(value) else weight * value + (1 - weight) * z
        result.append(np.nan if np.isnan(value) else z)
    return result


def sums_step_by_step(values, sign, slack, start):
    c, result = start, []
    for value in values:
        c = c if np.isnan(value) else max(0.0, c + sign * value - slack)
        result.append(np.nan if np.isnan(value) else c)
    return result


@given(SERIES, st.sampled_from([0.01, 0.2, 0.5, 0.999, 1.0]))
def test_the_ewma_is_its_recurrence(values, weight):
    chart = ewma(values, weight=weight, target=1.0, sigma=2.0)

    expected = step_by_step(values, weight, 1.0)
    assert chart.main.points == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


@given(SERIES, st.sampled_from([0.0, 0.5, 1.25]), st.sampled_from([0.0, 2.0]))
def test_the_cusums_are_their_recurrences(values, slack, fir):
    chart = cusum(values, target=0.0, sigma=1.0, slack=slack, fir=fir)

    for panel, sign in zip(chart.panels, (1, -1), strict=True):
        assert panel.points == pytest.approx(sums_step_by_step(values, sign, slack, fir), abs=1e-12, nan_ok=True)


def test_long_series_keep_to_the_recurrence_across_blocks():
    values = np.random.default_rng(1).normal(size=50_000)

    average, sums = ewma(values, target=0.0, sigma=1.0, weight=0.05), cusum(values, target=0.0, sigma=1.0, slack=0.1)

    assert average.main.points == pytest.approx(step_by_step(values, 0.05, 0.0), abs=1e-12)
    assert sums["C-"].points == pytest.approx(sums_step_by_step(values, -1, 0.1, 0.0), abs=1e-11)


@pytest.mark.parametrize("block", [4, 7, 64])
def test_blocks_do_not_change_the_result(block, monkeypatch):
    values = np.random.default_rng(2).normal(size=(5, 30))
    expected = [ewma(values), cusum(values)]
    monkeypatch.setattr(recursions, "_BLOCK", block)
    monkeypatch.setattr(recursions, "_RESTART", 4)

    actual = [ewma(values), cusum(values)]

    for one, other in zip(expected, actual, strict=True):
        for mine, theirs in zip(one.panels, other.panels, strict=True):
            assert np.allclose(mine.points, theirs.points, rtol=1e-12, atol=1e-12)


@given(st.lists(SERIES, min_size=1, max_size=5), CHARTS)
def test_a_ragged_batch_gives_each_characteristic_what_it_gets_alone(series, draw):
    offsets = np.concatenate(([0], np.cumsum([len(s) for s in series])))

    batch = draw(np.concatenate(series), offsets=offsets, target=1.0, sigma=0.5)
    alone = [draw(s, target=1.0, sigma=0.5) for s in series]

    for one, other in zip(batch, alone, strict=True):
        for mine, own in zip(one.panels, other.panels, strict=True):
            assert np.allclose(mine.points, own.points, rtol=1e-12, atol=1e-12, equal_nan=True)
            assert np.allclose(mine.ucl, own.ucl, rtol=1e-12, equal_nan=True)
            assert mine.signals == own.signals


@given(CHARTS, st.sampled_from([0.5, 4.0]), st.integers(-8, 8))
def test_signals_do_not_change_with_the_unit(draw, scale, shift):
    values = np.array(SHIFTED)

    expected = [panel.signals for panel in draw(values).panels]
    actual = [panel.signals for panel in draw(values * scale + shift).panels]

    assert expected == actual


def test_montgomery_cusum_signals_at_observation_29_with_the_printed_sum():
    chart = cusum(SHIFTED, target=10.0, sigma=1.0)

    assert (round(chart["C+"].points[28], 2), chart["C+"].beyond_limits()[0] + 1) == (5.28, 29)


def test_montgomery_ewma_has_the_printed_limits_in_the_long_run():
    chart = ewma(SHIFTED, weight=0.1, k=2.7, target=10.0, sigma=1.0)

    assert (round(chart.main.ucl[-1], 2), round(chart.main.lcl[-1], 2)) == (10.62, 9.38)


def test_an_ewma_with_all_weight_on_the_newest_value_is_the_individuals_chart():
    average, single = ewma(SHIFTED, weight=1.0), i_mr(SHIFTED)

    assert average.main.points.tolist() == pytest.approx(SHIFTED)
    assert average.main.ucl.tolist() == pytest.approx([single.main.ucl] * 30)


def test_later_data_may_use_the_baseline_of_an_individuals_chart():
    first = i_mr(SHIFTED[:20])

    later = cusum(SHIFTED[20:], baseline=first.baseline)

    assert (later.phase, later.baseline.center) == (2, first.baseline.center)


def test_the_average_begins_anew_with_a_stage():
    chart = ewma([1.0, 2.0, 5.0, 7.0], stages=["a", "a", "b", "b"], weight=0.5)

    # Each stage starts from its own mean: 1.5 and 6.
    assert chart.main.points.tolist() == [1.25, 1.625, 5.5, 6.25]


@pytest.mark.parametrize("draw", [ewma, cusum, moving_average])
def test_a_characteristic_with_a_problem_has_no_lines_in_any_panel(draw):
    charts = draw([[1.0, 1.0, 1.0], [1.0, 2.0, 1.5]], on_error="mark")

    for panel in charts.panels:
        assert np.isnan(charts[0].panel(panel.name).ucl).all()
        assert np.isnan(charts[0].panel(panel.name).center).all()


@given(CHARTS)
def test_a_chart_survives_json(draw):
    chart = draw(SHIFTED)

    assert ControlChart.from_json(chart.to_json()) == chart


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ewma([1.0, 2.0], weight=0.0), "weight is 0.0; more than 0 and at most 1"),
        (lambda: ewma([1.0, 2.0], limits="some"), "limits is 'some'; one of exact, asymptotic"),
        (lambda: ewma([np.nan], target=1, sigma=1), "0 values found; at least 1 are needed"),
        (lambda: cusum([1.0, 2.0], target=np.nan), r"target is missing \(NaN\); a number is needed"),
        (lambda: ewma([1.0]), r"1 value\(s\) found"),
        (lambda: ewma([1.0, 2.0], sigma=0.0), "sigma is 0.0; more than 0 is needed"),
        (lambda: ewma([1.0, 2.0], target=[1.0, 2.0]), "target has 2 entries for 1 characteristics"),
        (lambda: cusum([1.0, 2.0], slack=-1), "slack is -1.0; at least 0 is needed"),
        (lambda: cusum([1.0, 2.0], interval=2, fir=2), "fir is 2; less than the interval 2 is needed"),
        (lambda: moving_average([1.0, 2.0], span=0), "span is 0.0; at least 1 is needed"),
        (lambda: cusum([1.0], baseline=i_mr([1.0, 2.0]).baseline, target=2), "target cannot go with a baseline"),
    ],
)
def test_what_supports_no_chart_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

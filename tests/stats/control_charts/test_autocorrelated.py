"""Charts of autoregression residuals, and the onset of shifts a CUSUM finds."""

import numpy as np
import pytest

from hoshin.stats.control_charts import ControlChart, ar_residuals, cusum, ewma, i_mr, shifts
from hoshin.stats.errors import StatisticsError
from tests.stats.control_charts.test_memory import SHIFTED


def autoregression(seed, n=400, coefficients=(0.7,), level=10.0):
    noise, y = np.random.default_rng(seed).normal(size=n), np.zeros(n)
    for i in range(n):
        y[i] = noise[i] + sum(b * y[i - j] for j, b in enumerate(coefficients, 1) if i >= j)
    return y + level


def test_residuals_are_those_of_least_squares():
    values = autoregression(1, coefficients=(0.5, 0.3))

    chart = ar_residuals(values, order=2)
    design = np.column_stack([np.ones(398), values[1:-1], values[:-2]])
    solution = np.linalg.lstsq(design, values[2:], rcond=None)[0]

    assert [chart.baseline.options["intercept"], *chart.baseline.options["coefficients"]] == pytest.approx(solution)
    assert chart.main.points[2:] == pytest.approx(values[2:] - design @ solution, abs=1e-9)


def test_residuals_signal_as_rarely_as_independent_values_where_the_values_do_not():
    values = autoregression(2, n=2000, coefficients=(0.9,))

    of_values, of_residuals = (len(draw(values).main.signals) for draw in (i_mr, ar_residuals))

    assert (of_values > 200, of_residuals < 20) == (True, True)


def test_the_order_is_found_by_its_aic():
    orders = [ar_residuals(autoregression(seed, 800, (0.5, -0.4))).baseline.options["order"] for seed in range(8)]

    assert sorted(orders)[:5] == [2] * 5


def test_differences_of_a_random_walk_need_no_memory():
    walk = np.cumsum(np.random.default_rng(3).normal(size=300))

    chart = ar_residuals(walk, order=0, difference=1)

    assert chart.main.points[1:] == pytest.approx(np.diff(walk) - np.diff(walk).mean())


@pytest.mark.parametrize("order", [None, 2])
def test_many_ragged_characteristics_get_what_each_gets_alone(order):
    series = [autoregression(4, 60), autoregression(5, 90, (0.5, 0.3)), autoregression(6, 45, ())]
    series[1][17] = np.nan
    offsets = np.cumsum([0, 60, 90, 45])

    batch = ar_residuals(np.concatenate(series), offsets=offsets, order=order)

    for one, values in zip(batch, series, strict=True):
        alone = ar_residuals(values, order=order)
        assert np.allclose(one.main.points, alone.main.points, equal_nan=True)
        assert one.main.ucl == pytest.approx(alone.main.ucl)


def test_later_values_are_judged_by_the_coefficients_of_the_baseline():
    values = autoregression(7)
    first = ar_residuals(values[:300], order=1)

    later = ar_residuals(values[300:], baseline=first.baseline)

    a, b = first.baseline.options["intercept"], first.baseline.options["coefficients"][0]
    assert later.main.points[1:] == pytest.approx(values[301:] - a - b * values[300:-1])
    assert later.main.ucl == first.main.ucl


def test_a_chart_of_residuals_survives_json():
    chart = ar_residuals(autoregression(8))

    assert ControlChart.from_json(chart.to_json()) == chart


def test_montgomery_cusum_tells_when_the_shift_began_and_to_which_level():
    found = shifts(cusum(SHIFTED, target=10.0, sigma=1.0))

    # The book: N+ = 7 at period 29, last in control at 22, new level 10 + 0.5 + 5.28 / 7 = 11.25.
    assert [(s.panel, s.signal + 1, s.start + 1, s.count, round(s.level, 2)) for s in found] == [
        ("C+", 29, 23, 7, 11.25)
    ]


def test_a_shift_down_is_told_from_its_mirror_image():
    up, down = (shifts(cusum(np.array(SHIFTED) * sign, target=10.0 * sign, sigma=1.0)) for sign in (1, -1))

    expected = [(s.start, s.signal, round(-s.level, 9)) for s in up]
    assert expected == [(s.start, s.signal, round(s.level, 9)) for s in down]


def test_missing_values_do_not_count_as_points_of_a_shift():
    with_gap = [*SHIFTED[:25], np.nan, *SHIFTED[25:]]

    found = shifts(cusum(with_gap, target=10.0, sigma=1.0))

    assert [(s.signal + 1, s.start + 1, s.count) for s in found] == [(30, 23, 7)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ar_residuals([1.0, 2.0, 3.0]), "0 complete points found; at least 18 are needed"),
        (lambda: ar_residuals([1.0] * 30), "the 25 points have no variation"),
        (lambda: ar_residuals([1.0, 2.0] * 9, order=-1), "order is -1.0; at least 0"),
        (lambda: shifts(ewma([1.0, 2.0])), "the chart is ewma"),
    ],
)
def test_what_supports_no_answer_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

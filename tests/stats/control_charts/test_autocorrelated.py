"""Charts of ARIMA residuals, and the onset of shifts a CUSUM finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from hoshin.stats.control_charts import ControlChart, arima, arima_residuals, autocorrelated, cusum, ewma, i_mr, shifts
from hoshin.stats.control_charts.arima import Rows, coefficients, innovations
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import same
from tests.stats.control_charts.published import HURON, LH, NILE, PRESIDENTS
from tests.stats.control_charts.test_memory import SHIFTED


def arma(seed, n=400, ar=(), ma=(), level=10.0):
    noise, y = np.random.default_rng(seed).normal(size=n + 200), np.zeros(n + 200)
    for i in range(n + 200):
        y[i] = noise[i] + sum(b * y[i - j] for j, b in enumerate(ar, 1) if i >= j)
        y[i] += sum(b * noise[i - j] for j, b in enumerate(ma, 1) if i >= j)
    return y[200:] + level


def dense_covariance(ar, ma, n):
    """Of n values in a row, from the weights of 5,000 innovations: nothing of the engine."""
    psi = np.zeros(5000)
    for j in range(5000):
        psi[j] = 1.0 if j == 0 else ma[j - 1] if j <= len(ma) else 0.0
        psi[j] += sum(b * psi[j - i] for i, b in enumerate(ar, 1) if j >= i)
    own = [float(psi[lag:] @ psi[: psi.size - lag]) for lag in range(n)]
    return np.array([[own[abs(i - j)] for j in range(n)] for i in range(n)])


@pytest.mark.parametrize(
    ("values", "order", "ar", "ma", "mean", "variance", "likelihood", "aic"),
    [
        (LH, (1, 0, 0), [0.5739], [], 2.4133, 0.1975, -29.38, 64.76),
        (LH, (3, 0, 0), [0.6448, -0.0634, -0.2198], [], 2.3931, 0.1787, -27.09, 64.18),
        (LH, (1, 0, 1), [0.4522], [0.1982], 2.4101, 0.1923, -28.76, 65.52),
        (HURON, (2, 0, 0), [1.0436, -0.2495], [], 579.0473, 0.4788, -103.63, 215.27),
        (NILE, (0, 1, 1), [], [-0.7329], 0.0, 20600, -632.55, 1269.09),
        (NILE, (1, 1, 1), [0.2544], [-0.8741], 0.0, None, -630.63, 1267.25),
        (PRESIDENTS, (1, 0, 0), [0.8242], [], 56.1505, 85.47, -416.89, 839.78),
        # R stops at a mean of 56.2236 (s.e. 4.2), with the same likelihood.
        (PRESIDENTS, (3, 0, 0), [0.7496, 0.2523, -0.1890], [], 56.22, 81.12, -414.08, 838.16),
    ],
)
def test_the_fits_are_those_that_r_prints(values, order, ar, ma, mean, variance, likelihood, aic):
    p, d, q = order

    found = arima_residuals(values, p=p, d=d, q=q).baseline.options

    assert found["ar"] == pytest.approx(ar, abs=2e-4)
    assert found["ma"] == pytest.approx(ma, abs=1e-4)
    assert found["mean"] == pytest.approx(mean, abs=8e-3 if mean == 56.22 else 2e-4)
    assert found["log_likelihood"] == pytest.approx(likelihood, abs=0.006)
    assert -2 * found["log_likelihood"] + 2 * (p + q + 1 + (d == 0)) == pytest.approx(aic, abs=0.01)
    assert variance is None or found["variance"] == pytest.approx(variance, rel=5e-4)


@pytest.mark.parametrize(("ar", "ma"), [([0.6], [0.4]), ([0.5, -0.3], []), ([], [-0.5, 0.2]), ([1.2, -0.4], [0.3])])
@pytest.mark.parametrize("gaps", [[], [3, 4, 11]])
def test_errors_and_their_variances_are_those_of_the_whole_covariance(ar, ma, gaps):
    values = np.random.default_rng(1).normal(size=20)
    missing = np.isin(np.arange(20), gaps)
    rows = Rows(np.where(missing, 0.0, values)[None], missing[None], ~missing[None], 0, False)

    errors, root, _ = innovations(np.array([ar]), np.array([ma]), rows)

    there = np.flatnonzero(~missing)
    factor = np.linalg.cholesky(dense_covariance(ar, ma, 20)[np.ix_(there, there)])
    assert errors[0, there] == pytest.approx(np.linalg.solve(factor, values[there]), abs=1e-5)
    assert root[0, there] == pytest.approx(np.diag(factor), rel=1e-5)


def test_no_model_near_by_has_a_larger_likelihood():
    values = arma(3, 60, (0.7,), (0.5,))
    values[20:23] = np.nan
    there = np.flatnonzero(~np.isnan(values))
    found = arima_residuals(values, p=1, q=1).baseline.options

    def negative(x):
        covariance = x[3] ** 2 * dense_covariance([x[0]], [x[1]], 60)[np.ix_(there, there)]
        return -stats.multivariate_normal(np.full(there.size, x[2]), covariance).logpdf(values[there])

    best = optimize.minimize(negative, [0.5, 0.3, 10.0, 1.2], method="Nelder-Mead", options={"maxiter": 250})

    assert found["log_likelihood"] == pytest.approx(-best.fun, abs=1e-3)
    assert [found["ar"][0], found["ma"][0], found["mean"]] == pytest.approx(best.x[:3], abs=0.02)


@given(st.lists(st.floats(-0.95, 0.95), min_size=1, max_size=4))
def test_partial_autocorrelations_inside_one_give_a_stationary_model(partial):
    inverse_roots = np.roots(np.concatenate(([1.0], -coefficients(np.array(partial)))))

    assert (np.abs(inverse_roots) < 1).all()


@pytest.mark.parametrize(
    ("order", "ar", "ma"), [((1, 1), [0.8], [0.4]), ((2, 0), [0.5, 0.3], []), ((0, 2), [], [0.6, 0.3])]
)
def test_simulated_coefficients_are_found_again(order, ar, ma):
    batch = np.stack([arma(seed, 500, ar, ma) for seed in range(20)])

    found = arima_residuals(batch, p=order[0], q=order[1]).baseline.options

    # Twenty series of 500: the standard error of the average is below 0.015.
    assert found["ar"].mean(axis=0) == pytest.approx(ar, abs=0.045)
    assert found["ma"].mean(axis=0) == pytest.approx(ma, abs=0.045)
    assert found["variance"].mean() == pytest.approx(1.0, abs=0.05)


def test_the_order_is_mostly_the_true_one():
    batch = np.stack([arma(seed, 300, (0.5, -0.4)) for seed in range(10)])

    found = arima_residuals(batch).baseline.options

    assert np.count_nonzero((found["p"] == 2) & (found["q"] == 0)) >= 6


def test_the_order_chosen_has_the_least_aicc():
    values = arma(4, 80, (0.6,), (0.3,))

    chosen = arima_residuals(values, max_p=2, max_q=1).baseline.options
    tried = [arima_residuals(values, p=p, q=q).baseline.options["aicc"] for p in range(3) for q in range(2)]

    assert chosen["aicc"] == min(tried)


@pytest.mark.parametrize(("ar", "ma", "d"), [((0.8,), (), 0), ((0.6,), (0.5,), 0), ((), (-0.6,), 1)])
def test_residuals_signal_as_rarely_as_independent_values_where_the_values_do_not(ar, ma, d):
    batch = np.stack([arma(seed, 500, ar, ma) for seed in range(20)])
    batch = np.cumsum(batch - 10.0, axis=1) if d else batch

    of_values, of_residuals = (
        len(chart.main.signals) / batch.size
        for chart in (i_mr(batch), arima_residuals(batch, p=len(ar), d=d, q=len(ma)))
    )

    # 0.0027 nominal; 10,000 points make its standard error 0.0005.
    assert of_values > 0.02
    assert of_residuals == pytest.approx(0.0027, abs=0.0017)


def test_differences_of_a_random_walk_need_no_memory():
    walk = np.cumsum(np.random.default_rng(3).normal(size=300))

    chart = arima_residuals(walk, p=0, d=1, q=0, mean=True)

    assert chart.main.points[1:] == pytest.approx(np.diff(walk) - np.diff(walk).mean())


def test_a_missing_value_of_a_random_walk_widens_the_next_step():
    walk = np.cumsum(np.random.default_rng(3).normal(size=30))
    with_gap = np.where(np.arange(30) == 12, np.nan, walk)

    points = arima_residuals(with_gap, p=0, d=1, q=0).main.points

    expected = np.concatenate(([np.nan], np.diff(walk)))
    expected[12:14] = np.nan, (walk[13] - walk[11]) / np.sqrt(2)
    assert points == pytest.approx(expected, abs=1e-5, nan_ok=True)


def ragged():
    series = [arma(4, 60, (0.7,)), arma(5, 90, (0.5,), (0.3,)), arma(6, 45), arma(7, 200, (), (0.6,))]
    series[1][[0, 1, 17, 30, 31]] = np.nan
    series[2][-3:] = np.nan
    return series


@pytest.mark.parametrize("order", [{}, {"p": 2, "q": 0}, {"p": 1, "q": 1}, {"p": 0, "d": 1, "q": 1}, {"p": 1, "d": 2}])
def test_many_ragged_characteristics_get_what_each_gets_alone(order):
    series = ragged()
    offsets = np.concatenate(([0], np.cumsum([values.size for values in series])))

    batch = arima_residuals(np.concatenate(series), offsets=offsets, **order)

    for one, values in zip(batch, series, strict=True):
        alone = arima_residuals(values, **order)
        assert one.main.points == pytest.approx(alone.main.points, rel=1e-12, abs=1e-12, nan_ok=True)
        assert (one.main.lcl, one.main.ucl) == pytest.approx((alone.main.lcl, alone.main.ucl), rel=1e-12)
        assert same(one.baseline.options, alone.baseline.options)


def test_a_series_that_supports_no_model_does_not_stop_the_others():
    good = arma(8, 60, (0.7,))
    batch = np.stack([good, np.full(60, 3.0), np.where(np.arange(60) < 50, np.nan, good)])

    charts = arima_residuals(batch, on_error="mark")

    assert charts[0] == arima_residuals(good)
    assert charts.problems == {
        1: "characteristic 1: the 60 values to be predicted have no variation",
        2: "characteristic 2: 10 values to be predicted; at least 15 are needed",
    }
    assert np.isnan(charts.main.ucl[1:]).all()


def test_memory_is_bounded_without_another_answer(monkeypatch):
    batch = np.stack([arma(seed, 60, (0.6,), (0.3,)) for seed in range(5)])
    whole = arima_residuals(batch, p=2, q=1)
    monkeypatch.setattr(arima, "_POINTS", 500)
    monkeypatch.setattr(autocorrelated, "_BLOCK", 128)

    assert arima_residuals(batch, p=2, q=1) == whole


@pytest.mark.parametrize("order", [{"p": 1}, {"p": 1, "d": 1, "q": 1}])
def test_a_frozen_model_judges_the_values_it_was_made_of_as_before(order):
    values = arma(7, 120, (0.7,))
    values[40] = np.nan
    first = arima_residuals(values, **order)

    again = arima_residuals(values, baseline=first.baseline)

    assert (again.phase, again.main) == (2, first.main)


def test_later_values_are_predicted_by_the_coefficients_of_the_baseline():
    values = arma(7, 400, (0.7,))
    first = arima_residuals(values[:300], p=1, q=0)

    later = arima_residuals(values[300:], baseline=first.baseline)

    (slope,), mean = first.baseline.options["ar"], first.baseline.options["mean"]
    off = values[300:] - mean
    assert later.main.points[1:] == pytest.approx(off[1:] - slope * off[:-1])
    # The first one has no past: it lies as far from the mean as the whole process does.
    assert later.main.points[0] == pytest.approx(off[0] * np.sqrt(1 - slope**2))
    assert later.main.ucl == first.main.ucl


def test_baselines_of_many_judge_later_values_of_many():
    batch = np.stack([arma(seed, 160, (0.6,)) for seed in range(3)])
    first = arima_residuals(batch[:, :100], p=1, q=1)

    later = arima_residuals(batch[:, 100:], baseline=first.baseline)

    for i, one in enumerate(later):
        assert one.main == arima_residuals(batch[i, 100:], baseline=first[i].baseline).main


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([0.25, 8.0, 1000.0]), st.integers(-1000, 1000))
def test_the_unit_of_the_values_does_not_change_the_model(scale, shift):
    values = arma(9, 80, (0.6,), (0.4,))

    one, other = (arima_residuals(v, p=1, q=1) for v in (values, values * scale + shift))

    assert other.main.points == pytest.approx(one.main.points * scale, rel=1e-4, abs=1e-4 * scale)


def test_a_series_differenced_too_often_stays_invertible():
    values = np.random.default_rng(2).normal(size=100)

    found = arima_residuals(values, p=0, d=1, q=1).baseline.options

    assert -1 <= found["ma"][0] < -0.9


def test_a_chart_of_residuals_survives_json_and_explains_itself():
    chart = arima_residuals(arma(8, 100, (0.7,)))

    assert ControlChart.from_json(chart.to_json()) == chart
    assert "log likelihood" in str(chart.explain())


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
        (lambda: arima_residuals([1.0, 2.0, 3.0]), "3 values to be predicted; at least 15 are needed"),
        (lambda: arima_residuals([1.0] * 30), "the 30 values to be predicted have no variation"),
        (lambda: arima_residuals(np.arange(30.0), d=1), "the 29 values to be predicted have no variation"),
        (lambda: arima_residuals([1.0, 2.0] * 9, p=-1), "p is -1.0; at least 0"),
        (lambda: arima_residuals([1.0, 2.0, 3.0], baseline=arima_residuals(LH).baseline, p=1), "p cannot go with a"),
        (lambda: shifts(ewma([1.0, 2.0])), "the chart is ewma"),
    ],
)
def test_what_supports_no_answer_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


@pytest.mark.parametrize("order", [{}, {"p": 1, "q": 1}, {"p": 1, "d": 1, "q": 0}])
def test_a_point_left_out_makes_no_model_and_moves_no_other_but_is_plotted(order):
    values = arma(31, 120, ar=(0.7,))
    values[60] += 9.0
    missing = values.copy()
    missing[60] = np.nan
    chart, without = arima_residuals(values, exclude={60: "spilt"}, **order), arima_residuals(missing, **order)
    others = np.arange(120) != 60

    assert same(chart.baseline.options, without.baseline.options)
    assert (chart.baseline.sigma, chart.baseline.excluded) == (without.baseline.sigma, {60: "spilt"})
    assert same(chart.main.points[others], without.main.points[others])
    assert np.isnan(without.main.points[60])
    assert 60 in chart.main.beyond_limits()


def test_the_residual_of_a_point_left_out_is_its_distance_from_the_prediction():
    values = arma(32, 120, ar=(0.7,))
    chart = arima_residuals(values, p=1, q=0, exclude={60: "spilt"})
    mean, phi = chart.baseline.options["mean"], chart.baseline.options["ar"][0]

    assert chart.main.points[60] == pytest.approx(values[60] - mean - phi * (values[59] - mean), rel=1e-7)


def test_each_stage_has_a_model_and_a_past_of_its_own():
    first, second = arma(33, 90, ar=(0.8,)), arma(34, 70, ar=(-0.3,), level=20.0)
    chart = arima_residuals(np.concatenate([first, second]), p=1, q=0, stages=[1] * 90 + [2] * 70)
    alone = [arima_residuals(part, p=1, q=0) for part in (first, second)]

    assert chart.main.points == pytest.approx(np.concatenate([one.main.points for one in alone]), rel=1e-12)
    assert chart.baseline.center == pytest.approx([one.baseline.center for one in alone], rel=1e-12)
    with pytest.raises(StatisticsError, match=r"^stage 2: "):
        arima_residuals(np.concatenate([first, np.ones(70)]), stages=[1] * 90 + [2] * 70)


def test_a_baseline_leaves_nothing_out_again():
    values = arma(35, 90, ar=(0.8,))

    with pytest.raises(StatisticsError, match="exclude"):
        arima_residuals(values, baseline=arima_residuals(values).baseline, exclude={3: "spilt"})

"""Series over time: R's own outputs, coverage, false alarms, equivariance, refusals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.forecasting import (
    Anomalies,
    ChangePoints,
    Forecast,
    IndicatorReading,
    Period,
    Seasonality,
    Smoothing,
    anomalies,
    change_points,
    exponential_smoothing,
    find_period,
    forecast,
    pettitt,
    read_indicator,
    seasonality,
)

# G. E. P. Box, G. M. Jenkins, Time Series Analysis, series G: airline passengers in thousands, 1949 to 1960.
SERIES_G = """
112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133 114 140
145 150 178 163 172 178 199 199 184 162 146 166 171 180 193 181 183 218 230 242 209 191 172 194
196 196 236 235 229 243 264 272 237 211 180 201 204 188 235 227 234 264 302 293 259 229 203 229
242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313 318 374 413 405 355 306 271 306
315 301 356 348 355 422 465 467 404 347 305 336 340 318 362 348 363 435 491 505 404 359 310 337
360 342 406 396 420 472 548 559 463 407 362 405 417 391 419 461 472 535 622 606 508 461 390 432
"""
PASSENGERS = np.array(SERIES_G.split(), dtype=float)
series = st.lists(st.floats(-100, 100).map(lambda x: round(x, 2)), min_size=8, max_size=20).filter(
    lambda x: max(x) - min(x) > 1
)


def walk(random, n, step=0.5):
    return 50 + np.cumsum(random.normal(0, step, n)) + random.normal(size=n)


def test_winters_weights_are_those_r_prints():
    # R 4, HoltWinters(AirPassengers, seasonal = "mult"): alpha 0.2755925, beta 0.03269295, gamma 0.8707292, a 469.3232.
    found = exponential_smoothing(PASSENGERS, "holt_winters", seasonal="multiplicative", period=12)

    weights = (found.alpha, found.beta, found.gamma)
    assert weights == pytest.approx((0.2755925, 0.03269295, 0.8707292), rel=1e-3)
    assert (found.level, found.trend) == pytest.approx((469.3232, 3.0215), rel=1e-4)


@given(series, st.floats(0.1, 10), st.floats(-50, 50))
def test_smoothing_moves_with_scale_and_shift(values, scale, shift):
    one = exponential_smoothing(values, "holt", 3, alpha=0.4, beta=0.2)
    two = exponential_smoothing(np.array(values) * scale + shift, "holt", 3, alpha=0.4, beta=0.2)

    assert two.forecast == pytest.approx(one.forecast * scale + shift, rel=1e-6, abs=1e-6)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.05, 1), st.floats(0, 1))
def test_a_straight_line_is_continued_exactly(level, slope, alpha, beta):
    line = level + slope * np.arange(10)

    assert exponential_smoothing(line, "holt", 2, alpha, beta).forecast == pytest.approx(
        level + slope * np.array([10, 11]), abs=1e-8
    )


def test_full_weight_is_the_last_value():
    found = exponential_smoothing([3, 1, 4, 1, 5], "ses", 2, alpha=1)

    assert found.forecast.tolist() == [5.0, 5.0]


def test_the_variance_of_a_walk_with_noise_is_the_models():
    # With the right weight, h-step errors of simple smoothing have sigma^2 (1 + (h-1) alpha^2).
    found = exponential_smoothing([3, 1, 4, 1, 5, 9], "ses", 3, alpha=0.5)
    widths = (found.upper - found.lower) / (found.upper - found.lower)[0]

    assert widths == pytest.approx(np.sqrt([1, 1.25, 1.5]))


def test_the_claimed_coverage_is_that_of_past_forecasts():
    found = forecast(walk(np.random.default_rng(1), 120), 2)
    tried = found.validation

    assert tried.coverage == tried.hits / tried.trials
    assert tried.coverage_interval[0] <= tried.coverage <= tried.coverage_interval[1]


def test_a_season_is_seen_and_beats_repeating_it():
    found = forecast(PASSENGERS[:96], 3, period=12)

    assert (found.model, found.beats_naive) == ("holt_winters", True)
    assert ((found.lower < PASSENGERS[96:99]) & (PASSENGERS[96:99] < found.upper)).all()


def test_white_noise_is_not_said_to_be_predictable_by_its_last_value():
    weights = forecast(np.random.default_rng(6).normal(size=80), 1).weights

    assert weights["naive"] + weights["drift"] < 1e-6 and weights["mean"] > 0.5


def test_a_short_series_says_that_its_interval_was_not_tried():
    found = forecast([3, 5, 4, 6, 5, 7, 6, 8], 2)

    assert (found.validation.coverage, found.honest) == (None, None)


def test_ends_of_the_interval_leave_the_chance_that_is_told():
    found = forecast(walk(np.random.default_rng(3), 24), 3, confidence=0.8)
    below = [found.mixture.below(found.lower[1], 2), found.mixture.below(found.upper[2], 3)]

    assert below == pytest.approx([found.tail, 1 - found.tail], rel=1e-9)
    assert found.forecast == pytest.approx(found.mixture.weight @ found.mixture.center)


@settings(max_examples=20, deadline=None)
@given(series, st.floats(0.1, 10), st.floats(-50, 50))
def test_a_forecast_moves_with_scale_and_shift(values, scale, shift):
    one, two = forecast(values, 2), forecast(np.array(values) * scale + shift, 2)

    for name in ("forecast", "lower", "upper"):
        assert getattr(two, name) == pytest.approx(getattr(one, name) * scale + shift, rel=1e-6, abs=1e-6 * scale)


@pytest.mark.parametrize("values", [[5, 5, 5, 5, 5, 5, 6, 5], [1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 0, 0, 0, 0, 0, 9]])
def test_ties_and_lines_have_a_forecast_with_an_interval(values):
    found = forecast(values, 3)

    assert (found.lower < found.forecast).all() and (found.forecast < found.upper).all()


def test_an_interval_that_held_too_little_is_wider():
    # The noise grows with the level: what is expected of one variance is too narrow in the end.
    found = forecast(PASSENGERS, 3, period=12)

    assert found.honest is False and found.validation.coverage_interval[1] < found.confidence
    assert found.tail < 0.04
    assert found.mixture.below(found.lower[0]) == pytest.approx(found.tail, rel=1e-9)


def by_regression(y, horizon, period, alpha, beta, gamma, phi, trend):
    """Forecasts, their variances and the sum of squares by regression with the covariance of the model written out."""
    n, size = len(y), len(y) + horizon
    lag = np.subtract.outer(np.arange(size), np.arange(size))
    effect = alpha * (1 + lag * beta) + gamma * (lag % period == 0) + np.where(lag > 0, phi ** np.abs(lag), 0.0)
    moves = np.where(lag > 0, effect, 0.0) + np.eye(size)
    away = phi ** np.arange(size) * phi / np.sqrt(1 - phi**2)
    covariance = moves @ moves.T + np.outer(away, away)
    known = np.eye(period)[np.arange(size) % period]
    known = np.column_stack([known, np.arange(size)]) if trend else known
    inner = np.linalg.inv(covariance[:n, :n])
    doubt = np.linalg.inv(known[:n].T @ inner @ known[:n])
    best = doubt @ known[:n].T @ inner @ y
    rest = y - known[:n] @ best
    carried = covariance[n:, :n] @ inner
    left = known[n:] - carried @ known[:n]
    variance = covariance[n:, n:] - carried @ covariance[:n, n:] + left @ doubt @ left.T
    return known[n:] @ best + carried @ rest, np.diag(variance), rest @ inner @ rest


@pytest.mark.parametrize("period", [None, 4])
def test_every_candidate_says_what_regression_says(period):
    y = walk(np.random.default_rng(7), 19) + np.arange(19) % 4
    mixture = forecast(y, 6, period).mixture
    lags = {1, period or 1}
    guess = 1.75 * min(np.mean((y[lag:] - y[:-lag]) ** 2) for lag in lags)

    for i, model in enumerate(mixture.models):
        weights = (mixture.alpha[i], mixture.beta[i], mixture.gamma[i], mixture.phi[i])
        p = period if model in ("seasonal_naive", "holt_winters") else 1
        trend = mixture.df[i] == len(y) - p
        mean, variance, squares = by_regression(y, 6, p, *weights, trend)
        df = len(y) - p - trend + 1
        assert (mixture.df[i], mixture.center[i]) == (df, pytest.approx(mean, rel=1e-8))
        assert mixture.scale[i] ** 2 == pytest.approx((squares + guess) / df * variance, rel=1e-8)


def test_weights_are_what_each_candidate_foretold():
    y = walk(np.random.default_rng(8), 12)
    mixture = forecast(y, 1).mixture
    guess = 1.75 * np.mean(np.diff(y) ** 2)
    density = []
    for i, model in enumerate(mixture.models):
        trend = model in ("drift", "line", "holt")
        log = -math.log(mixture.models.count(model))
        for t in range(2, 12):
            weights = (mixture.alpha[i], mixture.beta[i], 0.0, mixture.phi[i])
            mean, variance, squares = by_regression(y[:t], 1, 1, *weights, trend)
            df = t - trend
            log += stats.t.logpdf(y[t], df, mean[0], math.sqrt((squares + guess) / df * variance[0]))
        density.append(log)
    density = np.exp(density)

    assert mixture.weight == pytest.approx(density / density.sum(), rel=1e-8)


def test_the_nile_changes_after_1898():
    # G. W. Cobb, Biometrika 65 (1978), 243-251: the flow of the Nile fell after 1898, the 28th year.
    nile = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210
    1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832
    764 821 768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040
    860 874 848 890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""
    flow = [float(value) for value in nile.split()]

    assert (change_points(flow).points.tolist(), pettitt(flow).summary["change"]) == ([28], 28)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=9).filter(lambda x: len(set(x)) > 1), st.floats(0.5, 8))
def test_no_other_division_costs_less(values, penalty):
    x = np.array(values, dtype=float)
    found = change_points(x, sigma=1.0, penalty=penalty, shortest=1)
    least = math.inf
    for mask in range(1 << (x.size - 1)):
        cuts = [0, *[i + 1 for i in range(x.size - 1) if mask >> i & 1], x.size]
        inside = sum(((x[a:b] - x[a:b].mean()) ** 2).sum() for a, b in itertools.pairwise(cuts))
        least = min(least, inside + penalty * (len(cuts) - 2))

    assert found.cost == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize("n", [8, 20, 60])
def test_series_without_a_change_rarely_show_one(n):
    random = np.random.default_rng(n)
    wrong = sum(change_points(random.normal(size=n)).points.size > 0 for _ in range(300))

    assert wrong <= stats.binom.ppf(1 - 1e-4, 300, 0.05)


@given(series, st.floats(0.1, 10), st.floats(-50, 50))
def test_changes_do_not_depend_on_unit_or_origin(values, scale, shift):
    one = change_points(values, sigma=2.0, penalty=9.0)
    two = change_points(np.array(values) * scale + shift, sigma=2.0 * scale, penalty=9.0)
    assume(abs(one.cost - two.cost) < 1e-6)

    assert len(one.points) == len(two.points)


def test_the_seasons_of_a_sum_are_found_back():
    season = np.array([1.0, -2.0, 0.5, 0.5])
    x = 10 + 0.3 * np.arange(24) + np.tile(season, 6)
    found = seasonality(x, 4)

    assert found.indices == pytest.approx(season, abs=1e-12)
    assert (found.strength, found.test.significant) == (pytest.approx(1.0), True)


def test_passengers_have_a_year():
    assert (find_period(PASSENGERS).period, seasonality(PASSENGERS, 12, "multiplicative").test.significant) == (
        12.0,
        True,
    )


@pytest.mark.parametrize(("period", "n"), [(2, 40), (4, 40), (7, 70), (12, 60)])
def test_noise_has_a_season_as_rarely_as_the_level_says(period, n):
    noise = np.random.default_rng(31).normal(size=(2000, n))

    assert 0.035 < np.mean(seasonality(noise, period).test_pvalue <= 0.05) < 0.07


def test_noise_has_a_period_as_rarely_as_the_level_says():
    random = np.random.default_rng(31)
    accused = sum(find_period(random.normal(size=40)).pvalue <= 0.05 for _ in range(1000))

    assert stats.binom.ppf(1e-5, 1000, 0.03) <= accused <= stats.binom.ppf(1 - 1e-5, 1000, 0.06)


def test_an_indicator_in_its_limits_is_noise():
    reading = read_indicator([22, 25, 21, 24, 26, 23, 22, 25, 24, 23])

    assert not reading.is_signal
    assert "noise" in reading.conclusion


def test_an_indicator_that_moved_says_since_when():
    reading = read_indicator([*[20, 21, 19, 20, 22, 20, 21, 19] * 2, *[27, 28, 26, 27, 28, 27]], baseline=16)

    assert (reading.is_signal, reading.since) == (True, 16)


def test_limits_of_the_indicator_are_2_66_moving_ranges():
    # D. J. Wheeler, Understanding Variation: 2.66 = 3 / 1.128.
    x = np.array([22, 25, 21, 24, 26, 23, 22, 25, 24.0])
    reading = read_indicator(x)

    assert reading.upper == pytest.approx(x.mean() + 2.66 * np.abs(np.diff(x)).mean(), rel=1e-3)


@given(
    st.lists(st.floats(-10, 10).map(lambda x: round(x, 1)), min_size=15, max_size=30).filter(lambda x: max(x) > min(x))
)
def test_later_values_do_not_change_earlier_scores(values):
    long, short = (
        anomalies(values, window=8),
        anomalies(values[:-3], window=8) if max(values[:-3]) > min(values[:-3]) else None,
    )
    assume(short is not None)

    assert np.array_equal(long.score[: len(values) - 3], short.score, equal_nan=True)


def test_a_seasonal_peak_is_no_anomaly_but_a_missing_one_is():
    x = np.tile([1.0, 2.0, 9.0, 2.0], 12) + np.random.default_rng(0).normal(0, 0.1, 48)
    x[42] = 2.0

    assert anomalies(x, window=12, period=4, k=6).points.tolist() == [42, 46]


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (Smoothing, exponential_smoothing(PASSENGERS[:40], "holt_winters", 3, 0.3, 0.1, 0.2, period=12)),
        (Forecast, forecast(walk(np.random.default_rng(2), 40), 2)),
        (ChangePoints, change_points([1, 2, 1, 2, 9, 8, 9])),
        (Seasonality, seasonality(PASSENGERS[:48], 12)),
        (Period, find_period(PASSENGERS)),
        (IndicatorReading, read_indicator([22, 25, 21, 24, 26, 23])),
        (Anomalies, anomalies([1, 2, 1, 2, 1, 2, 30], window=5)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: exponential_smoothing([1, 2]), "at least 3"),
        (lambda: exponential_smoothing([1, 2, 3], alpha=2), "between 0 and 1"),
        (lambda: exponential_smoothing([1, 2, 3], "winters"), "one of ses, holt"),
        (lambda: exponential_smoothing([1, 2, 3, 4], "holt_winters"), "period is missing"),
        (lambda: exponential_smoothing([1, 2, 3, 4, 5], "holt_winters", period=4), "at least 9"),
        (lambda: exponential_smoothing([1, -2] * 5, "holt_winters", seasonal="multiplicative", period=2), "above 0"),
        (lambda: forecast([1, 2, 3]), "at least 6"),
        (lambda: forecast([1] * 10), "no variation"),
        (lambda: forecast([1, 2, 3, 4, 5, math.nan]), "missing"),
        (lambda: change_points([1, 1, 1, 1]), "no variation"),
        (lambda: seasonality([1, 2, 3], 2), "at least 6"),
        (lambda: find_period(np.arange(10.0)), "off the line"),
        (lambda: read_indicator([1, 2, 3]), "at least 6"),
        (lambda: anomalies([1, 2, 3], window=5), "at least 6"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def level_of(step):
    return lambda e: np.cumsum(step * e, axis=1) - step * e + e


def returning(e):
    x = e / math.sqrt(0.75)
    for t in range(1, e.shape[1]):
        x[:, t] = 0.5 * x[:, t - 1] + e[:, t]
    return x


PROCESSES = {
    "noise": lambda e: e,
    "walk": level_of(1.0),
    "walk with drift": lambda e: level_of(1.0)(e + 0.5),
    "autoregressive": returning,
    "walk with noise": level_of(0.3),
    "trend": lambda e: e + 0.2 * np.arange(e.shape[1]),
    "season": lambda e: e + np.array([2.0, 0.6, -2.4, -0.2])[np.arange(e.shape[1]) % 4],
}


@pytest.mark.parametrize(("n", "confidence"), [(12, 0.8), (12, 0.9), (12, 0.95), (20, 0.9), (50, 0.9)])
def test_intervals_hold_what_they_promise(n, confidence):
    # Each process: not more than five points less; their mean: within three points. Figures are in the documentation.
    count, horizon, held = 400, 4, {}
    for name, process in PROCESSES.items():
        x = process(np.random.default_rng(n).normal(size=(count, n + horizon)))
        found = forecast(x[:, :n], horizon, 4 if name == "season" else None, confidence)
        held[name] = ((found.lower <= x[:, n:]) & (x[:, n:] <= found.upper)).mean()

    least = stats.binom.ppf(1e-4, count, confidence - 0.05) / count
    assert {name: share for name, share in held.items() if share < least} == {}
    reach = 0.03 + stats.norm.isf(1e-4) * math.sqrt(confidence * (1 - confidence) / (count * len(held)))
    assert abs(np.mean(list(held.values())) - confidence) < reach


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
def test_very_large_and_small_values_have_the_same_forecast_in_their_unit(power):
    values = np.array([1, 2, 3, 4, 1, 9.0, 3, 5])
    plain, far = forecast(values), forecast(np.ldexp(values, power))

    for name in ("forecast", "lower", "upper"):
        assert (getattr(far, name) == np.ldexp(getattr(plain, name), power)).all()
    assert far.validation.error == np.ldexp(plain.validation.error, power)
    assert far.weights == plain.weights


def test_an_interval_beyond_all_numbers_is_refused():
    values = np.array([1, 2, 3, 4, 1, 9.0, 3, 5])
    with np.errstate(over="ignore"):
        marked = forecast([values * 1.9e307, values], on_error="mark")

    assert list(marked.problems) == [0] and "too far apart" in marked.problems[0]
    assert marked[1] == forecast(values)

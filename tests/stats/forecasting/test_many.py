"""Many indicators at once are what each is alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.comparisons import kruskal_wallis
from hoshin.stats.comparisons.proportions import proportion_interval
from hoshin.stats.forecasting import (
    change_points,
    exponential_smoothing,
    find_period,
    forecast,
    seasonality,
)
from tests.stats.alike import alike, ragged

RANDOM = np.random.default_rng(5)
SIZES = [40, 64, 33, 90, 41]
SERIES = [60 + np.cumsum(RANDOM.normal(0, 0.5, n)) + RANDOM.normal(size=n) for n in SIZES]
SERIES[1][30:] += 6
SERIES[3] += 4 * np.sin(np.arange(90) * 2 * np.pi / 6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=30), min_size=2, max_size=6), st.floats(1, 8))
def test_divisions_of_ragged_series_are_those_of_each(columns, penalty):
    columns = [np.array(column, dtype=float) for column in columns]
    flat, offsets = ragged(*columns)
    many = change_points(flat, sigma=1.0, penalty=penalty, shortest=1, offsets=offsets, on_error="mark")

    for i, column in enumerate(columns):
        if np.ptp(column) > 0:
            alike(many[i], change_points(column, sigma=1.0, penalty=penalty, shortest=1))
        else:
            assert i in many.problems


def test_each_series_may_have_its_own_sigma_and_penalty():
    many = change_points([SERIES[0][:30], SERIES[2][:30]], sigma=[1.0, 2.0], penalty=[9.0, 12.0])

    alike(many[1], change_points(SERIES[2][:30], sigma=2.0, penalty=12.0))


def test_each_series_may_start_from_its_own_state():
    rows = np.stack([series[:30] for series in SERIES[:2]])
    season = np.array([[1.0, -1.0, 0.0], [2.0, 0.0, -2.0]])
    how = {"model": "holt_winters", "alpha": 0.3, "beta": 0.1, "gamma": 0.2, "period": 3, "start": 0}
    many = exponential_smoothing(rows, start_level=[60, 61], start_trend=0.0, start_season=season, **how)

    alone = exponential_smoothing(rows[1], start_level=61, start_trend=0.0, start_season=season[1], **how)
    alike(many[1], alone)


def test_the_season_of_many_is_tested_by_ranks():
    x = SERIES[3][:60]
    found = seasonality(np.stack([x, x[::-1]]), 6)
    groups = [(x - found.trend[0])[i::6] for i in range(6)]
    test = kruskal_wallis(*(group[~np.isnan(group)] for group in groups))

    n, h, left = 54, test.statistic, 1 - 1 / 6 - 1 / 72
    f = left * (h / 5) / ((n - 1 - h) / (n - 6))

    assert (found.test_statistic[0], found.test_pvalue[0]) == pytest.approx((f, stats.f.sf(f, 5, n - 6)), rel=1e-12)
    assert (found[0].test.statistic, found[0].test.pvalue) == (found.test_statistic[0], found.test_pvalue[0])


def test_ties_count_in_the_test_of_a_season():
    x = np.tile([1.0, 2.0, 3.0, 2.0], 6) + np.repeat([0.0, 1.0], 12)
    found = seasonality([x, x], 4)

    assert found.test_statistic[0] == pytest.approx(found[0].test.statistic, rel=1e-12)


def test_the_interval_of_the_coverage_is_the_exact_one():
    tried = forecast(SERIES[1], 1).validation

    assert tried.coverage_interval == pytest.approx(proportion_interval(tried.hits, tried.trials), rel=1e-12)


def test_long_noise_has_no_period():
    # The alternating sum of Fisher's test has terms far beyond the digits of a float here.
    found = find_period(np.random.default_rng(0).normal(size=(3, 5000)))

    assert ((found.pvalue > 0.001) & (found.pvalue <= 1)).all()


def test_small_tails_are_the_first_term_of_fishers_sum():
    t = np.arange(40)
    found = find_period(3 * np.sin(2 * np.pi * t / 8) + np.random.default_rng(3).normal(size=40))
    m = 19

    assert found.share > 0.5
    assert found.pvalue == pytest.approx(m * (1 - found.share) ** (m - 1), rel=1e-9)


@pytest.mark.parametrize("n", [30, 60])
def test_forecast_intervals_cover_what_came_at_every_distance(n):
    random = np.random.default_rng(n)
    values = 50 + np.cumsum(random.normal(0, 0.5, (300, n + 3)), axis=1) + random.normal(size=(300, n + 3))
    found = forecast(values[:, :n], 3, confidence=0.9)
    hits = ((found.lower <= values[:, n:]) & (values[:, n:] <= found.upper)).sum(axis=0)

    assert (hits >= stats.binom.ppf(1e-4, 300, 0.88)).all()
    assert (hits <= stats.binom.ppf(1 - 1e-4, 300, 0.93)).all()


def test_a_long_period_takes_fewer_candidates_whatever_stands_beside():
    random = np.random.default_rng(9)
    rows = [random.normal(size=n) for n in (410, 390)]
    flat, offsets = ragged(*rows)
    many = forecast(flat, 2, period=190, offsets=offsets)

    assert 1 < many.models.count("holt_winters") < forecast(rows[0], 2, period=12).mixture.models.count("holt_winters")
    alike(many[1], forecast(rows[1], 2, period=190), rel=1e-9)

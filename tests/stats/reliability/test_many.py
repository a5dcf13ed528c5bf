"""Many part numbers at once are what each is alone."""

import numpy as np
import pytest

from hoshin.stats.reliability import (
    log_rank,
    loglogistic,
    lognormal,
    power_law,
    returns_by_age,
    warranty_forecast,
    weibull,
)
from tests.stats.alike import alike, ragged

RANDOM = np.random.default_rng(17)
SIZES = [12, 30, 9, 20, 15]
TIMES = [np.ceil(20 * RANDOM.weibull(1.5, n)) for n in SIZES]
EVENT = [(RANDOM.uniform(size=n) < 0.8).astype(int) for n in SIZES]


@pytest.mark.parametrize("fit", [weibull, lognormal, loglogistic])
def test_limits_by_the_likelihood_ratio_too(fit):
    flat, offsets = ragged(*TIMES)
    many = fit(flat, np.concatenate(EVENT), interval="likelihood", offsets=offsets, b_life=[0.1, 0.9])

    for i in range(len(SIZES)):
        alike(many[i], fit(TIMES[i], EVENT[i], interval="likelihood", b_life=[0.1, 0.9]), rel=1e-8)


def test_a_fit_that_has_no_maximum_is_marked_after_the_others_are_found():
    times, upper = [3.0, 5.0, 8.0, 1.0, 1.0, 1.0], [0, 0, 0, 2, 2, 2]
    many = weibull(times, [1, 1, 1, 3, 3, 3], upper=upper, offsets=[0, 3, 6], on_error="mark")

    assert "no maximum" in many.problems[1]
    assert np.isnan(many.parameters["shape"][1])
    alike(many[0], weibull(times[:3]))


@pytest.mark.parametrize("interval", ["wald", "likelihood"])
def test_its_limits_are_missing_too(interval):
    times, upper = [3.0, 5.0, 8.0, 1.0, 1.0, 1.0], [0, 0, 0, 2, 2, 2]
    many = weibull(times, [1, 1, 1, 3, 3, 3], upper=upper, offsets=[0, 3, 6], on_error="mark", interval=interval)

    assert np.isnan(many.intervals["shape"][1]).all()
    alike(many[0], weibull(times[:3], interval=interval))


def test_tables_of_many_products_are_those_of_each():
    shipped = RANDOM.integers(50, 90, (3, 4))
    returned = np.triu(RANDOM.integers(0, 5, (3, 4, 6)), 1)
    times, event, counts, offsets = returns_by_age(shipped, returned)

    for i in range(3):
        part = slice(offsets[i], offsets[i + 1])
        alone = returns_by_age(shipped[i], returned[i])
        assert all(np.array_equal(a, b) for a, b in zip((times[part], event[part], counts[part]), alone, strict=True))
    assert len(weibull(times, event, counts, offsets=offsets)) == 3


def test_nobody_with_an_answer_gives_nan():
    many = weibull([1.0, 1.0, 2.0, 2.0], offsets=[0, 2, 4], on_error="mark")

    assert len(many.problems) == 2
    assert np.isnan(many.mttf).all()


def test_a_comparison_without_one_group_is_marked():
    many = log_rank([1, 2, 3, 4, 1, 2, 3], [1] * 7, list("abababb"), offsets=[0, 4, 7], on_error="mark")
    lone = log_rank([1, 2, 3, 4, 1, 2, 3], [1] * 7, list("abab") + ["b"] * 3, offsets=[0, 4, 7], on_error="mark")

    assert (list(many.problems), list(lone.problems)) == ([], [1])


AGES = [np.sort(RANDOM.uniform(1, 90, n)) for n in (5, 12, 8)]


@pytest.mark.parametrize(("truncation", "ends"), [("time", np.array([90.0, 100.0, 120.0])), ("failure", None)])
def test_a_process_of_each_system_is_what_it_is_alone(truncation, ends):
    flat, offsets = ragged(*AGES)
    many = power_law(flat, ends, truncation, offsets=offsets)

    for i, ages in enumerate(AGES):
        alike(many[i], power_law(ages, None if ends is None else ends[i], truncation))


def test_processes_of_several_systems_are_what_each_is_alone():
    systems = [*AGES, np.empty(0), AGES[0] / 2, AGES[1]]
    ends = np.array([90.0, 100, 120, 80, 95, 95])
    flat, begins = ragged(*systems)
    many = power_law(flat, ends, system_offsets=begins, offsets=[0, 4, 6])

    alike(many[0], power_law(systems[:4], ends[:4]))
    alike(many[1], power_law(systems[4:], ends[4:]))


def test_a_process_with_too_few_failures_is_marked():
    flat, offsets = ragged(AGES[0], np.array([4.0, 7.0]), AGES[2])
    many = power_law(flat, 100.0, offsets=offsets, on_error="mark")

    assert "2 failures found" in many.problems[1]
    alike(many[2], power_law(AGES[2], 100.0))


def test_the_forecast_of_a_product_does_not_depend_on_the_others():
    flat, offsets = ragged(*TIMES)
    lives = weibull(flat, np.concatenate(EVENT), offsets=offsets)
    ages = [np.arange(n, dtype=float) for n in (3, 5, 2, 4, 1)]
    units = [np.full(len(a), 50) for a in ages]
    field, places = ragged(*ages)
    warranty = np.array([24, 36, 12, 24, 24])
    many = warranty_forecast(lives, field, np.concatenate(units), 4, warranty=warranty, draws=300, offsets=places)

    for i in range(5):
        alike(many[i], warranty_forecast(lives[i], ages[i], units[i], 4, warranty=warranty[i], draws=300))


def test_a_product_whose_life_is_unknown_has_no_forecast():
    lives = weibull([1.0, 2, 3, 4, 4, 4], offsets=[0, 3, 6], on_error="mark")
    many = warranty_forecast(lives, [[1.0, 2.0], [1.0, 2.0]], periods=2, draws=200, on_error="mark")

    assert "could not be fitted" in many.problems[1]
    assert many.expected[0] == pytest.approx(warranty_forecast(lives[0], [1.0, 2.0], periods=2, draws=200).expected)

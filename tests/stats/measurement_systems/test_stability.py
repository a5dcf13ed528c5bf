"""Stability of a gauge: limits, points beyond them, drift."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import StabilityStudy, stability
from tests.stats.measurement_systems.laws import numbers


def readings(seed, shape=(20, 5)):
    return np.random.default_rng(seed).normal(6, 0.1, shape)


def test_limits_are_those_of_averages_and_ranges():
    values = readings(0)
    study = stability(values)
    mean, spread = values.mean(), np.ptp(values, axis=1).mean()

    # A2 0.577, D4 2.114 of subgroups of 5: ASTM Manual 7A.
    assert (study.ucl, study.spread_ucl) == pytest.approx((mean + 0.577 * spread, 2.114 * spread), rel=1e-3)


def test_single_readings_use_moving_ranges():
    values = readings(1, (20, 1))
    study = stability(values)

    assert study.ucl - study.center == pytest.approx(2.6587 * np.abs(np.diff(values[:, 0])).mean(), rel=1e-4)


def test_a_jump_is_seen_at_its_place():
    values = readings(2)
    values[11] += 1.0

    assert (stability(values).out, stability(values).stable) == ((11,), False)


def test_drift_is_a_regression_of_the_means():
    values, when = readings(3) + 0.02 * np.arange(20)[:, None], np.arange(20) * 7.0
    expected = stats.linregress(when, values.mean(axis=1))
    study = stability(values, time=when)

    assert (study.drift, study.drift_p_value) == pytest.approx((expected.slope, expected.pvalue), rel=1e-6)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_many_gauges_at_once_equal_one_by_one(seed):
    values = readings(seed, (3, 12, 4))
    together, alone = stability(values), [stability(one) for one in values]

    assert together.out.tolist() == [[i, place] for i, one in enumerate(alone) for place in one.out]
    for name in ("center", "ucl", "spread_ucl", "drift", "drift_p_value"):
        assert getattr(together, name) == pytest.approx([getattr(one, name) for one in alone], rel=1e-9)


def test_a_study_survives_json():
    study = stability(readings(4), reference=6.0)

    assert StabilityStudy.from_json(study.to_json()) == study
    assert len(numbers(study)) > 10


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: stability([[1.0, 2.0]]), "1 times found; at least 3"),
        (lambda: stability(np.ones((5, 3))), "do not vary"),
        (lambda: stability(readings(5), time=[1, 2]), "as long as each other"),
        (lambda: stability(readings(5), time=[1] * 20), "times have no variation"),
    ],
)
def test_readings_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()

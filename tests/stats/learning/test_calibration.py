"""Chances from scores, and whether they come true."""

import numpy as np
import pytest
from scipy.special import expit

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import Isotonic, Reliability, isotonic, logistic, platt, reliability


def outcomes(n: int = 4000, seed: int = 4):
    random = np.random.default_rng(seed)
    z = random.normal(-2, 1.2, n)
    return z, random.random(n) < expit(z)


def test_platt_finds_the_curve_that_made_the_outcomes():
    z, failed = outcomes()
    curve = platt(2 * z + 5, failed)

    assert curve.slope * 2 == pytest.approx(1.0, abs=0.12)
    assert curve.apply(2 * z + 5).mean() == pytest.approx(failed.mean(), abs=0.002)


def test_platt_is_logistic_regression_where_rows_are_many():
    z, failed = outcomes(20_000)
    plain = logistic(z[:, None], failed)

    assert platt(z, failed).slope == pytest.approx(float(plain.coefficients[0]), rel=0.01)


def test_few_rows_give_no_certainty():
    # Two points, two parameters: the curve goes through the smoothed targets 1/3 and 2/3.
    chances = platt([0.0, 5.0], [0, 1]).apply([0.0, 5.0])

    assert chances == pytest.approx([1 / 3, 2 / 3], abs=1e-6)


def test_isotonic_chances_rise_and_keep_the_number_of_failures():
    z, failed = outcomes()
    chances = isotonic(z, failed).apply(np.sort(z))

    assert (np.diff(chances) >= 0).all()
    assert chances.sum() == pytest.approx(failed.sum())


def test_an_isotonic_curve_goes_to_json_and_back():
    curve = isotonic(*outcomes(200))

    assert Isotonic.from_json(curve.to_json()) == curve


def test_true_chances_pass_the_test_and_extreme_ones_fail():
    z, failed = outcomes()
    true, extreme = reliability(expit(z), failed), reliability(expit(3 * z), failed)

    assert true.pvalue > 0.01 > extreme.pvalue
    assert (true.slope, extreme.slope) == (pytest.approx(1, abs=0.12), pytest.approx(1 / 3, abs=0.04))
    assert true.skill > max(0, extreme.skill)


def test_groups_hold_every_row_and_failure():
    z, failed = outcomes(997)
    found = reliability(expit(z), failed, groups=10)

    assert found.rows.sum() == 997
    assert (found.observed * found.rows).sum() == pytest.approx(failed.sum())
    assert ((found.observed_low <= found.observed) & (found.observed <= found.observed_high)).all()


def test_the_prevalence_itself_has_no_skill_and_no_slope():
    found = reliability([0.25] * 8, [1, 0, 0, 0, 1, 0, 0, 0], groups=2)

    assert (found.skill, found.slope, found.brier) == (0.0, None, 0.1875)
    assert Reliability.from_json(found.to_json()) == found


def test_chances_above_one_are_refused():
    with pytest.raises(StatisticsError, match="numbers from 0 to 1"):
        reliability([0.5, 1.2], [0, 1], groups=1)

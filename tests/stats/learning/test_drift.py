"""Drift is seen where there is some, and rarely where there is none."""

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import Drift, drift


def test_the_index_is_the_sum_over_bins():
    before, now = np.repeat([1.0, 2.0], [50, 50]), np.repeat([1.0, 2.0], [20, 80])
    found = drift(before, now, bins=2)
    expected = (0.2 - 0.5) * np.log(0.2 / 0.5) + (0.8 - 0.5) * np.log(0.8 / 0.5)

    assert found.psi.tolist() == [pytest.approx(expected)]
    # Pearson's chi-square of the table 50 50 / 20 80 without correction.
    assert found.chi_square.tolist() == [pytest.approx(200 * (50 * 80 - 50 * 20) ** 2 / (100 * 100 * 70 * 130))]


def test_a_moved_column_is_named_among_hundreds_that_stayed():
    random = np.random.default_rng(10)
    before, now = random.normal(size=(800, 300)), random.normal(size=(400, 300))
    now[:, 17] += 1.0
    found = drift(before, now)

    assert found.worst == ("x17",)
    assert float(np.median(found.psi / found.psi_by_chance)) == pytest.approx(1.0, abs=0.15)


def test_without_drift_the_tests_hold_their_level():
    random = np.random.default_rng(11)
    found = drift(random.normal(size=(500, 1000)), random.normal(size=(500, 1000)))

    # 1000 tests at 5 %: binomial bounds at 1e-4.
    assert 24 < (found.pvalue <= 0.05).sum() < 82
    assert found.drifted.sum() == 0


def test_values_that_go_missing_are_drift():
    values = np.random.default_rng(12).normal(size=300)
    later = np.where(np.arange(300) % 3 == 0, np.nan, values)
    found = drift(values, later)

    assert (found.drifted.tolist(), found.missing_now.round(3).tolist()) == ([True], [0.333])


def test_a_constant_column_has_no_test():
    found = drift(np.ones(20), np.ones(30))

    assert np.isnan(found.psi).all() and not found.drifted.any()
    assert Drift.from_json(found.to_json()) == found


def test_all_columns_at_once_are_each_column_alone():
    random = np.random.default_rng(13)
    before, now = random.normal(size=(60, 6)), random.normal(0.2, size=(40, 6)).round(1)
    before[:, 1] = before[:, 1].round(0)
    before[random.random(before.shape) < 0.2] = np.nan
    before[:, 2] = now[:, 3] = np.nan
    before[:, 4] = now[:, 4] = 7.0
    found = drift(before, now)

    for i in range(6):
        alone = drift(before[:, i], now[:, i])
        for line in ("psi", "psi_by_chance", "chi_square", "df", "pvalue", "missing_now"):
            assert getattr(found, line)[i] == pytest.approx(getattr(alone, line)[0], rel=1e-12, nan_ok=True)


def test_tables_of_unlike_width_are_refused():
    with pytest.raises(StatisticsError, match="2 columns and now 3"):
        drift(np.ones((20, 2)), np.ones((20, 3)))

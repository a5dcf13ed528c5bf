"""The threshold by cost, and what it would have cost."""

import numpy as np
import pytest
from scipy.special import expit

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import Threshold, threshold


def test_the_counts_and_costs_are_those_of_the_rows():
    found = threshold([0.05, 0.3, 0.15, 0.8], [0, 1, 1, 0], cost_of_miss=50, cost_of_look=10)

    assert (found.value, found.caught, found.missed, found.false_alarms, found.let_go) == (0.2, 1, 1, 1, 1)
    assert (found.cost, found.cost_of_no_look, found.cost_of_looking_at_all) == (17.5, 25.0, 10.0)
    assert (found.recall, found.precision, found.worthwhile) == (0.5, 0.5, False)


def test_with_true_chances_the_threshold_is_nearly_the_cheapest():
    random = np.random.default_rng(7)
    z = random.normal(-2, 1.5, 20_000)
    found = threshold(expit(z), random.random(20_000) < expit(z), cost_of_miss=8)

    assert found.cost == pytest.approx(found.best_cost, rel=0.02)
    assert found.worthwhile


def test_where_no_look_pays_the_cheapest_threshold_is_above_one():
    found = threshold([0.9, 0.8, 0.1], [0, 0, 1], cost_of_miss=1.5)

    assert found.best_value > 1
    assert Threshold.from_json(found.to_json()) == found


def test_a_miss_must_cost_more_than_a_look():
    with pytest.raises(StatisticsError, match="cost_of_miss"):
        threshold([0.5, 0.5], [0, 1], cost_of_miss=1, cost_of_look=1)

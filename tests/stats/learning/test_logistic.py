"""Logistic regression: a published fit, the penalty's limits, refusals."""

import numpy as np
import pytest
from scipy.special import expit

from hoshin.stats.errors import StatisticsError
from hoshin.stats.learning import LogisticModel, logistic

# S. R. Dalal, E. B. Fowlkes, B. Hoadley, JASA 84 (1989), 945-957: launch temperature in degrees F, and whether an
# O-ring was damaged. Their fit by flights: 15.0429 - 0.2322 t.
TEMPERATURE = [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
DAMAGED = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1]


def column(values):
    return np.array(values, float)[:, None]


def noisy(n: int = 300, seed: int = 3):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 4))
    return x, random.random(n) < expit(x @ [1.0, -0.5, 0.0, 0.25] - 1)


def test_the_o_rings_give_the_published_line():
    model = logistic(column(TEMPERATURE), DAMAGED)

    assert (round(model.intercept, 4), round(float(model.coefficients[0]), 4)) == (15.0429, -0.2322)
    assert model.standard_errors.round(4).tolist() == [7.3786, 0.1082]
    assert (round(model.deviance, 3), round(model.null_deviance, 3)) == (20.315, 28.267)


def test_at_the_minimum_residuals_are_square_to_the_features():
    x, failed = noisy()
    model = logistic(x, failed)
    slope = x.T @ (model.probabilities(x) - failed)

    assert np.abs(slope).max() < 1e-6
    assert model.probabilities(x).sum() == pytest.approx(failed.sum())


def test_the_penalty_balances_the_slope():
    x, failed = noisy()
    model = logistic(x, failed, penalty=0.2)
    slope = x.T @ (model.probabilities(x) - failed) / len(x) + 0.2 * model.coefficients

    assert np.abs(slope).max() < 1e-8
    assert model.standard_errors is None


def test_a_large_penalty_leaves_the_prevalence():
    x, failed = noisy()
    model = logistic(x, failed, penalty=1e6)

    assert model.probabilities(x) == pytest.approx(np.full(len(x), failed.mean()), abs=1e-5)


def test_balanced_weights_put_the_mean_chance_at_one_half():
    x, failed = noisy()
    model = logistic(x, failed, penalty=1e6, class_weight="balanced")

    assert model.probabilities(x) == pytest.approx(np.full(len(x), 0.5), abs=1e-5)


def test_the_unit_of_a_feature_does_not_matter():
    x, failed = noisy()
    scaled = logistic(x * [1000.0, 0.001, 1.0, 1.0], failed)

    assert scaled.coefficients * [1000.0, 0.001, 1.0, 1.0] == pytest.approx(logistic(x, failed).coefficients, rel=1e-6)


def test_separated_rows_are_refused_without_a_penalty():
    with pytest.raises(StatisticsError, match="penalty"):
        logistic(column([1, 2, 3, 10, 11, 12]), [0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("failed", "word"),
    [([0, 0, 0], "0 failed rows"), ([1, 1, 1], "0 good rows"), ([0, 1, 2], "holds 2.0"), ([0, 1], "as long as")],
)
def test_outcomes_that_make_no_sense_are_refused(failed, word):
    with pytest.raises(StatisticsError, match=word):
        logistic(column([1, 2, 3]), failed)


def test_a_model_goes_to_json_and_back():
    model = logistic(column(TEMPERATURE), DAMAGED)

    assert LogisticModel.from_json(model.to_json()) == model

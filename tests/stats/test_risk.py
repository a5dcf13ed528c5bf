"""Simulated losses: closed forms of compound sums, repeatability, refusals."""

import math

import numpy as np
import pytest
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.risk import (
    Lognormal,
    LossForecast,
    Pert,
    Poisson,
    Risk,
    UncertainRate,
    YearlyChance,
    simulate_losses,
)

RECALL = Risk("recall", Poisson(0.3), Lognormal(50.0, 400.0))
SCRAP = Risk("scrap", Poisson(12), Pert(1.0, 2.0, 9.0))


def test_the_mean_and_spread_are_those_of_a_compound_poisson_sum():
    # Mean rate x E(loss), variance rate x E(loss^2); PERT: mean (low + 4 mode + high)/6, variance (m-low)(high-m)/7.
    year = simulate_losses([SCRAP], years=200_000)
    mean, variance = 3.0, 2.0 * 6.0 / 7

    # Five standard errors of the simulation.
    assert year.mean == pytest.approx(12 * mean, abs=5 * year.sd / math.sqrt(200_000))
    assert year.sd == pytest.approx(math.sqrt(12 * (variance + mean**2)), rel=0.01)


def test_the_expert_is_as_sure_as_the_distribution():
    draws = Lognormal(50.0, 400.0, 0.9).draw(np.random.default_rng(1), 100_000)

    assert ((draws > 50) & (draws < 400)).mean() == pytest.approx(0.9, abs=0.006)


def test_the_chance_of_a_loss_is_that_of_an_event():
    year = simulate_losses([RECALL], years=100_000)

    assert year.chance_of_loss == pytest.approx(1 - math.exp(-0.3), abs=0.008)


def test_counts_at_an_uncertain_rate_are_negative_binomial():
    draws = UncertainRate(3, 5.0).draw(np.random.default_rng(2), 100_000)
    law = stats.nbinom(3.5, 5 / 6)

    assert (draws.mean(), draws.var()) == pytest.approx((law.mean(), law.var()), rel=0.03)


def test_a_risk_keeps_its_years_whatever_stands_beside_it():
    both = simulate_losses([RECALL, SCRAP], years=5000)
    alone = simulate_losses([RECALL], years=5000), simulate_losses([SCRAP], years=5000)

    assert both.mean == pytest.approx(alone[0].mean + alone[1].mean, rel=1e-12)
    assert both.shares.sum() == pytest.approx(1)


def test_a_cheaper_measure_never_costs_more_in_any_quantile():
    less = Risk("recall", Poisson(0.3), Lognormal(25.0, 200.0))
    one, two = simulate_losses([RECALL], years=5000), simulate_losses([less], years=5000)

    assert two.mean == pytest.approx(one.mean / 2, rel=1e-9)


def test_quantiles_lie_in_their_intervals_and_rise():
    year = simulate_losses([RECALL, SCRAP], years=20_000)
    losses = list(year.quantiles.values())

    assert losses == sorted(losses)
    assert all(low <= year.quantiles[q] <= high for q, (low, high) in year.quantile_intervals.items())
    assert year.expected_shortfall >= year.quantiles["0.95"]
    assert (np.diff(year.curve) >= 0).all()


def test_the_same_seed_gives_the_same_years_and_json_keeps_them():
    year = simulate_losses([RECALL, Risk("fire", YearlyChance(0.01), Pert(1.0, 5.0, 9.0))], years=2000, seed=5)

    assert simulate_losses([RECALL, Risk("fire", YearlyChance(0.01), Pert(1.0, 5.0, 9.0))], years=2000, seed=5) == year
    assert LossForecast.from_json(year.to_json()) == year
    assert Risk.from_json(RECALL.to_json()) == RECALL
    assert "part of recall" in str(year.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: simulate_losses([]), "0 risks"),
        (lambda: simulate_losses([RECALL, RECALL]), "same name"),
        (lambda: simulate_losses([RECALL], years=10), "at least 1000"),
        (lambda: simulate_losses([Risk("a", Poisson(-1), Pert(1, 2, 3))]), "rate is -1"),
        (lambda: simulate_losses([Risk("a", Poisson(1), Pert(3, 2, 1))]), "must rise"),
        (lambda: simulate_losses([Risk("a", Poisson(1), Lognormal(5, 2))]), "low must be below high"),
        (lambda: simulate_losses([Risk("a", YearlyChance(3), Pert(1, 2, 3))]), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

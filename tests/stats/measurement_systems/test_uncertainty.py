"""Uncertainty budgets and Monte Carlo give the figures of the GUM and its supplement."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    UncertaintyBudget,
    bounded_input,
    expanded_input,
    monte_carlo_uncertainty,
    normal_input,
    observed_input,
    uncertainty_budget,
)

# JCGM 100:2008, annex H.1, table H.1: end gauge calibration, lengths in nanometres.
END_GAUGE = [
    normal_input("standard", 50_000_623.0, 25.0, df=18),
    normal_input("difference", 215.0, 9.7, df=25.6),
    normal_input("alpha_difference", 0.0, 0.58e-6, df=50),
    normal_input("theta", -0.1, 0.41),
    normal_input("alpha", 11.5e-6, 1.2e-6),
    normal_input("theta_difference", 0.0, 0.029, df=2),
]


def end_gauge(standard, difference, alpha_difference, theta, alpha, theta_difference):
    return standard + difference - standard * (alpha_difference * theta + alpha * theta_difference)


def test_the_end_gauge_of_the_gum():
    budget = uncertainty_budget(end_gauge, END_GAUGE, confidence=0.99, truncate_df=True)

    # H.1.6 and H.1.7: length 50.000838 mm, u 32 nm, 16 degrees of freedom, t 2.92, U 93 nm.
    found = (round(budget.value), round(budget.u), budget.df, round(budget.k, 2), round(budget.U))
    assert found == (50_000_838, 32, 16, 2.92, 93)


# JCGM 100:2008, annex H.2, table H.2: voltage, current, phase, and their correlations.
IMPEDANCE = [
    normal_input("v", 4.9990, 0.0032),
    normal_input("i", 19.661e-3, 9.5e-6),
    normal_input("phi", 1.04446, 0.00075),
]
CORRELATION = {("v", "i"): -0.36, ("v", "phi"): 0.86, ("i", "phi"): -0.65}


@pytest.mark.parametrize(
    ("model", "printed"),
    [
        (lambda v, i, phi: v / i * np.cos(phi), (127.732, 0.071)),
        (lambda v, i, phi: v / i * np.sin(phi), (219.847, 0.295)),
        (lambda v, i, phi: v / i, (254.260, 0.236)),
    ],
)
def test_the_impedance_of_the_gum(model, printed):
    budget = uncertainty_budget(lambda v, i, phi: model(v, i, phi) + 0 * phi, IMPEDANCE, correlation=CORRELATION)

    # H.2, table H.3; the printed correlations have two digits.
    assert (budget.value, budget.u) == (pytest.approx(printed[0], abs=2e-3), pytest.approx(printed[1], rel=0.015))


@pytest.mark.parametrize(
    ("lines", "half"),
    [
        ([normal_input(f"x{i}", 0, 1) for i in range(4)], 3.92),
        ([bounded_input(f"x{i}", 0, math.sqrt(3)) for i in range(4)], 3.88),
    ],
)
def test_the_additive_models_of_the_supplement(lines, half):
    found = monte_carlo_uncertainty({one.name: 1.0 for one in lines}, lines, draws=500_000)

    # JCGM 101:2008, 9.2.2 and 9.2.3: u 2.0, 95 % interval -+3.92 and -+3.88.
    assert (found.u, *found.interval) == pytest.approx((2.0, -half, half), abs=0.025)


def test_the_monte_carlo_check_tells_a_linear_model_from_a_curved_one():
    lines = [normal_input("x", 0.0, 0.005), normal_input("y", 1.0, 0.002)]
    linear, curved = (lambda x, y: x + y), (lambda x, y: x * x + 0 * y + 1e-9 * y)
    found = {m: monte_carlo_uncertainty(m, lines, draws=500_000) for m in (linear, curved)}

    # JCGM 101:2008, 9.4 (comparison loss): the first-order budget of x^2 at 0 is worthless.
    assert found[linear].validates(uncertainty_budget(linear, lines))
    assert not found[curved].validates(uncertainty_budget(curved, lines))


@pytest.mark.parametrize("shape", ["rectangular", "triangular", "arcsine", "trapezoidal"])
def test_draws_have_the_standard_uncertainty_of_their_distribution(shape):
    line = bounded_input("x", 5.0, 2.0, distribution=shape)
    found = monte_carlo_uncertainty({"x": 1.0}, [line])

    assert (found.value, found.u) == (pytest.approx(5, abs=0.02), pytest.approx(line.u, rel=0.01))
    assert 3 <= found.lower <= found.upper <= 7


def test_correlated_draws_follow_the_law_of_propagation():
    budget = uncertainty_budget(lambda v, i, phi: v / i * np.cos(phi), IMPEDANCE, correlation=CORRELATION)
    found = monte_carlo_uncertainty(lambda v, i, phi: v / i * np.cos(phi), IMPEDANCE, correlation=CORRELATION)

    assert found.u == pytest.approx(budget.u, rel=0.02)


@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3))
@settings(max_examples=25, deadline=None)
def test_uncertainty_scales_with_the_unit_and_ignores_the_origin(scale, shift):
    lines = [normal_input("a", 3.0, 0.1), observed_input("b", [1.0, 1.2, 0.9, 1.1])]
    before, after = (uncertainty_budget(m, lines) for m in (lambda a, b: a * b, lambda a, b: shift + scale * a * b))

    assert (after.U, after.df) == (pytest.approx(scale * before.U, rel=1e-4), pytest.approx(before.df, rel=1e-4))


@given(x=st.floats(0.5, 2.0), u=st.floats(1e-4, 0.05))
@settings(max_examples=25, deadline=None)
def test_sensitivities_are_derivatives(x, u):
    budget = uncertainty_budget(lambda x: math.exp(x), [normal_input("x", x, u)])

    assert budget.sensitivity[0] == pytest.approx(math.exp(x), rel=1e-8)


def test_shares_add_up_to_one():
    budget = uncertainty_budget(lambda v, i, phi: v / i * np.cos(phi), IMPEDANCE, correlation=CORRELATION)

    assert budget.share.sum() == pytest.approx(1)


def test_a_certificate_and_a_fixed_factor():
    budget = uncertainty_budget({"m": 1.0}, [expanded_input("m", 10.0, 0.4, k=2)], k=2)

    assert (budget.u, budget.U, budget.interval) == (0.2, 0.4, (9.6, 10.4))


def test_results_survive_json_and_explain_themselves():
    budget = uncertainty_budget(end_gauge, END_GAUGE)

    assert UncertaintyBudget.from_json(budget.to_json()) == budget
    assert "contribution of theta = 0 x 0.41 = 0" in str(budget.explain())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: uncertainty_budget({}, []), "0 inputs found"),
        (lambda: uncertainty_budget({"a": 1}, [normal_input("a", 1, 1)] * 2), "repeat a name"),
        (lambda: uncertainty_budget({"b": 1}, [normal_input("a", 1, 1)]), "missing for a, b"),
        (lambda: uncertainty_budget({"a": 0}, [normal_input("a", 1, 1)]), "no uncertainty"),
        (lambda: normal_input("a", 1, -1), "u of a is -1"),
        (lambda: bounded_input("a", 1, 1, distribution="cauchy"), "distribution is 'cauchy'"),
        (lambda: observed_input("a", [1.0]), "1 observations of a found"),
        (
            lambda: uncertainty_budget({"v": 1, "i": 1, "phi": 1}, IMPEDANCE, correlation={("v", "w"): 0.5}),
            "two different inputs",
        ),
        (
            lambda: uncertainty_budget(
                {"v": 1, "i": 1, "phi": 1},
                IMPEDANCE,
                correlation={("v", "i"): 0.9, ("i", "phi"): 0.9, ("v", "phi"): -0.9},
            ),
            "contradict one another",
        ),
        (lambda: monte_carlo_uncertainty(lambda x: np.log(x), [bounded_input("x", 0.5, 0.5)], draws=10), "draws is 10"),
        (lambda: monte_carlo_uncertainty(lambda x: 1.0, [normal_input("x", 0, 1)]), "one finite number for each"),
    ],
)
def test_budgets_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()

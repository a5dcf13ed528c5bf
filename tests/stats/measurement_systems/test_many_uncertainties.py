"""Uncertainties of many results of one model at once: each has what it has alone."""

import math

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    bounded_input,
    expanded_input,
    monte_carlo,
    monte_carlo_uncertainty,
    normal_input,
    observed_input,
    uncertainty_budget,
)
from tests.stats.measurement_systems.laws import alike
from tests.stats.measurement_systems.test_uncertainty import CORRELATION, END_GAUGE, IMPEDANCE, end_gauge

COUNT = 7
DF = np.array([5.0, 8.0, math.inf, 5.0, 2.5, 8.0, math.inf])
COEFFICIENTS = np.linspace(-0.9, 0.9, COUNT)


def model(a, b, c, d, e):
    return a * np.exp(b / 20) / c + np.sin(d) - e**2


def lines(pick=slice(None)):
    """Inputs of every sort; one has degrees of freedom of its own for each characteristic, one is common to all."""
    rng = np.random.default_rng(1)
    value, u = rng.normal(10, 1, COUNT)[pick], rng.uniform(0.1, 0.2, COUNT)[pick]
    values = rng.normal(3, 0.1, (COUNT, 6))[pick]
    width, shape = rng.uniform(0.2, 0.5, COUNT)[pick], rng.uniform(0, 1, COUNT)[pick]
    return [
        normal_input("a", value, u),
        expanded_input("b", 2 * value, u, k=2.0),
        observed_input("c", values),
        normal_input("d", 1.0, u, df=DF[pick]),
        bounded_input("e", 0.5, width, distribution="trapezoidal", shape=shape),
    ]


def correlation(pick=slice(None)):
    return {("a", "b"): COEFFICIENTS[pick]}


def test_each_has_the_budget_it_has_alone():
    many = uncertainty_budget(model, lines(), correlation=correlation())

    for i, one in enumerate(many):
        assert alike(one, uncertainty_budget(model, lines(i), correlation=correlation(i)))


@pytest.mark.parametrize("block", [1, 5000, 10**9])
def test_each_has_the_draws_it_has_alone_to_the_last_digit(block, monkeypatch):
    monkeypatch.setattr(monte_carlo, "_BLOCK", block)
    many = monte_carlo_uncertainty(model, lines(), correlation=correlation(), draws=2000, seed=3)

    for i, one in enumerate(many):
        assert one == monte_carlo_uncertainty(model, lines(i), correlation=correlation(i), draws=2000, seed=3)


def test_a_budget_in_blocks_is_the_same(monkeypatch):
    whole = uncertainty_budget(model, lines())
    monkeypatch.setattr("hoshin.stats.measurement_systems._quantities._BLOCK", 1)

    assert alike(uncertainty_budget(model, lines()), whole)


def test_the_impedances_of_the_gum_as_many():
    # JCGM 100:2008, H.2, table H.3: R, X and Z from the same readings; here each is one of three characteristics.
    which = normal_input("which", [0.0, 1.0, 2.0], 0.0)

    def resistance(which, v, i, phi):
        return v / i * np.select([which == 0, which == 1], [np.cos(phi), np.sin(phi)], 1.0)

    many = uncertainty_budget(resistance, [which, *IMPEDANCE], correlation=CORRELATION)

    assert many.value == pytest.approx([127.732, 219.847, 254.260], abs=2e-3)
    assert many.u == pytest.approx([0.071, 0.295, 0.236], rel=0.015)
    assert many.share.sum(axis=1) == pytest.approx(1)
    assert many.correlation.shape == many[0].correlation.shape == (4, 4)


def test_inputs_and_factors_may_be_common_or_own():
    ours = [*END_GAUGE[:1], normal_input("difference", [215.0, 300.0, 215.0], 9.7, df=25.6), *END_GAUGE[2:]]
    many = uncertainty_budget(end_gauge, ours, k=[np.nan, 2.0, 3.0], confidence=0.99, truncate_df=True)

    assert many.k.round(2).tolist() == [2.92, 2.0, 3.0]
    assert many.df.tolist() == [16, 16, 16]
    assert (many.value[1] - many.value[0]).round(6) == 85
    assert [one.count for one in many.inputs] == [None, 3, None, None, None, None]
    assert [one.count for one in many[1].inputs] == [None] * 6


def test_sensitivities_may_be_own():
    u = [normal_input("a", 1.0, 3.0), normal_input("b", 1.0, 4.0)]
    many = uncertainty_budget({"a": [1.0, 0.0, 1.0], "b": 1.0}, u)

    assert (many.u.tolist(), many.value.tolist()) == ([5, 4, 5], [2, 1, 2])


def test_finite_and_infinite_degrees_of_freedom_go_together():
    many = normal_input("x", 1.0, 0.1, df=[3, math.inf])

    assert many.distribution == ("t", "normal")
    assert [one.distribution for one in many] == ["t", "normal"]


def test_budgets_of_many_are_validated_one_by_one():
    x = [normal_input("x", [0.0, 1.0, np.nan], 0.005, on_error="mark"), normal_input("y", 1.0, 0.002)]
    square = [
        f(lambda x, y: x * x + 1e-9 * y, x, on_error="mark") for f in (uncertainty_budget, monte_carlo_uncertainty)
    ]

    # JCGM 101:2008, 9.4: the first-order budget of x^2 is worthless at 0, and good far from it.
    assert square[1].validates(square[0]).tolist() == [False, True, False]
    assert square[1][1].validates(square[0][1]) is True


def test_what_one_lacks_its_result_lacks():
    a = normal_input("a", [1.0, np.nan, 3.0, 4.0, 5.0], 0.1, on_error="mark")
    b = normal_input("b", 1.0, [0.1, 0.1, -0.1, 0.1, 0.1], on_error="mark")
    coefficients = {("a", "b"): [0.5, 0.5, 0.5, 1.5, np.nan]}
    found = uncertainty_budget({"a": 1, "b": 1}, [a, b], correlation=coefficients, on_error="mark")

    assert {i: why.removeprefix(f"characteristic {i}: ") for i, why in found.problems.items()} == {
        1: "a is nan; a finite number is needed",
        2: "u of b is -0.1; at least 0 is needed",
        3: "the correlations {('a', 'b'): 1.5} contradict one another; a correlation matrix is needed",
        4: "correlation of a and b is nan; a finite number is needed",
    }
    assert np.isnan(found.U).tolist() == [False, True, True, True, True]
    assert np.isnan(found.correlation).any(axis=(1, 2)).tolist() == [False, True, True, True, True]
    with pytest.raises(StatisticsError, match="characteristic 1: a is nan"):
        uncertainty_budget({"a": 1, "b": 1}, [a, b])


def test_a_model_without_a_finite_number_concerns_its_characteristic_alone():
    x = [bounded_input("x", [0.5, 5.0, -5.0], 0.5)]
    budget, drawn = (f(lambda x: np.log(x), x, on_error="mark") for f in (uncertainty_budget, monte_carlo_uncertainty))

    assert budget.problems == {2: "characteristic 2: the model's value is nan; a finite number is needed"}
    assert drawn.problems[2] == (
        "characteristic 2: the model gives no finite number for 200000 of 200000 draws; one for each is needed"
    )
    assert alike(drawn[1], monte_carlo_uncertainty(lambda x: np.log(x), [bounded_input("x", 5.0, 0.5)]))


def test_a_result_without_uncertainty_is_marked():
    found = uncertainty_budget({"x": 1.0}, [normal_input("x", 1.0, [0.1, 0.0])], on_error="mark")

    assert list(found.problems) == [1]
    assert "no uncertainty" in found.problems[1]


def test_correlated_bounded_inputs_are_marked_where_they_are_correlated():
    x = [bounded_input("x", [1.0, 2.0], 0.5), normal_input("y", 1.0, 0.1)]
    found = monte_carlo_uncertainty(
        {"x": 1, "y": 1}, x, correlation={("x", "y"): [0.0, 0.5]}, draws=1000, on_error="mark"
    )

    assert found.problems == {
        1: "characteristic 1: x is correlated and rectangular; correlated inputs must be normal here"
    }


def test_where_none_has_an_answer_all_are_marked():
    x = [normal_input("x", [np.nan, np.nan], 0.5, on_error="mark")]
    for function in (uncertainty_budget, monte_carlo_uncertainty):
        found = function(lambda x: x, x, on_error="mark")
        assert list(found.problems) == [0, 1]
        assert np.isnan(found.value).all()


TWO = [normal_input("x", [1.0, 2.0], 0.1)]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: uncertainty_budget(lambda x: math.exp(x), TWO), "cannot be computed for arrays"),
        (lambda: uncertainty_budget(lambda x: 1.0, TWO), r"values of shape \(\); one finite number for each of 10"),
        (lambda: uncertainty_budget(lambda x: x, [*TWO, normal_input("y", [1, 2, 3], 1)]), "x has 2 entries for 3"),
        (lambda: normal_input("x", [1.0, 2.0], [0.1, 0.2, 0.3]), "x has 2 entries for 3 characteristics"),
        (lambda: normal_input("x", [1.0, 2.0], 0.1, df=[3, 0]), "characteristic 1: df of x is 0.0; more than 0"),
        (lambda: normal_input("x", 1.0, 0.1, df=0), "df of x is 0.0; more than 0"),
        (lambda: normal_input("x", [[1.0], [2.0, 3.0]], 0.1), "x must be numbers in a rectangular array"),
        (lambda: bounded_input("x", 1.0, 1.0, distribution="trapezoidal", shape=2), "shape of x is 2.0; at most 1"),
        (lambda: bounded_input("x", 1.0, 1.0, df=0), "df of x is 0.0"),
        (lambda: expanded_input("x", 1.0, 1e300, k=1e-300), "u of x is inf"),
        (lambda: observed_input("x", [[1.0, 2.0], [1.0, np.nan]]), "characteristic 1: values of x has 1 missing"),
        (lambda: uncertainty_budget(lambda x: x, TWO, k=[2, 0]), "characteristic 1: k is 0.0; more than 0"),
        (lambda: uncertainty_budget(lambda x: 1j * x, TWO), "cannot be computed for arrays .no real numbers"),
        (lambda: monte_carlo_uncertainty(lambda x: 1j * x, TWO), "cannot be computed for arrays .no real numbers"),
        (lambda: monte_carlo_uncertainty({"x": 1}, TWO, seed=-1), "seed is -1.0; at least 0"),
        (lambda: monte_carlo_uncertainty({"x": 1}, TWO, seed="a"), "seed must be a number"),
        (lambda: normal_input("x", [1.0, 2.0], 0.1, df=["inf", 3]), "df of x must be numbers"),
        (
            lambda: uncertainty_budget(
                {"x": 1, "y": 1},
                [*TWO, normal_input("y", 1.0, 0.1)],
                correlation={("x", "y"): 0.5, ("y", "x"): -0.5},
            ),
            "the correlation of y and x is given twice",
        ),
    ],
)
def test_what_supports_no_answer_is_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()


@pytest.mark.parametrize("u", [1e-6, 1e-4, 1e-2])
def test_an_uncertainty_far_below_the_estimate_is_carried_on_in_full(u):
    # A frequency in hertz: steps of u/10 would be lost in rounding.
    for model, slope in ((lambda x: x, 1.0), (lambda x: x * x / 1e9, 2.0)):
        budget = uncertainty_budget(model, [normal_input("x", 1e9, u)])
        assert budget.u == pytest.approx(slope * u, rel=1e-5)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (lambda x: 1 / x, "float division by zero"),
        (lambda y: y, "unexpected keyword argument 'x'"),
        (lambda x: math.sqrt(x - 9), "math domain error"),
    ],
)
def test_a_model_that_fails_is_told_in_words(model, said):
    with pytest.raises(StatisticsError, match=f"the model cannot be computed .*{said}.*; a function of x is needed"):
        uncertainty_budget(model, [normal_input("x", 0.0, 0.1)])

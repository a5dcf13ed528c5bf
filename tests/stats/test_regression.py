"""Regression: NIST's certified values, identities, coverage, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.regression import Prediction, Regression, linear_regression

# NIST Statistical Reference Datasets, linear regression, Longley: y, x1 .. x6.
LONGLEY = np.array(
    [
        [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
        [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
        [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
        [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
        [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
        [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
        [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
        [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
        [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
        [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
        [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
        [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
        [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
        [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
        [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
        [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
)
RANDOM = np.random.default_rng(14)
X = RANDOM.normal(size=(30, 3))
Y = 2 + X @ [1.0, -0.5, 0.0] + RANDOM.normal(size=30)


def test_longley_has_its_certified_coefficients():
    fit = linear_regression(LONGLEY[:, 1:], LONGLEY[:, 0])
    certified = (
        -3482258.63459582,
        15.0618722713733,
        -0.0358191792925910,
        -2.02022980381683,
        -1.03322686717359,
        -0.0511041056535807,
        1829.15146461355,
    )

    assert fit.coefficients == pytest.approx(certified, rel=1e-9)
    assert (fit.residual_sd, fit.r_squared) == pytest.approx((304.854073561965, 0.995479004577296), rel=1e-9)


def test_longley_has_its_certified_standard_errors():
    fit = linear_regression(LONGLEY[:, 1:], LONGLEY[:, 0])
    certified = (
        890420.383607373,
        84.9149257747669,
        0.0334910077722432,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    )

    assert fit.standard_errors == pytest.approx(certified, rel=1e-9)


def test_one_term_agrees_with_scipy():
    fit, theirs = linear_regression(X[:, 0], Y), stats.linregress(X[:, 0], Y)

    assert (fit.coefficients[1], fit.standard_errors[1], fit.pvalues[1]) == pytest.approx(
        (theirs.slope, theirs.stderr, theirs.pvalue), rel=1e-9
    )
    assert fit.standard_errors[0] == pytest.approx(theirs.intercept_stderr, rel=1e-9)


@given(st.floats(0.1, 100), st.floats(-1000, 1000), st.floats(0.1, 100))
def test_tests_do_not_depend_on_units(scale, shift, unit):
    one, two = linear_regression(X, Y), linear_regression(X * scale + shift, Y * unit)

    assert two.t[1:] == pytest.approx(one.t[1:], rel=1e-6)
    assert (two.r_squared, two.press) == pytest.approx((one.r_squared, one.press * unit**2), rel=1e-6)


def test_press_is_the_error_of_leaving_each_value_out():
    expected = 0.0
    for i in range(30):
        others = np.arange(30) != i
        expected += (Y[i] - linear_regression(X[others], Y[others]).predict(X[i]).mean[0]) ** 2

    assert linear_regression(X, Y).press == pytest.approx(expected, rel=1e-9)


def test_residuals_are_orthogonal_and_leverages_sum_to_the_coefficients():
    fit = linear_regression(X, Y)

    assert np.abs(np.column_stack([np.ones(30), X]).T @ fit.residuals).max() < 1e-10
    assert fit.leverage.sum() == pytest.approx(4, rel=1e-10)


def test_the_variance_inflation_is_that_of_a_regression_on_the_other_terms():
    fit = linear_regression(X, Y)

    assert fit.vif[0] == pytest.approx(1 / (1 - linear_regression(X[:, 1:], X[:, 0]).r_squared), rel=1e-9)


def test_a_line_through_the_origin_has_the_ratio_of_sums():
    fit = linear_regression([1.0, 2, 3], [2.1, 3.9, 6.2], constant=False)

    assert fit.coefficients[0] == pytest.approx((2.1 + 7.8 + 18.6) / 14, rel=1e-12)


def test_prediction_intervals_cover_new_values():
    random, hits = np.random.default_rng(77), 0
    for _ in range(500):
        x = random.uniform(0, 1, 12)
        found = linear_regression(x, 1 + 2 * x + random.normal(size=12), confidence=0.9).predict([[0.5]])
        hits += found.lower[0] <= 2 + random.normal() <= found.upper[0]

    assert stats.binom.ppf(1e-6, 500, 0.9) <= hits <= stats.binom.ppf(1 - 1e-6, 500, 0.9)


def test_a_prediction_outside_the_data_is_marked():
    fit = linear_regression(X[:, 0], Y)

    assert fit.predict([[0.0], [99.0]]).extrapolated.tolist() == [False, True]


def test_a_wild_value_is_named_by_the_checks():
    wild = Y.copy()
    wild[7] += 50
    check = linear_regression(X, wild).checks[-1]

    assert (check.holds, check.found.endswith("at value 8")) == (False, True)


def test_many_responses_are_each_alone():
    responses = np.stack([Y, Y**2, 3 - X[:, 2] + 0.01 * Y, np.arange(30.0)])
    many = linear_regression(X, responses, ["a", "b", "c"])

    assert len(many) == 4
    for one, y in zip(many, responses, strict=True):
        alone = linear_regression(X, y, ["a", "b", "c"])
        for name in ("coefficients", "pvalues", "residuals", "studentized", "cooks_distance", "covariance"):
            np.testing.assert_allclose(getattr(one, name), getattr(alone, name), rtol=1e-9, atol=1e-12)
        assert (one.press, one.f, one.durbin_watson) == pytest.approx(
            (alone.press, alone.f, alone.durbin_watson), rel=1e-10
        )
        assert one.anova.effect("model").pvalue == pytest.approx(alone.anova.effect("model").pvalue, rel=1e-9)
        assert [check.found for check in one.checks] == [check.found for check in alone.checks]
        np.testing.assert_allclose(one.predict(X[:3]).upper, alone.predict(X[:3]).upper, rtol=1e-10)
    assert many.predict(X[:3]).mean.shape == (4, 3)
    assert Regression.from_json(many.to_json()) == many
    assert str(many.explain())


def test_a_bad_response_is_marked_and_the_others_fitted():
    responses = np.stack([np.ones(30), Y, np.where(np.arange(30) == 4, np.nan, Y)])
    many = linear_regression(X, responses, on_error="mark")

    assert "no variation" in many.problems[0] and "missing" in many.problems[2]
    np.testing.assert_allclose(many[1].coefficients, linear_regression(X, Y).coefficients, rtol=1e-12)
    assert np.isnan(many.coefficients[0]).all()
    with pytest.raises(StatisticsError, match="characteristic 2"):
        many[2]
    with pytest.raises(StatisticsError, match="characteristic 0: response have no variation"):
        linear_regression(X, responses[:2])


def test_the_lack_of_fit_is_that_of_the_model_of_the_cells():
    # The curve y = x^2 at five places, twice each: a line misses it, a parabola does not.
    x = np.tile(np.arange(5.0), 2)
    y = x**2 + np.tile([0.1, -0.1], 5) * np.arange(1, 11)
    line, parabola = linear_regression(x, y), linear_regression(np.column_stack([x, x**2]), y)
    pure = np.square(y[:5] - y[5:]).sum() / 2
    f = ((line.residual_sd**2 * line.df - pure) / 3) / (pure / 5)

    assert (line.lack_of_fit.statistic, line.lack_of_fit.df) == (pytest.approx(f, rel=1e-9), (3.0, 5.0))
    assert line.lack_of_fit.significant and not parabola.lack_of_fit.significant
    assert linear_regression(X, Y).lack_of_fit is None


def test_results_survive_json_and_explain_themselves():
    fit = linear_regression(X, Y, names=["a", "b", "c"])

    assert Regression.from_json(fit.to_json()) == fit
    assert Prediction.from_json(fit.predict(X[:2]).to_json()) == fit.predict(X[:2])
    assert "R squared, predicted" in str(fit.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: linear_regression(X[:4], Y[:4]), "at least 5"),
        (lambda: linear_regression(np.c_[X, X.sum(axis=1)], Y), "is a sum of terms before it"),
        (lambda: linear_regression(np.c_[X, np.ones(30)], Y), "x4 has no variation"),
        (lambda: linear_regression(X, np.ones(30)), "response have no variation"),
        (lambda: linear_regression(X, Y * 1e200), "can be computed with"),
        (lambda: linear_regression(X, Y[:5]), "as long as"),
        (lambda: linear_regression(X, Y, names=["a"]), "1 names for 3 terms"),
        (lambda: linear_regression(X, Y).predict([[1.0]]), "the model has 3"),
        (lambda: linear_regression(X, Y).coefficient("z"), "no term 'z'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

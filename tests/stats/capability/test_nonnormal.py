"""Capability that is not normal: fits and transformations against SciPy's own, laws, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.capability import (
    DISTRIBUTIONS,
    FittedDistribution,
    JohnsonCapability,
    PercentileCapability,
    ProbabilityPlot,
    TransformedCapability,
    boxcox,
    fit,
    johnson,
    normal,
    percentile,
    probability_plot,
    yeo_johnson,
)
from hoshin.stats.errors import StatisticsError

SCIPY = {
    "normal": (stats.norm, {}, lambda p: (p["mean"], p["sd"])),
    "lognormal": (stats.lognorm, {"floc": 0}, lambda p: (p["sdlog"], 0, np.exp(p["meanlog"]))),
    "weibull": (stats.weibull_min, {"floc": 0}, lambda p: (p["shape"], 0, p["scale"])),
    "gamma": (stats.gamma, {"floc": 0}, lambda p: (p["shape"], 0, p["scale"])),
    "exponential": (stats.expon, {"floc": 0}, lambda p: (0, p["scale"])),
    "largest_extreme": (stats.gumbel_r, {}, lambda p: (p["location"], p["scale"])),
    "smallest_extreme": (stats.gumbel_l, {}, lambda p: (p["location"], p["scale"])),
    "logistic": (stats.logistic, {}, lambda p: (p["location"], p["scale"])),
    "loglogistic": (stats.fisk, {"floc": 0}, lambda p: (p["shape"], 0, p["scale"])),
}
POSITIVE = np.random.default_rng(1).gamma(2.5, 3.0, 120)
VALUES = st.lists(st.integers(1, 400).map(lambda i: i / 8), min_size=8, max_size=30).filter(lambda v: len(set(v)) > 3)


@given(VALUES, st.sampled_from(DISTRIBUTIONS))
def test_the_fit_is_at_least_as_likely_as_the_one_scipy_finds(values, name):
    of, fixed, arguments = SCIPY[name]
    found = fit(values, name)

    ours = of.logpdf(values, *arguments(found.parameters)).sum()
    theirs = of.logpdf(values, *of.fit(values, **fixed)).sum()

    assert found.loglik == pytest.approx(ours, rel=1e-9, abs=1e-9)
    assert ours >= theirs - 1e-6 * abs(theirs)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_shares_and_quantiles_are_those_of_the_distribution(name):
    of, _, arguments = SCIPY[name]
    found = fit(POSITIVE, name)
    frozen = of(*arguments(found.parameters))

    for p in (0.00135, 0.5, 0.99865):
        assert found.quantile(p) == pytest.approx(frozen.ppf(p), rel=1e-9)
        assert found.cdf(found.quantile(p)) == pytest.approx(p, rel=1e-9)
        assert found.sf(found.quantile(p)) == pytest.approx(1 - p, rel=1e-9)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_many_characteristics_are_fitted_as_each_alone(name):
    rows = np.random.default_rng(2).gamma(3.0, 2.0, (4, 50))

    together = percentile(rows, distribution=name, lsl=0.1, usl=40.0)
    alone = [percentile(row, distribution=name, lsl=0.1, usl=40.0) for row in rows]

    assert together.Ppk.tolist() == pytest.approx([study.Ppk for study in alone], rel=1e-9)
    assert together.ppm_expected.tolist() == pytest.approx([study.ppm_expected for study in alone], rel=1e-7)


@given(VALUES, st.sampled_from(["weibull", "lognormal", "exponential"]), st.sampled_from([0.25, 8.0]))
def test_percentile_indices_do_not_change_with_the_unit(values, name, scale):
    study = percentile(values, distribution=name, usl=100.0)
    other = percentile(np.array(values) * scale, distribution=name, usl=100.0 * scale)

    assert study.Ppk == pytest.approx(other.Ppk, rel=1e-8)


def test_for_a_normal_distribution_percentiles_say_what_ppk_says():
    values = np.random.default_rng(3).normal(10, 1, 400)

    plain = normal(values, lsl=6, usl=14, sigma_method="sd")
    study = percentile(values, distribution="normal", lsl=6, usl=14)

    # The fit has divisor n; 0.135 % lies at 2.99998 standard deviations.
    assert study.Ppk == pytest.approx(plain.Ppk * np.sqrt(400 / 399), rel=1e-4)


def test_percentiles_of_the_values_need_no_distribution_but_many_values():
    values = np.random.default_rng(4).exponential(size=5000)

    study = percentile(values, distribution="empirical", usl=12.0)

    assert study.x_99865 == pytest.approx(-np.log(0.00135), rel=0.1)
    few = percentile(values[:50], distribution="empirical", usl=12.0)
    assert (study.cautions, few.cautions) == (
        ("14 of 5000 points are beyond the limits of the control chart; chance alone may do that, look at them",),
        ("50 values: fewer than 741 say little of the tails, on which these figures rest",),
    )


@given(VALUES)
def test_boxcox_has_the_likelihood_scipy_gives_it(values):
    study = boxcox(values, usl=100.0)

    assert study.loglik == pytest.approx(stats.boxcox_llf(study.lmbda, np.array(values)), rel=1e-7, abs=1e-7)
    assert study.loglik >= stats.boxcox_llf(1.0, np.array(values)) - 1e-7


def test_boxcox_finds_the_power_scipy_finds():
    assert boxcox(POSITIVE, usl=100.0).lmbda == pytest.approx(stats.boxcox(POSITIVE)[1], abs=1e-5)


def test_yeo_johnson_finds_the_power_scipy_finds():
    values = POSITIVE - 5

    assert yeo_johnson(values, usl=100.0).lmbda == pytest.approx(stats.yeojohnson(values)[1], abs=1e-5)


@pytest.mark.parametrize("power", [-0.5, 0.0, 1.0, 2.0, 2.5])
def test_yeo_johnson_transforms_as_scipy_does(power):
    values = POSITIVE - 5

    study = yeo_johnson(values, usl=100.0, lmbda=power)

    expected = stats.yeojohnson(values, power)
    assert (study.mean_t, study.sd_t) == pytest.approx((expected.mean(), expected.std(ddof=1)))


def test_a_negative_power_swaps_the_limits():
    study = boxcox(1 / POSITIVE, lsl=0.01, usl=9.0, lmbda=-1.0)

    assert (study.lsl_t, study.usl_t) == pytest.approx((1 / 9.0, 100.0))


def test_the_johnson_curve_of_lognormal_values_makes_them_normal():
    values = np.exp(np.random.default_rng(5).normal(size=300))

    study = johnson(values, usl=200.0)
    y = study.transform(values)

    assert study.ad_p_value > 0.3
    assert (y.mean(), y.std(ddof=1)) == pytest.approx((study.mean_t, study.sd_t))


def test_a_limit_beyond_the_wrong_end_of_a_johnson_curve_leaves_every_value_outside():
    values = np.random.default_rng(4).gamma(3.0, 1.0, 40)

    right, wrong = johnson(values, lsl=0.01, usl=60.0), johnson(values, lsl=60.0)

    assert (right.family, right.Ppk, right.ppm_expected) == ("SB", None, 0.0)
    assert (wrong.Ppk, wrong.ppm_expected) == (None, 1e6)


@given(st.sampled_from([0.5, 4.0]), st.integers(-16, 16))
def test_johnson_indices_do_not_change_with_the_unit(scale, shift):
    values = np.exp(np.random.default_rng(6).normal(size=80))

    study, other = johnson(values, usl=15.0), johnson(values * scale + shift, usl=15.0 * scale + shift)

    assert (study.family, study.z, study.Ppk) == (other.family, other.z, pytest.approx(other.Ppk, rel=1e-6))


def test_median_ranks_are_close_to_benards_formula():
    exact, benard = (probability_plot(POSITIVE, positions=way).positions for way in ("median_rank", "benard"))

    assert exact == pytest.approx(benard, abs=3e-4)


def test_values_of_the_distribution_lie_within_the_bounds_and_others_do_not():
    right, wrong = (probability_plot(POSITIVE, name) for name in ("gamma", "normal"))

    assert (right.outside().size, wrong.outside().size) == (0, 11)
    assert right.correlation > wrong.correlation


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (FittedDistribution, fit(POSITIVE, "gamma")),
        (PercentileCapability, percentile(POSITIVE, distribution="weibull", usl=60.0)),
        (PercentileCapability, percentile(np.stack([POSITIVE, POSITIVE]), distribution="weibull", usl=60.0)),
        (TransformedCapability, boxcox(POSITIVE, usl=60.0)),
        (ProbabilityPlot, probability_plot(POSITIVE, "weibull")),
        (JohnsonCapability, johnson(POSITIVE, lsl=0.01, usl=60.0)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert len(str(result.explain()).splitlines()) > 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: fit([1.0, -2.0], "weibull"),
            "the smallest value is -2.0; a weibull distribution needs values above 0",
        ),
        (lambda: fit([1.0, 1.0], "gamma"), "values have no variation"),
        (lambda: fit([1.0, np.nan], "gamma"), "1 missing value"),
        (lambda: fit([1.0, 2.0], "cauchy"), "distribution is 'cauchy'; one of normal"),
        (lambda: percentile([1.0, 2.0], distribution="gamma"), "no specification limit given"),
        (lambda: boxcox([0.0, 2.0], usl=3), "values reach down to 0.0; Box-Cox needs them above 0"),
        (lambda: boxcox([1.0, 2.0], lsl=0, usl=3), "lsl reach down to 0"),
        (lambda: boxcox([2.0, 2.0], usl=3), "values have no variation"),
        (lambda: johnson([1.0, 2.0], usl=3), "2 values found; at least 8 are needed"),
        (lambda: johnson([1.0] * 8 + [2.0], usl=3), "no Johnson curve holds all 9 values"),
    ],
)
def test_what_supports_no_study_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_a_gamma_fit_keeps_its_digits_where_values_scatter_little():
    random = np.random.default_rng(1)
    column, offsets = 10_000 + random.random(75), [0, 20, 75]
    both = fit(column, "gamma", offsets=offsets)

    for i, x in enumerate((column[:20], column[20:])):
        alone, bell = fit(x, "gamma"), fit(x, "normal")
        assert both[i].parameters["shape"] == pytest.approx(alone.parameters["shape"], rel=1e-11)
        assert both[i].loglik == pytest.approx(alone.loglik, abs=1e-9)
        assert alone.parameters["shape"] == pytest.approx(
            (bell.parameters["mean"] / bell.parameters["sd"]) ** 2, rel=1e-4
        )
        assert alone.loglik == pytest.approx(bell.loglik, abs=1e-3)

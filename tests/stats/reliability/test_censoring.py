"""Censoring from the left and between two times, and intervals by the likelihood ratio."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from hoshin.stats.errors import StatisticsError
from hoshin.stats.reliability import exponential, loglogistic, lognormal, weibull
from tests.stats.alike import alike

FITS = {"weibull": weibull, "lognormal": lognormal, "loglogistic": loglogistic}
LAWS = {
    "weibull": lambda location, spread: stats.weibull_min(1 / spread, scale=np.exp(location)),
    "lognormal": lambda location, spread: stats.lognorm(spread, scale=np.exp(location)),
    "loglogistic": lambda location, spread: stats.fisk(1 / spread, scale=np.exp(location)),
}
# W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), table C.5: bearing cages, hours.
HOURS = [50, 150, 230, 250, 334, 350, 423, 450, 550, 650, 750, 850, 950, 990, 1009]
HOURS += [1050, 1150, 1250, 1350, 1450, 1510, 1550, 1650, 1850, 2050]
UNITS = [288, 148, 1, 124, 1, 111, 1, 106, 99, 110, 114, 119, 127, 1, 1, 123, 93, 47, 41, 27, 1, 11, 6, 1, 2]
FAILED = [1 if hours in (230, 334, 423, 990, 1009, 1510) else 0 for hours in HOURS]
# The same, table C.2: kilometres of shock absorbers.
ABSORBERS = """6700 6950 7820 8790 9120 9660 9820 11310 11690 11850 11880 12140 12200 12870 13150 13330 13470 14040 14300
17520 17540 17890 18450 18960 18980 19410 20100 20100 20150 20320 20900 22700 23490 26510 27410 27490 27890 28100"""
KILOMETRES = np.array(ABSORBERS.split(), dtype=float)
WORN = np.isin(KILOMETRES, [6700, 9120, 12200, 13150, 14300, 17520, 20900, 22700, 26510, 27490]).astype(int)
WORN[26] = 1


def test_the_bearing_cages_have_the_printed_life_and_bounds():
    # Meeker and Escobar (1998), example 8.16: shape 2.035, B10 3903, 95% likelihood ratio bounds 2093 and 22144.
    fit = weibull(HOURS, FAILED, UNITS, interval="likelihood")

    assert fit.parameters["shape"] == pytest.approx(2.035, abs=5e-4)
    assert fit.b_life["0.1"] == pytest.approx(3903, abs=0.5)
    assert fit.b_life_intervals["0.1"] == pytest.approx((2093, 22144), rel=1e-3)
    # R 4, survival::survreg: scale 11792.17817, log likelihood -76.436896.
    assert (fit.parameters["scale"], fit.loglik) == pytest.approx((11792.17817, -76.436896), rel=1e-8)


def test_the_shock_absorbers_have_the_printed_parameters():
    # Meeker and Escobar (1998), chapter 8: location 10.23, spread 0.3164, scale 27719, shape 3.160.
    fit = weibull(KILOMETRES, WORN)

    assert (round(fit.location, 2), round(fit.spread, 4)) == (10.23, 0.3164)
    assert (round(fit.parameters["scale"]), round(fit.parameters["shape"], 3)) == (27719, 3.16)


def censored(seed, n=60):
    """Times that are exact, cut off, found late, or known between two looks."""
    random = np.random.default_rng(seed)
    life = 10 * random.weibull(1.6, n)
    event = random.integers(0, 4, n)
    low = np.where(event == 3, np.floor(life), np.where(event == 0, life * random.uniform(0.3, 1, n), life))
    late = np.where(event == 2, life * random.uniform(1, 2, n), np.maximum(low, 0.05))
    return late, event, np.where(event == 3, np.floor(life) + 1, np.nan)


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_of_censoring_enters_the_likelihood(name, seed):
    times, event, upper = censored(seed)
    fit = FITS[name](times, event, upper=np.nan_to_num(upper))

    def loglik(parameters):
        law = LAWS[name](parameters[0], np.exp(parameters[1]))
        terms = [law.logsf(times), law.logpdf(times), law.logcdf(times), np.log(law.cdf(upper) - law.cdf(times))]
        return sum(term[event == kind].sum() for kind, term in enumerate(terms))

    own = np.array([fit.location, np.log(fit.spread)])
    assert fit.loglik == pytest.approx(loglik(own), rel=1e-9)
    best = minimize(lambda x: -loglik(x), own, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    assert own == pytest.approx(best.x, abs=1e-4)
    steps = 1e-4 * np.eye(2)
    second = [
        [loglik(own + i + j) - loglik(own + i - j) - loglik(own - i + j) + loglik(own - i - j) for j in steps]
        for i in steps
    ]
    assert fit.covariance == pytest.approx(np.linalg.inv(-np.array(second) / 4e-8), rel=1e-3)


@pytest.mark.parametrize("name", FITS)
def test_at_a_limit_the_likelihood_has_fallen_by_half_a_quantile(name):
    times, event, upper = censored(7, 25)
    fit = FITS[name](times, event, upper=np.nan_to_num(upper), interval="likelihood", confidence=0.9, b_life=[0.1, 0.8])

    def profile(location_of):
        def loglik(log_spread):
            spread = np.exp(log_spread)
            law = LAWS[name](location_of(spread), spread)
            terms = [law.logsf(times), law.logpdf(times), law.logcdf(times), np.log(law.cdf(upper) - law.cdf(times))]
            return sum(term[event == kind].sum() for kind, term in enumerate(terms))

        found = minimize(lambda x: -loglik(x[0]), [np.log(fit.spread)], method="Nelder-Mead", options={"fatol": 1e-10})
        return -found.fun

    for share, bounds in fit.b_life_intervals.items():
        for bound in bounds:
            w = np.log(LAWS[name](0.0, 1.0).ppf(float(share)))
            fallen = 2 * (fit.loglik - profile(lambda s, w=w, b=bound: np.log(b) - s * w))
            assert fallen == pytest.approx(stats.chi2.ppf(0.9, 1), rel=1e-5)


def test_looks_at_short_distances_are_as_good_as_exact_times():
    random = np.random.default_rng(3)
    life = 10 * random.weibull(2, 80)
    exact = weibull(life)
    looked = weibull(life - 1e-5, np.full(80, 3), upper=life + 1e-5)

    assert looked.parameters["shape"] == pytest.approx(exact.parameters["shape"], rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.sampled_from(sorted(FITS)))
def test_limits_scale_with_the_unit(seed, unit, name):
    times, event, upper = (np.nan_to_num(column) for column in censored(seed, 30))
    one = FITS[name](times, event, upper=upper, interval="likelihood")
    two = FITS[name](times * unit, event, upper=upper * unit, interval="likelihood")

    assert np.array(two.b_life_intervals["0.1"]) == pytest.approx(
        np.array(one.b_life_intervals["0.1"]) * unit, rel=1e-6
    )


def test_limits_by_the_likelihood_ratio_cover_with_few_failures():
    random = np.random.default_rng(8)
    life = 10 * random.weibull(2, (400, 15))
    fits = weibull(np.minimum(life, 9), (life < 9).astype(int), interval="likelihood", confidence=0.9, on_error="mark")
    truth = 10 * (-np.log(0.9)) ** 0.5
    low, high = fits.b_life_intervals["0.1"].T
    hits, tried = ((low <= truth) & (truth <= high)).sum(), 400 - len(fits.problems)

    assert stats.binom.ppf(1e-5, tried, 0.87) <= hits <= stats.binom.ppf(1 - 1e-5, tried, 0.92)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=8).filter(lambda c: sum(c[1:]) > 0), st.floats(0.01, 100))
def test_the_rate_between_looks_at_equal_distances_has_a_closed_form(counts, distance):
    # With every failure in an interval of width d: rate = ln(1 + failures d / sum of lower ends) / d.
    low = np.arange(len(counts)) * distance
    life = exponential(low, np.full(len(counts), 3), counts=counts, upper=low + distance)
    failures = sum(counts)

    assert life.rate == pytest.approx(np.log1p(failures * distance / (low @ counts)) / distance, rel=1e-9)
    assert life.total_time == pytest.approx(failures / life.rate, rel=1e-12)


def test_the_exponential_is_a_weibull_of_shape_1():
    times, event, upper = (np.nan_to_num(column) for column in censored(4))
    life = exponential(times, event, upper=upper, confidence=0.9)

    def loglik(rate):
        law = stats.expon(scale=1 / rate)
        terms = [law.logsf(times), law.logpdf(times), law.logcdf(times)]
        between = event == 3
        share = np.log(law.cdf(upper[between]) - law.cdf(times[between])).sum()
        return sum(term[event == kind].sum() for kind, term in enumerate(terms)) + share

    top = loglik(life.rate)
    assert max(loglik(life.rate * 1.001), loglik(life.rate / 1.001)) < top
    for bound in life.mtbf_ci:
        assert 2 * (top - loglik(1 / bound)) == pytest.approx(stats.chi2.ppf(0.9, 1), rel=1e-9)
    assert life.mtbf_ci[0] < life.mtbf < life.mtbf_ci[1]


def test_units_only_found_failed_say_nothing_of_the_rate_but_a_bound():
    with pytest.raises(StatisticsError, match="before they were first seen working"):
        exponential([5.0, 7.0], [2, 2])


def test_exact_and_inexact_part_numbers_stand_side_by_side():
    times, event, upper = [3.0, 5, 4, 2, 6, 1], [1, 0, 1, 3, 0, 2], [0, 0, 0, 4, 0, 0]
    many = exponential(times, event, upper=upper, offsets=[0, 3, 6])

    assert many.interval == ("chi-square", "likelihood")
    alike(many[0], exponential(times[:3], event[:3]))
    alike(many[1], exponential(times[3:], event[3:], upper=upper[3:]))

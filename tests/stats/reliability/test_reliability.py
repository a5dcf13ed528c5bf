"""Life data: printed examples, SciPy's fits, coverage of intervals, limits, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.reliability import (
    ExponentialLife,
    LifeDistribution,
    PowerLawProcess,
    SurvivalCurve,
    WarrantyForecast,
    exponential,
    kaplan_meier,
    log_rank,
    loglogistic,
    lognormal,
    power_law,
    returns_by_age,
    warranty_forecast,
    weibull,
)

# E. A. Gehan, Biometrika 52 (1965), 203-223: weeks of remission, 6-MP and placebo.
MP = [10, 7, 32, 23, 22, 6, 16, 34, 32, 25, 11, 20, 19, 6, 17, 35, 6, 13, 9, 6, 10]
MP_EVENT = [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
FITS = {"weibull": weibull, "lognormal": lognormal, "loglogistic": loglogistic}
SCIPY = {"weibull": stats.weibull_min, "lognormal": stats.lognorm, "loglogistic": stats.fisk}
times = st.lists(st.floats(0.1, 100), min_size=5, max_size=15, unique=True).filter(lambda x: max(x) > 1.5 * min(x))


def test_gehans_arms_differ_as_printed():
    # D. R. Cox, D. Oakes, Analysis of Survival Data (1984); R survival::survdiff prints 16.8 on 1 degree of freedom.
    found = log_rank([*MP, *PLACEBO], [*MP_EVENT, *[1] * 21], ["6-MP"] * 21 + ["placebo"] * 21)

    assert (round(found.statistic, 2), found.df) == (16.79, 1.0)


def test_the_growth_of_the_handbook_is_as_printed():
    # NIST/SEMATECH e-Handbook, section 8.4.5.2 (power law, failures below, test end 1500): slope 0.5165, MTBF 310.234.
    fit = power_law([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], ends=1500)

    assert 1 - fit.shape_unbiased == pytest.approx(0.5165, abs=5e-5)
    assert 1500 / (10 * fit.shape_unbiased) == pytest.approx(310.234, abs=5e-3)


# L. H. Crow, in Reliability and Biometry (1974), 379-410: three systems of simulated data, each watched for 200 hours.
CROW = [
    [4.3, 4.4, 10.2, 23.5, 23.8, 26.4, 74, 77.1, 92.1, 197.2],
    [0.1, 5.6, 18.6, 19.5, 24.2, 26.7, 45.1, 45.8, 75.7, 79.7, 98.6, 120.1, 161.8, 180.6, 190.8],
    [8.4, 32.5, 44.7, 48.4, 50.6, 73.6, 98.7, 112.2, 129.8, 136.0, 195.8],
]


def test_crows_systems_have_the_printed_parameters():
    # Crow (1974): beta 0.615, lambda 0.461 (mean failures lambda t^beta).
    fit = power_law(CROW, ends=200)

    assert (round(fit.shape, 3), round(fit.scale**-fit.shape, 3)) == (0.615, 0.461)


def test_laplace_is_the_standardised_mean_age():
    ages = np.array(CROW[1])
    timed, failed = power_law(ages, ends=200).laplace, power_law(ages, truncation="failure").laplace

    assert timed.statistic == pytest.approx((ages.mean() - 100) / (200 * math.sqrt(1 / (12 * 15))), rel=1e-12)
    inner, end = ages[:-1], ages[-1]
    assert failed.statistic == pytest.approx((inner.mean() - end / 2) / (end * math.sqrt(1 / (12 * 14))), rel=1e-12)


@pytest.mark.parametrize("test", ["trend", "laplace"])
def test_a_constant_rate_is_accused_as_often_as_the_level_says_with_unequal_ends(test):
    random = np.random.default_rng(14)
    ends = np.tile([60.0, 100.0, 150.0], 500)
    number = random.poisson(ends / 15)
    ages = np.concatenate([np.sort(random.uniform(0, end, n)) for end, n in zip(ends, number, strict=True)])
    begins = np.concatenate([[0], np.cumsum(number)])
    found = power_law(ages, ends, system_offsets=begins, offsets=np.arange(0, 1501, 3), on_error="mark")
    accused, tried = (getattr(found, f"{test}_pvalue") <= 0.05).sum(), 500 - len(found.problems)

    assert stats.binom.ppf(1e-5, tried, 0.05) <= accused <= stats.binom.ppf(1 - 1e-5, tried, 0.05)


def test_plain_limits_are_two_standard_errors_away():
    curve = kaplan_meier(MP, MP_EVENT, interval="greenwood")

    assert curve.upper[3] - curve.survival[3] == pytest.approx(1.959964 * curve.std_err[3], rel=1e-6)


@pytest.mark.parametrize("name", FITS)
def test_the_likelihood_is_as_high_as_scipys(name):
    data = stats.CensoredData.right_censored(np.array(MP, dtype=float), np.array(MP_EVENT) == 0)
    shape, _, scale = SCIPY[name].fit(data, floc=0)
    fit = FITS[name](MP, MP_EVENT)
    law, event = SCIPY[name](shape, scale=scale), np.array(MP_EVENT) == 1
    theirs = np.where(event, law.logpdf(MP), law.logsf(MP)).sum()

    center = fit.parameters["scale" if name == "weibull" else "median"]
    assert fit.loglik >= theirs - 1e-6
    assert center == pytest.approx(scale, rel=1e-2)


@pytest.mark.parametrize("name", FITS)
def test_what_follows_from_a_fit_agrees_with_scipy(name):
    fit, at = FITS[name](MP, MP_EVENT), np.array([1.0, 10.0, 40.0])
    shape = {"weibull": 1 / fit.spread, "lognormal": fit.spread, "loglogistic": 1 / fit.spread}[name]
    law = SCIPY[name](shape, scale=math.exp(fit.location))

    assert fit.reliability(at) == pytest.approx(law.sf(at), rel=1e-10)
    assert fit.hazard(at) == pytest.approx(law.pdf(at) / law.sf(at), rel=1e-10)
    assert (fit.life(0.1), fit.mttf) == pytest.approx((law.ppf(0.1), law.mean()), rel=1e-8)
    assert fit.reliability([0.0]).tolist() == [1.0]


@given(times, st.floats(0.01, 100), st.sampled_from(sorted(FITS)))
def test_a_change_of_unit_scales_the_life(sample, unit, name):
    one, two = FITS[name](sample), FITS[name](np.array(sample) * unit)

    assert two.life(0.1) == pytest.approx(one.life(0.1) * unit, rel=1e-6)
    assert two.spread == pytest.approx(one.spread, rel=1e-6)


@given(times, st.integers(2, 4))
def test_counts_are_repeated_lines(sample, repeats):
    one = weibull(sample, counts=[repeats] * len(sample))
    two = weibull(np.repeat(sample, repeats))

    assert one.loglik == pytest.approx(two.loglik, rel=1e-9)
    curves = kaplan_meier(sample, counts=[repeats] * len(sample)), kaplan_meier(np.repeat(sample, repeats))
    assert curves[0] == curves[1]


@given(times)
def test_without_censoring_survival_is_the_share_left(sample):
    curve = kaplan_meier(sample)
    expected = [(np.array(sample) > t).mean() for t in curve.time]

    assert curve.survival == pytest.approx(expected, abs=1e-12)
    assert (curve.lower <= curve.survival + 1e-12).all() and (curve.survival <= curve.upper + 1e-12).all()


def test_intervals_of_a_weibull_cover():
    random, hits = np.random.default_rng(3), np.zeros(3)
    for _ in range(300):
        life = 10 * random.weibull(2, 60)
        fit = weibull(np.minimum(life, 12), life < 12, confidence=0.9, b_life=[0.1])
        truth = (10, 2, 10 * (-math.log(0.9)) ** 0.5)
        found = (*fit.intervals.values(), fit.b_life_intervals["0.1"])
        hits += [low <= t <= high for (low, high), t in zip(found, truth, strict=True)]

    # Large-sample intervals: the true coverage at this size is taken as 0.87 to 0.92.
    assert (hits >= stats.binom.ppf(1e-5, 300, 0.87)).all() and (hits <= stats.binom.ppf(1 - 1e-5, 300, 0.92)).all()


def test_the_interval_of_a_reliability_inverts_that_of_a_life():
    fit = weibull(MP, MP_EVENT)
    low, high = fit.reliability_interval(fit.life(0.3))

    assert low < 0.7 < high
    assert fit.life_interval(0.3)[0] < fit.life(0.3) < fit.life_interval(0.3)[1]


def test_exact_intervals_of_an_exponential_cover():
    random, hits = np.random.default_rng(5), 0
    for _ in range(2000):
        low, high = exponential(random.exponential(7, 6), censoring="failure", confidence=0.9).mtbf_ci
        hits += low <= 7 <= high

    assert stats.binom.ppf(1e-6, 2000, 0.9) <= hits <= stats.binom.ppf(1 - 1e-6, 2000, 0.9)


def test_no_failure_gives_a_lower_bound():
    # NIST/SEMATECH e-Handbook, section 8.4.5.1: no failure in T hours, 95% lower bound T / -ln(0.05).
    life = exponential([500, 500], [0, 0], confidence=0.95)

    assert life.mtbf_ci == pytest.approx((1000 / -math.log(0.05), math.inf), rel=1e-12)


def test_one_system_or_its_copies_have_one_shape():
    ages = [5, 40, 43, 175, 389, 712]
    one, two = power_law(ages, ends=1000), power_law([ages, ages], ends=[1000, 1000])

    assert two.shape == pytest.approx(one.shape, rel=1e-12)
    assert two.expected_failures(0, 1000) == pytest.approx(6, rel=1e-9)


def test_unequal_ends_meet_equal_ends_in_the_limit():
    ages = [[5, 40, 300], [43, 175, 389]]

    assert power_law(ages, ends=[1000, 1000.0000001]).shape == pytest.approx(power_law(ages, ends=1000).shape, rel=1e-6)


def test_a_homogeneous_process_is_accused_as_often_as_the_level_says():
    random, accused = np.random.default_rng(9), 0
    for _ in range(1000):
        accused += power_law(np.sort(random.uniform(0, 100, 12)), ends=100).trend.significant

    assert stats.binom.ppf(1e-6, 1000, 0.05) <= accused <= stats.binom.ppf(1 - 1e-6, 1000, 0.05)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 500))
def test_forecast_returns_add_up_to_the_chance_of_the_whole_span(units):
    life = weibull(MP, MP_EVENT)
    forecast = warranty_forecast(life, [5.0], [units], periods=4, draws=200)
    chance = 1 - life.reliability(9.0) / life.reliability(5.0)

    assert forecast.total == pytest.approx(units * chance, rel=1e-9)


def test_nothing_returns_after_the_warranty():
    forecast = warranty_forecast(weibull(MP, MP_EVENT), [5.0, 30.0], [50, 50], periods=4, warranty=7.0, draws=200)

    assert forecast.expected[2:].tolist() == [0.0, 0.0]
    assert forecast.expected[0] == warranty_forecast(weibull(MP, MP_EVENT), [5.0], [50], periods=1).expected[0]


def test_what_is_seen_lies_in_the_forecast_as_often_as_it_says():
    random, hits = np.random.default_rng(21), 0
    for trial in range(150):
        known = 20 * random.weibull(1.8, 200)
        life = weibull(np.minimum(known, 15), known < 15)
        field = 20 * random.weibull(1.8, 300)
        field = field[field > 5]
        forecast = warranty_forecast(life, np.full(field.size, 5.0), periods=1, period=3.0, draws=400, seed=trial)
        hits += forecast.lower[0] <= (field <= 8).sum() <= forecast.upper[0]

    assert stats.binom.ppf(1e-5, 150, 0.88) <= hits <= stats.binom.ppf(1 - 1e-5, 150, 0.95)


def test_a_table_of_returns_keeps_every_unit():
    times_, event, counts = returns_by_age([100, 90, 80], [[0, 2, 3], [0, 0, 1], [0, 0, 0]])

    # The last month's 80 units have no time in the field yet.
    assert (counts.sum(), counts[event == 1].sum(), times_.max()) == (190, 6, 2)


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (LifeDistribution, weibull(MP, MP_EVENT)),
        (LifeDistribution, lognormal(MP, MP_EVENT)),
        (ExponentialLife, exponential(MP, MP_EVENT)),
        (SurvivalCurve, kaplan_meier(MP, MP_EVENT)),
        (PowerLawProcess, power_law([5, 40, 43], truncation="failure")),
        (WarrantyForecast, warranty_forecast(weibull(MP, MP_EVENT), [5.0], periods=2, draws=200)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: weibull([1, 2, 0], [1, 1, 1]), "times is 0.0 at index 2"),
        (lambda: weibull([1, 2, 3], [1, 0, 0]), "1 failures found; at least 2"),
        (lambda: weibull([2, 2, 3], [1, 1, 0]), "failures at two times"),
        (lambda: weibull([1, 2], [1, 4]), "event is 4.0"),
        (lambda: kaplan_meier([1, 2], [1, 2]), "event is 2.0"),
        (lambda: weibull([1, 2, 3], [3, 3, 3]), "upper is missing"),
        (lambda: weibull([1, 2, 3], [3, 3, 3], upper=[2, 3, 3]), "upper is 3.0 at index 2"),
        (lambda: weibull([1, 1, 1], [3, 3, 0], upper=[2, 2, 1]), "no maximum"),
        (lambda: weibull([1, 2], [1]), "as long as"),
        (lambda: kaplan_meier([1, 2], [0, 0]), "0 events"),
        (lambda: exponential([0, 0]), "total time is 0"),
        (lambda: exponential([1], [0], censoring="failure"), "no failure found"),
        (lambda: power_law([1, 3, 2], ends=5), "rising order"),
        (lambda: power_law([1, 2, 3]), "ends is missing"),
        (lambda: power_law([1, 2, 3], ends=2), "not after its last failure"),
        (lambda: warranty_forecast(weibull(MP), [-1.0]), "0 or more"),
        (lambda: returns_by_age([1], [[0, 2]]), "2 of 1 units"),
        (lambda: log_rank([1, 2], [1, 1], ["a", "a"]), "at least 2"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_failures_far_before_the_end_do_not_make_the_forecast_fail():
    found = power_law(np.linspace(1.0, 2.0, 30) * 1e-90, ends=1000.0)

    assert 0 < found.expected_failures(1000.0, 2000.0) < 1
    assert found.expected_failures(0.0, 1000.0) == pytest.approx(30)

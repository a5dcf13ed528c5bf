"""Bias, linearity and type 1 studies agree with the manuals, keep their laws and cover the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import bias, linearity, type1
from tests.stats.measurement_systems.laws import batch_equals_loop

AIAG_BIAS = [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0]
REFERENCE = np.repeat([2.0, 4.0, 6.0, 8.0], 5)


def test_the_range_method_gives_the_figures_of_the_third_edition():
    study = bias(AIAG_BIAS, 6.0, sd_method="range")

    # AIAG, Measurement Systems Analysis, 3rd edition, page 88: sd 0.22514, standard error 0.05813, t 0.1153,
    # interval -0.1185 to 0.1319, with tabled d2* = 3.55333, 10.8 degrees of freedom and the bias rounded to 0.0067.
    assert (study.sd, study.standard_error, study.df) == pytest.approx((0.22514, 0.05813, 10.8), rel=3e-3)
    assert (study.t, *study.ci) == pytest.approx((0.1153, -0.1185, 0.1319), abs=7e-4)


def test_bias_is_a_one_sample_t_test():
    expected = stats.ttest_1samp(AIAG_BIAS, 6.0)
    study = bias(AIAG_BIAS, 6.0)

    assert (study.t, study.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-12)


def test_linearity_is_a_regression_of_the_deviation():
    rng = np.random.default_rng(0)
    y = 0.4 + 0.9 * REFERENCE + rng.normal(0, 0.2, 20)
    expected = stats.linregress(REFERENCE, y - REFERENCE)
    study = linearity(REFERENCE, y)

    assert (study.slope, study.intercept, study.slope_p, study.intercept_se) == pytest.approx(
        (expected.slope, expected.intercept, expected.pvalue, expected.intercept_stderr), rel=1e-9
    )


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_many_gauges_at_once_equal_one_by_one(seed):
    readings = np.random.default_rng(seed).normal(5, 1, (3, 20))

    assert batch_equals_loop(lambda values: bias(values, 5.0), readings)
    assert batch_equals_loop(lambda values: type1(values, 5.0, 10.0), readings)
    assert batch_equals_loop(lambda values: linearity(REFERENCE, values, process_variation=6), readings)


def test_each_gauge_can_have_its_own_reference_and_tolerance():
    readings = np.random.default_rng(1).normal([[5], [7]], 1, (2, 30))
    together = type1(readings, [5, 7], [10, 20])

    assert together.Cgk.tolist() == pytest.approx([type1(readings[0], 5, 10).Cgk, type1(readings[1], 7, 20).Cgk])


@given(seed=st.integers(0, 2**32 - 1), shift=st.floats(-1e4, 1e4), scale=st.floats(1e-2, 1e2))
@settings(max_examples=20, deadline=None)
def test_capability_does_not_change_with_unit_or_origin(seed, shift, scale):
    readings = np.random.default_rng(seed).normal(5, 1, 25)
    before, after = type1(readings, 5.1, 20), type1(shift + scale * readings, shift + scale * 5.1, 20 * scale)

    assert (after.Cg, after.Cgk) == pytest.approx((before.Cg, before.Cgk), rel=1e-6)


@pytest.mark.parametrize("method", ["sd", "range"])
def test_the_interval_of_the_bias_covers_the_truth(method):
    readings = np.random.default_rng(2).normal(10.3, 2, (4000, 12))
    study = bias(readings, 10.0, sd_method=method)
    covered = int(((study.ci_lower < 0.3) & (study.ci_upper > 0.3)).sum())

    # The interval from the range rests on an approximation, good to half a percent here.
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 4000, 0.95)
    assert low - 20 * (method == "range") <= covered <= high + 20 * (method == "range")


def test_the_intervals_of_cg_and_cgk_cover_the_truth():
    gauge = type1(np.random.default_rng(6).normal(10.02, 0.03, (4000, 30)), 10.0, 0.5)

    # Cg's is exact; Cgk's rests on a normal approximation.
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 4000, [0.95, 0.955])
    for (lower, upper), truth in ((gauge.Cg_ci, 0.1 / 0.18), (gauge.Cgk_ci, 0.03 / 0.09)):
        assert low - 20 <= int(((lower < truth) & (truth < upper)).sum()) <= high


def test_the_intervals_of_the_line_are_those_of_a_regression():
    rng = np.random.default_rng(7)
    readings = 0.2 + 1.01 * REFERENCE + rng.normal(0, 0.3, (4000, 20))
    study = linearity(REFERENCE, readings, confidence=0.9)

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 4000, 0.9)
    for (lower, upper), truth in ((study.slope_ci, 0.01), (study.intercept_ci, 0.2)):
        assert low <= int(((lower < truth) & (truth < upper)).sum()) <= high


def test_the_band_of_a_linearity_study_covers_the_truth():
    rng = np.random.default_rng(3)
    readings = 0.2 + 1.01 * REFERENCE + rng.normal(0, 0.3, (4000, 20))
    lower, upper = linearity(REFERENCE, readings).band(3.0)
    covered = int(((lower < 0.23) & (upper > 0.23)).sum())

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 4000, 0.95)
    assert low <= covered <= high


def test_the_pooled_test_of_a_reference_uses_every_reading():
    y = REFERENCE + np.random.default_rng(4).normal(0, 1, 20)
    each, pooled = (linearity(REFERENCE, y, by_reference_sd=way).by_reference for way in ("each", "pooled"))

    assert (each.df.tolist(), pooled.df.tolist()) == ([4, 4, 4, 4], [16, 16, 16, 16])


def test_equal_readings_at_one_reference_have_no_p_value():
    y = REFERENCE + np.random.default_rng(5).normal(0, 1, 20)
    y[:5] = 2.5
    table = linearity(REFERENCE, y).by_reference

    assert np.isnan(table.p_value).tolist() == [True, False, False, False]


@pytest.mark.parametrize("study", [bias(AIAG_BIAS, 6.0), type1(AIAG_BIAS, 6.0, 2.0, resolution=0.1)])
def test_a_study_survives_json(study):
    assert type(study).from_json(study.to_json()) == study


def test_linearity_survives_json():
    study = linearity(REFERENCE, REFERENCE**1.1, process_variation=3)

    assert type(study).from_json(study.to_json()) == study


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: bias([5.0], 5.0), "1 readings found; at least 2"),
        (lambda: bias([5.0, 5.0], 5.0), "do not vary"),
        (lambda: bias([5.0, 5.1], 5.0, sd_method="mad"), "sd_method is 'mad'"),
        (lambda: type1([5.0, 5.1], 5.0, -1), "tolerance is -1"),
        (lambda: linearity([1, 2, 3], [1, 2]), "reference has 3 entries and measurement 2"),
        (lambda: linearity([1, 1, 1], [1, 2, 3]), "1 different reference values"),
        (lambda: linearity([1, 2, 3], [2, 3, 4]), "no variation"),
    ],
)
def test_readings_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()

"""Gauge R&R agrees with printed examples, keeps its laws and refuses what cannot be studied."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    AverageRangeStudy,
    GaugeStudy,
    gauge_rr_average_range,
    gauge_rr_crossed,
    gauge_rr_nested,
)
from tests.stats.measurement_systems.laws import batch_equals_loop

# D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, table 8.8: thermal impedance, 10 parts,
# 3 inspectors, 3 tests.
THERMAL = np.array(
    [
        [[37, 38, 37], [41, 41, 40], [41, 42, 41]],
        [[42, 41, 43], [42, 42, 42], [43, 42, 43]],
        [[30, 31, 31], [31, 31, 31], [29, 30, 28]],
        [[42, 43, 42], [43, 43, 43], [42, 42, 42]],
        [[28, 30, 29], [29, 30, 29], [31, 29, 29]],
        [[42, 42, 43], [45, 45, 45], [44, 46, 45]],
        [[25, 26, 27], [28, 28, 30], [29, 27, 27]],
        [[40, 40, 40], [43, 42, 42], [43, 43, 41]],
        [[25, 25, 25], [27, 29, 28], [26, 26, 26]],
        [[35, 34, 34], [35, 35, 34], [35, 34, 35]],
    ],
    dtype=float,
)
# AIAG, Measurement Systems Analysis, 4th edition, chapter III section B: 10 parts, 3 appraisers, 3 trials.
AIAG = np.array(
    [
        [[0.29, 0.41, 0.64], [0.08, 0.25, 0.07], [0.04, -0.11, -0.15]],
        [[-0.56, -0.68, -0.58], [-0.47, -1.22, -0.68], [-1.38, -1.13, -0.96]],
        [[1.34, 1.17, 1.27], [1.19, 0.94, 1.34], [0.88, 1.09, 0.67]],
        [[0.47, 0.5, 0.64], [0.01, 1.03, 0.2], [0.14, 0.2, 0.11]],
        [[-0.8, -0.92, -0.84], [-0.56, -1.2, -1.28], [-1.46, -1.07, -1.45]],
        [[0.02, -0.11, -0.21], [-0.2, 0.22, 0.06], [-0.29, -0.67, -0.49]],
        [[0.59, 0.75, 0.66], [0.47, 0.55, 0.83], [0.02, 0.01, 0.21]],
        [[-0.31, -0.2, -0.17], [-0.63, 0.08, -0.34], [-0.46, -0.56, -0.49]],
        [[2.26, 1.99, 2.01], [1.8, 2.12, 2.19], [1.77, 1.45, 1.87]],
        [[-1.36, -1.25, -1.31], [-1.68, -1.62, -1.5], [-1.49, -1.77, -2.16]],
    ]
)
STUDIES = [gauge_rr_crossed, gauge_rr_nested, gauge_rr_average_range]


def random_studies(seed, shape=(4, 5, 3, 2)):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 3, (*shape[:2], 1, 1)) + rng.normal(0, 1, (*shape[:3], 1)) + rng.normal(0, 1, shape)


def test_a_crossed_study_gives_montgomerys_anova_table():
    rows = gauge_rr_crossed(THERMAL).anova

    # Montgomery, 6th edition, table 8.9 (Minitab output).
    assert [round(rows[name].ss, 2) for name in ("part", "operator", "interaction", "repeatability", "total")] == [
        3935.96,
        39.27,
        48.51,
        30.67,
        4054.4,
    ]
    assert [round(rows[name].f, 3) for name in ("part", "operator", "interaction")] == [162.270, 7.285, 5.273]


def test_a_crossed_study_gives_montgomerys_components():
    components = gauge_rr_crossed(THERMAL).components

    # Montgomery, 6th edition, page 384: 0.51, 0.73, 0.56, 48.29.
    names = ("repeatability", "interaction", "operator", "part")
    assert [round(components[name].variance, 2) for name in names] == [0.51, 0.73, 0.56, 48.29]


def test_a_crossed_study_gives_aiags_anova_table():
    rows = gauge_rr_crossed(AIAG, alpha_remove_interaction=0.25).anova

    # The manual's table, of four digits of each sum and five of each mean square.
    printed = {"operator": (3.1673, 1.58363), "part": (88.3619, 9.81799), "interaction": (0.3590, 0.01994)}
    for name, (ss, ms) in (printed | {"repeatability": (2.7589, 0.04598)}).items():
        assert (round(rows[name].ss, 4), round(rows[name].ms, 5)) == (ss, ms)
    # It divides every mean square by that of equipment, also where the interaction has its own line.
    assert [round(rows[name].ms / rows["repeatability"].ms, 2) for name in ("operator", "part")] == [34.44, 213.52]
    assert round(rows["interaction"].f, 3) == 0.434


def test_a_crossed_study_gives_aiags_components():
    study = gauge_rr_crossed(AIAG, alpha_remove_interaction=0.25, ndc_factor=1.41)
    found = study.components

    # The manual's sds, of which that of gauge R&R is made of rounded ones, and percentages.
    printed = {"repeatability": 0.199933, "operator": 0.226838, "grr": 0.302373, "part": 1.042327, "total": 1.08530}
    assert {name: found[name].sd for name in printed} == pytest.approx(printed, abs=2e-6)
    names = ("repeatability", "operator", "grr", "part")
    assert [round(found[name].pct_study_variation, 1) for name in names] == [18.4, 20.9, 27.9, 96.0]
    assert [round(found[name].pct_contribution, 1) for name in names] == [3.4, 4.4, 7.8, 92.2]
    assert study.ndc == 4


def test_averages_and_ranges_give_aiags_report():
    study = gauge_rr_average_range(AIAG, constants="aiag", ndc_factor=1.41)

    # The manual works with ranges rounded to four digits.
    printed = {"EV": 0.20188, "AV": 0.22963, "GRR": 0.30575, "PV": 1.10456, "TV": 1.14610}
    assert {name: getattr(study, name) for name in printed} == pytest.approx(printed, abs=5e-5)
    percent = {"pct_EV": 17.62, "pct_AV": 20.04, "pct_GRR": 26.68, "pct_PV": 96.38}
    assert {name: getattr(study, name) for name in percent} == pytest.approx(percent, abs=0.01)
    assert study.ndc == 5


@pytest.mark.parametrize("study", STUDIES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_many_studies_at_once_equal_one_by_one(study, seed):
    assert batch_equals_loop(study, random_studies(seed))


@pytest.mark.parametrize("study", STUDIES)
@given(seed=st.integers(0, 2**32 - 1), shift=st.floats(-1e6, 1e6), scale=st.floats(1e-3, 1e3))
@settings(max_examples=20, deadline=None)
def test_percentages_do_not_change_with_unit_or_origin(study, seed, shift, scale):
    data = random_studies(seed)[0]
    before, after = study(data), study(shift + scale * data)

    def grr(s):
        return s.pct_GRR if isinstance(s, AverageRangeStudy) else s.components["grr"].pct_study_variation

    assert grr(after) == pytest.approx(grr(before), rel=1e-6)
    # Rounding of shifted data moves a variance of nearly 0 by some of its digits.
    assert after.ndc_real**2 == pytest.approx(before.ndc_real**2, rel=1e-6, abs=1e-5)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_order_of_parts_operators_and_trials_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    data = random_studies(seed)[0]
    shuffled = data[rng.permutation(5)][:, rng.permutation(3)][:, :, rng.permutation(2)]

    assert gauge_rr_crossed(shuffled).components["grr"].variance == pytest.approx(
        gauge_rr_crossed(data).components["grr"].variance, rel=1e-9
    )


def test_a_large_common_value_costs_no_digits():
    data = np.round(random_studies(1)[0] * 64) / 64

    assert (
        gauge_rr_crossed(data + 2.0**30).anova["repeatability"].ss == gauge_rr_crossed(data).anova["repeatability"].ss
    )


@pytest.mark.parametrize("study", STUDIES)
def test_the_callers_data_are_left_alone(study):
    data = random_studies(9)[:1]
    before = data.copy()

    study(data), study(data[0]), study(np.asfortranarray(data))

    assert np.array_equal(before, data)


def test_contributions_add_up_to_the_whole():
    components = gauge_rr_crossed(random_studies(2)).components
    total = sum(components[name].pct_contribution for name in ("repeatability", "operator", "interaction", "part"))

    assert total == pytest.approx(100, rel=1e-12)


def test_estimates_of_many_simulated_studies_center_on_the_truth():
    rng = np.random.default_rng(3)
    shape = (4000, 10, 3, 3)
    data = (
        rng.normal(0, 2, (*shape[:2], 1, 1))
        + rng.normal(0, 0.7, (shape[0], 1, 3, 1))
        + rng.normal(0, 0.5, (*shape[:3], 1))
        + rng.normal(0, 1, shape)
    )
    rows = gauge_rr_crossed(data, alpha_remove_interaction=None).anova
    ms = {name: rows[name].ms.mean() for name in ("part", "operator", "interaction", "repeatability")}

    # Expected mean squares; four standard errors of the mean of 4,000 chi-squared mean squares.
    for name, expected, df in (
        ("repeatability", 1, 60),
        ("interaction", 1.75, 18),
        ("operator", 1.75 + 30 * 0.49, 2),
        ("part", 1.75 + 36, 9),
    ):
        assert ms[name] == pytest.approx(expected, abs=4 * expected * np.sqrt(2 / df / shape[0]))


def test_a_single_limit_compares_half_the_spread_with_its_distance():
    study = gauge_rr_crossed(THERMAL, usl=60)
    grr = study.components["grr"]

    assert grr.pct_tolerance == pytest.approx(100 * 3 * grr.sd / (60 - THERMAL.mean()))


def test_two_limits_are_a_tolerance():
    assert gauge_rr_crossed(THERMAL, lsl=18, usl=58).components == gauge_rr_crossed(THERMAL, tolerance=40).components


def test_printed_and_exact_constants_differ_in_the_fifth_digit():
    printed, exact = (gauge_rr_average_range(THERMAL, constants=c).GRR for c in ("aiag", "exact"))

    assert printed == pytest.approx(exact, rel=2e-4)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_survives_json(study):
    result = study(random_studies(4), tolerance=20)

    assert type(result).from_json(result.to_json()) == result


def test_a_study_explains_its_components():
    lines = str(gauge_rr_crossed(THERMAL).explain())

    assert "part: mean square = 3935.955556 / 9 = 437.3283951" in lines
    assert "variance of interaction = (MS interaction - MS repeatability) / 3, at least 0 = 0.7279" in lines


def test_the_verdict_is_aiags():
    study = gauge_rr_crossed(THERMAL, tolerance=40)

    assert (study.verdict, GaugeStudy.__name__) == ("conditional", "GaugeStudy")


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (np.zeros((3, 3)), "data has 2 dimension"),
        (np.zeros((3, 3, 1)), "1 trials found; at least 2"),
        (np.ones((3, 3, 3)), "do not vary"),
        (np.where(np.arange(18).reshape(3, 3, 2) == 4, np.nan, 1.0), "1 missing value"),
        ([[["a", "b"]]], "must be numbers"),
    ],
)
def test_data_without_an_answer_is_refused(study, data, said):
    with pytest.raises(StatisticsError, match=said):
        study(data)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tolerance": 0}, "tolerance is 0"),
        ({"tolerance": 4, "usl": 3}, "one or the other"),
        ({"lsl": 4, "usl": 3}, "lsl must be below usl"),
        ({"study_multiplier": -6}, "study_multiplier is -6"),
        ({"alpha_remove_interaction": 5}, "alpha_remove_interaction is 5"),
        ({"process_sd": float("nan")}, "process_sd"),
    ],
)
def test_senseless_options_are_refused(options, said):
    with pytest.raises(StatisticsError, match=said):
        gauge_rr_crossed(THERMAL, **options)


def test_a_still_study_among_many_is_named():
    data = random_studies(5)
    data[2] = 1.0

    with pytest.raises(StatisticsError, match="characteristic 2: the trials do not vary"):
        gauge_rr_crossed(data)


def test_a_constant_no_book_prints_is_refused():
    with pytest.raises(StatisticsError, match="AIAG prints no K3 for 12"):
        gauge_rr_average_range(random_studies(6, (1, 12, 3, 2))[0], constants="aiag")

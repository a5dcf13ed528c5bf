"""Intervals of gauge studies cover the truth, agree between methods and with closed forms."""

import numpy as np
import pytest
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    GaugeIntervals,
    gauge_intervals,
    gauge_rr_average_range,
    gauge_rr_crossed,
    gauge_rr_destructive,
    gauge_rr_expanded,
    gauge_rr_nested,
    modified_large_sample,
)
from tests.stats.measurement_systems.test_gauge_rr import THERMAL

TRUTH = {"part": 4.0, "operator": 0.49, "interaction": 0.25, "repeatability": 1.0}


def simulated(studies, seed, shape=(10, 4, 3), interaction=0.5):
    rng = np.random.default_rng(seed)
    p, o, r = shape
    return (
        rng.normal(0, 2.0, (studies, p, 1, 1))
        + rng.normal(0, 0.7, (studies, 1, o, 1))
        + rng.normal(0, interaction, (studies, p, o, 1))
        + rng.normal(0, 1.0, (studies, p, o, r))
    )


def covered(interval, truth):
    return int(((np.asarray(interval.lower) <= truth) & (truth <= np.asarray(interval.upper))).sum())


@pytest.mark.parametrize(("method", "studies"), [("mls", 3000), ("generalized", 600)])
def test_intervals_cover_the_true_components(method, studies):
    study = gauge_rr_crossed(simulated(studies, 1), alpha_remove_interaction=None)
    limits = gauge_intervals(study, confidence=0.9, method=method, draws=2000)
    truth = TRUTH | {"reproducibility": 0.74, "grr": 1.74, "total": 5.74}

    # Both methods are approximate: conservative for some components, a percent or so short for others.
    low = stats.binom.ppf(1e-4, studies, 0.88)
    for name, value in truth.items():
        assert covered(limits.variance[name], value) >= low, name


@pytest.mark.parametrize(("method", "studies"), [("mls", 3000), ("generalized", 600)])
def test_intervals_of_averages_and_ranges_cover_what_they_estimate(method, studies):
    # The method knows no interaction; its PV holds what the means of 4 x 3 readings keep of repeatability.
    truth = {"EV": 1.0, "AV": 0.49, "GRR": 1.49, "PV": 4 + 1 / 12, "TV": 5.49 + 1 / 12}
    study = gauge_rr_average_range(simulated(studies, 7, interaction=0.0))
    limits = gauge_intervals(study, confidence=0.9, method=method, draws=2000)

    low = stats.binom.ppf(1e-4, studies, 0.88)
    for name, value in truth.items():
        assert covered(limits.variance[name], value) >= low, name


@pytest.mark.parametrize(("method", "studies"), [("mls", 3000), ("generalized", 600)])
def test_intervals_of_destructive_studies_cover_the_components_without_their_material(method, studies):
    data = simulated(studies, 8, interaction=0.0)
    study = gauge_rr_destructive(data, design="crossed", within_batch_sd=0.6, alpha_remove_interaction=None)
    limits = gauge_intervals(study, confidence=0.9, method=method, draws=2000)
    truth = {"repeatability": 0.64, "operator": 0.49, "grr": 1.13, "batch": 4.0, "part": 4.36, "total": 5.49}

    low = stats.binom.ppf(1e-4, studies, 0.88)
    for name, value in truth.items():
        assert covered(limits.variance[name], value) >= low, name


def test_a_total_known_from_the_process_has_no_width():
    study = gauge_rr_average_range(simulated(2, 9), total_sd=[3.0, 4.0])
    limits = gauge_intervals(study, draws=1000)

    assert [limits.sd["TV"].lower.tolist(), limits.sd["TV"].upper.tolist()] == [pytest.approx([3.0, 4.0])] * 2
    assert limits.pct_study_variation["GRR"].upper[0] == pytest.approx(100 * limits.sd["GRR"].upper[0] / 3)


def test_dropping_an_interaction_that_is_there_costs_coverage():
    # 10 x 4 x 3 with an interaction a quarter of repeatability: most studies drop it, and say then that there is none.
    data = simulated(1000, 10)
    kept, chosen = (gauge_rr_crossed(data, alpha_remove_interaction=alpha) for alpha in (None, 0.05))
    found = [
        covered(gauge_intervals(study, confidence=0.9, method="mls").variance["interaction"], 0.25)
        for study in (kept, chosen)
    ]

    assert found[0] >= stats.binom.ppf(1e-4, 1000, 0.88)
    assert found[1] < stats.binom.ppf(1e-4, 1000, 0.88)


def test_the_generalized_interval_of_the_ratio_covers_it():
    study = gauge_rr_crossed(simulated(600, 2), alpha_remove_interaction=None)
    limits = gauge_intervals(study, confidence=0.9, draws=2000)
    found = covered(limits.pct_study_variation["grr"], 100 * np.sqrt(1.74 / 5.74))

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], 600, [0.88, 0.95])
    assert low <= found <= high


def test_repeatability_has_the_exact_interval():
    study = gauge_rr_crossed(THERMAL)
    row = study.anova["repeatability"]
    exact = row.ss / stats.chi2.ppf([0.975, 0.025], row.df)

    assert tuple(gauge_intervals(study, method="mls").variance["repeatability"]) == pytest.approx(tuple(exact))
    assert tuple(gauge_intervals(study).variance["repeatability"]) == pytest.approx(tuple(exact), rel=0.03)


def test_both_methods_agree_roughly():
    study = gauge_rr_crossed(THERMAL)
    mls, generalized = (gauge_intervals(study, method=m).variance for m in ("mls", "generalized"))

    for name in ("grr", "part", "interaction"):
        assert tuple(mls[name]) == pytest.approx(tuple(generalized[name]), rel=0.15)


@pytest.mark.parametrize("alpha", [0.05, None])
def test_many_studies_at_once_equal_one_by_one(alpha):
    data = simulated(6, 3)
    together = gauge_intervals(gauge_rr_crossed(data, alpha_remove_interaction=alpha), draws=1000)
    for i, one in enumerate(data):
        alone = gauge_intervals(gauge_rr_crossed(one, alpha_remove_interaction=alpha), draws=1000)
        assert together.variance["grr"].upper[i] == pytest.approx(alone.variance["grr"].upper, rel=1e-9)


def test_limits_of_a_nested_study_hold_the_estimate():
    study = gauge_rr_nested(simulated(1, 4)[0].transpose(1, 0, 2), tolerance=20)
    limits = gauge_intervals(study)

    for name, component in study.components.items():
        assert limits.sd[name].lower <= component.sd <= limits.sd[name].upper
        assert limits.pct_tolerance[name].lower <= component.pct_tolerance <= limits.pct_tolerance[name].upper


@pytest.mark.parametrize("method", ["mls", "generalized"])
def test_an_expanded_study_with_equal_numbers_has_the_limits_of_the_crossed_one(method):
    data = simulated(3, 5)
    part, operator, _ = (axis.ravel() for axis in np.indices(data.shape[1:]))
    expanded = gauge_rr_expanded(data.reshape(3, -1), {"part": part, "operator": operator}, tolerance=20)
    crossed = gauge_rr_crossed(data, alpha_remove_interaction=None, tolerance=20)
    ours, theirs = (gauge_intervals(study, method=method, draws=1000) for study in (expanded, crossed))

    for name in ("grr", "reproducibility", "operator", "part", "total"):
        assert ours.pct_tolerance[name].upper == pytest.approx(theirs.pct_tolerance[name].upper, rel=1e-6)
        assert ours.variance[name].lower == pytest.approx(theirs.variance[name].lower, rel=1e-6, abs=1e-9)


def test_a_part_nested_in_operators_has_limits_in_an_expanded_study():
    data = simulated(2, 6)[:, :, 0]
    fixture, part = np.repeat([0, 1], 15), np.tile(np.repeat(np.arange(5), 3), 2)
    study = gauge_rr_expanded(data.reshape(2, -1), {"fixture": fixture, "part": part}, ["fixture", "fixture:part"])
    limits = gauge_intervals(study, draws=1000)

    assert np.all(limits.sd["part"].lower <= study.components["part"].sd)
    assert np.all(study.components["part"].sd <= limits.sd["part"].upper)


def test_the_limits_of_a_difference_exclude_what_f_tests_exclude():
    # With MS1 = F quantile x MS2 the lower limit of (MS1 - MS2) is 0 exactly (Ting and others, 1990).
    f = stats.f.ppf(0.975, 9, 18)
    lower, _ = modified_large_sample([1.0, -1.0], [f, 1.0], [9, 18], 0.05)

    assert lower == pytest.approx(0, abs=1e-6)


def test_intervals_survive_json_and_explain_themselves():
    limits = gauge_intervals(gauge_rr_crossed(THERMAL), draws=1000)

    assert GaugeIntervals.from_json(limits.to_json()) == limits
    assert "number of distinct categories" in str(limits.explain())


def test_too_few_draws_are_refused():
    with pytest.raises(StatisticsError, match="draws is 10"):
        gauge_intervals(gauge_rr_crossed(THERMAL), draws=10)


def test_mean_squares_without_degrees_of_freedom_are_refused():
    with pytest.raises(StatisticsError, match="2 coefficients, 2 mean squares and 1 degrees of freedom"):
        modified_large_sample([1.0, -1.0], [2.0, 1.0], [9], 0.05)

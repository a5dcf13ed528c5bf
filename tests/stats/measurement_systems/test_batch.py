"""Many characteristics at once: each gets what it would get alone, and one without an answer leaves the others be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    bias,
    d2_star,
    gauge_intervals,
    gauge_rr_average_range,
    gauge_rr_crossed,
    gauge_rr_destructive,
    gauge_rr_expanded,
    gauge_rr_nested,
    linearity,
    modified_large_sample,
    range_degrees_of_freedom,
    stability,
    type1,
)
from hoshin.stats.measurement_systems.bias import _chi_variation
from tests.stats.measurement_systems.laws import alike

FACTORS = {name: axis.ravel() for name, axis in zip(("part", "operator", "trial"), np.indices((5, 3, 2)), strict=True)}
STUDIES = {
    "crossed": gauge_rr_crossed,
    "crossed, interaction kept": lambda data, **how: gauge_rr_crossed(data, alpha_remove_interaction=None, **how),
    "nested": gauge_rr_nested,
    "average and range": gauge_rr_average_range,
    "destructive": lambda data, **how: gauge_rr_destructive(data, within_batch_sd=0.2, **how),
    "expanded": lambda data, **how: gauge_rr_expanded(
        data.reshape(*data.shape[:-3], 30), {name: FACTORS[name] for name in ("part", "operator")}, **how
    ),
}
EVERY_STUDY = pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
SEEDS = st.integers(0, 2**32 - 1)


def measured(seed, count=4):
    """The same parts measured for several characteristics, in some of them with an interaction."""
    rng = np.random.default_rng(seed)
    interaction = rng.normal(0, 2, (count, 5, 3, 1)) * (np.arange(count) % 2)[:, None, None, None]
    return rng.normal(0, 3, (count, 5, 1, 1)) + interaction + rng.normal(0, 1, (count, 5, 3, 2))


@EVERY_STUDY
@pytest.mark.parametrize("method", ["mls", "generalized"])
def test_each_characteristic_has_the_intervals_it_has_alone(study, method):
    data = measured(1)
    many = gauge_intervals(study(data, tolerance=20), method=method, draws=1000)
    alone = [gauge_intervals(study(one, tolerance=20), method=method, draws=1000) for one in data]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))


@EVERY_STUDY
def test_limits_and_tolerances_may_differ(study):
    data, widths = measured(2), [10.0, 20.0, 30.0, 40.0]
    many = study(data, tolerance=widths)

    assert all(alike(many[i], study(data[i], tolerance=widths[i])) for i in range(4))


@EVERY_STUDY
def test_one_without_an_answer_is_marked_and_the_others_have_theirs(study):
    data = measured(3)
    data[1, 2, 0, 1] = np.nan
    data[2] = 7.0
    many = study(data, tolerance=20, on_error="mark")

    assert list(many.problems) == [1, 2]
    assert "1 missing value(s)" in many.problems[1]
    assert "do not vary" in many.problems[2]
    assert all(alike(many[i], study(data[i], tolerance=20)) for i in (0, 3))
    assert np.isnan(many.ndc_real).tolist() == [False, True, True, False]
    assert (many.ndc[1], many.verdict[1]) == (0, "")
    assert type(many).from_json(many.to_json()) == many


@EVERY_STUDY
def test_marked_studies_have_no_intervals(study):
    data = measured(4)
    data[1] = 7.0
    many = gauge_intervals(study(data, on_error="mark"), draws=1000)
    limits = next(iter(many.variance.values()))

    assert np.isnan(limits.upper).tolist() == [False, True, False, False]
    assert list(many.problems) == [1]


@EVERY_STUDY
def test_without_marking_the_first_characteristic_is_named(study):
    data = measured(5)
    data[2] = 7.0

    with pytest.raises(StatisticsError, match=r"characteristic 2: .* do not vary"):
        study(data)


@EVERY_STUDY
def test_a_tolerance_for_other_characteristics_is_refused(study):
    with pytest.raises(StatisticsError, match=r"tolerance has shape \(3,\)"):
        study(measured(6), tolerance=[1.0, 2.0, 3.0])


@EVERY_STUDY
def test_values_too_far_apart_are_refused(study):
    data = measured(10)
    data[1] *= 1e200
    data[2] *= 1e300
    many = study(data, on_error="mark")

    why = "characteristic {}: the values lie too far apart to be computed with"
    assert many.problems == {i: why.format(i) for i in (1, 2)}
    assert np.isnan(many.ndc_real).tolist() == [False, True, True, False]


def test_a_limit_on_the_wrong_side_concerns_its_characteristic_alone():
    many = gauge_rr_crossed(measured(7), lsl=[-1.0, -1.0, 5.0, -1.0], usl=4.0, on_error="mark")

    assert many.problems[2] == "characteristic 2: the tolerance is -1.0 wide; a width above 0 is needed"
    assert np.isnan(many.components["grr"].pct_tolerance).tolist() == [False, False, True, False]


GAPS = [10.0, np.nan, 30.0, np.nan]


def given_or_none(value):
    return None if np.isnan(value) else value


@EVERY_STUDY
def test_some_may_have_no_tolerance(study):
    data = measured(11)
    many = study(data, tolerance=GAPS)
    alone = [study(one, tolerance=given_or_none(width)) for one, width in zip(data, GAPS, strict=True)]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))
    assert many.verdict.tolist() == [one.verdict for one in alone]
    limits = gauge_intervals(many, draws=1000)
    assert all(alike(one, gauge_intervals(other, draws=1000)) for one, other in zip(limits, alone, strict=True))


@EVERY_STUDY
def test_some_may_have_one_limit_or_none(study):
    data, lsl, usl = measured(12), [-20.0, np.nan, -20.0, np.nan], [20.0, 20.0, np.nan, np.nan]
    many = study(data, lsl=lsl, usl=usl)

    for i, one in enumerate(many):
        assert alike(one, study(data[i], lsl=given_or_none(lsl[i]), usl=given_or_none(usl[i])))


def test_the_spread_of_some_processes_may_be_known():
    data = measured(13)
    for study, name in ((gauge_rr_crossed, "process_sd"), (gauge_rr_average_range, "total_sd")):
        many = study(data, **{name: GAPS})
        alone = [study(one, **{name: given_or_none(sd)}) for one, sd in zip(data, GAPS, strict=True)]

        assert all(alike(one, other) for one, other in zip(many, alone, strict=True))
        limits = gauge_intervals(many, method="mls")
        assert all(alike(one, gauge_intervals(other, method="mls")) for one, other in zip(limits, alone, strict=True))


@EVERY_STUDY
def test_a_tolerance_below_zero_is_marked(study):
    many = study(measured(14), tolerance=[10.0, -1.0, 10.0, 10.0], on_error="mark")

    assert many.problems == {1: "characteristic 1: tolerance is -1.0; finite numbers above 0 are needed"}
    assert np.isnan(many.ndc_real).tolist() == [False, True, False, False]


def test_a_total_and_material_below_zero_are_marked():
    total = gauge_rr_average_range(measured(15), total_sd=[3.0, -1.0, 3.0, 3.0], on_error="mark")
    within = gauge_rr_destructive(measured(15), within_batch_sd=[0.1, 0.1, np.nan, -0.1], on_error="mark")

    assert (list(total.problems), list(within.problems)) == ([1], [2, 3])
    assert np.isnan(total.TV).tolist() == [False, True, False, False]


def test_references_and_what_is_known_of_gauges_may_be_missing():
    values = np.random.default_rng(16).normal(5, 1, (4, 12))
    biased = bias(values, GAPS, on_error="mark")
    capable = type1(values, 5.0, [10.0, np.nan, 10.0, 10.0], resolution=[0.1, 0.1, np.nan, -1.0], on_error="mark")
    stable = stability(values[..., None], reference=GAPS)
    straight = linearity(np.tile([1.0, 2.0, 3.0], 4), values, process_variation=GAPS)
    own = np.tile([1.0, 2.0, np.nan], (4, 4))
    own[[0, 2, 3]] = 3.0 + np.arange(12)
    bent = linearity(own, values, on_error="mark")

    assert biased.problems[1] == "characteristic 1: reference is nan; a finite number is needed"
    assert list(biased.problems) == [1, 3]
    assert alike(biased[0], bias(values[0], 10.0))
    assert list(capable.problems) == [1, 3]
    assert alike(capable[2], type1(values[2], 5.0, 10.0))
    assert alike(stable[1], stability(values[1]))
    assert alike(stable[2], stability(values[2], reference=30.0))
    assert alike(straight[1], linearity(np.tile([1.0, 2.0, 3.0], 4), values[1]))
    assert alike(straight[2], linearity(np.tile([1.0, 2.0, 3.0], 4), values[2], process_variation=30.0))
    assert list(bent.problems) == [1]
    assert alike(bent[2], linearity(own[2], values[2]))


def test_known_material_may_differ():
    data, sds = measured(8), [0.1, 0.2, 0.3, 0.4]
    many = gauge_rr_destructive(data, within_batch_sd=sds)

    assert all(alike(many[i], gauge_rr_destructive(data[i], within_batch_sd=sds[i])) for i in range(4))


def ragged(seed, least):
    """Readings of four gauges, as many as they happen to have, and where each gauge's begin."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(least, 12, 4)
    return rng.normal(5, 1, lengths.sum()), np.append(0, np.cumsum(lengths))


def pieces(values, offsets):
    return np.split(np.asarray(values), offsets[1:-1])


@given(seed=SEEDS, method=st.sampled_from(["sd", "range"]))
@settings(max_examples=25)
def test_gauges_with_unequal_numbers_of_readings_have_the_bias_they_have_alone(seed, method):
    values, offsets = ragged(seed, 2)
    many = bias(values, [5.0, 5.1, 5.2, 5.3], offsets=offsets, sd_method=method)
    alone = [bias(one, 5 + i / 10, sd_method=method) for i, one in enumerate(pieces(values, offsets))]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))


@given(seed=SEEDS)
@settings(max_examples=25)
def test_gauges_with_unequal_numbers_of_readings_have_the_capability_they_have_alone(seed):
    values, offsets = ragged(seed, 2)
    many = type1(values, 5.0, [10.0, 11.0, 12.0, 13.0], offsets=offsets, resolution=0.1)
    alone = [type1(one, 5.0, 10.0 + i, resolution=0.1) for i, one in enumerate(pieces(values, offsets))]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))
    assert np.allclose(many.Cgk_ci, np.transpose([one.Cgk_ci for one in alone]))


@given(seed=SEEDS, sd=st.sampled_from(["each", "pooled"]))
@settings(max_examples=25)
def test_gauges_with_references_of_their_own_have_the_line_they_have_alone(seed, sd):
    values, offsets = ragged(seed, 4)
    reference = np.round(values + np.random.default_rng(seed + 1).normal(0, 0.5, values.size))
    reference[offsets[:-1]] = -1.0
    many = linearity(reference, values, offsets=offsets, by_reference_sd=sd, process_variation=6)
    alone = [
        linearity(x, y, by_reference_sd=sd, process_variation=6)
        for x, y in zip(pieces(reference, offsets), pieces(values, offsets), strict=True)
    ]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))
    assert np.allclose(many.band([2.0, 3.0]), np.stack([one.band([2.0, 3.0]) for one in alone], axis=1))
    assert type(many).from_json(many.to_json()) == many


def test_gauges_with_the_same_references_have_a_row_each():
    reference = np.repeat([2.0, 4.0, 6.0], 4)
    values = reference + np.random.default_rng(10).normal(0, 0.2, (3, 12))
    many = linearity(reference, values)

    assert many.by_reference.bias.shape == (3, 3)
    assert all(alike(many[i], linearity(reference, values[i])) for i in range(3))


@given(seed=SEEDS, m=st.sampled_from([1, 4]))
@settings(max_examples=25)
def test_gauges_checked_at_times_of_their_own_have_the_stability_they_have_alone(seed, m):
    _, offsets = ragged(seed, 4)
    rng = np.random.default_rng(seed)
    values, time = rng.normal(6, 1, (offsets[-1], m)), np.cumsum(rng.uniform(1, 2, offsets[-1]))
    values[rng.integers(offsets[-1])] += 6.0
    many = stability(values, offsets=offsets, time=time, reference=[6.0, 6.1, 6.2, 6.3])
    alone = [
        stability(one, time=when, reference=6 + i / 10)
        for i, (one, when) in enumerate(zip(pieces(values, offsets), pieces(time, offsets), strict=True))
    ]

    assert all(alike(one, other) for one, other in zip(many, alone, strict=True))
    assert many.stable.tolist() == [one.stable for one in alone]


def test_single_readings_may_be_given_without_an_axis_for_them():
    values = np.random.default_rng(11).normal(6, 1, 20)

    assert stability(values) == stability(values[:, None])


READINGS = {
    "bias": lambda values, **how: bias(values, 5.0, **how),
    "type 1": lambda values, **how: type1(values, 5.0, 20.0, **how),
    "linearity": lambda values, **how: linearity(np.tile([1.0, 2.0, 3.0, 4.0], 3), values, **how),
    "stability": lambda values, **how: stability(values.reshape(-1, 4, 3), **how),
}


def test_the_spread_of_the_process_may_differ():
    values = np.random.default_rng(14).normal(5, 1, (3, 8))
    many = linearity(np.arange(8.0), values, process_variation=[6.0, -1.0, 8.0], on_error="mark")

    assert many.problems == {1: "characteristic 1: process_variation is -1.0; more than 0 is needed"}
    assert np.isnan(many.linearity).tolist() == [False, True, False]
    assert alike(many[2], linearity(np.arange(8.0), values[2], process_variation=8.0))


def test_divisors_and_degrees_of_freedom_of_many_ranges():
    n, groups = np.array([[2], [5], [15]]), np.array([1, 30])

    for function in (d2_star, range_degrees_of_freedom):
        alone = [[function(int(m), int(g)) for g in groups] for m in n[:, 0]]
        assert function(n, groups).tolist() == alone
        with pytest.raises(StatisticsError, match="whole numbers of at least 1"):
            function(5, [1, 0])
        with pytest.raises(StatisticsError, match="at least 2"):
            function([5, 1])
    # A range of two is the absolute value of one normal variable: a chi of one degree of freedom.
    assert range_degrees_of_freedom(2) == pytest.approx(1, rel=1e-12)
    assert range_degrees_of_freedom(2, 10**6) == pytest.approx(range_degrees_of_freedom(2, 10**5) * 10, rel=1e-5)


def test_the_chi_of_the_series_goes_on_where_the_formula_ends():
    below, above = _chi_variation(np.array([40.0 - 1e-9, 40.0 + 1e-9]))

    assert below == pytest.approx(above, rel=1e-10)


@given(seed=SEEDS)
@settings(max_examples=25)
def test_sums_of_mean_squares_may_differ_from_study_to_study(seed):
    rng = np.random.default_rng(seed)
    c = rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0], (5, 4))
    c[:, 0] = 1.0
    ms, df = rng.gamma(2, 1, (5, 4)), rng.integers(2, 20, (5, 4)).astype(float)
    many = np.stack(modified_large_sample(c, ms, df, 0.05), axis=-1)
    alone = [modified_large_sample(*one, 0.05) for one in zip(c, ms, df, strict=True)]

    assert many == pytest.approx(np.array(alone), rel=1e-12)


@pytest.mark.parametrize("study", READINGS.values(), ids=READINGS)
def test_a_gauge_without_an_answer_is_marked(study):
    values = np.random.default_rng(12).normal(5, 1, (3, 12))
    values[0, 4] = np.nan
    values[2] = np.tile([1.0, 2.0, 3.0, 4.0], 3) if study is READINGS["linearity"] else 5.0
    many = study(values, on_error="mark")

    assert list(many.problems) == [0, 2]
    assert alike(many[1], study(values[1:2])[0])
    with pytest.raises(StatisticsError):
        study(values)


@pytest.mark.parametrize("study", READINGS.values(), ids=READINGS)
def test_readings_too_far_apart_are_marked(study):
    values = np.random.default_rng(13).normal(5, 1, (3, 12))
    values[1] *= 1e200
    many = study(values, on_error="mark")

    assert many.problems == {1: "characteristic 1: the values lie too far apart to be computed with"}


def test_too_few_readings_of_one_gauge_are_marked():
    many = bias([5.0, 5.1, 5.2, 5.3], 5.0, offsets=[0, 1, 4], on_error="mark")

    assert many.problems == {0: "characteristic 0: 1 readings found; at least 2 are needed"}
    assert np.isnan(many.t).tolist() == [True, False]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: bias(np.eye(3), [1.0, 2.0]), "reference has 2 entries for 3 gauge"),
        (lambda: bias([1.0, 2.0, 3.0], 1.0, offsets=[0, 3, 3]), "offsets must rise"),
        (lambda: bias(np.eye(3), 1.0, on_error="skip"), "on_error is 'skip'"),
        (lambda: type1(np.eye(3), 1.0, [1.0, 2.0]), r"tolerance has shape \(2,\)"),
        (lambda: type1(np.eye(3), 1.0, [1.0, 2.0, -1.0]), "characteristic 2: tolerance is -1.0"),
        (lambda: linearity([1.0, 2.0], np.eye(3)), "reference has 2 entries and measurement 3"),
        (lambda: stability(np.zeros((0, 4, 3))), "0 values found"),
    ],
)
def test_layouts_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()

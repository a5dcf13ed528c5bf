"""Normal capability: laws, coverage of the intervals, marks and refusals. (Published figures: the reference cases.)"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hoshin.stats.capability import Capability, normal
from hoshin.stats.errors import StatisticsError

NUMBERS = st.integers(-1000, 1000).map(lambda i: i / 8)
VALUES = arrays(float, st.integers(4, 30), elements=NUMBERS).filter(
    lambda v: np.ptp(v) > 0 and np.median(np.abs(np.diff(v))) > 0
)
INDICES = ("Cp", "Cpk", "Cpm", "Pp", "Ppk")


def indices(study):
    return [getattr(study, name) for name in INDICES]


@given(VALUES, st.sampled_from([0.5, 4.0]), st.integers(-64, 64), st.sampled_from(["mr_mean", "mr_median", "sd_c4"]))
def test_indices_do_not_change_with_the_unit(values, scale, shift, method):
    study = normal(values, lsl=-200, usl=200, target=3, sigma_method=method)

    moved = normal(
        values * scale + shift,
        lsl=-200 * scale + shift,
        usl=200 * scale + shift,
        target=3 * scale + shift,
        sigma_method=method,
    )

    assert indices(study) == pytest.approx(indices(moved), rel=1e-9, abs=1e-9)


@given(VALUES)
def test_the_mirror_image_swaps_the_sides(values):
    study, mirrored = normal(values, lsl=-200, usl=150), normal(-values, lsl=-150, usl=200)

    expected = (study.CPL, study.PPU, study.Cpk, study.ppm_overall_below, study.ppm_observed_above)
    actual = (mirrored.CPU, mirrored.PPL, mirrored.Cpk, mirrored.ppm_overall_above, mirrored.ppm_observed_below)
    assert expected == pytest.approx(actual, rel=1e-9, abs=1e-9)


@given(arrays(float, (3, 12), elements=NUMBERS | st.just(np.nan)), st.sampled_from(["mr_mean", "mr_median", "sd"]))
def test_a_batch_gives_each_characteristic_what_it_gets_alone(values, method):
    batch = normal(values, lsl=-200, usl=[150, 160, 170], target=1, sigma_method=method, on_error="mark")

    for c in range(3):
        if c in batch.problems:
            with pytest.raises(StatisticsError):
                normal(values[c], lsl=-200, usl=150 + 10 * c, sigma_method=method)
        else:
            alone = normal(values[c], lsl=-200, usl=150 + 10 * c, target=1, sigma_method=method)
            assert [x[c] for x in indices(batch)] == pytest.approx(indices(alone), rel=1e-12)
            assert batch.Ppk_ci[c].tolist() == pytest.approx(alone.Ppk_ci, rel=1e-12)
            assert (batch.unstable[c], batch.ppm_observed_above[c]) == (alone.unstable, alone.ppm_observed_above)


def test_ragged_subgroups_of_many_characteristics_give_what_each_gives_alone():
    groups = [[1.0, 2.0, 3.0], [2.0, 4.0], [1.0, 5.0], [5.0, 6.0], [7.0, 5.0, 6.0]]
    column, cuts = np.concatenate(groups), np.cumsum([0, *map(len, groups)])

    batch = normal(subgroups=column, subgroup_offsets=cuts, offsets=[0, 3, 5], lsl=0, usl=9)
    alone = [normal(subgroups=part, lsl=0, usl=9) for part in (groups[:3], groups[3:])]

    assert batch.Cpk.tolist() == pytest.approx([study.Cpk for study in alone])
    assert batch.Ppk.tolist() == pytest.approx([study.Ppk for study in alone])


@pytest.mark.parametrize(
    ("index", "true"), [("Cp", 4 / 3), ("Pp", 4 / 3), ("Cpk", 1.0), ("Ppk", 1.0), ("Cpm", 4 / 3 / np.sqrt(2))]
)
def test_intervals_hold_the_true_index_as_often_as_they_say(index, true):
    # Mean 0, s = 1, limits -3 and 5, target 1: 2,000 studies of 80 values; the binomial 4 sigma and 15 for the approximation.
    values = np.random.default_rng(20).normal(size=(2000, 80))

    study = normal(values, lsl=-3.0, usl=5.0, target=1.0)
    low, high = getattr(study, f"{index}_ci").T
    held = int(((low <= true) & (true <= high)).sum())

    assert 1900 - 4 * np.sqrt(95) - 15 <= held <= 1900 + 4 * np.sqrt(95) + 15


@pytest.mark.parametrize("method", ["mr_mean", "mr_median"])
def test_the_freedom_of_sigma_is_that_of_its_spread_in_many_samples(method):
    values = np.random.default_rng(21).normal(size=(20_000, 60))

    study = normal(values, lsl=-3.0, usl=3.0, sigma_method=method)
    relative = study.sd_within.var() / study.sd_within.mean() ** 2

    assert study.df_within[0] == pytest.approx(1 / (2 * relative) + 0.25, rel=0.06)


@pytest.mark.parametrize("method", ["rbar_d2", "mvlue_r", "sbar_c4", "mvlue_s", "pooled"])
def test_the_freedom_of_sigma_within_subgroups_is_that_of_its_spread(method):
    values = np.random.default_rng(22).normal(size=(20_000, 15, 4))

    study = normal(subgroups=values, lsl=-3.0, usl=3.0, sigma_method=method)
    relative = study.sd_within.var() / study.sd_within.mean() ** 2

    assert study.df_within[0] == pytest.approx(1 / (2 * relative) + 0.25, rel=0.06)


def test_a_one_sided_specification_has_no_cp():
    study = normal([1.0, 2.0, 4.0, 3.0], lsl=0)

    assert (study.Cp, study.CPU, study.Cp_ci, study.Cpk) == (None, None, None, study.CPL)


def test_an_unstable_process_is_marked_in_words():
    study = normal([1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 90.0, 1.0, 2.0], lsl=-100, usl=100)

    assert study.cautions[0].startswith("1 point(s) of the control chart are beyond its limits")


def test_an_unstable_process_is_refused_when_asked():
    with pytest.raises(StatisticsError, match=r"1 point\(s\) of the control chart are beyond its limits"):
        normal([1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 90.0, 1.0, 2.0], lsl=-100, usl=100, on_unstable="raise")


def test_a_study_survives_json():
    study = normal([1.0, 2.0, 4.0, 3.0], lsl=0)

    assert Capability.from_json(study.to_json()) == study


def test_studies_of_many_survive_json():
    study = normal([[1.0, 2.0, 4.0], [3.0, 3.0, 3.0]], lsl=0, on_error="mark")

    assert Capability.from_json(study.to_json()) == study


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: normal([1.0, 2.0]), "no specification limit given"),
        (lambda: normal([1.0, 2.0], lsl=3, usl=3), "lsl is 3.0 and usl is 3.0; lsl must be below usl"),
        (lambda: normal([1.0, 2.0], lsl=float("nan")), "lsl is nan; a finite number is needed"),
        (
            lambda: normal([[1.0, 2.0], [1.0, 3.0]], lsl=[0, 5], usl=[3, 4]),
            "characteristic 1: lsl is 5.0 and usl is 4.0",
        ),
        (lambda: normal([[1.0, 2.0], [1.0, 3.0]], lsl=[0, 5, 6]), "lsl has 3 entries for 2 characteristics"),
        (lambda: normal([1e200, 2e200, 1.5e200], lsl=0), "the 3 values lie too far apart"),
        (lambda: normal([1.0], lsl=0), r"1 value\(s\) found"),
        (lambda: normal([2.0, 2.0], lsl=0), "the 2 values have no variation"),
        (lambda: normal(lsl=0), "values or subgroups are needed"),
        (lambda: normal(subgroups=[[1.0, 2.0]], lsl=0), r"1 subgroup\(s\) with values found; at least 2"),
        (lambda: normal([1.0, 2.0], lsl=0, confidence=95), "confidence is 95.0; a number between 0 and 1"),
    ],
)
def test_what_supports_no_study_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()

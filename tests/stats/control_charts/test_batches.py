"""Charts of many characteristics: what is given for each, shifts, later values, and series block by block."""

from itertools import pairwise

import numpy as np
import pytest

from hoshin.stats import control_charts as cc
from tests.stats.alike import alike

LENGTHS = (20, 33, 12, 16)
OFFSETS = np.concatenate(([0], np.cumsum(LENGTHS)))
RANDOM = np.random.default_rng(5)
VALUES = RANDOM.normal(10.0, 1.0, OFFSETS[-1])
VALUES[25] = np.nan
COUNTS = RANDOM.poisson(6.0, OFFSETS[-1]).astype(float)
SIZES = RANDOM.integers(40, 60, OFFSETS[-1]).astype(float)
PARTS = RANDOM.choice(["A", "B"], OFFSETS[-1])
GROUPS = RANDOM.normal(10.0, 1.0, (OFFSETS[-1], 4)) + RANDOM.normal(0.0, 2.0, (OFFSETS[-1], 1))
WITHOUT_GAP = np.where(np.isnan(VALUES), 10.0, VALUES)


def test_the_shifts_of_many_charts_are_those_of_each():
    told = {"interval": 2.0, "target": 10.0, "sigma": 1.0}
    many = cc.shifts(cc.cusum(VALUES, offsets=OFFSETS, **told))

    assert len(many) == len(LENGTHS)
    for i, (low, high) in enumerate(pairwise(OFFSETS)):
        alike(many[i], cc.shifts(cc.cusum(VALUES[low:high], **told)))


def test_what_is_given_for_each_characteristic_is_its_own():
    rows = WITHOUT_GAP[:60].reshape(3, 20)
    groups, counts, sizes = GROUPS[:60].reshape(3, 20, 4), COUNTS[:60].reshape(3, 20), SIZES[:60].reshape(3, 20)
    lsl, usl, sigma = np.array([5.0, 6.0, 4.0]), np.array([15.0, 14.0, 16.0]), np.array([1.0, 0.9, 1.2])

    batches = {
        "precontrol": cc.precontrol(rows, lsl=lsl, usl=usl),
        "acceptance": cc.acceptance(groups, lsl=lsl, usl=usl, sigma=sigma),
        "funnel": cc.funnel(counts, sizes, target=lsl / 50, limits="normal", overdispersed=True),
        "run_chart": cc.run_chart(rows, center=[10.0, 9.5, 10.5]),
        "dnom": cc.dnom(rows, PARTS[:20], {"A": lsl, "B": 1.0}),
    }

    for i in range(3):
        alone = {
            "precontrol": cc.precontrol(rows[i], lsl=lsl[i], usl=usl[i]),
            "acceptance": cc.acceptance(groups[i], lsl=lsl[i], usl=usl[i], sigma=sigma[i]),
            "funnel": cc.funnel(counts[i], sizes[i], target=lsl[i] / 50, limits="normal", overdispersed=True),
            "run_chart": cc.run_chart(rows[i], center=[10.0, 9.5, 10.5][i]),
            "dnom": cc.dnom(rows[i], PARTS[:20], {"A": lsl[i], "B": 1.0}),
        }
        for name in alone:
            alike(batches[name][i], alone[name], place=name)


def test_baselines_of_standardized_parts_judge_later_values_of_each():
    first = cc.z_mr(VALUES, PARTS, offsets=OFFSETS)
    at = np.concatenate([np.arange(low, low + 5) for low in OFFSETS[:-1]])

    later = cc.z_mr(VALUES[at], PARTS[at], offsets=np.arange(0, 25, 5), baseline=first.baseline)

    for i in range(len(LENGTHS)):
        own = at[5 * i : 5 * i + 5]
        assert later[i] == cc.z_mr(VALUES[own], PARTS[own], baseline=first[i].baseline)


def test_a_part_unknown_to_one_baseline_is_named():
    first = cc.z_mr(VALUES[:40].reshape(2, 20), np.stack([PARTS[:20], np.full(20, "A")]))

    charts = cc.z_mr([[1.0], [2.0]], ["B"], baseline=first.baseline, on_error="mark")

    assert charts.problems == {1: "characteristic 1: the baseline knows no part B; it knows A, B"}


@pytest.mark.parametrize("cuts", [[7], [0, 1, 5, 30], [40]])
def test_many_series_are_watched_block_by_block_as_each_alone(cuts):
    values = RANDOM.normal(size=(3, 40))
    values[1, 10:13] = np.nan
    values[2, 20:] += 2.0
    baseline = cc.baseline_of_blocks(np.split(values, cuts, axis=1))

    seen = list(cc.watch(np.split(values, cuts, axis=1), baseline, rules=cc.NELSON, range_rules=cc.NELSON))

    for i in range(3):
        own = cc.baseline_of_blocks(np.split(values[i], cuts))
        alike(baseline[i], own)
        alone = list(cc.watch(np.split(values[i], cuts), baseline[i], rules=cc.NELSON, range_rules=cc.NELSON))
        assert [block[i] for block in seen] == alone


def test_a_series_without_variation_does_not_stop_the_baseline_of_the_others():
    blocks = [[[1.0, 2.0], [3.0, 3.0]], [[1.5], [3.0]]]

    baseline = cc.baseline_of_blocks(blocks, on_error="mark")

    assert np.isnan(baseline.sigma).tolist() == [False, True]
    assert baseline[0] == cc.baseline_of_blocks([[1.0, 2.0], [1.5]])

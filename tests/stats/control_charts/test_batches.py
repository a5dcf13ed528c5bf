"""Every chart of many characteristics is, for each of them, the chart it has alone."""

from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from hoshin.stats import control_charts as cc
from hoshin.stats.results import Result

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

# Each is called with the indices of its points, and with offsets for all characteristics together.
CHARTS = {
    "i_mr": lambda at, **many: cc.i_mr(VALUES[at], rules=cc.NELSON, **many),
    "xbar_r": lambda at, **many: cc.xbar_r(GROUPS[at], **many),
    "xbar_s": lambda at, **many: cc.xbar_s(GROUPS[at], **many),
    "i_mr_r": lambda at, **many: cc.i_mr_r(GROUPS[at], **many),
    "i_mr_s": lambda at, **many: cc.i_mr_s(GROUPS[at], **many),
    "p": lambda at, **many: cc.p(COUNTS[at], SIZES[at], **many),
    "np": lambda at, **many: cc.np_(COUNTS[at], SIZES[at], **many),
    "c": lambda at, **many: cc.c(COUNTS[at], **many),
    "u": lambda at, **many: cc.u(COUNTS[at], SIZES[at], **many),
    "laney_p": lambda at, **many: cc.laney_p(COUNTS[at], SIZES[at], **many),
    "laney_u": lambda at, **many: cc.laney_u(COUNTS[at], SIZES[at], **many),
    "g": lambda at, **many: cc.g(COUNTS[at], **many),
    "t": lambda at, **many: cc.t(COUNTS[at] + 1, method="weibull", **many),
    "ewma": lambda at, **many: cc.ewma(VALUES[at], **many),
    "cusum": lambda at, **many: cc.cusum(VALUES[at], interval=2.0, **many),
    "moving_average": lambda at, **many: cc.moving_average(VALUES[at], **many),
    "dnom": lambda at, **many: cc.dnom(VALUES[at], PARTS[at], {"A": 10.0, "B": 9.0}, **many),
    "z_mr": lambda at, **many: cc.z_mr(VALUES[at], PARTS[at], **many),
    "acceptance": lambda at, **many: cc.acceptance(GROUPS[at], lsl=5.0, usl=15.0, sigma=1.0, **many),
    "arima_residuals": lambda at, **many: cc.arima_residuals(VALUES[at], p=1, q=0, **many),
    "run_chart": lambda at, **many: cc.run_chart(VALUES[at], **many),
    "precontrol": lambda at, **many: cc.precontrol(WITHOUT_GAP[at], lsl=7.0, usl=13.0, greens=2, **many),
    "funnel": lambda at, **many: cc.funnel(COUNTS[at], SIZES[at], **many),
    "shifts": lambda at, **many: cc.shifts(cc.cusum(VALUES[at], interval=2.0, target=10.0, sigma=1.0, **many)),
}
# What spoils the third characteristic for each.
SPOILT = {
    "values": ({"VALUES": 3.0}, "i_mr ewma cusum moving_average z_mr arima_residuals run_chart"),
    "nothing": ({"VALUES": np.nan}, "i_mr ewma cusum moving_average dnom z_mr arima_residuals run_chart"),
    "groups": ({"GROUPS": 3.0}, "xbar_r xbar_s i_mr_r i_mr_s"),
    "counts": ({"COUNTS": 0.0}, "p np c u laney_p laney_u g funnel"),
    "times": ({"COUNTS": -1.0}, "t"),
    "gap": ({"WITHOUT_GAP": np.nan}, "precontrol"),
}
SPOILERS = [(chart, spoilt) for spoilt, charts in SPOILT.values() for chart in charts.split()]


def close(a, b):
    """Equal but for the last digits of numbers whose sums were made in another order."""
    if isinstance(a, Result):
        return type(a) is type(b) and all(close(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, np.ndarray | float):
        return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True)
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(close, a, b))
    return a == b


@pytest.mark.parametrize("name", CHARTS)
def test_the_charts_of_a_ragged_batch_are_those_of_each_alone(name):
    batch = CHARTS[name](slice(None), offsets=OFFSETS)

    assert len(batch) == len(LENGTHS)
    for i, (low, high) in enumerate(pairwise(OFFSETS)):
        assert close(batch[i], CHARTS[name](slice(low, high)))


@pytest.mark.parametrize(("name", "spoilt"), SPOILERS)
def test_a_characteristic_that_supports_no_chart_does_not_stop_the_others(name, spoilt, monkeypatch):
    for column, value in spoilt.items():
        values = globals()[column].copy()
        values[OFFSETS[2] : OFFSETS[3]] = value
        monkeypatch.setitem(globals(), column, values)

    batch = CHARTS[name](slice(None), offsets=OFFSETS, on_error="mark")

    assert list(batch.problems) == [2]
    for i in (0, 1, 3):
        assert close(batch[i], CHARTS[name](slice(OFFSETS[i], OFFSETS[i + 1])))


@pytest.mark.parametrize("name", [name for name in CHARTS if name != "shifts"])
def test_a_batch_survives_json(name):
    batch = CHARTS[name](slice(None), offsets=OFFSETS)

    assert type(batch).from_json(batch.to_json()) == batch


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
        assert {name: close(batches[name][i], alone[name]) for name in alone} == dict.fromkeys(alone, True)


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
        assert close(baseline[i], own)
        alone = list(cc.watch(np.split(values[i], cuts), baseline[i], rules=cc.NELSON, range_rules=cc.NELSON))
        assert [block[i] for block in seen] == alone


def test_a_series_without_variation_does_not_stop_the_baseline_of_the_others():
    blocks = [[[1.0, 2.0], [3.0, 3.0]], [[1.5], [3.0]]]

    baseline = cc.baseline_of_blocks(blocks, on_error="mark")

    assert np.isnan(baseline.sigma).tolist() == [False, True]
    assert baseline[0] == cc.baseline_of_blocks([[1.0, 2.0], [1.5]])

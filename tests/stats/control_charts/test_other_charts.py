"""Laney, rare event, short run, three-way, run, funnel, acceptance and pre-control charts."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.control_charts import (
    ControlChart,
    FunnelPlot,
    PreControl,
    RunChart,
    acceptance,
    c,
    dnom,
    funnel,
    g,
    i_mr,
    i_mr_r,
    i_mr_s,
    laney_p,
    laney_u,
    p,
    precontrol,
    run_chart,
    t,
    xbar_r,
    z_mr,
)
from hoshin.stats.control_charts.run_chart import _fewest_crossings
from hoshin.stats.errors import StatisticsError

RATES = st.lists(st.integers(1, 40), min_size=3, max_size=20).filter(lambda counts: len(set(counts)) > 1)
TIMES = st.lists(st.integers(1, 400), min_size=3, max_size=30).filter(lambda times: len(set(times)) > 2)


@given(RATES)
def test_laney_limits_are_those_of_the_p_chart_widened_by_sigma_z(counts):
    plain, wide = p(counts, 1000), laney_p(counts, 1000)

    expected = plain.main.center + 3 * plain.main.sigma * wide.baseline.sigma
    assert wide.main.ucl == pytest.approx(expected)


@given(st.lists(RATES, min_size=1, max_size=4), st.sampled_from([laney_p, laney_u]))
def test_laney_charts_of_a_ragged_batch_are_those_of_each_alone(batch, draw):
    offsets = np.concatenate(([0], np.cumsum([len(counts) for counts in batch])))

    together = draw(np.concatenate(batch), 1000, offsets=offsets)

    for one, counts in zip(together, batch, strict=True):
        alone = draw(counts, 1000)
        assert (one.baseline.sigma, one.main.ucl) == pytest.approx((alone.baseline.sigma, alone.main.ucl))


def test_a_laney_baseline_serves_later_samples_of_other_sizes():
    first = laney_p([5000, 5200, 4700, 5100, 4900], 100_000)

    later = laney_p([50, 60], [1000, 1200], baseline=first.baseline)

    expected = 0.0498 + 3 * first.baseline.sigma * np.sqrt(0.0498 * 0.9502 / np.array([1000, 1200]))
    assert later.main.ucl.tolist() == pytest.approx(expected.tolist())


@given(TIMES, st.sampled_from([0.25, 8.0]), st.sampled_from(["power_3.6", "exponential", "weibull"]))
def test_limits_of_times_follow_the_unit_of_time(times, scale, method):
    hours, other = t(times, method=method), t(np.array(times) * scale, method=method)

    expected = (hours.main.lcl * scale, hours.main.center * scale, hours.main.ucl * scale)
    assert (other.main.lcl, other.main.center, other.main.ucl) == pytest.approx(expected, rel=1e-9)


@given(TIMES)
def test_the_weibull_fit_is_the_maximum_scipy_finds(times):
    options = t(times, method="weibull").baseline.options

    def loglik(shape, scale):
        return stats.weibull_min.logpdf(times, shape, scale=scale).sum()

    shape, _, scale = stats.weibull_min.fit(times, floc=0)
    assert loglik(options["shape"], options["scale"]) >= loglik(shape, scale) - 1e-6


@given(st.lists(TIMES, min_size=1, max_size=4), st.sampled_from(["power_3.6", "exponential", "weibull"]))
def test_times_of_a_ragged_batch_get_what_each_gets_alone(batch, method):
    offsets = np.concatenate(([0], np.cumsum([len(times) for times in batch])))

    together = t(np.concatenate(batch), method=method, offsets=offsets)

    for one, times in zip(together, batch, strict=True):
        alone = t(times, method=method)
        assert (one.main.lcl, one.main.ucl) == pytest.approx((alone.main.lcl, alone.main.ucl), rel=1e-9)


@pytest.mark.parametrize("limits", ["three_sigma", "probability"])
def test_a_g_baseline_serves_later_counts(limits):
    first = g([13, 35, 12, 76, 19], limits=limits)

    later = g([500], baseline=first.baseline)

    assert (later.main.ucl, later.main.beyond_limits().tolist()) == (first.main.ucl, [0])


def test_deviations_from_nominal_make_an_individuals_chart():
    values, part = [50.2, 49.9, 52.1, 51.9, 52.3], ["A", "A", "B", "B", "B"]

    chart = dnom(values, part, {"A": 50.0, "B": 52.0})

    assert chart == i_mr(np.array(values) - [50, 50, 52, 52, 52])


def test_standardized_parts_of_later_data_use_what_the_baseline_knows_of_them():
    first = z_mr([50.2, 49.9, 50.3, 12.1, 11.9, 12.3], ["A", "A", "A", "B", "B", "B"])

    later = z_mr([12.1, 60.0], ["B", "A"], baseline=first.baseline)

    assert (later.main.points[0], later.main.beyond_limits().tolist()) == (0.0, [1])


@pytest.mark.parametrize("draw", [i_mr_r, i_mr_s])
def test_the_averages_of_a_three_way_chart_are_individuals(draw):
    groups = np.random.default_rng(1).normal(10, 1, (12, 4)) + np.random.default_rng(2).normal(0, 3, (12, 1))

    chart, averages = draw(groups), i_mr(groups.mean(axis=1))

    expected = (averages.main.ucl, averages["Moving range"].ucl)
    assert (chart.main.ucl, chart["Moving range"].ucl) == pytest.approx(expected)
    assert chart.baseline.options["sigma_between"] == pytest.approx(3.0, rel=0.5)


def test_the_ranges_of_a_three_way_chart_are_those_of_xbar_r():
    groups = np.random.default_rng(1).normal(10, 1, (12, 4))

    assert i_mr_r(groups)["R"] == xbar_r(groups)["R"]


@pytest.mark.parametrize("draw", [i_mr_r, i_mr_s])
def test_three_way_charts_of_many_are_those_of_each_alone(draw):
    groups = np.random.default_rng(3).normal(10, 1, (3, 12, 4))

    batch = draw(groups)

    assert list(batch) == [draw(one) for one in groups]


@given(st.lists(st.lists(st.integers(0, 9), min_size=8, max_size=30), min_size=1, max_size=4))
def test_runs_are_counted_as_by_hand(batch):
    offsets = np.concatenate(([0], np.cumsum([len(values) for values in batch])))
    try:
        together = run_chart(np.concatenate(batch), offsets=offsets)
    except StatisticsError:
        return

    for i, values in enumerate(batch):
        sides = [v > np.median(values) for v in values if v != np.median(values)]
        runs = [1]
        for before, after in pairwise(sides):
            runs = [*runs[:-1], runs[-1] + 1] if before == after else [*runs, 1]
        assert (together.longest_run[i], together.crossings[i], together.n_useful[i]) == (
            max(runs), len(runs) - 1, len(sides))  # fmt: skip


def test_the__fewest_crossings_are_the_binomial_quantile():
    n = np.arange(2, 400)

    assert _fewest_crossings(n).tolist() == stats.binom.ppf(0.05, n - 1, 0.5).tolist()


@pytest.mark.parametrize(("distribution", "of"), [("binomial", stats.binom), ("poisson", stats.poisson)])
def test_exact_funnel_limits_enclose_what_their_distribution_says(distribution, of):
    sizes = np.array([20, 50, 100, 1000])
    plot = funnel([2, 5, 10, 100], sizes, target=0.1, distribution=distribution)

    arguments = (sizes, 0.1) if distribution == "binomial" else (2 * sizes * 0.05,)
    for level, lower, upper in zip(plot.levels, plot.lower, plot.upper, strict=True):
        tail = (1 - level) / 2
        for limit, share in ((lower, tail), (upper, 1 - tail)):
            r = of.ppf(share, *arguments)
            assert (limit * sizes <= r + 1e-9).all()
            assert ((limit * sizes >= r - 1 - 1e-9) | (r == 0)).all()


def test_a_funnel_narrows_with_size_and_widens_with_differences_between_units():
    events, sizes = [3, 30, 200, 900], [100, 300, 1000, 3000]

    plain = funnel(events, sizes, limits="normal")
    wide = funnel(events, sizes, limits="normal", overdispersed=True)

    assert (np.diff(plain.upper[0]) < 0).all()
    assert wide.tau > 0
    assert (wide.upper > plain.upper).all()


def test_a_unit_far_out_is_found_at_the_highest_level():
    plot = funnel([10, 12, 40, 9], [100, 110, 150, 95])

    assert plot.level_beyond.tolist() == [0.0, 0.0, 0.998, 0.0]


def test_the_two_ways_to_acceptance_limits_lie_on_either_side_of_the_fraction():
    groups, common = [[10.1, 10.3], [9.7, 9.9]], {"lsl": 8.0, "usl": 12.0, "sigma": 0.4, "fraction": 0.01}

    alpha, beta = (acceptance(groups, by=by, risk=0.05, **common).main.ucl for by in ("alpha", "beta"))

    at_fraction = 12 - stats.norm.ppf(0.99) * 0.4
    assert (alpha - at_fraction, at_fraction - beta) == pytest.approx([stats.norm.ppf(0.95) * 0.4 / np.sqrt(2)] * 2)


def test_acceptance_limits_may_use_sigma_of_an_earlier_chart():
    first = xbar_r(np.random.default_rng(4).normal(10, 0.3, (20, 4)))

    chart = acceptance([[10.0, 10.1, 9.9, 10.0]], lsl=8, usl=12, baseline=first.baseline)

    assert chart.baseline.sigma == first.baseline.sigma


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ([5.8, 5.8], "two yellows on one side"),
        ([4.2, 5.8], "yellows on both sides"),
        ([6.1], "red"),
    ],
)
def test_precontrol_stops_for_the_reason(last, why):
    found = precontrol([5.0] * 5 + last, lsl=4.0, usl=6.0)

    assert (found.qualified, found.stop.tolist(), found.reason) == (4, [4 + len(last)], (why,))


def test_precontrol_qualifies_anew_after_a_stop():
    found = precontrol([5.0] * 5 + [6.5] + [5.0] * 4 + [5.8, 5.8, 5.8], lsl=4.0, usl=6.0)

    assert found.stop.tolist() == [5]


def test_a_piece_on_a_line_of_precontrol_is_on_its_inner_side():
    found = precontrol([4.5, 5.5, 4.0, 6.0], lsl=4.0, usl=6.0)

    assert found.zone.tolist() == [0, 0, -1, 1]


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (ControlChart, laney_u([50, 52, 47], [10, 11, 12])),
        (ControlChart, t([3, 5, 9, 4], method="weibull")),
        (ControlChart, z_mr([50.2, 49.9, 12.1, 11.9], ["A", "A", "B", "B"])),
        (ControlChart, i_mr_s([[1.0, 2.0], [5.0, 7.0], [3.0, 3.0]])),
        (ControlChart, acceptance([[10.1, 10.3], [9.7, 9.9]], lsl=8.0, usl=12.0, sigma=0.4)),
        (RunChart, run_chart([1, 2, 1, 3, 2])),
        (FunnelPlot, funnel([10, 12], [100, 110])),
        (PreControl, precontrol([5.0, 6.5], lsl=4.0, usl=6.0)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert len(str(result.explain()).splitlines()) > 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: p([1, 2, 3], 50, k=0), "k is 0.0; more than 0 is needed"),
        (lambda: i_mr([1.0, 2.0, 3.0], mr_span=0), "mr_span is 0.0; at least 2 is needed"),
        (lambda: laney_p([5, 5, 5], 100), "the samples have no variation"),
        (lambda: g([0, 0, 0]), "all 3 values are 0"),
        (lambda: g([1.5, 2]), "whole counts are needed"),
        (lambda: t([0, 5, 3], method="weibull"), "times has a 0"),
        (lambda: t([-1, 5, 3]), "times is -1.0 at index 0"),
        (lambda: t([4, 4, 4], method="weibull"), "the 3 values have no variation"),
        (lambda: t([1, 2], method="normal"), "method is 'normal'"),
        (lambda: dnom([1.0, 2.0], ["A", "B"], {"A": 1.0}), "no nominal size for part B"),
        (lambda: dnom([1.0, 2.0], ["A"], {"A": 1.0}), "values has 2 entries and part has 1"),
        (lambda: z_mr([1.0, 2.0, 3.0], ["A", "A", "B"]), r"part B has 1 value\(s\)"),
        (lambda: z_mr([1.0, 1.0], ["A", "A"]), "the 2 values of part A have no variation"),
        (lambda: z_mr([1.0, 2.0, 3.0], ["A", None, "B"]), "part is missing at index 1"),
        (lambda: dnom([1.0, 2.0], [float("nan"), None], {}), "part is missing at index 0"),
        (lambda: z_mr([1.0], ["C"], baseline=z_mr([1, 2], ["A", "A"]).baseline), "the baseline knows no part C"),
        (lambda: i_mr_r([[1.0], [2.0], [4.0]]), "no subgroup has 2 values or more"),
        (lambda: run_chart([2, 2, 2]), r"0 point\(s\) off the center line"),
        (lambda: funnel([1], [10]), "1 units found; at least 2 are needed"),
        (lambda: funnel([11, 1], [10, 10]), "1 unit\\(s\\) have more events than cases"),
        (lambda: funnel([0, 0], [10, 10]), "the target is 0.0, at which nothing varies"),
        (lambda: funnel([1, 2], [10, 10], overdispersed=True), "overdispersed limits are normal ones"),
        (lambda: acceptance([[1.0, 2.0]], lsl=1, usl=3), "sigma or a baseline is needed"),
        (lambda: acceptance([[1.0, 2.0]], lsl=1, usl=3, sigma=2.0), "sigma is too wide for the specification"),
        (lambda: acceptance([[1.0, 2.0]], lsl=1, usl=None, sigma=2.0), "needs both lsl and usl"),
        (lambda: acceptance([[1.0, 2.0]], lsl=1, usl=3, baseline=c([1, 2]).baseline), "is of a chart c; xbar_r or"),
        (lambda: precontrol([1.0], lsl=3, usl=2), "lsl must be below usl"),
        (lambda: precontrol([np.nan], lsl=1, usl=2), "1 missing value"),
    ],
)
def test_what_supports_no_chart_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()


def test_each_stage_of_a_run_chart_has_its_median_and_its_counts():
    before, after = np.random.default_rng(1).normal([[0.0], [3.0]], 1.0, (2, 20))
    values, stages = np.concatenate([before, after]), ["old"] * 20 + ["new"] * 20
    chart = run_chart(values, stages=stages)
    alone = [run_chart(before), run_chart(after)]

    assert run_chart(values).signal
    assert not chart.signal.any()
    assert [stage.label for stage in chart.stages] == ["old", "new"]
    for name in ("center", "n_useful", "longest_run", "crossings", "crossings_min"):
        assert getattr(chart, name).tolist() == [getattr(one, name) for one in alone]
    assert run_chart(np.stack([values + 1, values]), stages=stages)[1] == chart
    assert RunChart.from_json(chart.to_json()) == chart


def test_a_point_left_out_of_a_run_chart_is_plotted_but_counts_nowhere():
    values = np.random.default_rng(2).normal(size=21)
    chart, without = run_chart(values, exclude={7: "power cut"}), run_chart(np.delete(values, 7))

    assert (chart.center, chart.longest_run, chart.crossings) == (
        without.center,
        without.longest_run,
        without.crossings,
    )
    assert chart.points[7] == values[7]
    assert "point 8 left out = power cut" in str(chart.explain())
    assert run_chart(np.stack([values, values]), exclude={(0, 7): "power cut"})[0] == chart


def test_parts_of_a_short_run_chart_begin_anew_with_each_stage():
    values = np.random.default_rng(3).normal(np.repeat([0.0, 4.0], 20), 1.0)
    parts, stages = np.array(list("AB" * 10 + "AC" * 10)), [1] * 20 + [2] * 20
    chart = z_mr(values, parts, stages=stages)
    alone = [z_mr(values[part], parts[part]) for part in (slice(20), slice(20, 40))]

    assert chart.main.points.tolist() == np.concatenate([one.main.points for one in alone]).tolist()
    assert [chart.baseline_of(stage).options for stage in (0, 1)] == [one.baseline.options for one in alone]


def test_stages_may_be_labelled_by_objects():
    # A column of a table of words and gaps comes as Python objects.
    chart = run_chart([1, 2, 1, 3, 2, 9, 8, 7, 9, 8], stages=np.array([None] * 5 + ["new"] * 5, dtype=object))

    assert [stage.label for stage in chart.stages] == [None, "new"]

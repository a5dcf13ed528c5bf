"""Every chart: the run length by equation lies in the interval of the simulation of the chart itself."""

import math
from functools import partial

import numpy as np
import pytest
from scipy.special import gamma, ndtr

from hoshin.stats import control_charts as charts
from hoshin.stats import multivariate
from hoshin.stats import rules as r
from hoshin.stats.constants import chart_constants, d2, d3
from hoshin.stats.run_length import (
    averages_arl,
    count_arl,
    cusum_arl,
    estimated_arl,
    ewma_arl,
    generalized_variance_arl,
    imr_arl,
    mewma_arl,
    moving_average_arl,
    precontrol_arl,
    r_chart_arl,
    residual_arl,
    run_chart_arl,
    runs_rules_arl,
    s_chart_arl,
    shewhart_arl,
    simulate_chart,
    simulate_rules,
    t2_arl,
    time_arl,
    together,
)

# With so sure an interval a right equation fails about once in 100,000 runs of a case.
SURE = {"replicates": 3000, "confidence": 0.99999}
OF_5 = chart_constants(5)
D2, D3 = d2(2), d3(2)
OLD = charts.Baseline("i_mr", 0.0, 1.0, 100, "mr_mean", 2.5, 2)
WITHIN = charts.Baseline("xbar_s", 0.0, 1.0, 100, "sbar_c4", 2.5)


def subgroups(random, shape, shift, before):
    return random.standard_normal((*shape, 5)) + shift


def spreads(random, shape, ratio, before):
    return ratio * random.standard_normal((*shape, 5))


def pairs(random, shape, shift, before):
    points = random.standard_normal((*shape, 2))
    points[..., 0] += shift
    return points


def groups_of_pairs(random, shape, ratio, before):
    return math.sqrt(math.sqrt(ratio)) * random.standard_normal((*shape, 6, 2))


def mixed(difference):
    """Values about a level with ar 0.6 and ma -0.3, or their running sums, and the chart of their residuals."""

    def residuals(y):
        w = np.diff(y, axis=1, prepend=0.0) if difference else y
        found, last, before = np.empty(y.shape), np.zeros(len(y)), np.zeros(len(y))
        for t in range(y.shape[1]):
            last = found[:, t] = w[:, t] - 0.6 * before + 0.3 * last
            before = w[:, t]
        return found

    def process(random, shape, shift, before):
        new, y = random.standard_normal(shape), np.empty(shape)
        last, w, level = np.zeros((3, shape[0]))
        if before is not None:
            past = before - shift
            last, level = residuals(past)[:, -1], past[:, -1]
            w = past[:, -1] - past[:, -2] if difference else past[:, -1]
        for t in range(shape[1]):
            w, last = 0.6 * w + new[:, t] - 0.3 * last, new[:, t]
            level = level + w if difference else w
            y[:, t] = level
        return y + shift

    return process, lambda y: np.abs(residuals(y)) > 2.5


def simulated_residuals(difference):
    process, chart = mixed(difference)
    return simulate_chart(chart, shifts=(0, 1, 2), process=process, **SURE)


def binomial(random, shape, rate, before):
    return random.binomial(50, rate, shape).astype(float)


def poisson(random, shape, rate, before):
    return random.poisson(rate, shape).astype(float)


def geometric(random, shape, mean, before):
    return random.geometric(1 / (mean + 1), shape) - 1.0


def weibull(random, shape, mean, before):
    return mean / gamma(1 + 1 / 1.5) * random.weibull(1.5, shape)


def known(kind, center, sigma=None, **options):
    return charts.Baseline(kind, center, sigma, 100, "given", 2.5, None, options=options)


def spread_panel(chart, points):
    """The chart of the spread within subgroups alone."""
    return chart(points, baseline=charts.Baseline(chart.__name__, 0.0, 1.0, 100, "given", 3.0), rules=())


def precontrolled(points):
    yellow = np.abs(points) > 1.5
    return (np.abs(points) > 3) | (yellow & np.pad(yellow, ((0, 0), (1, 0)))[:, :-1])


def acceptance(points):
    return charts.acceptance(points, lsl=-5.0, usl=5.0, sigma=1.0, fraction=0.01, risk=0.05)


CASES = {
    "individuals": lambda: (
        shewhart_arl(2.5, (0, 1)),
        simulate_chart(partial(charts.i_mr, baseline=OLD, range_rules=()), shifts=(0, 1), **SURE),
    ),
    "individuals and moving ranges": lambda: (
        imr_arl(2.5, D2 + 2.5 * D3, (0, 1)),
        simulate_chart(partial(charts.i_mr, baseline=OLD), shifts=(0, 1), **SURE),
    ),
    "moving ranges": lambda: (
        imr_arl(math.inf, D2 + 2.5 * D3, (0, 3)),
        simulate_chart(partial(charts.i_mr, baseline=OLD, rules=()), shifts=(0, 3), **SURE),
    ),
    "averages and deviations": lambda: (
        together(shewhart_arl(2.5, (0, 0.5), 5), s_chart_arl(OF_5.c4 + 2.5 * math.sqrt(1 - OF_5.c4**2), 5, (1, 1))),
        simulate_chart(partial(charts.xbar_s, baseline=WITHIN), shifts=(0, 0.5), process=subgroups, **SURE),
    ),
    "three charts side by side": lambda: (
        imr_arl(2.5, D2 + 2.5 * D3, (0, 1), beside=1 / r_chart_arl(OF_5.d2 + 2.5 * d3(5), 5, lcl=OF_5.d2 - 2.5 * d3(5)).arl[0]),
        simulate_chart(
            partial(charts.i_mr_r, baseline=charts.Baseline(
                "i_mr_r", 0.0, 5**-0.5, 100, "mr_mean", 2.5, 2,
                options={"sigma_within": 1.0, "sigma_between": 0.0, "sigma_both": 1.0, "sigma_method_within": "rbar_d2"},
            )),
            shifts=(0, 1),
            process=lambda random, shape, shift, before: random.standard_normal((*shape, 5)) + shift / 5**0.5,
            **SURE,
        ),
    ),
    "deviations": lambda: (
        s_chart_arl(OF_5.B6, 5, (1, 1.4)),
        simulate_chart(partial(spread_panel, charts.xbar_s), shifts=(1, 1.4), process=spreads, **SURE),
    ),
    "ranges": lambda: (
        r_chart_arl(OF_5.D2, 5, (1, 1.4)),
        simulate_chart(partial(spread_panel, charts.xbar_r), shifts=(1, 1.4), process=spreads, **SURE),
    ),
    "moving average of 2": lambda: (
        moving_average_arl(2, 2.5, (0, 1)),
        simulate_chart(partial(charts.moving_average, span=2, k=2.5, target=0.0, sigma=1.0), shifts=(0, 1), **SURE),
    ),
    "moving average of 5": lambda: (
        moving_average_arl(5, 2.5, (0, 1)),
        simulate_chart(partial(charts.moving_average, span=5, k=2.5, target=0.0, sigma=1.0), shifts=(0, 1), **SURE),
    ),
    "ewma": lambda: (
        ewma_arl(0.2, 2.4, (0, 1), limits="exact"),
        simulate_chart(partial(charts.ewma, weight=0.2, k=2.4, target=0.0, sigma=1.0), shifts=(0, 1), **SURE),
    ),
    "cusum with a head start": lambda: (
        cusum_arl(0.5, 3, (0, 1), fir=1.5),
        simulate_chart(
            partial(charts.cusum, slack=0.5, interval=3.0, fir=1.5, target=0.0, sigma=1.0), shifts=(0, 1), **SURE
        ),
    ),
    "p": lambda: (
        count_arl("p", ucl=0.2 + 2.5 * math.sqrt(0.16 / 50), lcl=0.2 - 2.5 * math.sqrt(0.16 / 50), n=50, rates=(0.2, 0.3)),
        simulate_chart(
            partial(charts.p, sizes=50, baseline=known("p", 0.2)), shifts=(0.2, 0.3), process=binomial, **SURE
        ),
    ),
    "np": lambda: (
        count_arl("np", ucl=10 + 2.5 * math.sqrt(8), lcl=10 - 2.5 * math.sqrt(8), n=50, rates=(0.2, 0.3)),
        simulate_chart(
            partial(charts.np_, sizes=50, baseline=known("np", 0.2)), shifts=(0.2, 0.3), process=binomial, **SURE
        ),
    ),
    "c": lambda: (
        count_arl("c", ucl=9 + 2.5 * 3, lcl=9 - 2.5 * 3, rates=(9, 12)),
        simulate_chart(partial(charts.c, baseline=known("c", 9.0)), shifts=(9, 12), process=poisson, **SURE),
    ),
    "u": lambda: (
        count_arl("u", ucl=3.6 + 2.5 * math.sqrt(3.6 / 2.5), lcl=3.6 - 2.5 * math.sqrt(3.6 / 2.5), n=2.5, rates=(3.6, 4.8)),
        simulate_chart(
            lambda points: charts.u(points, 2.5, baseline=known("u", 3.6)),
            shifts=(3.6, 4.8),
            process=lambda random, shape, rate, before: random.poisson(2.5 * rate, shape).astype(float),
            **SURE,
        ),
    ),
    "Laney p', as normal": lambda: (
        shewhart_arl(2.5, (0, 1)),
        simulate_chart(
            lambda z: charts.laney_p(
                np.round(1e6 * (0.1 + 2.0 * 3e-4 * z)), 1e6, baseline=known("laney_p", 0.1, 2.0)
            ),
            shifts=(0, 1),
            **SURE,
        ),
    ),
    "g": lambda: (
        count_arl("g", ucl=20 + 2.5 * math.sqrt(420), rates=(20, 40)),
        simulate_chart(
            partial(charts.g, baseline=known("g", 20.0, limits="three_sigma", alpha=0.01)),
            shifts=(20, 40),
            process=geometric,
            **SURE,
        ),
    ),
    "t": lambda: (
        time_arl(ucl=10 * -math.log(0.005), lcl=10 * -math.log(0.995), shape=1.5, means=(10, 25)),
        simulate_chart(
            partial(charts.t, baseline=known("t", 10.0, method="exponential", alpha=0.01)),
            shifts=(10, 25),
            process=weibull,
            **SURE,
        ),
    ),
    "acceptance": lambda: (
        averages_arl(lcl=-3.40924, ucl=3.40924, sigma=1.0, n=5, means=(2.5, 3.2)),
        simulate_chart(acceptance, shifts=(2.5, 3.2), process=subgroups, **SURE),
    ),
    "pre-control": lambda: (
        precontrol_arl(-3.0, 3.0, 1.0, (0, 1)),
        simulate_chart(precontrolled, window=2, shifts=(0, 1), **SURE),
    ),
    "residuals": lambda: (residual_arl([0.6], [-0.3], 0, 2.5, (0, 1, 2)), simulated_residuals(0)),
    "residuals of differences": lambda: (residual_arl([0.6], [-0.3], 1, 2.5, (0, 1, 2)), simulated_residuals(1)),
    "T2 with known parameters": lambda: (
        t2_arl(9.0, 2, (0, 1)),
        simulate_chart(lambda x: np.square(x).sum(axis=2) > 9, shifts=(0, 1), process=pairs, **SURE),
    ),
    "generalised variance": lambda: (
        generalized_variance_arl(2.6, 6, 2, (1, 2), lcl=0.02),
        simulate_chart(
            lambda x: ~(((dets := np.linalg.det(within(x))) >= 0.02) & (dets <= 2.6)),
            shifts=(1, 2),
            process=groups_of_pairs,
            **SURE,
        ),
    ),
    "mewma": lambda: (
        mewma_arl(0.2, 7, 2, (0, 1)),
        simulate_chart(
            partial(
                multivariate.mewma, lam=0.2, h=7.0, target=[0.0, 0.0], cov=np.eye(2), limits="asymptotic"
            ),
            shifts=(0, 1),
            process=pairs,
            **SURE,
        ),
    ),
    "averages with estimated limits": lambda: (
        estimated_arl(20, 5, 2.5, (0, 0.5)),
        simulate_chart(
            partial(charts.xbar_s, sigma_method="pooled", k=2.5, deviation_rules=()),
            shifts=(0, 0.5),
            process=subgroups,
            phase1=20,
            monitor=lambda points, baseline: charts.xbar_s(points, baseline=baseline, deviation_rules=()),
            **SURE,
        ),
    ),
    "all of Nelson's rules": lambda: (
        runs_rules_arl(r.NELSON, (0, 1)), simulate_rules(r.NELSON, (0, 1), **SURE)
    ),
    "all rules of AIAG": lambda: (runs_rules_arl(r.AIAG, (0, 1)), simulate_rules(r.AIAG, (0, 1), **SURE)),
    "own rules that compare": lambda: (
        runs_rules_arl([r.trend(4), r.alternating(6), r.within(6, 0.8)], (0, 1)),
        simulate_rules([r.trend(4), r.alternating(6), r.within(6, 0.8)], (0, 1), **SURE),
    ),
}  # fmt: skip


def within(groups):
    distance = groups - groups.mean(axis=2, keepdims=True)
    return np.einsum("...ni,...nj->...ij", distance, distance) / (groups.shape[2] - 1)


@pytest.mark.parametrize("name", CASES)
def test_the_equation_and_the_simulated_chart_agree(name):
    equation, simulated = CASES[name]()

    outside = [
        (arl, interval)
        for arl, interval in zip(equation.arl, simulated.interval, strict=True)
        if not interval[0] <= arl <= interval[1]
    ]

    assert outside == []


LONG = {
    "i_mr": (charts.i_mr, {"shifts": 2.0}, lambda: imr_arl(shifts=2.0)),
    "xbar_s": (
        charts.xbar_s,
        {"shifts": 1.0, "process": subgroups},
        lambda: together(shewhart_arl(3, 1.0, 5), s_chart_arl(OF_5.B6, 5)),
    ),
    "ewma": (charts.ewma, {"shifts": 1.0}, lambda: ewma_arl(0.2, 3.0, 1.0, limits="exact")),
    "cusum": (charts.cusum, {"shifts": 1.0}, lambda: cusum_arl(0.5, 5.0, 1.0)),
    "moving_average": (charts.moving_average, {"shifts": 1.0}, lambda: moving_average_arl(5, 3.0, 1.0)),
    "p": (
        partial(charts.p, sizes=50),
        {"shifts": 0.33, "process": binomial, "standard": 0.2},
        lambda: count_arl("p", ucl=0.3697, lcl=0.0303, n=50, rates=0.33),
    ),
    "c": (charts.c, {"shifts": 15.0, "process": poisson, "standard": 9.0}, lambda: count_arl("c", 18.0, 15.0)),
    "t": (
        partial(charts.t, method="weibull", alpha=0.01),
        {"shifts": 25.0, "process": weibull, "standard": 10.0},
        lambda: time_arl(ucl=33.72, lcl=0.3243, shape=1.5, means=25.0),
    ),
    # Without a shift: later values begin without a past, so that the first residual of a shift is smaller than with one.
    "arima_residuals": (
        partial(charts.arima_residuals, p=1, q=1, k=2.0, range_rules=()),
        {"process": mixed(0)[0], "phase1": 300, "replicates": 400,
         "monitor": lambda x, b: charts.arima_residuals(x, baseline=b, range_rules=())},
        lambda: residual_arl([0.6], [-0.3], 0, 2.0),
    ),
    "t2": (multivariate.t2_individuals, {"shifts": 2.0, "process": pairs, "monitor": multivariate.t2_monitor},
           lambda: t2_arl(11.829, 2, 2.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_limits_estimated_from_a_long_phase_one_are_nearly_the_known_ones(name):
    chart, options, equation = LONG[name]
    found = simulate_chart(chart, **({"phase1": 600, "replicates": 2000} | options))

    assert found.arl[0] == pytest.approx(equation().arl[0], rel=0.15)


def test_a_t2_chart_with_an_estimated_baseline_signals_later_than_its_alpha_says_on_average():
    # Each chart keeps its own baseline: the mean of 1/q is more than 1 over the mean q, which is alpha.
    found = simulate_chart(
        partial(multivariate.t2_individuals, alpha=0.05),
        process=pairs,
        phase1=25,
        monitor=lambda points, baseline: multivariate.t2_monitor(points, baseline, alpha=0.05),
        replicates=1500,
    )

    assert 20 < found.interval[0][0] < found.interval[0][1] < 60


def test_precontrol_itself_stops_as_often_as_its_chain_says():
    # One long series: each stop is followed by a set-up of one green piece.
    found = charts.precontrol(np.random.default_rng(6).standard_normal(60_000), lsl=-3.0, usl=3.0, greens=1)
    setup = 1 / 0.8664

    assert 60_000 / found.stop.size - setup == pytest.approx(precontrol_arl(-3.0, 3.0, 1.0, 0.0).arl[0], rel=0.1)


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_the_chance_of_a_run_chart_is_that_of_drawn_ones(share):
    n, drawn = 20, 20_000
    points = np.where(np.random.default_rng(5).random((drawn, n)) < share, 1.0, -1.0)
    signals = int(charts.run_chart(points, center=0.0).signal.sum())
    chance = 1 / run_chart_arl(n, (share,)).arl[0]

    assert abs(signals - drawn * chance) < 4.5 * math.sqrt(drawn * chance * (1 - chance))


@pytest.mark.parametrize("shift", [0.0, 1.3])
def test_a_moving_average_of_two_is_solved_by_finer_steps_too(shift):
    # Brook and Evans: the last point in 1,200 cells, the next one within the limits for each.
    edges = np.linspace(shift - 8, shift + 8, 1201)
    cells = (edges[1:] + edges[:-1]) / 2
    width = 3 * math.sqrt(2)
    low, high = (np.clip(sign * width - cells[:, None], edges[:-1], edges[1:]) for sign in (-1, 1))
    length = np.linalg.solve(np.eye(1200) - (ndtr(high - shift) - ndtr(low - shift)), np.ones(1200))
    first = ndtr(np.clip(edges[1:], -3, 3) - shift) - ndtr(np.clip(edges[:-1], -3, 3) - shift)

    assert moving_average_arl(2, 3.0, shift).arl[0] == pytest.approx(1 + first @ length, rel=1e-3)


def test_individuals_without_a_moving_range_limit_are_a_shewhart_chart():
    assert imr_arl(3.0, 100.0, (0, 1)).arl == pytest.approx(shewhart_arl(3.0, (0, 1)).arl, rel=1e-9)


def test_three_charts_side_by_side():
    # I-MR-R, whose ranges are independent of the averages.
    ranges = r_chart_arl(OF_5.D2, 5).arl[0]

    assert imr_arl(3.0, 100.0, beside=1 / ranges).arl[0] == pytest.approx(
        together(shewhart_arl(3.0), r_chart_arl(OF_5.D2, 5)).arl[0], rel=1e-9
    )


@pytest.mark.parametrize("limit", [0.5, 3.686, 9.0, 20.0])
def test_the_range_of_two_is_a_normal_difference(limit):
    assert r_chart_arl(limit, 2).arl[0] == pytest.approx(1 / (2 * ndtr(-limit / math.sqrt(2))), rel=1e-12)
    assert r_chart_arl(40.0, 2, lcl=limit).arl[0] == pytest.approx(1 / math.erf(limit / 2), rel=1e-12)


@pytest.mark.parametrize("n", [3, 10, 50])
def test_the_range_is_distributed_as_scipy_has_it(n):
    from scipy.stats import studentized_range

    upper, lower = 1 / r_chart_arl(4.5, n).arl[0], 1 / r_chart_arl(40.0, n, lcl=2.0).arl[0]

    assert (upper, lower) == pytest.approx(
        (studentized_range.sf(4.5, n, np.inf), studentized_range.cdf(2.0, n, np.inf))
    )


def test_one_variable_has_the_generalised_variance_of_an_s_chart():
    variance, deviation = generalized_variance_arl(3.0, 5, 1, (1, 4), lcl=0.1), s_chart_arl(3**0.5, 5, (1, 2), 0.1**0.5)

    assert variance.arl == pytest.approx(deviation.arl, rel=1e-9)


def test_two_variables_have_the_determinant_that_is_chi_square():
    # 2 (n - 1) sqrt(|S| / |Sigma|) is chi-square with 2 n - 4 degrees of freedom (Anderson, section 7.5).
    from scipy.stats import chi2

    assert generalized_variance_arl(2.5, 10, 2).arl[0] == pytest.approx(1 / chi2.sf(18 * 2.5**0.5, 16), rel=1e-10)


def test_few_subgroups_give_limits_that_some_charts_never_cross():
    assert estimated_arl(3, 4).arl[0] == math.inf
    assert estimated_arl(100_000, 5, 3.0, (0, 1)).arl == pytest.approx(shewhart_arl(3.0, (0, 1), 5).arl, rel=2e-4)


def test_a_trend_of_three_takes_as_long_as_permutations_say():
    # No trend of three among t points: up-down permutations. Sum over t of 2 E_t / t!, from E_1 = 1.
    zigzag = [1, 1, 1, 2, 5, 16, 61, 272, 1385, 7936, 50521, 353792, 2702765]
    expected = 2 + sum(2 * count / math.factorial(t) for t, count in enumerate(zigzag) if t >= 2)

    assert runs_rules_arl([r.trend(3)]).arl[0] == pytest.approx(expected, abs=0.02)

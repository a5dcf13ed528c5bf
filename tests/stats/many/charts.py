"""Control charts of one characteristic and of several together."""

import numpy as np

from hoshin.stats import control_charts as cc
from hoshin.stats import (
    multivariate,
)
from tests.stats.many.case import (
    Case,
    alike_all,
    counts,
    counts_of_sizes,
    empty,
    groups,
    no_events,
    normal,
    of_numbers,
    times,
    with_gap,
)


def parts(random, n):
    return *with_gap(random, n), np.arange(n) % 2


def rows(random, n):
    return (random.normal(size=(30, 3)),)


def subgroups_of_rows(random, n):
    return (random.normal(size=(20, 5, 3)),)


def chart(function, make, spoil=empty, **options):
    return Case(function, make, options, spoil, plotted=True)


def monitored(data, on_error="raise"):
    return multivariate.t2_monitor(
        data, multivariate.t2_individuals(data, on_error=on_error).baseline, on_error=on_error
    )


CASES = {
    "i-mr": chart(cc.i_mr, with_gap, alike_all, rules=cc.NELSON),
    "xbar-r": chart(cc.xbar_r, groups, alike_all),
    "xbar-s": chart(cc.xbar_s, groups, alike_all),
    "i-mr-r": chart(cc.i_mr_r, groups, alike_all),
    "i-mr-s": chart(cc.i_mr_s, groups, alike_all),
    "p": chart(cc.p, counts_of_sizes, no_events),
    "np": chart(cc.np_, counts_of_sizes, no_events),
    "c": chart(cc.c, counts, no_events),
    "u": chart(cc.u, counts_of_sizes, no_events),
    "laney p": chart(cc.laney_p, counts_of_sizes, no_events),
    "laney u": chart(cc.laney_u, counts_of_sizes, no_events),
    "g": chart(cc.g, counts, no_events),
    "t": chart(cc.t, lambda random, n: times(random, n)[:1], no_events, method="weibull"),
    "ewma": chart(cc.ewma, with_gap),
    "cusum": chart(cc.cusum, with_gap, interval=2.0),
    "moving average": chart(cc.moving_average, with_gap, alike_all),
    "z-mr": chart(cc.z_mr, parts),
    "deviations from nominal": chart(cc.dnom, parts, nominal={0: 10.0, 1: 9.0}),
    "acceptance": chart(cc.acceptance, groups, None, lsl=5.0, usl=15.0, sigma=1.0),
    "acceptance, each with its sigma": Case(
        cc.acceptance,
        lambda random, n: (*groups(random, n), np.asarray(random.uniform(0.9, 1.2))),
        {"lsl": 5.0, "usl": 15.0},
        lambda columns: (columns[0], np.asarray(0.0)),
        lambda data, sigma, **how: cc.acceptance(data, sigma=sigma, **how),
        lengths=None,
        plotted=True,
    ),
    "arima residuals": chart(cc.arima_residuals, with_gap, p=1, q=0),
    "run chart": chart(cc.run_chart, with_gap),
    "pre-control": chart(cc.precontrol, normal, lsl=7.0, usl=13.0, greens=2),
    "funnel": chart(cc.funnel, counts_of_sizes, no_events),
    "t2": of_numbers(multivariate.t2_individuals, rows, alike_all),
    "t2, successive differences": of_numbers(
        multivariate.t2_individuals, rows, alike_all, alpha=0.1, covariance="successive_differences"
    ),
    "t2 of subgroups": of_numbers(multivariate.t2_subgroups, subgroups_of_rows, alike_all),
    "t2, monitored": Case(multivariate.t2_monitor, rows, None, alike_all, monitored, None),
    "generalised variance": of_numbers(multivariate.generalized_variance, subgroups_of_rows, alike_all),
    "mewma": of_numbers(multivariate.mewma, rows, alike_all, lam=0.2, h=5.0),
}

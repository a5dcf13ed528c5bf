"""Control charts of one characteristic and of several together."""

from functools import partial

import numpy as np

from hoshin.stats import control_charts as cc
from hoshin.stats import multivariate
from tests.stats.many.case import (
    Case,
    alike_all,
    counts,
    counts_of_sizes,
    empty,
    groups,
    no_events,
    normal,
    times,
    with_gap,
)


def parts(random, n):
    return *with_gap(random, n), np.arange(n) % 2


def rows(random, n):
    data = random.normal(size=(n, 3))
    data[4, 1] = np.nan
    return (data,)


def subgroups_of_rows(random, n):
    return (random.normal(size=(n, 5, 3)),)


def subgroups_with_gaps(random, n):
    """Subgroups of one size for some groups, smaller ones and none at some places for others."""
    data = random.normal(size=(n, 5, 3))
    data[2] = np.nan
    if random.uniform() < 0.6:
        data[3, 0, 1] = data[7, 1:4] = np.nan
    return (data,)


def joint(function, make, **options):
    """A chart of several characteristics; a group without one raises its problem."""
    return Case(function, make, options, alike_all)


def chart(function, make, spoil=empty, **options):
    return Case(function, make, options, spoil, plotted=True)


def later(first, second):
    """A chart of new data against the baseline that the same data leave with another."""
    return lambda data, **how: second(data, baseline=first(data, **how).baseline, **how)


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
    "t2": joint(multivariate.t2_individuals, rows),
    "t2, successive differences": joint(
        multivariate.t2_individuals, rows, alpha=0.1, covariance="successive_differences"
    ),
    "t2 of subgroups": joint(multivariate.t2_subgroups, subgroups_of_rows),
    "t2 of unequal subgroups": joint(multivariate.t2_subgroups, subgroups_with_gaps, alpha=0.05),
    "t2, monitored": Case(
        multivariate.t2_monitor, rows, None, alike_all, later(multivariate.t2_individuals, multivariate.t2_monitor)
    ),
    "t2 of subgroups, monitored": Case(
        multivariate.t2_monitor,
        subgroups_with_gaps,
        None,
        alike_all,
        later(multivariate.t2_subgroups, multivariate.t2_monitor),
    ),
    "generalised variance": joint(multivariate.generalized_variance, subgroups_of_rows),
    "generalised variance of unequal subgroups": joint(multivariate.generalized_variance, subgroups_with_gaps),
    "generalised variance, monitored": Case(
        multivariate.generalized_variance,
        subgroups_with_gaps,
        None,
        alike_all,
        later(multivariate.t2_subgroups, multivariate.generalized_variance),
    ),
    "mewma": joint(multivariate.mewma, rows, lam=0.2, h=5.0),
    "mewma, monitored": Case(
        multivariate.mewma,
        rows,
        {"h": 5.0},
        alike_all,
        lambda data, h, **how: later(multivariate.t2_individuals, partial(multivariate.mewma, h=h))(data, **how),
    ),
}

"""Every function that takes many characteristics: how to make the data of one, how to spoil it, and its options."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hoshin.stats import (
    agreement,
    capability,
    comparisons,
    descriptive,
    experiments,
    forecasting,
    multivariate,
    normality,
    outliers,
    regression,
    reliability,
    sample_size,
    sampling,
    survey,
    tolerance,
    trend,
)
from hoshin.stats import control_charts as cc
from hoshin.stats import measurement_systems as msa
from tests.stats.alike import ragged

KINDS = range(4)
SIZES = (24, 40, 31)
RUNS = 2 * np.array(list(np.ndindex(2, 2, 2, 2))) - 1
POINTS = np.array([[a, b] for a in (-1, 0, 1) for b in (-1, 0, 1)] + [[0, 0]] * 3)
GAUGE = {name: axis.ravel() for name, axis in zip(("part", "operator"), np.indices((5, 3, 2)), strict=False)}
LIMITS = {"lsl": 0.01, "usl": 90.0}


def gap(columns):
    """The second entry of the first column is missing."""
    first = np.array(columns[0], dtype=float)
    first[1] = np.nan
    return first, *columns[1:]


def empty(columns):
    """The first column is missing altogether."""
    return np.full(np.shape(columns[0]), np.nan), *columns[1:]


def alike_all(columns):
    """Nothing varies."""
    return tuple(np.full(column.shape, 4.0) for column in columns)


def no_events(columns):
    """Nothing happened."""
    return np.zeros(columns[0].shape), *columns[1:]


def below_zero(columns):
    """A count below 0."""
    return -1.0 - np.asarray(columns[0], dtype=float), *columns[1:]


@dataclass
class Case:
    """One function with options: ``make(random, n)`` gives the columns of one characteristic with n entries.

    ``lengths`` is None where characteristics cannot differ in length; ``cuts`` gives offsets as the function takes
    them. ``spoil`` is None where no data are bad. ``plotted`` is a chart that is given even where it has no limits.
    """

    function: Callable
    make: Callable
    options: dict | None = None
    spoil: Callable = gap
    call: Callable | None = None
    lengths: tuple[int, ...] | None = SIZES
    cuts: Callable = lambda offsets: offsets[0]
    plotted: bool = False

    def __call__(self, *columns, **how):
        return (self.call or self.function)(*columns, **(self.options or {}), **how)


def normal(random, n):
    return (random.normal(10.0, 1.0, n),)


def skewed(random, n):
    return (random.gamma(3.0, 3.0, n),)


def samples(count, shift=0.3):
    return lambda random, n: tuple(random.normal(10.0 + shift * i, 1.0 + 0.2 * i, n) for i in range(count))


def unequal(count):
    """Samples of which each has two values more than half of the one before."""

    def make(random, n):
        sizes = [n, n // 2 + 2, n // 4 + 3]
        return tuple(random.normal(10.0 + 0.3 * i, 1.0 + 0.2 * i, sizes[i]) for i in range(count))

    return make


def with_gap(random, n):
    values = random.normal(10.0, 1.0, n)
    values[5] = np.nan
    return (values,)


def groups(random, n):
    return (random.normal(10.0, 1.0, (n, 4)) + random.normal(0.0, 2.0, (n, 1)),)


def counts(random, n):
    return (random.poisson(6.0, n).astype(float),)


def counts_of_sizes(random, n):
    return random.poisson(6.0, n).astype(float), random.integers(40, 60, n).astype(float)


def parts(random, n):
    return *with_gap(random, n), np.arange(n) % 2


def series(random, n):
    return (60 + np.cumsum(random.normal(0.0, 0.5, n)) + random.normal(size=n),)


def season(random, n):
    return (60 + 4 * np.sin(np.arange(n) * np.pi / 3) + random.normal(size=n),)


def ratings(random, n):
    truth = random.integers(0, 4, (n, 1))
    truth[:4, 0] = KINDS
    return (np.where(random.random((n, 4)) < 0.6, truth, random.integers(0, 4, (n, 4))).astype(float),)


def answers(random, n):
    given = np.clip(np.round(3 + random.normal(size=(n, 1)) + random.normal(size=(n, 5))), 1, 5)
    given[4, 2] = np.nan
    return (given,)


def gauge(random, n):
    return (random.normal(0.0, 3.0, (5, 1, 1)) + random.normal(0.0, 0.5, (1, 3, 1)) + random.normal(size=(5, 3, 2)),)


def times(random, n):
    """Ages, what became of the units, and how many they are."""
    failed = (random.uniform(size=n) < 0.8).astype(float)
    return np.ceil(20 * random.weibull(1.5, n)), failed, random.integers(1, 4, n)


def numbers(*ranges):
    return lambda random, n: tuple(np.asarray(random.uniform(low, high)) for low, high in ranges)


def whole(*ranges):
    return lambda random, n: tuple(np.asarray(float(random.integers(low, high))) for low, high in ranges)


EFFECTS = numbers((0.3, 1.0), (0.8, 1.2))
SHARES = numbers((0.3, 0.5), (0.1, 0.2))


def no_effect(columns):
    """Nothing to find."""
    return np.zeros(columns[0].shape), *columns[1:]


def equal(columns):
    """Both alike."""
    return columns[1], columns[1]


def rows(random, n):
    return (random.normal(size=(30, 3)),)


def subgroups_of_rows(random, n):
    return (random.normal(size=(20, 5, 3)),)


def chart(function, make, spoil=empty, **options):
    return Case(function, make, options, spoil, plotted=True)


def within(name, spoil=gap, **options):
    return Case(getattr(tolerance, name), normal, {"coverage": 0.6, **options}, spoil, lengths=(2, 30, 9))


def of_numbers(function, make, spoil=below_zero, **options):
    return Case(function, make, options, spoil, lengths=None)


def for_two(function, **options):
    return Case(function, unequal(2), options, lengths=(3, 12, 40, 5), cuts=tuple)


def responses(function, runs, **options):
    return Case(
        function,
        lambda random, n: (random.normal(10.0, 1.0, len(runs)),),
        options,
        lengths=None,
        call=lambda response, **how: function(runs, response, **how),
    )


def study_of_gauge(function, **options):
    return Case(function, gauge, options, alike_all, lengths=None)


def people(function, **options):
    """Ratings of four columns as two appraisers and a standard."""
    return Case(
        function,
        ratings,
        options,
        call=lambda r, **how: function({"Ann": r[..., :2], "Bob": r[..., 1:3]}, r[..., 3], **how),
    )


def judged(r, **how):
    good = (r > 1) + 0 * r
    return agreement.effectiveness({"Ann": good[..., :2], "Bob": good[..., 1:3]}, good[..., 3], 1.0, **how)


def processes(ages, offsets=None, **how):
    """Each row a process of one system; rows would be the systems of one process."""
    if ages.ndim == 2:
        ages, offsets = ragged(*ages)
    return reliability.power_law(ages, offsets=offsets, **how)


def monitored(data, on_error="raise"):
    return multivariate.t2_monitor(
        data, multivariate.t2_individuals(data, on_error=on_error).baseline, on_error=on_error
    )


CASES = {
    "describe": Case(descriptive.describe, normal, spoil=empty),
    "anderson-darling": Case(normality.anderson_darling_normal, normal),
    "shapiro": Case(normality.shapiro_wilk, normal),
    "grubbs": Case(outliers.grubbs, normal),
    "esd": Case(outliers.generalized_esd, normal, {"max_outliers": 3}),
    "grubbs, lower end": Case(outliers.grubbs, normal, {"sides": 1, "end": "min"}, alike_all),
    "hampel": Case(outliers.hampel, normal, {"k": 2.0}),
    "normal tolerance": within("normal_tolerance", spoil=alike_all),
    "normal tolerance, howe": within("normal_tolerance", method="howe"),
    "both tails": within("normal_tolerance", sides=1),
    "lower tail": within("normal_tolerance", sides=1, side="lower"),
    "upper tail": within("normal_tolerance", sides=1, side="upper"),
    "nonparametric tolerance": within("nonparametric_tolerance", confidence=0.8),
    "nonparametric tolerance, one-sided": within("nonparametric_tolerance", confidence=0.8, sides=1),
    "trend": Case(trend.mann_kendall, normal, spoil=alike_all),
    # Capability
    "capability": Case(capability.normal, skewed, {**LIMITS, "target": 8.0}, empty),
    "box-cox": Case(capability.boxcox, skewed, LIMITS, alike_all),
    "box-cox, power given": Case(capability.boxcox, skewed, {"usl": 90.0, "lmbda": -0.5}),
    "yeo-johnson": Case(capability.yeo_johnson, skewed, LIMITS),
    "johnson": Case(capability.johnson, skewed, LIMITS),
    "percentiles of a weibull": Case(capability.percentile, skewed, {"distribution": "weibull", "usl": 90.0}),
    "percentiles of a gamma": Case(capability.percentile, skewed, {"distribution": "gamma", **LIMITS}),
    "percentiles of the values": Case(capability.percentile, skewed, {"distribution": "empirical", **LIMITS}),
    "fit": Case(capability.fit, skewed, {"distribution": "largest_extreme"}),
    "probability plot": Case(capability.probability_plot, skewed, {"distribution": "lognormal"}),
    "binomial": Case(capability.binomial, counts_of_sizes, spoil=empty),
    "poisson": Case(capability.poisson, counts_of_sizes, spoil=empty),
    "yields": Case(
        capability.yields,
        lambda random, n: (*(random.integers(90, 99, n) * 1.0 for _ in range(2)), counts(random, n)[0]),
        spoil=lambda c: (*c[:2], np.full(c[2].shape, 1e6)),
    ),
    # Control charts
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
    # Measurement systems and agreement
    "crossed": study_of_gauge(msa.gauge_rr_crossed, tolerance=20),
    "crossed, interaction kept": study_of_gauge(msa.gauge_rr_crossed, alpha_remove_interaction=None),
    "nested": study_of_gauge(msa.gauge_rr_nested, tolerance=20),
    "average and range": study_of_gauge(msa.gauge_rr_average_range, tolerance=20),
    "destructive": study_of_gauge(msa.gauge_rr_destructive, within_batch_sd=0.2),
    "expanded": Case(
        msa.gauge_rr_expanded,
        gauge,
        {"tolerance": 20},
        alike_all,
        lambda data, **how: msa.gauge_rr_expanded(data.reshape(*data.shape[:-3], 30), GAUGE, **how),
        None,
    ),
    "bias": Case(msa.bias, normal, {"reference": 9.8}),
    "bias by the range": Case(msa.bias, normal, {"reference": 9.8, "sd_method": "range"}, alike_all),
    "type 1": Case(msa.type1, normal, {"reference": 9.8, "tolerance": 20.0, "resolution": 0.1}),
    "linearity": Case(
        msa.linearity,
        lambda random, n: (1.0 + np.arange(n) % 4 + random.normal(0.0, 0.2, n), 1.0 + np.arange(n) % 4),
        call=lambda measured, reference, **how: msa.linearity(reference, measured, process_variation=6, **how),
    ),
    "stability": Case(msa.stability, groups, spoil=alike_all),
    "cohen": Case(
        agreement.cohen_kappa,
        ratings,
        {"categories": KINDS, "weights": "linear"},
        call=lambda r, **how: agreement.cohen_kappa(r[..., 0], r[..., 1], **how),
    ),
    "fleiss": Case(agreement.fleiss_kappa, ratings, {"categories": KINDS}, lambda c: (np.ones(c[0].shape),)),
    "kendall's w": Case(agreement.kendall_w, ratings),
    "tau": Case(
        agreement.kendall_tau_b,
        ratings,
        spoil=alike_all,
        call=lambda r, **how: agreement.kendall_tau_b(r[..., 0], r[..., 1], **how),
    ),
    "attribute study": people(agreement.attribute_study, categories=KINDS, ordinal=True),
    "attribute study, one appraiser": Case(
        agreement.attribute_study,
        ratings,
        {"categories": KINDS},
        call=lambda r, **how: agreement.attribute_study({"Ann": r[..., :3]}, **how),
    ),
    "effectiveness": Case(agreement.effectiveness, ratings, call=judged),
    "percent agreement": of_numbers(
        agreement.percent_agreement, whole((0, 30), (31, 60)), spoil=lambda c: (c[1] + 1, c[1])
    ),
    # Comparisons
    "one mean": Case(comparisons.one_mean, normal, {"target": 10.2}),
    "one variance": Case(comparisons.one_variance, normal, {"target": 1.1, "alternative": "less"}, alike_all),
    "to a target": Case(comparisons.equivalent_to_target, normal, {"low": 9.0, "high": 11.0}),
    "two means": for_two(comparisons.two_means),
    "two means, pooled": for_two(comparisons.two_means, variances="equal", alternative="greater", difference=0.1),
    "paired means": Case(comparisons.paired_means, samples(2)),
    "equivalent means": for_two(comparisons.equivalent_means, low=-1, high=1),
    "equivalent pairs": Case(comparisons.equivalent_paired_means, samples(2), {"low": -1, "high": 1}),
    "two variances": for_two(comparisons.two_variances),
    "bonett": Case(comparisons.bonett, unequal(2), cuts=tuple),
    "mann-whitney": for_two(comparisons.mann_whitney),
    "mann-whitney, one-sided": for_two(comparisons.mann_whitney, alternative="less", method="asymptotic"),
    "signed ranks of pairs": Case(comparisons.wilcoxon_signed_rank, samples(2)),
    "signed ranks": Case(
        comparisons.wilcoxon_signed_rank, normal, {"target": 9.9}, lambda c: (np.full(c[0].shape, 9.9),)
    ),
    "signs": Case(comparisons.sign_test, normal, {"target": 9.9}),
    "signs of pairs": Case(comparisons.sign_test, samples(2), {"alternative": "greater"}),
    "correlation": Case(comparisons.correlation, samples(2), spoil=alike_all),
    "rank correlation": Case(comparisons.correlation, samples(2), {"method": "spearman", "alternative": "less"}),
    "anova": Case(comparisons.one_way_anova, unequal(3), cuts=tuple),
    "welch's anova": Case(comparisons.welch_anova, unequal(3), spoil=alike_all, cuts=tuple),
    "levene": Case(comparisons.levene, unequal(3), cuts=tuple),
    "levene, trimmed": Case(comparisons.levene, unequal(3), {"center": "trimmed"}, alike_all, cuts=tuple),
    "bartlett": Case(comparisons.bartlett, unequal(3), cuts=tuple),
    "kruskal": Case(comparisons.kruskal_wallis, unequal(3), spoil=alike_all, cuts=tuple),
    "one proportion": of_numbers(comparisons.one_proportion, whole((1, 30), (31, 60)), target=0.3),
    "one proportion, midp": of_numbers(
        comparisons.one_proportion, whole((1, 30), (31, 60)), target=0.3, alternative="less", method="midp"
    ),
    "one proportion, score": of_numbers(
        comparisons.one_proportion, whole((1, 30), (31, 60)), target=0.3, alternative="greater", method="score"
    ),
    "fisher": of_numbers(comparisons.two_proportions, whole((1, 30), (31, 60), (1, 30), (31, 60))),
    "fisher, one-sided": of_numbers(
        comparisons.two_proportions,
        whole((1, 30), (31, 60), (1, 30), (31, 60)),
        alternative="greater",
        interval="miettinen-nurminen",
    ),
    "fisher, midp": of_numbers(comparisons.two_proportions, whole((1, 30), (31, 60), (1, 30), (31, 60)), method="midp"),
    "equivalent proportions": of_numbers(
        comparisons.equivalent_proportions, whole((1, 30), (31, 60), (1, 30), (31, 60)), low=-0.1, high=0.1
    ),
    "one rate": of_numbers(comparisons.one_rate, whole((1, 30), (31, 60)), target=0.4),
    "one rate, midp": of_numbers(
        comparisons.one_rate, whole((1, 30), (31, 60)), target=0.4, alternative="less", method="midp"
    ),
    "two rates": of_numbers(comparisons.two_rates, whole((1, 30), (31, 60), (1, 30), (31, 60))),
    "two rates, midp": of_numbers(
        comparisons.two_rates,
        whole((1, 30), (31, 60), (1, 30), (31, 60)),
        alternative="less",
        method="midp",
        ratio=1.2,
    ),
    "equivalent rates": of_numbers(
        comparisons.equivalent_rates, whole((1, 30), (31, 60), (1, 30), (31, 60)), low=-0.5, high=0.5
    ),
    "mcnemar": of_numbers(comparisons.mcnemar, whole((1, 30), (1, 60))),
    "mcnemar, midp": of_numbers(comparisons.mcnemar, whole((1, 30), (1, 60)), method="midp"),
    "mcnemar, chi-square": of_numbers(comparisons.mcnemar, whole((1, 30), (1, 60)), method="chi2"),
    "table": of_numbers(comparisons.chi_square_independence, lambda random, n: (random.integers(1, 30, (3, 2)) * 1.0,)),
    "table, corrected": of_numbers(
        comparisons.chi_square_independence, lambda random, n: (random.integers(1, 30, (2, 2)) * 1.0,), correction=True
    ),
    "fit of counts": of_numbers(
        comparisons.chi_square_fit, lambda random, n: (random.integers(1, 30, 2) * 1.0,), shares=[2, 1]
    ),
    # Experiments and regression
    "factorial": responses(experiments.analyze_factorial, RUNS, order=2),
    "factorial, saturated": responses(experiments.analyze_factorial, RUNS, order=4),
    "levels": responses(experiments.analyze_levels, POINTS, order=1),
    "response surface": responses(experiments.analyze_response_surface, POINTS),
    "regression": responses(regression.linear_regression, POINTS),
    # Several characteristics charted together
    "t2": of_numbers(multivariate.t2_individuals, rows, alike_all),
    "t2, successive differences": of_numbers(
        multivariate.t2_individuals, rows, alike_all, alpha=0.1, covariance="successive_differences"
    ),
    "t2 of subgroups": of_numbers(multivariate.t2_subgroups, subgroups_of_rows, alike_all),
    "t2, monitored": Case(multivariate.t2_monitor, rows, None, alike_all, monitored, None),
    "generalised variance": of_numbers(multivariate.generalized_variance, subgroups_of_rows, alike_all),
    "mewma": of_numbers(multivariate.mewma, rows, alike_all, lam=0.2, h=5.0),
    # Over time
    "indicator": Case(forecasting.read_indicator, series),
    "indicator with a baseline": Case(forecasting.read_indicator, series, {"baseline": 20}, alike_all),
    "change points": Case(forecasting.change_points, series),
    "change points with one penalty": Case(
        forecasting.change_points, series, {"penalty": 9.0, "shortest": 4}, alike_all
    ),
    "pettitt": Case(forecasting.pettitt, series, spoil=alike_all),
    "season": Case(forecasting.seasonality, season, {"period": 6}),
    "season of quotients": Case(forecasting.seasonality, season, {"period": 7, "model": "multiplicative"}, alike_all),
    "period": Case(forecasting.find_period, season),
    "anomalies": Case(forecasting.anomalies, series, {"k": 2.5}),
    "anomalies of a season": Case(forecasting.anomalies, season, {"window": 9, "k": 2.5, "period": 6}, alike_all),
    "ses": Case(forecasting.exponential_smoothing, series, {"model": "ses", "horizon": 3}),
    "holt": Case(forecasting.exponential_smoothing, series, {"model": "holt", "horizon": 3, "beta": 0.1}),
    "winters": Case(forecasting.exponential_smoothing, season, {"model": "holt_winters", "horizon": 8, "period": 6}),
    "winters of quotients": Case(
        forecasting.exponential_smoothing,
        season,
        {"model": "holt_winters", "horizon": 3, "seasonal": "multiplicative", "period": 7},
    ),
    "forecast": Case(forecasting.forecast, series, {"horizon": 2}),
    "forecast with seasons": Case(forecasting.forecast, season, {"horizon": 2, "period": 6}, alike_all),
    "forecast by one model": Case(forecasting.forecast, series, {"horizon": 2, "model": "mean"}),
    # Reliability
    "exponential": Case(
        reliability.exponential,
        times,
        call=lambda t, event, counts, **how: reliability.exponential(t, event, counts=counts, **how),
    ),
    "weibull": Case(reliability.weibull, times, spoil=below_zero),
    "lognormal": Case(reliability.lognormal, times),
    "loglogistic": Case(reliability.loglogistic, times),
    "kaplan-meier": Case(reliability.kaplan_meier, times),
    "log-rank": Case(reliability.log_rank, lambda random, n: (*times(random, n)[:2], np.arange(n) % 3)),
    "power law": Case(
        reliability.power_law,
        lambda random, n: (np.sort(random.uniform(1.0, 90.0, n)),),
        {"ends": 100.0},
        below_zero,
        processes,
    ),
    "warranty": Case(
        reliability.warranty_forecast,
        lambda random, n: (random.uniform(0.0, 20.0, n),),
        {"life": reliability.weibull([5, 8, 11, 12, 14, 20, 20], [1] * 5 + [0] * 2), "periods": 4, "draws": 300},
        below_zero,
        lambda ages, life, **how: reliability.warranty_forecast(life, ages, **how),
    ),
    # Survey
    "alpha": Case(survey.cronbach_alpha, answers, spoil=alike_all),
    "omega": Case(survey.mcdonald_omega, answers, {"replicates": 8}, alike_all),
    "agreement of a group": Case(survey.within_group_agreement, answers, {"categories": 5}, empty),
    "items": Case(survey.item_statistics, answers, spoil=empty),
    "intraclass": Case(survey.intraclass_correlation, groups, spoil=alike_all),
    "weighted mean": Case(
        survey.weighted_mean,
        lambda random, n: (random.normal(size=n), random.uniform(0.5, 3.0, n), np.arange(n) % 2, np.arange(n) // 2 % 4),
    ),
    # Sampling and sample sizes
    "decision on a lot": Case(
        sampling.decide,
        lambda random, n: (random.normal(10.0, 1.0, 5),),
        {"lsl": 7.0, "usl": 15.0},
        call=lambda values, **how: sampling.decide(values, sampling.variables_plan(5, 1.53), **how),
        lengths=None,
    ),
    "size for a mean": of_numbers(sample_size.mean_size, EFFECTS, no_effect),
    "size for a mean, sigma known": of_numbers(sample_size.mean_size, EFFECTS, no_effect, sd_known=True),
    "size for two means": of_numbers(sample_size.two_means_size, EFFECTS, no_effect, ratio=2),
    "size for several means": of_numbers(
        sample_size.anova_size,
        lambda random, n: (random.normal(10.0, 1.0, 3), np.asarray(1.0)),
        lambda columns: (np.ones(3), columns[1]),
    ),
    "size for a proportion": of_numbers(sample_size.proportion_size, SHARES, equal),
    "size for a proportion, normal": of_numbers(
        sample_size.proportion_size, SHARES, equal, method="normal", alternative="greater"
    ),
    "size for two proportions": of_numbers(sample_size.two_proportions_size, SHARES, equal),
    "size for a rate": of_numbers(sample_size.rate_size, SHARES, equal),
    "size for two rates": of_numbers(sample_size.two_rates_size, SHARES, equal, ratio=0.5),
    "size for a standard deviation": of_numbers(sample_size.sd_size, numbers((1.5, 3.0)), below_zero),
    "size for two standard deviations": of_numbers(sample_size.two_sds_size, numbers((1.5, 3.0)), below_zero),
    "size for equivalence": of_numbers(
        sample_size.equivalence_size, numbers((-0.3, 0.3), (0.5, 1.0), (0.5, 1.0)), lambda c: (c[0] + 5, *c[1:])
    ),
    "size for equivalent proportions": of_numbers(
        sample_size.equivalent_proportions_size,
        numbers((0.4, 0.45), (0.4, 0.45), (0.2, 0.3)),
        lambda c: (c[0] + 5, *c[1:]),
    ),
}

"""Values of one kind: described, tested for shape, capability."""

import numpy as np

from hoshin.stats import (
    capability,
    descriptive,
    normality,
    outliers,
    tolerance,
    trend,
)
from tests.stats.many.case import Case, alike_all, counts, counts_of_sizes, empty, gap, normal, skewed

LIMITS = {"lsl": 0.01, "usl": 90.0}


def within(name, spoil=gap, **options):
    return Case(getattr(tolerance, name), normal, {"coverage": 0.6, **options}, spoil, lengths=(2, 30, 9))


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
}

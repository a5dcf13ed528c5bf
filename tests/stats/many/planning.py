"""Sampling and sample sizes."""

import numpy as np

from hoshin.stats import (
    sample_size,
    sampling,
)
from tests.stats.many.case import Case, below_zero, empty, numbers, of_numbers

EFFECTS = numbers((0.3, 1.0), (0.8, 1.2))
SHARES = numbers((0.3, 0.5), (0.1, 0.2))


def no_effect(columns):
    """Nothing to find."""
    return np.zeros(columns[0].shape), *columns[1:]


def equal(columns):
    """Both alike."""
    return columns[1], columns[1]


CASES = {
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
    "size for a missing proportion": of_numbers(sample_size.proportion_size, SHARES, empty, method="normal"),
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
    "size for the interval of a mean": of_numbers(sample_size.mean_precision, EFFECTS),
    "size for the interval of a mean, sigma known": of_numbers(sample_size.mean_precision, EFFECTS, sd_known=True),
    "size for the interval of a proportion": Case(
        sample_size.proportion_precision,
        lambda random, n: (*SHARES(random, n), np.asarray(random.choice([100.0, 5000.0, np.nan]))),
        spoil=below_zero,
        call=lambda width, p, population, **how: sample_size.proportion_precision(
            width, p, population=population, **how
        ),
        lengths=None,
    ),
    "size for the interval of a standard deviation": of_numbers(sample_size.sd_precision, numbers((0.05, 2.0))),
}

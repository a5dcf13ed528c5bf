"""Sample size and power: how many are needed to see what matters, and what a given number can see."""

from hoshin.stats.sample_size._result import Power, Precision, SampleSize
from hoshin.stats.sample_size.equivalence import (
    equivalence_power,
    equivalence_size,
    equivalent_proportions_power,
    equivalent_proportions_size,
)
from hoshin.stats.sample_size.means import (
    anova_power,
    anova_size,
    mean_power,
    mean_precision,
    mean_size,
    two_means_power,
    two_means_size,
)
from hoshin.stats.sample_size.proportions import (
    proportion_power,
    proportion_precision,
    proportion_size,
    two_proportions_power,
    two_proportions_size,
)
from hoshin.stats.sample_size.rates import rate_power, rate_size, two_rates_power, two_rates_size
from hoshin.stats.sample_size.variances import sd_power, sd_precision, sd_size, two_sds_power, two_sds_size

__all__ = [
    "Power",
    "Precision",
    "SampleSize",
    "anova_power",
    "anova_size",
    "equivalence_power",
    "equivalence_size",
    "equivalent_proportions_power",
    "equivalent_proportions_size",
    "mean_power",
    "mean_precision",
    "mean_size",
    "proportion_power",
    "proportion_precision",
    "proportion_size",
    "rate_power",
    "rate_size",
    "sd_power",
    "sd_precision",
    "sd_size",
    "two_means_power",
    "two_means_size",
    "two_proportions_power",
    "two_proportions_size",
    "two_rates_power",
    "two_rates_size",
    "two_sds_power",
    "two_sds_size",
]

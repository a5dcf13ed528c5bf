"""Is it better now? Tests with their estimate, interval and plain conclusion, all giving one result type.

The first sample is "before" or "this", the second "after" or "that": an estimate is first minus second (or first
divided by second), and ``alternative="greater"`` claims that the first is greater. For one-sided alternatives the
interval is one-sided too, so that it never contradicts the p value's direction.
"""

from hoshin.stats.comparisons.anova import one_way_anova, welch_anova
from hoshin.stats.comparisons.association import correlation
from hoshin.stats.comparisons.categorical import chi_square_fit, chi_square_independence, cochran_q, mcnemar
from hoshin.stats.comparisons.equivalence import (
    equivalent_means,
    equivalent_paired_means,
    equivalent_proportions,
    equivalent_rates,
    equivalent_to_target,
)
from hoshin.stats.comparisons.means import one_mean, paired_means, two_means
from hoshin.stats.comparisons.medians import mann_whitney, sign_test, wilcoxon_signed_rank
from hoshin.stats.comparisons.medians_of_groups import friedman, kruskal_wallis, mood_median
from hoshin.stats.comparisons.pairwise import PairwiseComparisons, dunn, dunnett, games_howell, tukey_hsd
from hoshin.stats.comparisons.proportions import one_proportion, two_proportions
from hoshin.stats.comparisons.rates import one_rate, two_rates
from hoshin.stats.comparisons.result import Check, TestResult, TestResults
from hoshin.stats.comparisons.two_way import two_way_anova
from hoshin.stats.comparisons.variances import bartlett, bonett, levene, one_variance, two_variances

__all__ = [
    "Check",
    "PairwiseComparisons",
    "TestResult",
    "TestResults",
    "bartlett",
    "bonett",
    "chi_square_fit",
    "chi_square_independence",
    "cochran_q",
    "correlation",
    "dunn",
    "dunnett",
    "equivalent_means",
    "equivalent_paired_means",
    "equivalent_proportions",
    "equivalent_rates",
    "equivalent_to_target",
    "friedman",
    "games_howell",
    "kruskal_wallis",
    "levene",
    "mann_whitney",
    "mcnemar",
    "mood_median",
    "one_mean",
    "one_proportion",
    "one_rate",
    "one_variance",
    "one_way_anova",
    "paired_means",
    "sign_test",
    "tukey_hsd",
    "two_means",
    "two_proportions",
    "two_rates",
    "two_variances",
    "two_way_anova",
    "welch_anova",
    "wilcoxon_signed_rank",
]

"""Comparisons."""

import numpy as np

from hoshin.stats import (
    comparisons,
)
from tests.stats.many.case import Case, alike_all, below_zero, groups, normal, of_numbers, samples, whole


def unequal(count):
    """Samples of which each has two values more than half of the one before."""

    def make(random, n):
        sizes = [n, n // 2 + 2, n // 4 + 3]
        return tuple(random.normal(10.0 + 0.3 * i, 1.0 + 0.2 * i, sizes[i]) for i in range(count))

    return make


def for_two(function, **options):
    return Case(function, unequal(2), options, lengths=(3, 12, 40, 5), cuts=tuple)


def crossed(random, n):
    """Values in every cell of 2 and 3 levels."""
    return random.normal(10.0, 1.0, n) + np.arange(n) % 2, np.arange(n) % 2, np.arange(n) // 2 % 3


def scattered(random, n):
    """Values of factors with as many levels as it happens."""
    return random.normal(10.0, 1.0, n), random.integers(0, random.integers(2, 5), n), random.integers(3, 6, n) * 10


CASES = {
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
    "two factors": Case(comparisons.two_way_anova, crossed),
    "two factors, scattered": Case(comparisons.two_way_anova, scattered, {"interaction": False}, alike_all),
    "two factors, one design": Case(
        comparisons.two_way_anova,
        normal,
        lengths=None,
        call=lambda values, **how: comparisons.two_way_anova(values, *crossed(np.random, 24)[1:], **how),
    ),
    "levene": Case(comparisons.levene, unequal(3), cuts=tuple),
    "levene, trimmed": Case(comparisons.levene, unequal(3), {"center": "trimmed"}, alike_all, cuts=tuple),
    "bartlett": Case(comparisons.bartlett, unequal(3), cuts=tuple),
    "kruskal": Case(comparisons.kruskal_wallis, unequal(3), spoil=alike_all, cuts=tuple),
    "mood": Case(comparisons.mood_median, unequal(3), spoil=alike_all, cuts=tuple),
    "friedman": Case(comparisons.friedman, groups),
    "friedman, tied": Case(comparisons.friedman, lambda random, n: (random.integers(0, 3, (n, 5)),), spoil=alike_all),
    "cochran": Case(comparisons.cochran_q, lambda random, n: (random.integers(0, 2, (n, 3)),), spoil=below_zero),
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
    "boschloo": of_numbers(comparisons.two_proportions, whole((1, 30), (31, 60), (1, 30), (31, 60)), method="boschloo"),
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
}

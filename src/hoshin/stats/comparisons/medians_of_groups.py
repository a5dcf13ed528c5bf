"""Medians and ranks of several groups: tests that need no normal values."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons._ranks import ranked
from hoshin.stats.comparisons.anova import read_groups
from hoshin.stats.comparisons.medians import refuse_all_alike
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import check_enough
from hoshin.stats.segments import Segments


def kruskal_wallis(
    *groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether several samples come from one distribution, by ranks.

    Estimand: the positions of the groups. ``H = (12 / (N(N+1)) sum Ri^2/ni - 3(N+1)) / (1 - sum(t^3-t) / (N^3-N))``,
    chi-square with k - 1 degrees of freedom. Effect size: epsilon squared, H / (N - 1).

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each.
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: medians in ``summary`` those of the values; the rest is in ranks.

    Assumes: independent values; five values a group for the chi-square approximation (checked).

    Errors: one group, fewer than 2 values in a group, all values alike, a value missing.

    Source: W. H. Kruskal, W. A. Wallis, JASA 47 (1952), 583-621.

    >>> result = kruskal_wallis([2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)  # Hollander and Wolfe: H = 0.77
    (0.7714, 2.0, 0.68)
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 2, offsets, on_error)
    refuse_all_alike(cases, samples)
    ranks, ties = ranked(samples)
    n = sum(x.n for x in samples).astype(np.float64)
    sums = [x.segments.sums(r) for x, r in zip(samples, ranks, strict=True)]
    raw = 12 / (n * (n + 1)) * sum(r**2 / x.n for x, r in zip(samples, sums, strict=True)) - 3 * (n + 1)
    correction = 1 - ties / (n**3 - n)
    with np.errstate(divide="ignore", invalid="ignore"):
        h = raw / correction
    smallest = np.min([x.n for x in samples], axis=0)
    words = ("the smallest group has {smallest} values",)
    check = Checks(
        "at least 5 values in each group", words, np.zeros_like(smallest), {"smallest": smallest}, smallest >= 5
    )
    return cases.answer(
        test="Kruskal-Wallis test",
        estimand="positions of the groups",
        n=tuple(x.n for x in samples),
        pvalue=chdtrc(len(samples) - 1, h),
        statistic=h,
        statistic_name="H",
        df=np.full(cases.count, len(samples) - 1.0),
        confidence_level=level,
        effect_size=h / (n - 1),
        effect_size_name="epsilon squared",
        claim="at least one group lies higher or lower than the others",
        summary={
            "medians": np.stack([x.median for x in samples], axis=1),
            "mean ranks": np.stack([r / x.n for x, r in zip(samples, sums, strict=True)], axis=1),
        },
        computation=(step("correction for ties", "1 - sum(t^3 - t) / (N^3 - N)", correction),),
        checks=(check,),
        assumptions=("values are independent",),
        source="W. H. Kruskal, W. A. Wallis, JASA 47 (1952), 583-621",
    )


def mood_median(
    *groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether several groups have one median, whatever their shapes: Mood's test.

    Estimand: the medians of the groups. Values above, and not above, the median of all are counted in each group: Pearson's
    chi-square of the 2 x k table, k - 1 degrees of freedom. Effect size: Cramer's V.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``.
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: the medians in ``summary`` those of the values.

    Assumes: independent values; it bears outliers that ``kruskal_wallis`` would not, and sees less.

    Errors: one group, no value above the median of all, a value missing.

    Source: A. M. Mood, Introduction to the Theory of Statistics (1950); W. J. Conover, Practical Nonparametric
    Statistics, 3rd edition, section 4.3.

    >>> result = mood_median([83, 91, 94, 89, 89, 96, 91, 92, 90], [91, 90, 81, 83, 84, 83, 88, 91, 89, 84],
    ...                      [101, 100, 91, 93, 96, 95, 94], [78, 82, 81, 77, 79, 81, 80, 81])
    >>> round(result.statistic, 1), result.df, result.pvalue < 0.001  # Conover's corn yields: 17.6
    (17.5, 3.0, True)
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 1, offsets, on_error)
    n, k = np.stack([x.n for x in samples], axis=1), len(samples)
    middle = _median_of_all(samples)
    above = np.stack([x.segments.counts(x.values > x.segments.per_point(middle)) for x in samples], axis=1)
    total, share = n.sum(axis=1), above.sum(axis=1, keepdims=True)
    words = "no value lies above the median of all; some above and some below are needed"
    cases.refuse(share[:, 0] == 0, words)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = n * (share / total[:, None])
        # A value more above is one less below: both cells lie as far from what is expected.
        statistic = ((above - expected) ** 2 * (1 / expected + 1 / (n - expected))).sum(axis=1)
    return cases.answer(
        test="Mood's median test",
        estimand="medians of the groups",
        n=tuple(x.n for x in samples),
        pvalue=chdtrc(k - 1, statistic),
        statistic=statistic,
        statistic_name="chi-square",
        df=np.full(cases.count, k - 1.0),
        confidence_level=level,
        effect_size=np.sqrt(statistic / total),
        effect_size_name="Cramér's V",
        claim="at least one group has another median than the others",
        summary={
            "median of all": middle,
            "above": above,
            "not above": n - above,
            "medians": np.stack([x.median for x in samples], axis=1),
        },
        computation=(step("chi-square", "sum of (observed - expected)^2 / expected", statistic),),
        assumptions=("values are independent",),
        source="A. M. Mood, Introduction to the Theory of Statistics (1950)",
    )


def friedman(
    table, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether several treatments of the same units differ, by ranks within each unit.

    Estimand: the positions of the treatments. ``chi2 = (12 / (b k (k+1)) sum R_j^2 - 3 b (k+1)) / (1 - sum(t^3-t) /
    (b (k^3-k)))`` with R_j the rank sum of treatment j over b units, chi-square with k - 1 degrees of freedom. Effect
    size: Kendall's W, chi2 / (b (k-1)).

    Parameters
    ----------
    table : (units, treatments), at least 2 units and 3 treatments (for 2 use ``wilcoxon_signed_rank``); (C, units,
        treatments) for many characteristics, or their rows end to end with ``offsets``.
    confidence_level : 1 - it is the level of decision.
    offsets : where the rows of each characteristic begin, and their number at the end.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: the values' own; only their order within each unit counts.

    Assumes: units are independent; some 10 units, or 5 treatments, for the chi-square approximation (checked).

    Errors: a table that is too small, treatments all alike in every unit, a value missing.

    Source: M. Friedman, JASA 32 (1937), 675-701; W. J. Conover, Practical Nonparametric Statistics, 3rd edition,
    section 5.8.

    >>> result = friedman([[5.45, 5.50, 5.35], [5.25, 5.15, 5.00], [5.85, 5.80, 5.70], [5.25, 5.20, 5.10]])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (6.5, 2.0, 0.0388)
    """
    level = check_test("two-sided", confidence_level)
    cases, rows, segments = Cases.of_tables(table, offsets, on_error)
    b, k = segments.lengths, rows.shape[1]
    cases.refuse_few(b, 2, "units (rows)")
    check_enough(k, 3, "treatments (columns)")
    of = np.repeat(np.arange(len(rows)), k)
    ranks, tied = midranks(rows.ravel(), of)
    sums = np.add.reduceat(ranks.reshape(rows.shape), segments.offsets[:-1], axis=0)
    ties = segments.sums(sum_of_ties(tied, of, len(rows)))
    cases.refuse(ties == b * (k**3 - k), "all treatments are alike in every unit; some that differ are needed")
    correction = 1 - ties / (b * (k**3 - k))
    with np.errstate(divide="ignore", invalid="ignore"):
        # About their mean, b (k + 1) / 2, the sums lose no digits to one another.
        statistic = 12 / (b * k * (k + 1)) * ((sums - b[:, None] * (k + 1) / 2) ** 2).sum(axis=1) / correction
    words = (f"{{units}} units and {k} treatments",)
    check = Checks("10 units, or 5 treatments, or more", words, np.zeros_like(b), {"units": b}, (b >= 10) | (k >= 5))
    return cases.answer(
        test="Friedman test",
        estimand="positions of the treatments",
        n=(b,),
        pvalue=chdtrc(k - 1, statistic),
        statistic=statistic,
        statistic_name="chi-square",
        df=np.full(cases.count, k - 1.0),
        confidence_level=level,
        effect_size=statistic / (b * (k - 1)),
        effect_size_name="Kendall's W",
        claim="at least one treatment lies higher or lower than the others",
        summary={"rank sums": sums},
        computation=(step("chi-square", "(12 / (b k (k+1)) sum R^2 - 3 b (k+1)), over the term of ties", statistic),),
        checks=(check,),
        assumptions=("units are independent",),
        source="M. Friedman, JASA 32 (1937), 675-701",
    )


def _median_of_all(samples: list[Sample]) -> np.ndarray:
    """The median of all groups together, of each characteristic."""
    order = np.argsort(np.concatenate([x.segments.owner for x in samples]), kind="stable")
    offsets = np.concatenate([[0], np.cumsum(sum(x.n for x in samples))])
    return Segments(offsets).medians(np.concatenate([x.values for x in samples])[order])

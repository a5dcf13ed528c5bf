"""Medians and ranks: tests that need no normal values."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, ndtr

from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, step, tail_pvalue
from hoshin.stats.comparisons._ranks import order_statistics, pseudomedian, ranked, rows_of, shift, signed_rank_tails
from hoshin.stats.comparisons.anova import read_groups
from hoshin.stats.comparisons.means import differences_of_pairs
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import check_choice, check_enough, check_number
from hoshin.stats.segments import Segments

_METHODS = ("auto", "exact", "asymptotic")


def mann_whitney(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    method: str = "auto",
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether values of one sample tend to be larger than those of another.

    Estimand: the shift, by the Hodges-Lehmann estimate (median of all differences x - y). ``U`` counts the pairs with
    x > y (ties count half); mean n1 n2 / 2, variance ``n1 n2 / 12 (N + 1 - sum(t^3-t) / (N (N-1)))``. Effect size:
    Cliff's delta, 2U / (n1 n2) - 1. The interval of the shift cuts the sorted differences at the ranks that U's
    distribution gives (normal approximation).

    Parameters
    ----------
    first, second : (n1,) and (n2,) of one characteristic, (C, n1) and (C, n2) of many, or flat columns with
        ``offsets``; at least 2 values each.
    alternative : "two-sided", or what is claimed: first values tend to be "less" or "greater".
    confidence_level : of the interval; 1 - it is the level of decision.
    method : "exact", "asymptotic" (normal with correction for ties and continuity) or "auto" (exact for up to 8 values
        in a sample without ties).
    offsets : (offsets of the first column, offsets of the second).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: estimate and interval those of the values; the effect size has none.

    Assumes: independent values; that only the position of the two distributions differs if the shift is to be read as
    that of medians.

    Errors: fewer than 2 values in a sample, all values alike, a value missing.

    Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947), 50-60; M. Hollander, D. A. Wolfe,
    Nonparametric Statistical Methods, 2nd edition, sections 4.1-4.3.

    >>> result = mann_whitney([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    ...                       [1.15, 0.88, 0.90, 0.74, 1.21], alternative="greater", method="exact")
    >>> result.statistic, round(result.pvalue, 4), round(result.estimate, 3)
    (35.0, 0.1272, 0.305)
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, _METHODS, "method")
    names = {"values in first": first, "values in second": second}
    cases, (a, b) = Cases.of_samples(names, offsets, on_error)
    _refuse_all_alike(cases, [a, b])
    ranks, ties = ranked([a, b])
    n1, n2 = a.n.astype(np.float64), b.n.astype(np.float64)
    n = n1 + n2
    u = a.segments.sums(ranks[0]) - n1 * (n1 + 1) / 2
    sd = np.sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))))
    middle, *interval = shift(a, b, sd, alternative, level)
    return cases.answer(
        test="Mann-Whitney test",
        estimand="shift (median difference between the samples)",
        n=(a.n, b.n),
        pvalue=_rank_sum_pvalue(a, b, u, sd, ties, alternative, method),
        statistic=u,
        statistic_name="U",
        estimate=middle,
        null_value=0.0,
        interval=interval,
        confidence_level=level,
        alternative=alternative,
        effect_size=2 * u / (n1 * n2) - 1,
        effect_size_name="Cliff's delta",
        claim=_claim("values of the first sample", alternative, "those of the second"),
        summary={"medians": np.stack([a.median, b.median], axis=1)},
        computation=(
            step("mean of U", "{n1} * {n2} / 2", n1 * n2 / 2, n1=a.n, n2=b.n),
            step("standard deviation of U, corrected for ties", "", sd),
        ),
        assumptions=("the samples are independent", "values are independent"),
        source="M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 2nd edition, sections 4.1-4.3",
    )


def wilcoxon_signed_rank(
    first,
    second=None,
    target: float = 0.0,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    method: str = "auto",
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether the median of values, or of differences of pairs, differs from a target, if their shape is symmetric.

    Estimand: the pseudomedian (Hodges-Lehmann: median of all averages of two). ``T+`` sums the ranks of the positive
    distances, mean n (n+1) / 4, variance ``n (n+1) (2n+1) / 24 - sum(t^3-t) / 48``; distances of 0 are left out. Effect
    size: matched-pairs rank biserial correlation, 2 T+ / (n (n+1) / 2) - 1.

    Parameters
    ----------
    first : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``.
    second : for pairs, in the same shape and order; the differences first - second are tested.
    target : the median of the hypothesis.
    alternative : "two-sided", or what is claimed: a median "less" or "greater" than the target.
    confidence_level : of the interval; 1 - it is the level of decision.
    method : "exact", "asymptotic" (with correction for ties and continuity) or "auto" (exact for up to 50 distances
        without ties).
    offsets : where each characteristic begins, the same for both columns of pairs.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: target, estimate and interval those of the values.

    Assumes: independent distances from the target, symmetric about their median.

    Errors: fewer than 2 distances other than 0, columns of different length, a value missing.

    Source: F. Wilcoxon, Biometrics Bulletin 1 (1945), 80-83; M. Hollander, D. A. Wolfe, Nonparametric Statistical
    Methods, 2nd edition, sections 3.1-3.3 (example 3.1: depression scale, p = 0.0195 for "less").

    >>> before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    >>> after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    >>> result = wilcoxon_signed_rank(before, after, alternative="greater")
    >>> result.statistic, round(result.pvalue, 4), round(result.estimate, 2)
    (40.0, 0.0195, 0.46)
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, _METHODS, "method")
    target = check_number(target, "target")
    cases, _, kept, zeros = _distances(first, second, target, offsets, on_error, 2)
    n = kept.n.astype(np.float64)
    ranks, tied = midranks(np.abs(kept.values), kept.segments.owner)
    ties = sum_of_ties(tied, kept.segments.owner, cases.count)
    positive = kept.segments.sums(np.where(kept.values > 0, ranks, 0.0))
    sd = np.sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)
    middle, *interval = pseudomedian(kept, sd, alternative, level)
    return cases.answer(
        test="Wilcoxon signed-rank test" + ("" if second is None else " of pairs"),
        estimand="median" if second is None else "median difference of pairs",
        n=(kept.n + zeros,),
        pvalue=_signed_rank_pvalue(kept, positive, sd, ties, alternative, method),
        statistic=positive,
        statistic_name="sum of positive ranks",
        estimate=middle + target,
        null_value=target,
        interval=[bound + target for bound in interval],
        confidence_level=level,
        alternative=alternative,
        effect_size=4 * positive / (n * (n + 1)) - 1,
        effect_size_name="rank biserial correlation",
        claim="" if second is None else _claim("the first of each pair", alternative, "the second", target),
        summary={"distances of 0 left out": zeros},
        computation=(
            step("mean of the rank sum", "{n} * ({n} + 1) / 4", n * (n + 1) / 4, n=kept.n),
            step("standard deviation, corrected for ties", "", sd),
        ),
        assumptions=("values are independent", "distances from the target are symmetric"),
        source="M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 2nd edition, sections 3.1-3.3",
    )


def sign_test(
    first,
    second=None,
    target: float = 0.0,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether the median differs from a target, whatever the shape: an exact binomial test of the signs.

    Estimand: the median of the values (or of first - second). The number of positive distances is binomial with chance
    1/2 of those that are not 0. The interval is between the order statistics whose ranks leave at most the wanted tail
    of a binomial of all n. Effect size: share of positive signs.

    Parameters
    ----------
    first : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``.
    second : for pairs, in the same shape and order; the differences first - second are tested.
    target : the median of the hypothesis.
    alternative : "two-sided", or what is claimed: a median "less" or "greater" than the target.
    confidence_level : of the interval, at least; 1 - it is the level of decision.
    offsets : where each characteristic begins, the same for both columns of pairs.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: target, estimate and interval those of the values.

    Assumes: independent values; nothing about their shape.

    Errors: no distance other than 0, columns of different length, a value missing.

    Source: W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 157-164 and 143.

    >>> result = sign_test([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30], target=1.0, alternative="greater")
    >>> result.statistic, round(result.pvalue, 4)
    (8.0, 0.0195)
    """
    from scipy.stats import binom

    level = check_test(alternative, confidence_level)
    target = check_number(target, "target")
    cases, everything, kept, zeros = _distances(first, second, target, offsets, on_error, 1)
    n, positive = kept.n, kept.segments.counts(kept.values > 0)
    return cases.answer(
        test="Sign test" + ("" if second is None else " of pairs"),
        estimand="median" if second is None else "median difference of pairs",
        n=(n + zeros,),
        pvalue=tail_pvalue(binom.cdf(positive, n, 0.5), binom.sf(positive - 1, n, 0.5), alternative),
        statistic=positive,
        statistic_name="positive signs",
        estimate=everything.median + target,
        null_value=target,
        interval=[bound + target for bound in order_statistics(everything, alternative, level)],
        confidence_level=level,
        alternative=alternative,
        effect_size=positive / n,
        effect_size_name="share of positive signs",
        claim="" if second is None else _claim("the first of each pair", alternative, "the second", target),
        summary={"distances of 0 left out": zeros, "positive": positive, "negative": n - positive},
        assumptions=("values are independent",),
        source="W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 157-164",
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
    _refuse_all_alike(cases, samples)
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


def _rank_sum_pvalue(a: Sample, b: Sample, u, sd, ties, alternative, method) -> np.ndarray:
    few = (np.minimum(a.n, b.n) <= 8) & (ties == 0)
    exact = {"auto": few, "exact": np.full_like(few, True), "asymptotic": np.full_like(few, False)}[method]
    middle = a.n * b.n / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        # Continuity: half a pair towards the mean.
        below, above = ndtr((u - middle + 0.5) / sd), ndtr(-(u - middle - 0.5) / sd)
    pvalue = tail_pvalue(below, above, alternative)
    sizes = np.stack([a.n, b.n], axis=1)
    for pair in np.unique(sizes[exact], axis=0):
        chosen = np.flatnonzero(exact & (sizes == pair).all(axis=1))
        pvalue[chosen] = _exact_rank_sum(rows_of(a, chosen), rows_of(b, chosen), alternative)
    return pvalue


def _exact_rank_sum(first: np.ndarray, second: np.ndarray, alternative: str) -> np.ndarray:
    from scipy.stats import mannwhitneyu

    return mannwhitneyu(first, second, alternative=alternative, method="exact", axis=1).pvalue


def _signed_rank_pvalue(sample: Sample, positive, sd, ties, alternative, method) -> np.ndarray:
    few = (sample.n <= 50) & (ties == 0)
    exact = {"auto": few, "exact": np.full_like(few, True), "asymptotic": np.full_like(few, False)}[method]
    middle = sample.n * (sample.n + 1) / 4
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = ndtr((positive - middle + 0.5) / sd), ndtr(-(positive - middle - 0.5) / sd)
    below[exact], above[exact] = signed_rank_tails(positive[exact], sample.n[exact])
    return tail_pvalue(below, above, alternative)


def _distances(first, second, target: float, offsets, on_error: str, enough: int):
    """The distances from the target: all of them, those that are not 0, and how many are."""
    if second is None:
        cases, (sample,) = Cases.of_samples({"values": first}, offsets, on_error, enough)
    else:
        cases, sample = differences_of_pairs(first, second, offsets, on_error, enough)
    sample = sample.moved(sample.values - target)
    other = sample.segments.counts(sample.values != 0)
    words = "{n} distances from the target other than 0 found; at least {enough} are needed"
    cases.refuse(other < enough, words, n=other, enough=enough)
    # A characteristic without an answer keeps its zeros, so that no segment is empty.
    kept = (sample.values != 0) | sample.segments.per_point(other < enough)
    lengths = sample.segments.counts(kept)
    segments = Segments(np.concatenate([[0], np.cumsum(lengths)]))
    return cases, sample, Sample(sample.name, sample.values[kept], segments), sample.n - lengths


def _refuse_all_alike(cases: Cases, samples: list[Sample]) -> None:
    firsts = np.stack([x.segments.firsts(x.values) for x in samples])
    alike = np.all([x.alike for x in samples], axis=0) & (firsts == firsts[0]).all(axis=0)
    cases.refuse(alike, "all values are {value}; some that differ are needed", value=firsts[0])


def _median_of_all(samples: list[Sample]) -> np.ndarray:
    """The median of all groups together, of each characteristic."""
    order = np.argsort(np.concatenate([x.segments.owner for x in samples]), kind="stable")
    offsets = np.concatenate([[0], np.cumsum(sum(x.n for x in samples))])
    return Segments(offsets).medians(np.concatenate([x.values for x in samples])[order])


def _claim(first: str, alternative: str, second: str, target: float = 0.0) -> str:
    relation = {"two-sided": "differ from", "less": "tend to be less than", "greater": "tend to be greater than"}
    return f"{first} {relation[alternative]} {second}" + (f" by {target:g}" if target else "")

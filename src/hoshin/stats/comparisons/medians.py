"""Medians and ranks of one sample, of pairs and of two: tests that need no normal values."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats._ranks import midranks, sum_of_ties
from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, step, tail_pvalue
from hoshin.stats.comparisons._ranks import order_statistics, pseudomedian, ranked, rows_of, shift, signed_rank_tails
from hoshin.stats.comparisons.means import differences_of_pairs
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import check_choice, check_number
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
    refuse_all_alike(cases, [a, b])
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


def refuse_all_alike(cases: Cases, samples: list[Sample]) -> None:
    """Refuse where all values of all samples are the same.

    >>> refuse_all_alike(*Cases.of_samples({"first": [1.0, 2.0], "second": [1.0, 1.0]}, None, "raise"))
    """
    firsts = np.stack([x.segments.firsts(x.values) for x in samples])
    alike = np.all([x.alike for x in samples], axis=0) & (firsts == firsts[0]).all(axis=0)
    cases.refuse(alike, "all values are {value}; some that differ are needed", value=firsts[0])


def _claim(first: str, alternative: str, second: str, target: float = 0.0) -> str:
    relation = {"two-sided": "differ from", "less": "tend to be less than", "greater": "tend to be greater than"}
    return f"{first} {relation[alternative]} {second}" + (f" by {target:g}" if target else "")

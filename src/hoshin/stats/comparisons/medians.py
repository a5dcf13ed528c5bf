"""Medians and ranks: tests that need no normal values."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.anova import read_groups
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import (
    check_choice,
    check_enough,
    check_finite,
    check_number,
    check_same_length,
)

_METHODS = ("auto", "exact", "asymptotic")
MOST_PAIRS = 4_000_000


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
    ranks, ties = _ranked([a, b])
    n1, n2 = a.n.astype(np.float64), b.n.astype(np.float64)
    n = n1 + n2
    u = a.segments.sums(ranks[0]) - n1 * (n1 + 1) / 2
    sd = np.sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))))
    shift, *interval = _shift(a, b, sd, alternative, level)
    return cases.answer(
        test="Mann-Whitney test",
        estimand="shift (median difference between the samples)",
        n=(a.n, b.n),
        pvalue=_rank_sum_pvalue(a, b, u, sd, ties, alternative, method),
        statistic=u,
        statistic_name="U",
        estimate=shift,
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
) -> TestResult:
    """Whether the median of values, or of differences of pairs, differs from a target, if their shape is symmetric.

    Estimand: the pseudomedian (Hodges-Lehmann: median of all averages of two). The statistic sums the ranks of the
    positive distances; distances of 0 are left out. ``method`` as in ``mann_whitney``. Effect size: matched-pairs rank
    biserial correlation.

    Parameters: ``first`` 1-D; ``second`` of the same length for pairs. At least 2 distances that are not 0. Assumes
    independent, symmetric distances.

    Source: F. Wilcoxon, Biometrics Bulletin 1 (1945), 80-83; M. Hollander, D. A. Wolfe, Nonparametric Statistical
    Methods, 2nd edition, sections 3.1-3.3 (example 3.1: depression scale, p = 0.0195 for "less").

    >>> before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    >>> after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    >>> result = wilcoxon_signed_rank(before, after, alternative="greater")
    >>> result.statistic, round(result.pvalue, 4), round(result.estimate, 2)
    (40.0, 0.0195, 0.46)
    """
    from scipy.stats import wilcoxon

    level = check_test(alternative, confidence_level)
    check_choice(method, _METHODS, "method")
    distances, zeros = _distances(first, second, target)
    n = distances.size
    # SciPy's "auto" takes the exact law even with ties, where it does not hold.
    tied = np.unique(np.abs(distances)).size < n
    chosen = ("asymptotic" if tied or n > 50 else "exact") if method == "auto" else method
    found = wilcoxon(distances, alternative=alternative, method=chosen, correction=chosen == "asymptotic")
    total = n * (n + 1) / 2
    positive = _positive_ranks(distances)
    sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - _tie_term(np.abs(distances)) / 48)
    average, pairs = _averages(distances), n * (n + 1) // 2
    return TestResult(
        test="Wilcoxon signed-rank test" + ("" if second is None else " of pairs"),
        estimand="median" if second is None else "median difference of pairs",
        n=(n + zeros,),
        pvalue=float(found.pvalue),
        statistic=positive,
        statistic_name="sum of positive ranks",
        estimate=_middle(average, pairs) + target,
        null_value=float(target),
        confidence_interval=tuple(bound + target for bound in _rank_interval(average, pairs, sd, alternative, level)),
        confidence_level=level,
        alternative=alternative,
        effect_size=2 * positive / total - 1,
        effect_size_name="rank biserial correlation",
        claim="" if second is None else _claim("the first of each pair", alternative, "the second", target),
        summary={"distances of 0 left out": zeros},
        computation=(
            step("mean of the rank sum", "{n} * ({n} + 1) / 4", total / 2, n=n),
            step("standard deviation, corrected for ties", "", sd),
        ),
        assumptions=("values are independent", "distances from the target are symmetric"),
        source="M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 2nd edition, sections 3.1-3.3",
    )


def sign_test(
    first, second=None, target: float = 0.0, alternative: str = "two-sided", confidence_level: float = 0.95
) -> TestResult:
    """Whether the median differs from a target, whatever the shape: an exact binomial test of the signs.

    Estimand: the median of the values (or of first - second). Distances of 0 are left out of the test. The interval
    is between the order statistics that hold at least the wanted confidence. Effect size: share of positive signs.

    Parameters: ``first`` 1-D; ``second`` of the same length for pairs; at least one distance that is not 0.

    Source: W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 157-164 and 143.

    >>> result = sign_test([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30], target=1.0, alternative="greater")
    >>> result.statistic, round(result.pvalue, 4)
    (8.0, 0.0195)
    """
    from scipy.stats import binom, binomtest

    level = check_test(alternative, confidence_level)
    distances, zeros = _distances(first, second, target, enough=1)
    n, positive = distances.size, int((distances > 0).sum())
    values = np.sort(np.concatenate([distances, np.zeros(zeros)])) + target
    lower, upper = interval_tails(alternative, level)
    ranks = [int(binom.ppf(tail, values.size, 0.5)) if tail else 0 for tail in (lower, upper)]
    return TestResult(
        test="Sign test" + ("" if second is None else " of pairs"),
        estimand="median" if second is None else "median difference of pairs",
        n=(n + zeros,),
        pvalue=float(binomtest(positive, n, 0.5, alternative).pvalue),
        statistic=float(positive),
        statistic_name="positive signs",
        estimate=float(np.median(values)),
        null_value=float(target),
        confidence_interval=(
            float(values[ranks[0] - 1]) if ranks[0] else -math.inf,
            float(values[-ranks[1]]) if ranks[1] else math.inf,
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=positive / n,
        effect_size_name="share of positive signs",
        claim="" if second is None else _claim("the first of each pair", alternative, "the second", target),
        summary={"distances of 0 left out": zeros, "positive": positive, "negative": n - positive},
        assumptions=("values are independent",),
        source="W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 157-164",
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
    ranks, ties = _ranked(samples)
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


def midranks(values: np.ndarray, of: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each value among those of its own case (ties share the mean), and sum(t^3 - t) of each case.

    >>> midranks(np.array([3.0, 1.0, 3.0, 9.0]), np.array([0, 0, 0, 1]), 2)
    (array([2.5, 1. , 2.5, 1. ]), array([6., 0.]))
    """
    order = np.lexsort((values, of))
    ordered, owner = values[order], of[order]
    starts = np.flatnonzero(np.r_[True, (ordered[1:] != ordered[:-1]) | (owner[1:] != owner[:-1])])
    runs = np.diff(np.r_[starts, values.size])
    before = np.searchsorted(owner, owner[starts], side="left")
    ranks = np.empty(values.size)
    ranks[order] = np.repeat(starts - before + (runs + 1) / 2, runs)
    ties = np.bincount(owner[starts], weights=runs.astype(np.float64) ** 3 - runs, minlength=count)
    return ranks, ties


def _ranked(samples: list[Sample]) -> tuple[list[np.ndarray], np.ndarray]:
    """Ranks of the values of each sample among all of its characteristic, and the term of the ties."""
    of = [x.segments.per_point(np.arange(x.segments.count)) for x in samples]
    ranks, ties = midranks(np.concatenate([x.values for x in samples]), np.concatenate(of), samples[0].segments.count)
    return np.split(ranks, np.cumsum([x.values.size for x in samples])[:-1]), ties


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
        pvalue[chosen] = _exact_rank_sum(_rows(a, chosen), _rows(b, chosen), alternative)
    return pvalue


def _exact_rank_sum(first: np.ndarray, second: np.ndarray, alternative: str) -> np.ndarray:
    from scipy.stats import mannwhitneyu

    return mannwhitneyu(first, second, alternative=alternative, method="exact", axis=1).pvalue


def _rows(sample: Sample, chosen: np.ndarray) -> np.ndarray:
    """The values of the chosen characteristics as rows, filled up with NaN."""
    lengths = sample.n[chosen]
    columns = np.arange(lengths.max())
    places = np.minimum(sample.segments.offsets[chosen, None] + columns, sample.values.size - 1)
    return np.where(columns < lengths[:, None], sample.values[places], np.nan)


def _shift(a: Sample, b: Sample, sd, alternative, level) -> list[np.ndarray]:
    """Hodges and Lehmann's shift and its interval: differences x - y at the ranks that U's distribution gives."""
    count = a.n * b.n
    low, high = _interval_ranks(count, sd, alternative, level)
    wanted = np.stack([(count + 1) // 2, count // 2 + 1, np.maximum(low, 1), np.minimum(high, count)], axis=1)
    found = _ranked_differences(a, b, wanted)
    return [
        (found[:, 0] + found[:, 1]) / 2,
        np.where(low >= 1, found[:, 2], -np.inf),
        np.where(high <= count, found[:, 3], np.inf),
    ]


def _ranked_differences(a: Sample, b: Sample, wanted: np.ndarray) -> np.ndarray:
    """The differences x - y at the ranks wanted (from 1): characteristics of similar size are sorted together."""
    found = np.empty(wanted.shape)
    large = a.n * b.n > MOST_PAIRS
    for i in np.flatnonzero(large):
        at = _differences(*(x.values[x.segments.offsets[i] : x.segments.offsets[i + 1]] for x in (a, b)))
        found[i] = [at(rank) for rank in wanted[i].tolist()]
    classes = np.where(large, -1, 64 * np.frexp(a.n)[1] + np.frexp(b.n)[1])
    for size in np.unique(classes[~large]):
        chosen = np.flatnonzero(classes == size)
        step_size = max(1, MOST_PAIRS // int(a.n[chosen].max() * b.n[chosen].max()))
        for part in np.split(chosen, np.arange(step_size, chosen.size, step_size)):
            pairs = _rows(a, part)[:, :, None] - _rows(b, part)[:, None, :]
            ordered = np.sort(pairs.reshape(part.size, -1), axis=1)
            found[part] = np.take_along_axis(ordered, wanted[part] - 1, axis=1)
    return found


def _interval_ranks(count, sd, alternative, level):
    """The ranks of the bounds that the normal approximation of the statistic gives; outside 1..count: no bound."""
    low, high = (
        np.floor(count / 2 + ndtri(tail) * np.nan_to_num(sd) + 0.5).astype(np.int64) if tail else 0 * count
        for tail in interval_tails(alternative, level)
    )
    return low, count + 1 - high


def _rank_interval(at, count, sd, alternative, level):
    low, high = (int(rank) for rank in _interval_ranks(np.int64(count), sd, alternative, level))
    return at(low) if low >= 1 else -math.inf, at(high) if high <= count else math.inf


def _middle(at, count) -> float:
    return (at((count + 1) // 2) + at(count // 2 + 1)) / 2


def _differences(first, second):
    """The r-th smallest of all differences x - y, for any rank r from 1, without making all of them."""
    x, y = np.sort(first), np.sort(second)
    # x - y <= v where y >= x - v.
    return _selected(lambda v: int((y.size - np.searchsorted(y, x - v, "left")).sum()), x[0] - y[-1], x[-1] - y[0])


def _averages(distances):
    """The r-th smallest average of two of the values (each with itself too), for any rank r from 1."""
    n = distances.size
    if n * (n + 1) // 2 <= MOST_PAIRS:
        i, j = np.triu_indices(n)
        ordered = np.sort((distances[i] + distances[j]) / 2)
        return lambda rank: float(ordered[rank - 1])
    d = np.sort(distances)

    def at_most(v):
        both = int(np.searchsorted(d, 2 * v - d, "right").sum())
        return (both + int(np.searchsorted(d, v, "right"))) // 2

    return _selected(at_most, d[0], d[-1])


def _selected(at_most, low, high):
    """A rank's value by halving the range until no number lies between: for more pairs than memory should hold."""

    def at(rank):
        a, b = math.nextafter(float(low), -math.inf), float(high)
        while (middle := a + (b - a) / 2) not in (a, b):
            a, b = (a, middle) if at_most(middle) >= rank else (middle, b)
        return b

    return at


def _positive_ranks(distances) -> float:
    from scipy.stats import rankdata

    return float(rankdata(np.abs(distances))[distances > 0].sum())


def _distances(first, second, target, enough=2):
    target = check_number(target, "target")
    first = check_finite(first, "first", ndim=1)
    if second is not None:
        second = check_finite(second, "second", ndim=1)
        check_same_length(first, second, ("first", "second"))
        first = first - second
    distances = first - target
    kept = distances[distances != 0]
    check_enough(kept.size, enough, "distances from the target other than 0")
    return kept, distances.size - kept.size


def _tie_term(values) -> float:
    counts = np.unique(values, return_counts=True)[1].astype(float)
    return float((counts**3 - counts).sum())


def _refuse_all_alike(cases: Cases, samples: list[Sample]) -> None:
    firsts = np.stack([x.segments.firsts(x.values) for x in samples])
    alike = np.all([x.alike for x in samples], axis=0) & (firsts == firsts[0]).all(axis=0)
    cases.refuse(alike, "all values are {value}; some that differ are needed", value=firsts[0])


def _claim(first: str, alternative: str, second: str, target: float = 0.0) -> str:
    relation = {"two-sided": "differ from", "less": "tend to be less than", "greater": "tend to be greater than"}
    return f"{first} {relation[alternative]} {second}" + (f" by {target:g}" if target else "")

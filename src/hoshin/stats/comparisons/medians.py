"""Medians and ranks: tests that need no normal values."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtrc, ndtri

from hoshin.stats.comparisons._decision import check_test, interval_tails, step
from hoshin.stats.comparisons.result import Check, TestResult
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_number,
    check_same_length,
)

_METHODS = ("auto", "exact", "asymptotic")
MOST_PAIRS = 4_000_000


def mann_whitney(
    first, second, alternative: str = "two-sided", confidence_level: float = 0.95, method: str = "auto"
) -> TestResult:
    """Whether values of one sample tend to be larger than those of another.

    Estimand: the shift, by the Hodges-Lehmann estimate (median of all differences x - y). U counts the pairs with
    x > y (ties count half). ``method``: "exact", "asymptotic" (normal with correction for ties and continuity) or
    "auto" (exact for up to 8 values in a sample without ties). Effect size: Cliff's delta, 2U / (n1 n2) - 1. The
    interval of the shift cuts the sorted differences at the ranks that U's distribution gives (normal approximation).

    Parameters: two 1-D samples of at least 2 values. Assumes independent values; that only the position of the two
    distributions differs if the shift is to be read as that of medians.

    Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947), 50-60; M. Hollander, D. A. Wolfe,
    Nonparametric Statistical Methods, 2nd edition, sections 4.1-4.3.

    >>> result = mann_whitney([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    ...                       [1.15, 0.88, 0.90, 0.74, 1.21], alternative="greater", method="exact")
    >>> result.statistic, round(result.pvalue, 4), round(result.estimate, 3)
    (35.0, 0.1272, 0.305)
    """
    from scipy.stats import mannwhitneyu

    level = check_test(alternative, confidence_level)
    check_choice(method, _METHODS, "method")
    first, second = _sample(first, "first"), _sample(second, "second")
    n1, n2 = first.size, second.size
    _refuse_all_alike(np.concatenate([first, second]))
    found = mannwhitneyu(first, second, alternative=alternative, method=method)
    shift = _differences(first, second)
    ties = _tie_term(np.concatenate([first, second]))
    n = n1 + n2
    sd = math.sqrt(n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1))))
    return TestResult(
        test="Mann-Whitney test",
        estimand="shift (median difference between the samples)",
        n=(n1, n2),
        pvalue=float(found.pvalue),
        statistic=float(found.statistic),
        statistic_name="U",
        estimate=_middle(shift, n1 * n2),
        null_value=0.0,
        confidence_interval=_rank_interval(shift, n1 * n2, sd, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=2 * float(found.statistic) / (n1 * n2) - 1,
        effect_size_name="Cliff's delta",
        claim=_claim("values of the first sample", alternative, "those of the second"),
        summary={"medians": (float(np.median(first)), float(np.median(second)))},
        computation=(
            step("mean of U", "{n1} * {n2} / 2", n1 * n2 / 2, n1=n1, n2=n2),
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


def kruskal_wallis(*groups, confidence_level: float = 0.95) -> TestResult:
    """Whether several samples come from one distribution, by ranks.

    ``H = (12 / (N(N+1)) sum Ri^2/ni - 3(N+1)) / (1 - sum(t^3-t) / (N^3-N))``, chi-square with k - 1 degrees of
    freedom. Effect size: epsilon squared, H / (N - 1).

    Parameters: at least 2 groups, 1-D, at least 2 values each. Assumes independent values; five values a group for
    the chi-square approximation (checked).

    Source: W. H. Kruskal, W. A. Wallis, JASA 47 (1952), 583-621.

    >>> result = kruskal_wallis([2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)  # Hollander and Wolfe: H = 0.77
    (0.7714, 2.0, 0.68)
    """
    from scipy.stats import rankdata

    level = check_test("two-sided", confidence_level)
    check_enough(len(groups), 2, "groups")
    groups = [_sample(x, f"group {i + 1}") for i, x in enumerate(groups)]
    everything = np.concatenate(groups)
    _refuse_all_alike(everything)
    n = everything.size
    ranks = np.split(rankdata(everything), np.cumsum([x.size for x in groups])[:-1])
    raw = 12 / (n * (n + 1)) * sum(r.sum() ** 2 / r.size for r in ranks) - 3 * (n + 1)
    correction = 1 - _tie_term(everything) / (n**3 - n)
    h, df = float(raw / correction), float(len(groups) - 1)
    smallest = min(x.size for x in groups)
    return TestResult(
        test="Kruskal-Wallis test",
        estimand="positions of the groups",
        n=tuple(x.size for x in groups),
        pvalue=float(chdtrc(df, h)),
        statistic=h,
        statistic_name="H",
        df=df,
        confidence_level=level,
        effect_size=h / (n - 1),
        effect_size_name="epsilon squared",
        claim="at least one group lies higher or lower than the others",
        summary={
            "medians": tuple(float(np.median(x)) for x in groups),
            "mean ranks": tuple(float(r.mean()) for r in ranks),
        },
        computation=(step("correction for ties", "1 - sum(t^3 - t) / (N^3 - N)", float(correction)),),
        checks=(Check("at least 5 values in each group", f"the smallest group has {smallest} values", smallest >= 5),),
        assumptions=("values are independent",),
        source="W. H. Kruskal, W. A. Wallis, JASA 47 (1952), 583-621",
    )


def _rank_interval(at, count, sd, alternative, level):
    """The values at the ranks that the normal approximation of the statistic gives, counted from both ends."""
    lower, upper = interval_tails(alternative, level)
    ranks = [math.floor(count / 2 + float(ndtri(tail)) * sd + 0.5) if tail else 0 for tail in (lower, upper)]
    return (
        at(ranks[0]) if ranks[0] >= 1 else -math.inf,
        at(count + 1 - ranks[1]) if ranks[1] >= 1 else math.inf,
    )


def _middle(at, count) -> float:
    return (at((count + 1) // 2) + at(count // 2 + 1)) / 2


def _differences(first, second):
    """The r-th smallest of all differences x - y, for any rank r from 1."""
    if first.size * second.size <= MOST_PAIRS:
        ordered = np.sort((first[:, None] - second).ravel())
        return lambda rank: float(ordered[rank - 1])
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


def _refuse_all_alike(values) -> None:
    if not np.ptp(values) > 0:
        raise StatisticsError("all values are {value}; some that differ are needed", value=float(values[0]))


def _sample(values, name) -> np.ndarray:
    array = check_finite(values, name, ndim=1)
    check_enough(array.size, 2, f"values in {name}")
    return array


def _claim(first: str, alternative: str, second: str, target: float = 0.0) -> str:
    relation = {"two-sided": "differ from", "less": "tend to be less than", "greater": "tend to be greater than"}
    return f"{first} {relation[alternative]} {second}" + (f" by {target:g}" if target else "")

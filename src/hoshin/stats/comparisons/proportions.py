"""Proportions: nonconforming units before and after, or against a target."""

from __future__ import annotations

import numpy as np
from scipy.optimize.elementwise import find_root
from scipy.special import betaincinv, gammaln, ndtr, ndtri

from hoshin.stats.comparisons._boschloo import boschloo
from hoshin.stats.comparisons._cases import Cases
from hoshin.stats.comparisons._decision import check_test, differs, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import check_choice

_TESTS = {
    "fisher": "Fisher's exact test",
    "boschloo": "Boschloo's exact test",
    "midp": "Fisher's mid-P test",
    "score": "Score test",
}
_MOST_UNITS = 10**9
_AS_LIKELY = 1 + 1e-7
"""Outcomes of the same chance differ by rounding; R's binom.test and fisher.test allow as much."""


def one_proportion(
    count,
    n,
    target,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
    *,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether a proportion differs from a target.

    Estimand: the proportion p, estimated by ``count / n``. Hypothesis: p = target. ``method`` "exact": binomial tails
    (two-sided: all outcomes at most as likely as the one found) with the Clopper-Pearson interval; "midp": half of the
    outcome's own chance, with the mid-P interval; "score": ``(p - target) / sqrt(target (1 - target) / n)`` with the
    Wilson interval, for large n.

    Parameters
    ----------
    count, n : units counted, and looked at; one number each, or one for each of many characteristics.
    target : the proportion of the hypothesis, between 0 and 1.
    alternative : "two-sided", or what is claimed: a proportion "less" or "greater" than the target.
    method : "exact", "midp" or "score".
    confidence_level : of the interval; 1 - it is the level of decision.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: target, estimate and interval are fractions (0.01 is one per cent); the effect size is Cohen's h, in radians.

    Assumes: independent units with one chance.

    Errors: counts that are not whole or not of 0 to n, a target outside 0 to 1.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413; E. B. Wilson, JASA 22 (1927), 209-212;
    A. Agresti, Categorical Data Analysis, 3rd edition, 16-20.

    >>> result = one_proportion(3, 200, target=0.05, alternative="less")
    >>> round(result.pvalue, 4), [round(bound, 4) for bound in result.confidence_interval]
    (0.009, [0.0, 0.0383])
    >>> print(result.conclusion)
    The proportion is 0.015 (95% confidence interval 0 to 0.03831). The data show that the proportion is less than 0.05 (p = 0.0090, at or below 0.05).
    >>> one_proportion([3, 30], 200, target=0.05).significant
    array([ True,  True])
    """  # noqa: E501
    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp", "score"), "method")
    cases, given = Cases.of_numbers(on_error, count=count, n=n, target=target)
    count, n = _units(cases, given["count"], given["n"])
    target = cases.numbers(given["target"], "target")
    words = "target is {found}; a number between 0 and 1 is needed"
    cases.refuse(~((target > 0) & (target < 1)), words, found=target)
    target = np.clip(target, 1e-300, 1 - 1e-16)
    p = count / n
    z = (p - target) / np.sqrt(target * (1 - target) / n)
    if method == "score":
        pvalue = tail_pvalue(ndtr(z), ndtr(-z), alternative)
    else:
        pvalue = _binomial_pvalue(count, n, target, alternative, method)
    kind = {"exact": "Exact binomial test", "midp": "Mid-P binomial test", "score": "Score test"}[method]
    return cases.answer(
        test=f"{kind} of one proportion",
        estimand="proportion",
        n=(n,),
        pvalue=pvalue,
        statistic=z if method == "score" else count,
        statistic_name="z" if method == "score" else "count",
        estimate=p,
        null_value=target,
        interval=proportion_interval(count, n, method, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=_cohen_h(p, target),
        effect_size_name="Cohen's h",
        summary={"count": count, "target": target},
        computation=(step("proportion", "{count} / {n}", p, count=count, n=n),),
        checks=_large_enough([(n, target)]) if method == "score" else (),
        assumptions=("units are independent of one another", "every unit has the same chance"),
        source="C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413; A. Agresti, Categorical Data Analysis",
    )


def two_proportions(
    count1,
    n1,
    count2,
    n2,
    alternative: str = "two-sided",
    method: str = "fisher",
    confidence_level: float = 0.95,
    interval: str = "newcombe",
    *,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two proportions differ: of units nonconforming before and after, say.

    Estimand: the difference p1 - p2. Hypothesis: p1 = p2. ``method`` "fisher": hypergeometric, exact given both margins
    (never too many false alarms; two-sided: all tables at most as likely as the one found); "boschloo": exact given the
    sample sizes, at the chance that makes its p value largest, and uniformly more powerful (two-sided: twice the smaller
    side), slow beyond some thousands; "midp": Fisher's with half of the table's own chance; "score": ``(p1 - p2) / sqrt(p
    (1 - p) (1/n1 + 1/n2))`` with p of both together, for large samples.
    ``summary`` also has relative risk and odds ratio.

    Parameters
    ----------
    count1, n1, count2, n2 : units counted and looked at in each sample; one number, or one for each of many
        characteristics.
    alternative : "two-sided", or what is claimed: a first proportion "less" or "greater" than the second.
    method : "fisher", "boschloo", "midp" or "score".
    confidence_level : of the interval; 1 - it is the level of decision.
    interval : of the difference: "newcombe" (hybrid of Wilson intervals) or "miettinen-nurminen" (score).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: estimate and interval are fractions (0.01 is one per cent); the effect size is Cohen's h, in radians.

    Assumes: independent samples of independent units.

    Errors: counts that are not whole or not of 0 to n; all units alike with "score", more than 1e9 units otherwise.

    Source: R. A. Fisher, Statistical Methods for Research Workers, section 21.02; R. D. Boschloo, Statistica
    Neerlandica 24 (1970), 1-35; R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, methods 10 and 6.

    >>> result = two_proportions(14, 200, 3, 220, alternative="greater")
    >>> round(result.estimate, 4), round(result.pvalue, 4), result.significant
    (0.0564, 0.0031, True)
    >>> two_proportions(56, 70, 48, 80).confidence_interval  # Newcombe 1998, table II: 0.0524, 0.3339
    (0.0524314724023649, 0.333872654036906)
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, tuple(_TESTS), "method")
    check_choice(interval, ("newcombe", "miettinen-nurminen"), "interval")
    cases, table = read_units(on_error, count1=count1, n1=n1, count2=count2, n2=n2)
    if method != "score":
        table = _countable(cases, table)
    x1, n1, x2, n2 = table
    p1, p2, pooled = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    statistic, name, pvalue = _two_proportion_test(cases, table, pooled, method, alternative)
    return cases.answer(
        test=f"{_TESTS[method]} of two proportions",
        estimand="difference of proportions",
        n=(n1, n2),
        pvalue=pvalue,
        statistic=statistic,
        statistic_name=name,
        estimate=p1 - p2,
        null_value=0.0,
        interval=_difference_interval(table, interval, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=_cohen_h(p1, p2),
        effect_size_name="Cohen's h",
        claim=differs("the first proportion", "the second", alternative),
        summary={
            "counts": np.stack([x1, x2], axis=1),
            "relative risk": _ratio(p1, p2),
            "odds ratio": _ratio(x1 * (n2 - x2), x2 * (n1 - x1)),
        },
        computation=(
            step("first proportion", "{count} / {n}", p1, count=x1, n=n1),
            step("second proportion", "{count} / {n}", p2, count=x2, n=n2),
            step("both together", "({a} + {b}) / ({n1} + {n2})", pooled, a=x1, b=x2, n1=n1, n2=n2),
        ),
        checks=_large_enough([(n1, pooled), (n2, pooled)]) if method == "score" else (),
        assumptions=("the two samples are independent", "units are independent, with one chance in each sample"),
        source="R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890; A. Agresti, Categorical Data Analysis",
    )


def proportion_interval(
    count, n, method: str = "exact", alternative: str = "two-sided", confidence_level: float = 0.95
) -> tuple:
    """Interval of a proportion, or of many: "exact" (Clopper-Pearson), "midp" or "score" (Wilson).

    >>> [round(float(bound), 4) for bound in proportion_interval(15, 148)]  # Newcombe 1998a, table I: 0.0578, 0.1617
    [0.0578, 0.1617]
    >>> low, high = proportion_interval(np.array([15, 0]), 148, "score")  # the same table: 0.0624, 0.1605
    >>> low.round(4), high.round(4)
    (array([0.0624, 0.    ]), array([0.1605, 0.0253]))
    """
    lower_tail, upper_tail = interval_tails(alternative, confidence_level)
    count, n = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    low = _lower_bound(count, n, lower_tail, method) if lower_tail else np.zeros_like(count)
    high = 1 - _lower_bound(n - count, n, upper_tail, method) if upper_tail else np.ones_like(count)
    if count.ndim:
        return low, high
    return float(low), float(high)


def read_units(on_error: str, *, count1, n1, count2, n2) -> tuple[Cases, tuple]:
    """Counts and sizes of two samples.

    >>> read_units("raise", count1=3, n1=10, count2=1, n2=12)[1]
    (array([3]), array([10]), array([1]), array([12]))
    """
    cases, given = Cases.of_numbers(on_error, count1=count1, n1=n1, count2=count2, n2=n2)
    first = _units(cases, given["count1"], given["n1"], "1")
    return cases, (*first, *_units(cases, given["count2"], given["n2"], "2"))


def _countable(cases: Cases, table) -> tuple:
    """The tables that can be added up exactly in a time somebody waits."""
    found = np.maximum(table[1], table[3])
    far = found > _MOST_UNITS
    words = "{found} units found; at most {most} can be counted exactly: use method='score'"
    cases.refuse(far, words, found=found, most=_MOST_UNITS)
    return tuple(np.where(far, 1, numbers) for numbers in table) if far.any() else table


def _units(cases: Cases, count, n, which: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Counts and sample sizes, refused where a count is not of 0 to n."""
    n = cases.whole(n, f"n{which}", at_least=1)
    count = cases.whole(count, f"count{which}", at_least=0)
    words = "count{which} is {count} of n{which} = {n}; a count of at most n is needed"
    cases.refuse(count > n, words, which=which, count=count, n=n)
    return np.minimum(count, n), n


def _lower_bound(count, n, tail, method):
    some = np.maximum(count, 1)
    if method == "exact":
        bound = betaincinv(some, n - some + 1, tail)
    elif method == "midp":
        bound = _midp_bound(some, np.broadcast_to(n, np.shape(some)), tail)
    else:
        z, p = ndtri(1 - tail), some / n
        middle = p + z * z / (2 * n)
        bound = (middle - z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return np.where(count > 0, np.maximum(bound, 0.0), 0.0)


def _midp_bound(count, n, tail):
    from scipy.stats import binom

    def excess(p, x, n):
        return binom.sf(x, n, p) + 0.5 * binom.pmf(x, n, p) - tail

    ends = np.full(np.shape(count), 1e-300), np.full(np.shape(count), 1 - 1e-16)
    return find_root(excess, ends, args=(count, n), tolerances={"xatol": 1e-15, "xrtol": 1e-14}).x


def _binomial_pvalue(count, n, target, alternative, method):
    from scipy.stats import binom

    law = binom(n, target)
    if method == "midp":
        own = law.pmf(count) / 2
        return tail_pvalue(law.cdf(count) - own, law.sf(count) + own, alternative)
    if alternative == "two-sided":
        return _as_unlikely(law, law.pmf, count, np.zeros_like(n), n, np.floor((n + 1) * target))
    return law.cdf(count) if alternative == "less" else law.sf(count - 1)


def _hypergeometric_pvalue(table, alternative, method):
    from scipy.stats import hypergeom

    x1, n1, x2, n2 = table
    law, both = hypergeom(n1 + n2, x1 + x2, n1), x1 + x2
    if method == "midp":
        own = law.pmf(x1) / 2
        return tail_pvalue(law.cdf(x1) - own, law.sf(x1) + own, alternative)
    if alternative == "two-sided":
        low, high = np.maximum(0, both - n2), np.minimum(n1, both)
        mode = np.floor((both + 1) * (n1 + 1) / (n1 + n2 + 2))

        def chance(k):
            # By logarithms: to some 1e-10, which is enough to find outcomes as likely, and fast for large samples.
            inside = np.clip(k, low, high)
            ways = _log_ways(n1, inside) + _log_ways(n2, both - inside) - _log_ways(n1 + n2, both)
            return np.where(inside == k, np.exp(ways), 0.0)

        return _as_unlikely(law, chance, x1, low, high, mode)
    return law.cdf(x1) if alternative == "less" else law.sf(x1 - 1)


def _as_unlikely(law, chance, count, low, high, mode):
    """The chance of all outcomes of a law with one peak that are at most as likely as the one found."""
    mode = np.clip(mode, low, high).astype(np.int64)
    most = chance(count) * _AS_LIKELY
    # From the peak outwards chances fall: the nearest outcome as unlikely, on the side the one found is not.
    right = _first(lambda k: chance(k) <= most, mode, high + 1)
    left = -_first(lambda k: chance(-k) <= most, -mode, 1 - low)
    left, right = np.where(count < mode, count, left), np.where(count < mode, right, count)
    return np.where(chance(mode) <= most, 1.0, np.minimum(law.cdf(left) + law.sf(right - 1), 1.0))


def _log_ways(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _first(holds, low, high):
    """The first whole number from low to high where something holds, if it holds from there on; else high."""
    low, high = low.astype(np.int64), np.broadcast_to(high, low.shape).astype(np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        found = holds(middle)
        low, high = np.where(found | (low >= high), low, middle + 1), np.where(found, middle, high)
    return high


def _two_proportion_test(cases, table, pooled, method, alternative):
    x1, n1, x2, n2 = table
    if method == "boschloo":
        fisher, pvalue = boschloo(table, alternative)
        return fisher, "Fisher's p", pvalue
    if method != "score":
        return x1, "first count", _hypergeometric_pvalue(table, alternative, method)
    cases.refuse(
        (pooled == 0) | (pooled == 1),
        "all units are alike in both samples ({a} of {n1} and {b} of {n2}); the score test needs some of each kind:"
        " use method='fisher'",
        a=x1,
        n1=n1,
        b=x2,
        n2=n2,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x1 / n1 - x2 / n2) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return z, "z", tail_pvalue(ndtr(z), ndtr(-z), alternative)


def _difference_interval(table, interval, alternative, level):
    lower_tail, upper_tail = interval_tails(alternative, level)
    bound = _newcombe if interval == "newcombe" else _miettinen_nurminen
    x1, n1, x2, n2 = table
    low = bound(table, lower_tail) if lower_tail else np.full(x1.shape, -1.0)
    high = -bound((x2, n2, x1, n1), upper_tail) if upper_tail else np.full(x1.shape, 1.0)
    return low, high


def _newcombe(table, tail):
    x1, n1, x2, n2 = table
    p1, p2 = x1 / n1, x2 / n2
    low1 = _lower_bound(x1, n1, tail, "score")
    high2 = 1 - _lower_bound(n2 - x2, n2, tail, "score")
    return p1 - p2 - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)


def _miettinen_nurminen(table, tail):
    x1, n1, x2, n2 = (number.astype(np.float64) for number in table)
    difference, z = x1 / n1 - x2 / n2, ndtri(1 - tail)
    edge = -1 + 1e-12

    def excess(delta, x1, n1, x2, n2):
        p1, p2 = _restricted((x1, n1, x2, n2), delta)
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        return (x1 / n1 - x2 / n2 - delta) - z * np.sqrt(np.maximum(variance, 0.0))

    # Just below the difference: at a difference of 1 nothing varies there and the estimate itself would be a root.
    ends = np.full(x1.shape, edge), np.maximum(difference - 1e-12, edge + 1e-12)
    outside = (difference <= edge + 1e-11) | (excess(edge, x1, n1, x2, n2) <= 0)
    root = find_root(excess, ends, args=(x1, n1, x2, n2), tolerances={"xatol": 1e-13}).x
    return np.where(outside, -1.0, root)


def _restricted(table, delta):
    """The most likely p1, p2 with p1 - p2 = delta: the root of a cubic (Miettinen and Nurminen 1985, appendix I)."""
    x1, n1, x2, n2 = table
    n, both = n1 + n2, x1 + x2
    l2 = (n1 + 2 * n2) * delta - n - both
    l1 = (n2 * delta - n - 2 * x2) * delta + both
    l0 = x2 * delta * (1 - delta)
    q = l2**3 / (3 * n) ** 3 - l1 * l2 / (6 * n * n) + l0 / (2 * n)
    p = np.copysign(np.sqrt(np.maximum(l2 * l2 / (3 * n) ** 2 - l1 / (3 * n), 0.0)), q)
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = (np.pi + np.arccos(np.clip(q / p**3, -1.0, 1.0))) / 3
    p2 = np.where(p == 0, 0.0, 2 * p * np.cos(np.where(p == 0, 0.0, angle))) - l2 / (3 * n)
    p2 = np.clip(p2, 0.0, 1.0)
    return np.clip(p2 + delta, 0.0, 1.0), p2


def _ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(a, dtype=np.float64) / b


def _cohen_h(p1, p2):
    return 2 * (np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(p2)))


def _large_enough(samples) -> tuple[Checks, ...]:
    smallest = np.min([np.minimum(n * p, n * (1 - p)) for n, p in samples], axis=0)
    return (
        Checks(
            "at least 5 units of each kind expected in each sample",
            ("the smallest expected count is {smallest:.3g}",),
            np.zeros(smallest.shape, dtype=np.int64),
            {"smallest": smallest},
            smallest >= 5,
        ),
    )

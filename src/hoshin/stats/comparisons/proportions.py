"""Proportions: nonconforming units before and after, or against a target."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.special import betaincinv, ndtr, ndtri

from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import Check, TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_whole


def one_proportion(
    count: int,
    n: int,
    target: float,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
) -> TestResult:
    """Whether a proportion differs from a target.

    Estimand: the proportion p. Hypothesis: p = target. ``method``: "exact" binomial tails (two-sided: all outcomes at
    most as likely as the one found) with the Clopper-Pearson interval; "midp" half of the outcome's own chance, with
    the mid-P interval; "score" the normal score test with the Wilson interval, for large n.

    Parameters: ``count`` units of ``n`` (whole numbers, 0 <= count <= n, n >= 1), ``target`` between 0 and 1.
    Assumes independent units with one chance. Raises StatisticsError for anything else.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413; E. B. Wilson, JASA 22 (1927), 209-212;
    A. Agresti, Categorical Data Analysis, 3rd edition, 16-20.

    >>> result = one_proportion(3, 200, target=0.05, alternative="less")
    >>> round(result.pvalue, 4), [round(bound, 4) for bound in result.confidence_interval]
    (0.009, [0.0, 0.0383])
    >>> print(result.conclusion)
    The proportion is 0.015 (95% confidence interval 0 to 0.03831). The data show that the proportion is less than 0.05 (p = 0.0090, at or below 0.05).
    """  # noqa: E501
    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp", "score"), "method")
    count, n = units_of(count, n)
    target = check_fraction(target, "target")
    p = count / n
    statistic = (p - target) / math.sqrt(target * (1 - target) / n)
    if method == "score":
        pvalue = tail_pvalue(ndtr(statistic), ndtr(-statistic), alternative)
    else:
        pvalue = _binomial_pvalue(count, n, target, alternative, method)
    return TestResult(
        test={"exact": "Exact binomial test", "midp": "Mid-P binomial test", "score": "Score test"}[method]
        + " of one proportion",
        estimand="proportion",
        n=(n,),
        pvalue=pvalue,
        statistic=statistic if method == "score" else float(count),
        statistic_name="z" if method == "score" else "count",
        estimate=p,
        null_value=target,
        confidence_interval=proportion_interval(count, n, method, alternative, level),
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
    count1: int,
    n1: int,
    count2: int,
    n2: int,
    alternative: str = "two-sided",
    method: str = "fisher",
    confidence_level: float = 0.95,
    interval: str = "newcombe",
) -> TestResult:
    """Whether two proportions differ: of units nonconforming before and after, say.

    Estimand: the difference p1 - p2. Hypothesis: p1 = p2. ``method``: "fisher" exact given both margins (never too
    many false alarms); "boschloo" exact given the sample sizes, uniformly more powerful, slow beyond some hundreds;
    "midp" Fisher's with half of the table's own chance; "score" the pooled normal test, for large samples.
    ``interval`` of the difference: "newcombe" (hybrid of Wilson intervals) or "miettinen-nurminen" (score).
    ``summary`` also has relative risk and odds ratio.

    Parameters: whole counts, 0 <= count <= n, n >= 1. Assumes independent samples of independent units.

    Source: R. A. Fisher, Statistical Methods for Research Workers, section 21.02; R. D. Boschloo, Statistica
    Neerlandica 24 (1970), 1-35; R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, methods 10 and 6.

    >>> result = two_proportions(14, 200, 3, 220, alternative="greater")
    >>> round(result.estimate, 4), round(result.pvalue, 4), result.significant
    (0.0564, 0.0031, True)
    >>> two_proportions(56, 70, 48, 80).confidence_interval  # Newcombe 1998, table II: 0.0524, 0.3339
    (0.0524314724023649, 0.333872654036906)
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, ("fisher", "boschloo", "midp", "score"), "method")
    check_choice(interval, ("newcombe", "miettinen-nurminen"), "interval")
    count1, n1 = units_of(count1, n1, "1")
    count2, n2 = units_of(count2, n2, "2")
    p1, p2 = count1 / n1, count2 / n2
    pooled = (count1 + count2) / (n1 + n2)
    table = (count1, n1, count2, n2)
    statistic, name, pvalue = _two_proportion_test(table, method, alternative)
    low, high = _difference_interval(table, interval, alternative, level)
    return TestResult(
        test={"fisher": "Fisher's exact test", "boschloo": "Boschloo's exact test", "midp": "Fisher's mid-P test"}.get(
            method, "Score test"
        )
        + " of two proportions",
        estimand="difference of proportions",
        n=(n1, n2),
        pvalue=pvalue,
        statistic=statistic,
        statistic_name=name,
        estimate=p1 - p2,
        null_value=0.0,
        confidence_interval=(low, high),
        confidence_level=level,
        alternative=alternative,
        effect_size=_cohen_h(p1, p2),
        effect_size_name="Cohen's h",
        claim=_claim("proportion", alternative),
        summary={
            "counts": (count1, count2),
            "relative risk": _ratio(p1, p2),
            "odds ratio": _ratio(count1 * (n2 - count2), count2 * (n1 - count1)),
        },
        computation=(
            step("first proportion", "{count} / {n}", p1, count=count1, n=n1),
            step("second proportion", "{count} / {n}", p2, count=count2, n=n2),
            step("both together", "({a} + {b}) / ({n1} + {n2})", pooled, a=count1, b=count2, n1=n1, n2=n2),
        ),
        checks=_large_enough([(n1, pooled), (n2, pooled)]) if method == "score" else (),
        assumptions=("the two samples are independent", "units are independent, with one chance in each sample"),
        source="R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890; A. Agresti, Categorical Data Analysis",
    )


def proportion_interval(
    count: int, n: int, method: str = "exact", alternative: str = "two-sided", confidence_level: float = 0.95
) -> tuple[float, float]:
    """Interval of one proportion: "exact" (Clopper-Pearson), "midp" or "score" (Wilson).

    >>> [round(bound, 4) for bound in proportion_interval(15, 148)]  # Newcombe 1998a, table I: 0.0578, 0.1617
    [0.0578, 0.1617]
    >>> [round(bound, 4) for bound in proportion_interval(15, 148, "score")]  # the same table: 0.0624, 0.1605
    [0.0624, 0.1605]
    """
    lower_tail, upper_tail = interval_tails(alternative, confidence_level)
    low = _lower_bound(count, n, lower_tail, method) if lower_tail else 0.0
    high = 1 - _lower_bound(n - count, n, upper_tail, method) if upper_tail else 1.0
    return low, high


def _lower_bound(count, n, tail, method):
    if count == 0:
        return 0.0
    if method == "exact":
        return float(betaincinv(count, n - count + 1, tail))
    if method == "midp":
        return float(brentq(lambda p: _upper_tail(count, n, p, 0.5) - tail, 1e-300, 1 - 1e-16, xtol=1e-15))
    z, p = float(ndtri(1 - tail)), count / n
    middle = p + z * z / (2 * n)
    return max(0.0, (middle - z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n))


def _upper_tail(count, n, p, own=1.0):
    """P(X > count) + own * P(X = count)."""
    from scipy.stats import binom

    return float(binom.sf(count, n, p) + own * binom.pmf(count, n, p))


def _binomial_pvalue(count, n, target, alternative, method):
    from scipy.stats import binom, binomtest

    if method == "exact":
        return float(binomtest(count, n, target, alternative).pvalue)
    own = binom.pmf(count, n, target) / 2
    return tail_pvalue(binom.cdf(count, n, target) - own, binom.sf(count, n, target) + own, alternative)


def _two_proportion_test(table, method, alternative):
    from scipy.stats import boschloo_exact, fisher_exact, hypergeom

    count1, n1, count2, n2 = table
    columns = [[count1, count2], [n1 - count1, n2 - count2]]
    if method == "boschloo":
        found = boschloo_exact(columns, alternative)
        return float(found.statistic), "Fisher's p", float(found.pvalue)
    if method == "score":
        return _pooled_z(table, alternative)
    if method == "fisher":
        return float(count1), "first count", float(fisher_exact(columns, alternative).pvalue)
    law = hypergeom(n1 + n2, count1 + count2, n1)
    own = law.pmf(count1) / 2
    return float(count1), "first count", tail_pvalue(law.cdf(count1) - own, law.sf(count1) + own, alternative)


def _pooled_z(table, alternative):
    count1, n1, count2, n2 = table
    pooled = (count1 + count2) / (n1 + n2)
    if pooled in (0, 1):
        raise StatisticsError(
            "all units are alike in both samples ({a} of {n1} and {b} of {n2}); the score test needs some of each kind:"
            " use method='fisher'",
            a=count1,
            n1=n1,
            b=count2,
            n2=n2,
        )
    z = (count1 / n1 - count2 / n2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return z, "z", tail_pvalue(ndtr(z), ndtr(-z), alternative)


def _difference_interval(table, interval, alternative, level):
    lower_tail, upper_tail = interval_tails(alternative, level)
    bound = _newcombe if interval == "newcombe" else _miettinen_nurminen
    count1, n1, count2, n2 = table
    low = bound(table, lower_tail) if lower_tail else -1.0
    high = -bound((count2, n2, count1, n1), upper_tail) if upper_tail else 1.0
    return low, high


def _newcombe(table, tail):
    count1, n1, count2, n2 = table
    p1, p2 = count1 / n1, count2 / n2
    low1 = _lower_bound(count1, n1, tail, "score")
    high2 = 1 - _lower_bound(n2 - count2, n2, tail, "score")
    return p1 - p2 - math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)


def _miettinen_nurminen(table, tail):
    count1, n1, count2, n2 = table
    difference, z = count1 / n1 - count2 / n2, float(ndtri(1 - tail))
    inflation = (n1 + n2) / (n1 + n2 - 1)

    def excess(delta):
        p1, p2 = _restricted(table, delta)
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * inflation
        return (difference - delta) - z * math.sqrt(max(variance, 0.0))

    edge = -1 + 1e-12
    if difference <= edge + 1e-11 or excess(edge) <= 0:
        return -1.0
    # Just below the difference: at a difference of 1 nothing varies there and the estimate itself would be a root.
    return float(brentq(excess, edge, difference - 1e-12, xtol=1e-13))


def _restricted(table, delta):
    """The most likely p1, p2 with p1 - p2 = delta: the root of a cubic (Miettinen and Nurminen 1985, appendix I)."""
    count1, n1, count2, n2 = table
    n, c = n1 + n2, count1 + count2
    l2 = (n1 + 2 * n2) * delta - n - c
    l1 = (n2 * delta - n - 2 * count2) * delta + c
    l0 = count2 * delta * (1 - delta)
    q = l2**3 / (3 * n) ** 3 - l1 * l2 / (6 * n * n) + l0 / (2 * n)
    p = math.copysign(math.sqrt(max(l2 * l2 / (3 * n) ** 2 - l1 / (3 * n), 0.0)), q)
    if p == 0:
        p2 = -l2 / (3 * n)
    else:
        angle = (math.pi + math.acos(min(1.0, max(-1.0, q / p**3)))) / 3
        p2 = 2 * p * math.cos(angle) - l2 / (3 * n)
    p2 = min(1.0, max(0.0, p2))
    return min(1.0, max(0.0, p2 + delta)), p2


def units_of(count, n, which: str = "") -> tuple[int, int]:
    """Count and sample size, refused where the count is not of 0 to n.

    >>> units_of(3, 10)
    (3, 10)
    """
    n = check_whole(n, f"n{which}", at_least=1)
    count = check_whole(count, f"count{which}", at_least=0)
    if count > n:
        raise StatisticsError(
            "count{which} is {count} of n{which} = {n}; a count of at most n is needed", which=which, count=count, n=n
        )
    return count, n


def _claim(what: str, alternative: str) -> str:
    relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}[alternative]
    return f"the first {what} {relation} the second"


def _ratio(a: float, b: float) -> float:
    return a / b if b else math.inf if a else math.nan


def _cohen_h(p1: float, p2: float) -> float:
    return 2 * (math.asin(math.sqrt(p1)) - math.asin(math.sqrt(p2)))


def _large_enough(samples) -> tuple[Check, ...]:
    smallest = min(min(n * p, n * (1 - p)) for n, p in samples)
    return (
        Check(
            "at least 5 units of each kind expected in each sample",
            f"the smallest expected count is {smallest:.3g}",
            smallest >= 5,
        ),
    )

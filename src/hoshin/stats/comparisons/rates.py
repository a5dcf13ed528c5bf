"""Rates: complaints per month, defects per thousand units; before and after, or against a target."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, gammaincinv, pdtr, pdtrc

from hoshin.stats.comparisons._cases import Cases
from hoshin.stats.comparisons._decision import check_test, differs, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import check_choice, check_number


def one_rate(
    count,
    exposure,
    target,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
    *,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether a rate of events differs from a target, by the Poisson distribution.

    Estimand: the rate, ``count / exposure``. Hypothesis: rate = target; ``P(X <= count)`` and ``P(X >= count)`` of a
    Poisson count with mean ``target exposure``; the two-sided p value doubles the smaller. The interval is Garwood's:
    gamma quantiles with shapes count and count + 1, over the exposure.

    Parameters
    ----------
    count : events, whole, 0 or more; one number, or one for each of many characteristics.
    exposure : the time, area or number of units they were counted over, above 0.
    target : the rate of the hypothesis, above 0.
    alternative : "two-sided", or what is claimed: a rate "less" or "greater" than the target.
    method : "exact", or "midp", which takes half of the found count's own chance in each tail (interval: exact).
    confidence_level : of the interval; 1 - it is the level of decision.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: target, estimate and interval in events per unit of exposure.

    Assumes: independent events at a constant rate.

    Errors: a count that is negative or not whole, an exposure or a target of 0 or less.

    Source: F. Garwood, Biometrika 28 (1936), 437-442; K. Ulm, American Journal of Epidemiology 131 (1990), 373-375.

    >>> result = one_rate(4, exposure=6, target=2.0, alternative="less")  # 4 complaints in 6 months, target 2 a month
    >>> round(result.pvalue, 4), round(result.confidence_interval[1], 4)
    (0.0076, 1.5256)
    >>> one_rate([4, 11], exposure=6, target=2.0, alternative="less").pvalue.round(4)
    array([0.0076, 0.4616])
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp"), "method")
    cases, given = Cases.of_numbers(on_error, count=count, exposure=exposure, target=target)
    x = cases.whole(given["count"], "count", at_least=0)
    exposure, target = (cases.numbers(given[n], n, above=0) for n in ("exposure", "target"))
    expected = target * exposure
    before = np.where(x > 0, pdtr(np.maximum(x - 1, 0), expected), 0.0)
    half = (pdtr(x, expected) - before) / 2 if method == "midp" else 0.0
    above = np.where(x > 0, pdtrc(np.maximum(x - 1, 0), expected), 1.0) - half
    low, high = poisson_interval(x, alternative, level)
    return cases.answer(
        test="Exact Poisson test of one rate" if method == "exact" else "Mid-P Poisson test of one rate",
        estimand="rate",
        n=(x,),
        pvalue=tail_pvalue(pdtr(x, expected) - half, above, alternative),
        statistic=x,
        statistic_name="count",
        estimate=x / exposure,
        null_value=target,
        interval=(low / exposure, high / exposure),
        confidence_level=level,
        alternative=alternative,
        effect_size=x / expected,
        effect_size_name="ratio to the target",
        summary={"count": x, "exposure": exposure, "target": target},
        computation=(
            step("rate", "{count} / {exposure}", x / exposure, count=x, exposure=exposure),
            step("count expected at the target", "{target} * {exposure}", expected, target=target, exposure=exposure),
        ),
        assumptions=("events happen independently", "the rate is constant over the exposure"),
        source="F. Garwood, Biometrika 28 (1936), 437-442",
    )


def two_rates(
    count1,
    exposure1,
    count2,
    exposure2,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
    ratio: float = 1.0,
    *,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two rates of events differ: complaints per month before and after, say.

    Estimand: the ratio rate1 / rate2. Hypothesis: it is ``ratio``. Given the total, the first count is binomial with
    chance ``ratio e1 / (ratio e1 + e2)``: the test is that binomial's, two-sided by doubling the smaller tail; the
    interval turns Clopper and Pearson's into a ratio.

    Parameters
    ----------
    count1, count2 : events, whole, 0 or more; one number each, or one for each of many characteristics.
    exposure1, exposure2 : the time, area or number of units they were counted over, above 0.
    alternative : "two-sided", or what is claimed: a first rate "less" or "greater" than ``ratio`` times the second.
    method : "exact", or "midp", which takes half of the found count's own chance in each tail.
    confidence_level : of the interval; 1 - it is the level of decision.
    ratio : the ratio of the hypothesis, above 0.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: exposures in one unit; estimate and interval have none; the effect size is a difference of rates.

    Assumes: two independent Poisson counts.

    Errors: a count that is negative or not whole, an exposure of 0 or less, no event in either sample.

    Source: J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323; E. L. Lehmann, J. P. Romano, Testing
    Statistical Hypotheses, 3rd edition, section 4.5.

    >>> result = two_rates(30, 12, 6, 6, alternative="greater")  # 30 complaints in 12 months, then 6 in 6
    >>> round(result.estimate, 2), round(result.pvalue, 4)
    (2.5, 0.0215)
    >>> print(result.conclusion)
    The ratio of rates is 2.5 (95% confidence interval 1.152 to infinity). The data show that the first rate is greater than the second (p = 0.0215, at or below 0.05).
    """  # noqa: E501
    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp"), "method")
    cases, (x1, e1, x2, e2) = read_events(
        on_error, count1=count1, exposure1=exposure1, count2=count2, exposure2=exposure2
    )
    ratio = check_number(ratio, "ratio", above=0)
    total, share = x1 + x2, ratio * e1 / (ratio * e1 + e2)
    below, above = _binomial_tails(x1, total, share, 0.5 if method == "midp" else 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(x2 > 0, x1 / e1 / (x2 / e2), np.inf)
    unlike = "" if ratio == 1 else f"{ratio:g} times "
    formula = "{r} * {e1} / ({r} * {e1} + {e2})"
    return cases.answer(
        test="Exact conditional test of two rates" if method == "exact" else "Mid-P conditional test of two rates",
        estimand="ratio of rates",
        n=(x1, x2),
        pvalue=tail_pvalue(below, above, alternative),
        statistic=x1,
        statistic_name="first count",
        estimate=estimate,
        null_value=ratio,
        interval=_ratio_interval((x1, x2), e2 / e1, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=x1 / e1 - x2 / e2,
        effect_size_name="difference of rates",
        claim=differs("the first rate", unlike + "the second", alternative),
        summary={"counts": np.stack([x1, x2], axis=1), "exposures": np.stack([e1, e2], axis=1)},
        computation=(
            step("first rate", "{c} / {e}", x1 / e1, c=x1, e=e1),
            step("second rate", "{c} / {e}", x2 / e2, c=x2, e=e2),
            step("all events", "{a} + {b}", total, a=x1, b=x2),
            step("of these the first count is binomial with chance", formula, share, r=ratio, e1=e1, e2=e2),
        ),
        assumptions=("events happen independently", "each rate is constant over its exposure"),
        source="J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323",
    )


def poisson_interval(count, alternative: str = "two-sided", confidence_level: float = 0.95) -> tuple:
    """Garwood's exact interval of a Poisson mean.

    >>> [round(float(bound), 3) for bound in poisson_interval(10)]  # Garwood 1936: 4.795, 18.39
    [4.795, 18.39]
    """
    lower, upper = interval_tails(alternative, confidence_level)
    count = np.asarray(count, dtype=np.float64)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), lower), 0.0) if lower else np.zeros_like(count)
    high = gammaincinv(count + 1, 1 - upper) if upper else np.full_like(count, np.inf)
    return low, high


def read_events(on_error: str, *, count1, exposure1, count2, exposure2) -> tuple[Cases, tuple]:
    """Counts and exposures of two samples; refused where no event was counted in either.

    >>> read_events("raise", count1=3, exposure1=2.0, count2=1, exposure2=2.0)[1]
    (array([3]), array([2.]), array([1]), array([2.]))
    """
    given = {"count1": count1, "exposure1": exposure1, "count2": count2, "exposure2": exposure2}
    cases, arrays = Cases.of_numbers(on_error, **given)
    x1, x2 = (cases.whole(arrays[name], name, at_least=0) for name in ("count1", "count2"))
    e1, e2 = (cases.numbers(arrays[n], n, above=0) for n in ("exposure1", "exposure2"))
    cases.refuse(x1 + x2 == 0, "no event in either sample; at least one is needed to compare two rates")
    return cases, (x1, e1, x2, e2)


def _binomial_tails(count, n, share, own: float):
    """P(X < count) + own P(X = count), and P(X > count) + own P(X = count)."""
    from scipy.stats import binom

    rest = (1 - own) * binom.pmf(count, n, share)
    return binom.cdf(count, n, share) - rest, binom.sf(count - 1, n, share) - rest


def _ratio_interval(counts, scale, alternative, level):
    lower, upper = interval_tails(alternative, level)
    first, second = counts
    low, high = np.zeros(first.size), np.ones(first.size)
    if lower:
        low = np.where(first > 0, betaincinv(np.maximum(first, 1), second + 1, lower), 0.0)
    if upper:
        high = np.where(second > 0, betaincinv(first + 1, np.maximum(second, 1), 1 - upper), 1.0)
    with np.errstate(divide="ignore"):
        return low / (1 - low) * scale, np.where(high < 1, high / (1 - high) * scale, np.inf)

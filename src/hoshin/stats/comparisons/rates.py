"""Rates: complaints per month, defects per thousand units; before and after, or against a target."""

from __future__ import annotations

import math

from scipy.special import betaincinv, gammaincinv, pdtr, pdtrc

from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole


def one_rate(
    count: int,
    exposure: float,
    target: float,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
) -> TestResult:
    """Whether a rate of events differs from a target, by the Poisson distribution.

    Estimand: the rate, events per unit of ``exposure`` (months, units, hours). Hypothesis: rate = target. The
    two-sided p value doubles the smaller tail; the interval is Garwood's, from the gamma (chi-square) distribution.
    ``method``: "exact", or "midp" which takes half of the found count's own chance in each tail (interval: exact).

    Parameters: ``count`` >= 0 whole, ``exposure`` > 0, ``target`` > 0 in events per unit of exposure. Assumes
    independent events at a constant rate.

    Source: F. Garwood, Biometrika 28 (1936), 437-442; K. Ulm, American Journal of Epidemiology 131 (1990), 373-375.

    >>> result = one_rate(4, exposure=6, target=2.0, alternative="less")  # 4 complaints in 6 months, target 2 a month
    >>> round(result.pvalue, 4), round(result.confidence_interval[1], 4)
    (0.0076, 1.5256)
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp"), "method")
    count = check_whole(count, "count", at_least=0)
    exposure = check_number(exposure, "exposure", above=0)
    target = check_number(target, "target", above=0)
    expected = target * exposure
    own = float(pdtr(count, expected) - (pdtr(count - 1, expected) if count else 0.0))
    half = own / 2 if method == "midp" else 0.0
    below = float(pdtr(count, expected)) - half
    above = (float(pdtrc(count - 1, expected)) if count else 1.0) - half
    low, high = poisson_interval(count, alternative, level)
    return TestResult(
        test="Exact Poisson test of one rate" if method == "exact" else "Mid-P Poisson test of one rate",
        estimand="rate",
        n=(count,),
        pvalue=tail_pvalue(below, above, alternative),
        statistic=float(count),
        statistic_name="count",
        estimate=count / exposure,
        null_value=target,
        confidence_interval=(low / exposure, high / exposure),
        confidence_level=level,
        alternative=alternative,
        effect_size=count / expected,
        effect_size_name="ratio to the target",
        summary={"count": count, "exposure": exposure, "target": target},
        computation=(
            step("rate", "{count} / {exposure}", count / exposure, count=count, exposure=exposure),
            step("count expected at the target", "{target} * {exposure}", expected, target=target, exposure=exposure),
        ),
        assumptions=("events happen independently", "the rate is constant over the exposure"),
        source="F. Garwood, Biometrika 28 (1936), 437-442",
    )


def two_rates(
    count1: int,
    exposure1: float,
    count2: int,
    exposure2: float,
    alternative: str = "two-sided",
    method: str = "exact",
    confidence_level: float = 0.95,
    ratio: float = 1.0,
) -> TestResult:
    """Whether two rates of events differ: complaints per month before and after, say.

    Estimand: the ratio rate1 / rate2. Hypothesis: it is ``ratio`` (1). Given the total, the first count is binomial
    with chance ``ratio e1 / (ratio e1 + e2)``: the test is that binomial's ("exact"; "midp" with half of the found
    count's own chance), two-sided by doubling the smaller tail; the interval turns Clopper-Pearson's into a ratio.

    Parameters: whole counts >= 0, at least one event in all; exposures > 0. Assumes independent Poisson counts.

    Source: J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323; E. L. Lehmann, J. P. Romano, Testing
    Statistical Hypotheses, 3rd edition, section 4.5.

    >>> result = two_rates(30, 12, 6, 6, alternative="greater")  # 30 complaints in 12 months, then 6 in 6
    >>> round(result.estimate, 2), round(result.pvalue, 4)
    (2.5, 0.0215)
    >>> print(result.conclusion)
    The ratio of rates is 2.5 (95% confidence interval 1.152 to infinity). The data show that the first rate is greater than the second (p = 0.0215, at or below 0.05).
    """  # noqa: E501
    from scipy.stats import binom

    level = check_test(alternative, confidence_level)
    check_choice(method, ("exact", "midp"), "method")
    counts = tuple(check_whole(c, f"count{i}", at_least=0) for i, c in ((1, count1), (2, count2)))
    exposures = tuple(check_number(e, f"exposure{i}", above=0) for i, e in ((1, exposure1), (2, exposure2)))
    ratio = check_number(ratio, "ratio", above=0)
    total = sum(counts)
    if total == 0:
        raise StatisticsError("no event in either sample; at least one is needed to compare two rates")
    share = ratio * exposures[0] / (ratio * exposures[0] + exposures[1])
    half = float(binom.pmf(counts[0], total, share)) / 2 if method == "midp" else 0.0
    below = float(binom.cdf(counts[0], total, share)) - half
    above = float(binom.sf(counts[0] - 1, total, share)) - half
    rates = tuple(c / e for c, e in zip(counts, exposures, strict=True))
    estimate = rates[0] / rates[1] if counts[1] else math.inf
    return TestResult(
        test="Exact conditional test of two rates" if method == "exact" else "Mid-P conditional test of two rates",
        estimand="ratio of rates",
        n=counts,
        pvalue=tail_pvalue(below, above, alternative),
        statistic=float(counts[0]),
        statistic_name="first count",
        estimate=estimate,
        null_value=ratio,
        confidence_interval=_ratio_interval(counts, exposures, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=rates[0] - rates[1],
        effect_size_name="difference of rates",
        claim=_claim(ratio, alternative),
        summary={"counts": counts, "exposures": exposures},
        computation=(
            step("first rate", "{c} / {e}", rates[0], c=counts[0], e=exposures[0]),
            step("second rate", "{c} / {e}", rates[1], c=counts[1], e=exposures[1]),
            step(
                f"first count is binomial of {total} with chance",
                "{r} * {e1} / ({r} * {e1} + {e2})",
                share,
                r=ratio,
                e1=exposures[0],
                e2=exposures[1],
            ),
        ),
        assumptions=("events happen independently", "each rate is constant over its exposure"),
        source="J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323",
    )


def poisson_interval(count: int, alternative: str = "two-sided", confidence_level: float = 0.95) -> tuple[float, float]:
    """Garwood's exact interval of a Poisson mean.

    >>> [round(bound, 3) for bound in poisson_interval(10)]  # Garwood 1936: 4.795, 18.39
    [4.795, 18.39]
    """
    lower, upper = interval_tails(alternative, confidence_level)
    low = float(gammaincinv(count, lower)) if lower and count else 0.0
    high = float(gammaincinv(count + 1, 1 - upper)) if upper else math.inf
    return low, high


def _ratio_interval(counts, exposures, alternative, level):
    lower, upper = interval_tails(alternative, level)
    first, second = counts
    low = float(betaincinv(first, second + 1, lower)) if lower and first else 0.0
    high = float(betaincinv(first + 1, second, 1 - upper)) if upper and second else 1.0
    scale = exposures[1] / exposures[0]
    return low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else math.inf


def _claim(ratio: float, alternative: str) -> str:
    relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}[alternative]
    return f"the first rate {relation} " + ("the second" if ratio == 1 else f"{ratio:g} times the second")

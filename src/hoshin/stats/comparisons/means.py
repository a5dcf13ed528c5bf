"""Means: of one sample against a target, of pairs, of two samples."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import Check, TestResult
from hoshin.stats.errors import (
    check_choice,
    check_enough,
    check_finite,
    check_number,
    check_same_length,
    check_variation,
)

T_SOURCE = "Student, Biometrika 6 (1908), 1-25; L. V. Hedges, Journal of Educational Statistics 6 (1981), 107-128"


def one_mean(values, target: float, alternative: str = "two-sided", confidence_level: float = 0.95) -> TestResult:
    """Whether a mean differs from a target: Student's t test of one sample.

    Estimand: the mean. ``t = (mean - target) / (s / sqrt(n))`` with n - 1 degrees of freedom. Effect size: Hedges' g,
    the distance in standard deviations, corrected for small samples.

    Parameters: ``values`` 1-D, at least 2, not all alike, none missing. Assumes independent values and a mean that is
    about normal (n above 30, or normal values: a check says which).

    Source: Student, Biometrika 6 (1908), 1-25.

    >>> result = one_mean([9.9, 10.2, 10.4, 10.1, 10.3], target=10)
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (2.0925, 4.0, 0.1045)
    """
    level = check_test(alternative, confidence_level)
    values = _sample(values, "values")
    target = check_number(target, "target")
    return _one_sample(
        values, target, alternative, level, "Student's t test of one mean", "mean", "", _normality(values)
    )


def paired_means(
    first, second, alternative: str = "two-sided", confidence_level: float = 0.95, difference: float = 0.0
) -> TestResult:
    """Whether the mean difference of pairs differs from ``difference``: the same units before and after.

    Estimand: the mean of first - second. Student's t test of the differences.

    Parameters: ``first`` and ``second`` 1-D of one length, at least 2 pairs, differences not all alike. Assumes
    independent pairs and a mean difference that is about normal.

    Source: Student, Biometrika 6 (1908), 1-25 (his table I of hours of sleep gained gives the example).

    >>> dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> result = paired_means(dextro, laevo)
    >>> round(result.statistic, 4), round(result.pvalue, 6)
    (-4.0621, 0.002833)
    """
    level = check_test(alternative, confidence_level)
    first, second = _sample(first, "first"), _sample(second, "second")
    check_same_length(first, second, ("first", "second"))
    values = first - second
    check_variation(spread_of(values), "the differences")
    claim = _claim("first", "second", difference, alternative)
    checks = _normality(values, "differences")
    return _one_sample(
        values, difference, alternative, level, "Student's t test of pairs", "mean difference of pairs", claim, checks
    )


def two_means(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    variances: str = "unequal",
    difference: float = 0.0,
) -> TestResult:
    """Whether two means differ: before and after, machine A and machine B.

    Estimand: mean1 - mean2. ``variances``: "unequal" (Welch; the default, since nothing is lost when they are equal)
    with Satterthwaite's degrees of freedom, or "equal" (Student, pooled). Effect size: Hedges' g with the pooled
    standard deviation.

    Parameters: two 1-D samples of at least 2 values, none missing, not both without variation. Assumes independent
    samples of independent values, means about normal.

    Source: B. L. Welch, Biometrika 34 (1947), 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.

    >>> old, new = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0]
    >>> result = two_means(old, new)
    >>> round(result.statistic, 4), round(result.df, 3), round(result.pvalue, 4)
    (-2.1071, 11.093, 0.0587)
    """
    level = check_test(alternative, confidence_level)
    check_choice(variances, ("unequal", "equal"), "variances")
    first, second = _sample(first, "first", varied=False), _sample(second, "second", varied=False)
    se, df, spread = standard_error(first, second, variances)
    check_variation(max(spread_of(first), spread_of(second)), "the two samples")
    delta = float(first.mean() - second.mean())
    t = (delta - check_number(difference, "difference")) / se
    lower, upper = t_interval(delta, se, df, alternative, level)
    pooled = math.sqrt(_pooled_variance(first, second))
    n = (first.size, second.size)
    return TestResult(
        test="Welch's t test of two means" if variances == "unequal" else "Student's t test of two means",
        estimand="difference of means",
        n=n,
        pvalue=tail_pvalue(stdtr(df, t), stdtr(df, -t), alternative),
        statistic=t,
        statistic_name="t",
        df=df,
        estimate=delta,
        null_value=float(difference),
        confidence_interval=(lower, upper),
        confidence_level=level,
        alternative=alternative,
        effect_size=hedges_correction(sum(n) - 2) * delta / pooled,
        effect_size_name="Hedges' g",
        claim=_claim("first", "second", difference, alternative),
        summary={
            "means": (float(first.mean()), float(second.mean())),
            "standard deviations": (float(first.std(ddof=1)), float(second.std(ddof=1))),
        },
        computation=(
            spread,
            step("t", "({delta} - {null}) / {se}", t, delta=delta, null=float(difference), se=se),
        ),
        checks=_normality(first, "first sample") + _normality(second, "second sample"),
        assumptions=(
            "the two samples are independent",
            "values are independent",
            "the means are about normally distributed",
            *(("both have the same variance",) if variances == "equal" else ()),
        ),
        source="B. L. Welch, Biometrika 34 (1947), 28-35" if variances == "unequal" else T_SOURCE,
    )


def standard_error(first: np.ndarray, second: np.ndarray, variances: str) -> tuple[float, float, tuple]:
    """Standard error of a difference of two means, its degrees of freedom and how it was computed.

    >>> se, df, _ = standard_error(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), "unequal")
    >>> round(se, 4), round(df, 3)
    (1.291, 2.941)
    """
    n1, n2 = first.size, second.size
    numbers = {"n1": n1, "n2": n2}
    if variances == "equal":
        pooled = _pooled_variance(first, second)
        se = math.sqrt(pooled * (1 / n1 + 1 / n2))
        line = step("standard error", "sqrt({v} * (1/{n1} + 1/{n2}))", se, v=pooled, **numbers)
        return se, float(n1 + n2 - 2), line
    a, b = float(first.var(ddof=1)) / n1, float(second.var(ddof=1)) / n2
    se = math.sqrt(a + b)
    df = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1)) if se else math.nan
    line = step("standard error", "sqrt({v1} / {n1} + {v2} / {n2})", se, v1=a * n1, v2=b * n2, **numbers)
    return se, df, line


def t_interval(estimate: float, se: float, df: float, alternative: str, level: float) -> tuple[float, float]:
    """Interval of an estimate by Student's t.

    >>> low, high = t_interval(10.0, 1.0, 4, "two-sided", 0.95)
    >>> round(low, 4), round(high, 4)
    (7.2236, 12.7764)
    """
    lower, upper = interval_tails(alternative, level)
    low = estimate + float(stdtrit(df, lower)) * se if lower else -math.inf
    high = estimate - float(stdtrit(df, upper)) * se if upper else math.inf
    return low, high


def hedges_correction(df: float) -> float:
    """The factor that takes the bias from a standardised difference: ``gamma(df/2) / (sqrt(df/2) gamma((df-1)/2))``.

    >>> round(hedges_correction(10), 4)
    0.9227
    """
    if df <= 1:
        return math.nan
    return math.exp(float(gammaln(df / 2) - gammaln((df - 1) / 2))) / math.sqrt(df / 2)


def _one_sample(values, target, alternative, level, test, estimand, claim, checks):
    n, mean, s = values.size, float(values.mean()), float(values.std(ddof=1))
    se, df = s / math.sqrt(n), float(n - 1)
    t = (mean - target) / se
    g = (mean - target) / s * hedges_correction(df) if n > 2 else None
    return TestResult(
        test=test,
        estimand=estimand,
        n=(n,),
        pvalue=tail_pvalue(stdtr(df, t), stdtr(df, -t), alternative),
        statistic=t,
        statistic_name="t",
        df=df,
        estimate=mean,
        null_value=float(target),
        confidence_interval=t_interval(mean, se, df, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=g,
        effect_size_name="Hedges' g",
        claim=claim,
        summary={"mean": mean, "standard deviation": s},
        computation=(
            step("standard error", "{s} / sqrt({n})", se, s=s, n=n),
            step("t", "({mean} - {target}) / {se}", t, mean=mean, target=float(target), se=se),
        ),
        checks=checks,
        assumptions=("values are independent", "the mean is about normally distributed"),
        source=T_SOURCE,
    )


def _sample(values, name: str, varied: bool = True) -> np.ndarray:
    array = check_finite(values, name, ndim=1)
    check_enough(array.size, 2, f"{name}" if name == "values" else f"values in the {name} sample")
    if varied and name == "values":
        check_variation(spread_of(array), name)
    return array


def spread_of(values: np.ndarray) -> float:
    """The standard deviation, exactly 0 where all values are alike (rounding would leave a trace).

    >>> spread_of(np.array([0.1, 0.1, 0.1]))
    0.0
    """
    return float(values.std(ddof=1)) if np.ptp(values) > 0 else 0.0


def _pooled_variance(first, second) -> float:
    n1, n2 = first.size, second.size
    return float(((n1 - 1) * first.var(ddof=1) + (n2 - 1) * second.var(ddof=1)) / (n1 + n2 - 2))


def _normality(values: np.ndarray, name: str = "values") -> tuple[Check, ...]:
    """With more than 30 values the mean is about normal anyway; with fewer the values are looked at."""
    assumption = f"the mean of the {name} is about normal"
    if values.size > 30:
        return (Check(assumption, f"{values.size} {name}, enough for the mean to be about normal", True),)
    if values.size < 3 or not np.ptp(values) > 0:
        return (Check(assumption, f"{values.size} {name} are too few or too alike to look at their shape", False),)
    from scipy.stats import shapiro

    p = float(shapiro(values).pvalue)
    words = f"{values.size} {name}, Shapiro-Wilk p = {p:.3g}"
    return (Check(assumption, words + ("" if p > 0.05 else ", not normal and few"), p > 0.05),)


def _claim(first: str, second: str, difference: float, alternative: str) -> str:
    relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}[alternative]
    shift = "" if difference == 0 else f" by {difference:g}" if alternative == "two-sided" else f" plus {difference:g}"
    return f"the {first} mean {relation} the {second}{shift}"

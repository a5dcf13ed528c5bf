"""Means: of one sample against a target, of pairs, of two samples."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from hoshin.stats.comparisons._cases import Cases, Sample, normality
from hoshin.stats.comparisons._decision import check_test, differs, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_choice, check_number

T_SOURCE = "Student, Biometrika 6 (1908), 1-25; L. V. Hedges, Journal of Educational Statistics 6 (1981), 107-128"


def one_mean(
    values,
    target: float,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether a mean differs from a target: Student's t test of one sample.

    Estimand: the mean. ``t = (mean - target) / (s / sqrt(n))`` with n - 1 degrees of freedom; interval ``mean -+ t s /
    sqrt(n)``. Effect size: Hedges' g, ``(mean - target) / s`` corrected for small samples.

    Parameters
    ----------
    values : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``; at least 2 each.
    target : what the mean is compared with, in the unit of the values; one number, or one for each characteristic.
    alternative : "two-sided", or what is claimed: "less" or "greater" than the target.
    confidence_level : of the interval; 1 - it is the level of decision.
    offsets : where each characteristic begins in a flat column, and its length at the end.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: estimate and interval those of the values; the effect size is in standard deviations.

    Assumes: independent values and a mean that is about normal (n above 30, or normal values: a check says which).

    Errors: fewer than 2 values, all alike, one missing.

    Source: Student, The probable error of a mean, Biometrika 6 (1908), 1-25.

    >>> result = one_mean([9.9, 10.2, 10.4, 10.1, 10.3], target=10)
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (2.0925, 4.0, 0.1045)
    """
    level = check_test(alternative, confidence_level)
    cases, (sample,) = Cases.of_samples({"values": values}, offsets, on_error)
    cases.refuse_no_variation(sample)
    words = {"test": "Student's t test of one mean", "estimand": "mean"}
    return _one_sample(cases, sample, cases.numbers(target, "target"), alternative, level, "values", words)


def paired_means(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    difference: float = 0.0,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether the mean difference of pairs differs from ``difference``: the same units before and after.

    Estimand: the mean of d = first - second. ``t = (mean d - difference) / (s_d / sqrt(n))`` with n - 1 degrees of
    freedom.

    Parameters
    ----------
    first, second : (n,) of one characteristic, (C, n) of many, or flat columns with ``offsets``; pairs in one order.
    alternative : "two-sided", or what is claimed of first - second: "less" or "greater" than ``difference``.
    confidence_level : of the interval; 1 - it is the level of decision.
    difference : the mean difference of the hypothesis, in the unit of the values.
    offsets : where each characteristic begins, the same for both columns.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: estimate and interval those of the values; the effect size is in standard deviations of the differences.

    Assumes: independent pairs and a mean difference that is about normal (checked).

    Errors: fewer than 2 pairs, columns of different length, differences all alike, a value missing.

    Source: Student, Biometrika 6 (1908), 1-25 (his table of hours of sleep gained gives the example).

    >>> dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> result = paired_means(dextro, laevo)
    >>> round(result.statistic, 4), round(result.pvalue, 6)
    (-4.0621, 0.002833)
    """
    level = check_test(alternative, confidence_level)
    cases, sample = differences_of_pairs(first, second, offsets, on_error)
    shift = check_number(difference, "difference")
    cases.refuse_no_variation(sample)
    words = {
        "test": "Student's t test of pairs",
        "estimand": "mean difference of pairs",
        "claim": differs("the first mean", "the second", alternative, shift),
    }
    return _one_sample(cases, sample, cases.numbers(shift, "difference"), alternative, level, "differences", words)


def two_means(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    variances: str = "unequal",
    difference: float = 0.0,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two means differ: before and after, machine A and machine B.

    Estimand: mean1 - mean2. ``t = (mean1 - mean2 - difference) / sqrt(s1^2/n1 + s2^2/n2)`` with Satterthwaite's degrees
    of freedom (Welch; the default, since little is lost when variances are equal), or ``sp sqrt(1/n1 + 1/n2)`` with
    n1 + n2 - 2 (Student). Effect size: Hedges' g with the pooled standard deviation.

    Parameters
    ----------
    first, second : (n1,) and (n2,) of one characteristic, (C, n1) and (C, n2) of many, or flat columns with
        ``offsets``; at least 2 values each.
    alternative : "two-sided", or what is claimed of first - second: "less" or "greater" than ``difference``.
    confidence_level : of the interval; 1 - it is the level of decision.
    variances : "unequal" (Welch) or "equal" (Student, pooled).
    difference : the difference of the hypothesis, in the unit of the values.
    offsets : (offsets of the first column, offsets of the second).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: estimate and interval those of the values; the effect size is in standard deviations.

    Assumes: two independent samples of independent values, means about normal (checked).

    Errors: fewer than 2 values in a sample, no variation in either, a value missing.

    Source: B. L. Welch, Biometrika 34 (1947), 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.

    >>> old, new = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0]
    >>> result = two_means(old, new)
    >>> round(result.statistic, 4), round(result.df, 3), round(result.pvalue, 4)
    (-2.1071, 11.093, 0.0587)
    """
    level = check_test(alternative, confidence_level)
    check_choice(variances, ("unequal", "equal"), "variances")
    shift = check_number(difference, "difference")
    cases, (a, b) = two_samples(first, second, offsets, on_error)
    se, df, spread = standard_error(a, b, variances)
    delta = a.mean - b.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (delta - shift) / se
        effect = hedges_correction(a.n + b.n - 2) * delta / np.sqrt(pooled_variance(a, b))
    return cases.answer(
        test="Welch's t test of two means" if variances == "unequal" else "Student's t test of two means",
        estimand="difference of means",
        n=(a.n, b.n),
        pvalue=tail_pvalue(stdtr(df, t), stdtr(df, -t), alternative),
        statistic=t,
        statistic_name="t",
        df=df,
        estimate=delta,
        null_value=shift,
        interval=t_interval(delta, se, df, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=effect,
        effect_size_name="Hedges' g",
        claim=differs("the first mean", "the second", alternative, shift),
        summary={"means": np.stack([a.mean, b.mean], axis=1), "standard deviations": np.stack([a.sd, b.sd], axis=1)},
        computation=(spread, step("t", "({delta} - {null}) / {se}", t, delta=delta, null=shift, se=se)),
        checks=(normality(a, "first sample"), normality(b, "second sample")),
        assumptions=(
            "the two samples are independent",
            "values are independent",
            "the means are about normally distributed",
            *(("both have the same variance",) if variances == "equal" else ()),
        ),
        source="B. L. Welch, Biometrika 34 (1947), 28-35" if variances == "unequal" else T_SOURCE,
    )


def two_samples(first, second, offsets, on_error: str) -> tuple[Cases, list[Sample]]:
    """Two samples of at least 2 values, refused where neither has any variation.

    >>> cases, (a, b) = two_samples([1.0, 2.0], [3.0, 4.0], None, "raise")
    >>> a.mean, b.mean
    (array([1.5]), array([3.5]))
    """
    names = {"values in the first sample": first, "values in the second sample": second}
    cases, (a, b) = Cases.of_samples(names, offsets, on_error)
    cases.refuse((a.sd == 0) & (b.sd == 0), "the two samples have no variation (standard deviation 0)")
    return cases, [a, b]


def differences_of_pairs(first, second, offsets, on_error: str, enough: int = 2) -> tuple[Cases, Sample]:
    """The differences of pairs, as one sample.

    >>> differences_of_pairs([1.0, 3.0], [1.0, 2.0], None, "raise")[1].values
    array([0., 1.])
    """
    cuts = None if offsets is None else (offsets, offsets)
    cases, (a, b) = Cases.of_samples({"values in first": first, "values in second": second}, cuts, on_error, enough)
    if a.values.size != b.values.size:
        raise StatisticsError(
            "first has {na} entries and second has {nb}; they must be as long as each other",
            na=a.values.size // cases.count,
            nb=b.values.size // cases.count,
        )
    return cases, Sample("the differences", a.values - b.values, a.segments)


def standard_error(a: Sample, b: Sample, variances: str) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Standard error of a difference of two means, its degrees of freedom and how it was computed.

    >>> _, (a, b) = two_samples([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], None, "raise")
    >>> se, df, _ = standard_error(a, b, "unequal")
    >>> se.round(4), df.round(3)
    (array([1.291]), array([2.941]))
    """
    numbers = {"n1": a.n, "n2": b.n}
    if variances == "equal":
        pooled = pooled_variance(a, b)
        se = np.sqrt(pooled * (1 / a.n + 1 / b.n))
        line = step("standard error", "sqrt({v} * (1/{n1} + 1/{n2}))", se, v=pooled, **numbers)
        return se, a.n + b.n - 2.0, line
    v1, v2 = a.variance / a.n, b.variance / b.n
    se = np.sqrt(v1 + v2)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Shares of the variance, whose squares do not overflow.
        w1, w2 = v1 / (v1 + v2), v2 / (v1 + v2)
        df = 1 / (w1 * w1 / (a.n - 1) + w2 * w2 / (b.n - 1))
    line = step("standard error", "sqrt({v1} / {n1} + {v2} / {n2})", se, v1=a.variance, v2=b.variance, **numbers)
    return se, df, line


def pooled_variance(a: Sample, b: Sample) -> np.ndarray:
    """The variance of both samples about their own means.

    >>> pooled_variance(*two_samples([1.0, 3.0], [2.0, 6.0], None, "raise")[1])
    array([5.])
    """
    return ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / np.maximum(a.n + b.n - 2, 1)


def t_interval(estimate, se, df, alternative: str, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of an estimate by Student's t.

    >>> low, high = t_interval(np.array([10.0]), np.array([1.0]), 4, "two-sided", 0.95)
    >>> low.round(4), high.round(4)
    (array([7.2236]), array([12.7764]))
    """
    lower, upper = interval_tails(alternative, level)
    low = estimate + stdtrit(df, lower) * se if lower else np.full_like(estimate, -np.inf)
    high = estimate - stdtrit(df, upper) * se if upper else np.full_like(estimate, np.inf)
    return low, high


def hedges_correction(df) -> np.ndarray:
    """The factor that takes the bias from a standardised difference: ``gamma(df/2) / (sqrt(df/2) gamma((df-1)/2))``.

    With one degree of freedom there is none (NaN).

    >>> hedges_correction(np.array([1.0, 10.0])).round(4)
    array([   nan, 0.9227])
    """
    enough = np.maximum(df, 2)
    factor = np.exp(gammaln(enough / 2) - gammaln((enough - 1) / 2)) / np.sqrt(enough / 2)
    return np.where(np.asarray(df) > 1, factor, np.nan)


def _one_sample(cases, sample, target, alternative, level, name, words) -> TestResult | TestResults:
    n, mean, s = sample.n, sample.mean, sample.sd
    se, df = s / np.sqrt(n), n - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (mean - target) / se
        g = (mean - target) / s * hedges_correction(df)
    return cases.answer(
        n=(n,),
        pvalue=tail_pvalue(stdtr(df, t), stdtr(df, -t), alternative),
        statistic=t,
        statistic_name="t",
        df=df,
        estimate=mean,
        null_value=target,
        interval=t_interval(mean, se, df, alternative, level),
        confidence_level=level,
        alternative=alternative,
        effect_size=g,
        effect_size_name="Hedges' g",
        summary={"mean": mean, "standard deviation": s},
        computation=(
            step("standard error", "{s} / sqrt({n})", se, s=s, n=n),
            step("t", "({mean} - {target}) / {se}", t, mean=mean, target=target, se=se),
        ),
        checks=(normality(sample, name),),
        assumptions=("values are independent", "the mean is about normally distributed"),
        source=T_SOURCE,
        **words,
    )

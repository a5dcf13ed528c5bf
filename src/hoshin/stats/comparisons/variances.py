"""Variances: has the scatter become smaller, does it meet a target, is it the same everywhere."""

from __future__ import annotations

import numpy as np
from scipy.optimize.elementwise import find_root
from scipy.special import chdtr, chdtrc, chdtri, fdtr, fdtrc, fdtri, ndtr, ndtri

from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, differs, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.anova import read_groups, sums_of_squares
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import check_choice
from hoshin.stats.segments import Segments


def one_variance(
    values,
    target: float,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether a standard deviation differs from a target.

    Estimand: the standard deviation sigma. ``chi2 = (n-1) s^2 / target^2`` with n - 1 degrees of freedom; the
    two-sided p value doubles the smaller tail. Interval ``s sqrt((n-1) / chi2)`` at the quantiles of the same law.

    Parameters
    ----------
    values : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``; at least 2 each.
    target : the standard deviation of the hypothesis, above 0; one number, or one for each characteristic.
    alternative : "two-sided", or what is claimed: a scatter "less" or "greater" than the target.
    confidence_level : of the interval; 1 - it is the level of decision.
    offsets : where each characteristic begins in a flat column, and its length at the end.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: target, estimate and interval those of the values (not squared); the effect size is a ratio.

    Assumes: independent normal values: this test is not robust.

    Errors: fewer than 2 values, all alike, one missing, a target of 0 or less.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.8.

    >>> result = one_variance([9.9, 10.2, 10.4, 10.1, 10.3], target=0.1, alternative="greater")
    >>> round(result.statistic, 2), round(result.pvalue, 4)
    (14.8, 0.0051)
    """
    level = check_test(alternative, confidence_level)
    cases, (sample,) = Cases.of_samples({"values": values}, offsets, on_error)
    cases.refuse_no_variation(sample)
    target = cases.numbers(target, "target", above=0)
    df, s = sample.n - 1.0, sample.sd
    statistic = df * sample.variance / target**2
    lower, upper = interval_tails(alternative, level)
    return cases.answer(
        test="Chi-square test of one standard deviation",
        estimand="standard deviation",
        n=(sample.n,),
        pvalue=tail_pvalue(chdtr(df, statistic), chdtrc(df, statistic), alternative),
        statistic=statistic,
        statistic_name="chi-square",
        df=df,
        estimate=s,
        null_value=target,
        interval=(
            s * np.sqrt(df / chdtri(df, lower)) if lower else np.zeros_like(s),
            s * np.sqrt(df / chdtri(df, 1 - upper)) if upper else np.full_like(s, np.inf),
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=s / target,
        effect_size_name="ratio to the target",
        computation=(step("chi-square", "{df} * {s}^2 / {target}^2", statistic, df=df, s=s, target=target),),
        assumptions=("values are independent", "values are normal (the test is sensitive to this)"),
        source="NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.8",
    )


def two_variances(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two standard deviations differ: the scatter before and after.

    Estimand: the ratio of standard deviations sigma1 / sigma2. ``F = s1^2 / s2^2`` with n1 - 1 and n2 - 1 degrees of
    freedom; the two-sided p value doubles the smaller tail. Interval ``sqrt(F / quantile)``.

    Parameters
    ----------
    first, second : (n1,) and (n2,) of one characteristic, (C, n1) and (C, n2) of many, or flat columns with
        ``offsets``; at least 2 values each.
    alternative : "two-sided", or what is claimed: a first scatter "less" or "greater" than the second.
    confidence_level : of the interval; 1 - it is the level of decision.
    offsets : (offsets of the first column, offsets of the second).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: the values' unit cancels; estimate, interval and effect size are (logarithms of) ratios.

    Assumes: independent normal samples: for other shapes use ``levene`` or ``bonett``.

    Errors: fewer than 2 values in a sample, one of them all alike, a value missing.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.9.

    >>> result = two_variances([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8], alternative="greater")
    >>> round(result.statistic, 3), round(result.pvalue, 4), round(result.estimate, 3)
    (44.828, 0.0014, 6.695)
    """
    level = check_test(alternative, confidence_level)
    names = {"values in first": first, "values in second": second}
    cases, (a, b) = Cases.of_samples(names, offsets, on_error)
    for sample in (a, b):
        cases.refuse_no_variation(sample)
    df1, df2 = a.n - 1.0, b.n - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        f = a.variance / b.variance
        ratio = a.sd / b.sd
        effect = np.log(ratio)
    lower, upper = interval_tails(alternative, level)
    return cases.answer(
        test="F test of two standard deviations",
        estimand="ratio of standard deviations",
        n=(a.n, b.n),
        pvalue=tail_pvalue(fdtr(df1, df2, f), fdtrc(df1, df2, f), alternative),
        statistic=f,
        statistic_name="F",
        df=np.stack([df1, df2], axis=1),
        estimate=ratio,
        null_value=1.0,
        interval=(
            np.sqrt(f / fdtri(df1, df2, 1 - lower)) if lower else np.zeros_like(f),
            np.sqrt(f * fdtri(df2, df1, 1 - upper)) if upper else np.full_like(f, np.inf),
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=effect,
        effect_size_name="log ratio of standard deviations",
        claim=differs("the first standard deviation", "the second", alternative),
        summary={"standard deviations": np.stack([a.sd, b.sd], axis=1)},
        computation=(step("F", "{s1}^2 / {s2}^2", f, s1=a.sd, s2=b.sd),),
        assumptions=("the samples are independent", "values are normal (the test is sensitive to this)"),
        source="NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.9",
    )


def bonett(
    first,
    second,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two standard deviations differ, with an interval, and without needing normal values.

    Estimand: the ratio of standard deviations sigma1 / sigma2. Interval of its square ``exp(ln(c s1^2 / s2^2) -+ z se)``,
    ``se^2 = (g - (n1-3)/n1) / (n1-1) + (g - (n2-3)/n2) / (n2-1)``, g the kurtosis of both samples about their trimmed
    means, ``c = (n1 / (n1 - z)) / (n2 / (n2 - z))``. The p value is the level at which a bound reaches 1; ``statistic``
    is z there.

    Parameters
    ----------
    first, second : (n1,) and (n2,) of one characteristic, (C, n1) and (C, n2) of many, or flat columns with
        ``offsets``; at least 10 values each.
    alternative : "two-sided", or what is claimed: a first scatter "less" or "greater" than the second.
    confidence_level : of the interval; 1 - it is the level of decision.
    offsets : (offsets of the first column, offsets of the second).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: the values' unit cancels; estimate, interval and effect size are (logarithms of) ratios.

    Assumes: independent values, two samples of one kurtosis.

    Errors: fewer than 10 values in a sample, one of them all alike, a value missing.

    Source: D. G. Bonett, Robust confidence interval for a ratio of standard deviations, Applied Psychological
    Measurement 30 (2006), 432-439.

    >>> first, second = np.random.default_rng(3).laplace(size=(2, 40)) * [[2.0], [1.0]]
    >>> result = bonett(first, second)
    >>> result.significant, round(result.estimate, 2), [round(bound, 2) for bound in result.confidence_interval]
    (True, 2.56, [1.22, 5.33])
    """
    level = check_test(alternative, confidence_level)
    names = {"values in first": first, "values in second": second}
    cases, (a, b) = Cases.of_samples(names, offsets, on_error, 10)
    for sample in (a, b):
        cases.refuse_no_variation(sample)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance, ratio, kurtosis = np.log(a.variance / b.variance), a.sd / b.sd, _pooled_kurtosis(a, b)
        se = np.sqrt(sum((kurtosis - (x.n - 3) / x.n) / np.maximum(x.n - 1, 1) for x in (a, b)))
    z_greater, z_less = (_bonett_z(sign * distance, se, *pair) for sign, pair in ((1, (a.n, b.n)), (-1, (b.n, a.n))))
    lower, upper = interval_tails(alternative, level)
    return cases.answer(
        test="Bonett's test of two standard deviations",
        estimand="ratio of standard deviations",
        n=(a.n, b.n),
        pvalue=tail_pvalue(ndtr(-z_less), ndtr(-z_greater), alternative),
        statistic=np.where(distance >= 0, z_greater, -z_less),
        statistic_name="z",
        estimate=ratio,
        null_value=1.0,
        interval=(
            np.exp(_bonett_bound(distance, se, -ndtri(lower), a.n, b.n) / 2) if lower else np.zeros_like(ratio),
            np.exp(-_bonett_bound(-distance, se, -ndtri(upper), b.n, a.n) / 2)
            if upper
            else np.full_like(ratio, np.inf),
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=distance / 2,
        effect_size_name="log ratio of standard deviations",
        claim=differs("the first standard deviation", "the second", alternative),
        summary={"standard deviations": np.stack([a.sd, b.sd], axis=1), "kurtosis of both": kurtosis},
        computation=(step("standard error of ln(s1^2 / s2^2)", "", se),),
        assumptions=("the samples are independent", "both shapes have one kurtosis"),
        source="D. G. Bonett, Applied Psychological Measurement 30 (2006), 432-439",
    )


def levene(
    *groups, center: str = "median", confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether groups have the same variance, without needing normal values.

    Estimand: the mean distance from the center in each group. A one-way analysis of variance of ``z = |x - center of
    its group|``: ``W = (SS_between(z) / (k-1)) / (SS_within(z) / (N-k))`` against F with k - 1 and N - k.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each (3 for a sound answer).
    center : "median" (Brown and Forsythe; the default), "mean" (Levene), "trimmed" (mean without the outer 10%).
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: standard deviations in ``summary`` those of the values; statistic and effect size have none.

    Assumes: independent values.

    Errors: one group, fewer than 2 values in a group, distances all alike, a value missing.

    Source: H. Levene, in Contributions to Probability and Statistics (1960), 278-292; M. B. Brown, A. B. Forsythe,
    JASA 69 (1974), 364-367.

    >>> result = levene([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (9.5617, 0.0148)
    """
    level = check_test("two-sided", confidence_level)
    check_choice(center, ("median", "mean", "trimmed"), "center")
    cases, samples = read_groups(groups, 2, offsets, on_error)
    distances = [x.moved(np.abs(x.values - x.segments.per_point(_center(x, center)))) for x in samples]
    alike = np.all([d.alike for d in distances], axis=0)
    cases.refuse(alike, "distances from the center have no variation (standard deviation 0)")
    between, within = sums_of_squares(distances)
    df1, df2 = len(samples) - 1.0, np.maximum(sum(x.n for x in samples) - len(samples), 1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = between / df1 / (within / df2)
    means = np.stack([d.mean for d in distances], axis=1)
    return _homogeneity(
        cases,
        samples,
        level,
        test="Brown-Forsythe test of equal variances" if center == "median" else f"Levene's test, {center}",
        statistic=w,
        statistic_name="W",
        df=np.stack([np.full_like(df2, df1), df2], axis=1),
        pvalue=fdtrc(df1, df2, w),
        assumptions=("values are independent",),
        source="M. B. Brown, A. B. Forsythe, JASA 69 (1974), 364-367",
        summary={"mean distances from the center": means},
        computation=(
            step("mean square between, of the distances", "{ss} / {df}", between / df1, ss=between, df=df1),
            step("mean square within, of the distances", "{ss} / {df}", within / df2, ss=within, df=df2),
        ),
    )


def bartlett(
    *groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether normal groups have the same variance: the most powerful test, and sensitive to other shapes.

    Estimand: the variances of the groups. ``((N-k) ln sp^2 - sum (ni-1) ln si^2) / (1 + (sum 1/(ni-1) - 1/(N-k)) /
    (3(k-1)))``, chi-square with k - 1.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each, not all alike.
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: standard deviations in ``summary`` those of the values; statistic and effect size have none.

    Assumes: independent normal values.

    Errors: one group, fewer than 2 values in a group, a group without variation, a value missing.

    Source: M. S. Bartlett, Proceedings of the Royal Society A 160 (1937), 268-282; NIST/SEMATECH e-Handbook 1.3.5.7.

    >>> result = bartlett([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (8.749, 0.0031)
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 2, offsets, on_error)
    for sample in samples:
        cases.refuse_no_variation(sample)
    df = np.stack([x.n - 1.0 for x in samples], axis=1)
    variances, total, k = np.stack([x.variance for x in samples], axis=1), df.sum(axis=1), len(samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (df * variances).sum(axis=1) / total
        correction = 1 + ((1 / df).sum(axis=1) - 1 / total) / (3 * (k - 1))
        statistic = (total * np.log(pooled) - (df * np.log(variances)).sum(axis=1)) / correction
    return _homogeneity(
        cases,
        samples,
        level,
        test="Bartlett's test of equal variances",
        statistic=statistic,
        statistic_name="chi-square",
        df=np.full(cases.count, k - 1.0),
        pvalue=chdtrc(k - 1, statistic),
        assumptions=("values are independent", "values are normal (the test is sensitive to this)"),
        source="M. S. Bartlett, Proceedings of the Royal Society A 160 (1937), 268-282",
        summary={"pooled variance": pooled, "correction": correction},
    )


def _homogeneity(cases, samples, level, summary, **words) -> TestResult | TestResults:
    spreads = np.stack([x.sd for x in samples], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = spreads.max(axis=1) / spreads.min(axis=1)
    return cases.answer(
        estimand="standard deviations of the groups",
        n=tuple(x.n for x in samples),
        confidence_level=level,
        effect_size=effect,
        effect_size_name="largest over smallest standard deviation",
        claim="at least one group has another variance than the others",
        summary={"standard deviations": spreads} | summary,
        **words,
    )


def _pooled_kurtosis(a: Sample, b: Sample) -> np.ndarray:
    fourth, second = 0.0, 0.0
    for x in (a, b):
        middle = trimmed_mean(x.values, x.segments, (x.n / (2 * np.sqrt(np.maximum(x.n - 4, 1)))).astype(np.int64))
        fourth = fourth + x.segments.sums((x.values - x.segments.per_point(middle)) ** 4)
        second = second + (x.n - 1) * x.variance
    return (a.n + b.n) * fourth / second**2


def _bonett_bound(distance, se, z, n1, n2):
    """The lower bound of ln(sigma1^2 / sigma2^2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return distance + np.log(n1 * (n2 - z) / (n2 * (n1 - z))) - z * se


def _bonett_z(distance, se, n1, n2):
    """The z at which the lower bound is 0, within half of the smaller sample and -+ 8."""
    most = np.minimum(8.0, np.minimum(n1, n2) / 2)
    # Where there is no test there is no root to look for.
    known = np.isfinite(distance) & np.isfinite(se)
    distance, se = np.where(known, distance, 0.0), np.where(known, se, 1.0)
    low, high = (_bonett_bound(distance, se, z, n1, n2) for z in (-most, most))
    root = find_root(
        lambda z, d, se, n1, n2: _bonett_bound(d, se, z, n1, n2), (-most, most), args=(distance, se, n1, n2)
    ).x
    return np.where(low < 0, -most, np.where(high > 0, most, root))


def _center(sample: Sample, center: str) -> np.ndarray:
    if center == "median":
        return sample.median
    return sample.mean if center == "mean" else trimmed_mean(sample.values, sample.segments, sample.n // 10)


def trimmed_mean(values: np.ndarray, segments: Segments, cut: np.ndarray) -> np.ndarray:
    """The mean of each segment without its ``cut`` smallest and largest values.

    >>> trimmed_mean(np.array([1.0, 2.0, 3.0, 99.0]), Segments.one(4), np.array([1]))
    array([2.5])
    """
    ordered = segments.ordered(values)
    place, cut_here = segments.positions(), segments.per_point(cut)
    kept = (place >= cut_here) & (place < segments.per_point(segments.lengths) - cut_here)
    return segments.sums(np.where(kept, ordered, 0.0)) / (segments.lengths - 2 * cut)

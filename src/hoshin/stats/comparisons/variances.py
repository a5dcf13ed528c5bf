"""Variances: has the scatter become smaller, does it meet a target, is it the same everywhere."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtr, chdtrc, chdtri, fdtr, fdtrc, fdtri

from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.means import spread_of
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import check_choice, check_enough, check_finite, check_number, check_variation


def one_variance(values, target: float, alternative: str = "two-sided", confidence_level: float = 0.95) -> TestResult:
    """Whether a standard deviation differs from a target.

    Estimand: the standard deviation sigma. ``chi2 = (n-1) s^2 / target^2`` with n - 1 degrees of freedom; the
    two-sided p value doubles the smaller tail. Interval of sigma from the same distribution.

    Parameters: ``values`` 1-D, at least 2, not all alike; ``target`` a standard deviation above 0. Assumes normal
    values: this test is not robust.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.8.

    >>> result = one_variance([9.9, 10.2, 10.4, 10.1, 10.3], target=0.1, alternative="greater")
    >>> round(result.statistic, 2), round(result.pvalue, 4)
    (14.8, 0.0051)
    """
    level = check_test(alternative, confidence_level)
    values = _sample(values, "values")
    target = check_number(target, "target", above=0)
    df, s = float(values.size - 1), float(check_variation(spread_of(values)))
    statistic = df * s * s / target**2
    lower, upper = interval_tails(alternative, level)
    return TestResult(
        test="Chi-square test of one standard deviation",
        estimand="standard deviation",
        n=(values.size,),
        pvalue=tail_pvalue(chdtr(df, statistic), chdtrc(df, statistic), alternative),
        statistic=statistic,
        statistic_name="chi-square",
        df=df,
        estimate=s,
        null_value=target,
        confidence_interval=(
            s * math.sqrt(df / float(chdtri(df, lower))) if lower else 0.0,
            s * math.sqrt(df / float(chdtri(df, 1 - upper))) if upper else math.inf,
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=s / target,
        effect_size_name="ratio to the target",
        computation=(step("chi-square", "{df} * {s}^2 / {target}^2", statistic, df=df, s=s, target=target),),
        assumptions=("values are independent", "values are normal (the test is sensitive to this)"),
        source="NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.8",
    )


def two_variances(first, second, alternative: str = "two-sided", confidence_level: float = 0.95) -> TestResult:
    """Whether two standard deviations differ: the scatter before and after.

    Estimand: the ratio of standard deviations sigma1 / sigma2. ``F = s1^2 / s2^2`` with n1 - 1 and n2 - 1 degrees of
    freedom; the two-sided p value doubles the smaller tail.

    Parameters: two 1-D samples of at least 2 values, neither all alike. Assumes independent normal samples: for other
    shapes use ``levene``.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.9.

    >>> result = two_variances([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8], alternative="greater")
    >>> round(result.statistic, 3), round(result.pvalue, 4), round(result.estimate, 3)
    (44.828, 0.0014, 6.695)
    """
    level = check_test(alternative, confidence_level)
    first, second = _sample(first, "first"), _sample(second, "second")
    s1, s2 = (float(check_variation(spread_of(x), name)) for x, name in ((first, "first"), (second, "second")))
    df1, df2 = float(first.size - 1), float(second.size - 1)
    f = (s1 / s2) ** 2
    lower, upper = interval_tails(alternative, level)
    return TestResult(
        test="F test of two standard deviations",
        estimand="ratio of standard deviations",
        n=(first.size, second.size),
        pvalue=tail_pvalue(fdtr(df1, df2, f), fdtrc(df1, df2, f), alternative),
        statistic=f,
        statistic_name="F",
        df=(df1, df2),
        estimate=s1 / s2,
        null_value=1.0,
        confidence_interval=(
            math.sqrt(f / float(fdtri(df1, df2, 1 - lower))) if lower else 0.0,
            math.sqrt(f * float(fdtri(df2, df1, 1 - upper))) if upper else math.inf,
        ),
        confidence_level=level,
        alternative=alternative,
        effect_size=math.log(s1 / s2),
        effect_size_name="log ratio of standard deviations",
        claim=_claim(alternative),
        summary={"standard deviations": (s1, s2)},
        computation=(step("F", "{s1}^2 / {s2}^2", f, s1=s1, s2=s2),),
        assumptions=("the samples are independent", "values are normal (the test is sensitive to this)"),
        source="NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.9",
    )


def levene(*groups, center: str = "median", confidence_level: float = 0.95) -> TestResult:
    """Whether groups have the same variance, without needing normal values.

    A one-way analysis of variance of the distances ``|x - center of its group|``. ``center``: "median" (Brown and
    Forsythe; the default), "mean" (Levene), "trimmed" (mean without the outer 10%).

    Parameters: at least 2 groups, 1-D, at least 2 values each (3 for a sound answer). Assumes independent values.

    Source: H. Levene, in Contributions to Probability and Statistics (1960), 278-292; M. B. Brown, A. B. Forsythe,
    JASA 69 (1974), 364-367.

    >>> result = levene([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (9.5617, 0.0148)
    """
    level = check_test("two-sided", confidence_level)
    check_choice(center, ("median", "mean", "trimmed"), "center")
    groups = _groups(groups)
    distances = [np.abs(x - _center(x, center)) for x in groups]
    check_variation(max(spread_of(d) for d in distances), "distances from the center")
    grand = np.concatenate(distances).mean()
    between = sum(d.size * (d.mean() - grand) ** 2 for d in distances)
    within = sum(((d - d.mean()) ** 2).sum() for d in distances)
    df1, df2 = float(len(groups) - 1), float(sum(d.size for d in distances) - len(groups))
    w = float(between / df1 / (within / df2))
    return _homogeneity(
        "Brown-Forsythe test of equal variances" if center == "median" else f"Levene's test, {center}",
        groups,
        w,
        "W",
        (df1, df2),
        float(fdtrc(df1, df2, w)),
        level,
        ("values are independent",),
        "M. B. Brown, A. B. Forsythe, JASA 69 (1974), 364-367",
        summary={"mean distances from the center": tuple(float(d.mean()) for d in distances)},
    )


def bartlett(*groups, confidence_level: float = 0.95) -> TestResult:
    """Whether normal groups have the same variance: the most powerful test, and sensitive to other shapes.

    ``((N-k) ln sp^2 - sum (ni-1) ln si^2) / (1 + (sum 1/(ni-1) - 1/(N-k)) / (3(k-1)))``, chi-square with k - 1.

    Parameters: at least 2 groups, 1-D, at least 2 values each, none all alike. Assumes normal values.

    Source: M. S. Bartlett, Proceedings of the Royal Society A 160 (1937), 268-282; NIST/SEMATECH e-Handbook 1.3.5.7.

    >>> result = bartlett([10.0, 12.0, 8.0, 13.0, 7.0], [10.0, 10.5, 9.5, 10.2, 9.8])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (8.749, 0.0031)
    """
    level = check_test("two-sided", confidence_level)
    groups = _groups(groups)
    df = np.array([x.size - 1.0 for x in groups])
    variances = np.array([check_variation(spread_of(x), f"group {i + 1}") ** 2 for i, x in enumerate(groups)])
    pooled = float(df @ variances / df.sum())
    correction = 1 + ((1 / df).sum() - 1 / df.sum()) / (3 * (len(groups) - 1))
    statistic = float((df.sum() * math.log(pooled) - df @ np.log(variances)) / correction)
    return _homogeneity(
        "Bartlett's test of equal variances",
        groups,
        statistic,
        "chi-square",
        float(len(groups) - 1),
        float(chdtrc(len(groups) - 1, statistic)),
        level,
        ("values are independent", "values are normal (the test is sensitive to this)"),
        "M. S. Bartlett, Proceedings of the Royal Society A 160 (1937), 268-282",
        summary={"pooled variance": pooled, "correction": float(correction)},
    )


def _homogeneity(test, groups, statistic, name, df, pvalue, level, assumptions, source, summary):
    spreads = tuple(float(x.std(ddof=1)) for x in groups)
    return TestResult(
        test=test,
        estimand="standard deviations of the groups",
        n=tuple(x.size for x in groups),
        pvalue=pvalue,
        statistic=statistic,
        statistic_name=name,
        df=df,
        confidence_level=level,
        effect_size=max(spreads) / min(spreads) if min(spreads) else math.inf,
        effect_size_name="largest over smallest standard deviation",
        claim="at least one group has another variance than the others",
        summary={"standard deviations": spreads} | summary,
        assumptions=assumptions,
        source=source,
    )


def _center(values, center):
    if center == "median":
        return np.median(values)
    if center == "mean":
        return values.mean()
    cut = values.size // 10
    return np.sort(values)[cut : values.size - cut].mean()


def _groups(groups) -> list[np.ndarray]:
    check_enough(len(groups), 2, "groups")
    return [_sample(x, f"group {i + 1}") for i, x in enumerate(groups)]


def _sample(values, name) -> np.ndarray:
    array = check_finite(values, name, ndim=1)
    check_enough(array.size, 2, f"values in {name}" if name != "values" else name)
    return array


def _claim(alternative: str) -> str:
    relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}[alternative]
    return f"the first standard deviation {relation} the second"

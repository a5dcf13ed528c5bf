"""Equivalence: showing that two things are alike, which a test that finds no difference does not show."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.means import spread_of, standard_error, t_interval
from hoshin.stats.comparisons.proportions import units_of
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_number,
    check_same_length,
    check_variation,
)

SOURCE = "D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680"


def equivalent_means(
    first, second, low: float, high: float, confidence_level: float = 0.95, variances: str = "unequal"
) -> TestResult:
    """Whether two means are equivalent: their difference lies between ``low`` and ``high``.

    Two one-sided t tests (TOST), each at level 1 - confidence; the p value is the larger one. The interval holds with
    ``2 confidence - 1`` (90% for 95%): equivalence is shown when it lies within the limits.

    Parameters: two 1-D samples of at least 2 values; ``low`` < ``high`` in the unit of the values. Assumptions as in
    ``two_means``.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> a, b = [10.1, 9.9, 10.0, 10.2, 9.8, 10.0], [10.0, 10.1, 9.9, 10.1, 10.0, 9.8]
    >>> result = equivalent_means(a, b, low=-0.3, high=0.3)
    >>> result.significant, round(result.pvalue, 4)
    (True, 0.0019)
    """
    check_choice(variances, ("unequal", "equal"), "variances")
    first, second = (_sample(x, name) for x, name in ((first, "first"), (second, "second")))
    check_variation(max(spread_of(first), spread_of(second)), "the two samples")
    se, df, line = standard_error(first, second, variances)
    delta = float(first.mean() - second.mean())
    result = _tost(delta, se, df, low, high, confidence_level, "difference of means", (first.size, second.size))
    means = (float(first.mean()), float(second.mean()))
    return dataclasses.replace(result, summary={"means": means}, computation=(line, *result.computation))


def equivalent_paired_means(first, second, low: float, high: float, confidence_level: float = 0.95) -> TestResult:
    """Whether the mean difference of pairs lies between ``low`` and ``high``: two gauges on the same parts.

    Two one-sided t tests of the differences; see ``equivalent_means``.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> result = equivalent_paired_means([10.1, 9.9, 10.0, 10.2], [10.0, 10.0, 9.9, 10.1], low=-0.5, high=0.5)
    >>> result.significant, round(result.pvalue, 5)
    (True, 0.00145)
    """
    first, second = _sample(first, "first"), _sample(second, "second")
    check_same_length(first, second, ("first", "second"))
    return _one_sample(first - second, low, high, confidence_level, "mean difference of pairs")


def equivalent_to_target(values, low: float, high: float, confidence_level: float = 0.95) -> TestResult:
    """Whether a mean lies between ``low`` and ``high``: two one-sided t tests of one sample.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> round(equivalent_to_target([10.1, 9.9, 10.0, 10.2], low=9.5, high=10.5).pvalue, 4)
    0.003
    """
    return _one_sample(_sample(values, "values"), low, high, confidence_level, "mean")


def equivalent_proportions(
    count1: int, n1: int, count2: int, n2: int, low: float, high: float, confidence_level: float = 0.95
) -> TestResult:
    """Whether two proportions are equivalent: their difference lies between ``low`` and ``high``.

    Two one-sided normal tests with the unpooled standard error; for some five units of each kind per sample.

    Source: S.-C. Chow, J. Shao, H. Wang, Sample Size Calculations in Clinical Research, 2nd edition, section 4.2.

    >>> round(equivalent_proportions(90, 100, 92, 100, low=-0.15, high=0.15).pvalue, 5)
    0.00065
    """
    count1, n1 = units_of(count1, n1, "1")
    count2, n2 = units_of(count2, n2, "2")
    p1, p2 = count1 / n1, count2 / n2
    se = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    check_variation(se, "both samples (all units alike)")
    result = _tost(p1 - p2, se, math.inf, low, high, confidence_level, "difference of proportions", (n1, n2))
    line = step(
        "standard error", "sqrt({p1} (1 - {p1}) / {n1} + {p2} (1 - {p2}) / {n2})", se, p1=p1, p2=p2, n1=n1, n2=n2
    )
    return dataclasses.replace(
        result,
        summary={"proportions": (p1, p2)},
        computation=(line, *result.computation),
        assumptions=("the samples are independent", "units are independent", "samples are large"),
    )


def _one_sample(values, low, high, confidence_level, estimand):
    s = check_variation(spread_of(values))
    se = s / math.sqrt(values.size)
    result = _tost(float(values.mean()), se, values.size - 1.0, low, high, confidence_level, estimand, (values.size,))
    line = step("standard error", "{s} / sqrt({n})", se, s=s, n=values.size)
    return dataclasses.replace(
        result, summary={"standard deviation": float(s)}, computation=(line, *result.computation)
    )


def _tost(estimate, se, df, low, high, confidence_level, estimand, n) -> TestResult:
    level = check_test("two-sided", confidence_level)
    low, high = check_number(low, "low"), check_number(high, "high")
    if not low < high:
        raise StatisticsError("low is {low} and high is {high}; low must be below high", low=low, high=high)
    if level <= 0.5:
        raise StatisticsError("confidence_level is {found}; more than 0.5 is needed for equivalence", found=level)
    t_low, t_high = (estimate - low) / se, (estimate - high) / se
    normal = math.isinf(df)
    p_low = float(ndtr(-t_low) if normal else stdtr(df, -t_low))
    p_high = float(ndtr(t_high) if normal else stdtr(df, t_high))
    statistic = t_low if p_low >= p_high else t_high
    if normal:
        half = float(ndtri(level)) * se
        interval = (estimate - half, estimate + half)
    else:
        interval = t_interval(estimate, se, df, "two-sided", 2 * level - 1)
    return TestResult(
        test="Equivalence by two one-sided " + ("normal tests" if normal else "t tests"),
        estimand=estimand,
        n=n,
        pvalue=max(p_low, p_high),
        statistic=statistic,
        statistic_name="z" if normal else "t",
        df=None if normal else df,
        estimate=estimate,
        confidence_interval=interval,
        confidence_level=level,
        interval_level=2 * level - 1,
        claim=f"the {estimand} lies between {low:g} and {high:g}",
        computation=(
            step("against the lower limit", "({d} - {low}) / {se}", t_low, d=estimate, low=low, se=se),
            step("p value, above the lower limit", "", p_low),
            step("against the upper limit", "({d} - {high}) / {se}", t_high, d=estimate, high=high, se=se),
            step("p value, below the upper limit", "", p_high),
        ),
        assumptions=("values are independent", "means are about normally distributed", "the limits were set before"),
        source=SOURCE,
    )


def _sample(values, name) -> np.ndarray:
    array = check_finite(values, name, ndim=1)
    check_enough(array.size, 2, f"values in {name}" if name != "values" else name)
    return array

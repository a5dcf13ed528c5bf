"""Equivalence: showing that two things are alike, which a test that finds no difference does not show."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.means import differences_of_pairs, standard_error, t_interval, two_samples
from hoshin.stats.comparisons.proportions import read_units
from hoshin.stats.comparisons.rates import read_events
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_choice

SOURCE = "D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680"
_OF_MEANS = ("values are independent", "means are about normally distributed", "the limits were set before")


def equivalent_means(
    first,
    second,
    low: float,
    high: float,
    confidence_level: float = 0.95,
    variances: str = "unequal",
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two means are equivalent: their difference lies between ``low`` and ``high``.

    Estimand: mean1 - mean2. Two one-sided t tests (TOST), ``(d - low) / se`` and ``(d - high) / se``, each at level 1 -
    confidence; the p value is the larger one. The interval holds with ``2 confidence - 1`` (90% for 95%): equivalence
    is shown when it lies within the limits.

    Parameters
    ----------
    first, second : (n1,) and (n2,) of one characteristic, (C, n1) and (C, n2) of many, or flat columns with
        ``offsets``; at least 2 values each.
    low, high : the limits of equivalence, low below high; one number, or one for each characteristic.
    confidence_level : above 0.5; 1 - it is the level of each one-sided test.
    variances : "unequal" (Welch) or "equal" (pooled).
    offsets : (offsets of the first column, offsets of the second).
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: limits, estimate and interval those of the values.

    Assumes: two independent samples, means about normal, and limits that were set before the data were seen.

    Errors: low not below high, a confidence of 0.5 or less, fewer than 2 values, no variation, a value missing.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> a, b = [10.1, 9.9, 10.0, 10.2, 9.8, 10.0], [10.0, 10.1, 9.9, 10.1, 10.0, 9.8]
    >>> result = equivalent_means(a, b, low=-0.3, high=0.3)
    >>> result.significant, round(result.pvalue, 4)
    (True, 0.0019)
    """
    check_choice(variances, ("unequal", "equal"), "variances")
    cases, (a, b) = two_samples(first, second, offsets, on_error)
    se, df, line = standard_error(a, b, variances)
    words = {"estimand": "difference of means", "n": (a.n, b.n), "assumptions": _OF_MEANS}
    summary = {"means": np.stack([a.mean, b.mean], axis=1)}
    return _tost(cases, a.mean - b.mean, se, df, (low, high), confidence_level, line, summary=summary, **words)


def equivalent_paired_means(
    first,
    second,
    low: float,
    high: float,
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether the mean difference of pairs lies between ``low`` and ``high``: two gauges on the same parts.

    Estimand: the mean of d = first - second. Two one-sided t tests, ``(mean d - low) / (s_d / sqrt(n))`` and the same
    against ``high``; see ``equivalent_means``.

    Parameters
    ----------
    first, second : (n,) of one characteristic, (C, n) of many, or flat columns with ``offsets``; pairs in one order.
    low, high : the limits of equivalence, low below high; one number, or one for each characteristic.
    confidence_level : above 0.5; 1 - it is the level of each one-sided test.
    offsets : where each characteristic begins, the same for both columns.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: limits, estimate and interval those of the values.

    Assumes: independent pairs, a mean difference that is about normal, limits set before.

    Errors: low not below high, fewer than 2 pairs, differences all alike, columns of different length.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> result = equivalent_paired_means([10.1, 9.9, 10.0, 10.2], [10.0, 10.0, 9.9, 10.1], low=-0.5, high=0.5)
    >>> result.significant, round(result.pvalue, 5)
    (True, 0.00145)
    """
    cases, sample = differences_of_pairs(first, second, offsets, on_error)
    return _one_sample(cases, sample, (low, high), confidence_level, "mean difference of pairs")


def equivalent_to_target(
    values, low: float, high: float, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether a mean lies between ``low`` and ``high``: two one-sided t tests of one sample.

    Estimand: the mean. ``(mean - low) / (s / sqrt(n))`` and the same against ``high``, n - 1 degrees of freedom.

    Parameters
    ----------
    values : (n,) of one characteristic, (C, n) of many, or a flat column with ``offsets``; at least 2 each.
    low, high : the limits about the target, low below high; one number, or one for each characteristic.
    confidence_level : above 0.5; 1 - it is the level of each one-sided test.
    offsets : where each characteristic begins in a flat column, and its length at the end.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: limits, estimate and interval those of the values.

    Assumes: independent values, a mean that is about normal, limits set before.

    Errors: low not below high, fewer than 2 values, all alike, one missing.

    Source: D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680.

    >>> round(equivalent_to_target([10.1, 9.9, 10.0, 10.2], low=9.5, high=10.5).pvalue, 4)
    0.003
    """
    cases, (sample,) = Cases.of_samples({"values": values}, offsets, on_error)
    return _one_sample(cases, sample, (low, high), confidence_level, "mean")


def equivalent_proportions(
    count1, n1, count2, n2, low: float, high: float, confidence_level: float = 0.95, *, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether two proportions are equivalent: their difference lies between ``low`` and ``high``.

    Estimand: p1 - p2. Two one-sided normal tests, ``(p1 - p2 - low) / se`` and the same against ``high``, with the
    unpooled standard error ``sqrt(p1 (1 - p1) / n1 + p2 (1 - p2) / n2)``.

    Parameters
    ----------
    count1, n1, count2, n2 : units counted and looked at in each sample; one number, or one for each characteristic.
    low, high : the limits of equivalence, low below high.
    confidence_level : above 0.5; 1 - it is the level of each one-sided test.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: limits, estimate and interval are fractions (0.01 is one per cent).

    Assumes: independent samples of independent units, some five of each kind in each, limits set before.

    Errors: low not below high, a count above n, all units alike in both samples.

    Source: S.-C. Chow, J. Shao, H. Wang, Sample Size Calculations in Clinical Research, 2nd edition, section 4.2.

    >>> round(equivalent_proportions(90, 100, 92, 100, low=-0.15, high=0.15).pvalue, 5)
    0.00065
    """
    cases, (x1, n1, x2, n2) = read_units(on_error, count1=count1, n1=n1, count2=count2, n2=n2)
    p1, p2 = x1 / n1, x2 / n2
    se = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    formula = "sqrt({p1} (1 - {p1}) / {n1} + {p2} (1 - {p2}) / {n2})"
    line = step("standard error", formula, se, p1=p1, p2=p2, n1=n1, n2=n2)
    words = {
        "estimand": "difference of proportions",
        "summary": {"proportions": np.stack([p1, p2], axis=1)},
        "n": (n1, n2),
        "assumptions": ("the samples are independent", "units are independent", "samples are large"),
    }
    return _tost(cases, p1 - p2, se, np.inf, (low, high), confidence_level, line, **words)


def equivalent_rates(
    count1, exposure1, count2, exposure2, low: float, high: float, confidence_level: float = 0.95, *,
    on_error: str = "raise",
) -> TestResult | TestResults:  # fmt: skip
    """Whether two rates of events are equivalent: their difference lies between ``low`` and ``high``.

    Estimand: r1 - r2 with r = count / exposure. Two one-sided normal tests, ``(r1 - r2 - low) / se`` and the same
    against ``high``, with ``se = sqrt(count1 / exposure1^2 + count2 / exposure2^2)``.

    Parameters
    ----------
    count1, count2 : events in each sample; one number, or one for each characteristic.
    exposure1, exposure2 : the time, area or number of units they were counted over.
    low, high : the limits of equivalence, low below high.
    confidence_level : above 0.5; 1 - it is the level of each one-sided test.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: limits, estimate and interval in events per unit of exposure.

    Assumes: independent Poisson counts, some ten events in each sample, limits set before.

    Errors: low not below high, a negative count, an exposure of 0, no event in either sample.

    Source: D. J. Schuirmann (1987) for the two tests; the normal approximation of Poisson counts is that of A. Agresti,
    Categorical Data Analysis, 3rd edition, chapter 1.

    >>> round(equivalent_rates(48, 12, 52, 12, low=-2, high=2).pvalue, 4)
    0.0228
    """
    cases, (x1, e1, x2, e2) = read_events(
        on_error, count1=count1, exposure1=exposure1, count2=count2, exposure2=exposure2
    )
    se = np.sqrt(x1 / e1**2 + x2 / e2**2)
    line = step("standard error", "sqrt({a} / {e1}^2 + {b} / {e2}^2)", se, a=x1, b=x2, e1=e1, e2=e2)
    words = {
        "estimand": "difference of rates",
        "summary": {"rates": np.stack([x1 / e1, x2 / e2], axis=1)},
        "n": (x1, x2),
        "assumptions": ("events happen independently", "counts are large", "the limits were set before"),
    }
    return _tost(cases, x1 / e1 - x2 / e2, se, np.inf, (low, high), confidence_level, line, **words)


def _one_sample(cases: Cases, sample: Sample, limits, confidence_level, estimand):
    cases.refuse_no_variation(sample)
    se = sample.sd / np.sqrt(sample.n)
    line = step("standard error", "{s} / sqrt({n})", se, s=sample.sd, n=sample.n)
    summary = {"standard deviation": sample.sd}
    words = {"estimand": estimand, "n": (sample.n,), "assumptions": _OF_MEANS}
    return _tost(cases, sample.mean, se, sample.n - 1.0, limits, confidence_level, line, summary=summary, **words)


def _tost(cases: Cases, estimate, se, df, limits, confidence_level, line, **words):
    level = check_test("two-sided", confidence_level)
    if level <= 0.5:
        raise StatisticsError("confidence_level is {found}; more than 0.5 is needed for equivalence", found=level)
    low, high = (cases.numbers(limit, name) for limit, name in zip(limits, ("low", "high"), strict=True))
    cases.refuse(~(low < high), "low is {low} and high is {high}; low must be below high", low=low, high=high)
    cases.refuse(se == 0, "both samples (all units alike) have no variation (standard deviation 0)")
    normal = np.ndim(df) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        t_low, t_high = (estimate - low) / se, (estimate - high) / se
    p_low = ndtr(-t_low) if normal else stdtr(df, -t_low)
    p_high = ndtr(t_high) if normal else stdtr(df, t_high)
    if normal:
        half = ndtri(level) * se
        interval = (estimate - half, estimate + half)
    else:
        interval = t_interval(estimate, se, df, "two-sided", 2 * level - 1)
    return cases.answer(
        test="Equivalence by two one-sided " + ("normal tests" if normal else "t tests"),
        pvalue=np.maximum(p_low, p_high),
        statistic=np.where(p_low >= p_high, t_low, t_high),
        statistic_name="z" if normal else "t",
        df=None if normal else df,
        estimate=estimate,
        interval=interval,
        confidence_level=level,
        interval_level=2 * level - 1,
        claim=f"the {words['estimand']} lies between {{low:g}} and {{high:g}}",
        claim_numbers={"low": low, "high": high},
        computation=(
            line,
            step("against the lower limit", "({d} - {low}) / {se}", t_low, d=estimate, low=low, se=se),
            step("p value, above the lower limit", "", p_low),
            step("against the upper limit", "({d} - {high}) / {se}", t_high, d=estimate, high=high, se=se),
            step("p value, below the upper limit", "", p_high),
        ),
        source=SOURCE,
        **words,
    )

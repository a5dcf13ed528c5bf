"""Correlation: do two measurements of the same units go together."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtr

from hoshin.stats._ranks import midranks
from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, interval_tails, step, tail_pvalue
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_choice

_TESTS = {"pearson": "Test of Pearson's correlation", "spearman": "Test of Spearman's rank correlation"}
_ASSUMPTIONS = {
    "pearson": ("pairs are independent", "both are normal together (for test and interval)"),
    "spearman": ("pairs are independent",),
}


def correlation(
    first,
    second,
    method: str = "pearson",
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> TestResult | TestResults:
    """Whether two measurements of the same units go together: along a line, or at least in the same order.

    Estimand: the correlation rho. ``r = sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2)``, of the values or
    of their ranks; ``t = r sqrt((n-2) / (1-r^2))`` with n - 2 degrees of freedom. Interval ``tanh(atanh(r) -+ z se)``
    with ``se^2 = 1 / (n-3)`` for Pearson's and ``(1 + r^2/2) / (n-3)`` for Spearman's. Effect size: r squared, the share
    of the variance that one explains of the other.

    Parameters
    ----------
    first, second : (n,) of one pair of characteristics, (C, n) of many, or flat columns with ``offsets``; at least 4
        units, in one order.
    method : "pearson" (a line) or "spearman" (ranks: any rising or falling curve).
    alternative : "two-sided", or what is claimed: a correlation "less" or "greater" than 0.
    confidence_level : of the interval; 1 - it is the level of decision.
    offsets : where each characteristic begins, the same for both columns.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: none; both measurements may have any.

    Assumes: independent pairs; normal values for Pearson's test and interval. It says nothing of cause, and two gauges
    that differ by a constant correlate perfectly: for agreement see ``equivalent_paired_means``.

    Errors: fewer than 4 pairs, a measurement all alike, columns of different length, a value missing.

    Source: R. A. Fisher, Metron 1 (1921), 3-32; C. Spearman, American Journal of Psychology 15 (1904), 72-101; D. G.
    Bonett, T. A. Wright, Psychometrika 65 (2000), 23-28.

    >>> lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    >>> panel = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    >>> result = correlation(lightness, panel)
    >>> round(result.estimate, 4), round(result.pvalue, 4), [round(bound, 4) for bound in result.confidence_interval]
    (0.5712, 0.1082, [-0.1497, 0.8956])
    """
    level = check_test(alternative, confidence_level)
    check_choice(method, tuple(_TESTS), "method")
    cuts = None if offsets is None else (offsets, offsets)
    cases, (a, b) = Cases.of_samples({"values in first": first, "values in second": second}, cuts, on_error, 4)
    if a.values.size != b.values.size:
        raise StatisticsError(
            "first has {na} entries and second has {nb}; they must be as long as each other",
            na=a.values.size // cases.count,
            nb=b.values.size // cases.count,
        )
    for sample in (a, b):
        cases.refuse_no_variation(sample)
    if method == "spearman":
        a, b = _ranked(a), _ranked(b)
    r, df = _correlation(a, b), a.n - 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = r * np.sqrt(df / ((1 - r) * (1 + r)))
        se = np.sqrt((1 + (r * r / 2 if method == "spearman" else 0.0)) / np.maximum(a.n - 3, 1))
        lower, upper = interval_tails(alternative, level)
        low = np.tanh(np.arctanh(r) + ndtri(lower) * se) if lower else np.full_like(r, -1.0)
        high = np.tanh(np.arctanh(r) - ndtri(upper) * se) if upper else np.full_like(r, 1.0)
    return cases.answer(
        test=_TESTS[method],
        estimand="correlation" if method == "pearson" else "rank correlation",
        n=(a.n,),
        pvalue=tail_pvalue(stdtr(df, t), stdtr(df, -t), alternative),
        statistic=t,
        statistic_name="t",
        df=df,
        estimate=r,
        null_value=0.0,
        interval=(low, high),
        confidence_level=level,
        alternative=alternative,
        effect_size=r * r,
        effect_size_name="r squared",
        computation=(
            step("t", "{r} sqrt({df} / (1 - {r}^2))", t, r=r, df=df),
            step("standard error of atanh(r)", "", se),
        ),
        assumptions=_ASSUMPTIONS[method],
        source="R. A. Fisher, Metron 1 (1921), 3-32; D. G. Bonett, T. A. Wright, Psychometrika 65 (2000), 23-28",
    )


def _correlation(a: Sample, b: Sample) -> np.ndarray:
    x, y = (sample.values - sample.segments.per_point(sample.mean) for sample in (a, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = a.segments.sums(x * y) / np.sqrt(a.segments.sums(x * x) * a.segments.sums(y * y))
    return np.clip(r, -1.0, 1.0)


def _ranked(sample: Sample) -> Sample:
    ranks, _ = midranks(sample.values, sample.segments.owner)
    return sample.moved(np.where(np.isnan(sample.values), np.nan, ranks))

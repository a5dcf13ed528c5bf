"""Survival without a distribution: the product-limit estimate, and the log-rank test between groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri

from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_same_length
from hoshin.stats.reliability._times import check_times
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class SurvivalCurve(Result):
    """The share surviving after each time with an event; steps down only there.

    ``lower`` and ``upper`` hold on the log(-log) scale and stay between 0 and 1. ``median`` is missing while more than
    half survive.
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    survival: np.ndarray
    std_err: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    median: float | None
    n: int
    confidence: float

    title = "Kaplan-Meier estimate"
    assumptions = ("units are independent", "censoring says nothing about how long a unit would have lasted")
    sources = (
        "E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481",
        "M. Greenwood, Reports on Public Health 33 (1926): standard error",
    )

    def steps(self):
        """One line for each time with an event."""
        before = 1.0
        for t, n, d, s in zip(self.time, self.at_risk, self.events, self.survival, strict=True):
            yield Step(
                f"survival after {t:g}", "{s} (1 - {d} / {n})", {"s": before, "d": int(d), "n": int(n)}, float(s)
            )
            before = float(s)
        yield Step("median", value=self.median)


def kaplan_meier(times, event=None, counts=None, confidence: float = 0.95) -> SurvivalCurve:
    """Product-limit estimate of survival: ``S(t) = prod (1 - d_i / n_i)`` over the times with events up to t.

    A unit censored at a time counts as at risk there. Standard error by Greenwood: ``S sqrt(sum d/(n(n-d)))``.

    Parameters: as in ``weibull``, times of 0 or more; at least one event.

    Source: E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481.

    >>> curve = kaplan_meier([6, 6, 6, 7, 10, 6, 9, 10], [1, 1, 1, 1, 1, 0, 0, 0])
    >>> curve.time, curve.at_risk, curve.survival.round(4)
    (array([ 6.,  7., 10.]), array([8., 4., 2.]), array([0.625 , 0.4688, 0.2344]))
    """
    times, event, counts = check_times(times, event, counts, positive=False)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    check_enough(int(counts[event].sum()), 1, "events")
    order = np.argsort(times)
    sorted_times, sorted_counts = times[order], counts[order]
    points = np.unique(times[event & (counts > 0)])
    left = np.concatenate([np.cumsum(sorted_counts[::-1])[::-1], [0.0]])
    at_risk = left[np.searchsorted(sorted_times, points)]
    events = np.bincount(np.searchsorted(points, times[event]), weights=counts[event], minlength=points.size)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        std_err = np.where(survival > 0, survival * np.sqrt(variance), 0.0)
        spread = np.exp(z * np.sqrt(variance) / np.abs(np.log(survival)))
        lower = np.where(survival > 0, survival**spread, 0.0)
        upper = np.where(survival > 0, survival ** (1 / spread), 0.0)
    half = np.flatnonzero(survival <= 0.5)
    return SurvivalCurve(
        time=points,
        at_risk=at_risk,
        events=events,
        survival=survival,
        std_err=std_err,
        lower=lower,
        upper=upper,
        median=float(points[half[0]]) if half.size else None,
        n=int(counts.sum()),
        confidence=float(confidence),
    )


def log_rank(times, event, group, confidence_level: float = 0.95) -> TestResult:
    """Whether groups survive differently: observed against expected events at each time (Mantel).

    Parameters: ``times`` and ``event`` as in ``kaplan_meier``; ``group`` a label for each; at least 2 groups.

    Source: N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; Gehan's times of remission (chi-square 16.79) are
    in D. R. Cox, D. Oakes, Analysis of Survival Data (1984).

    >>> result = log_rank([1, 2, 3, 4, 5, 6, 7, 8], [1] * 8, ["a", "a", "a", "b", "a", "b", "b", "b"])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (4.9176, 0.0266)
    """
    level = check_fraction(confidence_level, "confidence_level")
    times, event, _ = check_times(times, event, positive=False)
    group = np.asarray(group)
    check_same_length(times, group, ("times", "group"))
    names, codes = np.unique(group, return_inverse=True)
    k = check_enough(names.size, 2, "groups")
    check_enough(int(event.sum()), 1, "events")
    excess, variance, observed, expected = np.zeros(k), np.zeros((k, k)), np.zeros(k), np.zeros(k)
    for t in np.unique(times[event]):
        n = np.bincount(codes[times >= t], minlength=k).astype(float)
        d = np.bincount(codes[(times == t) & event], minlength=k).astype(float)
        share, total, dead = n / n.sum(), n.sum(), d.sum()
        observed, expected = observed + d, expected + dead * share
        excess += d - dead * share
        if total > 1:
            factor = dead * (total - dead) / (total - 1)
            variance += factor * (np.diag(share) - np.outer(share, share))
    if not np.linalg.matrix_rank(variance) == k - 1:
        raise StatisticsError("a group has no units at risk at any event; leave it out")
    statistic = float(excess[1:] @ np.linalg.solve(variance[1:, 1:], excess[1:]))
    return TestResult(
        test="Log-rank test",
        estimand="survival of the groups",
        n=tuple(np.bincount(codes).tolist()),
        pvalue=float(chdtrc(k - 1, statistic)),
        statistic=statistic,
        statistic_name="chi-square",
        df=float(k - 1),
        confidence_level=level,
        claim="the groups survive differently",
        summary={"groups": tuple(map(str, names)), "observed": observed, "expected": expected},
        assumptions=("units are independent", "censoring is alike in the groups"),
        source="N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170",
    )


def restricted_mean(curve: SurvivalCurve, horizon: float) -> float:
    """The mean time survived up to a horizon: the area under the curve.

    >>> restricted_mean(kaplan_meier([1.0, 2.0], [1, 1]), 3.0)
    1.5
    """
    horizon = check_finite(horizon, "horizon").item()
    if not horizon > 0:
        raise StatisticsError("horizon is {found}; a time above 0 is needed", found=horizon)
    edges = np.concatenate([[0.0], np.minimum(curve.time, horizon), [horizon]])
    return math.fsum(np.diff(edges) * np.concatenate([[1.0], curve.survival]))

"""Survival without a distribution: the product-limit estimate, and the log-rank test between groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri

from hoshin.stats._results import Ragged
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_fraction
from hoshin.stats.reliability._times import read_times
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class SurvivalCurve(Result):
    """The share surviving after each time with an event; steps down only there.

    ``std_err`` is Greenwood's. ``interval`` says how ``lower`` and ``upper`` come from it: "log-log" (on the log(-log)
    scale) or "greenwood" (plain). ``median`` is missing while more than half survive.
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
    interval: str = "log-log"

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
        yield Step("Greenwood's standard error", "S sqrt(sum of d / (n (n - d)))", value=self.std_err)
        formula = "S -+ z se" if self.interval == "greenwood" else "S^exp(+- z se / (S ln S))"
        yield Step(f"{self.confidence:.0%} interval", formula, value=np.stack([self.lower, self.upper]))
        yield Step("median", value=self.median)


def kaplan_meier(
    times,
    event=None,
    counts=None,
    confidence: float = 0.95,
    *,
    interval: str = "log-log",
    offsets=None,
    on_error: str = "raise",
) -> SurvivalCurve:
    """Product-limit estimate of survival, with Greenwood's standard error and an interval at each time.

    Estimand: ``S(t) = prod (1 - d_i / n_i)`` over the times with events up to t, d_i events among n_i at risk; a unit
    censored at a time counts as at risk there. ``se = S sqrt(sum d / (n (n - d)))``; interval ``S^exp(+- z se / (S ln
    S))``, or ``S -+ z se``.

    Parameters
    ----------
    times : (n,) times of 0 or more of one group, (C, n) of many, or a flat column with ``offsets``.
    event : the same shape; 1 event, 0 censored. Without it all are events.
    counts : the same shape; how many units a line stands for (1).
    confidence : of the two-sided interval at each single time.
    interval : "log-log", which stays between 0 and 1, or "greenwood", plain and cut at 0 and 1.
    offsets : where each group begins in the flat column, and its length.
    on_error : "raise", or "mark": a group without an answer gets NaN and a word in ``problems``.

    Units: ``time`` and ``median`` in that of the times; survival and its standard error are shares.

    Assumes: independent units; that censoring says nothing about how long a unit would have lasted.

    Errors: a negative time, an event other than 0 and 1, a count that is not whole, no event at all.

    Source: E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481; M. Greenwood, Reports on Public Health 33 (1926); J. D.
    Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), chapter 1 (log-log).

    >>> curve = kaplan_meier([6, 6, 6, 7, 10, 6, 9, 10], [1, 1, 1, 1, 1, 0, 0, 0])
    >>> curve.time, curve.at_risk, curve.survival.round(4)
    (array([ 6.,  7., 10.]), array([8., 4., 2.]), array([0.625 , 0.4688, 0.2344]))
    >>> kaplan_meier([1, 2, 3, 2, 5], [1, 0, 1, 1, 1], offsets=[0, 3, 5]).median
    array([3., 2.])
    """
    confidence = check_fraction(confidence)
    check_choice(interval, ("log-log", "greenwood"), "interval")
    read = read_times(times, event, counts, offsets=offsets, on_error=on_error, positive=False)
    layout = read.layout
    layout.refuse_few(layout.segments.sums(read.counts * read.event).astype(np.int64), 1, "events")

    def compute(part, times, event, counts):
        table = _Risk.read(part.segments, times, event, counts[:, None])
        columns = _curve(table, interval, float(ndtri((1 + confidence) / 2)))
        columns["n"] = part.segments.sums(counts).astype(np.int64)
        return columns, {"confidence": confidence, "interval": interval}

    return layout.result(SurvivalCurve, compute, read.times, read.event, read.counts)


@dataclass(frozen=True, eq=False)
class _Risk:
    """The times with events, and how many of each kind (column) of units were at risk and had their event there."""

    points: Segments
    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray

    @classmethod
    def read(cls, segments: Segments, times, event, units) -> _Risk:
        """From lines that stand for so many units of each kind (lines, kinds)."""
        owner = segments.owner
        order = np.lexsort((times, owner))
        owner, times, units, event = owner[order], times[order], units[order], event[order]
        first = np.flatnonzero(np.concatenate([[True], (np.diff(times) != 0) | (np.diff(owner) != 0)]))
        events = np.add.reduceat(units * event[:, None], first)
        # Whole numbers: the running sum is exact.
        gone = np.concatenate([np.zeros((1, units.shape[1])), np.cumsum(units, axis=0)])
        at_risk = gone[segments.offsets[owner[first] + 1]] - gone[first]
        some = events.any(axis=1)
        lengths = np.bincount(owner[first][some], minlength=segments.count)
        points = Segments(np.concatenate([[0], np.cumsum(lengths)]))
        return cls(points, times[first][some], at_risk[some], events[some])


def _curve(table: _Risk, interval: str, z: float) -> dict:
    points, d, n = table.points, table.events[:, 0], table.at_risk[:, 0]
    survival = points.by_rows(1 - d / n, lambda rows: np.cumprod(rows, axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = points.by_rows(d / (n * (n - d)), lambda rows: np.cumsum(rows, axis=1))
        std_err = np.where(survival > 0, survival * np.sqrt(variance), 0.0)
        spread = np.exp(z * np.sqrt(variance) / np.abs(np.log(survival)))
        lower = np.where(survival > 0, survival**spread, 0.0)
        upper = np.where(survival > 0, survival ** (1 / spread), 0.0)
    if interval == "greenwood":
        lower, upper = np.maximum(survival - z * std_err, 0.0), np.minimum(survival + z * std_err, 1.0)
    half = points.firsts(np.arange(points.total), survival <= 0.5)
    columns = {
        "time": table.time, "at_risk": n, "events": d, "survival": survival,
        "std_err": std_err, "lower": lower, "upper": upper,
    }  # fmt: skip
    return {name: Ragged(column, points.offsets) for name, column in columns.items()} | {
        "median": np.where(survival[half] <= 0.5, table.time[half], np.nan)
    }


class LogRankTest(TestResult):
    """The log-rank test of one comparison."""

    title = "Log-rank test"

    @classmethod
    def from_row(cls, labels, people, observed, expected, **numbers) -> LogRankTest:
        """The test from its numbers."""
        return cls(
            test=cls.title,
            estimand="survival of the groups",
            n=tuple(people.tolist()),
            statistic_name="chi-square",
            claim="the groups survive differently",
            summary={"groups": labels, "observed": observed, "expected": expected},
            assumptions=("units are independent", "censoring is alike in the groups"),
            source="N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170",
            **numbers,
        )


def log_rank(
    times, event, group, confidence_level: float = 0.95, *, counts=None, offsets=None, on_error: str = "raise"
) -> TestResult:
    """Whether groups survive differently: observed against expected events at each time (Mantel).

    Estimand: ``chi2 = (O - E)' V^-1 (O - E)`` without one group, ``E = sum d n_g / n`` and ``V = sum d (n - d) / (n - 1)
    (diag(n_g / n) - n_g n_h / n^2)`` over the times with events; k - 1 degrees of freedom.

    Parameters
    ----------
    times : (n,) times of 0 or more of one comparison, (C, n) of many, or a flat column with ``offsets``.
    event : the same shape; 1 event, 0 censored.
    group : the same shape; a label for each line. Every comparison has every group.
    confidence_level : 1 minus the level of the decision.
    counts : the same shape; how many units a line stands for (1).
    offsets : where each comparison begins in the flat column, and its length.
    on_error : "raise", or "mark": a comparison without an answer gets NaN and a word in ``problems``.

    Units: the statistic has none; times may be in any unit, only their order counts.

    Assumes: independent units, censoring alike in the groups; most power where one hazard is a multiple of the other.

    Errors: times or events that make no sense, fewer than 2 groups, no event, a group without units at risk.

    Source: N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; Gehan's times of remission (chi-square 16.79) are
    in D. R. Cox, D. Oakes, Analysis of Survival Data (1984).

    >>> result = log_rank([1, 2, 3, 4, 5, 6, 7, 8], [1] * 8, ["a", "a", "a", "b", "a", "b", "b", "b"])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (4.9176, 0.0266)
    """
    level = check_fraction(confidence_level, "confidence_level")
    read = read_times(times, event, counts, offsets=offsets, on_error=on_error, positive=False)
    layout, group = read.layout, np.asarray(group).ravel()
    if group.size != read.times.size:
        raise StatisticsError(
            "times has {na} entries and group has {nb}; they must be as long as each other",
            na=read.times.size,
            nb=group.size,
        )
    names, codes = np.unique(group, return_inverse=True)
    k = check_enough(names.size, 2, "groups")
    layout.refuse_few(layout.segments.sums(read.counts * read.event).astype(np.int64), 1, "events")

    def compute(part, times, event, counts, codes):
        return _compared(part, times, event, counts, codes, k), {
            "labels": tuple(map(str, names)),
            "confidence_level": level,
            "df": float(k - 1),
        }

    return layout.result(LogRankTest, compute, read.times, read.event, read.counts, codes)


def _compared(part, times, event, counts, codes, k: int) -> dict:
    """Observed and expected events of each group, and the statistic, of all comparisons."""
    units = np.where(codes[:, None] == np.arange(k), counts[:, None], 0.0)
    table = _Risk.read(part.segments, times, event, units)
    starts = table.points.offsets[:-1]
    n, d = table.at_risk.sum(axis=1), table.events.sum(axis=1)
    share = table.at_risk / n[:, None]
    factor = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    observed, expected = np.add.reduceat(table.events, starts), np.add.reduceat(d[:, None] * share, starts)
    spread = factor[:, None, None] * (share[:, :, None] * np.eye(k) - share[:, :, None] * share[:, None, :])
    variance = np.add.reduceat(spread, starts)
    absent = np.linalg.matrix_rank(variance) != k - 1
    part.refuse(absent, "a group has no units at risk at any event; leave it out")
    inner = np.where(absent[:, None, None], np.eye(k - 1), variance[:, 1:, 1:])
    excess = (observed - expected)[:, 1:]
    statistic = (excess * np.linalg.solve(inner, excess[:, :, None])[:, :, 0]).sum(axis=1)
    owner = part.segments.owner
    people = np.bincount(owner * k + codes, weights=counts, minlength=part.count * k).reshape(-1, k)
    return {
        "people": people.astype(np.int64), "observed": observed, "expected": expected,
        "statistic": statistic, "pvalue": chdtrc(float(k - 1), statistic),
    }  # fmt: skip

"""The exponential distribution: a constant failure rate, with exact intervals by chi-square."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.reliability._times import FAILED, FAILED_BETWEEN, FOUND_FAILED, read_times
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

MOST_STEPS = 100


@dataclass(frozen=True, eq=False)
class ExponentialLife(Result):
    """Mean time between failures with its interval; without a failure only a lower bound.

    ``interval`` is "chi-square" (exact), or "likelihood" where the time of a failure is not known exactly; then
    ``total_time`` is the one to be expected.
    """

    failures: int
    total_time: float
    mtbf: float
    mtbf_ci: tuple[float, float]
    rate: float
    n: int
    censoring: str
    confidence: float
    interval: str = "chi-square"

    title = "Exponential life"
    assumptions = ("failures are independent", "the failure rate is constant")
    sources = ("B. Epstein, M. Sobel, JASA 48 (1953), 486-502; NIST/SEMATECH e-Handbook, section 8.4.5.1",)

    def reliability(self, time: float) -> float:
        """The share still working at a time."""
        return math.exp(-self.rate * time)

    def steps(self):
        """Total time over failures, and the chi-square interval."""
        numbers = {"t": self.total_time, "r": self.failures}
        yield Step("failures", value=self.failures)
        yield Step("total time", value=self.total_time)
        yield Step("MTBF", "{t} / {r}", numbers, self.mtbf)
        if self.interval == "likelihood":
            yield Step(f"{self.confidence:.0%} interval", "2 (peak - log likelihood) <= chi-square", value=self.mtbf_ci)
            return
        df = 2 * self.failures + (2 if self.censoring == "time" else 0)
        yield Step(
            f"{self.confidence:.0%} interval",
            "2 {t} / chi-square, {low} degrees of freedom below and {high} above",
            {"t": self.total_time, "low": df, "high": 2 * self.failures},
            self.mtbf_ci,
        )


def exponential(
    times,
    event=None,
    censoring: str = "time",
    confidence: float = 0.95,
    counts=None,
    *,
    upper=None,
    offsets=None,
    on_error: str = "raise",
) -> ExponentialLife:
    """Mean time between failures from times to failure, or to the end of watching.

    Estimand: ``mtbf = T / r``, T the time of all units together and r the failures; the rate is ``r / T``. Interval
    ``2T / chi2``: the upper limit with 2r degrees of freedom, the lower one with 2r when watching ended at a failure and
    2r + 2 when it ended at a time. Without a failure the estimate is infinite and the lower limit one-sided. Where a
    failure is known only to lie before a time or between two, rate and interval are those of the likelihood ``r ln rate -
    rate T + sum ln(1 - exp(-rate d))``, r and T of the exact times and lower ends, d the width of each interval.

    Parameters
    ----------
    times : (n,) times of use of one part number, (C, n) of many, or a flat column with ``offsets``; 0 or more, not all 0.
    event : the same shape; 1 the unit failed at its time, 0 it still worked, 2 it was found failed, 3 it failed between its
        time and ``upper``. Without it all failed.
    censoring : "time", watching ended at a time, or "failure", it ended at the last failure (or everything failed).
    confidence : of the two-sided interval.
    counts : the same shape; how many units a line stands for (1).
    upper : the same shape as ``times``; the later time where event is 3.
    offsets : where each part number begins in the flat column, and its length.
    on_error : "raise", or "mark": a part number without an answer gets NaN and a word in ``problems``.

    Units: total time, MTBF and its interval in that of the times; the rate per unit of time.

    Assumes: a constant failure rate, independent units; that watching did not end because a unit was about to fail.

    Errors: a negative time, an unknown event, a count that is not whole, no time at all, with ``censoring="failure"`` no
    failure, and nothing but units found failed.

    Source: B. Epstein, M. Sobel, Life testing, JASA 48 (1953), 486-502; NIST/SEMATECH e-Handbook, section 8.4.5.1.

    >>> life = exponential([3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487], censoring="failure")
    >>> round(life.mtbf, 3), [round(bound, 2) for bound in life.mtbf_ci]
    (108.083, [65.9, 209.17])
    >>> exponential([3, 5, 7, 10, 10, 20], [1, 1, 1, 1, 0, 1], offsets=[0, 3, 6]).mtbf
    array([ 5., 20.])
    """
    check_choice(censoring, ("time", "failure"), "censoring")
    alpha = 1 - check_fraction(confidence)
    read = read_times(times, event, counts, upper=upper, offsets=offsets, on_error=on_error, positive=False, ends=False)
    width = _widths(read)
    lower = np.where(read.event == FOUND_FAILED, 0.0, read.times) * read.counts
    _refuse_no_rate(read, lower, width, censoring)

    def compute(part, lower, counts, event, width):
        columns = _columns(part.segments, lower, counts, event, width, censoring, alpha)
        return columns, {"censoring": censoring, "confidence": 1 - alpha}

    return read.layout.result(ExponentialLife, compute, lower, read.counts, read.event, width)


def _refuse_no_rate(read, lower, width, censoring: str) -> None:
    layout = read.layout
    none, inexact = layout.segments.sums(lower) == 0, layout.segments.counts(width > 0) > 0
    layout.refuse(none & ~inexact, "the total time is 0; some time of use is needed")
    layout.refuse(
        none & inexact,
        "all units failed before they were first seen working; the rate could be any number above some bound",
    )
    if censoring == "failure":
        layout.refuse(
            layout.segments.sums(read.counts * (read.event > 0)) == 0,
            "no failure found; watching that ends at a failure has one (use censoring='time')",
        )


def _columns(segments: Segments, lower, counts, event, width, censoring: str, alpha: float) -> dict:
    total, n, r = (segments.sums(column) for column in (lower, counts, counts * (event > 0)))
    rate, interval = r / total, _interval(total, r, censoring, alpha)
    inexact = segments.counts(width > 0) > 0
    if inexact.any():
        inside = segments.per_point(inexact)
        some = Segments(np.concatenate([[0], np.cumsum(segments.lengths[inexact])]))
        found = _by_likelihood(some, total[inexact], counts[inside], event[inside], width[inside], alpha)
        rate[inexact], interval[inexact] = found
        total[inexact] = r[inexact] / rate[inexact]
    return {
        "failures": r.astype(np.int64),
        "total_time": total,
        "mtbf": np.divide(total, r, out=np.full(r.size, np.inf), where=r > 0),
        "mtbf_ci": interval,
        "rate": rate,
        "n": n.astype(np.int64),
        "interval": tuple(np.where(inexact, "likelihood", "chi-square").tolist()),
    }


def _widths(read) -> np.ndarray:
    """How long the interval is in which a unit failed; 0 where its time is exact."""
    width = np.where((read.event == FOUND_FAILED) & (read.counts > 0), read.times, 0.0)
    if read.upper is not None:
        width = np.where((read.event == FAILED_BETWEEN) & (read.counts > 0), read.upper - read.times, width)
    return width


def _interval(total, r, censoring: str, alpha: float) -> np.ndarray:
    some = np.maximum(r, 1)
    below = np.where(r > 0, chdtri(2 * some + (2 if censoring == "time" else 0), alpha / 2), chdtri(2.0, alpha))
    above = np.where(r > 0, 2 * total / chdtri(2 * some, 1 - alpha / 2), np.inf)
    return np.stack([2 * total / below, above], axis=1)


def _by_likelihood(segments: Segments, total, counts, event, width, alpha: float):
    """Rate and interval where failures are known to an interval only."""
    known = segments.sums(counts * (event == FAILED))

    def likelihood(log_rate):
        """The log likelihood and its first two derivatives by the logarithm of the rate, in which it is concave."""
        x = segments.per_point(np.exp(log_rate)) * width
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            inside = np.where(width > 0, counts * np.log(-np.expm1(-x)), 0.0)
            pull = np.where(width > 0, counts * x / np.expm1(x), 0.0)
            bend = np.where(width > 0, pull * (1 - x / -np.expm1(-x)), 0.0)
        gone = np.exp(log_rate) * total
        value = known * log_rate - gone + segments.sums(inside)
        return value, known - gone + segments.sums(pull), segments.sums(bend) - gone

    failures = known + segments.sums(counts * (width > 0))
    at = np.log(failures / (total + segments.sums(counts * width)))
    for _ in range(MOST_STEPS):
        _, slope, bend = likelihood(at)
        step = np.clip(-slope / bend, -1.0, 1.0)
        at = at + step
        if (np.abs(step) < 1e-13).all():
            break
    peak, _, bend = likelihood(at)
    level = float(chdtri(1, alpha))
    limits = [_limit(likelihood, peak, at, side / np.sqrt(-bend), level) for side in (1, -1)]
    return np.exp(at), np.exp(-np.stack(limits, axis=1))


def _limit(likelihood, peak, top, away, level: float):
    """Where the likelihood has fallen by half of ``level``: from beyond it Newton's steps come back without crossing it."""
    at = top + away * math.sqrt(level)
    for _ in range(MOST_STEPS):
        short = 2 * (peak - likelihood(at)[0]) < level
        if not short.any():
            break
        at = np.where(short, top + 1.5 * (at - top), at)
    for _ in range(MOST_STEPS):
        value, slope, _ = likelihood(at)
        step = (peak - level / 2 - value) / slope
        at = at + step
        if (np.abs(step) < 1e-13 * np.maximum(1, np.abs(at))).all():
            break
    return at

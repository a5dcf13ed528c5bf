"""The exponential distribution: a constant failure rate, with exact intervals by chi-square."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.reliability._times import read_times
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class ExponentialLife(Result):
    """Mean time between failures with its exact interval; without a failure only a lower bound."""

    failures: int
    total_time: float
    mtbf: float
    mtbf_ci: tuple[float, float]
    rate: float
    n: int
    censoring: str
    confidence: float

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
    offsets=None,
    on_error: str = "raise",
) -> ExponentialLife:
    """Mean time between failures from times to failure, or to the end of watching.

    Estimand: ``mtbf = T / r``, T the time of all units together and r the failures; the rate is ``r / T``. Interval
    ``2T / chi2``: the upper limit with 2r degrees of freedom, the lower one with 2r when watching ended at a failure and
    2r + 2 when it ended at a time. Without a failure the estimate is infinite and the lower limit one-sided.

    Parameters
    ----------
    times : (n,) times of use of one part number, (C, n) of many, or a flat column with ``offsets``; 0 or more, not all 0.
    event : the same shape; 1 the unit failed at its time, 0 it still worked. Without it all failed.
    censoring : "time", watching ended at a time, or "failure", it ended at the last failure (or everything failed).
    confidence : of the two-sided interval.
    counts : the same shape; how many units a line stands for (1).
    offsets : where each part number begins in the flat column, and its length.
    on_error : "raise", or "mark": a part number without an answer gets NaN and a word in ``problems``.

    Units: total time, MTBF and its interval in that of the times; the rate per unit of time.

    Assumes: a constant failure rate, independent units; that watching did not end because a unit was about to fail.

    Errors: a negative time, an event other than 0 and 1, a count that is not whole, no time at all, and with
    ``censoring="failure"`` no failure.

    Source: B. Epstein, M. Sobel, Life testing, JASA 48 (1953), 486-502; NIST/SEMATECH e-Handbook, section 8.4.5.1.

    >>> life = exponential([3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487], censoring="failure")
    >>> round(life.mtbf, 3), [round(bound, 2) for bound in life.mtbf_ci]
    (108.083, [65.9, 209.17])
    >>> exponential([3, 5, 7, 10, 10, 20], [1, 1, 1, 1, 0, 1], offsets=[0, 3, 6]).mtbf
    array([ 5., 20.])
    """
    check_choice(censoring, ("time", "failure"), "censoring")
    alpha = 1 - check_fraction(confidence)
    read = read_times(times, event, counts, offsets=offsets, on_error=on_error, positive=False)
    layout, weighted = read.layout, read.times * read.counts
    layout.refuse(layout.segments.sums(weighted) == 0, "the total time is 0; some time of use is needed")
    if censoring == "failure":
        failed = layout.segments.sums(read.counts * read.event)
        layout.refuse(failed == 0, "no failure found; watching that ends at a failure has one (use censoring='time')")

    def compute(part, weighted, counts, event):
        total, n = part.segments.sums(weighted), part.segments.sums(counts)
        r = part.segments.sums(counts * event)
        return {
            "failures": r.astype(np.int64),
            "total_time": total,
            "mtbf": np.divide(total, r, out=np.full(r.size, np.inf), where=r > 0),
            "mtbf_ci": _interval(total, r, censoring, alpha),
            "rate": r / total,
            "n": n.astype(np.int64),
        }, {"censoring": censoring, "confidence": 1 - alpha}

    return layout.result(ExponentialLife, compute, weighted, read.counts, read.event)


def _interval(total, r, censoring: str, alpha: float) -> np.ndarray:
    some = np.maximum(r, 1)
    below = np.where(r > 0, chdtri(2 * r + (2 if censoring == "time" else 0), alpha / 2), chdtri(2.0, alpha))
    above = np.where(r > 0, 2 * total / chdtri(2 * some, 1 - alpha / 2), np.inf)
    return np.stack([2 * total / below, above], axis=1)

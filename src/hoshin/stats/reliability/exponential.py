"""The exponential distribution: a constant failure rate, with exact intervals by chi-square."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import chdtri

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction
from hoshin.stats.reliability._times import check_times
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


def exponential(times, event=None, censoring: str = "time", confidence: float = 0.95, counts=None) -> ExponentialLife:
    """Mean time between failures from times to failure, or to the end of watching.

    ``mtbf = total time / failures``; interval ``2T / chi2``, the lower limit with 2r degrees of freedom when watching
    ended at a failure (``censoring="failure"``, or everything failed) and 2r + 2 when it ended at a time. Without a
    failure the estimate is infinite and the lower limit is one-sided.

    Parameters: as in ``weibull``; times of 0 are allowed, not all of them.

    Source: B. Epstein, M. Sobel, JASA 48 (1953), 486-502; NIST/SEMATECH e-Handbook, section 8.4.5.1.

    >>> life = exponential([3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487], censoring="failure")
    >>> round(life.mtbf, 3), [round(bound, 2) for bound in life.mtbf_ci]
    (108.083, [65.9, 209.17])
    """
    times, event, counts = check_times(times, event, counts, positive=False)
    check_choice(censoring, ("time", "failure"), "censoring")
    alpha = 1 - check_fraction(confidence)
    total, r = float((times * counts).sum()), int(counts[event].sum())
    if total == 0:
        raise StatisticsError("the total time is 0; some time of use is needed")
    if censoring == "failure" and r == 0:
        raise StatisticsError("no failure found; watching that ends at a failure has one (use censoring='time')")
    if r == 0:
        interval = (2 * total / float(chdtri(2, alpha)), math.inf)
    else:
        lower_df = 2 * r + (2 if censoring == "time" else 0)
        interval = (2 * total / float(chdtri(lower_df, alpha / 2)), 2 * total / float(chdtri(2 * r, 1 - alpha / 2)))
    return ExponentialLife(
        failures=r,
        total_time=total,
        mtbf=total / r if r else math.inf,
        mtbf_ci=interval,
        rate=r / total,
        n=int(counts.sum()),
        censoring=censoring,
        confidence=1 - alpha,
    )

"""Percent agreement: how many of the inspected items were judged alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from hoshin.stats.errors import StatisticsError, check_choice, check_counts, check_fraction
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class PercentAgreement(Result):
    """Matched of inspected items, with an exact interval in percent."""

    matched: int | np.ndarray
    inspected: int | np.ndarray
    percent: float | np.ndarray
    confidence: float
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray

    title = "Percent agreement"
    sources = ("C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413",)
    assumptions = ("the items were judged independently and are a random sample",)

    @property
    def ci(self):
        """Lower and upper end of the interval."""
        return self.ci_lower, self.ci_upper

    def steps(self):
        """Share and interval."""
        n = {"x": self.matched, "n": self.inspected}
        yield Step("percent", "100 x {x} / {n}", n, self.percent)
        yield Step("lower limit", "100 x beta quantile with parameters {x}, {n} - {x} + 1", n, self.ci_lower)
        yield Step("upper limit", "100 x beta quantile with parameters {x} + 1, {n} - {x}", n, self.ci_upper)


def percent_agreement(matched, inspected, *, confidence: float = 0.95, at_ends: str = "two-sided") -> PercentAgreement:
    """The share of items judged alike with its exact (Clopper-Pearson) interval, for one pair of counts or many.

    Estimand: the probability, in percent, that an item is matched.

    Parameters
    ----------
    matched, inspected : whole number or array
        Items matched and items inspected.
    confidence : float
    at_ends : {"two-sided", "one-sided"}
        With no or all items matched, "one-sided" puts all of the risk on the open side, as some programs do:
        15 of 15 gives 81.9 instead of 78.2 at 95 %.

    Errors: Counts that are negative or not whole, more matched than inspected, nothing inspected.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    >>> share = percent_agreement(7, 15)
    >>> round(share.percent, 2), round(share.ci_lower, 3), round(share.ci_upper, 3)
    (46.67, 21.267, 73.414)
    """
    x, n = np.broadcast_arrays(check_counts(matched, "matched"), check_counts(inspected, "inspected"))
    if not (n >= 1).all():
        raise StatisticsError("inspected is {found}; at least 1 item is needed", found=float(n.min()))
    if (x > n).any():
        raise StatisticsError(
            "{x} matched of {n} inspected; at most as many are needed", x=int(x.max()), n=int(n.min())
        )
    check_choice(at_ends, ("two-sided", "one-sided"), "at_ends")
    lower, upper = exact_interval(x, n, check_fraction(confidence), at_ends)
    return PercentAgreement(
        matched=x.astype(np.int64)[()],
        inspected=n.astype(np.int64)[()],
        percent=(100 * x / n)[()],
        confidence=confidence,
        ci_lower=100 * lower,
        ci_upper=100 * upper,
    )


def exact_interval(x, n, confidence: float, at_ends: str = "two-sided"):
    """Clopper-Pearson limits of a proportion, for counts already checked.

    >>> low, high = exact_interval(0, 10, 0.95)
    >>> round(float(high), 4)
    0.3085
    """
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    tail = np.full(x.shape, (1 - confidence) / 2)
    if at_ends == "one-sided":
        tail = np.where((x == 0) | (x == n), 1 - confidence, tail)
    lower = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, tail), 0.0)
    upper = np.where(x < n, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail), 1.0)
    return lower[()], upper[()]

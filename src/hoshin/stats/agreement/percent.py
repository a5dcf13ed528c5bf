"""Percent agreement: how many of the inspected items were judged alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaincinv

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_choice, check_counts, check_fraction
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class PercentAgreement(Batched):
    """Matched of inspected items, with an exact interval in percent; of many counts every number is an array."""

    matched: int | np.ndarray
    inspected: int | np.ndarray
    percent: float | np.ndarray
    confidence: float
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "percent"
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


def percent_agreement(
    matched, inspected, *, confidence: float = 0.95, at_ends: str = "two-sided", on_error: str = "raise"
) -> PercentAgreement:
    """The share of items judged alike with its exact (Clopper-Pearson) interval, for one pair of counts or many.

    Estimand: the probability, in percent, that an item is matched: 100 matched / inspected; limits are beta quantiles
    B(a/2; x, n - x + 1) and B(1 - a/2; x + 1, n - x).

    Parameters
    ----------
    matched, inspected : whole number or array (characteristics,), items matched and items inspected
    confidence : of the interval, two-sided
    at_ends : "two-sided"; with no or all items matched "one-sided" puts all of the risk on the open side, as some
        programs do: 15 of 15 gives 81.9 instead of 78.2 at 95 %
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: percent; the counts are of items.

    Assumes: items judged independently, a random sample.

    Errors: Counts that are negative or not whole, more matched than inspected, nothing inspected.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    >>> share = percent_agreement(7, 15)
    >>> round(share.percent, 2), round(share.ci_lower, 3), round(share.ci_upper, 3)
    (46.67, 21.267, 73.414)
    """
    check_fraction(confidence)
    check_choice(at_ends, ("two-sided", "one-sided"), "at_ends")
    x, n = np.broadcast_arrays(check_counts(matched, "matched"), check_counts(inspected, "inspected"))
    if x.ndim > 1:
        raise StatisticsError("counts have {found} dimensions; a column of them is needed", found=x.ndim)
    refusals = Refusals(x.size, x.ndim == 1, on_error)
    refusals.refuse(np.isnan(x) | np.isnan(n), "a count is missing; matched and inspected are needed")
    refusals.refuse(n < 1, "inspected is {found:g}; at least 1 item is needed", found=n)
    refusals.refuse(x > n, "{x:g} matched of {n:g} inspected; at most as many are needed", x=x, n=n)
    return share_of(refusals, x, n, confidence, at_ends)


def share_of(refusals: Refusals, matched, inspected, confidence: float, at_ends: str = "two-sided") -> PercentAgreement:
    """The share of counts already checked; without figures where there is a problem or nothing was inspected."""
    known = np.asarray(inspected) > 0
    x, n = (np.where(known, count, np.nan)[()] for count in (matched, inspected))
    lower, upper = exact_interval(x, n, confidence, at_ends)
    percent, lower, upper = refusals.blank(100 * x / n, 100 * lower, 100 * upper)
    return PercentAgreement(
        matched=np.nan_to_num(matched).astype(np.int64)[()],
        inspected=np.nan_to_num(inspected).astype(np.int64)[()],
        percent=percent,
        confidence=confidence,
        ci_lower=lower,
        ci_upper=upper,
        problems=refusals.problems,
    )


def exact_interval(x, n, confidence: float, at_ends: str = "two-sided"):
    """Clopper-Pearson limits of a proportion, for counts already checked.

    Estimand: the limits within which x of n is not improbable: beta quantiles B(a/2; x, n - x + 1), B(1 - a/2; x + 1, n - x).

    Parameters
    ----------
    x, n : whole number or array, how many of how many
    confidence : of the interval
    at_ends : "two-sided", or "one-sided" where x is 0 or n

    Units: a proportion, 0 to 1.

    Assumes: x binomial.

    Errors: None of its own; the counts are taken as they are, NaN stays NaN.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    >>> low, high = exact_interval(0, 10, 0.95)
    >>> round(float(high), 4)
    0.3085
    """
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    tail = np.full(x.shape, (1 - confidence) / 2)
    if at_ends == "one-sided":
        tail = np.where((x == 0) | (x == n), 1 - confidence, tail)
    lower = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, tail))
    upper = np.where(x == n, 1.0, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail))
    return lower[()], upper[()]

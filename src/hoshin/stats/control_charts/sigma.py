"""The standard deviation within subgroups, by every usual estimator, for each stage of a series at once.

Source: I. W. Burr, Technometrics 11 (1969), 181-183, and D. C. Montgomery, Introduction to Statistical Quality
Control, sections 6.2 and 6.3, for the weights; ISO 7870-2 in substance.
"""

from __future__ import annotations

import numpy as np

from hoshin.stats.constants import c4, d2, d3
from hoshin.stats.control_charts.subgroups import Subgroups
from hoshin.stats.segments import Segments

METHODS = {
    "rbar_d2": "mean of range / d2(n)",
    "mvlue_r": "sum of f range / d2(n) over sum of f, f = (d2/d3)^2",
    "sbar_c4": "mean of s / c4(n)",
    "mvlue_s": "sum of h s / c4(n) over sum of h, h = c4^2 / (1 - c4^2)",
    "pooled": "square root of sum of (n - 1) s^2 over sum of (n - 1)",
    "pooled_c4": "square root of sum of (n - 1) s^2 over sum of (n - 1), divided by c4(1 + sum of (n - 1))",
}


def needs_ranges(method: str) -> bool:
    """Whether a method is about ranges.

    >>> needs_ranges("mvlue_r"), needs_ranges("pooled")
    (True, False)
    """
    return method in ("rbar_d2", "mvlue_r")


def within(summary: Subgroups, kept: np.ndarray | None, stages: Segments, method: str):
    """Sigma within subgroups of each stage, and from how many subgroups of two or more values.

    >>> from hoshin.stats.control_charts.subgroups import summarize
    >>> sigma, m = within(summarize([[1.0, 3.0], [2.0, 6.0]]), None, Segments.one(2), "rbar_d2")
    >>> sigma.round(4), m
    (array([2.6587]), array([2]))
    """
    statistic = summary.range if needs_ranges(method) else summary.sd
    if isinstance(summary.size, int) and kept is None and summary.size > 1:
        return _of_equal_sizes(statistic, summary.size, stages, method), stages.lengths
    usable = ~np.isnan(statistic) if kept is None else ~np.isnan(statistic) & kept
    sizes = np.where(usable, summary.sizes, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _of_unequal_sizes(np.nan_to_num(statistic), sizes, usable, stages, method), stages.counts(usable)


def _of_equal_sizes(statistic, n: int, stages: Segments, method: str):
    if needs_ranges(method):
        return stages.sums(statistic) / stages.lengths / d2(n)
    if method in ("sbar_c4", "mvlue_s"):
        return stages.sums(statistic) / stages.lengths / c4(n)
    pooled = np.sqrt(stages.sums(statistic * statistic) / stages.lengths)
    return pooled / c4(1 + (n - 1) * stages.lengths) if method == "pooled_c4" else pooled


def _of_unequal_sizes(statistic, sizes, usable, stages: Segments, method: str):
    if method in ("pooled", "pooled_c4"):
        freedom = np.where(usable, sizes - 1, 0)
        total = stages.sums(freedom)
        pooled = np.sqrt(stages.sums(freedom * statistic * statistic) / total)
        return pooled / c4(1 + np.maximum(total, 1)) if method == "pooled_c4" else pooled
    divisor = d2(sizes) if needs_ranges(method) else c4(sizes)
    weight = np.where(usable, _weights(sizes, divisor, method), 0.0)
    return stages.sums(weight * statistic / divisor) / stages.sums(weight)


def _weights(sizes, divisor, method: str):
    if method == "mvlue_r":
        return (divisor / d3(sizes)) ** 2
    if method == "mvlue_s":
        return divisor**2 / (1 - divisor**2)
    return np.ones(sizes.shape)


def freedom(summary: Subgroups, kept: np.ndarray | None, stages: Segments, method: str):
    """Degrees of freedom of sigma within: exact for pooled ones, else those of equal relative variance.

    An estimator with relative variance v has about 1 / (2 v) + 1 / 4 degrees of freedom (P. B. Patnaik, Biometrika 37
    (1950), 78-87, in its first two terms).

    >>> from hoshin.stats.control_charts.subgroups import summarize
    >>> freedom(summarize([[1.0, 3.0], [2.0, 6.0]]), None, Segments.one(2), "pooled")
    array([2.])
    """
    statistic = summary.range if needs_ranges(method) else summary.sd
    usable = ~np.isnan(statistic) if kept is None else ~np.isnan(statistic) & kept
    sizes = np.where(usable, summary.sizes, 2)
    if method in ("pooled", "pooled_c4"):
        return stages.sums(np.where(usable, sizes - 1.0, 0.0))
    if needs_ranges(method):
        relative = (d3(sizes) / d2(sizes)) ** 2
    else:
        relative = 1 / c4(sizes) ** 2 - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        if method.startswith("mvlue"):
            variance = 1 / stages.sums(np.where(usable, 1 / relative, 0.0))
        else:
            variance = stages.sums(np.where(usable, relative, 0.0)) / stages.counts(usable) ** 2
        return 1 / (2 * variance) + 0.25

"""Mean and both standard deviations of values or subgroups, for one or many characteristics at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from hoshin.stats.constants import MEDIAN_MOVING_RANGE, d2, d3
from hoshin.stats.control_charts import individuals
from hoshin.stats.control_charts import sigma as estimators
from hoshin.stats.control_charts.series import LARGEST, Series
from hoshin.stats.control_charts.subgroups import Subgroups, summarize
from hoshin.stats.errors import StatisticsError, check_choice, check_numbers
from hoshin.stats.segments import Segments

_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Spread:
    """What capability is computed from, one entry per characteristic."""

    many: bool
    method: str
    n: np.ndarray
    mean: np.ndarray
    within: np.ndarray
    overall: np.ndarray
    freedom: np.ndarray
    unstable: np.ndarray
    points: np.ndarray
    segments: Segments
    series: Series
    extremes: tuple | None = None

    @property
    def problems(self) -> dict[int, str]:
        """Why a characteristic has no figures."""
        return self.series.problems

    def refuse(self, bad, template: str, **numbers) -> None:
        """Raise for the first characteristic marked, or note the problem and leave NaN."""
        self.series.refuse(bad, template, **numbers)
        for c in self.problems:
            self.mean[c] = self.within[c] = self.overall[c] = np.nan

    def outside(self, lsl, usl) -> tuple[np.ndarray, np.ndarray]:
        """How many values of each characteristic lie below and above its limits."""
        return _outside(self.points, self.segments, lsl, usl, self.extremes)


def read_spread(values, subgroups, subgroup_offsets, offsets, method, on_error) -> Spread:
    """The spread of single values, or of subgroups.

    >>> read_spread([1.0, 3.0, 2.0], None, None, None, None, "raise").overall
    array([1.])
    """
    if (values is None) == (subgroups is None):
        raise StatisticsError("values or subgroups are needed, one of them")
    if subgroups is None:
        return _of_values(values, offsets, method, on_error)
    return _of_subgroups(subgroups, subgroup_offsets, offsets, method, on_error)


def _of_values(values, offsets, method, on_error) -> Spread:
    method = check_choice(method or "mr_mean", individuals.SIGMA_METHODS, "sigma_method")
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, on_error=on_error)
    points, segments = np.ascontiguousarray(array).ravel(), series.stages
    n, mean, overall, ranges, extremes = _moments(points, segments)
    series.refuse(n < 2, "{n} value(s) found; at least 2 are needed", n=n)
    if method == "mr_mean" and ranges is not None:
        with np.errstate(invalid="ignore"):
            within = ranges / (segments.lengths - 1) / d2(2)
    else:
        moving, totals = individuals.moving_ranges(points, segments)
        _, within, _ = individuals.estimate(points, moving, totals, series, method, 2)
    series.refuse(~((within > 0) & (overall > 0)), "the {n} values have no variation", n=n)
    with np.errstate(invalid="ignore"):
        unstable = sum(_outside(points, segments, mean - 3 * within, mean + 3 * within, extremes))
    freedom = np.where(n > 1, _freedom_of_values(n, method), np.nan)
    series.refuse(overall > LARGEST, "the {n} values lie too far apart to be computed with", n=n)
    mean, within, overall = series.blank(mean, within, overall)
    return Spread(series.many, method, n, mean, within, overall, freedom, unstable, points, segments, series, extremes)


def _moments(points, segments: Segments):
    """Count, mean, standard deviation, sum of moving ranges and extremes of each segment.

    The last two are None where a value is missing or the segments differ in length.
    """
    if segments.equal and np.isfinite(points.sum()):
        return _moments_of_rows(points.reshape(segments.count, segments.equal), segments)
    present = ~np.isnan(points)
    n = segments.counts(present)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = segments.sums(np.where(present, points, 0.0)) / n
        deviation = np.where(present, points - segments.per_point(mean), 0.0)
        sd = np.sqrt(segments.sums(deviation * deviation) / (n - 1))
    return n, mean, sd, None, None


def _moments_of_rows(rows, segments: Segments):
    count, n = rows.shape
    mean, squares, ranges, least, most = (np.empty(count) for _ in range(5))
    step = max(1, _BLOCK // n)
    work = np.empty((min(step, count), n))
    for low in range(0, count, step):
        part = slice(low, min(low + step, count))
        block, scratch = rows[part], work[: min(step, count - low)]
        np.mean(block, axis=1, out=mean[part])
        np.subtract(block, mean[part, None], out=scratch)
        np.einsum("ij,ij->i", scratch, scratch, out=squares[part])
        moving = np.subtract(block[:, 1:], block[:, :-1], out=scratch[:, 1:])
        np.abs(moving, out=moving)
        moving.sum(axis=1, out=ranges[part])
        np.min(block, axis=1, out=least[part])
        np.max(block, axis=1, out=most[part])
    with np.errstate(invalid="ignore", divide="ignore"):
        return segments.lengths, mean, np.sqrt(squares / (n - 1)), ranges, (least, most)


def _outside(points, segments: Segments, low, high, extremes):
    """How many points of each segment lie below low and above high."""
    if extremes is None:
        low, high = segments.per_point(low), segments.per_point(high)
        return segments.counts(points < low), segments.counts(points > high)
    rows = points.reshape(segments.count, segments.equal)
    least, most = extremes
    return _beyond(rows, low, np.less, least), _beyond(rows, high, np.greater, most)


def _beyond(rows, limit, compare, extreme):
    """Points beyond a limit, counted only in the rows whose extreme is."""
    counts = np.zeros(len(rows), np.int64)
    chosen = np.flatnonzero(compare(extreme, limit))
    step = max(1, _BLOCK // rows.shape[1])
    for start in range(0, chosen.size, step):
        some = chosen[start : start + step]
        places = np.flatnonzero(compare(rows[some], limit[some, None]))
        counts[some] = np.bincount(places // rows.shape[1], minlength=some.size)
    return counts


def _of_subgroups(subgroups, subgroup_offsets, offsets, method, on_error) -> Spread:
    method = check_choice(method or "pooled_c4", estimators.METHODS, "sigma_method")
    if isinstance(subgroups, Subgroups):
        raise StatisticsError("capability needs the values of the subgroups, not their summary")
    summary = summarize(
        subgroups,
        subgroup_offsets=subgroup_offsets,
        offsets=offsets,
        ranges=estimators.needs_ranges(method),
        deviations=not estimators.needs_ranges(method),
    )
    points, segments, series = _values_of(subgroups, subgroup_offsets, summary, on_error)
    n, mean, overall, _, extremes = _moments(points, segments)
    stages = series.stages
    kept = None if isinstance(summary.size, int) else summary.sizes > 0
    m = stages.lengths if kept is None else stages.counts(kept)
    series.refuse(m < 2, "{m} subgroup(s) with values found; at least 2 are needed", m=m)
    within, usable = estimators.within(summary, kept, stages, method)
    series.refuse(usable < 1, "no subgroup has 2 values or more; give single values instead")
    series.refuse(~(within > 0), "the {m} subgroups have no variation within", m=m)
    error = stages.per_point(within) / np.sqrt(np.maximum(summary.sizes, 1))
    with np.errstate(invalid="ignore"):
        unstable = stages.counts(np.abs(summary.mean - stages.per_point(mean)) > 3 * error)
    freedom = estimators.freedom(summary, kept, stages, method)
    mean, within, overall = series.blank(mean, within, overall)
    return Spread(series.many, method, n, mean, within, overall, freedom, unstable, points, segments, series, extremes)


def _values_of(subgroups, subgroup_offsets, summary: Subgroups, on_error):
    """All values as a flat column, cut where each characteristic begins."""
    series = Series.read(summary.shape, offsets=summary.offsets, on_error=on_error)
    if subgroup_offsets is None:
        try:
            points = np.asarray(subgroups, dtype=np.float64)
        except ValueError:
            points = np.concatenate([np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in subgroups])
            return points, Segments.one(points.size), series
        width = points.shape[-1]
        return points.ravel(), Segments(series.stages.offsets * width), series
    points = np.asarray(subgroups, dtype=np.float64)
    cuts = np.asarray(subgroup_offsets, dtype=np.int64)
    return points, Segments(cuts[series.stages.offsets]), series


def _freedom_of_values(n, method: str):
    """Degrees of freedom of sigma from n single values: n - 1, or those of equal relative variance."""
    if method in ("sd", "sd_c4"):
        return n - 1.0
    relative = _median_variance() if method == "mr_median" else _mean_variance()
    first, both = relative
    m = np.maximum(n - 1.0, 1.0)
    return 1 / (2 * (first * m + 2 * both * (m - 1)) / m**2) + 0.25


@lru_cache
def _mean_variance() -> tuple[float, float]:
    """Variance of one moving range and covariance of neighbours, over the squared mean."""
    product = 4 / np.pi * (np.sqrt(0.75) + 0.5 * np.arcsin(0.5))
    return float((d3(2) / d2(2)) ** 2), float(product / d2(2) ** 2 - 1)


@lru_cache
def _median_variance() -> tuple[float, float]:
    """The same for the median, from the asymptotic variance of a quantile of dependent values."""
    x = np.linspace(-9, 9, 2001)
    inside = ndtr(x + MEDIAN_MOVING_RANGE) - ndtr(x - MEDIAN_MOVING_RANGE)
    both = float((inside**2 * np.exp(-x * x / 2)).sum() * (18 / 2000) / np.sqrt(2 * np.pi))
    density = np.sqrt(2) * np.exp(-(MEDIAN_MOVING_RANGE**2) / 4) / np.sqrt(2 * np.pi)
    scale = (density * MEDIAN_MOVING_RANGE) ** 2
    return 0.25 / scale, (both - 0.25) / scale

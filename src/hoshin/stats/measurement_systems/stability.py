"""Stability of a gauge: the same master measured again and again over time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtr, stdtrit

from hoshin.stats._results import Batched
from hoshin.stats.constants import chart_constants
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_numbers
from hoshin.stats.measurement_systems._readings import Readings
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class StabilityStudy(Batched):
    """Control limits of a master's subgroups, the points beyond them (0-based), and the drift over time.

    ``out`` and ``out_spread`` are places in time; of many gauges rows of gauge and place.
    ``drift`` is the slope of the subgroup means over ``time``; ``change`` what it amounts to from first to last.
    """

    n: int
    times: int | np.ndarray
    center: float | np.ndarray
    sigma: float | np.ndarray
    ucl: float | np.ndarray
    lcl: float | np.ndarray
    spread_center: float | np.ndarray
    spread_ucl: float | np.ndarray
    spread_lcl: float | np.ndarray
    out: tuple | np.ndarray
    out_spread: tuple | np.ndarray
    drift: float | np.ndarray
    drift_lower: float | np.ndarray
    drift_upper: float | np.ndarray
    drift_p_value: float | np.ndarray
    change: float | np.ndarray
    confidence: float
    reference: float | np.ndarray | None
    bias: float | np.ndarray | None
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "center"
    optional = ("reference", "bias")
    title = "Stability"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, stability",)
    assumptions = (
        "the master does not change, conditions are those of use",
        "readings are independent and normal while the gauge is stable",
    )

    @property
    def stable(self):
        """Whether no point lies beyond its limits and the drift's interval holds 0."""
        level = self.drift_p_value >= 1 - self.confidence
        if self.count is None:
            return bool(level and not self.out and not self.out_spread)
        beyond = np.concatenate([self.out, self.out_spread])[:, 0]
        return level & (np.bincount(beyond, minlength=self.count) == 0)

    def _entry(self, i, **_):
        out, out_spread = (_of_gauge(places, i) for places in (self.out, self.out_spread))
        return super()._entry(i, out=out, out_spread=out_spread)

    def steps(self):
        """Limits, drift."""
        n = {"m": self.n, "center": self.center, "sigma": self.sigma, "spread": self.spread_center}
        what = "average range / d2" if self.n > 1 else "average moving range / d2(2)"
        yield Step("center", "mean of the subgroup means", value=self.center)
        yield Step("sigma", f"{{spread}}: {what}", n, self.sigma)
        yield Step("limits of the means", "{center} -+ 3 x {sigma} / sqrt({m})", n, (self.lcl, self.ucl))
        yield Step("limits of the ranges", value=(self.spread_lcl, self.spread_ucl))
        yield Step("drift per unit of time", "slope of the means over time, by least squares", value=self.drift)
        yield Step("p value of the drift", value=self.drift_p_value)


def _of_gauge(places: np.ndarray, i: int) -> tuple[int, ...]:
    """The places of one gauge, among those of all in their order."""
    first, last = np.searchsorted(places[:, 0], (i, i + 1))
    return tuple(places[first:last, 1].tolist())


def stability(
    values, *, offsets=None, time=None, reference=None, confidence: float = 0.95, on_error: str = "raise"
) -> StabilityStudy:
    """Whether a gauge keeps reading the same, for one gauge or many at once.

    Estimand: limits center -+ 3 sigma / sqrt(m) with sigma = mean range / d2 (m = 1: moving ranges), and the slope of
    the means over time with its interval slope -+ t se.

    Parameters
    ----------
    values : array (times, m), m readings of the master at each time, or (times,); (gauges, times, m) of many gauges, or
        rows (times of all, m) with ``offsets``; at least 3 times
    offsets : where each gauge's rows begin, and how many rows there are
    time : array (times,), the same for all gauges, or one entry per row; optional, by default 0, 1, 2 ...
    reference : number or one per gauge (NaN where there is none), optional; the master's value, for the bias
    confidence : of the interval for the drift, and level of ``stable``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: those of the readings; the drift is per unit of ``time``; places count from 0.

    Assumes: the master does not change; readings independent and normal while the gauge is stable.

    Errors: Missing values, fewer than 3 times, readings that never differ, times that are all the same.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, stability.

    >>> study = stability([[6.0, 6.1, 5.9], [6.1, 6.0, 6.0], [5.9, 6.0, 6.1], [6.0, 6.2, 6.0]], reference=6.0)
    >>> round(study.center, 3), round(study.ucl, 3), study.out, study.stable
    (6.025, 6.204, (), True)
    """
    check_fraction(confidence)
    means, spread, m = _rows(values, offsets, on_error)
    segments = means.segments
    means.refuse_few(means.segments.lengths, 3, "times")
    when = _times(time, means)
    given = None if reference is None else means.per_gauge(reference, "reference", gaps=True)
    k = chart_constants(max(m, 2))
    average = segments.sums(np.nan_to_num(spread)) / (segments.lengths - (m == 1))
    means.refuse(average <= 0, "the readings do not vary; a gauge that resolves differences between trials is needed")
    drift = _drift(when, means, confidence)
    center, average = means.blank(means.mean(), average)
    half = 3 * average / k.d2 / math.sqrt(m)
    numbers = means.told(
        center=center,
        sigma=average / k.d2,
        ucl=center + half,
        lcl=center - half,
        spread_center=average,
        spread_ucl=k.D4 * average,
        spread_lcl=k.D3 * average,
        **drift,
        reference=reference if np.ndim(reference) == 0 else given,
        bias=None if given is None else center - given,
    )
    return StabilityStudy(
        n=m,
        times=means.n,
        out=_places(means.points, center - half, center + half, means),
        out_spread=_places(spread, k.D3 * average, k.D4 * average, means),
        confidence=confidence,
        problems=means.problems,
        **numbers,
    )


def _rows(values, offsets, on_error):
    """The mean and the range of the readings at each time (single readings: the moving range), and how many they are."""
    array = np.asarray(values)
    rows = array[:, None] if array.ndim == 1 else array
    if rows.ndim not in (2, 3) or (rows.ndim == 3 and offsets is not None):
        raise StatisticsError(
            "values has {found} dimension(s); 1 or 2, or 3 for many gauges, are needed", found=array.ndim
        )
    m = check_enough(rows.shape[-1], 1, "readings per time")
    read = check_numbers(rows, "values")
    means = Readings.read(read.mean(axis=-1), "values", offsets, on_error)
    if m > 1:
        return means, np.ptp(read, axis=-1).ravel(), m
    spread = np.abs(np.diff(means.points, prepend=np.nan))
    spread[means.segments.offsets[:-1]] = np.nan
    return means, spread, m


def _times(time, means: Readings):
    """When each row was read; its place where nobody says."""
    segments = means.segments
    if time is None:
        return segments.positions().astype(float)
    when = check_finite(time, "time", ndim=(1, 2)).ravel()
    if when.size == segments.equal and when.size != segments.total:
        when = np.tile(when, segments.count)
    if when.size != segments.total:
        raise StatisticsError(
            "{a} has {na} entries and {b} has {nb}; they must be as long as each other",
            a="time",
            na=when.size,
            b="values",
            nb=segments.equal or segments.total,
        )
    return when


def _places(points, lower, upper, means: Readings):
    """Where points lie beyond their gauge's limits."""
    segments = means.segments
    beyond = np.flatnonzero((points > segments.per_point(upper)) | (points < segments.per_point(lower)))
    if not means.many:
        return tuple(beyond.tolist())
    gauge = segments.owners(beyond)
    return np.stack([gauge, beyond - segments.offsets[gauge]], axis=1)


def _drift(when, means: Readings, confidence):
    """The slope of the means over time, its interval and test; what it amounts to from first to last."""
    segments, n = means.segments, means.segments.lengths
    dx = when - segments.per_point(segments.sums(when) / n)
    dy = means.points - segments.per_point(means.mean())
    sxx = segments.sums(dx * dx)
    means.refuse(~(sxx > 0), "times have no variation; at least two different ones are needed")
    with np.errstate(all="ignore"):
        slope = segments.sums(dy * dx) / sxx
        rss = segments.sums((dy - segments.per_point(slope) * dx) ** 2)
        se = np.sqrt(rss / np.maximum(n - 2, 1) / sxx)
        means.refuse_overflow(se)
        slope, se = means.blank(slope, se)
        t = np.divide(slope, se)
    half = stdtrit(np.maximum(n - 2, 1), (1 + confidence) / 2) * se
    p = np.where(np.isnan(t) & ~np.isnan(slope), 1.0, 2 * stdtr(n - 2, -np.abs(t)))
    starts = segments.offsets[:-1]
    return {
        "drift": slope,
        "drift_lower": slope - half,
        "drift_upper": slope + half,
        "drift_p_value": p,
        "change": slope * (np.maximum.reduceat(when, starts) - np.minimum.reduceat(when, starts)),
    }

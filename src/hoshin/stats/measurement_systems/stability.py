"""Stability of a gauge: the same master measured again and again over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from hoshin.stats.constants import chart_constants
from hoshin.stats.errors import check_enough, check_finite, check_fraction, check_same_length, check_variation
from hoshin.stats.measurement_systems._components import check_gauge_varies
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class StabilityStudy(Result):
    """Control limits of a master's subgroups, the points beyond them (0-based), and the drift over time.

    ``drift`` is the slope of the subgroup means over ``time``; ``change`` what it amounts to from first to last.
    """

    n: int
    times: int
    center: float | np.ndarray
    sigma: float | np.ndarray
    ucl: float | np.ndarray
    lcl: float | np.ndarray
    spread_center: float | np.ndarray
    spread_ucl: float | np.ndarray
    spread_lcl: float | np.ndarray
    out: tuple
    out_spread: tuple
    drift: float | np.ndarray
    drift_lower: float | np.ndarray
    drift_upper: float | np.ndarray
    drift_p_value: float | np.ndarray
    change: float | np.ndarray
    confidence: float
    reference: float | None
    bias: float | np.ndarray | None

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
        if np.ndim(self.center) == 0:
            return bool(level and not self.out and not self.out_spread)
        return level & np.array([not a and not b for a, b in zip(self.out, self.out_spread, strict=True)])

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


def stability(values, *, time=None, reference: float | None = None, confidence: float = 0.95) -> StabilityStudy:
    """Whether a gauge keeps reading the same, for one gauge or many with the same schedule.

    Estimands: limits center -+ 3 sigma / sqrt(m) with sigma from the ranges (m = 1: moving ranges), and the slope of
    the means over time with its interval.

    Parameters
    ----------
    values : array (times, m) or (gauges, times, m)
        m readings of the master at each time, complete; at least 3 times.
    time : array (times,), optional
        When; by default 0, 1, 2 ...
    reference : float, optional
        The master's value, for the bias.

    Errors: Missing values, fewer than 3 times, readings that never differ.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 85-87.

    >>> study = stability([[6.0, 6.1, 5.9], [6.1, 6.0, 6.0], [5.9, 6.0, 6.1], [6.0, 6.2, 6.0]], reference=6.0)
    >>> round(study.center, 3), round(study.ucl, 3), study.out, study.stable
    (6.025, 6.204, (), True)
    """
    array = check_finite(values, "values", ndim=(2, 3))
    times, m = check_enough(array.shape[-2], 3, "times"), check_enough(array.shape[-1], 1, "readings per time")
    when = np.arange(times, dtype=float) if time is None else check_finite(time, "time", ndim=1)
    check_same_length(when, array[..., 0].T, ("time", "values"))
    check_variation(float(np.ptp(when)), "times")
    check_fraction(confidence)
    means = array.mean(axis=-1)
    spread = np.ptp(array, axis=-1) if m > 1 else np.abs(np.diff(means, axis=-1))
    average = spread.mean(axis=-1)
    check_gauge_varies(average, "the readings")
    k = chart_constants(max(m, 2))
    center, sigma = means.mean(axis=-1), average / k.d2
    half = 3 * sigma / math.sqrt(m)
    ucl, lcl = center + half, center - half
    beyond = (means > np.asarray(ucl)[..., None]) | (means < np.asarray(lcl)[..., None])
    wide = (spread > k.D4 * np.asarray(average)[..., None]) | (spread < k.D3 * np.asarray(average)[..., None])
    return StabilityStudy(
        n=m,
        times=times,
        center=center,
        sigma=sigma,
        ucl=ucl,
        lcl=lcl,
        spread_center=average,
        spread_ucl=k.D4 * average,
        spread_lcl=k.D3 * average,
        out=_places(beyond, 0),
        out_spread=_places(wide, 0 if m > 1 else 1),
        **_drift(when, means, confidence),
        confidence=confidence,
        reference=reference,
        bias=None if reference is None else center - reference,
    )


def _places(mask, shift):
    if mask.ndim == 1:
        return tuple(int(i) + shift for i in np.flatnonzero(mask))
    return tuple(_places(row, shift) for row in mask)


def _drift(when, means, confidence):
    n = len(when)
    dx = when - when.mean()
    sxx = float(dx @ dx)
    dy = means - means.mean(axis=-1, keepdims=True)
    slope = dy @ dx / sxx
    rss = ((dy - np.asarray(slope)[..., None] * dx) ** 2).sum(axis=-1)
    se = np.sqrt(rss / (n - 2) / sxx)
    half = stdtrit(n - 2, (1 + confidence) / 2) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.divide(slope, se)
    p = np.where(np.isnan(t), 1.0, 2 * stdtr(n - 2, -np.abs(t)))[()]
    return {
        "drift": slope,
        "drift_lower": slope - half,
        "drift_upper": slope + half,
        "drift_p_value": p,
        "change": slope * np.ptp(when),
    }

"""Linearity of a gauge: does its bias change over the range it measures?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_variation,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class BiasByReference(Result):
    """Mean bias at each reference value; p_value is NaN where all readings there are the same."""

    reference: np.ndarray
    n: np.ndarray
    bias: np.ndarray
    sd: np.ndarray
    t: np.ndarray
    df: np.ndarray
    p_value: np.ndarray

    title = "Bias by reference value"


@dataclass(frozen=True, eq=False)
class LinearityStudy(Result):
    """The line of bias over reference, its tests, and what it means for the process.

    ``linearity`` is |slope| x process variation; it and the percentages of bias are None where none was given.
    """

    n: int
    intercept: float | np.ndarray
    slope: float | np.ndarray
    s: float | np.ndarray
    r_squared: float | np.ndarray
    intercept_se: float | np.ndarray
    slope_se: float | np.ndarray
    intercept_t: float | np.ndarray
    slope_t: float | np.ndarray
    intercept_p: float | np.ndarray
    slope_p: float | np.ndarray
    df: int
    reference_mean: float
    reference_ss: float
    average_bias: float | np.ndarray
    by_reference: BiasByReference
    process_variation: float | None
    linearity: float | np.ndarray | None
    pct_linearity: float | np.ndarray
    pct_bias: float | np.ndarray | None

    title = "Linearity"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, linearity",)
    assumptions = (
        "the bias is a straight line over the reference value",
        "repeatability is normal and the same over the range",
        "the uncertainty of the reference values is negligible",
    )

    def band(self, reference, confidence: float = 0.95):
        """Lower and upper confidence limit of the mean bias at reference values.

        The gauge is linear and unbiased where the band holds 0.
        """
        x = np.asarray(reference, dtype=float)
        line = np.asarray(self.intercept)[..., None] + np.asarray(self.slope)[..., None] * np.atleast_1d(x)
        root = np.sqrt(1 / self.n + (np.atleast_1d(x) - self.reference_mean) ** 2 / self.reference_ss)
        half = stdtrit(self.df, (1 + check_fraction(confidence)) / 2) * np.asarray(self.s)[..., None] * root
        return line - half, line + half

    def steps(self):
        """The line, its tests, linearity."""
        n = {"a": self.intercept, "b": self.slope, "se": self.slope_se, "df": self.df, "pv": self.process_variation}
        yield Step("bias over reference", "{a} + {b} x reference, by least squares", n)
        yield Step("residual standard deviation", "sqrt(sum of squared residuals / {df})", n, self.s)
        yield Step("R squared", value=self.r_squared)
        yield Step("t of the slope", "{b} / {se}", n, self.slope_t)
        yield Step("p value of the slope", "two-sided, Student's t with {df} degrees of freedom", n, self.slope_p)
        if self.linearity is not None:
            yield Step("linearity", "|{b}| x {pv}", n, self.linearity)
        yield Step("% linearity", "100 x |{b}|", n, self.pct_linearity)
        yield Step("average bias", value=self.average_bias)


def linearity(
    reference, measurement, *, process_variation: float | None = None, by_reference_sd: str = "each"
) -> LinearityStudy:
    """The regression of bias on reference value, for one gauge or many with the same references.

    Estimand: intercept and slope in ``measurement - reference = a + b reference + error``, by least squares;
    linearity = |b| x process variation, % linearity = 100 |b|, % bias = 100 |average bias| / process variation.

    Parameters
    ----------
    reference : array (n,)
        Reference value of each reading, at least 2 different ones, n >= 3.
    measurement : array (n,) or (gauges, n)
        The readings.
    process_variation : float, optional
        Spread of the process (usually 6 sd) in the units of the readings.
    by_reference_sd : {"each", "pooled"}
        Bias at each reference value is tested with that part's own standard deviation, or with the pooled one.

    Errors: Missing values, fewer than 3 readings, one reference value alone, readings on a perfect line.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 96-101.

    >>> study = linearity([2, 2, 4, 4, 6, 6], [2.7, 2.5, 5.1, 3.9, 5.8, 5.7], process_variation=6)
    >>> round(study.slope, 4), round(study.linearity, 3)
    (-0.2125, 1.275)
    """
    x = check_finite(reference, "reference", ndim=1)
    y = check_finite(measurement, "measurement", ndim=(1, 2))
    if len(x) != y.shape[-1]:
        raise StatisticsError(
            "reference has {a} entries and measurement {b}; as many are needed", a=len(x), b=y.shape[-1]
        )
    n = check_enough(len(x), 3, "readings")
    check_enough(len(np.unique(x)), 2, "different reference values")
    spread = None if process_variation is None else check_number(process_variation, "process_variation", above=0)
    deviation = y - x
    fit = _line(x, deviation, n)
    average = deviation.mean(axis=-1)
    return LinearityStudy(
        n=n,
        **fit,
        average_bias=average,
        by_reference=_by_reference(x, deviation, check_choice(by_reference_sd, ("each", "pooled"), "by_reference_sd")),
        process_variation=spread,
        linearity=None if spread is None else np.abs(fit["slope"]) * spread,
        pct_linearity=100 * np.abs(fit["slope"]),
        pct_bias=None if spread is None else 100 * np.abs(average) / spread,
    )


def _line(x, y, n):
    center = x.mean()
    dx, dy = x - center, y - y.mean(axis=-1, keepdims=True)
    sxx = float(dx @ dx)
    slope = dy @ dx / sxx
    residual = dy - slope[..., None] * dx if np.ndim(slope) else dy - slope * dx
    rss, syy = (residual**2).sum(axis=-1), (dy**2).sum(axis=-1)
    s = np.sqrt(rss / (n - 2))
    check_variation(float(np.min(s)), "residuals of the line")
    intercept = y.mean(axis=-1) - slope * center
    slope_se, intercept_se = s / np.sqrt(sxx), s * np.sqrt(1 / n + center**2 / sxx)
    slope_t, intercept_t = slope / slope_se, intercept / intercept_se
    return {
        "intercept": intercept,
        "slope": slope,
        "s": s,
        "r_squared": 1 - rss / syy,
        "intercept_se": intercept_se,
        "slope_se": slope_se,
        "intercept_t": intercept_t,
        "slope_t": slope_t,
        "intercept_p": 2 * stdtr(n - 2, -np.abs(intercept_t)),
        "slope_p": 2 * stdtr(n - 2, -np.abs(slope_t)),
        "df": n - 2,
        "reference_mean": float(center),
        "reference_ss": sxx,
    }


def _by_reference(x, deviation, sd_method):
    levels, place, n = np.unique(x, return_inverse=True, return_counts=True)
    member = (place == np.arange(len(levels))[:, None]).astype(float)
    mean = deviation @ member.T / n
    squares = (deviation - mean[..., place]) ** 2 @ member.T
    if sd_method == "pooled":
        df = np.full(len(n), len(x) - len(n))
        squares = np.broadcast_to(squares.sum(axis=-1, keepdims=True), mean.shape)
    else:
        df = n - 1
    known = (df > 0) & (squares > 0)
    sd = np.sqrt(np.divide(squares, df, out=np.full(mean.shape, np.nan), where=df > 0))
    t = np.divide(mean * np.sqrt(n), sd, out=np.full(mean.shape, np.nan), where=known)
    p = np.where(known, 2 * stdtr(np.maximum(df, 1), -np.abs(t)), np.nan)
    return BiasByReference(levels, n, mean, sd, t, df, p)

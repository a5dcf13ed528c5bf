"""Linearity of a gauge: does its bias change over the range it measures?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtr, stdtrit

from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_fraction, check_numbers
from hoshin.stats.measurement_systems._readings import Readings
from hoshin.stats.results import FrozenDict, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class BiasByReference(Batched):
    """Mean bias at each reference value; p_value is NaN where all readings there are the same.

    Of many gauges with the same references ``bias``, ``sd``, ``t`` and ``p_value`` have a row for each; where every
    gauge has references of its own all columns are flat and ``offsets`` says where each gauge's begin.
    """

    reference: np.ndarray
    n: np.ndarray
    bias: np.ndarray
    sd: np.ndarray
    t: np.ndarray
    df: np.ndarray
    p_value: np.ndarray
    offsets: np.ndarray | None = None

    title = "Bias by reference value"

    @property
    def count(self) -> int | None:
        """How many gauges there are; None of one alone."""
        if self.offsets is not None:
            return self.offsets.size - 1
        return len(self.bias) if self.bias.ndim == 2 else None

    def _entry(self, i, **_):
        if self.offsets is None:
            return BiasByReference(
                self.reference, self.n, self.bias[i], self.sd[i], self.t[i], self.df, self.p_value[i]
            )
        own = slice(*self.offsets[i : i + 2])
        columns = (self.reference, self.n, self.bias, self.sd, self.t, self.df, self.p_value)
        return BiasByReference(*(column[own] for column in columns))


@dataclass(frozen=True, eq=False)
class LinearityStudy(Batched):
    """The line of bias over reference, its tests, and what it means for the process.

    ``linearity`` is |slope| x process variation; it and the percentages of bias are None where none was given.
    """

    n: int | np.ndarray
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
    df: int | np.ndarray
    reference_mean: float | np.ndarray
    reference_ss: float | np.ndarray
    average_bias: float | np.ndarray
    by_reference: BiasByReference
    process_variation: float | np.ndarray | None
    linearity: float | np.ndarray | None
    pct_linearity: float | np.ndarray
    pct_bias: float | np.ndarray | None
    confidence: float = 0.95
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "slope"
    optional = ("process_variation", "linearity", "pct_bias")
    title = "Linearity"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, linearity",)
    assumptions = (
        "the bias is a straight line over the reference value",
        "repeatability is normal and the same over the range",
        "the uncertainty of the reference values is negligible",
    )

    @property
    def slope_ci(self):
        """Lower and upper end of the interval for the slope."""
        return self._interval(self.slope, self.slope_se)

    @property
    def intercept_ci(self):
        """Lower and upper end of the interval for the intercept."""
        return self._interval(self.intercept, self.intercept_se)

    def _interval(self, estimate, error):
        half = stdtrit(self.df, (1 + self.confidence) / 2) * error
        return estimate - half, estimate + half

    def band(self, reference, confidence: float = 0.95):
        """Lower and upper confidence limit of the mean bias at reference values.

        The gauge is linear and unbiased where the band holds 0.
        """
        x = np.atleast_1d(np.asarray(reference, dtype=float))
        names = ("intercept", "slope", "n", "reference_mean", "reference_ss", "df", "s")
        a, b, n, mean, ss, df, sd = (np.asarray(getattr(self, name))[..., None] for name in names)
        half = stdtrit(df, (1 + check_fraction(confidence)) / 2) * sd * np.sqrt(1 / n + (x - mean) ** 2 / ss)
        return a + b * x - half, a + b * x + half

    def steps(self):
        """The line, its tests, linearity."""
        n = {"a": self.intercept, "b": self.slope, "se": self.slope_se, "df": self.df, "pv": self.process_variation}
        yield Step("bias over reference", "{a} + {b} x reference, by least squares", n)
        yield Step("residual standard deviation", "sqrt(sum of squared residuals / {df})", n, self.s)
        yield Step("R squared", value=self.r_squared)
        yield Step("t of the slope", "{b} / {se}", n, self.slope_t)
        yield Step("interval of the slope", "{b} -+ t x {se}", n, self.slope_ci)
        yield Step("interval of the intercept", "{a} -+ t x {se}", n | {"se": self.intercept_se}, self.intercept_ci)
        yield Step("p value of the slope", "two-sided, Student's t with {df} degrees of freedom", n, self.slope_p)
        if self.linearity is not None:
            yield Step("linearity", "|{b}| x {pv}", n, self.linearity)
        yield Step("% linearity", "100 x |{b}|", n, self.pct_linearity)
        yield Step("average bias", value=self.average_bias)


def linearity(
    reference,
    measurement,
    *,
    offsets=None,
    process_variation=None,
    by_reference_sd: str = "each",
    confidence: float = 0.95,
    on_error: str = "raise",
) -> LinearityStudy:
    """The regression of bias on reference value, for one gauge or many at once.

    Estimand: intercept and slope in ``measurement - reference = a + b reference + error``, by least squares;
    linearity = |b| x process variation, % linearity = 100 |b|, % bias = 100 |average bias| / process variation.

    Parameters
    ----------
    reference : array (n,), reference value of each reading, at least 2 different ones; the same for all gauges, or in
        the shape of ``measurement`` where every gauge has its own
    measurement : array (n,), the readings; (gauges, n) of many gauges, or flat with ``offsets``; n >= 3
    offsets : where each gauge's readings begin in a flat column, and its length
    process_variation : number or one per gauge (NaN where it is not known), optional; spread of the process, usually 6 sd
    by_reference_sd : "each": bias at each reference is tested with that part's own standard deviation; "pooled": with all
    confidence : of ``slope_ci`` and ``intercept_ci``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: those of the readings; slope, % linearity and % bias have none.

    Assumes: bias a straight line over the reference; repeatability normal and the same over the range; the uncertainty of
    the references negligible.

    Errors: Missing values, fewer than 3 readings, one reference value alone, readings on a perfect line.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, linearity.

    >>> study = linearity([2, 2, 4, 4, 6, 6], [2.7, 2.5, 5.1, 3.9, 5.8, 5.7], process_variation=6)
    >>> round(study.slope, 4), round(study.linearity, 3)
    (-0.2125, 1.275)
    """
    check_choice(by_reference_sd, ("each", "pooled"), "by_reference_sd")
    readings = Readings.read(measurement, "measurement", offsets, on_error)
    x, common = _references(reference, readings)
    spread = _process_variation(process_variation, readings)
    readings.refuse_few(readings.segments.lengths, 3, "readings")
    deviation = readings.moved(x)
    by_reference = _by_reference(x, deviation, by_reference_sd, common)
    fit = _line(x, deviation)
    average = fit.pop("average")
    if common:
        fit |= {name: float(fit[name][0]) for name in ("reference_mean", "reference_ss")}
    numbers = readings.told(
        **fit,
        average_bias=average,
        linearity=None if spread is None else np.abs(fit["slope"]) * spread,
        pct_linearity=100 * np.abs(fit["slope"]),
        pct_bias=None if spread is None else 100 * np.abs(average) / spread,
    )
    return LinearityStudy(
        n=readings.n,
        **numbers,
        df=readings.n - 2,
        by_reference=by_reference,
        process_variation=spread,
        confidence=check_fraction(confidence),
        problems=readings.problems,
    )


def _references(reference, readings: Readings):
    """The reference of every reading, and whether all gauges have the same."""
    x = check_numbers(reference, "reference", ndim=(1, 2))
    if x.size == readings.points.size:
        readings.refuse_missing_points(x.ravel(), "reference")
        return np.nan_to_num(x.ravel()), readings.segments.count == 1
    if x.ndim == 1 and x.size == readings.segments.equal:
        return np.tile(check_finite(x, "reference"), readings.segments.count), True
    raise StatisticsError(
        "reference has {a} entries and measurement {b}; as many are needed",
        a=x.size,
        b=readings.segments.equal or readings.points.size,
    )


def _process_variation(given, readings: Readings):
    """The spread of the process, one number or one for each gauge."""
    if given is None:
        return None
    spread = readings.per_gauge(given, "process_variation", above=0, gaps=True)
    return spread if readings.many and np.ndim(given) else float(spread[0])


def _line(x, deviation: Readings) -> dict:
    """The least squares line of each gauge and its tests."""
    segments, n = deviation.segments, deviation.segments.lengths
    center, average = segments.sums(x) / n, deviation.mean()
    dx, dy = x - segments.per_point(center), deviation.points - segments.per_point(average)
    with np.errstate(all="ignore"):
        sxx, syy = segments.sums(dx * dx), segments.sums(dy * dy)
        slope = segments.sums(dx * dy) / sxx
        s = np.sqrt(segments.sums((dy - segments.per_point(slope) * dx) ** 2) / np.maximum(n - 2, 1))
    deviation.refuse_overflow(s)
    deviation.refuse(~(s > 0), "residuals of the line have no variation (standard deviation {found})", found=s)
    slope, average, s = deviation.blank(slope, average, s)
    intercept = average - slope * center
    slope_se, intercept_se = s / np.sqrt(sxx), s * np.sqrt(1 / n + center**2 / sxx)
    slope_t, intercept_t = slope / slope_se, intercept / intercept_se
    return {
        "average": average,
        "intercept": intercept,
        "slope": slope,
        "s": s,
        "r_squared": 1 - s * s * (n - 2) / syy,
        "intercept_se": intercept_se,
        "slope_se": slope_se,
        "intercept_t": intercept_t,
        "slope_t": slope_t,
        "intercept_p": 2 * stdtr(n - 2, -np.abs(intercept_t)),
        "slope_p": 2 * stdtr(n - 2, -np.abs(slope_t)),
        "reference_mean": center,
        "reference_ss": sxx,
    }


def _by_reference(x, deviation: Readings, sd_method: str, common: bool) -> BiasByReference:
    """The bias at each reference of each gauge; the table of gauges with common references has a row for each."""
    segments, points = deviation.segments, deviation.points
    order = np.lexsort((x, segments.owner))
    changes = np.flatnonzero(np.diff(x[order])) + 1
    groups = Segments(np.union1d(segments.offsets, changes))
    levels = np.searchsorted(groups.offsets, segments.offsets)
    found = np.diff(levels)
    deviation.refuse(
        found < 2, "{found} different reference values found; at least {needed} are needed", found=found, needed=2
    )
    ordered = points[order]
    first, n = groups.firsts(ordered), groups.lengths
    shift = groups.sums(ordered - groups.per_point(first)) / n
    with np.errstate(over="ignore"):
        squares = groups.sums((ordered - groups.per_point(first + shift)) ** 2)
    squares[np.isinf(squares)] = np.nan
    df = n - 1
    if sd_method == "pooled":
        df = np.repeat(segments.lengths - found, found)
        squares = np.repeat(np.add.reduceat(squares, levels[:-1]), found)
    mean, known = first + shift, (df > 0) & (squares > 0)
    sd = np.sqrt(np.divide(squares, df, out=np.full(mean.shape, np.nan), where=df > 0))
    t = np.divide(mean * np.sqrt(n), sd, out=np.full(mean.shape, np.nan), where=known)
    p = np.where(known, 2 * stdtr(np.maximum(df, 1), -np.abs(t)), np.nan)
    columns = (x[order][groups.offsets[:-1]], n, mean, sd, t, df, p)
    if not common:
        return BiasByReference(*columns, offsets=levels)
    size = int(found[0])
    shape = (size,) if not deviation.many else (segments.count, size)
    reference, n, *rows, df, p = columns
    mean, sd, t, p = (one.reshape(shape) for one in (*rows, p))
    return BiasByReference(reference[:size], n[:size], mean, sd, t, df[:size], p)

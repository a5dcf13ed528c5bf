"""Bias of a gauge: repeated readings of one part against its reference value."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import elementwise
from scipy.special import poch, stdtr, stdtrit

from hoshin.stats._results import Batched
from hoshin.stats.constants import d2, d3
from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.measurement_systems._readings import Readings
from hoshin.stats.measurement_systems.average_range import check_ranges, d2_star
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class BiasStudy(Batched):
    """The mean deviation from the reference, its test against 0 and its interval.

    Of many gauges every number is an array over them; ``study[i]`` is one.
    """

    reference: float | np.ndarray
    n: int | np.ndarray
    mean: float | np.ndarray
    bias: float | np.ndarray
    sd_method: str
    sd: float | np.ndarray
    standard_error: float | np.ndarray
    t: float | np.ndarray
    df: float | np.ndarray
    p_value: float | np.ndarray
    confidence: float
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Bias"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, bias",)
    assumptions = (
        "the readings are independent and normal",
        "the uncertainty of the reference value is negligible beside the gauge's repeatability",
    )

    @property
    def ci(self):
        """Lower and upper end of the interval for the bias."""
        return self.ci_lower, self.ci_upper

    @property
    def significant(self):
        """Whether the interval excludes 0."""
        return self.p_value < 1 - self.confidence

    def steps(self):
        """Deviation, standard error, t, interval."""
        n = {"mean": self.mean, "ref": self.reference, "sd": self.sd, "n": self.n, "se": self.standard_error}
        n |= {"bias": self.bias, "df": self.df}
        yield Step("bias", "{mean} - {ref}", n, self.bias)
        yield Step("standard error", "{sd} / sqrt({n})", n, self.standard_error)
        yield Step("t", "{bias} / {se}", n, self.t)
        yield Step("p value", "two-sided, Student's t with {df} degrees of freedom", n, self.p_value)
        yield Step("interval", "{bias} -+ t x {se}", n, self.ci)


def bias(
    values, reference, *, offsets=None, confidence: float = 0.95, sd_method: str = "sd", on_error: str = "raise"
) -> BiasStudy:
    """How far a gauge reads from a reference value on average, for one gauge or many at once.

    Estimand: mean reading minus reference. t = bias / (s / sqrt(n)), two-sided against 0; interval bias -+ t s / sqrt(n).

    Parameters
    ----------
    values : array (n,), readings of one part; (gauges, n) of many gauges, or flat with ``offsets``; n >= 2
    reference : number or one per gauge, accepted value of the part in the unit of the readings
    offsets : where each gauge's readings begin in a flat column, and its length
    confidence : of the interval, two-sided
    sd_method : "sd", sample standard deviation with n - 1 degrees of freedom; "range", range / d2*, the interval
        multiplied by d2/d2* and degrees of freedom that match the range's coefficient of variation (AIAG, 3rd edition)
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: those of the readings; t and the p value have none.

    Assumes: readings independent and normal; the uncertainty of the reference negligible beside repeatability.

    Errors: Missing values, fewer than 2 readings, readings that never differ.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, bias; 3rd edition, pages 85-88.

    >>> study = bias([5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0], 6.0)
    >>> round(study.bias, 4), round(study.p_value, 3), study.significant
    (0.0067, 0.905, False)
    """
    check_choice(sd_method, ("sd", "range"), "sd_method")
    alpha = 1 - check_fraction(confidence)
    readings = Readings.read(values, "values", offsets, on_error)
    given = readings.per_gauge(reference, "reference")
    readings.refuse_few(readings.segments.lengths, 2, "readings")
    moved = readings.moved(readings.segments.per_point(given))
    with np.errstate(over="ignore", invalid="ignore"):
        sd, df, factor = _spread(readings, sd_method)
    readings.refuse_overflow(sd)
    readings.refuse(sd <= 0, "the readings do not vary; a gauge that resolves them is needed")
    mean, sd = readings.blank(moved.mean(), sd)
    error = sd / np.sqrt(readings.segments.lengths)
    t = mean / error
    half = stdtrit(df, 1 - alpha / 2) * error * factor
    return BiasStudy(
        n=readings.n,
        sd_method=sd_method,
        confidence=1 - alpha,
        problems=readings.problems,
        **readings.told(
            reference=given if np.ndim(reference) else float(given[0]),
            mean=mean + given,
            bias=mean,
            sd=sd,
            standard_error=error,
            t=t,
            df=df,
            p_value=2 * stdtr(df, -np.abs(t)),
            ci_lower=mean - half,
            ci_upper=mean + half,
        ),
    )


def range_degrees_of_freedom(n, groups=1):
    """Degrees of freedom of the mean range of groups of n values, for one size or many: those of a chi that varies as much.

    Estimand: the df at which a chi has the coefficient of variation of the mean range, d3(n) / (d2(n) sqrt(groups)).

    Parameters
    ----------
    n : whole number or array of them, values in each range, at least 2
    groups : whole number or array of them, ranges that are averaged

    Units: degrees of freedom, not whole.

    Assumes: independent normal values.

    Errors: Fewer than 2 values, less than 1 range.

    Source: P. B. Patnaik, Biometrika 37 (1950), 78-87. AIAG's table prints 10.8 for 15 values.

    >>> round(range_degrees_of_freedom(15), 1)
    10.8
    >>> range_degrees_of_freedom([2, 5], [1, 10]).round(1)
    array([ 1. , 36.5])
    """
    wanted = np.square(np.divide(d3(n), d2(n))) / check_ranges(groups)
    distinct, place = np.unique(wanted, return_inverse=True)
    tolerances = {"xrtol": 1e-14, "frtol": 0.0}
    # A chi of df degrees of freedom has nearly the squared coefficient of variation 1 / (2 df).
    bracket = (np.full(distinct.size, 0.5), 1 / distinct + 1)
    found = elementwise.find_root(
        lambda df, wanted: _chi_variation(df) - wanted, bracket, args=(distinct,), tolerances=tolerances, maxiter=100
    ).x
    return found[place].reshape(wanted.shape) if wanted.ndim else float(found[0])


def _chi_variation(df) -> np.ndarray:
    """The squared coefficient of variation of a chi; of a large one by Stirling's series, as differences cost digits."""
    half = df / 2
    z = 1 / np.maximum(half, 20.0)
    series = np.expm1(z / 4 - z**3 / 96 + z**5 / 320 - 17 * z**7 / 7168 + 31 * z**9 / 9216)
    return np.where(half > 20, series, half / poch(half, 0.5) ** 2 - 1)


def _spread(readings: Readings, method: str):
    """Standard deviation, degrees of freedom and the factor of the interval; one number where all gauges share it."""
    n = np.asarray(readings.n)
    if method == "sd":
        return readings.sd(), np.maximum(n - 1, 1)[()], 1.0
    n = np.maximum(n, 2)
    star = d2_star(n)
    return readings.ranges() / star, range_degrees_of_freedom(n), d2(n) / star

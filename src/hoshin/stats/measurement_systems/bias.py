"""Bias of a gauge: repeated readings of one part against its reference value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import poch, stdtr, stdtrit

from hoshin.stats.constants import d2, d3
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_fraction, first_place
from hoshin.stats.measurement_systems.average_range import d2_star
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class BiasStudy(Result):
    """The mean deviation from the reference, its test against 0 and its interval."""

    reference: float | np.ndarray
    n: int
    mean: float | np.ndarray
    bias: float | np.ndarray
    sd_method: str
    sd: float | np.ndarray
    standard_error: float | np.ndarray
    t: float | np.ndarray
    df: float
    p_value: float | np.ndarray
    confidence: float
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray

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


def bias(values, reference, *, confidence: float = 0.95, sd_method: str = "sd") -> BiasStudy:
    """How far a gauge reads from a reference value on average, for one part or many at once.

    Estimand: mean reading minus reference. t = bias / (s / sqrt(n)), two-sided against 0.

    Parameters
    ----------
    values : array (n,) or (gauges, n)
        Readings of one part, complete, n >= 2.
    reference : float or one per gauge
        Accepted value of the part, in the units of the readings.
    confidence : float
    sd_method : {"sd", "range"}
        "sd": sample standard deviation, n - 1 degrees of freedom. "range": range / d2*, the interval multiplied by
        d2/d2* and degrees of freedom that match the range's coefficient of variation (AIAG, third edition).

    Errors: Missing values, fewer than 2 readings, readings that never differ.

    Source: AIAG, Measurement Systems Analysis, 4th edition, pages 87-92; 3rd edition, pages 85-88.

    >>> study = bias([5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0], 6.0)
    >>> round(study.bias, 4), round(study.p_value, 3), study.significant
    (0.0067, 0.905, False)
    """
    array = check_finite(values, "values", ndim=(1, 2))
    reference = check_finite(reference, "reference", ndim=(0, 1))[()]
    check_choice(sd_method, ("sd", "range"), "sd_method")
    n = check_enough(array.shape[-1], 2, "readings")
    alpha = 1 - check_fraction(confidence)
    deviation = array - np.asarray(reference)[..., None]
    mean = deviation.mean(axis=-1)
    sd, df, factor = _spread(array, n, sd_method)
    _check_readings_vary(sd)
    error = sd / math.sqrt(n)
    t = mean / error
    half = stdtrit(df, 1 - alpha / 2) * error * factor
    return BiasStudy(
        reference=reference,
        n=n,
        mean=mean + reference,
        bias=mean,
        sd_method=sd_method,
        sd=sd,
        standard_error=error,
        t=t,
        df=df,
        p_value=2 * stdtr(df, -np.abs(t)),
        confidence=1 - alpha,
        ci_lower=mean - half,
        ci_upper=mean + half,
    )


def range_degrees_of_freedom(n: int) -> float:
    """Degrees of freedom of the range of n values: those of the chi with the same coefficient of variation.

    Source: P. B. Patnaik, Biometrika 37 (1950), 78-87. AIAG's table prints 10.8 for 15 values.

    >>> round(range_degrees_of_freedom(15), 1)
    10.8
    """
    wanted = (d3(n) / d2(n)) ** 2

    def excess(df):
        return df / 2 / poch(df / 2, 0.5) ** 2 - 1 - wanted

    return float(brentq(excess, 0.2, 1e6))


def _check_readings_vary(sd) -> None:
    still = ~(np.atleast_1d(sd) > 0)
    if still.any():
        gauge = "" if np.ndim(sd) == 0 else f" of gauge {first_place(still)}"
        raise StatisticsError("the readings{gauge} do not vary; a gauge that resolves them is needed", gauge=gauge)


def _spread(array, n, method):
    if method == "sd":
        origin = array[..., :1]
        return (array - origin).std(axis=-1, ddof=1), n - 1, 1.0
    star = d2_star(n)
    return np.ptp(array, axis=-1) / star, range_degrees_of_freedom(n), d2(n) / star

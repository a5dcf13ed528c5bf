"""Life distributions fitted by maximum likelihood to times of which some are censored.

Weibull, lognormal and loglogistic are one family: the logarithm of the time is location plus scale times a standard
smallest extreme value, normal or logistic variable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtri, ndtri

from hoshin.stats.errors import check_choice, check_finite, check_fraction, check_number
from hoshin.stats.reliability._likelihood import FAMILIES, Likelihood
from hoshin.stats.reliability._times import read_times
from hoshin.stats.results import Result, Step

LARGEST_VARIANCE = 1e4
"""Where the log of the spread is known no better than this, the likelihood is flat: it has no maximum."""

SOURCE = "W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapters 4 and 8"


@dataclass(frozen=True, eq=False)
class LifeDistribution(Result):
    """A fitted life distribution: ``location`` and ``spread`` of the log time, the trade's parameters, intervals.

    ``parameters``: Weibull "scale" (characteristic life) and "shape"; lognormal and loglogistic "median" and "sigma".
    ``interval`` says whether ``intervals`` and ``b_life_intervals`` are "wald" (on the log scale from the observed
    information) or "likelihood" (by the likelihood ratio). ``covariance`` is that of location and log spread. ``b_life``
    holds for each share failed the time.
    """

    distribution: str
    parameters: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    location: float
    spread: float
    covariance: np.ndarray
    loglik: float
    mttf: float
    n: int
    failures: int
    confidence: float
    b_life: Mapping[str, float] = field(default_factory=dict)
    b_life_intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    interval: str = "wald"

    assumptions = (
        "units fail independently",
        "times follow the distribution (see a probability plot)",
        "censoring says nothing about how long a unit would have lasted",
    )
    sources = (SOURCE,)
    title = "Life distribution by maximum likelihood"

    def reliability(self, times) -> np.ndarray:
        """The share still working at each time."""
        return np.exp(FAMILIES[self.distribution].log_survival(self._standard(times)))

    def unreliability(self, times) -> np.ndarray:
        """The share failed by each time."""
        return -np.expm1(FAMILIES[self.distribution].log_survival(self._standard(times)))

    def hazard(self, times) -> np.ndarray:
        """The rate of failure of units that have reached each time."""
        times = check_finite(times, "times")
        family, z = FAMILIES[self.distribution], self._standard(times)
        return np.exp(family.log_density(z) - family.log_survival(z)) / (self.spread * times)

    def reliability_interval(self, time: float) -> tuple[float, float]:
        """Interval of the share still working at a time, by the delta method on the standardised log time."""
        z = float(self._standard(check_number(time, "time", above=0)))
        half = float(ndtri((1 + self.confidence) / 2)) * self._error(np.array([-1 / self.spread, -z]))
        log_survival = FAMILIES[self.distribution].log_survival
        return math.exp(float(log_survival(z + half))), math.exp(float(log_survival(z - half)))

    def life(self, share: float) -> float:
        """The time by which a share has failed: B10 is ``life(0.1)``."""
        quantile = float(FAMILIES[self.distribution].quantile(check_fraction(share, "share")))
        with np.errstate(over="ignore"):
            return float(np.exp(self.location + self.spread * quantile))

    def life_interval(self, share: float) -> tuple[float, float]:
        """Wald's interval of the time by which a share has failed, on the log scale."""
        z = float(FAMILIES[self.distribution].quantile(check_fraction(share, "share")))
        half = float(ndtri((1 + self.confidence) / 2)) * self._error(np.array([1.0, z * self.spread]))
        return self.life(share) * math.exp(-half), self.life(share) * math.exp(half)

    def steps(self):
        """Parameters, intervals and what follows from them."""
        yield Step("distribution", value=self.distribution)
        yield Step("units", value=self.n)
        yield Step("failures", value=self.failures)
        for name, value in self.parameters.items():
            yield Step(name, value=value)
            formula = "{x} exp(-+ z se(log))" if self.interval == "wald" else "2 (peak - profile) <= chi-square"
            yield Step(f"{name}, {self.confidence:.0%} interval", formula, {"x": value}, self.intervals[name])
        yield Step("log likelihood", value=self.loglik)
        yield Step("mean time to failure", value=self.mttf)
        for share, time in self.b_life.items():
            yield Step(f"time by which {100 * float(share):g}% have failed", value=time)

    def _standard(self, times):
        times = np.asarray(times, dtype=float)
        with np.errstate(divide="ignore"):
            return (np.log(times) - self.location) / self.spread

    def _error(self, gradient: np.ndarray) -> float:
        return math.sqrt(max(0.0, float(gradient @ self.covariance @ gradient)))


def weibull(
    times,
    event=None,
    counts=None,
    confidence: float = 0.95,
    b_life=(0.1,),
    *,
    upper=None,
    interval: str = "wald",
    offsets=None,
    on_error: str = "raise",
) -> LifeDistribution:
    """Weibull distribution of times to failure, some of them censored, by maximum likelihood.

    Estimand: scale (characteristic life) and shape of ``R(t) = exp(-(t/scale)^shape)``: shape below 1 early failures, 1
    random, above 1 wear-out. They maximise the sum over the units of ``ln f(t)`` (failed), ``ln R(t)`` (still working),
    ``ln F(t)`` (found failed), ``ln (R(t) - R(upper))`` (failed between). B life: ``t_p = scale (-ln(1-p))^(1/shape)``.

    Parameters
    ----------
    times : (n,) times above 0 of one part number, (C, n) of many, or a flat column with ``offsets``.
    event : the same shape; 1 failed at its time, 0 still worked (censored on the right), 2 was found failed (censored on
        the left), 3 failed between its time and ``upper``. Without it all failed.
    counts : the same shape; how many units a line stands for (1).
    confidence : of the two-sided intervals.
    b_life : shares failed whose times are wanted; 0.1 is B10.
    upper : the same shape as ``times``; the later time where event is 3.
    interval : "wald", on the log scale from the observed information, or "likelihood", all values that the likelihood
        ratio test does not refuse (better with few failures).
    offsets : where each part number begins in the flat column, and its length.
    on_error : "raise", or "mark": a part number without an answer gets NaN and a word in ``problems``.

    Units: scale, B lives and mean time to failure in that of the times; shape none; ``loglik`` is that of the times.

    Assumes: units fail independently, times follow the distribution, and censoring says nothing about the life left.

    Errors: a time not above 0, an unknown event, a count that is not whole, fewer than 2 failures or all of them at one
    time, a likelihood without a maximum.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapter 8.

    >>> fit = weibull([10, 7, 32, 23, 22, 6, 16, 34, 32, 25], [1, 1, 0, 1, 1, 1, 1, 0, 0, 0], b_life=[0.1, 0.5])
    >>> {name: round(value, 4) for name, value in fit.parameters.items()}
    {'scale': 31.3302, 'shape': 1.3867}
    >>> round(fit.life(0.1), 3), [round(bound, 2) for bound in fit.intervals["shape"]]
    (6.183, [0.69, 2.81])
    >>> weibull([3, 5, 8, 9, 1, 2, 8, 9, 9], [1, 1, 1, 0, 1, 1, 0, 0, 1], offsets=[0, 4, 9]).parameters["shape"].round(3)
    array([2.263, 0.983])
    """
    return _fit("weibull", times, event, counts, confidence, b_life, upper, interval, offsets, on_error)


def lognormal(
    times,
    event=None,
    counts=None,
    confidence: float = 0.95,
    b_life=(0.1,),
    *,
    upper=None,
    interval: str = "wald",
    offsets=None,
    on_error: str = "raise",
) -> LifeDistribution:
    """Lognormal distribution of times to failure, some of them censored, by maximum likelihood.

    Estimand: median and sigma of ``R(t) = 1 - Phi((ln t - ln median) / sigma)``, which maximise the likelihood of the
    units as in ``weibull``. B life: ``t_p = median exp(sigma z_p)``; mean time to failure ``median exp(sigma^2 / 2)``.

    Parameters
    ----------
    times : (n,) times above 0 of one part number, (C, n) of many, or a flat column with ``offsets``.
    event : the same shape; 1 failed, 0 still worked, 2 was found failed, 3 failed between its time and ``upper``.
    counts : the same shape; how many units a line stands for (1).
    confidence : of the two-sided intervals.
    b_life : shares failed whose times are wanted; 0.1 is B10.
    upper : the same shape as ``times``; the later time where event is 3.
    interval : "wald" or "likelihood", as in ``weibull``.
    offsets, on_error : as in ``weibull``: where each part number begins; "raise", or "mark".

    Units: median, B lives and mean time to failure in that of the times; sigma in natural logarithms of it.

    Assumes: independent units whose log times are normal (fatigue, degradation that multiplies); censoring says nothing
    about the life left.

    Errors: those of ``weibull``: times, events or counts that make no sense, fewer than 2 failures, no maximum.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapters 4 and 8.

    >>> fit = lognormal([1.0, 2.0, 4.0, 8.0])
    >>> round(fit.parameters["median"], 6), round(fit.parameters["sigma"], 6)
    (2.828427, 0.774962)
    """
    return _fit("lognormal", times, event, counts, confidence, b_life, upper, interval, offsets, on_error)


def loglogistic(
    times,
    event=None,
    counts=None,
    confidence: float = 0.95,
    b_life=(0.1,),
    *,
    upper=None,
    interval: str = "wald",
    offsets=None,
    on_error: str = "raise",
) -> LifeDistribution:
    """Loglogistic distribution of times to failure, some of them censored, by maximum likelihood.

    Estimand: median and sigma of ``R(t) = 1 / (1 + (t/median)^(1/sigma))``, which maximise the likelihood of the units as
    in ``weibull``. B life: ``t_p = median (p / (1-p))^sigma``; the mean is infinite from sigma 1 on.

    Parameters
    ----------
    times : (n,) times above 0 of one part number, (C, n) of many, or a flat column with ``offsets``.
    event : the same shape; 1 failed, 0 still worked, 2 was found failed, 3 failed between its time and ``upper``.
    counts : the same shape; how many units a line stands for (1).
    confidence : of the two-sided intervals.
    b_life : shares failed whose times are wanted; 0.1 is B10.
    upper : the same shape as ``times``; the later time where event is 3.
    interval : "wald" or "likelihood", as in ``weibull``.
    offsets, on_error : as in ``weibull``: where each part number begins; "raise", or "mark".

    Units: median, B lives and mean time to failure in that of the times; sigma in natural logarithms of it.

    Assumes: independent units whose log odds of having failed rise evenly with the log time; censoring says nothing about
    the life left.

    Errors: those of ``weibull``: times, events or counts that make no sense, fewer than 2 failures, no maximum.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapters 4 and 8.

    >>> fit = loglogistic([1.0, 2.0, 4.0, 8.0])
    >>> round(fit.parameters["median"], 6)
    2.828427
    """
    return _fit("loglogistic", times, event, counts, confidence, b_life, upper, interval, offsets, on_error)


def _fit(name, times, event, counts, confidence, b_life, upper, interval, offsets, on_error):
    confidence = check_fraction(confidence)
    check_choice(interval, ("wald", "likelihood"), "interval")
    shares = [check_fraction(share, "b_life") for share in np.atleast_1d(b_life).tolist()]
    read = read_times(times, event, counts, upper=upper, offsets=offsets, on_error=on_error, ends=False)
    _refuse_no_shape(read)

    def compute(part, times, event, counts, later):
        return _fitted(name, part, times, event, counts, later, confidence, shares, interval), {
            "distribution": name,
            "confidence": confidence,
            "interval": interval,
        }

    return read.layout.result(LifeDistribution, compute, read.times, read.event, read.counts, read.upper)


def _refuse_no_shape(read) -> None:
    """A shape needs failures at two times, or at times that are known from both sides."""
    layout, failed = read.layout, (read.event > 0) & (read.counts > 0)
    failures = layout.segments.sums(np.where(failed, read.counts, 0.0)).astype(np.int64)
    layout.refuse_few(failures, 2, "failures")
    starts = layout.segments.offsets[:-1]
    last = np.maximum.reduceat(np.where(failed, read.times, -np.inf), starts)
    first = np.minimum.reduceat(np.where(failed, read.times, np.inf), starts)
    inexact = layout.segments.counts(read.event > 1) > 0
    layout.refuse(
        (first == last) & ~inexact,
        "all {found} failures are at {time}; failures at two times or more are needed for a shape",
        found=failures,
        time=first,
    )


def _fitted(name, part, times, event, counts, later, confidence, shares, interval) -> dict:
    """The columns of the fits of all part numbers."""
    segments, family = part.segments, FAMILIES[name]
    y = np.log(times)
    # Centered and scaled, so that the fit does not depend on the unit of time.
    center = segments.sums(y * counts) / segments.sums(counts)
    width = np.sqrt(segments.sums(counts * (y - segments.per_point(center)) ** 2) / segments.sums(counts))
    width = np.where(width > 0, width, 1.0)

    def scaled(values):
        return (values - segments.per_point(center)) / segments.per_point(width)

    data = Likelihood(family, segments, scaled(y), event, counts, None if later is None else scaled(np.log(later)))
    a, b, found = data.maximise(np.zeros(part.count), np.ones(part.count))
    n, failures = segments.sums(counts), segments.sums(np.where(event > 0, counts, 0.0))
    located = _located(data, a, b, center, width)
    with np.errstate(invalid="ignore"):
        variances = np.diagonal(located["covariance"], axis1=1, axis2=2)
        found &= (variances > 0).all(axis=1) & (variances[:, 1] < LARGEST_VARIANCE)
    part.refuse(
        ~found,
        "the likelihood of {failures} failures in {n} units has no maximum that could be found; more failures are needed",
        failures=failures.astype(np.int64),
        n=n.astype(np.int64),
    )
    a, b = np.where(found, a, np.nan), np.where(found, b, np.nan)
    located = {
        name: np.where(found.reshape(-1, *[1] * (part_of.ndim - 1)), part_of, np.nan)
        for name, part_of in located.items()
    }
    return _described(name, data, a, b, located, confidence, shares, interval) | {
        "n": n.astype(np.int64),
        "failures": failures.astype(np.int64),
        "loglik": data.value(a, b) - data.failed * np.log(width) - segments.sums(np.where(event == 1, counts * y, 0.0)),
    }


def _located(data: Likelihood, a, b, center, width) -> dict:
    """Location and spread of the log time, and the covariance of location and log spread."""
    at = data.slopes(a, b)
    with np.errstate(all="ignore"):
        location, spread = center + width * a / b, width / b
        # By location m = a/b and log spread t = -ln b: da/dm = b, da/dt = -a, db/dt = -b.
        mm, mt = -at.aa * b**2, (at.aa * a + at.ab * b) * b
        tt = -(at.aa * a**2 + 2 * at.ab * a * b + at.bb * b**2)
        determinant = mm * tt - mt**2
        covariance = np.stack([tt * width**2, -mt * width, -mt * width, mm], axis=1) / determinant[:, None]
    return {"location": location, "spread": spread, "covariance": covariance.reshape(-1, 2, 2)}


def _described(name, data: Likelihood, a, b, located, confidence, shares, interval) -> dict:
    """The trade's parameters and B lives with their intervals."""
    location, spread = located["location"], located["spread"]
    standard = [0.0, *data.family.quantile(np.array(shares, dtype=float)).tolist()]
    logs = [location + spread * w for w in standard]
    wald = [_half_width(located, w, confidence) for w in standard]
    shape_half = float(ndtri((1 + confidence) / 2)) * np.sqrt(located["covariance"][:, 1, 1])
    if interval == "wald":
        bounds = [np.stack([log - half, log + half], axis=1) for log, half in zip(logs, wald, strict=True)]
        shape = np.stack([np.log(spread) - shape_half, np.log(spread) + shape_half], axis=1)
    else:
        level = float(chdtri(1, 1 - confidence))
        unit = b * spread, location - a * spread
        bounds = [_quantile_limits(data, a, b, w, half, level, unit) for w, half in zip(standard, wald, strict=True)]
        shape = _shape_limits(data, a, b, shape_half, level, unit[0])
    center, width, power = ("scale", "shape", -1) if name == "weibull" else ("median", "sigma", 1)
    with np.errstate(over="ignore"):
        times = [np.exp(bound) for bound in bounds]
        return located | {
            "parameters": {center: np.exp(location), width: spread**power},
            "intervals": {center: times[0], width: np.exp(shape) if power > 0 else np.exp(-shape[:, ::-1])},
            "mttf": data.family.mean(location, spread),
            "b_life": {str(share): np.exp(log) for share, log in zip(shares, logs[1:], strict=True)},
            "b_life_intervals": {str(share): time for share, time in zip(shares, times[1:], strict=True)},
        }


def _half_width(located, w: float, confidence: float):
    """Half the width of Wald's interval of the log time with standard value w."""
    (mm, mt), (_, tt) = np.moveaxis(located["covariance"], 0, -1)
    spread = located["spread"]
    with np.errstate(over="ignore", invalid="ignore"):
        return float(ndtri((1 + confidence) / 2)) * np.sqrt(mm + 2 * w * spread * mt + (w * spread) ** 2 * tt)


def _quantile_limits(data: Likelihood, a, b, w: float, half, level: float, unit):
    """Limits of the log time with standard value w: on the lines a = b psi - w."""
    width, center = unit
    peak, estimate = data.value(a, b), (a + w) / b
    starts = data.segments.offsets[:-1]
    least, most = np.minimum.reduceat(data.y, starts), np.maximum.reduceat(data.y, starts)
    if data.later is not None:
        most = np.maximum(most, np.maximum.reduceat(data.later, starts))

    def point(psi, b, active):
        # So near that no exponential overflows.
        b = np.minimum(b, 20 / np.maximum(np.abs(most[active] - psi), np.abs(least[active] - psi)))
        return b * psi - w, b, psi, np.ones_like(psi)

    sides = [
        data.profile_limit(peak, estimate, side * half / width, b, point, lambda at, b: at.a * b, level)
        for side in (-1, 1)
    ]
    return center[:, None] + width[:, None] * np.stack(sides, axis=1)


def _shape_limits(data: Likelihood, a, b, half, level: float, width):
    """Limits of the log spread: with b fixed."""
    peak, estimate = data.value(a, b), -np.log(b)
    most = np.maximum.reduceat(data.y, data.segments.offsets[:-1])

    def point(psi, b, active):
        b = np.exp(-psi)
        return b * most[active], b, np.ones_like(psi), np.zeros_like(psi)

    sides = [
        data.profile_limit(peak, estimate, side * half, b, point, lambda at, b: -at.b * b, level) for side in (-1, 1)
    ]
    return np.log(width)[:, None] + np.stack(sides, axis=1)

"""Life distributions fitted by maximum likelihood to times of which some are censored on the right.

Weibull, lognormal and loglogistic are one family: the logarithm of the time is location plus scale times a standard
smallest extreme value, normal or logistic variable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize, root
from scipy.special import expit, gamma, log_expit, log_ndtr, logit, ndtri

from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_number
from hoshin.stats.reliability._times import check_times
from hoshin.stats.results import Result, Step

SOURCE = "W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapter 8 and sections 4.4-4.8"


@dataclass(frozen=True, eq=False)
class LifeDistribution(Result):
    """A fitted life distribution: ``location`` and ``spread`` of the log time, the trade's parameters, intervals.

    ``parameters``: Weibull "scale" (characteristic life) and "shape"; lognormal and loglogistic "median" and "sigma".
    ``intervals`` are on the log scale from the observed information. ``covariance`` is that of location and log spread.
    ``b_life`` holds for each share failed the time, and ``b_life_intervals`` its interval.
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

    assumptions = (
        "units fail independently",
        "times follow the distribution (see a probability plot)",
        "censoring says nothing about how long a unit would have lasted",
    )
    sources = (SOURCE,)
    title = "Life distribution by maximum likelihood"

    def reliability(self, times) -> np.ndarray:
        """The share still working at each time."""
        return np.exp(_FAMILIES[self.distribution].log_survival(self._standard(times)))

    def unreliability(self, times) -> np.ndarray:
        """The share failed by each time."""
        return -np.expm1(_FAMILIES[self.distribution].log_survival(self._standard(times)))

    def hazard(self, times) -> np.ndarray:
        """The rate of failure of units that have reached each time."""
        times = check_finite(times, "times")
        family, z = _FAMILIES[self.distribution], self._standard(times)
        return np.exp(family.log_density(z) - family.log_survival(z)) / (self.spread * times)

    def reliability_interval(self, time: float) -> tuple[float, float]:
        """Interval of the share still working at a time, by the delta method on the standardised log time."""
        z = float(self._standard(check_number(time, "time", above=0)))
        half = float(ndtri((1 + self.confidence) / 2)) * self._error(np.array([-1 / self.spread, -z]))
        log_survival = _FAMILIES[self.distribution].log_survival
        return math.exp(float(log_survival(z + half))), math.exp(float(log_survival(z - half)))

    def life(self, share: float) -> float:
        """The time by which a share has failed: B10 is ``life(0.1)``."""
        return math.exp(
            self.location + self.spread * _FAMILIES[self.distribution].quantile(check_fraction(share, "share"))
        )

    def life_interval(self, share: float) -> tuple[float, float]:
        """Interval of the time by which a share has failed, on the log scale."""
        z = _FAMILIES[self.distribution].quantile(check_fraction(share, "share"))
        half = float(ndtri((1 + self.confidence) / 2)) * self._error(np.array([1.0, z * self.spread]))
        return self.life(share) * math.exp(-half), self.life(share) * math.exp(half)

    def steps(self):
        """Parameters, intervals and what follows from them."""
        yield Step("distribution", value=self.distribution)
        yield Step("units", value=self.n)
        yield Step("failures", value=self.failures)
        for name, value in self.parameters.items():
            yield Step(name, value=value)
            yield Step(
                f"{name}, {self.confidence:.0%} interval", "{x} exp(-+ z se(log))", {"x": value}, self.intervals[name]
            )
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


def weibull(times, event=None, counts=None, confidence: float = 0.95, b_life=(0.1,)) -> LifeDistribution:
    """Weibull distribution of times to failure, some censored on the right, by maximum likelihood.

    ``R(t) = exp(-(t/scale)^shape)``: shape below 1 early failures, 1 random, above 1 wear-out. ``loglik`` is that of
    the times. Intervals on the log scale from the observed information.

    Parameters: ``times`` above 0; ``event`` 1 failure or 0 still working; ``counts`` units per line; at least 2
    failures at different times.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapter 8.

    >>> fit = weibull([10, 7, 32, 23, 22, 6, 16, 34, 32, 25], [1, 1, 0, 1, 1, 1, 1, 0, 0, 0], b_life=[0.1, 0.5])
    >>> {name: round(value, 4) for name, value in fit.parameters.items()}
    {'scale': 31.3302, 'shape': 1.3867}
    >>> round(fit.life(0.1), 3), [round(bound, 2) for bound in fit.intervals["shape"]]
    (6.183, [0.69, 2.81])
    """
    return _fit("weibull", times, event, counts, confidence, b_life)


def lognormal(times, event=None, counts=None, confidence: float = 0.95, b_life=(0.1,)) -> LifeDistribution:
    """Lognormal distribution of times to failure, some censored on the right, by maximum likelihood.

    ``R(t) = 1 - F((ln t - ln median) / sigma)``. Parameters as in ``weibull``.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), chapter 8.

    >>> fit = lognormal([1.0, 2.0, 4.0, 8.0])
    >>> round(fit.parameters["median"], 6), round(fit.parameters["sigma"], 6)
    (2.828427, 0.774962)
    """
    return _fit("lognormal", times, event, counts, confidence, b_life)


def loglogistic(times, event=None, counts=None, confidence: float = 0.95, b_life=(0.1,)) -> LifeDistribution:
    """Loglogistic distribution of times to failure, some censored on the right, by maximum likelihood.

    ``R(t) = 1 / (1 + (t/median)^(1/sigma))``. Parameters as in ``weibull``.

    Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 4.10.

    >>> fit = loglogistic([1.0, 2.0, 4.0, 8.0])
    >>> round(fit.parameters["median"], 6)
    2.828427
    """
    return _fit("loglogistic", times, event, counts, confidence, b_life)


class _Family:
    """A standard distribution of the log time: logarithms of density and survival with two derivatives each."""

    def __init__(self, density, survival, quantile, mean):
        self.density, self.survival, self.quantile, self.mean = density, survival, quantile, mean

    def log_density(self, z):
        with np.errstate(over="ignore", invalid="ignore"):
            return self.density(z)[0]

    def log_survival(self, z):
        # At time 0 (z minus infinity) the derivatives that come along may be undefined; the survival is not.
        with np.errstate(over="ignore", invalid="ignore"):
            return self.survival(z)[0]


def _extreme_density(z):
    grown = np.exp(z)
    return z - grown, 1 - grown, -grown


def _extreme_survival(z):
    grown = np.exp(z)
    return -grown, -grown, -grown


def _normal_density(z):
    return -z * z / 2 - math.log(2 * math.pi) / 2, -z, -np.ones_like(z)


def _normal_survival(z):
    log_s = log_ndtr(-z)
    hazard = np.exp(-z * z / 2 - math.log(2 * math.pi) / 2 - log_s)
    return log_s, -hazard, -hazard * (hazard - z)


def _logistic_density(z):
    p = expit(z)
    return log_expit(z) + log_expit(-z), 1 - 2 * p, -2 * p * (1 - p)


def _logistic_survival(z):
    p = expit(z)
    return log_expit(-z), -p, -p * (1 - p)


_FAMILIES: dict[str, Any] = {
    "weibull": _Family(
        _extreme_density,
        _extreme_survival,
        lambda p: math.log(-math.log1p(-p)),
        lambda m, s: math.exp(m) * float(gamma(1 + s)),
    ),
    "lognormal": _Family(
        _normal_density, _normal_survival, lambda p: float(ndtri(p)), lambda m, s: math.exp(m + s * s / 2)
    ),
    "loglogistic": _Family(
        _logistic_density,
        _logistic_survival,
        lambda p: float(logit(p)),
        lambda m, s: math.exp(m) * math.pi * s / math.sin(math.pi * s) if s < 1 else math.inf,
    ),
}


def _fit(name, times, event, counts, confidence, b_life) -> LifeDistribution:
    times, event, counts = check_times(times, event, counts)
    confidence = check_fraction(confidence)
    failed = event & (counts > 0)
    failures = int(counts[event].sum())
    check_enough(failures, 2, "failures")
    if np.unique(times[failed]).size < 2:
        raise StatisticsError(
            "all {found} failures are at {time}; failures at two times or more are needed for a shape",
            found=failures,
            time=float(times[failed][0]),
        )
    y, family = np.log(times), _FAMILIES[name]
    location, log_spread = _solve(family, y, event, counts)
    spread = math.exp(log_spread)
    density, survival = family.density((y - location) / spread), family.survival((y - location) / spread)
    loglik = float((counts * np.where(event, density[0] - log_spread - y, survival[0])).sum())
    covariance = np.linalg.inv(-_curvature(family, y, event, counts, location, log_spread))
    half = float(ndtri((1 + confidence) / 2)) * np.sqrt(np.diag(covariance))
    center, width, power = ("scale", "shape", -1) if name == "weibull" else ("median", "sigma", 1)
    fit = LifeDistribution(
        distribution=name,
        parameters={center: math.exp(location), width: spread**power},
        intervals={
            center: (math.exp(location - half[0]), math.exp(location + half[0])),
            width: (spread**power * math.exp(-half[1]), spread**power * math.exp(half[1])),
        },
        location=location,
        spread=spread,
        covariance=covariance,
        loglik=loglik,
        mttf=family.mean(location, spread),
        n=int(counts.sum()),
        failures=failures,
        confidence=confidence,
    )
    shares = [check_fraction(share, "b_life") for share in np.atleast_1d(b_life).tolist()]
    return LifeDistribution(
        **{f: getattr(fit, f) for f in fit.__dataclass_fields__ if not f.startswith("b_life")},
        b_life={str(share): fit.life(share) for share in shares},
        b_life_intervals={str(share): fit.life_interval(share) for share in shares},
    )


def _terms(family, y, event, counts, location, log_spread):
    z = (y - location) * math.exp(-log_spread)
    density, survival = family.density(z), family.survival(z)
    first, second = (counts * np.where(event, density[k], survival[k]) for k in (1, 2))
    return z, first, second


def _score(family, y, event, counts, location, log_spread):
    z, first, _ = _terms(family, y, event, counts, location, log_spread)
    return np.array([-first.sum() * math.exp(-log_spread), -(first * z).sum() - counts[event].sum()])


def _curvature(family, y, event, counts, location, log_spread):
    z, first, second = _terms(family, y, event, counts, location, log_spread)
    inverse = math.exp(-log_spread)
    cross = (first + second * z).sum() * inverse
    return np.array([[second.sum() * inverse**2, cross], [cross, (second * z * z + first * z).sum()]])


def _solve(family, y, event, counts):
    """The root of the score, started from the probability plot; from a rough search of the likelihood if that fails."""
    start = _plotted(family, y, event, counts)
    for again in (False, True):
        if again:
            start = minimize(lambda x: -_loglik(family, y, event, counts, *x), start, method="Nelder-Mead").x
        with np.errstate(over="ignore", invalid="ignore"):
            found = root(
                lambda x: _score(family, y, event, counts, *x),
                start,
                jac=lambda x: _curvature(family, y, event, counts, *x),
                options={"xtol": 1e-13},
            )
            rest = np.abs(_score(family, y, event, counts, *found.x)).max()
        if np.isfinite(found.x).all() and rest < 1e-6 * counts[event].sum():
            return float(found.x[0]), float(found.x[1])
    raise StatisticsError(
        "the likelihood of {failures} failures in {n} units has no maximum that could be found; more failures are"
        " needed",
        failures=int(counts[event].sum()),
        n=int(counts.sum()),
    )


def _plotted(family, y, event, counts):
    """Location and log spread of the line through the failures on probability paper (product-limit positions)."""
    points = np.unique(y[event & (counts > 0)])
    left = np.array([counts[y >= point].sum() for point in points])
    failed = np.array([counts[event & (y == point)].sum() for point in points])
    survival = np.concatenate([[1.0], np.cumprod(1 - failed / left)])
    z = np.array([family.quantile(share) for share in 1 - (survival[1:] + survival[:-1]) / 2])
    slope = float(np.polyfit(z, points, 1)[0])
    slope = slope if slope > 0 else float(points.std())
    return np.array([float((points - slope * z).mean()), math.log(slope)])


def _loglik(family, y, event, counts, location, log_spread):
    with np.errstate(over="ignore", invalid="ignore"):
        z = (y - location) * math.exp(-log_spread)
        value = float((counts * np.where(event, family.density(z)[0] - log_spread, family.survival(z)[0])).sum())
    return value if math.isfinite(value) else -1e300

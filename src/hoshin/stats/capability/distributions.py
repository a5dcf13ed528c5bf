"""Distributions fitted by maximum likelihood: what capability needs of them, for one or many characteristics."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import digamma, expit, gammainc, gammaincc, gammaincinv, gammaln, logit, ndtr, ndtri

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.errors import check_choice
from hoshin.stats.results import FrozenDict, Step

_DOUBLINGS = 60
_STEPS = 60


@dataclass(frozen=True, eq=False)
class FittedDistribution(Batched):
    """A distribution with its fitted parameters; for many characteristics each is an array and ``fitted[i]`` one's."""

    name: str
    parameters: FrozenDict
    loglik: Any
    n: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Fitted distribution"
    sources = ("N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volume 1",)
    leading = "n"

    def cdf(self, x):
        """The share below x."""
        with np.errstate(over="ignore"):
            return _KNOWN[self.name].cdf(x, *self.parameters.values())

    def sf(self, x):
        """The share above x."""
        with np.errstate(over="ignore"):
            return _KNOWN[self.name].sf(x, *self.parameters.values())

    def quantile(self, p: float):
        """The value below which the share p lies."""
        return _KNOWN[self.name].quantile(p, *self.parameters.values())

    def at_points(self, samples: Samples) -> FittedDistribution:
        """The same with its parameters repeated for each value."""
        parameters = {name: samples.per_point(value[samples.whose]) for name, value in self.parameters.items()}
        return replace(self, parameters=parameters)

    @property
    def aic(self):
        """Akaike's criterion, ``2 parameters - 2 ln likelihood``: of several fits the least is best."""
        return 2 * len(self.parameters) - 2 * self.loglik

    def steps(self):
        """Parameters and likelihood."""
        for name, value in self.parameters.items():
            yield Step(name, "maximum likelihood", value=value)
        yield Step("ln likelihood", value=self.loglik)


def fit(values, distribution: str, *, offsets=None, on_error: str = "raise") -> FittedDistribution:
    """A distribution fitted by maximum likelihood.

    Estimand: the parameters that make the product of the densities f(x; parameters) of the values largest. Weibull:
    the shape solves ``sum(x^k ln x) / sum(x^k) - 1/k = mean(ln x)``, ``scale = mean(x^k)^(1/k)``; gamma:
    ``ln k - digamma(k) = ln(mean x) - mean(ln x)``, ``scale = mean / k``; largest extreme value:
    ``scale = mean x - sum(x e^(-x/scale)) / sum(e^(-x/scale))``; logistic, with z = (x - location) / scale:
    ``sum tanh(z/2) = 0`` and ``sum z tanh(z/2) = n``; the others in closed form.

    Parameters
    ----------
    values : (n,) values, (C, n) of many characteristics, or a flat column with ``offsets``; above 0 for "lognormal",
        "weibull", "gamma", "exponential", "loglogistic".
    distribution : "normal" (mean, sd with divisor n), "lognormal" (meanlog, sdlog with divisor n), "exponential"
        (scale), "weibull", "gamma", "loglogistic" (shape, scale), "largest_extreme", "smallest_extreme", "logistic"
        (location, scale).
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark": a characteristic that cannot be fitted gets NaN and a word in ``problems``.

    Units: mean, sd, location and scale are in the unit of the values; meanlog, sdlog and shape have none.

    Assumes: independent values of one distribution that does not change; its kind is chosen, not proved, by the fit.

    Errors: values that are missing, not above 0, or without variation; a likelihood without a maximum.

    Source: N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volumes 1 and 2.

    >>> found = fit([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], "weibull")
    >>> {name: round(value, 4) for name, value in found.parameters.items()}
    {'shape': 1.2346, 'scale': 3.4861}
    """
    check_choice(distribution, _KNOWN, "distribution")
    samples, found = fitted(Samples.read(values, offsets, on_error, enough=2), distribution)
    return found if samples.many else found[0]


def fitted(samples: Samples, distribution: str) -> tuple[Samples, FittedDistribution]:
    """The samples a distribution can be fitted to, and its fit to all that were given."""
    family = _KNOWN[distribution]
    if family.positive:
        least, _ = samples.extremes()
        samples = samples.without(
            ~(least > 0), "the smallest value is {least}; a {name} distribution needs values above 0",
            least=least, name=distribution,
        )  # fmt: skip
    with np.errstate(all="ignore"):
        parameters = family.fit(samples)
        points = (samples.per_point(value) for value in parameters.values())
        loglik = samples.segments.sums(family.logpdf(samples.points, *points))
    lost = ~np.isfinite(loglik)
    n = samples.given.lengths
    samples = samples.without(lost, "the likelihood has no maximum for these values; another distribution is needed")
    parameters = {name: samples.whole(value[~lost]) for name, value in parameters.items()}
    return samples, FittedDistribution(
        distribution, parameters, samples.whole(loglik[~lost]), n, FrozenDict(samples.problems)
    )


def normal_scores(samples: Samples, found: FittedDistribution) -> np.ndarray:
    """The normal value as far out as each value is in the distribution fitted to its characteristic."""
    points = found.at_points(samples)
    below, above = (np.clip(share(samples.points), 1e-300, 1.0) for share in (points.cdf, points.sf))
    return np.where(below < 0.5, ndtri(below), -ndtri(above))


def _root(samples: Samples, slope, start):
    """The root above 0 of a falling function of each characteristic, bracketed outwards from a start; NaN if none."""
    start = np.where(np.isfinite(start) & (start > 0), start, 1.0)
    low, high = start * 0.9, start * 1.1
    for _ in range(_DOUBLINGS):
        above, below = slope(low) < 0, slope(high) > 0
        if not (above | below).any():
            break
        low, high = np.where(above, low / 2, low), np.where(below, high * 2, high)
    return samples.root(slope, low, high)


class _Normal:
    positive = False

    @staticmethod
    def fit(x):
        return dict(zip(("mean", "sd"), _moments(x, x.points), strict=True))

    @staticmethod
    def logpdf(x, mean, sd):
        return -0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)

    @staticmethod
    def cdf(x, mean, sd):
        return ndtr((x - mean) / sd)

    @staticmethod
    def sf(x, mean, sd):
        return ndtr((mean - x) / sd)

    @staticmethod
    def quantile(p, mean, sd):
        return mean + sd * ndtri(p)


class _Lognormal:
    positive = True

    @staticmethod
    def fit(x):
        return dict(zip(("meanlog", "sdlog"), _moments(x, np.log(x.points)), strict=True))

    @staticmethod
    def logpdf(x, meanlog, sdlog):
        return _Normal.logpdf(np.log(x), meanlog, sdlog) - np.log(x)

    @staticmethod
    def cdf(x, meanlog, sdlog):
        return _Normal.cdf(_log(x), meanlog, sdlog)

    @staticmethod
    def sf(x, meanlog, sdlog):
        return _Normal.sf(_log(x), meanlog, sdlog)

    @staticmethod
    def quantile(p, meanlog, sdlog):
        return np.exp(_Normal.quantile(p, meanlog, sdlog))


class _Weibull:
    positive = True

    @staticmethod
    def fit(x):
        logs = np.log(x.points)
        mean, sd = _moments(x, logs)
        about = logs - x.per_point(mean)

        def slope(shape):
            weight = np.exp(x.per_point(shape) * about)
            return 1 / shape - x.segments.sums(weight * about) / x.segments.sums(weight)

        shape = _root(x, slope, np.pi / np.sqrt(6) / sd)
        scale = np.exp(mean) * x.means(np.exp(x.per_point(shape) * about)) ** (1 / shape)
        return {"shape": shape, "scale": scale}

    @staticmethod
    def logpdf(x, shape, scale):
        z = np.log(x / scale)
        return np.log(shape / scale) + (shape - 1) * z - np.exp(shape * z)

    @staticmethod
    def cdf(x, shape, scale):
        return -np.expm1(-((np.maximum(x, 0) / scale) ** shape))

    @staticmethod
    def sf(x, shape, scale):
        return np.exp(-((np.maximum(x, 0) / scale) ** shape))

    @staticmethod
    def quantile(p, shape, scale):
        return scale * (-np.log1p(-p)) ** (1 / shape)


class _Exponential:
    positive = True

    @staticmethod
    def fit(x):
        return {"scale": x.means(x.points)}

    @staticmethod
    def logpdf(x, scale):
        return -x / scale - np.log(scale)

    @staticmethod
    def cdf(x, scale):
        return -np.expm1(-np.maximum(x, 0) / scale)

    @staticmethod
    def sf(x, scale):
        return np.exp(-np.maximum(x, 0) / scale)

    @staticmethod
    def quantile(p, scale):
        return -scale * np.log1p(-p)


# Where values scatter by a thousandth of their mean or less, the shape is a million and more; plain differences of
# logarithms would leave few digits of it, and other digits in a batch than alone.
def _log_excess(x, mean):
    """``u - 1 - ln u`` of ``u = x / mean``."""
    away = (x - mean) / mean
    return away - np.where(np.abs(away) < 0.5, np.log1p(away), np.log(x / mean))


def _log_less_digamma(k):
    large = np.maximum(k, 100)
    series = 1 / (2 * large) + 1 / (12 * large**2) - 1 / (120 * large**4) + 1 / (252 * large**6)
    return np.where(k > 100, series, np.log(k) - digamma(k))


def _gamma_height(k):
    """``k ln k - k - ln gamma(k)``."""
    large = np.maximum(k, 100)
    series = np.log(large / (2 * np.pi)) / 2 - 1 / (12 * large) + 1 / (360 * large**3) - 1 / (1260 * large**5)
    return np.where(k > 100, series, k * np.log(k) - k - gammaln(k))


class _Gamma:
    positive = True

    @staticmethod
    def fit(x):
        mean = x.means(x.points)
        gap = x.means(_log_excess(x.points, x.per_point(mean)))
        start = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        shape = _root(x, lambda shape: _log_less_digamma(shape) - gap, start)
        return {"shape": shape, "scale": mean / shape}

    @staticmethod
    def logpdf(x, shape, scale):
        return -shape * _log_excess(x, shape * scale) - np.log(x) + _gamma_height(shape)

    @staticmethod
    def cdf(x, shape, scale):
        return gammainc(shape, np.maximum(x, 0) / scale)

    @staticmethod
    def sf(x, shape, scale):
        return gammaincc(shape, np.maximum(x, 0) / scale)

    @staticmethod
    def quantile(p, shape, scale):
        return scale * gammaincinv(shape, p)


class _LargestExtreme:
    positive = False

    @staticmethod
    def fit(x):
        location, scale = _largest_extreme(x, x.points)
        return {"location": location, "scale": scale}

    @staticmethod
    def logpdf(x, location, scale):
        z = (x - location) / scale
        return -z - np.exp(-z) - np.log(scale)

    @staticmethod
    def cdf(x, location, scale):
        return np.exp(-np.exp(-(x - location) / scale))

    @staticmethod
    def sf(x, location, scale):
        return -np.expm1(-np.exp(-(x - location) / scale))

    @staticmethod
    def quantile(p, location, scale):
        return location - scale * np.log(-np.log(p))


class _SmallestExtreme:
    """The mirror image of the largest extreme value distribution."""

    positive = False

    @staticmethod
    def fit(x):
        location, scale = _largest_extreme(x, -x.points)
        return {"location": -location, "scale": scale}

    @staticmethod
    def logpdf(x, location, scale):
        return _LargestExtreme.logpdf(-x, -location, scale)

    @staticmethod
    def cdf(x, location, scale):
        return _LargestExtreme.sf(-np.asarray(x), -location, scale)

    @staticmethod
    def sf(x, location, scale):
        return _LargestExtreme.cdf(-np.asarray(x), -location, scale)

    @staticmethod
    def quantile(p, location, scale):
        return -_LargestExtreme.quantile(1 - p, -location, scale)


class _Logistic:
    positive = False

    @staticmethod
    def fit(x):
        location, scale = _logistic(x, x.points)
        return {"location": location, "scale": scale}

    @staticmethod
    def logpdf(x, location, scale):
        z = np.abs(x - location) / scale
        return -z - 2 * np.log1p(np.exp(-z)) - np.log(scale)

    @staticmethod
    def cdf(x, location, scale):
        return expit((x - location) / scale)

    @staticmethod
    def sf(x, location, scale):
        return expit((location - x) / scale)

    @staticmethod
    def quantile(p, location, scale):
        return location + scale * logit(p)


class _Loglogistic:
    positive = True

    @staticmethod
    def fit(x):
        location, scale = _logistic(x, np.log(x.points))
        return {"shape": 1 / scale, "scale": np.exp(location)}

    @staticmethod
    def logpdf(x, shape, scale):
        return _Logistic.logpdf(np.log(x), np.log(scale), 1 / shape) - np.log(x)

    @staticmethod
    def cdf(x, shape, scale):
        return _Logistic.cdf(_log(x), np.log(scale), 1 / shape)

    @staticmethod
    def sf(x, shape, scale):
        return _Logistic.sf(_log(x), np.log(scale), 1 / shape)

    @staticmethod
    def quantile(p, shape, scale):
        return scale * np.exp(logit(p) / shape)


def _moments(x: Samples, points):
    """Mean and standard deviation, divisor n, of one number per value."""
    mean = x.means(points)
    return mean, np.sqrt(x.means((points - x.per_point(mean)) ** 2))


def _largest_extreme(x: Samples, points):
    """Location and scale; the weights are taken from the smallest value so that none overflows."""
    mean, sd = _moments(x, points)
    about = points - x.per_point(mean)
    least = np.minimum.reduceat(about, x.starts) if x.whose.size else mean

    def slope(scale):
        weight = np.exp(x.per_point(least / scale) - about / x.per_point(scale))
        return -scale - x.segments.sums(weight * about) / x.segments.sums(weight)

    scale = _root(x, slope, sd * np.sqrt(6) / np.pi)
    return mean - scale * np.log(x.means(np.exp(-about / x.per_point(scale)))), scale


def _logistic(x: Samples, points):
    """Location and scale by Newton's steps in 1 / scale and location / scale, in which the likelihood is concave."""
    mean, sd = _moments(x, points)
    z = (points - x.per_point(mean)) / x.per_point(sd)
    slope, shift = np.full(mean.shape, np.pi / np.sqrt(3)), np.zeros(mean.shape)
    for _ in range(_STEPS):
        pull = np.tanh((x.per_point(slope) * z - x.per_point(shift)) / 2)
        weight = (1 - pull * pull) / 2
        up, side = x.n / slope - x.segments.sums(pull * z), x.segments.sums(pull)
        a, b, c = (x.segments.sums(weight * power) for power in (z * z, -z, np.ones_like(z)))
        a = a + x.n / slope**2
        det = a * c - b * b
        steps = (c * up - b * side) / det, (a * side - b * up) / det
        # A step that would make the slope negative goes half of the way to 0.
        short = np.where(slope + steps[0] > 0, 1.0, -slope / (2 * steps[0]))
        slope, shift = slope + short * steps[0], shift + short * steps[1]
        if not (np.abs(steps) > 1e-14 * np.abs(slope)).any():
            break
    return mean + sd * shift / slope, sd / slope


def _log(x):
    """The logarithm, minus infinity at 0 and below."""
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(x, 0.0))


_KNOWN = {
    "normal": _Normal,
    "lognormal": _Lognormal,
    "weibull": _Weibull,
    "gamma": _Gamma,
    "exponential": _Exponential,
    "largest_extreme": _LargestExtreme,
    "smallest_extreme": _SmallestExtreme,
    "logistic": _Logistic,
    "loglogistic": _Loglogistic,
}
DISTRIBUTIONS = tuple(_KNOWN)
"""The distributions that can be fitted."""

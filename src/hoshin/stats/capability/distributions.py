"""Distributions fitted by maximum likelihood: what capability needs of them, for one or many characteristics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import elementwise
from scipy.special import digamma, gammainc, gammaincc, gammaincinv, gammaln, ndtr, ndtri

from hoshin.stats.errors import StatisticsError, check_choice, check_finite
from hoshin.stats.results import FrozenDict, Result, Step


@dataclass(frozen=True, eq=False)
class FittedDistribution(Result):
    """A distribution with its fitted parameters; for many characteristics each is an array."""

    name: str
    parameters: FrozenDict
    loglik: Any
    n: int

    title = "Fitted distribution"
    sources = ("N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volume 1",)

    def cdf(self, x):
        """The share below x."""
        return _KNOWN[self.name].cdf(x, *self.parameters.values())

    def sf(self, x):
        """The share above x."""
        return _KNOWN[self.name].sf(x, *self.parameters.values())

    def quantile(self, p: float):
        """The value below which the share p lies."""
        return _KNOWN[self.name].quantile(p, *self.parameters.values())

    @property
    def aic(self):
        """Akaike's criterion, ``2 parameters - 2 ln likelihood``: of several fits the least is best."""
        return 2 * len(self.parameters) - 2 * self.loglik

    def steps(self):
        """Parameters and likelihood."""
        for name, value in self.parameters.items():
            yield Step(name, "maximum likelihood", value=value)
        yield Step("ln likelihood", value=self.loglik)


def fit(values, distribution: str) -> FittedDistribution:
    """A distribution fitted by maximum likelihood.

    Parameters
    ----------
    values : (n,) values, or (C, n) of many characteristics; above 0 for "lognormal", "weibull", "gamma", "exponential".
    distribution : "normal" (mean, sd with divisor n), "lognormal" (meanlog, sdlog with divisor n), "exponential"
        (scale), "weibull" (shape, scale), "gamma" (shape, scale), "largest_extreme", "smallest_extreme" (location,
        scale).

    Errors: values that are missing, not above 0, or without variation.

    Source: N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions, volumes 1 and 2.

    >>> found = fit([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], "weibull")
    >>> {name: round(value, 4) for name, value in found.parameters.items()}
    {'shape': 1.2346, 'scale': 3.4861}
    """
    check_choice(distribution, _KNOWN, "distribution")
    array = check_finite(values, "values", ndim=(1, 2))
    if array.shape[-1] < 2 or (np.ptp(array, axis=-1) == 0).any():
        raise StatisticsError("values have no variation; at least 2 different ones are needed")
    family = _KNOWN[distribution]
    if family.positive and not (array > 0).all():
        raise StatisticsError(
            "the smallest value is {found}; a {name} distribution needs values above 0",
            found=float(array.min()),
            name=distribution,
        )
    rows = np.atleast_2d(array)
    parameters = family.fit(rows)
    loglik = family.logpdf(rows, *(value[:, None] for value in parameters.values())).sum(axis=1)
    if array.ndim == 1:
        parameters = {name: value.item() for name, value in parameters.items()}
        loglik = loglik.item()
    return FittedDistribution(distribution, parameters, loglik, rows.shape[1])


def _root(slope, start):
    """The root above 0 of a function of each row, by Chandrupatla's method; ``slope(x, row numbers)``."""
    rows = np.arange(start.size)
    bracket = elementwise.bracket_root(slope, start * 0.9, start * 1.1, xmin=np.zeros(start.size), args=(rows,))
    found = elementwise.find_root(slope, bracket.bracket, args=(rows,), tolerances={"xrtol": 1e-14, "frtol": 0.0})
    if not np.all(found.success):
        raise StatisticsError("the likelihood has no maximum for these values; another distribution is needed")
    return found.x


class _Normal:
    positive = False

    @staticmethod
    def fit(x):
        return {"mean": x.mean(axis=1), "sd": x.std(axis=1)}

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
        return {"meanlog": np.log(x).mean(axis=1), "sdlog": np.log(x).std(axis=1)}

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
        logs = np.log(x)
        mean = logs.mean(axis=1)
        about = logs - mean[:, None]

        def slope(shape, row):
            weight = np.exp(shape[:, None] * about[row])
            return (weight * about[row]).sum(axis=1) / weight.sum(axis=1) - 1 / shape

        shape = _root(slope, np.pi / np.sqrt(6) / about.std(axis=1))
        scale = np.exp(mean) * np.exp(shape[:, None] * about).mean(axis=1) ** (1 / shape)
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
        return {"scale": x.mean(axis=1)}

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


class _Gamma:
    positive = True

    @staticmethod
    def fit(x):
        mean = x.mean(axis=1)
        gap = np.log(mean) - np.log(x).mean(axis=1)
        start = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        shape = _root(lambda shape, row: np.log(shape) - digamma(shape) - gap[row], start)
        return {"shape": shape, "scale": mean / shape}

    @staticmethod
    def logpdf(x, shape, scale):
        return (shape - 1) * np.log(x) - x / scale - gammaln(shape) - shape * np.log(scale)

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
        mean = x.mean(axis=1)
        about = x - mean[:, None]

        def slope(scale, row):
            weight = np.exp(-(about[row] - about[row].min(axis=1)[:, None]) / scale[:, None])
            return scale + (weight * about[row]).sum(axis=1) / weight.sum(axis=1)

        scale = _root(slope, about.std(axis=1) * np.sqrt(6) / np.pi)
        location = mean - scale * np.log(np.exp(-about / scale[:, None]).mean(axis=1))
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
        mirrored = _LargestExtreme.fit(-x)
        return {"location": -mirrored["location"], "scale": mirrored["scale"]}

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
}
DISTRIBUTIONS = tuple(_KNOWN)
"""The distributions that can be fitted."""

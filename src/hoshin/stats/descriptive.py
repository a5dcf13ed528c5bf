"""What a column of numbers looks like: center, spread, shape, autocorrelation; for one characteristic or many."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.errors import check_numbers, check_whole
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class Description(Batched):
    """The usual figures of a sample; every field is a number, or an array with one entry per characteristic.

    A field is NaN where there are too few values for it (standard deviation: 2, skewness: 3, kurtosis: 4) or no
    variation (skewness, kurtosis, autocorrelation). ``described[i]`` is the description of one of many.
    """

    n: int | np.ndarray
    missing: int | np.ndarray
    mean: float | np.ndarray
    sd: float | np.ndarray
    minimum: float | np.ndarray
    lower_quartile: float | np.ndarray
    median: float | np.ndarray
    upper_quartile: float | np.ndarray
    maximum: float | np.ndarray
    skewness: float | np.ndarray
    kurtosis: float | np.ndarray
    lag1_autocorrelation: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Description of values"
    sources = (
        "NIST Statistical Reference Datasets, univariate: mean, standard deviation, lag-1 autocorrelation",
        "R. J. Hyndman, Y. Fan, The American Statistician 50 (1996), 361-365, definition 7: quartiles",
        "D. N. Joanes, C. A. Gill, The Statistician 47 (1998), 183-189, G1 and G2: skewness and kurtosis",
    )

    def steps(self):
        """The formulas of the figures."""
        yield Step("n", value=self.n)
        yield Step("missing", value=self.missing)
        yield Step("mean", "sum of x / n", value=self.mean)
        yield Step("standard deviation", "sqrt(sum of (x - mean)^2 / (n - 1))", value=self.sd)
        yield Step(
            "minimum, quartiles and maximum",
            "order statistics, quartiles interpolated at (n - 1) p",
            value=(self.minimum, self.lower_quartile, self.median, self.upper_quartile, self.maximum),
        )
        yield Step("skewness", "sqrt(n(n-1))/(n-2) m3 / m2^1.5", value=self.skewness)
        yield Step("excess kurtosis", "(n-1)/((n-2)(n-3)) ((n+1) (m4/m2^2 - 3) + 6)", value=self.kurtosis)
        yield Step(
            "lag-1 autocorrelation",
            "sum of (x[i] - mean)(x[i+1] - mean) / sum of (x[i] - mean)^2",
            value=self.lag1_autocorrelation,
        )


def describe(values, *, offsets=None, on_error: str = "raise") -> Description:
    """Mean, standard deviation, quartiles, shape and lag-1 autocorrelation of values in the order they were taken.

    Estimand: ``mean = sum x / n``, ``sd = sqrt(sum (x - mean)^2 / (n - 1))``, quartiles interpolated at ``(n - 1) p``,
    skewness ``sqrt(n(n-1))/(n-2) m3 / m2^1.5``, excess kurtosis ``(n-1)/((n-2)(n-3)) ((n+1) (m4/m2^2 - 3) + 6)``,
    autocorrelation ``sum (x[i] - mean)(x[i+1] - mean) / sum (x[i] - mean)^2``. Means are taken about the first value
    and corrected once, so that a large offset costs no digits.

    Parameters
    ----------
    values : (n,) values, with leading axes for many characteristics (the last axis is described), or a flat column with
        ``offsets``. NaN stands for a missing value: it is left out, and so are the two neighbouring products of the
        autocorrelation. At least one value is needed in each row.
    offsets : where each characteristic begins in a flat column, and its length.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: mean, sd, extremes and quartiles in the unit of the values; skewness, kurtosis and autocorrelation have none.

    Assumes: nothing; the autocorrelation takes the values in the order of time.

    Errors: a characteristic without a value, an infinite value.

    Source: NIST Statistical Reference Datasets, univariate (certified values); R. J. Hyndman, Y. Fan, The American
    Statistician 50 (1996), 361-365; D. N. Joanes, C. A. Gill, The Statistician 47 (1998), 183-189.

    >>> described = describe([10000001, 10000003, 10000002])
    >>> described.mean, described.sd, described.lag1_autocorrelation
    (10000002.0, 1.0, -0.5)
    """
    array = np.atleast_1d(check_numbers(values, "values"))
    samples = Samples.laid(array, offsets, on_error)
    n = samples.segments.counts(~np.isnan(samples.points))
    samples, given = samples.without(n == 0, "0 values found; at least 1 are needed"), (n, samples.n - n)
    n = n[n > 0]
    # Powers of huge values overflow; what they make is then infinite or NaN.
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = (*_level(samples, n), *_shape(samples, n))
    figures = (*given, *(samples.whole(number) for number in numbers))
    leading = samples.shape[:-1] if samples.many and offsets is None else samples.given.count
    described = Description(*(figure.reshape(leading) for figure in figures), FrozenDict(samples.problems))
    return described if samples.many else described[0]


def autocorrelation(values, lags: int = 1, *, offsets=None) -> np.ndarray:
    """Autocorrelations of values in time order, for lags 1 to ``lags``; a row for each of many characteristics.

    Estimand: ``r_k = sum (x[i] - mean)(x[i+k] - mean) / sum (x[i] - mean)^2``.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``; more
        than ``lags`` in each.
    lags : the largest lag.
    offsets : where each characteristic begins in a flat column, and its length.

    Units: none.

    Assumes: values at equal distances in time, from a process whose mean and variance do not change.

    Errors: too few values, a missing value, values all alike.

    Source: G. E. P. Box, G. M. Jenkins, G. C. Reinsel, Time Series Analysis, 3rd edition, 31.

    >>> autocorrelation([47, 64, 23, 71, 38, 64, 55, 41, 59, 48], 2).round(3)
    array([-0.79 ,  0.462])
    """
    samples = Samples.read(values, offsets, enough=check_whole(lags, "lags", at_least=1) + 1)
    distance = samples.points - samples.per_point(samples.points[samples.starts])
    distance = distance - samples.per_point(samples.means(distance))
    total = samples.segments.sums(distance * distance)
    place, found = samples.segments.positions(), []
    for k in range(1, lags + 1):
        product = np.zeros(distance.size)
        product[k:] = distance[k:] * distance[:-k]
        found.append(samples.segments.sums(np.where(place >= k, product, 0.0)) / total)
    result = np.stack(found, axis=1)
    return result if samples.many else result[0]


def _level(samples: Samples, n):
    """Mean, standard deviation, extremes and quartiles of the values that are there."""
    mean, distance = _about_mean(samples, n)
    m2 = samples.segments.sums(distance * distance) / n
    least = samples.ordered[samples.starts]
    most = samples.ordered[samples.starts + n - 1]
    sd = np.sqrt(_ratio(n * np.where(least == most, 0.0, m2), n - 1.0))
    quartiles = (samples.quantile(p, n=n) for p in (0.25, 0.5, 0.75))
    return mean, sd, least, *quartiles, most


def _shape(samples: Samples, n):
    """Skewness, kurtosis and lag-1 autocorrelation."""
    _, distance = _about_mean(samples, n)
    m2, m3, m4 = (samples.segments.sums(np.power(distance, k)) / n for k in (2, 3, 4))
    alike = samples.ordered[samples.starts] == samples.ordered[samples.starts + n - 1]
    m2 = np.where(alike, 0.0, m2)
    product = np.zeros(distance.size)
    product[1:] = distance[1:] * distance[:-1]
    product[samples.starts] = 0.0
    return _skewness(n, m2, m3), _kurtosis(n, m2, m4), _ratio(samples.segments.sums(product), n * m2)


def _about_mean(samples: Samples, n):
    """The mean, and how far each value lies from it; 0 where one is missing."""
    present = ~np.isnan(samples.points)
    origin = samples.segments.firsts(samples.points, present)
    shifted = np.where(present, samples.points - samples.per_point(origin), 0.0)
    shift = samples.segments.sums(shifted) / n
    # A second pass takes away what rounding left in the first mean.
    rest = np.where(present, shifted - samples.per_point(shift), 0.0)
    shift = shift + samples.segments.sums(rest) / n
    return origin + shift, np.where(present, shifted - samples.per_point(shift), 0.0)


def _skewness(n, m2, m3):
    return np.where(n > 2, _ratio(np.sqrt(n * (n - 1.0)) * m3, (n - 2.0) * m2**1.5), np.nan)


def _kurtosis(n, m2, m4):
    excess = _ratio(m4, m2**2) - 3
    return np.where(n > 3, _ratio((n - 1.0) * ((n + 1) * excess + 6), (n - 2.0) * (n - 3.0)), np.nan)


def _ratio(a, b):
    b = np.asarray(b, dtype=float)
    return np.divide(a, b, out=np.full(np.broadcast(a, b).shape, np.nan), where=b != 0)

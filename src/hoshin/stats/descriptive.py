"""What a column of numbers looks like: center, spread, shape, autocorrelation; for one characteristic or many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import check_enough, check_finite, check_numbers, check_variation, check_whole
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Description(Result):
    """The usual figures of a sample; every field is a number, or an array with one entry per characteristic.

    A field is NaN where there are too few values for it (standard deviation: 2, skewness: 3, kurtosis: 4) or no
    variation (skewness, kurtosis, autocorrelation).
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


def describe(values) -> Description:
    """Mean, standard deviation, quartiles, shape and lag-1 autocorrelation of values in the order they were taken.

    Parameters: ``values`` 1-D, or with leading axes for many characteristics (the last axis is described). NaN stands
    for a missing value: it is left out, and so are the two neighbouring products of the autocorrelation. At least one
    value is needed in each row.

    Means are taken about the first value and corrected once, so that a large offset costs no digits.

    Source: NIST Statistical Reference Datasets, univariate (certified values).

    >>> described = describe([10000001, 10000003, 10000002])
    >>> described.mean, described.sd, described.lag1_autocorrelation
    (10000002.0, 1.0, -0.5)
    """
    array = check_numbers(values, "values")
    array = array.reshape(1) if array.ndim == 0 else array
    present = ~np.isnan(array)
    n = present.sum(axis=-1)
    check_enough(int(n.min()) if n.size else 0, 1, "values in each characteristic")
    origin = np.take_along_axis(array, np.argmax(present, axis=-1)[..., None], axis=-1)
    shifted = np.where(present, array - origin, 0.0)
    shifts = shifted.sum(axis=-1, keepdims=True) / n[..., None]
    # A second pass takes away what rounding left in the first mean.
    shifts = shifts + np.where(present, shifted - shifts, 0.0).sum(axis=-1, keepdims=True) / n[..., None]
    distance = np.where(present, shifted - shifts, 0.0)
    m2, m3, m4 = (np.power(distance, k).sum(axis=-1) / n for k in (2, 3, 4))
    alike = np.nanmax(array, axis=-1) == np.nanmin(array, axis=-1)
    m2 = np.where(alike, 0.0, m2)
    quartiles = np.nanquantile(array, [0.25, 0.5, 0.75], axis=-1)
    return Description(
        n=_plain(n),
        missing=_plain(array.shape[-1] - n),
        mean=_plain((origin + shifts)[..., 0]),
        sd=_plain(np.sqrt(_ratio(n * m2, n - 1.0))),
        minimum=_plain(np.nanmin(array, axis=-1)),
        lower_quartile=_plain(quartiles[0]),
        median=_plain(quartiles[1]),
        upper_quartile=_plain(quartiles[2]),
        maximum=_plain(np.nanmax(array, axis=-1)),
        skewness=_plain(_skewness(n, m2, m3)),
        kurtosis=_plain(_kurtosis(n, m2, m4)),
        lag1_autocorrelation=_plain(_ratio((distance[..., 1:] * distance[..., :-1]).sum(axis=-1), n * m2)),
    )


def autocorrelation(values, lags: int = 1) -> np.ndarray:
    """Autocorrelations of values in time order, for lags 1 to ``lags``.

    ``r_k = sum (x[i] - mean)(x[i+k] - mean) / sum (x[i] - mean)^2``. Parameters: ``values`` 1-D, none missing, not
    all alike, more than ``lags``.

    Source: G. E. P. Box, G. M. Jenkins, G. C. Reinsel, Time Series Analysis, 3rd edition, 31.

    >>> autocorrelation([47, 64, 23, 71, 38, 64, 55, 41, 59, 48], 2).round(3)
    array([-0.79 ,  0.462])
    """
    array = check_finite(values, "values", ndim=1)
    check_enough(array.size, check_whole(lags, "lags", at_least=1) + 1)
    check_variation(float(np.ptp(array)))
    distance = array - array[0]
    distance = distance - distance.mean()
    total = float(distance @ distance)
    return np.array([float(distance[k:] @ distance[:-k]) / total for k in range(1, lags + 1)])


def _skewness(n, m2, m3):
    return np.where(n > 2, _ratio(np.sqrt(n * (n - 1.0)) * m3, (n - 2.0) * m2**1.5), np.nan)


def _kurtosis(n, m2, m4):
    excess = _ratio(m4, m2**2) - 3
    return np.where(n > 3, _ratio((n - 1.0) * ((n + 1) * excess + 6), (n - 2.0) * (n - 3.0)), np.nan)


def _ratio(a, b):
    b = np.asarray(b, dtype=float)
    return np.divide(a, b, out=np.full(np.broadcast(a, b).shape, np.nan), where=b != 0)


def _plain(array):
    return array.item() if np.ndim(array) == 0 else np.asarray(array)

"""Capability of processes that are not normal: percentiles of a fitted distribution or of the values, transformations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from hoshin.stats.capability.distributions import DISTRIBUTIONS, FittedDistribution, fit
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_limits,
    check_number,
    check_variation,
)
from hoshin.stats.results import Result, Step

_LOW, _HIGH = 0.00135, 0.99865
_ENOUGH_EMPIRICAL = 741
"""Below this many values the 0.135 % percentile lies outside the smallest of them (1 / 0.00135)."""


@dataclass(frozen=True, eq=False)
class PercentileCapability(Result):
    """Performance by percentiles: the natural spread reaches from the 0.135 % to the 99.865 % point.

    ``fit`` is the fitted distribution, None for the percentiles of the values themselves. What does not exist for want
    of a limit is None. For many characteristics every number is an array with a leading axis of them.
    """

    n: int
    distribution: str
    fit: FittedDistribution | None
    lsl: Any
    usl: Any
    x_00135: Any
    x_50: Any
    x_99865: Any
    Pp: Any
    PPL: Any
    PPU: Any
    Ppk: Any
    ppm_expected: Any
    ppm_observed: Any
    cautions: tuple[str, ...] = ()

    title = "Capability by percentiles"
    assumptions = ("the process is stable", "the distribution describes the tails, which few values show")
    sources = (
        "ISO 22514-4, in substance",
        "J. A. Clements, Process capability calculations, Quality Progress 22 (1989)",
    )

    def steps(self):
        """Percentiles and indices."""
        if self.fit is not None:
            yield from self.fit.steps()
        yield Step("0.135 %, 50 %, 99.865 % points", self.distribution, value=(self.x_00135, self.x_50, self.x_99865))
        for name, formula in (
            ("Pp", "(USL - LSL) / (x99.865 - x0.135)"),
            ("PPL", "(x50 - LSL) / (x50 - x0.135)"),
            ("PPU", "(USL - x50) / (x99.865 - x50)"),
            ("Ppk", "the smaller of PPL and PPU"),
            ("ppm_expected", "10^6 times the share outside the limits"),
        ):
            if getattr(self, name) is not None:
                yield Step(name, formula, value=getattr(self, name))
        for caution in self.cautions:
            yield Step("caution", caution)


def percentile(values, *, distribution: str, lsl=None, usl=None) -> PercentileCapability:
    """Performance indices from the percentiles of a fitted distribution, or of the values themselves.

    ``Ppk = min((USL - x50) / (x99.865 - x50), (x50 - LSL) / (x50 - x0.135))``.

    Parameters
    ----------
    values : (n,) values, or (C, n) of many characteristics, none missing.
    distribution : one of ``DISTRIBUTIONS`` (fitted by maximum likelihood), or "empirical": percentiles of the values
        by linear interpolation, which need some thousands of them.
    lsl, usl : the specification; either may be missing.

    Errors: no limit, LSL not below USL, values the distribution cannot have.

    Source: ISO 22514-4 in substance; J. A. Clements, Quality Progress 22 (1989), 95-100.

    >>> study = percentile([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], distribution="weibull", usl=30.0)
    >>> round(study.x_50, 3), round(study.Ppk, 3)
    (2.591, 2.03)
    """
    check_limits(lsl, usl)
    check_choice(distribution, (*DISTRIBUTIONS, "empirical"), "distribution")
    array = check_finite(values, "values", ndim=(1, 2))
    if distribution == "empirical":
        check_enough(array.shape[-1], 2)
        fitted, cautions = None, _few(array.shape[-1])
        low, middle, high = np.quantile(array, (_LOW, 0.5, _HIGH), axis=-1)
        expected = None
    else:
        fitted, cautions = fit(array, distribution), ()
        low, middle, high = (np.asarray(fitted.quantile(p)) for p in (_LOW, 0.5, _HIGH))
        expected = 1e6 * (_share(fitted.cdf, lsl) + _share(fitted.sf, usl))
    observed = 1e6 * (
        _outside(array < lsl if lsl is not None else None) + _outside(array > usl if usl is not None else None)
    )
    below = None if lsl is None else (middle - lsl) / (middle - low)
    above = None if usl is None else (usl - middle) / (high - middle)
    both = None if lsl is None or usl is None else (usl - lsl) / (high - low)
    least = above if below is None else below if above is None else np.minimum(below, above)
    numbers = (low, middle, high, both, below, above, least, expected, observed)
    return PercentileCapability(array.shape[-1], distribution, fitted, lsl, usl, *map(_plain, numbers), cautions)


def _few(n: int) -> tuple[str, ...]:
    if n >= _ENOUGH_EMPIRICAL:
        return ()
    return (f"{n} values: the outer percentiles of fewer than {_ENOUGH_EMPIRICAL} are hardly more than the extremes",)


def _share(of, limit):
    return 0.0 if limit is None else of(limit)


def _outside(mask):
    return 0.0 if mask is None else mask.mean(axis=-1)


def _plain(value):
    return value.item() if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0 else value


@dataclass(frozen=True, eq=False)
class TransformedCapability(Result):
    """Performance after a power transformation: values and limits transformed alike, indices as for a normal process."""

    n: int
    transformation: str
    lmbda: float
    loglik: float
    lsl: float | None
    usl: float | None
    lsl_t: float | None
    usl_t: float | None
    mean_t: float
    sd_t: float
    Pp: float | None
    PPL: float | None
    PPU: float | None
    Ppk: float
    ppm_expected: float

    title = "Capability after transformation"
    assumptions = ("the process is stable", "the transformed values are roughly normal")
    sources = (
        "G. E. P. Box, D. R. Cox, J. Royal Statistical Society B 26 (1964), 211-252",
        "I.-K. Yeo, R. A. Johnson, Biometrika 87 (2000), 954-959",
    )

    def steps(self):
        """The power, the transformed limits and the indices."""
        yield Step("lambda", self.transformation, value=self.lmbda)
        yield Step("mean, s of the transformed values", value=(self.mean_t, self.sd_t))
        yield Step("limits, transformed", value=(self.lsl_t, self.usl_t))
        for name in ("Pp", "PPL", "PPU", "Ppk", "ppm_expected"):
            if getattr(self, name) is not None:
                yield Step(name, value=getattr(self, name))


def boxcox(values, *, lsl=None, usl=None, lmbda: float | None = None) -> TransformedCapability:
    """Performance after the Box-Cox transformation y = x^lambda (ln x at 0).

    The transformed limits swap where lambda is below 0. Without ``lmbda`` the one of maximum likelihood is taken,
    unrounded, between -5 and 5: ``-n/2 ln(var of (x^lambda - 1)/lambda) + (lambda - 1) sum(ln x)``.

    Parameters: ``values`` (n,) above 0; ``lsl``, ``usl`` above 0 too, either may be missing.

    Errors: a value or limit not above 0, no variation, no limit.

    Source: G. E. P. Box, D. R. Cox, J. Royal Statistical Society B 26 (1964), 211-252.

    >>> study = boxcox([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], usl=40.0)
    >>> round(study.lmbda, 3), round(study.Ppk, 3)
    (-0.047, 1.035)
    """
    array = _positive(values, lsl, usl)
    logs = np.log(array)
    power, loglik = _power(lambda p: _boxcox_loglik(p, array, logs), lmbda)
    lines = [None if limit is None else float(_boxcox(np.asarray(limit, float), power)) for limit in (lsl, usl)]
    if power < 0:
        lines.reverse()
    return _transformed("Box-Cox", power, loglik, lsl, usl, lines, _boxcox(array, power))


def yeo_johnson(values, *, lsl=None, usl=None, lmbda: float | None = None) -> TransformedCapability:
    """Performance after the transformation of Yeo and Johnson, for values of either sign.

    ``((x + 1)^lambda - 1) / lambda`` at 0 and above, ``-((1 - x)^(2 - lambda) - 1) / (2 - lambda)`` below, with
    logarithms at lambda 0 and 2. Without ``lmbda`` the one of maximum likelihood is taken, between -5 and 5.

    Errors: no variation, no limit, a missing value.

    Source: I.-K. Yeo, R. A. Johnson, Biometrika 87 (2000), 954-959.

    >>> study = yeo_johnson([-0.7, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], usl=40.0)
    >>> round(study.lmbda, 3), round(study.Ppk, 3)
    (0.326, 1.533)
    """
    check_limits(lsl, usl)
    array = check_finite(values, "values", ndim=1)
    check_enough(array.size, 2)
    check_variation(float(np.ptp(array)))
    logs = np.sign(array) * np.log1p(np.abs(array))
    power, loglik = _power(lambda p: _loglik(_yeo_johnson(array, p)) + (p - 1) * float(logs.sum()), lmbda)
    lines = [None if limit is None else float(_yeo_johnson(np.array([limit], float), power)[0]) for limit in (lsl, usl)]
    return _transformed("Yeo-Johnson", power, loglik, lsl, usl, lines, _yeo_johnson(array, power))


def _positive(values, lsl, usl) -> np.ndarray:
    check_limits(lsl, usl)
    array = check_finite(values, "values", ndim=1)
    check_enough(array.size, 2)
    check_variation(float(np.ptp(array)))
    for name, least in (("values", float(array.min())), ("lsl", lsl), ("usl", usl)):
        if least is not None and not least > 0:
            raise StatisticsError(
                "{name} reach down to {found}; Box-Cox needs them above 0 (Yeo-Johnson does not)",
                name=name,
                found=least,
            )
    return array


def _power(loglik, given: float | None) -> tuple[float, float]:
    if given is not None:
        power = check_number(given, "lmbda")
        return power, float(loglik(power))
    found = minimize_scalar(lambda p: -loglik(p), bounds=(-5, 5), method="bounded", options={"xatol": 1e-10})
    return float(found.x), float(-found.fun)


def _boxcox(x, power: float):
    return np.log(x) if power == 0 else x**power


def _boxcox_loglik(power: float, x, logs) -> float:
    scaled = logs if abs(power) < 1e-12 else np.expm1(power * logs) / power
    return _loglik(scaled) + (power - 1) * float(logs.sum())


def _loglik(y) -> float:
    return -y.size / 2 * float(np.log(y.var()))


def _yeo_johnson(x, power: float):
    result = np.empty_like(x)
    above = x >= 0
    grown, mirrored = np.log1p(x[above]), np.log1p(-x[~above])
    result[above] = grown if power == 0 else np.expm1(power * grown) / power
    result[~above] = -mirrored if power == 2 else -np.expm1((2 - power) * mirrored) / (2 - power)
    return result


def _transformed(name, power, loglik, lsl, usl, lines, y) -> TransformedCapability:
    low, high = lines
    mean, sd = float(y.mean()), float(y.std(ddof=1))
    below = None if low is None else (mean - low) / (3 * sd)
    above = None if high is None else (high - mean) / (3 * sd)
    both = None if low is None or high is None else (high - low) / (6 * sd)
    sides = [index for index in (below, above) if index is not None]
    expected = 1e6 * sum(float(ndtr(-3 * index)) for index in sides)
    return TransformedCapability(
        y.size, name, power, loglik, lsl, usl, low, high, mean, sd, both, below, above, min(sides), expected
    )

"""Capability after a Johnson transformation: the curve of the family that makes the values most normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_limits, check_variation
from hoshin.stats.normality import anderson_darling_normal
from hoshin.stats.results import Result, Step

_SEARCHED = np.arange(25, 126) / 100


@dataclass(frozen=True, eq=False)
class JohnsonCapability(Result):
    """Performance after a Johnson transformation.

    ``family`` is SU (unbounded, ``gamma + eta asinh((x - epsilon) / lambda)``), SB (bounded, ``gamma + eta ln((x -
    epsilon) / (lambda + epsilon - x))``) or SL (lognormal, ``gamma + eta ln(x - epsilon)``). ``lmbda`` is lambda, ``z``
    the spacing of the quantiles it was found with. A limit beyond an end of the curve has no index; ``cautions`` says so.
    """

    n: int
    family: str
    ratio: float
    eta: float
    gamma: float
    lmbda: float
    epsilon: float
    z: float
    ad_p_value: float
    lsl: float | None
    usl: float | None
    mean_t: float
    sd_t: float
    Pp: float | None
    PPL: float | None
    PPU: float | None
    Ppk: float | None
    ppm_expected: float
    cautions: tuple[str, ...] = ()

    title = "Capability after a Johnson transformation"
    assumptions = ("the process is stable", "the transformed values are roughly normal")
    sources = (
        "J. F. Slifker, S. S. Shapiro, The Johnson system, Technometrics 22 (1980), 239-246",
        "Y.-M. Chou, A. M. Polansky, R. L. Mason, J. Quality Technology 30 (1998), 133-141, for the search",
    )

    def transform(self, x):
        """The transformed values; infinite at the ends of the support and beyond."""
        return transformed(np.asarray(x, float), self.family, self.eta, self.gamma, self.lmbda, self.epsilon)

    def steps(self):
        """The curve and the indices."""
        curve = {"g": self.gamma, "e": self.eta, "l": self.lmbda, "m": self.epsilon}
        yield Step(f"{self.family} curve", "gamma {g}, eta {e}, lambda {l}, epsilon {m}", curve)
        yield Step("found with quantiles spaced", "z = {z}", {"z": self.z}, f"m n / p^2 = {self.ratio:.6g}")
        yield Step("Anderson-Darling p value of the transformed values", value=self.ad_p_value)
        yield Step("mean, s of the transformed values", value=(self.mean_t, self.sd_t))
        for name in ("Pp", "PPL", "PPU", "Ppk", "ppm_expected"):
            if getattr(self, name) is not None:
                yield Step(name, value=getattr(self, name))
        for caution in self.cautions:
            yield Step("caution", caution)


def johnson(values, *, lsl=None, usl=None) -> JohnsonCapability:
    """Performance after the Johnson transformation that makes the values most normal.

    For z = 0.25, 0.26 .. 1.25 the quantiles (Hazen) at the normal probabilities of -3z, -z, z and 3z decide family and
    parameters by Slifker and Shapiro: m, p, n their three gaps, SU where m n / p^2 is above 1, SB below. Curves whose
    support leaves values out are passed over; the one whose transformed values have the largest Anderson-Darling p
    value wins (the first of equals). Indices are those of the transformed values and limits.

    Parameters: ``values`` (n,), at least 8, none missing; ``lsl``, ``usl``, either may be missing.

    Errors: no variation, no limit, no curve of the family that fits.

    Source: J. F. Slifker, S. S. Shapiro, Technometrics 22 (1980), 239-246; Y.-M. Chou, A. M. Polansky, R. L. Mason, J.
    Quality Technology 30 (1998), 133-141.

    >>> values = [67, 54.7, 7, 48.5, 14, 17.2, 20.7, 13, 43.4, 40.2, 38.9, 54.5, 59.8, 48.3, 22.9, 11.5, 34.4, 35.1]
    >>> study = johnson(values, usl=100.0)
    >>> study.family, round(study.ad_p_value, 2), study.cautions
    ('SB', 0.9, ('usl lies beyond the end of the fitted SB curve: there is no index for it',))
    """
    check_limits(lsl, usl)
    x = check_finite(values, "values", ndim=1)
    check_enough(x.size, 8)
    check_variation(float(np.ptp(x)))
    best = None
    for z in _SEARCHED:
        curve = _curve(x, float(z))
        if curve is None:
            continue
        y = transformed(x, *curve[1:])
        if not np.isfinite(y).all() or np.ptp(y) == 0:
            continue
        p_value = anderson_darling_normal(y).pvalue
        if best is None or p_value > best[0]:
            best = (p_value, float(z), curve, y)
    if best is None:
        raise StatisticsError("no Johnson curve holds all {n} values; another distribution is needed", n=x.size)
    return _study(x, lsl, usl, *best)


def _study(x, lsl, usl, p_value, z, curve, y) -> JohnsonCapability:
    ratio, family, eta, gamma, lmbda, epsilon = curve
    mean, sd = float(y.mean()), float(y.std(ddof=1))
    (low, high), cautions = _limits(lsl, usl, curve)
    below = None if low is None else (mean - low) / (3 * sd)
    above = None if high is None else (high - mean) / (3 * sd)
    both = None if low is None or high is None else (high - low) / (6 * sd)
    sides = [index for index in (below, above) if index is not None]
    expected = 1e6 * sum(float(ndtr(-3 * index)) for index in sides)
    return JohnsonCapability(
        x.size, family, ratio, eta, gamma, lmbda, epsilon, z, p_value, lsl, usl,
        mean, sd, both, below, above, min(sides, default=None), expected, cautions,
    )  # fmt: skip


def _limits(lsl, usl, curve):
    """The transformed limits; None, with a word, for one beyond an end of the curve."""
    found, cautions = [], []
    for name, limit in (("lsl", lsl), ("usl", usl)):
        end = None if limit is None else float(transformed(np.array([float(limit)]), *curve[1:])[0])
        if end is not None and not np.isfinite(end):
            cautions.append(f"{name} lies beyond the end of the fitted {curve[1]} curve: there is no index for it")
            end = None
        found.append(end)
    return found, tuple(cautions)


def _curve(x, z: float):
    """Ratio, family, eta, gamma, lambda and epsilon from four quantiles; None where they make no curve."""
    low, left, right, high = np.quantile(x, ndtr(np.array([-3 * z, -z, z, 3 * z])), method="hazen")
    m, p, n = float(high - right), float(right - left), float(left - low)
    middle = float(left + right) / 2
    if min(m, p, n) <= 0:
        return None
    ratio = m * n / p**2
    if ratio > 1:
        return ratio, "SU", *_su(m / p, n / p, p, z, middle)
    if ratio < 1:
        return ratio, "SB", *_sb(p / m, p / n, p, z, middle)
    return (ratio, "SL", *_sl(m / p, p, z, middle)) if m > p else None


def _su(a: float, b: float, p: float, z: float, middle: float):
    eta = 2 * z / np.arccosh((a + b) / 2)
    root = np.sqrt(a * b - 1)
    gamma = eta * np.arcsinh((b - a) / (2 * root))
    lmbda = 2 * p * root / ((a + b - 2) * np.sqrt(a + b + 2))
    return float(eta), float(gamma), float(lmbda), float(middle + p * (b - a) / (2 * (a + b - 2)))


def _sb(a: float, b: float, p: float, z: float, middle: float):
    grown = (1 + a) * (1 + b)
    eta = z / np.arccosh(np.sqrt(grown) / 2)
    gamma = eta * np.arcsinh((b - a) * np.sqrt(grown - 4) / (2 * (a * b - 1)))
    lmbda = p * np.sqrt((grown - 2) ** 2 - 4) / (a * b - 1)
    return float(eta), float(gamma), float(lmbda), float(middle - lmbda / 2 + p * (b - a) / (2 * (a * b - 1)))


def _sl(a: float, p: float, z: float, middle: float):
    eta = 2 * z / np.log(a)
    gamma = eta * np.log((a - 1) / (p * np.sqrt(a)))
    return float(eta), float(gamma), 1.0, float(middle - p / 2 * (a + 1) / (a - 1))


def transformed(x, family: str, eta: float, gamma: float, lmbda: float, epsilon: float):
    """Values on the scale on which they are normal; infinite at the ends of the support and beyond.

    >>> transformed(np.array([0.0, 1.0]), "SU", 1.0, 0.0, 1.0, 0.0).round(4)
    array([0.    , 0.8814])
    """
    if family == "SU":
        return gamma + eta * np.arcsinh((x - epsilon) / lmbda)
    with np.errstate(divide="ignore"):
        if family == "SL":
            return gamma + eta * np.log(np.maximum(x - epsilon, 0.0))
        inner = np.clip((x - epsilon) / lmbda, 0.0, 1.0)
        return gamma + eta * (np.log(inner) - np.log1p(-inner))

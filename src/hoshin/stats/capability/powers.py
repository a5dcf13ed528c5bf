"""Capability after a power transformation: the values bent until they are roughly normal, the limits bent alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hoshin.stats._results import Batched
from hoshin.stats._samples import LEAST_SPREAD, MOST_SPREAD, Samples
from hoshin.stats.capability.indices import (
    ON_NORMAL_SCALE,
    doubts,
    index_steps,
    judge_stability,
    on_normal_scale,
    read_specification,
    said,
)
from hoshin.stats.errors import StatisticsError, check_each
from hoshin.stats.results import FrozenDict, Step

_GRID = np.arange(-10, 11) / 2
_NEAR = 0.03
"""Where |lambda ln x| is below this the derivative is taken from its series; its seventh power is below rounding."""

_FORMULAS = {
    "Box-Cox": "x^lambda, ln x at 0; swapped where lambda is below 0",
    "Yeo-Johnson": "((x + 1)^lambda - 1) / lambda at 0 and above, -((1 - x)^(2 - lambda) - 1) / (2 - lambda) below",
}
_LIKELIHOODS = {
    "Box-Cox": "-n/2 ln(var of (x^lambda - 1)/lambda) + (lambda - 1) sum(ln x), divisor n",
    "Yeo-Johnson": "-n/2 ln(var of y) + (lambda - 1) sum(sign(x) ln(1 + |x|)), divisor n",
}


@dataclass(frozen=True, eq=False)
class TransformedCapability(Batched):
    """Performance after a power transformation: values and limits transformed alike, indices as for a normal process.

    What does not exist for want of a limit is None (NaN among many characteristics). ``unstable`` counts the
    transformed values beyond the limits of their individuals chart. For many characteristics every number is an array
    with a leading axis of them.
    """

    n: Any
    transformation: str
    lmbda: Any
    loglik: Any
    lsl: Any
    usl: Any
    lsl_t: Any
    usl_t: Any
    mean_t: Any
    sd_t: Any
    Pp: Any
    PPL: Any
    PPU: Any
    Ppk: Any
    ppm_expected: Any
    unstable: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability after transformation"
    assumptions = ("the process is stable", "the transformed values are roughly normal")
    sources = (
        "G. E. P. Box, D. R. Cox, J. Royal Statistical Society B 26 (1964), 211-252",
        "I.-K. Yeo, R. A. Johnson, Biometrika 87 (2000), 954-959",
    )
    optional = ("lsl", "usl", "lsl_t", "usl_t", "Pp", "PPL", "PPU")
    leading = "n"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        return said(doubts(self.n, self.unstable))

    def steps(self):
        """The power, the transformed limits and the indices."""
        yield Step("n", value=self.n)
        yield Step("lambda", self.transformation, value=self.lmbda)
        yield Step("ln likelihood", _LIKELIHOODS[self.transformation], value=self.loglik)
        yield Step("mean, s of the transformed values", "divisor n - 1", value=(self.mean_t, self.sd_t))
        yield Step("limits, transformed", _FORMULAS[self.transformation], value=(self.lsl_t, self.usl_t))
        yield from index_steps(self, ON_NORMAL_SCALE)


def boxcox(
    values,
    *,
    lsl=None,
    usl=None,
    lmbda=None,
    offsets=None,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> TransformedCapability:
    """Performance after the Box-Cox transformation y = x^lambda (ln x at 0).

    Estimand: ``Ppk = min(USL_t - mean_t, mean_t - LSL_t) / (3 s_t)`` of the transformed values and limits, which swap
    where lambda is below 0. Without ``lmbda`` the one of maximum likelihood is taken, unrounded, between -5 and 5:
    ``-n/2 ln(var of (x^lambda - 1)/lambda) + (lambda - 1) sum(ln x)``.

    Parameters
    ----------
    values : (n,) values above 0 in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    lsl, usl : the specification, above 0 too; one number, or one per characteristic (NaN where there is none).
    lmbda : the power, where it is known: one number, or one per characteristic.
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts points beyond the limits of the individuals chart on the normal scale; "raise" refuses
        more of them than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: values and limits in one unit; ``lsl_t``, ``usl_t``, ``mean_t`` and ``sd_t`` are in that unit to the power
    lambda; indices have none.

    Assumes: a stable process; one power makes the values roughly normal.

    Errors: a value or limit not above 0, a missing value, no variation, no limit.

    Source: G. E. P. Box, D. R. Cox, J. Royal Statistical Society B 26 (1964), 211-252.

    >>> study = boxcox([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], usl=40.0)
    >>> round(study.lmbda, 3), round(study.Ppk, 3)
    (-0.047, 1.035)
    """
    samples = Samples.read(values, offsets, on_error, enough=2)
    samples, low, high = read_specification(samples, lsl, usl)
    for name, least in (("values", samples.extremes()[0]), ("lsl", low), ("usl", high)):
        least = least if name == "values" else least[samples.whose]
        samples = samples.without(
            least <= 0,
            "{name} reach down to {found}; Box-Cox needs them above 0 (Yeo-Johnson does not)",
            name=name,
            found=least,
        )
    logs = np.log(samples.points)
    # About the geometric mean, where no power overflows; the likelihood differs by a constant.
    about = logs - samples.per_point(samples.means(logs))
    powers = _powers(samples, lmbda, about, _raised, _raised_faster, 0.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loglik = _half_variance(samples, _raised(samples.per_point(powers), about)) - samples.segments.sums(logs)
    return _study(samples, "Box-Cox", powers, loglik, low, high, _boxcox, on_unstable)


def yeo_johnson(
    values,
    *,
    lsl=None,
    usl=None,
    lmbda=None,
    offsets=None,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> TransformedCapability:
    """Performance after the transformation of Yeo and Johnson, for values of either sign.

    Estimand: ``Ppk = min(USL_t - mean_t, mean_t - LSL_t) / (3 s_t)`` after ``((x + 1)^lambda - 1) / lambda`` at 0 and
    above, ``-((1 - x)^(2 - lambda) - 1) / (2 - lambda)`` below, with logarithms at lambda 0 and 2. Without ``lmbda``
    the one that makes ``-n/2 ln(var of y) + (lambda - 1) sum(sign(x) ln(1 + |x|))`` largest, between -5 and 5.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    lsl, usl : the specification; one number, or one per characteristic (NaN where there is none).
    lmbda : the power, where it is known: one number, or one per characteristic.
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts points beyond the limits of the individuals chart on the normal scale; "raise" refuses
        more of them than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: values and limits in one unit, which matters: 1 is added to it. Indices have none.

    Assumes: a stable process; one power makes the values roughly normal.

    Errors: no variation, no limit, a missing value.

    Source: I.-K. Yeo, R. A. Johnson, Biometrika 87 (2000), 954-959.

    >>> study = yeo_johnson([-0.7, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], usl=40.0)
    >>> round(study.lmbda, 3), round(study.Ppk, 3)
    (0.326, 1.533)
    """
    samples = Samples.read(values, offsets, on_error, enough=2)
    samples, low, high = read_specification(samples, lsl, usl)
    logs = np.sign(samples.points) * np.log1p(np.abs(samples.points))
    total = samples.segments.sums(logs)
    powers = _powers(samples, lmbda, logs, _bent, _bent_faster, total)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loglik = _half_variance(samples, _bent(samples.per_point(powers), logs)) + (powers - 1) * total
    return _study(samples, "Yeo-Johnson", powers, loglik, low, high, _yeo_johnson, on_unstable)


def _powers(samples: Samples, given, logs, bend: Callable, faster: Callable, total) -> np.ndarray:
    """The power of each characteristic: the one given, or the maximum of ``-n/2 ln var y + lambda total``."""
    if given is not None:
        return _given_powers(samples, given)

    def slope(power):
        power = samples.per_point(power)
        y = bend(power, logs)
        y -= samples.per_point(samples.means(y))
        found = total - samples.n * samples.segments.sums(y * faster(power, logs)) / samples.segments.sums(y * y)
        # Beyond what can be computed the likelihood falls away from the middle.
        return np.where(np.isfinite(found), found, -np.sign(power[samples.starts]))

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        fits = [_half_variance(samples, bend(power, logs)) + power * total for power in _GRID]
        best = np.argmax(np.where(np.isfinite(fits), fits, -np.inf), axis=0)
        low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, _GRID.size - 1)]
        found = samples.root(slope, low, high)
    return np.where(np.isnan(found), _GRID[best], found)


def _given_powers(samples: Samples, given) -> np.ndarray:
    powers = check_each(given, "lmbda", samples.given.count)
    if not np.isfinite(powers).all():
        raise StatisticsError("lmbda is {found}; finite numbers are needed", found=given)
    return powers[samples.whose]


def _raised(power, logs: np.ndarray) -> np.ndarray:
    """``(e^(power logs) - 1) / power``; the logarithms themselves at power 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(power == 0, logs, np.expm1(power * logs) / power)


def _raised_faster(power, logs: np.ndarray) -> np.ndarray:
    """The derivative of ``_raised`` by the power."""
    t = power * logs
    near = np.abs(t) < _NEAR
    safe, grown = np.where(near, 1.0, t), np.expm1(t)
    series = 1 / 2 + t * (1 / 3 + t * (1 / 8 + t * (1 / 30 + t * (1 / 144 + t * (1 / 840 + t / 5760)))))
    return logs * logs * np.where(near, series, (t * (grown + 1) - grown) / (safe * safe))


def _bent(power, logs: np.ndarray) -> np.ndarray:
    """The transformation of Yeo and Johnson of sign(x) ln(1 + |x|)."""
    return np.copysign(_raised(np.where(logs < 0, 2 - power, power), np.abs(logs)), logs)


def _bent_faster(power, logs: np.ndarray) -> np.ndarray:
    """The derivative of ``_bent`` by the power."""
    return _raised_faster(np.where(logs < 0, 2 - power, power), np.abs(logs))


def _half_variance(samples: Samples, y) -> np.ndarray:
    about = y - samples.per_point(samples.means(y))
    return -samples.n / 2 * np.log(samples.segments.sums(about * about) / samples.n)


def _boxcox(x, power):
    return np.where(power == 0, np.log(x), x**power)


def _yeo_johnson(x, power):
    return _bent(power, np.sign(x) * np.log1p(np.abs(x)))


def _computable(samples: Samples, y, powers, loglik):
    """Without the samples whose transformed values are no longer told apart, or too large."""
    bent = replace(samples, points=y)
    least, most = bent.extremes()
    with np.errstate(invalid="ignore", over="ignore"):
        lost = ~((most - least > LEAST_SPREAD) & (most - least < MOST_SPREAD)) | ~np.isfinite(loglik)
    stays = ~lost
    kept = samples.without(lost, "the values cannot be computed with after the power {power}", power=powers)
    return kept, y[samples.per_point(stays)], powers[stays], loglik[stays]


def _study(samples: Samples, name: str, powers, loglik, lsl, usl, bend: Callable, on_unstable) -> TransformedCapability:
    with np.errstate(over="ignore", divide="ignore"):
        y = bend(samples.points, samples.per_point(powers))
    samples, y, powers, loglik = _computable(samples, y, powers, loglik)
    calm, unstable = judge_stability(samples, y, on_unstable)
    stays = np.isin(samples.whose, calm.whose)
    y, powers, loglik = y[samples.per_point(stays)], powers[stays], loglik[stays]
    low, high = (bend(limit[calm.whose], powers) for limit in (lsl, usl))
    if name == "Box-Cox":
        low, high = np.where(powers < 0, high, low), np.where(powers < 0, low, high)
    mean = calm.means(y)
    sd = np.sqrt(calm.segments.sums((y - calm.per_point(mean)) ** 2) / (calm.n - 1))
    numbers = {"lmbda": powers, "loglik": loglik, "lsl_t": low, "usl_t": high, "mean_t": mean, "sd_t": sd}
    numbers |= on_normal_scale(mean, sd, low, high) | {"unstable": unstable}
    study = TransformedCapability(
        n=calm.given.lengths,
        transformation=name,
        lsl=lsl,
        usl=usl,
        problems=FrozenDict(calm.problems),
        **{field: calm.whole(found) for field, found in numbers.items()},
    )
    return study if calm.many else study[0]

"""Capability after a Johnson transformation: the curve of the family that makes the values most normal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtr

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.capability.indices import (
    ON_NORMAL_SCALE,
    doubts,
    index_steps,
    judge_stability,
    on_normal_scale,
    read_specification,
    said,
)
from hoshin.stats.normality import _segment_pvalues
from hoshin.stats.results import FrozenDict, Step

_SEARCHED = np.arange(25, 126) / 100
_FAMILIES = ("SU", "SB", "SL")
_SU, _SB, _SL = range(3)


@dataclass(frozen=True, eq=False)
class JohnsonCapability(Batched):
    """Performance after a Johnson transformation.

    ``family`` is SU (unbounded, ``gamma + eta asinh((x - epsilon) / lambda)``), SB (bounded, ``gamma + eta ln((x -
    epsilon) / (lambda + epsilon - x))``) or SL (lognormal, ``gamma + eta ln(x - epsilon)``). ``lmbda`` is lambda, ``z``
    the spacing of the quantiles it was found with. A limit beyond an end of the curve has no index; ``cautions`` says
    so. ``unstable`` counts the transformed values beyond the limits of their individuals chart. For many
    characteristics every number is an array with a leading axis of them, and ``family`` has one entry for each.
    """

    n: Any
    family: Any
    ratio: Any
    eta: Any
    gamma: Any
    lmbda: Any
    epsilon: Any
    z: Any
    ad_p_value: Any
    lsl: Any
    usl: Any
    mean_t: Any
    sd_t: Any
    Pp: Any
    PPL: Any
    PPU: Any
    Ppk: Any
    ppm_expected: Any
    unstable: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability after a Johnson transformation"
    assumptions = ("the process is stable", "the transformed values are roughly normal")
    sources = (
        "J. F. Slifker, S. S. Shapiro, The Johnson system, Technometrics 22 (1980), 239-246",
        "Y.-M. Chou, A. M. Polansky, R. L. Mason, J. Quality Technology 30 (1998), 133-141, for the search",
    )
    optional = ("lsl", "usl", "Pp", "PPL", "PPU", "Ppk")
    leading = "n"
    words = ("family",)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        return said((*doubts(self.n, self.unstable), *self._beyond()))

    def transform(self, x):
        """The transformed values of one characteristic; infinite at the ends of the support and beyond."""
        return transformed(np.asarray(x, float), self.family, self.eta, self.gamma, self.lmbda, self.epsilon)

    def steps(self):
        """The curve and the indices."""
        curve = {"g": self.gamma, "e": self.eta, "l": self.lmbda, "m": self.epsilon}
        families = self.family if isinstance(self.family, str) else "Johnson"
        yield Step("n", value=self.n)
        yield Step(f"{families} curve", "gamma {g}, eta {e}, lambda {l}, epsilon {m}", curve)
        yield Step("found with quantiles spaced", "z = {z}, m n / p^2", {"z": self.z}, self.ratio)
        yield Step("Anderson-Darling p value of the transformed values", value=self.ad_p_value)
        yield Step("mean, s of the transformed values", "divisor n - 1", value=(self.mean_t, self.sd_t))
        yield from index_steps(self, ON_NORMAL_SCALE)

    def _beyond(self):
        """The limits that have no index, for lying beyond an end of the curve."""
        many = np.ndim(self.n) > 0
        for name, index in (("lsl", self.PPL), ("usl", self.PPU)):
            limit = getattr(self, name)
            if many:
                flag = ~np.isnan(limit) & np.isnan(index) & ~np.isnan(self.mean_t)
            else:
                flag = limit is not None and index is None
            one = f"{name} lies beyond the end of the fitted {self.family} curve: there is no index for it"
            yield flag, one, f"{name} beyond the end of the fitted curve, without an index"


def johnson(
    values, *, lsl=None, usl=None, offsets=None, on_unstable: str = "mark", on_error: str = "raise"
) -> JohnsonCapability:
    """Performance after the Johnson transformation that makes the values most normal.

    Estimand: ``Ppk = min(USL_t - mean_t, mean_t - LSL_t) / (3 s_t)`` of the transformed values and limits. For z = 0.25,
    0.26 .. 1.25 the quantiles (Hazen) at the normal probabilities of -3z, -z, z and 3z decide family and parameters by
    Slifker and Shapiro: m, p, n their three gaps, SU where m n / p^2 is above 1, SB below. Curves whose support leaves
    values out are passed over; the one whose transformed values have the largest Anderson-Darling p value wins (the
    first of equals).

    Parameters
    ----------
    values : (n,) values in the order of time, at least 8, (C, n) of many characteristics, or a flat column with
        ``offsets``.
    lsl, usl : the specification; one number, or one per characteristic (NaN where there is none).
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts points beyond the limits of the individuals chart on the normal scale; "raise" refuses
        more of them than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: values, limits, epsilon and (but for SL) lambda in one unit; eta, gamma, ``mean_t``, ``sd_t`` and indices
    have none.

    Assumes: a stable process, whose values one curve of the family makes roughly normal.

    Errors: fewer than 8 values, no variation, no limit, a missing value, no curve of the family that fits.

    Source: J. F. Slifker, S. S. Shapiro, Technometrics 22 (1980), 239-246; Y.-M. Chou, A. M. Polansky, R. L. Mason, J.
    Quality Technology 30 (1998), 133-141.

    >>> values = [67, 54.7, 7, 48.5, 14, 17.2, 20.7, 13, 43.4, 40.2, 38.9, 54.5, 59.8, 48.3, 22.9, 11.5, 34.4, 35.1]
    >>> study = johnson(values, usl=100.0)
    >>> study.family, round(study.ad_p_value, 2), study.cautions[-1]
    ('SB', 0.9, 'usl lies beyond the end of the fitted SB curve: there is no index for it')
    """
    samples = Samples.read(values, offsets, on_error, enough=8)
    samples, lsl, usl = read_specification(samples, lsl, usl)
    best = _search(samples)
    lost = np.isnan(best["ad_p_value"])
    samples = samples.without(
        lost, "no Johnson curve holds all {n} values; another distribution is needed", n=samples.n
    )
    best = {name: numbers[~lost] for name, numbers in best.items()}
    y = _bent(samples.points, *(samples.per_point(best[name]) for name in _CURVE))
    calm, unstable = judge_stability(samples, y, on_unstable)
    stays = np.isin(samples.whose, calm.whose)
    best = {name: numbers[stays] for name, numbers in best.items()}
    return _study(calm, lsl, usl, best, y[samples.per_point(stays)], unstable)


def transformed(x, family: str, eta: float, gamma: float, lmbda: float, epsilon: float):
    """Values on the scale on which they are normal; infinite at the ends of the support and beyond.

    >>> transformed(np.array([0.0, 1.0]), "SU", 1.0, 0.0, 1.0, 0.0).round(4)
    array([0.    , 0.8814])
    """
    return _bent(x, _FAMILIES.index(family), eta, gamma, lmbda, epsilon)


_CURVE = ("family", "eta", "gamma", "lmbda", "epsilon")


def _search(samples: Samples) -> dict[str, np.ndarray]:
    """For each characteristic the curve of the largest p value, and that; NaN where no curve holds its values."""
    count = samples.whose.size
    best = {name: np.zeros(count) for name in (*_CURVE, "ratio", "z")} | {"ad_p_value": np.full(count, np.nan)}
    for z in _SEARCHED:
        curve = _curves(samples, float(z))
        y = _bent(samples.ordered, *(samples.per_point(curve[name]) for name in _CURVE))
        holds = samples.segments.counts(np.isfinite(y)) == samples.n
        # Where a curve does not hold the values, any others keep the computation from warning.
        y = np.where(samples.per_point(holds), y, samples.segments.positions())
        holds &= y[samples.segments.offsets[1:] - 1] > y[samples.starts]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = curve | {"z": np.full(count, z), "ad_p_value": _segment_pvalues(samples.segments, y)}
        better = holds & ~(found["ad_p_value"] <= best["ad_p_value"])
        best = {name: np.where(better, found[name], numbers) for name, numbers in best.items()}
    return best


def _curves(samples: Samples, z: float) -> dict[str, np.ndarray]:
    """Ratio, family and parameters from four quantiles of each characteristic; NaN where they make no curve."""
    low, left, right, high = (samples.quantile(p, "hazen") for p in ndtr(np.array([-3 * z, -z, z, 3 * z])))
    m, p, n = high - right, right - left, left - low
    middle = (left + right) / 2
    with np.errstate(all="ignore"):
        ratio = m * n / p**2
        chosen = [ratio > 1, ratio < 1, m > p]
        curves = (_su(m / p, n / p, p, z, middle), _sb(p / m, p / n, p, z, middle), _sl(m / p, p, z, middle))
        numbers = [np.select(chosen, column, np.nan) for column in zip(*curves, strict=True)]
    none = np.minimum(np.minimum(m, p), n) <= 0
    numbers = [np.where(none, np.nan, number) for number in numbers]
    return dict(zip(_CURVE, (np.select(chosen, (_SU, _SB, _SL), _SL), *numbers), strict=True)) | {"ratio": ratio}


def _su(a, b, p, z: float, middle):
    eta = 2 * z / np.arccosh((a + b) / 2)
    root = np.sqrt(a * b - 1)
    gamma = eta * np.arcsinh((b - a) / (2 * root))
    lmbda = 2 * p * root / ((a + b - 2) * np.sqrt(a + b + 2))
    return eta, gamma, lmbda, middle + p * (b - a) / (2 * (a + b - 2))


def _sb(a, b, p, z: float, middle):
    grown = (1 + a) * (1 + b)
    eta = z / np.arccosh(np.sqrt(grown) / 2)
    gamma = eta * np.arcsinh((b - a) * np.sqrt(grown - 4) / (2 * (a * b - 1)))
    lmbda = p * np.sqrt((grown - 2) ** 2 - 4) / (a * b - 1)
    return eta, gamma, lmbda, middle - lmbda / 2 + p * (b - a) / (2 * (a * b - 1))


def _sl(a, p, z: float, middle):
    eta = 2 * z / np.log(a)
    gamma = eta * np.log((a - 1) / (p * np.sqrt(a)))
    return eta, gamma, np.ones_like(a), middle - p / 2 * (a + 1) / (a - 1)


def _bent(x, family, eta, gamma, lmbda, epsilon):
    """The curve of each value: the part that depends on the family, stretched and moved."""
    about = x - epsilon
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.clip(about / lmbda, 0.0, 1.0)
        core = np.where(family == _SB, np.log(inner) - np.log1p(-inner), np.log(np.maximum(about, 0.0)))
        core = np.where(family == _SU, np.arcsinh(about / lmbda), core)
        return gamma + eta * core


def _study(samples: Samples, lsl, usl, best, y, unstable) -> JohnsonCapability:
    curve = [best[name] for name in _CURVE]
    mean, sd = samples.moments(y)
    with np.errstate(invalid="ignore"):
        low, high = (_bent(limit[samples.whose], *curve) for limit in (lsl, usl))
    families = samples.whole(best.pop("family"), blank=np.nan)
    numbers = best | {"mean_t": mean, "sd_t": sd, "unstable": unstable} | on_normal_scale(mean, sd, low, high)
    study = JohnsonCapability(
        n=samples.given.lengths,
        family=tuple("" if family != family else _FAMILIES[int(family)] for family in families),
        lsl=lsl,
        usl=usl,
        problems=FrozenDict(samples.problems),
        **{name: samples.whole(number) for name, number in numbers.items()},
    )
    return study if samples.many else study[0]

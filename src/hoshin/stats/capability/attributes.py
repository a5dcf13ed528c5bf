"""Capability of attributes: proportion defective, defects per unit, DPMO, sigma level and yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from hoshin.stats.errors import (
    StatisticsError,
    check_counts,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_sizes,
    first_place,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class BinomialCapability(Result):
    """The proportion of defective units with its exact interval, and the Z of the process without any shift.

    For many characteristics every number is an array with a leading axis of them; intervals are (lower, upper).
    """

    units: Any
    defectives: Any
    p: Any
    p_ci: Any
    ppm: Any
    process_z: Any
    process_z_ci: Any
    confidence: float

    title = "Capability of defectives"
    assumptions = ("the p chart is stable", "each unit is defective or not, independently, with one probability")
    sources = ("C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413",)

    def steps(self):
        """Proportion, interval and Z."""
        yield Step("p", "{defectives} / {units}", {"defectives": self.defectives, "units": self.units}, self.p)
        yield Step("interval of p", "Clopper-Pearson, confidence {level}", {"level": self.confidence}, self.p_ci)
        yield Step("ppm", "10^6 p", value=self.ppm)
        yield Step("process Z", "-(normal quantile of p), no shift", value=self.process_z)
        yield Step("interval of process Z", value=self.process_z_ci)


@dataclass(frozen=True, eq=False)
class PoissonCapability(Result):
    """Defects per unit with their exact interval, and the share of units without defects to be expected."""

    units: Any
    defects: Any
    dpu: Any
    dpu_ci: Any
    yield_zero_defects: Any
    confidence: float

    title = "Capability of defects"
    assumptions = ("the u chart is stable", "defects arise independently at one rate")
    sources = ("F. Garwood, Biometrika 28 (1936), 437-442",)

    def steps(self):
        """Rate, interval and yield."""
        yield Step("defects per unit", "{defects} / {units}", {"defects": self.defects, "units": self.units}, self.dpu)
        yield Step("interval", "exact, from chi-square, confidence {level}", {"level": self.confidence}, self.dpu_ci)
        yield Step("yield", "exp(-defects per unit)", value=self.yield_zero_defects)


@dataclass(frozen=True, eq=False)
class Yields(Result):
    """Defect rates and yields of the steps of a process, one entry per step, and of the process as a whole."""

    units: np.ndarray
    opportunities: np.ndarray
    defects: np.ndarray
    shift: float
    dpu: np.ndarray
    dpmo: np.ndarray
    dpmo_total: float
    z_long_term: float
    sigma_level: float
    first_time_yield: np.ndarray
    throughput_yield: np.ndarray
    rty_first_time: float
    rty_poisson: float
    normalized_yield: float

    title = "Defects per million opportunities, sigma level and yields"
    assumptions = ("each unit passes every step once", "throughput yield: defects arise independently")
    sources = ("M. J. Harry, R. Schroeder, Six Sigma (2000)", "T. Pyzdek, P. Keller, The Six Sigma Handbook (2014)")

    def steps(self):
        """Each rate with its formula."""
        yield Step("defects per unit", "defects / units", value=self.dpu)
        yield Step("DPMO", "10^6 defects / (units x opportunities)", value=self.dpmo)
        yield Step("DPMO of all", "all defects over all opportunities", value=self.dpmo_total)
        yield Step("Z, long term", "-(normal quantile of DPMO / 10^6)", value=self.z_long_term)
        yield Step("sigma level", "Z + {shift}", {"shift": self.shift}, self.sigma_level)
        yield Step("first-time yield", "1 - defects per unit", value=self.first_time_yield)
        yield Step("throughput yield", "exp(-defects per unit)", value=self.throughput_yield)
        yield Step("rolled throughput yield", "product of first-time yields", value=self.rty_first_time)
        yield Step("rolled throughput yield", "product of throughput yields", value=self.rty_poisson)
        yield Step("normalized yield", "rolled yield of first-time yields ^ (1 / steps)", value=self.normalized_yield)


def binomial(defectives, sizes, *, confidence: float = 0.95) -> BinomialCapability:
    """Capability where units are good or defective: the proportion p with its Clopper-Pearson interval, and Z = -z(p).

    Parameters
    ----------
    defectives : defective units of each sample, (m,), or (C, m) for many characteristics; NaN is a missing sample.
    sizes : units in each sample, one number or one per sample.
    confidence : of the two-sided interval.

    Errors: negative or broken counts, more defectives than units, no sample.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    >>> study = binomial([9, 6, 12, 5, 6, 4], 50)
    >>> study.p, tuple(round(x, 4) for x in study.p_ci), round(study.process_z, 3)
    (0.14, (0.1028, 0.1845), 1.08)
    """
    level = check_fraction(confidence)
    counts, n = _samples(check_counts(defectives, "defectives"), check_sizes(check_counts(sizes, "sizes")))
    if (counts > n).any():
        place = first_place(counts > n)
        raise StatisticsError(
            "{found} defectives in a sample of {size} at index {place}; no more than its size are possible",
            found=float(counts[place]), size=float(n[place]), place=place,
        )  # fmt: skip
    x, total = _sum(counts), _sum(n)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(x > 0, betaincinv(np.maximum(x, 1), total - x + 1, tail), 0.0)
        high = np.where(x < total, betaincinv(x + 1, np.maximum(total - x, 1), 1 - tail), 1.0)
    p = x / total
    ci = _pair(low, high)
    return BinomialCapability(
        _plain(total), _plain(x), _plain(p), ci, _plain(1e6 * p), _plain(_z(p)), _pair(_z(high), _z(low)), level
    )


def poisson(defects, sizes, *, confidence: float = 0.95) -> PoissonCapability:
    """Capability where defects are counted: defects per unit with their exact interval, and yield = exp(-DPU).

    Parameters
    ----------
    defects : defects of each sample, (m,), or (C, m) for many characteristics; NaN is a missing sample.
    sizes : units (or areas) of each sample, one number or one per sample.
    confidence : of the two-sided interval.

    Errors: negative or broken counts, sizes not above 0, no sample.

    Source: F. Garwood, Biometrika 28 (1936), 437-442.

    >>> study = poisson([10, 12, 8, 14], 5)
    >>> study.dpu, tuple(round(x, 3) for x in study.dpu_ci), round(study.yield_zero_defects, 4)
    (2.2, (1.599, 2.953), 0.1108)
    """
    level = check_fraction(confidence)
    counts, n = _samples(check_counts(defects, "defects"), check_sizes(sizes))
    x, total = _sum(counts), _sum(n)
    tail = (1 - level) / 2
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1), tail), 0.0) / total
    high = gammaincinv(x + 1, 1 - tail) / total
    dpu = x / total
    return PoissonCapability(_plain(total), _plain(x), _plain(dpu), _pair(low, high), _plain(np.exp(-dpu)), level)


def yields(units, opportunities, defects, *, shift: float = 1.5) -> Yields:
    """DPU, DPMO, sigma level, first-time, throughput and rolled throughput yield of the steps of a process.

    Parameters
    ----------
    units, opportunities, defects : of each step: units made, opportunities for a defect in a unit, defects found.
    shift : what is added to the long-term Z for the sigma level; 1.5 by custom, 0 for none.

    Errors: negative counts, more defects than opportunities, columns of different length.

    Source: M. J. Harry, R. Schroeder, Six Sigma (2000).

    >>> found = yields([1000, 980], [5, 12], [23, 41])
    >>> round(found.dpmo_total, 1), round(found.sigma_level, 3), round(found.rty_first_time, 4)
    (3818.6, 4.168, 0.9361)
    """
    made = check_finite(check_sizes(units, "units"), "units", ndim=1)
    chances = check_finite(check_sizes(opportunities, "opportunities"), "opportunities", ndim=1)
    found = check_finite(check_counts(defects, "defects", whole=False), "defects", ndim=1)
    if not made.size == chances.size == found.size > 0:
        raise StatisticsError(
            "units, opportunities and defects have {a}, {b} and {c} entries; one for each step is needed",
            a=made.size, b=chances.size, c=found.size,
        )  # fmt: skip
    if (found > made * chances).any():
        place = first_place(found > made * chances)
        raise StatisticsError("step {place} has more defects than opportunities", place=place)
    shift = check_number(shift, "shift")
    dpu, total = found / made, float(1e6 * found.sum() / (made * chances).sum())
    first, throughput = np.maximum(1 - dpu, 0.0), np.exp(-dpu)
    z, rolled = float(_z(total / 1e6)), float(first.prod())
    return Yields(
        made, chances, found, shift, dpu, 1e6 * found / (made * chances), total, z, z + shift,
        first, throughput, rolled, float(throughput.prod()), rolled ** (1 / made.size),
    )  # fmt: skip


def _samples(counts, sizes):
    """Counts and sizes of the samples that are there, the others 0."""
    if counts.ndim not in (1, 2) or (sizes.ndim and sizes.shape not in (counts.shape, counts.shape[-1:])):
        raise StatisticsError(
            "counts have shape {a} and sizes {b}; one size, or one per sample is needed", a=counts.shape, b=sizes.shape
        )
    n = np.broadcast_to(sizes, counts.shape)
    present = ~np.isnan(counts) & ~np.isnan(n)
    check_enough(int(present.sum(axis=-1).min()), 1, "samples")
    return np.where(present, counts, 0.0), np.where(present, n, 0.0)


def _sum(values):
    return values.sum(axis=-1)


def _z(p):
    return -ndtri(p)


def _plain(value):
    return value.item() if np.ndim(value) == 0 else value


def _pair(low, high):
    return (float(low), float(high)) if np.ndim(low) == 0 else np.stack([low, high], axis=-1)

"""Capability of attributes: proportion defective, defects per unit, DPMO, sigma level and yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.capability.indices import is_signal, of_stability, said
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_counts,
    check_fraction,
    check_number,
    check_numbers,
    check_sizes,
    first_place,
)
from hoshin.stats.results import FrozenDict, Step, shown

_FEW_FOUND = 5
"""With fewer found the interval is wider than the rate itself."""


class _Counted(Batched):
    """What studies of counts share: samples, points beyond the limits of the chart, and cautions."""

    def _doubts(self, found, what: str) -> Iterator[tuple]:
        yield from of_stability(self.unstable, self.samples)
        yield self.samples < 2, "1 sample: whether the process is stable cannot be judged", "a single sample"
        yield found < _FEW_FOUND, f"{shown(found)} {what}: too few for more than an upper bound", f"too few {what}"


@dataclass(frozen=True, eq=False)
class BinomialCapability(_Counted):
    """The proportion of defective units with its exact interval, and the Z of the process without any shift.

    ``samples`` counts the samples, ``unstable`` those beyond the limits of their p chart. For many characteristics
    every number is an array with a leading axis of them; intervals are (lower, upper).
    """

    units: Any
    defectives: Any
    p: Any
    p_ci: Any
    ppm: Any
    process_z: Any
    process_z_ci: Any
    confidence: float
    samples: Any
    unstable: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability of defectives"
    assumptions = ("the p chart is stable", "each unit is defective or not, independently, with one probability")
    sources = ("C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413",)
    pairs = ("p_ci", "process_z_ci")
    leading = "units"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        return said(self._doubts(self.defectives, "defectives"))

    def steps(self):
        """Proportion, interval and Z."""
        yield Step("p", "{defectives} / {units}", {"defectives": self.defectives, "units": self.units}, self.p)
        yield Step("interval of p", "Clopper-Pearson, confidence {level}", {"level": self.confidence}, self.p_ci)
        yield Step("ppm", "10^6 p", value=self.ppm)
        yield Step("process Z", "-(normal quantile of p), no shift", value=self.process_z)
        yield Step("interval of process Z", value=self.process_z_ci)
        yield from _told(self)


@dataclass(frozen=True, eq=False)
class PoissonCapability(_Counted):
    """Defects per unit with their exact interval, and the share of units without defects to be expected.

    ``samples`` counts the samples, ``unstable`` those beyond the limits of their u chart. For many characteristics
    every number is an array with a leading axis of them; intervals are (lower, upper).
    """

    units: Any
    defects: Any
    dpu: Any
    dpu_ci: Any
    yield_zero_defects: Any
    confidence: float
    samples: Any
    unstable: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability of defects"
    assumptions = ("the u chart is stable", "defects arise independently at one rate")
    sources = ("F. Garwood, Biometrika 28 (1936), 437-442",)
    pairs = ("dpu_ci",)
    leading = "units"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        return said(self._doubts(self.defects, "defects"))

    def steps(self):
        """Rate, interval and yield."""
        yield Step("defects per unit", "{defects} / {units}", {"defects": self.defects, "units": self.units}, self.dpu)
        yield Step("interval", "exact, from chi-square, confidence {level}", {"level": self.confidence}, self.dpu_ci)
        yield Step("yield", "exp(-defects per unit)", value=self.yield_zero_defects)
        yield from _told(self)


@dataclass(frozen=True, eq=False)
class Yields(Batched):
    """Defect rates and yields of the steps of a process, one entry per step, and of the process as a whole.

    Of many processes the figures of steps keep the shape of the counts ((C, steps), or flat, cut by ``offsets``), those
    of the process are arrays, and ``yields[i]`` is one.
    """

    units: np.ndarray
    opportunities: np.ndarray
    defects: np.ndarray
    shift: float
    dpu: np.ndarray
    dpmo: np.ndarray
    dpmo_total: Any
    z_long_term: Any
    sigma_level: Any
    first_time_yield: np.ndarray
    throughput_yield: np.ndarray
    rty_first_time: Any
    rty_poisson: Any
    normalized_yield: Any
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Defects per million opportunities, sigma level and yields"
    assumptions = ("each unit passes every step once", "throughput yield: defects arise independently")
    sources = ("M. J. Harry, R. Schroeder, Six Sigma (2000)", "T. Pyzdek, P. Keller, The Six Sigma Handbook (2014)")
    leading = "dpmo_total"
    column = ("units", "opportunities", "defects", "dpu", "dpmo", "first_time_yield", "throughput_yield")

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        none = np.equal(self.dpmo_total, 0)[()]
        return said([(none, "no defect found: the sigma level has no upper end", "no defect found")])

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
        yield from _told(self)


def binomial(
    defectives,
    sizes,
    *,
    confidence: float = 0.95,
    offsets=None,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> BinomialCapability:
    """Capability where units are good or defective: the proportion p with its Clopper-Pearson interval, and Z = -z(p).

    Estimand: ``p = defectives / units`` of all samples; interval by beta quantiles,
    ``B((1-c)/2; x, n-x+1)`` to ``B((1+c)/2; x+1, n-x)``; process Z the normal quantile of 1 - p.

    Parameters
    ----------
    defectives : defective units of each sample in the order of time, (m,), (C, m) for many characteristics, or a flat
        column with ``offsets``; NaN is a missing sample.
    sizes : units in each sample, one number or one per sample.
    confidence : of the two-sided interval.
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts samples beyond the limits of the p chart; "raise" refuses more than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: counts of units; p is a share, ppm parts per million, Z in standard deviations.

    Assumes: one probability for every unit, independent of the others; a stable p chart.

    Errors: negative or broken counts, more defectives than units, no sample.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), 404-413.

    >>> study = binomial([9, 6, 12, 5, 6, 4], 50)
    >>> study.p, tuple(round(x, 4) for x in study.p_ci), round(study.process_z, 3)
    (0.14, (0.1028, 0.1845), 1.08)
    """
    level = check_fraction(confidence)
    counts, n = check_counts(defectives, "defectives"), check_sizes(check_counts(sizes, "sizes"))
    samples, counts, n = _samples(counts, n, offsets, on_error, within=True)
    x, total = samples.segments.sums(counts), samples.segments.sums(n)
    p = x / total
    spread = samples.per_point(np.sqrt(p * (1 - p)))
    samples, (x, total, p), drawn, unstable = _stable(samples, counts, n, spread, on_unstable, x, total, p)
    tail = (1 - level) / 2
    low = np.where(x > 0, betaincinv(np.maximum(x, 1), total - x + 1, tail), 0.0)
    high = np.where(x < total, betaincinv(x + 1, np.maximum(total - x, 1), 1 - tail), 1.0)
    ci, z_ci = (np.stack(pair, axis=-1) for pair in ((low, high), (-ndtri(high), -ndtri(low))))
    numbers = (samples.whole(number) for number in (total, x, p, ci, 1e6 * p, -ndtri(p), z_ci))
    marks = (samples.whole(number) for number in (drawn, unstable))
    study = BinomialCapability(*numbers, level, *marks, FrozenDict(samples.problems))
    return study if samples.many else study[0]


def poisson(
    defects,
    sizes,
    *,
    confidence: float = 0.95,
    offsets=None,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> PoissonCapability:
    """Capability where defects are counted: defects per unit with their exact interval, and yield = exp(-DPU).

    Estimand: ``DPU = defects / units`` of all samples; interval ``chi2((1-c)/2; 2x) / (2 units)`` to
    ``chi2((1+c)/2; 2x + 2) / (2 units)``.

    Parameters
    ----------
    defects : defects of each sample in the order of time, (m,), (C, m) for many characteristics, or a flat column with
        ``offsets``; NaN is a missing sample.
    sizes : units (or areas) of each sample, one number or one per sample.
    confidence : of the two-sided interval.
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts samples beyond the limits of the u chart; "raise" refuses more than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: counts of defects; sizes in units or areas, the rate in defects per one of them; the yield is a share.

    Assumes: defects arise independently at one rate; a stable u chart.

    Errors: negative or broken counts, sizes not above 0, no sample.

    Source: F. Garwood, Biometrika 28 (1936), 437-442.

    >>> study = poisson([10, 12, 8, 14], 5)
    >>> study.dpu, tuple(round(x, 3) for x in study.dpu_ci), round(study.yield_zero_defects, 4)
    (2.2, (1.599, 2.953), 0.1108)
    """
    level = check_fraction(confidence)
    samples, counts, n = _samples(check_counts(defects, "defects"), check_sizes(sizes), offsets, on_error)
    x, total = samples.segments.sums(counts), samples.segments.sums(n)
    spread = samples.per_point(np.sqrt(x / total))
    samples, (x, total), drawn, unstable = _stable(samples, counts, n, spread, on_unstable, x, total)
    tail = (1 - level) / 2
    low = np.where(x > 0, gammaincinv(np.maximum(x, 1), tail), 0.0) / total
    ci = np.stack([low, gammaincinv(x + 1, 1 - tail) / total], axis=-1)
    numbers = (samples.whole(number) for number in (total, x, x / total, ci, np.exp(-x / total)))
    marks = (samples.whole(number) for number in (drawn, unstable))
    study = PoissonCapability(*numbers, level, *marks, FrozenDict(samples.problems))
    return study if samples.many else study[0]


def yields(units, opportunities, defects, *, shift: float = 1.5, offsets=None, on_error: str = "raise") -> Yields:
    """DPU, DPMO, sigma level, first-time, throughput and rolled throughput yield of the steps of a process.

    Estimand: ``DPU = defects / units``, ``DPMO = 10^6 defects / (units opportunities)``, sigma level
    ``-z(DPMO / 10^6) + shift`` of all opportunities together, first-time yield ``1 - DPU``, throughput yield
    ``exp(-DPU)``, rolled yields their products over the steps.

    Parameters
    ----------
    units, opportunities, defects : of each step: units made, opportunities for a defect in a unit, defects found;
        (steps,), (C, steps) of many processes, or flat columns with ``offsets``.
    shift : what is added to the long-term Z for the sigma level; 1.5 by custom, 0 for none.
    offsets : where each process begins in flat columns, and their length.
    on_error : "raise", or "mark" among many processes: NaN and a word in ``problems``.

    Units: counts; DPMO in parts per million opportunities, yields are shares, the sigma level in standard deviations.

    Assumes: each unit passes every step once; for throughput yields, defects arise independently.

    Errors: negative counts, more defects than opportunities, columns of different length, a missing count.

    Source: M. J. Harry, R. Schroeder, Six Sigma (2000).

    >>> found = yields([1000, 980], [5, 12], [23, 41])
    >>> round(found.dpmo_total, 1), round(found.sigma_level, 3), round(found.rty_first_time, 4)
    (3818.6, 4.168, 0.9361)
    """
    made, chances = check_sizes(units, "units"), check_sizes(opportunities, "opportunities")
    found = check_counts(check_numbers(defects, "defects", ndim=(1, 2)), "defects", whole=False)
    if not made.shape == chances.shape == found.shape or not found.size:
        raise StatisticsError(
            "units, opportunities and defects have {a}, {b} and {c} entries; one for each step is needed",
            a=made.size, b=chances.size, c=found.size,
        )  # fmt: skip
    shift = check_number(shift, "shift")
    samples = Samples.read(made * chances - found, offsets, on_error, varied=False)
    least = samples.furthest(-samples.points)
    samples = samples.without(
        samples.points[least] < 0, "step {place} has more defects than opportunities", place=least - samples.starts
    )
    made, chances, found = (np.ravel(column)[samples.places] for column in (made, chances, found))
    sums, dpu = samples.segments.sums, found / made
    total = 1e6 * sums(found) / sums(made * chances)
    first, throughput = np.maximum(1 - dpu, 0.0), np.exp(-dpu)
    rolled, z = _products(samples, first), -ndtri(total / 1e6)
    columns = (made, chances, found, dpu, 1e6 * found / (made * chances), first, throughput)
    numbers = {
        "dpmo_total": total,
        "z_long_term": z,
        "sigma_level": z + shift,
        "rty_first_time": rolled,
        "rty_poisson": _products(samples, throughput),
        "normalized_yield": rolled ** (1 / samples.n),
    }
    study = Yields(
        shift=shift,
        offsets=samples.given.offsets,
        problems=FrozenDict(samples.problems),
        **{name: samples.whole_points(column) for name, column in zip(Yields.column, columns, strict=True)},
        **{name: samples.whole(number) for name, number in numbers.items()},
    )
    return study if samples.many else study[0]


def _told(study) -> Iterator[Step]:
    for caution in study.cautions:
        yield Step("caution", caution)


def _samples(counts, sizes, offsets, on_error, within: bool = False):
    """The layout of the samples, and the counts and sizes of those that are there, the others 0."""
    if counts.ndim not in (1, 2) or (sizes.ndim and sizes.shape not in (counts.shape, counts.shape[-1:])):
        raise StatisticsError(
            "counts have shape {a} and sizes {b}; one size, or one per sample is needed", a=counts.shape, b=sizes.shape
        )
    sizes = np.broadcast_to(sizes, counts.shape)
    if within and (counts > sizes).any():
        place = first_place(counts > sizes)
        raise StatisticsError(
            "{found} defectives in a sample of {size} at index {place}; no more than its size are possible",
            found=float(counts[place]), size=float(sizes[place]), place=place,
        )  # fmt: skip
    samples = Samples.laid(counts, offsets, on_error)
    present = samples.segments.counts(~np.isnan(samples.points) & ~np.isnan(sizes.ravel()))
    samples = samples.without(present < 1, "0 samples found; at least 1 are needed")
    sizes = sizes.ravel()[samples.places]
    there = ~np.isnan(samples.points) & ~np.isnan(sizes)
    return samples, np.where(there, samples.points, 0.0), np.where(there, sizes, 0.0)


def _stable(samples: Samples, counts, sizes, spread, on_unstable, *numbers):
    """The characteristics that may stay, their numbers, how many samples each has and how many lie beyond limits.

    ``spread`` is the standard deviation of a sample of one unit, once per sample.
    """
    check_choice(on_unstable, ("mark", "raise"), "on_unstable")
    x, total = numbers[:2]
    error = 3 * spread * np.sqrt(sizes)
    beyond = np.abs(counts - sizes * samples.per_point(x / total)) > error * (1 + 1e-12)
    drawn, unstable = samples.segments.counts(sizes > 0), samples.segments.counts(beyond & (sizes > 0))
    rows = samples.whose
    if on_unstable == "raise":
        samples = samples.without(
            is_signal(unstable, drawn),
            "{k} of {n} samples are beyond the limits of the control chart; capability is that of a stable process",
            k=unstable,
            n=drawn,
        )
    stays = np.isin(rows, samples.whose)
    return samples, tuple(number[stays] for number in numbers), drawn[stays], unstable[stays]


def _products(samples: Samples, points) -> np.ndarray:
    return np.multiply.reduceat(points, samples.starts) if samples.whose.size else np.empty(0)

"""Repairable systems: do failures come faster or more slowly as the system ages? The power law process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtr, chdtrc, chdtri, ndtr

from hoshin.stats._layout import Layout
from hoshin.stats._results import Ragged
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_fraction, check_numbers
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class PowerLawProcess(Result):
    """Mean number of failures of one system by time t, ``(t / scale)^shape``: shape above 1 it wears, below 1 it grows.

    ``intensity`` and ``mtbf`` are those at the end of watching. ``trend`` (MIL-HDBK-189) and ``laplace`` test a constant
    rate; among many processes their numbers are ``trend_statistic``, ``trend_pvalue``, ``laplace_statistic`` and
    ``laplace_pvalue``.
    """

    shape: float
    scale: float
    shape_unbiased: float
    shape_interval: tuple[float, float]
    intensity: float
    mtbf: float
    failures: int
    systems: int
    ends: tuple[float, ...]
    truncation: str
    confidence: float
    trend: TestResult
    laplace: TestResult

    title = "Power law process (Crow-AMSAA)"
    assumptions = ("a repair leaves the system as it was before the failure", "systems are alike and independent")
    sources = (
        "L. H. Crow, in Reliability and Biometry (1974), 379-410; MIL-HDBK-189C",
        "D. R. Cox, P. A. W. Lewis, The Statistical Analysis of Series of Events (1966), chapter 3: Laplace's test",
        "W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 16.6",
    )

    def expected_failures(self, start: float, end: float) -> float:
        """Failures of one system expected between two ages."""
        # From the end of watching: the scale itself may be too small for a number.
        ratio = max(self.ends)
        most = self.failures / sum((e / ratio) ** self.shape for e in self.ends)
        return most * ((end / ratio) ** self.shape - (start / ratio) ** self.shape)

    def steps(self):
        """Shape, scale and what follows."""
        yield Step("failures", value=self.failures)
        yield Step("shape", "failures / sum of ln(end / time)", value=self.shape)
        yield Step("scale", "end (systems / failures)^(1/shape)", value=self.scale)
        yield Step(f"{self.confidence:.0%} interval of the shape", value=self.shape_interval)
        yield Step(
            "failures per unit of time at the end", "shape / scale (end / scale)^(shape - 1)", value=self.intensity
        )
        yield Step("chi-square of MIL-HDBK-189", "2 sum of ln(end / time)", value=self.trend.statistic)
        yield Step(self.trend.conclusion)
        yield Step("Laplace's z", "(sum of times - n end / 2) / sqrt(n end^2 / 12)", value=self.laplace.statistic)
        yield Step(self.laplace.conclusion)

    @classmethod
    def from_row(
        cls, trend_statistic, trend_df, trend_pvalue, laplace_statistic, laplace_pvalue, **numbers
    ) -> PowerLawProcess:
        """The process with its two tests, from their numbers."""
        own = {name: numbers[name] for name in ("shape", "failures", "confidence")}
        return cls(
            trend=_trend(trend_statistic, float(trend_df), trend_pvalue, **own),
            laplace=_laplace(laplace_statistic, laplace_pvalue, **own),
            **numbers,
        )


def power_law(
    failures: Sequence,
    ends=None,
    truncation: str = "time",
    confidence: float = 0.95,
    *,
    system_offsets=None,
    offsets=None,
    on_error: str = "raise",
) -> PowerLawProcess:
    """Power law process of the ages at which repairable systems failed, with two tests of a constant rate.

    Estimand: shape and scale of the mean number of failures ``(t / scale)^shape`` of one system, by maximum likelihood:
    with equal ends ``shape = N / sum ln(T/t)``, else the root of ``N/shape + sum ln t - N sum T^shape ln T / sum
    T^shape``; ``scale = (sum T^shape / N)^(1/shape)``. Interval from ``2 N shape / estimate``, chi-square with 2N degrees
    of freedom (failure truncation 2(N-1)), exact for equal ends. ``trend``: ``2 sum ln(T/t)`` is chi-square (the same
    degrees) at a constant rate; ``laplace``: ``(sum t - n T/2) / sqrt(n T^2/12)`` standard normal.

    Parameters
    ----------
    failures : ages at failure of one system in rising order, a list of them per system, or a flat column.
    ends : the age at which watching ended: one, or one per system; not with failure truncation.
    truncation : "time", watched to ``ends``, or "failure", to the last failure (one system each).
    confidence : of the two-sided intervals; the tests decide at 1 minus it.
    system_offsets : where each system begins in the flat column, and its length; a system may have no failure.
    offsets : many processes: where each begins in the list of systems; without ``system_offsets`` each process is one
        system, and ``offsets`` say where it begins in the flat column.
    on_error : "raise", or "mark": a process without an answer gets NaN and a word in ``problems``.

    Units: ages and ``ends`` in one unit of use; scale and MTBF in it, intensity per unit of it; shape none.

    Assumes: a repair leaves the system as old as it was (minimal repair); systems are alike and independent.

    Errors: fewer than 3 failures, ages that are not above 0 and rising, an end before the last failure or missing.

    Source: L. H. Crow, in Reliability and Biometry (1974), 379-410; MIL-HDBK-189C, sections 5.5 and 5.6; D. R. Cox,
    P. A. W. Lewis, The Statistical Analysis of Series of Events (1966), chapter 3 (Laplace's test).

    >>> fit = power_law([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], ends=1500)
    >>> round(fit.shape, 4), round(fit.mtbf, 1), round(fit.trend.pvalue, 3), round(fit.laplace.statistic, 3)
    (0.5372, 279.2, 0.022, -1.327)
    >>> power_law([5, 40, 43, 2, 60, 90, 99], ends=[50, 100], offsets=[0, 3, 7]).shape.round(3)
    array([1.121, 0.881])
    """
    check_choice(truncation, ("time", "failure"), "truncation")
    confidence = check_fraction(confidence)
    ages, systems, layout = _systems(failures, system_offsets, offsets, on_error)
    owner = np.repeat(np.arange(systems.size - 1), np.diff(systems))
    _refuse_ages(layout, ages, systems, owner)
    ends = _ends(layout, ages, systems, ends, truncation)
    number = np.diff(systems).astype(float)
    layout.refuse_few(layout.segments.sums(number).astype(np.int64), 3, "failures")
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.bincount(owner, np.log(ends[owner] / ages), number.size)
    total = np.bincount(owner, ages, number.size)
    at_end = layout.segments.sums(logs) == 0
    layout.refuse(at_end, "all failures are at the end of watching; earlier ones are needed")

    def compute(part, number, logs, total, ends):
        return _fitted(part.segments, number, logs, total, ends, truncation, confidence), {
            "truncation": truncation,
            "confidence": confidence,
        }

    return layout.result(PowerLawProcess, compute, number, logs, total, ends)


def _systems(failures, system_offsets, offsets, on_error):
    """All ages, where each system begins among them (and their number), and the systems of each process."""
    if system_offsets is None and any(np.ndim(age) > 0 for age in failures):
        rows = [check_finite(row, "failures", ndim=1) for row in failures]
        ages, systems = np.concatenate(rows), np.concatenate([[0], np.cumsum([row.size for row in rows])])
    else:
        ages = check_numbers(failures, "failures", ndim=1)
        given = offsets if system_offsets is None else system_offsets
        systems = np.array([0, ages.size]) if given is None else check_finite(given, "system_offsets", ndim=1)
    systems = systems.astype(np.int64)
    if systems.size < 2 or systems[0] != 0 or systems[-1] != ages.size or (np.diff(systems) < 0).any():
        raise StatisticsError(
            "system_offsets must rise from 0 to the number of failures ({n}); found {found}",
            n=ages.size,
            found=np.array2string(systems, threshold=8),
        )
    count = systems.size - 1
    if offsets is None:
        segments = Segments.one(count)
    elif system_offsets is None and not any(np.ndim(age) > 0 for age in failures):
        segments = Segments.rows(count, 1)
    else:
        segments = Segments.read(offsets, count)
    return ages, systems, Layout.of(segments, offsets is not None, on_error)


def _refuse_ages(layout: Layout, ages, systems, owner) -> None:
    """Ages of each system are above 0 and rise."""
    before = np.concatenate([[0.0], ages[:-1]])
    before[systems[:-1][np.diff(systems) > 0]] = 0.0
    wrong = np.bincount(owner, ~((ages > 0) & (ages >= before)), systems.size - 1) > 0
    if wrong.any():
        system = layout.segments.firsts(np.arange(wrong.size), wrong) + 1
        template = "ages of system {i} must be above 0 and in rising order"
        layout.refuse(layout.segments.counts(wrong) > 0, template, i=system)


def _ends(layout: Layout, ages, systems, ends, truncation) -> np.ndarray:
    """The age at which watching of each system ended."""
    count, number = systems.size - 1, np.diff(systems)
    last = np.where(number > 0, np.append(ages, 0.0)[np.maximum(systems[1:] - 1, 0)], 0.0)
    if truncation == "failure":
        if layout.segments.total != layout.count or ends is not None:
            raise StatisticsError(
                "truncation is 'failure' with {found} systems; it is for one system, without ends", found=count
            )
        return last
    if ends is None:
        raise StatisticsError("ends is missing; the age at which watching ended is needed for each system")
    given = check_finite(ends, "ends")
    if given.ndim and given.shape != (count,):
        raise StatisticsError(
            "ends has {found} entries for {needed} systems", found=given.size, needed=check_enough(count, 1)
        )
    ends = np.broadcast_to(given, (count,)).astype(float)
    wrong = ~(ends > 0) | (last > ends)
    if wrong.any():
        first = layout.segments.firsts(np.arange(count), wrong)
        template = "system {i} was watched until {end}, which is not after its last failure"
        layout.refuse(layout.segments.counts(wrong) > 0, template, i=first + 1, end=ends[first])
    return ends


def _fitted(segments: Segments, number, logs, total, ends, truncation: str, confidence: float) -> dict:
    """The columns of all processes, from the sums of each system."""
    starts, by_failure = segments.offsets[:-1], truncation == "failure"
    n, log_sum = segments.sums(number), segments.sums(logs)
    end = np.maximum.reduceat(ends, starts)
    equal = np.minimum.reduceat(ends, starts) == end
    shape = n / log_sum
    if not equal.all():
        shape = np.where(equal, shape, _unequal(segments, number, logs, ends, end, shape))
    powers = segments.sums((ends / segments.per_point(end)) ** segments.per_point(shape))
    scale = end * (powers / n) ** (1 / shape)
    df, tail = 2 * (n - 1 if by_failure else n), (1 - confidence) / 2
    intensity = shape * n / (powers * end)
    statistic = 2 * log_sum
    counted = number - 1 if by_failure else number
    centered = segments.sums(total - (ends if by_failure else 0.0) - counted * ends / 2)
    laplace = centered / np.sqrt(segments.sums(counted * ends**2) / 12)
    return {
        "shape": shape,
        "scale": scale,
        "shape_unbiased": shape * (n - (2 if by_failure else 1)) / n,
        "shape_interval": np.stack([shape * chdtri(df, p) / (2 * n) for p in (1 - tail, tail)], axis=1),
        "intensity": intensity,
        "mtbf": 1 / intensity,
        "failures": n.astype(np.int64),
        "systems": segments.lengths,
        "ends": Ragged(ends, segments.offsets),
        "trend_statistic": statistic,
        "trend_df": df,
        "trend_pvalue": np.minimum(1.0, 2 * np.minimum(chdtr(df, statistic), chdtrc(df, statistic))),
        "laplace_statistic": laplace,
        "laplace_pvalue": 2 * ndtr(-np.abs(laplace)),
    }


def _unequal(segments: Segments, number, logs, ends, end, shape):
    """The root of the likelihood equation where systems were watched to different ages."""
    scaled = np.log(ends / segments.per_point(end))
    n = segments.sums(number)
    rest = -segments.sums(logs - number * scaled)
    for _ in range(100):
        weights = np.exp(scaled * segments.per_point(shape))
        total = segments.sums(weights)
        mean = segments.sums(weights * scaled) / total
        spread = segments.sums(weights * scaled**2) / total - mean**2
        step = (n / shape + rest - n * mean) / (n / shape**2 + n * np.maximum(spread, 0.0))
        fresh = np.clip(shape + step, shape / 4, shape * 4)
        if (np.abs(fresh - shape) <= 1e-15 * shape).all():
            break
        shape = np.where(np.abs(fresh - shape) <= 1e-15 * shape, shape, fresh)
    return shape


def _trend(statistic, df, pvalue, shape, failures, confidence) -> TestResult:
    return TestResult(
        test="MIL-HDBK-189 test of a constant rate",
        estimand="rate of failure over age",
        n=(failures,),
        pvalue=pvalue,
        statistic=statistic,
        statistic_name="chi-square",
        df=df,
        confidence_level=confidence,
        claim="the rate of failure " + ("rises" if shape > 1 else "falls") + " with age",
        summary={"shape": shape},
        computation=(("chi-square", "2 sum of ln(end / time)", {}, statistic),),
        assumptions=PowerLawProcess.assumptions,
        source="MIL-HDBK-189C",
    )


def _laplace(statistic, pvalue, shape, failures, confidence) -> TestResult:
    return TestResult(
        test="Laplace's test of a constant rate",
        estimand="rate of failure over age",
        n=(failures,),
        pvalue=pvalue,
        statistic=statistic,
        statistic_name="z",
        confidence_level=confidence,
        claim="the rate of failure " + ("rises" if statistic > 0 else "falls") + " with age",
        summary={"shape": shape},
        computation=(("z", "(sum of times - n end / 2) / sqrt(n end^2 / 12)", {}, statistic),),
        assumptions=PowerLawProcess.assumptions,
        source="D. R. Cox, P. A. W. Lewis, The Statistical Analysis of Series of Events (1966), chapter 3",
    )

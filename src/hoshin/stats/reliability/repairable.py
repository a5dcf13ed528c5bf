"""Repairable systems: do failures come faster or more slowly as the system ages? The power law process."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtr, chdtrc, chdtri

from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_fraction
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class PowerLawProcess(Result):
    """Mean number of failures of one system by time t, ``(t / scale)^shape``: shape above 1 it wears, below 1 it grows.

    ``intensity`` and ``mtbf`` are those at the end of watching. ``trend`` tests shape = 1.
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

    title = "Power law process (Crow-AMSAA)"
    assumptions = ("a repair leaves the system as it was before the failure", "systems are alike and independent")
    sources = (
        "L. H. Crow, in Reliability and Biometry (1974), 379-410; MIL-HDBK-189C",
        "W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data (1998), section 16.6",
    )

    def expected_failures(self, start: float, end: float) -> float:
        """Failures of one system expected between two ages."""
        return (end / self.scale) ** self.shape - (start / self.scale) ** self.shape

    def steps(self):
        """Shape, scale and what follows."""
        yield Step("failures", value=self.failures)
        yield Step("shape", "failures / sum of ln(end / time)", value=self.shape)
        yield Step("scale", "end (systems / failures)^(1/shape)", value=self.scale)
        yield Step(f"{self.confidence:.0%} interval of the shape", value=self.shape_interval)
        yield Step(
            "failures per unit of time at the end", "shape / scale (end / scale)^(shape - 1)", value=self.intensity
        )
        yield Step(self.trend.conclusion)


def power_law(failures: Sequence, ends=None, truncation: str = "time", confidence: float = 0.95) -> PowerLawProcess:
    """Power law process of the ages at which repairable systems failed.

    One system, or several, watched from age 0 to their ``ends`` ("time" truncation) or to their last failure
    ("failure" truncation, one system). Maximum likelihood; with equal ends ``shape = N / sum ln(T/t)``, else the root
    of the likelihood equation. Interval from ``2 N shape / estimate`` being chi-square with 2N (failure truncation
    2(N-1)) degrees of freedom, which is exact for equal ends. ``trend`` is the MIL-HDBK-189 test of shape 1 against both sides.

    Parameters: ``failures`` ages of one system, or a list of them per system; ``ends`` one end, or one per system; at
    least 3 failures.

    Source: L. H. Crow (1974); MIL-HDBK-189C, sections 5.5 and 5.6.

    >>> fit = power_law([5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478], ends=1500)
    >>> round(fit.shape, 4), round(fit.mtbf, 1)
    (0.5372, 279.2)
    """
    check_choice(truncation, ("time", "failure"), "truncation")
    confidence = check_fraction(confidence)
    ages = _systems(failures)
    ends = _ends(ages, ends, truncation)
    inner = [a[a < end] if truncation == "failure" else a for a, end in zip(ages, ends, strict=True)]
    n = check_enough(sum(a.size for a in ages), 3, "failures")
    logs = math.fsum(float(np.log(end / a).sum()) for a, end in zip(inner, ends, strict=True))
    if not logs > 0:
        raise StatisticsError("all failures are at the end of watching; earlier ones are needed")
    shape = n / logs if np.ptp(ends) == 0 else _unequal(ages, ends)
    scale = float((ends**shape).sum() / n) ** (1 / shape)
    df = 2 * (n - 1) if truncation == "failure" else 2 * n
    tail = (1 - confidence) / 2
    end = float(ends.max())
    intensity = shape / scale * (end / scale) ** (shape - 1)
    return PowerLawProcess(
        shape=shape,
        scale=scale,
        shape_unbiased=shape * (n - (2 if truncation == "failure" else 1)) / n,
        shape_interval=(shape * float(chdtri(df, 1 - tail)) / (2 * n), shape * float(chdtri(df, tail)) / (2 * n)),
        intensity=intensity,
        mtbf=1 / intensity,
        failures=n,
        systems=len(ages),
        ends=tuple(ends.tolist()),
        truncation=truncation,
        confidence=confidence,
        trend=_trend(2 * logs, df, shape, n, confidence),
    )


def _trend(statistic, df, shape, n, confidence) -> TestResult:
    summary: Mapping[str, Any] = {"shape": shape}
    return TestResult(
        test="MIL-HDBK-189 test of a constant rate",
        estimand="rate of failure over age",
        n=(n,),
        pvalue=min(1.0, 2 * min(float(chdtr(df, statistic)), float(chdtrc(df, statistic)))),
        statistic=statistic,
        statistic_name="chi-square",
        df=float(df),
        confidence_level=confidence,
        claim="the rate of failure " + ("rises" if shape > 1 else "falls") + " with age",
        summary=summary,
        computation=(("chi-square", "2 sum of ln(end / time)", {}, statistic),),
        assumptions=PowerLawProcess.assumptions,
        source="MIL-HDBK-189C",
    )


def _systems(failures) -> list[np.ndarray]:
    nested = any(np.ndim(age) > 0 for age in failures)
    systems = (
        [check_finite(a, "failures", ndim=1) for a in failures]
        if nested
        else [check_finite(failures, "failures", ndim=1)]
    )
    for i, ages in enumerate(systems):
        if (ages <= 0).any() or (np.diff(ages) < 0).any():
            raise StatisticsError("ages of system {i} must be above 0 and in rising order", i=i + 1)
    return systems


def _ends(ages, ends, truncation) -> np.ndarray:
    if truncation == "failure":
        if len(ages) != 1 or ends is not None:
            raise StatisticsError(
                "truncation is 'failure' with {found} systems; it is for one system, without ends", found=len(ages)
            )
        check_enough(ages[0].size, 3, "failures")
        return ages[0][-1:]
    if ends is None:
        raise StatisticsError("ends is missing; the age at which watching ended is needed for each system")
    ends = np.broadcast_to(check_finite(ends, "ends"), (len(ages),)).astype(float)
    for i, (a, end) in enumerate(zip(ages, ends, strict=True)):
        if not end > 0 or (a.size and a[-1] > end):
            raise StatisticsError(
                "system {i} was watched until {end}, which is not after its last failure", i=i + 1, end=float(end)
            )
    return ends


def _unequal(ages, ends) -> float:
    everything = np.concatenate(ages)
    n, logs = everything.size, float(np.log(everything / ends.max()).sum())
    scaled = ends / ends.max()

    def score(shape):
        weights = scaled**shape
        return n / shape + logs - n * float(weights @ np.log(scaled)) / float(weights.sum())

    return float(brentq(score, 1e-6, 1e3, xtol=1e-13))

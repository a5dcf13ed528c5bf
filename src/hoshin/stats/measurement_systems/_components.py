"""Variance components of a gauge study as the trade reports them: shares, study variation, tolerance, categories."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_enough, check_limits, check_number
from hoshin.stats.results import Result, Step

NDC_FACTOR = math.sqrt(2)
"""sd of parts over sd of gauge, times this, is the number of distinct categories."""

ACCEPTABLE, UNACCEPTABLE = 10.0, 30.0
"""Percent of study variation or tolerance up to which a gauge is accepted, and above which it is refused."""


@dataclass(frozen=True, eq=False)
class MeanSquare(Result):
    """One line of an analysis of variance; f and p_value are those of the model finally used (None where no test)."""

    df: float | np.ndarray
    ss: float | np.ndarray
    ms: float | np.ndarray
    f: float | np.ndarray | None = None
    p_value: float | np.ndarray | None = None

    title = "Mean square"


@dataclass(frozen=True, eq=False)
class VarianceComponent(Batched):
    """One source of variation: its variance, and what it is compared with.

    ``study_variation`` is study_multiplier * sd. The percentages of sd and of tolerance do not add up to 100; those of
    the variance do. ``pct_tolerance`` and ``pct_process`` are None where no tolerance or process sd was given (NaN among
    many).
    """

    variance: float | np.ndarray
    sd: float | np.ndarray
    pct_contribution: float | np.ndarray
    study_variation: float | np.ndarray
    pct_study_variation: float | np.ndarray
    pct_tolerance: float | np.ndarray | None = None
    pct_process: float | np.ndarray | None = None

    leading = "variance"
    optional = ("pct_tolerance", "pct_process")
    title = "Variance component"


@dataclass(frozen=True, eq=False)
class Yardstick(Batched):
    """What components are measured against: a multiplier of the sd, a tolerance, the process."""

    study_multiplier: float = 6.0
    tolerance: float | np.ndarray | None = None
    lsl: float | np.ndarray | None = None
    usl: float | np.ndarray | None = None
    process_sd: float | np.ndarray | None = None
    ndc_factor: float = NDC_FACTOR

    leading = "study_multiplier"
    optional = ("tolerance", "lsl", "usl", "process_sd")
    title = "What the variation is compared with"

    def width(self, mean):
        """The tolerance the study variation is divided by; with one limit twice its distance from the mean."""
        if self.tolerance is not None:
            return self.tolerance
        if self.lsl is None and self.usl is None:
            return None
        if self.lsl is None or self.usl is None:
            return 2 * np.abs((self.lsl if self.usl is None else self.usl) - mean)
        both = self.usl - self.lsl
        if not np.isnan(both).any():
            return both
        one = 2 * np.abs(np.where(np.isnan(self.lsl), self.usl, self.lsl) - mean)
        return np.where(np.isnan(both), one, both)


def yardstick(
    refusals: Refusals,
    study_multiplier=6.0,
    tolerance=None,
    lsl=None,
    usl=None,
    process_sd=None,
    ndc_factor=NDC_FACTOR,
) -> Yardstick:
    """The comparison values of a gauge study, checked; a column of them goes with many studies."""
    if tolerance is not None and (lsl is not None or usl is not None):
        raise StatisticsError("both tolerance and a specification limit are given; one or the other is needed")
    if (lsl is not None or usl is not None) and np.ndim(lsl) == np.ndim(usl) == 0:
        check_limits(lsl, usl)
    return Yardstick(
        study_multiplier=check_number(study_multiplier, "study_multiplier", above=0),
        tolerance=positive(tolerance, "tolerance", refusals),
        lsl=_floats(lsl, "lsl", refusals),
        usl=_floats(usl, "usl", refusals),
        process_sd=positive(process_sd, "process_sd", refusals),
        ndc_factor=check_number(ndc_factor, "ndc_factor", above=0),
    )


def check_sizes_of(shape, names) -> tuple[int, ...]:
    """The sizes of a layout; at least 2 of each are needed."""
    for found, what in zip(shape, names, strict=True):
        check_enough(found, 2, what)
    return tuple(shape)


def tabulate(variances: Mapping[str, np.ndarray], mean, against: Yardstick) -> dict[str, VarianceComponent]:
    """Every component with its percentages; ``variances`` has a key "total"."""
    total = variances["total"]
    width = against.width(mean)
    table = np.empty((len(variances), *np.shape(total)))
    for i, variance in enumerate(variances.values()):
        table[i] = variance
    sd = np.sqrt(table)
    share, study = 100 * (table / total), against.study_multiplier * sd
    of_study = 100 * (sd / np.sqrt(total))
    of_tolerance = None if width is None else 100 * study / width
    of_process = None if against.process_sd is None else 100 * sd / against.process_sd
    return {
        name: VarianceComponent(
            variance=table[i],
            sd=sd[i],
            pct_contribution=share[i],
            study_variation=study[i],
            pct_study_variation=of_study[i],
            pct_tolerance=None if of_tolerance is None else of_tolerance[i],
            pct_process=None if of_process is None else of_process[i],
        )
        for i, name in enumerate(variances)
    }


def total_line(df, ss) -> MeanSquare:
    """The last line of an analysis of variance."""
    return MeanSquare(df, ss, ss / df)


def f_ratio(ms, error):
    """A mean square over its error; infinite where the error is 0, NaN where both are."""
    if np.all(error > 0):
        return ms / error
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(ms, error)


def distinct_categories(part_sd, gauge_sd, factor: float):
    """The number of distinct categories before and after truncation: factor * part sd / gauge sd, at least 1.

    0 where there are no figures.
    """
    real = factor * part_sd / gauge_sd
    whole = np.maximum(1, np.floor(real))
    return real, np.where(whole >= 1, whole, 0).astype(np.int64)[()]


def check_gauge_varies(refusals: Refusals, variance, what: str) -> None:
    """Refuse studies in which nothing varies: the gauge's resolution hides what is asked."""
    refusals.refuse(
        variance <= 0, "{what} do not vary; a gauge that resolves differences between trials is needed", what=what
    )


def check_width(refusals: Refusals, width) -> None:
    """Refuse a tolerance that has no width."""
    if width is not None:
        refusals.refuse(width <= 0, "the tolerance is {found} wide; a width above 0 is needed", found=width)


def verdict(pct):
    """AIAG's words for a percentage of study variation or tolerance, for one or many.

    Up to 10 acceptable, up to 30 conditional (acceptable for some applications), above it unacceptable; empty where
    there is no percentage.

    Source: AIAG, Measurement Systems Analysis, 4th edition, page 78.

    >>> verdict(27.9)
    'conditional'
    """
    pct = np.asarray(pct, dtype=float)
    bounds = [pct <= ACCEPTABLE, pct <= UNACCEPTABLE, pct > UNACCEPTABLE]
    words = np.select(bounds, ["acceptable", "conditional", "unacceptable"], "")
    return str(words) if words.ndim == 0 else words


def either(of_tolerance, of_variation):
    """The percentage of tolerance where there is one, else that of the variation."""
    if of_tolerance is None:
        return of_variation
    return np.where(np.isnan(of_tolerance), of_variation, of_tolerance)[()]


def component_steps(components: Mapping[str, VarianceComponent], against: Yardstick):
    """The lines of the table of components."""
    total = components["total"]
    for name, part in components.items():
        yield Step(f"{name}: sd", "sqrt({variance})", {"variance": part.variance}, part.sd)
        yield Step(
            f"{name}: % contribution",
            "100 x {variance} / {total}",
            {"variance": part.variance, "total": total.variance},
            part.pct_contribution,
        )
        yield Step(
            f"{name}: % study variation",
            "100 x {sd} / {total}",
            {"sd": part.sd, "total": total.sd},
            part.pct_study_variation,
        )
        if part.pct_tolerance is not None:
            yield Step(
                f"{name}: % tolerance",
                "100 x {multiplier} x {sd} / tolerance",
                {"multiplier": against.study_multiplier, "sd": part.sd},
                part.pct_tolerance,
            )


def positive(value, name, refusals):
    """A number above 0, or one per study (NaN where there is none); None where none is given."""
    array = _floats(value, name, refusals)
    if array is None:
        return None
    words = "{name} is {found}; finite numbers above 0 are needed"
    if np.isinf(array).any() or (array.ndim == 0 and not array > 0):
        raise StatisticsError(words, name=name, found=value)
    refusals.refuse(array <= 0, words, name=name, found=array)
    return array


def _floats(value, name, refusals):
    if value is None:
        return None
    array = np.asarray(value, dtype=float)
    if array.ndim and (not refusals.many or array.shape != (refusals.count,)):
        raise StatisticsError(
            "{name} has shape {found}; one number is needed, or one per study", name=name, found=array.shape
        )
    return array[()]

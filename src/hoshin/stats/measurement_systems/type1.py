"""Type 1 gauge study: one operator, one master, many readings — is the gauge fit to be studied further?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import gammaincinv, ndtri

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_number, check_numbers
from hoshin.stats.measurement_systems._given import column
from hoshin.stats.measurement_systems.bias import BiasStudy, bias
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class Type1Study(Batched):
    """Capability of a gauge on one master: Cg of its repeatability, Cgk with its bias.

    Intervals have the confidence of ``bias``.
    """

    bias: BiasStudy
    tolerance: float | np.ndarray
    k_percent: float
    study_multiplier: float
    resolution: float | np.ndarray | None
    Cg: float | np.ndarray
    Cgk: float | np.ndarray
    pct_var_repeatability: float | np.ndarray
    pct_var_repeatability_bias: float | np.ndarray
    pct_resolution: float | np.ndarray | None
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "Cg"
    optional = ("resolution", "pct_resolution")
    title = "Type 1 gauge study"
    sources = (
        "R. Fisher and others, Robert Bosch GmbH, Quality Management in the Bosch Group, booklet 10, procedure 1",
        "VDA 5, Capability of Measurement Processes, 2nd edition, chapter 6",
    )
    assumptions = BiasStudy.assumptions

    @property
    def Cg_ci(self):
        """Lower and upper end of the interval for Cg: s has a chi-squared distribution."""
        df, tail = self.bias.df, (1 - self.bias.confidence) / 2
        return tuple(self.Cg * np.sqrt(2 * gammaincinv(df / 2, p) / df) for p in (tail, 1 - tail))

    @property
    def Cgk_ci(self):
        """Lower and upper end of the interval for Cgk, by the normal approximation."""
        error = np.sqrt(4 / (self.study_multiplier**2 * self.bias.n) + self.Cgk**2 / (2 * self.bias.df))
        half = ndtri((1 + self.bias.confidence) / 2) * error
        return self.Cgk - half, self.Cgk + half

    def capable(self, minimum: float = 1.33):
        """Whether Cg and Cgk both reach the minimum."""
        return (np.minimum(self.Cg, self.Cgk) >= minimum)[()]

    def steps(self):
        """Cg, Cgk and the percentages."""
        n = {"K": self.k_percent, "T": self.tolerance, "L": self.study_multiplier, "s": self.bias.sd}
        n |= {"bias": np.abs(self.bias.bias), "Cg": self.Cg, "Cgk": self.Cgk}
        yield from self.bias.steps()
        yield Step("Cg", "({K} / 100 x {T}) / ({L} x {s})", n, self.Cg)
        yield Step("Cgk", "({K} / 200 x {T} - {bias}) / ({L} / 2 x {s})", n, self.Cgk)
        n |= {"n": self.bias.n, "df": self.bias.df}
        yield Step("interval of Cg", "{Cg} x sqrt(chi-squared quantile / {df})", n, self.Cg_ci)
        yield Step("interval of Cgk", "{Cgk} -+ z sqrt(4 / ({L}^2 {n}) + {Cgk}^2 / (2 {df}))", n, self.Cgk_ci)
        yield Step("% variation (repeatability)", "{K} / {Cg}", n, self.pct_var_repeatability)
        yield Step("% variation (repeatability and bias)", "{K} / {Cgk}", n, self.pct_var_repeatability_bias)


def type1(
    values,
    reference,
    tolerance,
    *,
    offsets=None,
    k_percent: float = 20.0,
    study_multiplier: float = 6.0,
    confidence: float = 0.95,
    resolution=None,
    on_error: str = "raise",
) -> Type1Study:
    """Capability of a gauge from repeated readings of one master, for one gauge or many at once.

    Estimand: the share K of the tolerance T over the gauge's own spread L s, without and with its bias.
    Cg = (K/100 T) / (L s), Cgk = (K/200 T - |bias|) / (L/2 s).

    Parameters
    ----------
    values : array (n,), readings of the master (usually 50); (gauges, n) of many gauges, or flat with ``offsets``; n >= 2
    reference : number or one per gauge, the master's value
    tolerance : number or one per gauge, width of the tolerance
    offsets : where each gauge's readings begin in a flat column, and its length
    k_percent : share of the tolerance the gauge may use: 20 (usual), 15, 10
    study_multiplier : number, L: 6, or 4 in older German booklets
    confidence : of the intervals of bias, Cg (chi-squared) and Cgk (normal approximation)
    resolution : number or one per gauge (NaN where it is not known), optional; the gauge's smallest step, reported in % of
        the tolerance (5 or less is wanted)
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: reference, tolerance, resolution and bias in the unit of the readings; Cg and Cgk have none.

    Assumes: readings independent and normal; the uncertainty of the master negligible.

    Errors: Missing values, fewer than 2 readings, readings that never differ, a tolerance that is not positive.

    Source: Robert Bosch GmbH, Quality Management in the Bosch Group, booklet 10, Capability of Measurement and Test
    Processes, procedure 1; the interval of Cgk after A. F. Bissell, Applied Statistics 39 (1990), 331-340.

    >>> study = type1([10.01, 10.02, 10.00, 9.99, 10.01, 10.03], 10.0, 0.5)
    >>> round(study.Cg, 3), round(study.Cgk, 3), bool(study.capable())
    (1.179, 0.943, False)
    """
    deviation = bias(values, reference, offsets=offsets, confidence=confidence, on_error=on_error)
    width = _width(tolerance, deviation.count)
    k = check_number(k_percent, "k_percent", above=0)
    multiplier = check_number(study_multiplier, "study_multiplier", above=0)
    refusals = Refusals(deviation.count or 1, deviation.count is not None, on_error, dict(deviation.problems))
    refusals.refuse(~(width > 0), "tolerance is {found}; a width above 0 is needed", found=width)
    step = _step(resolution, refusals)
    spread = multiplier * deviation.sd
    cg, cgk = refusals.blank(k / 100 * width / spread, (k / 200 * width - np.abs(deviation.bias)) / (spread / 2))
    return Type1Study(
        bias=deviation,
        tolerance=width,
        k_percent=k,
        study_multiplier=multiplier,
        resolution=step,
        Cg=cg,
        Cgk=cgk,
        pct_var_repeatability=k / cg,
        pct_var_repeatability_bias=_share(k, cgk),
        pct_resolution=None if step is None else 100 * step / width,
        problems=refusals.problems,
    )


def _width(tolerance, gauges):
    width = check_numbers(tolerance, "tolerance", ndim=(0, 1))[()]
    if np.shape(width) not in ((), (gauges,)):
        raise StatisticsError(
            "tolerance has shape {found}; one number is needed, or one per gauge", found=np.shape(width)
        )
    return width


def _step(resolution, refusals: Refusals):
    """The smallest step of every gauge."""
    if resolution is None:
        return None
    step = column(resolution, "resolution", refusals, above=0, gaps=True, of="gauges")
    return step if refusals.many and np.ndim(resolution) else float(step[0])


def _share(k, cgk):
    with np.errstate(divide="ignore"):
        return np.divide(k, cgk)

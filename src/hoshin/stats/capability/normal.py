"""Capability and performance of a process whose values are roughly normal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from hoshin.stats._results import Batched
from hoshin.stats.capability.spread import read_spread
from hoshin.stats.errors import StatisticsError, check_choice, check_each, check_fraction, check_limits
from hoshin.stats.results import FrozenDict, Step

FEW = 30
"""With fewer values an index is marked: its 95 % interval is wider than about -+ 25 %."""


@dataclass(frozen=True, eq=False)
class Capability(Batched):
    """Capability (within subgroups) and performance (overall) against a specification.

    An index that does not exist, for want of a limit or target, is None (NaN among many characteristics). Intervals
    are (lower, upper). ``cautions`` says what the figures cannot be trusted for; ``unstable`` counts the points beyond
    the limits of the control chart. For many characteristics every number is an array with a leading axis of them, and
    ``study[i]`` is the study of one, with its cautions.
    """

    n: Any
    mean: Any
    sd_within: Any
    sd_overall: Any
    lsl: Any
    usl: Any
    target: Any
    sigma_method: str
    df_within: Any
    confidence: float
    Cp: Any
    CPL: Any
    CPU: Any
    Cpk: Any
    Cpm: Any
    Pp: Any
    PPL: Any
    PPU: Any
    Ppk: Any
    Cp_ci: Any
    Cpk_ci: Any
    Cpm_ci: Any
    Pp_ci: Any
    Ppk_ci: Any
    ppm_within_below: Any
    ppm_within_above: Any
    ppm_overall_below: Any
    ppm_overall_above: Any
    ppm_observed_below: Any
    ppm_observed_above: Any
    unstable: Any
    cautions: tuple[str, ...] = ()
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Process capability, normal distribution"
    assumptions = (
        "the process is stable",
        "values roughly normal",
        "independent values",
        "intervals: chi-square for Cp and Pp, normal approximation for Cpk and Ppk, Boyles for Cpm",
    )
    sources = (
        "D. C. Montgomery, Introduction to Statistical Quality Control, chapter 8",
        "A. F. Bissell, How reliable is your capability index?, Applied Statistics 39 (1990), 331-340",
        "R. A. Boyles, The Taguchi capability index, J. Quality Technology 23 (1991), 17-26",
    )

    pairs = ("Cp_ci", "Cpk_ci", "Cpm_ci", "Pp_ci", "Ppk_ci")
    optional = (
        *("mean", "sd_within", "sd_overall", "df_within", "lsl", "usl", "target"),
        *("Cp", "CPL", "CPU", "Cpk", "Cpm", "Pp", "PPL", "PPU", "Ppk", *pairs),
        *("ppm_within_below", "ppm_within_above", "ppm_overall_below", "ppm_overall_above"),
        *("ppm_observed_below", "ppm_observed_above"),
    )

    def _entry(self, i: int, **own) -> Capability:
        return super()._entry(i, cautions=_cautions(int(self.unstable[i]), int(self.n[i])), **own)

    @property
    def ppm_within(self):
        """Expected parts per million outside the specification, short term."""
        return _together(self.ppm_within_below, self.ppm_within_above)

    @property
    def ppm_overall(self):
        """Expected parts per million outside the specification, long term."""
        return _together(self.ppm_overall_below, self.ppm_overall_above)

    @property
    def ppm_observed(self):
        """Parts per million found outside the specification."""
        return _together(self.ppm_observed_below, self.ppm_observed_above)

    @property
    def stable(self):
        """Whether no point of the control chart is beyond its limits."""
        return self.unstable == 0

    def steps(self):
        """The indices as a person computes them."""
        yield Step("n", value=self.n)
        yield Step("mean", value=self.mean)
        yield Step("s within", self.sigma_method, value=self.sd_within)
        yield Step("s overall", "standard deviation of all values, divisor n - 1", value=self.sd_overall)
        yield Step(
            "specification", "LSL {lsl}, USL {usl}, target {t}", {"lsl": self.lsl, "usl": self.usl, "t": self.target}
        )
        for name, formula in _FORMULAS.items():
            if getattr(self, name) is not None:
                yield Step(name, formula, value=getattr(self, name))
        for name in ("Cp_ci", "Cpk_ci", "Cpm_ci", "Pp_ci", "Ppk_ci"):
            if getattr(self, name) is not None:
                level = {"level": self.confidence}
                yield Step(f"{name.removesuffix('_ci')} interval", "confidence {level}", level, getattr(self, name))
        for name in ("ppm_within", "ppm_overall", "ppm_observed"):
            yield Step(name.replace("_", " "), value=getattr(self, name))
        yield Step("points of the control chart beyond its limits", value=self.unstable)
        for caution in self.cautions:
            yield Step("caution", caution)


_FORMULAS = {
    "Cp": "(USL - LSL) / (6 s within)",
    "CPL": "(mean - LSL) / (3 s within)",
    "CPU": "(USL - mean) / (3 s within)",
    "Cpk": "the smaller of CPL and CPU",
    "Pp": "(USL - LSL) / (6 s overall)",
    "PPL": "(mean - LSL) / (3 s overall)",
    "PPU": "(USL - mean) / (3 s overall)",
    "Ppk": "the smaller of PPL and PPU",
    "Cpm": "(USL - LSL) / (6 sqrt(s overall^2 + (mean - target)^2))",
}


def normal(
    values=None,
    *,
    subgroups=None,
    subgroup_offsets=None,
    offsets=None,
    lsl=None,
    usl=None,
    target=None,
    sigma_method: str | None = None,
    confidence: float = 0.95,
    cpm_interval: str = "boyles",
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> Capability:
    """Capability Cp, Cpk, Cpm and performance Pp, Ppk of a process with roughly normal values, with intervals.

    Estimand: ``Cpk = min(USL - mean, mean - LSL) / (3 s)``, ``Cp = (USL - LSL) / (6 s)`` with s within subgroups; Ppk,
    Pp the same with the overall s; ``Cpm = (USL - LSL) / (6 sqrt(s^2 + (mean - target)^2))``, s overall.

    Parameters
    ----------
    values : (n,) single values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    subgroups : instead of values: (m, n), a list of lists, (C, m, n), or a flat column with ``subgroup_offsets``.
    subgroup_offsets, offsets : where each subgroup begins in a flat column, and its length; where each characteristic
        begins, counted in values, or in subgroups where there are any.
    lsl, usl, target : the specification in the unit of the values; one number, or one per characteristic (NaN where
        there is none). Either limit may be missing; then there is no Cp, Pp, Cpm.
    sigma_method : the estimator of s within: that of ``i_mr`` for values ("mr_mean"), of ``xbar_r`` for subgroups
        ("pooled_c4").
    confidence : of the two-sided intervals.
    cpm_interval : degrees of freedom of the interval of Cpm, with d = (mean - target) / s: "boyles" takes
        ``n (1 + d^2)^2 / (1 + 2 d^2)``, which matches mean and variance; "qcc" takes ``n (1 + d^2) / (1 + 2 d^2)``,
        as the R package does, and is wider.
    on_unstable : "mark" notes points beyond the limits of the control chart as a caution; "raise" refuses them.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Intervals: Cp and Pp by chi-square; Cpk and Ppk ``index -+ z sqrt(1/(9 n) + index^2 / (2 df))``; Cpm by chi-square
    with Boyles' degrees of freedom. df is n - 1 for the overall s and the (effective) one of the estimator within.

    Units: values, limits and target in one unit; indices have none; ppm in parts per million.

    Assumes: a stable process, independent and roughly normal values.

    Errors: no limit, LSL not below USL, fewer than two values, no variation; with ``on_unstable="raise"`` points beyond
    the limits of the control chart.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, chapter 8; A. F. Bissell, Applied Statistics
    39 (1990), 331-340; R. A. Boyles, J. Quality Technology 23 (1991), 17-26.

    >>> study = normal([5.2, 5.0, 4.9, 5.1, 5.3, 4.8, 5.0, 5.1], lsl=4.0, usl=6.0)
    >>> round(study.Cpk, 3), round(study.Ppk, 3), tuple(round(x, 2) for x in study.Ppk_ci)
    (1.667, 1.975, (0.91, 3.03))
    >>> study.cautions
    ('8 values: fewer than 30, see the width of the intervals',)
    """
    check_fraction(confidence)
    check_choice(cpm_interval, ("boyles", "qcc"), "cpm_interval")
    spread = read_spread(values, subgroups, subgroup_offsets, offsets, sigma_method, on_error)
    lsl, usl, target = _specification(spread, lsl, usl, target)
    if on_unstable == "raise" and np.any(spread.unstable > 0):
        raise StatisticsError(
            "{found} point(s) of the control chart are beyond its limits; capability is that of a stable process",
            found=int(np.max(spread.unstable)),
        )
    numbers = _indices(spread, lsl, usl, target, confidence, 2 if cpm_interval == "boyles" else 1) | _parts_per_million(
        spread, lsl, usl
    )
    if not spread.many:
        numbers = {name: _single(value) for name, value in numbers.items()}
    return Capability(
        sigma_method=spread.method,
        confidence=confidence,
        cautions=() if spread.many else _cautions(int(spread.unstable[0]), int(spread.n[0])),
        problems=spread.problems,
        **numbers,
    )


def _specification(spread, lsl, usl, target):
    """Limits and target, one per characteristic, NaN where there is none."""
    if not spread.many:
        check_limits(lsl, usl, target)
    named = (("lsl", lsl), ("usl", usl), ("target", target))
    given = [check_each(limit, name, spread.mean.size) for name, limit in named]
    low, high, _ = given
    wrong = ~(low < high) & ~(np.isnan(low) ^ np.isnan(high))
    spread.refuse(wrong, "lsl is {lsl} and usl is {usl}; at least one is needed, and lsl below usl", lsl=low, usl=high)
    return given


def _indices(spread, lsl, usl, target, confidence, power):
    n, mean, within, overall = spread.n, spread.mean, spread.within, spread.overall
    width = usl - lsl
    taguchi = np.sqrt(overall**2 + (mean - target) ** 2)
    cpl, cpu = (mean - lsl) / (3 * within), (usl - mean) / (3 * within)
    ppl, ppu = (mean - lsl) / (3 * overall), (usl - mean) / (3 * overall)
    cp, pp, cpm = width / (6 * within), width / (6 * overall), width / (6 * taguchi)
    cpk, ppk = np.fmin(cpl, cpu), np.fmin(ppl, ppu)
    off = ((mean - target) / overall) ** 2
    tail = (1 - confidence) / 2
    return {
        "n": n, "mean": mean, "sd_within": within, "sd_overall": overall, "df_within": spread.freedom,
        "lsl": lsl, "usl": usl, "target": target, "unstable": spread.unstable,
        "Cp": cp, "CPL": cpl, "CPU": cpu, "Cpk": cpk, "Cpm": cpm, "Pp": pp, "PPL": ppl, "PPU": ppu, "Ppk": ppk,
        "Cp_ci": _by_chi_square(cp, spread.freedom, tail),
        "Cpk_ci": _by_normal(cpk, n, spread.freedom, tail),
        "Cpm_ci": _by_chi_square(cpm, n * (1 + off) ** power / (1 + 2 * off), tail),
        "Pp_ci": _by_chi_square(pp, n - 1, tail),
        "Ppk_ci": _by_normal(ppk, n, n - 1, tail),
    }  # fmt: skip


def _by_chi_square(index, df, tail: float):
    """index sqrt(chi2(tail, df) / df) and the same for the upper tail."""
    if np.isnan(index).all():
        return np.full((index.size, 2), np.nan)
    df = np.asarray(df, dtype=float)
    if df.size > 1 and (df == df[0]).all():
        df = df[:1]
    factors = (np.sqrt(2 * gammaincinv(df / 2, p) / df) for p in (tail, 1 - tail))
    return np.stack([index * factor for factor in factors], axis=1)


def _by_normal(index, n, df, tail: float):
    margin = -ndtri(tail) * np.sqrt(1 / (9 * np.maximum(n, 1)) + index**2 / (2 * df))
    return np.stack([index - margin, index + margin], axis=1)


def _parts_per_million(spread, lsl, usl):
    numbers = {}
    for name, sd in (("within", spread.within), ("overall", spread.overall)):
        numbers[f"ppm_{name}_below"] = 1e6 * ndtr((lsl - spread.mean) / sd)
        numbers[f"ppm_{name}_above"] = 1e6 * ndtr((spread.mean - usl) / sd)
    below, above = spread.outside(lsl, usl)
    for side, limit, found in (("below", lsl, below), ("above", usl, above)):
        there = ~np.isnan(limit) & (spread.n > 0)
        numbers[f"ppm_observed_{side}"] = np.where(there, 1e6 * found / np.maximum(spread.n, 1), np.nan)
    return numbers


def _single(value):
    """The number of the only characteristic; None where it does not exist."""
    entry = value[0]
    if np.ndim(entry):
        return None if np.isnan(entry).any() else tuple(entry.tolist())
    number = entry.item()
    return None if number != number else number


def _cautions(unstable: int, n: int) -> tuple[str, ...]:
    found = []
    if unstable > 0:
        found.append(
            f"{unstable} point(s) of the control chart are beyond its limits: "
            "the process is not stable, and its capability not defined"
        )
    if n < FEW:
        found.append(f"{n} values: fewer than {FEW}, see the width of the intervals")
    return tuple(found)


def _together(below, above):
    if np.ndim(below) or np.ndim(above):
        return np.where(np.isnan(below), 0, below) + np.where(np.isnan(above), 0, above)
    return (below or 0.0) + (above or 0.0)

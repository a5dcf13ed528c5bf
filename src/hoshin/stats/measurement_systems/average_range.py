"""Crossed gauge R&R by averages and ranges, the method of worksheets without a computer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._layout import read_batch
from hoshin.stats._results import Batched
from hoshin.stats.constants import d2, d3
from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_number
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    Yardstick,
    check_sizes_of,
    distinct_categories,
    either,
    positive,
    verdict,
    yardstick,
)
from hoshin.stats.measurement_systems.gauge_study import checked
from hoshin.stats.results import FrozenDict, Step

# By trials, appraisers, parts: AIAG, Measurement Systems Analysis, 4th edition, report form of the method.
_AIAG_K1 = {2: 0.8862, 3: 0.5908}
_AIAG_K2 = {2: 0.7071, 3: 0.5231}
_AIAG_K3 = {2: 0.7071, 3: 0.5231, 4: 0.4467, 5: 0.4030, 6: 0.3742, 7: 0.3534, 8: 0.3375, 9: 0.3249, 10: 0.3146}


@dataclass(frozen=True, eq=False)
class AverageRangeStudy(Batched):
    """A gauge study by averages and ranges, in AIAG's letters; EV, AV, GRR, PV, TV are standard deviations."""

    parts: int
    operators: int
    trials: int
    mean: float | np.ndarray
    K1: float
    K2: float
    K3: float
    r_double_bar: float | np.ndarray
    x_diff: float | np.ndarray
    r_part: float | np.ndarray
    EV: float | np.ndarray
    AV: float | np.ndarray
    GRR: float | np.ndarray
    PV: float | np.ndarray
    TV: float | np.ndarray
    pct_EV: float | np.ndarray
    pct_AV: float | np.ndarray
    pct_GRR: float | np.ndarray
    pct_PV: float | np.ndarray
    pct_tolerance: dict | None
    ndc_real: float | np.ndarray
    ndc: int | np.ndarray
    against: Yardstick
    total_sd: float | np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    optional = ("total_sd",)
    title = "Gauge R&R, average and range method"
    sources = ("AIAG, Measurement Systems Analysis, 4th edition, chapter III section B",)
    assumptions = (
        "there is no interaction between parts and operators (the method cannot see one)",
        "the effects are independent and normal, repeatability is the same for every part and operator",
    )

    @property
    def verdict(self):
        """AIAG's word for % tolerance of gauge R&R where a tolerance is known, else for its % of total variation."""
        return verdict(either(self.pct_tolerance and self.pct_tolerance["GRR"], self.pct_GRR))

    def _entry(self, i, **_):
        known = self.pct_tolerance is not None and not np.isnan(self.pct_tolerance["GRR"][i])
        return super()._entry(i, **({} if known else {"pct_tolerance": None}))

    def steps(self):
        """The lines of AIAG's report form."""
        n = {"p": self.parts, "r": self.trials, "r_bar": self.r_double_bar, "K1": self.K1, "K2": self.K2, "K3": self.K3}
        n |= {"x_diff": self.x_diff, "r_part": self.r_part, "EV": self.EV, "AV": self.AV, "GRR": self.GRR}
        n |= {"PV": self.PV, "TV": self.TV, "factor": self.against.ndc_factor}
        yield Step("average range of the trials", value=self.r_double_bar)
        yield Step("range of the operators' averages", value=self.x_diff)
        yield Step("range of the parts' averages", value=self.r_part)
        yield Step("EV", "{r_bar} x {K1}", n, self.EV)
        yield Step("AV", "sqrt(({x_diff} x {K2})^2 - {EV}^2 / ({p} x {r})), 0 if negative", n, self.AV)
        yield Step("GRR", "sqrt({EV}^2 + {AV}^2)", n, self.GRR)
        yield Step("PV", "{r_part} x {K3}", n, self.PV)
        yield Step("TV", "sqrt({GRR}^2 + {PV}^2)", n, self.TV)
        yield Step("% GRR", "100 x {GRR} / {TV}", n, self.pct_GRR)
        yield Step("number of distinct categories", "{factor} x {PV} / {GRR}, truncated, at least 1", n, self.ndc)


def gauge_rr_average_range(
    data,
    *,
    constants: str = "exact",
    K1: float | None = None,
    K2: float | None = None,
    K3: float | None = None,
    total_sd=None,
    tolerance=None,
    lsl=None,
    usl=None,
    study_multiplier: float = 6.0,
    ndc_factor: float = NDC_FACTOR,
    on_error: str = "raise",
) -> AverageRangeStudy:
    """Repeatability and reproducibility from ranges and averages, for one crossed study or many at once.

    Estimand: the standard deviations of repeatability (EV), reproducibility (AV) and parts (PV).
    EV = Rbarbar K1; AV = sqrt((Xdiff K2)^2 - EV^2/(p r)); GRR^2 = EV^2 + AV^2; PV = Rp K3; TV^2 = GRR^2 + PV^2.

    Parameters
    ----------
    data : array (parts, operators, trials), or (characteristics, parts, operators, trials) of many; complete, at least
        2 of each
    constants : "exact": K1 = 1/d2(r), K2 = 1/d2*(o), K3 = 1/d2*(p) with d2*(m) = sqrt(d2(m)^2 + d3(m)^2); "aiag": the
        four digits of the manual's form (2-3 trials, 2-3 operators, 2-10 parts)
    K1, K2, K3 : number, optional; wins over ``constants``
    total_sd : number or one per characteristic (NaN where it is not known), optional; total variation known from the
        process, instead of TV
    tolerance, lsl, usl, study_multiplier, ndc_factor : as in ``gauge_rr_crossed``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: EV, AV, GRR, PV, TV are standard deviations in the unit of the data, without a factor 6 or 5.15.

    Assumes: no interaction of part and operator, which the method cannot see; effects independent and normal.

    Errors: Missing values, fewer than 2 parts, operators or trials, trials that never differ, no printed constant.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III section B, average and range method.

    >>> data = [[[0.29, 0.41], [0.08, 0.25]], [[-0.56, -0.68], [-0.47, -1.22]], [[1.34, 1.17], [1.19, 0.94]]]
    >>> study = gauge_rr_average_range(data, constants="aiag")
    >>> round(study.EV, 4), round(study.GRR, 4), study.ndc
    (0.2334, 0.2557, 5)
    """
    refusals, array = read_batch(data, "data", 3, on_error)
    parts, operators, trials = check_sizes_of(array.shape[-3:], ("parts", "operators", "trials"))
    against = yardstick(refusals, study_multiplier, tolerance, lsl, usl, None, ndc_factor)
    total = positive(total_sd, "total_sd", refusals)
    factors = _factors(constants, (K1, K2, K3), (trials, operators, parts))
    averages = array.mean(axis=-1)
    x_diff, r_part = np.ptp(averages.mean(axis=-2), axis=-1), np.ptp(averages.mean(axis=-1), axis=-1)
    r_bar = np.ptp(array, axis=-1).mean(axis=(-1, -2))
    mean, r_bar, x_diff, r_part = checked(refusals, against, array, averages.mean(axis=(-1, -2)), r_bar, x_diff, r_part)
    with np.errstate(over="ignore"):
        refusals.refuse_overflow(np.hypot(r_bar, x_diff) ** 2, r_part**2)
    r_bar, x_diff, r_part = refusals.blank(r_bar, x_diff, r_part)
    sds = _deviations(factors, (r_bar, x_diff, r_part), parts * trials, total)
    ndc_real, ndc = distinct_categories(sds["PV"], sds["GRR"], against.ndc_factor)
    return AverageRangeStudy(
        parts=parts,
        operators=operators,
        trials=trials,
        mean=mean,
        **dict(zip(("K1", "K2", "K3"), factors, strict=True)),
        r_double_bar=r_bar,
        x_diff=x_diff,
        r_part=r_part,
        **sds,
        **{f"pct_{name}": 100 * sds[name] / sds["TV"] for name in ("EV", "AV", "GRR", "PV")},
        pct_tolerance=_of_tolerance(sds, mean, against),
        ndc_real=ndc_real,
        ndc=ndc,
        against=against,
        total_sd=total,
        problems=refusals.problems,
    )


def _deviations(factors, ranges, readings: int, total_sd) -> dict:
    """EV, AV, GRR, PV and TV; readings is how many each operator made."""
    (k1, k2, k3), (r_bar, x_diff, r_part) = factors, ranges
    ev, pv = r_bar * k1, r_part * k3
    av = np.sqrt(np.maximum(0, (x_diff * k2) ** 2 - ev**2 / readings))
    grr = np.hypot(ev, av)
    tv = np.hypot(grr, pv)
    if total_sd is not None:
        tv = np.where(np.isnan(grr) | np.isnan(total_sd), tv, total_sd)[()]
    return {"EV": ev, "AV": av, "GRR": grr, "PV": pv, "TV": tv}


def _of_tolerance(sds, mean, against):
    width = against.width(mean)
    return None if width is None else {name: 100 * against.study_multiplier * sd / width for name, sd in sds.items()}


def d2_star(m, groups=1):
    """The divisor that makes the square of a mean range unbiased, for one size or many.

    Estimand: d2* = sqrt(d2(m)^2 + d3(m)^2 / groups), so that the expectation of (mean range / d2*)^2 is the variance.

    Parameters
    ----------
    m : whole number or array of them, values in each range, at least 2
    groups : whole number or array of them, ranges that are averaged

    Units: none; a range divided by it is a standard deviation.

    Assumes: independent normal values.

    Errors: Fewer than 2 values, less than 1 range.

    Source: A. J. Duncan, Quality Control and Industrial Statistics, 5th edition, appendix, table D3.

    >>> round(d2_star(15), 3), round(d2_star(3), 3)
    (3.553, 1.912)
    >>> d2_star([3, 5], [1, 10]).round(3)
    array([1.912, 2.342])
    """
    found = np.sqrt(np.square(d2(m)) + np.square(d3(m)) / check_ranges(groups))
    return found if np.ndim(found) else float(found)


def check_ranges(groups) -> np.ndarray:
    """How many ranges are averaged: whole numbers of at least 1.

    >>> check_ranges([1, 2])
    array([1., 2.])
    """
    array = check_finite(groups, "groups")
    if not np.all((array >= 1) & (array % 1 == 0)):
        raise StatisticsError("{name} is {found}; whole numbers of at least 1 are needed", name="groups", found=groups)
    return array


def _factors(constants, given, sizes):
    check_choice(constants, ("exact", "aiag"), "constants")
    exact = (lambda n: 1 / d2(n), lambda n: 1 / d2_star(n), lambda n: 1 / d2_star(n))
    printed = (_AIAG_K1, _AIAG_K2, _AIAG_K3)
    found = []
    for name, k, size, compute, table in zip(("K1", "K2", "K3"), given, sizes, exact, printed, strict=True):
        if k is not None:
            found.append(check_number(k, name, above=0))
        elif constants == "exact":
            found.append(compute(size))
        elif size in table:
            found.append(table[size])
        else:
            raise StatisticsError(
                "AIAG prints no {name} for {size}, only for {known}; constants='exact' knows every size",
                name=name,
                size=size,
                known=", ".join(map(str, table)),
            )
    return found

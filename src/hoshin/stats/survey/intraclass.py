"""Intraclass correlation: how alike are ratings of one target by several raters, or members of one team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, fdtri

from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.results import Result, Step
from hoshin.stats.survey._answers import read_answers, sums_of_rows

KINDS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


@dataclass(frozen=True, eq=False)
class IntraclassCorrelation(Result):
    """One of Shrout and Fleiss' six coefficients with its interval and the F test of none."""

    kind: str
    value: float
    interval: tuple[float, float]
    f: float
    df: tuple[float, float]
    pvalue: float
    ms_targets: float
    ms_raters: float
    ms_error: float
    ms_within: float
    targets: int
    raters: int
    confidence: float

    title = "Intraclass correlation"
    assumptions = ("targets are a random sample", "effects and errors are normal and independent")
    sources = ("P. E. Shrout, J. L. Fleiss, Psychological Bulletin 86 (1979), 420-428",)

    def steps(self):
        """Mean squares, coefficient, interval and test."""
        yield Step("mean square between targets", value=self.ms_targets)
        yield Step("mean square within targets", value=self.ms_within)
        yield Step("mean square between raters", value=self.ms_raters)
        yield Step("mean square of the rest", value=self.ms_error)
        yield Step(self.kind, _FORMULAS[self.kind], value=self.value)
        yield Step(f"{self.confidence:.0%} interval", value=self.interval)
        yield Step("F", value=self.f)
        yield Step("p value", value=self.pvalue)


_FORMULAS = {
    "ICC(1,1)": "(BMS - WMS) / (BMS + (k-1) WMS)",
    "ICC(2,1)": "(BMS - EMS) / (BMS + (k-1) EMS + k (JMS - EMS) / n)",
    "ICC(3,1)": "(BMS - EMS) / (BMS + (k-1) EMS)",
    "ICC(1,k)": "(BMS - WMS) / BMS",
    "ICC(2,k)": "(BMS - EMS) / (BMS + (JMS - EMS) / n)",
    "ICC(3,k)": "(BMS - EMS) / BMS",
}


def intraclass_correlation(
    ratings, kind: str = "ICC(2,1)", confidence: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> IntraclassCorrelation:
    """How much of the scatter of ratings is between the targets: Shrout and Fleiss' six coefficients.

    Estimand: the variance between targets over all variance of a rating (or of the mean of k), from the mean squares
    between targets BMS, within targets WMS, between raters JMS and of the rest EMS: ICC(1,1) = (BMS - WMS) / (BMS + (k-1)
    WMS), ICC(2,1) = (BMS - EMS) / (BMS + (k-1) EMS + k (JMS - EMS) / n), ICC(3,1) = (BMS - EMS) / (BMS + (k-1) EMS); of
    the mean (BMS - WMS) / BMS, (BMS - EMS) / (BMS + (JMS - EMS) / n), (BMS - EMS) / BMS. Intervals from F; for kind 2
    with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    ratings : (targets, raters), at least 2 by 2 and none missing; (C, targets, raters) of many studies, or a table with
        ``offsets``.
    kind : 1 each target has raters of its own (members of a team: ICC(1,1), and ICC(1,k) for the team's mean), 2 the same
        raters, a sample of many, agreement counts, 3 these very raters, only consistency counts; ",1" a single rating,
        ",k" the mean of them all.
    confidence : of the two-sided interval.
    offsets : many studies: where each begins among the targets, and their number.
    on_error : "raise", or "mark": a study without an answer gets NaN and a word in ``problems``.

    Units: mean squares in the square of the unit of the ratings; the coefficient has none.

    Assumes: targets are a random sample; effects and errors are normal, independent, of one variance.

    Errors: fewer than 2 targets or raters, a missing rating, ratings without scatter within targets.

    Source: P. E. Shrout, J. L. Fleiss, Psychological Bulletin 86 (1979), 420-428, table 4.

    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(intraclass_correlation(ratings, kind).value, 2) for kind in KINDS]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    check_choice(kind, KINDS, "kind")
    tail = (1 - check_fraction(confidence)) / 2
    read = read_answers(ratings, offsets, None, on_error, "ratings")
    layout, k = read.layout, read.rows.shape[1]
    layout.refuse(
        read.left_out > 0, "{found} target(s) miss a rating; every rating is needed here", found=read.left_out
    )
    layout.refuse_few(layout.segments.lengths, 2, "targets")
    layout.refuse_few(np.full(layout.count, k), 2, "raters")
    starts = layout.segments.offsets[:-1]
    alike = np.maximum.reduceat(read.rows.max(axis=1), starts) == np.minimum.reduceat(read.rows.min(axis=1), starts)
    layout.refuse(alike, "ratings have no variation (standard deviation {found})", found=0.0)

    def compute(part, rows):
        columns = _columns(part, rows, kind, tail)
        return columns, {"kind": kind, "raters": k, "confidence": float(confidence)}

    return layout.result(IntraclassCorrelation, compute, read.rows)


def _columns(part, x, kind: str, tail: float) -> dict:
    segments, k = part.segments, x.shape[1]
    n = segments.lengths
    by_target, by_rater = x.mean(axis=1), sums_of_rows(segments, x) / n[:, None]
    mean = segments.sums(by_target) / n
    targets = k * segments.sums(np.square(by_target - segments.per_point(mean)))
    raters = n * np.square(by_rater - mean[:, None]).sum(axis=1)
    within = segments.sums(np.square(x - by_target[:, None]).sum(axis=1))
    bms, jms = targets / (n - 1), raters / (k - 1)
    ems, wms = (within - raters) / ((n - 1) * (k - 1)), within / (n * (k - 1))
    one_way = kind.startswith("ICC(1")
    noise = wms if one_way else ems
    part.refuse(
        ~(noise > 1e-14 * np.maximum(bms, jms)),
        "the ratings leave no scatter within targets; the coefficient is 1 without an interval",
    )
    df2 = (n * (k - 1) if one_way else (n - 1) * (k - 1)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = bms / noise
        interval = _interval(kind, bms, jms, ems, f, n, k, df2, tail)
        value = _value(kind, bms, jms, ems, wms, n, k)
    return {
        "value": value, "interval": np.stack(interval, axis=1), "f": f, "df": np.stack([n - 1.0, df2], axis=1),
        "pvalue": fdtrc(n - 1, df2, f), "ms_targets": bms, "ms_raters": jms, "ms_error": ems, "ms_within": wms,
        "targets": n,
    }  # fmt: skip


def _value(kind, bms, jms, ems, wms, n, k):
    return {
        "ICC(1,1)": lambda: (bms - wms) / (bms + (k - 1) * wms),
        "ICC(2,1)": lambda: (bms - ems) / (bms + (k - 1) * ems + k * (jms - ems) / n),
        "ICC(3,1)": lambda: (bms - ems) / (bms + (k - 1) * ems),
        "ICC(1,k)": lambda: np.where(bms > 0, (bms - wms) / bms, -np.inf),
        "ICC(2,k)": lambda: (bms - ems) / (bms + (jms - ems) / n),
        "ICC(3,k)": lambda: np.where(bms > 0, (bms - ems) / bms, -np.inf),
    }[kind]()


def _interval(kind, bms, jms, ems, f, n, k, df2, tail):
    if kind.startswith("ICC(2"):
        low, high = _agreement_interval(bms, jms, ems, n, k, tail)
    else:
        f_low, f_high = f / fdtri(n - 1, df2, 1 - tail), f * fdtri(df2, n - 1, 1 - tail)
        if kind.endswith("k)"):
            return 1 - 1 / f_low, 1 - 1 / f_high
        return (f_low - 1) / (f_low + k - 1), (f_high - 1) / (f_high + k - 1)
    if kind.endswith("k)"):
        return k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)
    return low, high


def _agreement_interval(bms, jms, ems, n, k, tail):
    """Shrout and Fleiss 1979, page 424, with Satterthwaite's degrees of freedom."""
    rho = _value("ICC(2,1)", bms, jms, ems, 0.0, n, k)
    fj = jms / ems
    top = k * rho * fj + n * (1 + (k - 1) * rho) - k * rho
    v = (k - 1) * (n - 1) * top**2 / ((n - 1) * k**2 * rho**2 * fj**2 + (n * (1 + (k - 1) * rho) - k * rho) ** 2)
    upper, lower = fdtri(n - 1, v, 1 - tail), fdtri(v, n - 1, 1 - tail)
    rest = k * jms + (k * n - k - n) * ems
    return (
        n * (bms - upper * ems) / (upper * rest + n * bms),
        n * (lower * bms - ems) / (rest + n * lower * bms),
    )

"""Intraclass correlation: how alike are ratings of one target by several raters, or members of one team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, fdtri

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_fraction,
    check_variation,
)
from hoshin.stats.results import Result, Step

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


def intraclass_correlation(ratings, kind: str = "ICC(2,1)", confidence: float = 0.95) -> IntraclassCorrelation:
    """How much of the scatter of ratings is between the targets.

    ``kind``: 1 each target has raters of its own (members of a team: ICC(1,1), and ICC(1,k) for the team's mean),
    2 the same raters, a sample of many, agreement counts, 3 these very raters, only consistency counts; ",1" a single
    rating, ",k" the mean of them all.

    Parameters: ``ratings`` (targets, raters), at least 2 by 2, none missing.

    Source: P. E. Shrout, J. L. Fleiss, Psychological Bulletin 86 (1979), 420-428, table 4.

    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(intraclass_correlation(ratings, kind).value, 2) for kind in KINDS]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    x = check_finite(ratings, "ratings", ndim=2)
    check_choice(kind, KINDS, "kind")
    n, k = check_enough(x.shape[0], 2, "targets"), check_enough(x.shape[1], 2, "raters")
    check_variation(float(np.ptp(x)), "ratings")
    tail = (1 - check_fraction(confidence)) / 2
    mean = x.mean()
    targets = k * np.square(x.mean(axis=1) - mean).sum()
    raters = n * np.square(x.mean(axis=0) - mean).sum()
    within = np.square(x - x.mean(axis=1, keepdims=True)).sum()
    bms, jms = float(targets / (n - 1)), float(raters / (k - 1))
    ems, wms = float((within - raters) / ((n - 1) * (k - 1))), float(within / (n * (k - 1)))
    noise = wms if kind.startswith("ICC(1") else ems
    if not noise > 1e-14 * max(bms, jms, 1e-300):
        raise StatisticsError("the ratings leave no scatter within targets; the coefficient is 1 without an interval")
    df2 = float(n * (k - 1) if kind.startswith("ICC(1") else (n - 1) * (k - 1))
    f = bms / noise
    return IntraclassCorrelation(
        kind=kind,
        value=_value(kind, bms, jms, ems, wms, n, k),
        interval=_interval(kind, bms, jms, ems, f, n, k, df2, tail),
        f=f,
        df=(float(n - 1), df2),
        pvalue=float(fdtrc(n - 1, df2, f)),
        ms_targets=bms,
        ms_raters=jms,
        ms_error=ems,
        ms_within=wms,
        targets=n,
        raters=k,
        confidence=float(confidence),
    )


def _value(kind, bms, jms, ems, wms, n, k) -> float:
    return {
        "ICC(1,1)": (bms - wms) / (bms + (k - 1) * wms),
        "ICC(2,1)": (bms - ems) / (bms + (k - 1) * ems + k * (jms - ems) / n),
        "ICC(3,1)": (bms - ems) / (bms + (k - 1) * ems),
        "ICC(1,k)": (bms - wms) / bms if bms else -np.inf,
        "ICC(2,k)": (bms - ems) / (bms + (jms - ems) / n),
        "ICC(3,k)": (bms - ems) / bms if bms else -np.inf,
    }[kind]


def _interval(kind, bms, jms, ems, f, n, k, df2, tail) -> tuple[float, float]:
    if kind.startswith("ICC(2"):
        low, high = _agreement_interval(bms, jms, ems, n, k, tail)
    else:
        f_low, f_high = f / float(fdtri(n - 1, df2, 1 - tail)), f * float(fdtri(df2, n - 1, 1 - tail))
        if kind.endswith("k)"):
            return 1 - 1 / f_low, 1 - 1 / f_high
        return (f_low - 1) / (f_low + k - 1), (f_high - 1) / (f_high + k - 1)
    if kind.endswith("k)"):
        return k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)
    return low, high


def _agreement_interval(bms, jms, ems, n, k, tail) -> tuple[float, float]:
    """Shrout and Fleiss 1979, page 424, with Satterthwaite's degrees of freedom."""
    rho = _value("ICC(2,1)", bms, jms, ems, 0.0, n, k)
    fj = jms / ems
    top = k * rho * fj + n * (1 + (k - 1) * rho) - k * rho
    v = (k - 1) * (n - 1) * top**2 / ((n - 1) * k**2 * rho**2 * fj**2 + (n * (1 + (k - 1) * rho) - k * rho) ** 2)
    upper = float(fdtri(n - 1, v, 1 - tail))
    lower = float(fdtri(v, n - 1, 1 - tail))
    rest = k * jms + (k * n - k - n) * ems
    return (
        n * (bms - upper * ems) / (upper * rest + n * bms),
        n * (lower * bms - ems) / (rest + n * lower * bms),
    )

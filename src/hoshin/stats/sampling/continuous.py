"""Continuous sampling of a running line: all items until i in a row conform, then a fraction f."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import check_quality
from hoshin.stats.sampling.find import smallest

PLANS = ("CSP-1", "CSP-2")


@dataclass(frozen=True, eq=False)
class ContinuousCharacteristic(Result):
    """Long-run behaviour of a continuous plan: fraction inspected (AFI), outgoing quality, share passed by sampling.

    ``screened`` is the mean number of items inspected in a screening phase, ``sampled`` the mean number passed in a
    sampling phase; they are None for CSP-2.
    """

    kind: str
    i: int
    f: float
    p: np.ndarray
    afi: np.ndarray
    aoq: np.ndarray
    screened: np.ndarray | None
    sampled: np.ndarray | None
    pa: np.ndarray | None

    title = "Continuous sampling plan"
    sources = (
        "H. F. Dodge, Annals of Mathematical Statistics 14 (1943), 264-279",
        "H. F. Dodge, M. N. Torrey, Industrial Quality Control 7 (1951), 7-12",
    )
    assumptions = (
        "items conform independently with constant probability",
        "nonconforming items found are replaced by good ones, inspection makes no errors",
    )

    def steps(self):
        """Fraction inspected and outgoing quality."""
        n = {"i": self.i, "f": self.f}
        formula = {
            "CSP-1": "{f} / ({f} + (1 - {f}) q^{i}), q = 1 - p",
            "CSP-2": "{f} / ({f} (1 - q^{i})^2 + q^{i} (2 - q^{i})), q = 1 - p",
        }
        yield Step("average fraction inspected", formula[self.kind], n, self.afi)
        yield Step("average outgoing quality", "p (1 - AFI)", value=self.aoq)
        if self.pa is not None:
            yield Step("mean items in screening", "(1 - q^{i}) / (p q^{i})", n, self.screened)
            yield Step("mean items in sampling", "1 / ({f} p)", n, self.sampled)
            yield Step("share of items passed by sampling", "sampling / (screening + sampling)", value=self.pa)


@dataclass(frozen=True, eq=False)
class ContinuousPlan(Result):
    """The clearing interval i that keeps the outgoing quality within a limit at fraction f."""

    kind: str
    i: int
    f: float
    aoql: float
    p: float

    title = "Continuous plan for an outgoing quality limit"
    sources = ContinuousCharacteristic.sources
    assumptions = ContinuousCharacteristic.assumptions


def continuous_characteristic(i: int, f: float, p, *, kind: str = "CSP-1") -> ContinuousCharacteristic:
    """Average fraction inspected and outgoing quality of a continuous plan, for one p or many.

    Estimand: with q = 1 - p, AFI = f / (f + (1 - f) q^i) for CSP-1 and f / (f (1 - q^i)^2 + q^i (2 - q^i)) for CSP-2;
    AOQ = p (1 - AFI). CSP-1 screens all items until i in a row conform, then a fraction f until one fails; CSP-2 returns
    to screening only when two fail within i sampled items of one another.

    Parameters
    ----------
    i : int, clearing interval, items in a row that must conform
    f : float between 0 and 1, fraction inspected while sampling
    p : number or array of any shape, share nonconforming
    kind : "CSP-1" or "CSP-2"

    Units: shares (0 to 1); mean lengths of the phases in items.

    Assumes: Items conform independently with constant probability; nonconforming items found are replaced by good ones.

    Errors: i below 1, f outside 0..1, p outside 0..1.

    Source: H. F. Dodge, Annals of Mathematical Statistics 14 (1943), 264-279; H. F. Dodge, M. N. Torrey, Industrial
    Quality Control 7 (1951), 7-12.

    >>> curve = continuous_characteristic(50, 0.1, [0.01, 0.05])
    >>> curve.afi.round(3), curve.aoq.round(4)
    (array([0.155, 0.591]), array([0.0084, 0.0205]))
    """
    i, f = check_whole(i, "i", at_least=1), check_fraction(f, "f")
    check_choice(kind, PLANS, "kind")
    p = check_quality(p, "binomial")
    run = (1 - p) ** i
    below = f + (1 - f) * run if kind == "CSP-1" else f * (1 - run) ** 2 + run * (2 - run)
    afi = f / below
    screened = sampled = share = None
    if kind == "CSP-1":
        with np.errstate(divide="ignore", invalid="ignore"):
            screened = np.where(p > 0, (1 - run) / (p * run), i)
            sampled = 1 / (f * p)
        share = (run / below)[()]
    return ContinuousCharacteristic(
        kind=kind,
        i=i,
        f=f,
        p=p[()],
        afi=afi[()],
        aoq=(p * (1 - afi))[()],
        screened=None if screened is None else screened[()],
        sampled=None if sampled is None else np.asarray(sampled)[()],
        pa=share,
    )


def find_continuous_plan(aoql: float, f: float, *, kind: str = "CSP-1") -> ContinuousPlan:
    """The smallest clearing interval i that keeps the worst outgoing quality within aoql at fraction f.

    Estimand: smallest i with max over p of AOQ(p) <= aoql, AOQ as in ``continuous_characteristic``.

    Parameters
    ----------
    aoql : float between 0 and 1, the outgoing quality limit
    f : float between 0 and 1, fraction inspected while sampling
    kind : "CSP-1" or "CSP-2"

    Units: shares (0 to 1); i in items.

    Assumes: Items conform independently with constant probability; nonconforming items found are replaced by good ones.

    Errors: Numbers outside 0..1, an interval above 1,000,000.

    Source: H. F. Dodge, Annals of Mathematical Statistics 14 (1943), 264-279.

    >>> find_continuous_plan(0.0198, 0.2).i
    36
    """
    limit, f = check_fraction(aoql, "aoql"), check_fraction(f, "f")
    check_choice(kind, PLANS, "kind")
    i = smallest(lambda i: _worst(i, f, kind)[0] <= limit, 1, 1_000_000)
    if i is None:
        raise StatisticsError(
            "aoql is {found}; one that an interval of up to 1,000,000 can keep is needed", found=limit
        )
    worst, p = _worst(i, f, kind)
    return ContinuousPlan(kind=kind, i=i, f=f, aoql=worst, p=p)


def _worst(i, f, kind):
    grid = -np.expm1(np.log1p(-np.linspace(0, 1, 402)[1:-1]) / i)
    values = continuous_characteristic(i, f, grid, kind=kind).aoq
    best = int(np.clip(np.argmax(values), 1, len(grid) - 2))
    found = minimize_scalar(
        lambda p: -continuous_characteristic(i, f, p, kind=kind).aoq,
        bounds=(grid[best - 1], grid[best + 1]),
        method="bounded",
        options={"xatol": 1e-12},
    )
    return float(-found.fun), float(found.x)

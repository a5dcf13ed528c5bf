"""Continuous sampling of a running line: all items until i in a row conform, then a fraction f."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._asked import read_asked, smallest
from hoshin.stats.errors import check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import check_quality
from hoshin.stats.sampling.characteristic import rows_of, shape_of

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


def continuous_characteristic(i, f, p, *, kind: str = "CSP-1", on_error: str = "raise") -> ContinuousCharacteristic:
    """Average fraction inspected and outgoing quality of a continuous plan, for one plan and p or many.

    Estimand: with q = 1 - p, AFI = f / (f + (1 - f) q^i) for CSP-1 and f / (f (1 - q^i)^2 + q^i (2 - q^i)) for CSP-2;
    AOQ = p (1 - AFI). CSP-1 screens all items until i in a row conform, then a fraction f until one fails; CSP-2 returns
    to screening only when two fail within i sampled items of one another.

    Parameters
    ----------
    i : int, clearing interval, items in a row that must conform, or one for each of C plans
    f : float between 0 and 1, fraction inspected while sampling, or one for each
    p : share nonconforming: for one plan a number or an array of any shape; for many a number, (Q,) for all, or (C, Q)
    kind : "CSP-1" or "CSP-2"
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: shares (0 to 1); mean lengths of the phases in items.

    Assumes: Items conform independently with constant probability; nonconforming items found are replaced by good ones.

    Errors: i below 1, f outside 0..1, p outside 0..1.

    Source: H. F. Dodge, Annals of Mathematical Statistics 14 (1943), 264-279; H. F. Dodge, M. N. Torrey, Industrial
    Quality Control 7 (1951), 7-12.

    >>> curve = continuous_characteristic(50, 0.1, [0.01, 0.05])
    >>> curve.afi.round(3), curve.aoq.round(4)
    (array([0.155, 0.591]), array([0.0084, 0.0205]))
    >>> continuous_characteristic([50, 100], 0.1, 0.01).afi.round(3)
    array([0.155, 0.233])
    """
    check_choice(kind, PLANS, "kind")
    refusals, columns = read_asked({"i": i, "f": f}, on_error)
    refusals.refuse_not_whole(columns["i"], "i", 1)
    refusals.refuse_no_fraction(columns["f"], "f")
    p = check_quality(p, "binomial")
    shape = shape_of(p, refusals.count, refusals.many)[refusals.many :]
    rows = rows_of(p, (refusals.count, *shape), refusals.count)

    def compute(part, i, f, p_of):
        share, size = f[:, None], i[:, None]
        run = (1 - p_of) ** size
        below = _below(run, share, kind)
        found = {"afi": share / below, "aoq": p_of * (1 - share / below)}
        if kind == "CSP-1":
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                found["screened"] = np.where(p_of > 0, (1 - run) / (p_of * run), size)
                found["sampled"] = 1 / (share * p_of)
            found["pa"] = run / below
        own = {name: array.reshape(part.count, *shape) for name, array in found.items()}
        common = {"kind": kind} | {name: None for name in ("screened", "sampled", "pa") if name not in own}
        (own if refusals.many and p.ndim == 2 else common)["p"] = p_of if refusals.many and p.ndim == 2 else p[()]
        return {"i": i, "f": f} | own, common

    return refusals.result(ContinuousCharacteristic, compute, columns["i"], columns["f"], rows)


def find_continuous_plan(aoql, f, *, kind: str = "CSP-1", on_error: str = "raise") -> ContinuousPlan:
    """The smallest clearing interval i that keeps the worst outgoing quality within aoql at fraction f, for one or many.

    Estimand: smallest i with max over p of AOQ(p) <= aoql, AOQ as in ``continuous_characteristic``.

    Parameters
    ----------
    aoql : one number between 0 and 1, or one for each, the outgoing quality limit
    f : one number between 0 and 1, or one for each, fraction inspected while sampling
    kind : "CSP-1" or "CSP-2"
    on_error : "raise", or "mark" among many: NaN (i 0) and a word in ``problems``

    Units: shares (0 to 1); i in items.

    Assumes: Items conform independently with constant probability; nonconforming items found are replaced by good ones.

    Errors: Numbers outside 0..1, an interval above 1,000,000.

    Source: H. F. Dodge, Annals of Mathematical Statistics 14 (1943), 264-279.

    >>> find_continuous_plan(0.0198, 0.2).i
    36
    >>> find_continuous_plan([0.0198, 0.01], 0.2).i
    array([36, 71])
    """
    check_choice(kind, PLANS, "kind")
    refusals, columns = read_asked({"aoql": aoql, "f": f}, on_error)
    for name, column in columns.items():
        refusals.refuse_no_fraction(column, name)

    def compute(part, limit, f):
        i = smallest(lambda i, rows: _worst(i, f[rows], kind)[0] <= limit[rows], np.ones(part.count), 1_000_000)
        words = "aoql is {found}; one that an interval of up to 1,000,000 can keep is needed"
        part.refuse(np.isnan(i), words, found=limit)
        i = np.nan_to_num(i, nan=1).astype(np.int64)
        worst, p = _worst(i, f, kind)
        return {"i": i, "f": f, "aoql": worst, "p": p}, {"kind": kind}

    return refusals.result(ContinuousPlan, compute, columns["aoql"], columns["f"])


def _below(run, f, kind: str):
    """What the fraction f is divided by to give the average fraction inspected."""
    return f + (1 - f) * run if kind == "CSP-1" else f * (1 - run) ** 2 + run * (2 - run)


def _worst(i, f, kind: str):
    """The highest point of the curve of each plan: where p AFI' = 1 - AFI, by halving -log q, which rises there only once.

    With r = q^i that is f + (1 - f) r = f i p / q for CSP-1, and (2 - r) below = 2 f (1 - r) i p / q for CSP-2.
    """
    low, high = np.zeros(i.shape), np.maximum(1 / i, np.log1p(1.6 / (f * i)))
    for _ in range(64):
        u = (low + high) / 2
        run, odds = np.exp(-i * u), i * np.expm1(u)
        below = _below(run, f, kind)
        rising = below > f * odds if kind == "CSP-1" else (2 - run) * below > -2 * f * np.expm1(-i * u) * odds
        low, high = np.where(rising, u, low), np.where(rising, high, u)
    p = -np.expm1(-(low + high) / 2)
    return p * (1 - f / _below((1 - p) ** i, f, kind)), p

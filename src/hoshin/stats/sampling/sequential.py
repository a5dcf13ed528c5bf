"""Sequential sampling, item by item: Wald's probability ratio test of two qualities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from scipy.special import exprel, hyp1f1

from hoshin.stats._asked import read_asked
from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_each, check_finite
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.sampling.characteristic import rows_of, shape_of


@dataclass(frozen=True, eq=False)
class SequentialPlan(Batched):
    """Two parallel lines over the number inspected: accept on or below -h1 + s n, reject on or above h2 + s n.

    For many characteristics every number is an array with one entry for each, and ``plan[i]`` is that of one.
    """

    p1: Any
    alpha: Any
    p2: Any
    beta: Any
    h1: Any
    h2: Any
    s: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "s"
    title = "Sequential plan"
    sources = (
        "A. Wald, Sequential Analysis (1947), chapter 5",
        "D. C. Montgomery, Introduction to Statistical Quality Control, 7th edition, chapter 15",
    )
    assumptions = ("items are drawn at random, one by one", "the overshoot at a decision is neglected (Wald)")

    def accept_line(self, n):
        """Accept where the number found is at most this after n items; negative: not yet possible.

        Of many plans the lines have an axis of them in front.
        """
        return self._line(-np.asarray(self.h1), n)

    def reject_line(self, n):
        """Reject where the number found is at least this after n items; of many plans with an axis of them in front."""
        return self._line(np.asarray(self.h2), n)

    def _line(self, start: np.ndarray, n):
        items, across = check_finite(n, "n"), (...,) if self.count is None else (slice(None), *[None] * np.ndim(n))
        return (start[across] + np.asarray(self.s)[across] * items)[()]

    def decision(self, n, found):
        """ "accept", "reject" or "continue" after n items with so many nonconforming; of many plans an array of words."""
        refusals = Refusals(self.count or 1, self.count is not None)
        given = ("n", n, 1), ("found", found, 0)
        items, counts = (check_each(value, name, refusals.count, "plans") for name, value, _ in given)
        for (name, _, least), column in zip(given, (items, counts), strict=True):
            refusals.refuse_absent(column, name)
            refusals.refuse_not_whole(column, name, least)
        words = "{found:.0f} nonconforming of {n:.0f} items; at most as many are needed"
        refusals.refuse(counts > items, words, found=counts, n=items)
        accept, reject = -self.h1 + self.s * items, self.h2 + self.s * items
        told = np.where(counts <= accept, "accept", np.where(counts >= reject, "reject", "continue"))
        return np.where(np.isnan(accept), "", told) if refusals.many else str(told[0])

    def steps(self):
        """The constants of the lines."""
        n = {"p1": self.p1, "p2": self.p2, "a": self.alpha, "b": self.beta}
        k = "ln({p2} (1 - {p1}) / ({p1} (1 - {p2})))"
        yield Step("h1", "ln((1 - {a}) / {b}) / " + k, n, self.h1)
        yield Step("h2", "ln((1 - {b}) / {a}) / " + k, n, self.h2)
        yield Step("s", "ln((1 - {p1}) / (1 - {p2})) / " + k, n, self.s)
        yield Step("accept at or below", "-h1 + s n")
        yield Step("reject at or above", "h2 + s n")


@dataclass(frozen=True, eq=False)
class SequentialCharacteristic(Result):
    """Wald's approximations of a sequential plan's acceptance probability and average sample number."""

    p: np.ndarray
    pa: np.ndarray
    asn: np.ndarray

    title = "Operating characteristic of a sequential plan"
    sources = SequentialPlan.sources
    assumptions = SequentialPlan.assumptions


def sequential_plan(p1, alpha, p2, beta, *, on_error: str = "raise") -> SequentialPlan:
    """Item-by-item plan that accepts quality p1 with 1 - alpha and p2 with beta, for one characteristic or many.

    Estimand: the lines -h1 + s n and h2 + s n; with k = ln(p2 (1 - p1) / (p1 (1 - p2))), h1 = ln((1 - alpha)/beta)/k,
    h2 = ln((1 - beta)/alpha)/k, s = ln((1 - p1)/(1 - p2))/k.

    Parameters
    ----------
    p1, p2 : one number, or one for each, share nonconforming to be accepted and to be rejected, p1 below p2
    alpha, beta : one number, or one for each, risk of rejecting p1 and of accepting p2
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: shares (0 to 1); the lines in nonconforming items over n items.

    Assumes: Items are drawn at random, one by one; the overshoot at a decision is neglected (Wald).

    Errors: Numbers outside 0..1, p1 not below p2, alpha + beta of 1 or more.

    Source: A. Wald, Sequential Analysis (1947), chapter 5; D. C. Montgomery, Introduction to Statistical Quality Control,
    7th edition, chapter 15.

    >>> plan = sequential_plan(0.01, 0.05, 0.06, 0.10)
    >>> round(plan.h1, 2), round(plan.h2, 2), round(plan.s, 3), plan.decision(44, 0)
    (1.22, 1.57, 0.028, 'accept')
    >>> plans = sequential_plan([0.01, 0.02], 0.05, 0.06, 0.10)
    >>> plans.s.round(3), plans.decision(44, [0, 1])
    (array([0.028, 0.037]), array(['accept', 'continue'], dtype='<U8'))
    """
    refusals, asked = read_asked({"p1": p1, "alpha": alpha, "p2": p2, "beta": beta}, on_error)
    for name, column in asked.items():
        refusals.refuse_no_fraction(column, name)
    p1, alpha, p2, beta = asked.values()
    refusals.refuse(~(p1 < p2), "p1 is {p1} and p2 {p2}; p1 below p2 is needed", p1=p1, p2=p2)
    refusals.refuse(alpha + beta >= 1, "alpha + beta is {found}; less than 1 is needed", found=alpha + beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        k = np.log(p2 / p1) + np.log1p(-p1) - np.log1p(-p2)
        lines = np.log((1 - alpha) / beta) / k, np.log((1 - beta) / alpha) / k, (np.log1p(-p1) - np.log1p(-p2)) / k
    lines = dict(zip(("h1", "h2", "s"), refusals.blank(*lines), strict=True))
    return SequentialPlan(**refusals.told(**asked, **lines), problems=FrozenDict(refusals.problems))


def sequential_characteristic(plan: SequentialPlan | Sequence[SequentialPlan], h) -> SequentialCharacteristic:
    """Points of the operating characteristic and average sample number, by Wald's parameter h, of one plan or many.

    Estimand: p = (1 - ((1 - p2)/(1 - p1))^h) / ((p2/p1)^h - ((1 - p2)/(1 - p1))^h), Pa = (A^h - 1)/(A^h - B^h),
    A = (1 - beta)/alpha, B = beta/(1 - alpha); ASN = (Pa ln B + (1 - Pa) ln A) / E(z), z the log likelihood ratio of one item.

    Parameters
    ----------
    plan : SequentialPlan of one characteristic or of C, or a sequence of C of them
    h : for one plan a number or an array of any shape, for many a number, (Q,) for all, or (C, Q); 1 gives p1, -1 gives p2,
        0 gives p = s, other numbers other points of the curve

    Units: p and Pa as shares (0 to 1), ASN in items; all in the shape of h, for many plans with an axis of them in front.

    Assumes: Items are drawn at random, one by one; the overshoot at a decision is neglected (Wald).

    Errors: An h that is missing or infinite. What a plan of many has no answer for, its characteristic has none for.

    Source: A. Wald, Sequential Analysis (1947), chapter 5.

    >>> curve = sequential_characteristic(sequential_plan(0.01, 0.05, 0.06, 0.10), [1, 0, -1])
    >>> curve.p.round(3), curve.pa.round(3), curve.asn.round(0)
    (array([0.01 , 0.028, 0.06 ]), array([0.95 , 0.562, 0.1  ]), array([60., 70., 40.]))
    >>> sequential_characteristic(sequential_plan([0.01, 0.02], 0.05, 0.06, 0.10), 0).asn.round(0)
    array([ 70., 142.])
    """
    plans = plan if isinstance(plan, SequentialPlan) else _joined(plan)
    refusals = Refusals(plans.count or 1, plans.count is not None, "mark")
    refusals.problems.update(plans.problems)
    h = check_finite(h, "h")
    shape = shape_of(h, refusals.count, refusals.many, "h")[refusals.many :]
    rows = rows_of(h, (refusals.count, *shape), refusals.count)

    def compute(part, h, p1, alpha, p2, beta):
        _, p, drift = _walk(h, np.log1p(-p2) - np.log1p(-p1), np.log(p2 / p1))
        pa, _, ended = _walk(h, np.log(beta / (1 - alpha)), np.log((1 - beta) / alpha))
        found = {"p": p, "pa": pa, "asn": ended / drift}
        return {name: array.reshape(len(h), *shape) for name, array in found.items()}, {}

    columns = (np.reshape(getattr(plans, name), (-1, 1)) for name in ("p1", "alpha", "p2", "beta"))
    return refusals.result(SequentialCharacteristic, compute, rows, *columns)


def _walk(h, low, high):
    """Chances of low (below 0) and high with ``E(exp(h x)) = 1``, and the mean over h, which h = 0 has as well.

    With ``u(y) = (exp(y) - 1) / y`` and ``v(y) = (exp(y) - 1 - y) / y^2``, all over the larger exponential: nothing
    cancels, and nothing overflows.
    """

    def terms(size):
        y, over = h * size, np.exp(-np.maximum(h * low, h * high))
        above = y > 0
        falling = np.where(above, -y, y)
        u = exprel(falling) * np.where(above, 1.0, over)
        v = np.where(above, hyp1f1(2.0, 3.0, falling), over * hyp1f1(1.0, 3.0, falling)) / 2
        return np.abs(size) * u, np.abs(size) * v

    (u_low, v_low), (u_high, v_high) = terms(low), terms(high)
    both = u_low + u_high
    return u_high / both, u_low / both, low * high * (v_low + v_high) / both


def _joined(plans) -> SequentialPlan:
    """Single plans as those of many."""
    plans = tuple(plans)
    if not plans or not all(isinstance(one, SequentialPlan) and one.count is None for one in plans):
        raise StatisticsError(
            "a sequential plan or a sequence of them is needed; found {found}", found=repr(plans)[:80]
        )
    names = [of.name for of in fields(SequentialPlan) if of.name != "problems"]
    return SequentialPlan(**{name: np.array([getattr(one, name) for one in plans]) for name in names})

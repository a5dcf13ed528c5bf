"""Sequential sampling, item by item: Wald's probability ratio test of two qualities."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_finite, check_fraction, check_whole
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class SequentialPlan(Result):
    """Two parallel lines over the number inspected: accept on or below -h1 + s n, reject on or above h2 + s n."""

    p1: float
    alpha: float
    p2: float
    beta: float
    h1: float
    h2: float
    s: float

    title = "Sequential plan"
    sources = (
        "A. Wald, Sequential Analysis (1947), chapter 5",
        "D. C. Montgomery, Introduction to Statistical Quality Control, 7th edition, chapter 15",
    )
    assumptions = ("items are drawn at random, one by one", "the overshoot at a decision is neglected (Wald)")

    def accept_line(self, n):
        """Accept where the number found is at most this after n items; negative: not yet possible."""
        return -self.h1 + self.s * check_finite(n, "n")

    def reject_line(self, n):
        """Reject where the number found is at least this after n items."""
        return self.h2 + self.s * check_finite(n, "n")

    def decision(self, n: int, found: int) -> str:
        """ "accept", "reject" or "continue" after n items with so many nonconforming."""
        check_whole(n, "n", at_least=1)
        count = check_whole(found, "found", at_least=0)
        if count > n:
            raise StatisticsError("{found} nonconforming of {n} items; at most as many are needed", found=count, n=n)
        if count <= self.accept_line(n):
            return "accept"
        return "reject" if count >= self.reject_line(n) else "continue"

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


def sequential_plan(p1: float, alpha: float, p2: float, beta: float) -> SequentialPlan:
    """Item-by-item plan that accepts quality p1 with 1 - alpha and p2 with beta.

    Estimand: the lines -h1 + s n and h2 + s n; with k = ln(p2 (1 - p1) / (p1 (1 - p2))), h1 = ln((1 - alpha)/beta)/k,
    h2 = ln((1 - beta)/alpha)/k, s = ln((1 - p1)/(1 - p2))/k.

    Parameters
    ----------
    p1, p2 : float, share nonconforming to be accepted and to be rejected, p1 below p2
    alpha, beta : float, risk of rejecting p1 and of accepting p2

    Units: shares (0 to 1); the lines in nonconforming items over n items.

    Assumes: Items are drawn at random, one by one; the overshoot at a decision is neglected (Wald).

    Errors: Numbers outside 0..1, p1 not below p2, alpha + beta of 1 or more.

    Source: A. Wald, Sequential Analysis (1947), chapter 5; D. C. Montgomery, Introduction to Statistical Quality Control,
    7th edition, chapter 15.

    >>> plan = sequential_plan(0.01, 0.05, 0.06, 0.10)
    >>> round(plan.h1, 2), round(plan.h2, 2), round(plan.s, 3), plan.decision(44, 0)
    (1.22, 1.57, 0.028, 'accept')
    """
    p1, p2 = check_fraction(p1, "p1"), check_fraction(p2, "p2")
    alpha, beta = check_fraction(alpha, "alpha"), check_fraction(beta, "beta")
    if not p1 < p2:
        raise StatisticsError("p1 is {p1} and p2 {p2}; p1 below p2 is needed", p1=p1, p2=p2)
    if alpha + beta >= 1:
        raise StatisticsError("alpha + beta is {found}; less than 1 is needed", found=alpha + beta)
    k = math.log(p2 / p1) + math.log1p(-p1) - math.log1p(-p2)
    return SequentialPlan(
        p1=p1,
        alpha=alpha,
        p2=p2,
        beta=beta,
        h1=math.log((1 - alpha) / beta) / k,
        h2=math.log((1 - beta) / alpha) / k,
        s=(math.log1p(-p1) - math.log1p(-p2)) / k,
    )


def sequential_characteristic(plan: SequentialPlan, h) -> SequentialCharacteristic:
    """Points of the operating characteristic and average sample number, by Wald's parameter h.

    Estimand: p = (1 - ((1 - p2)/(1 - p1))^h) / ((p2/p1)^h - ((1 - p2)/(1 - p1))^h), Pa = (A^h - 1)/(A^h - B^h),
    A = (1 - beta)/alpha, B = beta/(1 - alpha); ASN = (Pa ln B + (1 - Pa) ln A) / E(z), z the log likelihood ratio of one item.

    Parameters
    ----------
    plan : SequentialPlan
    h : number or array of any shape; 1 gives p1, -1 gives p2, 0 gives p = s, other numbers other points of the curve

    Units: p and Pa as shares (0 to 1), ASN in items; all in the shape of h.

    Assumes: Items are drawn at random, one by one; the overshoot at a decision is neglected (Wald).

    Errors: An h that is missing or infinite.

    Source: A. Wald, Sequential Analysis (1947), chapter 5.

    >>> curve = sequential_characteristic(sequential_plan(0.01, 0.05, 0.06, 0.10), [1, 0, -1])
    >>> curve.p.round(3), curve.pa.round(3), curve.asn.round(0)
    (array([0.01 , 0.028, 0.06 ]), array([0.95 , 0.562, 0.1  ]), array([60., 70., 40.]))
    """
    h = check_finite(h, "h")
    flat = np.abs(h) < 1e-9
    step = np.where(flat, 1.0, h)
    good, bad = (1 - plan.p2) / (1 - plan.p1), plan.p2 / plan.p1
    p = np.where(flat, plan.s, (1 - good**step) / (bad**step - good**step))
    log_a, log_b = math.log((1 - plan.beta) / plan.alpha), math.log(plan.beta / (1 - plan.alpha))
    a, b = np.exp(step * log_a), np.exp(step * log_b)
    pa = np.where(flat, log_a / (log_a - log_b), (a - 1) / (a - b))
    drift = p * math.log(bad) + (1 - p) * math.log(good)
    spread = plan.s * (1 - plan.s) * (math.log(bad) - math.log(good)) ** 2
    asn = np.where(flat, -log_a * log_b / spread, (pa * log_b + (1 - pa) * log_a) / np.where(flat, 1.0, drift))
    return SequentialCharacteristic(p=p[()], pa=pa[()], asn=asn[()])

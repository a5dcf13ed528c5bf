"""What an attribute plan does: probability of acceptance, sample number, outgoing quality, total inspection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import at_most, check_distribution, check_quality, exactly, hypergeometric
from hoshin.stats.sampling.plan import AttributePlan


@dataclass(frozen=True, eq=False)
class OperatingCharacteristic(Result):
    """A plan's behaviour at each quality p.

    ``p_accept`` and ``p_reject`` hold one row per stage; ``asn`` is the average sample number. ``aoq`` needs no lot
    size (a large lot is taken), ``ati`` is None without one.
    """

    plan: AttributePlan
    distribution: str
    lot_size: int | None
    p: np.ndarray
    pa: np.ndarray
    p_accept: np.ndarray
    p_reject: np.ndarray
    asn: np.ndarray
    aoq: np.ndarray
    ati: np.ndarray | None

    title = "Operating characteristic"
    sources = (
        "D. C. Montgomery, Introduction to Statistical Quality Control, 7th edition, chapter 15",
        "E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapters 5 and 6",
    )

    @property
    def assumptions(self):
        """What the distribution takes for granted."""
        said = {
            "binomial": "items come from a process with a constant share nonconforming (type B)",
            "poisson": "nonconformities occur independently, at a constant rate per item",
            "hypergeom": "the sample is drawn without replacement from one lot (type A); nonconforming = round(N p)",
        }
        return ("the sample is random and inspection makes no errors", said[self.distribution])

    @property
    def p_decide_first(self):
        """Probability of a decision on the first sample."""
        return self.p_accept[0] + self.p_reject[0]

    def steps(self):
        """Acceptance stage by stage, then the averages."""
        yield from self.plan.steps()
        for i, (accept, reject) in enumerate(zip(self.p_accept, self.p_reject, strict=True), start=1):
            yield Step(f"probability of acceptance on sample {i}", value=accept)
            yield Step(f"probability of rejection on sample {i}", value=reject)
        yield Step("probability of acceptance", "sum over the samples", value=self.pa)
        yield Step("average sample number", "sum of n_i x probability that sample i is drawn", value=self.asn)
        yield Step("average outgoing quality", "sum of p x P(accept on i) x (N - n drawn) / N", value=self.aoq)
        if self.ati is not None:
            yield Step("average total inspection", "sum of n drawn x P(accept on i) + N x P(reject)", value=self.ati)


@dataclass(frozen=True, eq=False)
class OutgoingQualityLimit(Result):
    """The worst average outgoing quality of a plan with rectifying inspection, and where it occurs."""

    aoql: float
    p: float

    title = "Average outgoing quality limit"
    sources = ("H. F. Dodge, H. G. Romig, Sampling Inspection Tables, 2nd edition (1959)",)
    assumptions = ("rejected lots are inspected completely, nonconforming items found are replaced by good ones",)


def operating_characteristic(
    plan: AttributePlan, p, *, distribution: str = "binomial", lot_size: int | None = None
) -> OperatingCharacteristic:
    """Acceptance probability, average sample number, outgoing quality and total inspection of a plan.

    Estimand: Pa(p) = sum over stages of P(accept there); ASN without curtailment; AOQ = sum P(accept on i) p
    (N - n)/N and ATI = sum P(accept on i) n + (1 - Pa) N, n the items drawn so far, rejected lots being screened and
    their nonconforming items replaced.

    Parameters
    ----------
    plan : AttributePlan
    p : number or array of any shape: share nonconforming; nonconformities per item with "poisson"
    distribution : "binomial" (process, type B), "poisson" (nonconformities), or "hypergeom" (one lot of ``lot_size`` with
        round(N p) nonconforming, type A)
    lot_size : int, items

    Units: p, Pa and AOQ as shares (or nonconformities per item); ASN and ATI in items.

    Assumes: The sample is random and inspection makes no errors; what the distribution takes for granted.

    Errors: A share outside 0..1, a lot smaller than the plan's samples, no lot size where it is needed.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 7th edition, chapter 15.

    >>> from hoshin.stats.sampling import single_plan, double_plan
    >>> operating_characteristic(single_plan(89, 2), [0.01, 0.05], lot_size=10_000).pa.round(4)
    array([0.9397, 0.1721])
    >>> operating_characteristic(double_plan(50, 1, 4, 100, 3), [0.05]).asn.round(1)
    array([98.1])
    """
    size = check_distribution(distribution, lot_size, plan.total)
    p = check_quality(p, distribution)
    accept, reject = _stages(plan, np.atleast_1d(p), distribution, size)
    accept, reject = accept.reshape(-1, *p.shape), reject.reshape(-1, *p.shape)
    drawn = np.cumsum(plan.n).reshape(-1, *(1,) * p.ndim)
    reached = 1 - np.concatenate([np.zeros_like(accept[:1]), np.cumsum(accept + reject, axis=0)[:-1]])
    pa = np.minimum(accept.sum(axis=0), 1.0)
    left = 1.0 if size is None else (size - drawn) / size
    return OperatingCharacteristic(
        plan=plan,
        distribution=distribution,
        lot_size=size,
        p=p[()],
        pa=pa[()],
        p_accept=accept,
        p_reject=reject,
        asn=(np.array(plan.n).reshape(drawn.shape) * reached).sum(axis=0)[()],
        aoq=(p * (accept * left).sum(axis=0))[()],
        ati=None if size is None else ((accept * drawn).sum(axis=0) + (1 - pa) * size)[()],
    )


def outgoing_quality_limit(
    plan: AttributePlan, *, distribution: str = "binomial", lot_size: int | None = None
) -> OutgoingQualityLimit:
    """The largest average outgoing quality over all incoming qualities (AOQL).

    Estimand: max over p of AOQ(p) as in ``operating_characteristic``; of one lot ("hypergeom") over the whole numbers
    of nonconforming items.

    Parameters
    ----------
    plan : AttributePlan
    distribution : "binomial", "poisson" or "hypergeom"
    lot_size : int, items; without it a large lot is taken

    Units: shares (0 to 1), nonconformities per item with "poisson".

    Assumes: Rejected lots are inspected completely and nonconforming items found are replaced by good ones.

    Errors: A lot smaller than the plan's samples, no lot size where it is needed.

    Source: H. F. Dodge, H. G. Romig, Sampling Inspection Tables, 2nd edition (1959).

    >>> from hoshin.stats.sampling import single_plan
    >>> limit = outgoing_quality_limit(single_plan(89, 2), lot_size=10_000)
    >>> round(limit.aoql, 4), round(limit.p, 4)
    (0.0152, 0.0253)
    """
    size = check_distribution(distribution, lot_size, plan.total)

    def aoq(p):
        return operating_characteristic(plan, p, distribution=distribution, lot_size=size).aoq

    if distribution == "hypergeom":
        grid = np.arange(size + 1) / size
        values = aoq(grid)
        best = int(np.argmax(values))
        return OutgoingQualityLimit(float(values[best]), float(grid[best]))
    top = 1.0 if distribution == "binomial" else 4.0 * (plan.ac[-1] + 3) / min(plan.n)
    grid = np.geomspace(top * 1e-6, top * 0.999, 400)
    best = int(np.clip(np.argmax(aoq(grid)), 1, len(grid) - 2))

    def slope(p):
        h = 1e-3 * min(p, top - p if distribution == "binomial" else p)
        below2, below, above, above2 = aoq(p + h * np.array([-2, -1, 1, 2]))
        return below2 - 8 * below + 8 * above - above2

    p = brentq(slope, grid[best - 1], grid[best + 1], xtol=1e-15, rtol=1e-13)
    return OutgoingQualityLimit(float(aoq(p)), p)


def quality_at(plan: AttributePlan, pa):
    """The share nonconforming that an attribute plan accepts with probability pa, for one pa or many.

    Estimand: the p with Pa(p) = pa, Pa binomial as in ``operating_characteristic``, by 60 halvings of 0..1.

    Parameters
    ----------
    plan : AttributePlan
    pa : number or array of any shape, probability of acceptance, between 0 and 1

    Units: shares (0 to 1); the result has the shape of pa.

    Assumes: Items come from a process with a constant share nonconforming (type B).

    Errors: A probability that is not between 0 and 1.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 5.

    >>> from hoshin.stats.sampling import single_plan
    >>> round(quality_at(single_plan(80, 2), 0.95), 4)
    0.0103
    >>> quality_at(single_plan(80, 2), [0.95, 0.5, 0.1]).round(4)
    array([0.0103, 0.0333, 0.0652])
    """
    wanted = check_quality(pa, "binomial", "pa")
    if not ((wanted > 0) & (wanted < 1)).all():
        raise StatisticsError("pa is {found}; numbers between 0 and 1 are needed", found=pa)
    low, high = np.zeros(wanted.shape), np.ones(wanted.shape)
    for _ in range(60):
        middle = (low + high) / 2
        better = operating_characteristic(plan, middle).pa > wanted
        low, high = np.where(better, middle, low), np.where(better, high, middle)
    found = (low + high) / 2
    return float(found) if found.ndim == 0 else found


def average_sample_number(plan: AttributePlan, p, *, curtail: str = "after first") -> np.ndarray:
    """Average sample number when inspection stops as soon as the rejection number is reached.

    Estimand: sum over items of the probability that the item is drawn; P(found = d) is followed item by item.

    Parameters
    ----------
    plan : AttributePlan
    p : number or array of any shape, share nonconforming (binomial)
    curtail : "none", "after first" (the first sample is inspected completely, to keep an unbiased estimate of p), "all"

    Units: p as a share (0 to 1); the result in items, in the shape of p.

    Assumes: Items come from a process with a constant share nonconforming and are inspected one by one.

    Errors: A share outside 0..1, another curtailment.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> from hoshin.stats.sampling import double_plan
    >>> plan = double_plan(50, 1, 4, 100, 3)
    >>> average_sample_number(plan, [0.05, 0.1]).round(1), average_sample_number(plan, [0.05], curtail="none").round(1)
    (array([64.6, 52.9]), array([98.1]))
    """
    check_choice(curtail, ("none", "after first", "all"), "curtail")
    if curtail == "none":
        return operating_characteristic(plan, p).asn
    p = check_quality(p, "binomial")
    state = np.zeros((plan.re[-1], p.size))
    state[0] = 1.0
    found, q, asn = np.arange(plan.re[-1])[:, None], p.ravel(), np.zeros(p.size)
    for stage, (n, ac, re) in enumerate(zip(plan.n, plan.ac, plan.re, strict=True)):
        whole = curtail == "after first" and stage == 0
        if whole:
            asn += n
            state = exactly(found, n, q, "binomial")
        for _ in range(0 if whole else n):
            asn += state.sum(axis=0)
            state = (1 - q) * state + q * np.concatenate([np.zeros((1, p.size)), state[:-1]])
            state[found[:, 0] >= re] = 0.0
        state[(found[:, 0] <= ac) | (found[:, 0] >= re)] = 0.0
    return asn.reshape(p.shape)[()]


def _stages(plan, p, distribution, size):
    """Probability of accepting and of rejecting at each stage, one column per p."""
    if plan.stages == 1:
        pa = at_most(plan.re[0] - 1, plan.n[0], p, distribution, size)
        return pa[None], 1 - pa[None]
    most = plan.re[-1]
    found = np.arange(most)
    state = np.zeros((most, p.size))
    state[0] = 1.0
    accept, reject, drawn = [], [], 0
    for i, (n, ac, re) in enumerate(zip(plan.n, plan.ac, plan.re, strict=True)):
        before = state.sum(axis=0)
        if distribution == "hypergeom":
            state = _draw_lot(state, n, np.rint(size * p), size, drawn)
        else:
            mass = exactly(found[:, None], n, p, distribution)
            state = np.stack([(state[: k + 1] * mass[k::-1]).sum(axis=0) for k in found])
        last = i == plan.stages - 1
        took = state[found <= (re - 1 if last else ac)].sum(axis=0)
        going = (found > ac) & (found < re) & (not last)
        accept.append(took)
        reject.append(np.maximum(before - took - state[going].sum(axis=0), 0.0))
        state = np.where(going[:, None], state, 0.0)
        drawn += n
    return np.stack(accept), np.stack(reject)


def _draw_lot(state, n, found, size, drawn):
    new = np.zeros_like(state)
    for k in range(len(state)):
        if state[k].any():
            x = np.arange(len(state) - k)[:, None]
            new[k:] += state[k] * hypergeometric(x, n, found - k, size - drawn)
    return new

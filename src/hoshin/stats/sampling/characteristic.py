"""What an attribute plan does: probability of acceptance, sample number, outgoing quality, total inspection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from hoshin.stats._results import Entries
from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import at_most, check_distribution, check_quality, exactly, hypergeometric
from hoshin.stats.sampling.plan import AttributePlan, by_stage, many_plans


@dataclass(frozen=True, eq=False)
class OperatingCharacteristic(Entries, Result):
    """A plan's behaviour at each quality p.

    ``p_accept`` and ``p_reject`` hold one row per stage; ``asn`` is the average sample number. ``aoq`` needs no lot
    size (a large lot is taken), ``ati`` is None without one. For many plans the arrays have an axis of them (in
    ``p_accept`` and ``p_reject`` the second), and ``curve[i]`` is that of one.
    """

    plan: AttributePlan | tuple
    distribution: str
    lot_size: int | np.ndarray | None
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
    def count(self) -> int | None:
        """How many plans there are; None of one alone."""
        return len(self.plan) if isinstance(self.plan, tuple) else None

    def _entry(self, i: int) -> OperatingCharacteristic:
        plan = self.plan[i]
        own = {name: getattr(self, name)[i][()] for name in ("pa", "asn", "aoq")}
        stages = {name: getattr(self, name)[: plan.stages, i] for name in ("p_accept", "p_reject")}
        size = None if self.lot_size is None else int(np.broadcast_to(self.lot_size, len(self.plan))[i])
        ati = None if self.ati is None else self.ati[i][()]
        return replace(self, plan=plan, lot_size=size, p=own_quality(self.p, self.pa, i), ati=ati, **own, **stages)

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
    plan: AttributePlan | Sequence[AttributePlan], p, *, distribution: str = "binomial", lot_size=None
) -> OperatingCharacteristic:
    """Acceptance probability, average sample number, outgoing quality and total inspection, of one plan or many.

    Estimand: Pa(p) = sum over stages of P(accept there); ASN without curtailment; AOQ = sum P(accept on i) p
    (N - n)/N and ATI = sum P(accept on i) n + (1 - Pa) N, n the items drawn so far, rejected lots being screened and
    their nonconforming items replaced.

    Parameters
    ----------
    plan : AttributePlan, or a sequence of C of them
    p : share nonconforming (nonconformities per item with "poisson"): for one plan a number or an array of any shape; for
        many a number, (Q,) for all, or (C, Q)
    distribution : "binomial" (process, type B), "poisson" (nonconformities), or "hypergeom" (one lot of ``lot_size`` with
        round(N p) nonconforming, type A)
    lot_size : int, items; for many plans also one for each

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
    plans, many = many_plans(plan)
    size = _lot_sizes(distribution, lot_size, plans)
    p = check_quality(p, distribution)
    shape = _shape(p, len(plans), many)
    n, ac, re = by_stage(plans)
    rows = np.broadcast_to(p, shape).reshape(len(plans), -1)
    accept, reject = _stages(n, ac, re, rows, distribution, size)
    drawn = np.cumsum(n, axis=0)[..., None]
    reached = 1 - np.concatenate([np.zeros_like(accept[:1]), np.cumsum(accept + reject, axis=0)[:-1]])
    pa = np.minimum(accept.sum(axis=0), 1.0)
    left = 1.0 if size is None else (size - drawn) / size
    ati = None if size is None else (accept * drawn).sum(axis=0) + (1 - pa) * size
    return OperatingCharacteristic(
        plan=plans if many else plan,
        distribution=distribution,
        lot_size=None if size is None else int(size[0, 0]) if size.size == 1 else size[:, 0],
        p=p[()],
        pa=pa.reshape(shape)[()],
        p_accept=accept.reshape(-1, *shape),
        p_reject=reject.reshape(-1, *shape),
        asn=(n[..., None] * reached).sum(axis=0).reshape(shape)[()],
        aoq=(rows * (accept * left).sum(axis=0)).reshape(shape)[()],
        ati=None if ati is None else ati.reshape(shape)[()],
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


def quality_at(plan: AttributePlan | Sequence[AttributePlan], pa):
    """The share nonconforming that an attribute plan accepts with probability pa, for one plan and pa or many.

    Estimand: the p with Pa(p) = pa, Pa binomial as in ``operating_characteristic``, by 60 halvings of 0..1.

    Parameters
    ----------
    plan : AttributePlan, or a sequence of C of them
    pa : probability of acceptance, between 0 and 1: for one plan a number or an array of any shape; for many a number,
        (Q,) for all, or (C, Q)

    Units: shares (0 to 1); the result has the shape of pa, for many plans with an axis of them in front.

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
    plans, many = many_plans(plan)
    shape = _shape(wanted, len(plans), many)
    wanted = np.broadcast_to(wanted, shape)
    low, high = np.zeros(shape), np.ones(shape)
    for _ in range(60):
        middle = (low + high) / 2
        better = _acceptance(plans, middle, many) > wanted
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


def _acceptance(plans, p, many: bool):
    """Pa of many plans at their own p (or of one plan at an array of any shape)."""
    if not many:
        return operating_characteristic(plans[0], p).pa
    return operating_characteristic(plans, p.reshape(len(plans), -1)).pa.reshape(p.shape)


def own_quality(p, pa, i: int):
    """The qualities of one of many plans: those of all, or its own row."""
    return p[i] if np.ndim(p) == np.ndim(pa) else p


def _shape(p, count: int, many: bool) -> tuple[int, ...]:
    """The shape of the answer: that of p, for many plans with an axis of them in front."""
    if not many:
        return p.shape
    if p.ndim > 2 or (p.ndim == 2 and len(p) != count):
        raise StatisticsError(
            "p has the shape {found} for {needed} plans; one number, one row for all or a row for each is needed",
            found=p.shape,
            needed=count,
        )
    return p.shape if p.ndim == 2 else (count, *p.shape)


def _lot_sizes(distribution, lot_size, plans):
    """One lot size per plan (or one for all) as a column, None where none is given."""
    if lot_size is None or np.ndim(lot_size) == 0:
        size = check_distribution(distribution, lot_size, max(plan.total for plan in plans))
        return None if size is None else np.array([[size]])
    if len(lot_size) != len(plans):
        raise StatisticsError("lot_size has {found} entries for {needed} plans", found=len(lot_size), needed=len(plans))
    pairs = zip(lot_size, plans, strict=True)
    return np.array([[check_distribution(distribution, size, plan.total)] for size, plan in pairs])


def _stages(n, ac, re, p, distribution, size):
    """Probability of accepting and of rejecting at each stage: a row per plan, a column per p.

    Plans of as many stages and about as large numbers are computed together, so that none waits for the largest.
    """
    accept, reject = np.zeros((*n.shape, p.shape[1])), np.zeros((*n.shape, p.shape[1]))
    stages = np.count_nonzero(n, axis=0)
    alike = np.where(stages == 1, 0, 64 * stages + np.frexp(re.max(axis=0))[1])
    for kind in np.unique(alike):
        own = np.flatnonzero(alike == kind)
        count = stages[own[0]]
        lot = size if size is None or size.size == 1 else size[own]
        numbers = (x[:count, own, None] for x in (n, ac, re))
        compute = _one_stage if count == 1 else _stage_by_stage
        accept[:count, own], reject[:count, own] = compute(*numbers, p[own], distribution, lot)
    return accept, reject


def _one_stage(n, ac, re, p, distribution, size):
    pa = at_most(ac, n, p[None], distribution, size)
    return pa, 1 - pa


def _stage_by_stage(n, ac, re, p, distribution, size):
    found = np.arange(re.max())[:, None, None]
    state = np.zeros((found.size, *p.shape))
    state[0] = 1.0
    accept, reject, drawn = [], [], np.zeros_like(n[0])
    for size_here, least, most in zip(n, ac, re, strict=True):
        before = state.sum(axis=0)
        if distribution == "hypergeom":
            state = _draw_lot(state, size_here, np.rint(size * p), size, drawn)
        else:
            mass = exactly(found, size_here, p, distribution)
            state = np.stack([(state[: k + 1] * mass[k::-1]).sum(axis=0) for k in range(found.size)])
        took = np.where(found <= least, state, 0.0).sum(axis=0)
        state = np.where((found > least) & (found < most), state, 0.0)
        accept.append(took)
        reject.append(np.maximum(before - took - state.sum(axis=0), 0.0))
        drawn = drawn + size_here
    return np.stack(accept), np.stack(reject)


def _draw_lot(state, n, found, size, drawn):
    new = np.zeros_like(state)
    for k in range(len(state)):
        if state[k].any():
            x = np.arange(len(state) - k)[:, None, None]
            new[k:] += state[k] * hypergeometric(x, n, found - k, size - drawn)
    return new

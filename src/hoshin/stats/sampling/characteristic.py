"""What an attribute plan does: probability of acceptance, sample number, outgoing quality, total inspection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import elementwise
from scipy.special import bdtrc

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Entries, Many
from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import at_most, check_quality, exactly, hypergeometric, read_lots
from hoshin.stats.sampling.plan import AttributePlan, read_plans

# Points of a curve among which its highest one is looked for, and how many chances are computed together.
_GRID, _TOGETHER = 400, 4_000_000


@dataclass(frozen=True, eq=False)
class OperatingCharacteristic(Entries, Result):
    """A plan's behaviour at each quality p.

    ``p_accept`` and ``p_reject`` hold one row per stage; ``asn`` is the average sample number. ``aoq`` needs no lot
    size (a large lot is taken), ``ati`` is None without one. For many plans the arrays have an axis of them (in
    ``p_accept`` and ``p_reject`` the second), and ``curve[i]`` is that of one.
    """

    plan: AttributePlan | tuple | Many
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
        return None if isinstance(self.plan, AttributePlan) else len(self.plan)

    def _entry(self, i: int) -> OperatingCharacteristic:
        plan = self.plan[i]
        own = {name: getattr(self, name)[i][()] for name in ("pa", "asn", "aoq")}
        stages = {name: getattr(self, name)[: plan.stages, i] for name in ("p_accept", "p_reject")}
        size = np.broadcast_to(np.nan if self.lot_size is None else self.lot_size, len(self.plan))[i]
        size, ati = (None, None) if np.isnan(size) else (int(size), self.ati[i][()])
        return replace(self, plan=plan, lot_size=size, p=own_quality(self.p, self.pa, i), ati=ati, **own, **stages)

    @property
    def p_decide_first(self):
        """Probability of a decision on the first sample."""
        return self.p_accept[0] + self.p_reject[0]

    def steps(self):
        """Acceptance stage by stage, then the averages."""
        if self.count is None:
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
    lot_size : int, items; for many plans also one for each (NaN where there is none)

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
    plans = read_plans(plan)
    refusals = Refusals(plans.count, plans.many)
    refuse_unfound(refusals, plans)
    size = read_lots(refusals, distribution, lot_size, plans.total)
    p = check_quality(p, distribution)
    shape = shape_of(p, plans.count, plans.many)
    rows = rows_of(p, shape, plans.count)
    accept, reject = stage_chances(*plans.arrays, rows, distribution, size)
    drawn = np.cumsum(plans.n, axis=0)[..., None]
    reached = 1 - np.concatenate([np.zeros_like(accept[:1]), np.cumsum(accept + reject, axis=0)[:-1]])
    pa, lots = np.minimum(accept.sum(axis=0), 1.0), size[:, None]
    ati = None if np.isnan(size).all() else (accept * drawn).sum(axis=0) + (1 - pa) * lots
    return OperatingCharacteristic(
        plan=plans.given,
        distribution=distribution,
        lot_size=_told_lots(lot_size),
        p=p[()],
        pa=pa.reshape(shape)[()],
        p_accept=accept.reshape(len(accept), *shape),
        p_reject=reject.reshape(len(reject), *shape),
        asn=(plans.n[..., None] * reached).sum(axis=0).reshape(shape)[()],
        aoq=(rows * _unseen(accept, drawn, lots)).reshape(shape)[()],
        ati=None if ati is None else ati.reshape(shape)[()],
    )


def outgoing_quality_limit(
    plan: AttributePlan | Sequence[AttributePlan],
    *,
    distribution: str = "binomial",
    lot_size=None,
    on_error: str = "raise",
) -> OutgoingQualityLimit:
    """The largest average outgoing quality over all incoming qualities (AOQL), of one plan or many.

    Estimand: max over p of AOQ(p) as in ``operating_characteristic``; of one lot ("hypergeom") over the whole numbers
    of nonconforming items.

    Parameters
    ----------
    plan : AttributePlan, or a sequence of C of them
    distribution : "binomial", "poisson" or "hypergeom"
    lot_size : int, items; for many plans also one for each; without it a large lot is taken
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: shares (0 to 1), nonconformities per item with "poisson".

    Assumes: Rejected lots are inspected completely and nonconforming items found are replaced by good ones.

    Errors: A lot smaller than the plan's samples, no lot size where it is needed.

    Source: H. F. Dodge, H. G. Romig, Sampling Inspection Tables, 2nd edition (1959).

    >>> from hoshin.stats.sampling import single_plan
    >>> limit = outgoing_quality_limit(single_plan(89, 2), lot_size=10_000)
    >>> round(limit.aoql, 4), round(limit.p, 4)
    (0.0152, 0.0253)
    >>> outgoing_quality_limit([single_plan(89, 2), single_plan(50, 1)]).aoql.round(4)
    array([0.0154, 0.0167])
    """
    plans = read_plans(plan)
    refusals = Refusals(plans.count, plans.many, on_error)
    refuse_unfound(refusals, plans)
    sizes = read_lots(refusals, distribution, lot_size, plans.total)

    def compute(part, own, size):
        arrays = [array[:, own] for array in plans.arrays]

        def aoq(p, rows):
            n, ac, re = (array[:, rows] for array in arrays)
            accept, _ = stage_chances(n, ac, re, p, distribution, size[rows])
            return p * _unseen(accept, np.cumsum(n, axis=0)[..., None], size[rows, None])

        n, ac, re = arrays
        top = 4.0 * (ac[-1] + 3) / np.where(n > 0, n, np.inf).min(axis=0)
        top = np.ones(own.size) if distribution == "binomial" else top
        # Below one item in ten samples the curve still rises.
        low = np.minimum(1e-6 * top, 0.1 / n.sum(axis=0))
        step = max(1, _TOGETHER // (_GRID * int(re.max())))
        parts = [
            _worst_of_lots(aoq, size, some)
            if distribution == "hypergeom"
            else _worst(aoq, low, top, some, distribution)
            for some in np.split(np.arange(own.size), range(step, own.size, step))
        ]
        worst, at = np.concatenate(parts, axis=1)
        return {"aoql": worst, "p": at}, {}

    return refusals.result(OutgoingQualityLimit, compute, np.arange(plans.count), sizes)


def _worst(aoq, low, top, own, distribution: str):
    """The highest point of some curves between low and top, where its slope is 0: beside the best of a grid."""
    low, top = low[own], top[own]
    grid, every = np.geomspace(low, 0.999 * top, _GRID, axis=-1), np.arange(own.size)
    best = np.clip(np.argmax(aoq(grid, own), axis=1), 1, _GRID - 2)

    def slope(p, rows):
        h = 1e-3 * np.minimum(p, top[rows] - p if distribution == "binomial" else p)
        below2, below, above, above2 = aoq(p[:, None] + h[:, None] * np.array([-2, -1, 1, 2]), own[rows]).T
        return below2 - 8 * below + 8 * above - above2

    found = elementwise.find_root(
        slope, (grid[every, best - 1], grid[every, best + 1]), args=(every,), tolerances={"xrtol": 1e-13, "frtol": 0.0}
    )
    # A plan that accepts everything has its highest point at the end.
    p = np.where(found.success, found.x, np.where(best == _GRID - 2, top, grid[every, best]))
    return np.stack([aoq(p[:, None], own)[:, 0], p])


def _worst_of_lots(aoq, sizes, own):
    """The highest point of some curves over the whole numbers of a lot: beside the best of a grid, which grows finer."""
    size, every = sizes[own], np.arange(own.size)
    grid = np.rint(np.concatenate([np.zeros((own.size, 1)), np.geomspace(np.ones(own.size), size, _GRID).T], axis=1))
    while True:
        values = aoq(grid / size[:, None], own)
        best = np.argmax(values, axis=1)
        if (np.diff(grid, axis=1) <= 1).all():
            return np.stack([values[every, best], grid[every, best] / size])
        low, high = (grid[every, np.clip(best + step, 0, grid.shape[1] - 1)][:, None] for step in (-1, 1))
        width = (high - low).max()
        grid = np.minimum(low + np.arange(0, width + 1, max(1, width // 400)), high)


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
    plans = read_plans(plan)
    refuse_unfound(Refusals(plans.count, plans.many), plans)
    shape = shape_of(wanted, plans.count, plans.many)
    rows = rows_of(wanted, shape, plans.count)
    low, high = np.zeros(rows.shape), np.ones(rows.shape)
    for _ in range(60):
        middle = (low + high) / 2
        accept, _reject = stage_chances(*plans.arrays, middle, "binomial", None)
        better = np.minimum(accept.sum(axis=0), 1.0) > rows
        low, high = np.where(better, middle, low), np.where(better, high, middle)
    found = ((low + high) / 2).reshape(shape)
    return float(found) if found.ndim == 0 else found


def average_sample_number(
    plan: AttributePlan | Sequence[AttributePlan], p, *, curtail: str = "after first"
) -> np.ndarray:
    """Average sample number when inspection stops as soon as the rejection number is reached, of one plan or many.

    Estimand: sum over items of the probability that the item is drawn. Of a sample of n that needs k more nonconforming
    items to be stopped E[min(n, draws)] = n P(X <= k - 1) + (k / p) P(Y >= k + 1), X and Y binomial with n and n + 1.

    Parameters
    ----------
    plan : AttributePlan, or a sequence of C of them
    p : share nonconforming (binomial): for one plan a number or an array of any shape; for many a number, (Q,) for all, or
        (C, Q)
    curtail : "none", "after first" (the first sample is inspected completely, to keep an unbiased estimate of p), "all"

    Units: p as a share (0 to 1); the result in items, in the shape of p, for many plans with an axis of them in front.

    Assumes: Items come from a process with a constant share nonconforming and are inspected one by one.

    Errors: A share outside 0..1, another curtailment.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6; D. C.
    Montgomery, Introduction to Statistical Quality Control, 7th edition, chapter 15 (curtailment).

    >>> from hoshin.stats.sampling import double_plan
    >>> plan = double_plan(50, 1, 4, 100, 3)
    >>> average_sample_number(plan, [0.05, 0.1]).round(1), average_sample_number(plan, [0.05], curtail="none").round(1)
    (array([64.6, 52.9]), array([98.1]))
    """
    check_choice(curtail, ("none", "after first", "all"), "curtail")
    plans = read_plans(plan)
    if curtail == "none":
        return operating_characteristic(plans, p).asn
    refuse_unfound(Refusals(plans.count, plans.many), plans)
    p = check_quality(p, "binomial")
    shape = shape_of(p, plans.count, plans.many)
    rows = rows_of(p, shape, plans.count)
    asn = np.zeros(rows.shape)
    for own, (n, ac, re) in _alike(*plans.arrays):
        share = rows[own]
        for stage, state in enumerate(_states(n, ac, re, share, "binomial", None)[0]):
            if stage == 0 and curtail == "after first":
                asn[own] += n[0]
            else:
                left = np.maximum(re[stage] - np.arange(len(state))[:, None, None], 0)
                asn[own] += (state * _drawn(n[stage], left, share)).sum(axis=0)
    return asn.reshape(shape)[()]


def _drawn(n, k, p):
    """Mean number of items drawn of n when the k-th nonconforming one stops them."""
    stopped = np.where(k <= n, bdtrc(np.minimum(k, n).astype(float), n + 1, p), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return n * at_most(k - 1, n, p, "binomial") + np.where(p > 0, k / p * stopped, 0.0)


def refuse_unfound(refusals: Refusals, plans) -> None:
    """Refuse plans that a finder did not find."""
    if plans.problems and not refusals.marks:
        plans.given[next(iter(plans.problems))]
    refusals.problems.update(plans.problems)


def own_quality(p, pa, i: int):
    """The qualities of one of many plans: those of all, or its own row."""
    return p[i] if np.ndim(p) == np.ndim(pa) else p


def shape_of(p: np.ndarray, count: int, many: bool, name: str = "p") -> tuple[int, ...]:
    """The shape of the answer: that of p, for many with an axis of them in front."""
    if not many:
        return p.shape
    if p.ndim > 2 or (p.ndim == 2 and len(p) != count):
        raise StatisticsError(
            "{name} has the shape {found} for {needed} plans; one number, one row for all or a row for each is needed",
            name=name,
            found=p.shape,
            needed=count,
        )
    return p.shape if p.ndim == 2 else (count, *p.shape)


def rows_of(p: np.ndarray, shape: tuple[int, ...], count: int) -> np.ndarray:
    """What is asked of each, in a row; a row may be empty."""
    return np.broadcast_to(p, shape).reshape(count, math.prod(shape) // count)


def _told_lots(lot_size):
    """Lot sizes as the result holds them: a whole number, an array of them, or with NaN where there is none."""
    sizes = np.asarray(np.nan if lot_size is None else lot_size, dtype=float)
    if sizes.ndim == 0:
        return None if np.isnan(sizes) else int(sizes)
    return sizes if np.isnan(sizes).any() else sizes.astype(np.int64)


def _unseen(accept, drawn, lots):
    """The mean share of a lot that leaves uninspected, of a large lot all that is accepted."""
    left = np.where(np.isnan(lots), 1.0, (lots - drawn) / lots)
    return (accept * left).sum(axis=0)


def stage_chances(n, ac, re, p, distribution, size):
    """Probability of accepting and of rejecting at each stage: a row per plan, a column per p."""
    accept, reject = np.zeros((*n.shape, p.shape[1])), np.zeros((*n.shape, p.shape[1]))
    for own, numbers in _alike(n, ac, re):
        lot = None if size is None else size[own, None]
        compute = _one_stage if len(numbers[0]) == 1 else _stage_by_stage
        accept[: len(numbers[0]), own], reject[: len(numbers[0]), own] = compute(*numbers, p[own], distribution, lot)
    return accept, reject


def _alike(n, ac, re):
    """Plans of as many stages and about as large numbers, so that none waits for the largest: which, and their numbers."""
    stages = np.count_nonzero(n, axis=0)
    alike = np.where(stages == 1, 0, 64 * stages + np.frexp(re.max(axis=0))[1])
    for kind in np.unique(alike):
        own = np.flatnonzero(alike == kind)
        yield own, [numbers[: stages[own[0]], own, None] for numbers in (n, ac, re)]


def _one_stage(n, ac, re, p, distribution, size):
    pa = at_most(ac, n, p[None], distribution, size)
    return pa, 1 - pa


def _stage_by_stage(n, ac, re, p, distribution, size):
    states, accept = _states(n, ac, re, p, distribution, size)
    before = np.array([state.sum(axis=0) for state in [*states, np.zeros((1, *p.shape))]])
    return accept, np.maximum(before[:-1] - accept - before[1:], 0.0)


def _states(n, ac, re, p, distribution, size):
    """Before each stage the probability of each number found without a decision, and that of accepting there."""
    found = np.arange(re.max())[:, None, None]
    state = np.zeros((found.size, *p.shape))
    state[0] = 1.0
    states, accept, drawn = [], [], np.zeros_like(n[0])
    for size_here, least, most in zip(n, ac, re, strict=True):
        states.append(state)
        if distribution == "hypergeom":
            state = _draw_lot(state, size_here, np.rint(size * p), size, drawn)
        else:
            mass = exactly(found, size_here, p, distribution)
            state = np.stack([(state[: k + 1] * mass[k::-1]).sum(axis=0) for k in range(found.size)])
        accept.append(np.where(found <= least, state, 0.0).sum(axis=0))
        state = np.where((found > least) & (found < most), state, 0.0)
        drawn = drawn + size_here
    return states, np.stack(accept)


def _draw_lot(state, n, found, size, drawn):
    new = np.zeros_like(state)
    for k in range(len(state)):
        if state[k].any():
            x = np.arange(len(state) - k)[:, None, None]
            new[k:] += state[k] * hypergeometric(x, n, found - k, size - drawn)
    return new

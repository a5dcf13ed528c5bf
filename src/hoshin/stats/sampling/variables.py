"""Variables plans: accept when the mean lies k standard deviations inside the limit, or the estimated share is small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import betainc, betaincinv, ndtr, ndtri

from hoshin.stats._asked import read_asked, smallest
from hoshin.stats._layout import Layout, read_layout
from hoshin.stats._noncentral import noncentral_t
from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched, Many
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_each,
    check_limits,
    check_numbers,
)
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.sampling._counts import check_quality
from hoshin.stats.sampling.characteristic import quality_at, refuse_unfound, rows_of, shape_of
from hoshin.stats.sampling.find import FoundPlan, read_points, refuse_points
from hoshin.stats.sampling.plan import AttributePlan, read_plans

SIGMAS = ("unknown", "known")
FORMS = ("k", "M")
_LARGEST_N = 100_000
# An attribute plan is matched where it accepts with these probabilities.
_MATCHED = (0.95, 0.10)


@dataclass(frozen=True, eq=False)
class VariablesPlan(Result):
    """Draw n; accept when (limit - mean) / sd is at least k, or when the estimated share nonconforming is at most M.

    ``sigma`` says which standard deviation, ``form`` which rule holds for one limit ("k" or "M"); two limits always go
    by M, the share that belongs to k unless it is given. It is None where the sample is too small for an estimate.
    """

    n: int
    k: float
    sigma: str
    form: str = "k"
    M: float | None = None

    title = "Variables sampling plan"
    sources = (
        "G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516",
        "E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10",
    )
    assumptions = ("the characteristic is normal in every lot", "the sample is random")

    def __post_init__(self):
        if self.M is None and self.n >= _LEAST[self.sigma]:
            object.__setattr__(self, "M", float(estimated_nonconforming(self.k, self.n, self.sigma)))
        super().__post_init__()

    def steps(self):
        """The rule."""
        sd = "known standard deviation" if self.sigma == "known" else "standard deviation of the sample"
        n = {"n": self.n, "k": self.k, "M": self.M}
        if self.form == "k":
            yield Step("rule", f"draw {{n}}; accept when (limit - mean) / {sd} >= {{k}}", n)
        else:
            yield Step("rule", f"draw {{n}}; accept when the share estimated with the {sd} <= {{M}}", n)


@dataclass(frozen=True, eq=False)
class FoundVariablesPlan(Result):
    """The smallest variables plan that meets both risks."""

    plan: VariablesPlan
    prp: tuple
    crp: tuple
    pa_prp: float
    pa_crp: float

    title = "Variables plan for two risks"
    sources = VariablesPlan.sources
    assumptions = VariablesPlan.assumptions

    def steps(self):
        """The plan and its two probabilities."""
        yield from self.plan.steps()
        yield Step(f"probability of acceptance at {self.prp[0]:g}", value=self.pa_prp)
        yield Step(f"probability of acceptance at {self.crp[0]:g}", value=self.pa_crp)


@dataclass(frozen=True, eq=False)
class LotDecision(Batched):
    """The decision on one lot: its quality indices, the estimated share nonconforming and the verdict.

    For many characteristics every number is an array with one entry for each (NaN where there is no such limit), and
    ``decision[i]`` is that of one. One with a word in ``problems`` has NaN figures and is not accepted.
    """

    plan: VariablesPlan | tuple | Many
    n: Any
    mean: Any
    sd: Any
    q_lower: Any
    q_upper: Any
    p_lower: Any
    p_upper: Any
    p_total: Any
    M: Any
    accepted: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    optional = ("q_lower", "q_upper")
    title = "Decision on a lot by variables"
    sources = VariablesPlan.sources
    assumptions = VariablesPlan.assumptions

    def _entry(self, i: int) -> LotDecision:
        return super()._entry(i, plan=self.plan if isinstance(self.plan, VariablesPlan) else self.plan[i])

    def steps(self):
        """Quality indices, estimate, verdict."""
        alike = isinstance(self.plan, VariablesPlan)
        n = {"mean": self.mean, "sd": self.sd, "k": self.plan.k if alike else None, "p": self.p_total, "M": self.M}
        if self.q_lower is not None:
            yield Step("lower quality index", "({mean} - lsl) / {sd}", n, self.q_lower)
        if self.q_upper is not None:
            yield Step("upper quality index", "(usl - {mean}) / {sd}", n, self.q_upper)
        if alike and self.M is None:
            yield Step("accepted", "index >= {k}", n, self.accepted)
            return
        yield Step("estimated share nonconforming", value=self.p_total)
        if not alike:
            yield Step("accepted", value=self.accepted)
        elif self.plan.form == "M":
            yield Step("accepted", "{p} <= {M}", n, self.accepted)
        else:
            yield Step("accepted", "{p} <= {M} (with one limit the same as index >= {k})", n, self.accepted)


# The smallest sample an estimate of the share can be made from.
_LEAST = {"unknown": 3, "known": 2}


def variables_plan(n, k=None, *, M=None, sigma: str = "unknown") -> VariablesPlan:
    """A plan by variables: n items and the acceptability constant k (form 1) or the largest estimated share M (form 2).

    Estimand: from M the k that belongs to it, unknown sigma k = (1 - 2 B) (n - 1) / sqrt(n) with B the M quantile of
    Beta(n/2 - 1, n/2 - 1), known sigma k = -Phi^-1(M) sqrt((n - 1) / n); from k the M. For one plan or many.

    Parameters
    ----------
    n : int, items, or one for each of C plans
    k : float, in standard deviations, or one for each
    M : float between 0 and 1, or one for each, instead of k
    sigma : "unknown" (the sample's standard deviation, s method) or "known"

    Units: n in items, k in standard deviations, M as a share.

    Assumes: The characteristic is normal in every lot.

    Errors: Both or neither of k and M, a sample below 2 (1 with known sigma; with M 3 and 2), M outside 0..1.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10.

    >>> variables_plan(40, 1.89).sigma
    'unknown'
    >>> round(variables_plan(25, M=0.0286).k, 3)
    1.849
    >>> variables_plan([25, 35], M=[0.0286, 0.0266]).k.round(3)
    array([1.849, 1.894])
    """
    check_choice(sigma, SIGMAS, "sigma")
    if (k is None) == (M is None):
        raise StatisticsError("k is {k} and M is {M}; one of them is needed", k=k, M=M)
    refusals, columns = read_asked({"n": n} | ({"M": M} if k is None else {"k": k}))
    least = _LEAST[sigma] if k is None else 1 if sigma == "known" else 2
    refusals.refuse_not_whole(columns["n"], "n", least)
    if k is None:
        refusals.refuse_no_fraction(columns["M"], "M")
    sizes, share = columns["n"].astype(np.int64), columns.get("M")
    k = columns["k"] if share is None else constant_of_share(share, sizes, sigma)
    plans = found_variables(sizes, k, sigma, "k" if share is None else "M", share)
    return plans if refusals.many else plans[0]


def acceptance_by_variables(plan: VariablesPlan | Sequence[VariablesPlan], p):
    """Probability of accepting lots with a share p beyond one limit, for one plan and p or many.

    Estimand: known sigma Phi(sqrt(n) (z - k)); unknown P(T >= sqrt(n) k), T noncentral t with n - 1 degrees of
    freedom and noncentrality sqrt(n) z; z the upper normal quantile of p.

    Parameters
    ----------
    plan : VariablesPlan, or a sequence of C of them
    p : share nonconforming, 0 to 1: for one plan a number or an array of any shape; for many a number, (Q,) for all, or
        (C, Q)

    Units: p and the probability as shares (0 to 1); the result has the shape of p, for many plans with an axis of them in
    front.

    Assumes: The characteristic is normal in every lot, all nonconforming items lie beyond one limit.

    Errors: A share outside 0..1 or missing.

    Source: G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516.

    >>> acceptance_by_variables(variables_plan(40, 1.89), [0.01, 0.05]).round(4)
    array([0.9526, 0.1907])
    >>> acceptance_by_variables([variables_plan(40, 1.89), variables_plan(20, 1.69)], 0.01).round(4)
    array([0.9526, 0.967 ])
    """
    plans = _read_variables(plan)
    if plans.problems:
        plans.given[next(iter(plans.problems))]
    p = check_quality(p, "binomial")
    shape = shape_of(p, plans.n.size, plans.many)
    rows = rows_of(p, shape, plans.n.size)
    pa = np.empty(rows.shape)
    for sigma, own in (("known", plans.known), ("unknown", ~plans.known)):
        if own.any():
            pa[own] = _accepts(plans.n[own, None], plans.k[own, None], rows[own], sigma)
    return pa.reshape(shape)[()]


@dataclass(frozen=True, eq=False)
class _Plans:
    """One plan or many as columns; ``by_share`` says whose form is M, ``problems`` which of them were not found."""

    given: VariablesPlan | Sequence[VariablesPlan]
    n: np.ndarray
    k: np.ndarray
    M: np.ndarray
    known: np.ndarray
    by_share: np.ndarray
    problems: Mapping[int, str]

    @property
    def many(self) -> bool:
        """Whether a sequence of plans was given."""
        return not isinstance(self.given, VariablesPlan)


def _read_variables(plan) -> _Plans:
    """One plan, a sequence of them, or the plans that were found for many."""
    if isinstance(plan, Many) and plan.kind == VariablesPlan.__name__:
        known, by_share = (np.full(plan.count, told) for told in (plan.sigma == "known", plan.form == "M"))
        return _Plans(plan, plan.n, plan.k, plan.M, known, by_share, plan.problems)
    plans = (plan,) if isinstance(plan, VariablesPlan) else tuple(plan)
    if not plans or not all(isinstance(one, VariablesPlan) for one in plans):
        raise StatisticsError("a variables plan or a sequence of them is needed; found {found}", found=repr(plan)[:80])
    told = ((one.n, one.k, np.nan if one.M is None else one.M, one.sigma == "known", one.form == "M") for one in plans)
    columns = (np.array(column) for column in zip(*told, strict=True))
    return _Plans(plan if isinstance(plan, VariablesPlan) else plans, *columns, {})


def _accepts(n, k, p, sigma: str):
    """Probability of accepting a share p beyond one limit; the arguments are broadcast."""
    z, root = -ndtri(p), np.sqrt(n)
    if sigma == "known":
        return ndtr(root * (z - k))
    inside = (p > 0) & (p < 1)
    pa = 1 - noncentral_t(n - 1, root * np.where(inside, z, 0.0), root * k)
    return np.where(inside, pa, p <= 0)


def find_variables_plan(prp, crp, *, sigma: str = "unknown", on_error: str = "raise") -> FoundVariablesPlan:
    """The variables plan with the smallest sample that meets the producer's and the consumer's risk point, for one or many.

    Estimand: the smallest n for which the k that meets the producer's point exactly accepts the consumer's quality
    with at most its probability.

    Parameters
    ----------
    prp, crp : (quality, probability), or (C, 2) for many, as in ``find_plan``
    sigma : "unknown" (the sample's standard deviation) or "known"
    on_error : "raise", or "mark" among many: NaN (n 0) and a word in ``problems``

    Units: qualities and probabilities as shares (0 to 1), n in items, k in standard deviations.

    Assumes: The characteristic is normal in every lot; one specification limit.

    Errors: Points in the wrong order or too close for 100,000 items.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10.

    >>> found = find_variables_plan((0.01, 0.95), (0.06, 0.10))
    >>> found.plan.n, round(found.plan.k, 4)
    (42, 1.9053)
    >>> find_variables_plan([(0.01, 0.95), (0.02, 0.95)], (0.06, 0.10)).plan.n
    array([42, 90])
    """
    check_choice(sigma, SIGMAS, "sigma")
    refusals, points = read_points(prp, crp, on_error)
    return _found(refusals, points["prp"], points["crp"], sigma)


def match_attributes(plan, *, sigma: str = "unknown", on_error: str = "raise") -> FoundVariablesPlan:
    """The smallest variables plan that is at least as sharp as an attribute plan, the principle of ISO 3951.

    Estimand: the plan of ``find_variables_plan`` through the qualities the attribute plan accepts with 0.95 and 0.10, for
    one plan or many.

    Parameters
    ----------
    plan : AttributePlan, or the result of a plan finder, or a sequence of C of them
    sigma : "unknown" (the sample's standard deviation) or "known"
    on_error : "raise", or "mark" among many: NaN (n 0) and a word in ``problems``

    Units: qualities and probabilities as shares (0 to 1), n in items, k in standard deviations.

    Assumes: The characteristic is normal in every lot; one specification limit; the attribute plan's curve is binomial.

    Errors: What ``find_variables_plan`` refuses. It is not a table of ISO 3951-1, whose figures are not held here.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10.

    >>> from hoshin.stats.sampling import single_plan
    >>> match_attributes(single_plan(80, 2)).plan.n
    38
    >>> match_attributes([single_plan(80, 2), single_plan(50, 1)]).plan.n
    array([38, 24])
    """
    check_choice(sigma, SIGMAS, "sigma")
    if isinstance(plan, FoundPlan) or (isinstance(plan, Many) and plan.kind == FoundPlan.__name__):
        plan = plan.plan
    elif not isinstance(plan, AttributePlan | Many):
        plan = [one.plan if isinstance(one, FoundPlan) else one for one in plan]
    plans = read_plans(plan)
    refusals = Refusals(plans.count, plans.many, on_error)
    refuse_unfound(refusals, plans)
    p = quality_at(replace(plans, problems={}), np.tile(_MATCHED, (plans.count, 1)))
    prp, crp = (np.column_stack([p[:, i], np.full(plans.count, pa)]) for i, pa in enumerate(_MATCHED))
    refuse_points(refusals, prp, crp)
    return _found(refusals, prp, crp, sigma)


def _found(refusals: Refusals, prp: np.ndarray, crp: np.ndarray, sigma: str):
    """The smallest plan through the producer's points that meets the consumer's."""

    def compute(part, prp, crp):
        def meets(n, rows):
            return _accepts(n, _constants(n, prp[rows], sigma), crp[rows, 0], sigma) <= crp[rows, 1]

        least = np.full(part.count, 1 if sigma == "known" else 2)
        n = smallest(meets, least, _LARGEST_N, _guessed(prp, crp, sigma))
        words = "no plan of up to {most} items meets both points; points further apart are needed"
        part.refuse(np.isnan(n), words, most=_LARGEST_N)
        n = np.nan_to_num(n, nan=_LEAST[sigma]).astype(np.int64)
        k = _constants(n, prp, sigma)
        at = {f"pa_{name}": _accepts(n, k, p[:, 0], sigma) for name, p in (("prp", prp), ("crp", crp))}
        return {"plan": found_variables(n, k, sigma), "prp": prp, "crp": crp, **at}, {}

    return refusals.result(FoundVariablesPlan, compute, prp, crp)


def found_variables(n: np.ndarray, k: np.ndarray, sigma: str, form: str = "k", share: np.ndarray | None = None) -> Many:
    """The plans whose n, k and, with form "M", largest share stand in arrays."""
    if share is None:
        enough = n >= _LEAST[sigma]
        share = np.where(enough, estimated_nonconforming(k, np.maximum(n, _LEAST[sigma]), sigma), np.nan)
    return Many(VariablesPlan.__name__, n.size, {"n": n, "k": k, "M": share}, {"sigma": sigma, "form": form})


def estimated_nonconforming(q, n, sigma: str = "unknown"):
    """The best unbiased estimate of the share beyond a limit that lies q standard deviations from the mean.

    Estimand: unknown sigma I_x(a, a) with x = max(0, 1/2 - q sqrt(n) / (2 (n - 1))), a = n/2 - 1 (n >= 3); known
    Phi(-q sqrt(n / (n - 1))).

    Parameters
    ----------
    q : number or array, quality index (limit - mean) / sd, NaN where there is no limit
    n : int or array, sample size in items
    sigma : "unknown" or "known", whose standard deviation q was made with

    Units: q in standard deviations, the estimate as a share (0 to 1); shapes are broadcast.

    Assumes: The characteristic is normal, the sample random.

    Errors: A sample below 3 (2 with known sigma).

    Source: G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516.

    >>> round(float(estimated_nonconforming(1.51, 20)), 4)
    0.062
    """
    q, n = np.asarray(q, dtype=float), check_numbers(n, "n")
    least = _LEAST[check_choice(sigma, SIGMAS, "sigma")]
    if not (n >= least).all():
        raise StatisticsError("{found:g} items found; at least {needed} are needed", found=n.min(), needed=least)
    if sigma == "known":
        return ndtr(-q * np.sqrt(n / (n - 1)))
    x = np.clip(0.5 - q * np.sqrt(n) / (2 * (n - 1)), 0, 1)
    return betainc(n / 2 - 1, n / 2 - 1, x)


def constant_of_share(share, n, sigma: str = "unknown"):
    """The acceptability constant k that belongs to a largest estimated share M: the inverse of the estimate.

    >>> round(float(constant_of_share(0.0286, 25)), 4)
    1.8492
    """
    if sigma == "known":
        return -ndtri(share) * np.sqrt((n - 1) / n)
    return (1 - 2 * betaincinv(n / 2 - 1, n / 2 - 1, share)) * (n - 1) / np.sqrt(n)


def decide(
    values,
    plan: VariablesPlan | Sequence[VariablesPlan],
    *,
    lsl=None,
    usl=None,
    sigma=None,
    offsets=None,
    on_error: str = "raise",
) -> LotDecision:
    """Accept or reject a lot from its sample's values, for one characteristic or many.

    Estimand: indices (mean - lsl)/sd and (usl - mean)/sd; with one limit the index is compared with k (form "k") or its
    estimated share with M (form "M"); with two the estimated shares beyond them are added and compared with M. With M
    the share that belongs to k, both rules agree for one limit.

    Parameters
    ----------
    values : (n,), as many as the plan draws, (C, n) of many characteristics, or a flat column with ``offsets``
    plan : VariablesPlan, or for many characteristics a sequence of C of them
    lsl, usl : specification limits, at least one; one number, or one per characteristic (NaN where there is none)
    sigma : the known standard deviation, for plans with known sigma only; one number, or one per characteristic
    offsets : where each characteristic begins in the flat column, and at the end its length
    on_error : "raise", or "mark" among many characteristics: NaN, not accepted, and a word in ``problems``

    Units: values, limits and sigma in the unit of the characteristic; indices in standard deviations; shares 0 to 1.

    Assumes: The characteristic is normal in the lot; the sample is random.

    Errors: Another number of values than the plan draws, a missing value, no variation, no limit or lsl not below usl,
    a sigma that does not go with the plan, a plan too small for an estimate.

    Source: G. J. Lieberman, G. J. Resnikoff (1955); ANSI/ASQ Z1.9-2003, sections B and D, forms 1 and 2.

    >>> decide([9.9, 10.1, 10.0, 10.2, 9.8], variables_plan(5, 1.53), lsl=9.5).accepted
    True
    >>> decide([[9.9, 10.1, 10.0, 10.2, 9.8], [9.6, 10.4, 10, 9, 11]], variables_plan(5, 1.53), lsl=9.5).accepted
    array([ True, False])
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    layout, points, plans = read_layout(array.shape, offsets, on_error), array.ravel(), _read_variables(plan)
    if plans.many and (not layout.many or plans.n.size != layout.count):
        words = "there are {found} plans for {needed} characteristics; one is needed, or one for each of many"
        raise StatisticsError(words, found=plans.n.size, needed=layout.count)
    refuse_unfound(layout, plans)
    n, k, share, known, by_share = (
        np.broadcast_to(column, (layout.count,)) for column in (plans.n, plans.k, plans.M, plans.known, plans.by_share)
    )
    given = check_each(sigma, "sigma", layout.count)
    _refuse_plans(layout, n, known, given)
    layout.refuse_missing_points(points)
    low, high = _limits(layout, lsl, usl)
    # By k and one limit a lot is decided without an estimate of the share, which a sample this small may not allow.
    by_k = (np.isnan(low) ^ np.isnan(high)) & ~by_share
    layout.refuse(np.isnan(share) & ~by_k, "the plan draws {n}; an estimate of the share needs more", n=n)
    mean, sd = layout.segments.moments(points)
    layout.refuse_alike(~known & (sd == 0))
    layout.refuse(known & ~(given > 0), "sigma is {found}; more than 0 is needed", found=given)
    layout.refuse_overflow(mean, np.where(known, mean, sd))
    mean, sd = layout.blank(mean, np.where(known, given, sd))
    q = {"q_lower": (mean - low) / sd, "q_upper": (high - mean) / sd}
    shares = [
        np.where(np.isnan(limit), 0.0, np.where(np.isnan(share), np.nan, _beyond(q[name], n, known)))
        for limit, name in ((low, "q_lower"), (high, "q_upper"))
    ]
    shares = layout.blank(*shares)
    total = shares[0] + shares[1]
    accepted = np.where(by_k, np.fmin(*q.values()) >= k, total <= share)
    told = {"q_lower": lsl is not None, "q_upper": usl is not None}
    numbers = {"mean": mean, "sd": sd} | {name: x if told[name] else None for name, x in q.items()}
    numbers |= {"p_lower": shares[0], "p_upper": shares[1], "p_total": total, "accepted": accepted}
    drawn = {"n": n, "M": share} if plans.many else {"n": plan.n, "M": plan.M}
    return LotDecision(plan=plans.given, problems=FrozenDict(layout.problems), **drawn, **layout.told(**numbers))


def _beyond(q, n, known):
    """The estimated share beyond a limit, with the known standard deviation or that of the sample."""
    one, other = (estimated_nonconforming(q, np.maximum(n, _LEAST[sigma]), sigma) for sigma in ("known", "unknown"))
    return np.where(known, one, other)


def _limits(refusals: Refusals, lsl, usl):
    """Lower and upper limit of each characteristic, NaN where there is none."""
    if not refusals.many:
        check_limits(lsl, usl)
    low, high = (check_each(limit, name, refusals.count) for name, limit in (("lsl", lsl), ("usl", usl)))
    wrong = ~(low < high) & ~(np.isnan(low) ^ np.isnan(high))
    refusals.refuse(
        wrong, "lsl is {lsl} and usl is {usl}; at least one is needed, and lsl below usl", lsl=low, usl=high
    )
    return low, high


def _refuse_plans(layout: Layout, n, known, sigma) -> None:
    """Refuse another number of values than the plan draws, and a sigma that does not go with it."""
    found = layout.segments.lengths
    layout.refuse(found != n, "{found} values found; the plan needs {needed}", found=found, needed=n)
    wrong = np.isnan(sigma) == known
    if wrong.any():
        said = np.where(np.isnan(sigma), "None", sigma.astype(str))
        words = "sigma is {found} and the plan's sigma {kind}; they must go together"
        layout.refuse(wrong, words, found=said, kind=np.where(known, "known", "unknown"))


def _constants(n, prp, sigma: str):
    """The k with which plans of n items accept the producer's quality with its probability."""
    z, alpha, root = -ndtri(prp[:, 0]), 1 - prp[:, 1], np.sqrt(n)
    if sigma == "known":
        return z + ndtri(alpha) / root
    return _quantile(alpha, n - 1, root * z) / root


def _quantile(p, df, center):
    """The quantile p of noncentral t: secants of the normal score of its probability, which is almost a straight line."""
    score, spread = ndtri(p), np.sqrt(1 + center**2 / (2 * df))
    found, rows, reach = center + score * spread, np.arange(center.size), 1.0
    before, t, low, high = center, found.copy(), np.full(rows.size, -np.inf), np.full(rows.size, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = ndtri(noncentral_t(df, center, before)) - score
        while rows.size:
            off = ndtri(noncentral_t(df[rows], center[rows], t)) - score[rows]
            low, high = np.where(off < 0, t, low), np.where(off > 0, t, high)
            secant = t - off * (t - before) / (off - beside)
            step = reach * spread[rows]
            far = np.where(np.isinf(low), high - step, np.where(np.isinf(high), low + step, (low + high) / 2))
            straight = (secant >= low) & (secant <= high) & np.isfinite(off - beside)
            after = np.where(off == 0, t, np.where(straight, secant, far))
            found[rows] = after
            # The error is about the product of the last two steps.
            moving = np.abs(after - t) > 1e-10 * spread[rows]
            before, beside, t = t[moving], off[moving], after[moving]
            rows, low, high, reach = rows[moving], low[moving], high[moving], 2 * reach
    return found


def _guessed(prp, crp, sigma: str):
    """About how many items meet both points."""
    (z1, a), (z2, b) = ((-ndtri(quality), ndtri(chance)) for quality, chance in (prp.T, crp.T))
    k = (a * z2 - b * z1) / (a - b)
    return ((a - b) / (z1 - z2)) ** 2 * (1.0 if sigma == "known" else 1 + k**2 / 2)

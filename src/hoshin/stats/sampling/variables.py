"""Variables plans by the k method: accept when the mean lies k standard deviations inside the limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, ndtr, ndtri

from hoshin.stats._noncentral import noncentral_t
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_limits,
    check_number,
    check_variation,
    check_whole,
)
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import check_quality
from hoshin.stats.sampling.find import check_points, smallest

_LARGEST_N = 100_000


@dataclass(frozen=True, eq=False)
class VariablesPlan(Result):
    """Draw n, accept when (limit - mean) / sd is at least k; sigma says which standard deviation."""

    n: int
    k: float
    sigma: str

    title = "Variables sampling plan, k method"
    sources = (
        "G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516",
        "E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10",
    )
    assumptions = ("the characteristic is normal in every lot", "the sample is random")

    def steps(self):
        """The rule."""
        sd = "known standard deviation" if self.sigma == "known" else "standard deviation of the sample"
        n = {"n": self.n, "k": self.k}
        yield Step("rule", f"draw {{n}}; accept when (limit - mean) / {sd} >= {{k}}", n)

    @property
    def M(self) -> float:
        """The largest estimated share nonconforming that accepts, for two limits together (the M method)."""
        return float(estimated_nonconforming(self.k, self.n, self.sigma))


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
class LotDecision(Result):
    """The decision on one lot: its quality indices, the estimated share nonconforming and the verdict."""

    plan: VariablesPlan
    n: int
    mean: float
    sd: float
    q_lower: float | None
    q_upper: float | None
    p_lower: float
    p_upper: float
    p_total: float
    M: float
    accepted: bool

    title = "Decision on a lot by variables"
    sources = VariablesPlan.sources
    assumptions = VariablesPlan.assumptions

    def steps(self):
        """Quality indices, estimate, verdict."""
        n = {"mean": self.mean, "sd": self.sd, "k": self.plan.k, "p": self.p_total, "M": self.M}
        if self.q_lower is not None:
            yield Step("lower quality index", "({mean} - lsl) / {sd}", n, self.q_lower)
        if self.q_upper is not None:
            yield Step("upper quality index", "(usl - {mean}) / {sd}", n, self.q_upper)
        yield Step("estimated share nonconforming", value=self.p_total)
        yield Step("accepted", "{p} <= {M} (with one limit the same as index >= {k})", n, self.accepted)


def variables_plan(n: int, k: float, *, sigma: str = "unknown") -> VariablesPlan:
    """A plan by variables: n items, acceptability constant k, sigma "known" or "unknown" (s method).

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 10.

    >>> variables_plan(40, 1.89).sigma
    'unknown'
    """
    check_choice(sigma, ("known", "unknown"), "sigma")
    size = check_whole(n, "n", at_least=1 if sigma == "known" else 2)
    return VariablesPlan(n=size, k=check_number(k, "k"), sigma=sigma)


def acceptance_by_variables(plan: VariablesPlan, p):
    """Probability of accepting lots with a share p beyond one limit, for one p or many.

    Estimand: known sigma Phi(sqrt(n) (z - k)); unknown P(T >= sqrt(n) k), T noncentral t with n - 1 degrees of
    freedom and noncentrality sqrt(n) z; z the upper normal quantile of p.

    Source: G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516.

    >>> acceptance_by_variables(variables_plan(40, 1.89), [0.01, 0.05]).round(4)
    array([0.9526, 0.1907])
    """
    p = check_quality(p, "binomial")
    z = -ndtri(p)
    root = math.sqrt(plan.n)
    if plan.sigma == "known":
        return ndtr(root * (z - plan.k))[()]
    inside = (p > 0) & (p < 1)
    pa = 1 - noncentral_t(plan.n - 1, root * np.where(inside, z, 0.0), root * plan.k)
    return np.where(inside, pa, p <= 0)[()]


def find_variables_plan(prp: Sequence[float], crp: Sequence[float], *, sigma: str = "unknown") -> FoundVariablesPlan:
    """The variables plan with the smallest sample that meets the producer's and the consumer's risk point.

    Estimand: the smallest n for which the k that meets the producer's point exactly accepts the consumer's quality
    with at most its probability.

    Parameters
    ----------
    prp, crp : (quality, probability)
        As in ``find_plan``.
    sigma : {"unknown", "known"}

    Errors: Points in the wrong order or too close for 100,000 items.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, section 10.2.

    >>> found = find_variables_plan((0.01, 0.95), (0.06, 0.10))
    >>> found.plan.n, round(found.plan.k, 4)
    (42, 1.9053)
    """
    prp, crp = check_points(prp, crp)
    check_choice(sigma, ("known", "unknown"), "sigma")

    def plan(n):
        return VariablesPlan(n=n, k=_constant(n, prp, sigma), sigma=sigma)

    least = 1 if sigma == "known" else 2
    n = smallest(lambda n: acceptance_by_variables(plan(n), crp[0]) <= crp[1], least, _LARGEST_N)
    if n is None:
        raise StatisticsError(
            "no plan of up to {most} items meets both points; points further apart are needed", most=_LARGEST_N
        )
    found = plan(n)
    pa = [float(acceptance_by_variables(found, point[0])) for point in (prp, crp)]
    return FoundVariablesPlan(found, prp, crp, pa[0], pa[1])


def estimated_nonconforming(q, n: int, sigma: str = "unknown"):
    """The best unbiased estimate of the share beyond a limit that lies q standard deviations from the mean.

    Estimand: unknown sigma I_x(a, a) with x = max(0, 1/2 - q sqrt(n) / (2 (n - 1))), a = n/2 - 1 (n >= 3); known
    Phi(-q sqrt(n / (n - 1))).

    Source: G. J. Lieberman, G. J. Resnikoff, Journal of the American Statistical Association 50 (1955), 457-516.

    >>> round(float(estimated_nonconforming(1.51, 20)), 4)
    0.062
    """
    q = np.asarray(q, dtype=float)
    if sigma == "known":
        check_enough(n, 2, "items")
        return ndtr(-q * math.sqrt(n / (n - 1)))
    check_enough(n, 3, "items")
    x = np.clip(0.5 - q * math.sqrt(n) / (2 * (n - 1)), 0, 1)
    return betainc(n / 2 - 1, n / 2 - 1, x)


def decide(
    values, plan: VariablesPlan, *, lsl: float | None = None, usl: float | None = None, sigma: float | None = None
) -> LotDecision:
    """Accept or reject a lot from its sample's values.

    With one limit the index (limit - mean)/sd is compared with k; with two the estimated shares beyond them are added
    and compared with M, the share that belongs to k. Both rules agree with one limit.

    Parameters
    ----------
    values : array (n,)
        As many as the plan draws.
    lsl, usl : float, optional
        At least one specification limit.
    sigma : float
        The known standard deviation, for plans with known sigma only.

    Source: G. J. Lieberman, G. J. Resnikoff (1955); ANSI/ASQ Z1.9, sections B and D, forms 1 and 2.

    >>> decide([9.9, 10.1, 10.0, 10.2, 9.8], variables_plan(5, 1.53), lsl=9.5).accepted
    True
    """
    array = check_finite(values, "values", ndim=1)
    check_limits(lsl, usl)
    if len(array) != plan.n:
        raise StatisticsError("{found} values found; the plan needs {needed}", found=len(array), needed=plan.n)
    if (sigma is not None) != (plan.sigma == "known"):
        raise StatisticsError(
            "sigma is {found} and the plan's sigma {kind}; they must go together", found=sigma, kind=plan.sigma
        )
    mean = float(array.mean())
    sd = check_variation(float(array.std(ddof=1))) if sigma is None else check_number(sigma, "sigma", above=0)
    lower = None if lsl is None else (mean - lsl) / sd
    upper = None if usl is None else (usl - mean) / sd
    if plan.n < (3 if sigma is None else 2):
        raise StatisticsError("the plan draws {n}; an estimate of the share needs more", n=plan.n)
    shares = [0.0 if q is None else float(estimated_nonconforming(q, plan.n, plan.sigma)) for q in (lower, upper)]
    one = [q for q in (lower, upper) if q is not None]
    accepted = one[0] >= plan.k if len(one) == 1 else sum(shares) <= plan.M
    return LotDecision(plan, plan.n, mean, sd, lower, upper, *shares, sum(shares), plan.M, bool(accepted))


def _constant(n, prp, sigma):
    z = -ndtri(prp[0])
    root = math.sqrt(n)
    if sigma == "known":
        return float(z + ndtri(1 - prp[1]) / root)
    alpha, center = 1 - prp[1], root * z
    low, high = center - 10, center + 10
    while noncentral_t(n - 1, center, low) > alpha:
        low -= 20 + abs(low)
    while noncentral_t(n - 1, center, high) < alpha:
        high += 20 + abs(high)
    return brentq(lambda t: noncentral_t(n - 1, center, t) - alpha, low, high, xtol=1e-13, rtol=1e-14) / root

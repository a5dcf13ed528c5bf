"""Plan finder: the smallest plan that meets the producer's and the consumer's risk."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import DISTRIBUTIONS, at_most
from hoshin.stats.sampling.characteristic import operating_characteristic
from hoshin.stats.sampling.plan import AttributePlan, double_plan, single_plan

_LARGEST_N, _LARGEST_C = 10_000_000, 5_000


@dataclass(frozen=True, eq=False)
class FoundPlan(Result):
    """The smallest plan that meets both risks, and what it does at the two points."""

    plan: AttributePlan
    distribution: str
    lot_size: int | None
    prp: tuple
    crp: tuple
    pa_prp: float
    pa_crp: float

    title = "Attribute plan for two risks"
    sources = ("W. C. Guenther, Journal of Quality Technology 1 (1969), 105-113",)
    assumptions = ("the sample is random and inspection makes no errors",)

    def steps(self):
        """The plan and its two probabilities."""
        yield from self.plan.steps()
        for point, pa, wanted in ((self.prp, self.pa_prp, "at least"), (self.crp, self.pa_crp, "at most")):
            said = {"p": point[0], "pa": point[1]}
            yield Step(f"probability of acceptance at {{p}}, {wanted} {{pa}} wanted".format(**said), value=pa)


@dataclass(frozen=True, eq=False)
class ZeroPlan(Result):
    """A plan that accepts only when nothing nonconforming is found."""

    n: int
    rql: float
    beta: float
    lot_size: int | None
    pa: float

    title = "Zero acceptance number plan"
    sources = ("E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 17",)
    assumptions = ("the sample is random and inspection makes no errors",)

    def steps(self):
        """The sample size."""
        n = {"rql": self.rql, "beta": self.beta, "n": self.n}
        if self.lot_size is None:
            yield Step("n", "smallest with (1 - {rql})^n <= {beta}", n, self.n)
        else:
            yield Step("n", "smallest whose hypergeometric probability of finding nothing is <= {beta}", n, self.n)
        yield Step("probability of acceptance at {rql}".format(**n), value=self.pa)


def find_plan(
    prp: Sequence[float], crp: Sequence[float], *, distribution: str = "binomial", lot_size: int | None = None
) -> FoundPlan:
    """The single plan with the smallest sample that meets the producer's and the consumer's risk point.

    Estimand: the smallest n (and for it the smallest c) with Pa(prp[0]) >= prp[1] and Pa(crp[0]) <= crp[1].

    Parameters
    ----------
    prp : (quality, probability), the producer's risk point, as (AQL, 1 - alpha)
    crp : (quality, probability), the consumer's risk point, as (RQL, beta)
    distribution : "binomial", "poisson" or "hypergeom"
    lot_size : int, items; needed by "hypergeom"

    Units: qualities as shares (0 to 1; nonconformities per item with "poisson"), n in items, c in nonconforming items.

    Assumes: The sample is random and inspection makes no errors; what the distribution takes for granted.

    Errors: Points in the wrong order, or no plan within the lot.

    Source: W. C. Guenther, Journal of Quality Technology 1 (1969), 105-113.

    >>> found = find_plan((0.01, 0.95), (0.06, 0.10))
    >>> found.plan.n, found.plan.ac, round(found.pa_prp, 4)
    ((110,), (3,), 0.975)
    """
    check_choice(distribution, DISTRIBUTIONS, "distribution")
    prp, crp = check_points(prp, crp, distribution)
    size = None if lot_size is None else check_whole(lot_size, "lot_size", at_least=1)
    if distribution == "hypergeom" and size is None:
        raise StatisticsError("the hypergeometric distribution needs a lot size; none is given")
    most = size if distribution == "hypergeom" else _LARGEST_N

    def pa(n, c, p):
        return float(at_most(c, n, p, distribution, size))

    for c in range(_LARGEST_C):
        n = smallest(lambda n, c=c: pa(n, c, crp[0]) <= crp[1], c + 1, most)
        if n is None:
            break
        if pa(n, c, prp[0]) >= prp[1]:
            plan = single_plan(n, c)
            return FoundPlan(plan, distribution, size, prp, crp, pa(n, c, prp[0]), pa(n, c, crp[0]))
    raise StatisticsError(
        "no single plan of up to {most} items accepts {p1} with {a} and {p2} with {b}; points further apart are needed",
        most=most,
        p1=prp[0],
        a=prp[1],
        p2=crp[0],
        b=crp[1],
    )


def find_double_plan(
    prp: Sequence[float], crp: Sequence[float], *, ratio: float = 1.0, largest_c: int = 12
) -> FoundPlan:
    """The double plan with the smallest average sample at the producer's quality that meets both risks (binomial).

    Estimand: over c1 < c2 <= largest_c with r1 = c2 + 1 and n2 = ceil(ratio n1), n1 the smallest that meets the
    consumer's point, the plan that meets the producer's point with the smallest ASN there.

    Parameters
    ----------
    prp, crp : (quality, probability), as in ``find_plan``
    ratio : float, size of the second sample over the first
    largest_c : int, the largest acceptance number tried

    Units: qualities as shares (0 to 1), sample sizes in items, acceptance numbers in nonconforming items.

    Assumes: Items come from a process with a constant share nonconforming (binomial); no curtailment.

    Errors: Points in the wrong order, a ratio of 0 or less, no plan up to largest_c.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> find_double_plan((0.01, 0.95), (0.06, 0.10)).plan.n
    (67, 67)
    """
    prp, crp = check_points(prp, crp, "binomial")
    check_number(ratio, "ratio", above=0)
    best = None
    for c2 in range(1, check_whole(largest_c, "largest_c", at_least=1) + 1):
        for c1 in range(c2):

            def plan(n, c1=c1, c2=c2):
                return double_plan(n, c1, c2 + 1, math.ceil(ratio * n), c2)

            n = smallest(
                lambda n, plan=plan: operating_characteristic(plan(n), crp[0]).pa <= crp[1], c2 + 1, _LARGEST_N
            )
            at = None if n is None else operating_characteristic(plan(n), prp[0])
            if at is not None and at.pa >= prp[1] and (best is None or at.asn < best.asn):
                best = at
    if best is None:
        raise StatisticsError(
            "no double plan with c2 up to {most} meets both risks; a larger one is needed", most=largest_c
        )
    consumer = operating_characteristic(best.plan, crp[0]).pa
    return FoundPlan(best.plan, "binomial", None, prp, crp, best.pa, consumer)


def zero_plan(rql: float, beta: float = 0.10, *, lot_size: int | None = None) -> ZeroPlan:
    """The smallest sample that, finding nothing, rules out a quality of rql with risk beta.

    Estimand: smallest n with (1 - rql)^n <= beta; of a lot of N, the hypergeometric probability with round(N rql)
    nonconforming items.

    Parameters
    ----------
    rql : float between 0 and 1, the share nonconforming to be ruled out
    beta : float between 0 and 1, the probability of accepting it
    lot_size : int, items; the sample is then drawn from this lot without replacement

    Units: shares (0 to 1); n in items.

    Assumes: The sample is random and inspection makes no errors.

    Errors: Shares outside 0..1, a lot so small that rql is less than half an item.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 17.

    >>> zero_plan(0.05, 0.10).n, zero_plan(0.05, 0.10, lot_size=200).n
    (45, 41)
    """
    rql, beta = check_fraction(rql, "rql"), check_fraction(beta, "beta")
    size = None if lot_size is None else check_whole(lot_size, "lot_size", at_least=1)
    if size is not None and round(size * rql) == 0:
        raise StatisticsError(
            "a lot of {size} at {rql} holds less than half a nonconforming item; a larger lot or rql is needed",
            size=size,
            rql=rql,
        )
    distribution = "binomial" if size is None else "hypergeom"

    def pa(n):
        return float(at_most(0, n, rql, distribution, size))

    n = smallest(lambda n: pa(n) <= beta, 1, _LARGEST_N if size is None else size)
    if n is None:
        raise StatisticsError("rql is {rql}; more than {most} items would be needed", rql=rql, most=_LARGEST_N)
    return ZeroPlan(n=n, rql=rql, beta=beta, lot_size=size, pa=pa(n))


def check_points(prp, crp, distribution: str = "binomial") -> tuple[tuple[float, float], tuple[float, float]]:
    """Two risk points (quality, probability of acceptance), the producer's better than the consumer's.

    >>> check_points((0.01, 0.95), (0.06, 0.1))
    ((0.01, 0.95), (0.06, 0.1))
    """
    points = []
    for name, point in (("prp", prp), ("crp", crp)):
        if len(point) != 2:
            raise StatisticsError("{name} is {found}; a quality and a probability are needed", name=name, found=point)
        quality = check_number(point[0], f"quality of {name}", above=0)
        if quality >= 1 and distribution != "poisson":
            raise StatisticsError("quality of {name} is {found}; a share below 1 is needed", name=name, found=quality)
        points.append((quality, check_fraction(point[1], f"probability of {name}")))
    (p1, a), (p2, b) = points
    if not (p1 < p2 and a > b):
        raise StatisticsError(
            "prp is {prp} and crp {crp}; a better quality with a higher probability is needed first",
            prp=points[0],
            crp=points[1],
        )
    return points[0], points[1]


def smallest(meets: Callable[[int], bool], low: int, most: int) -> int | None:
    """The smallest whole number from low to most that meets a condition which, once met, stays met; None if none.

    >>> smallest(lambda n: n * n >= 50, 1, 100)
    8
    """
    if low > most:
        return None
    high = low
    while not meets(high):
        if high == most:
            return None
        low, high = high + 1, min(2 * high, most)
    while low < high:
        middle = (low + high) // 2
        if meets(middle):
            high = middle
        else:
            low = middle + 1
    return high

"""Plan finder: the smallest plan that meets the producer's and the consumer's risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from hoshin.stats._asked import read_asked, smallest
from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError, check_choice, check_number, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling._counts import DISTRIBUTIONS, at_most, read_lots
from hoshin.stats.sampling.characteristic import stage_chances
from hoshin.stats.sampling.plan import AttributePlan, found_plans

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


def find_plan(prp, crp, *, distribution: str = "binomial", lot_size=None, on_error: str = "raise") -> FoundPlan:
    """The single plan with the smallest sample that meets the producer's and the consumer's risk point, for one or many.

    Estimand: the smallest n (and for it the smallest c) with Pa(prp[0]) >= prp[1] and Pa(crp[0]) <= crp[1].

    Parameters
    ----------
    prp : (quality, probability), the producer's risk point, as (AQL, 1 - alpha); for many (C, 2), or one for all
    crp : (quality, probability), the consumer's risk point, as (RQL, beta); for many (C, 2), or one for all
    distribution : "binomial", "poisson" or "hypergeom"
    lot_size : int, items, or one for each; needed by "hypergeom"
    on_error : "raise", or "mark" among many: NaN (0 in the plan) and a word in ``problems``

    Units: qualities as shares (0 to 1; nonconformities per item with "poisson"), n in items, c in nonconforming items.

    Assumes: The sample is random and inspection makes no errors; what the distribution takes for granted.

    Errors: Points in the wrong order, or no plan within the lot.

    Source: W. C. Guenther, Journal of Quality Technology 1 (1969), 105-113.

    >>> found = find_plan((0.01, 0.95), (0.06, 0.10))
    >>> found.plan.n, found.plan.ac, round(found.pa_prp, 4)
    ((110,), (3,), 0.975)
    >>> [found.plan.n for found in find_plan([(0.01, 0.95), (0.02, 0.95)], (0.06, 0.10))]
    [(110,), (194,)]
    """
    check_choice(distribution, DISTRIBUTIONS, "distribution")
    refusals, points = read_points(prp, crp, on_error, distribution, lot_size)
    sizes = read_lots(refusals, distribution, points["lot_size"])

    def compute(part, prp, crp, size):
        most = size if distribution == "hypergeom" else np.full(part.count, _LARGEST_N)

        def pa(n, c, p, rows):
            return at_most(c, n, p[rows, 0], distribution, size[rows])

        def least_n(c, rows, low):
            p, beta = crp[rows].T
            guess = _guessed(c, p, beta)
            if distribution == "hypergeom":
                guess = _guessed(
                    c, np.maximum(2 * size[rows] * p - c, 1) / np.maximum(2 * size[rows] - guess + 1, 1), beta
                )
            return smallest(lambda n, own: pa(n, c, crp, rows[own]) <= beta[own], low, most[rows], guess)

        n, c, least = (np.zeros(part.count, dtype=np.int64) for _ in range(3))
        rows = np.arange(part.count)
        for number in range(_LARGEST_C):
            # Of c items not more than c can be nonconforming, but more than c nonconformities can be found.
            found = least_n(number, rows, np.maximum(least[rows], 1 if distribution == "poisson" else number + 1))
            rows = rows[~np.isnan(found)]
            least[rows] = found[~np.isnan(found)]
            met = pa(least[rows], number, prp, rows) >= prp[rows, 1]
            n[rows[met]], c[rows[met]] = least[rows[met]], number
            rows = rows[~met]
            if not rows.size:
                break
        words = "no single plan of up to {most} items accepts {p1} with {a} and {p2} with {b}; points further apart are needed"
        said = {"p1": prp[:, 0], "a": prp[:, 1], "p2": crp[:, 0], "b": crp[:, 1]}
        part.refuse(n == 0, words, most=most.astype(np.int64), **said)
        every = np.arange(part.count)
        at = {name: pa(n, c, point, every) for name, point in (("pa_prp", prp), ("pa_crp", crp))}
        plan = found_plans(n[:, None], c[:, None], c[:, None] + 1)
        return {"plan": plan, "lot_size": size, "prp": prp, "crp": crp, **at}, {"distribution": distribution}

    return refusals.result(FoundPlan, compute, points["prp"], points["crp"], sizes)


def _guessed(c: int, p, beta):
    """About how many items hold more than c nonconforming ones but with probability beta."""
    return gammaincinv(c + 1, 1 - beta) * (1 / p - 0.5) + c / 2


def find_double_plan(prp, crp, *, ratio: float = 1.0, largest_c: int = 12, on_error: str = "raise") -> FoundPlan:
    """The double plan with the smallest average sample at the producer's quality that meets both risks (binomial).

    Estimand: over c1 < c2 <= largest_c with r1 = c2 + 1 and n2 = ceil(ratio n1), n1 the smallest that meets the
    consumer's point, the plan that meets the producer's point with the smallest ASN there.

    Parameters
    ----------
    prp, crp : (quality, probability), or (C, 2) for many, as in ``find_plan``
    ratio : float, size of the second sample over the first
    largest_c : int, the largest acceptance number tried
    on_error : "raise", or "mark" among many: NaN (0 in the plan) and a word in ``problems``

    Units: qualities as shares (0 to 1), sample sizes in items, acceptance numbers in nonconforming items.

    Assumes: Items come from a process with a constant share nonconforming (binomial); no curtailment.

    Errors: Points in the wrong order, a ratio of 0 or less, no plan up to largest_c.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> find_double_plan((0.01, 0.95), (0.06, 0.10)).plan.n
    (67, 67)
    """
    refusals, points = read_points(prp, crp, on_error)
    check_number(ratio, "ratio", above=0)
    check_whole(largest_c, "largest_c", at_least=1)

    def numbers(n1, c1, c2):
        ends = np.stack([np.full_like(c1, c2 + 1)] * 2)
        return np.stack([n1, np.ceil(ratio * n1).astype(np.int64)]), np.stack([c1, ends[0] - 1]), ends

    def compute(part, prp, crp):
        best, plan = np.full(part.count, np.inf), np.ones((3, 2, part.count), dtype=np.int64)
        for c2 in range(1, largest_c + 1):
            c1, own = (grid.ravel() for grid in np.indices((c2, part.count)))

            def meets(n, rows, c1=c1, c2=c2, own=own):
                pa, _ = _double(*numbers(n, c1[rows], c2), crp[own[rows], 0])
                return pa <= crp[own[rows], 1]

            found = smallest(meets, np.full(own.size, c2 + 1), _LARGEST_N)
            there = np.where(np.isnan(found), c2 + 1, found).astype(np.int64)
            made = np.stack(numbers(there, c1, c2))
            pa, asn = _double(*made, prp[own, 0])
            asn = np.where((pa >= prp[own, 1]) & ~np.isnan(found), asn, np.inf).reshape(c2, -1)
            chosen = np.argmin(asn, axis=0) * part.count + np.arange(part.count)
            better = asn.min(axis=0) < best
            best, plan = np.where(better, asn.min(axis=0), best), np.where(better, made[..., chosen], plan)
        words = "no double plan with c2 up to {most} meets both risks; a larger one is needed"
        part.refuse(np.isinf(best), words, most=largest_c)
        at = {f"pa_{name}": _double(*plan, p[:, 0])[0] for name, p in (("prp", prp), ("crp", crp))}
        found = {"plan": found_plans(*plan.transpose(0, 2, 1)), "prp": prp, "crp": crp, **at}
        return found, {"distribution": "binomial", "lot_size": None}

    return refusals.result(FoundPlan, compute, points["prp"], points["crp"])


def _double(n, ac, re, p):
    """Probability of acceptance and average sample number of double plans, each at its own p."""
    accept, reject = (chances[..., 0] for chances in stage_chances(n, ac, re, p[:, None], "binomial", None))
    return np.minimum(accept.sum(axis=0), 1.0), n[0] + n[1] * (1 - (accept[0] + reject[0]))


def zero_plan(rql, beta=0.10, *, lot_size=None, on_error: str = "raise") -> ZeroPlan:
    """The smallest sample that, finding nothing, rules out a quality of rql with risk beta, for one or many.

    Estimand: smallest n with (1 - rql)^n <= beta; of a lot of N, the hypergeometric probability with round(N rql)
    nonconforming items.

    Parameters
    ----------
    rql : one number between 0 and 1, or one for each, the share nonconforming to be ruled out
    beta : one number between 0 and 1, or one for each, the probability of accepting it
    lot_size : int, items, or one for each (NaN where there is none); the sample is then drawn from this lot without
        replacement
    on_error : "raise", or "mark" among many: NaN and a word in ``problems``

    Units: shares (0 to 1); n in items.

    Assumes: The sample is random and inspection makes no errors.

    Errors: Shares outside 0..1, a lot so small that rql is half an item or less.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 17.

    >>> zero_plan(0.05, 0.10).n, zero_plan(0.05, 0.10, lot_size=200).n
    (45, 41)
    >>> zero_plan([0.05, 0.02], lot_size=[np.nan, 200]).n
    array([45, 87])
    """
    asked = {"rql": rql, "beta": beta, "lot_size": lot_size}
    refusals, columns = read_asked(asked, on_error, optional=("lot_size",))
    for name in ("rql", "beta"):
        refusals.refuse_no_fraction(columns[name], name)
    sizes = read_lots(refusals, "binomial", columns["lot_size"])
    words = "a lot of {size:.0f} at {rql} holds half a nonconforming item or less; a larger lot or rql is needed"
    refusals.refuse(np.rint(sizes * columns["rql"]) == 0, words, size=sizes, rql=columns["rql"])

    def compute(part, rql, beta, size):
        large = np.isnan(size)

        def pa(n, rows):
            lots = np.where(large[rows], n, size[rows])
            return np.where(
                large[rows],
                at_most(0, n, rql[rows], "binomial"),
                at_most(0, np.minimum(n, lots), rql[rows], "hypergeom", lots),
            )

        most = np.where(large, _LARGEST_N, size)
        n = smallest(lambda n, rows: pa(n, rows) <= beta[rows], np.ones(part.count), most)
        part.refuse(np.isnan(n), "rql is {rql}; more than {most} items would be needed", rql=rql, most=_LARGEST_N)
        n = np.nan_to_num(n, nan=1).astype(np.int64)
        at = pa(n, np.arange(part.count))
        return {"n": n, "rql": rql, "beta": beta, "lot_size": size, "pa": at}, {}

    return refusals.result(ZeroPlan, compute, *(columns[name] for name in ("rql", "beta")), sizes)


def read_points(prp, crp, on_error: str, distribution: str = "binomial", lot_size=None) -> tuple[Refusals, dict]:
    """Two risk points (quality, probability of acceptance) and the lot size, of one or many."""
    for name, point in (("prp", prp), ("crp", crp)):
        if np.shape(point)[-1:] != (2,):
            raise StatisticsError("{name} is {found}; a quality and a probability are needed", name=name, found=point)
    asked = {"prp": prp, "crp": crp, "lot_size": lot_size}
    refusals, columns = read_asked(asked, on_error, rows=("prp", "crp"), optional=("lot_size",))
    refuse_points(refusals, columns["prp"], columns["crp"], distribution)
    return refusals, columns


def refuse_points(refusals: Refusals, prp: np.ndarray, crp: np.ndarray, distribution: str = "binomial") -> None:
    """Refuse qualities and probabilities that are none, and a producer's point that is not better than the consumer's."""
    for name, points in (("prp", prp), ("crp", crp)):
        quality, probability = points.T
        refusals.refuse_not_above(quality, f"quality of {name}")
        if distribution != "poisson":
            words = "quality of {name} is {found}; a share below 1 is needed"
            refusals.refuse(quality >= 1, words, name=name, found=quality)
        refusals.refuse_no_fraction(probability, f"probability of {name}")
    (p1, a), (p2, b) = prp.T, crp.T
    refusals.refuse(
        ~((p1 < p2) & (a > b)),
        "prp is ({p1}, {a}) and crp ({p2}, {b}); a better quality with a higher probability is needed first",
        p1=p1,
        a=a,
        p2=p2,
        b=b,
    )

"""Attribute sampling plans: how many to draw, when to accept, when to reject, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_whole
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class AttributePlan(Result):
    """A plan of one or more stages. At each, the nonconforming items found so far are compared with two numbers.

    ``n`` sample size of each stage; ``ac`` acceptance number, -1 where the stage cannot accept; ``re`` rejection
    number. In between the next sample is drawn; after the last stage a gap between them accepts (the lot, not the
    reduced inspection it came from).
    """

    n: tuple
    ac: tuple
    re: tuple

    title = "Attribute sampling plan"
    sources = (
        "E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapters 5 and 6",
    )

    @property
    def stages(self) -> int:
        """How many samples are drawn at most."""
        return len(self.n)

    @property
    def total(self) -> int:
        """How many items are drawn at most."""
        return sum(self.n)

    def steps(self):
        """What to do at each stage."""
        for i, (n, ac, re) in enumerate(zip(self.n, self.ac, self.re, strict=True), start=1):
            numbers = {"n": n, "ac": "no number" if ac < 0 else ac, "re": re}
            yield Step(f"sample {i}", "draw {n}; accept up to {ac} found in all, reject from {re}", numbers)


def single_plan(n: int, c: int, r: int | None = None) -> AttributePlan:
    """A plan of one sample: accept up to c nonconforming, reject from r (c + 1 unless said otherwise).

    Estimand: none; the plan is a rule: found <= c accepts, found >= r rejects, in between (reduced inspection) accepts.

    Parameters
    ----------
    n : int, items drawn, at least 1
    c : int, acceptance number
    r : int, rejection number, above c

    Units: n in items; c and r in nonconforming items (or nonconformities).

    Assumes: The sample is random and inspection makes no errors.

    Errors: A sample below 1, a negative acceptance number, a rejection number not above it.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 5.

    >>> single_plan(89, 2).re
    (3,)
    """
    return multiple_plan([n], [c], [c + 1 if r is None else r])


def double_plan(n1: int, c1: int, r1: int, n2: int, c2: int, r2: int | None = None) -> AttributePlan:
    """A plan of two samples; the second is drawn where the first finds more than c1 and fewer than r1.

    Estimand: none; the plan is a rule: c2 and r2 count what both samples have found together.

    Parameters
    ----------
    n1, n2 : int, items of the first and second sample
    c1, c2 : int, acceptance numbers
    r1, r2 : int, rejection numbers; r2 is c2 + 1 unless given

    Units: n1 and n2 in items; the numbers in nonconforming items (or nonconformities).

    Assumes: The samples are random and inspection makes no errors.

    Errors: Numbers that fall from the first to the second sample, a rejection number not above its acceptance number.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> double_plan(50, 1, 4, 100, 3).total
    150
    """
    return multiple_plan([n1, n2], [c1, c2], [r1, c2 + 1 if r2 is None else r2])


def multiple_plan(n: Sequence[int], ac: Sequence[int | None], re: Sequence[int]) -> AttributePlan:
    """A plan of several samples; acceptance and rejection numbers count what all samples so far have found.

    Estimand: none; the plan is a rule: at stage i found <= ac_i accepts, found >= re_i rejects, in between the next sample
    is drawn; after the last stage a gap between the numbers accepts.

    Parameters
    ----------
    n : sequence of whole numbers, items of each sample
    ac : sequence as long, acceptance numbers; None (or -1): that stage cannot accept
    re : sequence as long, rejection numbers

    Units: n in items; ac and re in nonconforming items (or nonconformities).

    Assumes: The samples are random and inspection makes no errors.

    Errors: Different lengths, numbers that fall, a rejection number not above its acceptance number.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> multiple_plan([20, 20, 20], [None, 0, 1], [2, 2, 2]).ac
    (-1, 0, 1)
    """
    if not len(n) == len(ac) == len(re) or len(n) == 0:
        raise StatisticsError(
            "the plan has {a} sample sizes, {b} acceptance and {c} rejection numbers; as many of each are needed",
            a=len(n),
            b=len(ac),
            c=len(re),
        )
    sizes = tuple(check_whole(size, "sample size", at_least=1) for size in n)
    accept = tuple(-1 if number is None else check_whole(number, "acceptance number", at_least=-1) for number in ac)
    reject = tuple(check_whole(number, "rejection number", at_least=1) for number in re)
    for a, r in zip(accept, reject, strict=True):
        if r <= a:
            raise StatisticsError("rejection number {r} with acceptance number {a}; a larger one is needed", r=r, a=a)
    if list(accept) != sorted(accept) or list(reject) != sorted(reject) or accept[-1] < 0:
        raise StatisticsError(
            "acceptance numbers {ac}, rejection numbers {re}; numbers that never fall, the last of 0 or more, are needed",
            ac=accept,
            re=reject,
        )
    return AttributePlan(n=sizes, ac=accept, re=reject)


def many_plans(plan) -> tuple[tuple[AttributePlan, ...], bool]:
    """The plans as a tuple, and whether a sequence of them was given."""
    if isinstance(plan, AttributePlan):
        return (plan,), False
    plans = tuple(plan)
    if not plans or not all(isinstance(one, AttributePlan) for one in plans):
        raise StatisticsError("an attribute plan or a sequence of them is needed; found {found}", found=repr(plan)[:80])
    return plans, True


def by_stage(plans: Sequence[AttributePlan]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sample sizes, acceptance and rejection numbers, a row per stage and a column per plan.

    Beyond its last stage a plan draws nothing and everything is decided.
    """
    stages = max(plan.stages for plan in plans)
    n, ac, re = (np.zeros((stages, len(plans)), dtype=np.int64) for _ in range(3))
    for c, plan in enumerate(plans):
        n[: plan.stages, c], ac[: plan.stages, c], re[: plan.stages, c] = plan.n, plan.ac, plan.re
        ac[plan.stages - 1 :, c] = plan.re[-1] - 1
        re[plan.stages - 1 :, c] = plan.re[-1]
    return n, ac, re

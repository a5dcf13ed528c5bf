"""Attribute sampling plans: how many to draw, when to accept, when to reject, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from hoshin.stats._asked import read_asked
from hoshin.stats._refusals import LARGEST_WHOLE
from hoshin.stats._results import Many, Ragged
from hoshin.stats.errors import StatisticsError, check_whole
from hoshin.stats.results import Result, Step

_FALLING = "acceptance numbers {ac}, rejection numbers {re}; numbers that never fall, the last of 0 or more, are needed"


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


def single_plan(n, c, r=None) -> AttributePlan:
    """A plan of one sample: accept up to c nonconforming, reject from r (c + 1 unless said otherwise); one plan or many.

    Estimand: none; the plan is a rule: found <= c accepts, found >= r rejects, in between (reduced inspection) accepts.

    Parameters
    ----------
    n : int, items drawn, at least 1, or one for each of C plans
    c : int, acceptance number, or one for each
    r : int, rejection number, above c, or one for each

    Units: n in items; c and r in nonconforming items (or nonconformities).

    Assumes: The sample is random and inspection makes no errors.

    Errors: A sample below 1, a negative acceptance number, a rejection number not above it.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 5.

    >>> single_plan(89, 2).re
    (3,)
    >>> single_plan([89, 50], [2, 1])[1].n
    (50,)
    """
    if np.ndim(n) or np.ndim(c) or np.ndim(r):
        return _planned({"n": n}, {"c": c}, {"r": r})
    return multiple_plan([n], [c], [c + 1 if r is None else r])


def double_plan(n1, c1, r1, n2, c2, r2=None) -> AttributePlan:
    """A plan of two samples, the second drawn where the first finds more than c1 and fewer than r1; one plan or many.

    Estimand: none; the plan is a rule: c2 and r2 count what both samples have found together.

    Parameters
    ----------
    n1, n2 : int, items of the first and second sample, or one for each of C plans
    c1, c2 : int, acceptance numbers, or one for each; -1: the first sample cannot accept
    r1, r2 : int, rejection numbers, or one for each; r2 is c2 + 1 unless given

    Units: n1 and n2 in items; the numbers in nonconforming items (or nonconformities).

    Assumes: The samples are random and inspection makes no errors.

    Errors: Numbers that fall from the first to the second sample, a rejection number not above its acceptance number.

    Source: E. G. Schilling, D. V. Neubauer, Acceptance Sampling in Quality Control, 3rd edition, chapter 6.

    >>> double_plan(50, 1, 4, 100, 3).total
    150
    """
    if any(map(np.ndim, (n1, c1, r1, n2, c2, r2))):
        return _planned({"n1": n1, "n2": n2}, {"c1": c1, "c2": c2}, {"r1": r1, "r2": r2})
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
    if max(sizes) > LARGEST_WHOLE:
        words = "{name} is {found:g}; at most {bound} is needed"
        raise StatisticsError(words, name="sample size", found=max(sizes), bound=LARGEST_WHOLE)
    accept = tuple(-1 if number is None else check_whole(number, "acceptance number", at_least=-1) for number in ac)
    reject = tuple(check_whole(number, "rejection number", at_least=1) for number in re)
    for a, r in zip(accept, reject, strict=True):
        if r <= a:
            raise StatisticsError("rejection number {r} with acceptance number {a}; a larger one is needed", r=r, a=a)
    if list(accept) != sorted(accept) or list(reject) != sorted(reject) or accept[-1] < 0:
        raise StatisticsError(_FALLING, ac=accept, re=reject)
    return AttributePlan(n=sizes, ac=accept, re=reject)


def _planned(sizes: Mapping, accept: Mapping, reject: Mapping) -> Many:
    """The plans whose numbers are given for each stage, one for all or one for each."""
    refusals, columns = read_asked({**sizes, **accept, **reject}, optional=tuple(reject))
    n, ac, re = (np.column_stack([columns[name] for name in names]) for names in (sizes, accept, reject))
    re = np.where(np.isnan(re), ac + 1, re)
    for stage in range(n.shape[1]):
        refusals.refuse_not_whole(n[:, stage], "sample size", 1)
        refusals.refuse_not_whole(ac[:, stage], "acceptance number", -1)
        refusals.refuse_not_whole(re[:, stage], "rejection number", 1)
        words = "rejection number {r:.0f} with acceptance number {a:.0f}; a larger one is needed"
        refusals.refuse(re[:, stage] <= ac[:, stage], words, r=re[:, stage], a=ac[:, stage])
    falling = (np.diff(ac) < 0).any(axis=1) | (np.diff(re) < 0).any(axis=1) | (ac[:, -1] < 0)
    told = (
        {"ac": [*map(tuple, ac.astype(int).tolist())], "re": [*map(tuple, re.astype(int).tolist())]}
        if falling.any()
        else {}
    )
    refusals.refuse(falling, _FALLING, **told)
    return found_plans(*(numbers.astype(np.int64) for numbers in (n, ac, re)))


@dataclass(frozen=True, eq=False)
class Plans:
    """One plan or many as arrays: sample sizes, acceptance and rejection numbers, a row per stage and a column per plan.

    Beyond its last stage a plan draws nothing and everything is decided. ``given`` is the plan, or a sequence of them;
    ``problems`` says which of them a finder did not find.
    """

    given: AttributePlan | Sequence[AttributePlan]
    n: np.ndarray
    ac: np.ndarray
    re: np.ndarray
    problems: Mapping[int, str]

    @property
    def many(self) -> bool:
        """Whether a sequence of plans was given."""
        return not isinstance(self.given, AttributePlan)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.n.shape[1]

    @property
    def total(self) -> np.ndarray:
        """How many items each draws at most."""
        return self.n.sum(axis=0)

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sample sizes, acceptance and rejection numbers."""
        return self.n, self.ac, self.re

    def repeated(self, count: int) -> Plans:
        """One plan, as often as is needed."""
        return Plans((self.given,) * count, *(np.repeat(array, count, axis=1) for array in self.arrays), {})


def read_plans(plan) -> Plans:
    """One plan, a sequence of them, or the plans that were found for many."""
    if isinstance(plan, Plans):
        return plan
    if isinstance(plan, Many) and plan.kind == AttributePlan.__name__:
        return Plans(plan, *_by_stage(*(_table(plan.columns[name]) for name in ("n", "ac", "re"))), plan.problems)
    plans = (plan,) if isinstance(plan, AttributePlan) else tuple(plan)
    if not plans or not all(isinstance(one, AttributePlan) for one in plans):
        raise StatisticsError("an attribute plan or a sequence of them is needed; found {found}", found=repr(plan)[:80])
    return Plans(plan if isinstance(plan, AttributePlan) else plans, *_by_stage(*numbers_of(plans)), {})


def numbers_of(plans: Sequence[AttributePlan]) -> list[np.ndarray]:
    """Sample sizes, acceptance and rejection numbers, a row per plan and a column per stage, filled up with 0."""
    return [_table([getattr(plan, name) for plan in plans]) for name in ("n", "ac", "re")]


def found_plans(n: np.ndarray, ac: np.ndarray, re: np.ndarray) -> Many:
    """The plans whose numbers stand in arrays, a row for each; those of fewer stages have samples of 0 at the end."""
    most = int(np.count_nonzero(n, axis=1).max(initial=1))
    there, columns = n[:, :most] > 0, {"n": n[:, :most], "ac": ac[:, :most], "re": re[:, :most]}
    if not there.all():
        offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        columns = {name: Ragged(numbers[there], offsets) for name, numbers in columns.items()}
    return Many(AttributePlan.__name__, len(n), columns, {})


def _table(numbers) -> np.ndarray:
    """The numbers of the plans, a row for each, filled up with 0."""
    if isinstance(numbers, np.ndarray):
        return np.array(numbers)
    if isinstance(numbers, Ragged):
        lengths, flat = np.diff(numbers.offsets), numbers.values
    else:
        lengths, flat = np.array([*map(len, numbers)]), [*chain.from_iterable(numbers)]
    table = np.zeros((lengths.size, lengths.max(initial=1)), dtype=np.int64)
    table[np.arange(table.shape[1]) < lengths[:, None]] = flat
    return table


def _by_stage(n: np.ndarray, ac: np.ndarray, re: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A row per stage and a column per plan; everything is decided at the last stage.

    In place of a plan that was not found stands one of a single item.
    """
    lost = n[:, 0] == 0
    n[lost, 0] = re[lost, 0] = 1
    last = np.count_nonzero(n, axis=1)[:, None] - 1
    end = np.take_along_axis(re, last, axis=1)
    decided = np.arange(n.shape[1]) >= last
    return n.T, np.where(decided, end - 1, ac).T, np.where(decided, end, re).T

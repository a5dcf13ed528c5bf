"""Switching between normal, tightened and reduced inspection, lot by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Many, Ragged
from hoshin.stats.errors import StatisticsError, check_choice, check_each, check_whole
from hoshin.stats.results import Result, Step

RULES = ("iso2859", "z14")
"""ISO 2859-1:1999 (switching score) and ANSI/ASQ Z1.4 (ten accepted lots)."""
KEPT = 10
"""So many of the last lots are kept."""
_TWO = [f"2 of {span + 1} lots in a row not accepted" for span in range(6)]
_ENOUGH = {"iso2859": "switching score of 30", "z14": "10 lots in a row accepted"}


@dataclass(frozen=True, eq=False)
class InspectionState(Result):
    """Where a series of lots stands: the inspection in force and what the rules have counted so far.

    ``recent`` holds the last lots under the inspection in force (True accepted), ``score`` the switching score (ISO)
    or the run of accepted lots (Z1.4) on normal inspection, ``rejected_tightened`` the lots not accepted since
    tightened inspection began, ``reason`` why the last lot changed the inspection.
    """

    rules: str
    inspection: str = "normal"
    recent: tuple = ()
    score: int = 0
    rejected_tightened: int = 0
    reason: str = ""

    title = "Inspection in force"
    sources = ("ISO 2859-1:1999, clause 9", "ANSI/ASQ Z1.4-2003, section 8 (MIL-STD-105E, section 4)")
    assumptions = ("only lots on original inspection count, never resubmitted ones",)

    @property
    def may_reduce(self) -> bool:
        """Whether the count for reduced inspection is reached."""
        return self.inspection == "normal" and self.score >= (30 if self.rules == "iso2859" else 10)

    def steps(self):
        """Inspection, counts, reason."""
        yield Step("inspection in force", value=self.inspection)
        yield Step("lots under it, newest last (accepted or not)", value=self.recent)
        yield Step("switching score" if self.rules == "iso2859" else "accepted lots in a row", value=self.score)
        if self.reason:
            yield Step("last change", value=self.reason)


def start_inspection(
    rules: str = "iso2859", inspection: str = "normal", *, count: int | None = None
) -> InspectionState:
    """The state at the beginning of a series of lots: normal inspection unless the authority says otherwise.

    Estimand: none; the counts of the rules begin at 0.

    Parameters
    ----------
    rules : "iso2859" (switching score) or "z14" (ten accepted lots), which Z1.9 uses too
    inspection : "normal", "tightened" or "reduced"
    count : int, how many series there are; None for one

    Units: counts of lots.

    Assumes: Lots come in a series from one source.

    Errors: Rules or an inspection that are not known, a count below 1.

    Source: ISO 2859-1:1999, clause 9; ANSI/ASQ Z1.4-2003, section 8.

    >>> start_inspection().inspection
    'normal'
    """
    check_choice(rules, RULES, "rules")
    check_choice(inspection, ("normal", "tightened", "reduced"), "inspection")
    if count is None:
        return InspectionState(rules=rules, inspection=inspection)
    none, words = np.zeros(check_whole(count, "count", at_least=1), dtype=np.int64), (inspection,) * count
    columns = _columns(words, np.full((count, KEPT), -1), none, none, ("",) * count)
    return Many(InspectionState.__name__, count, columns, {"rules": rules})


def after_lot(
    state: InspectionState | Sequence[InspectionState],
    accepted,
    *,
    ac=0,
    accepted_one_step_tighter=None,
    in_gap=False,
    steady=True,
    approved=True,
    below_limit_number=True,
    on_error: str = "raise",
) -> InspectionState:
    """The state after one more lot on original inspection, of one series or many.

    Estimand: none; the rules are these. Normal to tightened: 2 of 5 or fewer lots in a row not accepted. Tightened to
    normal: 5 in a row accepted. Tightened to discontinued: 5 lots not accepted since tightened inspection began. Normal to
    reduced: switching score of 30 (ISO) or 10 accepted lots in a row within the limit number (Z1.4), production steady and
    approved. Reduced to normal: a lot not accepted, or accepted inside the gap (Z1.4), or production not steady.

    Parameters
    ----------
    state : InspectionState of one series or of C, or a sequence of C of them under the same rules
    accepted : bool; for many series, as each of the following, one for all or one for each
    ac : int, acceptance number of the single plan; the ISO score counts 2 for Ac of 0 and 1, else 3
    accepted_one_step_tighter : bool; ISO, Ac of 2 or more: whether the lot would also be accepted with the AQL one step
        tighter; needed there (NaN where it is not known)
    in_gap : bool; Z1.4, reduced inspection: accepted with more than Ac but fewer than Re nonconforming
    steady, approved, below_limit_number : bool, further conditions for reduced inspection
    on_error : "raise", or "mark" among many: a word in ``problems``, which stays from then on

    Units: counts of lots; ac in nonconforming items.

    Assumes: Only lots on original inspection are counted, never resubmitted ones.

    Errors: Inspection is discontinued, or the ISO score lacks the tighter decision.

    Source: ISO 2859-1:1999, clause 9; ANSI/ASQ Z1.4-2003, section 8 (MIL-STD-105E, section 4).

    >>> state = start_inspection()
    >>> for accepted in (True, False, True, False):
    ...     state = after_lot(state, accepted)
    >>> state.inspection, state.reason
    ('tightened', '2 of 3 lots in a row not accepted')
    >>> after_lot([state, start_inspection()], [True, False]).inspection
    ('tightened', 'normal')
    """
    check_choice(on_error, ("raise", "mark"), "on_error")
    many, rules, problems, columns = _read(state)
    refusals = Refusals(len(columns[0]), many, on_error)
    if problems and not refusals.marks:
        state[next(iter(problems))]
    refusals.problems.update(problems)
    lot = {"accepted": accepted, "ac": ac, "in_gap": in_gap, "steady": steady, "approved": approved}
    lot["below_limit_number"] = below_limit_number
    told = {name: check_each(value, name, refusals.count, "series") for name, value in lot.items()}
    for name, column in told.items():
        refusals.refuse_absent(column, name)
    tighter = check_each(accepted_one_step_tighter, "accepted_one_step_tighter", refusals.count, "series")
    refusals.refuse(
        columns[0] == "discontinued",
        "inspection is discontinued; start again on tightened inspection once the cause is removed",
    )

    def compute(part, inspection, recent, score, rejected, tighter, accepted, ac, in_gap, *conditions):
        accepted, in_gap, steady, *others = (column != 0 for column in (accepted, in_gap, *conditions))
        recent = np.column_stack([recent[:, 1:], accepted])
        window, enough = recent[:, -5:], 30 if rules == "iso2859" else 10
        lately = np.sort(np.where(window == 0, np.arange(5), -1), axis=1)
        normal, tightened, reduced = (inspection == name for name in ("normal", "tightened", "reduced"))
        two = normal & (lately[:, -2] >= 0)
        counts = normal & ~two & accepted & (rules == "iso2859") & (ac > 1)
        words = "the acceptance number is {ac}; whether the lot is accepted with the AQL one step tighter is needed"
        part.refuse(counts & np.isnan(tighter), words, ac=ac.astype(np.int64))
        more = np.where(counts, 3, 2) if rules == "iso2859" else 1
        score = np.where(normal, np.where(accepted & ~(counts & (tighter == 0)), score + more, 0), score)
        rejected = rejected + (tightened & ~accepted)
        switches = (
            (two, "tightened", np.array(_TWO)[lately[:, -1] - lately[:, -2]]),
            (normal & (score >= enough) & steady & np.all(others, axis=0), "reduced", _ENOUGH[rules]),
            (tightened & (rejected >= 5), "discontinued", "5 lots not accepted on tightened inspection"),
            (tightened & (window == 1).all(axis=1), "normal", "5 lots in a row accepted"),
            (reduced & ~accepted, "normal", "a lot was not accepted"),
            (reduced & in_gap, "normal", "accepted in the gap"),
            (reduced & ~steady, "normal", "production is not steady"),
        )
        masks, names, reasons = zip(*switches, strict=True)
        begun = np.any(masks, axis=0)
        into = np.select(masks, [np.array(name) for name in names], inspection)
        reason = np.select(masks, [np.array(reason) for reason in reasons], "")
        kept = np.where(begun[:, None], -1, recent)
        counted = (np.where(begun, 0, numbers) for numbers in (score, rejected))
        return _columns(into.tolist(), kept, *counted, reason.tolist()), {"rules": rules}

    return refusals.result(InspectionState, compute, *columns, tighter, *told.values())


def _columns(inspection, recent: np.ndarray, score, rejected, reason) -> dict:
    """The columns of the states of many series; lots that were none are -1."""
    there = recent >= 0
    lots = Ragged(recent[there] == 1, np.concatenate([[0], np.cumsum(there.sum(axis=1))]))
    words = {"inspection": tuple(inspection), "reason": tuple(reason)}
    return words | {"recent": lots, "score": score, "rejected_tightened": rejected}


def _read(state) -> tuple[bool, str, Mapping[int, str], list[np.ndarray]]:
    """Whether there are many series, their rules, those without an answer, and where they stand.

    That is the inspection, the last lots (the newest last, -1 where there was none), the score and the lots not accepted.
    """
    if isinstance(state, Many) and state.kind == InspectionState.__name__:
        lots, lengths = state.recent.values, np.diff(state.recent.offsets)
        told, rules, problems = (state.inspection, state.score, state.rejected_tightened), state.rules, state.problems
    else:
        states = (state,) if isinstance(state, InspectionState) else tuple(state)
        if len({getattr(one, "rules", None) for one in states}) != 1 or not isinstance(states[0], InspectionState):
            raise StatisticsError("states under the same rules are needed; found {found}", found=repr(state)[:80])
        runs = [one.recent[-KEPT:] for one in states]
        lots, lengths = [*chain.from_iterable(runs)], np.array([*map(len, runs)])
        told = zip(*((one.inspection, one.score, one.rejected_tightened) for one in states), strict=True)
        rules, problems = states[0].rules, {}
    inspection, score, rejected = map(np.array, told)
    recent = np.full((score.size, KEPT), -1)
    recent[np.arange(KEPT) >= KEPT - lengths[:, None]] = lots
    return not isinstance(state, InspectionState), rules, problems, [inspection, recent, score, rejected]

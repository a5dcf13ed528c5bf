"""Switching between normal, tightened and reduced inspection, lot by lot."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hoshin.stats.errors import StatisticsError, check_choice
from hoshin.stats.results import Result, Step

RULES = ("iso2859", "z14")
"""ISO 2859-1:1999 (switching score) and ANSI/ASQ Z1.4 (ten accepted lots)."""


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


def start_inspection(rules: str = "iso2859", inspection: str = "normal") -> InspectionState:
    """The state at the beginning of a series of lots: normal inspection unless the authority says otherwise.

    Estimand: none; the counts of the rules begin at 0.

    Parameters
    ----------
    rules : "iso2859" (switching score) or "z14" (ten accepted lots), which Z1.9 uses too
    inspection : "normal", "tightened" or "reduced"

    Units: counts of lots.

    Assumes: Lots come in a series from one source.

    Errors: Rules or an inspection that are not known.

    Source: ISO 2859-1:1999, clause 9; ANSI/ASQ Z1.4-2003, section 8.

    >>> start_inspection().inspection
    'normal'
    """
    check_choice(rules, RULES, "rules")
    return InspectionState(
        rules=rules, inspection=check_choice(inspection, ("normal", "tightened", "reduced"), "inspection")
    )


def after_lot(
    state: InspectionState,
    accepted: bool,
    *,
    ac: int = 0,
    accepted_one_step_tighter: bool | None = None,
    in_gap: bool = False,
    steady: bool = True,
    approved: bool = True,
    below_limit_number: bool = True,
) -> InspectionState:
    """The state after one more lot on original inspection.

    Estimand: none; the rules are these. Normal to tightened: 2 of 5 or fewer lots in a row not accepted. Tightened to
    normal: 5 in a row accepted. Tightened to discontinued: 5 lots not accepted since tightened inspection began. Normal to
    reduced: switching score of 30 (ISO) or 10 accepted lots in a row within the limit number (Z1.4), production steady and
    approved. Reduced to normal: a lot not accepted, or accepted inside the gap (Z1.4), or production not steady.

    Parameters
    ----------
    state : InspectionState
    accepted : bool
    ac : int, acceptance number of the single plan; the ISO score counts 2 for Ac of 0 and 1, else 3
    accepted_one_step_tighter : bool; ISO, Ac of 2 or more: whether the lot would also be accepted with the AQL one step
        tighter; needed there
    in_gap : bool; Z1.4, reduced inspection: accepted with more than Ac but fewer than Re nonconforming
    steady, approved, below_limit_number : bool, further conditions for reduced inspection

    Units: counts of lots; ac in nonconforming items.

    Assumes: Only lots on original inspection are counted, never resubmitted ones.

    Errors: Inspection is discontinued, or the ISO score lacks the tighter decision.

    Source: ISO 2859-1:1999, clause 9; ANSI/ASQ Z1.4-2003, section 8 (MIL-STD-105E, section 4).

    >>> state = start_inspection()
    >>> for accepted in (True, False, True, False):
    ...     state = after_lot(state, accepted)
    >>> state.inspection, state.reason
    ('tightened', '2 of 3 lots in a row not accepted')
    """
    if state.inspection == "discontinued":
        raise StatisticsError(
            "inspection is discontinued; start again on tightened inspection once the cause is removed"
        )
    recent = (*state.recent, bool(accepted))
    if state.inspection == "normal":
        return _on_normal(state, recent, ac, accepted_one_step_tighter, steady and approved and below_limit_number)
    if state.inspection == "tightened":
        return _on_tightened(state, recent)
    if not accepted or in_gap or not steady:
        why = (
            "a lot was not accepted"
            if not accepted
            else "accepted in the gap"
            if in_gap
            else "production is not steady"
        )
        return InspectionState(rules=state.rules, inspection="normal", reason=why)
    return replace(state, recent=recent[-10:], reason="")


def _on_normal(state, recent, ac, tighter, conditions):
    window = recent[-5:]
    rejected = [i for i, ok in enumerate(window) if not ok]
    if len(rejected) >= 2:
        span = rejected[-1] - rejected[-2] + 1
        return InspectionState(
            rules=state.rules, inspection="tightened", reason=f"2 of {max(span, 2)} lots in a row not accepted"
        )
    score = _score(state, recent[-1], ac, tighter)
    after = replace(state, recent=recent[-10:], score=score, reason="")
    if after.may_reduce and conditions:
        what = "switching score of 30" if state.rules == "iso2859" else "10 lots in a row accepted"
        return InspectionState(rules=state.rules, inspection="reduced", reason=what)
    return after


def _score(state, accepted, ac, tighter):
    if not accepted:
        return 0
    if state.rules == "z14":
        return state.score + 1
    if ac <= 1:
        return state.score + 2
    if tighter is None:
        raise StatisticsError(
            "the acceptance number is {ac}; whether the lot is accepted with the AQL one step tighter is needed", ac=ac
        )
    return state.score + 3 if tighter else 0


def _on_tightened(state, recent):
    rejected = state.rejected_tightened + (not recent[-1])
    if rejected >= 5:
        return InspectionState(
            rules=state.rules, inspection="discontinued", reason="5 lots not accepted on tightened inspection"
        )
    if len(recent) >= 5 and all(recent[-5:]):
        return InspectionState(rules=state.rules, inspection="normal", reason="5 lots in a row accepted")
    return replace(state, recent=recent[-10:], rejected_tightened=rejected, reason="")

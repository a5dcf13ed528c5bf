"""Lot after lot: the plan for each, the decision on it, and the inspection the next one comes under."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.records import registry
from hoshin.stats import sampling
from hoshin.stats.errors import StatisticsError
from hoshin.stats.sampling import InspectionState, LotDecision
from hoshin.surfaces.statistics import refusal, translated

from .plans import NoPlan, Plan, acceptance_one_step_tighter, asked_of, is_by_variables, plan_for, switches
from .rules import Decision, Inspection, Standard


@dataclass(frozen=True)
class Decided:
    """What follows for one lot: under which inspection, from which samples, the decision and why."""

    inspection: str
    samples: str
    decision: str
    why: str


@dataclass(frozen=True)
class Sampled:
    """What the samples of a lot say so far."""

    decision: str
    why: str
    in_gap: bool = False
    on_first: bool = False


@dataclass(frozen=True, eq=False)
class Series:
    """All lots decided, and where inspection stands now."""

    decided: tuple[Decided, ...]
    state: InspectionState

    def count(self, decision: Decision) -> int:
        return sum(one.decision == decision for one in self.decided)


def series_of(row: Any) -> Series:
    """The lots of a record, decided one after another."""
    asked = asked_of(row)
    return decide_series(asked, row.lots, limits_of(row))


def limits_of(row: Any) -> dict[str, float]:
    """The specification that measured lots are held against."""
    limits = registry.get("characteristic").rows().filter(uid=row.characteristic_id).values_list("lsl", "usl").first()
    named = zip(("lsl", "usl"), limits or (), strict=False)
    return {name: float(limit) for name, limit in named if limit is not None}


def decide_series(asked: Mapping[str, Any], lots: Sequence[Mapping[str, Any]], limits: Mapping[str, float]) -> Series:
    """Decide every lot by the plan of the inspection in force, and switch after each."""
    rules = Standard(asked["standard"]).value
    first = asked["first_inspection"] or Inspection.NORMAL
    state = sampling.start_inspection(rules, first if first != Inspection.DISCONTINUED else "normal")
    decided: list[Decided] = []
    for lot in lots:
        one, state = _decide(asked, lot, limits, state)
        decided.append(one)
    return Series(tuple(decided), state)


def _decide(
    asked: Mapping[str, Any], lot: Mapping[str, Any], limits: Mapping[str, float], state: InspectionState
) -> tuple[Decided, InspectionState]:
    if state.inspection == Inspection.DISCONTINUED:
        why = _("Inspection is discontinued: the supplier has to remove the cause first.")
        return Decided(state.inspection, "", Decision.WAITING.value, why), state
    try:
        plan = plan_for(asked, lot_size=lot["size"], inspection=state.inspection)
        told = _measured(plan, lot, limits) if is_by_variables(asked) else _counted(plan, lot)
    except (NoPlan, StatisticsError) as refused:
        return Decided(state.inspection, "", Decision.WAITING.value, refusal(refused)[:400]), state
    after = state if told.decision == Decision.WAITING else _switched(asked, state, plan, told, lot)
    why = told.why if after.inspection == state.inspection else f"{told.why} {switch_words(after)}"
    return Decided(state.inspection, plan.sizes, told.decision, why[:400]), after


def _counted(plan: Plan, lot: Mapping[str, Any]) -> Sampled:
    """What was found, sample by sample, against the acceptance and rejection numbers."""
    total, stages = 0, list(zip(plan.plan.n, plan.plan.ac, plan.plan.re, strict=True))
    found = found_in(lot)
    for place, (n, ac, re) in enumerate(stages):
        if place >= len(found):
            told = {"n": n, "place": place + 1, "found": total}
            return Sampled(
                Decision.WAITING.value,
                _("Sample %(place)s of %(n)s items is to be drawn; %(found)s found so far.") % told,
            )
        if found[place] > n:
            raise NoPlan(_("%(found)s nonconforming in a sample of %(n)s cannot be.") % {"found": found[place], "n": n})
        total += found[place]
        told = {"found": total, "ac": ac, "re": re}
        if total <= ac:
            return Sampled(
                Decision.ACCEPTED.value, _("%(found)s found, up to %(ac)s accept.") % told, on_first=place == 0
            )
        if total >= re:
            return Sampled(Decision.REJECTED.value, _("%(found)s found, %(re)s or more do not accept.") % told)
    return Sampled(
        Decision.ACCEPTED.value, _("%(found)s found, between %(ac)s and %(re)s: accepted.") % told, in_gap=True
    )


def found_in(lot: Mapping[str, Any]) -> list[int]:
    """The numbers found in the samples of a lot, in their order."""
    later = [piece.strip() for piece in (lot.get("found_later") or "").split(",") if piece.strip()]
    stray = [piece for piece in later if not piece.isdigit() or len(piece) > 9]
    if stray:
        raise NoPlan(_("“%(found)s” is no number of nonconforming items.") % {"found": stray[0][:20]})
    return [] if lot.get("found") is None else [lot["found"], *map(int, later)]


def _measured(plan: Plan, lot: Mapping[str, Any], limits: Mapping[str, float]) -> Sampled:
    """Mean and standard deviation of the sample against the specification."""
    if lot.get("mean") is None or not lot.get("sd"):
        told = {"n": plan.plan.n}
        return Sampled(
            Decision.WAITING.value, _("%(n)s items are to be measured; mean and standard deviation are needed.") % told
        )
    if not limits:
        raise NoPlan(_("The plan's characteristic has no specification limit to compare with."))
    found = measured_decision(plan.plan, float(lot["mean"]), float(lot["sd"]), **limits)
    quality = min(q for q in (found.q_lower, found.q_upper) if q is not None)
    told = {"q": f"{quality:.3f}", "k": f"{plan.plan.k:.3f}"}
    if found.M is None:
        why = _("Quality index %(q)s, k is %(k)s.") % told
    else:
        told |= {"p": f"{100 * found.p_total:.3f}", "m": f"{100 * found.M:.3f}"}
        why = _("Quality index %(q)s, k is %(k)s; estimated %(p)s %% nonconforming, up to %(m)s %% accept.") % told
    return Sampled((Decision.ACCEPTED if found.accepted else Decision.REJECTED).value, why)


def measured_decision(
    plan: Any, mean: float, sd: float, *, lsl: float | None = None, usl: float | None = None
) -> LotDecision:
    """The decision from mean and standard deviation: a sample with just these gives the same."""
    sigma = sd if plan.sigma == "known" else None
    return sampling.decide(_sample_with(plan.n, mean, sd), plan, lsl=lsl, usl=usl, sigma=sigma)


def _sample_with(n: int, mean: float, sd: float) -> list[float]:
    """n values that have this mean and this standard deviation."""
    pairs = n // 2
    reach = sd * ((n - 1) / (2 * pairs)) ** 0.5 if pairs else 0.0
    return [mean - reach] * pairs + [mean + reach] * pairs + [mean] * (n % 2)


def _switched(
    asked: Mapping[str, Any], state: InspectionState, plan: Plan, told: Sampled, lot: Mapping[str, Any]
) -> InspectionState:
    if not switches(asked):
        return state
    ac, tighter = _score(asked, plan, told, lot)
    steady = bool(asked["steady"])
    return sampling.after_lot(
        state, told.decision == Decision.ACCEPTED, ac=ac, accepted_one_step_tighter=tighter, in_gap=told.in_gap,
        steady=steady or state.inspection != Inspection.REDUCED, approved=steady,
    )  # fmt: skip


def _score(asked: Mapping[str, Any], plan: Plan, told: Sampled, lot: Mapping[str, Any]) -> tuple[int, bool | None]:
    """What the switching score counts: single plans by the next tighter AQL, staged ones by the first sample."""
    if plan.by_variables:
        return 0, None
    if plan.plan.stages > 1:
        return 2, told.on_first
    ac = plan.plan.ac[0]
    if ac < 2:
        return ac, None
    tighter = acceptance_one_step_tighter(asked, plan.letter)
    return ac, tighter is not None and found_in(lot)[0] <= tighter


def switch_words(state: InspectionState) -> str:
    """Why the inspection changed, in the reader's language."""
    label = dict(Inspection.choices)[state.inspection]
    return _("From the next lot: %(inspection)s inspection (%(why)s).") % {
        "inspection": label,
        "why": translated(state.reason),
    }

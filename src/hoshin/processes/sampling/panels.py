"""What the process puts on the page of a sampling plan: what to do, its risks and curves, where inspection stands."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.kernel.records.steps import may_edit
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.statistics import explained, translated, translated_all

from .drawing import oc_drawing, outgoing_drawing
from .lots import Series, series_of
from .plans import NoPlan, Plan, asked_of, plan_for, switches
from .rules import Inspection

SHOWN = 10


def plan_of(row: Any, inspection: str | None = None) -> Plan | None:
    """The plan for the usual lot; None where there is none."""
    asked = asked_of(row)
    try:
        return plan_for(asked, inspection=inspection or row.first_inspection or Inspection.NORMAL)
    except (NoPlan, StatisticsError):
        return None


def plan_panel(row: Any, request: HttpRequest) -> dict[str, Any]:
    """What to do with the next lot, as inspection stands now."""
    asked, series = asked_of(row), series_of(row)
    now = series.state.inspection if row.state == "in_force" else row.first_inspection
    made = plan_of(row, None if now == Inspection.DISCONTINUED else now)
    if made is None or not row.computed:
        return {"problem": translated(row.problem)}
    names = dict(Inspection.choices)
    beside = other_inspection(now) if switches(asked) else None
    other = plan_of(row, beside) if beside else None
    return {
        "plan": made, "stages": stages_of(made), "oc": oc_drawing(made, other), "outgoing": outgoing_drawing(made),
        "other": names[beside] if other is not None else "", "risks": risk_rows(made), "table": curve_rows(made),
        "switches": switches(asked), "standing": standing_of(series), "now": names.get(now, ""),
        "is_stopped": now == Inspection.DISCONTINUED, "lots": shown_lots(row, series), "more": max(0, len(row.lots) - SHOWN),
        "explained": explained(made.result), "sources": translated_all(made.result.sources),
        "assumptions": translated_all(made.result.assumptions), "may_record": row.state == "in_force" and may_edit(row, request.standing),
    }  # fmt: skip


def other_inspection(now: str) -> str:
    """The inspection whose curve stands beside the one in force."""
    return (Inspection.NORMAL if now == Inspection.TIGHTENED else Inspection.TIGHTENED).value


def shown_lots(row: Any, series: Series) -> list[tuple[dict, Any, str]]:
    """The newest lots with their decision and the words of their inspection."""
    names = dict(Inspection.choices)
    told = [(lot, one, names[one.inspection]) for lot, one in zip(row.lots, series.decided, strict=True)]
    return list(reversed(told))[:SHOWN]


def stages_of(plan: Plan) -> list[str]:
    """What to do with a lot, sample by sample."""
    if plan.by_variables:
        told = {"n": plan.plan.n, "k": f"{plan.plan.k:.4g}"}
        return [_("Measure %(n)s items; accept when (limit - mean) / standard deviation is at least %(k)s.") % told]
    found = []
    for place, (n, ac, re) in enumerate(zip(plan.plan.n, plan.plan.ac, plan.plan.re, strict=True), start=1):
        told = {"place": place, "n": n, "ac": ac, "re": re}
        if plan.plan.stages == 1:
            found.append(
                _("Draw %(n)s items; accept with up to %(ac)s nonconforming, do not accept from %(re)s.") % told
            )
        elif ac < 0:
            found.append(_("Sample %(place)s: %(n)s items; do not accept from %(re)s, else draw again.") % told)
        else:
            found.append(
                _("Sample %(place)s: %(n)s items; accept with up to %(ac)s in all, do not accept from %(re)s.") % told
            )
    return found


def risk_rows(plan: Plan) -> list[tuple[str, str]]:
    """The plan's promises in figures."""
    rows = []
    if plan.good is not None:
        rows.append(
            (
                _("Lots with %(p)s %% nonconforming are accepted") % {"p": f"{plan.good:g}"},
                _percent(plan.accepts(plan.good / 100)),
            )
        )
    if plan.bad is not None:
        rows.append(
            (
                _("Lots with %(p)s %% nonconforming are accepted") % {"p": f"{plan.bad:g}"},
                _percent(plan.accepts(plan.bad / 100)),
            )
        )
    for probability in (0.95, 0.5, 0.1):
        rows.append(
            (
                _("Quality that is accepted with %(pa)s %%") % {"pa": f"{100 * probability:g}"},
                _percent(plan.quality_at(probability)),
            )
        )
    return rows


def _percent(share: Any) -> str:
    return f"{100 * float(share):.3g} %"


def curve_rows(plan: Plan) -> list[list[str]]:
    """Points of the curve: quality, acceptance, samples, outgoing quality, total inspection."""
    curve = plan.curve
    if curve is None:
        return [[_percent(p), _percent(plan.accepts(p)), "", "", ""] for p in plan.grid[10::20]]
    return [_curve_row(curve, i) for i in range(10, len(plan.grid), 15)]


def _curve_row(curve: Any, i: int) -> list[str]:
    total = "" if curve.ati is None else f"{curve.ati[i]:.0f}"
    return [_percent(curve.p[i]), _percent(curve.pa[i]), f"{curve.asn[i]:.1f}", _percent(curve.aoq[i]), total]


def standing_of(series: Series) -> str:
    """Where switching stands, in words."""
    state = series.state
    if state.inspection == Inspection.DISCONTINUED:
        return _("Inspection is discontinued: five lots were not accepted under tightened inspection.")
    if state.inspection == Inspection.TIGHTENED:
        run = len(state.recent) - max((i + 1 for i, ok in enumerate(state.recent) if not ok), default=0)
        return _("Five lots accepted in a row bring normal inspection back; so far %(run)s.") % {"run": run}
    if state.inspection == Inspection.REDUCED:
        return _("One lot not accepted brings normal inspection back.")
    told = {"score": state.score, "needed": 30 if state.rules == "iso2859" else 10}
    if state.may_reduce:
        return (
            _("The count for reduced inspection is reached (%(score)s); it needs steady production and approval.")
            % told
        )
    return (
        _(
            "Two lots not accepted within five bring tightened inspection; the count for reduced is %(score)s of %(needed)s."
        )
        % told
    )


registry.put_panel(
    "sampling_plan", Panel("plan", gettext_lazy("The plan"), "sampling/plan.html", plan_panel, first=True)
)

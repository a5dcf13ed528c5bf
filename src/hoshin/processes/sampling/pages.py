"""Pages of a sampling plan: recording a lot, and the report."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import Conflict, Invalid, NotAllowed, NotYet
from hoshin.kernel.records.steps import may_edit
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.pdf.answers import pdf_answer
from hoshin.surfaces.statistics import refusal
from hoshin.surfaces.web.addresses import record_or_404, url_of

from .lots import series_of
from .panels import stages_of, standing_of
from .plans import NoPlan, asked_of, is_by_variables, plan_for, switches
from .recording import GIVEN, record_lot
from .reports import plan_pdf
from .rules import Decision, Inspection


def plan_or_404(request: HttpRequest, number: str) -> Any:
    return record_or_404(request, registry.get("sampling_plan"), number)


@policy(SIGNED_IN)
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The plan as a PDF."""
    row = plan_or_404(request, number)
    return pdf_answer(plan_pdf(row, request.standing), f"{row.number}-plan")


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def lot(request: HttpRequest, number: str) -> HttpResponse:
    """Record what the samples of a lot said; the decision follows at once."""
    row = plan_or_404(request, number)
    if row.state != "in_force" or not may_edit(row, request.standing):
        raise Http404
    if request.method != "POST":
        return _page(request, row, request.GET)
    given = {name: request.POST.get(name, "").strip() for name in GIVEN}
    if is_by_variables(asked_of(row)):
        given |= {name: given[name].replace(",", ".") for name in ("mean", "sd")}
    try:
        line = record_lot(row, given, by=request.actor)
    except NotAllowed:
        raise Http404
    except Invalid as refused:
        return _page(request, row, given, [problem.message for problem in refused.problems], 422)
    except (NotYet, Conflict) as refused:
        return _page(request, row, given, [str(refused)], 422)
    return _decided(request, row, line)


def _decided(request: HttpRequest, row: Any, line: dict[str, Any]) -> HttpResponse:
    told = {"lot": line["lot"], "decision": dict(Decision.choices)[line["decision"]], "why": line["why"]}
    say = {Decision.ACCEPTED: messages.success, Decision.REJECTED: messages.error}.get(
        line["decision"], messages.warning
    )
    say(request, _("Lot %(lot)s: %(decision)s. %(why)s") % told)
    if line["decision"] == Decision.WAITING:
        return HttpResponseRedirect(
            f"{reverse('sampling-lot', args=[row.number])}?lot={line['lot']}&size={line['size']}"
        )
    return HttpResponseRedirect(url_of(row))


def _page(
    request: HttpRequest, row: Any, given: Any, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    asked, series = asked_of(row), series_of(row)
    waiting = next((line for line in row.lots if line["lot"] == given.get("lot")), None)
    known = {"size": row.lot_size, **(waiting or {})}
    kept = {name: given.get(name) or known.get(name) for name in GIVEN}
    told = {
        "row": row, "url": url_of(row), "problems": problems or [], "waiting": waiting,
        "given": {name: "" if value is None else value for name, value in kept.items()},
        "by_variables": is_by_variables(asked), "inspection": dict(Inspection.choices)[series.state.inspection],
        "switches": switches(asked), "standing": standing_of(series),
        "further": bool(waiting) or row.samples != "single", **_what_to_do(asked, kept["size"], series.state.inspection),
    }  # fmt: skip
    return render(request, "sampling/lot.html", told, status=status)


def _what_to_do(asked: dict[str, Any], size: Any, inspection: str) -> dict[str, Any]:
    if not str(size).isdigit() or inspection == Inspection.DISCONTINUED:
        return {"stages": []}
    try:
        return {"stages": stages_of(plan_for(asked, lot_size=int(size), inspection=inspection))}
    except (NoPlan, StatisticsError) as refused:
        return {"stages": [refusal(refused)]}

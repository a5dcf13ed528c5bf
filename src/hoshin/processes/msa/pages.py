"""Pages of a gauge study: the worksheet filled in run by run, as CSV, and the report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import Conflict, Invalid, NotAllowed, NotYet
from hoshin.kernel.records.steps import may_edit
from hoshin.surfaces.pdf.answers import pdf_answer
from hoshin.surfaces.web.addresses import record_or_404, url_of

from .layout import in_order
from .reports import study_pdf
from .worksheet import csv_of, fill_in, lines_of, read_field, readings_in, shown

LARGEST = 2_000_000


def study_or_404(request: HttpRequest, number: str) -> Any:
    return record_or_404(request, registry.get("gauge_study"), number)


@policy(SIGNED_IN)
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The study as a PDF."""
    row = study_or_404(request, number)
    return pdf_answer(study_pdf(row, request.standing), f"{row.number}-study")


@policy(SIGNED_IN)
@require_GET
def worksheet_as_csv(request: HttpRequest, number: str) -> HttpResponse:
    row = study_or_404(request, number)
    answer = HttpResponse(csv_of(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}-worksheet.csv"'
    return answer


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def worksheet(request: HttpRequest, number: str) -> HttpResponse:
    """Readings typed run by run, pasted as a column or sent as a file."""
    row = study_or_404(request, number)
    if not may_edit(row, request.standing):
        raise Http404
    if request.method != "POST":
        return _page(request, row, {})
    typed, seen = _typed(request)
    try:
        pasted = _pasted(request)
        readings = readings_in(pasted, row) if pasted else typed
        made = fill_in(row, readings, by=request.actor, seen=None if pasted else seen)
    except NotAllowed:
        raise Http404
    except Invalid as refused:
        return _page(request, row, typed, [str(problem) for problem in refused.problems], status=422)
    except (NotYet, Conflict) as refused:
        return _page(request, row, typed, [str(refused)], status=422)
    return _thanks(request, row, made)


def _thanks(request: HttpRequest, before: Any, row: Any) -> HttpResponse:
    name = read_field(row)
    left = sum(line[name] in (None, "") for line in row.worksheet)
    if not left:
        messages.success(request, _("All readings are there; the study is computed below."))
        return HttpResponseRedirect(url_of(row))
    messages.success(request, ngettext("%(n)s reading is left.", "%(n)s readings are left.", left) % {"n": left})
    operator = request.POST.get("operator", "")
    address = reverse("msa-worksheet", args=[row.number])
    return HttpResponseRedirect(f"{address}?operator={operator}" if operator.isalnum() else address)


def _typed(request: HttpRequest) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """What was typed, and what stood there, by line; only lines that were touched."""
    typed, seen = {}, {}
    for name, text in request.POST.items():
        mark, _dash, uid = name.partition("-")
        if mark == "value" and text.strip() != request.POST.get(f"seen-{uid}", "").strip():
            try:
                line = UUID(uid)
            except ValueError:
                continue
            typed[line], seen[line] = text.strip(), request.POST.get(f"seen-{uid}", "").strip()
    return typed, seen


def _pasted(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("pasted", "").strip()
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NotYet([_("The file is larger than a worksheet can be.")])
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").strip()


def _page(
    request: HttpRequest, row: Any, typed: dict[UUID, str], problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    name, asked = read_field(row), request.GET.get("operator", request.POST.get("operator", ""))
    everything = lines_of(row)
    lines = [line for line in everything if not asked or (line["operator"] or "") == asked]
    told = {
        "row": row, "url": url_of(row), "problems": problems or [], "asked": asked,
        "operators": in_order({line["operator"] or "" for line in everything}), "rated": name == "rating",
        "pasted": request.POST.get("pasted", ""),
        "ratings": sorted({line["reference"] for line in everything if line["reference"]}) if name == "rating" else [],
        "lines": [{**line, "seen": shown(line[name]), "typed": typed.get(line["uid"], shown(line[name]))} for line in lines],
        "left": sum(line[name] in (None, "") for line in lines), "shows_trials": bool(request.GET.get("all")) or not asked,
    }  # fmt: skip
    return render(request, "msa/worksheet.html", told, status=status)

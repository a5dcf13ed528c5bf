"""Pages of the assistants: the list, one assistant with its answer, papers and run sheets, keeping an answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hoshin.kernel.access.policy import INSIDERS, SIGNED_IN, policy
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import DoorRefused
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.pdf.answers import pdf_answer
from hoshin.surfaces.statistics import refusal
from hoshin.surfaces.web.addresses import record_or_404, url_of, visible_records

from .answers import Answer
from .assistants import ASSISTANTS, Assistant
from .experimenting import planned, sheet_csv
from .forms import Ask, Inputs, NoAnswer, Widget
from .reports import analysis_pdf, answer_pdf
from .samples import PARTS, Sample
from .saving import keep, provenance_of


@policy(INSIDERS)
@require_GET
def assistants(request: HttpRequest) -> HttpResponse:
    """All assistants, with what each answers."""
    return render(request, "analysis/assistants.html", {"assistants": ASSISTANTS.values()})


@policy(INSIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def assistant(request: HttpRequest, name: str) -> HttpResponse:
    """One assistant: its questions, then its answer below them."""
    told = ASSISTANTS.get(name)
    if told is None:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    kind = told.kind(sent.get("kind", ""))
    if request.method != "POST" and not sent.get("answer"):
        return _page(request, told, kind, _proposed(told, kind, sent))
    typed = _typed(told, kind, sent)
    try:
        inputs, samples = told.read(typed, kind, request.standing)
        answer = told.answer(inputs, kind, samples)
    except (NoAnswer, StatisticsError) as refused:
        return _page(request, told, kind, typed, problem=refusal(refused), status=422)
    return _answered(request, told, kind, typed, inputs, samples, answer)


def _answered(
    request: HttpRequest, told: Assistant, kind: str, typed: dict[str, str], inputs: Inputs, samples: list[Sample], answer: Answer
) -> HttpResponse:  # fmt: skip
    wanted = request.POST.get("do", "") if request.method == "POST" else ""
    if wanted == "keep":
        return _kept(request, told, kind, typed, inputs, samples, answer)
    if wanted == "pdf":
        content = answer_pdf(answer, str(told.title), "", provenance_of(told.name, kind, inputs, samples))
        return pdf_answer(content, told.name)
    if wanted == "csv" and told.name == "experiment":
        factors, design = planned(inputs, kind)
        sheet = HttpResponse(
            sheet_csv(design, factors, inputs.text("response")), content_type="text/csv; charset=utf-8"
        )
        sheet["Content-Disposition"] = 'attachment; filename="run-sheet.csv"'
        return sheet
    return _page(request, told, kind, typed, answer=answer, provenance=provenance_of(told.name, kind, inputs, samples))


def _kept(
    request: HttpRequest, told: Assistant, kind: str, typed: dict[str, str], inputs: Inputs, samples: list[Sample], answer: Answer
) -> HttpResponse:  # fmt: skip
    number = request.POST.get("serves", "").strip()
    serves = visible_records(request).filter(number=number.split(" ")[0]).first() if number else None
    try:
        if number and serves is None:
            raise NoAnswer(_("There is no record “%(found)s” that you may see.") % {"found": number[:40]})
        row = keep(
            answer, told.name, kind, inputs, samples, by=request.actor, title=request.POST.get("title", ""),
            question=request.POST.get("question", ""), serves=serves,
        )  # fmt: skip
    except (NoAnswer, DoorRefused) as refused:
        return _page(
            request,
            told,
            kind,
            typed,
            answer=answer,
            provenance=provenance_of(told.name, kind, inputs, samples),
            problem=str(refused),
            status=422,
        )
    messages.success(request, _("Kept as %(number)s, with its numbers.") % {"number": row.number})
    return HttpResponseRedirect(url_of(row))


def _proposed(told: Assistant, kind: str, sent: Any) -> dict[str, str]:
    """What stands in the fields at first: defaults, and what the address says."""
    found = {ask.name: ask.default for ask in told.asked(kind)}
    return found | {name: value for name, value in _typed(told, kind, sent).items() if value}


def _typed(told: Assistant, kind: str, sent: Any) -> dict[str, str]:
    names = [(ask, part) for ask in told.asked(kind) for part in (PARTS if ask.widget is Widget.SAMPLE else ("",))]
    return {f"{ask.name}{part}": sent.get(f"{ask.name}{part}", "") for ask, part in names}


def _page(
    request: HttpRequest, told: Assistant, kind: str, typed: dict[str, str], *, answer: Answer | None = None, problem: str = "",
    provenance: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    sent = request.POST if request.method == "POST" else request.GET
    samples = sum(ask.widget is Widget.SAMPLE for ask in told.asked(kind))
    shown = {
        "assistant": told, "kind": kind, "kinds": told.kinds, "fields": [_field(ask, typed) for ask in told.asked(kind)],
        "answer": answer, "problem": problem, "provenance": provenance, "has_one_sample": samples == 1,
        "makes_sheet": told.name == "experiment", **{name: sent.get(name, "") for name in ("serves", "title", "question")},
    }  # fmt: skip
    return render(request, "analysis/assistant.html", shown, status=status)


def _field(ask: Ask, typed: dict[str, str]) -> dict[str, Any]:
    """One question as the page shows it."""
    told = {"ask": ask, "value": typed.get(ask.name, ""), "widget": ask.widget.value}
    if ask.widget is Widget.SAMPLE:
        told |= {part.strip("_") or "values": typed.get(f"{ask.name}{part}", "") for part in PARTS}
    return told


@policy(SIGNED_IN)
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """A kept analysis as a PDF."""
    row = record_or_404(request, registry.get("analysis"), number)
    return pdf_answer(analysis_pdf(row, request.standing), f"{row.number}-analysis")


@policy(SIGNED_IN)
@require_GET
def capability_report(request: HttpRequest, number: str) -> HttpResponse:
    """The capability of a characteristic as a PDF."""
    row = record_or_404(request, registry.get("characteristic"), number)
    told = ASSISTANTS["capability"]
    try:
        inputs, samples = told.read({"a_characteristic": row.number}, "values", request.standing)
        answer = told.answer(inputs, "values", samples)
    except (NoAnswer, StatisticsError) as refused:
        messages.warning(request, refusal(refused))
        return HttpResponseRedirect(url_of(row))
    content = answer_pdf(answer, row.title, row.number, provenance_of(told.name, "values", inputs, samples))
    return pdf_answer(content, f"{row.number}-capability")

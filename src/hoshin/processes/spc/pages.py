"""Pages of a characteristic's data: its chart in full, on paper and as a table; entering; what stewards say."""

from typing import Any

import numpy as np
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.records import registry
from hoshin.kernel.records.errors import DoorRefused, Invalid, NotAllowed, NotYet
from hoshin.kernel.records.field_types import INSTANT, BadValue
from hoshin.surfaces.drawing import control_chart
from hoshin.surfaces.pdf.answers import pdf_answer
from hoshin.surfaces.web.addresses import record_or_404, url_of

from . import baselines, statements
from .charts import drawing_of
from .entering import Common, measurements_in, usual_size
from .panels import ROWS_MOST, chart_context, chart_for
from .readings import reading_of
from .reports import chart_pdf, csv_of
from .statements import Saying

BESIDE = 30
MOST_CHOSEN = 2_000


def characteristic_or_404(request: HttpRequest, number: str) -> Any:
    return record_or_404(request, registry.get("characteristic"), number)


def whole_number(text: str | None) -> int | None:
    """A number of an address; anything else counts as not given."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def asked_window(request: HttpRequest, row: Any) -> range:
    """The points between the measurements ``from`` and ``to`` of the address."""
    chart = chart_for(row, request)
    first, last = whole_number(request.GET.get("from")), whole_number(request.GET.get("to"))
    if first is None and last is None:
        return chart.window()
    start, stop = chart.points.within(first or 1, last if last is not None else len(chart.points.reading))
    return chart.window(start, stop)


@policy(SIGNED_IN)
@require_GET
def chart(request: HttpRequest, number: str) -> HttpResponse:
    """The chart in full width with the table of its points."""
    row = characteristic_or_404(request, number)
    window = asked_window(request, row)
    told = {"row": row, "url": url_of(row), "window": window, **chart_context(row, request, window, ROWS_MOST)}
    return render(request, "spc/chart.html", told)


@policy(SIGNED_IN)
@require_GET
def chart_as_pdf(request: HttpRequest, number: str) -> HttpResponse:
    row = characteristic_or_404(request, number)
    content = chart_pdf(chart_for(row, request), organisation=organisation(), window=asked_window(request, row))
    return pdf_answer(content, row.number)


def organisation() -> str:
    """The name of the whole, as it stands on paper."""
    return Unit.objects.filter(parent=None).values_list("name", flat=True).first() or ""


@policy(SIGNED_IN)
@require_GET
def measurements_as_csv(request: HttpRequest, number: str) -> HttpResponse:
    row = characteristic_or_404(request, number)
    answer = HttpResponse(csv_of(chart_for(row, request)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.csv"'
    return answer


@policy(SIGNED_IN)
@require_POST
def propose_baseline(request: HttpRequest, number: str) -> HttpResponse:
    """Open a draft baseline over the newest measurements, or over the window that was shown."""
    row = characteristic_or_404(request, number)
    first, last = whole_number(request.POST.get("from")), whole_number(request.POST.get("to"))
    try:
        draft = baselines.propose(row, by=request.actor, first=first, last=last)
    except NotAllowed:
        raise Http404
    except DoorRefused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(url_of(row))
    messages.success(
        request, _("%(number)s is proposed; look at its points, then freeze it.") % {"number": draft.number}
    )
    return HttpResponseRedirect(url_of(draft))


# ---------- entering ----------


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Type or paste measurements; the newest points stand beside, so that a signal is seen at once."""
    row = characteristic_or_404(request, number)
    if not measuring.MEASURES.allows(request.standing, row):
        raise Http404
    if request.method != "POST":
        return _enter_page(request, row, _proposed(request, row))
    typed = {name: request.POST.get(name, "") for name in ("values", "time", "size", "lot", "gauge", "operator")}
    try:
        batch = measuring.record(row, _typed(row, typed), by=request.actor)
    except Invalid as refused:
        return _enter_page(request, row, typed, [p.message for p in refused.problems], status=422)
    except NotYet as refused:
        return _enter_page(request, row, typed, list(refused.reasons), status=422)
    told = ngettext("%(n)s measurement recorded.", "%(n)s measurements recorded.", batch.rows) % {"n": batch.rows}
    messages.success(request, told)
    keep = {name: typed[name] for name in ("size", "lot", "gauge", "operator") if typed[name]}
    request.session["spc_enter"] = {"characteristic": row.number, **keep}
    return HttpResponseRedirect(reverse("spc-enter", args=[row.number]))


def _proposed(request: HttpRequest, row: Any) -> dict[str, str]:
    kept = request.session.get("spc_enter", {})
    if kept.get("characteristic") == row.number:
        return kept
    size = usual_size(chart_for(row, request).points.reading)
    return {"gauge": row.gauge, "operator": request.person.name, "size": f"{size:g}" if size else ""}


def _typed(row: Any, typed: dict[str, str]) -> list[measuring.Measurement]:
    problems: list[str] = []
    at = size = None
    try:
        at = INSTANT.parse(typed["time"], None) if typed["time"] else timezone.now()
    except BadValue as bad:
        problems.append(str(bad))
    try:
        size = float(typed["size"].replace(",", ".")) if typed["size"].strip() else None
    except ValueError:
        problems.append(_("“%(found)s” is no sample size; a number such as 50 is accepted.") % {"found": typed["size"]})
    if problems:
        raise NotYet(problems)
    common = Common(at, typed["lot"].strip(), typed["gauge"].strip(), typed["operator"].strip(), size)
    return measurements_in(typed["values"], row, reading_of(row), common)


def _enter_page(
    request: HttpRequest, row: Any, typed: dict[str, str], problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    of = chart_for(row, request)
    size = len(of.points)
    window = range(max(0, size - BESIDE), size)
    newest = of.signalling.get(size - 1, []) if size else []
    told = {
        "row": row, "url": url_of(row), "typed": typed, "typed_values": typed.get("values", ""),
        "problems": problems or [], "newest_signals": newest,
        "drawing": control_chart(drawing_of(of, window), width=640) if size else "", "chart": of,
        "counts": row.sort != "variable",
    }  # fmt: skip
    return render(request, "spc/enter.html", told, status=status)


# ---------- saying ----------


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Exclude, include, correct or remark on measurements, with the reason."""
    row = characteristic_or_404(request, number)
    if not measuring.STEWARDS.allows(request.standing, row):
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    numbers = numbers_in(sent.getlist("no"))
    if request.method != "POST":
        return _say_page(request, row, numbers, sent)
    try:
        statements.say(
            row, sent.get("what", ""), numbers, by=request.actor, reason=sent.get("reason", ""), value=_value(sent)
        )  # fmt: skip
    except Invalid as refused:
        return _say_page(request, row, numbers, sent, [p.message for p in refused.problems], 422)
    except NotYet as refused:
        return _say_page(request, row, numbers, sent, list(refused.reasons), 422)
    messages.success(request, _("Entered, and kept in the history."))
    return HttpResponseRedirect(reverse("spc-chart", args=[row.number]))


def numbers_in(texts: list[str]) -> list[int]:
    """Numbers of measurements as the table gives them: 17, or 81-85 for a subgroup."""
    found: list[int] = []
    for text in texts:
        low, _dash, high = text.partition("-")
        first, last = whole_number(low), whole_number(high or low)
        if first is not None and last is not None and 0 <= last - first <= MOST_CHOSEN:
            found.extend(range(first, last + 1))
    return list(dict.fromkeys(found))[:MOST_CHOSEN]


def _value(sent: Any) -> float | None:
    text = sent.get("value", "").strip().replace(",", ".")
    if not text or sent.get("what") != Saying.CORRECT:
        return None
    try:
        return float(text)
    except ValueError:
        raise NotYet([_("“%(found)s” is not a number, such as 7.42.") % {"found": text}])


def _figure(row: Any, value: float) -> str:
    """A measured value with the decimals it is measured to."""
    if np.isnan(value):
        return "–"
    return f"{value:.{row.decimals or 0}f}" if row.sort == "variable" else f"{value:g}"


def _say_page(
    request: HttpRequest, row: Any, numbers: list[int], sent: Any, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    reading = chart_for(row, request).points.reading
    if not numbers or not all(1 <= n <= len(reading) for n in numbers):
        raise Http404
    places = np.array(numbers) - 1
    chosen = [
        {"no": n, "value": _figure(row, v), "excluded": bool(e)}
        for n, v, e in zip(numbers, reading.columns.value[places], reading.excluded[places], strict=True)
    ]
    sayings = [(s.value, s.label) for s in Saying if len(numbers) == 1 or s in (Saying.EXCLUDE, Saying.INCLUDE)]
    usual = Saying.INCLUDE if all(c["excluded"] for c in chosen) else Saying.EXCLUDE
    told = {
        "row": row, "url": url_of(row), "chosen": chosen, "sayings": sayings, "problems": problems or [],
        "what": sent.get("what") or usual.value, "reason": sent.get("reason", ""), "value": sent.get("value", ""),
    }  # fmt: skip
    return render(request, "spc/say.html", told, status=status)

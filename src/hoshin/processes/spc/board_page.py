"""The board's page: small multiples of many characteristics, the neediest first."""

from collections import Counter
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import INSIDERS, policy
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Unit, UnitWithin
from hoshin.kernel.records import registry
from hoshin.surfaces.web.forms.references import uid_in

from .board import Summary, summary_of

# What one page can show in a second; with more characteristics the filters are the way in.
MOST = 1_000


@policy(INSIDERS)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Characteristics in use by need of attention; by product, unit, need and words of the title."""
    rows = asked_rows(request)
    count = rows.count()
    summaries = summary_of(list(rows.order_by("pk")[:MOST]))
    needs = Counter(one.need for one in summaries)
    wanted = request.GET.get("need", "")
    shown = [one for one in summaries if not wanted or str(one.need) == wanted]
    told = {
        "cards": [card_of(one) for one in shown], "count": count, "beyond": max(0, count - MOST), "most": MOST,
        "needs": [(str(level), needs.get(level, 0)) for level in (1, 2, 0)], "wanted": wanted,
        "products": products(request), "units": units(request), "asked": request.GET,
        "filtered": any(request.GET.get(name) for name in ("product", "unit", "q", "need")),
    }  # fmt: skip
    return render(request, "spc/board.html", told)


def asked_rows(request: HttpRequest) -> Any:
    """The characteristics in use that the filters leave, of those one may see."""
    rows = registry.get("characteristic").rows().filter(visible(request.standing), state="active")
    product, unit = uid_in(request.GET.get("product", "")), uid_in(request.GET.get("unit", ""))
    if product:
        rows = rows.filter(product=product)
    if unit:
        rows = rows.filter(unit__in=UnitWithin.objects.filter(whole=unit).values("unit"))
    for word in request.GET.get("q", "").split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return rows


def card_of(one: Summary) -> dict[str, Any]:
    """What a card shows; attributes of a summary are computed, so each is asked for once."""
    row = one.characteristic
    return {
        "number": row.number, "title": row.title, "need": one.need or "", "newest": one.newest, "spark": one.spark,
        "why": one.why, "measure": row.measure if row.sort == "variable" else "", "attention": f"{one.attention:.0f}",
    }  # fmt: skip


def products(request: HttpRequest) -> list[tuple[str, str]]:
    used = registry.get("characteristic").rows().filter(state="active").values("product")
    rows = registry.get("product").rows().filter(visible(request.standing), uid__in=used).order_by("number")
    return [(str(row.uid), f"{row.number} {row.title}") for row in rows[:500]]


def units(request: HttpRequest) -> list[tuple[str, str]]:
    mine = request.standing.units(request.standing.roles)
    return [(str(uid), name) for uid, name in Unit.objects.filter(uid__in=mine).values_list("uid", "name")]

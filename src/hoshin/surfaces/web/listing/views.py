"""The page that lists the records of a kind, and the views people keep of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.web import pages
from hoshin.surfaces.web.addresses import list_url
from hoshin.surfaces.web.models import SavedView
from hoshin.surfaces.web.writing import units_to_create_in

from .filters import VIEWS, Filters, choices_of, read_filters, with_value, without
from .rows import columns_of, headings, order_of, page_of

DENSITIES = ("comfortable", "dense")
A_YEAR = 365 * 24 * 3600


@policy(SIGNED_IN)
@require_GET
def records(request: HttpRequest, kind: KindSpec) -> HttpResponse:
    """The list of a kind."""
    filters = read_filters(request, kind)
    order = order_of(request, kind, filters)
    page = page_of(request, kind, filters, order)
    units = list(Unit.objects.order_by("code").values_list("uid", "name"))
    controls = choices_of(request, kind, [(str(uid), name) for uid, name in units])
    fields = columns_of(kind)
    density = request.GET.get("density") or request.COOKIES.get("density") or DENSITIES[0]
    told = {
        "kind": kind, "page": page, "filters": filters, "lead": kind.doc.split("\n\n")[0],
        "at_once": [c for c in controls if c.at_once], "folded": [c for c in controls if not c.at_once],
        "folded_open": any(c.value for c in controls if not c.at_once),
        "title_heading": headings(request, [kind.by_name["title"]], kind)[0],
        "headings": headings(request, fields, kind), "due_heading": headings(request, [kind.by_name["due_on"]], kind)[0],
        "views": _views(request, kind), "saved": _saved(request, kind), "dense": density == "dense",
        "density_url": with_value(request.GET, density="comfortable" if density == "dense" else "dense"),
        "may_create": bool(units_to_create_in(kind, request.standing)), "links": _links(request, kind),
        "next_url": _page_url(request, page.number + 1) if page.number < page.pages else "",
        "previous_url": _page_url(request, page.number - 1) if page.number > 1 else "",
        "query": request.GET.urlencode(), "clear_url": list_url(kind),
    }  # fmt: skip
    answer = render(request, "web/list/list.html", told, status=422 if filters.problems else 200)
    if request.GET.get("density") in DENSITIES:
        answer.set_cookie("density", density, max_age=A_YEAR, samesite="Lax", httponly=True)
    return answer


def refused_filters(request: HttpRequest, kind: KindSpec, filters: Filters) -> HttpResponse:
    """What could not be understood in an address, where no list can show it."""
    told = {"kind": kind, "problems": filters.problems, "list_url": list_url(kind)}
    return render(request, "web/list/refused.html", told, status=422)


def _page_url(request: HttpRequest, number: int) -> str:
    left = request.GET.copy()
    left["page"] = str(number)
    return f"?{left.urlencode()}"


def _views(request: HttpRequest, kind: KindSpec) -> list[dict[str, Any]]:
    """The views every list has, each an address."""
    now = {name: request.GET[name] for name in request.GET if name not in ("sort", "page", "density", "size")}
    made = []
    for _name, label, values in VIEWS:
        query = QueryDict(mutable=True)
        query.update(values)
        made.append({"label": label, "url": f"?{query.urlencode()}", "current": now == values})
    return made


def _saved(request: HttpRequest, kind: KindSpec) -> list[dict[str, Any]]:
    rows = SavedView.objects.filter(person=request.person, kind=kind.name)
    here = without(request.GET).removeprefix("?")
    return [{"view": view, "url": f"?{view.query}", "current": view.query == here} for view in rows]


def _links(request: HttpRequest, kind: KindSpec) -> list[dict[str, Any]]:
    found = []
    for link in pages.list_links():
        try:
            url = reverse(link.url_name, args=[kind])
        except NoReverseMatch:
            continue
        query = without(request.GET)
        found.append({"label": link.label, "icon": link.icon, "url": url + (query if query != "?" else "")})
    return found


@policy(SIGNED_IN)
@require_POST
def save_view(request: HttpRequest, kind: KindSpec) -> HttpResponse:
    """Keep the filters and order of a list under a name."""
    name = " ".join(request.POST.get("name", "").split())[:80]
    query = request.POST.get("query", "")[:2000]
    if not name:
        messages.error(request, _("A view needs a name of 1 to 80 characters."))
    else:
        SavedView.objects.update_or_create(person=request.person, kind=kind.name, name=name, defaults={"query": query})
        messages.success(request, _("The view “%(name)s” was kept.") % {"name": name})
    return HttpResponseRedirect(f"{list_url(kind)}?{query}")


@policy(SIGNED_IN)
@require_POST
def forget_view(request: HttpRequest, kind: KindSpec, view: int) -> HttpResponse:
    found = get_object_or_404(SavedView, pk=view, person=request.person, kind=kind.name)
    found.delete()
    messages.success(request, _("The view “%(name)s” was taken away.") % {"name": found.name})
    return HttpResponseRedirect(list_url(kind))

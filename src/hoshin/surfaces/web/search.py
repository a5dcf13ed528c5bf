"""Search over everything one may see."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.surfaces.search import search as finding

from .addresses import url_of, visible_records

MOST = 50
LONGEST = 200


@policy(SIGNED_IN)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The page of what was found; a whole number opens its record at once."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    exact = visible_records(request).filter(number__iexact=text).first() if text else None
    if exact is not None:
        return HttpResponseRedirect(url_of(exact))
    hits = finding.search(text, request.standing, limit=MOST) if text else []
    return render(request, "web/search.html", {"hits": hits, "search_text": text, "most": MOST})

"""Proposals while somebody types a person or a record: a dozen options, never a list of all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy

from .forms.references import people_like, records_like


def _typed(request: HttpRequest) -> str:
    return (request.GET.get(request.GET.get("field", "q")) or request.GET.get("q") or "").strip()[:100]


@policy(SIGNED_IN)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """People whose name holds what was typed."""
    text = _typed(request)
    found = people_like(text) if text and request.standing.is_inside else []
    return render(request, "web/form/options.html", {"options": found})


@policy(SIGNED_IN)
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Records of some kinds that one may see, by number or title."""
    text, kinds = _typed(request), [name for name in request.GET.get("kinds", "").split(",") if name]
    found = records_like(text, kinds, request.standing) if text else []
    return render(request, "web/form/options.html", {"options": found})

"""Drafts of forms: kept every few seconds while somebody types, given back when they return, gone when saved."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import drafts

FORM = re.compile(
    r"(new:[a-z0-9_]+|open:[0-9a-f-]{36}:[a-z0-9_]+|edit:[0-9a-f-]{36}|step:[0-9a-f-]{36}:[A-Za-z0-9_]+)\Z"
)


@dataclass(frozen=True)
class Kept:
    """A draft given back to a form."""

    values: MultiValueDict
    revision: int | None
    saved_at: datetime


def kept_for(request: HttpRequest, name: str) -> Kept | None:
    """The draft of a form of this person, unless they asked for the form without it."""
    found = drafts.kept(request.person, name)
    if found is None or "fresh" in request.GET:
        return None
    return Kept(MultiValueDict(found.values), found.revision, found.saved_at)


def forget(request: HttpRequest, name: str) -> None:
    drafts.drop(request.person, name)


@policy(SIGNED_IN)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form."""
    name = request.headers.get("X-Draft", "")
    if not FORM.match(name):
        return _refused(_("“%(name)s” is not the name of a form.") % {"name": name})
    if len(request.body) > drafts.LARGEST:
        return _refused(_("The draft is larger than %(most)s characters.") % {"most": drafts.LARGEST})
    try:
        values = json.loads(request.body)
    except ValueError:
        return _refused(_("A draft is a JSON object of lists of text."))
    if not isinstance(values, dict) or not all(_is_list_of_text(listed) for listed in values.values()):
        return _refused(_("A draft is a JSON object of lists of text."))
    revision = next(iter(values.get("revision", [])), "")
    drafts.keep(request.person, name, values, int(revision) if revision.isascii() and revision.isdigit() else None)
    return HttpResponse(status=204)


def _is_list_of_text(listed: object) -> bool:
    return isinstance(listed, list) and all(isinstance(text, str) for text in listed)


def _refused(message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": "invalid", "message": message}}, status=422)


@policy(SIGNED_IN)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw a draft away and show its form as it was."""
    drafts.drop(request.person, request.POST.get("form", "")[:120])
    goal = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(goal if safe else "/")

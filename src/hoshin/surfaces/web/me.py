"""One's own page: particulars, roles, password, tokens for programs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hoshin.kernel.access import identity
from hoshin.kernel.access.middleware import begin_session
from hoshin.kernel.access.models import Token
from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.models import Grant
from hoshin.kernel.organization.roles import ROLES

LONGEST_DAYS = 730


def grants_of(person: Any) -> list[dict[str, Any]]:
    """The roles somebody holds now, with where and until when."""
    rows = Grant.objects.valid().filter(person=person).select_related("unit").order_by("unit__code", "role")
    return [{"grant": row, "role": ROLES[row.role].label if row.role in ROLES else row.role} for row in rows]


def _page(
    request: HttpRequest, *, errors: dict[str, list[str]] | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    told = {
        "grants": grants_of(request.person), "tokens": Token.objects.valid().filter(person=request.person).order_by("-since"),
        "errors": errors or {}, "secret": secret, "token_name": request.POST.get("name", ""), "days": request.POST.get("days", "365"),
    }  # fmt: skip
    return render(request, "web/me.html", told, status=status)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD"])
def me(request: HttpRequest) -> HttpResponse:
    return _page(request)


@policy(SIGNED_IN)
@sensitive_post_parameters("password", "new", "again")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, given with the old one; it ends every other session."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _page(request, errors={"again": [_("The two new passwords are not the same.")]}, status=422)
    try:
        identity.prove(request.person.username, request.POST.get("password", ""), request.META.get("REMOTE_ADDR", ""))
        organization.set_password(request.person, new, by=request.actor)
    except identity.NotProved as refused:
        return _page(request, errors={"password": [str(refused)]}, status=422)
    except ValidationError as refused:
        return _page(request, errors={"new": refused.messages}, status=422)
    begin_session(request, request.person)
    messages.success(request, _("The password was changed; every other session has ended."))
    return redirect("me")


@policy(SIGNED_IN)
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """A token for a program. Its secret is shown on this answer and never again."""
    name, days = " ".join(request.POST.get("name", "").split()), request.POST.get("days", "")
    errors: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 80:
        errors["name"] = [_("A name of 1 to 80 characters is needed.")]
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= LONGEST_DAYS):
        errors["days"] = [
            _("“%(found)s” is not a number of days from 1 to %(most)s.") % {"found": days, "most": LONGEST_DAYS}
        ]
    if errors:
        return _page(request, errors=errors, status=422)
    reads_only = request.POST.get("reads_only") == "on"
    secret = identity.give_token(request.person, name, by=request.actor, days=int(days), reads_only=reads_only)
    return _page(request, secret=secret)


@policy(SIGNED_IN)
@require_POST
def end_token(request: HttpRequest, uid: str) -> HttpResponse:
    token = get_object_or_404(Token.objects.valid(), uid=uid, person=request.person)
    identity.end_token(token, by=request.actor)
    messages.success(request, _("The token “%(name)s” opens nothing any more.") % {"name": token.name})
    return HttpResponseRedirect("/me")

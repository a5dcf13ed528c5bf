"""Signing in and out, and the first administrator of a new organisation."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from hoshin.kernel.access import identity
from hoshin.kernel.access.middleware import begin_session
from hoshin.kernel.access.policy import PUBLIC, SIGNED_IN, policy
from hoshin.kernel.organization.models import Person, Unit

from .zones import ZONES


@policy(PUBLIC)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door: a name, a password, and the page that was asked for."""
    goal = _goal(request)
    if request.person is not None:
        return redirect(goal)
    if request.method != "POST":
        if not Person.objects.exists():
            return redirect("begin")
        return _door(request, goal)
    username, address = request.POST.get("username", ""), request.META.get("REMOTE_ADDR", "")
    try:
        person = identity.prove(username, request.POST.get("password", ""), address)
    except identity.Locked as locked:
        return _door(request, goal, error=str(locked), status=429)
    except identity.NotProved as refused:
        return _door(request, goal, error=str(refused), status=422)
    begin_session(request, person)
    identity.signed_in(person, address)
    return redirect(goal)


def _door(request: HttpRequest, goal: str, *, error: str = "", status: int = 200) -> HttpResponse:
    place = Unit.objects.filter(parent=None).values_list("name", flat=True).first() or ""
    told = {"goal": goal, "error": error, "username": request.POST.get("username", ""), "place": place}
    return render(request, "web/sign_in.html", told, status=status)


def _goal(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this house, or the first page."""
    goal = request.POST.get("next") or request.GET.get("next") or "/"
    return goal if url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure()) else "/"


@policy(SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    identity.signed_out(request.person)
    request.session.flush()
    return redirect("sign-in")


FIRST = ("token", "organisation", "timezone", "name", "username", "password")


@policy(PUBLIC)
@never_cache
@sensitive_post_parameters("password", "token")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The first visit: whoever read the token on the console opens the first account."""
    if Person.objects.exists():
        return redirect("sign-in")
    if request.method != "POST":
        identity.first_token()  # the console prints it; made now where nobody has asked yet
        return _begin_page(request, {"timezone": "UTC"}, {})
    typed = {name: request.POST.get(name, "").strip() for name in FIRST}
    typed["password"] = request.POST.get("password", "")
    errors = problems_of(typed)
    if not errors:
        try:
            person = identity.make_first_administrator(**typed)
        except identity.NotProved as refused:
            errors = {"token": [str(refused)]}
        except ValidationError as refused:
            errors = refused.message_dict if hasattr(refused, "error_dict") else {"username": refused.messages}
        else:
            begin_session(request, person)
            identity.signed_in(person, request.META.get("REMOTE_ADDR", ""))
            return HttpResponseRedirect("/")
    return _begin_page(request, typed, errors, status=422)


def problems_of(typed: dict[str, str]) -> dict[str, list[str]]:
    """What is missing or wrong, before anything is written."""
    errors = {name: [_("This is needed.")] for name, value in typed.items() if not value}
    if typed["timezone"] and typed["timezone"] not in ZONES:
        errors["timezone"] = [
            _("“%(found)s” is not a time zone, such as Europe/Vienna.") % {"found": typed["timezone"]}
        ]
    if typed["password"]:
        try:
            validate_password(typed["password"], Person(username=typed["username"], name=typed["name"]))
        except ValidationError as refused:
            errors["password"] = refused.messages
    return errors


def _begin_page(request: HttpRequest, typed: dict, errors: dict, status: int = 200) -> HttpResponse:
    told = {"typed": {**typed, "password": ""}, "errors": errors, "zones": ZONES}
    return render(request, "web/begin.html", told, status=status)

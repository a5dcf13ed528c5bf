"""People, roles and units, kept by administrators through the organisation's doors."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hoshin.kernel.access.policy import policy
from hoshin.kernel.organization import doors
from hoshin.kernel.organization.models import Grant, Person, Unit
from hoshin.kernel.organization.roles import ROLES

from .forms.references import uid_in
from .forms.typed import with_depths
from .me import grants_of
from .record.page import moment_of
from .shell import ADMINISTRATORS
from .zones import ZONES

SIZE = 50
PERSON = ("name", "username", "email", "unit", "password")
UNIT = ("name", "code", "sort", "parent", "timezone")


def messages_of(refused: ValidationError) -> dict[str, list[str]]:
    return refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}


@policy(ADMINISTRATORS)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, open or closed."""
    text, closed = request.GET.get("q", "").strip(), request.GET.get("closed") == "yes"
    rows = Person.objects.filter(active=not closed).select_related("unit").order_by("name", "pk")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(email__icontains=text))
    count, asked = rows.count(), request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    page = min(max(1, page), max(1, -(-count // SIZE)))
    shown = list(rows[(page - 1) * SIZE : page * SIZE])
    held: dict[Any, list[str]] = {}
    for person, role in Grant.objects.valid().filter(person__in=shown).values_list("person", "role").distinct():
        held.setdefault(person, []).append(str(ROLES[role].label) if role in ROLES else role)
    told = {
        "rows": [(person, ", ".join(sorted(held.get(person.uid, ())))) for person in shown], "count": count, "text": text,
        "closed": closed, "page": page, "pages": max(1, -(-count // SIZE)),
    }  # fmt: skip
    return render(request, "web/organization/people.html", told)


@policy(ADMINISTRATORS)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "").strip() for name in PERSON}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        unit = Unit.objects.filter(uid=uid_in(typed["unit"])).first() if typed["unit"] else None
        person = Person(username=typed["username"], name=typed["name"], email=typed["email"], unit=unit)
        errors = _missing(typed, ("name", "username", "unit"))
        try:
            if typed["password"]:
                validate_password(typed["password"], person)
            if not errors:
                doors.add_people([(person, typed["password"] or None)], by=request.actor)
                messages.success(request, _("%(name)s has an account. Give a role next.") % {"name": person.name})
                return redirect("person", uid=person.uid)
        except ValidationError as refused:
            told = messages_of(refused)
            errors |= {"password": told[""]} if "" in told else told
    units = Unit.objects.order_by("code")
    told = {"typed": {**typed, "password": ""}, "errors": errors, "units": units}
    return render(request, "web/organization/person_new.html", told, status=422 if errors else 200)


def _missing(typed: dict[str, str], names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: [_("This is needed.")] for name in names if not typed[name]}


@policy(ADMINISTRATORS)
@require_GET
def person(request: HttpRequest, uid: str) -> HttpResponse:
    return _person_page(request, get_object_or_404(Person.objects.select_related("unit"), uid=uid))


def _person_page(request: HttpRequest, found: Person, errors: dict | None = None, status: int = 200) -> HttpResponse:
    former = Grant.objects.filter(person=found).exclude(pk__in=Grant.objects.valid().filter(person=found).values("pk"))
    told = {
        "found": found, "grants": grants_of(found), "former": former.select_related("unit").order_by("-until"),
        "roles": ROLES.values(), "units": Unit.objects.order_by("code"), "errors": errors or {}, "typed": request.POST,
    }  # fmt: skip
    return render(request, "web/organization/person.html", told, status=status)


@policy(ADMINISTRATORS)
@require_POST
def give_role(request: HttpRequest, uid: str) -> HttpResponse:
    """Give somebody a role in a unit, for a time or without an end."""
    found = get_object_or_404(Person.objects.select_related("unit"), uid=uid)
    unit = Unit.objects.filter(uid=uid_in(request.POST.get("unit", ""))).first()
    until, text = None, request.POST.get("until", "").strip()
    errors: dict[str, list[str]] = {}
    if unit is None:
        errors["unit"] = [_("This is needed.")]
    if text and (until := moment_of(text)) is None:
        errors["until"] = [_("“%(found)s” is not a date, such as 2026-11-20.") % {"found": text}]
    if not errors:
        try:
            doors.grant(found, request.POST.get("role", ""), unit, by=request.actor, until=until)
        except ValidationError as refused:
            errors = {"role": refused.messages}
    if errors:
        return _person_page(request, found, errors, status=422)
    messages.success(request, _("The role was given."))
    return redirect("person", uid=found.uid)


@policy(ADMINISTRATORS)
@require_POST
def end_role(request: HttpRequest, uid: str, grant: str) -> HttpResponse:
    """End a role now. It stays for every question about the past."""
    given = get_object_or_404(Grant.objects.valid(), uid=grant, person=uid)
    if _is_last_administrator(given):
        messages.error(request, _("This is the last administrator; make somebody else one first."))
    else:
        doors.end_grant(given, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("The role was ended."))
    return redirect("person", uid=uid)


def _is_last_administrator(given: Grant) -> bool:
    others = Grant.objects.valid().filter(role="administrator", person__active=True).exclude(pk=given.pk)
    return given.role == "administrator" and not others.exists()


@policy(ADMINISTRATORS)
@require_POST
def close_account(request: HttpRequest, uid: str) -> HttpResponse:
    """Close an account, or open it again. It is never deleted."""
    found = get_object_or_404(Person, uid=uid)
    active = request.POST.get("active") == "yes"
    if found.uid == request.person.uid:
        messages.error(request, _("Nobody closes their own account."))
    else:
        doors.change_person(found, by=request.actor, active=active)
        said = _("The account of %(name)s is open.") if active else _("The account of %(name)s is closed.")
        messages.success(request, said % {"name": found.name})
    return redirect("person", uid=uid)


@policy(ADMINISTRATORS)
@sensitive_post_parameters("password")
@require_POST
def set_password(request: HttpRequest, uid: str) -> HttpResponse:
    found = get_object_or_404(Person.objects.select_related("unit"), uid=uid)
    try:
        doors.set_password(found, request.POST.get("password", ""), by=request.actor)
    except ValidationError as refused:
        return _person_page(request, found, {"password": refused.messages}, status=422)
    messages.success(request, _("%(name)s has a new password.") % {"name": found.name})
    return redirect("person", uid=uid)


def unit_tree() -> list[tuple[Unit, int]]:
    """All units from the top down, with how deep each lies."""
    rows = list(Unit.objects.select_related("manager").order_by("code"))
    lines = [{"uid": unit.uid, "parent": unit.parent_id, "unit": unit} for unit in rows]
    return [(line["unit"], depth) for line, depth in with_depths(lines)]


@policy(ADMINISTRATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units, and the form that adds one."""
    typed = {name: request.POST.get(name, "").strip() for name in UNIT}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        errors = _add_unit(request, typed)
        if not errors:
            messages.success(request, _("The unit “%(name)s” was added.") % {"name": typed["name"]})
            return HttpResponseRedirect(reverse("units"))
    typed["sort"] = typed["sort"] or Unit.Sort.DEPARTMENT
    told = {"tree": unit_tree(), "sorts": Unit.Sort.choices, "zones": ZONES, "typed": typed, "errors": errors}
    return render(request, "web/organization/units.html", told, status=422 if errors else 200)


def _add_unit(request: HttpRequest, typed: dict[str, str]) -> dict[str, list[str]]:
    parent = Unit.objects.filter(uid=uid_in(typed["parent"])).first()
    zone = typed["timezone"] or (parent.timezone if parent else "UTC")
    errors = _missing(typed, ("name", "code"))
    if zone not in ZONES:
        errors["timezone"] = [_("“%(found)s” is not a time zone, such as Europe/Vienna.") % {"found": zone}]
    if parent is None:
        errors["parent"] = [_("This is needed.")]
    if errors:
        return errors
    unit = Unit(
        name=typed["name"], code=typed["code"], sort=typed["sort"] or "department", parent=parent, timezone=zone
    )
    try:
        doors.add_units([unit], by=request.actor)
    except ValidationError as refused:
        return messages_of(refused)
    return {}

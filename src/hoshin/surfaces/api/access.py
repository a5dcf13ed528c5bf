"""Finding what an address names, among what the person may see."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person
from hoshin.kernel.organization.names import normalised
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record

from .answers import invalid, missing


def kind_at(address: str) -> KindSpec:
    """The kind of an address; its name with low lines is taken as well."""
    return registry.by_slug(address.replace("_", "-"))


def by_key(key: str) -> dict[str, Any]:
    """A record's key in an address: its uid, or its number."""
    try:
        return {"uid": UUID(key)}
    except ValueError:
        return {"number": key}


def row_at(request: HttpRequest, kind: str, key: str) -> Any:
    """The record an address names, as a row of its kind."""
    row = kind_at(kind).rows().filter(visible(request.standing), **by_key(key)).first()
    if row is None:
        raise missing()
    return row


def record_named(key: str, standing: Standing, field: str) -> Record:
    """A record somebody names in a body, by uid or number."""
    found = Record.objects.filter(visible(standing), **by_key(key)).first()
    if found is None:
        raise invalid(field, _("There is no such record that you may see: %(key)s.") % {"key": key[:60]})
    return found


def person_named(key: str, field: str) -> Person:
    """A person somebody names in a body, by uid or user name."""
    named = by_key(key)
    wanted = {"uid": named["uid"]} if "uid" in named else {"username": normalised(key)}
    found = Person.objects.filter(active=True, **wanted).first()
    if found is None:
        raise invalid(field, _("There is nobody with an open account called %(key)s.") % {"key": key[:60]})
    return found

"""Addresses of records: the kind's slug and the record's number."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import register_converter, reverse

from hoshin.kernel.access.visibility import may_see, visible
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record


class KindConverter:
    """A kind in an address, by its slug; an unknown one is no address at all."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, slug: str) -> KindSpec:
        try:
            return registry.by_slug(slug)
        except registry.UnknownKind:
            raise ValueError(slug)

    def to_url(self, kind: KindSpec | str) -> str:
        return kind if isinstance(kind, str) else kind.slug


register_converter(KindConverter, "kind")


def url_of(record: Any) -> str:
    """The page of a record."""
    return f"/{record.kind.replace('_', '-')}/{record.number}/"


def list_url(spec: KindSpec) -> str:
    return reverse("records", args=[spec])


def record_or_404(request: HttpRequest, kind: KindSpec, number: str) -> Any:
    """The record of an address, as a row of its kind. What one may not see is not there."""
    row = kind.rows().select_related("owner", "author", "unit").filter(kind=kind.name, number=number).first()
    if row is None or not may_see(request.standing, row):
        raise Http404
    return row


def visible_records(request: HttpRequest) -> QuerySet:
    """All records this person may see, of every kind."""
    return Record.objects.filter(visible(request.standing))

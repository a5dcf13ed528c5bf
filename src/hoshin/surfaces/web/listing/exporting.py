"""A list as a file: the same filters, the same rights, streamed, with an entry that tells who took it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records.expression_tree import Condition, Context
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.exchange.export import export
from hoshin.surfaces.web.pages import list_link

from .filters import read_filters
from .views import refused_filters


@dataclass(frozen=True)
class Asked(Condition):
    """The filters of an address as the condition of an export."""

    filters: Q = field(compare=False)
    words: str

    def holds(self, row: Any, context: Context) -> bool:
        return type(row).objects.filter(self.filters, pk=row.pk).exists()

    def q(self, context: Context) -> Q:
        return self.filters

    def fields(self) -> Iterator[FieldSpec]:
        return iter(())

    def __str__(self) -> str:
        return self.words


@policy(SIGNED_IN)
@require_GET
def export_list(request: HttpRequest, kind: KindSpec, format: str) -> HttpResponse:
    """The records that the list with the same filters shows, all pages of them."""
    filters = read_filters(request, kind)
    if filters.problems:
        return refused_filters(request, kind, filters)
    asked = Asked(filters.q, ", ".join(chip.words for chip in filters.chips))
    made = export(kind, format, by=request.actor, condition=asked, labels=True)
    answer = StreamingHttpResponse(made.pieces, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


list_link(_("Excel"), "export-xlsx", "sheet")
list_link(_("CSV"), "export-csv", "download")

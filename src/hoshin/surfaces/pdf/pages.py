"""Any record as a PDF, at one address for every kind."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records.kinds import KindSpec
from hoshin.surfaces.web.addresses import record_or_404
from hoshin.surfaces.web.pages import record_link

from .answers import pdf_answer
from .document import record_pdf


@policy(SIGNED_IN)
@require_GET
def record_as_pdf(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """One record with its lines, signatures, files and history."""
    row = record_or_404(request, kind, number)
    return pdf_answer(record_pdf(row, request.standing), row.number)


record_link(_("PDF"), "record-pdf", "file-text")

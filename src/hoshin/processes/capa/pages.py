"""The CAPA's own panels: its analysis drawn, its effectiveness, and the 8D report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.methods.root_cause.drawing import causes_drawing, whys_drawing
from hoshin.surfaces.pdf.answers import pdf_answer
from hoshin.surfaces.web.addresses import record_or_404

from .reports import eight_d
from .rules import checks_of


@policy(SIGNED_IN)
@require_GET
def eight_d_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The 8D report of a CAPA."""
    row = record_or_404(request, registry.get("capa"), number)
    return pdf_answer(eight_d(row, request.standing), f"8D-{row.number}")


def analysis_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The trees as drawings, and the way to the report."""
    return {
        "whys": whys_drawing(row.title, row.whys, _("Five whys")),
        "causes": causes_drawing(row.title, row.causes, _("Cause and effect")),
        "checks": [(check, check.spec.workflow.state(check.state)) for check in checks_of(row).order_by("-id")],
    }


ANALYSIS = registry.put_panel(
    "capa", Panel("analysis", gettext_lazy("Analysis and proof"), "capa/analysis.html", analysis_panel, first=True)
)

"""What the process puts on the pages of analyses and characteristics, and into the navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import Panel
from hoshin.surfaces.web import pages

from .assistants import ASSISTANTS
from .saving import again, agrees

pages.navigation(_("Improve"), _("Assistants"), "analysis-assistants", "wand-sparkles", order=155)


def analysis_panel(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The answer as it is computed from what was kept, and whether it is still the same."""
    if not row.computed:
        return None
    answer = again(row)
    told = ASSISTANTS.get(row.assistant)
    return {"answer": answer, "agrees": agrees(row, answer), "assistant": told, "saved": True}


def characteristic_panel(row: Any, request: HttpRequest) -> dict[str, Any]:
    """From a characteristic to the assistants that take its data."""
    return {"assistants": [ASSISTANTS[name] for name in ("capability", "compare", "chart")]}


registry.put_panel(
    "analysis", Panel("answer", _("What the data say"), "analysis/saved.html", analysis_panel, first=True)
)
registry.put_panel(
    "characteristic", Panel("assistants", _("Ask these data"), "analysis/links.html", characteristic_panel)
)

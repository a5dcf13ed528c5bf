"""The first page: what waits for a person, ordered by consequence, and what processes have to say there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import PUBLIC, SIGNED_IN, policy
from hoshin.kernel.organization.roles import ROLES
from hoshin.kernel.records import work
from hoshin.kernel.records.record import Priority
from hoshin.kernel.records.work import Item
from hoshin.kernel.trail.models import Head

from . import pages
from .addresses import url_of
from .pages import Figure
from .shown import due_words, pressing

MOST = 50
FILTERS = {
    "": gettext_lazy("My work"),
    "late": gettext_lazy("Late"),
    "critical": gettext_lazy("Critical"),
    "signature": gettext_lazy("Signatures"),
    "task": gettext_lazy("Tasks"),
    "record": gettext_lazy("My records"),
}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, as the page shows it."""

    item: Item
    url: str
    words: str
    mood: str
    priority: int
    why: str


def kept_by(items: Iterable[Item], name: str) -> list[Item]:
    """The items that one of the figures counts."""
    if name == "late":
        return [item for item in items if item.is_late]
    if name == "critical":
        return [item for item in items if item.record.priority >= Priority.CRITICAL]
    return [item for item in items if not name or item.what == name]


@policy(SIGNED_IN)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """My work."""
    items = work.my_work(request.standing)
    only = request.GET.get("only", "")
    only = only if only in FILTERS else ""
    kept = kept_by(items, only)
    panels = home_panels(request)
    told = {
        "figures": [*_figures(items), *pages.all_figures(request)], "waiting": [waiting(item) for item in kept[:MOST]],
        "count": len(kept), "all": len(items), "more": max(0, len(kept) - MOST), "only": only, "title": FILTERS[only],
        "actions": pages.quick_actions() if request.standing.is_inside else [],
        "greeting": _greeting(request), "today": timezone.localdate(), "zone": timezone.get_current_timezone_name(),
        "roles": [ROLES[role].label for role in request.standing.roles if role in ROLES],
        "panels": [p for p in panels if not p["panel"].aside], "asides": [p for p in panels if p["panel"].aside],
    }  # fmt: skip
    return render(request, "web/home.html", told)


def _greeting(request: HttpRequest) -> str:
    hour = timezone.localtime().hour
    words = (
        _("Good morning, %(name)s")
        if hour < 12
        else _("Good afternoon, %(name)s")
        if hour < 18
        else _("Good evening, %(name)s")
    )
    return words % {"name": request.person.name.split()[0]}


def _figures(items: list[Item]) -> list[Figure]:
    late, critical = kept_by(items, "late"), kept_by(items, "critical")
    sign = kept_by(items, "signature")
    return [
        Figure(len(late), _("late"), "/?only=late", _oldest(late), "alarm" if late else "well"),
        Figure(len(critical), _("critical"), "/?only=critical", _("of highest priority"), "alarm" if critical else ""),
        Figure(len(sign), _("to sign"), "/?only=signature", _("others wait for you"), "watch" if sign else ""),
        Figure(len(items), _("in my work"), "/", _("tasks, signatures, records of yours")),
    ]


def _oldest(items: list[Item]) -> str:
    dues = [item.due_on for item in items if item.due_on]
    if not dues:
        return _("nothing is late")
    days = max(1, (timezone.localdate() - min(dues)).days)
    return ngettext("the oldest by %(n)s day", "the oldest by %(n)s days", days) % {"n": days}


def waiting(item: Item) -> Waiting:
    words, mood = due_words(item.due_on, item.due_at)
    url = url_of(item.record)
    if item.what == "signature":
        url = f"{url}sign/{item.step}"
    elif item.task is not None:
        url = f"{url}tasks/{item.task.uid}"
    priority = max(1, pressing(item.record, True))
    return Waiting(item, url, words, mood, 1 if item.is_late else priority, _why(item))


def _why(item: Item) -> str:
    label = str(item.record.spec.label)
    state = item.record.spec.workflow.state(item.record.state).label
    if item.what == "task":
        return _("%(purpose)s of %(title)s") % {"purpose": item.task.get_purpose_display(), "title": item.record.title}
    if item.what == "signature":
        return _("Your signature is asked for: %(title)s") % {"title": item.record.title}
    return f"{label}, {state}"


def home_panels(request: HttpRequest) -> list[dict[str, Any]]:
    made = []
    for panel in pages.home_panels():
        context = panel.context(request) if panel.policy.allows(request.standing) else None
        if context is not None:
            made.append(
                {"panel": panel, "html": render_to_string(panel.template, {"panel": panel, **context}, request)}
            )
    return made


@policy(PUBLIC)
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Whether the house answers and reads its ledger."""
    return JsonResponse({"status": "ok", "entries": Head.objects.values_list("size", flat=True).get()})

"""The page of a record: content, steps, tasks, links, files, comments, signatures, history."""

from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records import history
from hoshin.kernel.records.attachments import Attachment
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.kinds import KindSpec, Panel
from hoshin.kernel.records.links import links_of, relations
from hoshin.kernel.records.steps import may_edit, steps_for
from hoshin.kernel.records.tasks import OPEN, Task
from hoshin.kernel.trail.models import Entry
from hoshin.surfaces.web import pages
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of
from hoshin.surfaces.web.names import Names, wanted_by
from hoshin.surfaces.web.origin import offers
from hoshin.surfaces.web.past import past_row
from hoshin.surfaces.web.shown import seen_by, told_to

from .content import facts_of, frame_of, parts_of
from .signing import rounds_of, signatures_of
from .way import diagram_of

RECENT = 8
WHOLE = 200


@policy(SIGNED_IN)
@require_GET
def detail(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """A record, as it is now or as it was on the day ``as_of``."""
    row = record_or_404(request, kind, number)
    if request.GET.get("as_of"):
        return _as_of(request, row, request.GET["as_of"])
    standing = request.standing
    fields = seen_by(standing, kind.all_fields, row)
    names = Names(standing, wanted_by(fields, [row]))
    rounds = rounds_of(row, standing)
    running = {running.transition.name for running in rounds}
    steps = [step for step in steps_for(row, standing) if step.name not in running]
    tasks = list(Task.objects.filter(record=row.uid).select_related("assignee").order_by("state", "due_at", "id"))
    told = {
        **_head(row), "may_edit": may_edit(row, standing), "may_void": _may_void(row, standing),
        "leading": next((step.name for step in steps if step.ready and not step.transition.reason_needed), ""),
        "ready": [step for step in steps if step.ready], "not_yet": [step for step in steps if not step.ready],
        "facts": facts_of(kind, fields, row, names), "frame": frame_of(kind, row, names),
        "parts": parts_of(fields, row, names), "diagram": diagram_of(row),
        "panels_first": panels_of(row, request, first=True), "panels_last": panels_of(row, request, first=False),
        "tasks": tasks, "open_tasks": sum(task.state == OPEN for task in tasks), "handles": _handles(row, standing),
        "links": links_of(row, standing), "relations": relations(),
        "files": list(Attachment.objects.filter(record=row.uid, removed=False).order_by("id")),
        "comments": list(Comment.objects.filter(record=row.uid).select_related("author")),
        "signatures": signatures_of(row),
        "to_sign": next((r.transition for r in rounds for place in r.places if place.mine), None), "rounds": rounds,
        "events": marked(told_to(standing, row, history.events_of(row, limit=RECENT, standing=standing))),
        "entries": entries_of(row).count(),
        "record_links": _record_links(row), "offers": offers(row, standing), "purposes": Task.Purpose.choices,
    }  # fmt: skip
    return render(request, "web/record/detail.html", told)


def _head(row: Any) -> dict[str, Any]:
    spec = row.spec
    state = spec.workflow.state(row.state)
    return {"kind": spec, "row": row, "state": state, "url": url_of(row), "list_url": list_url(spec)}


def _may_void(row: Any, standing: Any) -> bool:
    return row.spec.workflow.state(row.state).is_open and row.spec.void_by.allows(standing, row)


def _handles(row: Any, standing: Any) -> bool:
    """Whether one may handle every task of the record, not only one's own."""
    return standing.uid == row.owner_id or standing.holds("quality manager", row.unit_id)


def panels_of(row: Any, request: HttpRequest, *, first: bool) -> list[tuple[Panel, SafeString]]:
    """The panels that processes put on this kind's page; one whose context is None stays away."""
    made = []
    for panel in row.spec.panels:
        if panel.first == first:
            context = panel.context(row, request)
            if context is not None:
                told = {"row": row, "kind": row.spec, "panel": panel, "url": url_of(row), **context}
                made.append((panel, render_to_string(panel.template, told, request)))
    return made


def _record_links(row: Any) -> list[dict[str, Any]]:
    found = []
    for link in pages.record_links():
        try:
            url = reverse(link.url_name, args=[row.spec, row.number])
        except NoReverseMatch:
            continue
        found.append({"label": link.label, "icon": link.icon, "url": url})
    return found


def entries_of(row: Any) -> Any:
    return Entry.objects.filter(record_uid=row.uid)


def marked(events: list[history.Event]) -> list[tuple[history.Event, str]]:
    """Each event with the mark it has in the timeline."""
    return [(event, _mark(event)) for event in events]


def _mark(event: history.Event) -> str:
    if event.action.startswith(("signature.", "seat.")):
        return "signed"
    if event.action.startswith(("task.", "comment.", "link.", "participant.", "round.")) or event.differences:
        return ""
    return "" if event.action.endswith((".edited", ".attached", ".detached")) else "step"


@policy(SIGNED_IN)
@require_GET
def whole_history(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """The whole history, a page of entries at a time."""
    row = record_or_404(request, kind, number)
    before = request.GET.get("before", "")
    first = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    events = history.events_of(row, limit=WHOLE, before=first, standing=request.standing)
    told = {
        **_head(row), "events": marked(told_to(request.standing, row, events)), "entries": entries_of(row).count(),
        "earlier": events[-1].seq if len(events) == WHOLE else None, "whole": True,
    }  # fmt: skip
    return render(request, "web/record/history.html", told)


def moment_of(text: str) -> datetime | None:
    """A day means its end; a time means itself."""
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.max) if day is not None else parse_datetime(text)
        if moment is None:
            return None
        return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_of(request: HttpRequest, row: Any, text: str) -> HttpResponse:
    moment = moment_of(text)
    if moment is None:
        told = {**_head(row), "asked": text, "bad_date": True}
        return render(request, "web/record/as_of.html", told, status=422)
    state = history.state_as_of(row.uid, moment)
    if state is None:
        return render(request, "web/record/as_of.html", {**_head(row), "moment": moment, "asked": text}, status=404)
    spec = row.spec
    past = past_row(spec, state)
    fields = seen_by(request.standing, spec.all_fields, row)
    names = Names(request.standing, wanted_by(fields, [past]))
    told = {
        **_head(row), "past": past, "moment": moment, "asked": text, "facts": facts_of(spec, fields, past, names),
        "frame": frame_of(spec, past, names), "parts": parts_of(fields, past, names),
        "state": spec.workflow.state(past.state), "files": _files_then(row, state),
    }  # fmt: skip
    return render(request, "web/record/as_of.html", told)


def _files_then(row: Any, state: dict) -> list[dict]:
    return [file for file in state.get("files", []) if not file.get("removed")]

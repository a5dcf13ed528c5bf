"""Tasks of a record: given, finished with evidence, moved, cancelled — each with its reason."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.organization.models import Person
from hoshin.kernel.records import tasks
from hoshin.kernel.records.errors import DoorRefused, Invalid
from hoshin.kernel.records.field_types import DAY, PERSON, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.tasks import OPEN, Task
from hoshin.kernel.trail.models import new_uid
from hoshin.surfaces.web.addresses import list_url, record_or_404, url_of
from hoshin.surfaces.web.forms.references import find, uid_in
from hoshin.surfaces.web.names import person_text

ASSIGNEE = FieldSpec("assignee", PERSON, gettext_lazy("Who"))
DUE_ON = FieldSpec("due_on", DAY, gettext_lazy("Due"))


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, kind: KindSpec, number: str) -> HttpResponse:
    """The page that gives somebody a task of the record."""
    row = record_or_404(request, kind, number)
    typed = {name: request.POST.get(name, "").strip() for name in ("title", "assignee", "due_on", "purpose", "uid")}
    if request.method != "POST":
        typed |= {"assignee": person_text(request.person), "purpose": Task.Purpose.TASK, "uid": str(new_uid())}
        return _give_page(request, row, typed, {})
    errors = _give(request, row, typed)
    if errors:
        return _give_page(request, row, typed, errors, status=422)
    messages.success(request, _("The task was given to %(who)s.") % {"who": typed["assignee"]})
    return HttpResponseRedirect(f"{url_of(row)}#tasks")


def _give(request: HttpRequest, row: Any, typed: dict[str, str]) -> dict[str, str]:
    """Give the task; answers with what is wrong, by field."""
    found = find([(ASSIGNEE, typed["assignee"])], request.standing)
    errors: dict[str, str] = {}
    for said in found.problems.values():
        errors["assignee"] = said
    if not typed["assignee"]:
        errors["assignee"] = _("This is needed.")
    due_on = _day(typed["due_on"], errors)
    if not typed["title"]:
        errors["title"] = _("A title of 1 to 300 characters is needed.")
    if errors:
        return errors
    who = Person.objects.get(uid=found.uids[PERSON.name, typed["assignee"]])
    try:
        tasks.assign(
            row,
            typed["title"],
            who,
            by=request.actor,
            due_on=due_on,
            purpose=typed["purpose"],
            uid=uid_in(typed["uid"]),
        )
    except Invalid as refused:
        return {problem.field: problem.message for problem in refused.problems}
    except DoorRefused as refused:
        return {"title": str(refused)}
    return {}


def _day(text: str, errors: dict[str, str]) -> date | None:
    try:
        return DAY.parse(text, DUE_ON)
    except BadValue as bad:
        errors["due_on"] = str(bad)
        return None


def _give_page(request: HttpRequest, row: Any, typed: dict, errors: dict, status: int = 200) -> HttpResponse:
    told = {
        "kind": row.spec, "row": row, "url": url_of(row), "list_url": list_url(row.spec), "typed": typed, "errors": errors,
        "purposes": Task.Purpose.choices,
    }  # fmt: skip
    return render(request, "web/record/task_new.html", told, status=status)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, kind: KindSpec, number: str, uid: str) -> HttpResponse:
    """The page of one task: what it asks, and what its owner may do with it."""
    row = record_or_404(request, kind, number)
    found = Task.objects.filter(uid=uid, record=row.uid).select_related("assignee", "done_by", "record").first()
    if found is None:
        raise Http404
    errors: dict[str, str] = {}
    asked = request.POST.get("do", "")
    if request.method == "POST":
        errors = _handle(request, found, asked)
        if not errors:
            return HttpResponseRedirect(f"{url_of(row)}#tasks")
    told = {
        "kind": kind, "row": row, "url": url_of(row), "list_url": list_url(kind), "task": found, "errors": errors, "asked": asked,
        "evidence": request.POST.get("evidence", ""), "reason": request.POST.get("reason", ""),
        "due_on": request.POST.get("due_on", ""), "may_handle": found.state == OPEN and may_handle(request, found),
    }  # fmt: skip
    return render(request, "web/record/task.html", told, status=422 if errors else 200)


def may_handle(request: HttpRequest, found: Task) -> bool:
    standing = request.standing
    return standing.uid in (found.assignee_id, found.record.owner_id) or standing.holds(
        "quality manager", found.record.unit_id
    )


def _handle(request: HttpRequest, found: Task, asked: str) -> dict[str, str]:
    """Do one thing with the task; answers with what is wrong, by field."""
    reason, errors = request.POST.get("reason", ""), {}
    try:
        if asked == "finish":
            tasks.finish(found, by=request.actor, evidence=request.POST.get("evidence", ""))
            messages.success(request, _("The task “%(title)s” is done.") % {"title": found.title})
        elif asked == "move":
            day = _day(request.POST.get("due_on", ""), errors)
            if day is None:
                return errors or {"due_on": _("This is needed.")}
            tasks.move(found, day, by=request.actor, reason=reason)
            messages.success(request, _("The due day was moved."))
        elif asked == "cancel":
            tasks.cancel(found, by=request.actor, reason=reason)
            messages.success(request, _("The task “%(title)s” was cancelled.") % {"title": found.title})
        else:
            return {"do": _("“%(found)s” cannot be done with a task; finish, move and cancel can.") % {"found": asked}}
    except Invalid as refused:
        return {problem.field: problem.message for problem in refused.problems}
    except DoorRefused as refused:
        return {"reason": str(refused)}
    return {}

"""The addresses of tasks: those of a record, one's own, and what is done with one; and My work."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records import tasks, work
from hoshin.kernel.records.field_types import DAY, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.tasks import Task

from .access import person_named, row_at
from .answers import Refused, answer, invalid, malformed, missing
from .bodies import Body, body_of
from .documents import brief_json
from .lists import limit_of
from .resource import resource

DUE = FieldSpec("due_on", DAY, "due")
STATES = (tasks.OPEN, tasks.DONE, tasks.CANCELLED)


def task_json(task: Task) -> dict[str, Any]:
    return {
        "uid": str(task.uid),
        "record": str(task.record_id),
        "title": task.title,
        "purpose": str(task.purpose),
        "assignee": str(task.assignee_id),
        "due_on": DAY.json(task.due_on),
        "state": task.state,
        "late": task.is_late,
        "evidence": task.evidence or None,
        "done_by": str(task.done_by_id) if task.done_by_id else None,
        "escalation": task.escalation,
        "moved": task.moved,
    }


def tasks_of_record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    return answer({"items": [task_json(task) for task in Task.objects.filter(record=row.uid)]})


def assign_task(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = row_at(request, kind, key)
    body = body_of(request, "uid", "title", "assignee", "due_on", "purpose")
    uid = body.uid("uid")
    task = tasks.assign(
        row, body.text("title"), person_named(body.text("assignee"), "assignee"), by=request.actor, due_on=_day(body),
        purpose=body.text("purpose", Task.Purpose.TASK), uid=uid,
    )  # fmt: skip
    if task.record_id != row.uid:
        raise Refused(409, "uid_taken", _("The uid belongs to another task."))
    return answer(task_json(task), 201)


def _day(body: Body, *, needed: bool = False) -> date | None:
    try:
        day = DAY.parse(body.text("due_on") or None, DUE)
    except BadValue as bad:
        raise invalid("due_on", str(bad))
    if day is None and needed:
        raise invalid("due_on", _("This is needed."))
    return day


def list_tasks(request: HttpRequest) -> HttpResponse:
    """One's own tasks; ``?assignee=`` somebody else's, of records one may see."""
    asked = request.GET
    state = asked.get("state", tasks.OPEN)
    if state not in STATES:
        raise malformed(_("“state” is one of: %(states)s.") % {"states": ", ".join(STATES)})
    person = person_named(asked["assignee"], "assignee") if asked.get("assignee") else request.person
    seen = Record.objects.filter(visible(request.standing)).values("uid")
    found = Task.objects.filter(assignee=person, state=state, record__in=seen).select_related("record")
    items = [{**task_json(task), "of": brief_json(task.record)} for task in found[: limit_of(asked)]]
    return answer({"items": items})


def _task_at(request: HttpRequest, uid: UUID) -> Task:
    seen = Record.objects.filter(visible(request.standing)).values("uid")
    task = Task.objects.filter(uid=uid, record__in=seen).select_related("record").first()
    if task is None:
        raise missing()
    return task


def read_task(request: HttpRequest, uid: UUID) -> HttpResponse:
    return answer(task_json(_task_at(request, uid)))


def finish_task(request: HttpRequest, uid: UUID) -> HttpResponse:
    task = _task_at(request, uid)
    return answer(
        task_json(tasks.finish(task, by=request.actor, evidence=body_of(request, "evidence").text("evidence")))
    )


def move_task(request: HttpRequest, uid: UUID) -> HttpResponse:
    task, body = _task_at(request, uid), body_of(request, "due_on", "reason")
    return answer(task_json(tasks.move(task, _day(body, needed=True), by=request.actor, reason=body.text("reason"))))


def cancel_task(request: HttpRequest, uid: UUID) -> HttpResponse:
    task = _task_at(request, uid)
    return answer(task_json(tasks.cancel(task, by=request.actor, reason=body_of(request, "reason").text("reason"))))


def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the most consequential first, with the parts of the sum."""
    return answer({"items": [_work_json(item) for item in work.my_work(request.standing)]})


def _work_json(item: work.Item) -> dict[str, Any]:
    parts = {name: getattr(item, name) for name in ("severity", "lateness", "waiting", "blocking")}
    return {
        "what": item.what,
        "title": item.title,
        "record": brief_json(item.record),
        "task": str(item.task.uid) if item.task else None,
        "step": item.step or None,
        "due_on": DAY.json(item.due_on),
        "late": item.is_late,
        "consequence": item.consequence,
        **parts,
    }


of_record = resource(get=tasks_of_record, post=assign_task)
mine = resource(get=list_tasks)
task = resource(get=read_task)
finish = resource(post=finish_task)
move = resource(post=move_task)
cancel = resource(post=cancel_task)
work_list = resource(get=my_work)

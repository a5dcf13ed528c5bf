"""Tasks: what somebody has to do for a record, by when, and the evidence that it was done."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.access.models import Participant
from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import Regulated
from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import unit_of_work

from . import due
from .errors import Invalid, NotAllowed, NotYet, Problem
from .record import Record

OPEN, DONE, CANCELLED = "open", "done", "cancelled"


class Task(Regulated):
    """Something one person owes a record by a day: an action, an approval, a check."""

    class Purpose(models.TextChoices):
        TASK = "task", gettext_lazy("Task")
        CONTAINMENT = "containment", gettext_lazy("Containment")
        CORRECTIVE = "corrective", gettext_lazy("Corrective action")
        PREVENTIVE = "preventive", gettext_lazy("Preventive action")
        VERIFICATION = "verification", gettext_lazy("Verification")

    subject = "task"
    state_fields = {
        "record": False, "title": True, "purpose": False, "assignee": False, "due_on": False, "state": False, "evidence": True,
        "done_at": False, "done_by": False, "escalation": False, "moved": False,
    }  # fmt: skip

    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="tasks")
    title = models.CharField(gettext_lazy("title"), max_length=300)
    purpose = models.CharField(gettext_lazy("purpose"), max_length=20, choices=Purpose, default=Purpose.TASK)
    assignee = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="tasks")
    due_on = models.DateField(gettext_lazy("due"), null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default=OPEN)
    evidence = models.TextField(gettext_lazy("evidence"), blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    # How far up the lateness has been told: 0 nobody, 1 the manager, 2 the quality manager, 3 the executives.
    escalation = models.PositiveSmallIntegerField(default=0)
    # How often the due day was put off.
    moved = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["assignee", "state", "due_at"], name="task_mine"),
            models.Index(fields=["state", "due_at", "escalation"], name="task_late"),
        ]

    def __str__(self) -> str:
        return self.title

    def record_uid_of_entry(self) -> UUID:
        return self.record_id

    @property
    def is_late(self) -> bool:
        return self.state == OPEN and self.due_at is not None and self.due_at <= clock.now()


def assign(
    record: Any, title: str, assignee: Person, *, by: Actor, due_on: date | None = None,
    purpose: str = Task.Purpose.TASK, uid: UUID | None = None,
) -> Task:  # fmt: skip
    """Give somebody a task of a record; they see the record from then on."""
    title = " ".join(title.split())
    if not title or len(title) > 300:
        raise Invalid([Problem("title", _("A title of 1 to 300 characters is needed."))])
    if purpose not in Task.Purpose.values:
        raise Invalid(
            [
                Problem(
                    "purpose",
                    _("“%(found)s” is not one of: %(known)s.")
                    % {"found": purpose, "known": ", ".join(Task.Purpose.values)},
                )
            ]
        )
    if not assignee.active:
        raise Invalid([Problem("assignee", _("%(name)s has no open account.") % {"name": assignee.name})])
    if uid is not None and (there := Task.objects.filter(uid=uid).first()):
        return there
    with unit_of_work() as work:
        _check_open(record, by)
        task = Task(record_id=record.uid, title=title, assignee=assignee, due_on=due_on, purpose=purpose)
        if uid is not None:
            task.uid = uid
        task.due_at = due.end_of(due_on, record.unit_id, due.zones([record.unit_id]))
        work.add([task], "task.assigned", by=by)
        take_part(record, [assignee], "assignee", by=by, work=work)
    return task


def _check_open(record: Any, by: Actor) -> None:
    if not may_see(standing_of(by), record):
        raise NotAllowed(_("Tasks are given by those who see the record."))
    if not record.spec.workflow.state(record.state).is_open:
        raise NotYet([_("%(number)s is closed; it takes no more tasks.") % {"number": record.number}])


def take_part(record: Any, people: Sequence[Person], why: str, *, by: Actor, work: Work) -> None:
    """Let people take part in a record; who does already is left."""
    there = set(
        Participant.objects.valid()
        .filter(record_uid=record.uid, why=why, person__in=people)
        .values_list("person", flat=True)
    )
    at = clock.now()
    made = [Participant(record_uid=record.uid, person=p, why=why, since=at) for p in people if p.uid not in there]
    work.add(made, "participant.added", by=by)


def _may_handle(task: Task, by: Actor) -> bool:
    standing = standing_of(by)
    return (
        standing.system
        or standing.uid in (task.assignee_id, task.record.owner_id)
        or standing.holds("quality manager", task.record.unit_id)
    )


def finish(task: Task, *, by: Actor, evidence: str) -> Task:
    """Report a task done, with evidence: what was done and how one can see it."""
    if not _may_handle(task, by):
        raise NotAllowed(_("The task is finished by its assignee, the record's owner or the quality manager."))
    if not evidence.strip():
        raise Invalid([Problem("evidence", _("Evidence is needed: what was done, and where it can be seen."))])
    with unit_of_work() as work:
        task = Task.objects.select_for_update().select_related("record").get(pk=task.pk)
        if task.state != OPEN:
            raise NotYet([_("The task is %(state)s already.") % {"state": task.state}])
        task.state, task.evidence = DONE, evidence.strip()
        task.done_at, task.done_by = clock.now(), by.person
        work.change([task], ["state", "evidence", "done_at", "done_by"], "task.done", by=by)
    return task


def cancel(task: Task, *, by: Actor, reason: str) -> Task:
    """Take a task back, with a reason."""
    if not _may_handle(task, by):
        raise NotAllowed(_("The task is cancelled by its assignee, the record's owner or the quality manager."))
    if not reason.strip():
        raise NotYet([_("A reason is needed.")])
    with unit_of_work() as work:
        task.state = CANCELLED
        work.change([task], ["state"], "task.cancelled", by=by, reason=reason)
    return task


def move(task: Task, due_on: date, *, by: Actor, reason: str) -> Task:
    """Put a due day off. It is counted, and shown beside the task."""
    if not _may_handle(task, by):
        raise NotAllowed(_("The day is moved by the assignee, the record's owner or the quality manager."))
    if not reason.strip():
        raise NotYet([_("A reason is needed to move a due day.")])
    with unit_of_work() as work:
        task.due_on, task.moved = due_on, task.moved + 1
        task.due_at = due.end_of(due_on, task.record.unit_id, due.zones([task.record.unit_id]))
        task.escalation = 0
        work.change([task], ["due_on", "due_at", "moved", "escalation"], "task.moved", by=by, reason=reason)
    return task

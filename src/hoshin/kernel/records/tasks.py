"""Tasks: what somebody has to do for a record, by when, and the evidence that it was done."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.access.models import Participant
from hoshin.kernel.access.rights import owner, role
from hoshin.kernel.access.standing import Standing, standing_of
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
from .texts import read_reason, read_text

OPEN, DONE, CANCELLED = "open", "done", "cancelled"
ASSIGNEE, CONTRIBUTOR = "assignee", "contributor"
LONGEST = 20_000
OWNER, QUALITY_MANAGER = owner(), role("quality manager")


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
        "due_at": False, "done_at": False, "done_by": False, "escalation": False, "moved": False,
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
    title = read_text("title", title, most=300)
    if purpose not in Task.Purpose.values:
        known = ", ".join(Task.Purpose.values)
        raise Invalid(
            [Problem("purpose", _("“%(found)s” is not one of: %(known)s.") % {"found": purpose, "known": known})]
        )
    if not assignee.active:
        raise Invalid([Problem("assignee", _("%(name)s has no open account.") % {"name": assignee.name})])
    with unit_of_work() as work:
        record = Record.objects.select_for_update().get(uid=record.uid)
        _check_may_assign(record, assignee, by)
        if uid is not None and (there := Task.objects.filter(uid=uid).first()):
            if there.record_id != record.uid:
                raise Invalid([Problem("uid", _("The uid belongs to another task already."))])
            return there
        _check_open(record)
        task = Task(record_id=record.uid, title=title, assignee=assignee, due_on=due_on, purpose=purpose)
        if uid is not None:
            task.uid = uid
        task.due_at = due.end_of(due_on, record.unit_id, due.zones([record.unit_id]))
        work.add([task], "task.assigned", by=by)
        take_part(record, [assignee], ASSIGNEE, by=by, work=work)
    return task


def _check_may_assign(record: Record, assignee: Person, by: Actor) -> None:
    standing = standing_of(by)
    if not may_see(standing, record):
        raise NotAllowed(_("Tasks are given by those who see the record."))
    # A task opens the record to its assignee, and letting people in is not everybody's.
    lets_in = not may_see(Standing(assignee), record)
    if lets_in and not record.spec.edit_by.allows(standing, record):
        raise NotAllowed(
            _("%(name)s does not see %(number)s; they are let in by: %(who)s.")
            % {"name": assignee.name, "number": record.number, "who": record.spec.edit_by.words}
        )


def _check_open(record: Record) -> None:
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


def _end_part(task: Task, *, by: Actor, work: Work) -> None:
    """With their last open task an assignee's rights to act end; they go on seeing what they worked on."""
    person = task.assignee
    if Task.objects.filter(record=task.record_id, assignee=person, state=OPEN).exists():
        return
    ended = list(Participant.objects.valid().filter(record_uid=task.record_id, person=person, why=ASSIGNEE))
    take_part(task.record, [person] if ended else [], CONTRIBUTOR, by=by, work=work)
    for part in ended:
        part.until = clock.now()
    work.change(ended, ["until"], "participant.ended", by=by)


def _open_task(task: Task, by: Actor, refusal: str, work: Work) -> Task:
    """The task, locked and read again, if this actor may handle it and it is still to be done."""
    task = work.fresh(task)
    standing = standing_of(by)
    handles = standing.is_one_of(task.assignee_id) or QUALITY_MANAGER.allows(standing, task.record)
    if not (handles or OWNER.allows(standing, task.record)):
        raise NotAllowed(refusal)
    if task.state != OPEN:
        raise NotYet([_("The task is %(state)s already.") % {"state": task.state}])
    return task


def finish(task: Task, *, by: Actor, evidence: str) -> Task:
    """Report a task done, with evidence: what was done and how one can see it."""
    with unit_of_work() as work:
        task = _open_task(
            task, by, _("The task is finished by its assignee, the record's owner or the quality manager."), work
        )
        evidence = read_text("evidence", evidence, most=LONGEST, least=0, lines=True)
        if not evidence:
            raise Invalid([Problem("evidence", _("Evidence is needed: what was done, and where it can be seen."))])
        task.state, task.evidence = DONE, evidence
        task.done_at, task.done_by = clock.now(), by.person
        work.change([task], ["state", "evidence", "done_at", "done_by"], "task.done", by=by)
        _end_part(task, by=by, work=work)
    return task


def cancel(task: Task, *, by: Actor, reason: str) -> Task:
    """Take a task back, with a reason."""
    with unit_of_work() as work:
        task = _open_task(
            task, by, _("The task is cancelled by its assignee, the record's owner or the quality manager."), work
        )
        reason = _needed(reason, _("A reason is needed."))
        task.state = CANCELLED
        work.change([task], ["state"], "task.cancelled", by=by, reason=reason)
        _end_part(task, by=by, work=work)
    return task


def move(task: Task, due_on: date, *, by: Actor, reason: str) -> Task:
    """Put a due day off. It is counted, and shown beside the task."""
    with unit_of_work() as work:
        task = _open_task(
            task, by, _("The day is moved by the assignee, the record's owner or the quality manager."), work
        )
        reason = _needed(reason, _("A reason is needed to move a due day."))
        task.due_on, task.moved = due_on, task.moved + 1
        task.due_at = due.end_of(due_on, task.record.unit_id, due.zones([task.record.unit_id]))
        task.escalation = 0
        work.change([task], ["due_on", "due_at", "moved", "escalation"], "task.moved", by=by, reason=reason)
    return task


def _needed(reason: str, refusal: str) -> str:
    reason = read_reason(reason)
    if not reason:
        raise NotYet([refusal])
    return reason

"""My work: everything that waits for a person, ordered by consequence.

    consequence = severity + lateness + waiting + blocking

severity   10 for each step of priority (low 0, normal 10, high 20, critical 30)
lateness   for something late: 10, and 1 for each day late, at most 30; due within three days: 5; else 0
waiting    8 where another person cannot go on before this is done (a signature asked for, a task given by another)
blocking   4 for each open task of the same record that waits behind one's own, at most 12

The formula stands here and in docs/my-work.md, and the page shows each item's sum with its parts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.trail import clock

from . import registry
from .record import Record
from .rounds import WAITING, Seat, turn
from .tasks import OPEN, Task

MOST = 200
SOON = timedelta(days=3)


@dataclass(frozen=True)
class Item:
    """One thing that waits for somebody: a task, a signature, or a record of their own."""

    what: str
    record: Any
    title: str
    due_on: date | None
    due_at: datetime | None
    severity: int
    lateness: int
    waiting: int
    blocking: int
    task: Task | None = None
    step: str = ""

    @property
    def consequence(self) -> int:
        return self.severity + self.lateness + self.waiting + self.blocking

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at <= clock.now()


def lateness(due_at: datetime | None, now: datetime) -> int:
    if due_at is None:
        return 0
    if due_at > now:
        return 5 if due_at - now <= SOON else 0
    return 10 + min(30, (now - due_at).days)


def asks_for_something() -> Q:
    """Open records in a state in which somebody has something to do; master data in use are not among them."""
    asked = Q(closed_at=None)
    for spec in registry.every():
        if calm := [state.name for state in spec.workflow.states if state.calm]:
            asked &= ~Q(kind=spec.name, state__in=calm)
    return asked


def my_work(standing: Standing) -> list[Item]:
    """What waits for this person, the most consequential first. The number of queries does not grow with the work."""
    if standing.person is None:
        return []
    now = clock.now()
    tasks = list(
        Task.objects.filter(assignee=standing.person, state=OPEN)
        .select_related("record")
        .order_by(F("due_at").asc(nulls_last=True))[:MOST]
    )
    mine = Record.objects.filter(asks_for_something(), owner=standing.person).order_by(
        F("due_at").asc(nulls_last=True), "-priority"
    )[:MOST]
    with_task = {task.record_id for task in tasks}
    behind = Counter(
        Task.objects.filter(record__in=with_task, state=OPEN)
        .exclude(assignee=standing.person)
        .values_list("record", flat=True)
    )
    items = [_task_item(task, standing, behind, now) for task in tasks]
    items += [_record_item(record, now) for record in mine if record.uid not in with_task]
    items += _signature_items(standing, now)
    return sorted(
        items,
        key=lambda item: (-item.consequence, item.due_at or datetime.max.replace(tzinfo=now.tzinfo), item.record.pk),
    )


def _task_item(task: Task, standing: Standing, behind: Counter, now: datetime) -> Item:
    given_by_another = task.record.owner_id not in (None, standing.uid)
    return Item(
        "task", task.record, task.title, task.due_on, task.due_at,
        10 * task.record.priority, lateness(task.due_at, now), 8 if given_by_another else 0,
        min(12, 4 * behind[task.record_id]), task=task,
    )  # fmt: skip


def _record_item(record: Record, now: datetime) -> Item:
    return Item(
        "record",
        record,
        record.title,
        record.due_on,
        record.due_at,
        10 * record.priority,
        lateness(record.due_at, now),
        0,
        0,
    )


def _signature_items(standing: Standing, now: datetime) -> Sequence[Item]:
    seats = list(
        Seat.objects.filter(
            state=WAITING, record__in=Record.objects.filter(visible(standing)).values("uid")
        ).select_related("record")[:MOST]
    )
    records = {row.uid: row for row in registry.typed({seat.record.pk: seat.record for seat in seats}.values())}
    items = []
    for seat in seats:
        row = records[seat.record_id]
        transition = row.spec.workflow.transition(seat.transition)
        mine = turn(row, transition, standing)
        if mine is not None and mine.pk == seat.pk:
            items.append(
                Item(
                    "signature",
                    row,
                    str(transition.title),
                    row.due_on,
                    row.due_at,
                    10 * row.priority,
                    lateness(row.due_at, now),
                    8,
                    0,
                    step=transition.name,
                )
            )
    return items

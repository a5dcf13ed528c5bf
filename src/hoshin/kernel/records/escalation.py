"""Escalation: late tasks and late records are told further up, level by level, the sooner the graver they are.

Level 1 is the assignee's (or owner's) manager, level 2 the quality manager, level 3 the executives.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import unit_of_work

from . import registry
from .record import Priority, Record
from .tasks import OPEN, Task
from .work import asks_for_something

# Days late at which each level is told, by the record's priority.
DAYS: dict[int, tuple[int, int, int]] = {
    Priority.LOW: (3, 14, 42),
    Priority.NORMAL: (1, 7, 21),
    Priority.HIGH: (1, 3, 10),
    Priority.CRITICAL: (0, 1, 3),
}
# No write lock is held for longer than a set of this size takes; the next run goes on.
SET = 200


def level_of(due_at: datetime, priority: int, now: datetime) -> int:
    """How far up something this late belongs."""
    late = now - due_at
    return sum(late >= timedelta(days=days) for days in DAYS[priority])


def escalate_due(*, by: Actor) -> int:
    """Raise everything late to its level; how many were raised. Running it twice changes nothing."""
    return _escalate_tasks(by) + _escalate_records(by)


def _escalate_tasks(by: Actor) -> int:
    now = clock.now()
    with unit_of_work() as work:
        late = Task.objects.select_for_update(of=("self",)).filter(state=OPEN, due_at__lte=now, escalation__lt=3)
        raised = _raised(late.select_related("record").order_by("due_at", "id"), now, lambda task: task.record.priority)
        work.change(raised, ["escalation"], "task.escalated", by=by)
    return len(raised)


def _escalate_records(by: Actor) -> int:
    now = clock.now()
    with unit_of_work() as work:
        late = Record.objects.select_for_update().filter(asks_for_something(), due_at__lte=now, escalation__lt=3)
        levels = {
            record.pk: record.escalation for record in _raised(late.order_by("due_at", "id"), now, lambda r: r.priority)
        }
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for row in registry.typed(Record.objects.filter(pk__in=levels)):
            row.escalation = levels[row.pk]
            by_kind[row.kind].append(row)
        for kind, rows in by_kind.items():
            work.change(rows, ["escalation"], f"{kind}.escalated", by=by)
    return len(levels)


def _raised(late: Any, now: datetime, priority: Any) -> Sequence[Any]:
    found = []
    for thing in late.iterator(chunk_size=SET):
        level = level_of(thing.due_at, priority(thing), now)
        if level > thing.escalation:
            thing.escalation = level
            found.append(thing)
            if len(found) == SET:
                break
    return found

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
    late = Task.objects.filter(state=OPEN, due_at__lte=now, escalation__lt=3)
    levels = _levels(late.order_by("due_at", "id"), now, "record__priority")
    with unit_of_work() as work:
        raised = _raised(late.select_for_update(of=("self",)).filter(pk__in=levels), levels)
        work.change(raised, ["escalation"], "task.escalated", by=by)
    return len(raised)


def _escalate_records(by: Actor) -> int:
    now = clock.now()
    late = Record.objects.filter(asks_for_something(), due_at__lte=now, escalation__lt=3)
    levels = _levels(late.order_by("due_at", "id"), now, "priority")
    with unit_of_work() as work:
        raised = _raised(late.select_for_update().filter(pk__in=levels), levels)
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for row in registry.typed(raised):
            row.escalation = levels[row.pk]
            by_kind[row.kind].append(row)
        for kind, rows in by_kind.items():
            work.change(rows, ["escalation"], f"{kind}.escalated", by=by)
    return len(raised)


def _levels(late: Any, now: datetime, priority: str) -> dict[int, int]:
    """What is to be raised, to which level; looked for before the write lock is taken, for much may be late already."""
    found: dict[int, int] = {}
    for key, due_at, grave, told in late.values_list("pk", "due_at", priority, "escalation").iterator(chunk_size=2000):
        level = level_of(due_at, grave, now)
        if level > told:
            found[key] = level
            if len(found) == SET:
                break
    return found


def _raised(late: Any, levels: dict[int, int]) -> Sequence[Any]:
    """Those of them that are late still, under the lock: another may have raised them meanwhile."""
    raised = [thing for thing in late if levels[thing.pk] > thing.escalation]
    for thing in raised:
        thing.escalation = levels[thing.pk]
    return raised

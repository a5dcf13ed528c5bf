"""Late work goes up, once for each level, the graver the sooner."""

from datetime import timedelta

import pytest

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, tasks
from hoshin.kernel.records.escalation import DAYS, escalate_due, level_of
from hoshin.kernel.records.record import Priority, Record
from hoshin.kernel.records.tasks import Task
from hoshin.kernel.records.work import my_work
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry


@pytest.mark.parametrize(
    ("priority", "days", "level"),
    [
        (Priority.NORMAL, 0, 0),
        (Priority.NORMAL, 1, 1),
        (Priority.NORMAL, 8, 2),
        (Priority.CRITICAL, 0, 1),
        (Priority.CRITICAL, 3, 3),
    ],
)
def test_how_far_up_something_late_belongs(priority, days, level):
    now = clock.now()

    assert level_of(now - timedelta(days=days), priority, now) == level


def late_by(days):
    # A day is over at the next midnight, which is up to two days after the date in any zone.
    return str((clock.now() - timedelta(days=days + 2)).date())


def test_late_tasks_and_records_are_raised_once(cast):
    (row,) = doors.create("deviation", [{"title": "Late", "due_on": late_by(DAYS[Priority.NORMAL][1])}], by=cast.by.ana)
    task = tasks.assign(row, "Do it", cast.max, by=cast.by.ana)
    tasks.move(task, (clock.now() - timedelta(days=30)).date(), by=cast.by.ana, reason="Test")

    assert escalate_due(by=cast.system) == 2
    entries = Entry.objects.count()
    assert escalate_due(by=cast.system) == 0
    assert (Record.objects.get(pk=row.pk).escalation, Task.objects.get().escalation) == (2, 3)
    assert Entry.objects.count() == entries


def test_what_is_closed_is_not_raised(cast):
    (row,) = doors.create("deviation", [{"title": "Late", "due_on": late_by(30)}], by=cast.by.ana)
    doors.void([row], by=cast.by.quinn, reason="Twice")

    assert escalate_due(by=cast.system) == 0


def test_master_data_in_use_are_nobodys_work(cast):
    (row,) = doors.create("characteristic", [{"title": "Bore", "due_on": late_by(30)}], by=cast.by.quinn)
    before = [item.record.uid for item in my_work(Standing(cast.quinn))]
    doors.perform([row], "activate", by=cast.by.quinn)

    assert before == [row.uid]
    assert my_work(Standing(cast.quinn)) == []
    assert escalate_due(by=cast.system) == 0

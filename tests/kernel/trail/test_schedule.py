"""The clock starts jobs; a run that was cut off is taken up again."""

from datetime import timedelta

import pytest

from hoshin.kernel.trail import clock, schedule
from hoshin.kernel.trail.schedule import Job, Schedule


@pytest.fixture
def runs(monkeypatch, db):
    done = []
    monkeypatch.setattr(schedule, "_jobs", {"count": Job("count", timedelta(minutes=5), lambda: done.append(1))})
    return done


def test_a_job_runs_when_it_is_due_and_not_before_its_next_time(runs):
    now = clock.now()
    schedule.run_due(now)
    schedule.run_due(now + timedelta(minutes=1))

    assert len(runs) == 1


def test_a_leased_job_is_left_alone_until_the_lease_is_over(runs):
    now = clock.now()
    Schedule.objects.create(name="count", due_at=now, leased_until=now + timedelta(minutes=1))
    schedule.run_due(now)
    assert runs == []
    schedule.run_due(now + timedelta(minutes=2))

    assert len(runs) == 1


def test_a_new_worker_takes_up_what_a_killed_one_left(runs):
    now = clock.now()
    Schedule.objects.create(name="count", due_at=now, leased_until=now + timedelta(hours=1))
    schedule.release_leases()
    schedule.run_due(now)

    assert len(runs) == 1


def test_a_failing_job_stops_no_other_and_is_told(monkeypatch, db):
    done = []

    def fail():
        raise ValueError("no")

    every = timedelta(minutes=1)
    monkeypatch.setattr(schedule, "_jobs", {"a": Job("a", every, fail), "b": Job("b", every, lambda: done.append(1))})
    schedule.run_due()

    assert done == [1]
    assert Schedule.objects.get(name="a").last_error == "ValueError: no"

"""The schedule: what the clock starts. A table says what is due; leases expire, so a killed run is taken up again.

A job keeps to itself what it has done (its effects are units of work of its own), so a run that was cut off is
repeated without doing anything twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from . import clock

LEASE = timedelta(minutes=10)


class Schedule(models.Model):
    """When a job is due, and who is at it until when."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    last_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)


@dataclass(frozen=True)
class Job:
    """Something done again and again."""

    name: str
    every: timedelta
    run: Callable[[], object]


_jobs: dict[str, Job] = {}


def every(seconds: float, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare a job."""

    def declare(run: Callable[[], object]) -> Callable[[], object]:
        _jobs[name] = Job(name, timedelta(seconds=seconds), run)
        return run

    return declare


def jobs() -> list[Job]:
    return list(_jobs.values())


def release_leases() -> None:
    """Called by a starting worker: whoever held a lease before it is gone."""
    Schedule.objects.exclude(leased_until=None).update(leased_until=None)


def run_due(now: datetime | None = None) -> list[str]:
    """Run every job whose time has come; the names of those that ran. One job's failure stops no other."""
    ran = []
    for job in jobs():
        if _claim(job, now or clock.now()):
            _run(job)
            ran.append(job.name)
    return ran


def _claim(job: Job, now: datetime) -> bool:
    with transaction.atomic():
        row, _made = Schedule.objects.select_for_update().get_or_create(name=job.name, defaults={"due_at": now})
        if row.due_at > now or (row.leased_until is not None and row.leased_until > now):
            return False
        row.leased_until = now + LEASE
        row.save()
        return True


def _run(job: Job) -> None:
    error = ""
    try:
        job.run()
    except Exception as failed:
        error = f"{type(failed).__name__}: {failed}"
    now = clock.now()
    with transaction.atomic():
        Schedule.objects.filter(name=job.name).update(
            due_at=now + job.every, leased_until=None, last_run_at=now, last_error=error
        )

"""The doctor: what endangers the data, said before it does harm."""

import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock, keys, triggers
from hoshin.kernel.trail.models import CheckpointRow, Head
from hoshin.kernel.trail.schedule import Schedule

from . import sqlite


@dataclass(frozen=True)
class Found:
    """One thing that is not as it should be; a grave one stops the start."""

    what: str
    why: str
    grave: bool = False

    def as_json(self) -> dict:
        return asdict(self)

    def __str__(self) -> str:
        return f"{'DANGER' if self.grave else 'note'} {self.what}: {self.why}"


def findings() -> list[Found]:
    return [finding for check in CHECKS for finding in check()]


def database() -> Iterator[Found]:
    """SQLite runs on a safe release with settings that survive a power cut."""
    if connection.vendor != "sqlite":
        return
    if not sqlite.is_safe():
        yield Found("SQLite release", f"{sqlite.library_version()} may corrupt its write-ahead log", grave=True)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "mmap_size": 0}
    with connection.cursor() as cursor:
        for pragma, value in wanted.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()
            if found is not None and found[0] != value:
                yield Found(f"PRAGMA {pragma}", f"is {found[0]!r}; {value!r} is needed", grave=True)
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        yield Found("transaction mode", "writers must begin IMMEDIATE, or they fail under load", grave=True)


def migrations() -> Iterator[Found]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Found("migrations", f"{len(waiting)} wait; run `hoshin migrate`", grave=True)


def guards() -> Iterator[Found]:
    for name in sorted(triggers.missing()):
        yield Found(f"trigger {name}", "is missing: the ledger's tables are not protected", grave=True)


def secrets_are_private() -> Iterator[Found]:
    for file in (keys.key_file(), settings.HOSHIN_HOME / "keys" / "web.key"):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Found(str(file.name), "can be read by others; set its mode to 0400", grave=True)


def writable() -> Iterator[Found]:
    if not os.access(settings.HOSHIN_HOME, os.W_OK):
        yield Found("data directory", "cannot be written", grave=True)


def ledger() -> Iterator[Found]:
    newest = CheckpointRow.objects.order_by("-size").first()
    head = Head.objects.first()
    if head and head.last_at and head.last_at > clock.now() + timedelta(minutes=5):
        yield Found("clock", f"the newest entry is of {head.last_at}; the machine's clock is behind it")
    if newest and head and newest.size > head.size:
        yield Found("ledger", "is shorter than its newest checkpoint: was an old backup restored?", grave=True)


def schedule() -> Iterator[Found]:
    for row in Schedule.objects.exclude(last_error=""):
        yield Found(f"job {row.name}", f"failed at {row.last_run_at:%Y-%m-%d %H:%M}: {row.last_error}")


def exposure() -> Iterator[Found]:
    if settings.DEBUG:
        yield Found("DEBUG", "is on: errors show the inside of the house", grave=True)
    if not settings.SECURE_TRANSPORT and set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}:
        yield Found("transport", "other hosts are allowed without HTTPS; set HOSHIN_HTTPS=1 behind TLS")
    if settings.HOSHIN_DEMO and Person.objects.exists():
        yield Found("demonstration", "invented people with a known password can sign in")


def declarations() -> Iterator[Found]:
    for message in run_checks():
        if message.is_serious():
            yield Found(message.id or "check", message.msg, grave=True)


CHECKS = (database, migrations, writable, guards, secrets_are_private, ledger, schedule, exposure, declarations)

"""The measured part of benchmarks/doors.py: loaded once the settings know their folder."""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks.pages_measured import BY, people  # noqa: E402
from hoshin.kernel.organization.actors import acting  # noqa: E402
from hoshin.kernel.records import doors, registry  # noqa: E402
from hoshin.kernel.records.record import Record  # noqa: E402
from hoshin.kernel.trail.models import Entry  # noqa: E402

SET = 500
KIND = "nonconformity"


def run(records: int, seconds: float) -> None:
    call_command("migrate", verbosity=0)
    people()
    tell("flush of the disk", f"{flush_ms():.2f} ms")
    tell("single edits", f"{edits_a_second(seconds):,.0f}/s", "300/s or more")
    tell("set door", f"{created_a_second(seconds):,.0f} records/s", "2,000/s or more")
    few = change_ms()
    fill(records)
    tell("a change among few records", f"{few:.1f} ms of CPU", "30 ms or less")
    tell(f"a change among {Record.objects.count():,}", f"{change_ms():.1f} ms of CPU", "30 ms or less")
    tell("entries in the ledger", f"{Entry.objects.count():,}")


def tell(what: str, found: str, goal: str = "") -> None:
    print(f"{what:34} {found:>22}" + (f"   goal: {goal}" if goal else ""), flush=True)


def flush_ms() -> float:
    """The median time in which four kilobytes reach the disk: no ledger with acknowledged writes is faster."""
    file = Path(settings.HOSHIN_HOME) / "flush"
    times = []
    with file.open("wb", buffering=0) as out:
        for _ in range(200):
            out.write(b"x" * 4096)
            begun = time.perf_counter()
            os.fsync(out.fileno())
            times.append(time.perf_counter() - begun)
    file.unlink()
    return 1000 * statistics.median(times)


def rate(do: Callable[[int], int], seconds: float) -> float:
    done, begun, n = 0, time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        done += do(n)
        n += 1
    return done / (time.perf_counter() - begun)


def values(n: int) -> dict:
    return {
        "title": f"Bore out of round {n}", "description": "Found at final inspection.", "severity": "major",
        "source": "inspection", "lot": f"L{n:05}", "quantity": n % 50, "segregation": "Cage 4", "due_on": "2026-12-01",
    }  # fmt: skip


def edits_a_second(seconds: float) -> float:
    """One field of one record, by a person, with rights, entry, leaf, search index and flush."""
    ana = acting(people()[0])
    (row,) = doors.create(KIND, [values(0)], by=ana)

    def edit(n: int) -> int:
        doors.edit([row], {"lot": f"E{n}"}, by=ana)
        return 1

    return rate(edit, seconds)


def created_a_second(seconds: float) -> float:
    return rate(lambda n: len(doors.create(KIND, [values(k) for k in range(SET)], by=BY)), seconds)


def fill(count: int) -> None:
    while (there := Record.objects.count()) < count:
        doors.create(KIND, [values(n) for n in range(min(SET, count - there))], by=BY)


def change_ms(times: int = 50) -> float:
    """The processor time of one edit with its entry and leaf; the median of some."""
    ana = acting(people()[0])
    rows = list(registry.get(KIND).rows().order_by("?")[:times])
    taken = []
    for n, row in enumerate(rows):
        begun = time.process_time()
        doors.edit([row], {"lot": f"C{n}", "description": f"Looked at again, {n}"}, by=ana)
        taken.append(time.process_time() - begun)
    return 1000 * statistics.median(taken)

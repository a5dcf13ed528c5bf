"""Building the demonstration: two years of Meridian Instruments, written through the doors under the back-dated clock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.db import connection

from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.records.escalation import escalate_due
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.checkpoints import make_checkpoint
from hoshin.kernel.trail.head import is_demo, origin
from hoshin.kernel.trail.models import Entry, Head
from hoshin.kernel.trail.unit import unit_of_work

from . import analyses, cast, everyday, masterdata, measurements, receiving, signals, stories, studies
from .inventory import who_can_sign_in
from .timeline import Timeline
from .workdays import DAYS, DAYS_A_WEEK, Workdays
from .world import World

SEED = 20
# Working days before today on which late work went up daily.
EVERY_DAY = 30
DELEGATIONS = (
    ("katharina.lindner", "rui.tavares", 90.2, 25, "Leave"),
    ("georg.pichler", "anna.reisinger", 103.2, 24, "Leave; signs for machining"),
)
BUILT = "demonstration.built"


class NotBuilt(SystemExit):
    """The demonstration cannot be built here; the message says why and what to do."""


def is_built() -> bool:
    return Entry.objects.filter(action=BUILT).exists()


def build_demo(*, today: date | None = None, seed: int = SEED, say: Callable[[str], None] = print) -> bool:
    """Build the demonstration where there is none yet; whether it was built now."""
    if is_built():
        say("The demonstration is there already.")
        say(who_can_sign_in())
        return False
    today = today or datetime.now(UTC).date()
    check_may_build(today)
    began = time.monotonic()
    say("Building the demonstration, two years of Meridian Instruments (invented people and data) …")
    with without_waiting_for_the_disk():
        write_history(today, seed)
    make_checkpoint()
    say(f"Built in {time.monotonic() - began:.0f} s: {Head.objects.get().size:,} entries in the ledger.")
    say(who_can_sign_in())
    return True


def check_may_build(today: date) -> None:
    """Only an empty ledger of demo origin becomes a demonstration, and no day to come."""
    if not is_demo():
        raise NotBuilt(
            f"The ledger {origin()!r} is an organisation's own. Set HOSHIN_HOME to an empty folder for the demonstration."
        )
    if Person.objects.exists() or Unit.objects.exists():
        raise NotBuilt(
            "The demonstration here was begun and not finished. Delete its folder (HOSHIN_HOME) and build it again."
        )
    if today > datetime.now(UTC).date():
        raise NotBuilt(f"{today} is still to come; the history of a demonstration ends today or earlier.")


def write_history(today: date, seed: int) -> World:
    """Let two years happen."""
    workdays = Workdays(today)
    morning = min(workdays.morning(), datetime.now(UTC))
    world = World(workdays, Timeline(morning), seed)
    with clock.back_dated(workdays.moment(0, 5, cast.GRAZ), origin()):
        world.units, world.people = cast.open_the_house()
        masterdata.enter(world)
    measurements.plan(world)
    everyday.plan(world)
    signals.plan(world)
    stories.plan(world)
    studies.plan(world)
    receiving.plan(world)
    analyses.plan(world)
    plan_the_rest(world)
    for day in range(DAYS):
        if day % DAYS_A_WEEK in (0, 3) or day >= DAYS - EVERY_DAY:
            world.timeline.at(workdays.moment(day, 4, "UTC"), escalate)
    world.timeline.run(origin())
    with clock.back_dated(morning, origin()):
        escalate()
        _say_it_is_built(today, seed)
    return world


def escalate() -> None:
    """What the worker does every minute; here twice a week, and every day of the last weeks."""
    escalate_due(by=system("escalation"))


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """A demonstration that a power cut spoils is built again, so nothing waits for the disk until the end."""
    relaxed = connection.vendor == "sqlite" and not connection.in_atomic_block
    if relaxed:
        connection.cursor().execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        if relaxed:
            connection.cursor().execute("PRAGMA synchronous=FULL")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def plan_the_rest(world: World) -> None:
    """Leave given to stand in, and master data that came and went."""
    for giver, to, week, days, purpose in DELEGATIONS:
        at = world.moment(int(week * DAYS_A_WEEK), 9, "MI")
        told = (world.people, giver, to, at, days, purpose)
        world.timeline.at(at, lambda t=told: cast.delegate(*t))
    world.at(30, 10, "GRZ", lambda: masterdata.retired(world))
    world.at(508, 10, "OPO", lambda: masterdata.drafted(world))


def _say_it_is_built(today: date, seed: int) -> None:
    root = Unit.objects.get(parent=None)
    with unit_of_work() as work:
        work.tell(BUILT, "unit", root.uid, by=cast.BY, detail={"today": today.isoformat(), "seed": seed})

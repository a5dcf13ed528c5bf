"""What a person has been told, and the one function the worker calls."""

from collections.abc import Iterable

from django.db.models import QuerySet

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail import clock

from . import mail, reading
from .models import Notification


def run_readers() -> int:
    """Read the new entries and send the mail that waits; answers with the number of both. Called by the worker."""
    return reading.read_entries() + mail.send_waiting()


def notifications(person: Person) -> QuerySet[Notification]:
    """What the person has been told of records they may still see, the newest first."""
    seen = Record.objects.filter(visible(Standing(person))).values("uid")
    return Notification.objects.filter(person=person, record__in=seen).select_related("record", "who")


def unseen(person: Person) -> QuerySet[Notification]:
    """What the person has not yet looked at."""
    return notifications(person).filter(seen_at=None)


def mark_seen(person: Person, keys: Iterable[int] | None = None) -> int:
    """The person has seen these notifications, or all of them."""
    mine = Notification.objects.filter(person=person, seen_at=None)
    if keys is not None:
        mine = mine.filter(pk__in=list(keys))
    return mine.update(seen_at=clock.now())

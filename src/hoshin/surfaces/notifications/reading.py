"""Who is told of an entry: one function for each action that somebody should know."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hoshin.kernel.access.models import Participant
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.organization.actors import holders
from hoshin.kernel.organization.models import Person
from hoshin.kernel.organization.names import normalised
from hoshin.kernel.records import registry
from hoshin.kernel.records.comments import Comment
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.rounds import Seat
from hoshin.kernel.records.tasks import Task
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import Entry
from hoshin.kernel.trail.readers import read_on

from .models import Notification, Why

READER = "notifications"
# Nobody wants to be told today of what happened in the past, when a history is imported or a demonstration built.
TOO_OLD = timedelta(days=30)
MENTION = re.compile(r"(?<![\w.])@([\w][\w.\-]*)")


@dataclass(frozen=True)
class Told:
    """Somebody to be told, and why."""

    person: Person
    why: Why
    detail: dict[str, Any] = field(default_factory=dict)


def read_entries() -> int:
    """Read on until the end of the ledger; answers with the number of entries read."""
    total = 0
    while read := read_on(READER, notify):
        total += read
    return total


def notify(entries: Sequence[Entry]) -> None:
    """Make the notifications of these entries. Reading an entry again makes none twice."""
    since = clock.now() - TOO_OLD
    made: list[Notification] = []
    for entry in entries:
        if entry.recorded_at >= since and entry.record_uid is not None:
            made.extend(_notifications(entry))
    Notification.objects.bulk_create(made, ignore_conflicts=True)


def _notifications(entry: Entry) -> Iterator[Notification]:
    tell = TELLERS.get(entry.action, state_reached if entry.subject_type == Record.subject else None)
    if tell is None:
        return
    leaf = json.loads(bytes(entry.leaf))
    actor = leaf["actor"]
    who = Person.objects.filter(uid=actor["uid"]).first() if actor["type"] == "person" else None
    known: set = {actor.get("uid"), actor.get("for")}
    for told in tell(entry, leaf):
        if str(told.person.uid) in known or not told.person.active:
            continue
        known.add(str(told.person.uid))
        yield Notification(
            person=told.person, record_id=entry.record_uid, seq=entry.seq, why=told.why, who=who, detail=told.detail,
            at=entry.recorded_at,
        )  # fmt: skip


def _state(entry: Entry) -> dict[str, Any]:
    """The open values of the entry's state: what was so then, not what is so now."""
    return json.loads(bytes(entry.state))["fields"]


def task_assigned(entry: Entry, leaf: dict) -> Iterator[Told]:
    for task in Task.objects.filter(uid=entry.subject_uid).select_related("assignee"):
        yield Told(task.assignee, Why.TASK_ASSIGNED)


def task_escalated(entry: Entry, leaf: dict) -> Iterator[Told]:
    for task in Task.objects.filter(uid=entry.subject_uid).select_related("assignee__unit__manager", "record"):
        yield from _climbed(entry, task.assignee, task.record, Why.TASK_ESCALATED)


def record_escalated(entry: Entry) -> Iterator[Told]:
    for record in Record.objects.filter(uid=entry.subject_uid, owner__isnull=False).select_related("owner__unit"):
        yield from _climbed(entry, record.owner, record, Why.RECORD_ESCALATED)


def _climbed(entry: Entry, person: Person, record: Record, why: Why) -> Iterator[Told]:
    """By level: the manager of whoever is late, the quality manager, the executives of the unit."""
    level = _state(entry).get("escalation", 0)
    above = {1: lambda: managers_of(person), 2: lambda: holders("quality manager", record.unit_id),
             3: lambda: holders("executive", record.unit_id)}  # fmt: skip
    for told in (person, *above.get(level, tuple)()):
        yield Told(told, why, {"late": person.name, "level": level})


def managers_of(person: Person) -> Iterator[Person]:
    """The manager of the person's unit, or of the next one above whose manager is somebody else."""
    unit = person.unit
    while unit is not None:
        if unit.manager is not None and unit.manager != person:
            yield unit.manager
            return
        unit = unit.parent


def signature_asked(entry: Entry, leaf: dict) -> Iterator[Told]:
    """Whoever may take the seat; of a round in order only the first."""
    for seat in Seat.objects.filter(uid=entry.subject_uid):
        yield from _asked(seat, first=True)


def next_signature(entry: Entry, leaf: dict) -> Iterator[Told]:
    """In a round with an order, the seat after the one that was signed."""
    for signed in Seat.objects.filter(uid=entry.subject_uid):
        for seat in Seat.objects.filter(round=signed.round, place=signed.place + 1):
            yield from _asked(seat, first=False)


def _asked(seat: Seat, *, first: bool) -> Iterator[Told]:
    row = registry.find(seat.record_id, Record.objects.all())
    round_ = row.spec.workflow.transition(seat.transition).round
    if round_ is None or (round_.ordered and first and seat.place > 0) or (not round_.ordered and not first):
        return
    right = round_.seats[seat.place]
    for person in _candidates(row, right.roles):
        standing = Standing(person)
        if may_see(standing, row) and right.allows(standing, row):
            yield Told(person, Why.SIGNATURE_ASKED, {"step": seat.transition})


def _candidates(row: Any, roles: Sequence[str]) -> list[Person]:
    """The few people a right can speak of: holders of its roles, and those who have to do with the record."""
    people = [person for role in roles for person in holders(role, row.unit_id)]
    people += [person for person in (row.owner, row.author) if person is not None]
    taking_part = Participant.objects.valid().filter(record_uid=row.uid).select_related("person")
    return list(dict.fromkeys([*people, *(found.person for found in taking_part)]))


def mentioned(entry: Entry, leaf: dict) -> Iterator[Told]:
    """People whose user names stand in a comment with an @ before them, if they see the record."""
    for comment in Comment.objects.filter(uid=entry.subject_uid).select_related("record"):
        names = {normalised(name.rstrip(".-")) for name in MENTION.findall(comment.text)}
        for person in Person.objects.filter(username__in=names).order_by("username"):
            if may_see(Standing(person), comment.record):
                yield Told(person, Why.MENTIONED)


def state_reached(entry: Entry, leaf: dict) -> Iterator[Told]:
    """The owner of a record that took a step or was voided, and who is above when it is late."""
    if entry.action.endswith(".escalated"):
        yield from record_escalated(entry)
    stepped = isinstance(leaf.get("detail"), dict) and "transition" in leaf["detail"]
    if not stepped and not entry.action.endswith(".voided"):
        return
    state = _state(entry)
    for person in Person.objects.filter(uid=state.get("owner")):
        yield Told(person, Why.STATE_REACHED, {"state": state["state"]})


TELLERS: dict[str, Callable[[Entry, dict], Iterator[Told]]] = {
    "task.assigned": task_assigned,
    "task.escalated": task_escalated,
    "round.opened": signature_asked,
    "seat.signed": next_signature,
    "comment.made": mentioned,
}

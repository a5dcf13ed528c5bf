"""History: a record's entries as prose a person reads, and its state as of any day."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hoshin.kernel.access.rights import EVERYBODY, NOBODY
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.trail.append import parse
from hoshin.kernel.trail.models import Entry, OpeningRow
from hoshin.kernel.trail.state import commitments_in, unseal
from hoshin.kernel.trail.statements import newest_states
from hoshin.ledger.commitments import COMMITTED
from hoshin.ledger.state import differences

from .fields import FieldSpec
from .kinds import KindSpec
from .record import Record


class Erased(str):
    """Stands where a value was erased; its proof is still valid."""


ERASED = Erased("∅")


@dataclass(frozen=True)
class Difference:
    """One field before and after."""

    label: str
    old: str
    new: str
    field: str = ""


@dataclass(frozen=True)
class Event:
    """One entry as a sentence: who did what when, why, and what changed."""

    seq: int
    at: datetime
    who: str
    action: str
    words: str
    reason: str
    differences: tuple[Difference, ...]
    occurred_at: datetime | None = None
    behalf: str = ""


# How each action reads; the record's own steps read by the label of the state they reach.
PHRASES = {
    "opened": gettext_noop("opened the record"),
    "edited": gettext_noop("changed"),
    "computed": gettext_noop("worked out"),
    "participant.ended": gettext_noop("ended the part of %(person)s: %(why)s"),
    "escalated": gettext_noop("escalated it for being late"),
    "voided": gettext_noop("voided the record"),
    "attached": gettext_noop("added a file"),
    "detached": gettext_noop("took a file off"),
    "task.assigned": gettext_noop("gave the task “%(title)s” to %(assignee)s"),
    "task.done": gettext_noop("finished the task “%(title)s”"),
    "task.cancelled": gettext_noop("cancelled the task “%(title)s”"),
    "task.moved": gettext_noop("moved the task “%(title)s” to %(due_on)s"),
    "task.escalated": gettext_noop("escalated the late task “%(title)s” to level %(escalation)s"),
    "comment.made": gettext_noop("commented: %(text)s"),
    "link.made": gettext_noop("linked it: %(relation)s %(target)s"),
    "link.ended": gettext_noop("ended the link: %(relation)s %(target)s"),
    "signature.given": gettext_noop("signed revision %(revision)s: %(meaning)s"),
    "measurement.correction": gettext_noop("corrected a measurement to %(value)s"),
    "measurement.exclusion": gettext_noop("excluded a measurement: %(reason)s"),
    "measurement.inclusion": gettext_noop("let a measurement count again: %(reason)s"),
    "measurement.annotation": gettext_noop("remarked at a measurement: %(reason)s"),
    "participant.added": gettext_noop("let %(person)s take part: %(why)s"),
    "round.opened": gettext_noop("asked for signatures"),
    "round.closed": gettext_noop("closed the signature round"),
    "round.lapsed": gettext_noop("ended the signature round, for the content changed"),
    "seat.signed": gettext_noop("took a seat of the signature round"),
    "seat.rejected": gettext_noop("rejected in the signature round"),
}


def events_of(
    row: Any, *, limit: int = 200, before: int | None = None, standing: Standing | None = None
) -> list[Event]:
    """The newest events of a record first. Other records are called by their title where the reader sees them."""
    entries = Entry.objects.filter(record_uid=row.uid)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    entries = list(entries.order_by("-seq")[:limit])
    return tell(entries, row.spec, standing)


def tell(entries: Sequence[Entry], spec: KindSpec, standing: Standing | None = None) -> list[Event]:
    """Entries as events; a fixed number of queries, however many there are."""
    states = {entry.seq: parse(bytes(entry.state)) for entry in entries if entry.state is not None}
    former = _former_states(entries)
    leaves = {entry.seq: json.loads(bytes(entry.leaf)) for entry in entries}
    opened = _open_values([*states.values(), *former.values(), *leaves.values()])
    names = names_of(
        uids_in([*states.values(), *former.values()])
        | {_uuid(leaf["actor"].get("uid")) for leaf in leaves.values()}
        | {_uuid(leaf["actor"].get("for")) for leaf in leaves.values()},
        titled=NOBODY if standing is None else visible(standing),
    )
    told = []
    for entry in entries:
        leaf = leaves[entry.seq]
        state = unseal(states.get(entry.seq) or {}, opened)
        old = unseal(former.get((entry.subject_uid, entry.revision)) or {}, opened)
        told.append(_event(entry, leaf, state, old, spec, names, opened))
    return told


def _event(
    entry: Entry, leaf: Mapping, state: Mapping, old: Mapping, spec: KindSpec, names: Mapping, opened: Any
) -> Event:
    occurred = leaf.get("occurred_at")
    behalf = leaf["actor"].get("for")
    return Event(
        seq=entry.seq,
        at=entry.recorded_at,
        who=_actor(leaf["actor"], names),
        action=entry.action,
        words=_words(entry.action, state, spec, names),
        reason=str(unseal(leaf.get("reason") or "", opened) or ""),
        differences=_differences(entry, old, state, spec, names) if old else (),
        occurred_at=datetime.fromisoformat(occurred) if occurred else None,
        behalf=names.get(_uuid(behalf), "") if behalf else "",
    )


def _actor(actor: Mapping, names: Mapping) -> str:
    if actor["type"] == "person":
        return names.get(_uuid(actor.get("uid")), actor.get("uid", ""))
    return {"system": _("Hoshin"), "outside": actor.get("uid", ""), "unattributed": _("Somebody")}[actor["type"]]


def _words(action: str, state: Mapping, spec: KindSpec, names: Mapping) -> str:
    fields = {name: names.get(_uuid(value), value) for name, value in (state.get("fields") or {}).items()}
    phrase = PHRASES.get(action)
    if phrase:
        return _(phrase) % _Gaps(fields)
    event = action.removeprefix(f"{spec.name}.")
    if event in PHRASES:
        return _(PHRASES[event])
    if event != action and "state" in fields:
        return _("moved it to “%(state)s”") % {"state": spec.workflow.state(fields["state"]).label}
    return action.replace(".", " ").replace("_", " ")


class _Gaps(dict):
    def __missing__(self, key: str) -> str:
        return "–"


def _differences(entry: Entry, old: Mapping, new: Mapping, spec: KindSpec, names: Mapping) -> tuple[Difference, ...]:
    if entry.subject_type != Record.subject:
        return ()
    told = []
    for name in _changed_names(old, new):
        field = spec.find(name)
        if field is None or name in ("state", "closed_at"):
            continue
        told.append(
            Difference(str(field.label), _value(field, old, names, spec), _value(field, new, names, spec), name)
        )
    return tuple(told)


def _changed_names(old: Mapping, new: Mapping) -> list[str]:
    names: dict[str, None] = {}
    for path, _old, _new in differences(old, new):
        parts = path if isinstance(path, tuple | list) else str(path).replace("/", ".").split(".")
        if len(parts) > 1 and parts[0] in ("fields", "parts"):
            names.setdefault(str(parts[1]), None)
    return list(names)


def _value(field: FieldSpec, state: Mapping, names: Mapping, spec: KindSpec) -> str:
    if field.part is not None:
        count = len(state.get("parts", {}).get(field.name, []))
        return _("%(count)s lines") % {"count": count}
    raw = state.get("fields", {}).get(field.name)
    if raw is None or isinstance(raw, Erased):
        return "" if raw is None else _("(erased)")
    if field.name == "state":
        return str(spec.workflow.state(raw).label)
    return field.words(field.type.from_json(raw), names)


def _former_states(entries: Sequence[Entry]) -> dict[tuple[UUID, int], dict]:
    """For each entry the state its subject had one revision before, keyed by the later revision."""
    wanted = {entry.subject_uid for entry in entries if entry.revision and entry.revision > 1}
    if not wanted:
        return {}
    revisions = {(entry.subject_uid, entry.revision - 1) for entry in entries if entry.revision}
    found = Entry.objects.filter(subject_uid__in=wanted, state__isnull=False).order_by("-seq")
    lowest = min((entry.revision for entry in entries if entry.revision), default=1)
    rows = found.filter(revision__gte=lowest - 1).values_list("subject_uid", "revision", "state")
    return {(uid, revision + 1): parse(bytes(state)) for uid, revision, state in rows if (uid, revision) in revisions}


def _open_values(documents: Iterable[Any]) -> Any:
    wanted = {c for document in documents for c in commitments_in(document)}
    values = {}
    wanted = list(wanted)
    for start in range(0, len(wanted), 500):
        for row in OpeningRow.objects.filter(commitment__in=wanted[start : start + 500]):
            values[row.commitment] = json.loads(bytes(row.value))
    return lambda commitment: values.get(commitment, ERASED)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None


def uids_in(document: Any) -> set[UUID]:
    """Everything in a document that is or looks like an identifier."""
    if isinstance(document, UUID):
        return {document}
    if isinstance(document, Mapping):
        return set().union(*map(uids_in, document.values())) if set(document) != {COMMITTED} else set()
    if isinstance(document, list | tuple):
        return set().union(*map(uids_in, document))
    found = _uuid(document) if isinstance(document, str) and len(document) == 36 else None
    return {found} if found else set()


def names_of(uids: Iterable[UUID | None], *, titled: Q = EVERYBODY) -> dict[UUID, str]:
    """What people call the persons, units and records behind identifiers; a record not among ``titled`` by number alone."""
    uids = {uid for uid in uids if uid is not None}
    names: dict[UUID, str] = {}
    if uids:
        names.update(Person.objects.filter(uid__in=uids).values_list("uid", "name"))
        names.update(Unit.objects.filter(uid__in=uids - names.keys()).values_list("uid", "name"))
        records = Record.objects.filter(uid__in=uids - names.keys())
        names.update(records.values_list("uid", "number"))
        for uid, number, title in records.filter(titled).values_list("uid", "number", "title"):
            names[uid] = f"{number} {title}"
    return names


def fields_changed_since(row: Any, revision: int, now: Mapping | None = None) -> set[str]:
    """The fields and parts that others changed after a revision; ``now`` is the row's sealed state, if it is at hand."""
    wanted = (revision,) if now is not None else (revision, row.revision)
    states = dict(
        Entry.objects.filter(subject_uid=row.uid, state__isnull=False, revision__in=wanted).values_list(
            "revision", "state"
        )
    )
    if revision not in states:
        return {f.name for f in row.spec.editable_fields}
    now = now if now is not None else parse(bytes(states[row.revision]))
    return set(_changed_names(parse(bytes(states[revision])), now))


def state_as_of(uid: UUID, moment: datetime) -> dict | None:
    """The opened state document a subject had at a moment; None before it was."""
    for _uid, state in newest_states([uid], until=moment):
        document = parse(state)
        return unseal(document, _open_values([document]))
    return None


def state_at_revision(uid: UUID, revision: int) -> dict | None:
    """The opened state document of one revision of a subject."""
    entries = Entry.objects.filter(subject_uid=uid, revision=revision, state__isnull=False)
    for state in entries.order_by("-seq").values_list("state", flat=True)[:1]:
        document = parse(bytes(state))
        return unseal(document, _open_values([document]))
    return None

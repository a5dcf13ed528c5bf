"""The doors: create, edit, perform, void. They take sets; one is a set of one.

Every door goes the same way: lock the Record rows in key order, see whether the state allows it, whether the actor
may, whether what is needed is there and the guards agree, prove the signature anew, write, leave an entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing, standing_of
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.organization.actors import holders
from hoshin.kernel.organization.models import Unit
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import new_uid
from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import unit_of_work

from . import conflicts, due, history, pins, registry, rounds, signatures
from .errors import Invalid, NotAllowed, NotSigned, NotYet, Problem
from .fields import FieldSpec
from .kinds import KindSpec
from .numbering import take_numbers
from .record import SLICE, Record, replace_lines, state_moves
from .steps import asked_fields, missing_fields, reasons_against
from .texts import read_reason
from .values import Reader, read_values
from .workflow import VOID, Meaning, Transition


@dataclass(frozen=True)
class Draft:
    """A record to be: its values by field name, and the uid its maker gave it."""

    values: Mapping[str, Any]
    uid: UUID = field(default_factory=new_uid)
    party: UUID | None = None
    # Records the values may refer to though the opener does not see them: the house itself filled them in.
    vouched: frozenset[UUID] = frozenset()


class DuplicateUid(Invalid):
    """A uid that another kind of record carries already."""


def create(
    kind: KindSpec | str,
    drafts: Sequence[Draft | Mapping[str, Any]],
    *,
    by: Actor,
    reason: str = "",
    batch: str | None = None,
) -> list[Any]:
    """Open records. Creating the same uid again answers with the record that is there and writes nothing."""
    spec = registry.get(kind) if isinstance(kind, str) else kind
    reason = read_reason(reason)
    made = [draft if isinstance(draft, Draft) else Draft(draft) for draft in drafts]
    with unit_of_work() as work:
        there = _already_there(spec, made, standing_of(by))
        new = [draft for draft in {draft.uid: draft for draft in made}.values() if draft.uid not in there]
        for start in range(0, len(new), SLICE):
            for row in _open(spec, new[start : start + SLICE], by, reason, batch, work):
                there[row.uid] = row
    return [there[draft.uid] for draft in made]


def _already_there(spec: KindSpec, drafts: Sequence[Draft], standing: Standing) -> dict[UUID, Any]:
    there: dict[UUID, Any] = {}
    for start in range(0, len(drafts), SLICE):
        uids = [draft.uid for draft in drafts[start : start + SLICE]]
        known = list(Record.objects.filter(uid__in=uids))
        if any(record.kind != spec.name or not may_see(standing, record) for record in known):
            raise DuplicateUid([Problem("uid", _("A uid of this set belongs to another record already."))])
        there |= {row.uid: row for row in registry.typed(known)}
    return there


def _open(spec: KindSpec, drafts: Sequence[Draft], by: Actor, reason: str, batch: str | None, work: Work) -> list[Any]:
    standing = standing_of(by)
    at = clock.now()
    vouched = frozenset().union(*(draft.vouched for draft in drafts))
    read = read_values(spec, [draft.values for draft in drafts], complete=True, seen=Reader(standing, vouched=vouched))
    home = _home_unit(standing)
    rows = [_new_row(spec, draft, values, home, standing, at) for draft, values in zip(drafts, read, strict=True)]
    for row in rows:
        if not spec.create_by.allows(standing, row):
            raise NotAllowed(_("You may not open a %(kind)s in this unit.") % {"kind": spec.label})
    if spec.handled_by:
        _find_handlers(spec, rows, standing)
    due.derive(rows)
    pins.hold(spec, rows, [f.name for f in spec.fields])
    for row, number in zip(rows, take_numbers(spec, at, len(rows)), strict=True):
        row.number = number
    occurred = rows[0].occurred_at if len(rows) == 1 else None
    work.add(rows, f"{spec.name}.opened", by=by, reason=reason or None, batch=batch, occurred_at=occurred)
    return rows


def _home_unit(standing: Standing) -> UUID | None:
    if standing.person is not None:
        return standing.person.unit_id
    return Unit.objects.filter(parent=None).values_list("uid", flat=True).first()


def _new_row(spec: KindSpec, draft: Draft, values: Mapping, home: UUID | None, standing: Standing, at: Any) -> Any:
    row = spec.model(
        uid=draft.uid, kind=spec.name, state=spec.workflow.initial.name, created_at=at, changed_at=at,
        definition=spec.version, party=draft.party, author_id=standing.uid,
        opened_by_hand_id=standing.hand if standing.hands else None,
    )  # fmt: skip
    for name, value in values.items():
        spec.by_name[name].write(row, value)
    row._files = []
    for f in spec.part_fields:
        if f.part.model is not None:
            row.__dict__.setdefault("_lines", {}).setdefault(f.part.name, [])
    row.unit_id = row.unit_id or home
    if row.owner_id is None and not spec.handled_by:
        row.owner_id = standing.uid
    if row.due_on is None and spec.due_within is not None:
        row.due_on = (at + timedelta(days=spec.due_within)).date()
    return row


def _find_handlers(spec: KindSpec, rows: Sequence[Any], standing: Standing) -> None:
    """What nobody owns yet stays with whoever opens it and can handle it, or goes to the nearest who can."""
    nearest: dict[UUID | None, UUID | None] = {}
    for row in rows:
        if row.owner_id is not None:
            continue
        if any(standing.holds(role, row.unit_id) for role in spec.handled_by):
            row.owner_id = standing.uid
            continue
        if row.unit_id not in nearest:
            found = (person.uid for role in spec.handled_by for person in holders(role, row.unit_id))
            nearest[row.unit_id] = next(found, standing.uid)
        row.owner_id = nearest[row.unit_id]


def lock(records: Sequence[Any]) -> list[Any]:
    """Lock the Record rows in key order and read them again as rows of their kinds, in the order given."""
    if connection.features.has_select_for_update:  # on SQLite the unit of work holds the one write lock already
        keys = sorted({record.pk for record in records})
        list(Record.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return list(registry.typed(records))


def edit(
    records: Sequence[Any], values: Mapping[str, Any], *, by: Actor, revision: int | None = None, reason: str = ""
) -> list[Any]:
    """Change fields of records. ``revision`` is the one the editor saw: what others changed since is not overwritten."""
    reason = read_reason(reason)
    with unit_of_work() as work:
        rows = lock(records)
        standing = standing_of(by)
        for row in rows:
            _check_may_edit(row, values, standing)
        for row in rows:
            _edit_one(row, values, by, revision, reason, work)
    return rows


def _check_may_edit(row: Any, values: Mapping[str, Any], standing: Standing) -> None:
    spec = row.spec
    if not may_see(standing, row) or not spec.edit_by.allows(standing, row):
        raise NotAllowed(
            _("%(number)s may be changed by: %(who)s.") % {"number": row.number, "who": spec.edit_by.words}
        )
    state = spec.workflow.state(row.state)
    if not state.is_open:
        raise NotYet(
            [_("%(number)s is %(state)s; it is changed no more.") % {"number": row.number, "state": state.label}]
        )
    fixed = sorted(set(values) & set(spec.content_fields)) if state.locked else []
    if fixed:
        labels = ", ".join(str(spec.by_name[name].label) for name in fixed)
        told = {"number": row.number, "state": state.label, "fields": labels}
        raise NotYet([_("%(number)s is %(state)s; changed no more: %(fields)s.") % told])


def _edit_one(row: Any, sent: Mapping, by: Actor, revision: int | None, reason: str, work: Work) -> None:
    spec = row.spec
    held = [spec.by_name[name].read(row) for name in sent if name in spec.by_name]
    reader = Reader(standing_of(by), vouched=frozenset(history.uids_in(held)), row=row)
    (values,) = read_values(spec, [sent], complete=False, seen=reader)
    changed = {name: value for name, value in values.items() if differs(spec.by_name[name], row, value)}
    if revision is not None and revision != row.revision:
        conflicts.check_no_conflict(row, revision, changed, work)
    if not changed:
        return
    columns = write_values(row, changed)
    rounds.lapse_if_content_changed(row, set(changed), by=by, work=work)
    work.change([row], columns, f"{spec.name}.edited", by=by, reason=reason or None)


def compute(records: Sequence[Any], values: Mapping[str, Any], *, by: Actor) -> list[Any]:
    """Write what a process has worked out into fields that people do not write."""
    with unit_of_work() as work:
        rows = lock(records)
        for row in rows:
            _write_computed(row, values, by, work)
    return rows


def _write_computed(row: Any, values: Mapping[str, Any], by: Actor, work: Work) -> None:
    spec = row.spec
    written = [name for name in values if spec.by_name[name].editable]
    if written:
        raise Invalid([Problem(name, _("People write this field; it is not computed.")) for name in written])
    changed = {name: value for name, value in values.items() if differs(spec.by_name[name], row, value)}
    if changed:
        columns = write_values(row, changed)
        work.change([row], columns, f"{spec.name}.computed", by=by)


def differs(f: FieldSpec, row: Any, value: Any) -> bool:
    known = f.read(row)
    return (known if known != "" else None) != (value if value != "" else None)


def write_values(row: Any, values: Mapping[str, Any]) -> set[str]:
    """Put values into a locked row; answers with the columns to save."""
    spec, columns = row.spec, {"changed_at"}
    row.changed_at = clock.now()
    for name, value in values.items():
        f = spec.by_name[name]
        f.write(row, value)
        if f.part is not None and f.part.model is not None:
            replace_lines(row, f.part, value)
        else:
            columns.add(f.path[0])
        if f.pinned and len(f.path) == 1:
            columns.add(f.pin)
    pins.hold(spec, [row], values)
    if {"due_on", "unit"} & set(values):
        due.derive([row])
        columns.add("due_at")
    return columns


def perform(
    records: Sequence[Any],
    step: str,
    *,
    by: Actor,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    proof: signatures.Proof | signatures.Proved | None = None,
    revision: int | None = None,
    computed: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Take one step of the workflow with all the records, or with none of them.

    ``computed`` holds values of fields that people do not write: what a process has worked out, never a surface.
    """
    reason = read_reason(reason)
    # Proved before the unit of work: a failed attempt must stay counted, and hashing must not hold the write lock.
    proved = signatures.prove(by, proof) if proof is not None else None
    with unit_of_work() as work:
        rows = lock(records)
        standing = standing_of(by)
        for row in rows:
            transition = row.spec.workflow.transition(step)
            _check_may_step(row, transition, standing)
            conflicts.check_seen(row, revision, standing, work)
            if values:
                _check_may_fill(row, transition, values)
                _edit_one(row, values, by, revision, reason, work)
            if computed:
                _write_computed(row, computed, by, work)
            check_ready(row, transition, reason)
            if transition.round is not None and not rounds.is_complete(row, transition):
                rounds.open_round(row, transition, by=by, work=work)
                continue
            take(row, transition, by=by, reason=reason, proved=proved, work=work)
    return rows


def _check_may_step(row: Any, transition: Transition, standing: Standing) -> None:
    if row.state not in {state.name for state in transition.sources}:
        label = row.spec.workflow.state(row.state).label
        raise NotYet(
            [
                _("%(number)s is %(state)s; “%(step)s” does not start there.")
                % {"number": row.number, "state": label, "step": transition.title}
            ]
        )
    if not may_see(standing, row) or not transition.by.allows(standing, row):
        raise NotAllowed(
            _("“%(step)s” may be done by: %(who)s.") % {"step": transition.title, "who": transition.by.words}
        )


def _check_may_fill(row: Any, transition: Transition, values: Mapping[str, Any]) -> None:
    """Who may take a step may fill in what it asks for, and only that."""
    spec = row.spec
    asked = {f.name for f in asked_fields(spec, transition)}
    stray = set(values) - asked
    if stray:
        raise Invalid([Problem(name, _("This step does not ask for it.")) for name in sorted(stray)])


def check_ready(row: Any, transition: Transition, reason: str) -> None:
    """Whether all that a step needs is there."""
    problems = [
        Problem(f.name, _("This is needed before “%(step)s”.") % {"step": transition.title})
        for f in missing_fields(row, transition)
    ]
    if problems:
        raise Invalid(problems)
    against = list(reasons_against(row, transition))
    if transition.reason_needed and not reason:
        against.append(_("A reason is needed."))
    if against:
        raise NotYet(against)


def take(
    row: Any, transition: Transition, *, by: Actor, reason: str, proved: signatures.Proved | None, work: Work
) -> None:
    """Sign where the step asks for it, move the state, leave the entry."""
    spec = row.spec
    if transition.signed_as is not None and not by.is_system:
        if proved is None:
            raise NotSigned(
                _("“%(step)s” is signed: prove your identity with your password.") % {"step": transition.title}
            )
        signatures.sign(
            row,
            by=by,
            proved=proved,
            meaning=transition.signed_as,
            transition=transition.name,
            reason=reason,
            work=work,
        )
    rounds.close(row, by=by, work=work)
    with state_moves():
        row.state = transition.target.name
    row.changed_at = clock.now()
    row.closed_at = None if transition.target.is_open else row.changed_at
    work.change(
        [row],
        ["state", "changed_at", "closed_at"],
        transition.action(spec.name),
        by=by,
        reason=reason or None,
        detail={"transition": transition.name},
    )


def sign_seat(
    record: Any,
    step: str,
    *,
    by: Actor,
    proof: signatures.Proof | signatures.Proved,
    reject: bool = False,
    reason: str = "",
    revision: int | None = None,
) -> Any:
    """Fill one's seat in a signature round, or reject with a reason. The last signature needed takes the step."""
    reason = read_reason(reason)
    proved = signatures.prove(by, proof)
    with unit_of_work() as work:
        (row,) = lock([record])
        transition, standing = row.spec.workflow.transition(step), standing_of(by)
        seat = rounds.turn(row, transition, standing) if may_see(standing, row) and transition.round else None
        if row.state not in {state.name for state in transition.sources}:
            seat = None
        if seat is None:
            raise NotAllowed(_("There is no seat in this round for you to sign now."))
        conflicts.check_seen(row, revision, standing, work)
        if reject and not reason:
            raise NotYet([_("A rejection needs a reason.")])
        meaning = Meaning.REJECTED if reject else transition.round.meaning
        signatures.sign(row, by=by, proved=proved, meaning=meaning, transition=step, reason=reason, work=work)
        rounds.decide(seat, rounds.REJECTED if reject else rounds.SIGNED, standing, by, reason, work)
        if not reject and rounds.is_complete(row, transition):
            check_ready(row, transition, reason or _("all signatures given"))
            take(row, transition, by=by, reason=reason, proved=proved, work=work)
    return row


def void(records: Sequence[Any], *, by: Actor, reason: str) -> list[Any]:
    """Strike records out, with a reason. They stay, with all their history; nothing is destroyed."""
    reason = read_reason(reason)
    if not reason:
        raise NotYet([_("A reason is needed to void a record.")])
    with unit_of_work() as work:
        rows = lock(records)
        standing = standing_of(by)
        for row in rows:
            if not may_see(standing, row) or not row.spec.void_by.allows(standing, row):
                raise NotAllowed(
                    _("%(number)s may be voided by: %(who)s.") % {"number": row.number, "who": row.spec.void_by.words}
                )
            if row.state == VOID:
                raise NotYet([_("%(number)s is void already.") % {"number": row.number}])
        for row in dict.fromkeys(rows):
            rounds.close(row, by=by, work=work)
            with state_moves():
                row.state = VOID
            row.changed_at = row.closed_at = clock.now()
            work.change([row], ["state", "changed_at", "closed_at"], f"{row.spec.name}.voided", by=by, reason=reason)
    return rows

"""The doors of the organisation: people, units, grants and delegations are written here and nowhere else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.head import is_demo
from hoshin.kernel.trail.unit import unit_of_work

from .actors import holds_anywhere, is_themselves
from .models import Delegation, Grant, Person, Unit, UnitWithin
from .names import confusing, normalised
from .roles import ROLES

# What may be changed of a unit and of a person. User names are never given twice, so they do not change.
OF_A_UNIT = ("name", "code", "sort", "parent", "manager", "timezone")
OF_A_PERSON = ("name", "email", "unit", "active", "language", "party")


class NotAdministrator(PermissionError):
    """Only an administrator (or the set-up) changes the organisation."""


def _check_administers(by: Actor) -> None:
    if by.is_system or (by.person is not None and holds_anywhere(by.person, "administrator")):
        return
    raise NotAdministrator(_("Only an administrator may change people, units and roles."))


def _check_known(values: Iterable[str], known: Sequence[str]) -> None:
    for name in values:
        if name not in known:
            raise ValidationError(
                _("“%(name)s” is not changed here; there are: %(known)s.") % {"name": name, "known": ", ".join(known)}
            )


def add_units(units: Sequence[Unit], *, by: Actor) -> list[Unit]:
    """Add units, parents before children."""
    _check_administers(by)
    with unit_of_work() as work:
        for unit in units:
            unit.full_clean(validate_unique=True)
            work.add([unit], "unit.added", by=by)
        _spell_out_the_tree()
    return list(units)


def change_unit(unit: Unit, *, by: Actor, **values: Any) -> Unit:
    """Rename, move or hand over a unit. A unit cannot become part of itself."""
    _check_administers(by)
    _check_known(values, OF_A_UNIT)
    with unit_of_work() as work:
        work.fresh(unit)
        for name, value in values.items():
            setattr(unit, name, value)
        _check_no_ring(unit)
        unit.full_clean()
        work.change([unit], values, "unit.changed", by=by)
        if "parent" in values:
            _spell_out_the_tree()
    return unit


def _check_no_ring(unit: Unit) -> None:
    above, seen = unit.parent, {unit.uid}
    while above is not None:
        if above.uid in seen:
            raise ValidationError({"parent": _("%(unit)s would become part of itself.") % {"unit": unit.name}})
        seen.add(above.uid)
        above = above.parent


def _spell_out_the_tree() -> None:
    """Remake the small table that says which unit lies within which."""
    parents = dict(Unit.objects.values_list("uid", "parent"))
    UnitWithin.objects.all().delete()
    UnitWithin.objects.bulk_create(
        UnitWithin(whole_id=whole, unit_id=unit, depth=depth) for whole, unit, depth in tree_of(parents)
    )


def tree_of(parents: Mapping[UUID, UUID | None]) -> Iterator[tuple[UUID, UUID, int]]:
    """Each unit with every unit around it, itself first, and how far out that is."""
    for unit in parents:
        whole, depth = unit, 0
        while whole is not None and depth <= len(parents):
            yield whole, unit, depth
            whole, depth = parents.get(whole), depth + 1


@dataclass(frozen=True)
class SharedPassword:
    """A password hashed once and given to many accounts, which only a demonstration may do."""

    encoded: str


def add_people(people: Sequence[tuple[Person, str | SharedPassword | None]], *, by: Actor) -> list[Person]:
    """Open accounts; each comes with its password or None for an account that cannot sign in yet."""
    _check_administers(by)
    with unit_of_work() as work:
        for person, password in people:
            if why := confusing(person.username):
                raise ValidationError({"username": _("The user name cannot be used: %(why)s.") % {"why": why}})
            person.username = normalised(person.username)
            if password is None:
                person.set_unusable_password()
            elif isinstance(password, SharedPassword):
                if not is_demo():
                    raise ValidationError(_("People share a password in a demonstration only."))
                person.password = password.encoded
            else:
                person.set_password(password)
            person.full_clean(exclude=["password"])
            person.clean()
        work.add([person for person, _password in people], "person.added", by=by)
    return [person for person, _password in people]


def change_person(person: Person, *, by: Actor, **values: Any) -> Person:
    """Change a person's particulars, or close the account with ``active=False``."""
    _check_administers(by)
    _check_known(values, OF_A_PERSON)
    with unit_of_work() as work:
        work.fresh(person)
        for name, value in values.items():
            setattr(person, name, value)
        person.full_clean()
        work.change([person], values, "person.changed", by=by)
    return person


def set_password(person: Person, password: str, *, by: Actor) -> None:
    """Give a person a new password: themselves, or an administrator."""
    if not is_themselves(by, person):
        _check_administers(by)
    validate_password(password, person)
    with unit_of_work() as work:
        work.fresh(person)
        person.set_password(password)
        work.change([person], ["password"], "person.password set", by=by)


def grant(
    person: Person, role: str, unit: Unit, *, by: Actor, since: datetime | None = None, until: datetime | None = None
) -> Grant:
    """Give a person a role in a unit for a time."""
    _check_administers(by)
    if role not in ROLES:
        raise ValidationError(
            _("There is no role “%(role)s”; there are: %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)}
        )
    since = since or clock.now()
    if until is not None and until <= since:
        raise ValidationError(_("A grant must end after it begins."))
    given = Grant(person=person, role=role, unit=unit, since=since, until=until)
    with unit_of_work() as work:
        work.add([given], "grant.given", by=by)
    return given


def end_grant(given: Grant, *, by: Actor, at: datetime | None = None, reason: str = "") -> Grant:
    """End a grant; it stays for every question about the past."""
    _check_administers(by)
    with unit_of_work() as work:
        work.fresh(given)
        until = at or clock.now()
        if given.until is not None and given.until < until:
            raise ValidationError(_("The grant ended on %(day)s already.") % {"day": given.until.date()})
        given.until = max(until, given.since)
        work.change([given], ["until"], "grant.ended", by=by, reason=reason)
    return given


def delegate(
    delegator: Person, to: Person, *, by: Actor, since: datetime, until: datetime | None, purpose: str = ""
) -> Delegation:
    """Let somebody act in one's place for a time. Only the delegator gives this leave."""
    if not by.is_system and not is_themselves(by, delegator):
        raise NotAdministrator(_("Only %(name)s can delegate their own authority.") % {"name": delegator.name})
    if to == delegator:
        raise ValidationError(_("Nobody delegates to themselves."))
    if until is not None and until <= since:
        raise ValidationError(_("A delegation must end after it begins."))
    given = Delegation(delegator=delegator, delegate=to, since=since, until=until, purpose=purpose)
    with unit_of_work() as work:
        work.add([given], "delegation.given", by=by)
    return given

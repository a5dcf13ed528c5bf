"""People as actors, and what they hold."""

from datetime import datetime
from uuid import UUID

from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor

from .models import Delegation, Grant, Person, UnitWithin


class NotDelegated(PermissionError):
    """Somebody acted for another person without that person's leave."""


def acting(person: Person, *, via: str = "session", role: str | None = None) -> Actor:
    """A person who acts for themselves."""
    return Actor("person", uid=str(person.uid), role=role, via=via, person=person)


def acting_for(delegate: Person, delegator: Person, *, via: str = "session") -> Actor:
    """A person who acts in another's place; refused without a delegation that is valid now."""
    for one in (delegate, delegator):
        if not one.active:
            raise NotDelegated(f"The account of {one.name} is closed.")
    if not Delegation.objects.valid().filter(delegator=delegator, delegate=delegate).exists():
        raise NotDelegated(f"{delegator.name} has not delegated to {delegate.name} at this time.")
    return Actor("person", uid=str(delegate.uid), via=via, on_behalf_of=str(delegator.uid), person=delegator)


def is_themselves(actor: Actor, person: Person) -> bool:
    """Whether a person acts for themselves: what is theirs alone (password, tokens, delegations) no delegate touches."""
    return actor.type == "person" and actor.on_behalf_of is None and actor.uid == str(person.uid) and person.active


def holds_anywhere(person: Person, role: str, at: datetime | None = None) -> bool:
    return person.active and Grant.objects.valid(at).filter(person=person, role=role).exists()


def holders(role: str, unit: UUID | None, at: datetime | None = None) -> list[Person]:
    """Who holds a role in a unit; the nearest grant around the unit comes first."""
    around = UnitWithin.objects.filter(unit=unit).values_list("whole", "depth")
    depth = dict(around)
    grants = Grant.objects.valid(at or clock.now()).filter(role=role, unit__in=list(depth), person__active=True)
    found = sorted(grants.select_related("person"), key=lambda grant: (depth[grant.unit_id], grant.since, grant.pk))
    return list(dict.fromkeys(grant.person for grant in found))

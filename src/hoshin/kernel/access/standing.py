"""What a person may do at a moment: the roles they hold and where, asked once and remembered."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hoshin.kernel.organization.models import Person
from hoshin.kernel.organization.roles import INSIDE
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor

from .held import units_by_role


class Standing:
    """The units in which a person holds each role, at one moment. Its cost does not grow with the records."""

    def __init__(
        self, person: Person | None, at: datetime | None = None, *, system: bool = False, hands: str | None = None
    ):
        # A closed account has no standing at all: neither its roles nor what it owns or opened.
        self.person = person if person is not None and person.active else None
        self.at = at or clock.now()
        self.system = system
        # Who really acts when it is a delegate: separation of duties looks at both.
        self.hands = hands
        self._units: dict[str, frozenset[UUID]] | None = None

    @property
    def uid(self) -> UUID | None:
        return self.person.uid if self.person is not None else None

    @property
    def party(self) -> UUID | None:
        return self.person.party if self.person is not None else None

    def _by_role(self) -> dict[str, frozenset[UUID]]:
        if self._units is None:
            self._units = units_by_role(self.person, self.at) if self.person is not None else {}
        return self._units

    def units(self, roles: Iterable[str]) -> frozenset[UUID]:
        """The units in which one of the roles is held."""
        held = self._by_role()
        return frozenset().union(*(held.get(role, frozenset()) for role in roles))

    @property
    def hand(self) -> UUID | None:
        """The person who really acts."""
        return UUID(self.hands) if self.hands else self.uid

    def is_one_of(self, *people: UUID | None) -> bool:
        """Whether one of these people acts here, by themselves or through another."""
        return bool({person for person in people if person is not None} & {self.uid, self.hand})

    def holds(self, role: str, unit: UUID | None = None) -> bool:
        """Whether the role is held in the unit, or anywhere where no unit is asked for."""
        units = self._by_role().get(role, frozenset())
        return bool(units) if unit is None else unit in units

    @property
    def is_inside(self) -> bool:
        return self.system or bool(self.units(INSIDE))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self._by_role())


def standing_of(actor: Actor) -> Standing:
    """The standing behind an actor: a delegate has the delegator's."""
    return Standing(actor.person, system=actor.is_system, hands=actor.uid if actor.on_behalf_of else None)

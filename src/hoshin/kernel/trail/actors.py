"""Who acts: every write names an actor, and the ledger keeps it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """A person, a person on behalf of another, the system, an outside party, or nobody who may be named."""

    type: str
    uid: str | None = None
    role: str | None = None
    via: str | None = None
    on_behalf_of: str | None = None
    # The Person row, for checks of rights. It is not part of what is written down.
    person: Any = None

    def statement(self) -> dict[str, str]:
        """What a leaf says about the actor."""
        said = {"type": self.type, "uid": self.uid, "role": self.role, "via": self.via, "for": self.on_behalf_of}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def is_system(self) -> bool:
        return self.type == "system"

    @property
    def person_uid(self) -> UUID | None:
        return self.person.uid if self.person is not None else None


def system(part: str = "hoshin") -> Actor:
    """The organisation's own machinery; ``part`` says which piece of it acts."""
    return Actor("system", uid=part)


def outside(party: str, via: str) -> Actor:
    """A supplier, customer or inspector without an account of the organisation."""
    return Actor("outside", uid=party, via=via)


UNATTRIBUTED = Actor("unattributed")

"""The world of the demonstration while it is built: who is who, what there is, and the calendar."""

import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from hoshin.kernel.organization.actors import acting, acting_for
from hoshin.kernel.organization.models import Delegation, Person, Unit
from hoshin.kernel.records.signatures import DEMONSTRATION, Proved
from hoshin.kernel.trail.actors import Actor

from .timeline import Timeline
from .workdays import DAYS_A_WEEK, Workdays

# Working hours.
OPENS, CLOSES = 8.0, 16.5


@dataclass
class World:
    """Everything events speak of, by the names the texts use."""

    workdays: Workdays
    timeline: Timeline
    seed: int
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    characteristics: dict[str, Any] = field(default_factory=dict)

    def rng(self, *place: int | str) -> np.random.Generator:
        """Chance for one thing alone, so that nothing depends on the order in which things happen."""
        words = (zlib.crc32(part.encode()) if isinstance(part, str) else part for part in place)
        return np.random.default_rng([self.seed, *words])

    def by(self, username: str) -> Actor:
        return acting(self.people[username], via="demonstration")

    def proof(self, username: str) -> Proved:
        """How invented people sign; refused by every ledger that is no demonstration."""
        return Proved(self.people[username], DEMONSTRATION)

    def signed(self, username: str) -> dict[str, Any]:
        """Who acts and signs, for a door."""
        return {"by": self.by(username), "proof": self.proof(username)}

    def signed_for(self, username: str) -> dict[str, Any]:
        """The same; whoever is away is stood in for."""
        leave = Delegation.objects.valid().filter(delegator=self.people[username]).select_related("delegate").first()
        if leave is None:
            return self.signed(username)
        delegate = leave.delegate.username
        return {
            "by": acting_for(leave.delegate, self.people[username], via="demonstration"),
            "proof": self.proof(delegate),
        }

    def uid(self, username: str) -> str:
        return str(self.people[username].uid)

    def zone(self, unit: str) -> str:
        return self.units[unit].timezone

    def moment(self, day: int, hour: float, unit: str) -> datetime:
        return self.workdays.moment(day, hour, self.zone(unit))

    def day(self, number: int) -> date:
        return self.workdays.day(number)

    def at(self, day: int, hour: float, unit: str, event) -> None:
        """Let something happen on a working day, at an hour where the unit is."""
        self.timeline.at(self.moment(day, hour, unit), event)

    def week(self, week: float, unit: str, event) -> None:
        """Let something happen at a moment told in weeks since the first day, within working hours."""
        day = int(week * DAYS_A_WEEK)
        self.at(day, OPENS + (CLOSES - OPENS) * (week * DAYS_A_WEEK - day), unit, event)

    def day_of_week(self, week: float) -> date:
        """The calendar day of a moment told in weeks."""
        return self.workdays.day(int(week * DAYS_A_WEEK))

"""The algebra of rights: who may, as small values that compile to SQL for lists and to a check for the doors.

role("quality manager") & not_author()
owner() | participant("investigator")
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.organization.roles import ROLES

from .models import Participant
from .standing import Standing

NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY


@dataclass(frozen=True)
class Right:
    """Who may do a thing to a record, in SQL, in Python and in words."""

    sql: Callable[[Standing], Q]
    check: Callable[[Standing, Any], bool]
    words: str | Promise
    # The role names it speaks of, so that a misspelt one stops the start.
    roles: tuple[str, ...] = ()

    def q(self, standing: Standing) -> Q:
        return EVERYBODY if standing.system else self.sql(standing)

    def allows(self, standing: Standing, row: Any) -> bool:
        return standing.system or self.check(standing, row)

    def __and__(self, other: "Right") -> "Right":
        return Right(
            lambda s: self.q(s) & other.q(s),
            lambda s, row: self.allows(s, row) and other.allows(s, row),
            _("%(one)s, %(other)s") % {"one": self.words, "other": other.words},
            self.roles + other.roles,
        )

    def __or__(self, other: "Right") -> "Right":
        return Right(
            lambda s: self.q(s) | other.q(s),
            lambda s, row: self.allows(s, row) or other.allows(s, row),
            _("%(one)s or %(other)s") % {"one": self.words, "other": other.words},
            self.roles + other.roles,
        )


def role(*names: str) -> Right:
    """Whoever holds one of the roles in the record's unit."""

    def sql(s: Standing) -> Q:
        units = s.units(names)
        return Q(unit__in=units) if units else NOBODY

    def check(s: Standing, row: Any) -> bool:
        # A record without a unit lies in nobody's: asking for no unit would mean "anywhere".
        return row.unit_id in s.units(names)

    labels = [str(ROLES[name].label) if name in ROLES else name for name in names]
    return Right(sql, check, " / ".join(labels), names)


def owner() -> Right:
    """The record's owner."""
    return Right(
        lambda s: Q(owner=s.uid) if s.uid else NOBODY, lambda s, row: row.owner_id == s.uid is not None, _("owner")
    )


def author() -> Right:
    """Whoever opened the record."""
    return Right(
        lambda s: Q(author=s.uid) if s.uid else NOBODY, lambda s, row: row.author_id == s.uid is not None, _("author")
    )


def not_author() -> Right:
    """Anybody but who opened the record: nobody approves their own work, neither through a delegate nor as one."""
    return _not_one_of(("author", "opened_by_hand"), _("not the author"))


def not_owner() -> Right:
    """Anybody but the record's owner."""
    return _not_one_of(("owner",), _("not the owner"))


def _not_one_of(columns: tuple[str, ...], words: Any) -> Right:
    def sql(s: Standing) -> Q:
        people = [person for person in {s.uid, s.hand} if person is not None]
        among = NOBODY
        for column in columns:
            among |= Q(**{f"{column}__in": people})
        return ~among

    def check(s: Standing, row: Any) -> bool:
        return not s.is_one_of(*(getattr(row, f"{column}_id") for column in columns))

    return Right(sql, check, words)


def participant(*why: str) -> Right:
    """Whoever takes part in the record, in one of the named ways or in any."""

    def taking_part(s: Standing):
        rows = Participant.objects.valid(s.at).filter(person=s.person)
        return rows.filter(why__in=why) if why else rows

    def sql(s: Standing) -> Q:
        return Q(uid__in=taking_part(s).values("record_uid")) if s.person else NOBODY

    def check(s: Standing, row: Any) -> bool:
        return s.person is not None and taking_part(s).filter(record_uid=row.uid).exists()

    return Right(sql, check, " / ".join(why) if why else _("participant"))


def assignee() -> Right:
    """Whoever has an open task of the record."""
    return participant("assignee")


def inside(*but: str) -> Right:
    """Everybody of the organisation, in the units where they have a role; not by the roles named."""
    names = tuple(name for name, given in ROLES.items() if not given.outside and name not in but)
    made = role(*names)
    return Right(made.sql, made.check, _("everybody in the unit"))


def nobody() -> Right:
    """Nobody: the system alone."""
    return Right(lambda s: NOBODY, lambda s, row: False, _("the system"))

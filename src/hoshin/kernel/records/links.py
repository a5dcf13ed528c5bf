"""Typed links between records: each has a meaning and an inverse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.access.standing import Standing, standing_of
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import Regulated
from hoshin.kernel.trail.unit import unit_of_work

from .errors import Invalid, NotAllowed, Problem
from .record import SLICE, Record
from .texts import read_reason, read_text


@dataclass(frozen=True)
class Relation:
    """What a link means, read from either end."""

    name: str
    label: str | Promise
    inverse: str | Promise


_relations: dict[str, Relation] = {}


def relation(name: str, label: str | Promise, inverse: str | Promise) -> Relation:
    """Declare a relation; processes and interactions add their own."""
    _relations[name] = Relation(name, label, inverse)
    return _relations[name]


RELATED = relation("related", gettext_lazy("related to"), gettext_lazy("related to"))
CAUSES = relation("causes", gettext_lazy("causes"), gettext_lazy("caused by"))
LEADS_TO = relation("leads_to", gettext_lazy("leads to"), gettext_lazy("follows from"))
CORRECTS = relation("corrects", gettext_lazy("corrects"), gettext_lazy("corrected by"))
CONCERNS = relation("concerns", gettext_lazy("concerns"), gettext_lazy("concerned by"))
DUPLICATES = relation("duplicates", gettext_lazy("duplicates"), gettext_lazy("duplicated by"))


def relations() -> tuple[Relation, ...]:
    return tuple(_relations.values())


class Link(Regulated):
    """One link from a record to another. Ending it leaves it in the history."""

    subject = "link"
    state_fields = {"source": False, "target": False, "relation": False, "ended": False, "note": True}

    source = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="links_out")
    target = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="links_in")
    relation = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True)
    ended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "relation"], condition=Q(ended=False), name="link_once_while_valid"
            )
        ]

    def record_uid_of_entry(self) -> UUID:
        return self.source_id


@dataclass(frozen=True)
class Seen:
    """A link as one end sees it."""

    link: Link
    label: str | Promise
    other: Record


def link(source: Any, relation_name: str, targets: Sequence[Any], *, by: Actor, note: str = "") -> list[Link]:
    """Link a record to others. A link that is there already is left as it is."""
    if relation_name not in _relations:
        known = ", ".join(_relations)
        raise Invalid(
            [
                Problem(
                    "relation", _("There is no relation “%(r)s”; there are: %(k)s.") % {"r": relation_name, "k": known}
                )
            ]
        )
    note = read_text("note", note, most=200, least=0)
    if any(target.uid == source.uid for target in targets):
        raise Invalid([Problem("target", _("A record cannot be linked to itself."))])
    with unit_of_work() as work:
        _check_sees([source.uid, *(target.uid for target in targets)], by)
        valid = Link.objects.filter(source=source.uid, relation=relation_name, ended=False)
        there = {found.target_id: found for found in valid.filter(target__in=[target.uid for target in targets])}
        made = {
            target.uid: Link(source_id=source.uid, target_id=target.uid, relation=relation_name, note=note)
            for target in targets
            if target.uid not in there
        }
        work.add(list(made.values()), "link.made", by=by)
    return [there.get(target.uid) or made[target.uid] for target in targets]


def _check_sees(ends: Sequence[UUID], by: Actor) -> None:
    standing = standing_of(by)
    ends = list(dict.fromkeys(ends))
    for start in range(0, len(ends), SLICE):
        some = ends[start : start + SLICE]
        if Record.objects.filter(visible(standing), uid__in=some).count() < len(some):
            raise NotAllowed(_("A record that you do not see cannot be linked or unlinked."))


def unlink(found: Link, *, by: Actor, reason: str = "") -> Link:
    """End a link. One that has ended already is left as it is."""
    reason = read_reason(reason)
    with unit_of_work() as work:
        work.fresh(found)
        _check_sees([found.source_id, found.target_id], by)
        if not found.ended:
            found.ended = True
            work.change([found], ["ended"], "link.ended", by=by, reason=reason or None)
    return found


def links_of(row: Any, standing: Standing) -> list[Seen]:
    """The valid links of a record to records this person may see, from both ends."""
    links = Link.objects.filter(Q(source=row.uid) | Q(target=row.uid), ended=False).order_by("id")
    others = [found.target_id if found.source_id == row.uid else found.source_id for found in links]
    seen = {record.uid: record for record in Record.objects.filter(visible(standing), uid__in=others)} if others else {}
    result = []
    for found, other in zip(links, others, strict=True):
        if other in seen:
            meaning = _relations.get(found.relation) or Relation(found.relation, found.relation, found.relation)
            result.append(Seen(found, meaning.label if found.source_id == row.uid else meaning.inverse, seen[other]))
    return result

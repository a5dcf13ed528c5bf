"""Comments on records: written once, corrected by another comment."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import may_see
from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import Regulated, new_uid
from hoshin.kernel.trail.unit import unit_of_work

from .errors import Invalid, NotAllowed, Problem
from .record import Record
from .texts import read_text

LONGEST = 20_000


class Comment(Regulated):
    """What somebody said about a record."""

    subject = "comment"
    state_fields = {"record": False, "author": False, "text": True, "at": False}

    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def record_uid_of_entry(self) -> UUID:
        return self.record_id


def comment(record: Any, text: str, *, by: Actor, uid: UUID | None = None) -> Comment:
    """Say something about a record one sees. The same uid again changes nothing."""
    text = read_text("text", text, most=LONGEST, lines=True)
    with unit_of_work() as work:
        record = Record.objects.get(uid=record.uid)
        if not may_see(standing_of(by), record):
            raise NotAllowed(_("Comments are made by those who see the record."))
        if uid is not None and (there := Comment.objects.filter(uid=uid).first()):
            if there.record_id != record.uid:
                raise Invalid([Problem("uid", _("The uid belongs to another comment already."))])
            return there
        said = Comment(uid=uid or new_uid(), record_id=record.uid, author=by.person, text=text, at=clock.now())
        work.add([said], "comment.made", by=by)
    return said

"""Drafts: what somebody has typed and not yet saved. Private to them, outside the ledger, gone when saved."""

from typing import Any
from uuid import UUID

from django.db import models

from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock

LARGEST = 500_000


class FormDraft(models.Model):
    """The typed values of one form of one person."""

    person = models.ForeignKey(Person, models.CASCADE, to_field="uid", related_name="+")
    # What is being filled in: "new:nonconformity" or "edit:<uid>" or "step:<uid>:<transition>".
    form = models.CharField(max_length=120)
    values = models.JSONField()
    revision = models.PositiveIntegerField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="draft_once")]


def keep(person: Person, form: str, values: dict[str, Any], revision: int | None = None) -> FormDraft:
    draft, _made = FormDraft.objects.update_or_create(
        person=person, form=form, defaults={"values": values, "revision": revision, "saved_at": clock.now()}
    )
    return draft


def kept(person: Person, form: str) -> FormDraft | None:
    return FormDraft.objects.filter(person=person, form=form).first()


def drop(person: Person, form: str) -> None:
    FormDraft.objects.filter(person=person, form=form).delete()


def form_of(record_uid: UUID, step: str | None = None) -> str:
    return f"step:{record_uid}:{step}" if step else f"edit:{record_uid}"

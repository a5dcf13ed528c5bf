"""Participants of records, tokens of programs, and the log of sign-in attempts."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.organization.models import Person, ValidQuerySet
from hoshin.kernel.trail.models import Regulated


class Participant(Regulated):
    """A person's relation to one record that gives rights: assignee, signatory, investigator, watcher, invited."""

    subject = "participant"
    state_fields = {"person": False, "why": False, "since": False, "until": False, "record_uid": False}

    # A plain identifier, for records stand on a higher floor.
    record_uid = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="participations")
    why = models.CharField(_("role in the record"), max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "record_uid"], name="participant_person"),
            models.Index(fields=["record_uid"], name="participant_record"),
        ]

    def record_uid_of_entry(self) -> UUID:
        return self.record_uid


class Token(Regulated):
    """A secret that lets a program act as a person through the API. Only its digest is kept."""

    subject = "token"
    state_fields = {"person": False, "name": True, "digest": False, "reads_only": False, "since": False, "until": False}

    person = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    reads_only = models.BooleanField(_("may only read"), default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ValidQuerySet.as_manager()


class SignInAttempt(models.Model):
    """One failed attempt to prove an identity; counted by name, so that it holds over addresses and restarts."""

    username = models.CharField(max_length=80, db_index=True)
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField()

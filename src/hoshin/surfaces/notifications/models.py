"""Notification: one thing one person is told."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hoshin.kernel.organization.models import Person
from hoshin.kernel.records.record import Record


class Why(models.TextChoices):
    """What somebody is told of."""

    TASK_ASSIGNED = "task assigned", gettext_noop("%(who)s gave you a task")
    TASK_ESCALATED = "task escalated", gettext_noop("a task of %(late)s is late")
    RECORD_ESCALATED = "record escalated", gettext_noop("it is late; %(late)s owns it")
    SIGNATURE_ASKED = "signature asked", gettext_noop("%(who)s asks for your signature: %(step)s")
    MENTIONED = "mentioned", gettext_noop("%(who)s mentioned you")
    STATE_REACHED = "state reached", gettext_noop("%(who)s moved it to “%(state)s”")


class Notification(models.Model):
    """A person is told once of an entry. It holds no title and no text: those are read from the record, which may change."""

    person = models.ForeignKey(Person, models.CASCADE, to_field="uid", related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, to_field="uid", related_name="+")
    # The number of the entry: with the person it is the key by which the work is known again.
    seq = models.BigIntegerField()
    why = models.CharField(max_length=20, choices=Why)
    who = models.ForeignKey(Person, models.CASCADE, to_field="uid", null=True, related_name="+")
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-seq"]
        constraints = [models.UniqueConstraint(fields=["person", "seq"], name="notification_once")]
        indexes = [models.Index(fields=["person", "seen_at", "-seq"], name="notification_unseen")]

    @property
    def words(self) -> str:
        """What happened, in the language of who reads it."""
        return _(Why(self.why).label) % self._parameters()

    def _parameters(self) -> dict[str, Any]:
        workflow = self.record.spec.workflow
        return {
            "who": self.who.name if self.who else _("Hoshin"),
            "late": self.detail.get("late", ""),
            "step": workflow.transition(self.detail["step"]).title if "step" in self.detail else "",
            "state": workflow.state(self.detail.get("state", "")).label,
        }

"""Batches of measurements, rows not yet sealed, the manifest of sealed segments, and the overlay."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail.models import Guarded, Regulated
from hoshin.measurements.manifest import Segment


class Batch(Regulated):
    """Measurements that came together: typed in, sent by a program, or read from one file."""

    class Source(models.TextChoices):
        FORM = "form", _("Typed in")
        API = "api", _("Sent by a program")
        FILE = "file", _("Read from a file")

    subject = "batch"
    state_fields = {
        "source": False, "name": True, "sha256": False, "layout": False, "rows": False, "missing": False, "first_row": False,
        "fingerprint": False, "recorded_by": False, "recorded_at": False, "sealed_in": False,
    }  # fmt: skip

    source = models.CharField(max_length=10, choices=Source)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    layout = models.JSONField(default=dict)
    rows = models.PositiveBigIntegerField()
    missing = models.PositiveBigIntegerField()
    first_row = models.BigIntegerField()
    # Hash over the rows' canonical bytes: what the ledger says about measurements.
    fingerprint = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    recorded_at = models.DateTimeField()
    sealed_in = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["sealed_in", "id"], name="batch_unsealed")]

    @property
    def last_row(self) -> int:
        return self.first_row + self.rows - 1


class HotRow(Guarded):
    """A measurement that waits to be sealed into a segment."""

    row = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    characteristic = models.BigIntegerField()
    sequence = models.BigIntegerField()
    time = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    size = models.FloatField(null=True)
    subgroup = models.BigIntegerField(default=-1)
    lot = models.BigIntegerField(default=0)
    gauge = models.BigIntegerField(default=0)
    operator = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["characteristic", "sequence"], name="hot_characteristic")]


class SegmentRow(Regulated):
    """One sealed file of the measurement history. The row is the commit; a file that no row names is garbage."""

    subject = "segment"
    state_fields = {"sha256": False, "rows": False, "extent": False, "live": False}

    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.PositiveBigIntegerField()
    extent = models.JSONField()
    live = models.BooleanField(default=True)

    @property
    def segment(self) -> Segment:
        return Segment.from_json(self.extent)


class Tail(models.Model):
    """How far a characteristic's sequence has come. Locked while rows are added."""

    characteristic = models.BigIntegerField(primary_key=True)
    next_sequence = models.BigIntegerField(default=0)


class Label(Regulated):
    """The words behind the number of a lot, gauge or operator in measurement rows; the number is the row's key."""

    subject = "label"
    state_fields = {"number": False, "sort": False, "text": True}

    sort = models.CharField(max_length=10)
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sort", "text"], name="label_once")]

    def state_value(self, name: str) -> Any:
        return self.pk if name == "number" else super().state_value(name)


class Statement(Regulated):
    """What is known later about one measurement: a correction, an exclusion, a remark. Nothing measured is changed."""

    class Sort(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        EXCLUSION = "exclusion", _("Exclusion")
        INCLUSION = "inclusion", _("Exclusion lifted")
        ANNOTATION = "annotation", _("Remark")

    subject = "statement"
    state_fields = {
        "sort": False, "row": False, "characteristic": False, "characteristic_uid": False, "value": False, "reason": True,
        "made_by": False, "made_at": False,
    }  # fmt: skip

    sort = models.CharField(max_length=12, choices=Sort)
    row = models.BigIntegerField()
    characteristic = models.BigIntegerField()
    characteristic_uid = models.UUIDField()
    value = models.FloatField(null=True)
    reason = models.TextField()
    made_by = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["characteristic", "id"], name="statement_characteristic")]

    def record_uid_of_entry(self):
        return self.characteristic_uid


class RememberedLayout(models.Model):
    """How a kind of file was read last, recognised by its column names."""

    signature = models.CharField(max_length=64, primary_key=True)
    layout = models.JSONField()
    used_at = models.DateTimeField()

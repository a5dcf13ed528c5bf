"""The ledger's tables, and the base of every row that is written through the trail."""

import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, models

from .doors import refuse_past_the_doors
from .schedule import Schedule  # noqa: F401
from .state import Committed


def new_uid() -> uuid.UUID:
    """A time-ordered identifier (RFC 9562, version 7): rows made together lie together in the index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


class GuardedQuerySet(models.QuerySet):
    """Reads as any query; refuses to write outside a unit of work."""

    def update(self, **kwargs: Any) -> int:
        refuse_past_the_doors(self.model)
        return super().update(**kwargs)

    def delete(self):
        refuse_past_the_doors(self.model)
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any):
        refuse_past_the_doors(self.model)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        refuse_past_the_doors(self.model)
        return super().bulk_update(*args, **kwargs)


class Guarded(models.Model):
    """A row that belongs to a regulated one (its lines, its files) and is written only inside a unit of work."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        # Django's own managers (related sets, refresh) are guarded too.
        base_manager_name = "objects"

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        refuse_past_the_doors(type(self))
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any):
        refuse_past_the_doors(type(self))
        return super().delete(*args, **kwargs)


class Head(models.Model):
    """The end of the ledger: one row, taken last by every unit of work."""

    origin = models.CharField(max_length=100)
    size = models.BigIntegerField(default=0)
    last_leaf = models.BinaryField(default=b"")
    last_at = models.DateTimeField(null=True)
    frontier = models.BinaryField(default=b"")


class Entry(Guarded):
    """One leaf of the ledger: the exact bytes, their hash, the state document it commits to, and columns to find it by."""

    seq = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    state = models.BinaryField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_uid = models.UUIDField()
    revision = models.PositiveIntegerField(null=True)
    record_uid = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    actor_uid = models.CharField(max_length=64, null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_uid", "seq"], name="entry_subject"),
            models.Index(fields=["record_uid", "seq"], name="entry_record"),
        ]


class OpeningRow(Guarded):
    """The salt and value that open one commitment. Deleting it is the erasure; the leaf stays valid."""

    commitment = models.CharField(max_length=64, primary_key=True)
    subject_uid = models.UUIDField(db_index=True)
    place = models.CharField(max_length=200)
    salt = models.BinaryField(max_length=32)
    value = models.BinaryField()

    class Meta:
        db_table = "trail_opening"


class Tile(Guarded):
    """The root of 256 consecutive leaves, kept so that a proof need not hash the whole tree again."""

    index = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)


class CheckpointRow(models.Model):
    """A signed statement of the ledger's size and root."""

    size = models.BigIntegerField(db_index=True)
    note = models.TextField()
    made_at = models.DateTimeField()
    witnessed = models.BooleanField(default=False)

    class Meta:
        db_table = "trail_checkpoint"


class Restatement(models.Model):
    """A note that a migration changed values of a kind of subject, which the ledger is still to be told; see schema.py."""

    kind = models.CharField(max_length=40)
    reason = models.TextField()
    asked_at = models.DateTimeField()


class ReaderPosition(models.Model):
    """How far one reader of the entries has come: mail, webhooks and indicators follow the ledger at their own pace."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=-1)


# What reading a row may raise that was edited past the doors.
UNREADABLE = (
    ValueError, TypeError, ArithmeticError, LookupError, AttributeError, DatabaseError, ObjectDoesNotExist,
)  # fmt: skip


@dataclass(frozen=True)
class Unreadable:
    """A row that holds what its columns cannot hold; only an edit past the doors makes one."""

    pk: Any
    why: str


def sliced(rows: models.QuerySet, size: int) -> Iterator[list]:
    """All rows of a query in the order of their keys, some at a time; a key below zero is a row like any other."""
    rows, last = rows.order_by("pk"), None
    while some := _slice(rows if last is None else rows.filter(pk__gt=last), size):
        yield some
        last = some[-1].pk


def _slice(rows: models.QuerySet, size: int) -> list:
    try:
        return list(rows[:size])
    except UNREADABLE:
        return [_row_or_why(rows, key) for key in rows.values_list("pk", flat=True)[:size]]


def _row_or_why(rows: models.QuerySet, key: Any) -> Any:
    try:
        return rows.get(pk=key)
    except UNREADABLE as unreadable:
        return Unreadable(key, str(unreadable))


class Regulated(Guarded):
    """A row whose every change is an entry: it has an identity of its own, a revision and a state document."""

    # The stable name of this type of subject in the ledger, and its fields: name -> committed?
    subject: ClassVar[str]
    # Whether `hoshin verify` holds rows of this class against the ledger; a parent's children are seen by the parent.
    reconciled: ClassVar[bool] = True
    state_fields: ClassVar[dict[str, bool]] = {}

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def state_schema(cls) -> str:
        return f"{cls.subject}/1"

    @classmethod
    def states_of(cls, rows: list) -> list[dict]:
        """The plain state document of each row; types with parts read them for the whole set at once."""
        return [row.state_document({name: row.state_value(name) for name in cls.state_fields}) for row in rows]

    @classmethod
    def sets_of_rows(cls, size: int, using: str) -> Iterator[list]:
        """All rows, some at a time, for reconciliation."""
        yield from sliced(cls.objects.using(using), size)

    def state_value(self, name: str) -> Any:
        value = getattr(self, self._meta.get_field(name).attname)
        return Committed(value) if self.state_fields[name] else value

    def state_document(self, fields: dict, **members: Any) -> dict:
        """The frame every state document shares."""
        return {
            "format": 1,
            "kind": self.subject,
            "schema": self.state_schema(),
            "uid": self.uid,
            "revision": self.revision,
            "fields": fields,
            **members,
        }

    def record_uid_of_entry(self) -> uuid.UUID | None:
        """The record whose history this row's entries belong to."""
        return None

    @classmethod
    def insert_set(cls, rows: list) -> None:
        """Write new rows; types of several tables do it in several steps."""
        cls.objects.bulk_create(rows)

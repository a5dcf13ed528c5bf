"""Record: the one parent table of everything with a number and a life; kinds and their lines derive from it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.trail.models import Guarded, Regulated, new_uid, sliced
from hoshin.kernel.trail.readings import rows_with
from hoshin.kernel.trail.state import Committed
from hoshin.kernel.trail.statements import insert_rows

from . import registry
from .columns import Declared
from .fields import FieldSpec, PartSpec

# SQLite takes at most some thousands of parameters in a statement.
SLICE = 500

_moving: ContextVar[bool] = ContextVar("state_moves", default=False)


class StateAssigned(AttributeError):
    """A state was set by hand. States move by transitions (``perform``), which check who may and what is needed."""


@contextmanager
def state_moves():
    """Only the doors open this."""
    token = _moving.set(True)
    try:
        yield
    finally:
        _moving.reset(token)


class StateAttribute(DeferredAttribute):
    def __set__(self, row: Any, value: str) -> None:
        known = row.__dict__.get("state")
        if known not in (None, "", value) and not _moving.get():
            raise StateAssigned(
                f"The state of {row} was set from {known!r} to {value!r} past its workflow; use perform()."
            )
        row.__dict__["state"] = value


class StateColumn(models.CharField):
    """The state: a plain column without choices, since an organisation may add states; moved by transitions alone."""

    descriptor_class = StateAttribute

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Priority(models.IntegerChoices):
    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    CRITICAL = 3, _("Critical")


class Confidentiality(models.TextChoices):
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Restricted")


# Columns of the state that are no fields: rights, lateness and the order of lists rest on them.
BESIDE_FIELDS = ("party", "due_at", "changed_at", "opened_by_hand_id")


class Record(Regulated):
    """Anything with a number and a life. What is particular to its kind stands in the kind's own table."""

    subject = "record"

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    state = StateColumn(_("state"), max_length=40)
    owner = models.ForeignKey(
        Person, models.PROTECT, to_field="uid", null=True, related_name="+", verbose_name=_("owner")
    )
    author = models.ForeignKey(
        Person, models.PROTECT, to_field="uid", null=True, related_name="+", verbose_name=_("author")
    )
    # The delegate who opened it in the author's place.
    opened_by_hand = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="uid", null=True, related_name="+", verbose_name=_("unit"))
    party = models.UUIDField(null=True)
    due_on = models.DateField(_("due"), null=True)
    # The end of the due day at the unit's site; derived, so that lateness is one comparison.
    due_at = models.DateTimeField(null=True)
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=20, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    occurred_at = models.DateTimeField(_("occurred"), null=True)
    created_at = models.DateTimeField(_("recorded"))
    changed_at = models.DateTimeField(_("changed"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    # How far up its lateness has been told; see escalation.py.
    escalation = models.PositiveSmallIntegerField(default=0)
    definition = models.PositiveIntegerField(default=1)
    custom = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-id"], name="record_kind_newest"),
            models.Index(fields=["kind", "state", "-id"], name="record_kind_state"),
            models.Index(fields=["kind", "due_at"], name="record_kind_due"),
            models.Index(fields=["kind", "owner"], name="record_kind_owner"),
            models.Index(fields=["owner", "closed_at", "due_at"], name="record_mine"),
            models.Index(fields=["unit", "kind", "-id"], name="record_unit_kind"),
            # All that rights and the usual filters ask of a record, so that a list is counted and
            # ordered by due day from the index alone.
            models.Index(
                fields=[
                    "kind",
                    "closed_at",
                    "due_at",
                    "state",
                    "priority",
                    "unit",
                    "confidentiality",
                    "owner",
                    "author",
                    "party",
                    "uid",
                ],
                name="record_counted",
            ),
            models.Index(fields=["closed_at", "due_at", "escalation"], name="record_late"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def spec(self):
        """The KindSpec this record is of."""
        return registry.get(self.kind)

    def record_uid_of_entry(self) -> UUID:
        return self.uid

    def lines(self, part: PartSpec) -> list[dict]:
        """The record's lines of one part, in order; read once."""
        if part.model is None:
            return [line_from_json(line, part) for line in (self.values or {}).get(part.name, [])]
        if part.name not in self.__dict__.setdefault("_lines", {}):
            load_lines([self], part)
        return self._lines[part.name]

    def set_lines(self, part: PartSpec, lines: list[dict]) -> None:
        if part.model is None:
            self.values = {**(self.values or {}), part.name: [line_to_json(line, part) for line in lines]}
        else:
            self.__dict__.setdefault("_lines", {})[part.name] = lines

    @classmethod
    def sets_of_rows(cls, size: int, using: str) -> Iterator[list]:
        """Records as rows of their kinds, one kind at a time. What no kind has is left to be missed."""
        for spec in registry.every():
            yield from sliced(spec.rows().using(using), size)

    @classmethod
    def states_of(cls, rows: list) -> list[dict]:
        spec = registry.of_model(cls) or rows[0].spec
        for field in spec.part_fields:
            if field.part.model is not None:
                load_lines([row for row in rows if field.part.name not in row.__dict__.get("_lines", {})], field.part)
        load_files(rows)
        return [row.state_document_of(spec) for row in rows]

    def state_document_of(self, spec: Any) -> dict:
        values = [(field, field.read(self)) for field in spec.stated_fields]
        # Defaults are left out, so that a new field with a default changes no document.
        fields = {f.name: f.stated(value) for f, value in values if f.default is None or value != f.default}
        fields |= {name: getattr(self, name) for name in BESIDE_FIELDS}
        fields |= {field.pin: field.pinned_revision(self) for field in spec.stated_fields if field.pinned}
        parts = {f.name: [stated_line(line, f.part) for line in f.read(self)] for f in spec.part_fields}
        return {
            "format": 1,
            "kind": self.kind,
            "schema": spec.schema_id,
            "uid": self.uid,
            "revision": self.revision,
            "fields": fields,
            "parts": parts,
            "files": [file.stated() for file in self.__dict__.get("_files", [])],
            "custom": {name: Committed(value) for name, value in (self.custom or {}).items()},
        }


class Part(Guarded):
    """One line of a record. It has no life of its own: the record's door writes it and the record's state holds it."""

    tree = False

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="+")
    parent_uid = models.UUIDField(null=True, editable=False)
    position = models.PositiveIntegerField(editable=False)

    class Meta:
        abstract = True
        ordering = ["position"]

    @classmethod
    def field_specs(cls) -> tuple[FieldSpec, ...]:
        return tuple(field.spec() for field in cls._meta.local_fields if isinstance(field, Declared))


def load_lines(rows: Sequence[Record], part: PartSpec) -> None:
    """Read one part of many records in one query."""
    found: dict[UUID, list[dict]] = {row.uid: [] for row in rows}
    for start in range(0, len(rows), SLICE):
        some = [row.uid for row in rows[start : start + SLICE]]
        for line in rows_with(part.model, "record", some, ("record_id", "position")):
            found[line.record_id].append(line_of(line, part))
    for row in rows:
        row.__dict__.setdefault("_lines", {})[part.name] = found[row.uid]


def load_files(rows: Sequence[Any]) -> None:
    """Read the files of many records in one query."""
    waiting = [row for row in rows if "_files" not in row.__dict__]
    found: dict[UUID, list] = {row.uid: [] for row in waiting}
    for start in range(0, len(waiting), SLICE):
        some = [row.uid for row in waiting[start : start + SLICE]]
        for file in rows_with(registry.attachment_model(), "record", some, ("id",)):
            found[file.record_id].append(file)
    for row in waiting:
        row._files = found[row.uid]


def line_of(line: Part, part: PartSpec) -> dict:
    """A line as values; missing text is None, as it was when the line was written."""
    values = {field.name: field.read(line) for field in part.fields}
    told = {name: None if value == "" else value for name, value in values.items()}
    return {"uid": line.uid, "parent": line.parent_uid, **told}


def line_from_json(line: dict, part: PartSpec) -> dict:
    values = {field.name: field.type.from_json(line.get(field.name)) for field in part.fields}
    return {"uid": UUID(line["uid"]), "parent": UUID(line["parent"]) if line.get("parent") else None, **values}


def line_to_json(line: dict, part: PartSpec) -> dict:
    told = {"uid": str(line["uid"]), "parent": str(line["parent"]) if line.get("parent") else None}
    told |= {field.name: field.type.json(line.get(field.name)) for field in part.fields}
    return {name: value for name, value in told.items() if value is not None}


def stated_line(line: dict, part: PartSpec) -> dict:
    """A line as the state document carries it."""
    told = {field.name: field.stated(line.get(field.name)) for field in part.fields}
    return {"uid": line["uid"], **({"parent": line["parent"]} if line.get("parent") else {}), **told}


class Kind(Record):
    """The base of every kind declared in Python: its own table beside the record's, joined by the record's key."""

    record = models.OneToOneField(Record, models.CASCADE, parent_link=True, primary_key=True, related_name="+")

    class Meta:
        abstract = True

    reconciled = False  # by Record, which reads every kind's rows

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        registry.declared(cls)

    @classmethod
    def insert_set(cls, rows: list) -> None:
        """Insert parents, then children, then lines: Django has no bulk insert for inherited tables."""
        for start in range(0, len(rows), SLICE):
            some = rows[start : start + SLICE]
            insert_rows(Record, some)
            keys = dict(Record.objects.filter(uid__in=[row.uid for row in some]).values_list("uid", "id"))
            for row in some:
                row.pk = row.id = keys[row.uid]
                row._state.adding = False
            insert_rows(cls, some)
        for field in rows[0].spec.part_fields:
            if field.part.model is not None:
                insert_lines(rows, field.part)


class FormRecord(Kind):
    """Every record of a form-made kind: its values lie in one JSON document."""

    abstract_kind = True
    values = models.JSONField(default=dict)

    def state_document_of(self, spec: Any) -> dict:
        known = {name for f in spec.fields for name in (f.name, f.pin)}
        stray = {name: Committed(value) for name, value in (self.values or {}).items() if name not in known}
        return {**super().state_document_of(spec), "undeclared": stray}


def insert_lines(rows: Iterable[Any], part: PartSpec) -> None:
    lines = [
        new_line(row, position, line, part)
        for row in rows
        for position, line in enumerate(row.__dict__.get("_lines", {}).get(part.name, ()))
    ]
    insert_rows(part.model, lines)


def new_line(row: Any, position: int, line: dict, part: PartSpec) -> Part:
    made = part.model(uid=line["uid"], record_id=row.uid, parent_uid=line.get("parent"), position=position)
    for field in part.fields:
        field.write(made, line.get(field.name))
    return made


def replace_lines(row: Any, part: PartSpec, lines: list[dict]) -> None:
    """Write the record's lines anew. What stood there stays in the record's former states."""
    if part.model is not None:
        part.model.objects.filter(record=row.uid).delete()
        row._lines = {**row.__dict__.get("_lines", {}), part.name: lines}
        insert_lines([row], part)

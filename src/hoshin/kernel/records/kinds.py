"""KindSpec: one kind of record as a frozen value. A model is one producer of it, plain data another."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import Right, author, inside, owner, role
from hoshin.kernel.trail.readings import rows_with
from hoshin.ledger.canonical import canonical

from . import field_types as types
from . import registry
from .fields import FieldSpec, field_from_dict
from .record import Confidentiality, FormRecord, Priority
from .workflow import Category, Meaning, Round, State, Transition, Workflow

# What every record has beside its kind's own fields. Those without ``content`` are not what a signature stands for.
TITLE = FieldSpec("title", types.TEXT, _("Title"), required=True, max_length=200, listed=True, path=("title",))
COMMON: tuple[FieldSpec, ...] = (
    FieldSpec("owner", types.PERSON, _("Owner"), listed=True, content=False, path=("owner_id",)),
    FieldSpec("unit", types.UNIT, _("Unit"), listed=True, content=False, path=("unit_id",)),
    FieldSpec("occurred_at", types.INSTANT, _("Occurred"), content=False, path=("occurred_at",)),
    FieldSpec("due_on", types.DAY, _("Due"), listed=True, content=False, path=("due_on",)),
    FieldSpec(
        "priority", types.CHOICE, _("Priority"), choices=tuple(Priority.choices), default=int(Priority.NORMAL), content=False,
        listed=True, path=("priority",),
    ),
    FieldSpec(
        "confidentiality", types.CHOICE, _("Confidentiality"), choices=tuple(Confidentiality.choices),
        default=str(Confidentiality.INTERNAL), content=False, path=("confidentiality",),
    ),
)  # fmt: skip
SYSTEM: tuple[FieldSpec, ...] = (
    FieldSpec(
        "number", types.TEXT, _("Number"), open=True, editable=False, content=False, listed=True, path=("number",)
    ),
    FieldSpec("state", types.TEXT, _("State"), open=True, editable=False, content=False, listed=True, path=("state",)),
    FieldSpec("author", types.PERSON, _("Author"), editable=False, content=False, path=("author_id",)),
    FieldSpec("created_at", types.INSTANT, _("Recorded"), editable=False, content=False, path=("created_at",)),
    FieldSpec("closed_at", types.INSTANT, _("Closed"), editable=False, content=False, path=("closed_at",)),
    FieldSpec(
        "escalation",
        types.INTEGER,
        _("Escalated to level"),
        editable=False,
        content=False,
        default=0,
        path=("escalation",),
    ),
    FieldSpec(
        "definition", types.INTEGER, _("Definition"), editable=False, content=False, default=1, path=("definition",)
    ),
)

QUALITY_MANAGER = role("quality manager")


@dataclass(frozen=True)
class Panel:
    """A piece of its own that a process puts on its record's page: a title, a template and what the template needs."""

    name: str
    title: str | Promise
    template: str
    context: Any
    # Above the fields, or below them.
    first: bool = False


@dataclass(frozen=True)
class KindSpec:
    """What one kind of record is: its fields, workflow, numbering, who may. Every surface reads this and no model."""

    name: str
    label: str | Promise
    label_plural: str | Promise
    doc: str
    prefix: str
    fields: tuple[FieldSpec, ...]
    workflow: Workflow
    model: type = field(compare=False)
    clauses: tuple[str, ...] = ()
    numbering: str = "{prefix}-{year}-{counter:04}"
    create_by: Right = field(default_factory=inside, compare=False)
    edit_by: Right = field(default_factory=lambda: owner() | author() | QUALITY_MANAGER, compare=False)
    void_by: Right = field(default_factory=lambda: QUALITY_MANAGER, compare=False)
    # Who owns what somebody else reports: the nearest holder of one of these roles. None: whoever opens it.
    handled_by: tuple[str, ...] = ()
    # Days until it is due, where nobody says a day.
    due_within: int | None = None
    version: int = 1
    icon: str = "file-text"
    # Where the kind stands in the navigation.
    area: str | Promise = field(default_factory=lambda: _("Records"))
    order: int = 100
    hidden: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What processes put on the record's page; declared apart, for a panel needs the kind it belongs to."""
        return tuple(registry.panels_of(self.name))

    @property
    def slug(self) -> str:
        """The kind's name in addresses."""
        return self.name.replace("_", "-")

    @cached_property
    def editable_fields(self) -> tuple[FieldSpec, ...]:
        """Title, the kind's own fields, then what every record has."""
        return (TITLE, *(f for f in self.fields if f.editable), *COMMON)

    @cached_property
    def all_fields(self) -> tuple[FieldSpec, ...]:
        return (TITLE, *self.fields, *COMMON, *SYSTEM)

    @cached_property
    def part_fields(self) -> tuple[FieldSpec, ...]:
        return tuple(f for f in self.fields if f.is_part)

    @cached_property
    def stated_fields(self) -> tuple[FieldSpec, ...]:
        """The fields of the state document; lines and files stand beside them."""
        return tuple(f for f in self.all_fields if not f.is_part)

    @cached_property
    def content_fields(self) -> tuple[str, ...]:
        """What a signature of this kind covers."""
        held = (f.pin for f in self.all_fields if f.content and f.pinned)
        return tuple(sorted((*(f.name for f in self.all_fields if f.content), *held)))

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        return {f.name: f for f in self.all_fields}

    def find(self, name: str) -> FieldSpec | None:
        return self.by_name.get(name)

    @cached_property
    def schema_id(self) -> str:
        """Changes when the fields do, so that a state document says by which definition it is read."""
        told = [
            [f.name, f.type.name, f.is_open, [[p.name, p.type.name] for p in f.part.fields] if f.part else []]
            for f in self.fields
        ]
        return f"{self.name}/{hashlib.sha256(canonical(told)).hexdigest()[:12]}"

    def rows(self) -> QuerySet:
        """All records of the kind, with what is particular to it."""
        rows = self.model.objects.all()
        return rows.filter(kind=self.name) if self.model is FormRecord else rows

    def rows_with_keys(self, keys: Sequence[int]) -> list[Any]:
        """The records of the kind that have these keys."""
        return [row for row in rows_with(self.model, "id", keys) if row.kind == self.name]

    def __hash__(self) -> int:
        return hash((self.name, self.version))


# What a class may say of its kind beside its fields, prefix and workflow.
DECLARED = (
    "clauses", "numbering", "handled_by", "due_within", "create_by", "edit_by", "void_by", "icon", "area", "order", "hidden", "version",
)  # fmt: skip


def kind_of_model(model: type) -> KindSpec:
    """The spec of a kind declared in Python."""
    own = [f.spec() for f in model._meta.local_fields if hasattr(f, "spec")]
    parts = [parts.spec() for parts in getattr(model, "declared_parts", {}).values()]
    told = {name: model.__dict__[name] for name in DECLARED if name in model.__dict__}
    return KindSpec(
        name=model.__dict__.get("kind_name", snake(model.__name__)),
        label=capfirst(model._meta.verbose_name),
        label_plural=capfirst(model._meta.verbose_name_plural),
        doc=(model.__doc__ or "").strip(),
        prefix=model.prefix,
        fields=(*own, *parts),
        workflow=model.workflow,
        model=model,
        **told,
    )


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


registry.made_by(kind_of_model)


def kind_from_dict(definition: Mapping[str, Any], rights: Mapping[str, Right]) -> KindSpec:
    """The spec of a kind given as plain data, as the form designer stores it; ``rights`` are those it may name."""
    states = {
        s["name"]: State(s["name"], s.get("label", s["name"]), Category(s.get("category", "active")))
        for s in definition["states"]
    }
    steps = []
    for step in definition["transitions"]:
        sources = step["source"] if isinstance(step["source"], list) else [step["source"]]
        steps.append(
            Transition(
                step["name"],
                tuple(states[name] for name in sources),
                states[step["target"]],
                by=rights[step["by"]],
                label=step.get("label", ""),
                needs=tuple(step.get("needs", ())),
                signed_as=Meaning(step["signed_as"]) if "signed_as" in step else None,
                round=round_from_dict(step["round"], rights) if "round" in step else None,
                reason_needed=step.get("reason_needed", False),
                event=step.get("event", ""),
            )
        )
    told = {name: definition[name] for name in ("numbering", "icon", "area", "version") if name in definition}
    return KindSpec(
        name=definition["name"],
        label=definition["label"],
        label_plural=definition.get("label_plural", definition["label"] + "s"),
        doc=definition.get("doc", ""),
        prefix=definition["prefix"],
        fields=tuple(field_from_dict(f) for f in definition["fields"]),
        workflow=Workflow(*steps),
        model=FormRecord,
        **told,
    )


def round_from_dict(definition: Mapping[str, Any], rights: Mapping[str, Right]) -> Round:
    """A signature round from plain data: its seats by the names of their rights."""
    return Round(
        tuple(rights[name] for name in definition["seats"]),
        Meaning(definition.get("meaning", Meaning.APPROVED)),
        definition.get("ordered", False),
        definition.get("quorum"),
    )

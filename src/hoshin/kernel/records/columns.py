"""Model fields that carry a FieldSpec: how a process written in Python declares the fields of its kind.

Migrations see Django's own field classes, so history does not depend on these.
"""

from typing import Any

from django.db import models
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from . import field_types as types
from .fields import FieldSpec, PartSpec

TOLD = (
    "needed_for", "measure", "minimum", "maximum", "open", "listed", "editable_by_people", "content", "visible_to", "help",
)  # fmt: skip


class Declared:
    """Mixed into a model field: keeps what the FieldSpec needs and hides it from migrations."""

    type: types.FieldType
    plain_path: str

    def __init__(self, label: Any = None, *args: Any, **kwargs: Any):
        self.told = {name: kwargs.pop(name) for name in TOLD if name in kwargs}
        needed = self.told.get("needed_for", ())
        self.told["needed_for"] = (needed,) if isinstance(needed, str) else tuple(needed)
        self.required_at_once = kwargs.pop("required", False)
        super().__init__(*args, **self.column(kwargs), verbose_name=label) if label else super().__init__(
            *args, **self.column(kwargs)
        )

    def column(self, kwargs: dict) -> dict:
        """The arguments of the Django field; a column is nullable unless the field is required from the start."""
        kwargs.setdefault("null", not self.required_at_once)
        kwargs.setdefault("blank", not self.required_at_once)
        return kwargs

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, self.plain_path, args, kwargs

    def clone(self):
        """What migrations compare: the plain field of Django's."""
        _name, path, args, kwargs = self.deconstruct()
        return import_string(path)(*args, **kwargs)

    def spec(self) -> FieldSpec:
        told = {name: value for name, value in self.told.items() if name != "editable_by_people"}
        default = self.default if self.has_default() and not callable(self.default) and self.default != "" else None
        return FieldSpec(
            name=self.name,
            type=self.type,
            label=capfirst(self.verbose_name),
            required=self.required_at_once,
            max_length=self.max_length,
            default=default,
            editable=self.told.get("editable_by_people", True),
            path=(self.attname,),
            **told,
            **self.more(),
        )

    def more(self) -> dict:
        return {}


class TextField(Declared, models.CharField):
    """One line of text."""

    type, plain_path = types.TEXT, "django.db.models.CharField"

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("blank", not self.required_at_once)
        kwargs.setdefault("default", "")
        return kwargs


class LongTextField(Declared, models.TextField):
    """Text of any length, read as Markdown."""

    type, plain_path = types.LONG_TEXT, "django.db.models.TextField"

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("blank", not self.required_at_once)
        kwargs.setdefault("default", "")
        return kwargs


class IntegerField(Declared, models.BigIntegerField):
    """A whole number."""

    type, plain_path = types.INTEGER, "django.db.models.BigIntegerField"


class NumberField(Declared, models.DecimalField):
    """A decimal number, kept exactly."""

    type, plain_path = types.NUMBER, "django.db.models.DecimalField"

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("max_digits", 24)
        kwargs.setdefault("decimal_places", 9)
        return super().column(kwargs)

    def more(self) -> dict:
        return {"decimal_places": self.decimal_places}


class YesNoField(Declared, models.BooleanField):
    """Yes, no, or not said."""

    type, plain_path = types.YES_NO, "django.db.models.BooleanField"


class DayField(Declared, models.DateField):
    """A date of the calendar."""

    type, plain_path = types.DAY, "django.db.models.DateField"


class InstantField(Declared, models.DateTimeField):
    """A moment, kept in UTC."""

    type, plain_path = types.INSTANT, "django.db.models.DateTimeField"


class ChoiceField(Declared, models.CharField):
    """One of a fixed list. The list is not part of the column, so an organisation may add to it."""

    type, plain_path = types.CHOICE, "django.db.models.CharField"

    def __init__(self, choices: Any = (), label: Any = None, **kwargs: Any):
        self.options = tuple(getattr(choices, "choices", choices))
        super().__init__(label, **kwargs)

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", not self.required_at_once)
        kwargs.setdefault("default", "")
        return kwargs

    def more(self) -> dict:
        return {"choices": self.options}


class PersonField(Declared, models.ForeignKey):
    """A person of the organisation."""

    type, plain_path = types.PERSON, "django.db.models.ForeignKey"

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("to", "organization.Person")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("to_field", "uid")
        kwargs.setdefault("related_name", "+")
        return super().column(kwargs)


class UnitField(PersonField):
    """A unit of the organisation."""

    type = types.UNIT

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("to", "organization.Unit")
        return super().column(kwargs)


class RecordReference(PersonField):
    """Another record, of one of the named kinds. Pinned: the revision it had; floating: whatever is in force."""

    type = types.RECORD

    def __init__(self, label: Any = None, *, kinds: tuple[str, ...] = (), pinned: bool = False, **kwargs: Any):
        self.kinds, self.pinned = tuple(kinds), pinned
        super().__init__(label, **kwargs)

    def column(self, kwargs: dict) -> dict:
        kwargs.setdefault("to", "records.Record")
        return super().column(kwargs)

    def contribute_to_class(self, cls: type, name: str, **kwargs: Any) -> None:
        super().contribute_to_class(cls, name, **kwargs)
        if self.pinned:
            models.PositiveIntegerField(null=True, editable=False).contribute_to_class(cls, f"{name}_revision")

    def more(self) -> dict:
        return {"kinds": self.kinds, "pinned": self.pinned}


class Parts:
    """Lines of a kind, declared as a Part class; not a column of the record but a table of its own."""

    def __init__(
        self, part: type, label: Any = None, *, tree: bool | None = None, needed_for: Any = (), help: str = ""
    ):
        self.part, self.label, self.help = part, label, help
        self.needed_for = (needed_for,) if isinstance(needed_for, str) else tuple(needed_for)
        self.tree = part.tree if tree is None else tree

    def contribute_to_class(self, cls: type, name: str, **kwargs: Any) -> None:
        self.name = name
        setattr(cls, name, property(lambda row: row.lines(self.part_spec())))
        cls.declared_parts = {**getattr(cls, "declared_parts", {}), name: self}

    def part_spec(self) -> PartSpec:
        return self.spec().part

    def spec(self) -> FieldSpec:
        if not hasattr(self, "_spec"):
            label = capfirst(self.label or self.name.replace("_", " "))
            part = PartSpec(self.name, label, self.part.field_specs(), tree=self.tree, model=self.part)
            self._spec = FieldSpec(
                self.name, types.PARTS, label, help=self.help, needed_for=self.needed_for, part=part, path=(self.name,)
            )
        return self._spec

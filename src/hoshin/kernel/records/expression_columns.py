"""How an expression names a field in SQL: a column as it is, a value in JSON brought to the form columns have."""

from typing import Any

from django.db import models
from django.db.models import Expression, F, Func, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, ExtractYear, Length, NullIf

from . import field_types as types
from .fields import FieldSpec

# Columns that are never empty, so that their index stays usable.
NEVER_EMPTY = ("title", "number", "state", "confidentiality")


class JsonUid(Func):
    """A uid in JSON as identifier columns hold it: without dashes on SQLite."""

    output_field = models.UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, template="replace(%(expressions)s, '-', '')")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, template="(%(expressions)s)::uuid")


class JsonInstant(Func):
    """An instant in JSON as columns hold it: a space for the T, no zone, no fraction where it is zero."""

    output_field = models.DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any):
        template = "replace(replace(replace(%(expressions)s, 'T', ' '), 'Z', ''), '.000000', '')"
        return super().as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, template="(%(expressions)s)::timestamptz")


class JsonYesNo(Func):
    """A truth value in JSON; both databases give it as text."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, template="(%(expressions)s = 'true')")


class JsonLength(Func):
    """How many members a list in JSON has."""

    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, function="JSON_ARRAY_LENGTH")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any):
        return super().as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH")


def column_of(f: FieldSpec) -> Expression | F:
    """The field's value in a query; null where it is missing."""
    if len(f.path) == 1:
        column = F(f.path[0])
        return NullIf(column, Value(""), output_field=models.TextField()) if holds_empty_text(f) else column
    return _JSON.get(f.type, lambda f, text: text)(f, KT(f.lookup))


def holds_empty_text(f: FieldSpec) -> bool:
    is_text = f.type in (types.TEXT, types.LONG_TEXT) or (f.type is types.CHOICE and not is_numbered(f))
    return is_text and f.path[0] not in NEVER_EMPTY


def is_numbered(f: FieldSpec) -> bool:
    """Whether a choice's values are numbers, which have an order."""
    return bool(f.choices) and all(isinstance(value, int) for value, _label in f.choices)


def _choice(f: FieldSpec, text: Expression) -> Expression:
    return Cast(text, models.BigIntegerField()) if is_numbered(f) else text


_JSON = {
    types.INTEGER: lambda f, text: Cast(text, models.BigIntegerField()),
    types.NUMBER: lambda f, text: Cast(text, models.FloatField()),
    types.YES_NO: lambda f, text: JsonYesNo(text),
    types.DAY: lambda f, text: Cast(text, models.DateField()),
    types.INSTANT: lambda f, text: JsonInstant(text),
    types.CHOICE: _choice,
    types.PERSON: lambda f, text: JsonUid(text),
    types.UNIT: lambda f, text: JsonUid(text),
    types.RECORD: lambda f, text: JsonUid(text),
}


def length_of(f: FieldSpec) -> Expression:
    return Length(column_of(f))


def year_of(f: FieldSpec) -> Expression:
    return ExtractYear(column_of(f))


def count_of(f: FieldSpec) -> Expression:
    """How many lines a part has."""
    if f.part.model is None:
        return Coalesce(JsonLength(F("__".join(f.path))), 0)
    lines = f.part.model.objects.filter(record=OuterRef("uid")).order_by().values("record")
    return Coalesce(Subquery(lines.annotate(n=models.Count("pk")).values("n")), 0)


def constant(value: Any) -> Value:
    """A Python value as a parameter. Numbers go as numbers: SQLite compares text and numbers by their type."""
    if hasattr(value, "as_tuple"):
        value = int(value) if value == int(value) else float(value)
    return Value(value)

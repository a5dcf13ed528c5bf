"""The typed tree of an expression: frozen values that hold a row up to a condition, in Python and in SQL alike.

Missing values have no size and no order: every comparison with one is false. ``!=`` is the contrary of ``=``, so a
missing value differs from everything. Empty text counts as missing.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IRegex, IsNull, LessThan, LessThanOrEqual
from django.utils import timezone

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.trail import clock

from . import field_types as types
from .expression_columns import column_of, constant, count_of, is_numbered, length_of, year_of
from .fields import FieldSpec

EVERYTHING, NOTHING = ~Q(pk__in=[]), Q(pk__in=[])


@dataclass(frozen=True)
class Context:
    """What an expression may ask beside the row: the present moment and who asks."""

    now: datetime
    me: UUID | None = None

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()


def context_of(standing: Standing | None = None) -> Context:
    return Context(clock.now(), standing.uid if standing else None)


# What may be compared with what.
GROUPS = {
    types.TEXT: "text", types.LONG_TEXT: "text", types.INTEGER: "number", types.NUMBER: "number", types.YES_NO: "yes or no",
    types.DAY: "date", types.INSTANT: "instant", types.CHOICE: "choice", types.PERSON: "person", types.UNIT: "unit",
    types.RECORD: "record", types.PARTS: "parts",
}  # fmt: skip
IN_ORDER = ("number", "date", "instant")


@dataclass(frozen=True)
class Field:
    """A field of the record."""

    spec: FieldSpec

    @property
    def group(self) -> str:
        return GROUPS[self.spec.type]

    @property
    def has_order(self) -> bool:
        return self.group in IN_ORDER or (self.group == "choice" and is_numbered(self.spec))

    def value(self, row: Any) -> Any:
        found = row.get(self.spec.name) if isinstance(row, Mapping) else self.spec.read(row)
        return None if found == "" else found

    def sql(self) -> Any:
        return column_of(self.spec)

    def fields(self) -> Iterator[FieldSpec]:
        yield self.spec

    def __str__(self) -> str:
        return self.spec.name


def _length(value: Any) -> int | None:
    return None if value is None else len(value)


def _year(value: date | None) -> int | None:
    return None if value is None else value.year


# Name: the group it takes, how it reads in Python and in SQL. Each gives a number.
FUNCTIONS: dict[str, tuple[str, Callable, Callable]] = {
    "length": ("text", _length, length_of),
    "year": ("date", _year, year_of),
    "count": ("parts", lambda lines: len(lines or ()), count_of),
}


@dataclass(frozen=True)
class Function:
    """A number computed from one field: length(title), year(due_on), count(steps)."""

    name: str
    of: Field
    group = "number"
    has_order = True

    def value(self, row: Any) -> Any:
        return FUNCTIONS[self.name][1](self.of.value(row))

    def sql(self) -> Any:
        return FUNCTIONS[self.name][2](self.of.spec)

    def fields(self) -> Iterator[FieldSpec]:
        return self.of.fields()

    def __str__(self) -> str:
        return f"{self.name}({self.of})"


@dataclass(frozen=True)
class Literal:
    """A value written in the expression, already of the type it is compared with."""

    data: Any

    def constant(self, context: Context) -> Any:
        return self.data

    def __str__(self) -> str:
        if isinstance(self.data, bool):
            return "yes" if self.data else "no"
        if isinstance(self.data, int) or hasattr(self.data, "as_tuple"):
            return format(self.data, "f") if hasattr(self.data, "as_tuple") else str(self.data)
        if isinstance(self.data, datetime):
            return quoted(types.INSTANT.json(self.data))
        return quoted(str(self.data))


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True)
class Moment:
    """today, now or me, perhaps some days from it; known only when the question is asked."""

    name: str
    days: int = 0
    # A day compared with instants is the moment it begins.
    as_instant: bool = False

    def constant(self, context: Context) -> Any:
        if self.name == "me":
            return context.me
        if self.name == "now":
            return context.now + timedelta(days=self.days)
        day = context.today + timedelta(days=self.days)
        return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC) if self.as_instant else day

    def __str__(self) -> str:
        return f"{self.name} {'-' if self.days < 0 else '+'} {abs(self.days)}" if self.days else self.name


Operand = Field | Function
Constant = Literal | Moment

OPERATORS = {
    "=": (operator.eq, Exact),
    "<": (operator.lt, LessThan),
    "<=": (operator.le, LessThanOrEqual),
    ">": (operator.gt, GreaterThan),
    ">=": (operator.ge, GreaterThanOrEqual),
}


class Condition:
    """The base of everything that is true or false of a row."""

    def holds(self, row: Any, context: Context) -> bool:
        raise NotImplementedError

    def q(self, context: Context) -> Q:
        raise NotImplementedError

    def fields(self) -> Iterator[FieldSpec]:
        """Every field it reads."""
        raise NotImplementedError


@dataclass(frozen=True)
class Comparison(Condition):
    """A field beside a value or another field. Written ``!=`` it is a Not around this."""

    left: Operand
    op: str
    right: Operand | Constant

    def holds(self, row: Any, context: Context) -> bool:
        one = self.left.value(row)
        other = self.right.constant(context) if isinstance(self.right, Literal | Moment) else self.right.value(row)
        return one is not None and other is not None and OPERATORS[self.op][0](one, other)

    def q(self, context: Context) -> Q:
        left, lookup = self.left.sql(), OPERATORS[self.op][1]
        if isinstance(self.right, Literal | Moment):
            value = self.right.constant(context)
            return NOTHING if value is None else Q(IsNull(left, False)) & Q(lookup(left, constant(value)))
        right = self.right.sql()
        return Q(IsNull(left, False)) & Q(IsNull(right, False)) & Q(lookup(left, right))

    def fields(self) -> Iterator[FieldSpec]:
        yield from self.left.fields()
        if not isinstance(self.right, Literal | Moment):
            yield from self.right.fields()

    def __str__(self) -> str:
        return f"{self.left} {self.op} {self.right}"


@dataclass(frozen=True)
class OneOf(Condition):
    """A field that has one of several values."""

    left: Operand
    options: tuple[Constant, ...]

    def _comparisons(self) -> tuple[Comparison, ...]:
        return tuple(Comparison(self.left, "=", option) for option in self.options)

    def holds(self, row: Any, context: Context) -> bool:
        return any(comparison.holds(row, context) for comparison in self._comparisons())

    def q(self, context: Context) -> Q:
        return Or(self._comparisons()).q(context)

    def fields(self) -> Iterator[FieldSpec]:
        return self.left.fields()

    def __str__(self) -> str:
        return f"{self.left} in ({', '.join(map(str, self.options))})"


@dataclass(frozen=True)
class Contains(Condition):
    """Text that holds other text, in capitals or not."""

    left: Field
    text: str

    def holds(self, row: Any, context: Context) -> bool:
        value = self.left.value(row)
        # As the database does it: SQLite's own LIKE knows capitals of ASCII alone.
        return value is not None and re.search(f"(?i){re.escape(self.text)}", value) is not None

    def q(self, context: Context) -> Q:
        left = self.left.sql()
        return Q(IsNull(left, False)) & Q(IRegex(left, re.escape(self.text)))

    def fields(self) -> Iterator[FieldSpec]:
        return self.left.fields()

    def __str__(self) -> str:
        return f"{self.left} contains {quoted(self.text)}"


@dataclass(frozen=True)
class Missing(Condition):
    """A field that is not filled in."""

    left: Operand

    def holds(self, row: Any, context: Context) -> bool:
        return self.left.value(row) is None

    def q(self, context: Context) -> Q:
        return Q(IsNull(self.left.sql(), True))

    def fields(self) -> Iterator[FieldSpec]:
        return self.left.fields()

    def __str__(self) -> str:
        return f"{self.left} is missing"


@dataclass(frozen=True)
class And(Condition):
    """All of them hold; of none, everything does."""

    parts: tuple[Condition, ...]

    def holds(self, row: Any, context: Context) -> bool:
        return all(part.holds(row, context) for part in self.parts)

    def q(self, context: Context) -> Q:
        made = EVERYTHING
        for part in self.parts:
            made = part.q(context) if made is EVERYTHING else made & part.q(context)
        return made

    def fields(self) -> Iterator[FieldSpec]:
        for part in self.parts:
            yield from part.fields()

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Or(Condition):
    """One of them holds at least."""

    parts: tuple[Condition, ...]

    def holds(self, row: Any, context: Context) -> bool:
        return any(part.holds(row, context) for part in self.parts)

    def q(self, context: Context) -> Q:
        made = NOTHING
        for part in self.parts:
            made = part.q(context) if made is NOTHING else made | part.q(context)
        return made

    def fields(self) -> Iterator[FieldSpec]:
        for part in self.parts:
            yield from part.fields()

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


@dataclass(frozen=True)
class Not(Condition):
    """The contrary."""

    part: Condition

    def holds(self, row: Any, context: Context) -> bool:
        return not self.part.holds(row, context)

    def q(self, context: Context) -> Q:
        return ~self.part.q(context)

    def fields(self) -> Iterator[FieldSpec]:
        return self.part.fields()

    def __str__(self) -> str:
        if isinstance(self.part, Comparison) and self.part.op == "=":
            return f"{self.part.left} != {self.part.right}"
        return f"not ({self.part})"

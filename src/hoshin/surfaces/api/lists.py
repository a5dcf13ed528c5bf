"""Lists of records: filters, order and pages, all read from the kind's fields.

    ?state=open&state=assessed   one of several        ?due_on<=2026-03-31   an order        ?title~=oven   contains
    ?owner=me                    today, now, me        ?state!=closed        not             ?impact=       missing
    ?where=severity = "major" and due_on < today       the expression language itself

Pages follow a cursor that names the last row by its place in the order, so the cost of a page does not grow with its
number, and a record that is added meanwhile moves no other from one page to the next.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records.expression_columns import column_of, constant
from hoshin.kernel.records.expression_tree import And, Condition, Or
from hoshin.kernel.records.expressions import comparison, matching, parse
from hoshin.kernel.records.field_types import NUMBER, BadValue
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec

from .answers import malformed

MOST, USUAL = 500, 50
OWN = ("where", "order", "limit", "after", "fields", "count")
# How the end of a parameter's name reads: "due_on<=…" arrives as the name "due_on<".
ENDINGS = {"<": "<=", ">": ">=", "!": "!=", "~": "~"}


@dataclass(frozen=True)
class Order:
    """One field to sort by, and the record's key where it says nothing; missing values come last."""

    spec: FieldSpec | None = None
    descending: bool = True

    @property
    def name(self) -> str:
        return f"{'-' if self.descending else ''}{self.spec.name if self.spec else ''}"

    def apply(self, rows: QuerySet) -> QuerySet:
        key = "-pk" if self.descending else "pk"
        if self.spec is None:
            return rows.order_by(key)
        rows = rows.annotate(sort_key=column_of(self.spec))
        column = F("sort_key")
        first = column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)
        return rows.order_by(first, key)

    def cursor(self, row: Any) -> str:
        told: dict[str, Any] = {"order": self.name, "key": row.pk}
        if self.spec is not None:
            told["value"] = self.spec.type.json(row.sort_key)
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    def after(self, cursor: str) -> Q:
        """The rows behind the one the cursor names."""
        key, value = self._read(cursor)
        behind = Q(pk__lt=key) if self.descending else Q(pk__gt=key)
        if self.spec is None:
            return behind
        column = column_of(self.spec)
        if value is None:
            return Q(IsNull(column, True)) & behind
        passed = (LessThan if self.descending else GreaterThan)(column, constant(value))
        return Q(passed) | (Q(Exact(column, constant(value))) & behind) | Q(IsNull(column, True))

    def _read(self, cursor: str) -> tuple[int, Any]:
        try:
            told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if told["order"] != self.name or not isinstance(told["key"], int) or not 0 <= told["key"] < 2**63:
                raise ValueError
            value = self._value(told.get("value")) if self.spec else None
        except (ValueError, KeyError, TypeError, BadValue, RecursionError, ArithmeticError):
            raise malformed(_("“after” is not a cursor of this order; take it from “next”."))
        return told["key"], value

    def _value(self, raw: Any) -> Any:
        if raw is None or self.spec.type is NUMBER:
            return self.spec.type.from_json(raw)
        return self.spec.type.parse(raw, self.spec)


def records(request: HttpRequest, spec: KindSpec) -> tuple[list[Any], str | None, int | None]:
    """One page of the kind's records this person may see, the cursor of the next, and how many there are if asked."""
    asked, standing = request.GET, request.standing
    order = order_of(asked.get("order", ""), spec)
    rows = filtered(spec, standing, condition_of(asked, spec))
    if order.spec is not None and order.spec.visible_to is not None:
        rows = rows.filter(order.spec.visible_to.q(standing))
    total = rows.count() if asked.get("count") in ("1", "yes", "true") else None
    if asked.get("after"):
        rows = rows.filter(order.after(asked["after"]))
    limit = limit_of(asked)
    page = list(order.apply(rows)[: limit + 1])
    return page[:limit], order.cursor(page[limit - 1]) if len(page) > limit else None, total


def filtered(spec: KindSpec, standing: Standing, condition: Condition) -> QuerySet:
    """The kind's records that somebody may see and a condition holds for."""
    return spec.rows().filter(visible(standing)).filter(matching(condition, standing))


def condition_of(asked: QueryDict, spec: KindSpec) -> Condition:
    """The parameters of a query as one condition."""
    parts = [parse(text, spec.by_name) for text in asked.getlist("where")]
    for key in asked:
        if key in OWN:
            continue
        name, op = (key[:-1], ENDINGS[key[-1]]) if key[-1:] in ENDINGS else (key, "=")
        f = field_named(name, spec.by_name)
        made = [comparison(f, op, raw.strip()) for raw in asked.getlist(key)]
        # Several values of one name: one of them; but none of those it should differ from.
        parts.append(made[0] if len(made) == 1 else Or(tuple(made)) if op == "=" else And(tuple(made)))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def field_named(name: str, known: Mapping[str, FieldSpec]) -> FieldSpec:
    if name not in known:
        message = _("There is no field “%(name)s”; there are: %(known)s; and %(own)s.")
        raise malformed(message % {"name": name[:60], "known": ", ".join(known), "own": ", ".join(OWN)})
    return known[name]


def order_of(text: str, spec: KindSpec) -> Order:
    name = text.removeprefix("-").strip()
    if not name:
        return Order()
    f = field_named(name, spec.by_name)
    if f.is_part:
        raise malformed(_("Lines have no order to sort by: %(name)s.") % {"name": name})
    return Order(f, text.startswith("-"))


def limit_of(asked: Mapping[str, str]) -> int:
    text = asked.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= MOST):
        raise malformed(_("“limit” is a whole number from 1 to %(most)s.") % {"most": MOST})
    return int(text)


def fields_of(asked: Mapping[str, str], spec: KindSpec) -> list[FieldSpec] | None:
    """The fields a caller wants, lines among them; None for all but the lines."""
    names = [name.strip() for name in asked.get("fields", "").split(",") if name.strip()]
    return [field_named(name, spec.by_name) for name in names] if names else None

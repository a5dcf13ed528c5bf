"""The rows of a list: one page of one order, found on the record's own table where that is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records.field_types import LONG_TEXT, PARTS, PERSON, UNIT
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.names import Names, wanted_by
from hoshin.surfaces.web.shown import Shown, pressing, shown

from .filters import Filters, with_value

SIZES = (50, 100, 200)


@dataclass
class Heading:
    """A column's head: its label, and the address that orders the list by it."""

    field: FieldSpec
    url: str
    order: str
    is_number: bool


@dataclass
class ListRow:
    """One record of a list."""

    row: Any
    cells: list[Shown]
    priority: int
    is_open: bool


@dataclass
class Page:
    """One page of a list."""

    rows: list[ListRow]
    count: int
    number: int
    size: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.count)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))


def columns_of(spec: KindSpec) -> list[FieldSpec]:
    """Number and state, the kind's own listed fields, then owner and unit; title and due day stand apart."""
    own = [f for f in spec.fields if f.listed and f.type is not PARTS and f.visible_to is None]
    number, state, owner, unit = (spec.by_name[name] for name in ("number", "state", "owner", "unit"))
    return [number, state, *own, owner, unit]


def order_of(request: HttpRequest, spec: KindSpec, filters: Filters) -> list[Any]:
    """The order an address asks for; the newest first where it asks for none."""
    asked = request.GET.get("sort", "")
    name = asked.removeprefix("-")
    field = spec.find("due_on" if name == "due" else name)
    if asked and (field is None or field.type is PARTS or field.type is LONG_TEXT or field.visible_to is not None):
        filters.problems.append(_("The list cannot be ordered by “%(name)s”.") % {"name": name})
        field = None
    if field is None:
        return ["-pk"]
    path = {"due_on": "due_at", "number": "pk"}.get(field.name, field.lookup)
    if field.type in (PERSON, UNIT):
        path = f"{field.path[0].removesuffix('_id')}__name"
    filters.plain &= field not in spec.fields
    expression = F(path)
    back = asked.startswith("-")
    return [expression.desc(nulls_last=True) if back else expression.asc(nulls_last=True), "-pk"]


def headings(request: HttpRequest, fields: Sequence[FieldSpec], spec: KindSpec) -> list[Heading]:
    asked, made = request.GET.get("sort", ""), []
    for field in fields:
        name = "due" if field.name == "due_on" else field.name
        order = "ascending" if asked == name else "descending" if asked == f"-{name}" else ""
        url = with_value(request.GET, sort=f"-{name}" if order == "ascending" else name)
        made.append(Heading(field, url, order, field.type.widget in ("number", "decimal") or name == "due"))
    return made


def page_of(request: HttpRequest, spec: KindSpec, filters: Filters, order: list[Any]) -> Page:
    """Count and read one page. The count is that of the very query whose rows are shown."""
    seen = _base(spec, filters).filter(filters.q, visible(request.standing))
    count = seen.count()
    size = next((s for s in SIZES if str(s) == request.GET.get("size")), SIZES[0])
    page = Page([], count, _page_number(request, count, size), size)
    keys = _keys(seen, order, page)
    rows = spec.rows().in_bulk(keys)
    page.rows = list_rows(request, spec, [rows[key] for key in keys])
    return page


def _base(spec: KindSpec, filters: Filters) -> QuerySet:
    return Record.objects.filter(kind=spec.name) if filters.plain else spec.rows().filter(kind=spec.name)


def _page_number(request: HttpRequest, count: int, size: int) -> int:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    return min(max(1, number), max(1, -(-count // size)))


def _keys(seen: QuerySet, order: list[Any], page: Page) -> list[int]:
    """The keys of a page; pages of the second half are read from the end."""
    start, stop = (page.number - 1) * page.size, min(page.number * page.size, page.count)
    ordered = seen.order_by(*order)
    if start <= page.count // 2:
        return list(ordered.values_list("pk", flat=True)[start:stop])
    back = ordered.reverse().values_list("pk", flat=True)[page.count - stop : page.count - start]
    return list(back)[::-1]


def list_rows(request: HttpRequest, spec: KindSpec, rows: list[Any]) -> list[ListRow]:
    fields = columns_of(spec)
    labels = [str(field.label) for field in fields]
    names = Names(request.standing, wanted_by(fields, rows))
    made = []
    for row in rows:
        is_open = row.closed_at is None
        cells = [shown(field, field.read(row), names, spec, label) for field, label in zip(fields, labels, strict=True)]
        made.append(ListRow(row, cells, pressing(row, is_open), is_open))
    return made

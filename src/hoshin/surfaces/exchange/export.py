"""Export: the records of a kind somebody may see, streamed in slices, with an entry that tells who took what."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db.models import QuerySet

from hoshin.kernel.access.standing import Standing, standing_of
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records.expression_tree import And, Condition
from hoshin.kernel.records.expressions import matching
from hoshin.kernel.records.field_types import DAY, INTEGER, NUMBER, YES_NO
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import SLICE, load_lines
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.state import Committed
from hoshin.kernel.trail.unit import unit_of_work

from .names import is_reference, written_names

# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
EVERY_RECORD = And(())


@dataclass(frozen=True)
class Export:
    """A file on its way out."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    heading: str
    field: FieldSpec | None


def export(
    spec: KindSpec, format: str, *, by: Actor, condition: Condition = EVERY_RECORD, labels: bool = False
) -> Export:
    """The kind's records for which the condition holds, as ``csv``, ``jsonl`` or ``xlsx``."""
    if format not in WRITERS:
        raise ValueError(f"There is no format {format!r}; there are: {', '.join(WRITERS)}.")
    standing = standing_of(by)
    rows = spec.rows().using(settings.HOSHIN_READS).filter(visible(standing)).filter(matching(condition, standing))
    last = _tell(spec, format, rows, condition, by)
    media_type, write = WRITERS[format]
    slices = _slices(spec, rows.filter(pk__lte=last), standing)
    return Export(f"{spec.slug}.{format}", media_type, write(columns_of(spec, labels), slices))


def _tell(spec: KindSpec, format: str, rows: QuerySet, condition: Condition, by: Actor) -> int:
    """Leave the entry first: what leaves the house is known even when the line breaks. Answers with the newest key."""
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    detail = {"kind": spec.name, "format": format, "rows": rows.filter(pk__lte=newest).count()}
    if str(condition):
        detail["condition"] = Committed(str(condition))
    with unit_of_work() as work:
        work.tell("kind.exported", "kind", uid_of_kind(spec), by=by, detail=detail)
    return newest


def uid_of_kind(spec: KindSpec) -> UUID:
    """A kind is no row; in entries its name stands for it, always as the same identifier."""
    return uuid5(NAMESPACE_URL, f"hoshin:kind:{spec.name}")


def columns_of(spec: KindSpec, labels: bool) -> list[Column]:
    fields = [spec.by_name["number"], spec.by_name["state"], *spec.editable_fields]
    fields += [f for f in spec.all_fields if not f.editable and f.name not in ("number", "state")]
    named = [Column(str(f.label) if labels else f.name, f) for f in fields]
    return [Column("uid", None), Column("revision", None), *named]


@dataclass(frozen=True)
class Slice:
    """Some rows with everything that is needed to write them."""

    rows: Sequence[Any]
    names: dict[UUID, str]
    standing: Standing

    def value(self, row: Any, column: Column) -> Any:
        """What stands in a cell: a reference as people write it, nothing where this person may not look."""
        f = column.field
        if f is None:
            return str(row.uid) if column.heading == "uid" else row.revision
        if f.visible_to is not None and not f.visible_to.allows(self.standing, row):
            return None
        if f.is_part:
            return [self._line(line, f) for line in f.read(row)]
        return self._plain(f, f.read(row))

    def _line(self, line: dict, part: FieldSpec) -> dict[str, Any]:
        told = {"uid": str(line["uid"]), "parent": str(line["parent"]) if line.get("parent") else None}
        told |= {f.name: f.type.json(self._plain(f, line.get(f.name))) for f in part.part.fields if not is_reference(f)}
        told |= {f.name: self._plain(f, line.get(f.name)) for f in part.part.fields if is_reference(f)}
        return {name: value for name, value in told.items() if value is not None}

    def _plain(self, f: FieldSpec, value: Any) -> Any:
        if value is None or value == "":
            return None
        return self.names.get(value, str(value)) if is_reference(f) else value


def _slices(spec: KindSpec, rows: QuerySet, standing: Standing) -> Iterator[Slice]:
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:SLICE]):
        for f in spec.part_fields:
            if f.part.model is not None:
                load_lines(some, f.part)
        yield Slice(some, written_names(spec.all_fields, some), standing)
        last = some[-1].pk


def written(f: FieldSpec | None, value: Any) -> Any:
    """A value as JSON, which CSV writes as text."""
    return value if f is None or f.is_part or is_reference(f) else f.type.json(value)


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula; importing takes the mark off again."""
    return f"'{text}" if text.startswith(FORMULA) or text.startswith("'") else text


def csv_pieces(columns: Sequence[Column], slices: Iterator[Slice]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without the mark, spreadsheets read UTF-8 as something else
    yield _csv_lines([[neutral(column.heading) for column in columns]])
    for some in slices:
        yield _csv_lines([_csv_cell(column, some.value(row, column)) for column in columns] for row in some.rows)


def _csv_lines(lines: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def _csv_cell(column: Column, value: Any) -> str:
    f = column.field
    if value is None or value == []:
        return ""
    if f is not None and f.is_part:
        return json.dumps(value, ensure_ascii=False)
    if f is not None and f.type is YES_NO:
        return "yes" if value else "no"
    told = str(written(f, value))
    return told if f is None or f.type in (NUMBER, INTEGER) else neutral(told)


def json_pieces(columns: Sequence[Column], slices: Iterator[Slice]) -> Iterator[bytes]:
    for some in slices:
        for row in some.rows:
            told = {column.heading: written(column.field, some.value(row, column)) for column in columns}
            yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def excel_pieces(columns: Sequence[Column], slices: Iterator[Slice]) -> Iterator[bytes]:
    """A workbook: written to a temporary file row by row, for its archive cannot be streamed."""
    with tempfile.TemporaryFile() as out:
        _write_workbook(out, columns, slices)
        out.seek(0)
        while piece := out.read(1 << 18):
            yield piece


def _write_workbook(out: Any, columns: Sequence[Column], slices: Iterator[Slice]) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Records")
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [column.heading for column in columns], bold)
        at = 0
        for some in slices:
            for row in some.rows:
                at += 1
                for place, column in enumerate(columns):
                    _write_cell(sheet, at, place, column, some.value(row, column), day)


def _write_cell(sheet: Any, at: int, place: int, column: Column, value: Any, day: Any) -> None:
    f = column.field
    if value is None or value == []:
        return
    if isinstance(value, bool):
        sheet.write_boolean(at, place, value)
    elif isinstance(value, int | Decimal):
        sheet.write_number(at, place, value)
    elif f is not None and f.type is DAY and value >= date(1900, 3, 1):
        sheet.write_datetime(at, place, value, day)
    else:
        text = json.dumps(value, ensure_ascii=False) if f is not None and f.is_part else str(written(f, value))
        # Excel holds no longer text; what is cut says so.
        sheet.write_string(at, place, text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 2]} …")


WRITERS: dict[str, tuple[str, Callable[[Sequence[Column], Iterator[Slice]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_pieces),
    "jsonl": ("application/jsonl", json_pieces),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel_pieces),
}

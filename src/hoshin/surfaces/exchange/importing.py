"""Import: rows of a table become records through the doors, all of them or none, after a dry run that tells all.

A row with the number of a record changes it; any other opens a new one. A row with a uid can be sent twice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Conflict, DoorRefused, Invalid
from hoshin.kernel.records.field_types import DAY, LONG_TEXT, TEXT
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.record import SLICE
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.models import new_uid
from hoshin.kernel.trail.unit import unit_of_work

from .export import FORMULA
from .names import COLUMNS, is_reference, known_names
from .tables import Table

OWN = ("uid", "number", "revision")


@dataclass(frozen=True)
class CellProblem:
    """One thing wrong with a file: in which row and column, what was found and what would be accepted."""

    row: int
    column: str
    found: str
    message: str


@dataclass
class Report:
    """What an import did, or in a dry run would do."""

    opened: int = 0
    changed: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Sent:
    """One row, its cells read as values of fields."""

    row: int
    own: Mapping[str, str]
    values: Mapping[str, Any]
    cells: Mapping[str, Any]


class DryRun(Exception):
    """Ends a dry run: everything was done, and nothing is kept."""


def import_records(spec: KindSpec, table: Table, *, by: Actor, dry_run: bool, reason: str = "") -> Report:
    """Open and change records by a table. With any problem, and in a dry run, nothing is written at all.

    A dry run goes through the same doors inside a transaction that is taken back, so what it promises holds.
    """
    report = Report()
    columns = _columns(spec, table, report)
    sent = [_sent(at, cells, columns, report) for at, cells in table.rows]
    sent = _with_references(columns, sent, by, report)
    if not report.is_clean:
        return report
    try:
        with unit_of_work():
            _write(spec, sent, by, reason, report)
            if dry_run or not report.is_clean:
                raise DryRun
    except DryRun:
        report.records = []
    return report


def _columns(spec: KindSpec, table: Table, report: Report) -> dict[int, FieldSpec | str]:
    """Which field each column is, by its name or label; columns that only tell something are left out and named."""
    known: dict[str, Any] = {name: name for name in OWN}
    known |= {str(f.label).casefold(): f.name if f.name in OWN else f for f in spec.all_fields}
    known |= {f.name.casefold(): f for f in spec.all_fields if f.name not in OWN}
    columns: dict[int, FieldSpec | str] = {}
    for place, heading in enumerate(table.headings):
        found = known.get(heading.casefold())
        if found is None and heading:
            accepted = ", ".join(f.name for f in spec.editable_fields)
            message = _("There is no such field; there are: %(fields)s.") % {"fields": accepted}
            report.problems.append(CellProblem(1, heading, heading, message))
        elif isinstance(found, FieldSpec) and not found.editable:
            report.ignored.append(heading)
        elif found is not None and found in columns.values():
            report.problems.append(CellProblem(1, heading, heading, _("Two columns are of the same field.")))
        elif found is not None:
            columns[place] = found
    return columns


def _sent(at: int, cells: Sequence[Any], columns: Mapping[int, Any], report: Report) -> Sent:
    own, values, seen = {}, {}, {}
    for place, column in columns.items():
        cell = cells[place] if place < len(cells) else None
        if isinstance(column, str):
            own[column] = _text(cell)
            continue
        seen[column.name] = cell
        try:
            values[column.name] = raw_value(column, cell)
        except ValueError as wrong:
            report.problems.append(CellProblem(at, column.name, _text(cell), str(wrong)))
    return Sent(at, own, values, seen)


def raw_value(f: FieldSpec, cell: Any) -> Any:
    """A cell as a door takes it: what spreadsheets do to values is undone."""
    if cell is None or cell == "":
        return None
    if f.is_part:
        return _lines(cell)
    if isinstance(cell, datetime) and f.type is DAY:
        return cell.date()
    if isinstance(cell, datetime | date | bool) and f.type not in (TEXT, LONG_TEXT):
        return cell
    return _text(cell)


def _lines(cell: Any) -> list:
    try:
        lines = json.loads(_text(cell))
    except (ValueError, RecursionError):
        lines = None
    if not isinstance(lines, list):
        raise ValueError(_("Lines are written as a JSON list of objects, as an export writes them."))
    return lines


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without the fraction spreadsheets give them, the mark before formulas taken off."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    text = "" if cell is None else str(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def _with_references(columns: Mapping[int, Any], sent: Sequence[Sent], by: Actor, report: Report) -> list[Sent]:
    """The rows with identifiers in the place of user names, unit codes and record numbers."""
    fields = [f for f in columns.values() if isinstance(f, FieldSpec)]
    wanted: dict[Any, set[str]] = {}
    for f, holder, name in _reference_cells(fields, sent):
        wanted.setdefault(f.type, set()).add(holder[name])
    known = {kind_of_value: known_names(kind_of_value, names) for kind_of_value, names in wanted.items()}
    for f, holder, name in _reference_cells(fields, sent):
        holder[name] = known[f.type].get(holder[name], holder[name])
    for f in fields:
        if is_reference(f):
            report.problems += [_unknown(f, one) for one in sent if not _is_uid(one.values.get(f.name))]
    return list(sent)


def _reference_cells(fields: Sequence[FieldSpec], sent: Sequence[Sent]) -> Iterator[tuple[FieldSpec, Any, str]]:
    """Every place that holds a reference: its field, the object it stands in and its name there."""
    for f in fields:
        inside = [line for line in f.part.fields if is_reference(line)] if f.is_part else ()
        for one in sent:
            if is_reference(f) and isinstance(one.values.get(f.name), str):
                yield f, one.values, f.name
            for line in one.values.get(f.name) or () if inside else ():
                for field_ in inside:
                    if isinstance(line, dict) and isinstance(line.get(field_.name), str):
                        yield field_, line, field_.name


def _is_uid(value: Any) -> bool:
    if value is None or isinstance(value, UUID):
        return True
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _unknown(f: FieldSpec, one: Sent) -> CellProblem:
    written = {"username": _("user name"), "code": _("code"), "number": _("number")}[COLUMNS[f.type][1]]
    message = _("There is no %(kind)s with this %(written)s.") % {"kind": _(f.type.name), "written": written}
    return CellProblem(one.row, f.name, str(one.values[f.name]), message)


def _write(spec: KindSpec, sent: Sequence[Sent], by: Actor, reason: str, report: Report) -> None:
    new = [one for one in sent if not one.own.get("number")]
    there = _rows_by_number(spec, [one.own["number"] for one in sent if one.own.get("number")], by)
    batch = str(new_uid())
    for one in sent:
        if one.own.get("number"):
            _change(there.get(one.own["number"]), one, by, reason, report)
    for start in range(0, len(new), SLICE):
        _open(spec, new[start : start + SLICE], by, reason, batch, report)


def _rows_by_number(spec: KindSpec, numbers: Sequence[str], by: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(numbers), SLICE):
        rows = spec.rows().filter(visible(standing_of(by)), number__in=numbers[start : start + SLICE])
        found |= {row.number: row for row in rows}
    return found


def _change(row: Any, one: Sent, by: Actor, reason: str, report: Report) -> None:
    if row is None:
        message = _("There is no such record that you may see; leave it empty to open a new one.")
        report.problems.append(CellProblem(one.row, "number", one.own["number"], message))
        return
    revision = one.own.get("revision", "")
    if revision and not (revision.isascii() and revision.isdigit() and len(revision) < 10):
        report.problems.append(CellProblem(one.row, "revision", revision, _("A whole number is needed.")))
        return
    try:
        (changed,) = doors.edit([row], one.values, by=by, revision=int(revision) if revision else None, reason=reason)
    except DoorRefused as refused:
        report.problems += _problems(refused, [one])
        return
    report.changed += changed.revision != row.revision
    report.records.append(changed)


def _open(spec: KindSpec, sent: Sequence[Sent], by: Actor, reason: str, batch: str, report: Report) -> None:
    drafts = []
    for one in sent:
        uid = one.own.get("uid")
        if uid and not _is_uid(uid):
            report.problems.append(CellProblem(one.row, "uid", uid, _("This is not an identifier.")))
            return
        given = {name: value for name, value in one.values.items() if value is not None}
        drafts.append(doors.Draft(given, **({"uid": UUID(uid)} if uid else {})))
    try:
        rows = doors.create(spec, drafts, by=by, reason=reason, batch=batch)
    except DoorRefused as refused:
        report.problems += _problems(refused, sent)
        return
    report.opened += len(rows)
    report.records += rows


def _problems(refused: DoorRefused, sent: Sequence[Sent]) -> list[CellProblem]:
    """What a door said of a set, told of rows and columns."""
    if isinstance(refused, Invalid):
        return [
            CellProblem(sent[p.index].row, p.field, _text(sent[p.index].cells.get(p.field.split(".")[0])), p.message)
            for p in refused.problems
        ]
    column = ", ".join(refused.theirs) if isinstance(refused, Conflict) else ""
    return [CellProblem(sent[0].row, column, "", str(refused))]

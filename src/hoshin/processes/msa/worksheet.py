"""The worksheet: made in random order, filled in run by run or from a file, written out as CSV."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Invalid, NotYet, Problem
from hoshin.kernel.records.field_types import BadValue
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import unit_of_work

from .rules import OWN_PARTS, Sort, names_in, shape_of

COLUMNS = ("run", "part", "operator", "trial", "value", "rating", "reference")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Studies in which the order of readings is time itself.
IN_ORDER = (Sort.STABILITY,)


def made_for(row: Any) -> list[dict[str, Any]]:
    """The empty worksheet of a design. Within each trial operators and parts come in random order.

    The order is drawn from the study's own identifier, so that it can be drawn again.
    """
    parts, operators, trials = shape_of(row)
    names = names_in(row.part_names) or [str(n + 1) for n in range(parts)]
    people = names_in(row.operator_names) or [_letter(n) for n in range(operators)]
    references = _references(row, names)
    places = _order(row, parts, len(people), trials)
    return [
        {
            "run": run, "part": _part_name(row, names[part], people[person]), "operator": people[person], "trial": trial + 1,
            "reference": references[part],
        }
        for run, (trial, person, part) in enumerate(places, start=1)
    ]  # fmt: skip


def _letter(place: int) -> str:
    return LETTERS[place] if place < len(LETTERS) else f"{LETTERS[place % 26]}{place // 26}"


def _part_name(row: Any, name: str, person: str) -> str:
    """Where every operator has parts of their own, a part's name says whose."""
    return f"{person}-{name}"[:60] if row.sort in OWN_PARTS else name


def _references(row: Any, names: Sequence[str]) -> list[str]:
    found = names_in(row.references)
    if len(found) == 1:
        return found * len(names)
    return found or [""] * len(names)


def _order(row: Any, parts: int, operators: int, trials: int) -> list[tuple[int, int, int]]:
    if row.sort in IN_ORDER:
        return [(trial, 0, part) for part in range(parts) for trial in range(trials)]
    draw = np.random.default_rng(row.uid.int)
    return [
        (trial, int(person), int(part))
        for trial in range(trials)
        for person in draw.permutation(operators)
        for part in draw.permutation(parts)
    ]


def lines_of(row: Any) -> list[dict[str, Any]]:
    """The lines in the order of their runs."""
    return sorted(row.worksheet, key=lambda line: line["run"])


def read_field(row: Any) -> str:
    return "rating" if row.sort == Sort.ATTRIBUTE else "value"


def fill_in(row: Any, readings: Mapping[UUID, str], *, by: Actor, seen: Mapping[UUID, str] | None = None) -> Any:
    """Write readings into the lines they belong to, by the lines' uids. ``seen`` is what the writer saw there."""
    with unit_of_work():
        (row,) = doors.lock([row])
        if row.state != "collecting":
            label = row.spec.workflow.state(row.state).label
            told = {"number": row.number, "state": label}
            raise NotYet([_("%(number)s is %(state)s; readings are entered while it is measured.") % told])
        spec = row.spec.find("worksheet").part.field(read_field(row))
        lines, problems = [dict(line) for line in row.worksheet], []
        for line in lines:
            if line["uid"] in readings:
                _fill_line(line, readings[line["uid"]], (seen or {}).get(line["uid"]), spec, problems)
        if problems:
            raise Invalid(problems)
        return doors.edit([row], {"worksheet": [_sendable(line) for line in lines]}, by=by)[0]


def _fill_line(line: dict, text: Any, seen: str | None, spec: Any, problems: list[Problem]) -> None:
    where = _("run %(run)s") % {"run": line["run"]}
    try:
        value = spec.parse(text.replace(",", ".") if spec.name == "value" and isinstance(text, str) else text)
    except BadValue as bad:
        problems.append(Problem(where, str(bad)))
        return
    known = line[spec.name] if line[spec.name] != "" else None
    if seen is not None and shown(known) != seen and value != known:
        told = {"found": shown(known) or "–", "yours": shown(value) or "–"}
        problems.append(Problem(where, _("somebody else has entered %(found)s meanwhile; yours was %(yours)s.") % told))
        return
    line[spec.name] = value


def _sendable(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "parent"}


def shown(value: Any) -> str:
    """A reading as the page shows it and a file carries it."""
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else format(value.normalize(), "f")


# ---------- CSV ----------


def csv_of(row: Any) -> str:
    """The worksheet in the order of its runs; text can do nothing in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines_of(row):
        writer.writerow([_cell(line[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return value if isinstance(value, int) else shown(value)


def readings_in(text: str, row: Any) -> dict[UUID, str]:
    """The readings of a CSV file or of pasted cells, by line: found by run, or by part, operator and trial.

    Cells without a heading are the readings of the runs that are still empty, in their order.
    """
    name = read_field(row)
    text = text.lstrip("\ufeff").strip()
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    heading = [cell.strip().strip('"').casefold() for cell in first.split(delimiter)]
    if name not in heading:
        return _in_order(text, row, name)
    problems: list[Problem] = []
    found: dict[UUID, str] = {}
    places = _places(row)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, cells in enumerate(rows, start=1):
        told = dict(zip(heading, (cell.strip().removeprefix("'") for cell in cells), strict=False))
        if number == 1 or not any(told.values()):
            continue
        uid = places.get(_key(told))
        if uid is None:
            message = _("No line of the worksheet has this run, or this part, operator and trial.")
            problems.append(Problem(_("line %(n)s") % {"n": number}, message))
        elif told.get(name):
            found[uid] = told[name]
    if problems:
        raise Invalid(problems[:20])
    return found


def _key(told: Mapping[str, str]) -> tuple:
    if told.get("run"):
        return ("run", told["run"])
    return (told.get("part", ""), told.get("operator", ""), told.get("trial", ""))


def _places(row: Any) -> dict[tuple, UUID]:
    found: dict[tuple, UUID] = {}
    for line in row.worksheet:
        found["run", str(line["run"])] = line["uid"]
        found[line["part"], line["operator"] or "", str(line["trial"])] = line["uid"]
    return found


def _in_order(text: str, row: Any, name: str) -> dict[UUID, str]:
    """A comma is a decimal comma here; readings stand on lines of their own, or apart by blanks or semicolons."""
    cells = [cell for cell in re.split(r"[\s;]+" if name == "value" else r"[\t\n\r;]+", text) if cell.strip()]
    empty = [line["uid"] for line in lines_of(row) if line[name] in (None, "")]
    if not cells or len(cells) > len(empty):
        told = {"found": len(cells), "left": len(empty)}
        raise Invalid([Problem("file", _("%(found)s readings for %(left)s empty runs.") % told)])
    return dict(zip(empty, cells, strict=False))

"""Measurements as people type or paste them: lines of numbers, each line one measurement or one subgroup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.kernel.measuring.doors import Measurement
from hoshin.kernel.records.errors import Invalid, Problem
from hoshin.measurements.overlay import Reading

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
MISSING = ("-", "--", "na", "n/a", "nan", "?", ".")
MOST = 5_000


@dataclass(frozen=True)
class Common:
    """What all measurements of one entry share."""

    time: datetime | None = None
    lot: str = ""
    gauge: str = ""
    operator: str = ""
    # The usual sample size of counts whose line names none.
    size: float | None = None


def measurements_in(text: str, characteristic: Any, reading: Reading, common: Common) -> list[Measurement]:
    """What was typed, as measurements; every cell that is no number is named by line and place."""
    problems: list[Problem] = []
    lines = _numbers(text, problems)
    if not lines and not problems:
        problems.append(Problem("values", _("Nothing was typed; a number on a line is accepted.")))
    if sum(map(len, lines)) > MOST:
        problems.append(Problem("values", _("More than %(most)s values; import them as a file.") % {"most": MOST}))
    if problems:
        raise Invalid(problems)
    told = {"time": common.time, "lot": common.lot, "gauge": common.gauge, "operator": common.operator}
    if characteristic.sort != "variable":
        return _counts(lines, common.size, told)
    return _values(lines, next_subgroup(reading), told)


def _numbers(text: str, problems: list[Problem]) -> list[list[float | None]]:
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = _cells(line)
        if cells:
            lines.append([_number(cell, number, place, problems) for place, cell in enumerate(cells, start=1)])
    return lines


def _cells(line: str) -> list[str]:
    """The cells of a line: parted by tabs or semicolons as spreadsheets give them, else by blanks."""
    if not line.strip():
        return []
    parted = re.split(r"[\t;]", line) if re.search(r"[\t;]", line) else line.split()
    return [cell.strip() for cell in parted]


def _number(cell: str, line: int, place: int, problems: list[Problem]) -> float | None:
    if not cell or cell.casefold() in MISSING:
        return None
    if not NUMBER.fullmatch(cell):
        told = _("Line %(line)s, value %(place)s: found “%(found)s”; a number such as 7.42 or 7,42 is accepted.")
        problems.append(Problem("values", told % {"line": line, "place": place, "found": cell[:40]}))
        return None
    return float(cell.replace(",", "."))


def _counts(lines: Sequence[list], size: float | None, told: dict) -> list[Measurement]:
    """A count, and after it the size of the sample it was found in."""
    problems, made = [], []
    for number, cells in enumerate(lines, start=1):
        if len(cells) > 2:
            message = _("Line %(line)s: %(found)s numbers; a count and its sample size are accepted.")
            problems.append(Problem("values", message % {"line": number, "found": len(cells)}))
        else:
            made.append(Measurement(cells[0], size=cells[1] if len(cells) == 2 else size, **told))
    if problems:
        raise Invalid(problems)
    return made


def _values(lines: Sequence[list], subgroup: int | None, told: dict) -> list[Measurement]:
    """Values; with subgroups each line is one, numbered on from the newest."""
    if subgroup is None:
        return [Measurement(value, **told) for cells in lines for value in cells]
    return [
        Measurement(value, subgroup=subgroup + place, **told) for place, cells in enumerate(lines) for value in cells
    ]


def next_subgroup(reading: Reading) -> int | None:
    """The number of the next subgroup where subgroups are numbered; None where they are not."""
    known = reading.columns.subgroup
    return int(known.max()) + 1 if (known >= 0).any() else None


def usual_size(reading: Reading) -> float | None:
    """The newest sample size, to be proposed."""
    known = reading.columns.size[~np.isnan(reading.columns.size)]
    return float(known[-1]) if known.size else None

"""What a file seems to be: its dialect, its header, the role of each column with the reason, and what to ask."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from . import excel, source, times
from .dialect import Dialect, decode, looks_like_number, sniff_decimal, sniff_separator, without_last_empty
from .errors import ReadingError
from .layout import MISSING, Column, Layout, Role, column_names, signature
from .profile import Profile
from .roles import Roles

SAMPLE_ROWS = 5_000
DECIMAL_CELLS = 50_000
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Question:
    """What the file alone does not tell; the layout holds the likeliest choice."""

    about: str
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """A layout, the reason for the role of each of its columns, remarks, and questions for a person.

    `remembered` says that the layout is one that was used before on columns of these names.
    """

    layout: Layout
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    remembered: bool = False


def guess(path: Path | str, remembered: Iterable[Layout] = (), max_bytes: int = source.MAX_BYTES) -> Guess:
    """Look at the first rows of a file. A remembered layout with the same column names is taken over as it is."""
    content = source.load(path, max_bytes)
    dialect = _dialect(content)
    rows = _first_rows(content, dialect)
    if not rows:
        raise ReadingError(f"{Path(path).name}: found no cells, accepted is a table with measurements")
    whole = len(rows) <= SAMPLE_ROWS
    header, names, data = _header(rows[:SAMPLE_ROWS])
    if not data:
        raise ReadingError(f"{Path(path).name}: found a header and no rows below it, accepted is at least one row")
    cells = list(zip(*(_fitted(row, len(names)) for _, row in data), strict=True))
    decimal = sniff_decimal(islice((c for row in data for c in row[1]), DECIMAL_CELLS))
    for layout in remembered:
        if layout.signature == signature(names) and bool(layout.header) == bool(header):
            dialect = replace(dialect, decimal=decimal or layout.dialect.decimal)
            used = replace(layout, dialect=dialect, header=header)
            return Guess(used, ("as last time",) * len(names), remembered=True)
    return _guess(replace(dialect, decimal=decimal or "."), header, names, cells, whole, rows)


def _first_rows(content: bytes, dialect: Dialect) -> Rows:
    rows: Rows = []
    for chunk in source.chunks(content, dialect, SAMPLE_ROWS + 1):
        rows += zip(chunk.numbers, chunk.rows, strict=True)
        if len(rows) > SAMPLE_ROWS:
            break
    return rows


def _guess(dialect: Dialect, header: int, names: list[str], cells: list, whole: bool, rows: Rows) -> Guess:
    marks, notes = _missing(dialect, names, cells, whole)
    profiles = [
        Profile(name, place, column, dialect.decimal, frozenset(marks), whole)
        for place, (name, column) in enumerate(zip(names, cells, strict=True))
    ]
    decisions = Roles(profiles).decisions()
    order, ambiguous = times.order_of(
        cell
        for profile, (role, _) in zip(profiles, decisions, strict=True)
        if role == Role.TIME
        for cell in profile.known
    )
    layout = Layout(
        columns=tuple(Column(name, role) for name, (role, _) in zip(names, decisions, strict=True)),
        dialect=dialect,
        header=header,
        date_order=order,
        missing=marks,
    )
    above = sum(1 for number, _ in rows if number < header)
    notes += [f"{above} rows above the header are passed over"] if above else []
    notes += [] if header else ["found no header: the columns are numbered"]
    if not layout.positions(Role.VALUE):
        raise ReadingError("found no column of numbers, accepted is at least one column of measured values")
    questions = (_ask_order(order),) if ambiguous else ()
    return Guess(layout, tuple(reason for _, reason in decisions), tuple(notes), questions)


def _ask_order(order: str) -> Question:
    first = "day" if order == "DMY" else "month"
    text = f"Every date could be read day first or month first; {first} first was taken. Which is it?"
    return Question("date_order", text, ("DMY", "MDY"))


def _dialect(content: bytes) -> Dialect:
    if not excel.is_workbook(content):
        text, encoding = decode(content)
        return Dialect(encoding, sniff_separator(text))
    for sheet in excel.sheets(content):
        if len(list(islice(excel.rows(content, sheet), 2))) == 2:
            return Dialect(encoding="", separator="", sheet=sheet)
    raise ReadingError("found a workbook without a sheet of two rows or more, accepted is one with measurements")


def _header(rows: Rows) -> tuple[int, list[str], Rows]:
    """Row number of the header (0 if there is none), the column names, and the rows below."""
    cells = without_last_empty([row for _, row in rows])
    rows = [(number, row) for (number, _), row in zip(rows, cells, strict=True)]
    widths = Counter(map(len, cells))
    width = max(widths, key=lambda w: (widths[w], w))
    start = next(place for place, row in enumerate(cells) if len(row) == width)
    number, first = rows[start]
    if len(rows) > start + 1 and _names_columns(first):
        return number, column_names(first), rows[start + 1 :]
    return 0, [f"column {place}" for place in range(1, width + 1)], rows


def _names_columns(row: list[str]) -> bool:
    """Whether a row holds names: no numbers, no dates, and some text."""
    cells = [cell.strip() for cell in row]
    is_data = any(
        looks_like_number(cell) or times.moment_of(cell, "DMY") or times.moment_of(cell, "MDY") for cell in cells
    )
    return any(cells) and not is_data


def _fitted(row: list[str], width: int) -> list[str]:
    return (row + [""] * width)[:width]


def _missing(dialect: Dialect, names: list[str], cells: list, whole: bool) -> tuple[tuple[str, ...], list[str]]:
    """The marks that mean missing, with numbers such as -999 that can mean nothing else."""
    marks, notes = list(MISSING), []
    for place, (name, column) in enumerate(zip(names, cells, strict=True)):
        mark = Profile(name, place, column, dialect.decimal, frozenset(MISSING), whole).sentinel
        if mark and mark not in marks:
            marks.append(mark)
            notes.append(f"{mark} in {name}, where all else is 0 or more, is taken as missing")
    return tuple(marks), notes

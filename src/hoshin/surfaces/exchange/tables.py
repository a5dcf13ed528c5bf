"""Reading a file that people sent as a table of headings and cells; nothing in it is believed yet."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LARGEST, LARGEST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 20 * 2**20, 200 * 2**20, 5_000, 500
DELIMITERS = ",;\t"


class NotATable(ValueError):
    """A file that cannot be read as a table: what was found and what would be accepted."""


@dataclass(frozen=True)
class Table:
    """Headings and rows; the number beside each row is the one people see in their spreadsheet."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def read_table(content: bytes, name: str) -> Table:
    """A CSV file (comma, semicolon or tabulator; UTF-8 or Windows-1252) or the first sheet of a workbook."""
    if len(content) > LARGEST:
        raise NotATable(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 2**20})
    lines = _sheet(content) if name.lower().endswith((".xlsx", ".xlsm")) else _csv(content)
    numbered = [
        (at, tuple(cells)) for at, cells in enumerate(lines, start=1) if any(c not in (None, "") for c in cells)
    ]
    if len(numbered) < 2:
        raise NotATable(_("The file needs a row of headings and at least one row below it."))
    if len(numbered) - 1 > MOST_ROWS:
        found = {"found": len(numbered) - 1, "most": MOST_ROWS}
        raise NotATable(_("The file has %(found)s rows; at most %(most)s are taken at once.") % found)
    headings = tuple(str(cell or "").strip().removeprefix("'") for cell in numbered[0][1])
    if len(headings) > MOST_COLUMNS:
        raise NotATable(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS})
    return Table(headings, tuple(numbered[1:]))


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as wrong:
        raise NotATable(_("This is not CSV: %(why)s.") % {"why": wrong})


def _sheet(content: bytes) -> list[list[Any]]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise NotATable(_("The workbook unpacks to more than %(m)s MB.") % {"m": LARGEST_UNPACKED // 2**20})
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, python_calamine.CalamineError) as wrong:
        raise NotATable(_("This is not an Excel workbook: %(why)s.") % {"why": wrong})

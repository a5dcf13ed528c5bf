"""Workbooks (.xlsx, .xls, .ods) as rows of text cells."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from .errors import LayoutError, ReadingError, TooLarge

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CELL = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
MAX_CELLS = 10_000_000
CHUNK = 1 << 20


def is_workbook(content: bytes) -> bool:
    return content.startswith((ZIP, OLD_EXCEL))


def sheets(content: bytes) -> list[str]:
    """The names of the sheets, in order."""
    return list(_open(content).sheet_names)


def rows(content: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Row number in the sheet and its cells as text, empty rows left out."""
    book = _open(content)
    if sheet not in book.sheet_names:
        raise LayoutError(f'found no sheet "{sheet}", accepted are {", ".join(book.sheet_names)}')
    found = book.get_sheet_by_name(sheet)
    # The rows come from the top of the sheet, but from the first column that holds something.
    left = [""] * found.start[1] if found.start else []
    for number, row in enumerate(found.iter_rows(), start=1):
        cells = [*left, *map(text, row)]
        if any(cells):
            yield number, cells


def text(cell) -> str:
    """A cell as it would stand in a CSV file: ISO times, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def check(content: bytes, limit: int) -> None:
    """Refuse a workbook that unpacks to more than the limit, or whose far corner spans too many cells."""
    if not content.startswith(ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            left = limit
            for member in packed.infolist():
                left -= member.file_size
                if left < 0:
                    raise TooLarge(f"found a workbook that unpacks to more than {limit:,} bytes, accepted is less")
            for member in packed.infolist():
                _check_member(packed, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise ReadingError(
            f"found a workbook that cannot be unpacked ({error}), accepted are .xlsx, .xls, .ods"
        ) from None


def _check_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read to the end, so that a lying size or checksum is found here, and look for the far corner of a sheet."""
    sheet = member.filename.startswith("xl/worksheets/")
    last_row = last_column = 0
    tail = b""
    with packed.open(member) as file:
        while chunk := file.read(CHUNK):
            if not sheet:
                continue
            chunk = tail + chunk
            tail = chunk[-64:]
            for column, row in CELL.findall(chunk):
                last_row, last_column = max(last_row, int(row)), max(last_column, _number(column))
    if last_row * last_column > MAX_CELLS:
        raise TooLarge(
            f"{member.filename}: found a sheet of {last_row:,} rows × {last_column:,} columns, "
            f"accepted are at most {MAX_CELLS:,} cells"
        )


def _number(letters: bytes) -> int:
    number = 0
    for character in letters:
        number = number * 26 + character - 64
    return number


def _open(content: bytes):
    import python_calamine

    try:
        return python_calamine.load_workbook(io.BytesIO(content))
    except python_calamine.CalamineError as error:
        raise ReadingError(f"found a workbook that cannot be read ({error}), accepted are .xlsx, .xls, .ods") from None

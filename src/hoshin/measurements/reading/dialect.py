"""How a text file is written: encoding, separator, decimal sign."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import ReadingError

SEPARATORS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma", " ": "white space"}
NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
SAMPLE_LINES = 200
CONSISTENT = 0.9


@dataclass(frozen=True)
class Dialect:
    """Encoding, separator and decimal sign of a text file, or the sheet of a workbook (then the separator is empty)."""

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    sheet: str | None = None

    def __str__(self) -> str:
        sign = "decimal comma" if self.decimal == "," else "decimal point"
        if self.sheet is not None:
            return f'sheet "{self.sheet}", {sign}'
        return f"{SEPARATORS.get(self.separator, self.separator)}, {sign}, {self.encoding}"


MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and its encoding: by byte-order mark, else the one given, else UTF-8, Windows-1252 or Latin-1."""
    by_mark = next((name for mark, name in MARKS.items() if content.startswith(mark)), encoding)
    for name in [by_mark] if by_mark else ("utf-8", "cp1252", "latin-1"):
        try:
            return content.decode(name), name
        except UnicodeDecodeError as error:
            if by_mark:
                raise ReadingError(f"found bytes at {error.start} that are not {name}, accepted is {name}") from None
        except LookupError:
            raise ReadingError(f"found the encoding {name}, accepted are such as utf-8, cp1252, latin-1") from None
    raise AssertionError("every byte string is Latin-1")


def reader(lines, separator: str):
    """A CSV reader over lines; any run of blanks separates when the separator is white space."""
    if separator == " ":
        lines = (line.replace("\t", " ") for line in lines)
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=False)


def sniff_separator(text: str) -> str:
    """The separator that cuts the first lines into equally many cells, more than one; comma where none does."""
    sample = text[: 400 * SAMPLE_LINES].splitlines(keepends=True)
    if len(sample) > 1 and not sample[-1].endswith(("\n", "\r")):
        sample = sample[:-1] if len(text) > 400 * SAMPLE_LINES else sample
    sample = sample[:SAMPLE_LINES]
    for separator in SEPARATORS:
        if _cuts_evenly(sample, separator):
            return separator
    # One column: a separator that cuts nothing, least of all a decimal comma.
    return next((separator for separator in ",;" if not any(separator in line for line in sample)), ",")


def _cuts_evenly(sample: list[str], separator: str) -> bool:
    rows = without_last_empty([row for row in reader(sample, separator) if any(row)])
    if not rows:
        return False
    width, often = Counter(map(len, rows)).most_common(1)[0]
    start = next(place for place, row in enumerate(rows) if len(row) == width)
    # "value / 1,5 / 2,7" is one column with a decimal comma, not two columns under a header of one.
    headless = start > 0 and all(looks_like_number(cell) for cell in rows[start])
    return width > 1 and often >= CONSISTENT * (len(rows) - start) and often > start and not headless


def without_last_empty(rows: list[list[str]]) -> list[list[str]]:
    """The rows without the empty cell that a separator at the end of every line makes."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    if width < 2 or any(row[-1].strip() for row in rows if len(row) == width):
        return rows
    return [row[:-1] if len(row) == width else row for row in rows]


def looks_like_number(cell: str) -> bool:
    cell = cell.strip()
    return bool(NUMBER["."].fullmatch(cell) or NUMBER[","].fullmatch(cell))


def sniff_decimal(cells: Iterable[str]) -> str | None:
    """The sign with which more of the cells are numbers; None where the cells do not tell."""
    comma = point = 0
    for cell in cells:
        cell = cell.strip()
        comma += "," in cell and bool(NUMBER[","].fullmatch(cell))
        point += "." in cell and bool(NUMBER["."].fullmatch(cell))
    if comma == point:
        return None
    return "," if comma > point else "."

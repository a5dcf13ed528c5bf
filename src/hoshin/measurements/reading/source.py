"""A file on the disk as rows of text cells, with limits on what it may unpack to."""

import csv
import gzip
import hashlib
import io
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

from . import excel
from .dialect import Dialect, decode, reader
from .errors import ReadingError, TooLarge

GZIP = b"\x1f\x8b"
MAX_BYTES = 256 * 1024 * 1024
LINE_BREAK = re.compile(r"\r\n|\r|\n")


def fingerprint(path: Path | str) -> str:
    """SHA-256 of the file as it lies, so that the same file twice is noticed."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(path: Path | str, limit: int = MAX_BYTES) -> bytes:
    """The content of the file, unpacked if it is gzip; never more than the limit."""
    path = Path(path)
    if path.stat().st_size > limit:
        raise TooLarge(f"{path.name}: found {path.stat().st_size:,} bytes, accepted are at most {limit:,}")
    content = path.read_bytes()
    if content.startswith(GZIP):
        content = _unpacked(path.name, content, limit)
    if not content.strip():
        raise ReadingError(f"{path.name}: found an empty file, accepted are CSV and Excel files with rows")
    if excel.is_workbook(content):
        excel.check(content, limit)
    return content


def _unpacked(name: str, content: bytes, limit: int) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise ReadingError(f"{name}: found gzip that cannot be unpacked ({error}), accepted is a whole file") from None
    if len(unpacked) > limit:
        raise TooLarge(f"{name}: found gzip that unpacks to more than {limit:,} bytes, accepted is less")
    return unpacked


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file with their numbers: of the line in a text file (of the last line, where a quoted cell spans
    several), of the row in a sheet. Rows without any content are left out."""

    numbers: Sequence[int]
    rows: list[list[str]]

    def below(self, number: int) -> "Chunk":
        """The rows that come after that number."""
        start = bisect_right(self.numbers, number)
        return Chunk(self.numbers[start:], self.rows[start:]) if start else self


def chunks(
    content: bytes, dialect: Dialect, size: int, progress: Callable[[float], None] | None = None
) -> Iterator[Chunk]:
    """The file from top to bottom in chunks of so many rows."""
    if excel.is_workbook(content):
        found = excel.rows(content, dialect.sheet)
        while numbered := list(islice(found, size)):
            numbers, rows = zip(*numbered, strict=True)
            yield Chunk(numbers, list(rows))
        return
    text, _ = decode(content, dialect.encoding)
    lines = io.StringIO(text, newline="")
    cut = reader(lines, dialect.separator)
    try:
        while rows := _rows_with_numbers(cut, size):
            yield rows
            if progress:
                progress(lines.tell() / len(text))
    except csv.Error as error:
        raise ReadingError(
            f"row {cut.line_num}: found text that is no CSV ({error}), accepted are rows of cells"
        ) from None


def _rows_with_numbers(cut, size: int) -> Chunk | None:
    before = cut.line_num
    rows = list(islice(cut, size))
    if not rows:
        return None
    numbers = range(before + 1, cut.line_num + 1)
    if len(numbers) != len(rows):  # A quoted cell spans lines.
        breaks = (1 + sum(len(LINE_BREAK.findall(cell)) for cell in row) for row in rows)
        numbers = [before + count for count in accumulate(breaks)]
    if not all(map(any, rows)):
        kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if any(row)]
        return Chunk([number for number, _ in kept], [row for _, row in kept])
    return Chunk(numbers, rows)

"""What can be wrong with a file of measurements, in words that name the place and what would be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass


class ReadingError(ValueError):
    """A file or a layout that cannot be used; nothing was read."""


class TooLarge(ReadingError):
    """A file larger, packed or unpacked, than the limit."""


class LayoutError(ReadingError):
    """A layout that does not fit the file or itself."""


def letter(position: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True, order=True)
class BadCell:
    """One cell that cannot be taken: the file's own row number, the column by letter and name, found and accepted."""

    row: int
    letter: str
    column: str
    found: str
    accepted: str

    def __str__(self) -> str:
        found = f'"{self.found}"' if self.found else "an empty cell"
        return f"row {self.row}, column {self.letter} ({self.column}): found {found}, accepted is {self.accepted}"


class BadCells(ReadingError):
    """Cells that cannot be taken; the file was not read. `cells` lists the first ones, `count` counts all."""

    def __init__(self, cells: Sequence[BadCell], count: int):
        self.cells, self.count = tuple(cells), count
        shown = "\n".join(map(str, self.cells[:10]))
        super().__init__(f"{count} cells cannot be taken, nothing was read; the first:\n{shown}")


class Complaints:
    """Bad cells as they turn up: all are counted, the first `limit` in the file are kept."""

    def __init__(self, limit: int):
        self.limit, self.count = limit, 0
        self._kept: list[tuple[int, int, BadCell]] = []

    def add(self, row: int, position: int, column: str, found: str, accepted: str) -> None:
        self.count += 1
        cell = BadCell(row, letter(position), column, found[:80], accepted)
        self._kept.append((row, position, cell))
        if len(self._kept) > 4 * self.limit + 1000:
            self._trim()

    def _trim(self) -> None:
        self._kept.sort(key=lambda kept: kept[:2])
        del self._kept[self.limit :]

    @property
    def cells(self) -> tuple[BadCell, ...]:
        self._trim()
        return tuple(cell for _, _, cell in self._kept)

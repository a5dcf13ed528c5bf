"""What can be seen in a column of cells, whatever its name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from . import times
from .cells import FLAGS, numbers
from .vocabulary import role_of, words

# A column is numbers, or times, if at most this share of its cells is something else: those are then named as bad.
TOLERATED = 0.1
SENTINELS = {-99.0, -999.0, -9999.0, -99999.0}


@dataclass(frozen=True, eq=False)
class Profile:
    """A column of a file: its name and its cells, missing ones left out of what is said about it."""

    name: str
    place: int
    cells: Sequence[str]
    decimal: str
    missing: frozenset[str]
    whole: bool  # Whether these are all cells of the file: levels and blocks cannot be told from a part.

    @cached_property
    def words(self) -> list[str]:
        return words(self.name)

    @cached_property
    def role(self):
        return role_of(self.name)

    @cached_property
    def known(self) -> list[str]:
        return [cell.strip() for cell in self.cells if cell.strip() not in self.missing]

    @cached_property
    def distinct(self) -> Counter:
        return Counter(self.known)

    @cached_property
    def _numbers(self) -> tuple[np.ndarray, list[int]]:
        return numbers(self.cells, self.decimal, self.missing)

    @property
    def numeric(self) -> bool:
        found, bad = self._numbers
        return not np.isnan(found).all() and len(bad) <= TOLERATED * len(self.known)

    @cached_property
    def values(self) -> np.ndarray:
        found = self._numbers[0]
        return found[~np.isnan(found)]

    @cached_property
    def flags(self) -> bool:
        return bool(self.known) and all(cell.lower() in FLAGS for cell in self.distinct)

    @cached_property
    def dated(self) -> bool:
        return self._mostly(
            lambda cell: any(shape.fullmatch(cell) for shape in (times.DIGITS, times.NAMED, times.MONTH))
        )

    @cached_property
    def compact_dates(self) -> bool:
        return self._mostly(lambda cell: times.COMPACT.fullmatch(cell) and times.moment_of(cell, "YMD"))

    @cached_property
    def clock(self) -> bool:
        return self._mostly(times.TIME_OF_DAY.fullmatch)

    def _mostly(self, test) -> bool:
        fitting = sum(count for cell, count in self.distinct.items() if test(cell))
        return bool(self.known) and fitting >= (1 - TOLERATED) * len(self.known)

    @property
    def constant(self) -> bool:
        return len(self.distinct) == 1

    @property
    def unique(self) -> bool:
        return len(self.distinct) == len(self.known) == len(self.cells)

    @cached_property
    def counts_rows(self) -> bool:
        """A run of whole numbers, each once, in whatever order."""
        if not self.numeric or not self.unique or len(self.known) < 3:
            return False
        return bool(np.all(self.values == np.floor(self.values)) and np.ptp(self.values) == len(self.values) - 1)

    @cached_property
    def coded(self) -> bool:
        """The levels of a designed experiment: minus one, nought, one."""
        levels = set(self.values.tolist())
        return len(levels) > 1 and -1.0 in levels and levels <= {-1.0, 0.0, 1.0}

    @cached_property
    def balanced(self) -> bool:
        """Levels that each stand as often as the others: somebody chose them."""
        times = set(self.distinct.values())
        if not self.whole or len(self.distinct) < 2 or len(times) != 1:
            return False
        # Twice each may be chance, unless the levels are numbered.
        levels = sorted(set(self.values.tolist()))
        return times.pop() > (1 if levels == list(range(1, len(levels) + 1)) else 2)

    @property
    def numbered(self) -> bool:
        """Up to five levels numbered from one, in many rows."""
        levels = sorted(set(self.values.tolist()))
        return (
            1 < len(levels) <= 5 and levels == list(range(1, len(levels) + 1)) and len(self.values) >= 20 * len(levels)
        )

    @property
    def few(self) -> bool:
        """Two or three levels in many rows."""
        return 1 < len(self.distinct) <= 3 and len(self.known) >= 8

    @cached_property
    def blocks(self) -> int:
        """How many blocks of two or more like cells the column consists of, each label in one block; 0 if it does not."""
        if not self.whole or len(self.known) < len(self.cells) or len(self.distinct) < 2:
            return 0
        runs = [len(list(run)) for _, run in groupby(self.known)]
        return len(runs) if len(runs) == len(self.distinct) and min(runs) > 1 else 0

    @cached_property
    def sentinel(self) -> str | None:
        """A number such as -999 that stands for missing: the least one, where all else is nought or more."""
        if not self.numeric or len(self.values) < 3 or self.values.min() not in SENTINELS:
            return None
        rest = self.values[self.values != self.values.min()]
        if not rest.size or rest.min() < 0:
            return None
        return next(cell for cell in self.distinct if cell.startswith("-"))

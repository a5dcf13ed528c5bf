"""Refusals: which of one characteristic or many have no answer, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from hoshin.stats._results import Many, spread
from hoshin.stats.errors import StatisticsError, check_choice, check_enough
from hoshin.stats.results import Result

LARGEST_WHOLE = 2**53
"""Larger whole numbers are not all numbers that the processor knows."""


@dataclass(frozen=True, eq=False)
class Refusals:
    """What becomes of characteristics that support no answer: raised for the first, or noted in ``problems``.

    Noted is only what is wrong with one of many, and with ``on_error`` "mark"; the others keep their answers. There is
    one entry per characteristic, or ``whose`` says which characteristic each entry (a stage, say) belongs to.
    """

    count: int
    many: bool
    on_error: str = "raise"
    problems: dict[int, str] = field(default_factory=dict)
    whose: np.ndarray | None = None

    def __post_init__(self):
        if self.whose is None:
            check_choice(self.on_error, ("raise", "mark"), "on_error")
            check_enough(self.count, 1, "characteristics")
            object.__setattr__(self, "whose", np.arange(self.count))

    @property
    def marks(self) -> bool:
        """Whether problems are noted."""
        return self.many and self.on_error == "mark"

    @property
    def lost(self) -> np.ndarray:
        """True for each entry whose characteristic has no answer."""
        return np.isin(self.whose, list(self.problems))

    def refuse(self, bad, template: str, **numbers) -> None:
        """Say why a characteristic has no answer, for each entry marked; numbers are one for all or one for each."""
        bad = np.asarray(bad)
        if not bad.any():
            return
        for i in np.flatnonzero(np.broadcast_to(bad, (self.count,))).tolist():
            c = int(self.whose[i])
            if c in self.problems:
                continue
            found = {name: _of_entry(number, i) for name, number in numbers.items()}
            error = StatisticsError(self.said(c, template), **found)
            if not self.marks:
                raise error
            self.problems[c] = str(error)

    def said(self, c: int, template: str) -> str:
        """The words about a characteristic, with its number where there are many."""
        return f"characteristic {c}: {template}" if self.many else template

    def refuse_few(self, found, needed: int, what: str = "values") -> None:
        """Refuse fewer than are needed."""
        found = np.broadcast_to(found, (self.count,))
        words = "{found} {what} found; at least {needed} are needed"
        self.refuse(found < needed, words, found=found, what=what, needed=needed)

    def refuse_missing(self, found, name: str = "values") -> None:
        """Refuse where some are missing."""
        words = "{name} has {found} missing value(s); every value is needed here"
        self.refuse(found > 0, words, name=name, found=found)

    def refuse_absent(self, column: np.ndarray, name: str) -> None:
        """Refuse where a number is missing, of a row of numbers any."""
        missing = np.isnan(column)
        if column.ndim > 1:
            self.refuse_missing(missing.sum(axis=1), name)
        else:
            self.refuse(missing, "{name} is missing (NaN); a number is needed", name=name)

    def refuse_not_above(self, column: np.ndarray, name: str, bound: float = 0) -> None:
        """Refuse numbers that are not above a bound; missing ones may stay."""
        words = "{name} is {found}; more than {bound} is needed"
        self.refuse(column <= bound, words, name=name, found=column, bound=bound)

    def refuse_below(self, column: np.ndarray, name: str, bound: float) -> None:
        """Refuse numbers below a bound; missing ones may stay."""
        words = "{name} is {found}; at least {bound} is needed"
        self.refuse(column < bound, words, name=name, found=column, bound=bound)

    def refuse_not_whole(self, column: np.ndarray, name: str, at_least: int) -> None:
        """Refuse numbers that are not whole, too small or too large to be exact; missing ones may stay."""
        self.refuse_below(column, name, at_least)
        self.refuse(column % 1 > 0, "{name} is {found}; a whole number is needed", name=name, found=column)
        words = "{name} is {found:g}; at most {bound} is needed"
        self.refuse(column > LARGEST_WHOLE, words, name=name, found=column, bound=LARGEST_WHOLE)

    def refuse_no_fraction(self, column: np.ndarray, name: str) -> None:
        """Refuse numbers that are not strictly between 0 and 1."""
        words = "{name} is {found}; a number between 0 and 1 is needed"
        self.refuse(~((column > 0) & (column < 1)), words, name=name, found=column)

    def refuse_alike(self, alike, name: str = "values") -> None:
        """Refuse where there is no variation."""
        words = "{name} have no variation (standard deviation {found})"
        self.refuse(alike, words, name=name, found=0.0)

    def refuse_overflow(self, *computed) -> None:
        """Refuse where something computed is no finite number."""
        for one in computed:
            self.refuse(~np.isfinite(one), "the values lie too far apart to be computed with")

    def blank(self, *arrays):
        """The arrays, one entry each, with NaN where there is no answer; None and single numbers stay."""
        if not self.problems:
            return arrays
        lost = self.lost
        return tuple(_blanked(array, lost) if np.ndim(array) else array for array in arrays)

    def told(self, **numbers) -> dict:
        """Numbers with one entry per characteristic as a result holds them: of one alone the number itself."""
        if self.many:
            return numbers
        return {name: value[0] if np.ndim(value) else value for name, value in numbers.items()}

    def only(self, good: np.ndarray) -> Self:
        """The entries that a mask keeps."""
        return replace(self, count=int(good.sum()), whose=self.whose[good])

    def taken(self, column: np.ndarray, good: np.ndarray) -> np.ndarray:
        """A column of the entries that a mask keeps."""
        return column[good]

    def result(self, kind: type[Result], compute: Callable, *columns) -> Result:
        """What ``compute(part, *columns)`` finds for those without a problem: the result of one, or of many.

        It gives the columns of the result, an entry for each, and what is common to all. A column may be None.
        """
        good = ~self.lost
        if not good.any():
            return Many(kind.__name__, self.count, {}, {}, self.problems)
        part, own = self, columns
        if not good.all():
            part, own = self.only(good), [c if c is None else self.taken(c, good) for c in columns]
        found, common = compute(part, *own)
        # What was refused on the way has an entry in the columns, the others have none.
        lost, problems = self.lost, dict(sorted(self.problems.items()))
        table = {name: spread(column, good, lost, problems) for name, column in found.items()}
        many = Many(kind.__name__, self.count, table, common, problems)
        return many if self.many else many[0]


def _of_entry(number, i: int):
    if not np.ndim(number):
        return number
    entry = np.ravel(number)[i] if isinstance(number, np.ndarray) else number[i]
    return entry.item() if isinstance(entry, np.generic) else entry


def _blanked(array: np.ndarray, lost: np.ndarray) -> np.ndarray:
    blanked = np.array(array, dtype=float)
    blanked[lost] = np.nan
    return blanked

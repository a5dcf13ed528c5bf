"""Results of many characteristics at once: ``result[i]`` is the result of one, as if it had been asked for alone.

``Batched`` is a result with the same fields for one and for many; ``Many`` holds the columns of a result that has fields
of its own for one.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import _KINDS, FrozenDict, Result, Step


class Entries:
    """Results of many in order, one for each characteristic; one with a word in ``problems`` raises it.

    A class with entries says in ``count`` how many there are (None: it is the result of one) and makes one in ``_entry``.
    """

    problems = FrozenDict()

    def __len__(self) -> int:
        if self.count is None:
            raise TypeError("this is the result of one characteristic; those of many have entries")
        return self.count

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Result]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> Result:
        i = range(len(self))[i]
        if i in self.problems:
            raise StatisticsError("{problem}", problem=self.problems[i])
        return self._entry(i)


class Batched(Entries, Result):
    """A result of one characteristic, or of many: then its arrays have an entry for each, NaN where there is a problem.

    A subclass names in ``leading`` a field that is one number of one characteristic; in ``shared`` the arrays that are
    the same for all; in ``words`` the tuples with an entry for each; in ``optional`` what is None of one and NaN among
    many where it does not exist; in ``pairs`` what is (lower, upper); in ``column`` what has an entry per value, cut by
    ``offsets``. Arrays within dictionaries and results have entries too.
    """

    leading: ClassVar[str] = "mean"
    shared: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    pairs: ClassVar[tuple[str, ...]] = ()
    column: ClassVar[tuple[str, ...]] = ()

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        lead = getattr(self, self.leading)
        return len(lead) if np.ndim(lead) else None

    def _entry(self, i: int, **own) -> Self:
        """Entry i of every field, or what is given for it."""
        for of in dataclasses.fields(self):
            if of.name not in own:
                value = getattr(self, of.name)
                own[of.name] = (self._of if isinstance(value, np.ndarray) else self._within)(of.name, value, i)
        return type(self)(**own)

    def _of(self, name: str, array: np.ndarray, i: int) -> Any:
        if name in self.column:
            return array.ravel()[self.offsets[i] : self.offsets[i + 1]]
        if name in self.shared:
            return array
        if name == "offsets" and self.column:
            return None
        found = array[i]
        if name in self.optional and (np.isnan(found).any() if found.ndim else found != found):
            return None
        return tuple(found.tolist()) if name in self.pairs else found

    def _within(self, name: str, value, i: int) -> Any:
        if name == "problems":
            return FrozenDict()
        return value[i] if name in self.words and value is not None else _taken(value, i)


def _taken(value, i: int):
    """Entry i of an array, and of those within."""
    if isinstance(value, np.ndarray):
        return value[i]
    if isinstance(value, Batched):
        return value._entry(i)
    if isinstance(value, Result):
        return type(value)(**{of.name: _taken(getattr(value, of.name), i) for of in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {key: _taken(item, i) for key, item in value.items()}
    return value


@dataclass(frozen=True, eq=False)
class Ragged(Result):
    """Arrays of different length, one for each characteristic: ``ragged[i]`` is one of them."""

    values: np.ndarray
    offsets: np.ndarray

    title = "Columns of different length"

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __getitem__(self, i: int) -> np.ndarray:
        i = range(len(self))[i]
        return self.values[self.offsets[i] : self.offsets[i + 1]]


@dataclass(frozen=True, eq=False)
class Many(Entries, Result):
    """The results of many characteristics: each field of the single result is an array with one entry for each.

    ``many[i]`` is the result of one, as if it had been asked for alone; of a characteristic with a word in
    ``problems`` it raises that word, and its numbers are NaN (0 where they are counts). What differs in length from one
    to the next is ``Ragged``; what is the same for all stands once.
    """

    kind: str
    count: int
    columns: FrozenDict
    common: FrozenDict
    problems: FrozenDict = field(default_factory=FrozenDict)

    @property
    def title(self) -> str:
        """The name of the single result."""
        return f"{_KINDS[self.kind].title}, many characteristics"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Those of the single result."""
        return _KINDS[self.kind].assumptions

    @property
    def sources(self) -> tuple[str, ...]:
        """Those of the single result."""
        return _KINDS[self.kind].sources

    def __getattr__(self, name: str):
        columns, common = self.__dict__.get("columns"), self.__dict__.get("common")
        if columns is None or common is None:
            raise AttributeError(name)
        if name in columns or name in common:
            return columns[name] if name in columns else common[name]
        if not columns and name in {of.name for of in dataclasses.fields(_KINDS[self.kind])}:
            return np.full(self.count, np.nan)
        raise AttributeError(f"{self.kind} of many has no {name}; it has {', '.join([*columns, *common])}")

    def _entry(self, i: int) -> Result:
        kind = _KINDS[self.kind]
        types = {of.name: str(of.type) for of in dataclasses.fields(kind)}
        row = {name: _picked(column, i, types.get(name, "")) for name, column in self.columns.items()}
        return getattr(kind, "from_row", kind)(**row, **self.common)

    def steps(self):
        """How many there are and every column of numbers."""
        yield Step("characteristics", value=self.count)
        yield Step("without an answer", value=len(self.problems))
        for name, column in self.columns.items():
            if isinstance(column, np.ndarray):
                yield Step(name, value=column)


def spread(column, good: np.ndarray, lost: np.ndarray, problems: Mapping):
    """A column with an entry for each that was good, with gaps for those that were not, or are lost by now."""
    if isinstance(column, Mapping):
        return {name: spread(item, good, lost, problems) for name, item in column.items()}
    if isinstance(column, Many):
        table = {name: spread(own, good, lost, problems) for name, own in column.columns.items()}
        return Many(column.kind, good.size, table, column.common, problems)
    if isinstance(column, Ragged):
        lengths = np.zeros(good.size, np.int64)
        lengths[good] = np.diff(column.offsets)
        return Ragged(column.values, np.concatenate([[0], np.cumsum(lengths)]))
    if isinstance(column, tuple):
        words = iter(column)
        return tuple(next(words) if there else "" for there in good.tolist())
    if not lost.any():
        return column
    gap = np.nan if column.dtype.kind == "f" else 0
    whole = np.full((good.size, *column.shape[1:]), gap, dtype=column.dtype)
    whole[good] = column
    whole[lost] = gap
    return whole


def _picked(column, i: int, kind: str) -> Any:
    """The entry of one characteristic, as the field of the single result is declared."""
    if isinstance(column, Mapping):
        return {name: _picked(item, i, kind) for name, item in column.items()}
    entry = column[i]
    if not isinstance(entry, np.ndarray | np.generic):
        return entry
    if entry.ndim:
        if "None" in kind and np.isnan(entry).any():
            return None
        return tuple(entry.tolist()) if "tuple" in kind else entry
    number = entry.item()
    if "None" in kind and isinstance(number, float) and math.isnan(number):
        return None
    return int(number) if kind.startswith("int") else number

"""Many characteristics in a flat column: reading them, refusing some, and their results as columns."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_numbers
from hoshin.stats.results import _KINDS, FrozenDict, Result, Step
from hoshin.stats.segments import Segments


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
class Many(Result):
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

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Result:
        i = range(self.count)[i]
        if i in self.problems:
            raise StatisticsError("{problem}", problem=self.problems[i])
        kind = _KINDS[self.kind]
        types = {of.name: str(of.type) for of in dataclasses.fields(kind)}
        row = {name: _picked(column, i, types.get(name, "")) for name, column in self.columns.items()}
        return getattr(kind, "from_row", kind)(**row, **self.common)

    def __iter__(self) -> Iterator[Result]:
        return (self[i] for i in range(self.count))

    def steps(self):
        """How many there are and every column of numbers."""
        yield Step("characteristics", value=self.count)
        yield Step("without an answer", value=len(self.problems))
        for name, column in self.columns.items():
            if isinstance(column, np.ndarray):
                yield Step(name, value=column)


@dataclass(frozen=True, eq=False)
class Layout:
    """How the points of one or many characteristics lie, and which of them support no answer and why."""

    segments: Segments
    many: bool
    on_error: str
    problems: dict[int, str]
    index: np.ndarray

    @classmethod
    def read(cls, segments: Segments, many: bool, on_error: str) -> Layout:
        """The layout of points that lie in these segments."""
        check_choice(on_error, ("raise", "mark"), "on_error")
        return cls(segments, many, on_error, {}, np.arange(segments.count))

    @property
    def count(self) -> int:
        """How many characteristics there are."""
        return self.segments.count

    def refuse(self, bad: np.ndarray, template: str, **numbers) -> None:
        """Say for each marked characteristic why it supports no answer: raised for the first, or noted."""
        for i in np.flatnonzero(bad):
            c = int(self.index[i])
            if c in self.problems:
                continue
            found = {name: number[i].item() if np.ndim(number) else number for name, number in numbers.items()}
            error = StatisticsError(f"characteristic {c}: {template}" if self.many else template, **found)
            if self.on_error == "raise" or not self.many:
                raise error
            self.problems[c] = str(error)

    def refuse_points(self, wrong: np.ndarray, template: str, values: np.ndarray | None = None, **numbers) -> None:
        """The same for characteristics with a wrong point: the template may name ``found`` and ``place``, the first."""
        if wrong.any():
            first = self.segments.firsts(np.arange(wrong.size), wrong)
            own = {} if values is None else {"found": values[first]}
            place = first - self.segments.offsets[:-1]
            self.refuse(self.segments.counts(wrong) > 0, template, **own, place=place, **numbers)

    def refuse_missing(self, values: np.ndarray, name: str = "values") -> None:
        """The same for characteristics with a missing value."""
        missing = np.isnan(values)
        if missing.any():
            template = "{name} has {found} missing value(s), the first at index {place}; every value is needed here"
            self.refuse_points(missing, template, name=name, found=self.segments.counts(missing))

    def refuse_few(self, found, needed, what: str = "values") -> None:
        """The same for characteristics with fewer than are needed."""
        found = np.broadcast_to(found, self.count)
        template = "{found} {what} found; at least {needed} are needed"
        self.refuse(found < needed, template, found=found, needed=needed, what=what)

    def refuse_no_variation(self, values: np.ndarray, name: str = "values") -> None:
        """The same for characteristics whose values are all alike."""
        starts = self.segments.offsets[:-1]
        alike = np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)
        self.refuse(alike, "{name} have no variation (standard deviation {found})", name=name, found=0.0)

    def result(self, kind: type[Result], compute: Callable, *columns) -> Result:
        """What ``compute(layout, *columns)`` finds for the characteristics without a problem.

        It gives the columns of the result and what is common to all. A column has one entry per point, or per
        characteristic, or is None.
        """
        good = np.flatnonzero(~np.isin(self.index, list(self.problems)))
        if not good.size:
            return Many(kind.__name__, self.count, {}, {}, self.problems)
        part, kept = self, columns
        if good.size < self.count:
            part, kept = self._only(good, columns)
        found, common = compute(part, *kept)
        blank = np.isin(self.index, list(self.problems))
        spread = {name: _spread(column, good, self.count, blank) for name, column in found.items()}
        many = Many(kind.__name__, self.count, spread, common, dict(sorted(self.problems.items())))
        return many if self.many else many[0]

    def _only(self, good, columns):
        inside = np.isin(np.arange(self.count), good)
        points = self.segments.per_point(inside)
        segments = Segments(np.concatenate([[0], np.cumsum(self.segments.lengths[good])]))
        chosen = [c if c is None else c[points if len(c) == points.size else inside] for c in columns]
        return Layout(segments, self.many, self.on_error, self.problems, self.index[good]), chosen


def read_series(values, name: str, offsets, on_error: str, least: int = 1) -> tuple[np.ndarray, Layout]:
    """Values as a flat column, (n,) of one, (C, n) of many or flat with offsets, and how they lie; none missing."""
    array = check_numbers(values, name, ndim=(1, 2))
    check_enough(array.size, 1, name)
    if array.ndim == 2 and offsets is not None:
        raise StatisticsError("offsets belong to a flat column; found {name} in {n} rows", name=name, n=len(array))
    if array.ndim == 2:
        segments = Segments.rows(*array.shape)
    else:
        segments = Segments.one(array.size) if offsets is None else Segments.read(offsets, array.size)
    points = np.ascontiguousarray(array).ravel()
    layout = Layout.read(segments, array.ndim == 2 or offsets is not None, on_error)
    layout.refuse_missing(points, name)
    layout.refuse_few(segments.lengths, least)
    return points, layout


def padded(points: np.ndarray, segments: Segments, fill: float = 0.0) -> np.ndarray:
    """The segments as rows of equal length, the shorter ones filled up at the end."""
    if segments.equal:
        return points.reshape(segments.count, segments.equal)
    columns = np.arange(segments.lengths.max())
    inside = columns < segments.lengths[:, None]
    rows = np.full(inside.shape, fill, dtype=points.dtype)
    rows[inside] = points
    return rows


def ranks(points: np.ndarray, segments: Segments) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each point within its segment, from 1, equal ones sharing the mean of theirs; and the ties.

    The ties of a segment are the sum of ``t^3 - t`` over its groups of t equal points.
    """
    owner = segments.per_point(np.arange(segments.count))
    order = np.lexsort((points, owner))
    ordered, owners = points[order], owner[order]
    fresh = np.concatenate([[True], (np.diff(ordered) != 0) | (np.diff(owners) != 0)])
    first = np.flatnonzero(fresh)
    size = np.diff(np.append(first, points.size))
    found = np.empty(points.size)
    found[order] = np.repeat(first + (size - 1) / 2 - segments.offsets[owners[first]] + 1, size)
    ties = np.bincount(owners[first], size.astype(float) ** 3 - size, segments.count)
    return found, ties


def _spread(column, good, count: int, blank):
    """A column of those that have an answer, with gaps for the others."""
    if isinstance(column, Mapping):
        return {name: _spread(item, good, count, blank) for name, item in column.items()}
    if isinstance(column, Ragged):
        lengths = np.zeros(count, np.int64)
        lengths[good] = np.diff(column.offsets)
        return Ragged(column.values, np.concatenate([[0], np.cumsum(lengths)]))
    if isinstance(column, tuple):
        words = [""] * count
        for place, word in zip(good.tolist(), column, strict=True):
            words[place] = word
        return tuple(words)
    if not blank.any():
        return column
    whole = np.full((count, *column.shape[1:]), np.nan if column.dtype.kind == "f" else 0, dtype=column.dtype)
    whole[good] = column
    whole[blank] = np.nan if column.dtype.kind == "f" else 0
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

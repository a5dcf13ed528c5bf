"""Many characteristics at once: which of them have no answer and why, and the result of one of many."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_numbers
from hoshin.stats.results import FrozenDict, Result
from hoshin.stats.segments import Segments


class Batch:
    """One characteristic (count None) or many; what supports no answer is raised, or noted in ``problems``."""

    def __init__(self, count: int | None, on_error: str = "raise", problems: Mapping[int, str] = FrozenDict()):
        if count == 0:
            raise StatisticsError("no characteristics found; at least 1 is needed")
        self.count = count
        self.marks = check_choice(on_error, ("raise", "mark"), "on_error") == "mark" and count is not None
        self.problems = dict(problems)

    def refuse(self, bad, template: str, **numbers) -> None:
        """Say why a characteristic has no answer: raised for the first, or noted; numbers may be one per characteristic."""
        if not np.asarray(bad).any():
            return
        for i in np.flatnonzero(np.broadcast_to(bad, (self.count or 1,))).tolist():
            if i in self.problems:
                continue
            found = {
                name: np.ravel(number)[i].item() if np.ndim(number) else number for name, number in numbers.items()
            }
            where = "" if self.count is None else "characteristic {characteristic}: "
            error = StatisticsError(where + template, **found, **({"characteristic": i} if where else {}))
            if not self.marks:
                raise error
            self.problems[i] = str(error)

    def refuse_missing(self, sums, values=None, name: str = "values") -> None:
        """Refuse or note the characteristics of which a value is missing: their sum is NaN."""
        missing = np.isnan(sums)
        if not missing.any():
            return
        if not self.marks:
            check_finite(values, name)
        self.refuse(missing, "a value is missing; every value is needed here")

    def refuse_overflow(self, *sums) -> None:
        """Refuse or note the characteristics of which something computed is no finite number."""
        for one in sums:
            wrong = ~np.isfinite(one)
            if wrong.any():
                self.refuse(wrong, "the values lie too far apart to be computed with")

    def blank(self, *arrays):
        """The arrays, one entry per characteristic, with NaN for those that have a problem."""
        if not self.problems:
            return arrays
        places = list(self.problems)
        blanked = tuple(np.array(array, dtype=float) for array in arrays)
        for array in blanked:
            array[places] = np.nan
        return blanked

    def told(self, **numbers) -> dict:
        """Numbers with one entry per characteristic as a result holds them: of one alone the number itself."""
        if self.count is not None:
            return numbers
        return {name: value[0] if np.ndim(value) else value for name, value in numbers.items()}


def read_layout(shape, ndim: int, offsets=None, on_error: str = "raise") -> tuple[Batch, Segments]:
    """Where each characteristic lies along the first axis of so many, in rows of one more, or as offsets say."""
    many = len(shape) > ndim
    if many and offsets is not None:
        raise StatisticsError("offsets belong to a flat column; found {found} characteristics in rows", found=shape[0])
    batch = Batch(shape[0] if many else None if offsets is None else len(offsets) - 1, on_error)
    check_enough(shape[1] if many else shape[0], 1, "values")
    if many:
        return batch, Segments.rows(shape[0], shape[1])
    return batch, Segments.one(shape[0]) if offsets is None else Segments.read(offsets, shape[0])


def read_batch(values, name: str, ndim: int, on_error: str = "raise") -> tuple[Batch, np.ndarray]:
    """Values of one characteristic with so many axes, or of many with one more in front; NaN is not refused yet."""
    array = check_numbers(values, name, ndim=(ndim, ndim + 1))
    return Batch(len(array) if array.ndim > ndim else None, on_error), array


class BatchResult(Result):
    """A result of one characteristic, or of many: arrays have a leading axis of them, ``result[i]`` is that of one.

    A subclass names in ``leading`` a field that is one number of one characteristic, and in ``shared`` the arrays that
    are the same for all. ``problems`` says for a characteristic why it has no figures (they are NaN).
    """

    leading: ClassVar[str] = "mean"
    shared: ClassVar[tuple[str, ...]] = ()

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        lead = np.asarray(getattr(self, self.leading))
        return len(lead) if lead.ndim else None

    def __getitem__(self, i: int) -> Self:
        if self.count is None:
            raise TypeError("this is the result of one characteristic; those of many have entries")
        return self._entry(range(self.count)[i])

    def _entry(self, i: int, **own) -> Self:
        """Entry i of every field, or what is given for it."""
        for name in (field.name for field in dataclasses.fields(self)):
            value = getattr(self, name)
            if name == "problems":
                own[name] = {0: value[i]} if i in value else {}
            elif name not in own:
                own[name] = value if name in self.shared else _taken(value, i)
        return type(self)(**own)


def _taken(value, i: int):
    if isinstance(value, np.ndarray):
        return value[i]
    if isinstance(value, BatchResult):
        return value._entry(i)
    if isinstance(value, Result):
        return type(value)(**{field.name: _taken(getattr(value, field.name), i) for field in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {key: _taken(item, i) for key, item in value.items()}
    return value

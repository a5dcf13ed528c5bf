"""Corrections, exclusions and annotations: what is known about measurements later, laid over what was measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .columns import INTEGER, LARGEST, TIME, Columns, ColumnsError


@dataclass(frozen=True)
class Correction:
    """A later truth about one row. None leaves a field as measured; NaN or NaT makes it missing."""

    row: int
    reason: int
    author: int
    value: float | None = None
    time: np.datetime64 | None = None
    size: float | None = None

    def __post_init__(self):
        for name in ("value", "size"):
            if (found := getattr(self, name)) is not None and abs(found) > LARGEST:
                raise ColumnsError(f"{name}: found {found}, accepted are numbers up to {LARGEST:g} or NaN")


@dataclass(frozen=True)
class Exclusion:
    """A row that stays visible but does not count, and the id of the reason."""

    row: int
    reason: int


@dataclass(frozen=True)
class Annotation:
    """A remark on a row: the id of its text."""

    row: int
    text: int


@dataclass(frozen=True, eq=False)
class Reading:
    """Rows as they count today: corrected columns, with masks of what was excluded, corrected and annotated.

    `reason` is the id of the exclusion's reason and `annotation` the id of the remark's text, 0 = none.
    """

    columns: Columns
    excluded: np.ndarray
    corrected: np.ndarray
    reason: np.ndarray
    annotation: np.ndarray

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def annotated(self) -> np.ndarray:
        return self.annotation != 0

    @property
    def counted(self) -> np.ndarray:
        """Mask of rows that count: not excluded and with a value."""
        return ~self.excluded & ~np.isnan(self.columns.value)

    def take(self, which: np.ndarray) -> "Reading":
        return Reading(
            self.columns.take(which),
            self.excluded[which],
            self.corrected[which],
            self.reason[which],
            self.annotation[which],
        )


@dataclass(frozen=True)
class Overlay:
    """Everything laid over the rows, oldest first: of two statements on one field of one row, the later holds."""

    corrections: tuple[Correction, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    @cached_property
    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Corrected rows, ascending, and their values."""
        return _lookup(((c.row, c.value) for c in self.corrections if c.value is not None), np.float64)

    @cached_property
    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        return _lookup(((c.row, c.size) for c in self.corrections if c.size is not None), np.float64)

    @cached_property
    def times(self) -> tuple[np.ndarray, np.ndarray]:
        return _lookup(((c.row, c.time) for c in self.corrections if c.time is not None), TIME)

    @cached_property
    def reasons(self) -> tuple[np.ndarray, np.ndarray]:
        """Excluded rows, ascending, and the ids of the reasons."""
        return _lookup(((e.row, e.reason) for e in self.exclusions), INTEGER)

    @cached_property
    def texts(self) -> tuple[np.ndarray, np.ndarray]:
        return _lookup(((a.row, a.text) for a in self.annotations), INTEGER)

    def __bool__(self) -> bool:
        return bool(self.corrections or self.exclusions or self.annotations)


def _lookup(pairs: Iterable[tuple[int, object]], dtype) -> tuple[np.ndarray, np.ndarray]:
    latest = dict(pairs)
    rows = sorted(latest)
    return np.array(rows, INTEGER), np.array([latest[row] for row in rows], dtype)


def _laid_over(rows: np.ndarray, beneath: np.ndarray, lookup: tuple[np.ndarray, np.ndarray]):
    """The column with the lookup's entries in place, and the mask of rows they stand in."""
    keys, entries = lookup
    if not keys.size:
        return beneath, np.zeros(len(rows), bool)
    place = np.minimum(np.searchsorted(keys, rows), keys.size - 1)
    hit = keys[place] == rows
    return np.where(hit, entries[place], beneath), hit


def apply(columns: Columns, overlay: Overlay | None = None) -> Reading:
    """Lay an overlay over rows. Nothing is removed: excluded rows stay, marked; order stays by sequence."""
    overlay = overlay or Overlay()
    value, by_value = _laid_over(columns.row, columns.value, overlay.values)
    size, by_size = _laid_over(columns.row, columns.size, overlay.sizes)
    time, by_time = _laid_over(columns.row, columns.time, overlay.times)
    none = np.zeros(len(columns), INTEGER)
    reason, excluded = _laid_over(columns.row, none, overlay.reasons)
    annotation, _ = _laid_over(columns.row, none, overlay.texts)
    corrected = by_value | by_size | by_time
    if corrected.any():
        columns = columns.replace(value=value, size=size, time=time)
    return Reading(columns, excluded, corrected, reason, annotation)


def within(reading: Reading, since: np.datetime64 | None, until: np.datetime64 | None) -> Reading:
    """The rows of a time window, by corrected time: since inclusive, until exclusive; rows without time fall out."""
    if since is None and until is None:
        return reading
    time = reading.columns.time
    inside = ~np.isnat(time)
    if since is not None:
        inside &= time >= since
    if until is not None:
        inside &= time < until
    return reading.take(inside)

"""Series: the points of one or many characteristics as a flat column, with stages and points left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_enough
from hoshin.stats.segments import Segments

LARGEST = 1e300
"""A standard deviation above this cannot be computed with: its multiples overflow."""


@dataclass(frozen=True, eq=False)
class Series:
    """Where the points of each characteristic and stage lie, and what becomes of those that support no limits."""

    shape: tuple[int, ...]
    many: bool
    characteristics: Segments
    stages: Segments
    labels: tuple
    excluded: dict
    on_error: str
    problems: dict[int, str]

    @classmethod
    def read(cls, shape, *, offsets=None, stages=None, exclude=None, on_error="raise") -> Series:
        """The layout of points with this shape: (n,), (C, n), or flat with offsets."""
        check_choice(on_error, ("raise", "mark"), "on_error")
        total = int(np.prod(shape))
        check_enough(total, 1, "points")
        if len(shape) == 2:
            if offsets is not None:
                raise StatisticsError("offsets belong to a flat column; found values in {found} rows", found=shape[0])
            characteristics = Segments.rows(*shape)
        else:
            characteristics = Segments.one(total) if offsets is None else Segments.read(offsets, total)
        many = len(shape) == 2 or offsets is not None
        cut, labels = _stages(stages, shape, characteristics)
        excluded = _excluded(exclude, shape, characteristics, many)
        return cls(tuple(shape), many, characteristics, cut, labels, excluded, on_error, {})

    @cached_property
    def kept(self) -> np.ndarray | None:
        """True for each point that makes the baseline; None where all do."""
        if not self.excluded:
            return None
        kept = np.ones(self.characteristics.total, dtype=bool)
        for place in self.excluded:
            kept[self._flat(place)] = False
        return kept

    @cached_property
    def characteristic_of(self) -> np.ndarray:
        """The characteristic each stage belongs to."""
        return np.searchsorted(self.characteristics.offsets, self.stages.offsets[:-1], side="right") - 1

    def keeps(self, present: np.ndarray | None) -> np.ndarray | None:
        """True for each point that is present and not left out; None where all are."""
        if present is None or self.kept is None:
            return self.kept if present is None else present
        return present & self.kept

    def refuse(self, bad: np.ndarray, template: str, **numbers) -> None:
        """Say for each marked stage why it supports no limits: raised for the first, or noted as a problem."""
        for s in np.flatnonzero(bad):
            c = int(self.characteristic_of[s])
            if c in self.problems:
                continue
            where = f"characteristic {c}: " if self.many else ""
            where += f"stage {self.labels[s]}: " if self.labels else ""
            found = {name: number[s].item() if np.ndim(number) else number for name, number in numbers.items()}
            error = StatisticsError(where.replace("{", "{{").replace("}", "}}") + template, **found)
            if self.on_error == "raise" or not self.many:
                raise error
            self.problems[c] = str(error)

    def blank(self, *lines):
        """The lines, given per stage or per point, with NaN for the characteristics that have a problem."""
        if not self.problems:
            return lines
        bad = np.isin(self.characteristic_of, list(self.problems))
        return tuple(None if line is None else self._blanked(line, bad) for line in lines)

    def _blanked(self, line: np.ndarray, bad: np.ndarray) -> np.ndarray:
        return np.where(bad if len(line) == bad.size else self.stages.per_point(bad), np.nan, line)

    def _flat(self, place) -> int:
        return int(self.characteristics.offsets[place[0]]) + place[1] if self.many else place


def _stages(stages, shape, characteristics: Segments) -> tuple[Segments, tuple]:
    """Cuts where the label changes, and at each characteristic's end."""
    if stages is None:
        return characteristics, ()
    labels = np.asarray(stages)
    if labels.ndim != 1 or labels.size not in (shape[-1], characteristics.total):
        raise StatisticsError(
            "stages has shape {found}; one label for each of the {needed} points is needed",
            found=labels.shape,
            needed=shape[-1],
        )
    if labels.size != characteristics.total:
        labels = np.tile(labels, characteristics.count)
    change = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    cuts = Segments(np.union1d(characteristics.offsets, change).astype(np.int64))
    return cuts, tuple(label.item() for label in labels[cuts.offsets[:-1]])


def _excluded(exclude, shape, characteristics: Segments, many: bool) -> dict:
    if not exclude:
        return {}
    if not isinstance(exclude, Mapping):
        raise StatisticsError(
            "exclude is {found}; a reason for each index is needed, such as {{14: 'new batch of cardboard'}}",
            found=type(exclude).__name__,
        )
    for place, reason in exclude.items():
        _check_exclusion(place, reason, characteristics, many)
    return dict(sorted(exclude.items()))


def _check_exclusion(place, reason, characteristics: Segments, many: bool) -> None:
    if not isinstance(reason, str) or not reason.strip():
        raise StatisticsError("point {place} is left out without a reason; words are needed", place=place)
    pair = place if many else (0, place)
    whole = isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(p, int | np.integer) for p in pair)
    known = whole and 0 <= pair[0] < characteristics.count and 0 <= pair[1] < characteristics.lengths[pair[0]]
    if not known:
        raise StatisticsError(
            "exclude names {place}, which is no point of the chart; needed is {needed}",
            place=place,
            needed="(characteristic, index)" if many else "an index from 0",
        )

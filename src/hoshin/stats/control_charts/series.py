"""Series: the points of one or many characteristics as a flat column, with stages and points left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hoshin.stats._layout import read_segments
from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError
from hoshin.stats.segments import Segments

LARGEST = 1e300
"""A standard deviation above this cannot be computed with: its multiples overflow."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Series(Refusals):
    """Where the points of each characteristic and stage lie; refused are the stages that support no limits."""

    shape: tuple[int, ...]
    characteristics: Segments
    stages: Segments
    labels: tuple
    excluded: dict

    @classmethod
    def read(cls, shape, *, offsets=None, stages=None, exclude=None, on_error="raise") -> Series:
        """The layout of points with this shape: (n,), (C, n), or flat with offsets."""
        characteristics, many = read_segments(shape, offsets, name="points")
        cut, labels = _stages(stages, shape, characteristics)
        return cls(
            cut.count,
            many,
            on_error,
            whose=None if stages is None else characteristics.owners(cut.offsets[:-1]),
            shape=tuple(shape),
            characteristics=characteristics,
            stages=cut,
            labels=labels,
            excluded=_excluded(exclude, shape, characteristics, many),
        )

    @cached_property
    def kept(self) -> np.ndarray | None:
        """True for each point that makes the baseline; None where all do."""
        if not self.excluded:
            return None
        kept = np.ones(self.characteristics.total, dtype=bool)
        for place in self.excluded:
            kept[self._flat(place)] = False
        return kept

    def keeps(self, present: np.ndarray | None) -> np.ndarray | None:
        """True for each point that is present and not left out; None where all are."""
        if present is None or self.kept is None:
            return self.kept if present is None else present
        return present & self.kept

    def refuse(self, bad, template: str, **numbers) -> None:
        """Say for each marked stage why it supports no limits."""
        if self.labels:
            numbers["stage"] = self.labels
            template = f"stage {{stage}}: {template}"
        super().refuse(bad, template, **numbers)

    def blank(self, *lines):
        """The lines, given per stage or per point, with NaN for the characteristics that have a problem."""
        if not self.problems:
            return lines
        return tuple(None if line is None else self._blanked(line) for line in lines)

    def _blanked(self, line: np.ndarray) -> np.ndarray:
        return np.where(self.lost if len(line) == self.count else self.stages.per_point(self.lost), np.nan, line)

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

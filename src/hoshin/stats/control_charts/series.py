"""Series: the points of one or many characteristics as a flat column, with stages and points left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

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

    called: ClassVar[str] = "characteristic"

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
            excluded=_excluded(exclude, characteristics, f"({cls.called}, index)" if many else None),
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

    def said(self, c: int, template: str) -> str:
        """The words about a characteristic, with its number where there are many."""
        return f"{self.called} {c}: {template}" if self.many else template

    def refuse(self, bad, template: str, **numbers) -> None:
        """Say for each marked stage why it supports no limits."""
        if self.labels:
            numbers["stage"] = self.labels
            template = f"stage {{stage}}: {template}"
        super().refuse(bad, template, **numbers)

    def check_frozen(self, **estimation) -> None:
        """Refuse stages, and options that estimate anew, beside a baseline."""
        if self.labels:
            raise StatisticsError("stages have limits of their own; a baseline and stages cannot go together")
        given = [name for name, value in estimation.items() if value]
        if given:
            raise StatisticsError(
                "{found} cannot go with a baseline, whose limits are not estimated again", found=", ".join(given)
            )

    def blank(self, *lines):
        """The lines, given per stage or per point, with NaN for the characteristics that have a problem."""
        if not self.problems:
            return lines
        return tuple(None if line is None else self._blanked(line) for line in lines)

    def _blanked(self, line: np.ndarray) -> np.ndarray:
        lost = self.lost if len(line) == self.count else self.stages.per_point(self.lost)
        return np.where(lost.reshape(-1, *(1,) * (line.ndim - 1)), np.nan, line)

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
    return cuts, tuple(labels[cuts.offsets[:-1]].tolist())


def _excluded(exclude, characteristics: Segments, pair: str | None) -> dict:
    """The reason for each point left out; with many characteristics a point is named by a pair."""
    if not exclude:
        return {}
    if not isinstance(exclude, Mapping):
        raise StatisticsError(
            "exclude is {found}; a reason for each index is needed, such as {{14: 'new batch of cardboard'}}",
            found=type(exclude).__name__,
        )
    for place, reason in exclude.items():
        _check_exclusion(place, reason, characteristics, pair)
    plain = {tuple(map(int, place)) if pair else int(place): reason for place, reason in exclude.items()}
    return dict(sorted(plain.items()))


def _check_exclusion(place, reason, characteristics: Segments, pair: str | None) -> None:
    if not isinstance(reason, str) or not reason.strip():
        raise StatisticsError("point {place} is left out without a reason; words are needed", place=place)
    both = place if pair else (0, place)
    whole = isinstance(both, tuple) and len(both) == 2 and all(isinstance(p, int | np.integer) for p in both)
    known = whole and 0 <= both[0] < characteristics.count and 0 <= both[1] < characteristics.lengths[both[0]]
    if not known:
        raise StatisticsError(
            "exclude names {place}, which is no point of the chart; needed is {needed}",
            place=place,
            needed=pair or "an index from 0",
        )

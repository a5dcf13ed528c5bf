"""Tasks: a history cut into pieces of work, each with whole characteristics, that any worker can do alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hoshin.kernel.measuring.distributed.study import HistoryStudy, Question, Specification, study_of
from hoshin.measurements.columns import Columns
from hoshin.measurements.manifest import Segment, ranges
from hoshin.measurements.overlay import Overlay
from hoshin.measurements.scan import scan

# About as many rows as a worker holds at once, some 100 bytes each.
ROWS_PER_TASK = 2_000_000
# A list of that many keys costs less than reading rows that are not wanted.
MOST_KEYS = 1_000_000


@dataclass(frozen=True, eq=False)
class Task:
    """One piece of work: the characteristics from ``first`` to ``last``, and everything needed to study them.

    ``folder`` is where the worker sees the sealed files. ``wanted`` names the characteristics, all where None.
    """

    folder: str
    segments: tuple[Segment, ...]
    first: int
    last: int
    wanted: np.ndarray | None = None
    hot: Columns | None = None
    overlay: Overlay = field(default_factory=Overlay)
    question: Question = field(default_factory=Question)
    specification: Specification = field(default_factory=Specification.none)


def plan(
    folder: Path | str,
    segments: Sequence[Segment],
    *,
    characteristics: Sequence[int] | np.ndarray | None = None,
    hot: Columns | None = None,
    overlay: Overlay | None = None,
    question: Question | None = None,
    specification: Specification | None = None,
    rows_per_task: int = ROWS_PER_TASK,
) -> list[Task]:
    """The tasks of a study, of about ``rows_per_task`` rows each; no characteristic lies in two of them.

    A characteristic is never split: one of many more rows makes a task of its own.
    """
    wanted = None if characteristics is None else np.unique(np.asarray(characteristics, np.int64))
    fresh = hot if hot is not None and len(hot) else None
    if fresh is not None and wanted is not None:
        fresh = fresh.take(np.isin(fresh.characteristic, wanted))
    parts = max(1, -(-sum(segment.rows for segment in segments) // rows_per_task))
    bounds = _bounds([(r.characteristic_min, r.characteristic_max) for r in ranges(segments, wanted, parts)], fresh)
    limits = specification or Specification.none()
    return [
        Task(
            folder=str(folder),
            segments=tuple(s for s in segments if s.characteristic_min <= last and s.characteristic_max >= first),
            first=first,
            last=last,
            wanted=None if wanted is None else wanted[(wanted >= first) & (wanted <= last)],
            hot=None if fresh is None else _inside(fresh, first, last),
            overlay=overlay or Overlay(),
            question=question or Question(),
            specification=limits.between(first, last),
        )
        for first, last in bounds
    ]


def study(task: Task) -> HistoryStudy:
    """Do one task: read its rows as they count today, and study them."""
    wanted = task.wanted
    if wanted is None and task.last - task.first < MOST_KEYS:
        wanted = np.arange(task.first, task.last + 1)
    reading = scan(
        task.folder, task.segments, hot=task.hot, overlay=task.overlay, characteristics=wanted, columns=("value",)
    )
    key = reading.columns.characteristic
    inside = (key >= task.first) & (key <= task.last)
    return study_of(reading if inside.all() else reading.take(inside), task.question, task.specification)


def _bounds(pieces: list[tuple[int, int]], hot: Columns | None) -> list[tuple[int, int]]:
    """First and last characteristic of each piece, the outer ones widened to hold every fresh row."""
    if hot is None or not len(hot):
        return pieces
    lowest, highest = int(hot.characteristic.min()), int(hot.characteristic.max())
    if not pieces:
        return [(lowest, highest)]
    firsts = [min(lowest, pieces[0][0]), *(first for first, _ in pieces[1:])]
    # A piece reaches to the next one, so that characteristics with fresh rows alone fall into one of them.
    lasts = [*(first - 1 for first in firsts[1:]), max(highest, pieces[-1][1])]
    return list(zip(firsts, lasts, strict=True))


def _inside(hot: Columns, first: int, last: int) -> Columns:
    return hot.take((hot.characteristic >= first) & (hot.characteristic <= last))

"""Answers as a table: one row for a person, one column for an item; of one group, of many, or of many scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._layout import Layout
from hoshin.stats.errors import StatisticsError, check_enough, check_numbers
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class Answers:
    """The rows of all groups or scales end to end; ``complete`` says which of them have every answer.

    ``items`` is the number of items of each; shorter rows are filled up with 0.
    """

    layout: Layout
    rows: np.ndarray
    items: np.ndarray
    complete: np.ndarray

    @property
    def left_out(self) -> np.ndarray:
        """How many people of each are left out for a missing answer."""
        return self.layout.segments.counts(~self.complete)


def read_answers(answers, offsets=None, item_offsets=None, on_error: str = "raise", name: str = "answers") -> Answers:
    """A table of one group, a stack of tables, rows cut into groups by ``offsets`` or items into scales."""
    table = check_numbers(answers, name, ndim=(2, 3))
    check_enough(table.size, 1, name)
    many = table.ndim == 3 or offsets is not None or item_offsets is not None
    if many and (table.ndim == 3) + (offsets is not None) + (item_offsets is not None) > 1:
        raise StatisticsError("a stack of tables, offsets and item_offsets are given together; one of them is needed")
    if item_offsets is not None:
        return _scales(table, Segments.read(item_offsets, table.shape[1], "item_offsets"), on_error)
    if table.ndim == 3:
        segments = Segments.rows(*table.shape[:2])
    else:
        segments = Segments.one(len(table)) if offsets is None else Segments.read(offsets, len(table))
    rows = table.reshape(-1, table.shape[-1])
    layout = Layout.of(segments, many, on_error)
    return Answers(layout, rows, np.full(layout.count, rows.shape[1]), ~np.isnan(rows).any(axis=1))


def _scales(table, scales: Segments, on_error: str) -> Answers:
    columns = np.arange(scales.lengths.max())
    inside = columns < scales.lengths[:, None]
    places = np.where(inside, scales.offsets[:-1, None] + columns, 0)
    rows = np.where(inside[:, None, :], table[:, places].swapaxes(0, 1), 0.0).reshape(-1, columns.size)
    layout = Layout.of(Segments.rows(scales.count, len(table)), True, on_error)
    return Answers(layout, rows, scales.lengths, ~np.isnan(rows).any(axis=1))


def refuse_incomplete(answers: Answers, people: int, items: int) -> None:
    """Refuse too few items or people, and an item that everybody answers alike."""
    layout, starts = answers.layout, answers.layout.segments.offsets[:-1]
    layout.refuse_few(answers.items, items, "items")
    layout.refuse_few(layout.segments.counts(answers.complete), people, "people who answered every item")
    kept = answers.complete[:, None]
    least = np.minimum.reduceat(np.where(kept, answers.rows, np.inf), starts)
    most = np.maximum.reduceat(np.where(kept, answers.rows, -np.inf), starts)
    alike = (least == most) & (np.arange(answers.rows.shape[1]) < answers.items[:, None])
    place = alike.argmax(axis=1)
    layout.refuse(
        alike.any(axis=1),
        "everybody gave item {place} the same answer ({value:g}); leave it out",
        place=place + 1,
        value=least[np.arange(layout.count), place],
    )


def complete_rows(segments: Segments, rows, complete) -> tuple[Segments, np.ndarray]:
    """The rows with every answer."""
    if complete.all():
        return segments, rows
    return Segments(np.concatenate([[0], np.cumsum(segments.counts(complete))])), rows[complete]


def sums_of_rows(segments: Segments, rows: np.ndarray) -> np.ndarray:
    """The sum of the rows of each segment."""
    if segments.equal:
        return rows.reshape(segments.count, segments.equal, -1).sum(axis=1)
    return np.add.reduceat(rows, segments.offsets[:-1])


def covariances(segments: Segments, rows: np.ndarray) -> np.ndarray:
    """The covariance matrix of the items of each segment, with divisor n - 1."""
    n = segments.lengths[:, None]
    off = rows - np.repeat(sums_of_rows(segments, rows) / n, segments.lengths, axis=0)
    if segments.equal:
        stack = off.reshape(segments.count, segments.equal, -1)
        return stack.swapaxes(1, 2) @ stack / (n[:, :, None] - 1)
    products = [sums_of_rows(segments, off * off[:, i : i + 1]) for i in range(rows.shape[1])]
    return np.stack(products, axis=1) / (n[:, :, None] - 1)

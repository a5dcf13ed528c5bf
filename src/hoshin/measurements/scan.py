"""Sealed and fresh measurements read as one, with the overlay applied: the way every reader reads."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import segments as sealed
from .aggregates import Aggregates
from .columns import Columns
from .manifest import Segment
from .overlay import Overlay, Reading, apply, within


def scan(
    folder: Path | str,
    segments: Sequence[Segment],
    *,
    hot: Columns | None = None,
    overlay: Overlay | None = None,
    characteristics: Sequence[int] | np.ndarray | None = None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
    columns: Sequence[str] | None = None,
) -> Reading:
    """Rows by characteristic and sequence, as they count today.

    `hot` are the rows not yet sealed. The window (since inclusive, until exclusive) goes by the corrected time; rows
    without time are outside every window. Excluded rows are there, marked. `columns` names the columns wanted, to save
    reading the others (they come filled with their "not given" value).
    """
    overlay = overlay or Overlay()
    if columns is not None and (since is not None or until is not None):
        columns = [*columns, "time"]
    moved = overlay.times[0]
    rows = sealed.read(folder, segments, characteristics, since, until, columns, always=moved)
    if hot is not None and len(hot):
        rows = Columns.concatenate(rows, _of(hot, characteristics)).sorted()
    return within(apply(rows, overlay), since, until)


def summarize(
    folder: Path | str,
    segments: Sequence[Segment],
    *,
    hot: Columns | None = None,
    overlay: Overlay | None = None,
    characteristics: Sequence[int] | np.ndarray | None = None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
) -> Aggregates:
    """A summary per characteristic of the rows that `scan` would give, without reading them all into memory."""
    below = sealed.aggregate(folder, segments, characteristics, since, until, overlay)
    if hot is None or not len(hot):
        return below
    return below.merge(Aggregates.of(within(apply(_of(hot, characteristics), overlay), since, until)))


def _of(hot: Columns, characteristics: Sequence[int] | np.ndarray | None) -> Columns:
    return hot if characteristics is None else hot.take(np.isin(hot.characteristic, np.asarray(characteristics)))

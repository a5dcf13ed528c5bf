"""The list of sealed segments: what each holds, and which of them a reader needs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import numpy as np

from .columns import INTEGER


@dataclass(frozen=True)
class Segment:
    """One sealed file: its name in the folder, its hash, and the extent of what it holds."""

    name: str
    sha256: str
    rows: int
    bytes: int
    characteristic_min: int
    characteristic_max: int
    row_min: int
    row_max: int
    time_min: datetime | None
    time_max: datetime | None

    def to_json(self) -> dict:
        """Plain values; times as ISO 8601 in UTC."""
        return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in asdict(self).items()}

    @classmethod
    def from_json(cls, given: dict) -> "Segment":
        wanted = {field.name for field in fields(cls)}
        if set(given) != wanted:
            raise ValueError(f"segment: found the fields {sorted(given)}, accepted are {sorted(wanted)}")
        times = {name: given[name] and datetime.fromisoformat(given[name]) for name in ("time_min", "time_max")}
        return cls(**given | times)


@dataclass(frozen=True)
class FileRange:
    """Work for one task: every row of these characteristics (both ends included) lies in these files."""

    names: tuple[str, ...]
    characteristic_min: int
    characteristic_max: int


def ranges(
    segments: Sequence[Segment], characteristics: Sequence[int] | np.ndarray | None = None, parts: int = 8
) -> list[FileRange]:
    """About `parts` pieces of work of like size; no characteristic lies in two of them."""
    wanted = None if characteristics is None else np.unique(np.asarray(characteristics, INTEGER))
    near = overlapping(segments, wanted)
    if not near:
        return []
    spread = np.concatenate([np.linspace(s.characteristic_min, s.characteristic_max, 33) for s in near])
    weight = np.repeat([s.rows for s in near], 33)
    order = np.argsort(spread)
    share = np.cumsum(weight[order]) / weight.sum()
    edges = np.unique(np.floor(spread[order][np.searchsorted(share, np.arange(1, parts) / parts)])).astype(INTEGER)
    lowest, highest = min(s.characteristic_min for s in near), max(s.characteristic_max for s in near)
    edges = edges[(edges > lowest) & (edges <= highest)]
    pieces = zip([lowest, *edges.tolist()], [*(edges - 1).tolist(), highest], strict=True)
    return [piece for first, last in pieces if (piece := _file_range(near, wanted, first, last))]


def _file_range(segments: Sequence[Segment], wanted: np.ndarray | None, first: int, last: int) -> FileRange | None:
    if wanted is not None:
        inside = wanted[(wanted >= first) & (wanted <= last)]
        if not inside.size:
            return None
        first, last = int(inside[0]), int(inside[-1])
    names = tuple(s.name for s in segments if s.characteristic_min <= last and s.characteristic_max >= first)
    return FileRange(names, first, last) if names else None


def overlapping(
    segments: Sequence[Segment],
    wanted: np.ndarray | None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
    always: np.ndarray | None = None,
) -> list[Segment]:
    """The segments that may hold rows of the (sorted) characteristics and the time window, or rows read always."""
    # A row whose time is corrected may lie in any file, so none can be skipped by time.
    window = (since is not None or until is not None) and not (always is not None and len(always))
    return [s for s in segments if _may_hold(s, wanted) and (not window or _may_lie(s, since, until))]


def _may_hold(segment: Segment, wanted: np.ndarray | None) -> bool:
    if wanted is None:
        return True
    place = np.searchsorted(wanted, segment.characteristic_min)
    return place < len(wanted) and wanted[place] <= segment.characteristic_max


def _may_lie(segment: Segment, since, until) -> bool:
    if segment.time_min is None:
        return False
    first = np.datetime64(segment.time_min.replace(tzinfo=None), "us")
    last = np.datetime64(segment.time_max.replace(tzinfo=None), "us")
    return (since is None or last >= since) and (until is None or first < until)

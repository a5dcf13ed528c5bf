"""Sealed measurements as immutable Parquet files; the one module that knows the file format.

A segment holds rows sorted by characteristic and sequence, in row groups, so that a reader skips by minimum and maximum
what it does not want. Missing is NULL; time is UTC. A segment is named by its SHA-256 and never changes.
A file counts only once somebody has listed its `Segment`: what a crash leaves behind is unlisted and harmless.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from .aggregates import Aggregates
from .columns import INTEGER, LAYOUT, REAL, TIME, Columns
from .manifest import Segment, overlapping
from .overlay import Overlay

ROW_GROUP = 65_536
# A fresh segment holds many characteristics thinly, and there may be a hundred of them: a reader of one characteristic
# unpacks a whole row group of each.
FRESH_ROW_GROUP, FRESH_ROWS = 8_192, 1_000_000
ROWS_PER_SEGMENT = 2_000_000
SETTINGS = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}
TEMPORARY = ".writing-"


class SegmentDiffers(Exception):
    """A sealed file is not what was sealed."""


# --- writing


def write_segment(folder: Path | str, columns: Columns) -> Segment:
    """Seal rows in a new file; when this returns, file and name are on the disk."""
    if not len(columns):
        raise ValueError("segment: found no rows, accepted is at least one")
    columns.check_unique()
    columns = columns.sorted()
    with _connection() as duck:
        duck.register("given", {name: np.ascontiguousarray(array) for name, array in columns.arrays().items()})
        row_group = FRESH_ROW_GROUP if len(columns) < FRESH_ROWS else ROW_GROUP
        return _seal(Path(folder), duck, f"SELECT {_AS_STORED} FROM given", row_group)


def compact(folder: Path | str, segments: Sequence[Segment], rows_per_segment: int = ROWS_PER_SEGMENT) -> list[Segment]:
    """Seal the rows of these segments again, in files whose characteristics do not overlap.

    The old files stay: the caller exchanges the list in one transaction; `sweep` removes them later.
    """
    if not segments:
        return []
    folder = Path(folder)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as spill, _connection(Path(spill)) as duck:
        source = _source(folder, segments)
        counted = duck.execute(
            f"SELECT characteristic, count(*) AS n FROM {source} GROUP BY characteristic ORDER BY characteristic"
        ).fetchnumpy()
        return [
            _seal(
                folder,
                duck,
                f"SELECT * FROM {source} WHERE characteristic BETWEEN {first} AND {last} "
                "ORDER BY characteristic, sequence, row",
            )
            for first, last in _cuts(counted["characteristic"], counted["n"], rows_per_segment)
        ]


def _cuts(characteristic: np.ndarray, n: np.ndarray, rows: int) -> Iterator[tuple[int, int]]:
    """First and last characteristic of files of about so many rows; a characteristic is never split."""
    file = (np.cumsum(n) - n) // rows
    for number in np.unique(file):
        inside = characteristic[file == number]
        yield int(inside[0]), int(inside[-1])


def _seal(folder: Path, duck, query: str, row_group: int = ROW_GROUP) -> Segment:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{TEMPORARY}{uuid.uuid4().hex}"
    try:
        duck.execute(
            f"COPY ({query}) TO {_text(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group})"
        ).fetchall()
        extent = duck.execute(f"SELECT {_EXTENT} FROM read_parquet({_text(temporary)})").fetchall()[0]
        digest = _flush_and_hash(temporary)
        segment = _segment(digest, temporary.stat().st_size, extent)
        os.replace(temporary, folder / segment.name)
    finally:
        temporary.unlink(missing_ok=True)
    _flush_folder(folder)
    return segment


def _segment(digest: str, size: int, extent: tuple) -> Segment:
    rows, first, last, row_first, row_last, since, until = extent
    return Segment(
        f"{digest}.parquet", digest, rows, size, first, last, row_first, row_last, _instant(since), _instant(until)
    )


def _instant(microseconds: int | None) -> datetime | None:
    if microseconds is None:
        return None
    return np.datetime64(microseconds, "us").item().replace(tzinfo=UTC)


def _flush_and_hash(path: Path) -> str:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder; the rename itself is journalled there.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- reading


def read(
    folder: Path | str,
    segments: Sequence[Segment],
    characteristics: Sequence[int] | np.ndarray | None = None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
    columns: Sequence[str] | None = None,
    always: np.ndarray | None = None,
) -> Columns:
    """The rows as sealed, by characteristic, sequence and row.

    The time window includes `since` and excludes `until`; rows without time are outside every window. `always` names
    row ids that are read whatever their time. Columns not asked for are filled with their "not given" value (value:
    NaN); row, characteristic and sequence always come.
    """
    wanted = None if characteristics is None else np.unique(np.asarray(characteristics, INTEGER))
    near = overlapping(segments, wanted, since, until, always)
    if not near:
        return Columns.empty()
    names = [name for name in LAYOUT if columns is None or name in {"row", "characteristic", "sequence", *columns}]
    with _connection() as duck:
        where = _where(duck, wanted, since, until, always)
        query = f"SELECT {', '.join(_READ[name] for name in names)} FROM {_source(Path(folder), near)} WHERE {where}"
        found = duck.execute(query).fetchnumpy()
    return _columns(found, names).sorted()


def aggregate(
    folder: Path | str,
    segments: Sequence[Segment],
    characteristics: Sequence[int] | np.ndarray | None = None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
    overlay: Overlay | None = None,
) -> Aggregates:
    """Per characteristic n, missing, excluded, mean, sd, minimum, maximum, first and last time, in one query."""
    overlay = overlay or Overlay()
    wanted = None if characteristics is None else np.unique(np.asarray(characteristics, INTEGER))
    near = overlapping(segments, wanted, since, until, overlay.times[0])
    if not near:
        return Aggregates.empty()
    with _connection() as duck:
        rows = _overlaid(duck, f"SELECT * FROM {_source(Path(folder), near)}", overlay)
        where = _where(duck, wanted, since, until, None)
        found = duck.execute(
            f"SELECT {_AGGREGATE} FROM ({rows}) WHERE {where} GROUP BY characteristic ORDER BY characteristic"
        ).fetchnumpy()
    return Aggregates(**{name: _plain(array, _AGGREGATE_TYPES[name]) for name, array in found.items()})


def _where(duck, wanted, since, until, always) -> str:
    tests = []
    if wanted is not None:
        tests.append(_among(duck, wanted))
    window = []
    if since is not None:
        window.append(f"time >= make_timestamp({_microseconds(since)})::TIMESTAMPTZ")
    if until is not None:
        window.append(f"time < make_timestamp({_microseconds(until)})::TIMESTAMPTZ")
    if window:
        inside = " AND ".join(window)
        if always is not None and len(always):
            duck.register("always", {"id": np.ascontiguousarray(always, INTEGER)})
            inside = f"({inside}) OR row IN (SELECT id FROM always)"
        tests.append(f"({inside})")
    return " AND ".join(tests) or "true"


def _among(duck, wanted: np.ndarray) -> str:
    # The bounds let the reader skip row groups; a list or a join then chooses within them.
    between = f"characteristic BETWEEN {wanted[0]} AND {wanted[-1]}" if wanted.size else "false"
    if wanted.size == 1 or not wanted.size:
        return between
    if wanted.size <= 50:
        return f"{between} AND characteristic IN ({', '.join(map(str, wanted.tolist()))})"
    duck.register("wanted", {"id": wanted})
    return f"{between} AND characteristic IN (SELECT id FROM wanted)"


def _overlaid(duck, query: str, overlay: Overlay) -> str:
    """The rows with the overlay's value and time in place, and whether each is excluded."""
    joins, chosen = [], {"value": "stored.value", "time": "stored.time", "excluded": "false"}
    if overlay.values[0].size:
        rows, values = overlay.values
        duck.register("by_value", {"id": rows, "entry": values})
        joins.append("LEFT JOIN by_value ON by_value.id = stored.row")
        chosen["value"] = (
            "CASE WHEN by_value.id IS NULL THEN stored.value ELSE nullif(by_value.entry, 'NaN'::DOUBLE) END"
        )
    if overlay.times[0].size:
        rows, times = overlay.times
        duck.register("by_time", {"id": rows, "entry": times})
        joins.append("LEFT JOIN by_time ON by_time.id = stored.row")
        chosen["time"] = "CASE WHEN by_time.id IS NULL THEN stored.time ELSE by_time.entry::TIMESTAMPTZ END"
    if overlay.reasons[0].size:
        duck.register("by_exclusion", {"id": overlay.reasons[0]})
        joins.append("LEFT JOIN by_exclusion ON by_exclusion.id = stored.row")
        chosen["excluded"] = "by_exclusion.id IS NOT NULL"
    picked = ", ".join(f"{source} AS {name}" for name, source in chosen.items())
    return f"SELECT stored.characteristic, {picked} FROM ({query}) AS stored {' '.join(joins)}"


def _microseconds(time: np.datetime64) -> int:
    return int(np.datetime64(time, "us").astype(INTEGER))


def _columns(found: dict[str, np.ndarray], names: Sequence[str]) -> Columns:
    given = {name: _plain(found[name], LAYOUT[name][0]) for name in names}
    if "value" not in given:
        given["value"] = np.full(len(given["row"]), np.nan)
    return Columns(**given)


def _plain(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """A plain array of the layout's type from what the engine answers: masked where NULL, times as microseconds."""
    mask = np.ma.getmaskarray(array) if np.ma.isMaskedArray(array) else None
    array = np.ma.getdata(array)
    array = array.astype(INTEGER, copy=False).view(TIME) if dtype == TIME else array.astype(dtype, copy=False)
    if mask is not None and mask.any():
        array = array.copy()
        array[mask] = np.datetime64("NaT", "us") if dtype == TIME else np.nan
    return array


# --- the files in the folder


def verify(folder: Path | str, segment: Segment) -> None:
    """Refuse a sealed file that is missing or whose bytes are not those sealed."""
    path = Path(folder) / segment.name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise SegmentDiffers(
            f"segment {segment.name}: the file is missing, sealed were {segment.bytes} bytes"
        ) from None
    if found != segment.sha256:
        raise SegmentDiffers(
            f"segment {segment.name}: found {size} bytes with SHA-256 {found}, "
            f"sealed were {segment.bytes} bytes with {segment.sha256}"
        )


def unlisted(folder: Path | str, segments: Sequence[Segment]) -> list[Path]:
    """Files of ours in the folder that no listed segment owns: what a crash or a compaction left behind."""
    listed = {segment.name for segment in segments}
    return sorted(
        path
        for path in Path(folder).iterdir()
        if path.name not in listed and (path.name.startswith(TEMPORARY) or path.suffix == ".parquet")
    )


def sweep(folder: Path | str, segments: Sequence[Segment], age: timedelta = timedelta(hours=1)) -> list[Path]:
    """Remove what is unlisted and older than that; younger files may be sealed and about to be listed."""
    until = time.time() - age.total_seconds()
    old = [path for path in unlisted(folder, segments) if path.stat().st_mtime <= until]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return old


# --- the engine

_AS_STORED = ", ".join(
    {TIME: f"{name}::TIMESTAMPTZ AS {name}", REAL: f"nullif({name}, 'NaN'::DOUBLE) AS {name}"}.get(dtype, name)
    for name, (dtype, _) in LAYOUT.items()
)
_READ = {name: "epoch_us(time) AS time" if name == "time" else name for name in LAYOUT}
_EXTENT = (
    "count(*), min(characteristic), max(characteristic), min(row), max(row), epoch_us(min(time)), epoch_us(max(time))"
)
_COUNTS = "NOT excluded"
_AGGREGATE = f"""characteristic,
    count(value) FILTER ({_COUNTS}) AS n,
    count(*) FILTER ({_COUNTS}) - count(value) FILTER ({_COUNTS}) AS missing,
    count(*) FILTER (excluded) AS excluded,
    avg(value) FILTER ({_COUNTS}) AS mean,
    stddev_samp(value) FILTER ({_COUNTS}) AS sd,
    min(value) FILTER ({_COUNTS}) AS minimum,
    max(value) FILTER ({_COUNTS}) AS maximum,
    epoch_us(min(time) FILTER ({_COUNTS})) AS first,
    epoch_us(max(time) FILTER ({_COUNTS})) AS last"""
_AGGREGATE_TYPES = dict.fromkeys(("characteristic", "n", "missing", "excluded"), INTEGER) | {
    "mean": REAL,
    "sd": REAL,
    "minimum": REAL,
    "maximum": REAL,
    "first": TIME,
    "last": TIME,
}
_engines: dict[int, object] = {}
_opening = threading.Lock()


def _after_fork() -> None:
    """Another thread may have held the lock when the process forked; the parent's engine stays untouched."""
    global _opening
    _opening = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def _connection(spill: Path | None = None):
    """A connection of its own for one call; the engine behind it is one per process.

    Work that may outgrow the memory limit gets an engine of its own, with a folder to spill to.
    """
    connection = _open(str(spill)) if spill else _shared()
    try:
        yield connection
    finally:
        connection.close()


def _open(spill: str = ""):
    import duckdb

    engine = duckdb.connect(":memory:", config=SETTINGS | {"temp_directory": spill})
    engine.execute("SET GLOBAL TimeZone = 'UTC'").fetchall()
    engine.execute("SET GLOBAL parquet_metadata_cache = true").fetchall()
    return engine


def _shared():
    with _opening:
        if os.getpid() not in _engines:
            _engines[os.getpid()] = _open()
        return _engines[os.getpid()].cursor()


def _source(folder: Path, segments: Sequence[Segment]) -> str:
    return f"read_parquet([{', '.join(_text(folder / segment.name) for segment in segments)}])"


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

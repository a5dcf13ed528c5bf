"""The measurement store at the size it was made for: sealing, importing, reading one characteristic of a thousand.

    python benchmarks/measurements.py                     ten million rows in a folder that is removed afterwards
    python benchmarks/measurements.py --rows 1000000      fewer
    python benchmarks/measurements.py --folder FOLDER     on another disk

Every figure stands beside its target; a ratio above one is better than the target. Writing ends with the disk's flush,
whose time is measured first. Reading is repeated and the median given; files are then in the system's memory.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from hoshin.measurements import manifest, reading, segments
from hoshin.measurements.columns import Columns
from hoshin.measurements.overlay import Correction, Exclusion, Overlay
from hoshin.measurements.scan import scan, summarize

CHARACTERISTICS, BATCH, CSV_ROWS = 1_000, 100_000, 1_000_000
START = np.datetime64("2024-01-01T00:00", "us")


def rows_in_time_order(first: int, count: int) -> Columns:
    """As machines deliver: every characteristic in turn, one value in a hundred missing."""
    random = np.random.default_rng(first)
    row = np.arange(first, first + count)
    value = random.normal(10, 1, count).round(4)
    value[random.random(count) < 0.01] = np.nan
    sequence = row // CHARACTERISTICS
    return Columns(
        row=row,
        characteristic=row % CHARACTERISTICS + 1,
        sequence=sequence,
        time=START + sequence * np.timedelta64(1, "m"),
        value=value,
        subgroup=sequence // 5,
        lot=sequence // 100 + 1,
        gauge=row % 7 + 1,
        operator=row % 11 + 1,
    )


def seconds(work, times: int = 1) -> float:
    """The median time of some work, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def flush_time(folder: Path) -> float:
    """How long the disk takes to make 4 KB safe."""
    path = folder / "flush"

    def flush():
        with path.open("wb") as file:
            file.write(os.urandom(4096))
            file.flush()
            os.fsync(file.fileno())

    return seconds(flush, 20)


def say(what: str, figure: float, unit: str, target: float | None = None, more_is_better: bool = True) -> None:
    beside = ""
    if target:
        ratio = figure / target if more_is_better else target / figure
        beside = f"   target {target:>11,.0f}   ratio {ratio:5.2f}"
    print(f"{what:<62}{figure:>13,.1f} {unit:<7}{beside}", flush=True)


def seal(folder: Path, rows: int) -> list[manifest.Segment]:
    million = rows_in_time_order(0, min(rows, 1_000_000))
    taken = seconds(lambda: segments.write_segment(folder, million), 3)
    say(f"seal {len(million):,} rows in one file", len(million) / taken, "rows/s", 1e6)
    batches = [rows_in_time_order(first, min(BATCH, rows - first)) for first in range(0, rows, BATCH)]
    sealed: list[manifest.Segment] = []
    taken = seconds(lambda: sealed.extend(segments.write_segment(folder, batch) for batch in batches))
    say(f"seal {rows:,} rows in files of {BATCH:,}", rows / taken, "rows/s", 1e6)
    return sealed


def read(folder: Path, sealed: list[manifest.Segment], what: str) -> None:
    wanted = iter(range(1, CHARACTERISTICS + 1, 37))
    one = seconds(lambda: scan(folder, sealed, characteristics=[next(wanted)]), 9)
    say(f"read one of {CHARACTERISTICS:,} characteristics, {what}", one * 1e3, "ms", 100, more_is_better=False)
    say(f"summarize all, {what}", seconds(lambda: summarize(folder, sealed), 3) * 1e3, "ms")


def overlaid(folder: Path, sealed: list[manifest.Segment]) -> None:
    overlay = Overlay(
        tuple(Correction(row, 1, 1, value=5.0) for row in range(0, 70_000, 7)),
        tuple(Exclusion(row, 1) for row in range(0, 70_000, 13)),
    )
    summarize(folder, sealed, overlay=overlay)
    say(
        "summarize all, 15,000 corrections and exclusions",
        seconds(lambda: summarize(folder, sealed, overlay=overlay), 3) * 1e3,
        "ms",
    )


def write_long_csv(path: Path, rows: int) -> None:
    table = rows_in_time_order(0, rows)
    times = np.datetime_as_string(table.time, unit="s").tolist()
    values = ["" if v != v else repr(v) for v in table.value.tolist()]
    with path.open("w", encoding="utf-8") as file:
        file.write("characteristic,time,value,size,subgroup,lot,gauge,operator\n")
        file.writelines(
            f"dimension {c},{t},{v},1,{s},L{lot},G{gauge},Operator {operator}\n"
            for c, t, v, s, lot, gauge, operator in zip(
                table.characteristic.tolist(),
                times,
                values,
                table.subgroup.tolist(),
                table.lot.tolist(),
                table.gauge.tolist(),
                table.operator.tolist(),
                strict=True,
            )
        )


def import_csv(folder: Path, path: Path) -> int:
    """End to end: guess, read, exchange names for ids, seal."""
    table = reading.read(path, reading.guess(path).layout)
    columns = table.columns(
        first_row=0,
        characteristics=range(1, len(table.names) + 1),
        lots=range(1, len(table.lot.labels) + 1),
        gauges=range(1, len(table.gauge.labels) + 1),
        operators=range(1, len(table.operator.labels) + 1),
    )
    segments.write_segment(folder, columns)
    return len(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        say("flush of 4 KB", flush_time(folder) * 1e3, "ms")
        sealed = seal(folder, given.rows)
        read(folder, sealed, f"{len(sealed)} files")
        compacted: list[manifest.Segment] = []
        taken = seconds(lambda: compacted.extend(segments.compact(folder, sealed)))
        say(f"compact {given.rows:,} rows", given.rows / taken, "rows/s")
        say("size on disk", sum(segment.bytes for segment in compacted) / given.rows, "B/row")
        read(folder, compacted, f"{len(compacted)} compacted files")
        overlaid(folder, compacted)
        path = folder / "long.csv"
        write_long_csv(path, min(CSV_ROWS, given.rows))
        rows = import_csv(folder, path)
        taken = seconds(lambda: import_csv(folder, path), 3)
        say(f"import {rows:,} rows of CSV ({path.stat().st_size / 1e6:.0f} MB)", rows / taken, "rows/s", 2e5)


if __name__ == "__main__":
    main()

"""Charts, signals and capability of a whole measurement history: threads, Dask and Spark over the same sealed files.

    python -m benchmarks.distributed                          ten million rows in a folder that is removed afterwards
    python -m benchmarks.distributed --rows 100000000         more
    python -m benchmarks.distributed --engines threads,dask   without Spark
    python -m benchmarks.distributed --folder FOLDER --keep   leave the files, and use them again next time

Every engine does the same tasks with two workers, twice: the first run pays for imports, files and cold processes. The
answers are compared with that of the threads to the last bit. One line of JSON each.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hoshin.kernel.measuring.distributed import Specification, plan, with_dask, with_threads
from hoshin.measurements.columns import Columns
from hoshin.measurements.manifest import Segment
from hoshin.measurements.segments import write_segment

CHARACTERISTICS, ROWS_PER_FILE, WORKERS = 1_000, 2_000_000, 2


def compacted(first: int, last: int, length: int) -> Columns:
    """Rows of whole characteristics, as the store keeps them: one value in a thousand missing in every tenth."""
    random = np.random.default_rng(first)
    keys = np.arange(first, last + 1)
    characteristic = np.repeat(keys, length)
    value = random.normal(10, 1, characteristic.size).round(4)
    value[(characteristic % 10 == 0) & (random.random(value.size) < 0.001)] = np.nan
    sequence = np.tile(np.arange(length), keys.size)
    return Columns(
        row=characteristic * 10_000_000 + sequence,
        characteristic=characteristic,
        sequence=sequence,
        time=np.datetime64("2024-01-01T00:00", "us") + sequence * np.timedelta64(1, "m"),
        value=value,
        lot=sequence // 100 + 1,
    )


def sealed_history(folder: Path, rows: int) -> list[Segment]:
    """The sealed files of a history, made where they are not there yet."""
    listed = folder / f"history-{rows}.json"
    if listed.exists():
        return [Segment.from_json(given) for given in json.loads(listed.read_text())]
    length = rows // CHARACTERISTICS
    step = max(1, ROWS_PER_FILE // length)
    made = [
        write_segment(folder, compacted(first, min(first + step - 1, CHARACTERISTICS), length))
        for first in range(1, CHARACTERISTICS + 1, step)
    ]
    listed.write_text(json.dumps([segment.to_json() for segment in made]))
    return made


@contextmanager
def threads() -> Iterator[Callable]:
    yield lambda tasks: with_threads(tasks, WORKERS)


@contextmanager
def dask() -> Iterator[Callable]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield lambda tasks: with_dask(tasks, client)


@contextmanager
def spark() -> Iterator[Callable]:
    from pyspark.sql import SparkSession

    from hoshin.kernel.measuring.distributed.spark import with_spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    local = {
        "spark.driver.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    session = SparkSession.builder.master(f"local[{WORKERS}]").config(map=local).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield lambda tasks: with_spark(tasks, session)
    finally:
        session.stop()


ENGINES = {"threads": threads, "dask": dask, "spark": spark}


def measure(engine: str, tasks: list, expected) -> tuple[dict, object]:
    """Start, first and second run of one engine, and whether its answer is the expected one."""
    begun = time.perf_counter()
    with ENGINES[engine]() as run:
        started = time.perf_counter()
        run(tasks)
        first = time.perf_counter()
        found = run(tasks)
        second = time.perf_counter()
    return {
        "engine": engine,
        "start_s": round(started - begun, 2),
        "first_s": round(first - started, 2),
        "second_s": round(second - first, 2),
        "rows_per_s": round(int(found.rows.sum()) / (second - first)),
        "signals": int(found.signal_row.size),
        "equal_to_the_bit": expected is None or found == expected,
        "load": round(os.getloadavg()[0], 1),
        "peak_mb_of_this_process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--engines", default="threads,dask,spark")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        begun = time.perf_counter()
        sealed = sealed_history(folder, chosen.rows)
        keys = np.arange(1, CHARACTERISTICS + 1)
        tasks = plan(folder, sealed, specification=Specification.of(keys, 6.5, 13.5, 10.0))
        print(json.dumps({
            "rows": chosen.rows, "files": len(sealed), "tasks": len(tasks),
            "bytes": sum(segment.bytes for segment in sealed), "made_s": round(time.perf_counter() - begun, 1),
        }), flush=True)  # fmt: skip
        expected = None
        for engine in chosen.engines.split(","):
            line, found = measure(engine, tasks, expected)
            expected = expected or found
            print(json.dumps(line), flush=True)
    finally:
        if not chosen.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()

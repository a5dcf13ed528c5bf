"""Pages and doors with many records: processor time of list, detail and a change, and memory after every kind was visited.

    python -m benchmarks.pages                   100,000 nonconformities in a folder that is removed afterwards
    python -m benchmarks.pages --records 10000   fewer
    python -m benchmarks.pages --keep FOLDER     in a folder that stays, reused by the next run

Every figure stands beside its target. Time is processor time of this process (median of several answers), which a busy
machine disturbs less than the clock.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

TARGETS = {"list page": 60.0, "detail page": 40.0, "change with entry and leaf": 30.0, "memory": 250.0}
TITLES = ("Bore oversize", "Seal leaks", "Zero offset drifts", "Solder joint open", "Label missing", "Thread damaged")
SEVERITIES = ("minor", "minor", "minor", "major", "critical")
SET = 500


def prepare(folder: Path) -> None:
    """Settings, schema and an organisation in the folder."""
    os.environ["HOSHIN_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoshin.server.settings")
    # The settings read the environment when they are imported.
    sys.modules.pop("hoshin.server.settings", None)
    django = __import__("django")
    django.setup()
    __import__("django.core.management", fromlist=["call_command"]).call_command(
        "migrate", verbosity=0, interactive=False
    )


def processor_ms(work, times: int = 9) -> float:
    """The median processor time of some work in milliseconds, after one run that warms it up."""
    work()
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - start))
    return statistics.median(taken)


def told(name: str, value: float, unit: str = "ms") -> None:
    target = TARGETS[name.split(":")[0]]
    print(f"{name:48} {value:9.1f} {unit}   target {target:g} {unit}   {target / value:6.2f}×", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        prepare(folder)
        measured = __import__("benchmarks.pages_measured", fromlist=["measure"])
        measured.fill(options.records)
        measured.measure()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told("memory: after every kind of page, at most", peak, "MB")


if __name__ == "__main__":
    main()

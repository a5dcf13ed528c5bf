"""Every benchmark, one after the other, each in a process of its own; `make bench` calls this.

    python -m benchmarks.all            as docs/performance.md promises: 100,000 records, ten million measurements
    python -m benchmarks.all --quick    a tenth of it

The machine's cores and load are printed first: figures taken beside other work are not those of a quiet machine.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HOSHIN_SHARED") or ROOT / "../shared")


def runs(quick: bool, scratch: str) -> list[list[str]]:
    """What is run, with its arguments."""
    tenth = 10 if quick else 1
    found = [
        ["benchmarks.ledger", "--entries", str(200_000 // tenth)],
        ["benchmarks.doors", "--records", str(100_000 // tenth)],
        ["benchmarks.pages", "--records", str(100_000 // tenth)],
        ["benchmarks.measurements", "--rows", str(10_000_000 // tenth)],
        ["benchmarks.distributed", "--rows", str(10_000_000 // tenth), "--engines", ",".join(engines())],
    ]
    inputs = SHARED / "benchmarks" / "make_inputs.py"
    if inputs.exists():
        subprocess.run([sys.executable, str(inputs), scratch], check=True, stdout=subprocess.DEVNULL)
        found.append(["benchmarks.stats", scratch, "--floor"])
    else:
        print(f"the six statistical jobs are left out: {inputs.name} is not in HOSHIN_SHARED")
    return found if quick else [*found, ["benchmarks.stats", scratch, "--curve"]]


def engines() -> list[str]:
    """Threads, and the distributed engines that are installed."""
    packages = {"dask": "distributed", "spark": "pyspark"}
    return ["threads", *(name for name, package in packages.items() if importlib.util.find_spec(package))]


def run(arguments: list[str]) -> bool:
    """One benchmark with its figures on the console; whether it ended well."""
    print(f"\n== {' '.join(arguments)}   (load {os.getloadavg()[0]:.1f})", flush=True)
    begun = time.perf_counter()
    ended = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT).returncode
    print(f"-- {time.perf_counter() - begun:.0f} s" + (f", ended with {ended}" if ended else ""), flush=True)
    return ended == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        ended = [run(arguments) for arguments in runs(options.quick, scratch)]
    return 0 if all(ended) else 1


if __name__ == "__main__":
    sys.exit(main())

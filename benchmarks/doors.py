"""How fast the doors are: single edits, sets, and a change among many records, with the disk's flush time beside.

    python -m benchmarks.doors [--records 100000] [--profile]

Runs in a folder of its own (``--home``, else a temporary one) with the product's settings: WAL, synchronous=FULL.
"""

import argparse
import cProfile
import importlib
import os
import pstats
import sys
import tempfile
from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", help="where the database lies; kept when it is given")
    parser.add_argument("--records", type=int, default=100_000, help="among how many records a change is measured")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each door is measured")
    parser.add_argument("--profile", action="store_true", help="show where the time of a single edit goes")
    options = parser.parse_args(arguments)
    os.environ["HOSHIN_HOME"] = options.home or tempfile.mkdtemp(prefix="hoshin-doors-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hoshin.server.settings")
    # The settings read the environment when they are imported, so what follows is loaded only now.
    measured = importlib.import_module("benchmarks.doors_measured")
    profiled(lambda: measured.run(options.records, options.seconds), options.profile)
    return 0


def profiled(run: Callable[[], None], wanted: bool) -> None:
    if not wanted:
        run()
        return
    with cProfile.Profile() as profile:
        run()
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    sys.exit(main())

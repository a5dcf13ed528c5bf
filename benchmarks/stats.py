"""Six statistical jobs through the public API of hoshin.stats, measured the way the field's programs were.

    python benchmarks/stats.py WORKDIR            every job, each in a process of its own
    python benchmarks/stats.py WORKDIR J1         one job, one line of JSON
    python benchmarks/stats.py WORKDIR --floor    the same beside the fewest NumPy passes (floor_numpy.py)
    python benchmarks/stats.py WORKDIR --curve    individuals charts from 10^4 to 10^8 points

WORKDIR holds the arrays that make_inputs.py of the shared benchmarks writes; they and floor_numpy.py are looked for in
HOSHIN_SHARED (by default ``../shared`` beside the project). Loading is not timed; a job is repeated five times or until
a minute is over; the median counts, peak memory is the process's highest resident size.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

SHARED = Path(os.environ.get("HOSHIN_SHARED") or Path(__file__).parents[1] / "../shared")
MOST_RUNS, MOST_SECONDS = 5, 60.0
TARGETS = {"J1": 1.0, "J2": 2.0, "J3": 2.0, "J4": 2.0, "J5": 2.0, "J6": 2.0}
INPUTS = {
    "J1": ("imr",),
    "J2": ("xbars",),
    "J3": ("cap", "cap_limits"),
    "J4": ("ewma",),
    "J5": ("grr",),
    "J6": ("t2",),
}


def individuals():
    """J1: individuals and moving range with the eight Nelson rules, one series of 1,000,000."""
    from hoshin.stats.control_charts import NELSON, i_mr

    return lambda values: i_mr(values, rules=NELSON), lambda chart: [
        chart.main.center,
        chart.panels[1].center,
        chart.panels[1].ucl,
        [points.size for points in chart.main.signals.points],
    ]


def averages():
    """J2: Xbar-S, 1,000 characteristics of 200 subgroups of 5."""
    from hoshin.stats.control_charts import xbar_s

    return xbar_s, lambda charts: [float(charts.main.center.sum()), float(charts.panels[1].center.sum())]


def capability():
    """J3: capability of 10,000 characteristics of 125 values."""
    from hoshin.stats.capability import normal

    return lambda values, limits: normal(values, lsl=limits[:, 0], usl=limits[:, 1]), lambda study: [
        float(study.Cpk.sum()),
        float(study.Ppk.sum()),
    ]


def memory():
    """J4: EWMA and two-sided CUSUM, 1,000,000 points."""
    from hoshin.stats.control_charts import cusum, ewma

    return lambda values: (ewma(values), cusum(values)), lambda both: [
        float(both[0].main.points[-1]),
        *(float(panel.points[-1]) for panel in both[1].panels),
        sum(panel.beyond_limits().size for panel in both[1].panels),
    ]


def gauge_studies():
    """J5: crossed gauge R&R by ANOVA, 1,000 studies of 10 parts, 3 operators, 3 trials."""
    from hoshin.stats.measurement_systems import gauge_rr_crossed

    return gauge_rr_crossed, lambda study: [float(np.sum(square.ss)) for square in study.anova.values()]


def hotelling():
    """J6: Hotelling T², 100,000 points of 10 variables."""
    from hoshin.stats.multivariate import t2_individuals

    return t2_individuals, lambda chart: [float(chart.t2.sum()), chart.out.size]


JOBS = {"J1": individuals, "J2": averages, "J3": capability, "J4": memory, "J5": gauge_studies, "J6": hotelling}


def resident(field: str) -> float:
    """A line of the process's memory status in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return float("nan")


def repeated(call) -> tuple[list[float], list[float], object]:
    """Wall and processor seconds of each run, and the last result."""
    walls, processors, result = [], [], None
    while len(walls) < MOST_RUNS and (not walls or sum(walls) + walls[-1] < MOST_SECONDS):
        result = None
        wall, processor = time.perf_counter(), time.process_time()
        result = call()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return walls, processors, result


def measure(work: Path, job: str) -> dict:
    """One job, measured in this process."""
    function, check = JOBS[job]()
    data = [np.load(work / f"{name}.npy") for name in INPUTS[job]]
    gc.collect()
    base, load = resident("VmRSS"), os.getloadavg()[0]
    walls, processors, result = repeated(lambda: function(*data))
    size = sum(array.nbytes for array in data) / 1e6
    peak = resident("VmHWM")
    return {
        "peer": "hoshin", "job": job, "what": JOBS[job].__doc__, "reps": len(walls),
        "median_s": statistics.median(walls), "min_s": min(walls), "times_s": walls,
        "cpu_s": statistics.median(processors), "load1": load,
        "base_mb": round(base, 1), "peak_mb": round(peak, 1), "input_mb": round(size, 1),
        "peak_over_input": round((peak - base + size) / size, 2), "check": check(result),
    }  # fmt: skip


def child(*arguments: str) -> dict:
    """The JSON line of another process, with one thread for linear algebra as the floor has."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment)
    if ran.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {ran.returncode}:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


def beside_floor(work: Path, job: str) -> dict:
    """One job of ours and the floor's, one after the other, and their ratio against the target."""
    ours = child(__file__, str(work), job)
    floor = child(str(SHARED / "benchmarks" / "floor_numpy.py"), str(work), job)
    ratio = ours["median_s"] / floor["need_s"]
    return {
        "job": job, "ours_s": ours["median_s"], "floor_s": floor["need_s"], "ratio": round(ratio, 2),
        "target": TARGETS[job], "met": ratio <= TARGETS[job], "peak_over_input": ours["peak_over_input"],
        "check": ours["check"], "floor_check": floor["check"],
    }  # fmt: skip


def curve(exponents=(4, 5, 6, 7, 8)):
    """Seconds per million points of an individuals chart with eight rules, for growing series."""
    chart, _ = individuals()
    for exponent in exponents:
        values = np.random.default_rng(exponent).normal(100.0, 2.0, 10**exponent)
        seconds = min(_timed(chart, values) for _ in range(3 if exponent < 8 else 2))
        yield {"points": 10**exponent, "seconds": seconds, "ns_per_point": round(seconds / 10**exponent * 1e9, 1)}


def _timed(call, values) -> float:
    start = time.perf_counter()
    call(values)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workdir", type=Path)
    parser.add_argument("job", nargs="?", choices=JOBS)
    parser.add_argument("--floor", action="store_true", help="beside floor_numpy.py")
    parser.add_argument("--curve", action="store_true", help="10^4 to 10^8 points")
    chosen = parser.parse_args()
    if chosen.curve:
        lines = curve()
    elif not all((chosen.workdir / f"{name}.npy").exists() for names in INPUTS.values() for name in names):
        raise SystemExit(f"{chosen.workdir} lacks the inputs; make them with {SHARED}/benchmarks/make_inputs.py")
    elif chosen.floor:
        lines = (beside_floor(chosen.workdir, job) for job in ([chosen.job] if chosen.job else JOBS))
    elif chosen.job:
        lines = iter([measure(chosen.workdir, chosen.job)])
    else:
        lines = (child(__file__, str(chosen.workdir), job) for job in JOBS)
    for line in lines:
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

"""Gauge studies of the demonstration: planned, measured, evaluated, judged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoshin.kernel.records import doors
from hoshin.processes.msa.worksheet import fill_in, lines_of

from .properties import PROPERTIES
from .world import World


@dataclass(frozen=True)
class Study:
    """A gauge study: its design, who does it, and how its readings come about."""

    characteristic: str
    title: str
    owner: str
    opened: float
    # Standard deviation of the parts and of the gauge, about a mean; for ratings the share of wrong ones.
    mean: float
    parts_sd: float
    gauge_sd: float
    design: dict[str, Any]
    evaluated: float | None = None
    closed: tuple[float, str] | None = None
    # What part of the worksheet is filled in when it is not evaluated yet.
    filled: float = 1.0
    starts: bool = True


STUDIES = (
    Study(
        "bore", "CMM Graz 1 for the bore of MF-100", "stefan.hofbauer", 5.2, 50.012, 0.004, 0.0003,
        {"sort": "crossed", "parts": 10, "operators": 3, "trials": 2, "operator_names": "OP-12, OP-17, OP-21"},
        6.6, (7.4, "georg.pichler"),
    ),
    Study(
        "contrast", "Luminance meter L1, after the outlier in the display contrast", "joana.meireles", 65.6, 74.0, 1.6, 0.34,
        {"sort": "crossed", "parts": 10, "operators": 3, "trials": 3}, 67.2, (68.1, "sofia.almeida"),
    ),
    Study(
        "zero", "Bridge reader BR-7 on the 0.2 mV master", "tyler.bennett", 78.2, 0.2003, 0.0, 0.0016,
        {"sort": "type1", "trials": 50, "references": "0.2", "tolerance": "0.08"}, 78.9, (79.0, "wei.zhang"),
    ),
    Study(
        "weld", "Microsections under microscope M2: the cut destroys the weld", "tyler.bennett", 88.3, 0.84, 0.035, 0.007,
        {"sort": "destructive", "parts": 5, "operators": 3, "trials": 3, "within_batch_sd": "0.005", "tolerance": "0.3"},
        89.6, (90.2, "latoya.griffin"),
    ),
    Study(
        "housing", "Do three people call the same housing scratched?", "tyler.bennett", 99.2, 0.0, 0.0, 0.11,
        {"sort": "attribute", "parts": 20, "operators": 3, "trials": 2, "bad_rating": "scratched"}, 101.6,
    ),
    Study(
        "torque", "Torque tester TT-3 with the new adapter", "stefan.hofbauer", 102.2, 62.0, 1.1, 0.25,
        {"sort": "crossed", "parts": 8, "operators": 2, "trials": 3}, filled=0.6,
    ),
    Study(
        "void", "X-ray XR-1: linearity over the void area", "joana.meireles", 102.8, 0.0, 0.0, 0.0,
        {"sort": "linearity", "parts": 5, "trials": 6, "references": "1, 2, 4, 6, 8"}, starts=False,
    ),
)  # fmt: skip


def plan(world: World) -> None:
    units = {of.code: of.unit for of in PROPERTIES}
    for study in STUDIES:
        world.week(
            study.opened, units[study.characteristic], lambda s=study, u=units[study.characteristic]: begin(world, s, u)
        )


def begin(world: World, study: Study, unit: str) -> None:
    """The study is planned, measuring starts, readings are taken within days."""
    (of,) = [of for of in PROPERTIES if of.code == study.characteristic]
    values = {
        "title": study.title, "characteristic": str(world.characteristics[of.code].uid), "gauge": of.gauge,
        "unit": str(world.units[unit].uid), "owner": world.uid(study.owner), **study.design,
    }  # fmt: skip
    (row,) = doors.create("gauge_study", [values], by=world.by(study.owner))
    if not study.starts:
        return
    doors.perform([row], "start", by=world.by(study.owner))
    world.week(study.opened + 0.6, unit, lambda: measure(world, study, row))
    if study.evaluated:
        world.week(study.evaluated, unit, lambda: doors.perform([row], "evaluate", **world.signed(study.owner)))
    if study.closed:
        week, who = study.closed
        world.week(week, unit, lambda: doors.perform([row], "close", by=world.by(who)))


def measure(world: World, study: Study, row: Any) -> None:
    row = type(row).objects.get(pk=row.pk)
    rng = world.rng("study", study.characteristic)
    read = reader(study, rng)
    lines = lines_of(row)
    taken = lines[: round(len(lines) * study.filled)]
    fill_in(row, {line["uid"]: read(line) for line in taken}, by=world.by(study.owner))


def reader(study: Study, rng: np.random.Generator) -> Callable[[dict[str, Any]], str]:
    """What is read of a line: the part's own value and the gauge's error, or a rating that is sometimes wrong."""
    parts: dict[str, float] = {}

    def value(line: dict[str, Any]) -> str:
        true = parts.setdefault(line["part"], study.mean + study.parts_sd * rng.standard_normal())
        return f"{true + study.gauge_sd * rng.standard_normal():.6g}"

    def rating(line: dict[str, Any]) -> str:
        bad = parts.setdefault(line["part"], rng.uniform() < 0.4)
        return "scratched" if bad != (rng.uniform() < study.gauge_sd) else "good"

    return rating if study.design["sort"] == "attribute" else value

"""Acceptance sampling in the demonstration: plans put in force, lots inspected on arrival, one supplier tightened for a while."""

from dataclasses import dataclass
from typing import Any

from hoshin.kernel.records import doors
from hoshin.processes.sampling.recording import record_lot

from .world import World


@dataclass(frozen=True)
class Plan:
    """A sampling plan: what it asks, who looks after it, and the lots that came."""

    title: str
    product: str
    unit: str
    owner: str
    inspector: str
    opened: float
    asked: dict[str, Any]
    # Every how many weeks a lot comes, and how many nonconforming items its sample holds, lot by lot.
    every: float = 0.0
    found: tuple[int, ...] = ()
    retired: tuple[float, str] | None = None
    in_force: bool = True


PLANS = (
    Plan(
        "Alumina blanks of SC-12 at receiving", "SC-12", "OPO-SEN", "joana.meireles", "beatriz.lobo", 9.0,
        {"sort": "aql", "lot_size": 2000, "aql": "1.0", "level": "II"},
        # The 13th and 14th lots are of the weeks with the thick blanks: refused, and inspection is tightened until five pass.
        4.0, (0, 1, 2, 0, 1, 0, 3, 1, 2, 0, 1, 2, 9, 11, 2, 1, 0, 1, 2, 0, 1, 0, 1),
    ),
    Plan(
        "Flange castings of MF-200, porosity", "MF-200", "GRZ-LOG", "stefan.hofbauer", "lukas.wimmer", 20.4,
        {"sort": "zero", "bad_quality": "5", "consumer_risk": "10"},
        6.0, (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ),
    Plan(
        "TB-7 boards bought outside, if they are", "TB-7", "OPO-PCB", "joana.meireles", "tiago.fonseca", 102.5,
        {"sort": "aql", "lot_size": 500, "aql": "0.65", "level": "II", "samples": "double"}, in_force=False,
    ),
    Plan(
        "PFA linings of MF-100", "MF-100", "GRZ-LOG", "stefan.hofbauer", "lukas.wimmer", 6.3,
        {"sort": "aql", "lot_size": 400, "aql": "1.5", "level": "II"},
        7.0, (0, 1, 0, 0), (40.5, "Linings are moulded in the house since the summer."),
    ),
)  # fmt: skip


def plan(world: World) -> None:
    for number, asked in enumerate(PLANS, start=1):
        world.week(asked.opened, asked.unit, lambda p=asked, n=number: begin(world, p, n))


def begin(world: World, of: Plan, number: int) -> None:
    """The plan is written and put in force; lots follow as they arrive."""
    values = {
        "title": of.title, "product": str(world.products[of.product].uid), "unit": str(world.units[of.unit].uid),
        "owner": world.uid(of.owner), **of.asked,
    }  # fmt: skip
    (row,) = doors.create("sampling_plan", [values], by=world.by(of.owner))
    if not of.in_force:
        return
    doors.perform([row], "put_in_force", by=world.by(of.owner))
    for place, found in enumerate(of.found):
        week = of.opened + 1 + place * of.every
        world.week(week, of.unit, lambda w=week, i=place, f=found: inspect(world, of, row, number, w, i, f))
    if of.retired:
        week, why = of.retired
        world.week(week, of.unit, lambda: doors.perform([row], "retire", by=world.by(of.owner), reason=why))


def inspect(world: World, of: Plan, row: Any, number: int, week: float, place: int, found: int) -> None:
    """A lot is sampled; what follows from it the plan says."""
    lot = {
        "lot": f"R{number}-{place + 1:03}",
        "size": of.asked.get("lot_size", 240) - 20 * (place % 3),
        "found": found,
        "drawn_on": str(world.day_of_week(week)),
    }
    record_lot(row, lot, by=world.by(of.inspector))

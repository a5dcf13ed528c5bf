"""Everyday nonconformities: found, contained, disposed of and closed within days, as failure modes tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from hoshin.kernel.records import doors, tasks
from hoshin.kernel.records.attachments import attach
from hoshin.kernel.records.comments import comment

from . import cast, papers, texts
from .measurements import ENGINEER, site
from .workdays import DAYS, DAYS_A_WEEK
from .world import World

TOGETHER = ("titles", "descriptions", "containment")
# Who finds things and who owns them, by unit.
STAFF = {
    "GRZ-MACH": (("elif.demir", "jasmin.egger", "harald.posch"), "georg.pichler"),
    "GRZ-ASM": (("milan.petrovic", "clara.winkler", "elif.demir"), "anna.reisinger"),
    "GRZ-CAL": (("jonas.fuchs",), "mirjam.koller"),
    "GRZ-LOG": (("lukas.wimmer", "bernd.hutter"), "lukas.wimmer"),
    "OPO-SMT": (("duarte.pires", "marta.queiros", "tiago.fonseca"), "joana.meireles"),
    "OPO-PCB": (("tiago.fonseca",), "sofia.almeida"),
    "OPO-SEN": (("beatriz.lobo", "andre.salgado"), "nuno.brandao"),
    "DUR-ASM": (("keisha.coleman", "brian.kowalski", "monica.reyes"), "latoya.griffin"),
    "DUR-CAL": (("grace.lim",), "wei.zhang"),
    "DUR-LOG": (("omar.haddad",), "latoya.griffin"),
    "DUR-SVC": (("monica.reyes",), "carl.jepsen"),
}
MANAGER = {"GRZ": "katharina.lindner", "OPO": "rui.tavares", "DUR": "danielle.okafor"}
# In the last weeks engineers are busy with the boards and the leaks: this share of dispositions waits.
BUSY, WAITING = 45, 0.7
PER_UNIT_COST = {"rework": 14, "repair": 60, "concession": 0, "sort": 3, "return": 5, "scrap": 85}


@dataclass
class Case:
    """One nonconformity to be: its failure mode and everything drawn for it."""

    mode: dict[str, Any]
    day: int
    reporter: str
    owner: str
    n: int
    words: dict[str, Any]
    rng: np.random.Generator
    variant: int
    row: Any = None

    @property
    def unit(self) -> str:
        return self.mode["unit"]

    @property
    def engineer(self) -> str:
        return ENGINEER[site(self.unit)]

    def text(self, name: str) -> str:
        """The variant's own title, description or containment, filled in; of other texts any."""
        known = self.mode[name]
        said = known[self.variant] if name in TOGETHER else pick(self.rng, known)
        return said.format(**self.words)


def pick(rng: np.random.Generator, of: Any) -> Any:
    return of[int(rng.integers(len(of)))]


def plan(world: World) -> None:
    """Draw all cases and put their finding into the timeline."""
    for place, mode in enumerate(texts.modes()):
        for number, day in enumerate(days_of(mode, world.rng("days", place))):
            case = drawn(mode, int(day), world, world.rng("case", place, number))
            hour = float(case.rng.uniform(7.5, 15))
            world.at(case.day, hour, case.unit, lambda c=case, h=hour: find(world, c, h))


def days_of(mode: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """When the cases of a mode were found, by its profile."""
    more = mode.get("also", {"weeks": (0, 0), "count": 0})
    return np.sort(np.concatenate([by_profile(mode, rng), within(more["weeks"], rng.uniform(0, 1, more["count"]))]))


def within(weeks: Sequence[float], share: np.ndarray) -> np.ndarray:
    first, last = (week * DAYS_A_WEEK for week in weeks)
    return first + share * (last - 1 - first)


def by_profile(mode: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    share = rng.uniform(0, 1, mode["count"])
    if mode["profile"] == "burst":
        return within(mode["weeks"], share)
    if mode["profile"] == "rising":
        share = np.sqrt(share)
    elif mode["profile"] == "falling":
        share = 1 - np.sqrt(share)
    return 2 + share * (DAYS - 3)


def drawn(mode: dict[str, Any], day: int, world: World, rng: np.random.Generator) -> Case:
    reporters, owner = STAFF[mode["unit"]]
    reporter = "sandra.moser" if mode["source"] == "customer" else pick(rng, reporters)
    n = int(rng.integers(mode["n"][0], mode["n"][1] + 1))
    low, high, decimals = mode["value"]
    words = {
        "n": n,
        "lot": f"{mode['product']}-{world.day(day):%y%m}{rng.integers(1, 9)}",
        "value": f"{rng.uniform(low, high):.{decimals}f}",
    }
    return Case(mode, day, reporter, owner, n, words, rng, int(rng.integers(len(mode["titles"]))))


def find(world: World, case: Case, hour: float) -> None:
    """Somebody writes down what was found; the rest follows in the next days."""
    rng, mode = case.rng, case.mode
    moment = world.moment(case.day, hour, case.unit)
    graver = mode["severity"] == "minor" and rng.uniform() < 0.12
    values = {
        "title": case.text("titles"),
        "description": case.text("descriptions"),
        "source": mode["source"],
        "severity": "major" if graver else mode["severity"],
        "product": str(world.products[mode["product"]].uid),
        "lot": case.words["lot"],
        "segregation": case.mode["kept"],
        "unit": str(world.units[case.unit].uid),
        "owner": world.uid(case.owner),
        "occurred_at": (moment - timedelta(hours=float(rng.choice([0.5, 1, 3, 20])))).isoformat(),
        "due_on": str(world.day(case.day + (10 if graver else 15))),
        "priority": 2 if graver else 1,
    }
    # A pen friend of the customer's complaints sees his own.
    party = cast.party("Northmoor Water") if mode["source"] == "customer" and rng.uniform() < 0.4 else None
    (case.row,) = doors.create("nonconformity", [doors.Draft(values, party=party)], by=world.by(case.reporter))
    schedule(world, case)


def schedule(world: World, case: Case) -> None:
    """Containment within a day or two, disposition and closing within two weeks; some take longer."""
    rng = case.rng
    slow = 3 if rng.uniform() < 0.08 else 1
    contained = case.day + 1 + int(rng.integers(0, 2))
    decided = contained + slow * int(rng.integers(1, 4))
    closed = decided + slow * int(rng.integers(2, 6))
    contain_hour, decide_hour, close_hour = rng.uniform([8, 9, 10], [11, 14, 15])
    world.at(contained, contain_hour, case.unit, lambda: contain(world, case, decided))
    if rng.uniform() < 0.5 and case.mode.get("remarks"):
        world.at(contained, contain_hour + 2, case.unit, lambda: remark(world, case))
    if case.day >= DAYS - BUSY and rng.uniform() < WAITING:
        world.at(contained, contain_hour + 3, case.unit, lambda: ask(world, case, contained))
        return
    world.at(decided, decide_hour, case.unit, lambda: decide(world, case))
    world.at(closed, close_hour, case.unit, lambda: close(world, case))


def contain(world: World, case: Case, decided: int) -> None:
    rng = case.rng
    values = {"containment": case.text("containment")}
    doors.perform([case.row], "contain", by=world.by(case.reporter), values=values)
    paper = rng.uniform()
    if paper < 0.2:
        made = papers.sketch(rng, world.day(case.day), case.words["lot"])
        attach(case.row, [made], by=world.by(case.reporter))
    elif paper < 0.35:
        low, high, _decimals = case.mode["value"]
        made = papers.readings(rng, world.day(case.day), case.words["lot"], (low + high) / 2, (high - low) / 6)
        attach(case.row, [made], by=world.by(case.reporter))
    if rng.uniform() < 0.3:
        sort_out(world, case, decided)


def sort_out(world: World, case: Case, decided: int) -> None:
    """A small job for somebody, done before the disposition."""
    helper = pick(case.rng, STAFF[case.unit][0])
    task = tasks.assign(
        case.row, f"Look through the stock for lot {case.words['lot']}", world.people[helper], by=world.by(case.owner),
        due_on=world.day(decided), purpose="containment",
    )  # fmt: skip
    found = int(case.rng.integers(0, 4))
    said = f"Looked through, {found} more set apart." if found else "Looked through, nothing more found."
    world.at(decided, 8.2, case.unit, lambda: tasks.finish(task, by=world.by(helper), evidence=said))


def ask(world: World, case: Case, day: int) -> None:
    """The engineers are busy: the disposition waits."""
    who = MANAGER[site(case.unit)] if case.row.priority > 1 else case.engineer
    title = f"Decide what becomes of lot {case.words['lot']}"
    by = world.by(case.owner)
    tasks.assign(case.row, title, world.people[who], by=by, due_on=world.day(day + 5), purpose="containment")


def remark(world: World, case: Case) -> None:
    said = case.text("remarks")
    comment(case.row, said, by=world.by(pick(case.rng, (case.reporter, case.owner, case.engineer))))


def decide(world: World, case: Case) -> None:
    """The engineer decides what becomes of the units, and signs."""
    rng, left, lines = case.rng, case.n, []
    decisions = list(dict.fromkeys(pick(rng, case.mode["decisions"]) for _ in range(2 if left > 3 else 1)))
    for place, decision in enumerate(decisions):
        share = left if place == len(decisions) - 1 else max(1, left * 2 // 3)
        left -= share
        lines.append(
            {
                "decision": decision, "quantity": share, "authority": world.uid(case.engineer),
                "cost": round(share * PER_UNIT_COST[decision] * float(rng.uniform(0.7, 1.4)), 2),
                "justification": "Function and life are not affected; agreed with design." if decision == "concession" else None,
            }
        )  # fmt: skip
    values = {"quantity": case.n, "dispositions": lines}
    doors.perform([case.row], "decide", values=values, **world.signed(case.engineer))


def close(world: World, case: Case) -> None:
    values = {"needs_capa": False, "no_capa_because": pick(case.rng, case.mode["reasons"])}
    doors.edit([case.row], values, by=world.by(case.owner))
    who = world.signed_for(MANAGER[site(case.unit)]) if case.row.priority > 1 else world.signed(case.engineer)
    doors.perform([case.row], "close", **who)

"""Measurements of the demonstration: each site's files, baselines frozen and signed, sealing."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.records import doors
from hoshin.kernel.trail.actors import system
from hoshin.measurements.reading import Layout
from hoshin.measurements.reading.dialect import Dialect
from hoshin.measurements.reading.layout import Column, Role

from .properties import PROPERTIES
from .series import Series, series_of
from .workdays import DAYS_A_WEEK, WEEKS
from .world import World

COLUMNS = ("characteristic", "time", "value", "size", "subgroup", "lot", "gauge", "operator")
ROLES = tuple(Column(name, Role(name)) for name in COLUMNS)
# How each site's measuring system writes its export, and who reads it in.
SITES = {
    "GRZ": (Dialect("latin-1", ";", ","), "elif.demir"),
    "OPO": (Dialect("utf-8", ";", "."), "tiago.fonseca"),
    "DUR": (Dialect("utf-8", ",", "."), "monica.reyes"),
}
ENGINEER = {"GRZ": "stefan.hofbauer", "OPO": "joana.meireles", "DUR": "tyler.bennett"}
MACHINE = system("sealing")
FIRST_SHIFT, LAST_SHIFT = 7.0, 14.5
# The weeks of each file: one for four weeks before the charts came into use, then one a week.
MONTHLY_UNTIL = 28
FILES = (
    *(range(week, week + 4) for week in range(0, MONTHLY_UNTIL, 4)),
    *((week,) for week in range(MONTHLY_UNTIL, WEEKS)),
)
IMPORTED, SEALED_EVERY, COMPACTED_EVERY = 15.5, 8, 52


def site(unit: str) -> str:
    return unit.split("-")[0]


def plan(world: World) -> dict[str, Series]:
    """Put every week's files, every baseline and the sealing into the timeline."""
    made = {of.code: series_of(of, world.seed, place) for place, of in enumerate(PROPERTIES)}
    for code in SITES:
        mine = [series for series in made.values() if site(series.of.unit) == code]
        for weeks in FILES:
            day = weeks[-1] * DAYS_A_WEEK + DAYS_A_WEEK - 1
            world.at(day, IMPORTED, code, lambda c=code, w=weeks, m=mine: read_in(world, c, w, m))
    for series in made.values():
        for since, until, frozen in series.of.baselines:
            day = frozen * DAYS_A_WEEK - 1
            world.at(day, 16.0, series.of.unit, lambda s=series, a=since, b=until: freeze(world, s, a, b))
    for week in range(SEALED_EVERY - 1, WEEKS, SEALED_EVERY):
        world.at(week * DAYS_A_WEEK + 4, 17.5, "DUR", lambda: measuring.seal(by=MACHINE))
    for week in range(COMPACTED_EVERY, WEEKS, COMPACTED_EVERY):
        world.at(week * DAYS_A_WEEK, 17.5, "DUR", lambda: measuring.compact(by=MACHINE, least=2))
    return made


def read_in(world: World, code: str, weeks: Sequence[int], series: list[Series]) -> None:
    """A site's file comes in through the same door as any file."""
    dialect, username = SITES[code]
    layout = Layout(ROLES, dialect, zone=world.zone(code))
    named = {one.of.title: world.characteristics[one.of.code] for one in series}
    name = f"{code}-{world.day(weeks[-1] * DAYS_A_WEEK + 4):%Y-%m-%d}.csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("w", encoding=dialect.encoding, newline="") as out:
            writer = csv.writer(out, delimiter=dialect.separator)
            writer.writerow(COLUMNS)
            for one in series:
                for week in weeks:
                    writer.writerows(rows_of(world, one, week, dialect.decimal))
        measuring.import_file(path, layout, named, by=world.by(username), name=name)


def rows_of(world: World, series: Series, week: int, decimal: str) -> Iterator[list[str]]:
    """The lines of a file that speak of one characteristic."""
    of = series.of
    for point in series.of_week(week):
        place = (series.week[point] - week) * DAYS_A_WEEK
        day = world.day(week * DAYS_A_WEEK + int(place))
        hour = FIRST_SHIFT + (LAST_SHIFT - FIRST_SHIFT) * (place % 1)
        lot = f"{of.product}-{day:%y%m}{1 + int(point) % 4}"
        who = f"OP-{10 + int(point * 7 + len(of.code)) % 17}"
        for i, value in enumerate(series.values[point]):
            minutes = int(60 * hour) + 4 * i
            said = f"{value:.{of.decimals if of.sort == 'variable' else 0}f}".replace(".", decimal)
            when = f"{day} {minutes // 60:02}:{minutes % 60:02}"
            subgroup = str(point + 1) if of.subgroup > 1 else ""
            yield [of.title, when, said, str(of.size or ""), subgroup, lot, of.gauge, who]


def freeze(world: World, series: Series, since: int, until: int) -> None:
    """The engineer proposes the stretch of data, the process owner freezes it with a signature."""
    of = series.of
    numbers = np.flatnonzero((series.week >= since) & (series.week < until))
    values = {
        "title": f"Limits of {of.title[:1].lower()}{of.title[1:]}" if not of.title[:2].isupper() else of.title,
        "characteristic": str(world.characteristics[of.code].uid),
        "first": int(numbers[0]) * of.subgroup + 1,
        "last": (int(numbers[-1]) + 1) * of.subgroup,
        "owner": world.uid(of.owner),
        "unit": str(world.units[of.unit].uid),
    }
    (row,) = doors.create("control_baseline", [values], by=world.by(ENGINEER[site(of.unit)]))
    doors.perform([row], "freeze", **world.signed(of.owner))

"""Alerts of the demonstration: acknowledged, discussed, explained and closed, or still open today."""

from typing import Any

from hoshin.kernel.records import doors, registry, tasks
from hoshin.kernel.records.comments import comment

from . import texts
from .properties import PROPERTIES
from .world import World


def plan(world: World) -> None:
    """Put what people do with each alert into the timeline."""
    places = {of.code: of.unit for of in PROPERTIES}
    for code, told in texts.signals().items():
        unit = places[code]
        if "acknowledged" in told:
            world.week(told["acknowledged"], unit, lambda c=code, t=told: acknowledge(world, c, t))
        for week, who, said in told.get("remarks", ()):
            world.week(week, unit, lambda c=code, w=who, s=said: comment(alert_of(world, c), s, by=world.by(w)))
        for week, title, who, due, purpose in told.get("tasks", ()):
            world.week(week, unit, lambda c=code, t=(title, who, due, purpose): assign(world, c, *t))
        if "critical" in told:
            world.week(told["critical"][0], unit, lambda c=code, t=told: raise_priority(world, c, *t["critical"][1:]))
        if "closed" in told:
            world.week(told["closed"], unit, lambda c=code, t=told: close(world, c, t))


def alert_of(world: World, code: str) -> Any:
    """The newest alert of a characteristic."""
    found = registry.get("alert").rows().filter(characteristic=world.characteristics[code].uid).order_by("-pk").first()
    if found is None:
        raise LookupError(f"There is no alert on {code!r}; its signal was planted and not found.")
    return found


def nonconformity_of(world: World, code: str) -> Any:
    """The nonconformity that an alert opened by rule."""
    rows = registry.get("nonconformity").rows().filter(characteristic=world.characteristics[code].uid)
    return rows.filter(source="control_chart").order_by("-pk").first()


def acknowledge(world: World, code: str, told: dict[str, Any]) -> None:
    doors.perform([alert_of(world, code)], "acknowledge", by=world.by(told["by"]))


def close(world: World, code: str, told: dict[str, Any]) -> None:
    values = {"assignable_cause": told["cause"], "action_taken": told["action"]}
    doors.edit([alert_of(world, code)], values, by=world.by(told["by"]))
    doors.perform([alert_of(world, code)], "close", by=world.by(told["by"]))


def assign(world: World, code: str, title: str, who: str, due: float, purpose: str) -> None:
    row = nonconformity_of(world, code) or alert_of(world, code)
    by = world.by(row.owner.username)
    tasks.assign(row, title, world.people[who], by=by, due_on=world.day_of_week(due), purpose=purpose)


def raise_priority(world: World, code: str, who: str, why: str) -> None:
    """What lasts becomes critical."""
    doors.edit([nonconformity_of(world, code)], {"priority": 3, "severity": "critical"}, by=world.by(who), reason=why)

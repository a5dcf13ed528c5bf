"""Corrective and preventive actions: from the problem through cause, actions and check to the verdict of the data."""

from dataclasses import dataclass, field
from typing import Any

from hoshin.kernel.measuring.models import Tail
from hoshin.kernel.records import doors, tasks
from hoshin.kernel.records.attachments import attach
from hoshin.kernel.records.comments import comment
from hoshin.kernel.records.links import link
from hoshin.kernel.records.openings import get, open_from
from hoshin.kernel.trail.models import new_uid

from . import cast, papers, signals, texts
from .everyday import MANAGER
from .measurements import ENGINEER, site
from .world import World

SHORTLY = 0.08


@dataclass
class Story:
    """One story while it is told: its text and the records it has made so far."""

    told: dict[str, Any]
    world: World
    capa: Any = None
    check: Any = None
    nonconformity: Any = None
    actions: list[Any] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return self.told["unit"]

    @property
    def owner(self) -> str:
        return self.told["owner"]

    @property
    def measure(self) -> str | None:
        return self.told.get("characteristic") or self.told.get("signal")

    def at(self, week: float, event: Any) -> None:
        self.world.week(week, self.unit, event)


def plan(world: World) -> dict[str, Story]:
    """Put every story into the timeline."""
    stories = {told["key"]: Story(told, world) for told in texts.stories()}
    for story in stories.values():
        told = story.told
        story.at(told["opened"], lambda s=story: open_it(s))
        for step, event in STEPS.items():
            if step in told:
                story.at(told[step], lambda s=story, e=event: e(s))
        for week, who, said in told.get("remarks", ()):
            story.at(week, lambda s=story, w=who, t=said: comment(s.capa, t, by=world.by(w)))
        if "overridden" in told:
            story.at(told["overridden"][0], lambda s=story: override(s))
        if told.get("draft_check"):
            story.at(told["analysed"] + SHORTLY, lambda s=story: draft_check(s))
        if "voided" in told:
            story.at(told["voided"][0], lambda s=story: strike_out(s, stories))
    return stories


def open_it(story: Story) -> None:
    """The problem is written down; its nonconformity, where there is one, is contained and decided first."""
    told, world = story.told, story.world
    values = values_of(story)
    by = world.by(told.get("opened_by", story.owner))
    if "nonconformity" in told or "signal" in told:
        story.nonconformity = found_by_rule(story) if "signal" in told else written_down(story)
        story.capa = open_from(story.nonconformity, get("nonconformity-capa"), values, by=by)
        if "decision" in told or "decision" in told.get("nonconformity", {}):
            story.at(told["opened"] + 0.6, lambda: decide(story))
            story.at(told["opened"] + 3.2, lambda: close_nonconformity(story))
    else:
        (story.capa,) = doors.create("capa", [values], by=by)
    last = max([told["opened"], *(told[step] for step in ("analysed", "planned", "implemented") if step in told)])
    story.at(told.get("after_at", last + SHORTLY), lambda: give_tasks(story))


def values_of(story: Story) -> dict[str, Any]:
    told, world = story.told, story.world
    values = {
        "title": told["title"], "sort": told.get("sort", "corrective"), "problem": told["problem"], "owner": world.uid(story.owner),
        "unit": str(world.units[story.unit].uid), "priority": told.get("priority", 1),
        "team": [{"person": world.uid(who), "part": part} for who, part in told.get("team", ())],
        "due_on": str(world.day_of_week(told.get("due", told.get("closed", told["opened"] + 15) + 0.4))),
        "containment": told.get("containment"),
    }  # fmt: skip
    if story.measure:
        values["characteristic"] = str(world.characteristics[story.measure].uid)
    return {name: value for name, value in values.items() if value is not None}


def found_by_rule(story: Story) -> Any:
    """The nonconformity that the signal opened, contained."""
    row = signals.nonconformity_of(story.world, story.told["signal"])
    values = {"containment": story.told["containment"]}
    return doors.perform([row], "contain", by=story.world.by(story.owner), values=values)[0]


def written_down(story: Story) -> Any:
    """The nonconformity that somebody wrote, contained."""
    told, world = story.told["nonconformity"], story.world
    values = {
        name: told[name] for name in ("title", "source", "severity", "description", "quantity")
    } | {
        "product": str(world.products[told["product"]].uid), "unit": str(world.units[story.unit].uid),
        "owner": world.uid(story.owner), "priority": {"major": 2, "critical": 3}[told["severity"]],
        "due_on": str(world.day_of_week(story.told["opened"] + (1 if told["severity"] == "critical" else 4))),
    }  # fmt: skip
    if story.measure:
        values["characteristic"] = str(world.characteristics[story.measure].uid)
    party = cast.party(told["party"]) if "party" in told else None
    by = world.by(story.told.get("opened_by", story.owner))
    rows = doors.create("nonconformity", [doors.Draft(values, party=party)], by=by)
    values = {"containment": told["containment"]}
    return doors.perform(rows, "contain", by=world.by(story.owner), values=values)[0]


def decide(story: Story) -> None:
    told = {**story.told, **story.told.get("nonconformity", {})}
    engineer = ENGINEER[site(story.unit)]
    line = {
        "decision": told["decision"], "quantity": told["quantity"], "authority": story.world.uid(engineer),
        "cost": 38 * told["quantity"],
    }  # fmt: skip
    values = {"quantity": told["quantity"], "dispositions": [line]}
    doors.perform([story.nonconformity], "decide", values=values, **story.world.signed(engineer))


def close_nonconformity(story: Story) -> None:
    manager = MANAGER[site(story.unit)]
    doors.perform([story.nonconformity], "close", values={"needs_capa": True}, **story.world.signed_for(manager))


def analyse(story: Story) -> None:
    """The cause is found: trees, comparisons, the root cause in words, and papers that show it."""
    told, world = story.told, story.world
    values = {name: told[name] for name in ("problem", "root_cause", "lessons") if name in told}
    values["whys"] = tree(told["whys"], lambda depth, nature, answer, evidence: {"answer": answer}, depth_at=0)
    if "causes" in told:
        lines = [[depth, nature, cause, evidence, branch] for branch, depth, nature, cause, evidence in told["causes"]]
        values["causes"] = tree(lines, lambda *line: {"cause": line[2], "category": line[4]}, depth_at=0)
    if "comparisons" in told:
        names = ("question", "it_is", "it_is_not", "distinction")
        values["comparisons"] = [dict(zip(names, line, strict=True)) for line in told["comparisons"]]
    if "escape" in told:
        values["escape_cause"] = told["escape"]
    by = world.by(story.owner)
    doors.edit([story.capa], values, by=by)
    day = world.day_of_week(told["analysed"])
    made = [papers.note(day, "Minutes of the cause analysis", minutes(told))]
    if told["key"] in ("bore", "seal", "housing", "span", "burnin"):
        made.append(papers.sketch(world.rng(told["key"]), day, told["key"]))
    attach(story.capa, made, by=by)
    doors.perform([story.capa], "analyse", by=by)


def minutes(told: dict[str, Any]) -> str:
    lines = [
        f"{'  ' * depth}- {answer} ({evidence or 'assumption'})" for depth, _nature, answer, evidence in told["whys"]
    ]
    return "\n".join(["Present: the team.", "", *lines, "", f"Agreed root cause: {told.get('root_cause', 'open')}"])


def tree(lines: list[list], named: Any, depth_at: int) -> list[dict[str, Any]]:
    """Lines with a depth as lines below one another; one without evidence is marked as an assumption."""
    above: list[str] = []
    made = []
    for line in lines:
        depth, nature, evidence = line[depth_at], line[1], line[3]
        uid = str(new_uid())
        above[depth:] = [uid]
        told = {"uid": uid, "nature": nature, "ground": "evidence" if evidence else "assumption", "evidence": evidence}
        if depth:
            told["parent"] = above[depth - 1]
        made.append(told | named(*line))
    return made


def agree(story: Story) -> None:
    """Actions are given, the check is declared before anything is changed, the plan is signed."""
    told, world = story.told, story.world
    for action in told["actions"]:
        title, who, done, purpose, evidence, *due = action
        due_on = world.day_of_week(due[0] if due else done + 0.4)
        task = tasks.assign(
            story.capa, title, world.people[who], by=world.by(story.owner), due_on=due_on, purpose=purpose
        )
        if done:
            story.at(done, lambda t=task, w=who, e=evidence: tasks.finish(t, by=world.by(w), evidence=e))
    declare(story)
    doors.perform([story.capa], "plan", values={"plan": told["plan"]}, **world.signed(story.owner))


def declare(story: Story) -> None:
    """The measure of success: the newest values as the baseline, so and so many later ones, by a day."""
    told, world = story.told["check"], story.world
    story.check = open_from(story.capa, get("capa-effectiveness_check"), by=world.by(story.owner))
    newest = Tail.objects.get(characteristic=world.characteristics[story.measure].pk).next_sequence
    values = {
        "baseline_first": newest - told["before"] + 1, "baseline_last": newest, "amount": told["amount"],
        "deadline": str(world.day_of_week(story.told.get("implemented", story.told["planned"] + 4) + told["weeks"])),
    }  # fmt: skip
    doors.edit([story.check], {"test": told["test"]}, by=world.by(story.owner))
    doors.perform([story.check], "declare", by=world.by(story.owner), values=values)


def draft_check(story: Story) -> None:
    story.check = open_from(story.capa, get("capa-effectiveness_check"), by=story.world.by(story.owner))


def implement(story: Story) -> None:
    doors.perform([story.capa], "implement", by=story.world.by(story.owner))


def override(story: Story) -> None:
    """Accepted without proof, signed and said why."""
    _week, who, why = story.told["overridden"]
    doors.perform([story.check], "override", reason=why, **story.world.signed(who))


def close(story: Story) -> None:
    """Closing asks what the data said; a story that the data do not bear out stops the build here."""
    values = {"prevention": story.told["prevention"]}
    doors.perform([story.capa], "close", values=values, **story.world.signed(story.told["closed_by"]))


def give_tasks(story: Story) -> None:
    """Work that is waiting today."""
    world = story.world
    for title, who, due, purpose in story.told.get("after", ()):
        tasks.assign(
            story.capa,
            title,
            world.people[who],
            by=world.by(story.owner),
            due_on=world.day_of_week(due),
            purpose=purpose,
        )


def strike_out(story: Story, stories: dict[str, Story]) -> None:
    """Opened by mistake: struck out with a reason, the other one named."""
    _week, who, why = story.told["voided"]
    by = story.world.by(who)
    link(story.capa, "duplicates", [stories[story.told["duplicates"]].capa], by=by)
    doors.void([story.capa], by=by, reason=why)


STEPS = {
    "analysed": analyse,
    "planned": agree,
    "implemented": implement,
    "closed": close,
}

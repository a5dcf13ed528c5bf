"""Analyses in the demonstration: questions people asked of data, kept with their numbers; one waits for its review."""

from dataclasses import dataclass

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors
from hoshin.processes.analysis.assistants import ASSISTANTS
from hoshin.processes.analysis.saving import keep

from .world import World


@dataclass(frozen=True)
class Asked:
    """One question: to which assistant, with what, by whom, and what was concluded."""

    week: float
    unit: str
    who: str
    title: str
    question: str
    assistant: str
    kind: str
    inputs: dict[str, str]
    concluded: str = ""
    reviewer: str = ""
    # The characteristic whose newest measurements are looked at.
    measure: str = ""


ANALYSES = (
    Asked(
        31.0, "GRZ-MACH", "stefan.hofbauer", "Deburring by brush or by water jet",
        "Do housings deburred by water jet fail the leak test less often?", "compare", "proportions",
        {"count1": "17", "n1": "240", "count2": "5", "n2": "236"},
        "The water jet is bought; the brush stays for repairs.", "katharina.lindner",
    ),
    Asked(
        58.5, "OPO-SEN", "joana.meireles", "How many cells a trial of the longer burn-in takes",
        "A change of half a standard deviation must be seen with nine chances in ten.", "size", "two_means",
        {"difference": "0.5", "sd": "1", "power": "90", "risk": "5"},
        "86 cells in each group: two weeks of production.", "rui.tavares",
    ),
    Asked(
        72.0, "OPO-SEN", "joana.meireles", "How many cells a burst test has to break",
        "The test destroys the cell. Lots of 1 % must pass, lots of 6 % must not.", "accept", "sequential",
        {"good": "1", "bad": "6"}, "Item by item: about 60 cells of a good lot instead of 110.", "rui.tavares",
    ),
    Asked(
        101.0, "GRZ-MACH", "stefan.hofbauer", "Can the step response of UF-10 keep its data sheet?",
        "The process is stable. Is it capable?", "capability", "values", {}, measure="response",
    ),
)  # fmt: skip


def plan(world: World) -> None:
    for asked in ANALYSES:
        world.week(asked.week, asked.unit, lambda a=asked: answer(world, a))


def answer(world: World, asked: Asked) -> None:
    """The assistant answers, the analysis is kept; where somebody concluded from it, another reviews it."""
    assistant = ASSISTANTS[asked.assistant]
    told = dict(asked.inputs)
    if asked.measure:
        characteristic = world.characteristics[asked.measure]
        told |= {"a_characteristic": characteristic.number}
    inputs, samples = assistant.read(told, asked.kind, Standing(world.people[asked.who]))
    row = keep(
        assistant.answer(inputs, asked.kind, samples), asked.assistant, asked.kind, inputs, samples, by=world.by(asked.who),
        title=asked.title, question=asked.question,
    )  # fmt: skip
    if asked.reviewer:
        doors.edit([row], {"concluded": asked.concluded}, by=world.by(asked.who))
        doors.perform([row], "review", **world.signed(asked.reviewer))

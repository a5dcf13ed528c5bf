"""Master data of the demonstration: products and characteristics, drafted, put into use, some no longer."""

from hoshin.kernel.records import doors

from .catalogue import PRODUCTS, Property
from .properties import PROPERTIES
from .world import World


def enter(world: World) -> None:
    """Enter everything on the first day."""
    by = world.by("katharina.lindner")
    drafts = [
        {
            "title": title, "part_number": number, "family": family, "description": description,
            "unit": str(world.units[unit].uid), "owner": world.uid(owner),
        }
        for _code, title, number, family, unit, owner, description in PRODUCTS
    ]  # fmt: skip
    rows = doors.perform(doors.create("product", drafts, by=by), "activate", by=by)
    world.products = {told[0]: row for told, row in zip(PRODUCTS, rows, strict=True)}
    rows = doors.create("characteristic", [values_of(world, of) for of in PROPERTIES], by=by)
    rows = doors.perform(rows, "activate", by=by)
    world.characteristics = {of.code: row for of, row in zip(PROPERTIES, rows, strict=True)}


def values_of(world: World, of: Property) -> dict:
    lower, target, upper = of.limits
    told = {
        "title": of.title, "product": str(world.products[of.product].uid), "sort": of.sort, "measure": of.measure,
        "lsl": lower, "target": target, "usl": upper, "decimals": of.decimals if of.sort == "variable" else 0,
        "chart": of.chart, "subgroup_size": of.subgroup, "rules": of.rules, "gauge": of.gauge, "sampling_plan": of.plan,
        "reaction_plan": of.reaction, "opens_nonconformity": of.opens_nonconformity,
        "unit": str(world.units[of.unit].uid), "owner": world.uid(of.owner),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in (None, "")}


def drafted(world: World) -> None:
    """A property that is still being agreed."""
    values = {
        "title": "Relative humidity in the bonding room", "measure": "%", "chart": "i_mr", "lsl": 40, "usl": 55,
        "product": str(world.products["SC-12"].uid), "unit": str(world.units["OPO-SEN"].uid), "decimals": 0,
        "sampling_plan": "Logger in the air return, one value an hour. Position still to be agreed.",
        "owner": world.uid("nuno.brandao"),
    }  # fmt: skip
    doors.create("characteristic", [values], by=world.by("joana.meireles"))


def retired(world: World) -> None:
    """A property that is measured no more."""
    by = world.by("stefan.hofbauer")
    values = {
        "title": "Tape test of the MF-200 coating", "sort": "defectives", "chart": "np", "measure": "panels",
        "product": str(world.products["MF-200"].uid), "unit": str(world.units["GRZ-ASM"].uid),
        "owner": world.uid("anna.reisinger"),
    }  # fmt: skip
    rows = doors.perform(doors.create("characteristic", [values], by=by), "activate", by=by)
    doors.perform(
        rows, "retire", by=by, reason="The coating gave way to the rubber lining; there is nothing to tape any more."
    )

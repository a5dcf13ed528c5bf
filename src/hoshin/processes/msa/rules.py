"""What a gauge study may be, what its steps wait for, and AIAG's words for what was found."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import Right, nobody
from hoshin.kernel.records.workflow import Message, say
from hoshin.surfaces.statistics import translated

HIDDEN = nobody()
MOST_READINGS = 2_000
# AIAG, Measurement Systems Analysis, 4th edition, chapter II: fewer categories cannot tell parts apart.
ENOUGH_CATEGORIES = 5
# AIAG, 4th edition, chapter III section C: above it agreement is good, below the other it is poor.
GOOD_KAPPA, POOR_KAPPA = 0.75, 0.40
# What a type 1 study is usually asked for.
WANTED_CG = 1.33
SIGNIFICANT = 0.05


class Sort(models.TextChoices):
    CROSSED = "crossed", _("Gauge R&R, analysis of variance")
    AVERAGE_RANGE = "average_range", _("Gauge R&R, average and range")
    NESTED = "nested", _("Gauge R&R, each operator has parts of their own")
    DESTRUCTIVE = "destructive", _("Gauge R&R, destructive: each operator has batches of their own")
    DESTRUCTIVE_SHARED = "destructive_shared", _("Gauge R&R, destructive: all operators take pieces of each batch")
    BIAS = "bias", _("Bias")
    LINEARITY = "linearity", _("Linearity")
    STABILITY = "stability", _("Stability")
    TYPE1 = "type1", _("Type 1: one operator, one master")
    ATTRIBUTE = "attribute", _("Attribute agreement")


class Verdict(models.TextChoices):
    ACCEPTABLE = "acceptable", _("Acceptable")
    CONDITIONAL = "conditional", _("Conditional")
    UNACCEPTABLE = "unacceptable", _("Unacceptable")


DESTRUCTIVE = (Sort.DESTRUCTIVE, Sort.DESTRUCTIVE_SHARED)
GAUGE_RR = (Sort.CROSSED, Sort.AVERAGE_RANGE, Sort.NESTED, *DESTRUCTIVE)
# Studies in which a part belongs to one operator.
OWN_PARTS = (Sort.NESTED, Sort.DESTRUCTIVE)
NEEDS_REFERENCE = (Sort.BIAS, Sort.LINEARITY, Sort.TYPE1)
# The fewest parts, operators and trials that each kind of study can be computed from.
FEWEST = {
    Sort.CROSSED: (2, 2, 2),
    Sort.AVERAGE_RANGE: (2, 2, 2),
    Sort.NESTED: (2, 2, 2),
    Sort.DESTRUCTIVE: (2, 2, 2),
    Sort.DESTRUCTIVE_SHARED: (2, 2, 2),
    Sort.BIAS: (1, 1, 2),
    Sort.LINEARITY: (3, 1, 2),
    Sort.STABILITY: (3, 1, 1),
    Sort.TYPE1: (1, 1, 2),
    Sort.ATTRIBUTE: (2, 1, 1),
}
# What has one place only, whatever the form says.
SINGLE = {Sort.BIAS: (1, 1), Sort.TYPE1: (1, 1), Sort.LINEARITY: (None, 1), Sort.STABILITY: (None, 1)}


def while_in(*states: str) -> Right:
    """Only while the record stands in one of these states."""
    return Right(lambda s: Q(state__in=states), lambda s, row: row.state in states, _("while it is being measured"))


def shape_of(row: Any) -> tuple[int, int, int]:
    """Parts, operators and trials, as the kind of study uses them."""
    parts, operators = SINGLE.get(Sort(row.sort), (None, None))
    return parts or row.parts or 0, operators or row.operators or 0, row.trials or 0


def names_in(text: str) -> list[str]:
    """Names separated by commas."""
    return [name.strip()[:60] for name in (text or "").split(",") if name.strip()]


def design_fits(row: Any) -> Message | None:
    """Enough parts, operators and trials for the kind of study, not more than a worksheet holds, each with its name."""
    if row.worksheet:
        return None
    shape = shape_of(row)
    for found, needed, what in zip(
        shape, FEWEST[Sort(row.sort)], (_("parts"), _("operators"), _("trials")), strict=True
    ):
        if found < needed:
            return say(
                _("%(found)s %(what)s given; this study needs at least %(needed)s."),
                found=found, what=what, needed=needed,
            )  # fmt: skip
    if shape[0] * shape[1] * shape[2] > MOST_READINGS:
        return say(_("The design asks for %(n)s readings; at most %(most)s."), n=_product(shape), most=MOST_READINGS)
    return _names_fit(row, shape) or _references_fit(row, shape[0])


def _product(shape: tuple[int, int, int]) -> int:
    return shape[0] * shape[1] * shape[2]


def _names_fit(row: Any, shape: tuple[int, int, int]) -> Message | None:
    for text, count, what in ((row.part_names, shape[0], _("parts")), (row.operator_names, shape[1], _("operators"))):
        names = names_in(text)
        if names and len(set(names)) != count:
            return say(
                _("%(found)s different names for %(count)s %(what)s; one for each is needed, or none."),
                found=len(set(names)), count=count, what=what,
            )  # fmt: skip
    return None


def _references_fit(row: Any, parts: int) -> Message | None:
    found = len(names_in(row.references))
    if row.sort in NEEDS_REFERENCE and not found:
        return say(_("This study compares with reference values; give one, or one for each part."))
    if found not in (0, 1, parts):
        return say(_("%(found)s references for %(parts)s parts; one, or one for each."), found=found, parts=parts)
    return None


def has_worksheet(row: Any) -> Message | None:
    return None if row.worksheet else say(_("There is no worksheet."))


def has_result(row: Any) -> Message | None:
    """What is signed has been computed."""
    if row.computed:
        return None
    return say(_("Nothing is computed yet: %(why)s"), why=translated(row.problem) or _("the worksheet is empty."))

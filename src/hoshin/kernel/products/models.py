"""Product and characteristic: kinds like any other, so they have links, files, history and signatures."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    IntegerField,
    LongTextField,
    NumberField,
    RecordReference,
    TextField,
    YesNoField,
)
from hoshin.kernel.records.record import Kind
from hoshin.kernel.records.workflow import Category, Message, State, Transition, Workflow, say

DRAFT = State("draft", _("Draft"), Category.NEW)
ACTIVE = State("active", _("In use"), calm=True)
RETIRED = State("retired", _("Retired"), Category.DONE)

STEWARD = role("quality manager", "quality engineer", "process owner") | owner()


def life_of() -> Workflow:
    """Master data: drafted, in use, retired; it may come back."""
    return Workflow(
        Transition(
            "activate", (DRAFT, RETIRED), ACTIVE, by=STEWARD, label=_("Put into use"), guards=(limits_make_sense,)
        ),
        Transition("retire", ACTIVE, RETIRED, by=STEWARD, label=_("Retire"), reason_needed=True),
    )


def limits_make_sense(row: "Product | Characteristic") -> Message | None:
    """A lower specification limit lies below the upper one."""
    lower, upper = getattr(row, "lsl", None), getattr(row, "usl", None)
    if lower is not None and upper is not None and lower >= upper:
        return say(_("The lower limit %(lower)s is not below the upper limit %(upper)s."), lower=lower, upper=upper)
    return None


class Chart(models.TextChoices):
    """The control charts a characteristic may be judged by."""

    AUTOMATIC = "automatic", _("Chosen from the data")
    I_MR = "i_mr", _("I-MR: individuals and moving range")
    XBAR_R = "xbar_r", _("Xbar-R: mean and range")
    XBAR_S = "xbar_s", _("Xbar-S: mean and standard deviation")
    I_MR_R = "i_mr_r", _("I-MR-R: means, their moving range, and the range within")
    I_MR_S = "i_mr_s", _("I-MR-S: means, their moving range, and the standard deviation within")
    EWMA = "ewma", _("EWMA: small lasting shifts")
    CUSUM = "cusum", _("CUSUM: small lasting shifts, and since when")
    ARIMA_RESIDUALS = "arima_residuals", _("ARIMA residuals: values that depend on those before")
    MOVING_AVERAGE = "moving_average", _("Moving average")
    P = "p", _("p: proportion nonconforming")
    NP = "np", _("np: number nonconforming")
    LANEY_P = "laney_p", _("Laney p': proportion nonconforming in large samples")
    C = "c", _("c: number of nonconformities")
    U = "u", _("u: nonconformities per unit")
    LANEY_U = "laney_u", _("Laney u': nonconformities per unit in large samples")
    G = "g", _("g: units between rare events")
    T = "t", _("t: time between rare events")


class Product(Kind):
    """Something the organisation makes, with its part number."""

    part_number = TextField(_("part number"), max_length=60, open=True, listed=True)
    family = TextField(_("product family"), max_length=80, open=True, listed=True)
    description = LongTextField(_("description"))

    prefix = "PRD"
    numbering = "{prefix}-{counter:04}"
    area = _("Products and measurement")
    icon = "package"
    order = 310
    clauses = ("ISO 9001:2015 8.5",)
    create_by = role("quality manager", "quality engineer", "process owner")
    workflow = life_of()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")


class Characteristic(Kind):
    """A property of a product or process that is measured or counted, with its specification and what a signal asks for."""

    class Sort(models.TextChoices):
        VARIABLE = "variable", _("Measured (variable)")
        DEFECTIVES = "defectives", _("Nonconforming units counted")
        DEFECTS = "defects", _("Nonconformities counted")

    class RuleSet(models.TextChoices):
        BEYOND = "beyond", _("Beyond the limits only")
        NELSON = "nelson", _("Nelson, eight rules")
        WESTERN_ELECTRIC = "western_electric", _("Western Electric")

    product = RecordReference(_("product"), kinds=("product",), listed=True)
    sort = ChoiceField(Sort, _("kind of characteristic"), required=True, default=Sort.VARIABLE, listed=True)
    measure = TextField(_("unit of measure"), max_length=20, open=True, listed=True)
    lsl = NumberField(_("lower specification limit"))
    target = NumberField(_("target"))
    usl = NumberField(_("upper specification limit"))
    decimals = IntegerField(_("decimals shown"), default=3, minimum=0, maximum=9)
    chart = ChoiceField(Chart, _("control chart"), required=True, default=Chart.AUTOMATIC)
    shift = NumberField(
        _("shift to be found"), minimum=Decimal("0.25"), maximum=Decimal(4),
        help=_("In standard deviations; EWMA and CUSUM charts are designed for it. Nothing: 1."),
    )  # fmt: skip
    subgroup_size = IntegerField(_("subgroup size"), default=1, minimum=1, maximum=1000)
    rules = ChoiceField(RuleSet, _("rules"), required=True, default=RuleSet.NELSON)
    rules_off = TextField(_("rules switched off"), open=True, help=_("Numbers of rules, for example: 7, 8"))
    gauge = TextField(_("gauge"), max_length=80, open=True)
    sampling_plan = LongTextField(_("sampling plan"))
    reaction_plan = LongTextField(
        _("reaction plan"), help=_("What is done when the chart signals. With a plan, a signal opens an alert.")
    )
    opens_nonconformity = YesNoField(_("a signal opens a nonconformity"), required=True, default=False)

    prefix = "CHR"
    numbering = "{prefix}-{counter:05}"
    area = _("Products and measurement")
    icon = "ruler"
    order = 300
    clauses = ("ISO 9001:2015 8.5.1", "ISO 9001:2015 9.1")
    create_by = role("quality manager", "quality engineer", "process owner")
    workflow = life_of()

    class Meta:
        verbose_name = _("characteristic")
        verbose_name_plural = _("characteristics")

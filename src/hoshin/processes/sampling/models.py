"""Sampling plan: how many to draw from a lot, when to accept it, and what became of each lot (ISO 9001, 8.6)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import nobody, owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    DayField,
    IntegerField,
    LongTextField,
    NumberField,
    Parts,
    RecordReference,
    TextField,
    YesNoField,
)
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, State, Transition, Workflow

from .rules import Decision, Inspection, Level, Samples, Sigma, Sort, Standard, has_plan, no_lot_yet

DRAFT = State("draft", _("Draft"), Category.NEW)
IN_FORCE = State("in_force", _("In force"), calm=True)
RETIRED = State("retired", _("Retired"), Category.DONE)

STEWARD = role("quality manager", "quality engineer", "process owner")
PERCENT = {"minimum": Decimal("0.000001"), "maximum": Decimal("99.999999"), "measure": "%"}


class Lot(Part):
    """One lot on original inspection: what was found in its samples, and what follows by the plan in force then."""

    lot = TextField(_("lot"), required=True, max_length=80)
    size = IntegerField(_("size"), required=True, minimum=2)
    drawn_on = DayField(_("inspected on"))
    found = IntegerField(_("nonconforming found"), minimum=0)
    found_later = TextField(_("found in further samples"), max_length=60, help=_("Separated by commas."))
    mean = NumberField(_("mean"))
    sd = NumberField(_("standard deviation"), minimum=Decimal(0))
    inspection = ChoiceField(Inspection, _("inspection"), help=_("These last columns are worked out."))
    samples = TextField(_("samples"), max_length=60)
    decision = ChoiceField(Decision, _("decision"))
    why = TextField(_("why"), max_length=400)


class SamplingPlan(Kind):
    """A plan for accepting lots from samples, its risks, and the lots it was used on."""

    product = RecordReference(_("product"), kinds=("product",), listed=True)
    characteristic = RecordReference(_("characteristic"), kinds=("characteristic",))
    sort = ChoiceField(Sort, _("kind of plan"), required=True, default=Sort.AQL, listed=True)
    standard = ChoiceField(Standard, _("standard"), required=True, default=Standard.ISO2859)
    lot_size = IntegerField(_("usual lot size"), minimum=2)
    aql = NumberField(
        _("AQL"), minimum=Decimal("0.01"), maximum=Decimal(1000), listed=True,
        help=_("Nonconforming in 100 items, one of the standard's: 0.65, 1.0, 1.5, 2.5 …"),
    )  # fmt: skip
    level = ChoiceField(Level, _("inspection level"), default=Level.II)
    samples = ChoiceField(Samples, _("samples"), default=Samples.SINGLE)
    first_inspection = ChoiceField(
        Inspection,
        _("inspection at the beginning"),
        default=Inspection.NORMAL,
        help=_("Normal, unless agreed otherwise."),
    )
    steady = YesNoField(_("production is steady, reduced inspection is approved"), required=True, default=False)
    good_quality = NumberField(_("quality to be accepted"), help=_("Percent nonconforming."), **PERCENT)
    producer_risk = NumberField(_("risk of the producer"), default=Decimal(5), **PERCENT)
    bad_quality = NumberField(_("quality to be rejected"), help=_("Percent nonconforming."), **PERCENT)
    consumer_risk = NumberField(_("risk of the consumer"), default=Decimal(10), **PERCENT)
    sigma = ChoiceField(Sigma, _("standard deviation"), default=Sigma.UNKNOWN)
    lots = Parts(Lot, _("lots"), help=_("Lots are recorded on the plan's own page."))

    code_letter = TextField(_("code letter"), max_length=4, open=True, editable_by_people=False)
    sample_size = TextField(_("sample size"), max_length=80, open=True, listed=True, editable_by_people=False)
    acceptance = TextField(_("acceptance number"), max_length=80, open=True, listed=True, editable_by_people=False)
    rejection = TextField(_("rejection number"), max_length=80, open=True, editable_by_people=False)
    k = NumberField(_("acceptability constant k"), editable_by_people=False)
    pa_good = NumberField(_("probability of accepting good lots"), measure="%", editable_by_people=False)
    limiting_quality = NumberField(_("quality accepted with 10 %"), measure="%", editable_by_people=False)
    aoql = NumberField(_("worst average outgoing quality"), measure="%", editable_by_people=False)
    inspection = ChoiceField(Inspection, _("inspection now"), listed=True, editable_by_people=False)
    lots_accepted = IntegerField(_("lots accepted"), editable_by_people=False)
    lots_rejected = IntegerField(_("lots not accepted"), editable_by_people=False)
    problem = TextField(_("why there is no plan"), max_length=300, open=True, editable_by_people=False)
    basis = TextField(_("hash of what the plan follows from"), max_length=64, open=True, editable_by_people=False)
    computed = LongTextField(_("plan in full"), open=True, editable_by_people=False, visible_to=nobody())

    prefix = "SMP"
    clauses = ("ISO 9001:2015 8.4.2", "ISO 9001:2015 8.6")
    area = _("Products and measurement")
    icon = "package-check"
    order = 355
    create_by = STEWARD
    edit_by = STEWARD | owner() | role("inspector")
    workflow = Workflow(
        Transition("put_in_force", DRAFT, IN_FORCE, by=STEWARD, label=_("Put in force"), guards=(has_plan,)),
        Transition(
            "revise",
            IN_FORCE,
            DRAFT,
            by=STEWARD,
            label=_("Revise"),
            reason_needed=True,
            event="revised",
            guards=(no_lot_yet,),
        ),
        Transition("retire", IN_FORCE, RETIRED, by=STEWARD, label=_("Retire"), reason_needed=True),
    )

    class Meta:
        verbose_name = _("sampling plan")
        verbose_name_plural = _("sampling plans")

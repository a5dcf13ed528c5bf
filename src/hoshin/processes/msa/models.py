"""Gauge study: how much of what is seen is the gauge, and how wrong it is (ISO 9001, 7.1.5)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import Right, owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    IntegerField,
    LongTextField,
    NumberField,
    Parts,
    RecordReference,
    TextField,
)
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

from .evaluation import computed_from_this_worksheet
from .rules import HIDDEN, Sort, Verdict, design_fits, has_result, has_worksheet, while_in

DRAFT = State("draft", _("Draft"), Category.NEW)
COLLECTING = State("collecting", _("Measuring"))
EVALUATED = State("evaluated", _("Evaluated"), Category.WAITING)
CLOSED = State("closed", _("Closed"), Category.DONE)

STEWARD: Right = role("quality manager", "quality engineer", "process owner", "inspector")


class Reading(Part):
    """One line of the worksheet: which part whom reads for the how-manieth time, in which order, and what was read."""

    run = IntegerField(_("run"), required=True, minimum=1)
    part = TextField(_("part"), required=True, max_length=60)
    operator = TextField(_("operator"), max_length=60)
    trial = IntegerField(_("trial"), required=True, minimum=1)
    value = NumberField(_("value"))
    rating = TextField(_("rating"), max_length=60)
    reference = TextField(_("reference"), max_length=60, help=_("The part's true value, or the rating it deserves."))


class GaugeStudy(Kind):
    """A study of a measurement system: its design, its worksheet, what was computed from it, and the verdict."""

    characteristic = RecordReference(_("characteristic"), kinds=("characteristic",), listed=True)
    gauge = TextField(_("gauge"), max_length=80, open=True, listed=True)
    sort = ChoiceField(Sort, _("kind of study"), required=True, default=Sort.CROSSED, listed=True)
    parts = IntegerField(_("parts"), default=10, minimum=1, maximum=200, help=_("Of a stability study: the occasions."))
    operators = IntegerField(_("operators"), default=3, minimum=1, maximum=50)
    trials = IntegerField(_("trials"), default=3, minimum=1, maximum=500, help=_("Readings of each part by each."))
    part_names = TextField(_("names of the parts"), max_length=2000, help=_("Separated by commas. Nothing: 1, 2, 3."))
    operator_names = TextField(_("names of the operators"), max_length=1000, help=_("Nothing: A, B, C."))
    references = TextField(
        _("references"), max_length=2000,
        help=_("For bias, linearity, type 1 and ratings: one for all parts, or one for each, separated by commas."),
    )  # fmt: skip
    tolerance = NumberField(_("tolerance"), help=_("Its width. Nothing: the characteristic's specification."))
    process_sd = NumberField(_("standard deviation of the process"), help=_("Where it is known."))
    within_batch_sd = NumberField(
        _("standard deviation between pieces of a batch"), minimum=Decimal(0),
        help=_("Of destructive studies, where it is known; nothing: it counts as the gauge's."),
    )  # fmt: skip
    study_multiplier = NumberField(
        _("study multiplier"), required=True, default=Decimal(6),
        help=_("6 standard deviations; older books use 5.15."),
    )  # fmt: skip
    interaction_level = NumberField(
        _("level at which the interaction is dropped"), required=True, default=Decimal("0.05"),
        minimum=Decimal("0.000001"), maximum=Decimal("0.999999"), help=_("0.05, as many programs; AIAG uses 0.25."),
    )  # fmt: skip
    bad_rating = TextField(_("the rating that means nonconforming"), max_length=60)
    worksheet = Parts(Reading, _("worksheet"), help=_("Nothing: it is made when measuring starts."))

    verdict = ChoiceField(Verdict, _("verdict"), listed=True, editable_by_people=False)
    pct_study = NumberField(_("% study variation"), measure="%", listed=True, editable_by_people=False)
    pct_tolerance = NumberField(_("% tolerance"), measure="%", listed=True, editable_by_people=False)
    ndc = IntegerField(_("number of distinct categories"), editable_by_people=False)
    bias = NumberField(_("bias"), editable_by_people=False)
    p_value = NumberField(_("p value"), editable_by_people=False)
    cg = NumberField(_("Cg"), editable_by_people=False)
    cgk = NumberField(_("Cgk"), editable_by_people=False)
    agreement = NumberField(_("% agreement"), measure="%", editable_by_people=False)
    kappa = NumberField(_("kappa"), editable_by_people=False)
    measured = IntegerField(_("readings taken"), editable_by_people=False)
    problem = TextField(_("why there is no result"), max_length=300, open=True, editable_by_people=False)
    data = TextField(_("hash of the data"), max_length=64, open=True, editable_by_people=False)
    # Programs read it at /api/msa/; on a page it would only be in the way.
    computed = LongTextField(_("result in full"), open=True, editable_by_people=False, visible_to=HIDDEN)

    prefix = "MSA"
    clauses = ("ISO 9001:2015 7.1.5", "IATF 16949 7.1.5.1.1")
    area = _("Products and measurement")
    icon = "scale"
    order = 350
    create_by = STEWARD
    edit_by = (STEWARD | owner()) & while_in(DRAFT.name, COLLECTING.name)
    workflow = Workflow(
        Transition(
            "start", DRAFT, COLLECTING, by=STEWARD | owner(), label=_("Start measuring"), guards=(design_fits,)
        ),
        Transition(
            "evaluate", COLLECTING, EVALUATED, by=STEWARD | owner(), label=_("Evaluate"),
            guards=(has_worksheet, has_result, computed_from_this_worksheet), signed_as=Meaning.VERIFIED,
        ),
        Transition(
            "measure_again", EVALUATED, COLLECTING, by=STEWARD | owner(), label=_("Measure again"), reason_needed=True,
            event="resumed",
        ),
        Transition("close", EVALUATED, CLOSED, by=role("quality manager", "process owner"), label=_("Close")),
    )  # fmt: skip

    class Meta:
        verbose_name = _("gauge study")
        verbose_name_plural = _("gauge studies")

"""The effectiveness check: which measure, which test, against which baseline, with how much later data, by when."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import nobody, not_author, owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    DayField,
    InstantField,
    IntegerField,
    LongTextField,
    NumberField,
    RecordReference,
    TextField,
)
from hoshin.kernel.records.record import Kind
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

from .rules import baseline_has_data, nothing_is_fixed_yet

DRAFT = State("draft", _("Draft"), Category.NEW)
DECLARED = State("declared", _("Declared"), Category.WAITING, locked=True)
COLLECTING = State("collecting", _("Collecting data"), Category.WAITING, calm=True, locked=True)
PASSED = State("passed", _("Effective"), Category.DONE)
FAILED = State("failed", _("Not effective"), Category.FAILED)
OVERRIDDEN = State("overridden", _("Accepted by override"), Category.FAILED)

RESPONSIBLE = owner() | role("quality manager", "quality engineer", "process owner")


class EffectivenessCheck(Kind):
    """How it will be known that a fix works: declared before the fix, decided by data that come after it."""

    class Test(models.TextChoices):
        TWO_PROPORTIONS = "two_proportions", _("Proportions (Fisher, exact)")
        TWO_RATES = "two_rates", _("Rates (Poisson, exact)")
        TWO_MEANS = "two_means", _("Means (Welch)")
        MANN_WHITNEY = "mann_whitney", _("Medians (Mann–Whitney)")
        TWO_VARIANCES = "two_variances", _("Variances (F)")

    class Direction(models.TextChoices):
        DECREASE = "decrease", _("It shall go down")
        INCREASE = "increase", _("It shall go up")

    subject_record = RecordReference(_("check of"), required=True, listed=True)
    characteristic = RecordReference(_("measure"), kinds=("characteristic",), required=True, listed=True)
    test = ChoiceField(Test, _("test"), required=True, listed=True)
    direction = ChoiceField(Direction, _("expected"), required=True, default=Direction.DECREASE)
    confidence = NumberField(_("confidence level"), required=True, default=Decimal("0.95"), minimum=0, maximum=1)
    baseline_first = IntegerField(_("baseline from measurement no."), needed_for="declare", minimum=1)
    baseline_last = IntegerField(_("baseline to measurement no."), needed_for="declare", minimum=1)
    amount = IntegerField(_("later values needed"), needed_for="declare", minimum=2)
    deadline = DayField(_("decided by"), needed_for="declare", listed=True)

    # Worked out by the system, never typed.
    after_sequence = IntegerField(_("measurements before the fix"), editable_by_people=False)
    started_at = InstantField(_("the fix was in place"), editable_by_people=False)
    n_later = IntegerField(_("later values used"), editable_by_people=False)
    before = NumberField(_("before"), editable_by_people=False)
    after = NumberField(_("after"), editable_by_people=False)
    p_value = TextField(_("p value"), editable_by_people=False, open=True)
    conclusion = LongTextField(_("conclusion"), editable_by_people=False)
    result = LongTextField(_("result in full"), editable_by_people=False, open=True)
    evaluated_at = InstantField(_("evaluated"), editable_by_people=False)

    prefix = "EFF"
    area = _("Improve")
    icon = "badge-check"
    order = 130
    clauses = ("ISO 9001:2015 10.2.1",)
    workflow = Workflow(
        Transition(
            "declare",
            DRAFT,
            DECLARED,
            by=RESPONSIBLE,
            label=_("Declare"),
            guards=(baseline_has_data, nothing_is_fixed_yet),
        ),
        Transition("start", DECLARED, COLLECTING, by=RESPONSIBLE, label=_("The fix is in place: collect data")),
        Transition("pass", COLLECTING, PASSED, by=nobody(), hidden=True),
        Transition("fail", COLLECTING, FAILED, by=nobody(), hidden=True),
        Transition(
            "override",
            (DECLARED, COLLECTING, FAILED),
            OVERRIDDEN,
            by=role("quality manager") & not_author(),
            label=_("Accept without proof"),
            signed_as=Meaning.RESPONSIBLE,
            reason_needed=True,
        ),
    )

    class Meta:
        verbose_name = _("effectiveness check")
        verbose_name_plural = _("effectiveness checks")

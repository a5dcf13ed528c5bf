"""Control baseline and alert: what limits are computed from, and what becomes of a signal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import nobody, owner, role
from hoshin.kernel.products.models import Chart
from hoshin.kernel.records.columns import (
    ChoiceField,
    DayField,
    IntegerField,
    LongTextField,
    NumberField,
    Parts,
    RecordReference,
    TextField,
)
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

from .baselines import computed_from_todays_data
from .rules import enough_data

AREA = _("Products and measurement")
STEWARD = role("quality manager", "quality engineer", "process owner")

DRAFT = State("draft", _("Draft"), Category.NEW)
FROZEN = State("frozen", _("Frozen"), Category.DONE)
SUPERSEDED = State("superseded", _("Superseded"), Category.DONE)

OPEN = State("open", _("Open"), Category.NEW)
ACKNOWLEDGED = State("acknowledged", _("Acknowledged"))
CLOSED = State("closed", _("Closed"), Category.DONE)


class SigmaMethod(models.TextChoices):
    USUAL = "usual", _("The chart's usual one")
    MR_MEAN = "mr_mean", _("Mean moving range")
    MR_MEDIAN = "mr_median", _("Median moving range")
    RBAR = "rbar_d2", _("Mean range")
    SBAR = "sbar_c4", _("Mean standard deviation")
    POOLED = "pooled_c4", _("Pooled standard deviation")


class LeftOut(Part):
    """A measurement that limits are not computed from, with its assignable cause."""

    measurement = IntegerField(_("measurement no."), required=True, minimum=1)
    cause = TextField(_("assignable cause"), required=True)


class ControlBaseline(Kind):
    """The stretch of a characteristic's data that its control limits are computed from. Limits are never typed."""

    characteristic = RecordReference(_("characteristic"), kinds=("characteristic",), required=True, listed=True)
    chart = ChoiceField(Chart, _("control chart"), required=True, default=Chart.AUTOMATIC)
    sigma_method = ChoiceField(SigmaMethod, _("estimate of sigma"), required=True, default=SigmaMethod.USUAL)
    first = IntegerField(_("first measurement no."), minimum=1)
    last = IntegerField(_("last measurement no."), minimum=1, help=_("Nothing: up to the newest."))
    since = DayField(_("from day"), help=_("Instead of the first number."))
    until = DayField(_("to day"), help=_("Instead of the last number."))
    left_out = Parts(LeftOut, _("points left out"), help=_("Each with the assignable cause that was found."))

    chart_used = TextField(_("chart used"), max_length=20, open=True, listed=True, editable_by_people=False)
    window_first = IntegerField(_("computed from no."), editable_by_people=False)
    window_last = IntegerField(_("computed to no."), editable_by_people=False)
    points = IntegerField(_("points used"), listed=True, editable_by_people=False)
    center = NumberField(_("center line"), listed=True, editable_by_people=False)
    sigma = NumberField(_("sigma"), editable_by_people=False)
    lower = NumberField(_("lower control limit"), editable_by_people=False)
    upper = NumberField(_("upper control limit"), editable_by_people=False)
    spread_center = NumberField(_("center line of the spread"), editable_by_people=False)
    spread_lower = NumberField(_("lower control limit of the spread"), editable_by_people=False)
    spread_upper = NumberField(_("upper control limit of the spread"), editable_by_people=False)
    problem = TextField(_("why there are no limits"), max_length=300, open=True, editable_by_people=False)
    data = TextField(_("hash of the data"), max_length=64, open=True, editable_by_people=False)
    # Programs read it at /api/measurements/chart; on a page it would only be in the way.
    computed = LongTextField(_("result in full"), open=True, editable_by_people=False, visible_to=nobody())

    prefix = "BSL"
    clauses = ("ISO 9001:2015 9.1.1", "ISO 7870-2:2013")
    area = AREA
    icon = "ruler-dimension-line"
    order = 330
    create_by = STEWARD
    edit_by = STEWARD | owner()
    workflow = Workflow(
        Transition(
            "freeze", DRAFT, FROZEN, by=role("quality manager", "process owner"), label=_("Freeze"),
            guards=(enough_data, computed_from_todays_data), signed_as=Meaning.APPROVED,
        ),
        Transition("supersede", FROZEN, SUPERSEDED, by=nobody(), label=_("Supersede"), hidden=True),
    )  # fmt: skip

    class Meta:
        verbose_name = _("control baseline")
        verbose_name_plural = _("control baselines")


class Alert(Kind):
    """A signal of a control chart: the rules met, where, on which limits; then the cause that was found and what was done."""

    characteristic = RecordReference(_("characteristic"), kinds=("characteristic",), required=True, listed=True)
    assignable_cause = LongTextField(_("assignable cause"), needed_for="close")
    action_taken = LongTextField(_("action taken"))

    baseline = RecordReference(_("baseline"), kinds=("control_baseline",), pinned=True, editable_by_people=False)
    rules = TextField(_("rules met"), open=True, listed=True, editable_by_people=False)
    meaning = LongTextField(_("what they say"), open=True, editable_by_people=False)
    signals = IntegerField(_("points that signal"), listed=True, editable_by_people=False)
    first = IntegerField(_("first signalling measurement no."), editable_by_people=False)
    last = IntegerField(_("last signalling measurement no."), editable_by_people=False)
    value = NumberField(_("value"), editable_by_people=False)
    window_first = IntegerField(_("data window from no."), editable_by_people=False)
    window_last = IntegerField(_("data window to no."), editable_by_people=False)

    prefix = "ALR"
    clauses = ("ISO 9001:2015 8.5.1", "ISO 9001:2015 9.1.1")
    area = AREA
    icon = "bell-ring"
    order = 320
    edit_by = STEWARD | owner()
    workflow = Workflow(
        Transition("acknowledge", OPEN, ACKNOWLEDGED, by=STEWARD | owner(), label=_("Acknowledge")),
        Transition("close", (OPEN, ACKNOWLEDGED), CLOSED, by=STEWARD | owner(), label=_("Close")),
    )

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")

"""Corrective and preventive action (ISO 9001, 10.2): cause found, fix made, effectiveness proven by data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import assignee, inside, nobody, not_owner, owner, role
from hoshin.kernel.records.columns import ChoiceField, LongTextField, Parts, PersonField, RecordReference, TextField
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow
from hoshin.methods.root_cause.models import Cause, Why

from .rules import actions_are_done, actions_are_planned, cause_is_sound, check_is_declared, effectiveness_is_settled

OPEN = State("open", _("Open"), Category.NEW)
ANALYSED = State("analysed", _("Cause found"))
PLANNED = State("planned", _("Actions planned"))
IMPLEMENTED = State("implemented", _("Implemented, effect awaited"), Category.WAITING)
CLOSED = State("closed", _("Closed"), Category.DONE)

TEAM = owner() | assignee() | role("quality manager", "quality engineer")


class Sort(models.TextChoices):
    CORRECTIVE = "corrective", _("Corrective")
    PREVENTIVE = "preventive", _("Preventive")


class Comparison(Part):
    """One line of "is / is not": where the problem is, where it could be and is not, and what differs."""

    question = TextField(_("what, where, when, how much"), required=True, max_length=200)
    it_is = TextField(_("it is"), max_length=300)
    it_is_not = TextField(_("it could be and is not"), max_length=300)
    distinction = TextField(_("what differs"), max_length=300)


class Member(Part):
    """Somebody of the team."""

    person = PersonField(_("person"), required=True)
    part = TextField(_("part in the team"), max_length=80)


# What whoever takes responsibility for a plan has signed; prevention and lessons come later.
PLANNED_CONTENT = (
    "title", "sort", "origin", "problem", "containment", "characteristic", "comparisons", "whys", "causes", "root_cause",
    "escape_cause", "plan",
)  # fmt: skip


class Capa(Kind):
    """A problem whose cause is removed, or a risk that is removed before it becomes one."""

    sort = ChoiceField(Sort, _("kind of action"), required=True, default=Sort.CORRECTIVE, listed=True)
    origin = RecordReference(_("opened from"), listed=True)
    team = Parts(Member, _("team"))
    problem = LongTextField(_("problem"), needed_for="analyse")
    containment = LongTextField(_("containment"), help=_("What protects the customer until the cause is gone."))
    characteristic = RecordReference(_("measure of the problem"), kinds=("characteristic",))
    comparisons = Parts(Comparison, _("is / is not"))
    whys = Parts(Why, _("5 whys"), tree=True)
    causes = Parts(Cause, _("cause and effect"), tree=True)
    root_cause = LongTextField(_("root cause"), needed_for="analyse")
    escape_cause = LongTextField(_("why it was not detected"))
    plan = LongTextField(_("what will be changed"), needed_for="plan")
    prevention = LongTextField(_("how it is prevented elsewhere"), needed_for="close")
    lessons = LongTextField(_("lessons learned"))

    prefix = "CAPA"
    area = _("Improve")
    icon = "wrench"
    order = 120
    clauses = ("ISO 9001:2015 10.2", "21 CFR 820")
    create_by = inside("external auditor")
    workflow = Workflow(
        Transition("analyse", OPEN, ANALYSED, by=TEAM, label=_("Cause is found"), guards=(cause_is_sound,)),
        Transition(
            "plan",
            ANALYSED,
            PLANNED,
            by=TEAM,
            label=_("Plan is agreed"),
            guards=(actions_are_planned, check_is_declared),
            signed_as=Meaning.RESPONSIBLE,
            covers=PLANNED_CONTENT,
        ),
        Transition("implement", PLANNED, IMPLEMENTED, by=TEAM, label=_("Actions are done"), guards=(actions_are_done,)),
        Transition(
            "close",
            IMPLEMENTED,
            CLOSED,
            by=role("quality manager") & not_owner(),
            label=_("Close"),
            guards=(effectiveness_is_settled,),
            signed_as=Meaning.APPROVED,
        ),
        # Data that say "not effective" send it back to where the cause is sought.
        Transition("resume", IMPLEMENTED, OPEN, by=nobody(), hidden=True, event="resumed"),
        Transition(
            "reopen", CLOSED, OPEN, by=role("quality manager"), label=_("Reopen"), reason_needed=True, event="reopened"
        ),
    )

    class Meta:
        verbose_name = _("CAPA")
        verbose_name_plural = _("CAPAs")

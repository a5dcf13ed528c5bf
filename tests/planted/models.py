"""Deviation: the process that docs/develop/add-a-process.md adds, whole in one file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import not_author, owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    InstantField,
    LongTextField,
    NumberField,
    Parts,
    PersonField,
    RecordReference,
    TextField,
)
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

OPEN = State("open", _("Open"), Category.NEW)
ASSESSED = State("assessed", _("Assessed"))
CLOSED = State("closed", _("Closed"), Category.DONE)


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")


class Step(Part):
    """One thing done about a deviation."""

    what = TextField(_("what was done"), required=True)
    quantity = NumberField(_("quantity"), measure="kg")
    by_whom = PersonField(_("by"))


class Deviation(Kind):
    """A departure from an approved procedure, its assessment and its disposition."""

    procedure = RecordReference(_("procedure"), kinds=("deviation",), pinned=True)
    observed_at = InstantField(_("observed"))
    severity = ChoiceField(Severity, _("severity"), needed_for="assess", listed=True)
    impact = LongTextField(_("impact"), needed_for="assess")
    steps = Parts(Step, _("steps"))

    prefix = "DEV"
    clauses = ("ISO 9001:2015 8.7",)
    workflow = Workflow(
        Transition("assess", OPEN, ASSESSED, by=role("process owner", "quality manager") | owner()),
        Transition("close", ASSESSED, CLOSED, by=role("quality manager") & not_author(), signed_as=Meaning.APPROVED),
        Transition("reopen", CLOSED, OPEN, by=role("quality manager"), reason_needed=True, event="reopened"),
    )

"""Analysis: a question answered with data, kept with its method, its numbers and where they came from (ISO 9001, 9.1.3)."""

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import author, inside, nobody, not_author, owner, role
from hoshin.kernel.records.columns import IntegerField, LongTextField, RecordReference, TextField
from hoshin.kernel.records.record import Kind
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

from .rules import has_result

DRAFT = State("draft", _("Draft"), Category.NEW)
REVIEWED = State("reviewed", _("Reviewed"), Category.DONE)

EXPERT = role("quality manager", "quality engineer", "process owner")


class Analysis(Kind):
    """A question, the method that was chosen for it and why, what the data say, and what was concluded."""

    question = LongTextField(_("question"))
    serves = RecordReference(_("serves"), listed=True, help=_("The record this analysis was made for."))
    concluded = LongTextField(_("what follows from it"), needed_for="review")

    method = TextField(_("method"), max_length=200, open=True, listed=True, editable_by_people=False)
    reasons = LongTextField(_("why this method"), editable_by_people=False)
    found = LongTextField(_("what the data say"), editable_by_people=False)
    cautions = LongTextField(_("cautions"), editable_by_people=False)
    provenance = LongTextField(_("where the numbers come from"), editable_by_people=False)
    rows = IntegerField(_("values used"), editable_by_people=False)
    excluded = IntegerField(_("values left out"), editable_by_people=False)
    code_version = TextField(_("computed with"), max_length=40, open=True, editable_by_people=False)
    data_hash = TextField(_("hash of the data"), max_length=64, open=True, listed=True, editable_by_people=False)
    assistant = TextField(_("assistant"), max_length=40, open=True, editable_by_people=False)
    # Programs read these at /api/analysis/; on a page they would only be in the way.
    inputs = LongTextField(_("what was asked"), editable_by_people=False, visible_to=nobody())
    data = LongTextField(_("data in full"), editable_by_people=False, visible_to=nobody())
    computed = LongTextField(_("result in full"), open=True, editable_by_people=False, visible_to=nobody())

    prefix = "ANA"
    clauses = ("ISO 9001:2015 9.1.3",)
    area = _("Improve")
    icon = "flask-conical"
    order = 160
    create_by = inside()
    edit_by = owner() | author() | EXPERT
    workflow = Workflow(
        Transition(
            "review", DRAFT, REVIEWED, by=EXPERT & not_author(), label=_("Review"), guards=(has_result,),
            signed_as=Meaning.REVIEWED,
        ),
        Transition("reopen", REVIEWED, DRAFT, by=EXPERT, label=_("Reopen"), reason_needed=True, event="reopened"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")

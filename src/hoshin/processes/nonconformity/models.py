"""Nonconformity (ISO 9001, 8.7 and 10.2): containment first, disposition with authority, closing with nothing open."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.rights import inside, owner, role
from hoshin.kernel.records.columns import (
    ChoiceField,
    LongTextField,
    NumberField,
    Parts,
    PersonField,
    RecordReference,
    TextField,
    YesNoField,
)
from hoshin.kernel.records.record import Kind, Part
from hoshin.kernel.records.workflow import Category, Meaning, State, Transition, Workflow

from .rules import dispositions_add_up, nothing_is_left_open

OPEN = State("open", _("Open"), Category.NEW)
CONTAINED = State("contained", _("Contained"))
DISPOSITIONED = State("dispositioned", _("Dispositioned"))
CLOSED = State("closed", _("Closed"), Category.DONE)


class Source(models.TextChoices):
    INSPECTION = "inspection", _("Inspection")
    CONTROL_CHART = "control_chart", _("Control chart")
    AUDIT = "audit", _("Audit")
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    EMPLOYEE = "employee", _("Employee")
    NEAR_MISS = "near_miss", _("Near miss")


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class Disposition(Part):
    """What becomes of some of the nonconforming units, decided by somebody with the authority."""

    class Decision(models.TextChoices):
        REWORK = "rework", _("Rework")
        REPAIR = "repair", _("Repair")
        CONCESSION = "concession", _("Use as is (concession)")
        SORT = "sort", _("Sort")
        RETURN = "return", _("Return to supplier")
        SCRAP = "scrap", _("Scrap")

    decision = ChoiceField(Decision, _("disposition"), required=True)
    quantity = NumberField(_("quantity"), required=True, minimum=0)
    authority = PersonField(_("decided by"))
    justification = TextField(_("justification"), max_length=500)
    cost = NumberField(_("cost"), minimum=0)


# What the signature of a disposition stands for; what closing adds does not change it.
DISPOSITIONED_CONTENT = (
    "title", "description", "severity", "product", "characteristic", "lot", "quantity", "containment", "dispositions",
)  # fmt: skip


class Nonconformity(Kind):
    """A product, service or process that does not meet a requirement."""

    description = LongTextField(_("what departs from which requirement"), needed_for="contain")
    source = ChoiceField(Source, _("found by"), default=Source.EMPLOYEE, listed=True)
    severity = ChoiceField(Severity, _("severity"), needed_for="contain", listed=True)
    product = RecordReference(_("product"), kinds=("product",), listed=True)
    characteristic = RecordReference(_("characteristic"), kinds=("characteristic",))
    lot = TextField(_("lot or serial number"), max_length=80, open=True)
    quantity = NumberField(_("nonconforming quantity"), needed_for="decide", minimum=0)
    containment = LongTextField(
        _("containment"), needed_for="contain", help=_("What was done at once so that nothing more gets out.")
    )
    segregation = TextField(_("where it is kept apart"), max_length=120)
    dispositions = Parts(Disposition, _("dispositions"), needed_for="decide")
    needs_capa = YesNoField(
        _("needs corrective action"),
        needed_for="close",
        help=_("By severity, recurrence and cost; not everything does."),
    )
    no_capa_because = LongTextField(_("why no corrective action"))

    prefix = "NC"
    area = _("Improve")
    icon = "triangle-alert"
    order = 110
    clauses = ("ISO 9001:2015 8.7", "ISO 9001:2015 10.2")
    create_by = inside()
    handled_by = ("quality engineer", "quality manager", "process owner")
    due_within = 3
    workflow = Workflow(
        Transition(
            "contain",
            OPEN,
            CONTAINED,
            by=owner() | inside(),
            label=_("Contain"),
        ),
        Transition(
            "decide",
            CONTAINED,
            DISPOSITIONED,
            by=role("quality manager", "quality engineer"),
            label=_("Decide disposition"),
            guards=(dispositions_add_up,),
            signed_as=Meaning.APPROVED,
            covers=DISPOSITIONED_CONTENT,
        ),
        Transition(
            "close",
            DISPOSITIONED,
            CLOSED,
            by=role("quality manager", "quality engineer"),
            label=_("Close"),
            asks=("no_capa_because",),
            guards=(dispositions_add_up, nothing_is_left_open),
            signed_as=Meaning.APPROVED,
        ),
        Transition(
            "reopen", CLOSED, OPEN, by=role("quality manager"), label=_("Reopen"), reason_needed=True, event="reopened"
        ),
    )

    class Meta:
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")

"""What a sampling plan may be, and what its steps wait for."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.workflow import Message, say
from hoshin.surfaces.statistics import translated


class Sort(models.TextChoices):
    AQL = "aql", _("Attributes, by AQL and lot size")
    RISKS = "risks", _("Attributes, by two risks")
    ZERO = "zero", _("Attributes, accept only when nothing is found (c = 0)")
    VARIABLES_AQL = "variables_aql", _("Variables (k method), by AQL and lot size")
    VARIABLES_RISKS = "variables_risks", _("Variables (k method), by two risks")


class Standard(models.TextChoices):
    ISO2859 = "iso2859", _("ISO 2859-1")
    Z14 = "z14", _("ANSI/ASQ Z1.4, Z1.9")


class Level(models.TextChoices):
    I = "I", _("I, less discriminating")
    II = "II", _("II, the usual one")
    III = "III", _("III, more discriminating")
    S1 = "S-1", _("S-1, special")
    S2 = "S-2", _("S-2, special")
    S3 = "S-3", _("S-3, special")
    S4 = "S-4", _("S-4, special")


class Samples(models.TextChoices):
    SINGLE = "single", _("Single")
    DOUBLE = "double", _("Double")
    MULTIPLE = "multiple", _("Multiple")


class Inspection(models.TextChoices):
    NORMAL = "normal", _("Normal")
    TIGHTENED = "tightened", _("Tightened")
    REDUCED = "reduced", _("Reduced")
    DISCONTINUED = "discontinued", _("Discontinued")


class Sigma(models.TextChoices):
    UNKNOWN = "unknown", _("Estimated from the sample (s method)")
    KNOWN = "known", _("Known (sigma method)")


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Not accepted")
    WAITING = "waiting", _("Waits")


BY_AQL = (Sort.AQL, Sort.VARIABLES_AQL)
VARIABLES = (Sort.VARIABLES_AQL, Sort.VARIABLES_RISKS)


def has_plan(row: Any) -> Message | None:
    if row.computed:
        return None
    return say(_("There is no plan yet: %(why)s"), why=translated(row.problem) or _("nothing is computed."))


def no_lot_yet(row: Any) -> Message | None:
    """Lots stay with the plan that decided them."""
    if not row.lots:
        return None
    return say(_("%(n)s lots were decided by this plan; retire it and open another."), n=len(row.lots))

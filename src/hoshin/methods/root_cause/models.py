"""The lines of a 5-why analysis and of a cause-and-effect diagram. A process declares them as parts of its kind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.columns import ChoiceField, TextField
from hoshin.kernel.records.record import Part


class Ground(models.TextChoices):
    """What a cause rests on."""

    EVIDENCE = "evidence", _("Evidence")
    ASSUMPTION = "assumption", _("Assumption")


class Nature(models.TextChoices):
    """Where a cause lies. A person's mistake is never the end of the analysis."""

    TECHNICAL = "technical", _("Technical")
    HUMAN_ERROR = "human_error", _("Human error")
    SYSTEMIC = "systemic", _("Systemic: in how the work is organised")


class Category(models.TextChoices):
    """The branches of a cause-and-effect diagram."""

    MAN = "man", _("People")
    MACHINE = "machine", _("Machine")
    METHOD = "method", _("Method")
    MATERIAL = "material", _("Material")
    MEASUREMENT = "measurement", _("Measurement")
    ENVIRONMENT = "environment", _("Environment")


class Why(Part):
    """One answer to "why?"; the next answers stand below it."""

    tree = True

    answer = TextField(_("because"), required=True, max_length=500)
    ground = ChoiceField(Ground, _("rests on"))
    evidence = TextField(_("evidence"), max_length=500)
    nature = ChoiceField(Nature, _("nature"))


class Cause(Part):
    """One possible cause on a branch of a cause-and-effect diagram; finer ones stand below it."""

    tree = True

    category = ChoiceField(Category, _("branch"), required=True, default=Category.METHOD)
    cause = TextField(_("cause"), required=True, max_length=500)
    ground = ChoiceField(Ground, _("rests on"))
    evidence = TextField(_("evidence"), max_length=500)
    nature = ChoiceField(Nature, _("nature"))

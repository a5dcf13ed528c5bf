"""What each step of a CAPA waits for, said in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.tasks import OPEN, Task
from hoshin.kernel.records.workflow import Message, say
from hoshin.methods.effectiveness.models import FAILED, OVERRIDDEN, PASSED, EffectivenessCheck
from hoshin.methods.effectiveness.rules import FIXES
from hoshin.methods.root_cause.rules import soundness


def cause_is_sound(row: Any) -> Message | None:
    """Leaves rest on evidence or are called assumptions; human error has a systemic cause."""
    return soundness([row.whys, row.causes])


def checks_of(row: Any):
    return EffectivenessCheck.objects.filter(subject_record=row.uid).exclude(state="void")


def actions_are_planned(row: Any) -> Message | None:
    if not Task.objects.filter(record=row.uid, purpose__in=FIXES).exclude(state="cancelled").exists():
        return say(_("There is no corrective or preventive action yet; assign at least one."))
    return None


def check_is_declared(row: Any) -> Message | None:
    """How success will be known is fixed before anything is changed."""
    states = set(checks_of(row).values_list("state", flat=True))
    if not states - {"draft", FAILED.name}:
        return say(_("No effectiveness check is declared; open one and declare it before the fix."))
    return None


def actions_are_done(row: Any) -> Message | None:
    left = Task.objects.filter(record=row.uid, purpose__in=FIXES, state=OPEN).count()
    return say(_("%(left)s corrective actions are still open."), left=left) if left else None


def effectiveness_is_settled(row: Any) -> Message | None:
    """Closed by proof, or by an override that somebody signed."""
    newest = checks_of(row).order_by("-id").values_list("state", flat=True).first()
    if newest in (PASSED.name, OVERRIDDEN.name):
        return None
    return say(_("Effectiveness is not proven yet: the check waits for later data, or its override for a signature."))

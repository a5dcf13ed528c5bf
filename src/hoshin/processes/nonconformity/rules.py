"""When a disposition is complete and when a nonconformity may be closed."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.links import Link
from hoshin.kernel.records.tasks import OPEN, Task
from hoshin.kernel.records.workflow import Message, say


def shown(number: Decimal) -> str:
    return format(number.normalize(), "f")


def dispositions_add_up(row: Any) -> Message | None:
    """Every nonconforming unit has exactly one fate."""
    if row.quantity is None or not row.dispositions:
        return None
    decided = sum((line["quantity"] for line in row.dispositions), Decimal(0))
    if decided != row.quantity:
        return say(
            _("Dispositions cover %(decided)s of %(quantity)s nonconforming units."),
            decided=shown(decided),
            quantity=shown(row.quantity),
        )
    for line in row.dispositions:
        if line["decision"] == "concession" and not line.get("justification"):
            return say(_("A concession needs a justification."))
    return None


def nothing_is_left_open(row: Any) -> Message | None:
    """Tasks are done, and where corrective action is needed it has been opened."""
    left = Task.objects.filter(record=row.uid, state=OPEN).count()
    if left:
        return say(_("%(left)s tasks are open."), left=left)
    if row.needs_capa and not Link.objects.filter(source=row.uid, target__kind="capa", ended=False).exists():
        return say(_("It needs corrective action, and none is opened yet."))
    if row.needs_capa is False and not row.no_capa_because:
        return say(_("Say why no corrective action is needed."))
    return None

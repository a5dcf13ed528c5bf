"""Recording a lot: its line is added or gets its next sample, and the decision follows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import Invalid, NotYet, Problem
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.unit import unit_of_work

from .rules import Decision

GIVEN = ("lot", "size", "drawn_on", "found", "found_later", "mean", "sd")


def record_lot(row: Any, given: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Add a lot, or more samples to one that waits for them; answers with its line as decided."""
    name = " ".join(str(given.get("lot") or "").split())
    with unit_of_work():
        (row,) = doors.lock([row])
        if row.state != "in_force":
            raise NotYet(
                [_("%(number)s is not in force; lots are recorded on plans in force.") % {"number": row.number}]
            )
        lines = [{key: value for key, value in line.items() if key != "parent"} for line in row.lots]
        line = next((line for line in lines if line["lot"] == name), None)
        if line is None:
            line = {}
            lines.append(line)
        elif line["decision"] != Decision.WAITING:
            raise Invalid(
                [
                    Problem(
                        "lot",
                        _("Lot %(lot)s is decided already; a lot submitted again is not counted.") % {"lot": name},
                    )
                ]
            )
        line.update({key: value for key, value in given.items() if key in GIVEN and value not in (None, "")})
        doors.edit([row], {"lots": lines}, by=by)
    row = row.spec.rows().get(pk=row.pk)
    return next(line for line in reversed(row.lots) if line["lot"] == name)

"""What happens inside the same unit of work: the plan is computed, lots are decided, a plan in force stays as it is."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hoshin.kernel.records import doors
from hoshin.kernel.records.errors import NotYet
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.reactions import reacts_to

from .lots import Series, series_of
from .plans import asked_of, figures_of, fingerprint_of
from .rules import Decision

WORKED_OUT = ("inspection", "samples", "decision", "why")


@reacts_to("sampling_plan.opened", "sampling_plan.edited", "sampling_plan.in_force")
def compute(changes: Sequence[Any]) -> None:
    """A draft follows what is asked of it; one in force only takes lots."""
    for row in {change.row.pk: change.row for change in changes}.values():
        if row.state == "in_force":
            _check_unchanged(row)
        _compute(row)


def _check_unchanged(row: Any) -> None:
    if fingerprint_of(asked_of(row)) != row.basis:
        raise NotYet([_("%(number)s is in force: only lots are added. Revise it first.") % {"number": row.number}])


def _compute(row: Any) -> None:
    by = system("sampling")
    if row.state == "draft":
        doors.compute([row], figures_of(row), by=by)
    if row.state != "in_force":
        return
    series = series_of(row)
    told = {
        "inspection": series.state.inspection, "lots_accepted": series.count(Decision.ACCEPTED),
        "lots_rejected": series.count(Decision.REJECTED),
    }  # fmt: skip
    doors.compute([row], told, by=by)
    lines = _with_decisions(row.lots, series)
    if lines is not None:
        doors.edit([row], {"lots": lines}, by=by)


def _with_decisions(lots: Sequence[dict], series: Series) -> list[dict] | None:
    """The lines with what is worked out about them; None where they say so already."""
    changed, lines = False, []
    for lot, decided in zip(lots, series.decided, strict=True):
        told = {name: getattr(decided, name) for name in WORKED_OUT}
        changed |= any((lot[name] or "") != told[name] for name in WORKED_OUT)
        lines.append({name: value for name, value in (lot | told).items() if name != "parent"})
    return lines if changed else None

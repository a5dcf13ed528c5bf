"""CAPA and its effectiveness check move together."""

from collections.abc import Sequence

from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.reactions import reacts_to
from hoshin.kernel.trail.unit import Change
from hoshin.methods.effectiveness.models import DECLARED

from .models import IMPLEMENTED
from .rules import checks_of

MACHINE = system("capa")


@reacts_to("capa.implemented")
def start_checks(changes: Sequence[Change]) -> None:
    """Once the actions are done, later data count."""
    for change in changes:
        waiting = list(checks_of(change.row).filter(state=DECLARED.name))
        if waiting:
            doors.perform(waiting, "start", by=MACHINE)


@reacts_to("effectiveness_check.failed")
def resume(changes: Sequence[Change]) -> None:
    """Not effective: the cause is sought again, and the record says why."""
    for change in changes:
        record = Record.objects.filter(uid=change.row.subject_record_id, kind="capa", state=IMPLEMENTED.name).first()
        if record is not None:
            (row,) = registry.typed([record])
            doors.perform([row], "resume", by=MACHINE, reason=change.row.conclusion[:500] or "Not effective")

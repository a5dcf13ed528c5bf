"""What the worker does by the clock."""

from hoshin.kernel.measuring import doors as measuring
from hoshin.kernel.measuring.models import HotRow
from hoshin.kernel.records.escalation import escalate_due
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.checkpoints import checkpoint_if_due
from hoshin.kernel.trail.schedule import every
from hoshin.surfaces.notifications.notifications import run_readers

SEAL_FROM = 5_000


@every(10, "checkpoint")
def sign_checkpoint() -> None:
    """A checkpoint each minute or 1,000 entries."""
    checkpoint_if_due()


@every(60, "escalation")
def escalate() -> None:
    """Late work goes up."""
    escalate_due(by=system("escalation"))


@every(300, "sealing")
def seal() -> None:
    """Waiting measurements are sealed when there are enough of them."""
    if HotRow.objects.count() >= SEAL_FROM:
        measuring.seal(by=system("sealing"))


@every(3600, "compaction")
def compact() -> None:
    """Many segments become few."""
    measuring.compact(by=system("sealing"))


@every(5, "notifications")
def tell() -> None:
    """What happened is told to those who should know."""
    run_readers()

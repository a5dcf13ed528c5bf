"""What happens inside the same unit of work: drafts are computed, older baselines superseded, signals open alerts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from hoshin.kernel.records import registry
from hoshin.kernel.trail.reactions import reacts_to

from . import alerts, baselines


@reacts_to("control_baseline.opened", "control_baseline.edited")
def compute_limits(changes: Sequence[Any]) -> None:
    """Limits are computed as soon as somebody says from what."""
    baselines.recompute([change.row for change in changes])


@reacts_to("measurement.correction", "measurement.exclusion", "measurement.inclusion")
def compute_drafts_anew(changes: Sequence[Any]) -> None:
    """A correction or exclusion changes the limits of drafts; frozen baselines stay as they were signed."""
    uids = {change.row.characteristic_uid for change in changes}
    drafts = registry.get(baselines.KIND).rows().filter(characteristic__in=uids, state=baselines.DRAFT)
    baselines.recompute(list(drafts))


@reacts_to("control_baseline.frozen")
def supersede_older(changes: Sequence[Any]) -> None:
    """One baseline is in force for each characteristic."""
    baselines.supersede_older([change.row for change in changes])


@reacts_to("measurements.recorded")
def watch_for_signals(changes: Sequence[Any]) -> None:
    """Every batch is judged against the frozen baselines of what it touches."""
    touched = Q()
    for change in changes:
        touched |= alerts.touched_by(change.row, (change.detail or {}).get("keys"))
    alerts.watch(touched, min(change.row.first_row for change in changes))

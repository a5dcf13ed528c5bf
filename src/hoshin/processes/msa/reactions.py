"""What happens inside the same unit of work: the worksheet is made, the study computed whenever it changes."""

from collections.abc import Sequence
from typing import Any

from hoshin.kernel.records import doors
from hoshin.kernel.trail.actors import system
from hoshin.kernel.trail.reactions import reacts_to

from .evaluation import figures_of
from .worksheet import made_for


@reacts_to("gauge_study.collecting")
def make_worksheet(changes: Sequence[Any]) -> None:
    """The run order is drawn when measuring starts; lines that were given stay as they are."""
    for row in (change.row for change in changes):
        if not row.worksheet:
            doors.edit([row], {"worksheet": made_for(row)}, by=system("msa"))


@reacts_to("gauge_study.opened", "gauge_study.edited")
def compute(changes: Sequence[Any]) -> None:
    """Figures follow the worksheet, so that what is signed was computed from what stands there."""
    for row in {change.row.pk: change.row for change in changes}.values():
        doors.compute([row], figures_of(row), by=system("msa"))

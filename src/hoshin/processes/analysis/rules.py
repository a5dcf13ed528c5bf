"""What the review of an analysis waits for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hoshin.kernel.records.workflow import Message, say


def has_result(row: Any) -> Message | None:
    """Only what an assistant computed is reviewed; texts alone prove nothing."""
    return (
        None if row.computed else say(_("Nothing was computed; make the analysis with an assistant and save it there."))
    )

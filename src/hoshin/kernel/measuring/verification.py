"""What `hoshin verify` says about measurements: waiting rows and sealed files against the ledger."""

from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report
from hoshin.measurements import segments as sealed

from .models import Batch, HotRow, SegmentRow
from .reading import folder, hot_columns


@also_verify
def verify_waiting_rows(report: Report) -> None:
    """The rows that wait to be sealed are those their batches' leaves tell of."""
    for batch in Batch.objects.filter(sealed_in="").order_by("id").iterator(chunk_size=500):
        report.count("batches")
        columns = hot_columns(HotRow.objects.filter(batch=batch))
        if columns.fingerprint() != batch.fingerprint:
            report.add(
                "batch", str(batch.uid), f"its {len(columns)} waiting rows are not the {batch.rows} that were recorded"
            )


@also_verify
def verify_nothing_waits_twice(report: Report) -> None:
    """Rows of a sealed batch lie in its segment: one that waits beside it was put there past the doors."""
    stray = HotRow.objects.exclude(batch__sealed_in="").order_by("row")
    for row, batch in stray.values_list("row", "batch__uid").iterator(chunk_size=2000):
        report.add("batch", str(batch), f"the measurement {row} waits, and the batch is sealed")


@also_verify
def verify_segments(report: Report) -> None:
    """Every sealed file is byte for byte what was sealed."""
    for row in SegmentRow.objects.filter(live=True).order_by("id"):
        report.count("segments")
        try:
            sealed.verify(folder(), row.segment)
        except (sealed.SegmentDiffers, FileNotFoundError) as differs:
            report.add("segment", row.sha256, str(differs))

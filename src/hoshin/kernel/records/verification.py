"""What `hoshin verify` says about lines: a line that its record's kind does not have is read by nobody."""

from collections import defaultdict
from itertools import groupby
from operator import itemgetter

from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from . import registry
from .record import Part, Record


@also_verify
def verify_lines(report: Report) -> None:
    """Every line belongs to a record of a kind that has such lines; the others are held against the state."""
    kinds = defaultdict(set)
    for spec in registry.every():
        for field in spec.part_fields:
            if field.part.model is not None:
                kinds[field.part.model].add(spec.name)
    for model, names in kinds.items():
        _verify_places(model, report)
        stray = model.objects.exclude(record__kind__in=names)
        for uid, record in stray.values_list("uid", "record").iterator(chunk_size=2000):
            report.add(
                "row", f"{record} {uid}", f"a line of {model._meta.verbose_name} stands below a record of another kind"
            )


def _verify_places(model: type[Part], report: Report) -> None:
    """The lines of a record are numbered from nought without gaps, as its door numbers them."""
    lines = model.objects.order_by("record", "position").values_list("record", "position").iterator(chunk_size=2000)
    for record, places in groupby(lines, key=itemgetter(0)):
        found = [place for _record, place in places]
        if found != list(range(len(found))):
            report.add("row", str(record), f"its lines of {model._meta.verbose_name} stand at {found[:20]}")


@also_verify
def verify_records_have_kinds(report: Report) -> None:
    """Every record is of a kind and has the kind's own row; another is read by nobody."""
    read = {uid for spec in registry.every() for uid in spec.rows().values_list("uid", flat=True)}
    for uid, number in Record.objects.values_list("uid", "number").iterator(chunk_size=2000):
        if uid not in read:
            report.add("row", str(uid), f"record {number}: is of no kind, or the row of its kind is missing")

"""What `hoshin verify` says about analyses: the result of a kept one follows from the numbers it kept."""

import json

from hoshin.kernel.records import registry
from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from .saving import again, agrees, hash_of


@also_verify
def verify_analyses(report: Report) -> None:
    """Compute every kept analysis again. An answer of another version may differ in its words, not in its hash of the data."""
    for row in registry.get("analysis").rows().exclude(computed="").order_by("pk"):
        report.count("analyses")
        told = json.loads(row.inputs)
        kind = told.pop("kind")
        if hash_of(told, kind, row.data) != row.data_hash:
            report.add("analysis", row.number, "its data are not those of its hash")
        elif not agrees(row, again(row)):
            report.add(
                "analysis", row.number, f"its result does not follow from its data (computed with {row.code_version})"
            )

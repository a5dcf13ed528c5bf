"""What `hoshin verify` says about gauge studies: the figures of a signed one follow from its worksheet."""

from decimal import Decimal
from typing import Any

from hoshin.kernel.records import registry
from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from .evaluation import FIGURES, figures_of, fingerprint_of


@also_verify
def verify_gauge_studies(report: Report) -> None:
    """Compute every evaluated study again. Where its specification changed since, its page says so; that is no fault."""
    for row in registry.get("gauge_study").rows().filter(state__in=("evaluated", "closed")).order_by("pk"):
        report.count("gauge studies")
        if fingerprint_of(row) != row.data:
            continue
        told = figures_of(row)
        wrong = [name for name in FIGURES if not _same(told[name], getattr(row, name))]
        if wrong:
            report.add("gauge study", row.number, f"its figures do not follow from its worksheet: {', '.join(wrong)}")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) <= Decimal("1e-6") * max(1, abs(one))
    return (one or None) == (other or None)

"""What `hoshin verify` says about limits: those of a frozen baseline follow from the data it names."""

from hoshin.kernel.records import registry
from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from . import baselines
from .readings import readings_of

SLICE = 200


@also_verify
def verify_limits(report: Report) -> None:
    """Compute every frozen baseline again. Where its data were corrected since, the page says so; that is no fault."""
    rows = list(registry.get(baselines.KIND).rows().filter(state=baselines.FROZEN).order_by("pk"))
    for start in range(0, len(rows), SLICE):
        some = rows[start : start + SLICE]
        characteristics = baselines.characteristics_of(some)
        readings = readings_of(list(characteristics.values()))
        for row in some:
            report.count("baselines")
            of = characteristics[row.characteristic_id]
            basis = baselines.basis_of(row, of, readings[of.pk])
            if basis.fingerprint() != row.data:
                continue
            result, problem = baselines.compute(row, basis)
            if result is None or result.baseline != baselines.of(row):
                report.add("baseline", row.number, f"its limits do not follow from its data {problem}".strip())

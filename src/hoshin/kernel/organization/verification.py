"""What `hoshin verify` says about the unit tree: rights rest on its spelled-out form, which is derived from the units."""

from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report

from .doors import tree_of
from .models import Unit, UnitWithin


@also_verify
def verify_the_tree(report: Report) -> None:
    """No unit lies within another but by its parents."""
    wanted = set(tree_of(dict(Unit.objects.values_list("uid", "parent"))))
    found = set(UnitWithin.objects.values_list("whole", "unit", "depth"))
    for whole, unit, depth in sorted(found ^ wanted, key=str):
        why = "stands there, and its parents do not say so" if (whole, unit, depth) in found else "is missing"
        report.add("tree", f"{whole} {unit}", f"that the second lies within the first (depth {depth}) {why}")

"""Skip-lot sampling: after a run of accepted lots only a fraction of them is inspected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.errors import check_fraction, check_whole
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling.characteristic import operating_characteristic, own_quality
from hoshin.stats.sampling.plan import AttributePlan


@dataclass(frozen=True, eq=False)
class SkipLotCharacteristic(Entries, Result):
    """Long-run behaviour of a skip-lot plan SkSP-2 over a reference plan.

    ``inspected`` is the fraction of lots inspected, ``asn`` the average sample per lot offered. For many reference plans
    the arrays have an axis of them, and ``curve[i]`` is that of one.
    """

    plan: AttributePlan | tuple
    i: int
    f: float
    p: np.ndarray
    pa_reference: np.ndarray
    pa: np.ndarray
    inspected: np.ndarray
    asn: np.ndarray

    title = "Skip-lot plan SkSP-2"
    sources = ("R. L. Perry, Journal of Quality Technology 5 (1973), 123-130",)
    assumptions = ("lots come from a stable process of one quality", "the lots to inspect are chosen at random")

    @property
    def count(self) -> int | None:
        """How many reference plans there are; None of one alone."""
        return len(self.plan) if isinstance(self.plan, tuple) else None

    def _entry(self, i: int) -> SkipLotCharacteristic:
        own = {name: getattr(self, name)[i] for name in ("plan", "pa_reference", "pa", "inspected", "asn")}
        return replace(self, p=own_quality(self.p, self.pa, i), **own)

    def steps(self):
        """Fraction inspected, acceptance, sample number."""
        n = {"f": self.f, "i": self.i, "P": self.pa_reference}
        below = "({f} + (1 - {f}) P^{i}), P = {P}"
        yield Step("probability of acceptance", "({f} P + (1 - {f}) P^{i}) / " + below, n, self.pa)
        yield Step("fraction of lots inspected", "{f} / " + below, n, self.inspected)
        yield Step("average sample number", "fraction inspected x that of the reference plan", value=self.asn)


def skip_lot_characteristic(
    plan: AttributePlan | Sequence[AttributePlan],
    i: int,
    f: float,
    p,
    *,
    distribution: str = "binomial",
    lot_size=None,
) -> SkipLotCharacteristic:
    """Acceptance probability and average sample number of SkSP-2, for one reference plan and p or many.

    Estimand: Pa = (f P + (1 - f) P^i) / (f + (1 - f) P^i), P that of the reference plan; inspected f / (f + (1 - f) P^i).
    Every lot is inspected until i in a row are accepted, then a random fraction f of them, until one is rejected.

    Parameters
    ----------
    plan : AttributePlan, the reference plan, or a sequence of C of them
    i : int, lots in a row that must be accepted
    f : float between 0 and 1, fraction of lots inspected while skipping
    p, distribution, lot_size : as in ``operating_characteristic``

    Units: shares (0 to 1); ASN in items per lot offered.

    Assumes: Lots come from a stable process of one quality; the lots to inspect are chosen at random.

    Errors: i below 1, f outside 0..1, what ``operating_characteristic`` refuses.

    Source: R. L. Perry, Journal of Quality Technology 5 (1973), 123-130.

    >>> from hoshin.stats.sampling import single_plan
    >>> curve = skip_lot_characteristic(single_plan(20, 1), i=8, f=0.25, p=[0.01, 0.05])
    >>> curve.pa.round(4), curve.inspected.round(3)
    (array([0.9953, 0.79  ]), array([0.276, 0.795]))
    """
    i, f = check_whole(i, "i", at_least=1), check_fraction(f, "f")
    curve = operating_characteristic(plan, p, distribution=distribution, lot_size=lot_size)
    run = np.asarray(curve.pa) ** i
    inspected = f / (f + (1 - f) * run)
    return SkipLotCharacteristic(
        plan=curve.plan,
        i=i,
        f=f,
        p=curve.p,
        pa_reference=curve.pa,
        pa=((f * curve.pa + (1 - f) * run) / (f + (1 - f) * run))[()],
        inspected=inspected[()],
        asn=(inspected * curve.asn)[()],
    )

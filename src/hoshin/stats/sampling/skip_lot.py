"""Skip-lot sampling: after a run of accepted lots only a fraction of them is inspected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hoshin.stats._asked import read_asked
from hoshin.stats._results import Entries, Many
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling.characteristic import operating_characteristic, own_quality, rows_of
from hoshin.stats.sampling.plan import AttributePlan, read_plans


@dataclass(frozen=True, eq=False)
class SkipLotCharacteristic(Entries, Result):
    """Long-run behaviour of a skip-lot plan SkSP-2 over a reference plan.

    ``inspected`` is the fraction of lots inspected, ``asn`` the average sample per lot offered. For many plans the arrays
    have an axis of them, and ``curve[i]`` is that of one.
    """

    plan: AttributePlan | tuple | Many
    i: int | np.ndarray
    f: float | np.ndarray
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
        """How many plans there are; None of one alone."""
        return None if isinstance(self.plan, AttributePlan) else len(self.plan)

    def _entry(self, i: int) -> SkipLotCharacteristic:
        own = {name: getattr(self, name)[i] for name in ("plan", "pa_reference", "pa", "inspected", "asn")}
        own |= {name: getattr(self, name)[i] for name in ("i", "f") if np.ndim(getattr(self, name))}
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
    i,
    f,
    p,
    *,
    distribution: str = "binomial",
    lot_size=None,
) -> SkipLotCharacteristic:
    """Acceptance probability and average sample number of SkSP-2, for one plan and p or many.

    Estimand: Pa = (f P + (1 - f) P^i) / (f + (1 - f) P^i), P that of the reference plan; inspected f / (f + (1 - f) P^i).
    Every lot is inspected until i in a row are accepted, then a random fraction f of them, until one is rejected.

    Parameters
    ----------
    plan : AttributePlan, the reference plan, or a sequence of C of them
    i : int, lots in a row that must be accepted, or one for each of C
    f : float between 0 and 1, fraction of lots inspected while skipping, or one for each of C
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
    plans = read_plans(plan)
    asked = {"i": i, "f": f} | ({"plan": np.zeros(plans.count)} if plans.many else {})
    refusals, columns = read_asked(asked)
    refusals.refuse_not_whole(columns["i"], "i", 1)
    refusals.refuse_no_fraction(columns["f"], "f")
    if refusals.many and not plans.many:
        plans = plans.repeated(refusals.count)
    curve = operating_characteristic(plans, p, distribution=distribution, lot_size=lot_size)
    rows, asn = (rows_of(array, np.shape(array), refusals.count) for array in (curve.pa, curve.asn))
    share, run = columns["f"][:, None], rows ** columns["i"][:, None]
    inspected = share / (share + (1 - share) * run)
    pa = (share * rows + (1 - share) * run) / (share + (1 - share) * run)
    found = {"pa": pa, "inspected": inspected, "asn": inspected * asn}
    return SkipLotCharacteristic(
        plan=curve.plan,
        i=_told(i, int),
        f=_told(f, float),
        p=curve.p,
        pa_reference=curve.pa,
        **{name: array.reshape(np.shape(curve.pa))[()] for name, array in found.items()},
    )


def _told(value, kind: type):
    """A number, or an array of them, as a result holds it."""
    return kind(value) if np.ndim(value) == 0 else np.asarray(value).astype(kind)

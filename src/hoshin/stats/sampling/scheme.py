"""A sampling scheme as a whole: normal and tightened inspection with switching, in the long run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from hoshin.stats._results import Entries, Many
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result, Step
from hoshin.stats.sampling.characteristic import operating_characteristic, own_quality
from hoshin.stats.sampling.plan import AttributePlan


@dataclass(frozen=True, eq=False)
class SchemeCharacteristic(Entries, Result):
    """Long-run acceptance of a series of lots of one quality under normal and tightened inspection.

    ``lots_normal`` and ``lots_tightened`` are the mean numbers of lots until a switch; ``share_normal`` the share of
    lots on normal inspection. For many schemes the arrays have an axis of them, and ``curve[i]`` is that of one.
    """

    normal: AttributePlan | tuple | Many
    tightened: AttributePlan | tuple | Many
    p: np.ndarray
    pa_normal: np.ndarray
    pa_tightened: np.ndarray
    lots_normal: np.ndarray
    lots_tightened: np.ndarray
    share_normal: np.ndarray
    pa: np.ndarray
    asn: np.ndarray

    title = "Operating characteristic of a sampling scheme"
    sources = ("E. G. Schilling, J. H. Sheesley, Journal of Quality Technology 10 (1978), 76-83",)
    assumptions = (
        "every lot has the same quality",
        "normal to tightened: 2 of 5 or fewer lots in a row not accepted; back: 5 in a row accepted",
        "reduced inspection and discontinuation are left out",
    )

    @property
    def count(self) -> int | None:
        """How many schemes there are; None of one alone."""
        return None if isinstance(self.normal, AttributePlan) else len(self.normal)

    def _entry(self, i: int) -> SchemeCharacteristic:
        own = {f.name: getattr(self, f.name)[i] for f in fields(self) if f.name != "p"}
        return replace(self, p=own_quality(self.p, self.pa, i), **own)

    def steps(self):
        """Lots until a switch, then the weighted mean."""
        n = {"P": self.pa_normal, "T": self.pa_tightened, "a": self.lots_normal, "b": self.lots_tightened}
        yield Step("lots on normal inspection", "(2 - P^4) / ((1 - P)(1 - P^4)), P = {P}", n, self.lots_normal)
        yield Step("lots on tightened inspection", "(1 - T^5) / ((1 - T) T^5), T = {T}", n, self.lots_tightened)
        yield Step("share on normal inspection", "{a} / ({a} + {b})", n, self.share_normal)
        yield Step("probability of acceptance", "share x P + (1 - share) x T", value=self.pa)


def scheme_characteristic(
    normal: AttributePlan | Sequence[AttributePlan],
    tightened: AttributePlan | Sequence[AttributePlan],
    p,
    *,
    distribution: str = "binomial",
    lot_size=None,
) -> SchemeCharacteristic:
    """Acceptance probability of a scheme that switches between two plans, for one scheme and p or many.

    Estimand: with P and T the acceptance probabilities of both plans, the mean numbers of lots until a switch are
    (2 - P^4)/((1 - P)(1 - P^4)) and (1 - T^5)/((1 - T) T^5); the scheme accepts with their weighted mean.

    Parameters
    ----------
    normal, tightened : AttributePlan, the two plans; for C schemes a sequence of C of each
    p, distribution, lot_size : as in ``operating_characteristic``

    Units: shares (0 to 1); mean numbers of lots; ASN in items.

    Assumes: Every lot has the same quality; normal to tightened after 2 of 5 lots not accepted, back after 5 accepted;
    reduced inspection and discontinuation are left out.

    Errors: What ``operating_characteristic`` refuses.

    Source: E. G. Schilling, J. H. Sheesley, Journal of Quality Technology 10 (1978), 76-83.

    >>> from hoshin.stats.sampling import z14_plan
    >>> plans = [z14_plan(1000, 1.0, inspection=i).plan for i in ("normal", "tightened")]
    >>> curve = scheme_characteristic(*plans, [0.01, 0.03, 0.05])
    >>> curve.share_normal.round(3), curve.pa.round(3)
    (array([0.936, 0.009, 0.   ]), array([0.944, 0.306, 0.086]))
    """
    first, second = (
        operating_characteristic(plan, p, distribution=distribution, lot_size=lot_size) for plan in (normal, tightened)
    )
    if first.count != second.count:
        words = "there are {found} normal and {other} tightened plans; as many of each are needed"
        found, other = (1 if curve.count is None else curve.count for curve in (first, second))
        raise StatisticsError(words, found=found, other=other)
    a, b = np.asarray(first.pa), np.asarray(second.pa)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        stay = np.where(a < 1, (2 - a**4) / ((1 - a) * (1 - a**4)), np.inf)
        wait = np.where(b < 1, np.where(b > 0, (1 - b**5) / ((1 - b) * b**5), np.inf), 5.0)
        share = np.where(np.isinf(stay), 1.0, np.where(np.isinf(wait), 0.0, stay / (stay + wait)))
    return SchemeCharacteristic(
        normal=first.plan,
        tightened=second.plan,
        p=first.p,
        pa_normal=first.pa,
        pa_tightened=second.pa,
        lots_normal=stay[()],
        lots_tightened=wait[()],
        share_normal=share[()],
        pa=(share * a + (1 - share) * b)[()],
        asn=(share * first.asn + (1 - share) * second.asn)[()],
    )

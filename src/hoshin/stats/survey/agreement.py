"""Agreement within a group: may the answers of a team be summed up by their mean?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_number, check_numbers
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class WithinGroupAgreement(Result):
    """r_wg of one item, or r_wg(J) of several: 1 all alike, 0 as scattered as answers by chance.

    A negative ratio is reported as 0, as is usual; ``variance_ratio`` keeps what was found.
    """

    value: float
    variance_ratio: float
    variances: np.ndarray
    null_variance: float
    people: int
    items: int
    left_out: int

    title = "Agreement within a group"
    assumptions = ("answers by chance would be spread evenly over the categories (or as null_variance says)",)
    sources = ("L. R. James, R. G. Demaree, G. Wolf, Journal of Applied Psychology 69 (1984), 85-98",)

    def steps(self):
        """The variances, what chance would give and their ratio."""
        yield Step("variance of each item", value=self.variances)
        yield Step("variance by chance", value=self.null_variance)
        numbers = {"s": float(self.variances.mean()), "e": self.null_variance}
        yield Step("ratio", "{s} / {e}", numbers, self.variance_ratio)
        formula = "1 - ratio" if self.items == 1 else "J (1 - ratio) / (J (1 - ratio) + ratio)"
        yield Step("r_wg", formula, value=self.value)


def within_group_agreement(
    answers, categories: int | None = None, null_variance: float | None = None
) -> WithinGroupAgreement:
    """r_wg: how much less the answers of one group scatter than answers by chance would.

    ``r_wg = 1 - s^2 / s_E^2``, for J items ``J(1 - r) / (J(1 - r) + r)`` with r the ratio of the mean variance.
    ``s_E^2 = (A^2 - 1) / 12`` for A ``categories`` chosen evenly, or ``null_variance`` for another picture of chance (a
    slight or strong leaning to one end).

    Parameters: ``answers`` (people,) or (people, items) of one group, at least 2 people; NaN leaves its row out; give
    one of ``categories`` (>= 2) and ``null_variance`` (> 0).

    Source: L. R. James, R. G. Demaree, G. Wolf, Journal of Applied Psychology 69 (1984), 85-98.

    >>> round(within_group_agreement([4, 4, 5, 4, 3], categories=5).value, 3)
    0.75
    """
    table = check_numbers(answers, "answers", ndim=(1, 2))
    table = table[:, None] if table.ndim == 1 else table
    if (categories is None) == (null_variance is None):
        raise StatisticsError("one of categories and null_variance is needed")
    chance = (
        check_number(null_variance, "null_variance", above=0)
        if categories is None
        else (check_number(categories, "categories", at_least=2) ** 2 - 1) / 12
    )
    missing = np.isnan(table).any(axis=1)
    kept = table[~missing]
    check_enough(len(kept), 2, "people who answered every item")
    variances = kept.var(axis=0, ddof=1)
    ratio = float(variances.mean()) / chance
    j = kept.shape[1]
    left = max(0.0, 1 - ratio)
    return WithinGroupAgreement(
        value=left if j == 1 else j * left / (j * left + ratio) if left else 0.0,
        variance_ratio=ratio,
        variances=variances,
        null_variance=float(chance),
        people=len(kept),
        items=j,
        left_out=int(missing.sum()),
    )

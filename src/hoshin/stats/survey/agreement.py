"""Agreement within a group: may the answers of a team be summed up by their mean?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._results import Ragged
from hoshin.stats.errors import StatisticsError, check_number, check_numbers
from hoshin.stats.results import Result, Step
from hoshin.stats.survey._answers import complete_rows, covariances, read_answers


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
    answers,
    categories: int | None = None,
    null_variance: float | None = None,
    *,
    offsets=None,
    item_offsets=None,
    on_error: str = "raise",
) -> WithinGroupAgreement:
    """r_wg: how much less the answers of one group scatter than answers by chance would.

    Estimand: ``r_wg = 1 - s^2 / s_E^2``, for J items ``J(1 - r) / (J(1 - r) + r)`` with r the mean variance over s_E^2;
    not below 0. Chance chooses evenly among A categories, ``s_E^2 = (A^2 - 1) / 12``, or as ``null_variance`` says (a
    slight or strong leaning to one end).

    Parameters
    ----------
    answers : (people,) or (people, items) of one group, (C, people, items) of many, or a column or table with
        ``offsets``. NaN leaves its row out.
    categories : the number of points of the scale, at least 2; this or
    null_variance : the variance of answers by chance, above 0.
    offsets : many groups: where each begins among the rows, and their number.
    item_offsets : many scales answered by one group: where each begins among the items, and their number.
    on_error : "raise", or "mark": a group without an answer gets NaN and a word in ``problems``.

    Units: answers in points of the scale, variances in their square; r_wg has none.

    Assumes: independent answers, items of one scale, and that chance is as it is said to be.

    Errors: fewer than 2 people with every answer; both or none of ``categories`` and ``null_variance``.

    Source: L. R. James, R. G. Demaree, G. Wolf, Journal of Applied Psychology 69 (1984), 85-98.

    >>> round(within_group_agreement([4, 4, 5, 4, 3], categories=5).value, 3)
    0.75
    >>> within_group_agreement([4, 4, 5, 4, 3, 1, 5, 3], categories=5, offsets=[0, 5, 8]).value
    array([0.75, 0.  ])
    """
    if (categories is None) == (null_variance is None):
        raise StatisticsError("one of categories and null_variance is needed")
    chance = (
        check_number(null_variance, "null_variance", above=0)
        if categories is None
        else (check_number(categories, "categories", at_least=2) ** 2 - 1) / 12
    )
    table = check_numbers(answers, "answers", ndim=(1, 2, 3))
    read = read_answers(table[:, None] if table.ndim == 1 else table, offsets, item_offsets, on_error)
    read.layout.refuse_few(read.layout.segments.counts(read.complete), 2, "people who answered every item")

    def compute(part, rows, complete, items, left_out):
        segments, rows = complete_rows(part.segments, rows, complete)
        variances = np.diagonal(covariances(segments, rows), axis1=1, axis2=2)
        ratio = variances.sum(axis=1) / items / chance
        left = np.maximum(0.0, 1 - ratio)
        with np.errstate(divide="ignore", invalid="ignore"):
            joint = np.where(left > 0, items * left / (items * left + ratio), 0.0)
        inside = np.arange(rows.shape[1]) < items[:, None]
        return {
            "value": np.where(items == 1, left, joint),
            "variance_ratio": ratio,
            "variances": Ragged(variances[inside], np.concatenate([[0], np.cumsum(items)])),
            "people": segments.lengths,
            "items": items,
            "left_out": left_out,
        }, {"null_variance": float(chance)}

    return read.layout.result(WithinGroupAgreement, compute, read.rows, read.complete, read.items, read.left_out)

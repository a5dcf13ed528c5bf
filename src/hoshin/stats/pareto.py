"""The vital few: categories in falling order with their share of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_counts, check_finite, check_fraction
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class ParetoAnalysis(Result):
    """Categories in falling order of count (or weighted count), with running sums and percentages."""

    order: tuple[str, ...]
    counts: tuple[float, ...]
    percent: np.ndarray
    cumulative: tuple[float, ...]
    cumulative_percent: np.ndarray
    total: float
    vital_few: tuple[str, ...]
    share: float

    title = "Pareto analysis"
    sources = ("J. M. Juran, Quality Control Handbook, section on the Pareto principle",)

    def steps(self):
        """One line per category."""
        yield Step("total", value=self.total)
        for name, count, percent, running in zip(
            self.order, self.counts, self.percent, self.cumulative_percent, strict=True
        ):
            yield Step(name, "{count} / {total}", {"count": count, "total": self.total}, f"{percent:.4g}%")
            yield Step("running", value=f"{running:.4g}%")
        yield Step(f"the fewest that make {self.share:.0%}", value=self.vital_few)


def pareto(counts: Mapping[str, float], weights: Mapping[str, float] | None = None, share: float = 0.8):
    """Categories in falling order; those of the same count in alphabetical order.

    Estimand: each category's share ``100 count weight / total`` and the running sum of the shares; ``vital_few`` are the
    fewest categories that together make ``share`` of the total.

    Parameters
    ----------
    counts : name to count, 0 or more, some above 0.
    weights : name to weight (cost or severity per unit), 0 or more, for the same names: what counts most, not what comes
        most often.
    share : of the total that the vital few make.

    Units: counts, or counts times the unit of the weights; shares in percent.

    Assumes: categories that exclude one another, all counted over one period.

    Errors: no category, all counts 0, a negative or missing count, a category without a weight.

    Source: J. M. Juran, Quality Control Handbook, section on the Pareto principle.

    >>> result = pareto({"price code": 80, "schedule date": 27, "supplier code": 66, "contact num.": 94})
    >>> result.order[:2], result.cumulative, result.percent.round(2)
    (('contact num.', 'price code'), (94, 174, 240, 267), array([35.21, 29.96, 24.72, 10.11]))
    >>> pareto({"scratch": 90, "crack": 5}, weights={"scratch": 1, "crack": 100}).order
    ('crack', 'scratch')
    """
    if not counts:
        raise StatisticsError("no categories found; at least one with a count is needed")
    share = check_fraction(share, "share")
    names = list(counts)
    check_counts(check_finite([counts[name] for name in names], "counts"), "counts", whole=False)
    values = {name: counts[name] for name in names} if weights is None else _weighted(counts, weights)
    order = sorted(names, key=lambda name: (-values[name], name))
    ordered = [values[name] for name in order]
    running = [sum(ordered[: i + 1]) for i in range(len(ordered))]
    total = running[-1]
    if not total > 0:
        raise StatisticsError("all {found} counts are 0; some above 0 are needed", found=len(names))
    cumulative_percent = 100 * np.array(running, dtype=float) / total
    few = int(np.argmax(cumulative_percent >= 100 * share - 1e-9)) + 1
    return ParetoAnalysis(
        order=tuple(order),
        counts=tuple(ordered),
        percent=100 * np.array(ordered, dtype=float) / total,
        cumulative=tuple(running),
        cumulative_percent=cumulative_percent,
        total=total,
        vital_few=tuple(order[:few]),
        share=share,
    )


def _weighted(counts, weights):
    missing = [name for name in counts if name not in weights]
    if missing:
        raise StatisticsError("no weight for {name!r}; every category needs one", name=missing[0])
    check_counts(check_finite([weights[name] for name in counts], "weights"), "weights", whole=False)
    return {name: counts[name] * weights[name] for name in counts}

"""Threshold: from which chance of failing on is it cheaper to look than to let the lot go?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import check_number
from hoshin.stats.learning._labels import read_probabilities
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Threshold(Result):
    """Look at every row whose chance is at or above ``value``; what that would have cost on the rows given.

    ``best_value`` is the threshold that was cheapest on these very rows, ``best_cost`` its cost per row: what it saves
    beyond ``value`` is partly luck. Costs are per row.
    """

    value: float
    cost_of_miss: float
    cost_of_look: float
    cost: float
    cost_of_no_look: float
    cost_of_looking_at_all: float
    best_value: float
    best_cost: float
    caught: int
    missed: int
    false_alarms: int
    let_go: int

    title = "Threshold by cost"
    assumptions = ("the chances are calibrated", "a look finds what is wrong and costs the same for every row")
    sources = ("C. Elkan, The foundations of cost-sensitive learning, IJCAI 2001, 973-978",)

    @property
    def recall(self) -> float:
        """The share of failed rows that are looked at."""
        return self.caught / (self.caught + self.missed)

    @property
    def precision(self) -> float | None:
        """The share of looks that find a failed row; None where there is no look."""
        looks = self.caught + self.false_alarms
        return self.caught / looks if looks else None

    @property
    def worthwhile(self) -> bool:
        """Whether it would have cost less than looking at all rows, and less than looking at none."""
        return self.cost < min(self.cost_of_no_look, self.cost_of_looking_at_all)

    def steps(self):
        """The threshold, the four counts and the costs."""
        yield Step("threshold", "{l} / {m}", {"l": self.cost_of_look, "m": self.cost_of_miss}, self.value)
        for name in ("caught", "missed", "false_alarms", "let_go"):
            yield Step(name.replace("_", " "), value=getattr(self, name))
        yield Step("cost per row", "(looks x cost of a look + missed x cost of a miss) / rows", value=self.cost)
        yield Step("cost per row without a look", value=self.cost_of_no_look)
        yield Step("cost per row of looking at all", value=self.cost_of_looking_at_all)
        yield Step("cheapest threshold on these rows and its cost", value=(self.best_value, self.best_cost))


def threshold(probabilities, failed, cost_of_miss: float, cost_of_look: float = 1.0) -> Threshold:
    """The chance of failing from which on a look pays: ``cost_of_look / cost_of_miss``, and what it would have cost.

    Estimand: the threshold ``cost_of_look / cost_of_miss``, above which a look costs less than the miss it may prevent, and
    ``(looks x cost_of_look + missed x cost_of_miss) / rows`` on the rows given.

    Parameters
    ----------
    probabilities : (n,) calibrated chances from 0 to 1.
    failed : (n,) of 0 and 1, with both kinds.
    cost_of_miss : of a failed row not looked at, above the cost of a look.
    cost_of_look : whether it finds something or not, above 0.

    Units: both costs in one currency; costs of the result are per row.

    Assumes: calibrated chances; a look finds what is wrong and costs the same for every row.

    Errors: chances outside 0..1, outcomes of one kind, a miss that costs no more than a look.

    Source: C. Elkan, The foundations of cost-sensitive learning, IJCAI 2001, 973-978.

    >>> found = threshold([0.02, 0.05, 0.1, 0.4, 0.3, 0.7], [0, 0, 0, 0, 1, 1], cost_of_miss=5)
    >>> found.value, found.caught, found.false_alarms, round(found.cost, 3), found.worthwhile
    (0.2, 2, 1, 0.5, True)
    """
    p, labels = read_probabilities(probabilities, failed)
    look = check_number(cost_of_look, "cost_of_look", above=0)
    miss = check_number(cost_of_miss, "cost_of_miss", above=look)
    value = look / miss
    chosen = p >= value
    caught, alarms = int((chosen & labels).sum()), int((chosen & ~labels).sum())
    missed, let_go = int((~chosen & labels).sum()), int((~chosen & ~labels).sum())
    best_value, best_cost = _cheapest(p, labels, miss, look)
    return Threshold(
        value=value,
        cost_of_miss=miss,
        cost_of_look=look,
        cost=(look * (caught + alarms) + miss * missed) / p.size,
        cost_of_no_look=miss * float(labels.mean()),
        cost_of_looking_at_all=look,
        best_value=best_value,
        best_cost=best_cost,
        caught=caught,
        missed=missed,
        false_alarms=alarms,
        let_go=let_go,
    )


def _cheapest(p: np.ndarray, labels: np.ndarray, miss: float, look: float) -> tuple[float, float]:
    """The threshold of least cost on these rows; looking at none is a threshold above 1."""
    order = np.argsort(-p, kind="stable")
    last = np.flatnonzero(np.concatenate((np.diff(p[order]) != 0, [True])))
    caught = np.cumsum(labels[order])[last]
    costs = np.concatenate(([miss * labels.sum()], look * (last + 1) + miss * (labels.sum() - caught))) / p.size
    values = np.concatenate(([np.nextafter(1.0, 2.0)], p[order][last]))
    at = int(np.argmin(costs))
    return float(values[at]), float(costs[at])

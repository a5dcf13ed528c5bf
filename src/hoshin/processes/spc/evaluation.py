"""Evaluation: points to the control chart of one characteristic, or to those of many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.stats import control_charts as stats
from hoshin.stats.control_charts import Baseline, ControlChart, ControlCharts, Rule
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import Result

from .points import Points

CHARTS = {
    "i_mr": stats.i_mr,
    "xbar_r": stats.xbar_r,
    "xbar_s": stats.xbar_s,
    "p": stats.p,
    "np": stats.np_,
    "c": stats.c,
    "u": stats.u,
}
SIZED = ("p", "np", "u")
COUNTED = (*SIZED, "c")


def problem_with(points: Points) -> str:
    """Why these data cannot be drawn on their chart, before the statistics are asked; empty where they can."""
    chart, values = points.choice.chart, points.measured
    if not len(points) or np.isnan(values).all():
        return _("There are no values yet.")
    if chart not in COUNTED:
        return ""
    if (values < 0).any() or (values % 1 > 0).any():
        return _("The values are not counts; this chart needs whole numbers of 0 or more.")
    if chart in SIZED:
        return _problem_with_sizes(points)
    return ""


def _problem_with_sizes(points: Points) -> str:
    known = ~np.isnan(points.measured)
    if np.isnan(points.sizes[known]).any():
        return _("Sample sizes are missing; this chart needs the size of each sample.")
    if points.choice.chart != "u" and (points.sizes[known] % 1 > 0).any():
        return _("Sample sizes are not whole numbers; this chart counts units. A u chart takes an area of opportunity.")
    if points.choice.chart != "u" and (points.measured[known] > points.sizes[known]).any():
        return _("More units are nonconforming than were inspected.")
    return ""


def chart(
    points: Points, values: np.ndarray, rules: Sequence[Rule], *, baseline: Baseline | None = None,
    exclude: Mapping[int, str] | None = None, sigma_method: str | None = None,
) -> ControlChart:  # fmt: skip
    """The control chart of one characteristic; raises StatisticsError where the data support none."""
    told: dict[str, Any] = {"rules": rules, "baseline": baseline, "exclude": exclude}
    if sigma_method:
        told["sigma_method"] = sigma_method
    if points.in_subgroups:
        told["subgroup_offsets"] = points.cuts
    sizes = (points.sizes,) if points.choice.chart in SIZED else ()
    return CHARTS[points.choice.chart](values, *sizes, **told)


@dataclass(frozen=True)
class Asked:
    """One characteristic in a batch: its points, its rules, its baseline if it has one."""

    points: Points
    rules: tuple[Rule, ...]
    baseline: Baseline | None = None

    @property
    def group(self) -> tuple:
        """What must be the same for characteristics to be computed together."""
        base = self.baseline
        told = (base.k, base.span, base.sigma_method) if base else ()
        return self.points.choice.chart, tuple(rule.name for rule in self.rules), told


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What a batch says of one characteristic. Without limits, ``problem`` says why."""

    points: np.ndarray
    lower: np.ndarray | float | None
    center: np.ndarray | float | None
    upper: np.ndarray | float | None
    # For each panel and rule the indices of the signalling points.
    signals: tuple[tuple[str, Rule, np.ndarray], ...] = ()
    problem: str = ""

    @property
    def signalling(self) -> np.ndarray:
        """Every point at which some rule is met, once."""
        found = [indices for _panel, _rule, indices in self.signals]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def evaluate(asked: Sequence[Asked]) -> list[Evaluated]:
    """The charts of many characteristics: one computation for each kind of chart and set of rules among them."""
    results: list[Evaluated | None] = [None] * len(asked)
    groups: dict[tuple, list[int]] = {}
    for place, one in enumerate(asked):
        problem = problem_with(one.points)
        if problem:
            results[place] = Evaluated(one.points.measured, None, None, None, problem=problem)
        else:
            groups.setdefault(one.group, []).append(place)
    for places in groups.values():
        for place, told in zip(places, _charts_of([asked[place] for place in places]), strict=True):
            results[place] = told
    return results


def _charts_of(asked: Sequence[Asked]) -> list[Evaluated]:
    """The charts of a group; where its data cannot be computed together, each alone, so that one spoils no other."""
    try:
        return list(_together(asked))
    except StatisticsError as refused:
        if len(asked) == 1:
            return [Evaluated(asked[0].points.measured, None, None, None, problem=str(refused))]
        return [told for one in asked for told in _charts_of([one])]


def _together(asked: Sequence[Asked]) -> Iterable[Evaluated]:
    """Characteristics with the same kind of chart and rules, in one call."""
    name = asked[0].points.choice.chart
    lengths = [len(one.points) for one in asked]
    told: dict[str, Any] = {"offsets": np.concatenate(([0], np.cumsum(lengths))), "on_error": "mark"}
    if asked[0].points.in_subgroups:
        told["subgroup_offsets"] = _joined_cuts([one.points.cuts for one in asked])
    if asked[0].baseline is not None:
        told["baseline"] = joined_baseline([one.baseline for one in asked])
    values = np.concatenate([one.points.counted for one in asked])
    sizes = (np.concatenate([one.points.sizes for one in asked]),) if name in SIZED else ()
    charts = CHARTS[name](values, *sizes, rules=asked[0].rules, **told)
    return _taken_apart(charts)


def _joined_cuts(cuts: Sequence[np.ndarray]) -> np.ndarray:
    ends = np.concatenate(([0], np.cumsum([cut[-1] for cut in cuts])))
    return np.concatenate([*(cut[:-1] + end for cut, end in zip(cuts, ends, strict=False)), ends[-1:]])


def joined_baseline(baselines: Sequence[Baseline]) -> Baseline:
    """The baselines of several characteristics as one, for a batch."""
    first = baselines[0]
    sigma = None if first.sigma is None else np.array([one.sigma for one in baselines], float)
    return Baseline(
        first.chart,
        np.array([one.center for one in baselines], float),
        sigma,
        np.array([one.n for one in baselines]),
        first.sigma_method,
        first.k,
        first.span,
    )


def _taken_apart(charts: ControlCharts) -> Iterable[Evaluated]:
    main = charts.main
    offsets = charts.offsets
    signals = [
        (panel.name, rule, indices, np.searchsorted(indices, offsets))
        for panel in charts.panels
        for rule, indices in panel.signals
    ]
    for i in range(len(charts)):
        low, high = int(offsets[i]), int(offsets[i + 1])
        if i in charts.problems:
            problem = charts.problems[i].removeprefix(f"characteristic {i}: ")
            yield Evaluated(main.points[low:high], None, None, None, problem=problem)
            continue
        lines = (_line(line, i, low, high, len(charts)) for line in (main.lcl, main.center, main.ucl))
        mine = tuple(
            (panel, rule, indices[cuts[i] : cuts[i + 1]] - low)
            for panel, rule, indices, cuts in signals
            if cuts[i + 1] > cuts[i]
        )
        yield Evaluated(main.points[low:high], *lines, signals=mine)


def _line(line: Any, i: int, low: int, high: int, count: int) -> Any:
    """The entry of one characteristic in a line that is one number, one per characteristic or one per point."""
    if np.ndim(line) == 0:
        return float(line)
    return float(line[i]) if line.shape == (count,) else line[low:high]


def explained(result: Result) -> list[str]:
    """How a result was computed, line by line."""
    return [str(step) for step in result.steps()]

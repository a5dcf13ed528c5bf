"""Evaluation: points to the control chart of one characteristic, or to those of many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.stats.control_charts import Baseline, ControlChart, ControlCharts, Rule
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.statistics import refusal, translated

from .chart_kinds import KINDS
from .points import Points

# A model is fitted to so many values in half a second.
MOST_MODELLED = 2_000


def problem_with(points: Points) -> str:
    """Why these data cannot be drawn on their chart, before the statistics are asked; empty where they can."""
    kind, values = points.kind, points.measured
    if not len(points) or np.isnan(values).all():
        return _("There are no values yet.")
    if kind.in_counts and (bad := np.flatnonzero((values < 0) | (values % 1 > 0))).size:
        return _(
            "The values are not counts (no. %(no)s is %(found)s); this chart needs whole numbers of 0 or more."
        ) % (_found(points, bad))
    if kind.in_times and (bad := np.flatnonzero(values < 0)).size:
        return _("The values are no times (no. %(no)s is %(found)s); this chart needs numbers of 0 or more.") % (
            _found(points, bad)
        )
    return _problem_with_sizes(points) if kind.needs_sizes else ""


def _found(points: Points, places: np.ndarray) -> dict[str, str | int]:
    """The first of the measurements that do not fit."""
    return {"no": int(points.columns.sequence[places[0]]) + 1, "found": f"{points.measured[places[0]]:g}"}


def _problem_with_sizes(points: Points) -> str:
    known, kind = ~np.isnan(points.measured), points.kind
    if np.isnan(points.sizes[known]).any():
        return _("Sample sizes are missing; this chart needs the size of each sample.")
    if kind.size == "units" and (points.sizes[known] % 1 > 0).any():
        return _("Sample sizes are not whole numbers; this chart counts units. A u chart takes an area of opportunity.")
    if kind.size == "units" and (points.measured[known] > points.sizes[known]).any():
        return _("More units are nonconforming than were inspected.")
    return ""


def chart(
    points: Points, values: np.ndarray, rules: Sequence[Rule], *, baseline: Baseline | None = None,
    exclude: Mapping[int, str] | None = None, sigma_method: str | None = None,
) -> ControlChart:  # fmt: skip
    """The control chart of one characteristic; raises StatisticsError where the data support none."""
    if baseline is None and points.kind.models_series:
        if not _is_long(points):
            left_out = tuple((exclude or {}).items())
            return _modelled(points.choice.chart, values.tobytes(), tuple(rules), left_out, sigma_method)
        baseline = _of_the_newest(points, values)
    told = {"baseline": baseline, "exclude": exclude, **_asked(points, rules, baseline)}
    if sigma_method:
        told["sigma_method"] = sigma_method
    if points.kind.grouping == "subgroup":
        told["subgroup_offsets"] = points.cuts
    sizes = (points.sizes,) if points.kind.needs_sizes else ()
    return points.kind.compute(points.charted(values), *sizes, **told)


def _is_long(points: Points) -> bool:
    """Whether fitting a model to the whole series would keep a reader waiting."""
    return points.kind.models_series and len(points) > MOST_MODELLED


def _of_the_newest(points: Points, values: np.ndarray) -> Baseline:
    """The model of the newest values, by which a long series is judged as long as it has no baseline."""
    return _modelled(points.choice.chart, values[-MOST_MODELLED:].tobytes()).baseline


@lru_cache(128)
def _modelled(
    chart: str, values: bytes, rules: tuple[Rule, ...] = (), left_out: tuple[tuple[int, str], ...] = (),
    sigma_method: str | None = None,
) -> ControlChart:  # fmt: skip
    """A chart of a model, which takes long to find: once for each series, however often its page is opened."""
    told = {"rules": rules, "exclude": dict(left_out), "sigma_method": sigma_method}
    return KINDS[chart].compute(np.frombuffer(values), **told)


def _asked(points: Points, rules: Sequence[Rule], baseline: Baseline | None) -> dict[str, Any]:
    """The rules, where the chart has more than limits, and the figures it was designed with or frozen with."""
    arguments = points.choice.arguments if baseline is None else points.kind.frozen(baseline)
    return {**arguments, **({} if points.kind.limits_only else {"rules": rules})}


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
        asked = _asked(self.points, tuple(rule.name for rule in self.rules), base)
        alone = id(self) if _is_long(self.points) or (base and self.points.kind.models_series) else None
        return self.points.choice.chart, tuple(sorted(asked.items())), told, alone


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
            return [Evaluated(asked[0].points.measured, None, None, None, problem=refusal(refused))]
        return [told for one in asked for told in _charts_of([one])]


def _together(asked: Sequence[Asked]) -> Iterable[Evaluated]:
    """Characteristics with the same kind of chart and rules, in one call."""
    first, kind = asked[0], asked[0].points.kind
    lengths = [len(one.points) for one in asked]
    told: dict[str, Any] = {"offsets": np.concatenate(([0], np.cumsum(lengths))), "on_error": "mark"}
    if kind.grouping == "subgroup":
        told["subgroup_offsets"] = _joined_cuts([one.points.cuts for one in asked])
    if first.baseline is not None:
        told["baseline"] = joined_baseline([one.baseline for one in asked])
    values = np.concatenate([one.points.charted(one.points.judged) for one in asked])
    if first.baseline is None and _is_long(first.points):
        told["baseline"] = _of_the_newest(first.points, values)
    sizes = (np.concatenate([one.points.sizes for one in asked]),) if kind.needs_sizes else ()
    return _taken_apart(kind.compute(values, *sizes, **_asked(first.points, first.rules, first.baseline), **told))


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
        options={name: _joined([one.options[name] for one in baselines]) for name in first.options},
    )


def _joined(options: Sequence[Any]) -> Any:
    """One option of several baselines: itself where all agree, else one entry for each."""
    alike = len(options) == 1 or all(option == options[0] for option in options)
    return options[0] if alike else np.array(options, float)


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
            yield Evaluated(main.points[low:high], None, None, None, problem=translated(problem))
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

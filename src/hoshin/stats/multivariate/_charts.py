"""What the charts of several characteristics have in common: their groups and stages, and the baseline they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.control_charts.chart import Stage, left_out, of
from hoshin.stats.errors import StatisticsError
from hoshin.stats.multivariate._covariance import Groups
from hoshin.stats.results import FrozenDict, Result, Step


@dataclass(frozen=True, eq=False)
class T2Baseline(Result):
    """What phase I leaves for phase II: center, covariance, and how many rows or subgroups they come from.

    ``n`` is 1 for rows, the size of the subgroups, or 0 where that differs; ``freedom`` are the degrees of freedom of
    the covariance, for subgroups all rows less ``m``. ``excluded`` gives the reason for each point left out. For many
    groups, or several stages, center, cov, m and freedom are arrays with a leading axis of them.
    """

    center: np.ndarray
    cov: np.ndarray
    m: Any
    n: Any = 1
    freedom: Any = 0.0
    excluded: FrozenDict = field(default_factory=FrozenDict)

    title = "Baseline of several characteristics"

    def __getitem__(self, index) -> T2Baseline:
        """The baseline of one group (or stage), or of some."""
        places = np.arange(len(self.center))[index]
        if not places.ndim:
            return self.part(index, own_reasons(self.excluded, places))
        kept = [own_reasons(self.excluded, old) for old in places]
        return self.part(index, {(new, i): why for new, own in enumerate(kept) for i, why in own.items()})

    def part(self, index, excluded) -> T2Baseline:
        """The baseline of one entry, or of some."""
        m, n, freedom = (of(value, index) for value in (self.m, self.n, self.freedom))
        return T2Baseline(self.center[index], self.cov[index], m, n, freedom, excluded)

    def steps(self):
        """What limits are computed from."""
        yield Step("rows" if kind_of(self)[1] else "subgroups", value=self.m)
        yield Step("center", value=self.center)
        yield Step("covariance", value=self.cov)
        yield from left_out(self.excluded)


@dataclass(frozen=True, eq=False, kw_only=True)
class JointChart(Entries, Result):
    """A chart of one group of characteristics, or of many.

    ``excluded`` gives the reason for each point left out of the baseline. Stages are told by ``stages``; their numbers
    are arrays with an entry for each, and limits have one for each point. ``offsets`` say where each group begins where
    the points came flat.
    """

    out: np.ndarray
    baseline: T2Baseline
    p: int
    excluded: FrozenDict = field(default_factory=FrozenDict)
    stage_offsets: np.ndarray | None = None
    stage_labels: tuple = ()
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    # Fields with an entry per point, the first the statistic; with one per stage; lines, with one per stage or point;
    # and those of them that points left out have a value of their own of.
    points: ClassVar[tuple[str, ...]]
    by_stage: ClassVar[tuple[str, ...]] = ()
    lines: ClassVar[tuple[str, ...]] = ()
    own_of_excluded: ClassVar[tuple[str, ...]] = ()

    @property
    def statistic(self) -> np.ndarray:
        """What is plotted."""
        return getattr(self, self.points[0])

    @property
    def count(self) -> int | None:
        """How many groups there are; None of one alone."""
        if self.offsets is not None:
            return self.offsets.size - 1
        return len(self.statistic) if self.statistic.ndim > 1 else None

    @property
    def cov(self) -> np.ndarray:
        """The covariance of a row."""
        return self.baseline.cov

    @property
    def m(self):
        """How many rows or subgroups center and covariance come from."""
        return self.baseline.m

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stage that each point belongs to; of many groups the places run through all their points."""
        groups = [0, *(self._bounds(g)[1] for g in range(self.count or 1))]
        cuts = groups if self.stage_offsets is None else self.stage_offsets.tolist()
        labels = self.stage_labels or (None,) * (len(cuts) - 1)
        return tuple(Stage(label, cuts[s], cuts[s + 1]) for s, label in enumerate(labels))

    def baseline_of(self, stage: int = -1) -> T2Baseline:
        """The baseline of one stage of one group, to be used for later data."""
        if self.baseline.center.ndim == 1:
            return self.baseline
        index = range(len(self.baseline.center))[stage]
        own = self.stages[index]
        return self.baseline.part(index, {i: why for i, why in self.excluded.items() if own.start <= i < own.stop})

    def stage_of(self, index: int) -> int:
        """The stage of one point of one group, from 0."""
        return 0 if self.stage_offsets is None else int(np.searchsorted(self.stage_offsets, index, side="right")) - 1

    def common_steps(self) -> Iterator[Step]:
        """How many groups and stages there are."""
        if self.count is not None:
            yield Step("groups of characteristics", value=len(self))
            yield Step("without a chart", value=len(self.problems))
        elif self.stage_offsets is not None:
            for stage in self.stages:
                yield Step(f"stage {stage.label}", f"points {stage.start + 1} to {stage.stop}")
        yield from left_out(self.excluded)

    def _bounds(self, g: int) -> tuple[int, int]:
        """Where the points of a group lie among all of them."""
        length = self.statistic.shape[-1]
        return (g * length, (g + 1) * length) if self.offsets is None else tuple(self.offsets[g : g + 2].tolist())

    def _entry(self, g: int) -> JointChart:
        low, high = self._bounds(g)
        first, last, cuts = g, g + 1, None
        if self.stage_offsets is not None:
            first, last = np.searchsorted(self.stage_offsets, (low, high)).tolist()
            cuts = self.stage_offsets[first : last + 1] - low
        index = first if last - first == 1 else slice(first, last)
        excluded, left = (own_reasons(places, g) for places in (self.excluded, self.baseline.excluded))
        own = {name: self._points_of(name, low, high) for name in self.points}
        own |= {name: of(getattr(self, name), index) for name in self.by_stage}
        if np.ndim(getattr(self, "n", 1)):
            own["n"] = one_size(self._points_of("n", low, high))
        once = last - first == 1 and not np.ndim(own.get("n", 1))
        there = int((~np.isnan(own[self.points[0]])).argmax())
        for name in self.lines:
            line = getattr(self, name)
            if np.ndim(line) and line.size == self.count != self.statistic.size:
                own[name] = of(line, g)
            elif np.ndim(line):
                line = self._points_of(name, low, high)
                own[name] = line[there].item() if once and not (excluded and name in self.own_of_excluded) else line
        return replace(
            self,
            **own,
            out=self.out[slice(*np.searchsorted(self.out, (low, high)))] - low,
            baseline=self.baseline.part(index, left),
            excluded=excluded,
            stage_offsets=cuts,
            stage_labels=self.stage_labels[first:last],
            offsets=None,
            problems={},
        )

    def _points_of(self, name: str, low: int, high: int):
        values = getattr(self, name)
        if values is None:
            return None
        lead = self.statistic.ndim
        return values.reshape(-1, *values.shape[lead:])[low:high]


def own_reasons(excluded: Mapping, g: int) -> dict:
    """Why points of one group were left out.

    >>> own_reasons({(0, 3): "new tool", (1, 3): "wrong gauge"}, 1)
    {3: 'wrong gauge'}
    """
    return {key[1]: why for key, why in excluded.items() if isinstance(key, tuple) and key[0] == g}


def one_size(sizes: np.ndarray):
    """The one size of all subgroups that are there (above 0), or the sizes as they are.

    >>> one_size(np.array([5, 0, 5])), one_size(np.array([5, 4]))
    (5, array([5, 4]))
    """
    there = sizes[sizes > 0]
    return int(there[0]) if there.size and (there == there[0]).all() else sizes


def make_baseline(groups: Groups, center, cov, m, n, freedom) -> T2Baseline:
    """The baseline of the stages of all groups: numbers for a single one, arrays for several."""
    whole = T2Baseline(*groups.blank(center, cov), m, n, freedom, groups.excluded)
    return whole if groups.many or groups.stages.count > 1 else whole.part(0, groups.excluded)


def kind_of(baseline: T2Baseline) -> tuple[bool, bool]:
    """Whether a baseline is of many groups, and whether it is of rows, not of subgroups.

    >>> kind_of(T2Baseline(np.zeros(2), np.eye(2), 30))
    (False, True)
    """
    if not isinstance(baseline, T2Baseline):
        raise StatisticsError(
            "baseline is {found}; the baseline of a chart of earlier data is needed", found=type(baseline).__name__
        )
    return baseline.center.ndim > 1, np.ndim(baseline.n) == 0 and baseline.n == 1


def check_baseline(baseline: T2Baseline, groups: Groups, p: int, shape, **estimation) -> None:
    """Refuse a baseline that does not fit the data, or with options that estimate it again."""
    groups.check_frozen(**estimation)
    many, _ = kind_of(baseline)
    if baseline.center.shape[-1] != p or groups.many != many or (many and len(baseline.center) != groups.count):
        raise StatisticsError(
            "data has shape {found}; {p} variables{groups} as in the baseline are needed",
            found=shape,
            p=baseline.center.shape[-1],
            groups=f" of {len(baseline.center)} groups" if many else "",
        )
    lacking = np.isnan(np.atleast_2d(baseline.center)).any(axis=1)
    groups.refuse(lacking, "the baseline has no center; one of data that support it is needed")


def drawn(groups: Groups, line: np.ndarray, there: np.ndarray | None = None):
    """A line as results show it: once where it is constant, else per point, NaN at subgroups that are not there."""
    (line,) = groups.blank(line)
    if line.size == groups.count:
        if groups.count == groups.characteristics.count:
            return line if groups.many else line.item()
        line = groups.stages.per_point(line)
    return (line if there is None else np.where(there, line, np.nan)).reshape(groups.shape)


def common(groups: Groups, out: np.ndarray) -> dict:
    """The fields that all charts of groups have."""
    return {
        "out": out,
        "excluded": groups.excluded,
        "stage_offsets": groups.stages.offsets if groups.labels else None,
        "stage_labels": groups.labels,
        "offsets": groups.characteristics.offsets if groups.many and len(groups.shape) == 1 else None,
        "problems": groups.problems,
    }

"""The control chart as a result: panels with points, lines and signals, for one characteristic or for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.signals import Signals, slack


@dataclass(frozen=True, eq=False)
class Baseline(Result):
    """What phase I found out about a process: the values control limits are computed from, frozen.

    A baseline comes from the data of a chart and is handed to the chart of later data. With several characteristics
    or stages the numbers are arrays with one entry each.
    """

    chart: str
    center: float | np.ndarray
    sigma: float | np.ndarray | None
    n: int | np.ndarray
    sigma_method: str
    k: float = 3.0
    span: int | None = None
    excluded: FrozenDict = field(default_factory=FrozenDict)
    options: FrozenDict = field(default_factory=FrozenDict)

    title = "Baseline"

    def __getitem__(self, i: int) -> Baseline:
        """The baseline of one characteristic (or stage)."""
        own = {key[1]: why for key, why in self.excluded.items() if isinstance(key, tuple) and key[0] == i}
        return self.part(i, own)

    def part(self, index, excluded) -> Baseline:
        """The baseline of one entry, or of a slice of them."""
        center, sigma, n = (of(value, index) for value in (self.center, self.sigma, self.n))
        options = {name: _entry(value, index) for name, value in self.options.items()}
        return replace(self, center=center, sigma=sigma, n=n, excluded=excluded, options=options)

    @property
    def count(self) -> int:
        """For how many characteristics (or stages) it stands."""
        return int(np.size(self.center))

    def steps(self):
        """The values that limits are computed from."""
        yield Step("points used", value=self.n)
        yield Step("center", value=self.center)
        if self.sigma is not None:
            yield Step("sigma", self.sigma_method, value=self.sigma)
        for name, value in self.options.items():
            yield Step(name, value=value)
        yield from left_out(self.excluded)


@dataclass(frozen=True, eq=False)
class Stage(Result):
    """A stretch of points with limits of its own: indices [start, stop) and the label it was given."""

    label: str | int | float | None
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Panel(Result):
    """One series of points with its center line and limits.

    A line is one number where it is constant and an array with one entry per point where it varies. ``sigma`` is the
    standard error of the plotted point, which zones are multiples of; None where the limits are not made that way.
    """

    name: str
    points: np.ndarray
    center: float | np.ndarray
    sigma: float | np.ndarray | None
    ucl: float | np.ndarray
    lcl: float | np.ndarray
    signals: Signals

    title = "Panel"

    def beyond_limits(self) -> np.ndarray:
        """The 0-based indices of the points beyond a control limit."""
        with np.errstate(invalid="ignore"):
            above = self.points > self.ucl + slack(self.ucl, self.center)
            return np.flatnonzero(above | (self.points < self.lcl - slack(self.lcl, self.center)))

    def steps(self):
        """Lines, limits and signals."""
        yield Step(f"{self.name}: center line", value=self.center)
        if self.sigma is not None:
            yield Step(f"{self.name}: standard error of a point", value=self.sigma)
        yield Step(f"{self.name}: UCL", value=self.ucl)
        yield Step(f"{self.name}: LCL", value=self.lcl)
        yield from self.signals.steps()


@dataclass(frozen=True)
class Family:
    """What every chart of one kind has in common: its name, what it assumes, where it comes from, how limits arise."""

    kind: str
    name: str
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]
    derive: Callable[[Charted], Iterable[Step]]


FAMILIES: dict[str, Family] = {}


def family(kind: str, name: str, assumptions, sources, derive) -> Family:
    """Make a kind of chart known.

    >>> FAMILIES["i_mr"].name
    'Individuals and moving range chart'
    """
    return FAMILIES.setdefault(kind, Family(kind, name, tuple(assumptions), tuple(sources), derive))


class Charted(Result):
    """What the chart of one characteristic and the charts of many have in common."""

    @property
    def title(self) -> str:
        """The name of the chart."""
        return FAMILIES[self.chart].name

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the limits take for granted."""
        return FAMILIES[self.chart].assumptions

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the formulas come from."""
        return FAMILIES[self.chart].sources

    @property
    def main(self) -> Panel:
        """The first panel: the one about the level of the process."""
        return self.panels[0]

    def panel(self, name: str) -> Panel:
        """The panel of this name."""
        for panel in self.panels:
            if panel.name == name:
                return panel
        raise KeyError(f"{name}; there are {', '.join(panel.name for panel in self.panels)}")

    def steps(self):
        """Where the limits come from, what they are computed with, and every panel."""
        origin = "the points themselves (phase I)" if self.phase == 1 else "a baseline of earlier points (phase II)"
        yield Step("limits come from", origin)
        yield Step("points used", value=self.baseline.n)
        yield from FAMILIES[self.chart].derive(self)
        yield from left_out(self.excluded)


@dataclass(frozen=True, eq=False)
class ControlChart(Charted):
    """The control chart of one characteristic.

    ``baseline`` holds what the limits were computed from (arrays with one entry per stage where there are several),
    ``phase`` is 1 where the chart's own points made it and 2 where it was given. ``excluded`` gives the reason for
    each point left out of the baseline; it is plotted all the same.
    """

    chart: str
    phase: int
    panels: tuple[Panel, ...]
    baseline: Baseline
    stages: tuple[Stage, ...]
    sizes: float | np.ndarray | None = None
    excluded: FrozenDict = field(default_factory=FrozenDict)

    def __getitem__(self, name: str) -> Panel:
        return self.panel(name)

    @property
    def in_control(self) -> bool:
        """Whether no rule is met in any panel."""
        return not any(panel.signals for panel in self.panels)

    def baseline_of(self, stage: int = -1) -> Baseline:
        """The baseline of one stage, to be used for later data."""
        if len(self.stages) == 1:
            return self.baseline
        index = range(len(self.stages))[stage]
        own = self.stages[index]
        return self.baseline.part(index, {i: why for i, why in self.excluded.items() if own.start <= i < own.stop})

    def steps(self):
        """How the limits came about, then every panel."""
        yield from super().steps()
        yield from told_of(self.stages)
        for panel in self.panels:
            yield from panel.steps()


@dataclass(frozen=True, eq=False)
class ControlCharts(Charted):
    """The control charts of many characteristics at once; ``charts[i]`` is the chart of one, also where it has no limits:
    its points are still plotted.

    Points keep the shape they came in: (C, n), or flat with ``offsets``. A line has one entry per characteristic where
    it is constant and one per point where it varies. The indices in the signals run through the flattened points.
    ``problems`` says for a characteristic why it has no limits (they are NaN).
    """

    chart: str
    phase: int
    panels: tuple[Panel, ...]
    baseline: Baseline
    offsets: np.ndarray
    stage_offsets: np.ndarray
    stage_labels: tuple
    sizes: float | np.ndarray | None = None
    excluded: FrozenDict = field(default_factory=FrozenDict)
    problems: FrozenDict = field(default_factory=FrozenDict)

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __iter__(self) -> Iterator[ControlChart]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> ControlChart:
        i = range(len(self))[i]
        low, high = int(self.offsets[i]), int(self.offsets[i + 1])
        stages, places = stages_within(self.stage_offsets, self.stage_labels, low, high)
        excluded = {key[1]: why for key, why in self.excluded.items() if key[0] == i}
        return ControlChart(
            self.chart,
            self.phase,
            tuple(self._panel(panel, i, low, high) for panel in self.panels),
            self._baseline(i, places, excluded),
            stages,
            None if self.sizes is None else self._line(self.sizes, i, low, high),
            excluded,
        )

    def signal_counts(self, panel: int = 0) -> np.ndarray:
        """How many signals each characteristic (row) has by each rule (column) of a panel."""
        return np.stack(
            [np.diff(np.searchsorted(points, self.offsets)) for points in self.panels[panel].signals.points], axis=1
        )

    def steps(self):
        """How the limits came about, and how many characteristics could not be charted."""
        yield from super().steps()
        yield Step("characteristics", value=len(self))
        yield Step("without limits", value=len(self.problems))

    def _line(self, line, i: int, low: int, high: int):
        if line is None or np.ndim(line) == 0:
            return line
        return of(line, i) if line.shape == (len(self),) else line.ravel()[low:high]

    def _panel(self, panel: Panel, i: int, low: int, high: int) -> Panel:
        lines = (self._line(line, i, low, high) for line in (panel.center, panel.sigma, panel.ucl, panel.lcl))
        return Panel(panel.name, panel.points.ravel()[low:high], *lines, panel.signals.between(low, high))

    def _baseline(self, i: int, places, excluded: dict) -> Baseline:
        whole = self.baseline
        return whole.part(places, excluded) if self.phase == 1 else whole.part(i, whole[i].excluded)


def stages_within(cuts: np.ndarray, labels: tuple, low: int, high: int) -> tuple[tuple[Stage, ...], int | slice]:
    """The stages of one characteristic, whose points lie between two cuts, and their places among those of all.

    >>> stages_within(np.array([0, 5, 9]), ("old", "new"), 5, 9)[1]
    1
    """
    first, last = np.searchsorted(cuts, (low, high)).tolist()
    ends = (cuts[first : last + 1] - low).tolist()
    own = labels[first:last] if labels else (None,) * (last - first)
    stages = tuple(Stage(label, *ends[s : s + 2]) for s, label in enumerate(own))
    return stages, slice(first, last) if last - first > 1 else first


def of(values, index):
    """One entry of an array as a plain number (a slice as an array); None stays None."""
    if values is None or np.ndim(values) == 0:
        return values
    entry = np.asarray(values)[index]
    return entry.item() if np.ndim(entry) == 0 else entry


def _entry(option, index):
    """One entry of an option; of a table by name, the names that have one."""
    if isinstance(option, Mapping):
        entries = {name: of(value, index) for name, value in option.items()}
        return {name: entry for name, entry in entries.items() if not np.isnan(entry).all()}
    return of(option, index) if isinstance(option, np.ndarray) else option


def told_of(stages: tuple[Stage, ...]) -> Iterator[Step]:
    """Where each stage lies, if there are several.

    >>> [str(step) for step in told_of((Stage("old", 0, 5), Stage("new", 5, 9)))]
    ['stage old = points 1 to 5', 'stage new = points 6 to 9']
    """
    for stage in stages if len(stages) > 1 else ():
        yield Step(f"stage {stage.label}", f"points {stage.start + 1} to {stage.stop}")


def left_out(excluded) -> Iterator[Step]:
    """One line for each point that is not in the baseline, with the reason."""
    for place, why in excluded.items():
        yield Step(f"point {_counted(place)} left out", "{reason}", {"reason": why})


def _counted(place) -> str:
    """A 0-based place as a person counts."""
    return ", ".join(str(p + 1) for p in place) if isinstance(place, tuple) else str(place + 1)

"""The control chart of one characteristic: its points on the limits of its baseline, ready to draw and to explain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hoshin.kernel.measuring.models import Statement
from hoshin.kernel.measuring.reading import labels_of, reasons_of
from hoshin.measurements.overlay import Reading
from hoshin.stats.control_charts import ControlChart, Rule, shifts
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.drawing import Annotation, ChartData, Panel, Phase, Signal, Specification
from hoshin.surfaces.statistics import refusal, translated

from . import baselines
from .evaluation import chart, problem_with
from .points import Points
from .readings import reading_of
from .rules import rules_of, short_name, worded

# More points than these are not read by eye; the newest are shown, the others by address.
MOST_SHOWN = 5_000
NARROW = 0.08
# Files may hold any time; nearer to the ends of the calendar some time zones cannot show it.
FIRST_DAY, LAST_DAY = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-30", "us")


@dataclass(frozen=True)
class PointSignal:
    """One rule met at one point of one panel."""

    index: int
    panel: str
    rule: Rule

    @property
    def text(self) -> str:
        return translated(self.rule.text)

    @property
    def short(self) -> str:
        return short_name(self.rule)


@dataclass(frozen=True, eq=False)
class CharacteristicChart:
    """What can be said of a characteristic's stability: points, limits, where the limits come from, signals."""

    characteristic: Any
    points: Points
    # The frozen baseline or, where there is none, the draft; limits are provisional without a frozen one.
    baseline: Any | None
    result: ControlChart | None
    # The same chart with excluded points in their place, for drawing.
    shown: ControlChart | None
    problem: str = ""

    @property
    def provisional(self) -> bool:
        return self.baseline is None or self.baseline.state != baselines.FROZEN

    @property
    def reason(self) -> str:
        """Why this chart."""
        if self.baseline is not None:
            return _("its baseline %(number)s uses it") % {"number": self.baseline.number}
        return str(self.points.choice.reason)

    @cached_property
    def signals(self) -> list[PointSignal]:
        """Every rule met at a point that counts, in the order of the points."""
        if self.result is None:
            return []
        found = [
            PointSignal(int(index), panel.name, rule)
            for panel in self.result.panels
            for rule, indices in panel.signals
            for index in indices
            if int(index) not in self.left_out
        ]
        return sorted(found, key=lambda signal: (signal.index, signal.panel))

    @cached_property
    def signalling(self) -> Mapping[int, list[PointSignal]]:
        """The signals of each point that has some."""
        found: dict[int, list[PointSignal]] = {}
        for signal in self.signals:
            found.setdefault(signal.index, []).append(signal)
        return found

    @cached_property
    def left_out(self) -> Mapping[int, str]:
        """Points that do not count, with the reason: excluded ones, and those the baseline leaves out."""
        reasons = self.points.reading.reason[self.points.cuts[:-1]]
        told = {int(i): self._said(int(reasons[i])) for i in np.flatnonzero(self.points.excluded)}
        known, region = baselines.of(self.baseline), self.region
        if known is not None and region is not None:
            told |= {region[0] + place: why for place, why in known.excluded.items()}
        return told

    def _said(self, statement: int) -> str:
        return self.statements[statement].reason if statement in self.statements else _("excluded")

    @cached_property
    def shifts(self) -> list[str]:
        """Since when and to which level a cumulative sum says the process moved."""
        if self.result is None or not self.points.kind.cumulative:
            return []
        decimals, unit = (self.characteristic.decimals or 0) + 1, self.characteristic.measure
        return [
            _("The level moved at no. %(since)s, to about %(level)s (found at no. %(found)s).")
            % {
                "since": point_number(self.points, shift.start), "found": point_number(self.points, shift.signal),
                "level": f"{shift.level:.{decimals}f} {unit}".strip(),
            }
            for shift in shifts(self.result)
        ]  # fmt: skip

    @property
    def in_control(self) -> bool:
        return self.result is not None and not self.signals

    @property
    def region(self) -> tuple[int, int] | None:
        """The points the limits come from, as start and stop."""
        if self.baseline is None or self.baseline.window_first is None:
            return None
        return self.points.within(self.baseline.window_first, self.baseline.window_last)

    @cached_property
    def statements(self) -> Mapping[int, Statement]:
        """What was said about measurements: exclusions and remarks, by their ids."""
        reading = self.points.reading
        return reasons_of(np.unique(np.concatenate((reading.reason, reading.annotation))).tolist())

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The words behind lots, gauges and operators."""
        columns = self.points.columns
        return labels_of(np.unique(np.concatenate((columns.lot, columns.gauge, columns.operator))).tolist())

    def window(self, start: int | None = None, stop: int | None = None) -> range:
        """The points to show: those asked for, at most MOST_SHOWN, by themselves the newest."""
        size = len(self.points)
        stop = size if stop is None else min(max(stop, 0), size)
        start = max(0, stop - MOST_SHOWN) if start is None else min(max(start, 0), stop)
        return range(max(start, stop - MOST_SHOWN), stop)


def chart_of(
    characteristic: Any, *, reading: Reading | None = None, baseline: Any | None = None
) -> CharacteristicChart:
    """The chart of a characteristic as its data stand now, on its frozen baseline where it has one."""
    reading = reading if reading is not None else reading_of(characteristic)
    baseline = baseline or baselines.in_force([characteristic], (baselines.FROZEN, baselines.DRAFT)).get(
        characteristic.uid
    )
    known = baselines.of(baseline)
    baseline = baseline if known is not None else None
    points = baselines.points_on(baseline, characteristic, reading)
    problem = problem_with(points)
    if not problem:
        try:
            result, shown = _results(points, rules_of(characteristic), known)
            return CharacteristicChart(characteristic, points, baseline, result, shown)
        except StatisticsError as refused:
            problem = refusal(refused)
    return CharacteristicChart(characteristic, points, baseline, None, None, problem)


def _results(points: Points, rules: Sequence[Rule], known: Any) -> tuple[ControlChart, ControlChart]:
    """The chart whose signals count, and the one that shows excluded points as well."""
    result = chart(points, points.judged, rules, baseline=known)
    # In a chart with a memory an excluded point would move all points after it.
    if points.kind.has_memory or not points.excluded.any():
        return result, result
    if known is not None:
        return result, chart(points, points.measured, (), baseline=known)
    left_out = {int(i): _("excluded") for i in np.flatnonzero(points.excluded)}
    return result, chart(points, points.measured, (), exclude=left_out)


def drawing_of(of: CharacteristicChart, window: range | None = None) -> ChartData:
    """The chart as something to draw; of a window of its points where one is given."""
    window = of.window() if window is None else window
    low, high = window.start, window.stop
    return ChartData(
        title=f"{of.characteristic.number} {of.characteristic.title}",
        panels=tuple(_panels(of, low, high)),
        labels=labels_of_points(of, window),
        phases=tuple(_phases(of, low, high)),
        annotations=tuple(_remarks(of, low, high)),
        details=details_of(of, window),
    )


def _panels(of: CharacteristicChart, low: int, high: int) -> Iterator[Panel]:
    if of.shown is None:
        yield _bare_panel(of, low, high)
        return
    excluded = frozenset(index - low for index in of.left_out if low <= index < high)
    corrected = frozenset((np.flatnonzero(of.points.any_of(of.points.reading.corrected)[low:high])).tolist())
    if of.points.kind.has_memory:
        # Such a point is missing from the chart.
        excluded = frozenset()
    for number, panel in enumerate(of.shown.panels):
        signals = tuple(
            Signal(s.index - low, s.short, worded(s.rule))
            for s in of.signals
            if s.panel == panel.name and low <= s.index < high
        )
        yield Panel(
            translated(panel.name),
            panel.points[low:high],
            *(_cut(line, low, high) for line in _lines(of, panel)),
            zones=number == 0 and panel.sigma is not None and len(of.characteristic.rules) > len("beyond"),
            specification=_specification(of) if number == 0 else Specification(),
            signals=signals,
            excluded=excluded,
            corrected=corrected,
            unit=_unit(of),
            decimals=_decimals(of),
            letters=("", "", "h") if of.points.kind.cumulative else ("LCL", "CL", "UCL"),
        )


def _lines(of: CharacteristicChart, panel: Any) -> tuple[Any, Any, Any]:
    """The center line and the limits that mean something: a cumulative sum has its decision interval alone."""
    if of.points.kind.cumulative:
        return None, None, panel.ucl
    return panel.center, panel.lcl, panel.ucl


def _bare_panel(of: CharacteristicChart, low: int, high: int) -> Panel:
    """The points alone, where no limits can be computed."""
    values = of.points.measured[of.points.cuts[:-1]][low:high] if len(of.points) else []
    return Panel(_("Values"), values, specification=_specification(of), unit=of.characteristic.measure)


def _cut(line: Any, low: int, high: int) -> Any:
    return line[low:high] if np.ndim(line) else line


def _unit(of: CharacteristicChart) -> str:
    """The unit of what is plotted: sums are in standard deviations, counts have none."""
    if of.points.kind.cumulative:
        return "σ"
    return of.characteristic.measure if of.characteristic.sort == "variable" else ""


def _decimals(of: CharacteristicChart) -> int | None:
    """One decimal more than the measured values, as means and limits have; none told for counts."""
    if of.points.kind.cumulative:
        return 2
    if of.characteristic.sort == "variable":
        return (of.characteristic.decimals if of.characteristic.decimals is not None else 3) + 1
    return 4 if of.points.kind.in_shares else 2


def _specification(of: CharacteristicChart) -> Specification:
    """The specification belongs to single values; beside means and counts it would mislead."""
    row = of.characteristic
    if of.points.choice.chart not in ("i_mr",):
        return Specification()
    return Specification(*(None if limit is None else float(limit) for limit in (row.lsl, row.target, row.usl)))


def _phases(of: CharacteristicChart, low: int, high: int) -> Iterator[Phase]:
    """Before the baseline, the baseline, what is monitored on its limits."""
    region = of.region
    if region is None:
        yield Phase(_("all points, provisional limits"), 0, high - low)
        return
    name = of.baseline.number
    stretches = ((_("earlier"), 0, region[0], False), (name, *region, True), (_("monitored"), region[1], high, False))
    for label, start, stop, is_baseline in stretches:
        start, stop = max(start, low), min(stop, high)
        # A stretch too narrow for its name would write over its neighbour.
        if stop - start > NARROW * (high - low):
            yield Phase(label, start - low, stop - low, is_baseline)


def _remarks(of: CharacteristicChart, low: int, high: int) -> Iterator[Annotation]:
    marks = of.points.reading.annotation
    for index in np.flatnonzero(of.points.any_of(marks != 0)[low:high]):
        point = low + int(index)
        inside = marks[of.points.cuts[point] : of.points.cuts[point + 1]]
        said = of.statements.get(int(inside[inside != 0][-1]))
        if said is not None:
            yield Annotation(int(index), said.reason)


def labels_of_points(of: CharacteristicChart, window: range) -> list[str]:
    """What stands under the points: days where times are known, else numbers."""
    moments = local_times(of.points.time[window.start : window.stop])
    days = {moment.date() for moment in moments if moment is not None}
    form = "TIME_FORMAT" if len(days) == 1 and len(moments) > 1 else "SHORT_DATE_FORMAT"
    shown: dict[Any, str] = {}
    labels = []
    for index, moment in zip(window, moments, strict=True):
        if moment is None:
            labels.append(str(index + 1))
            continue
        key = moment.date() if form == "SHORT_DATE_FORMAT" else moment
        labels.append(shown.setdefault(key, date_format(moment, form)))
    return labels


def local_times(times: np.ndarray) -> list[datetime | None]:
    """Times of the store in the reader's time zone."""
    zone = timezone.get_current_timezone()
    return [
        None if moment is None else moment.replace(tzinfo=UTC).astimezone(zone)
        for moment in np.clip(times.astype("datetime64[us]"), FIRST_DAY, LAST_DAY).astype(object)
    ]


def details_of(of: CharacteristicChart, window: range) -> dict[int, str]:
    """What is told of each point beside its value: its number, lot, and what was said about it."""
    points, columns = of.points, of.points.columns
    low, high = window.start, window.stop
    lots = columns.lot[points.cuts[low:high]].tolist()
    told = {}
    for place, lot in enumerate(lots):
        words = [_("no. %(n)s") % {"n": point_number(points, low + place)}]
        if lot:
            words.append(_("lot %(lot)s") % {"lot": of.labels.get(lot, lot)})
        if low + place in of.left_out:
            words.append(of.left_out[low + place])
        told[place] = ", ".join(words)
    return told


def point_number(points: Points, index: int) -> str:
    """The numbers of a point's measurements: 17, or 81-85."""
    first, last = int(points.first[index]), int(points.last[index])
    return str(first) if first == last else f"{first}-{last}"

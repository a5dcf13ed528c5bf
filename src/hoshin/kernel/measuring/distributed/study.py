"""The study of a history: chart, capability and signals of every characteristic as one small table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from hoshin.measurements.overlay import Reading
from hoshin.stats import capability
from hoshin.stats.control_charts import BEYOND_LIMITS, NELSON, ControlCharts, Rule, i_mr
from hoshin.stats.errors import StatisticsError, check_fraction, check_numbers
from hoshin.stats.results import FrozenDict, Result, Step

LINES = ("center", "sigma", "ucl", "lcl", "range_center", "range_ucl")
INDICES = ("Cp", "Cpk", "Pp", "Ppk", "Cpm", "ppm_within", "ppm_overall", "ppm_observed")
INTERVALS = ("Cpk", "Ppk")
SIGNAL = ("signal_characteristic", "signal_row", "signal_sequence", "signal_panel", "signal_rule")


@dataclass(frozen=True)
class Question:
    """What is asked of every characteristic: which rules, which estimator of sigma, how sure the intervals are."""

    rules: tuple[Rule, ...] = NELSON
    range_rules: tuple[Rule, ...] = (BEYOND_LIMITS,)
    sigma_method: str = "mr_mean"
    confidence: float = 0.95

    def __post_init__(self):
        check_fraction(self.confidence)


@dataclass(frozen=True, eq=False)
class Specification:
    """Limits and targets, one entry per characteristic named, NaN where there is none."""

    characteristic: np.ndarray
    lsl: np.ndarray
    usl: np.ndarray
    target: np.ndarray

    @classmethod
    def of(cls, characteristic, lsl, usl, target=None) -> Specification:
        """Limits as somebody has them, put in the order of the characteristics."""
        keys = np.asarray(characteristic, np.int64)
        order = np.argsort(keys, kind="stable")
        if (np.diff(keys[order]) == 0).any():
            raise StatisticsError("a characteristic has two specifications; one is needed")
        given = [np.nan if limits is None else check_numbers(limits, "limits") for limits in (lsl, usl, target)]
        return cls(keys[order], *(np.broadcast_to(limits, keys.shape)[order] for limits in given))

    @classmethod
    def none(cls) -> Specification:
        """No limits for anything."""
        return cls.of([], [], [])

    def between(self, first: int, last: int) -> Specification:
        """The limits of the characteristics from first to last, both included."""
        inside = slice(*np.searchsorted(self.characteristic, (first, last + 1)))
        return Specification(*(getattr(self, column.name)[inside] for column in fields(self)))

    def at(self, characteristics: np.ndarray) -> np.ndarray:
        """Lower limit, upper limit and target as three rows, one column per characteristic."""
        found = np.full((3, len(characteristics)), np.nan)
        if self.characteristic.size:
            place = np.minimum(np.searchsorted(self.characteristic, characteristics), self.characteristic.size - 1)
            known = self.characteristic[place] == characteristics
            found[:, known] = np.stack([self.lsl, self.usl, self.target])[:, place[known]]
        return found


@dataclass(frozen=True, eq=False)
class HistoryStudy(Result):
    """Individuals charts with signals, and capability where there is a specification, one entry per characteristic.

    ``rows`` counts the measurements, ``n`` those with a value that count. ``center`` to ``range_ucl`` are the lines of
    the charts, ``indices`` the figures of capability by name with their intervals (NaN where there are none). The
    ``signal_`` arrays have one entry per signal: the measurement at which it was met, the panel (0 individuals, 1 moving
    ranges) and the place of the rule in ``rules`` or ``range_rules``. ``problems`` says why a characteristic has no
    figures. Everything is in the order of characteristic, panel, rule, sequence.
    """

    characteristic: np.ndarray
    rows: np.ndarray
    n: np.ndarray
    center: np.ndarray
    sigma: np.ndarray
    ucl: np.ndarray
    lcl: np.ndarray
    range_center: np.ndarray
    range_ucl: np.ndarray
    indices: FrozenDict
    signal_characteristic: np.ndarray
    signal_row: np.ndarray
    signal_sequence: np.ndarray
    signal_panel: np.ndarray
    signal_rule: np.ndarray
    rules: tuple[str, ...]
    range_rules: tuple[str, ...]
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Study of a measurement history"
    assumptions = ("values in the order of their sequence", "an excluded measurement counts as missing")
    sources = ("as i_mr and capability.normal", "D. C. Montgomery, Introduction to Statistical Quality Control")

    def __len__(self) -> int:
        return self.characteristic.size

    def signal_counts(self, panel: int = 0) -> np.ndarray:
        """How many signals each characteristic (row) has by each rule (column) of a panel."""
        names = (self.rules, self.range_rules)[panel]
        chosen = self.signal_panel == panel
        counts = np.zeros((len(self), len(names)), np.int64)
        place = np.searchsorted(self.characteristic, self.signal_characteristic[chosen])
        np.add.at(counts, (place, self.signal_rule[chosen]), 1)
        return counts

    def steps(self):
        """How much was studied and how much was found."""
        yield Step("characteristics", value=len(self))
        yield Step("measurements", value=int(self.rows.sum()))
        for name, found in zip(self.rules, self.signal_counts().sum(axis=0), strict=True):
            yield Step(f"signals by {name}", value=int(found))
        for name in ("Cpk", "Ppk"):
            yield Step(f"characteristics with {name} below 1", value=int((self.indices[name] < 1).sum()))
        yield Step("without figures", value=len(self.problems))

    @classmethod
    def empty(cls, question: Question) -> HistoryStudy:
        """The study of nothing."""
        return _Draft(np.empty(0, np.int64), question).finished()

    @classmethod
    def joined(cls, parts: Sequence[HistoryStudy]) -> HistoryStudy:
        """The study of all characteristics from studies of some each."""
        order = sorted((part for part in parts if len(part)), key=lambda part: int(part.characteristic[0]))
        if not order:
            return parts[0]
        both = np.concatenate([part.characteristic for part in order])
        if (np.diff(both) <= 0).any():
            raise StatisticsError("the studies overlap; each characteristic must lie whole in one of them")
        columns = {
            name: np.concatenate([getattr(part, name) for part in order])
            for name in ("characteristic", "rows", "n", *LINES, *SIGNAL)
        }
        indices = {name: np.concatenate([part.indices[name] for part in order]) for name in order[0].indices}
        problems = {key: why for part in order for key, why in part.problems.items()}
        return cls(
            **columns, indices=indices, problems=problems, rules=order[0].rules, range_rules=order[0].range_rules
        )


def study_of(
    reading: Reading, question: Question | None = None, specification: Specification | None = None
) -> HistoryStudy:
    """Chart, capability and signals of every characteristic in rows ordered by characteristic and sequence.

    Characteristics of equal length, with and without missing values, are computed together: what one of them gets does
    not depend on which others are there, to the last bit, so that no way of cutting a history changes a figure.
    """
    question, specification = question or Question(), specification or Specification.none()
    rows = reading.columns
    values = np.where(reading.excluded, np.nan, rows.value)
    characteristics, starts, lengths = np.unique(rows.characteristic, return_index=True, return_counts=True)
    draft = _Draft(characteristics, question)
    draft.columns["rows"][:] = lengths
    if values.size:
        missing = np.add.reduceat(np.isnan(values).astype(np.int64), starts)
        draft.columns["n"][:] = lengths - missing
        for group, length in _groups(lengths, missing > 0):
            places = starts[group, None] + np.arange(length)
            draft.chart(group, values[places], places, rows)
            draft.capability(group, values[places], specification.at(characteristics[group]))
    return draft.finished()


# Values computed together: few enough to stay small beside the rows they are taken from.
GROUP = 1 << 20


def _groups(lengths: np.ndarray, missing: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Places of characteristics that are as long as one another and alike in having missing values or none."""
    for length in np.unique(lengths):
        for kind in (False, True):
            chosen = np.flatnonzero((lengths == length) & (missing == kind))
            step = max(1, GROUP // int(length))
            for low in range(0, chosen.size, step):
                yield chosen[low : low + step], int(length)


class _Draft:
    """A study being filled, group by group."""

    def __init__(self, characteristics: np.ndarray, question: Question):
        self.question = question
        self.characteristics = characteristics
        whole = {name: np.zeros(len(characteristics), np.int64) for name in ("rows", "n")}
        self.columns = whole | {name: np.full(len(characteristics), np.nan) for name in LINES}
        names = (*INDICES, *(f"{name}_{end}" for name in INTERVALS for end in ("low", "high")))
        self.indices = {name: np.full(len(characteristics), np.nan) for name in names}
        self.signals: list[tuple[np.ndarray, ...]] = []
        self.problems: dict[int, str] = {}

    def chart(self, group: np.ndarray, values: np.ndarray, places: np.ndarray, rows) -> None:
        """Lines and signals of the charts of a group."""
        asked = self.question
        charts = i_mr(
            values, sigma_method=asked.sigma_method, rules=asked.rules, range_rules=asked.range_rules, on_error="mark"
        )
        main, ranges = charts.panels
        lines = (main.center, main.sigma, main.ucl, main.lcl, ranges.center, ranges.ucl)
        for name, line in zip(LINES, lines, strict=True):
            self.columns[name][group] = np.ravel(line)
        self._note(group, charts.problems)
        self._collect(charts, places.ravel(), rows)

    def _collect(self, charts: ControlCharts, places: np.ndarray, rows) -> None:
        for panel, shown in enumerate(charts.panels):
            for rule, points in enumerate(shown.signals.points):
                at = places[points]
                met = (np.full(at.size, number, np.int64) for number in (panel, rule))
                self.signals.append((rows.characteristic[at], rows.row[at], rows.sequence[at], *met))

    def capability(self, group: np.ndarray, values: np.ndarray, limits: np.ndarray) -> None:
        """Capability of those of a group that have a specification and a chart."""
        has = ~np.isnan(limits[:2]).all(axis=0) & ~np.isnan(self.columns["sigma"][group])
        if not has.any():
            return
        lsl, usl, target = limits[:, has]
        found = capability.normal(
            values[has], lsl=lsl, usl=usl, target=target, sigma_method=self.question.sigma_method,
            confidence=self.question.confidence, on_error="mark",
        )  # fmt: skip
        for name in INDICES:
            self.indices[name][group[has]] = getattr(found, name)
        for name in INTERVALS:
            for end, bound in zip(("low", "high"), getattr(found, f"{name}_ci").T, strict=True):
                self.indices[f"{name}_{end}"][group[has]] = bound
        self._note(group[has], found.problems)

    def _note(self, group: np.ndarray, problems) -> None:
        for place, why in problems.items():
            key = int(self.characteristics[group[place]])
            self.problems.setdefault(key, why.removeprefix(f"characteristic {place}: "))

    def finished(self) -> HistoryStudy:
        """The study, its signals in order."""
        none = [(np.empty(0, np.int64),) * len(SIGNAL)]
        found = [np.concatenate(column) for column in zip(*(self.signals or none), strict=True)]
        characteristic, _, sequence, panel, rule = found
        order = np.lexsort((found[1], sequence, rule, panel, characteristic))
        return HistoryStudy(
            characteristic=self.characteristics,
            **self.columns,
            indices=self.indices,
            **{name: column[order] for name, column in zip(SIGNAL, found, strict=True)},
            rules=tuple(rule.name for rule in self.question.rules),
            range_rules=tuple(rule.name for rule in self.question.range_rules),
            problems=dict(sorted(self.problems.items())),
        )

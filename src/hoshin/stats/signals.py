"""Signals: which points of a control chart meet which rule, for one characteristic or for many at once.

A rule looks at windows of consecutive points and reports the last point of every window that meets it. Windows are
complete, do not cross from one segment into the next, and a missing point (NaN) meets nothing: it ends a run. A point
on a line is not beyond it, and a point on the center line is on neither side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hoshin.stats.errors import StatisticsError, check_numbers
from hoshin.stats.results import Result, Step
from hoshin.stats.rules import NELSON, Rule
from hoshin.stats.segments import Segments

__all__ = ["Signals", "signals"]

BLOCK = 1 << 15
"""Points looked at together: few enough to stay in the processor's cache."""

SLACK = 2.0**-50
"""How far a point passes a line before it is beyond it, as a share of line and center: room for the rounding of a limit
such as 0.2 + 3 * 0.04, so that a point on it stays on it."""


@dataclass(frozen=True, eq=False)
class Signals(Result):
    """For each rule the 0-based index of the last point of every window that meets it, in rising order.

    For many characteristics the indices run through their flattened points.
    """

    rules: tuple[Rule, ...]
    points: tuple[np.ndarray, ...]

    title = "Signals"

    def __getitem__(self, rule: str | Rule) -> np.ndarray:
        name = rule.name if isinstance(rule, Rule) else rule
        for known, points in zip(self.rules, self.points, strict=True):
            if known.name == name:
                return points
        raise KeyError(name)

    def __len__(self) -> int:
        return sum(points.size for points in self.points)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[tuple[Rule, np.ndarray]]:
        return zip(self.rules, self.points, strict=True)

    @property
    def indices(self) -> np.ndarray:
        """Every point at which some rule is met, once."""
        return np.unique(np.concatenate(self.points)) if self.points else np.empty(0, np.int64)

    def at(self, index: int) -> tuple[Rule, ...]:
        """The rules that are met at one point."""
        return tuple(rule for rule, points in self if (np.searchsorted(points, [index, index + 1]) @ (-1, 1)) > 0)

    def between(self, low: int, high: int) -> Signals:
        """The signals at the points [low, high), counted from low."""
        cuts = (np.searchsorted(points, (low, high)) for points in self.points)
        return Signals(self.rules, tuple(p[a:b] - low for p, (a, b) in zip(self.points, cuts, strict=True)))

    def steps(self):
        """One line for each rule: its definition and the points, counted from 1."""
        for rule, points in self:
            yield Step(f"{rule.name} ({rule.text})", value=points + 1 if points.size else "no point")


def signals(values, center, sigma=None, rules: Sequence[Rule] = NELSON, *, ucl=None, lcl=None, offsets=None) -> Signals:
    """Which points of a chart meet which rule.

    Estimand: for each rule the last point of every complete window of n consecutive points that meets its definition
    (``Rule``), within a characteristic.

    Parameters
    ----------
    values : (n,) points, (C, n) for C characteristics, or a flat column with ``offsets``; NaN is a missing point, at
        which every run ends.
    center, sigma, ucl, lcl : one number, one per characteristic, or one per point. ``sigma`` is the standard error
        of the plotted point; rules with a k need it. ``ucl`` and ``lcl`` are for rules without a k.
    rules : which rules; see ``NELSON``, ``WESTERN_ELECTRIC``, ``AIAG``.
    offsets : where each characteristic begins in a flat ``values``, and at the end its length.

    Units: lines in the unit of the points; signals are 0-based indices through the flattened points.

    Assumes: points in the order of time. How often rules are met without cause: ``false_alarms``.

    Errors: a rule that needs a line which is not given, two rules of one name, lines of another shape, an infinite
    value.

    Source: L. S. Nelson, J. Quality Technology 16 (1984), 237-239; Western Electric Company, Statistical Quality
    Control Handbook (1956), 25-28.

    >>> found = signals([0, 1, 2, 3, 4, 5, 3.5, -3.5], center=0, sigma=1)
    >>> found["nelson-1"], found["nelson-3"]
    (array([4, 5, 6, 7]), array([5]))
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    if array.ndim == 2:
        segments = Segments.rows(*array.shape)
    else:
        segments = Segments.one(array.size) if offsets is None else Segments.read(offsets, array.size)
    lines = (_line(line, name, array, segments) for line, name in ((center, "center"), (sigma, "sigma")))
    limits = (_line(line, name, array, segments) for line, name in ((ucl, "ucl"), (lcl, "lcl")))
    return find(array.ravel(), segments, tuple(rules), *lines, *limits)


def _line(line, name: str, values: np.ndarray, segments: Segments):
    if line is None:
        return None
    array = check_numbers(line, name)
    if array.ndim == 0:
        return array
    if array.shape != values.shape and array.shape != (segments.count,):
        raise StatisticsError(
            "{name} has shape {found}; one number, one per characteristic or one per point is needed",
            name=name,
            found=array.shape,
        )
    return array.ravel()


def find(points: np.ndarray, segments: Segments, rules: tuple[Rule, ...], center, sigma, ucl=None, lcl=None) -> Signals:
    """The signals of flat points whose lines are given once, per segment or per point."""
    _check_rules(rules, sigma, ucl)
    found: list[list[np.ndarray]] = [[] for _ in rules]
    reach = max((rule.window for rule in rules), default=1) - 1
    for start in range(0, points.size, BLOCK):
        stop = min(start + BLOCK, points.size)
        low = max(0, start - reach)
        lines = (None if line is None else segments.block(line, low, stop) for line in (center, sigma, ucl, lcl))
        block = _Block(points[low:stop], *lines)
        for rule, places in zip(rules, found, strict=True):
            met = _met(block, rule)
            if rule.window > 1:
                met[segments.heads(rule.window - 1, low, stop) - low] = False
            places.append(np.flatnonzero(met[start - low :]) + start)
    empty = np.empty(0, np.int64)
    return Signals(rules, tuple(np.concatenate(places) if places else empty for places in found))


def _check_rules(rules, sigma, ucl) -> None:
    for rule in rules:
        if not isinstance(rule, Rule):
            raise StatisticsError("rules holds {found!r}; Rule values are needed, such as those of NELSON", found=rule)
    names = [rule.name for rule in rules]
    if len(set(names)) < len(names):
        raise StatisticsError("two rules have the same name among {found}; each needs its own", found=", ".join(names))
    for rule in rules:
        if rule.needs_sigma and sigma is None:
            raise StatisticsError("rule {name} needs sigma, and none is given", name=rule.name)
        if rule.type == "beyond" and not rule.needs_sigma and ucl is None:
            raise StatisticsError("rule {name} needs the control limits, and none are given", name=rule.name)


def _met(block: _Block, rule: Rule) -> np.ndarray:
    """True at the last point of each full window of the block that meets the rule."""
    size = block.points.size
    met = np.zeros(size, dtype=bool)
    if size >= rule.window:
        met[rule.window - 1 :] = _SEARCHES[rule.type](block, rule)
    return met


class _Block:
    """Points that are looked at together, with the comparisons that several rules share."""

    def __init__(self, points, center, sigma, ucl, lcl):
        self.points, self.center, self.sigma, self.ucl, self.lcl = points, center, sigma, ucl, lcl
        self._above: dict[float | None, np.ndarray] = {}
        self._below: dict[float | None, np.ndarray] = {}

    def upper(self, k: float | None):
        return self.ucl if k is None else self.center + k * self.sigma if k else self.center

    def lower(self, k: float | None):
        return self.lcl if k is None else self.center - k * self.sigma if k else self.center

    @cached_property
    def room(self):
        return slack(0.0 if self.sigma is None else 3 * self.sigma, 2 * self.center)

    def above(self, k: float | None) -> np.ndarray:
        if k not in self._above:
            room = slack(self.ucl, self.center) if k is None else self.room
            self._above[k] = self.points > self.upper(k) + room
        return self._above[k]

    def below(self, k: float | None) -> np.ndarray:
        if k not in self._below:
            room = slack(self.lcl, self.center) if k is None else self.room
            self._below[k] = self.points < self.lower(k) - room
        return self._below[k]

    def inside(self, k: float) -> np.ndarray:
        return (self.points < self.upper(k) - self.room) & (self.points > self.lower(k) + self.room)

    @cached_property
    def rising(self) -> np.ndarray:
        return self.points[1:] > self.points[:-1]

    @cached_property
    def falling(self) -> np.ndarray:
        return self.points[1:] < self.points[:-1]


def slack(line, center):
    """How far beyond a line a point may lie by rounding alone."""
    return SLACK * (np.abs(line) + np.abs(center))


def _runs(mask: np.ndarray, n: int) -> np.ndarray:
    """True for each window of n whose entries are all true, by doubling."""
    have = 1
    while have < n:
        step = min(have, n - have)
        mask = mask[step:] & mask[:-step]
        have += step
    return mask


def _count(mask: np.ndarray, n: int) -> np.ndarray:
    """How many entries of each window of n are true."""
    ones = mask.view(np.uint8) if n < 256 else mask.astype(np.int64)
    size = ones.size - n + 1
    total = ones[:size].copy()
    for shift in range(1, n):
        total += ones[shift : shift + size]
    return total


def _beyond(block: _Block, rule: Rule):
    return block.above(rule.k) | block.below(rule.k)


def _same_side(block: _Block, rule: Rule):
    return _runs(block.above(0), rule.n) | _runs(block.below(0), rule.n)


def _trend(block: _Block, rule: Rule):
    return _runs(block.rising, rule.n - 1) | _runs(block.falling, rule.n - 1)


def _alternating(block: _Block, rule: Rule):
    up, down = block.rising, block.falling
    return _runs((up[1:] & down[:-1]) | (down[1:] & up[:-1]), rule.n - 2)


def _m_of_n(block: _Block, rule: Rule):
    sides = (block.above(rule.k), block.below(rule.k))
    up, down = ((_count(side, rule.n) >= rule.m) & side[rule.n - 1 :] for side in sides)
    return up | down


def _within(block: _Block, rule: Rule):
    return _runs(block.inside(rule.k), rule.n)


def _outside_either(block: _Block, rule: Rule):
    return _runs(block.above(rule.k) | block.below(rule.k), rule.n)


def _outside_both(block: _Block, rule: Rule):
    above, below = block.above(rule.k), block.below(rule.k)
    return _runs(above | below, rule.n) & ~_runs(above, rule.n) & ~_runs(below, rule.n)


_SEARCHES: dict[str, Callable[[_Block, Rule], np.ndarray]] = {
    "beyond": _beyond,
    "same_side": _same_side,
    "trend": _trend,
    "alternating": _alternating,
    "m_of_n_beyond": _m_of_n,
    "within": _within,
    "outside_either": _outside_either,
    "outside_both": _outside_both,
}

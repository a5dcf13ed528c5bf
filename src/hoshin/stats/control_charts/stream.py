"""Individuals charts of a series too long for memory, or still growing: block by block, with the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.constants import d2, d3
from hoshin.stats.control_charts.assembly import limits
from hoshin.stats.control_charts.chart import Baseline
from hoshin.stats.errors import StatisticsError, check_enough, check_number, check_numbers
from hoshin.stats.results import Result
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments
from hoshin.stats.signals import Signals, find


@dataclass(frozen=True, eq=False)
class WatchState(Result):
    """Where the watch of a series stands: the last points that a rule may still need, and how many there were."""

    tail: np.ndarray
    count: int

    title = "State of a watched series"


@dataclass(frozen=True, eq=False)
class Watched(Result):
    """What one block of a watched series showed; indices run through the whole series from 0."""

    start: int
    stop: int
    individuals: Signals
    ranges: Signals
    state: WatchState

    title = "Watched block"


def baseline_of_blocks(blocks: Iterable, *, k: float = 3.0) -> Baseline:
    """The baseline of an individuals chart from the blocks of a series, in one pass and the memory of one block.

    Mean and mean moving range as in ``i_mr`` with "mr_mean"; sums of blocks are added with compensation, so that the
    answer agrees with that of the whole series to the last digits. NaN is a missing value.

    Errors: fewer than two values that follow one another, no variation, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4; W. Kahan, Comm. ACM 8 (1965), 40.

    >>> baseline = baseline_of_blocks([[49.6, 47.6, 49.9], [51.3, 47.8], [51.2, 52.6, 52.4, 53.6, 52.1]])
    >>> round(baseline.center, 2), round(baseline.sigma, 4), baseline.n
    (50.81, 1.6641, 10)
    """
    k = check_number(k, "k", above=0)
    total, spread, last = _Sum(), _Sum(), np.nan
    n = pairs = 0
    for block in blocks:
        values = check_numbers(block, "values", ndim=1)
        if not values.size:
            continue
        present, moving = _present(values), _present(np.abs(np.diff(values, prepend=last)))
        total.add(present.sum())
        spread.add(moving.sum())
        n, pairs, last = n + present.size, pairs + moving.size, values[-1]
    check_enough(pairs, 1, "pairs of values that follow one another")
    sigma = spread.value / pairs / d2(2)
    if not sigma > 0:
        raise StatisticsError("the {n} values have no variation (sigma is 0)", n=n)
    return Baseline("i_mr", float(total.value / n), float(sigma), n, "mr_mean", k, 2)


def _present(values: np.ndarray) -> np.ndarray:
    return values if np.isfinite(values.sum()) else values[~np.isnan(values)]


class _Sum:
    """A sum with Kahan's compensation."""

    def __init__(self):
        self.value = self.lost = 0.0

    def add(self, term: float) -> None:
        term = float(term) - self.lost
        total = self.value + term
        self.lost, self.value = (total - self.value) - term, total


def watch(
    blocks: Iterable,
    baseline: Baseline,
    *,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    state: WatchState | None = None,
) -> Iterator[Watched]:
    """The signals of an individuals chart, block after block, as the values arrive.

    Each block is searched together with the last points of those before, so that the signals are those of the whole
    series. ``state`` of the last block goes on where an earlier watch ended.

    Errors: a baseline of another chart or of many characteristics, an infinite value.

    Source: as ``i_mr``.

    >>> baseline = baseline_of_blocks([[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]])
    >>> [seen.individuals.indices for seen in watch([[50.0, 57.0], [50.2, 44.0]], baseline)]
    [array([1]), array([3])]
    """
    if baseline.chart != "i_mr" or baseline.count != 1 or baseline.span != 2:
        raise StatisticsError(
            "the baseline is of {count} series on a chart {chart}; one of a single i_mr chart with span 2 is needed",
            count=baseline.count,
            chart=baseline.chart,
        )
    rules, range_rules = tuple(rules), tuple(range_rules)
    reach = max((rule.window for rule in (*rules, *range_rules)), default=1)
    state = state or WatchState(np.empty(0), 0)
    for block in blocks:
        values = check_numbers(block, "values", ndim=1)
        yield (seen := _seen(values, state, baseline, rules, range_rules, reach))
        state = seen.state


def _seen(values, state: WatchState, baseline: Baseline, rules, range_rules, reach: int) -> Watched:
    points, old = np.concatenate((state.tail, values)), state.tail.size
    ranges = np.abs(np.diff(points, prepend=np.nan))
    level = (baseline.center, baseline.sigma)
    spread = (d2(2) * baseline.sigma, d3(2) * baseline.sigma)
    found = (
        _search(points, rules, *level, *limits(*level, baseline.k)),
        _search(ranges, range_rules, *spread, *limits(*spread, baseline.k, low=0.0)),
    )
    start = state.count
    own = (signals.between(old, points.size) for signals in found)
    moved = (Signals(signals.rules, tuple(p + start for p in signals.points)) for signals in own)
    # One point more than the longest window, for the moving range of its first point.
    after = WatchState(points[max(0, points.size - reach) :].copy(), start + values.size)
    return Watched(start, start + values.size, *moved, after)


def _search(points, rules, center, error, ucl, lcl) -> Signals:
    return find(points, Segments.one(points.size), rules, center, error, ucl, lcl)

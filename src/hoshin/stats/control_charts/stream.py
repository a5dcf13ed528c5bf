"""Individuals charts of a series too long for memory, or still growing: block by block, with the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.constants import d2, d3
from hoshin.stats.control_charts.assembly import limits, make_baseline
from hoshin.stats.control_charts.chart import Baseline
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_number, check_numbers
from hoshin.stats.results import Result
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments
from hoshin.stats.signals import Signals, find


@dataclass(frozen=True, eq=False)
class WatchState(Result):
    """Where the watch of a series stands: the last points that a rule may still need, and how many there were.

    For many characteristics ``tail`` has a row for each.
    """

    tail: np.ndarray
    count: int

    title = "State of a watched series"

    def __getitem__(self, i: int) -> WatchState:
        return WatchState(self.tail[i], self.count)


@dataclass(frozen=True, eq=False)
class Watched(Result):
    """What one block of a watched series showed; indices run through the whole series from 0.

    For many characteristics the signals' indices run through the flattened block, characteristic after characteristic;
    ``seen[i]`` is what the block showed of one, with indices of its series.
    """

    start: int
    stop: int
    individuals: Signals
    ranges: Signals
    state: WatchState

    title = "Watched block"

    def __getitem__(self, i: int) -> Watched:
        i, size = range(len(self.state.tail))[i], self.stop - self.start
        own = (_moved(signals.between(i * size, (i + 1) * size), self.start) for signals in self._both())
        return Watched(self.start, self.stop, *own, self.state[i])

    def _both(self):
        return self.individuals, self.ranges


def baseline_of_blocks(blocks: Iterable, *, k: float = 3.0, on_error: str = "raise") -> Baseline:
    """The baseline of an individuals chart from the blocks of a series, in one pass and the memory of one block.

    Estimand: mean and mean moving range / d2(2) as in ``i_mr`` with "mr_mean"; sums of blocks are added with
    compensation, so that the answer agrees with that of the whole series to the last digits.

    Parameters
    ----------
    blocks : (n,) values each, in the order of time; or (C, n) of the same C characteristics each. NaN is a missing
        value.
    k : the width of the limits in standard errors.
    on_error : "raise", or "mark": a characteristic that supports no limits gets NaN.

    Units: center and sigma in the unit of the values.

    Assumes: values in the order of time, independent, roughly normal, center and sigma constant.

    Errors: fewer than two values that follow one another, no variation, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4; W. Kahan, Comm. ACM 8 (1965), 40.

    >>> baseline = baseline_of_blocks([[49.6, 47.6, 49.9], [51.3, 47.8], [51.2, 52.6, 52.4, 53.6, 52.1]])
    >>> round(baseline.center, 2), round(baseline.sigma, 4), baseline.n
    (50.81, 1.6641, 10)
    """
    k = check_number(k, "k", above=0)
    total, spread, last, n, pairs = _Sum(), _Sum(), None, np.array(0), np.array(0)
    for block in blocks:
        values = _block(block, last)
        if not values.size:
            continue
        before = np.full(values.shape[:-1], np.nan) if last is None else last
        moving = np.abs(np.diff(values, axis=-1, prepend=before[..., None]))
        n, pairs = n + total.add(values), pairs + spread.add(moving)
        last = values[..., -1]
    series = Series.read((np.size(n), 1) if np.ndim(n) else (1,), on_error=on_error)
    few = np.atleast_1d(pairs)
    series.refuse(few < 1, "{n} pairs of values that follow one another found; at least 1 are needed", n=few)
    with np.errstate(invalid="ignore", divide="ignore"):
        center, sigma = np.atleast_1d(total.value / n), np.atleast_1d(spread.value / pairs / d2(2))
    series.refuse(~(sigma > 0), "the {n} values have no variation (sigma is 0)", n=np.atleast_1d(n))
    center, sigma = series.blank(center, sigma)
    return make_baseline(series, "i_mr", center, sigma, np.atleast_1d(n), "mr_mean", k, 2)


def _block(block, before) -> np.ndarray:
    """A block as an array, of as many characteristics as the blocks before."""
    values = check_numbers(block, "values", ndim=(1, 2))
    if before is not None and values.shape[:-1] != np.shape(before):
        raise StatisticsError(
            "the block is of {found} characteristic(s); {needed} are needed",
            found=len(values) if values.ndim == 2 else 1,
            needed=len(before) if np.ndim(before) else 1,
        )
    return values


class _Sum:
    """Sums along the last axis, one block after the other, with Kahan's compensation; missing values do not count."""

    def __init__(self):
        self.value = self.lost = 0.0

    def add(self, terms: np.ndarray):
        """Add the terms that are there, and say how many there are."""
        present = ~np.isnan(terms)
        term = np.where(present, terms, 0.0).sum(axis=-1) - self.lost
        total = self.value + term
        self.lost, self.value = (total - self.value) - term, total
        return np.count_nonzero(present, axis=-1)


def watch(
    blocks: Iterable,
    baseline: Baseline,
    *,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    state: WatchState | None = None,
) -> Iterator[Watched]:
    """The signals of an individuals chart, block after block, as the values arrive.

    Estimand: the signals of ``i_mr`` with this baseline for the whole series. Each block is searched together with the
    last points of those before.

    Parameters
    ----------
    blocks : (n,) values each, in the order of time; or (C, n) of the C characteristics of the baseline each. NaN is a
        missing value.
    baseline : of ``i_mr`` with span 2, or of ``baseline_of_blocks``.
    rules, range_rules : rules for the individuals and for the moving ranges.
    state : of the last block of an earlier watch, which goes on where that one ended.

    Units: values in the unit of the baseline; indices of points count from 0.

    Assumes: the process is the one the baseline was made of; what ``i_mr`` does.

    Errors: a baseline of another chart or of another number of characteristics, an infinite value.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 6.4, for the limits.

    >>> baseline = baseline_of_blocks([[49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]])
    >>> [seen.individuals.indices for seen in watch([[50.0, 57.0], [50.2, 44.0]], baseline)]
    [array([1]), array([3])]
    """
    if baseline.chart != "i_mr" or baseline.span != 2:
        raise StatisticsError(
            "the baseline is of a chart {chart}; one of an i_mr chart with span 2 is needed", chart=baseline.chart
        )
    if np.isnan(baseline.sigma).any():
        raise StatisticsError("the baseline has no limits for every characteristic; watch those that have")
    rules, range_rules = tuple(rules), tuple(range_rules)
    reach = max((rule.window for rule in (*rules, *range_rules)), default=1)
    state = state or WatchState(np.empty((*np.shape(baseline.center), 0)), 0)
    for block in blocks:
        values = _block(block, baseline.center)
        yield (seen := _seen(values, state, baseline, rules, range_rules, reach))
        state = seen.state


def _seen(values, state: WatchState, baseline: Baseline, rules, range_rules, reach: int) -> Watched:
    points, old = np.concatenate((state.tail, values), axis=-1), state.tail.shape[-1]
    ranges = np.abs(np.diff(points, axis=-1, prepend=np.nan))
    level = (baseline.center, baseline.sigma)
    spread = (d2(2) * baseline.sigma, d3(2) * baseline.sigma)
    start, stop = state.count, state.count + values.shape[-1]
    found = (
        _search(points, old, rules, *level, *limits(*level, baseline.k)),
        _search(ranges, old, range_rules, *spread, *limits(*spread, baseline.k, low=0.0)),
    )
    if values.ndim == 1:
        found = tuple(_moved(signals, start) for signals in found)
    # One point more than the longest window, for the moving range of its first point.
    return Watched(start, stop, *found, WatchState(points[..., max(0, points.shape[-1] - reach) :].copy(), stop))


def _search(points, old: int, rules, center, error, ucl, lcl) -> Signals:
    """The signals at the points after the ``old`` ones, counted through the flattened block without those."""
    n = points.shape[-1]
    if not points.size:
        return Signals(rules, tuple(np.empty(0, np.int64) for _ in rules))
    found = find(points.ravel(), Segments.rows(points.size // n, n), rules, center, error, ucl, lcl)
    new = (place[place % n >= old] for place in found.points)
    return Signals(rules, tuple(place - (place // n + 1) * old for place in new))


def _moved(signals: Signals, by: int) -> Signals:
    return Signals(signals.rules, tuple(places + by for places in signals.points))

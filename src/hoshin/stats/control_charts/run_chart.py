"""Run charts: is there a shift or trend, judged by the median alone?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import bdtr, bdtrik

from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_numbers
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class RunChart(Result):
    """Points about their median with the two counts of Anhoej: the longest run and the crossings of the median.

    For many characteristics every number is an array with a leading axis of them.
    """

    points: np.ndarray
    center: Any
    n_useful: Any
    longest_run: Any
    longest_run_max: Any
    crossings: Any
    crossings_min: Any
    signal: Any

    title = "Run chart with Anhoej rules"
    assumptions = ("values in the order of time", "independent values with one median")
    sources = (
        "J. Anhoej, A. V. Olesen, Run charts revisited, PLoS ONE 9 (2014), e113825",
        "M. F. Schilling, Mathematics Magazine 85 (2012), 141-149, for the longest run",
    )

    def steps(self):
        """The counts and what they are compared with."""
        yield Step("center line", value=self.center)
        yield Step("useful points", "points off the center line", value=self.n_useful)
        yield Step("longest run", "most useful points in a row on one side", value=self.longest_run)
        yield Step("longest run allowed", "log2(useful points) rounded, + 3", value=self.longest_run_max)
        yield Step("crossings", "times the points change side", value=self.crossings)
        yield Step("crossings needed", "5 % point of Binomial(useful points - 1, 1/2)", value=self.crossings_min)
        yield Step("signal", "longest run above, or crossings below", value=self.signal)


def run_chart(values, *, center=None, offsets=None) -> RunChart:
    """Run chart with Anhoej's two rules: unusually long runs, or unusually few crossings of the center line.

    A signal where the longest run of useful points (points off the center line) exceeds ``round(log2 n) + 3``, or where
    the crossings are fewer than the 5 % point of Binomial(n - 1, 1/2).

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    center : the center line; the median of the values where it is not given.

    Errors: no value, fewer than two useful points.

    Source: J. Anhoej, A. V. Olesen, PLoS ONE 9 (2014), e113825.

    >>> chart = run_chart([1, 2, 1, 3, 2, 1, 2, 9, 8, 9, 7, 9, 8, 9, 9, 8])
    >>> chart.longest_run, chart.longest_run_max, chart.crossings, chart.crossings_min, chart.signal
    (7, 7, 3, 4, True)
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets)
    segments, points = series.characteristics, array.ravel()
    middle = segments.medians(points) if center is None else _given(center, segments)
    off = points - segments.per_point(middle)
    useful = np.flatnonzero(~np.isnan(off) & (off != 0))
    n = np.diff(np.searchsorted(useful, segments.offsets))
    series.refuse(n < 2, "{n} point(s) off the center line; at least 2 are needed", n=n)
    cuts = Segments(np.concatenate(([0], np.cumsum(n))))
    longest, crossings = _runs(off[useful] > 0, cuts)
    most = np.rint(np.log2(n)).astype(int) + 3
    fewest = fewest_crossings(n)
    numbers = (middle, n, longest, most, crossings, fewest, (longest > most) | (crossings < fewest))
    return RunChart(array.copy(), *(number if series.many else number[0] for number in numbers))


def _given(center, segments: Segments):
    array = check_numbers(center, "center", ndim=(0, 1))
    if array.ndim and array.size != segments.count:
        raise StatisticsError(
            "center has {found} entries for {needed} characteristics", found=array.size, needed=segments.count
        )
    return np.broadcast_to(array, (segments.count,))


def _runs(above: np.ndarray, segments: Segments):
    """The longest run and the number of changes of side of each segment."""
    starts = np.ones(above.size, dtype=bool)
    starts[1:] = above[1:] != above[:-1]
    starts[segments.offsets[:-1]] = True
    first = np.flatnonzero(starts)
    lengths = np.diff(np.append(first, above.size))
    of_segment = np.searchsorted(first, segments.offsets[:-1])
    return np.maximum.reduceat(lengths, of_segment), segments.counts(starts) - 1


def fewest_crossings(n):
    """The 5 % point of Binomial(n - 1, 1/2): with fewer crossings among n useful points the order is not by chance.

    >>> fewest_crossings(np.array([10, 24, 100]))
    array([ 2,  8, 41])
    """
    trials = np.asarray(n) - 1
    smallest = np.maximum(np.ceil(bdtrik(0.05, trials, 0.5)), 0)
    smallest -= (smallest > 0) & (bdtr(np.maximum(smallest - 1, 0), trials, 0.5) >= 0.05)
    smallest += bdtr(smallest, trials, 0.5) < 0.05
    return smallest.astype(int)

"""Run charts: is there a shift or trend, judged by the median alone?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy

from hoshin.stats.control_charts.assembly import each
from hoshin.stats.control_charts.chart import Stage, left_out, of, stages_within, told_of
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import check_numbers
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class RunChart(Result):
    """Points about their median with the two counts of Anhoej: the longest run and the crossings of the median.

    With several ``stages`` every number is an array with one entry for each. For many characteristics it has one per
    characteristic (per stage of each, which ``stage_offsets`` and ``stage_labels`` name), ``offsets`` says where each
    begins among the flattened points, ``problems`` why one has no counts, and ``chart[i]`` is the chart of one.
    """

    points: np.ndarray
    center: Any
    n_useful: Any
    longest_run: Any
    longest_run_max: Any
    crossings: Any
    crossings_min: Any
    signal: Any
    stages: tuple[Stage, ...] = ()
    excluded: FrozenDict = field(default_factory=FrozenDict)
    offsets: np.ndarray | None = None
    stage_offsets: np.ndarray | None = None
    stage_labels: tuple = ()
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Run chart with Anhoej rules"
    assumptions = ("values in the order of time", "independent values with one median")
    sources = (
        "J. Anhoej, A. V. Olesen, Run charts revisited, PLoS ONE 9 (2014), e113825",
        "M. F. Schilling, Mathematics Magazine 85 (2012), 141-149, for the longest run",
    )

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __getitem__(self, i: int) -> RunChart:
        i = range(len(self))[i]
        low, high = int(self.offsets[i]), int(self.offsets[i + 1])
        stages, places = stages_within(self.stage_offsets, self.stage_labels, low, high)
        numbers = (of(getattr(self, name), places) for name in _NUMBERS)
        excluded = {key[1]: why for key, why in self.excluded.items() if key[0] == i}
        return RunChart(self.points.ravel()[low:high], *numbers, stages, excluded)

    def steps(self):
        """The counts and what they are compared with."""
        yield Step("center line", value=self.center)
        yield Step("useful points", "points off the center line", value=self.n_useful)
        yield Step("longest run", "most useful points in a row on one side", value=self.longest_run)
        yield Step("longest run allowed", "log2(useful points) rounded, + 3", value=self.longest_run_max)
        yield Step("crossings", "times the points change side", value=self.crossings)
        yield Step("crossings needed", "5 % point of Binomial(useful points - 1, 1/2)", value=self.crossings_min)
        yield Step("signal", "longest run above, or crossings below", value=self.signal)
        yield from told_of(self.stages)
        yield from left_out(self.excluded)


_NUMBERS = ("center", "n_useful", "longest_run", "longest_run_max", "crossings", "crossings_min", "signal")


def run_chart(
    values, *, center=None, stages=None, exclude: Mapping | None = None, offsets=None, on_error: str = "raise"
) -> RunChart:
    """Run chart with Anhoej's two rules: unusually long runs, or unusually few crossings of the center line.

    Estimand: with n useful points (points off the center line), the longest run on one side, a signal where it exceeds
    round(log2 n) + 3; and the crossings (changes of side), a signal where they are fewer than the 5 % point of
    Binomial(n - 1, 1/2).

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``. NaN is
        a missing value, which is left out.
    center : the center line, one number or one per characteristic; the median of the values where it is not given.
    stages : a label per point; the median and both counts begin anew where the label changes.
    exclude : as in ``i_mr``: left out of the median and the counts, but plotted.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    on_error : "raise", or "mark": a characteristic without two useful points gets no signal and a word in ``problems``.

    Units: center in the unit of the values; runs and crossings are counts.

    Assumes: values in the order of time, independent, with one median; no distribution.

    Errors: no value, fewer than two useful points.

    Source: J. Anhoej, A. V. Olesen, Run charts revisited, PLoS ONE 9 (2014), e113825.

    >>> chart = run_chart([1, 2, 1, 3, 2, 1, 2, 9, 8, 9, 7, 9, 8, 9, 9, 8])
    >>> chart.longest_run, chart.longest_run_max, chart.crossings, chart.crossings_min, chart.signal
    (7, 7, 3, 4, True)
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    segments, points = series.stages, array.ravel()
    if series.kept is not None:
        points = np.where(series.kept, points, np.nan)
    middle = segments.medians(points) if center is None else each(center, "center", series)[series.whose]
    off = points - segments.per_point(middle)
    useful = np.flatnonzero(~np.isnan(off) & (off != 0))
    n = np.diff(np.searchsorted(useful, segments.offsets))
    series.refuse(n < 2, "{n} point(s) off the center line; at least 2 are needed", n=n)
    longest, crossings = np.zeros((2, n.size), dtype=np.int64)
    if useful.size:
        cuts = Segments(np.concatenate(([0], np.cumsum(n[n > 0]))))
        longest[n > 0], crossings[n > 0] = _runs(off[useful] > 0, cuts)
    most = np.rint(np.log2(np.maximum(n, 1))).astype(int) + 3
    fewest = np.where(n < 2, 0, _fewest_crossings(np.maximum(n, 2)))
    signal = (n > 1) & ((longest > most) | (crossings < fewest))
    numbers = (middle, n, longest, most, crossings, fewest, signal)
    cuts, told = segments.offsets, {"excluded": series.excluded}
    if series.many:
        told |= {"stage_offsets": cuts, "stage_labels": series.labels, "problems": series.problems}
        return RunChart(array.copy(), *numbers, offsets=series.characteristics.offsets, **told)
    told["stages"], places = stages_within(cuts, series.labels, 0, points.size)
    return RunChart(array.copy(), *(of(number, places) for number in numbers), **told)


def _runs(above: np.ndarray, segments: Segments):
    """The longest run and the number of changes of side of each segment."""
    starts = np.ones(above.size, dtype=bool)
    starts[1:] = above[1:] != above[:-1]
    starts[segments.offsets[:-1]] = True
    first = np.flatnonzero(starts)
    lengths = np.diff(np.append(first, above.size))
    of_segment = np.searchsorted(first, segments.offsets[:-1])
    return np.maximum.reduceat(lengths, of_segment), segments.counts(starts) - 1


def _fewest_crossings(n):
    """The 5 % point of Binomial(n - 1, 1/2): with fewer crossings among n useful points the order is not by chance."""
    trials = np.asarray(n) - 1
    smallest = np.maximum(np.ceil(scipy.special.bdtrik(0.05, trials, 0.5)), 0)
    smallest -= (smallest > 0) & (scipy.special.bdtr(np.maximum(smallest - 1, 0), trials, 0.5) >= 0.05)
    smallest += scipy.special.bdtr(smallest, trials, 0.5) < 0.05
    return smallest.astype(int)

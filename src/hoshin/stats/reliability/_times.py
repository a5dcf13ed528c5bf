"""Times to an event or to the end of watching, as every method here takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._layout import Layout, read_series
from hoshin.stats.errors import StatisticsError, check_numbers

WORKING, FAILED, FOUND_FAILED, FAILED_BETWEEN = 0, 1, 2, 3
"""What a line says of its unit: still working at the time, failed at it, at some time before it, between it and upper."""

_MEANINGS = "1 (failure) or 0 (still working)"
_ALL_MEANINGS = "1 (failure), 0 (still working), 2 (found failed) or 3 (failed between times and upper)"


@dataclass(frozen=True, eq=False)
class Times:
    """Lines of one or many characteristics: times, what happened, for how many units, and an upper time."""

    layout: Layout
    times: np.ndarray
    event: np.ndarray
    counts: np.ndarray
    upper: np.ndarray | None


def read_times(
    times, event=None, counts=None, *, upper=None, offsets=None, on_error="raise", positive=True, ends=True
) -> Times:
    """Times, what became of each (all failed if not said), and how many units each line stands for.

    ``ends`` says whether each line must have ended at its time (no failure found later, or between two times).
    """
    flat, layout = read_series(times, "times", offsets, on_error)
    wrong = flat <= 0 if positive else flat < 0
    needed = "above 0" if positive else "of 0 or more"
    layout.refuse_points(wrong, "times is {found} at index {place}; times {needed} are needed", flat, needed=needed)
    event = _beside(flat, layout, event, "event")
    known = (WORKING, FAILED) if ends else (WORKING, FAILED, FOUND_FAILED, FAILED_BETWEEN)
    wrong = ~np.isin(event, known)
    template = "event is {found} at index {place}; {needed} is needed"
    layout.refuse_points(wrong, template, event, needed=_MEANINGS if ends else _ALL_MEANINGS)
    counts = _beside(flat, layout, counts, "counts")
    layout.refuse_points(counts < 0, "counts is {found} at index {place}; counts of 0 or more are needed", counts)
    layout.refuse_points(counts % 1 > 0, "counts is {found} at index {place}; whole counts are needed", counts)
    return Times(layout, flat, event, counts, _upper(flat, layout, event, upper))


def _beside(times, layout: Layout, given, name: str) -> np.ndarray:
    """A column beside the times, 1 where it is not given."""
    if given is None:
        return np.ones(times.size)
    column = check_numbers(given, name, ndim=(1, 2)).ravel()
    if column.size != times.size:
        raise StatisticsError(
            "times has {na} entries and {b} has {nb}; they must be as long as each other",
            na=times.size,
            b=name,
            nb=column.size,
        )
    layout.refuse_missing_points(column, name)
    return column


def _upper(times, layout: Layout, event, upper) -> np.ndarray | None:
    between = event == FAILED_BETWEEN
    if not between.any():
        return None
    if upper is None:
        raise StatisticsError("upper is missing; the later time is needed where event is 3 (failed between two times)")
    column = check_numbers(upper, "upper", ndim=(1, 2)).ravel()
    if column.size != times.size:
        raise StatisticsError("upper has {n} entries for {m} times", n=column.size, m=times.size)
    wrong = between & ~(column > times)
    layout.refuse_points(
        wrong,
        "upper is {found} at index {place}, which is not after the time {time}",
        column,
        time=_first(layout, wrong, times),
    )
    return np.where(between, column, times)


def _first(layout: Layout, wrong, values):
    return values[layout.segments.firsts(np.arange(wrong.size), wrong)]

"""Times to an event or to the end of watching, as every method here takes them."""

from __future__ import annotations

import numpy as np

from hoshin.stats.errors import (
    StatisticsError,
    check_counts,
    check_enough,
    check_finite,
    check_same_length,
    first_place,
)


def check_times(times, event=None, counts=None, positive: bool = True):
    """Times, whether each ended in a failure (all did if not said), and how many units each line stands for."""
    times = check_finite(times, "times", ndim=1)
    check_enough(times.size, 1, "times")
    wrong = times <= 0 if positive else times < 0
    if wrong.any():
        place = first_place(wrong)
        raise StatisticsError(
            "times is {found} at index {place}; times {needed} are needed",
            found=float(times[place]),
            place=place,
            needed="above 0" if positive else "of 0 or more",
        )
    event = np.ones(times.size) if event is None else check_finite(event, "event", ndim=1)
    check_same_length(times, event, ("times", "event"))
    wrong = (event != 0) & (event != 1)
    if wrong.any():
        place = first_place(wrong)
        raise StatisticsError(
            "event is {found} at index {place}; 1 (failure) or 0 (still working) is needed",
            found=float(event[place]),
            place=place,
        )
    counts = np.ones(times.size) if counts is None else check_counts(check_finite(counts, "counts", ndim=1), "counts")
    check_same_length(times, counts, ("times", "counts"))
    return times, event.astype(bool), counts

"""Answers as a table: one row for a person, one column for an item."""

from __future__ import annotations

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_numbers


def complete_answers(answers, people: int = 3, items: int = 2) -> tuple[np.ndarray, int]:
    """The rows without a missing answer, and how many were left out; items that nobody answers differently are refused."""
    table = check_numbers(answers, "answers", ndim=2)
    missing = np.isnan(table).any(axis=1)
    kept = table[~missing]
    check_enough(kept.shape[1], items, "items")
    check_enough(kept.shape[0], people, "people who answered every item")
    alike = np.ptp(kept, axis=0) == 0
    if alike.any():
        raise StatisticsError(
            "everybody gave item {place} the same answer ({value:g}); leave it out",
            place=int(np.argmax(alike)) + 1,
            value=float(kept[0, np.argmax(alike)]),
        )
    return kept, int(missing.sum())

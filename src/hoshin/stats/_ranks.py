"""Ranks within each of many characteristics, all in one column."""

from __future__ import annotations

import numpy as np


def midranks(values: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each value among those of its own characteristic, from 1, and how many share it (with their mean).

    >>> midranks(np.array([3.0, 1.0, 3.0, 9.0]), np.array([0, 0, 0, 1]))
    (array([2.5, 1. , 2.5, 1. ]), array([2., 1., 2., 1.]))
    """
    order = np.lexsort((values, of))
    ordered, owner = values[order], of[order]
    starts = np.flatnonzero(np.r_[True, (ordered[1:] != ordered[:-1]) | (owner[1:] != owner[:-1])])
    runs = np.diff(np.r_[starts, values.size])
    before = np.searchsorted(owner, owner[starts], side="left")
    ranks, tied = np.empty(values.size), np.empty(values.size)
    ranks[order] = np.repeat(starts - before + (runs + 1) / 2, runs)
    tied[order] = np.repeat(runs, runs)
    return ranks, tied


def sum_of_ties(tied: np.ndarray, of: np.ndarray, count: int) -> np.ndarray:
    """The sum of ``t^3 - t`` over the groups of t equal values of each characteristic.

    >>> sum_of_ties(np.array([2.0, 1.0, 2.0, 1.0]), np.array([0, 0, 0, 1]), 2)
    array([6., 0.])
    """
    return np.bincount(of, tied * tied - 1, count)

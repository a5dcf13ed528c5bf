"""Gauss-Legendre nodes and the linear equations of run lengths on them, for one chart or a stack of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

LONGEST = 1e12
"""The digits of a longer run length are lost where the chances of going on are rounded."""
_TOGETHER = 1 << 21
"""Entries of the matrices that are solved together: few enough to stay near the processor."""


@lru_cache(maxsize=64)
def legendre(count: int):
    """Nodes and weights on [-1, 1]."""
    return np.polynomial.legendre.leggauss(count)


@lru_cache(maxsize=8)
def hermite(count: int):
    """Nodes and weights for the weight exp(-z^2 / 2)."""
    return np.polynomial.hermite_e.hermegauss(count)


def nodes_on(low, high, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on an interval, or on each of several (one row each)."""
    nodes, weights = legendre(count)
    low, half = np.asarray(low)[..., None], (np.asarray(high) - low)[..., None] / 2
    return low + half * (nodes + 1), half * weights


def density(z):
    """The standard normal density."""
    return np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi)


def run_lengths(transition: np.ndarray) -> np.ndarray:
    """Average run lengths from each state, given the chances of going on: the solution of (I - Q) L = 1.

    One step of iterative refinement takes back the digits that a long run length (an almost singular matrix) loses.
    """
    matrix = np.eye(transition.shape[-1]) - transition
    ones = np.ones((*transition.shape[:-1], 1))
    solution = np.linalg.solve(matrix, ones)
    return (solution + np.linalg.solve(matrix, ones - matrix @ solution))[..., 0]


def told(lengths: np.ndarray) -> np.ndarray:
    """Run lengths that were solved for, infinite beyond what double precision can tell.

    >>> told(np.array([370.4, 1e14, -1e15]))
    array([370.4,   inf,   inf])
    """
    return np.where((lengths > 0) & (lengths < LONGEST), lengths, np.inf)


def in_blocks(entries: int, solve: Callable, *columns: np.ndarray) -> np.ndarray:
    """What ``solve(*columns)`` finds for charts that need arrays of so many entries each, a bounded number at a time."""
    step = max(1, _TOGETHER // entries)
    blocks = range(0, len(columns[0]), step)
    return np.concatenate([solve(*(column[low : low + step] for column in columns)) for low in blocks])


def in_groups(counts: np.ndarray, solve: Callable, *columns: np.ndarray, entries: Callable = np.square) -> np.ndarray:
    """What ``solve(count, *columns)`` finds for charts that need so many nodes: those alike are solved as one stack.

    ``entries`` says how large an array so many nodes need.
    """
    found = None
    for count in np.unique(counts).tolist():
        places = np.flatnonzero(counts == count)
        solved = in_blocks(int(entries(count)), partial(solve, count), *(column[places] for column in columns))
        found = np.empty((counts.size, *solved.shape[1:])) if found is None else found
        found[places] = solved
    return found


def steps_of(number: np.ndarray, step: int) -> np.ndarray:
    """The next multiple of a step, so that charts of like width share a number of nodes."""
    return (np.ceil(number / step) * step).astype(np.int64)

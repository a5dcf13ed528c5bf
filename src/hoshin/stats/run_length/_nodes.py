"""Gauss-Legendre nodes and the linear equations of run lengths on them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def _legendre(count: int):
    return np.polynomial.legendre.leggauss(count)


def nodes_on(low: float, high: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on an interval."""
    nodes, weights = _legendre(count)
    half = (high - low) / 2
    return low + half * (nodes + 1), half * weights


def density(z):
    """The standard normal density."""
    return np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi)


def run_lengths(transition: np.ndarray) -> np.ndarray:
    """Average run lengths from each state, given the chances of going on: the solution of (I - Q) L = 1.

    One step of iterative refinement takes back the digits that a long run length (an almost singular matrix) loses.
    """
    matrix = np.eye(len(transition)) - transition
    ones = np.ones(len(transition))
    solution = np.linalg.solve(matrix, ones)
    return solution + np.linalg.solve(matrix, ones - matrix @ solution)

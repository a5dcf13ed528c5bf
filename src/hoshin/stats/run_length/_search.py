"""Searches for the chart with a wanted run length, or the least one: for many charts together, each on its own way."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize.elementwise import find_root

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import LONGEST


def limit_for(arl0: np.ndarray, lengths: Callable, first, *columns: np.ndarray) -> np.ndarray:
    """The limit at which each chart's run length, which rises with it, is the wanted one.

    >>> limit_for(np.array([10.0, 100.0]), lambda limit, scale: limit**2 * scale, 1.0, np.array([1.0, 4.0])).round(6)
    array([3.162278, 5.      ])
    """
    longest = arl0.max()
    if not longest < LONGEST:
        raise StatisticsError("arl0 is {found}; less than {bound:g} is needed", found=float(longest), bound=LONGEST)

    def excess(limit, wanted, *given):
        # Logarithms: run lengths grow exponentially. What is too long to tell is far too long.
        return np.minimum(np.log(lengths(limit, *given) / wanted), 1e3)

    def excess_of(charts, limit):
        return excess(limit[charts], arl0[charts], *(column[charts] for column in columns))

    low, high = np.full((2, *arl0.shape), first, dtype=float)
    short = np.arange(arl0.size)
    while short.size:
        short = short[excess_of(short, high) < 0]
        low[short], high[short] = high[short], 1.5 * high[short]
    long = np.flatnonzero(low == high)
    while long.size:
        long = long[(low[long] > 1e-9) & (excess_of(long, low) > 0)]
        low[long], high[long] = low[long] / 1.5, low[long]
    high = np.where(low == high, 1.5 * high, high)
    found = find_root(excess, (low, high), args=(arl0, *columns), tolerances={"xrtol": 1e-12})
    return np.where(found.success, found.x, np.nan)


def least_of(lengths: Callable, low: float, high: float, tolerance: float, *columns: np.ndarray) -> np.ndarray:
    """Where between two numbers each chart's run length is least, by the parabolas and golden sections of Brent.

    R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 5.

    >>> least_of(lambda x, c: (x - c) ** 2 + 1, 0.0, 1.0, 1e-6, np.array([0.3, 0.7, 2.0])).round(5)
    array([0.3, 0.7, 1. ])
    """
    count, golden = columns[0].size, (3 - math.sqrt(5)) / 2
    found, charts = np.empty(count), np.arange(count)
    first = np.full(count, low + golden * (high - low))
    bounds, steps = np.outer((low, high), np.ones(count)), np.zeros((2, count))
    points, values = np.tile(first, (3, 1)), np.tile(lengths(first, *columns), (3, 1))
    while charts.size:
        (low, high), (last, earlier), best = bounds, steps, points[0]
        middle, small = (low + high) / 2, 1.5e-8 * np.abs(best) + tolerance / 3
        done = np.abs(best - middle) <= 2 * small - (high - low) / 2
        if done.any():
            found[charts[done]] = best[done]
            charts, columns = charts[~done], [column[~done] for column in columns]
            bounds, steps, points, values = (rows[:, ~done] for rows in (bounds, steps, points, values))
            continue
        # To the vertex of the parabola through the three best points, if that lies within and steps grow shorter.
        p, q = _vertex(points, values)
        fits = (np.abs(earlier) > small) & (np.abs(p) < np.abs(q * earlier / 2))
        fits &= (p > q * (low - best)) & (p < q * (high - best))
        vertex = np.divide(p, q, out=np.zeros_like(p), where=fits)
        inwards = np.where(best < middle, small, -small)
        at_a_bound = (best + vertex - low < 2 * small) | (high - best - vertex < 2 * small)
        longer = np.where(best < middle, high, low) - best
        step = np.where(fits, np.where(at_a_bound, inwards, vertex), golden * longer)
        steps = np.stack([step, np.where(fits, last, longer)])
        new = best + np.where(np.abs(step) >= small, step, np.copysign(small, step))
        value = lengths(new, *columns)
        better = value <= values[0]
        upper = (new < best) == better
        edge = np.where(better, best, new)
        bounds = np.stack([np.where(upper, low, edge), np.where(upper, edge, high)])
        rank = _rank(value, points, values)
        points, values = _inserted(rank, new, points), _inserted(rank, value, values)
    return found


def _vertex(points, values):
    """How far from the first of three points the vertex of their parabola lies, as a fraction p / q with q not negative."""
    to_second, to_third = points[0] - points[1], points[0] - points[2]
    r, q = to_second * (values[0] - values[2]), to_third * (values[0] - values[1])
    p, q = to_third * q - to_second * r, 2 * (q - r)
    return np.where(q > 0, -p, p), np.abs(q)


def _rank(value, points, values):
    """Where a new value belongs among the best three; 3 where it does not. Points begin alike."""
    second = (value <= values[1]) | (points[1] == points[0])
    third = (value <= values[2]) | (points[2] == points[0]) | (points[2] == points[1])
    return np.select([value <= values[0], second, third], [0, 1, 2], 3)


def _inserted(rank, new, rows):
    best, second, third = rows
    return np.stack([
        np.where(rank == 0, new, best),
        np.where(rank == 0, best, np.where(rank == 1, new, second)),
        np.where(rank <= 1, second, np.where(rank == 2, new, third)),
    ])  # fmt: skip

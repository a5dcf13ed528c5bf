"""Run length of the moving average chart: the last points themselves are the state, seen through Hermite polynomials.

How long the chart goes on is a smooth function of the last ``span - 1`` points. At Gauss-Hermite nodes of each, the step
to the next point is an integral of the normal density times a polynomial over an interval, which has a closed form.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import density, hermite, in_groups
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of, shifts_of

SOURCE = "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 9.3"
_NODES = {2: 64, 3: 48, 4: 24, 5: 16, 6: 12}
_MOST_STEPS = 5000


def moving_average_arl(span=5, k=3.0, shifts=(0.0,)) -> RunLength:
    """Average run length of a moving average chart of up to six points (longer spans: ``simulate_chart``).

    Estimand: points until ``|x_t + ... + x_(t-span+1)| > k sqrt(span)``, at the first points of as many as there are:
    ``|x_1 + ... + x_t| > k sqrt(t)``. The chance of going on n more points, ``D_n(x) = int f(y) D_(n-1)(x, y) dy`` over the y
    within the limits, x the last span - 1 points, is summed over n, the last of them as a geometric series.

    Parameters
    ----------
    span : one whole number or (C,) of many charts, points averaged, 2 to 6 (1: ``shewhart_arl``).
    k : one number or (C,), width of the limits in standard errors of the average, above 0.
    shifts : (S,) of the mean.

    Units: shifts in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: k not above 0, a span outside 2..6, a missing shift.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 9.3: the chart.

    >>> [round(arl, 1) for arl in moving_average_arl(span=5, k=3, shifts=[0, 1]).arl]
    [527.9, 12.5]
    """
    span = numbers_of(span, "span", at_least=2, whole=True)
    if span.max() > max(_NODES):
        raise StatisticsError(
            "span is {found}; at most {most} are held here, longer ones need simulate_chart",
            found=int(span.max()),
            most=max(_NODES),
        )
    grid = Grid(shifts_of(shifts), {"span": span, "k": numbers_of(k, "k", above=0)})
    span, k, shift = grid.columns()
    arl = in_groups(span, _solved, k, shift, entries=lambda span: 4 * _NODES[span] ** span)
    return grid.result("the moving average chart", "integral equation", arl, source=SOURCE)


def _solved(span, k, shift):
    # All points are taken about the shift, so that they are standard normal.
    nodes, sums = _sums(span)
    steps = [_step(*total, t, k * math.sqrt(t), shift, nodes) for t, total in enumerate(sums, start=1)]
    started = [_from_the_first(steps[:t], np.ones((k.size, *(nodes.size,) * t))) for t in range(span - 1)]
    going_on, alive = steps.pop(), np.ones((k.size, *(nodes.size,) * (span - 1)))
    places, found = np.arange(k.size), np.sum(started, axis=0)
    total, before, last = np.zeros(k.size), np.zeros(k.size), np.full(k.size, math.nan)
    for left in range(_MOST_STEPS, 0, -1):
        chance = _from_the_first(steps, alive)
        total = total + chance
        ratio = np.divide(chance, before, out=np.zeros_like(chance), where=before > 0)
        settled = (chance < 1e-16 * total) | (np.abs(ratio - last) < 1e-12 * (1 - ratio)) | (left == 1)
        if settled.any():
            found[places[settled]] += (total + chance * ratio / (1 - ratio))[settled]
            if settled.all():
                break
            open = ~settled
            places, going_on, alive, steps = places[open], going_on[open], alive[open], [step[open] for step in steps]
            chance, ratio, total = chance[open], ratio[open], total[open]
        before, last = chance, ratio
        # The oldest point leaves. In the steps, which know the sum alone, it may as well stand last.
        alive = np.moveaxis((going_on @ alive[..., None])[..., 0], -1, 1)
    return found


def _from_the_first(steps, alive):
    """The chance that each chart passes its first points and then goes on as the last of them say."""
    for step in reversed(steps):
        alive = (step * alive).sum(axis=-1)
    return alive


@lru_cache(maxsize=len(_NODES))
def _sums(span):
    """The nodes; and for each number of points before the next one their sums, and which of them each has.

    Points in another order have the same sum.
    """
    nodes, _ = hermite(_NODES[span])
    totals = [np.zeros(())]
    for _ in range(span - 1):
        totals.append(np.add.outer(totals[-1], nodes))
    sums = []
    for total in totals:
        _, first, which = np.unique(total.round(9), return_index=True, return_inverse=True)
        sums.append((total.flat[first], which.reshape(total.shape)))
    return nodes, sums


def _step(sums, which, t: int, limit, shift, nodes):
    """Weights of the nodes of the next point, given the sum of the t - 1 before it: those within the limit of the sum."""
    low, high = (sign * limit[:, None] - sums - t * shift[:, None] for sign in (-1, 1))
    count = nodes.size
    at_nodes = _hermite(nodes, count)
    # The integral of f He_j / sqrt(j!) is -f He_(j-1) / sqrt((j-1)!) / sqrt(j).
    ends = [density(edge) * _hermite(edge, count - 1) for edge in (low, high)]
    moments = (ends[0] - ends[1]) / np.sqrt(np.arange(1, count))[:, None, None]
    moments = np.concatenate([(ndtr(high) - ndtr(low))[None], moments])
    weights = 1 / np.square(at_nodes).sum(axis=0)
    of_sums = np.ascontiguousarray(np.moveaxis(moments, 0, -1)) @ (at_nodes * weights)
    return np.take(of_sums, which, axis=1)


def _hermite(x, count: int):
    """He_j(x) / sqrt(j!) for j = 0 .. count - 1, along a new first axis."""
    x = np.asarray(x, dtype=float)
    rows = np.ones((count, *x.shape))
    if count > 1:
        rows[1] = x
    for j in range(2, count):
        rows[j] = (x * rows[j - 1] - math.sqrt(j - 1) * rows[j - 2]) / math.sqrt(j)
    return rows

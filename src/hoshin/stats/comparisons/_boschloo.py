"""Boschloo's test: how often Fisher's p value is as small as the one found, at the chance that makes it largest.

Given how many units are counted in both samples together, Fisher's p value is as small as the one found with a chance
of its own: the largest p value of that total that is not above it. The total is binomial, whatever chance the units have
in common. So the test's p value is the largest of the binomial means of these chances.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln

MOST_AT_ONCE = 2_000_000
"""So many numbers are made at once."""
_SAME = 1 + 1e-11
"""Equal p values of different totals differ by rounding."""
_WITHIN = 4
"""So many points are looked at within a standard deviation of the binomial, on a scale that makes all of them alike."""
_STEPS = 7
"""Newton's method doubles the digits with each step."""
_MISSED = 0.005
"""The mean rises at most this share of Fisher's p value above the next point: binomials smooth it."""


def boschloo(table: tuple[np.ndarray, ...], alternative: str) -> tuple[np.ndarray, np.ndarray]:
    """Fisher's one-sided p value and Boschloo's p value of tables: counts and sizes of two samples.

    Two-sided p values double that of the smaller side.

    >>> fisher, p = boschloo(tuple(np.array([number]) for number in (7, 20, 2, 30)), "greater")
    >>> fisher.round(6), p.round(6)
    (array([0.015035]), array([0.007449]))
    """
    x1, n1, x2, n2 = table
    if alternative == "less":
        return _less(x1, n1, x2, n2)
    if alternative == "greater":
        return _less(x2, n2, x1, n1)
    sides = _less(*map(np.concatenate, ((x1, x2), (n1, n2), (x2, x1), (n2, n1))))
    (less, greater), p = sides[0].reshape(2, -1), sides[1].reshape(2, -1)
    return np.where(p[0] < p[1], less, greater), np.minimum(1.0, 2 * p.min(axis=0))


def _less(x1, n1, x2, n2) -> tuple[np.ndarray, np.ndarray]:
    """Both p values of the claim that the first chance is less; tables of the same sizes together."""
    from scipy.stats import hypergeom

    fisher, p = hypergeom.cdf(x1, n1 + n2, x1 + x2, n1), np.empty(x1.shape)
    sizes, of = np.unique(np.stack([n1, n2], axis=1), axis=0, return_inverse=True)
    for i, (first, second) in enumerate(sizes.tolist()):
        chosen, together = np.flatnonzero(of.ravel() == i), _together(first + second)
        for part in np.split(chosen, np.arange(together, chosen.size, together)):
            p[part] = _largest_mean(_chances_of(fisher[part], first, second), fisher[part])
    return fisher, p


def _chances_of(fisher: np.ndarray, n1: int, n2: int) -> np.ndarray:
    """The chances by the law of the smaller sample: few counted in the first are few others in the second."""
    return _chances(fisher, n1, n2) if n1 <= n2 else _chances(fisher, n2, n1)[:, ::-1]


def _chances(fisher: np.ndarray, n1: int, n2: int) -> np.ndarray:
    """For each table and total the largest p value of that total that is not above the table's; 0 where all are."""
    chances, together = np.empty((fisher.size, n1 + n2 + 1)), _together(n1)
    for low in range(0, n1 + n2 + 1, together):
        totals = np.arange(low, min(low + together, n1 + n2 + 1))
        laws, rows = _laws(totals, n1, n2), np.arange(totals.size)
        # The last that is not above, by halving the steps.
        found, step = np.zeros((fisher.size, totals.size), dtype=np.int64), 1 << (n1 + 1).bit_length()
        while step := step // 2:
            further = np.minimum(found + step, n1 + 1)
            found = np.where(laws[rows, further] <= fisher[:, None] * _SAME, further, found)
        chances[:, totals] = laws[rows, found]
    return chances


def _laws(totals: np.ndarray, n1: int, n2: int) -> np.ndarray:
    """The chance of at most -1, 0, ... n1 counted in the first sample, for each total: hypergeometric.

    Products of ratios from the most likely count outwards keep all digits of the tails.
    """
    total, x = totals[:, None], np.arange(n1)
    low, high = np.maximum(0, total - n2), np.minimum(n1, total)
    mode = np.clip((total + 1) * (n1 + 1) // (n1 + n2 + 2), low, high)
    up, down = (n1 - x) * (total - x) * 1.0, (x + 1) * (n2 - total + x + 1) * 1.0
    inside = (x >= low) & (x < high)
    up, down = np.where(inside, up, 0.0), np.where(inside, down, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.cumprod(np.where(x < mode, 1.0, up / np.where(inside, down, 1.0)), axis=1)
        falling = np.cumprod(np.where(x < mode, down / np.where(inside, up, 1.0), 1.0)[:, ::-1], axis=1)[:, ::-1]
    law = np.zeros((totals.size, n1 + 2))
    law[:, 1] = 1.0
    law[:, 2:] = rising
    law[:, 1:-1] *= falling
    law = np.cumsum(law, axis=1)
    return law / law[:, -1:]


def _largest_mean(chances: np.ndarray, fisher: np.ndarray) -> np.ndarray:
    """The largest binomial mean of the chances of each table: on a grid, then wherever it rises and falls in between.

    The grid is that of the angle whose squared sine is the units' chance: a binomial's spread is the same all along it.
    """
    n = chances.shape[1] - 1
    angles = np.linspace(0.0, math.pi / 2, math.ceil(math.pi * math.sqrt(n) * _WITHIN) + 2)
    ways = gammaln(n + 1) - gammaln(np.arange(n + 1) + 1) - gammaln(n - np.arange(n + 1) + 1)
    means, rises = np.empty((len(chances), angles.size)), np.empty((len(chances), angles.size), dtype=bool)
    together = _together(n)
    for low in range(0, angles.size, together):
        part = slice(low, low + together)
        weights, distance = _binomials(angles[part], ways)
        means[:, part], rises[:, part] = chances @ weights.T, chances @ (weights * distance).T > 0
    rises[:, 0], rises[:, -1] = True, False
    largest, higher = means.max(axis=1), np.maximum(means[:, :-1], means[:, 1:])
    # A mean of 1 is the largest there is.
    near = (higher >= (largest - _MISSED * fisher)[:, None]) & (largest < 1 - 1e-14)[:, None]
    of, place = np.nonzero(rises[:, :-1] & ~rises[:, 1:] & near)
    for low in range(0, of.size, together):
        rows, at = of[low : low + together], place[low : low + together]
        np.maximum.at(largest, rows, _summit(chances[rows], ways, angles[at], angles[at + 1]))
    return np.minimum(largest, 1.0)


def _summit(chances: np.ndarray, ways: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The largest mean between two angles, where it rises at the first and falls at the second: Newton's method."""
    best, angle = np.zeros(low.size), (low + high) / 2
    for _ in range(_STEPS):
        weights, distance = _binomials(angle, ways)
        mean = (weights * chances).sum(axis=1)
        best = np.maximum(best, mean)
        # Derivatives by the logarithm of the odds, then by the angle.
        pulled = weights * (chances - mean[:, None]) * distance
        slope, bend = pulled.sum(axis=1), (pulled * distance).sum(axis=1)
        scale = 4 / np.sin(2 * angle)
        bend = scale * bend - scale * np.cos(2 * angle) / 2 * slope
        low, high = np.where(slope > 0, angle, low), np.where(slope > 0, high, angle)
        further = angle - slope / np.where(bend < 0, bend, 1.0)
        angle = np.where((bend < 0) & (further > low) & (further < high), further, (low + high) / 2)
    return best


def _binomials(angles: np.ndarray, ways: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chances of all totals, for the units' chance of each angle, and how far each total lies from its mean."""
    total, shares = np.arange(ways.size), (np.sin(angles), np.cos(angles))
    yes, no = (2 * np.log(np.maximum(share, 1e-300))[:, None] for share in shares)
    found = np.exp(ways + yes * total + no * total[::-1])
    return found / found.sum(axis=1, keepdims=True), total - (ways.size - 1) * (shares[0] ** 2)[:, None]


def _together(width: int) -> int:
    return max(1, MOST_AT_ONCE // (width + 2))

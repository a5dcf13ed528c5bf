"""Shapiro and Wilk's W by Royston's algorithm AS R94, for segments of values in rising order.

Source: P. Royston, Applied Statistics 44 (1995), 547-551.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from hoshin.stats.segments import Segments

# Royston's polynomials, lowest power first: outer weights in 1/sqrt(n); mean and ln sd of ln(gamma - ln(1 - W)) in n
# up to 11, of ln(1 - W) in ln n above.
_LAST = (0.0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056)
_LAST_BUT_ONE = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
_SMALL = ((0.5440, -0.39978, 0.025054, -6.714e-4), (1.3822, -0.77857, 0.062767, -0.0020322), (-2.273, 0.459))
_LARGE = ((-1.5861, -0.31082, -0.083751, 0.0038915), (-0.4803, -0.082676, 0.0030302))


def lacking(segments: Segments, ordered: np.ndarray) -> np.ndarray:
    """1 - W of each segment of 3 values or more, from the distance between weights and values: near 1 W loses no digit.

    >>> lacking(Segments.one(4), np.array([1.0, 2.0, 3.0, 9.0])).round(4)
    array([0.172])
    """
    about = ordered - segments.per_point(segments.sums(ordered) / segments.lengths)
    weights = _weights(segments)
    one, other = (x / segments.per_point(np.sqrt(segments.sums(x * x))) for x in (about, weights))
    distance = segments.sums((one - other) ** 2)
    return np.maximum(distance * (4 - distance) / 4, 1e-300)


def _weights(segments: Segments) -> np.ndarray:
    """Royston's weights of the sorted values, antisymmetric about the middle."""
    n, place, starts = segments.lengths, segments.positions(), segments.offsets[:-1]
    m = ndtri((place + 0.625) / segments.per_point(n + 0.25))
    squares = segments.sums(m * m)
    first, second = m[starts], m[starts + 1]
    last = _polynomial(_LAST, n**-0.5) - first / np.sqrt(squares)
    last_but_one = _polynomial(_LAST_BUT_ONE, n**-0.5) - second / np.sqrt(squares)
    two = n > 5
    left = squares - 2 * first**2 - np.where(two, 2 * second**2, 0.0)
    room = 1 - 2 * last**2 - np.where(two, 2 * last_but_one**2, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = m / segments.per_point(np.sqrt(left / room))
    # Three values have one pair of weights, and none in the middle.
    last = np.where(n == 3, np.sqrt(0.5), last)
    ends = segments.offsets[1:] - 1
    weights[starts + 1] = np.where(two, -last_but_one, np.where(n == 3, 0.0, weights[starts + 1]))
    weights[ends - 1] = np.where(two, last_but_one, np.where(n == 3, 0.0, weights[ends - 1]))
    weights[starts], weights[ends] = -last, last
    return weights


def royston_pvalue(lack: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The p value of 1 - W among n values.

    >>> royston_pvalue(np.array([0.2112]), np.array([11])).round(4)
    array([0.0067])
    """
    y, logs = np.log(lack), np.log(n)
    mean, spread, gamma = (_polynomial(c, np.minimum(n, 11)) for c in _SMALL)
    with np.errstate(invalid="ignore", divide="ignore"):
        few = ndtr(-(-np.log(gamma - y) - mean) / np.exp(spread))
    few = np.where(y >= gamma, 1e-99, few)
    many = ndtr(-(y - _polynomial(_LARGE[0], logs)) / np.exp(_polynomial(_LARGE[1], logs)))
    three = 6 / np.pi * (np.arcsin(np.sqrt(1 - np.minimum(lack, 0.25))) - np.arcsin(np.sqrt(0.75)))
    return np.where(n == 3, np.clip(three, 0.0, 1.0), np.where(n <= 11, few, many))


def _polynomial(coefficients, x):
    return np.polynomial.polynomial.polyval(x, coefficients)

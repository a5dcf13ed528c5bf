"""The largest of several t variables that share one standard deviation: Tukey's range of means, Dunnett's control.

With the standard deviation known the chance above w is one integral, over the smallest mean or over the control's. It is
kept as polynomials of its ratio to the chance of a single normal variable, which lies between 1 and the number of
variables (twice that of both signs). Over the standard deviation all statistics are integrated together.

The studentized range stands here divided by the square root of 2: the largest t of all pairs.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import elementwise
from scipy.special import log_ndtr, ndtr, ndtri, stdtrit

TERMS = 12
"""Each polynomial has so many terms."""
MOST = 10.0
"""The polynomials end here, as good as the ratio does not move beyond (a chance of 1e-23)."""
UPWARDS = np.arange(-18, 2 * MOST + 1) / 2
"""The pieces for which they hold."""
BOTH = np.concatenate([[0.0], np.exp2(np.arange(-10, -1)), np.arange(1, 2 * MOST + 1) / 2])
"""The same of both signs: variables that nearly move as one bend the ratio near 0."""
NODES, BEND = 96, 0.6
"""Points of the integral over the standard deviation, and how their distance grows outwards."""
ENDS = 38.0
"""Integrals end where the logarithm has fallen by this."""
TOGETHER, DESIGNS = 1024, 16
"""So many statistics are integrated at once, and so many designs."""


@dataclass(frozen=True, eq=False)
class Largest:
    """Laws of the largest of ``variables`` t variables; of both signs, or upwards only.

    ``coefficients`` are (terms, laws, pieces) of the ratio.
    """

    variables: int
    both: bool
    coefficients: np.ndarray

    def sf(self, statistics: np.ndarray, df: np.ndarray, law: np.ndarray | int = 0) -> np.ndarray:
        """The chance above each statistic (its size, where both signs count); NaN where it or df is none."""
        statistics, df, law = np.broadcast_arrays(statistics, df, law)
        c = np.abs(statistics) if self.both else statistics
        result = np.full(c.shape, np.nan)
        known = np.flatnonzero(~np.isnan(c) & (df > 0))
        c, df, law = c.ravel()[known], df.ravel()[known], law.ravel()[known]
        for at in range(0, known.size, TOGETHER):
            part = slice(at, at + TOGETHER)
            result.flat[known[part]] = self._above(np.clip(c[part], -1e150, 1e150), df[part], law[part])
        return result

    def quantile(self, above: float, df: np.ndarray, law: np.ndarray | int = 0) -> np.ndarray:
        """What is exceeded with this chance, for each df; found once for those that are equal."""
        df, law = np.broadcast_arrays(df, law)
        result = np.full(df.shape, np.nan)
        known = df > 0
        pairs, back = np.unique(np.stack([df[known], law[known]]), axis=1, return_inverse=True)
        df, law = pairs[0], pairs[1].astype(np.int64)
        tail = above / 2 if self.both else above

        def excess(u, df, law):
            return np.log(self.sf(np.sinh(u), df, law) / above)

        # One variable alone, and Bonferroni's bound; a little more for rounding.
        low, high = np.arcsinh(-stdtrit(df, tail)) - 1e-6, np.arcsinh(-stdtrit(df, tail / self.variables)) + 1e-6
        found = elementwise.find_root(excess, (low, high), args=(df, law), tolerances={"xrtol": 1e-14, "frtol": 0.0})
        result[known] = np.sinh(found.x)[back.ravel()]
        return result

    def _above(self, c: np.ndarray, df: np.ndarray, law: np.ndarray) -> np.ndarray:
        """The mean of the chance above c s over the law of s, in x = log s by the trapezoidal rule about the peak."""
        c, df, law = c[:, None], df[:, None], law[:, None]
        y, width = _points(df)
        # Up to a point the largest is all but certain to lie above; from there on the chance falls as a normal one does.
        sure = max(-ndtri(1 / self.variables / (2 if self.both else 1)), 1e-3)
        with np.errstate(divide="ignore"):
            edge = np.log(sure / np.maximum(c, 0.0))
        x = y + np.maximum(-np.log1p(np.maximum(c, 0.0) ** 2 / df) / 2, np.minimum(edge, 0.0))
        w = c * np.exp(x)
        chances = np.exp(_log_density(x, df)) * width * self._ratio(w, law) * ndtr(-w)
        return np.minimum(chances.sum(axis=1) / (np.exp(_log_density(y, df)) * width).sum(axis=1), 1.0)

    def _ratio(self, w: np.ndarray, law: np.ndarray) -> np.ndarray:
        edges = BOTH if self.both else UPWARDS
        w = np.clip(w, edges[0], edges[-1])
        piece = np.searchsorted(edges[1:-1], w, side="right")
        low, high = edges[piece], edges[piece + 1]
        t, at = (2 * w - low - high) / (high - low), law * (edges.size - 1) + piece
        flat = self.coefficients.reshape(TERMS, -1)
        ratio = flat[-1].take(at)
        for row in flat[-2::-1]:
            ratio *= t
            ratio += row.take(at)
        return ratio


@functools.lru_cache(maxsize=64)
def largest_of_pairs(groups: int) -> Largest:
    """The largest t of all pairs of so many means: the studentized range over the square root of 2."""
    w, k = _nodes(BOTH), groups
    z = np.arange(-MOST / math.sqrt(2) - 9.0, 9.0, 0.1)[:, None]
    density = np.exp(-z * z / 2 + (k - 1) * log_ndtr(-z)) * 0.1 / math.sqrt(2 * math.pi)
    # z is the smallest mean; of the others above it a share lies beyond the range.
    with np.errstate(divide="ignore"):
        beyond = np.log1p(-np.exp(log_ndtr(-z - math.sqrt(2) * w) - log_ndtr(-z)))
    above = -k * (density * np.expm1((k - 1) * beyond)).sum(axis=0)
    return _law(k * (k - 1) // 2, True, w, above[None])


def largest_of_control(sizes: np.ndarray, control: np.ndarray, both: bool) -> Largest:
    """The largest t of (D, m) groups against their controls (D,), one law for each of D designs."""
    against = sizes / control[:, None]
    slope, rest = np.sqrt(against / (1 + against)), np.sqrt(1 / (1 + against))
    w = _nodes(BOTH if both else UPWARDS)
    # Where variables hang on y steeply the steps must be short; designs of about the same steps go together.
    steps = 0.75 / np.sqrt(1 + against.sum(axis=1))
    steps = np.exp2(np.floor(4 * np.log2(np.minimum(0.25, steps))) / 4)
    above = np.empty((len(sizes), w.size))
    for h in np.unique(steps):
        chosen = np.flatnonzero(steps == h)
        for part in np.split(chosen, np.arange(DESIGNS, chosen.size, DESIGNS)):
            above[part] = _above_known(w, slope[part], rest[part], float(h), both)
    return _law(sizes.shape[1], both, w, above)


def _above_known(w: np.ndarray, slope: np.ndarray, rest: np.ndarray, h: float, both: bool) -> np.ndarray:
    """The chance above w with the standard deviation known, over the control's mean y by the trapezoidal rule."""
    above = np.zeros((len(slope), w.size))
    for i in range(0 if both else -round(9 / h), round((MOST + 9) / h)):
        y = i * h
        # Below these w nearly all of the chance lies at lesser y.
        first = np.searchsorted(w, y - 9) if y > 9 else 0
        some = 0.0
        for a, b in zip(slope.T[:, :, None], rest.T[:, :, None], strict=True):
            beyond = ndtr((a * y - w[first:]) / b)
            if both:
                beyond += ndtr((-a * y - w[first:]) / b)
            some = some + beyond * (1 - some)
        # Of both signs y and -y are alike.
        above[:, first:] += some * (math.exp(-y * y / 2) * h * (2 if both and i else 1))
    return above / math.sqrt(2 * math.pi)


def _nodes(edges: np.ndarray) -> np.ndarray:
    """Where the ratio is computed: Chebyshev's points of every piece."""
    return (edges[:-1, None] + np.diff(edges)[:, None] * (1 + _chebyshev()) / 2).ravel()


def _law(variables: int, both: bool, w: np.ndarray, above: np.ndarray) -> Largest:
    ratio = (above / ndtr(-w)).reshape(len(above), -1, TERMS)
    powers = np.vander(_chebyshev(), increasing=True)
    return Largest(variables, both, np.ascontiguousarray(np.moveaxis(ratio @ np.linalg.inv(powers).T, 2, 0)))


def _chebyshev() -> np.ndarray:
    return -np.cos(np.pi * (np.arange(TERMS) + 0.5) / TERMS)


def _log_density(x: np.ndarray, df: np.ndarray) -> np.ndarray:
    """The logarithm of the density of x = log s, 0 at its peak."""
    return df * (x - np.expm1(2 * x) / 2)


def _points(df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points of the integral about 0 and the width of each."""
    k = ENDS / df
    unit = BEND * np.sqrt(2 * df)
    # Beyond both ends the logarithm of the density has fallen by more than ENDS.
    left, right = -(k + np.sqrt(k * k + 4 * k)) / 2, np.log1p(2 * (k + np.sqrt(k))) / 2
    left, right = np.arcsinh(unit * left), np.arcsinh(unit * right)
    t = left + (right - left) * np.linspace(0, 1, NODES)
    return np.sinh(t) / unit, np.cosh(t) * (right - left)

"""The constants of control charts, by integration over the normal distribution instead of from printed tables.

d2 and d3 are mean and standard deviation of the range of n standard normal values, c4 the mean of their standard
deviation. A, A2 .. E2 are the usual factors at three sigma, negative ones set to 0.

Source: E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310, for the distribution of the range; ASTM
Manual 7A and D. C. Montgomery, Introduction to Statistical Quality Control, appendix VI, for the factors.

``scipy.special`` is named in full here and in the charts: SciPy then loads it with the first chart, not with the import.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from hoshin.stats.errors import StatisticsError, check_whole
from hoshin.stats.results import Result, Step

_UPPER_QUARTILE = 0.6744897501960817
MEDIAN_MOVING_RANGE = math.sqrt(2) * _UPPER_QUARTILE
"""Median of the absolute difference of two standard normal values, 0.953873."""

_X = np.linspace(-9.5, 9.5, 761)
_STEP = 19 / 760
_DENSITY = np.exp(-_X * _X / 2) / math.sqrt(2 * math.pi)
_LARGEST = 1_000_000


def d2(n):
    """Mean range of n standard normal values, for a whole number or an array of them.

    Estimand: the integral of ``1 - F^n - (1 - F)^n`` over the line, F the normal distribution.

    Parameters
    ----------
    n : how many values, 2 to 1,000,000; a whole number or an array of them.

    Units: standard deviations.

    Assumes: independent normal values.

    Errors: n below 2, above a million, or broken.

    Source: E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310.

    >>> round(d2(3), 12) == round(3 / math.pi ** 0.5, 12)
    True
    >>> d2([2, 3, 5]).round(3)
    array([1.128, 1.693, 2.326])
    """
    return _each(_d2, n, 2)


def d3(n):
    """Standard deviation of the range of n standard normal values, for a whole number or an array of them.

    Estimand: ``sqrt(2 int w P(R > w) dw - d2^2)`` with ``P(R <= w) = n int f(x) (F(x + w) - F(x))^(n-1) dx``, f and F
    density and distribution of the normal.

    Parameters
    ----------
    n : how many values, 2 to 1,000,000; a whole number or an array of them.

    Units: standard deviations.

    Assumes: independent normal values.

    Errors: n below 2, above a million, or broken.

    Source: E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310.

    >>> d3([2, 5, 25]).round(3)
    array([0.853, 0.864, 0.708])
    """
    return _each(_d3, n, 2)


def c4(n):
    """Mean standard deviation (divisor n - 1) of n standard normal values, for a whole number or an array of them.

    Estimand: ``sqrt(2/(n-1)) gamma(n/2) / gamma((n-1)/2)``.

    Parameters
    ----------
    n : how many values, at least 2; a whole number or an array of them.

    Units: standard deviations.

    Assumes: independent normal values.

    Errors: n below 2 or broken.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> round(c4(5), 4)
    0.94
    """
    array = np.asarray(n)
    if array.size and not (np.all(array >= 2) and np.all(array == np.floor(array))):
        raise StatisticsError("n is {found}; whole numbers of at least 2 are needed", found=n)
    half = (array - 1) / 2
    value = scipy.special.poch(half, 0.5) / np.sqrt(half)
    return float(value) if array.ndim == 0 else value


@dataclass(frozen=True, eq=False)
class ChartConstants(Result):
    """Every constant for subgroups of one size."""

    n: int
    d2: float
    d3: float
    c4: float
    A: float
    A2: float
    A3: float
    B3: float
    B4: float
    B5: float
    B6: float
    D1: float
    D2: float
    D3: float
    D4: float
    E2: float

    title = "Control chart constants"
    sources = ("E. S. Pearson, H. O. Hartley, Biometrika 32 (1942), 301-310", "ASTM Manual 7A")

    def steps(self):
        """The formulas of the constants."""
        n = {"n": self.n}
        yield Step("d2", "mean range of {n} standard normal values, by integration", n, self.d2)
        yield Step("d3", "standard deviation of the range of {n} standard normal values", n, self.d3)
        yield Step("c4", "sqrt(2/({n}-1)) gamma({n}/2) / gamma(({n}-1)/2)", n, self.c4)
        yield Step("A", "3 / sqrt({n})", n, self.A)
        yield Step("A2", "3 / (d2 sqrt({n}))", n, self.A2)
        yield Step("A3", "3 / (c4 sqrt({n}))", n, self.A3)
        yield Step("B3, B4", "1 -+ 3 sqrt(1 - c4^2) / c4", value=(self.B3, self.B4))
        yield Step("B5, B6", "c4 -+ 3 sqrt(1 - c4^2)", value=(self.B5, self.B6))
        yield Step("D1, D2", "d2 -+ 3 d3", value=(self.D1, self.D2))
        yield Step("D3, D4", "1 -+ 3 d3 / d2", value=(self.D3, self.D4))
        yield Step("E2", "3 / d2", value=self.E2)


def chart_constants(n: int) -> ChartConstants:
    """Every control chart constant for subgroups of size n.

    Estimand: d2, d3 and c4, and the factors of three-sigma limits made of them: ``A = 3/sqrt(n)``,
    ``A2 = 3/(d2 sqrt(n))``, ``A3 = 3/(c4 sqrt(n))``, ``B3, B4 = 1 -+ 3 sqrt(1 - c4^2)/c4``,
    ``B5, B6 = c4 -+ 3 sqrt(1 - c4^2)``, ``D1, D2 = d2 -+ 3 d3``, ``D3, D4 = 1 -+ 3 d3/d2``, ``E2 = 3/d2``; negative
    ones are 0.

    Parameters
    ----------
    n : the size of the subgroups, a whole number of at least 2.

    Units: d2, d3, c4, B5, B6, D1, D2 in standard deviations; the others are factors.

    Assumes: independent normal values, subgroups of one size.

    Errors: n below 2, above a million, or broken.

    Source: ASTM Manual 7A; D. C. Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> round(chart_constants(5).A2, 3), round(chart_constants(5).D4, 3), round(chart_constants(5).B4, 3)
    (0.577, 2.114, 2.089)
    """
    n = check_whole(n, "n", at_least=2)
    mean, sd, c = d2(n), d3(n), c4(n)
    spread = 3 * math.sqrt(1 - c * c)
    return ChartConstants(
        n=n,
        d2=mean,
        d3=sd,
        c4=c,
        A=3 / math.sqrt(n),
        A2=3 / (mean * math.sqrt(n)),
        A3=3 / (c * math.sqrt(n)),
        B3=max(0.0, 1 - spread / c),
        B4=1 + spread / c,
        B5=max(0.0, c - spread),
        B6=c + spread,
        D1=max(0.0, mean - 3 * sd),
        D2=mean + 3 * sd,
        D3=max(0.0, 1 - 3 * sd / mean),
        D4=1 + 3 * sd / mean,
        E2=3 / mean,
    )


def _each(constant, n, smallest: int):
    if isinstance(n, int):
        return constant(check_whole(n, "n", at_least=smallest))
    array = np.asarray(n)
    sizes, inverse = np.unique(array, return_inverse=True)
    values = np.array([constant(check_whole(size, "n", at_least=smallest)) for size in sizes], dtype=float)
    result = values[inverse].reshape(array.shape)
    return float(result) if array.ndim == 0 else result


def _refuse_too_large(n: int) -> None:
    if n > _LARGEST:
        raise StatisticsError("n is {found}; the range of at most {most} values is known", found=n, most=_LARGEST)


@lru_cache(maxsize=4096)
def _d2(n: int) -> float:
    """The trapezoid rule converges exponentially here: the integrand is smooth and vanishes at both ends.

    Of two values, all that charts of individuals need, the integral is known: they do without SciPy's 20 MB.
    """
    _refuse_too_large(n)
    if n == 2:
        return 2 / math.sqrt(math.pi)
    return float(_STEP * (-np.expm1(n * scipy.special.log_ndtr(_X)) - scipy.special.ndtr(-_X) ** n).sum())


@lru_cache(maxsize=4096)
def _d3(n: int) -> float:
    """From E(R^2) = 2 integral of w P(R > w), with P(R <= w) = n integral of f(x) (F(x+w) - F(x))^(n-1)."""
    _refuse_too_large(n)
    if n == 2:
        return math.sqrt(2 - 4 / math.pi)
    nodes, weights = np.polynomial.legendre.leggauss(160)
    w, weights = 9.5 * (nodes + 1), 9.5 * weights
    inside = scipy.special.ndtr(_X + w[:, None]) - scipy.special.ndtr(_X)
    within = n * _STEP * (inside ** (n - 1) @ _DENSITY)
    return math.sqrt(2 * float(weights @ (w * (1 - within))) - _d2(n) ** 2)

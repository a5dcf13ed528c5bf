"""Run length of charts that judge several characteristics at each point: T² and generalised variance."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chdtrc, loggamma

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import in_blocks, legendre
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of, shifts_of

SOURCE = "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, sections 11.3 and 11.6"
ANDERSON = "T. W. Anderson, An Introduction to Multivariate Statistical Analysis (2003), section 7.5"
_NODES = 600


def t2_arl(limit, p, shifts=(0.0,)) -> RunLength:
    """Average run length of a T² chart of ``p`` variables with known mean and covariance.

    Estimand: ``1 / P(T2 > limit)``, T² noncentral chi-square with p degrees of freedom and noncentrality shift squared.
    With an estimated baseline: ``simulate_chart`` with ``phase1``.

    Parameters
    ----------
    limit : one number or (C,) of many charts, the upper limit of T², above 0.
    p : one whole number or (C,), the number of variables.
    shifts : (S,) distances ``sqrt(n d' Sigma^-1 d)`` of the shifted mean, 0 or more.

    Units: shifts in standard errors of a point; run lengths count points.

    Assumes: independent, jointly normal points, mean and covariance known.

    Errors: a limit not above 0, p below 1, a negative shift.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.3.

    >>> [round(arl, 1) for arl in t2_arl(limit=11.829, p=2, shifts=[0, 1]).arl]
    [370.4, 67.3]
    """
    from scipy.stats import ncx2

    numbers_of(shifts, "shift", at_least=0)
    grid = Grid(shifts, {"limit": numbers_of(limit, "limit", above=0), "p": numbers_of(p, "p", at_least=1, whole=True)})
    limit, p, shift = grid.columns()
    chance = np.where(shift > 0, ncx2.sf(limit, p, shift**2), chdtrc(p, limit))
    return grid.geometric("the T² chart", "noncentral chi-square", chance, source=SOURCE)


def generalized_variance_arl(ucl, n, p, ratios=(1.0,), lcl=0.0) -> RunLength:
    """Average run length of a generalised variance chart, for ratios of the new to the old determinant.

    Estimand: ``1 / (P(|S| > ucl) + P(|S| < lcl))``. ``(n-1)^p |S| / |Sigma|`` is a product of independent chi-squares with
    n-1, ..., n-p degrees of freedom; the tails of its logarithm y come from its characteristic function c(t), the
    product of ``2^(it) gamma((n-j)/2 + it) / gamma((n-j)/2)``: ``P(Y > y) = 1/2 + (1/pi) int_0^inf Im(e^(-ity) c(t)) / t dt``.

    Parameters
    ----------
    ucl, lcl : one number or (C,) of many charts, limits of |S| in units of the old |Sigma|, lcl 0 or more.
    n : one whole number or (C,), rows of a subgroup, more than p.
    p : one whole number or (C,), the number of variables.
    ratios : (S,) determinant of the covariance now over before, above 0 (the ``shifts`` of the result).

    Units: limits in |Sigma|; run lengths count subgroups.

    Assumes: independent, jointly normal rows, covariance before known.

    Errors: lcl not below ucl, n not above p, a ratio not above 0.

    Source: T. W. Anderson, An Introduction to Multivariate Statistical Analysis (2003), section 7.5: the product; J.
    Gil-Pelaez, Biometrika 38 (1951), 481-482: the inversion.

    >>> [round(arl, 1) for arl in generalized_variance_arl(ucl=2.8262, n=10, p=2, ratios=[1, 2]).arl]
    [59.9, 6.1]
    """
    numbers = {"ucl": numbers_of(ucl, "ucl", above=0), "lcl": numbers_of(lcl, "lcl", at_least=0)}
    numbers |= {"n": numbers_of(n, "n", at_least=2, whole=True), "p": numbers_of(p, "p", at_least=1, whole=True)}
    numbers_of(ratios, "ratio", above=0)
    grid = Grid(shifts_of(ratios, "ratios"), numbers)
    ucl, lcl, n, p, ratio = grid.columns()
    for wrong, what in ((~(lcl < ucl), "lcl must be below ucl"), (n <= p, "n must be above p")):
        if wrong.any():
            at = int(np.argmax(wrong))
            numbers = {"ucl": ucl[at], "lcl": lcl[at], "n": int(n[at]), "p": int(p[at])}
            raise StatisticsError("lcl {lcl}, ucl {ucl}, n {n}, p {p}: {what}", what=what, **numbers)
    with np.errstate(divide="ignore"):
        high, low = (p * np.log(n - 1) + np.log(line / ratio) for line in (ucl, lcl))
    above, not_below = in_blocks(2 * _NODES, _upper_tails, high, low, n, p).T
    chance = above + np.where(lcl > 0, 1 - not_below, 0.0)
    return grid.geometric("the generalised variance chart", "characteristic function", chance, source=ANDERSON)


def _upper_tails(high, low, n, p):
    """P(Y > high), P(Y > low) for the logarithm Y of a product of chi-squares with n - 1, ..., n - p degrees of freedom."""
    lines = np.stack([high, low], axis=1)
    finite = np.isfinite(lines)
    middle = np.where(finite, lines, 0.0)
    laws, law = np.unique(np.stack([n, p]), axis=1, return_inverse=True)
    n, p = laws
    # |gamma(a + it)| falls like exp(-pi t / 2) for each factor; beyond the end nothing is left.
    end = np.where(p == 1, 40.0, 30.0) + 6 * np.sqrt(n)
    nodes, weights = legendre(_NODES)
    t = end[:, None] * (nodes + 1) / 2
    exponent = np.zeros_like(t)
    for j in range(1, int(p.max()) + 1):
        half = np.maximum(n - j, 1)[:, None] / 2
        exponent = exponent + np.where((p >= j)[:, None], loggamma(half + 1j * t) - loggamma(half), 0)
    turned = np.exp(exponent[law, None] + 1j * t[law, None] * (p[law, None] * math.log(2) - middle)[..., None])
    tail = 0.5 + (turned.imag / t[law, None] * weights).sum(axis=-1) * end[law, None] / 2 / math.pi
    return np.where(finite, np.clip(tail, 0.0, 1.0), 1.0)

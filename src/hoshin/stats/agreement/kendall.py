"""Kendall's measures for ordered ratings: concordance of several raters, correlation of two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from hoshin.stats.agreement._tables import average_ranks, cross_table
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_same_length, first_place
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class KendallW(Result):
    """Concordance of several raters' rankings: 0 none, 1 complete."""

    n: int
    raters: int
    rank_sums: np.ndarray
    W: float | np.ndarray
    chi2: float | np.ndarray
    df: int
    p_value: float | np.ndarray
    ties_corrected: bool

    title = "Kendall's coefficient of concordance"
    sources = ("M. G. Kendall, B. Babington Smith, Annals of Mathematical Statistics 10 (1939), 275-287",)
    assumptions = (
        "the raters judge independently, on an ordered scale",
        "the chi-squared approximation needs more than 7 items",
    )

    def steps(self):
        """Rank sums, W, chi-squared."""
        n = {"m": self.raters, "n": self.n, "W": self.W, "df": self.df}
        yield Step("sums of ranks", value=self.rank_sums)
        ties = " - {m} sum(t^3 - t)" if self.ties_corrected else ""
        yield Step("W", "12 sum (R - mean R)^2 / ({m}^2 ({n}^3 - {n})" + ties + "), t the sizes of ties", n, self.W)
        yield Step("chi-squared", "{m} ({n} - 1) {W}", n, self.chi2)
        yield Step("p value", "chi-squared with {df} degrees of freedom", n, self.p_value)


@dataclass(frozen=True, eq=False)
class KendallTau(Result):
    """Rank correlation of two raters, corrected for ties; the p value is the normal approximation's."""

    n: int
    tau_b: float | np.ndarray
    concordant_minus_discordant: int | np.ndarray
    ties_x: int | np.ndarray
    ties_y: int | np.ndarray
    se_null: float | np.ndarray
    z: float | np.ndarray
    p_value: float | np.ndarray

    title = "Kendall's tau-b"
    sources = ("M. G. Kendall, Rank Correlation Methods, 4th edition, chapters 3 and 4",)
    assumptions = (
        "the pairs are independent, both scales are ordered",
        "the normal approximation needs about 10 pairs",
    )

    def steps(self):
        """Pairs, ties, tau."""
        n = {"s": self.concordant_minus_discordant, "n": self.n, "tx": self.ties_x, "ty": self.ties_y}
        yield Step("concordant minus discordant pairs", value=self.concordant_minus_discordant)
        yield Step("tau-b", "{s} / sqrt(({n}({n}-1)/2 - {tx}) ({n}({n}-1)/2 - {ty}))", n, self.tau_b)
        yield Step("z", "{s} / its standard error {se} without correlation", n | {"se": self.se_null}, self.z)


def kendall_w(ratings, *, correct_ties: bool = True) -> KendallW:
    """Concordance of several raters who order the same items, for one set or many at once.

    Estimand: W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S the squared deviations of the items' sums of ranks;
    m (n - 1) W is compared with chi-squared of n - 1 degrees of freedom.

    Parameters
    ----------
    ratings : array (items, raters) or (sets, items, raters)
        Numbers on an ordered scale; ranks are made within each rater.
    correct_ties : bool
        False leaves the tie term out, as some books do.

    Errors: Missing ratings, fewer than 3 items or 2 raters, a set in which no rater distinguishes anything.

    Source: M. G. Kendall, Rank Correlation Methods, 4th edition, chapter 6.

    >>> round(kendall_w([[1, 2], [2, 1], [3, 3], [4, 4]]).W, 2)
    0.9
    """
    array = check_finite(ratings, "ratings", ndim=(2, 3))
    n, m = check_enough(array.shape[-2], 3, "items"), check_enough(array.shape[-1], 2, "raters")
    ranks, ties = average_ranks(np.swapaxes(array, -1, -2))
    sums = ranks.sum(axis=-2)
    s = ((sums - m * (n + 1) / 2) ** 2).sum(axis=-1)
    tied = m * ties.sum(axis=-1) if correct_ties else 0.0
    whole = m * m * (n**3 - n) - tied + np.zeros_like(s)
    _refuse_no_order(whole <= 0)
    w = 12 * s / whole
    chi2 = m * (n - 1) * w
    return KendallW(
        n=n,
        raters=m,
        rank_sums=sums,
        W=w,
        chi2=chi2,
        df=n - 1,
        p_value=chdtrc(n - 1, chi2),
        ties_corrected=correct_ties,
    )


def kendall_tau_b(x, y) -> KendallTau:
    """Rank correlation of two ordered ratings with ties, for one pair of raters or many at once.

    Estimand: (C - D) / sqrt((n0 - tx)(n0 - ty)) with C concordant, D discordant of n0 = n(n-1)/2 pairs, tx and ty
    those tied in x and in y.

    Parameters
    ----------
    x, y : array (n,) or (pairs, n)
        Numbers on an ordered scale, complete.

    Errors: Missing ratings, different lengths, fewer than 3 items, a rater who gives the same rating to all.

    Source: M. G. Kendall, Rank Correlation Methods, 4th edition, sections 3.4 and 4.4.

    >>> tau = kendall_tau_b([1, 2, 2, 3, 4], [1, 3, 2, 3, 4])
    >>> round(tau.tau_b, 4), tau.concordant_minus_discordant
    (0.8889, 8)
    """
    first, second = check_finite(x, "x", ndim=(1, 2)), check_finite(y, "y", ndim=(1, 2))
    check_same_length(first.T, second.T, ("x", "y"))
    first, second = np.broadcast_arrays(first, second)
    n = check_enough(first.shape[-1], 3, "items")
    codes = [np.unique(values, return_inverse=True)[1].reshape(values.shape) for values in (first, second)]
    table = cross_table(*codes, int(max(c.max() for c in codes)) + 1).astype(float)
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    s = 2 * _concordant(table) - n * (n - 1) / 2 + _pairs(rows) + _pairs(columns) - _pairs(table, (-1, -2))
    tx, ty, n0 = _pairs(rows), _pairs(columns), n * (n - 1) / 2
    _refuse_no_order((tx >= n0) | (ty >= n0))
    se = np.sqrt(_variance(n, rows, columns))
    z = s / se
    return KendallTau(
        n=n,
        tau_b=s / np.sqrt((n0 - tx) * (n0 - ty)),
        concordant_minus_discordant=np.rint(s).astype(np.int64)[()],
        ties_x=np.rint(tx).astype(np.int64)[()],
        ties_y=np.rint(ty).astype(np.int64)[()],
        se_null=se,
        z=z,
        p_value=2 * ndtr(-np.abs(z)),
    )


def _concordant(table):
    before = table.cumsum(axis=-1).cumsum(axis=-2)
    return (table[..., 1:, 1:] * before[..., :-1, :-1]).sum(axis=(-1, -2))


def _pairs(counts, axis=-1):
    return (counts * (counts - 1) / 2).sum(axis=axis)


def _variance(n, rows, columns):
    """Of concordant minus discordant pairs, without correlation (Kendall, section 4.4)."""
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = ((c * (c - 1) * (2 * c + 5)).sum(axis=-1) for c in (rows, columns))
    t1, u1 = ((c * (c - 1)).sum(axis=-1) for c in (rows, columns))
    t2, u2 = ((c * (c - 1) * (c - 2)).sum(axis=-1) for c in (rows, columns))
    return (v0 - vt - vu) / 18 + t1 * u1 / (2 * n * (n - 1)) + t2 * u2 / (9 * n * (n - 1) * (n - 2))


def _refuse_no_order(wrong):
    wrong = np.atleast_1d(wrong)
    if wrong.any():
        raise StatisticsError(
            "a rater gives every item the same rating (set {place}); at least two ratings in use are needed",
            place=first_place(wrong),
        )

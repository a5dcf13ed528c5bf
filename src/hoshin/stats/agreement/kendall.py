"""Kendall's measures for ordered ratings: concordance of several raters, correlation of two."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtrc, ndtr

from hoshin.stats._layout import read_layout
from hoshin.stats._ranks import midranks
from hoshin.stats._results import Batched
from hoshin.stats.agreement._tables import inversions, read_numbers, refuse_missing
from hoshin.stats.errors import StatisticsError, check_enough
from hoshin.stats.results import FrozenDict, Step
from hoshin.stats.segments import Segments

_NO_ORDER = "a rater gives every item the same rating; at least two ratings in use are needed"


@dataclass(frozen=True, eq=False)
class KendallW(Batched):
    """Concordance of several raters' rankings: 0 none, 1 complete.

    ``rank_sums`` has one entry per item; of sets of different size it is flat, cut by ``offsets``.
    """

    n: int | np.ndarray
    raters: int
    rank_sums: np.ndarray
    W: float | np.ndarray
    chi2: float | np.ndarray
    df: int | np.ndarray
    p_value: float | np.ndarray
    ties_corrected: bool
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "W"
    title = "Kendall's coefficient of concordance"
    sources = ("M. G. Kendall, B. Babington Smith, Annals of Mathematical Statistics 10 (1939), 275-287",)
    assumptions = (
        "the raters judge independently, on an ordered scale",
        "the chi-squared approximation needs more than 7 items",
    )

    def _entry(self, i, **_):
        if self.offsets is None:
            return super()._entry(i)
        return super()._entry(i, rank_sums=self.rank_sums[slice(*self.offsets[i : i + 2])], offsets=None)

    def steps(self):
        """Rank sums, W, chi-squared."""
        n = {"m": self.raters, "n": self.n, "W": self.W, "df": self.df}
        yield Step("sums of ranks", value=self.rank_sums)
        ties = " - {m} sum(t^3 - t)" if self.ties_corrected else ""
        yield Step("W", "12 sum (R - mean R)^2 / ({m}^2 ({n}^3 - {n})" + ties + "), t the sizes of ties", n, self.W)
        yield Step("chi-squared", "{m} ({n} - 1) {W}", n, self.chi2)
        yield Step("p value", "chi-squared with {df} degrees of freedom", n, self.p_value)


@dataclass(frozen=True, eq=False)
class KendallTau(Batched):
    """Rank correlation of two raters, corrected for ties; the p value is the normal approximation's."""

    n: int | np.ndarray
    tau_b: float | np.ndarray
    concordant_minus_discordant: int | np.ndarray
    ties_x: int | np.ndarray
    ties_y: int | np.ndarray
    se_null: float | np.ndarray
    z: float | np.ndarray
    p_value: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "tau_b"
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


def kendall_w(ratings, *, offsets=None, correct_ties: bool = True, on_error: str = "raise") -> KendallW:
    """Concordance of several raters who order the same items, for one characteristic or many at once.

    Estimand: W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S the squared deviations of the items' sums of ranks;
    m (n - 1) W is compared with chi-squared of n - 1 degrees of freedom.

    Parameters
    ----------
    ratings : array (items, raters), numbers on an ordered scale, ranked within each rater; (characteristics, items,
        raters) of many, or rows (items of all, raters) with ``offsets``
    offsets : where each characteristic's items begin, and how many rows there are
    correct_ties : whether the tie term is subtracted; some books leave it out
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none; W is 0 without and 1 with complete concordance.

    Assumes: raters judge independently; the chi-squared approximation needs more than 7 items.

    Errors: Missing ratings, fewer than 3 items or 2 raters, a characteristic in which no rater distinguishes anything.

    Source: M. G. Kendall, Rank Correlation Methods, 4th edition, chapter 6.

    >>> round(kendall_w([[1, 2], [2, 1], [3, 3], [4, 4]]).W, 2)
    0.9
    """
    array = read_numbers(ratings, "ratings", (2, 3))
    layout = read_layout(array.shape, offsets, on_error, ndim=2, name="ratings")
    segments = layout.segments
    m, n = check_enough(array.shape[-1], 2, "raters"), segments.lengths
    columns = array.reshape(-1, m)
    refuse_missing(layout, np.isnan(columns), "ratings")
    layout.refuse_few(n, 3, "items")
    raters = Segments(np.append(0, np.cumsum(np.tile(n, m))))
    ranks, tied = midranks(columns.T.ravel(), raters.owner)
    sums = ranks.reshape(m, -1).sum(axis=0)
    s = segments.sums((sums - segments.per_point(m * (n + 1) / 2)) ** 2)
    ties = segments.sums((tied * tied - 1).reshape(m, -1).sum(axis=0)) if correct_ties else 0.0
    whole = (m * m * (n**3 - n) - m * ties).astype(float)
    layout.refuse(whole <= 0, _NO_ORDER)
    s, whole = layout.blank(s, np.where(whole > 0, whole, np.nan))
    w = 12 * s / whole
    chi2 = m * (n - 1) * w
    shape = (segments.count, -1) if segments.equal and layout.many else (-1,)
    return KendallW(
        raters=m,
        rank_sums=sums.reshape(shape),
        ties_corrected=correct_ties,
        offsets=None if segments.equal else segments.offsets,
        problems=layout.problems,
        **layout.told(n=segments.equal or n, W=w, chi2=chi2, df=(segments.equal or n) - 1, p_value=chdtrc(n - 1, chi2)),
    )


def kendall_tau_b(x, y, *, offsets=None, on_error: str = "raise") -> KendallTau:
    """Rank correlation of two ordered ratings with ties, for one characteristic or many at once.

    Estimand: (C - D) / sqrt((n0 - tx)(n0 - ty)) with C concordant, D discordant of n0 = n(n-1)/2 pairs, tx and ty
    those tied in x and in y.

    Parameters
    ----------
    x, y : array (n,), numbers on an ordered scale, complete; (characteristics, n) of many, or flat with ``offsets``
    offsets : where each characteristic's items begin in a flat column, and its length
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none; -1 for reversed, 1 for the same order.

    Assumes: pairs independent; the normal approximation of the p value needs about 10 items.

    Errors: Missing ratings, different lengths, fewer than 3 items, a rater who gives the same rating to all.

    Source: M. G. Kendall, Rank Correlation Methods, 4th edition, sections 3.4 and 4.4.

    >>> tau = kendall_tau_b([1, 2, 2, 3, 4], [1, 3, 2, 3, 4])
    >>> round(tau.tau_b, 4), tau.concordant_minus_discordant
    (0.8889, 8)
    """
    first, second = read_numbers(x, "x", (1, 2)), read_numbers(y, "y", (1, 2))
    if first.shape[-1] != second.shape[-1]:
        raise StatisticsError(
            "x has {a} entries and y has {b}; they must be as long as each other", a=first.shape[-1], b=second.shape[-1]
        )
    first, second = np.broadcast_arrays(first, second)
    layout = read_layout(first.shape, offsets, on_error, name="ratings")
    segments = layout.segments
    first, second, n = first.ravel(), second.ravel(), segments.lengths
    for values, name in ((first, "x"), (second, "y")):
        refuse_missing(layout, np.isnan(values), name)
    layout.refuse_few(n, 3, "items")
    s, rows, columns = _pairs(first, second, segments)
    n0, tx, ty = n * (n - 1) / 2, segments.sums(rows - 1) / 2, segments.sums(columns - 1) / 2
    layout.refuse((tx >= n0) | (ty >= n0), _NO_ORDER)
    free = np.where((tx < n0) & (ty < n0), (n0 - tx) * (n0 - ty), np.nan)
    tau, se = layout.blank(s / np.sqrt(free), np.sqrt(_variance(n, rows, columns, segments)))
    whole = {"concordant_minus_discordant": s, "ties_x": tx, "ties_y": ty}
    numbers = {name: np.rint(count).astype(np.int64) for name, count in whole.items()}
    numbers |= {
        "n": segments.equal or n,
        "tau_b": tau,
        "se_null": se,
        "z": s / se,
        "p_value": 2 * ndtr(-np.abs(s / se)),
    }
    return KendallTau(problems=layout.problems, **layout.told(**numbers))


def _pairs(first, second, segments: Segments):
    """Concordant minus discordant pairs of each segment, and how many points share each point's x, and its y."""
    ranks, tied = zip(*(midranks(values, segments.owner) for values in (first, second)), strict=True)
    order = np.lexsort((*ranks[::-1], segments.owner))
    # In the order of x, ties by y, the pairs of falling y are the discordant ones.
    discordant = inversions(ranks[1][order], segments)
    _, both = midranks(ranks[0] * (segments.total + 1.0) + ranks[1], segments.owner)
    n = segments.lengths
    untied = n * (n - 1) / 2 - segments.sums(tied[0] + tied[1] - both - 1) / 2
    return untied - 2 * discordant, *tied


def _variance(n, rows, columns, segments: Segments):
    """Of concordant minus discordant pairs, without correlation (Kendall, section 4.4)."""
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = (segments.sums((t - 1) * (2 * t + 5)) for t in (rows, columns))
    t1, u1 = (segments.sums(t - 1) for t in (rows, columns))
    t2, u2 = (segments.sums((t - 1) * (t - 2)) for t in (rows, columns))
    more = np.where(n > 2, 9 * n * (n - 1) * (n - 2), np.nan)
    return (v0 - vt - vu) / 18 + t1 * u1 / (2 * n * (n - 1)) + t2 * u2 / more

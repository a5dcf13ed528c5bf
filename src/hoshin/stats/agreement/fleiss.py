"""Fleiss' kappa: agreement of several raters, or several trials, beyond chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, stdtrit

from hoshin.stats._layout import Layout, read_layout
from hoshin.stats._results import Batched
from hoshin.stats.agreement._tables import as_codes, as_ratings, category_counts, known_categories, refuse_missing
from hoshin.stats.errors import StatisticsError, check_choice, check_counts, check_enough, check_fraction
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class KappaInterval(Result):
    """A kappa with its standard error and interval."""

    kappa: float | np.ndarray
    se: float | np.ndarray
    lower: float | np.ndarray
    upper: float | np.ndarray

    title = "Interval for kappa"
    sources = ("K. L. Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008), 29-48",)


@dataclass(frozen=True, eq=False)
class FleissKappa(Batched):
    """Agreement of m ratings of each of n items, overall and for each category.

    ``se_null`` tests kappa = 0, ``se`` makes the interval.
    """

    n: int | np.ndarray
    raters: int
    categories: tuple
    p: np.ndarray
    po: float | np.ndarray
    pe: float | np.ndarray
    kappa: float | np.ndarray
    se_null: float | np.ndarray
    z: float | np.ndarray
    p_value: float | np.ndarray
    by_category: dict
    by_category_se: float | np.ndarray
    by_category_z: dict
    by_category_p_value: dict
    confidence: float
    se: float | np.ndarray
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "kappa"

    title = "Fleiss' kappa"
    sources = (
        "J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382",
        "J. L. Fleiss, J. C. M. Nee, J. R. Landis, Psychological Bulletin 86 (1979), 974-977 (standard errors)",
        *KappaInterval.sources,
    )
    assumptions = ("the items are a random sample, the ratings of an item are independent of one another",)

    def steps(self):
        """Observed and expected agreement, kappa, z."""
        n = {"po": self.po, "pe": self.pe, "kappa": self.kappa, "se": self.se_null}
        yield Step("shares of the categories", value=self.p)
        yield Step("observed agreement", "mean over items of sum x (x - 1) / (m (m - 1))", value=self.po)
        yield Step("agreement by chance", "sum of squared shares", value=self.pe)
        yield Step("kappa", "({po} - {pe}) / (1 - {pe})", n, self.kappa)
        yield Step("z", "{kappa} / {se}", n, self.z)
        yield Step("standard error of the interval", "from the items' shares in kappa", value=self.se)
        yield Step("interval", "{kappa} -+ t x {se}", n | {"se": self.se}, (self.ci_lower, self.ci_upper))
        for category, kappa in self.by_category.items():
            yield Step(f"kappa of {category}", "1 - sum x (m - x) / (n m (m - 1) p (1 - p))", value=kappa)


def fleiss_kappa(
    ratings,
    *,
    offsets=None,
    categories=None,
    confidence: float = 0.95,
    alternative: str = "two-sided",
    on_error: str = "raise",
) -> FleissKappa:
    """Agreement of several ratings of each item beyond chance, for one characteristic or many at once.

    Estimand: (po - pe) / (1 - pe), po the chance that two ratings of an item agree, pe = sum p_j^2 with the shares
    p_j of the categories over all ratings. Interval kappa -+ t se, se from what each item contributes to kappa.

    Parameters
    ----------
    ratings : array (items, raters), numbers or words, as many per item, at least 2; (characteristics, items, raters) of
        many, or rows (items of all, raters) with ``offsets``
    offsets : where each characteristic's items begin, and how many rows there are
    categories : sequence, optional; all categories, by default those that occur, sorted
    confidence : of the interval
    alternative : "two-sided" or "greater", of the tests of kappa = 0; programs differ
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none; kappa is 1 for complete agreement, 0 for that of chance.

    Assumes: items a random sample, the ratings of an item independent of one another; the interval needs some 15 items.

    Errors: A missing rating, fewer than 2 items or ratings per item, all ratings in one category.

    Source: J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382; test: J. L. Fleiss, J. C. M. Nee, J. R. Landis,
    Psychological Bulletin 86 (1979), page 975; interval: K. L. Gwet, British Journal of Mathematical and Statistical
    Psychology 61 (2008), 29-48.

    >>> result = fleiss_kappa([["ok", "ok", "bad"], ["bad", "bad", "bad"], ["ok", "ok", "ok"], ["ok", "bad", "ok"]])
    >>> round(result.kappa, 4)
    0.3143
    """
    check_choice(alternative, ("two-sided", "greater"), "alternative")
    array, missing = as_ratings(ratings, "ratings", (2, 3))
    layout = read_layout(array.shape, offsets, on_error, ndim=2, name="ratings")
    check_enough(array.shape[-1], 2, "ratings per item")
    refuse_missing(layout, missing, "ratings")
    layout.refuse_few(layout.segments.lengths, 2, "items")
    names = known_categories((array,), categories)
    counts = category_counts(as_codes(array.reshape(-1, array.shape[-1]), names), len(names))
    return _kappa(layout, counts, names, confidence, alternative)


def kappa_of_counts(
    counts,
    categories,
    alternative: str = "two-sided",
    *,
    offsets=None,
    confidence: float = 0.95,
    on_error: str = "raise",
) -> FleissKappa:
    """Fleiss' kappa from how often each item got each category, for one characteristic or many at once.

    Estimand: as in ``fleiss_kappa``; NaN where all ratings are in one category, and for a category that nobody or
    everybody used.

    Parameters
    ----------
    counts : array (items, k), as many ratings, at least 2, of every item; (characteristics, items, k) of many, or rows
        with ``offsets``
    categories : sequence of k names
    alternative, offsets, confidence : as in ``fleiss_kappa``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none.

    Assumes: items a random sample, the ratings of an item independent of one another.

    Errors: Counts that are negative, not whole or missing, another number of ratings for some item, fewer than 2.

    Source: J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382.

    >>> round(kappa_of_counts([[2, 1], [0, 3], [3, 0], [2, 1]], ("ok", "bad")).kappa, 4)
    0.3143
    """
    check_choice(alternative, ("two-sided", "greater"), "alternative")
    x, k = check_counts(counts, "counts"), len(categories)
    if x.ndim not in (2, 3) or x.shape[-1] != k:
        raise StatisticsError(
            "counts have shape {shape}; one column for each of {k} categories is needed", shape=x.shape, k=k
        )
    layout = read_layout(x.shape, offsets, on_error, ndim=2, name="counts")
    x = x.reshape(-1, k)
    totals = x.sum(axis=1)
    layout.refuse_missing(layout.segments.counts(np.isnan(totals)), "counts")
    m = _raters(totals)
    least, most = layout.segments.extremes(totals)
    layout.refuse(
        (least != m) | (most != m) | (m < 2),
        "counts have {least:g} to {most:g} ratings per item; as many ratings, at least 2, of every item are needed",
        least=least,
        most=most,
    )
    # Any counts stand in for those of a characteristic without an answer.
    x = np.where(layout.segments.per_point(layout.lost)[:, None], m * np.eye(1, k), x)
    return _kappa(layout, x, categories, confidence, alternative, undefined=True)


def _raters(totals: np.ndarray) -> float:
    """How many ratings most items have."""
    found, often = np.unique(totals[~np.isnan(totals)], return_counts=True)
    return found[np.argmax(often)] if found.size else 2.0


def _kappa(layout: Layout, x, categories, confidence, alternative, *, undefined=False):
    """Kappa of counts (items of all sets, k), without figures where there is a problem."""
    segments = layout.segments
    n, m = segments.lengths, int(x[0].sum())
    pairs = n * m * (m - 1)
    p = _sums(x, segments) / (n * m)[:, None]
    pq = p * (1 - p)
    spread = np.where(pq.sum(axis=1) > 1e-12, pq.sum(axis=1), np.nan)
    split = _sums(x * (m - x), segments)
    kappa = 1 - split.sum(axis=1) / (pairs * spread)
    if not undefined:
        layout.refuse(np.isnan(kappa), "all ratings are in one category; kappa needs at least two in use")
    unit = np.sqrt(2 / pairs)
    se_null = unit * np.sqrt(np.maximum(0, spread**2 - (pq * (1 - 2 * p)).sum(axis=1))) / spread
    each = 1 - split / (pairs[:, None] * np.where(pq > 1e-12, pq, np.nan))
    po, pe = segments.sums((x * (x - 1)).sum(axis=1)) / pairs, (p * p).sum(axis=1)
    limits = kappa_interval(kappa, influence(x, segments), segments, confidence)
    blanked = layout.blank(p, po, pe, kappa, se_null, each, limits.se, limits.lower, limits.upper)
    p, po, pe, kappa, se_null, each, se, lower, upper = blanked
    z, each_z = kappa / np.where(se_null > 0, se_null, np.nan), each / unit[:, None]
    numbers = layout.told(
        n=segments.equal or n, p=p, po=po, pe=pe, kappa=kappa, se_null=se_null, z=z,
        p_value=_p_value(z, alternative), se=se, ci_lower=lower, ci_upper=upper,
        by_category_se=float(unit[0]) if segments.equal else unit,
    )  # fmt: skip
    return FleissKappa(
        raters=m,
        categories=categories,
        by_category=_named(layout, categories, each),
        by_category_z=_named(layout, categories, each_z),
        by_category_p_value=_named(layout, categories, _p_value(each_z, alternative)),
        confidence=check_fraction(confidence),
        problems=layout.problems,
        **numbers,
    )


def _sums(x, segments: Segments):
    return np.add.reduceat(x, segments.offsets[:-1], axis=0)


def influence(x, segments: Segments):
    """What each item says kappa is, its part in the shares of the categories allowed for; their mean is kappa.

    >>> influence(np.array([[2, 0], [0, 2], [1, 1], [2, 0]]), Segments.one(4)).round(3)
    array([ 0.787,  1.356, -1.062,  0.787])
    """
    m = int(x[0].sum())
    p = _sums(x, segments) / (segments.lengths * m)[:, None]
    pe, po = (p * p).sum(axis=1), segments.sums((x * (x - 1)).sum(axis=1)) / (segments.lengths * m * (m - 1))
    doubt = np.where(1 - pe > 1e-12, 1 - pe, np.nan)
    agreed, chance = (
        (x * (x - 1)).sum(axis=1) / (m * (m - 1)),
        (x * np.repeat(p, segments.lengths, axis=0)).sum(axis=1) / m,
    )
    pe, disagreed, doubt = (segments.per_point(one) for one in (pe, (1 - po) / doubt, doubt))
    return (agreed - pe) / doubt - 2 * disagreed * (chance - pe) / doubt


def kappa_interval(kappa, influence, segments: Segments, confidence: float) -> KappaInterval:
    """The interval of a kappa that is the mean of what each item says.

    >>> found = kappa_interval(np.array([0.5]), np.array([0.2, 0.8, 0.4, 0.6]), Segments.one(4), 0.95)
    >>> found.se.round(3)
    array([0.129])
    """
    n = segments.lengths
    squares = segments.sums((influence - segments.per_point(kappa)) ** 2)
    se = np.sqrt(squares / np.where(n > 1, n * (n - 1), np.nan))
    half = stdtrit(n - 1.0, (1 + check_fraction(confidence)) / 2) * se
    return KappaInterval(kappa, se, kappa - half, np.minimum(kappa + half, 1.0))


def _p_value(z, alternative):
    return 2 * ndtr(-np.abs(z)) if alternative == "two-sided" else ndtr(-z)


def _named(layout: Layout, categories, values):
    columns = (values if layout.many else values[0]).T
    return dict(zip(categories, columns, strict=True))

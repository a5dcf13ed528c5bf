"""Fleiss' kappa: agreement of several raters, or several trials, beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hoshin.stats.agreement._tables import as_codes, as_ratings, category_counts, known_categories
from hoshin.stats.errors import StatisticsError, check_choice, check_counts, check_enough, first_place
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class FleissKappa(Result):
    """Agreement of m ratings of each of n items, overall and for each category."""

    n: int
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
    by_category_se: float
    by_category_z: dict
    by_category_p_value: dict

    title = "Fleiss' kappa"
    sources = (
        "J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382",
        "J. L. Fleiss, J. C. M. Nee, J. R. Landis, Psychological Bulletin 86 (1979), 974-977 (standard errors)",
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
        for category, kappa in self.by_category.items():
            yield Step(f"kappa of {category}", "1 - sum x (m - x) / (n m (m - 1) p (1 - p))", value=kappa)


def fleiss_kappa(ratings, *, categories=None, alternative: str = "two-sided") -> FleissKappa:
    """Agreement of several ratings of each item beyond chance, for one set of items or many at once.

    Estimand: (po - pe) / (1 - pe), po the chance that two ratings of an item agree, pe = sum p_j^2 with the shares
    p_j of the categories over all ratings.

    Parameters
    ----------
    ratings : array (items, raters) or (sets, items, raters)
        Numbers or words, as many per item, at least 2.
    categories : sequence, optional
        All categories; by default those that occur, sorted.
    alternative : {"two-sided", "greater"}
        Of the tests of kappa = 0; programs differ.

    Errors: Fewer than 2 items or ratings per item, all ratings in one category.

    Source: J. L. Fleiss (1971), pages 378-382; J. L. Fleiss, J. C. M. Nee, J. R. Landis (1979), page 975.

    >>> result = fleiss_kappa([["ok", "ok", "bad"], ["bad", "bad", "bad"], ["ok", "ok", "ok"], ["ok", "bad", "ok"]])
    >>> round(result.kappa, 4)
    0.3143
    """
    array = as_ratings(ratings, "ratings", (2, 3))
    check_enough(array.shape[-2], 2, "items")
    check_enough(array.shape[-1], 2, "ratings per item")
    names = known_categories((array,), categories)
    counts = category_counts(as_codes(array, names), len(names))
    result = kappa_of_counts(counts, names, alternative)
    undefined = np.atleast_1d(np.isnan(result.kappa))
    if undefined.any():
        raise StatisticsError(
            "all ratings are in one category{place}; kappa needs at least two in use",
            place="" if np.ndim(result.kappa) == 0 else f" (set {first_place(undefined)})",
        )
    return result


def kappa_of_counts(counts, categories, alternative: str = "two-sided") -> FleissKappa:
    """Fleiss' kappa from how often each item got each category, (items, k) or (sets, items, k).

    NaN where all ratings are in one category, and for a category that nobody or everybody used.

    >>> round(kappa_of_counts([[2, 1], [0, 3], [3, 0], [2, 1]], ("ok", "bad")).kappa, 4)
    0.3143
    """
    check_choice(alternative, ("two-sided", "greater"), "alternative")
    x = check_counts(counts, "counts")
    totals = x.sum(axis=-1)
    if x.ndim < 2 or x.shape[-1] != len(categories) or not (totals == totals.flat[0]).all() or totals.flat[0] < 2:
        raise StatisticsError(
            "counts have shape {shape} and {least:g} to {most:g} ratings per item; one column for each of {k} categories "
            "and as many ratings, at least 2, of every item are needed",
            shape=x.shape,
            least=totals.min(),
            most=totals.max(),
            k=len(categories),
        )
    n, m = x.shape[-2], float(totals.flat[0])
    p = x.sum(axis=-2) / (n * m)
    pq = p * (1 - p)
    spread = pq.sum(axis=-1)
    po, pe = (x * (x - 1)).sum(axis=(-1, -2)) / (n * m * (m - 1)), (p * p).sum(axis=-1)
    spread_or_nan = np.where(spread > 1e-12, spread, np.nan)
    kappa = 1 - (x * (m - x)).sum(axis=(-1, -2)) / (n * m * (m - 1) * spread_or_nan)
    unit = math.sqrt(2 / (n * m * (m - 1)))
    se = unit * np.sqrt(np.maximum(0, spread**2 - (pq * (1 - 2 * p)).sum(axis=-1))) / spread_or_nan
    each = 1 - (x * (m - x)).sum(axis=-2) / (n * m * (m - 1) * np.where(pq > 1e-12, pq, np.nan))
    z = kappa / np.where(se > 0, se, np.nan)
    return FleissKappa(
        n=n,
        raters=int(m),
        categories=categories,
        p=p,
        po=po,
        pe=pe,
        kappa=kappa,
        se_null=se,
        z=z,
        p_value=_p_value(z, alternative),
        by_category=_named(categories, each),
        by_category_se=unit,
        by_category_z=_named(categories, each / unit),
        by_category_p_value=_named(categories, _p_value(each / unit, alternative)),
    )


def _p_value(z, alternative):
    return 2 * ndtr(-np.abs(z)) if alternative == "two-sided" else ndtr(-z)


def _named(categories, values):
    return {name: values[..., i][()] for i, name in enumerate(categories)}

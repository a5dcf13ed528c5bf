"""Cohen's kappa: agreement of two raters beyond chance, plain and weighted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, ndtri

from hoshin.stats._layout import read_batch, read_layout
from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.agreement._tables import as_codes, as_ratings, cross_table, known_categories, refuse_missing
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_counts,
    check_finite,
    check_fraction,
)
from hoshin.stats.results import FrozenDict, Step

_NAMES = {"unweighted": 0, "linear": 1, "equal": 1, "quadratic": 2, "squared": 2}


@dataclass(frozen=True, eq=False)
class CohenKappa(Batched):
    """Agreement of two raters. ``se_null`` tests kappa = 0, ``se`` makes the interval."""

    n: int | np.ndarray
    categories: tuple
    weights: np.ndarray
    table: np.ndarray
    po: float | np.ndarray
    pe: float | np.ndarray
    kappa: float | np.ndarray
    se_null: float | np.ndarray
    z_null: float | np.ndarray
    p_value: float | np.ndarray
    se: float | np.ndarray
    confidence: float
    ci_lower: float | np.ndarray
    ci_upper: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "kappa"
    shared = ("weights",)
    title = "Cohen's kappa"
    sources = (
        "J. Cohen, Educational and Psychological Measurement 20 (1960), 37-46; Psychological Bulletin 70 (1968), 213-220",
        "J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 72 (1969), 323-327",
    )
    assumptions = ("the items are a random sample, judged independently by the two raters",)

    def steps(self):
        """Observed and expected agreement, kappa, z."""
        n = {"po": self.po, "pe": self.pe, "kappa": self.kappa, "se": self.se_null}
        yield Step("observed agreement", "sum of weight x share of each cell", value=self.po)
        yield Step("agreement by chance", "sum of weight x share of row x share of column", value=self.pe)
        yield Step("kappa", "({po} - {pe}) / (1 - {pe})", n, self.kappa)
        yield Step("z", "{kappa} / {se} (standard error if there were no agreement)", n, self.z_null)


def cohen_kappa(
    rater1,
    rater2,
    *,
    offsets=None,
    weights="unweighted",
    categories=None,
    confidence: float = 0.95,
    alternative: str = "two-sided",
    on_error: str = "raise",
) -> CohenKappa:
    """Agreement of two raters beyond chance, for one characteristic (or pair of raters) or many at once.

    Estimand: (po - pe) / (1 - pe) with agreement weights w: po = sum w_ij p_ij, pe = sum w_ij p_i. p_.j.

    Parameters
    ----------
    rater1, rater2 : array (n,), one rating per item, numbers or words; (characteristics, n) of many, or flat with
        ``offsets``
    offsets : where each characteristic's items begin in a flat column, and its length
    weights : "unweighted" (1 for equal, 0 for other ratings), "linear" or "quadratic": 1 - (|i - j| / (k - 1))^1 or ^2
        over the places of the categories ("equal" and "squared" are other names), or a symmetric (k, k) array with ones
        on the diagonal
    categories : sequence, optional; all categories in order, the same for every characteristic; by default those that
        occur, sorted. The order matters with weights
    confidence : of the interval kappa -+ z se
    alternative : "two-sided" or "greater", of the test of kappa = 0
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none; kappa is 1 for complete agreement, 0 for that of chance.

    Assumes: items a random sample, judged independently by the two raters; the test needs some 30 items, the
    interval some 100 (with 30 it covers 86 to 92 % in place of 95 %).

    Errors: Different lengths, a missing rating, one outside the categories, all ratings in one category.

    Source: J. Cohen (1960, 1968); standard errors of J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 72
    (1969), pages 324-325.

    >>> result = cohen_kappa(["ok", "ok", "bad", "bad", "ok"], ["ok", "bad", "bad", "bad", "ok"])
    >>> round(result.kappa, 4), round(result.po, 2)
    (0.6154, 0.8)
    """
    check_choice(alternative, ("two-sided", "greater"), "alternative")
    check_fraction(confidence)
    (first, lost1), (second, lost2) = as_ratings(rater1, "rater1", (1, 2)), as_ratings(rater2, "rater2", (1, 2))
    if first.shape[-1] != second.shape[-1]:
        raise StatisticsError(
            "rater1 has {a} ratings and rater2 {b}; one of each per item is needed",
            a=first.shape[-1],
            b=second.shape[-1],
        )
    first, second, lost1, lost2 = np.broadcast_arrays(first, second, lost1, lost2)
    layout = read_layout(first.shape, offsets, on_error, name="ratings")
    refuse_missing(layout, lost1, "rater1")
    refuse_missing(layout, lost2, "rater2")
    names = known_categories((first, second), categories)
    codes = (as_codes(array.ravel(), names) for array in (first, second))
    table = cross_table(*codes, len(names), layout.segments)
    return _kappa(layout, table, names, _weights(weights, len(names)), confidence, alternative)


def kappa_of_table(
    table, categories, weights="unweighted", confidence=0.95, alternative="two-sided", *, on_error: str = "raise"
) -> CohenKappa:
    """Cohen's kappa from counts of pairs, for one table or many; NaN where all ratings are in one category.

    Estimand: as in ``cohen_kappa``: (po - pe) / (1 - pe).

    Parameters
    ----------
    table : array (k, k), how often rater 1 said the row's and rater 2 the column's category; (characteristics, k, k) of
        many
    categories : sequence of k names in order
    weights, confidence, alternative : as in ``cohen_kappa``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: none.

    Assumes: items a random sample, judged independently by the two raters.

    Errors: A table of another shape, counts that are negative, not whole or missing, a table without counts.

    Source: J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 72 (1969), 323-327.

    >>> round(kappa_of_table([[20, 5], [10, 15]], ("yes", "no")).kappa, 2)
    0.4
    """
    check_choice(alternative, ("two-sided", "greater"), "alternative")
    check_fraction(confidence)
    table = check_counts(table, "table")
    k = len(categories)
    if table.ndim not in (2, 3) or table.shape[-2:] != (k, k):
        raise StatisticsError(
            "the table has shape {shape} for {k} categories; pairs counted in a {k} x {k} table are needed",
            shape=table.shape,
            k=k,
        )
    refusals, table = read_batch(table, "table", 2, on_error)
    tables = table.reshape(-1, k, k)
    refusals.refuse_missing(np.isnan(tables).sum(axis=(1, 2)), "table")
    tables = np.nan_to_num(tables)
    refusals.refuse_few(tables.sum(axis=(1, 2)).astype(np.int64), 1, "pairs of ratings")
    return _kappa(refusals, tables, categories, _weights(weights, k), confidence, alternative, undefined=True)


def _kappa(refusals: Refusals, table, categories, w, confidence, alternative, *, undefined=False) -> CohenKappa:
    """Kappa of tables (pairs, k, k), without figures where there is a problem."""
    n = table.sum(axis=(-1, -2))
    pairs = np.maximum(n, 1)
    p = table / pairs[:, None, None]
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    chance = rows[:, :, None] * columns[:, None, :]
    po, pe = (w * p).sum(axis=(-1, -2)), (w * chance).sum(axis=(-1, -2))
    doubt = np.where(1 - pe > 1e-12, 1 - pe, np.nan)
    kappa = (po - pe) / doubt
    if not undefined:
        refusals.refuse(np.isnan(kappa), "all ratings are in one category; kappa needs at least two in use")
    se_null, se = (error / doubt for error in _errors(p, chance, w, pe, kappa, pairs))
    po, pe, kappa, se_null, se = refusals.blank(po, pe, kappa, se_null, se)
    z = kappa / np.where(se_null > 0, se_null, np.nan)
    half = ndtri((1 + confidence) / 2) * se
    numbers = refusals.told(
        n=int(n[0]) if (n == n[0]).all() else n.astype(np.int64),
        table=table.astype(np.int64),
        po=po,
        pe=pe,
        kappa=kappa,
        se_null=se_null,
        z_null=z,
        p_value=2 * ndtr(-np.abs(z)) if alternative == "two-sided" else ndtr(-z),
        se=se,
        ci_lower=kappa - half,
        ci_upper=np.minimum(kappa + half, 1.0),
    )
    return CohenKappa(categories=categories, weights=w, confidence=confidence, problems=refusals.problems, **numbers)


def _errors(p, chance, w, pe, kappa, n):
    """Standard errors of po - pe: where there is no agreement, and where there is that found."""
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    mean = (columns @ w.T)[:, :, None] + (rows @ w)[:, None, :]
    null = (chance * (w - mean) ** 2).sum(axis=(-1, -2)) - pe**2
    full = (p * (w - mean * (1 - kappa)[:, None, None]) ** 2).sum(axis=(-1, -2)) - (kappa - pe * (1 - kappa)) ** 2
    return (np.sqrt(np.maximum(variance, 0) / n) for variance in (null, full))


def _weights(weights, k: int) -> np.ndarray:
    if isinstance(weights, str):
        power = _NAMES[check_choice(weights, tuple(_NAMES), "weights")]
        if power == 0:
            return np.eye(k)
        place = np.arange(k)
        return 1 - (np.abs(place[:, None] - place) / max(k - 1, 1)) ** power
    matrix = check_finite(weights, "weights", ndim=2)
    if matrix.shape != (k, k) or not np.allclose(np.diag(matrix), 1) or not np.allclose(matrix, matrix.T):
        raise StatisticsError(
            "weights have shape {shape}; a symmetric {k} x {k} matrix with ones on its diagonal is needed",
            shape=matrix.shape,
            k=k,
        )
    return matrix

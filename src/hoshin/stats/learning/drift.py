"""Drift: do later rows still look like those a model was learned on?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hoshin.stats.errors import StatisticsError, check_enough, check_fraction, check_number, check_numbers, check_whole
from hoshin.stats.learning.preparation import names_of
from hoshin.stats.multiplicity import adjusted
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Drift(Result):
    """How far each column has moved: population stability index, a test of the shift, and whether both say so.

    ``psi_by_chance`` is the index expected of that many rows when nothing has moved. ``drifted`` marks columns whose
    adjusted p value is at or below ``alpha`` and whose index is at or above ``least``. Columns without two bins have NaN.
    """

    names: tuple[str, ...]
    psi: np.ndarray
    psi_by_chance: np.ndarray
    chi_square: np.ndarray
    df: np.ndarray
    pvalue: np.ndarray
    pvalue_adjusted: np.ndarray
    missing_before: np.ndarray
    missing_now: np.ndarray
    drifted: np.ndarray
    alpha: float
    least: float
    method: str
    rows_before: int
    rows_now: int

    title = "Drift of columns"
    assumptions = ("rows of each period are independent of one another", "bins hold at least five rows or so")
    sources = (
        "B. Yurdakul, Statistical Properties of Population Stability Index (2018), chapter 3",
        "Y. Benjamini, Y. Hochberg, JRSS B 57 (1995), 289-300",
    )

    @property
    def worst(self) -> tuple[str, ...]:
        """The names of the drifted columns, the one that moved furthest first."""
        order = np.argsort(-np.nan_to_num(self.psi), kind="stable")
        return tuple(self.names[i] for i in order if self.drifted[i])

    def steps(self):
        """How many moved and how far."""
        yield Step("rows before and now", value=(self.rows_before, self.rows_now))
        yield Step("index", "sum over bins (now - before) ln(now / before)")
        yield Step("columns", value=len(self.names))
        yield Step(
            "columns that drifted", "p adjusted ({m}) <= {a}, index >= {l}", self._rule(), int(self.drifted.sum())
        )
        for i in np.flatnonzero(self.drifted):
            yield Step(self.names[i], "index {p}, chance {c}", {"p": self.psi[i], "c": self.psi_by_chance[i]})

    def _rule(self) -> dict:
        return {"m": self.method, "a": self.alpha, "l": self.least}


def drift(
    before,
    now,
    names: Sequence[str] | None = None,
    *,
    bins: int = 10,
    alpha: float = 0.05,
    least: float = 0.1,
    method: str = "benjamini-hochberg",
) -> Drift:
    """Which columns of process data (or which scores) have moved since a model was learned.

    Estimand: the population stability index ``sum (q - p) ln(q / p)`` of each column over bins at its quantiles before,
    missing values a bin of their own (empty bins count half a row); by chance it is about ``df (1/n + 1/m)``. The test is
    chi-square for two samples, adjusted for the number of columns.

    Parameters
    ----------
    before, now : (rows,) or (rows, columns), NaN where missing, at least 10 rows each; all columns at once.
    names : one for each column; x0, x1, ... where not given.
    bins : of each column, at least 2.
    alpha : of the adjusted p values.
    least : the index that matters (0.1 slight, 0.25 large, by custom).
    method : of the adjustment, as in ``multiplicity.adjusted``.

    Units: each column in its own; the index has none.

    Assumes: rows of each period independent of one another, five rows or so in each bin.

    Errors: fewer than 10 rows, another number of columns now than before.

    Source: B. Yurdakul, Statistical Properties of Population Stability Index (2018).

    >>> before, now = np.arange(200.0) % 50, np.arange(100.0) % 50 + 20
    >>> found = drift(np.column_stack([before, before]), np.column_stack([before[:100], now]), ["same", "moved"])
    >>> found.worst, found.psi.round(2).tolist()
    (('moved',), [0.0, 1.78])
    """
    old, new = (_table(values, name) for values, name in ((before, "before"), (now, "now")))
    if old.shape[1] != new.shape[1]:
        raise StatisticsError("before has {a} columns and now {b}; the same are needed", a=old.shape[1], b=new.shape[1])
    names = names_of(names, old.shape[1])
    bins, alpha = check_whole(bins, "bins", at_least=2), check_fraction(alpha, "alpha")
    least = check_number(least, "least", at_least=0)
    psi, chance, chi_square, df, pvalue = _moved(*_counts(old, new, bins))
    corrected = adjusted(pvalue, method)
    with np.errstate(invalid="ignore"):
        drifted = (corrected <= alpha) & (psi >= least)
    return Drift(
        names, psi, chance, chi_square, df.astype(np.int64), pvalue, corrected, np.isnan(old).mean(axis=0),
        np.isnan(new).mean(axis=0), drifted, alpha, least, method, len(old), len(new),
    )  # fmt: skip


def _table(values, name: str) -> np.ndarray:
    table = check_numbers(values, name, ndim=(1, 2))
    check_enough(len(table), 10, f"rows {name}")
    return table[:, None] if table.ndim == 1 else table


def _moved(a: np.ndarray, b: np.ndarray):
    """Index, its value by chance, chi-square, degrees of freedom and p value from (bins, columns) of rows."""
    used = a + b > 0
    df = used.sum(axis=0) - 1
    n, m = a.sum(axis=0), b.sum(axis=0)
    p, q = np.maximum(a, 0.5) / n, np.maximum(b, 0.5) / m
    psi = np.where(used, (q - p) * np.log(q / p), 0.0).sum(axis=0)
    both = np.where(used, (a + b) / (n + m), 1.0)
    squares = (a - n * both) ** 2 / (n * both) + (b - m * both) ** 2 / (m * both)
    chi_square = np.where(used, squares, 0.0).sum(axis=0)
    pvalue = chdtrc(np.maximum(df, 1), chi_square)
    known = df > 0
    return (
        *(np.where(known, x, np.nan) for x in (psi, df * (1 / n + 1 / m), chi_square)),
        df,
        np.where(known, pvalue, np.nan),
    )


def _counts(before: np.ndarray, now: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows in each bin (rows of the answer) of each column before and now, missing ones last."""
    ordered = np.sort(before, axis=0)
    known = (~np.isnan(before)).sum(axis=0)
    # The smallest value that a share of the rows does not exceed.
    places = np.ceil(known * (np.arange(1, bins) / bins)[:, None] - 1).astype(np.int64)
    edges = np.take_along_axis(ordered, np.clip(places, 0, len(before) - 1), axis=0)
    return tuple(_in_bins(table, edges) for table in (before, now))


def _in_bins(table: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Equal edges make bins that nothing lies in, which do not count."""
    place = np.zeros(table.shape, np.int64)
    for edge in edges:
        place += table > edge
    last = len(edges) + 1
    place[np.isnan(table)] = last
    return np.array([(place == bin).sum(axis=0) for bin in range(last + 1)], dtype=float)

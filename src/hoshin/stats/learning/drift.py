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

    Each column is cut into ``bins`` at its quantiles before; missing values are a bin of their own. The population
    stability index is ``sum (q - p) ln(q / p)`` (empty bins count half a row); by chance it is about ``df (1/n + 1/m)``.
    The test is chi-square for two samples, adjusted for the number of columns.

    Parameters: ``before`` and ``now`` (rows,) or (rows, columns), NaN where missing, at least 10 rows each; ``least``
    the index that matters (0.1 slight, 0.25 large, by custom).

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
    figures = np.array([_moved(a, b, bins) for a, b in zip(old.T, new.T, strict=True)])
    psi, chance, chi_square, df, pvalue = figures.T
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


def _moved(before: np.ndarray, now: np.ndarray, bins: int) -> tuple[float, ...]:
    a, b = _counts(before, now, bins)
    used = a + b > 0
    a, b, df = a[used], b[used], int(used.sum()) - 1
    n, m = a.sum(), b.sum()
    if df < 1:
        return np.nan, np.nan, np.nan, 0, np.nan
    p, q = np.maximum(a, 0.5) / n, np.maximum(b, 0.5) / m
    psi = float(((q - p) * np.log(q / p)).sum())
    both = (a + b) / (n + m)
    chi_square = float(((a - n * both) ** 2 / (n * both) + (b - m * both) ** 2 / (m * both)).sum())
    return psi, df * (1 / n + 1 / m), chi_square, df, float(chdtrc(df, chi_square))


def _counts(before: np.ndarray, now: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows in each bin before and now, missing ones last."""
    known = before[~np.isnan(before)]
    if known.size:
        edges = np.unique(np.quantile(known, np.arange(1, bins) / bins, method="inverted_cdf"))
    else:
        edges = np.empty(0)
    last = edges.size + 1
    places = (np.where(np.isnan(x), last, np.searchsorted(edges, x, side="left")) for x in (before, now))
    first, second = (np.bincount(place, minlength=last + 1).astype(float) for place in places)
    return first, second

"""Multiplicity: p values of many tests, adjusted so that the few that are small by chance deceive nobody."""

from __future__ import annotations

import numpy as np

from hoshin.stats.errors import StatisticsError, check_choice, check_numbers

METHODS = ("benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni")


def adjusted(pvalues, method: str = "benjamini-hochberg") -> np.ndarray:
    """Adjusted p values: reject where they are at or below the level wanted of all tests together.

    Estimand: with the m p values in rising order p(i), Bonferroni ``m p``; Holm the largest of ``(m - j + 1) p(j)`` for
    j up to i; Benjamini and Hochberg the smallest of ``m p(j) / j`` for j from i on, Benjamini and Yekutieli that times
    ``1 + 1/2 + ... + 1/m``; none above 1.

    Parameters
    ----------
    pvalues : (m,) p values, or (C, m): each row is adjusted by itself; NaN (no test) stays NaN and does not count.
    method : "benjamini-hochberg" holds the false discovery rate of independent or positively dependent tests,
        "benjamini-yekutieli" of any; "holm" and "bonferroni" hold the chance of even one false alarm.

    Units: p values are chances from 0 to 1, and so are the adjusted ones.

    Assumes: each p value is right by itself; for "benjamini-hochberg" tests that are independent or move together.

    Errors: a p value outside 0 to 1, an unknown method.

    Source: Y. Benjamini, Y. Hochberg, JRSS B 57 (1995), 289-300; Y. Benjamini, D. Yekutieli, Annals of Statistics 29
    (2001), 1165-1188; S. Holm, Scandinavian J. Statistics 6 (1979), 65-70.

    >>> adjusted([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.02, 0.04, 0.04, 0.02]
    >>> adjusted([0.01, 0.04, 0.03, 0.005], "holm").tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    check_choice(method, METHODS, "method")
    p = check_numbers(pvalues, "pvalues", ndim=(1, 2))
    wrong = (p < 0) | (p > 1)
    if wrong.any():
        raise StatisticsError("pvalues hold {found}; numbers from 0 to 1 are needed", found=float(p[wrong][0]))
    m = (~np.isnan(p)).sum(axis=-1, keepdims=True)
    if method == "bonferroni":
        return np.minimum(p * m, 1.0)
    # NaN comes last.
    order = np.argsort(p, axis=-1, kind="stable")
    ordered, rank = np.take_along_axis(p, order, axis=-1), np.arange(1, p.shape[-1] + 1)
    if method == "holm":
        stepped = np.maximum.accumulate(ordered * (m - rank + 1), axis=-1)
    else:
        factor = np.cumsum(1 / rank)[np.maximum(m, 1) - 1] if method == "benjamini-yekutieli" else 1.0
        stepped = np.flip(np.fmin.accumulate(np.flip(factor * ordered * m / rank, -1), axis=-1), -1)
    result = np.empty(p.shape)
    np.put_along_axis(result, order, np.where(np.isnan(ordered), np.nan, np.minimum(stepped, 1.0)), axis=-1)
    return result

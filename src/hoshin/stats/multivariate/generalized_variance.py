"""Generalised variance: the scatter of several characteristics together, as the determinant of their covariance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.errors import check_enough, check_number, check_numbers
from hoshin.stats.multivariate._covariance import Groups, beyond, packed, whitening
from hoshin.stats.multivariate.hotelling import check_subgroups, one_of, within_covariance
from hoshin.stats.results import FrozenDict, Result, Step


@dataclass(frozen=True, eq=False)
class GeneralizedVarianceChart(Entries, Result):
    """|S| of each subgroup with limits ``|Sigma| (b1 -+ k sqrt(b2))``; ``out`` are the 0-based points beyond.

    For many groups of characteristics the numbers are arrays with a leading axis of groups, ``out`` runs through all
    their subgroups, ``chart[g]`` is the chart of one and ``problems`` says why a group has none.
    """

    det: np.ndarray
    center: Any
    ucl: Any
    lcl: Any
    sigma_det: Any
    b1: float
    b2: float
    out: np.ndarray
    cov: np.ndarray
    m: Any
    n: int
    p: int
    k: float
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Generalised variance chart"
    assumptions = ("subgroups are independent", "variables are jointly normal")
    sources = (
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122",
        "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6",
    )

    @property
    def count(self) -> int | None:
        """How many groups there are; None of one alone."""
        return len(self.det) if self.det.ndim > 1 else None

    def _entry(self, g: int) -> GeneralizedVarianceChart:
        return one_of(self, self.det, g)

    def steps(self):
        """The constants, the limits and the points beyond."""
        numbers = {"n": self.n, "p": self.p}
        yield Step("b1", "product of ({n} - i) for i = 1..{p}, over ({n} - 1)^{p}", numbers, self.b1)
        yield Step(
            "b2",
            "product of ({n} - i) times (product of ({n} - j + 2) - product of ({n} - j)), over ({n} - 1)^(2 {p})",
            numbers,
            self.b2,
        )
        yield Step("|Sigma|", "|mean of S| / {b1}", {"b1": self.b1}, self.sigma_det)
        limits = {"s": self.sigma_det, "b1": self.b1, "b2": self.b2, "k": self.k}
        yield Step("center", "{s} * {b1}", limits, self.center)
        yield Step("limits", "{s} ({b1} -+ {k} sqrt({b2})), not below 0", limits, (self.lcl, self.ucl))
        yield Step("points beyond, from 1", value=self.out + 1)


def generalized_variance(data, k: float = 3.0, on_error: str = "raise") -> GeneralizedVarianceChart:
    """Chart of the determinants of the subgroups' covariance matrices.

    Estimand: |S| of each subgroup, about ``|Sigma| b1`` with limits ``|Sigma| (b1 -+ k sqrt(b2))``, not below 0;
    |Sigma| is estimated by ``|mean S| / b1``, b1 = prod(n-i)/(n-1)^p and b2 = prod(n-i) (prod(n-j+2) - prod(n-j)) /
    (n-1)^(2p), i and j from 1 to p.

    Parameters
    ----------
    data : (m, n, p) subgroups of n rows of p variables, or (G, m, n, p) of many groups of characteristics; NaN leaves its
        subgroup out, so that groups with fewer subgroups are filled up with NaN.
    k : width of the limits in standard deviations of |S|.
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.

    Units: |S| in the product of the squared units of the variables.

    Assumes: independent rows, variables jointly normal, one covariance in all subgroups.

    Errors: fewer than 2 complete subgroups, n not above p, a variable without variation or that is a sum of others.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6 (n 10, p 2:
    b1 = 0.8889, b2 = 0.4170).

    >>> chart = generalized_variance(np.random.default_rng(2).normal(size=(20, 10, 2)))
    >>> round(chart.b1, 4), round(chart.b2, 4)
    (0.8889, 0.417)
    """
    data = check_numbers(data, "data", ndim=(3, 4))
    k = check_number(k, "k", above=0)
    table = data if data.ndim == 4 else data[None]
    groups = Groups(len(table), data.ndim == 4, on_error)
    rows, m = packed(table)
    n, p = table.shape[2:]
    check_subgroups(groups, m, n)
    check_enough(n, p + 1, f"rows in each subgroup for {p} variables")
    cov = within_covariance(rows).sum(axis=1) / np.maximum(m, 1)[:, None, None]
    whitening(cov, groups)
    with np.errstate(invalid="ignore"):
        det, spread_det, cov = groups.blank(np.linalg.det(within_covariance(table)), np.linalg.det(cov), cov)
    b1, b2 = _constants(n, p)
    sigma_det = spread_det / b1
    spread = k * math.sqrt(b2)
    ucl, lcl = sigma_det * (b1 + spread), sigma_det * max(0.0, b1 - spread)
    return GeneralizedVarianceChart(
        **groups.told(det=det, center=sigma_det * b1, ucl=ucl, lcl=lcl, sigma_det=sigma_det, cov=cov, m=m),
        b1=b1,
        b2=b2,
        out=beyond(det, ucl, lcl),
        n=n,
        p=p,
        k=k,
        problems=groups.problems,
    )


def _constants(n: int, p: int) -> tuple[float, float]:
    """Mean and variance of |S| / |Sigma|."""
    i = np.arange(1, p + 1)
    falling = math.prod((n - i).tolist())
    b2 = falling / (n - 1) ** (2 * p) * (math.prod((n - i + 2).tolist()) - falling)
    return falling / (n - 1) ** p, b2

"""Generalised variance: the scatter of several characteristics together, as the determinant of their covariance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import check_enough, check_number, check_numbers
from hoshin.stats.multivariate._covariance import rows_of, whitening
from hoshin.stats.multivariate.hotelling import within_covariance
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class GeneralizedVarianceChart(Result):
    """|S| of each subgroup with limits ``|Sigma| (b1 -+ k sqrt(b2))``; ``out`` are the 0-based points beyond."""

    det: np.ndarray
    center: float
    ucl: float
    lcl: float
    sigma_det: float
    b1: float
    b2: float
    out: np.ndarray
    cov: np.ndarray
    m: int
    n: int
    p: int
    k: float

    title = "Generalised variance chart"
    assumptions = ("subgroups are independent", "variables are jointly normal")
    sources = (
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122",
        "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6",
    )

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


def generalized_variance(data, k: float = 3.0) -> GeneralizedVarianceChart:
    """Chart of the determinants of the subgroups' covariance matrices.

    Parameters: ``data`` (m, n, p): m >= 2 subgroups of n > p rows of p variables; NaN leaves its subgroup out.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6 (n 10, p 2:
    b1 = 0.8889, b2 = 0.4170).

    >>> chart = generalized_variance(np.random.default_rng(2).normal(size=(20, 10, 2)))
    >>> round(chart.b1, 4), round(chart.b2, 4)
    (0.8889, 0.417)
    """
    data = check_numbers(data, "data", ndim=3)
    k = check_number(k, "k", above=0)
    groups, missing = rows_of(data)
    m, n, p = groups.shape
    check_enough(m, 2, "complete subgroups")
    check_enough(n, p + 1, f"rows in each subgroup for {p} variables")
    matrices = within_covariance(groups)
    cov = matrices.mean(axis=0)
    whitening(cov)
    det = np.linalg.det(matrices)
    if missing is not None:
        det, found = np.full(len(data), np.nan), det
        det[~missing] = found
    i = np.arange(1, p + 1)
    falling = math.prod((n - i).tolist())
    b1 = falling / (n - 1) ** p
    b2 = falling / (n - 1) ** (2 * p) * (math.prod((n - i + 2).tolist()) - falling)
    sigma_det = float(np.linalg.det(cov)) / b1
    spread = k * math.sqrt(b2)
    ucl, lcl = sigma_det * (b1 + spread), sigma_det * max(0.0, b1 - spread)
    return GeneralizedVarianceChart(
        det=det,
        center=sigma_det * b1,
        ucl=ucl,
        lcl=lcl,
        sigma_det=sigma_det,
        b1=b1,
        b2=b2,
        out=np.flatnonzero((det > ucl) | (det < lcl)),
        cov=cov,
        m=m,
        n=n,
        p=p,
        k=k,
    )

"""Hotelling's T²: how far each row, or each subgroup's mean, is from the center in the metric of the covariance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaincinv, fdtri

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_fraction, check_numbers
from hoshin.stats.multivariate._covariance import (
    check_rows,
    distances,
    mean_and_scatter,
    rows_of,
    successive_scatter,
    whitening,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class T2Baseline(Result):
    """What phase I leaves for phase II: center, covariance and how many rows or subgroups they come from."""

    center: np.ndarray
    cov: np.ndarray
    m: int
    n: int = 1
    freedom: float = 0.0

    title = "Baseline of a T2 chart"


@dataclass(frozen=True, eq=False)
class T2Chart(Result):
    """T² of each row or subgroup with the limits of phase I (rows that made the center) and phase II (new ones).

    ``out`` are the 0-based points beyond the limit of the chart's own ``phase``. A row with a missing value has no T².
    """

    t2: np.ndarray
    center: np.ndarray
    cov: np.ndarray
    ucl_phase1: float | None
    ucl_phase2: float
    phase: int
    out: np.ndarray
    m: int
    n: int
    p: int
    alpha: float
    covariance: str
    freedom: float
    data: np.ndarray = field(repr=False, default=None)

    title = "Hotelling T2 chart"
    assumptions = ("rows are independent", "variables are jointly normal", "phase I was in control")
    sources = (
        "N. D. Tracy, J. C. Young, R. L. Mason, Journal of Quality Technology 24 (1992), 88-95: individuals",
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122: subgroups",
        "D. S. Holmes, A. E. Mergen, Quality Engineering 5 (1993), 619-625: successive differences",
        "R. L. Mason, N. D. Tracy, J. C. Young, Journal of Quality Technology 27 (1995), 99-108: decomposition",
    )

    @property
    def baseline(self) -> T2Baseline:
        """What ``t2_monitor`` needs to judge new rows."""
        return T2Baseline(self.center, self.cov, self.m, self.n, self.freedom)

    @property
    def ucl(self) -> float:
        """The limit of the chart's own phase."""
        return self.ucl_phase1 if self.phase == 1 else self.ucl_phase2

    def contributions(self, index: int) -> np.ndarray:
        """How much of one point's T² each variable adds beyond all others: ``(S^-1 d)_j^2 / (S^-1)_jj``.

        The largest entries are the variables to look at first (Mason, Tracy and Young).
        """
        inverse = np.linalg.inv(self.cov) * self.n
        pulled = inverse @ (self.data[index] - self.center)
        return pulled**2 / np.diag(inverse)

    def steps(self):
        """Center, covariance, limits and the points beyond."""
        yield Step("rows" if self.n == 1 else f"subgroups of {self.n}", value=self.m)
        yield Step("variables", value=self.p)
        yield Step("center", value=self.center)
        yield Step(f"covariance, {self.covariance}", value=self.cov)
        yield Step("T2", "(x - center)' inverse of the covariance (x - center), times {n}", {"n": self.n}, self.t2)
        if self.ucl_phase1 is not None:
            yield Step("limit, phase I", value=self.ucl_phase1)
        yield Step("limit, phase II", value=self.ucl_phase2)
        yield Step(f"points beyond the limit of phase {'I' * self.phase}, from 1", value=self.out + 1)


def t2_individuals(data, alpha: float = 0.0027, covariance: str = "sample") -> T2Chart:
    """T² chart of rows in time order, from which center and covariance are estimated (phase I).

    ``T2 = (x - mean)' S^-1 (x - mean)``. ``covariance``: "sample" (divisor m - 1), or "successive_differences"
    (``V'V / (2(m-1))``, which a drift does not inflate). Limits: phase I ``(m-1)^2/m`` times the upper beta point with
    p/2 and (m-p-1)/2; with successive differences (f-p-1)/2, f = 2(m-1)^2/(3m-4), an approximation. Phase II
    ``p(m+1)(m-1)/(m^2-mp)`` times the upper F point with p and m - p.

    Parameters: ``data`` (m, p), m >= p + 2; NaN leaves its row out. ``alpha``: false alarm rate of a point.

    Source: N. D. Tracy, J. C. Young, R. L. Mason, Journal of Quality Technology 24 (1992), 88-95; D. C. Montgomery,
    Introduction to Statistical Quality Control, 6th edition, section 11.3.2; J. H. Sullivan, W. H. Woodall, Journal of
    Quality Technology 28 (1996), 398-408.

    >>> data = [[115.25, 1.04], [115.91, 1.06], [115.05, 1.09], [116.21, 1.05], [115.9, 1.07], [115.55, 1.06]]
    >>> chart = t2_individuals(data, alpha=0.01)
    >>> chart.t2.round(3), round(chart.ucl_phase1, 3)
    (array([3.579, 0.374, 3.402, 1.704, 0.862, 0.079]), 3.973)
    """
    data = check_numbers(data, "data", ndim=2)
    alpha = check_fraction(alpha, "alpha")
    check_choice(covariance, ("sample", "successive_differences"), "covariance")
    rows, missing = rows_of(data)
    m, p = rows.shape
    check_rows(m, p)
    center, scatter = mean_and_scatter(rows)
    freedom = float(m - 1)
    if covariance != "sample":
        scatter, freedom = successive_scatter(rows), 2 * (m - 1) ** 2 / (3 * m - 4)
        check_enough(int(freedom) - p, 2, f"degrees of freedom beyond the {p} variables")
    cov = scatter / (m - 1)
    t2 = distances(rows, center, whitening(cov))
    if missing is not None:
        t2, found = np.full(len(data), np.nan), t2
        t2[~missing] = found
    ucl = (m - 1) ** 2 / m * float(betaincinv(p / 2, (freedom - p) / 2, 1 - alpha))
    return T2Chart(
        t2=t2,
        center=center,
        cov=cov,
        ucl_phase1=ucl,
        ucl_phase2=_individual_phase2(m, p, alpha),
        phase=1,
        out=np.flatnonzero(t2 > ucl),
        m=m,
        n=1,
        p=p,
        alpha=alpha,
        covariance=covariance,
        freedom=freedom,
        data=data,
    )


def t2_subgroups(data, alpha: float = 0.0027) -> T2Chart:
    """T² chart of the means of subgroups, with the mean of their covariance matrices (phase I).

    ``T2 = n (xbar - grand mean)' S^-1 (xbar - grand mean)``. Limits: phase I ``p(m-1)(n-1)/(mn-m-p+1)``, phase II
    ``p(m+1)(n-1)/(mn-m-p+1)``, times the upper F point with p and mn - m - p + 1.

    Parameters: ``data`` (m, n, p): m >= 2 subgroups of n >= 2 rows; NaN leaves its subgroup out. m(n-1) >= p.

    Source: F. B. Alt (1985); D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, 11.3.1.

    >>> random = np.random.default_rng(1)
    >>> chart = t2_subgroups(random.normal(size=(20, 4, 2)), alpha=0.01)
    >>> round(chart.ucl_phase1, 4), round(chart.ucl_phase2, 4)
    (9.6303, 10.644)
    """
    data = check_numbers(data, "data", ndim=3)
    alpha = check_fraction(alpha, "alpha")
    groups, missing = rows_of(data)
    m, n, p = groups.shape
    check_enough(m, 2, "complete subgroups")
    check_enough(n, 2, "rows in each subgroup")
    df = check_enough(m * n - m - p + 1, 1, f"degrees of freedom (m n - m - p + 1, p = {p})")
    means, cov = groups.mean(axis=1), within_covariance(groups).mean(axis=0)
    center = means.mean(axis=0)
    t2 = n * distances(means, center, whitening(cov))
    all_means = means
    if missing is not None:
        t2, found = np.full(len(data), np.nan), t2
        t2[~missing] = found
        all_means = data.mean(axis=1)
    quantile = float(fdtri(p, df, 1 - alpha))
    ucl = p * (m - 1) * (n - 1) / df * quantile
    return T2Chart(
        t2=t2,
        center=center,
        cov=cov,
        ucl_phase1=ucl,
        ucl_phase2=p * (m + 1) * (n - 1) / df * quantile,
        phase=1,
        out=np.flatnonzero(t2 > ucl),
        m=m,
        n=n,
        p=p,
        alpha=alpha,
        covariance="within subgroups",
        freedom=float(m * (n - 1)),
        data=all_means,
    )


def t2_monitor(data, baseline: T2Baseline, alpha: float = 0.0027) -> T2Chart:
    """T² of new rows, or new subgroups, against a baseline that stays as it is (phase II).

    Parameters: ``data`` (k, p), or (k, n, p) for a baseline of subgroups of n.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.3.

    >>> old = np.random.default_rng(1).normal(size=(50, 2))
    >>> t2_monitor([[0.0, 0.1], [6.0, -6.0]], t2_individuals(old).baseline).out
    array([1])
    """
    alpha = check_fraction(alpha, "alpha")
    n, p, m = baseline.n, baseline.center.size, baseline.m
    data = check_numbers(data, "data", ndim=2 if n == 1 else 3)
    if data.shape[-1] != p or (n > 1 and data.shape[1] != n):
        raise StatisticsError(
            "data has shape {found}; {p} variables{groups} as in the baseline are needed",
            found=data.shape,
            p=p,
            groups=f" in subgroups of {n}" if n > 1 else "",
        )
    points = data if n == 1 else data.mean(axis=1)
    white = whitening(baseline.cov)
    t2 = n * distances(points, baseline.center, white)
    if n == 1:
        ucl = _individual_phase2(m, p, alpha)
    else:
        df = m * n - m - p + 1
        ucl = p * (m + 1) * (n - 1) / df * float(fdtri(p, df, 1 - alpha))
    return T2Chart(
        t2=t2,
        center=baseline.center,
        cov=baseline.cov,
        ucl_phase1=None,
        ucl_phase2=ucl,
        phase=2,
        out=np.flatnonzero(t2 > ucl),
        m=m,
        n=n,
        p=p,
        alpha=alpha,
        covariance="of the baseline",
        freedom=baseline.freedom,
        data=points,
    )


def within_covariance(groups: np.ndarray) -> np.ndarray:
    """The covariance matrix of each subgroup, divisor n - 1.

    >>> within_covariance(np.array([[[0.0, 0.0], [2.0, 4.0]]]))
    array([[[2., 4.],
            [4., 8.]]])
    """
    distance = groups - groups.mean(axis=1, keepdims=True)
    return np.einsum("mni,mnj->mij", distance, distance) / (groups.shape[1] - 1)


def _individual_phase2(m, p, alpha) -> float:
    return p * (m + 1) * (m - 1) / (m * m - m * p) * float(fdtri(p, m - p, 1 - alpha))

"""Hotelling's T²: how far each row, or each subgroup's mean, is from the center in the metric of the covariance."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from scipy.special import betaincinv, chdtri, fdtri

from hoshin.stats._results import Entries
from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_numbers
from hoshin.stats.multivariate._covariance import (
    Groups,
    beyond,
    distances,
    mean_and_scatter,
    packed,
    part_of,
    successive_scatter,
    whitening,
)
from hoshin.stats.results import FrozenDict, Result, Step


@dataclass(frozen=True, eq=False)
class T2Baseline(Result):
    """What phase I leaves for phase II: center, covariance and how many rows or subgroups they come from.

    For many groups every entry but ``n`` is an array with a leading axis of them.
    """

    center: np.ndarray
    cov: np.ndarray
    m: Any
    n: int = 1
    freedom: Any = 0.0

    title = "Baseline of a T2 chart"

    def __getitem__(self, index) -> T2Baseline:
        """The baseline of one group, or of some."""
        m, freedom = (np.asarray(values)[index] for values in (self.m, self.freedom))
        if not np.ndim(m):
            m, freedom = m.item(), freedom.item()
        return T2Baseline(self.center[index], self.cov[index], m, self.n, freedom)


@dataclass(frozen=True, eq=False)
class T2Chart(Entries, Result):
    """T² of each row or subgroup with the limits of phase I (rows that made the center) and phase II (new ones).

    ``out`` are the 0-based points beyond the limit of the chart's own ``phase``. A row with a missing value has no T².
    For many groups of characteristics the numbers are arrays with a leading axis of groups, ``out`` runs through all
    their points, ``chart[g]`` is the chart of one and ``problems`` says why a group has none.
    """

    t2: np.ndarray
    center: np.ndarray
    cov: np.ndarray
    ucl_phase1: Any
    ucl_phase2: Any
    phase: int
    out: np.ndarray
    m: Any
    n: int
    p: int
    alpha: float
    covariance: str
    freedom: Any
    data: np.ndarray = field(repr=False, default=None)
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Hotelling T2 chart"
    assumptions = ("rows are independent", "variables are jointly normal", "phase I was in control")
    sources = (
        "N. D. Tracy, J. C. Young, R. L. Mason, Journal of Quality Technology 24 (1992), 88-95: individuals",
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122: subgroups",
        "D. S. Holmes, A. E. Mergen, Quality Engineering 5 (1993), 619-625: successive differences",
        "R. L. Mason, N. D. Tracy, J. C. Young, Journal of Quality Technology 27 (1995), 99-108: decomposition",
    )

    @property
    def count(self) -> int | None:
        """How many groups there are; None of one alone."""
        return len(self.t2) if self.t2.ndim > 1 else None

    def _entry(self, g: int) -> T2Chart:
        return one_of(self, self.t2, g)

    @property
    def baseline(self) -> T2Baseline:
        """What ``t2_monitor`` needs to judge new rows."""
        return T2Baseline(self.center, self.cov, self.m, self.n, self.freedom)

    @property
    def ucl(self):
        """The limit of the chart's own phase."""
        return self.ucl_phase1 if self.phase == 1 else self.ucl_phase2

    def contributions(self, index: int) -> np.ndarray:
        """How much of one point's T² each variable adds beyond all others: ``(S^-1 d)_j^2 / (S^-1)_jj``.

        The largest entries are the variables to look at first (Mason, Tracy and Young). Of one group: ``chart[g]``.
        """
        inverse = np.linalg.inv(self.cov) * self.n
        pulled = inverse @ (self.data[index] - self.center)
        return pulled**2 / np.diag(inverse)

    def steps(self):
        """Center, covariance, limits and the points beyond."""
        if self.t2.ndim > 1:
            yield Step("groups of characteristics", value=len(self))
            yield Step("without a chart", value=len(self.problems))
        yield Step("rows" if self.n == 1 else f"subgroups of {self.n}", value=self.m)
        yield Step("variables", value=self.p)
        yield Step("center", value=self.center)
        yield Step(f"covariance, {self.covariance}", value=self.cov)
        yield Step("T2", "(x - center)' inverse of the covariance (x - center), times {n}", {"n": self.n}, self.t2)
        if self.ucl_phase1 is not None:
            yield Step("limit, phase I", value=self.ucl_phase1)
        yield Step("limit, phase II", value=self.ucl_phase2)
        yield Step(f"points beyond the limit of phase {'I' * self.phase}, from 1", value=self.out + 1)


def one_of(chart, statistic: np.ndarray, g: int):
    """One group of a chart of many.

    >>> chart = t2_individuals(np.random.default_rng(1).normal(size=(3, 20, 2)))
    >>> one_of(chart, chart.t2, 2).t2.shape
    (20,)
    """
    count, length = statistic.shape
    own = {entry.name: part_of(getattr(chart, entry.name), g, count) for entry in fields(chart) if entry.name != "out"}
    low, high = np.searchsorted(chart.out, (g * length, (g + 1) * length))
    return replace(chart, **own | {"problems": {}}, out=chart.out[low:high] - g * length)


def t2_individuals(data, alpha: float = 0.0027, covariance: str = "sample", on_error: str = "raise") -> T2Chart:
    """T² chart of rows in time order, from which center and covariance are estimated (phase I).

    Estimand: ``T2 = (x - mean)' S^-1 (x - mean)`` of each row. Limits: phase I ``(m-1)^2/m`` times the upper beta point
    with p/2 and (m-p-1)/2, phase II ``p f (m+1) / (m (f-p+1))`` times the upper F point with p and f-p+1, f = m-1. With
    successive differences f = 2(m-1)^2/(3m-4), and the limit of phase I is the upper chi-square point with p; up to
    m = p^2 + 3p rows the beta one with (f-p-1)/2 where that lies higher.

    Parameters
    ----------
    data : (m, p) rows of p variables, or (G, m, p) of many groups of characteristics; a row with a NaN is left out, so
        that groups of unequal length are filled up with NaN.
    alpha : false alarm rate of a point.
    covariance : "sample" (divisor m - 1), or "successive_differences" (``V'V / (2(m-1))``, which a drift does not inflate).
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.

    Units: data in any unit, each variable in its own; T² and limits have none.

    Assumes: independent rows, variables jointly normal, phase I in control.

    Errors: fewer than p + 2 complete rows, a variable without variation, one that is a sum of others.

    Source: N. D. Tracy, J. C. Young, R. L. Mason, Journal of Quality Technology 24 (1992), 88-95; D. C. Montgomery,
    Introduction to Statistical Quality Control, 6th edition, section 11.3.2; J. H. Sullivan, W. H. Woodall, Journal of
    Quality Technology 28 (1996), 398-408, for f; J. D. Williams, W. H. Woodall, J. B. Birch, J. H. Sullivan, Journal of
    Quality Technology 38 (2006), 217-229, for the chi-square limit.

    >>> data = [[115.25, 1.04], [115.91, 1.06], [115.05, 1.09], [116.21, 1.05], [115.9, 1.07], [115.55, 1.06]]
    >>> chart = t2_individuals(data, alpha=0.01)
    >>> chart.t2.round(3), round(chart.ucl_phase1, 3)
    (array([3.579, 0.374, 3.402, 1.704, 0.862, 0.079]), 3.973)
    """
    data = check_numbers(data, "data", ndim=(2, 3))
    alpha = check_fraction(alpha, "alpha")
    check_choice(covariance, ("sample", "successive_differences"), "covariance")
    groups, table = _grouped(data, 3, on_error)
    rows, complete = packed(table)
    p = table.shape[2]
    check_rows(groups, complete, p)
    m = np.maximum(complete, p + 2)
    center, scatter = mean_and_scatter(rows, m)
    freedom = m - 1.0
    if covariance != "sample":
        scatter, freedom = successive_scatter(rows, m), 2 * (m - 1) ** 2 / (3 * m - 4)
        few = freedom.astype(int) - p
        needed = "{found} degrees of freedom beyond the {p} variables found; at least 2 are needed"
        groups.refuse(few < 2, needed, found=few, p=p)
    cov = scatter / (m - 1)[:, None, None]
    t2 = distances(table, center, whitening(cov, groups))
    phase1 = _individual_phase1 if covariance == "sample" else _differences_phase1
    limits = (phase1(m, p, alpha, freedom), _individual_phase2(m, p, alpha, freedom))
    return _chart(groups, data, t2, center, cov, limits, complete, 1, alpha, covariance, freedom)


def t2_subgroups(data, alpha: float = 0.0027, on_error: str = "raise") -> T2Chart:
    """T² chart of the means of subgroups, with the mean of their covariance matrices (phase I).

    Estimand: ``T2 = n (xbar - grand mean)' S^-1 (xbar - grand mean)`` of each subgroup. Limits: phase I
    ``p(m-1)(n-1)/(mn-m-p+1)``, phase II ``p(m+1)(n-1)/(mn-m-p+1)``, times the upper F point with p and mn - m - p + 1.

    Parameters
    ----------
    data : (m, n, p) subgroups of n rows of p variables, or (G, m, n, p) of many groups of characteristics; NaN leaves its
        subgroup out, so that groups with fewer subgroups are filled up with NaN.
    alpha : false alarm rate of a point.
    on_error : as in ``t2_individuals``.

    Units: data in any unit, each variable in its own; T² and limits have none.

    Assumes: independent rows, variables jointly normal, one covariance in all subgroups, phase I in control.

    Errors: fewer than 2 complete subgroups or 2 rows in each, m(n-1) < p, a variable without variation or that is a sum
    of others.

    Source: F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122; D. C. Montgomery, Introduction to
    Statistical Quality Control, 6th edition, section 11.3.1.

    >>> random = np.random.default_rng(1)
    >>> chart = t2_subgroups(random.normal(size=(20, 4, 2)), alpha=0.01)
    >>> round(chart.ucl_phase1, 4), round(chart.ucl_phase2, 4)
    (9.6303, 10.644)
    """
    data = check_numbers(data, "data", ndim=(3, 4))
    alpha = check_fraction(alpha, "alpha")
    groups, table = _grouped(data, 4, on_error)
    rows, complete = packed(table)
    n, p = table.shape[2:]
    check_subgroups(groups, complete, n)
    df = complete * n - complete - p + 1
    needed = "{found} degrees of freedom (m n - m - p + 1, p = {p}) found; at least 1 are needed"
    groups.refuse(df < 1, needed, found=df, p=p)
    m, df = np.maximum(complete, 2), np.maximum(df, 1)
    # Subgroups that fill up a shorter group are 0 and so add nothing to either sum.
    center = rows.mean(axis=2).sum(axis=1) / m[:, None]
    cov = within_covariance(rows).sum(axis=1) / m[:, None, None]
    means = table.mean(axis=2)
    t2 = n * distances(means, center, whitening(cov, groups))
    quantile = fdtri(p, df, 1 - alpha)
    limits = (p * (m - 1) * (n - 1) / df * quantile, p * (m + 1) * (n - 1) / df * quantile)
    means = means if groups.many else means[0]
    return _chart(groups, means, t2, center, cov, limits, complete, n, alpha, "within subgroups", m * (n - 1.0))


def t2_monitor(data, baseline: T2Baseline, alpha: float = 0.0027, on_error: str = "raise") -> T2Chart:
    """T² of new rows, or new subgroups, against a baseline that stays as it is (phase II).

    Estimand: ``T2 = n (x - center)' S^-1 (x - center)``, x a row (n = 1) or the mean of a subgroup, with the limit of
    phase II of ``t2_individuals`` or ``t2_subgroups``.

    Parameters
    ----------
    data : (k, p) rows, or (k, n, p) for a baseline of subgroups of n; with a leading axis of groups for a baseline of many.
    baseline : of an earlier chart.
    alpha : false alarm rate of a point.
    on_error : as in ``t2_individuals``.

    Units: data in those of the baseline's; T² and limits have none.

    Assumes: independent rows, variables jointly normal, the baseline in control.

    Errors: data of another number of variables, of rows in a subgroup or of groups than the baseline's.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.3.

    >>> old = np.random.default_rng(1).normal(size=(50, 2))
    >>> t2_monitor([[0.0, 0.1], [6.0, -6.0]], t2_individuals(old).baseline).out
    array([1])
    """
    alpha = check_fraction(alpha, "alpha")
    n, p, many = baseline.n, baseline.center.shape[-1], baseline.center.ndim > 1
    data = check_numbers(data, "data", ndim=(2 if n == 1 else 3) + many)
    wanted = (*([len(baseline.center)] if many else []), data.shape[many], *([n] if n > 1 else []), p)
    if data.shape != wanted:
        raise StatisticsError(
            "data has shape {found}; {p} variables{rows}{groups} as in the baseline are needed",
            found=data.shape,
            p=p,
            rows=f" in subgroups of {n}" if n > 1 else "",
            groups=f" of {wanted[0]} groups" if many else "",
        )
    points = data if n == 1 else data.mean(axis=-2)
    groups, table = _grouped(points, 3, on_error)
    center, cov, m = (np.asarray(given if many else [given]) for given in (baseline.center, baseline.cov, baseline.m))
    groups.refuse(np.isnan(center).any(axis=1), "the baseline has no center; one of data that support it is needed")
    t2 = n * distances(table, center, whitening(cov, groups))
    # A baseline of nothing has no chart; whatever its limit is made of goes with it.
    used = np.maximum(m, p + 2 if n == 1 else 2)
    freedom = np.asarray(baseline.freedom if many else [baseline.freedom])
    if n == 1:
        ucl = _individual_phase2(used, p, alpha, np.where(freedom > 0, freedom, used - 1))
    else:
        df = np.maximum(used * n - used - p + 1, 1)
        ucl = p * (used + 1) * (n - 1) / df * fdtri(p, df, 1 - alpha)
    return _chart(groups, points, t2, center, cov, (None, ucl), m, n, alpha, "of the baseline", freedom)


def within_covariance(subgroups: np.ndarray) -> np.ndarray:
    """The covariance matrix of each subgroup, divisor n - 1.

    >>> within_covariance(np.array([[[0.0, 0.0], [2.0, 4.0]]]))
    array([[[2., 4.],
            [4., 8.]]])
    """
    distance = subgroups - subgroups.mean(axis=-2, keepdims=True)
    return np.swapaxes(distance, -1, -2) @ distance / (subgroups.shape[-2] - 1)


def check_rows(groups: Groups, m: np.ndarray, p: int) -> None:
    """Refuse fewer rows than a covariance of p variables needs.

    >>> check_rows(Groups(1, False), np.array([5]), 3)
    """
    template = "{m} complete rows for {p} variables found; at least {needed} are needed"
    groups.refuse(m < p + 2, template, m=m, p=p, needed=p + 2)


def check_subgroups(groups: Groups, m: np.ndarray, n: int) -> None:
    """Refuse fewer than two subgroups, and subgroups of one row.

    >>> check_subgroups(Groups(1, False), np.array([5]), 3)
    """
    groups.refuse(m < 2, "{m} complete subgroups found; at least 2 are needed", m=m)
    groups.refuse(np.full(m.size, n < 2), "{n} rows in each subgroup found; at least 2 are needed", n=n)


def _grouped(data: np.ndarray, ndim: int, on_error: str) -> tuple[Groups, np.ndarray]:
    many = data.ndim == ndim
    table = data if many else data[None]
    return Groups(len(table), many, on_error), table


def _chart(groups: Groups, data, t2, center, cov, limits, m, n, alpha, covariance, freedom) -> T2Chart:
    first, second = limits
    center, cov, first, second = groups.blank(center, cov, first, second)
    return T2Chart(
        **groups.told(t2=t2, center=center, cov=cov, ucl_phase1=first, ucl_phase2=second, m=m, freedom=freedom),
        phase=2 if first is None else 1,
        out=beyond(t2, second if first is None else first),
        n=n,
        p=center.shape[1],
        alpha=alpha,
        covariance=covariance,
        data=data,
        problems=groups.problems,
    )


def _individual_phase1(m, p, alpha, freedom):
    return (m - 1) ** 2 / m * betaincinv(p / 2, (freedom - p) / 2, 1 - alpha)


def _differences_phase1(m, p, alpha, freedom):
    """The beta limit would hold a tenth of alpha from some 60 rows on; chi-square's holds it but for few rows."""
    known, few = chdtri(p, alpha), _individual_phase1(m, p, alpha, np.maximum(freedom - 1, p + 1))
    return np.where(m > p * p + 3 * p, known, np.maximum(known, few))


def _individual_phase2(m, p, alpha, freedom):
    df = np.maximum(freedom - p + 1, 1)
    return p * freedom * (m + 1) / (m * df) * fdtri(p, df, 1 - alpha)

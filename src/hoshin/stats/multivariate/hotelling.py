"""Hotelling's T²: how far each row, or each subgroup's mean, is from the center in the metric of the covariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import betaincinv, chdtri, fdtri

from hoshin.stats.errors import check_choice, check_fraction
from hoshin.stats.multivariate._charts import (
    JointChart,
    T2Baseline,
    check_baseline,
    common,
    drawn,
    kind_of,
    make_baseline,
    one_size,
)
from hoshin.stats.multivariate._covariance import (
    Groups,
    Stretches,
    beyond,
    complete,
    read_rows,
    read_subgroups,
    restored,
    sums,
    whitening,
)
from hoshin.stats.results import Step


@dataclass(frozen=True, eq=False)
class T2Chart(JointChart):
    """T² of each row or subgroup with the limits of phase I (rows that made the center) and phase II (new ones).

    ``out`` are the 0-based points beyond the limit of the chart's own ``phase``; ``n`` is 1 of rows, else the size of the
    subgroups, or that of each. A row with a missing value has no T². A point left out (``excluded``) is judged as a new
    one: ``ucl_phase1`` then has an entry per point, theirs the limit of phase II. With stages, or subgroups of unequal
    size, limits have one entry per point. For many groups of characteristics the numbers are arrays with a leading axis
    of groups, ``out`` runs through all their points, ``chart[g]`` is the chart of one and ``problems`` says why a group
    has none.
    """

    t2: np.ndarray
    ucl_phase1: Any
    ucl_phase2: Any
    phase: int
    n: Any
    alpha: float
    covariance: str
    data: np.ndarray = field(repr=False)

    title = "Hotelling T2 chart"
    assumptions = ("rows are independent", "variables are jointly normal", "phase I was in control")
    sources = (
        "N. D. Tracy, J. C. Young, R. L. Mason, Journal of Quality Technology 24 (1992), 88-95: individuals",
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122: subgroups",
        "D. S. Holmes, A. E. Mergen, Quality Engineering 5 (1993), 619-625: successive differences",
        "R. L. Mason, N. D. Tracy, J. C. Young, Journal of Quality Technology 27 (1995), 99-108: decomposition",
    )

    points = ("t2", "data")
    lines = ("ucl_phase1", "ucl_phase2")
    own_of_excluded = ("ucl_phase1",)

    @property
    def center(self) -> np.ndarray:
        """The point that T² is the distance from."""
        return self.baseline.center

    @property
    def freedom(self):
        """The degrees of freedom of the covariance."""
        return self.baseline.freedom

    @property
    def ucl(self):
        """The limit of the chart's own phase."""
        return self.ucl_phase1 if self.phase == 1 else self.ucl_phase2

    def contributions(self, index: int) -> np.ndarray:
        """How much of one point's T² each variable adds beyond all others: ``(S^-1 d)_j^2 / (S^-1)_jj``.

        The largest entries are the variables to look at first (Mason, Tracy and Young). Of one group: ``chart[g]``.
        """
        own = self.baseline_of(self.stage_of(index))
        inverse = np.linalg.inv(own.cov) * (self.n[index] if np.ndim(self.n) else self.n)
        pulled = inverse @ (self.data[index] - own.center)
        return pulled**2 / np.diag(inverse)

    def steps(self):
        """Center, covariance, limits and the points beyond."""
        yield from self.common_steps()
        rows = np.ndim(self.n) == 0 and self.n == 1
        yield Step("rows" if rows else "subgroups" if np.ndim(self.n) else f"subgroups of {self.n}", value=self.m)
        yield Step("variables", value=self.p)
        yield Step("center", value=self.center)
        yield Step(f"covariance, {self.covariance}", value=self.cov)
        yield Step("T2", "(x - center)' inverse of the covariance (x - center), times {n}", {"n": self.n}, self.t2)
        if self.ucl_phase1 is not None:
            yield Step("limit, phase I", value=self.ucl_phase1)
        yield Step("limit, phase II", value=self.ucl_phase2)
        yield Step(f"points beyond the limit of phase {'I' * self.phase}, from 1", value=self.out + 1)


def t2_individuals(
    data,
    alpha: float = 0.0027,
    covariance: str = "sample",
    on_error: str = "raise",
    *,
    offsets=None,
    stages=None,
    exclude: Mapping | None = None,
) -> T2Chart:
    """T² chart of rows in time order, from which center and covariance are estimated (phase I).

    Estimand: ``T2 = (x - mean)' S^-1 (x - mean)`` of each row. Limits: phase I ``(m-1)^2/m`` times the upper beta point
    with p/2 and (m-p-1)/2, phase II ``p f (m+1) / (m (f-p+1))`` times the upper F point with p and f-p+1, f = m-1. With
    successive differences f = 2(m-1)^2/(3m-4), and the limit of phase I is the upper chi-square point with p; up to
    m = p^2 + 3p rows the beta one with (f-p-1)/2 where that lies higher.

    Parameters
    ----------
    data : (m, p) rows of p variables, (G, m, p) of many groups of characteristics, or flat rows with ``offsets``; a row
        with a NaN is left out and has no T².
    alpha : false alarm rate of a point.
    covariance : "sample" (divisor m - 1), or "successive_differences" (``V'V / (2(m-1))``, which a drift does not inflate;
        the rows before and after one left out follow one another).
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.
    offsets : where each group begins in flat rows, and at the end their number.
    stages : a label per row; center, covariance and limits begin anew where the label changes.
    exclude : ``{index: reason}``, with many groups ``{(group, index): reason}``: left out of center and covariance but
        plotted, and judged as a new row, by the limit of phase II.

    Units: data in any unit, each variable in its own; T² and limits have none; indices count from 0.

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
    alpha = check_fraction(alpha, "alpha")
    check_choice(covariance, ("sample", "successive_differences"), "covariance")
    groups, rows = read_rows(data, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    p, present = rows.shape[1], complete(rows)
    whole = Stretches(rows, groups.stages.offsets)
    used = whole.only(groups.keeps(present))
    check_rows(groups, used.lengths, p)
    m = np.maximum(used.lengths, p + 2)
    center, scatter = used.moments()
    freedom = m - 1.0
    if covariance != "sample":
        scatter, freedom = used.successive(), 2 * (m - 1) ** 2 / (3 * m - 4)
        few = freedom.astype(int) - p
        needed = "{found} degrees of freedom beyond the {p} variables found; at least 2 are needed"
        groups.refuse(few < 2, needed, found=few, p=p)
    cov = scatter / (m - 1)[:, None, None]
    t2 = restored(whole.only(present).distances(center, whitening(cov, groups)), present)
    phase1 = _individual_phase1 if covariance == "sample" else _differences_phase1
    limits = (phase1(m, p, alpha, freedom), _individual_phase2(m, p, alpha, freedom))
    baseline = make_baseline(groups, center, cov, used.lengths, 1, freedom)
    return _chart(groups, rows, t2, limits, baseline, 1, alpha, covariance)


def t2_subgroups(
    data,
    alpha: float = 0.0027,
    on_error: str = "raise",
    *,
    subgroup_offsets=None,
    offsets=None,
    stages=None,
    exclude: Mapping | None = None,
) -> T2Chart:
    """T² chart of the means of subgroups, with the covariance matrix within them (phase I).

    Estimand: ``T2 = n (xbar - center)' S^-1 (xbar - center)`` of each subgroup, the center the mean of all N rows and
    ``S = sum of (n - 1) S_i / f``, f = N - m. Limits: ``p f / (f - p + 1)`` times the upper F point with p and f - p + 1,
    times ``1 - n/N`` in phase I and ``1 + n/N`` in phase II; with m subgroups of one size ``p(m-1)(n-1)/(mn-m-p+1)``
    and ``p(m+1)(n-1)/(mn-m-p+1)`` times that point.

    Parameters
    ----------
    data : (m, n, p) subgroups of n rows of p variables, (G, m, n, p) of many groups of characteristics, or flat rows
        (N, p) with ``subgroup_offsets``. A row with a NaN is left out and makes its subgroup smaller; a subgroup of one
        row counts for the center, one without rows has no T².
    alpha : false alarm rate of a point.
    on_error : as in ``t2_individuals``.
    subgroup_offsets : where each subgroup begins in flat rows, and at the end their number.
    offsets : where each group begins among the subgroups, and at the end their number.
    stages, exclude : as in ``t2_individuals``, for subgroups.

    Units: data in any unit, each variable in its own; T² and limits have none; indices count subgroups from 0.

    Assumes: independent rows, variables jointly normal, one covariance in all subgroups, phase I in control.

    Errors: fewer than 2 subgroups with rows, none of 2 rows, fewer degrees of freedom f than p, a variable without
    variation or that is a sum of others.

    Source: F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122; D. C. Montgomery, Introduction to
    Statistical Quality Control, 6th edition, section 11.3.1. With unequal sizes: xbar - center has the covariance
    ``(1/n -+ 1/N)`` Sigma and is independent of S (T. W. Anderson, An Introduction to Multivariate Statistical Analysis,
    theorem 5.2.2).

    >>> random = np.random.default_rng(1)
    >>> chart = t2_subgroups(random.normal(size=(20, 4, 2)), alpha=0.01)
    >>> round(chart.ucl_phase1, 4), round(chart.ucl_phase2, 4)
    (9.6303, 10.644)
    """
    alpha = check_fraction(alpha, "alpha")
    groups, size, mean, scatter = read_subgroups(
        data, subgroup_offsets, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error
    )
    p = mean.shape[1]
    used = used_sizes(groups, size, 1)
    check_subgroups(groups, used, 1)
    largest = np.maximum.reduceat(used, groups.stages.offsets[:-1])
    groups.refuse(largest < 2, "{n} rows in each subgroup found; at least 2 are needed", n=largest)
    center, cov, m, n, freedom = pooled(groups, used, mean, scatter)
    df = (freedom - p + 1).astype(int)
    needed = "{found} degrees of freedom (rows - subgroups - p + 1, p = {p}) found; at least 1 are needed"
    groups.refuse(df < 1, needed, found=df, p=p)
    t2 = _of_means(groups, size, mean, center, whitening(cov, groups))
    limits = _subgroup_limits(groups, size, p, alpha, m, freedom)
    baseline = make_baseline(groups, center, cov, m, n, freedom)
    return _chart(groups, _there(mean, size), t2, limits, baseline, size, alpha, "within subgroups")


def t2_monitor(
    data, baseline: T2Baseline, alpha: float = 0.0027, on_error: str = "raise", *, subgroup_offsets=None, offsets=None
) -> T2Chart:
    """T² of new rows, or new subgroups, against a baseline that stays as it is (phase II).

    Estimand: ``T2 = n (x - center)' S^-1 (x - center)``, x a row (n = 1) or the mean of a subgroup, with the limit of
    phase II of ``t2_individuals`` or ``t2_subgroups``.

    Parameters
    ----------
    data : (k, p) rows for a baseline of rows; for one of subgroups (k, n, p) subgroups of any size, or flat rows with
        ``subgroup_offsets``. For a baseline of many groups there is a leading axis of them, or ``offsets``. A row with a
        NaN is left out.
    baseline : of an earlier chart.
    alpha : false alarm rate of a point.
    on_error : as in ``t2_individuals``.
    subgroup_offsets : where each subgroup begins in flat rows, and at the end their number.
    offsets : where each group begins among the rows or subgroups, and at the end their number.

    Units: data in those of the baseline's; T² and limits have none.

    Assumes: independent rows, variables jointly normal, the baseline in control.

    Errors: data of another number of variables or groups than the baseline's, rows for a baseline of subgroups, a
    baseline of numbers that were given, not estimated.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.3.

    >>> old = np.random.default_rng(1).normal(size=(50, 2))
    >>> t2_monitor([[0.0, 0.1], [6.0, -6.0]], t2_individuals(old).baseline).out
    array([1])
    """
    alpha = check_fraction(alpha, "alpha")
    many, of_rows = kind_of(baseline)
    if of_rows:
        groups, points = read_rows(data, many, offsets=offsets, on_error=on_error)
        size = 1
    else:
        groups, size, mean, _ = read_subgroups(data, subgroup_offsets, many, offsets=offsets, on_error=on_error)
        points = _there(mean, size)
    p = points.shape[1]
    check_baseline(baseline, groups, p, np.shape(data))
    center, cov = (given if many else given[None] for given in (baseline.center, baseline.cov))
    m, n, freedom = (np.broadcast_to(given, (groups.count,)) for given in (baseline.m, baseline.n, baseline.freedom))
    unknown = (m < 1) & ~groups.lost
    groups.refuse(unknown, "the baseline is of numbers that were given; one made of data is needed")
    white = whitening(cov, groups)
    # A baseline of nothing has no chart; whatever its limit is made of goes with it.
    if of_rows:
        m = np.maximum(m, p + 2)
        present = complete(points)
        t2 = restored(Stretches(points, groups.stages.offsets).only(present).distances(center, white), present)
        limit = _individual_phase2(m, p, alpha, np.where(freedom > 0, freedom, m - 1))
    else:
        m = np.maximum(m, 2)
        t2 = _of_means(groups, size, mean, center, white)
        _, limit = _subgroup_limits(groups, size, p, alpha, m, np.where(freedom > 0, freedom, m * (n - 1.0)))
    return _chart(groups, points, t2, (None, limit), baseline, size, alpha, "of the baseline")


def check_rows(groups: Groups, m: np.ndarray, p: int) -> None:
    """Refuse fewer rows than a covariance of p variables needs.

    >>> check_rows(Groups.read((5,)), np.array([5]), 3)
    """
    template = "{m} complete rows for {p} variables found; at least {needed} are needed"
    groups.refuse(m < p + 2, template, m=m, p=p, needed=p + 2)


def used_sizes(groups: Groups, size: np.ndarray, least: int) -> np.ndarray:
    """The size of each subgroup that makes the baseline, 0 of the others.

    >>> used_sizes(Groups.read((3,), exclude={0: "new tool"}), np.array([4, 1, 3]), 2)
    array([0, 0, 3])
    """
    return np.where(groups.keeps(size >= least), size, 0)


def check_subgroups(groups: Groups, used: np.ndarray, least: int) -> None:
    """Refuse fewer than two subgroups.

    >>> check_subgroups(Groups.read((2,)), np.array([4, 3]), 2)
    """
    m = groups.stages.counts(used > 0)
    template = "{m} subgroups of {n} complete rows or more found; at least 2 are needed"
    groups.refuse(m < 2, template, m=m, n=least)


def pooled(groups: Groups, used: np.ndarray, mean: np.ndarray, scatter: np.ndarray):
    """Center, covariance within, number and common size (0: none) of the subgroups, degrees of freedom, of each stage.

    >>> mean, scatter = np.array([[1.0], [4.0]]), np.array([[[2.0]], [[6.0]]])
    >>> [part.tolist() for part in pooled(Groups.read((2,)), np.array([3, 2]), mean, scatter)]
    [[[2.2]], [[[2.6666666666666665]]], [2], [0], [3.0]]
    """
    stages, starts = groups.stages, groups.stages.offsets[:-1]
    m, total = stages.counts(used > 0), stages.sums(used)
    freedom = np.maximum(total - m, 1).astype(float)
    weighed = used[:, None] * mean
    center = sums(stages, weighed) / np.maximum(total, 1)[:, None]
    cov = (
        sums(stages, scatter if used.all() else np.where(used[:, None, None] > 0, scatter, 0.0))
        / freedom[:, None, None]
    )
    largest = np.maximum.reduceat(used, starts)
    least = np.minimum.reduceat(np.where(used > 0, used, largest.max(initial=0)), starts)
    return center, cov, m, np.where(least == largest, largest, 0), freedom


def _there(values: np.ndarray, size: np.ndarray) -> np.ndarray:
    """What subgroups have, NaN of those without rows."""
    return values if size.all() else np.where(size[:, None] > 0, values, np.nan)


def _of_means(groups: Groups, size, mean, center, white) -> np.ndarray:
    """T² of the means of subgroups."""
    t2 = size * Stretches(mean, groups.stages.offsets).distances(center, white)
    return np.where(size > 0, t2, np.nan)


def _subgroup_limits(groups: Groups, size, p: int, alpha: float, m, freedom) -> tuple[np.ndarray, np.ndarray]:
    """The limits of both phases, per stage where all subgroups are of one size, else per subgroup."""
    total = m + freedom
    df = np.maximum(freedom - p + 1, 1)
    factor = p * freedom / df * fdtri(p, df, 1 - alpha)
    n = one_size(size)
    if np.ndim(n):
        total, factor = groups.stages.per_point(total), groups.stages.per_point(factor)
    return factor * np.maximum(1 - n / total, 0), factor * (1 + n / total)


def _chart(groups: Groups, data, t2, limits, baseline, size, alpha, covariance) -> T2Chart:
    first, second = limits
    if first is not None and groups.excluded:
        first = np.where(groups.kept, *(groups.stages.block(line, 0, t2.size) for line in limits))
    n = one_size(np.asarray(size)) if np.ndim(size) else size
    there = None if np.ndim(size) == 0 or size.all() else size > 0
    return T2Chart(
        **common(groups, beyond(groups, t2, second if first is None else first)),
        t2=t2.reshape(groups.shape),
        ucl_phase1=None if first is None else drawn(groups, first, there),
        ucl_phase2=drawn(groups, limits[1], there),
        phase=2 if first is None else 1,
        baseline=baseline,
        n=n.reshape(groups.shape) if np.ndim(n) else n,
        p=data.shape[1],
        alpha=alpha,
        covariance=covariance,
        data=data.reshape(*groups.shape, -1),
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

"""Generalised variance: the scatter of several characteristics together, as the determinant of their covariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hoshin.stats.errors import StatisticsError, check_number
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
from hoshin.stats.multivariate._covariance import beyond, read_subgroups, whitening
from hoshin.stats.multivariate.hotelling import check_subgroups, pooled, used_sizes
from hoshin.stats.results import Step


@dataclass(frozen=True, eq=False)
class GeneralizedVarianceChart(JointChart):
    """|S| of each subgroup with limits ``|Sigma| (b1 -+ k sqrt(b2))``; ``out`` are the 0-based points beyond.

    ``phase`` is 1 where the chart's own subgroups made the baseline and 2 where it was given. With stages, or subgroups of
    unequal size, lines have one entry per point. For many groups of characteristics the numbers are
    arrays with a leading axis of groups, ``out`` runs through all their subgroups, ``chart[g]`` is the chart of one and
    ``problems`` says why a group has none.
    """

    det: np.ndarray
    center: Any
    ucl: Any
    lcl: Any
    sigma_det: Any
    phase: int
    n: Any
    k: float

    title = "Generalised variance chart"
    assumptions = ("subgroups are independent", "variables are jointly normal")
    sources = (
        "F. B. Alt, Encyclopedia of Statistical Sciences 6 (1985), 110-122",
        "D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6",
    )

    points = ("det",)
    by_stage = ("sigma_det",)
    lines = ("center", "ucl", "lcl")

    @property
    def b1(self):
        """The mean of |S| / |Sigma| for the size of the subgroups, or that of each."""
        return _constants(self.n, self.p)[0]

    @property
    def b2(self):
        """The variance of |S| / |Sigma|."""
        return _constants(self.n, self.p)[1]

    def steps(self):
        """The constants, the limits and the points beyond."""
        yield from self.common_steps()
        numbers = {"n": self.n, "p": self.p}
        yield Step("b1", "product of ({n} - i) for i = 1..{p}, over ({n} - 1)^{p}", numbers, self.b1)
        yield Step(
            "b2",
            "product of ({n} - i) times (product of ({n} - j + 2) - product of ({n} - j)), over ({n} - 1)^(2 {p})",
            numbers,
            self.b2,
        )
        yield Step("covariance within subgroups", value=self.cov)
        yield Step("|Sigma|", "|mean of S| / b1, b1 of the size of the subgroups or of all", value=self.sigma_det)
        limits = {"k": self.k}
        yield Step("center", "|Sigma| b1", value=self.center)
        yield Step("limits", "|Sigma| (b1 -+ {k} sqrt(b2)), not below 0", limits, (self.lcl, self.ucl))
        yield Step("points beyond, from 1", value=self.out + 1)


def generalized_variance(
    data,
    k: float = 3.0,
    on_error: str = "raise",
    *,
    baseline: T2Baseline | None = None,
    subgroup_offsets=None,
    offsets=None,
    stages=None,
    exclude: Mapping | None = None,
) -> GeneralizedVarianceChart:
    """Chart of the determinants of the subgroups' covariance matrices.

    Estimand: |S| of each subgroup, about ``|Sigma| b1`` with limits ``|Sigma| (b1 -+ k sqrt(b2))``, not below 0;
    b1(n) = prod(n-i)/(n-1)^p and b2(n) = prod(n-i) (prod(n-j+2) - prod(n-j)) / (n-1)^(2p), i and j from 1 to p, n the
    rows of the subgroup. |Sigma| is estimated by ``|mean S| / b1(n)`` from m subgroups of one size, and from unequal ones
    by ``|S| / b1(f + 1)``, which is unbiased: S = sum of (n - 1) S_i / f, f = sum of (n - 1).

    Parameters
    ----------
    data : (m, n, p) subgroups of n rows of p variables, (G, m, n, p) of many groups of characteristics, or flat rows
        (N, p) with ``subgroup_offsets``. A row with a NaN is left out and makes its subgroup smaller; a subgroup of p
        rows or fewer has no |S| and does not count.
    k : width of the limits in standard deviations of |S|.
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.
    baseline : the baseline of an earlier chart of subgroups, this one or ``t2_subgroups`` (phase II). Without it |Sigma|
        comes from the subgroups (phase I).
    subgroup_offsets : where each subgroup begins in flat rows, and at the end their number.
    offsets : where each group begins among the subgroups, and at the end their number.
    stages : a label per subgroup; covariance and limits begin anew where the label changes.
    exclude : ``{index: reason}``, with many groups ``{(group, index): reason}``: left out of the covariance but plotted.

    Units: |S| in the product of the squared units of the variables; indices count subgroups from 0.

    Assumes: independent rows, variables jointly normal, one covariance in all subgroups.

    Errors: fewer than 2 subgroups of more than p rows, a variable without variation or that is a sum of others, a
    baseline of rows or of other variables, one beside stages or points left out.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, section 11.6 (n 10, p 2:
    b1 = 0.8889, b2 = 0.4170); T. W. Anderson, An Introduction to Multivariate Statistical Analysis, theorem 7.5.3, for
    the mean of a determinant.

    >>> chart = generalized_variance(np.random.default_rng(2).normal(size=(20, 10, 2)))
    >>> round(chart.b1, 4), round(chart.b2, 4)
    (0.8889, 0.417)
    """
    k = check_number(k, "k", above=0)
    many = None
    if baseline is not None:
        many, of_rows = kind_of(baseline)
        if of_rows:
            raise StatisticsError("the baseline is of rows; one of subgroups is needed")
    groups, size, mean, scatter = read_subgroups(
        data, subgroup_offsets, many, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error
    )
    p = mean.shape[1]
    if baseline is None:
        used = used_sizes(groups, size, p + 1)
        check_subgroups(groups, used, p + 1)
        center, cov, m, n, freedom = pooled(groups, used, mean, scatter)
    else:
        check_baseline(baseline, groups, p, np.shape(data), exclude=exclude)
        cov = baseline.cov if many else baseline.cov[None]
        n, freedom = (np.broadcast_to(given, (groups.count,)) for given in (baseline.n, baseline.freedom))
    whitening(cov, groups)
    there = size > p
    with np.errstate(invalid="ignore"):
        spread_det = np.linalg.det(cov)
        det = np.linalg.det(scatter / np.maximum(size - 1, 1)[:, None, None])
    (det,) = groups.blank(np.where(there, det, np.nan))
    (sigma_det,) = groups.blank(spread_det / _constants(np.where(n > p, n, np.maximum(freedom, p) + 1), p)[0])
    size = one_size(np.where(there, size, 0))
    b1, b2 = _constants(size, p)
    level = groups.stages.per_point(sigma_det) if np.ndim(size) else sigma_det
    spread = k * np.sqrt(b2)
    ucl, lcl = level * (b1 + spread), level * np.maximum(0.0, b1 - spread)
    there = None if there.all() else there
    single = not groups.many and groups.count == 1
    return GeneralizedVarianceChart(
        **common(groups, beyond(groups, det, ucl, lcl)),
        det=det.reshape(groups.shape),
        center=drawn(groups, level * b1, there),
        ucl=drawn(groups, ucl, there),
        lcl=drawn(groups, lcl, there),
        sigma_det=sigma_det.item() if single else sigma_det,
        phase=1 if baseline is None else 2,
        baseline=baseline or make_baseline(groups, center, cov, m, n, freedom),
        n=size.reshape(groups.shape) if np.ndim(size) else size,
        p=p,
        k=k,
    )


def _constants(n, p: int):
    """Mean and variance of |S| / |Sigma| for subgroups of n rows; NaN where that is not more than p."""
    size = np.where(np.asarray(n) > p, n, np.nan)
    falling, rising = (np.prod([size + shift - i for i in range(1, p + 1)], axis=0) for shift in (0, 2))
    b1, b2 = falling / (size - 1) ** p, falling / (size - 1) ** (2 * p) * (rising - falling)
    return (b1, b2) if np.ndim(n) else (float(b1), float(b2))

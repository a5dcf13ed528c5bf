"""The multivariate EWMA chart: small shifts of several characteristics together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_banded

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_number, check_numbers
from hoshin.stats.multivariate._charts import JointChart, T2Baseline, check_baseline, common, kind_of, make_baseline
from hoshin.stats.multivariate._covariance import (
    Groups,
    Stretches,
    beyond,
    complete,
    distances,
    read_rows,
    restored,
    whitening,
)
from hoshin.stats.multivariate.hotelling import check_rows
from hoshin.stats.results import Step
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.mewma import mewma_design

BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class MewmaChart(JointChart):
    """T² of the exponentially weighted average after each row, against the limit h; ``out`` are 0-based.

    ``estimated`` says whether target or covariance come from the rows themselves. For many groups of characteristics the
    arrays have a leading axis of groups, ``out`` runs through all their rows, ``chart[g]`` is the chart of one and
    ``problems`` says why a group has none.
    """

    t2: np.ndarray
    averages: np.ndarray
    h: float
    lam: float
    limits: str
    estimated: bool

    title = "Multivariate EWMA chart"
    assumptions = ("rows are independent", "variables are jointly normal", "target and covariance are known")
    sources = ("C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53",)

    points = ("t2", "averages")

    @property
    def target(self) -> np.ndarray:
        """Where the averages start from, and are judged against."""
        return self.baseline.center

    def steps(self):
        """The recursion, the covariance it has, the limit and the points beyond."""
        yield from self.common_steps()
        yield Step("weight", value=self.lam)
        yield Step("target", value=self.target)
        yield Step("covariance of a row", value=self.cov)
        yield Step("z[t]", "{lam} (x[t] - target) + (1 - {lam}) z[t-1]", {"lam": self.lam})
        share = " (1 - (1 - {lam})^(2t))" if self.limits == "exact" else ""
        yield Step("covariance of z[t]", "{lam} / (2 - {lam})" + share + " times that of a row", {"lam": self.lam})
        yield Step("T2", value=self.t2)
        yield Step("limit h", value=self.h)
        yield Step("points beyond, from 1", value=self.out + 1)


def mewma(
    data,
    lam: float = 0.1,
    target=None,
    cov=None,
    h: float | None = None,
    limits: str = "exact",
    arl0: float = 370.4,
    on_error: str = "raise",
    *,
    baseline: T2Baseline | None = None,
    offsets=None,
    stages=None,
    exclude: Mapping | None = None,
) -> MewmaChart:
    """Multivariate EWMA chart of rows in time order.

    Estimand: ``z[t] = lam (x[t] - target) + (1 - lam) z[t-1]`` and ``T2 = z' cov_z^-1 z`` with ``cov_z = lam/(2-lam)
    (1 - (1-lam)^(2t)) cov`` ("exact") or without the bracket ("asymptotic"), against the limit h.

    Parameters
    ----------
    data : (m, p) rows, (G, m, p) of many groups of characteristics, or flat rows with ``offsets``; p >= 2 where h is to
        be found. The average steps over a row with a NaN, which has no T².
    lam : the weight of the newest row, in (0, 1].
    target : (p,) or (G, p) from phase I; the mean of the data where it is not given (``estimated``).
    cov : (p, p) or (G, p, p) from phase I; that of the data where it is not given.
    h : the limit; without it the one with average run length ``arl0`` (of the asymptotic chart).
    limits : "exact" or "asymptotic".
    arl0 : wanted rows until a false alarm, above 1.
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.
    baseline : the baseline of an earlier chart of rows, this one or ``t2_individuals`` (phase II): its center and
        covariance are target and cov.
    offsets : where each group begins in flat rows, and at the end their number.
    stages : a label per row; the average, and what is estimated, begin anew where the label changes.
    exclude : ``{index: reason}``, with many groups ``{(group, index): reason}``: left out of what is estimated, but
        averaged and plotted.

    Units: data in any unit, each variable in its own; T² and h have none; indices count from 0.

    Assumes: independent rows, variables jointly normal, target and covariance known.

    Errors: a weight outside (0, 1], too few rows to estimate from, a covariance without an inverse, a baseline of
    subgroups or of other variables, one beside a target, a covariance, stages or rows left out.

    Source: C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53.

    >>> chart = mewma([[0.2, 0.1], [1.0, 1.2], [1.5, 1.1], [2.0, 2.2]], 0.2, target=[0, 0], cov=np.eye(2), h=9.65)
    >>> chart.t2.round(3), chart.out
    (array([ 0.05 ,  1.82 ,  5.077, 13.3  ]), array([3]))
    """
    lam = check_weight(lam)
    check_choice(limits, ("exact", "asymptotic"), "limits")
    many = None
    if baseline is not None:
        many, of_rows = kind_of(baseline)
        if not of_rows:
            raise StatisticsError("the baseline is of subgroups; one of rows is needed")
    groups, rows = read_rows(data, many, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    p = check_enough(rows.shape[1], 1, "variables")
    present = complete(rows)
    whole = Stretches(rows, groups.stages.offsets)
    if baseline is None:
        estimated = target is None or cov is None
        target, cov, m = _parameters(groups, whole.only(groups.keeps(present)), target, cov)
    else:
        given = {"target": target is not None, "cov": cov is not None, "exclude": exclude}
        check_baseline(baseline, groups, p, np.shape(data), **given)
        estimated = False
        target, cov = (given if many else given[None] for given in (baseline.center, baseline.cov))
    white = whitening(cov, groups)
    if h is None:
        h = mewma_design(check_number(arl0, "arl0", above=1), p, lam).parameters["h"]
    h = check_number(h, "h", above=0)
    there = whole.only(present)
    averages = there.by_row(lambda chosen, table: _averages(table - target[chosen, None], lam), p)
    share = np.full(there.lengths.max(), lam / (2 - lam))
    if limits == "exact" and lam < 1:
        share *= -np.expm1(2 * np.arange(1, share.size + 1) * np.log1p(-lam))
    origin = np.zeros_like(target)
    t2 = Stretches(averages, there.offsets).by_row(
        lambda chosen, table: distances(table, origin[chosen], white[chosen]) / share[: table.shape[1]]
    )
    t2 = restored(t2, present)
    return MewmaChart(
        **common(groups, beyond(groups, t2, np.full(groups.count, h))),
        t2=t2.reshape(groups.shape),
        averages=restored(averages, present).reshape(*groups.shape, p),
        h=h,
        lam=lam,
        baseline=baseline or make_baseline(groups, target, cov, m, 1, np.maximum(m - 1.0, 0)),
        limits=limits,
        p=p,
        estimated=estimated,
    )


def _parameters(groups: Groups, used: Stretches, target, cov) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Target and covariance of each stage, given (for each group) or from the rows used, and how many these are."""
    count, p, m = groups.characteristics.count, used.rows.shape[1], np.zeros(groups.count, dtype=np.int64)
    if target is None or cov is None:
        m = used.lengths
        check_rows(groups, m, p)
        mean, scatter = used.moments()
    target = None if target is None else check_numbers(target, "target", ndim=(1, 1 + groups.many))
    cov = None if cov is None else check_numbers(cov, "cov", ndim=(2, 2 + groups.many))
    if not _fits(target, count, (p,)) or not _fits(cov, count, (p, p)):
        raise StatisticsError(
            "target has shape {target} and cov {cov}; ({p},) and ({p}, {p}) are needed",
            target=(p,) if target is None else target.shape,
            cov=(p, p) if cov is None else cov.shape,
            p=p,
        )
    target = mean if target is None else np.broadcast_to(target, (count, p))[groups.whose]
    if cov is None:
        return target, scatter / np.maximum(m - 1, 1)[:, None, None], m
    return target, np.broadcast_to(cov, (count, p, p))[groups.whose], m


def _fits(given: np.ndarray | None, count: int, shape: tuple[int, ...]) -> bool:
    return given is None or given.shape in (shape, (count, *shape))


def _averages(distance: np.ndarray, lam: float) -> np.ndarray:
    """The recursion as a system of two bands, solved block by block, all groups and variables together."""
    count, m, p = distance.shape
    columns = np.ascontiguousarray(distance.transpose(1, 0, 2)).reshape(m, count * p)
    averages, state = np.empty_like(columns), np.zeros(count * p)
    step = max(1, BLOCK // count)
    for start in range(0, m, step):
        block = lam * columns[start : start + step]
        block[0] += (1 - lam) * state
        bands = np.vstack([np.ones(len(block)), np.full(len(block), lam - 1)])
        averages[start : start + step] = solve_banded((1, 0), bands, block, check_finite=False)
        state = averages[start + len(block) - 1]
    return averages.reshape(m, count, p).transpose(1, 0, 2)

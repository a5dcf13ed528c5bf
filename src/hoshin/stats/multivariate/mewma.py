"""The multivariate EWMA chart: small shifts of several characteristics together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import solve_banded

from hoshin.stats._results import Entries
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_number, check_numbers
from hoshin.stats.multivariate._covariance import Groups, beyond, distances, mean_and_scatter, whitening
from hoshin.stats.multivariate.hotelling import check_rows, one_of
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.mewma import mewma_design

BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class MewmaChart(Entries, Result):
    """T² of the exponentially weighted average after each row, against the limit h; ``out`` are 0-based.

    For many groups of characteristics the arrays have a leading axis of groups, ``out`` runs through all their rows,
    ``chart[g]`` is the chart of one and ``problems`` says why a group has none.
    """

    t2: np.ndarray
    averages: np.ndarray
    h: float
    out: np.ndarray
    lam: float
    target: np.ndarray
    cov: np.ndarray
    limits: str
    p: int
    estimated: bool
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Multivariate EWMA chart"
    assumptions = ("rows are independent", "variables are jointly normal", "target and covariance are known")
    sources = ("C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53",)

    @property
    def count(self) -> int | None:
        """How many groups there are; None of one alone."""
        return len(self.t2) if self.t2.ndim > 1 else None

    def _entry(self, g: int) -> MewmaChart:
        return one_of(self, self.t2, g)

    def steps(self):
        """The recursion, the covariance it has, the limit and the points beyond."""
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
) -> MewmaChart:
    """Multivariate EWMA chart of rows in time order.

    Estimand: ``z[t] = lam (x[t] - target) + (1 - lam) z[t-1]`` and ``T2 = z' cov_z^-1 z`` with ``cov_z = lam/(2-lam)
    (1 - (1-lam)^(2t)) cov`` ("exact") or without the bracket ("asymptotic"), against the limit h.

    Parameters
    ----------
    data : (m, p) rows, or (G, m, p) of many groups of characteristics, none missing; p >= 2 where h is to be found.
    lam : the weight of the newest row, in (0, 1].
    target : (p,) or (G, p) from phase I; the mean of the data where it is not given (``estimated``).
    cov : (p, p) or (G, p, p) from phase I; that of the data where it is not given.
    h : the limit; without it the one with average run length ``arl0`` (of the asymptotic chart).
    limits : "exact" or "asymptotic".
    arl0 : wanted rows until a false alarm, above 1.
    on_error : "raise", or "mark": a group without a chart gets NaN and a word in ``problems``.

    Units: data in any unit, each variable in its own; T² and h have none.

    Assumes: independent rows, variables jointly normal, target and covariance known.

    Errors: a missing value, a weight outside (0, 1], too few rows to estimate from, a covariance without an inverse.

    Source: C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53.

    >>> chart = mewma([[0.2, 0.1], [1.0, 1.2], [1.5, 1.1], [2.0, 2.2]], 0.2, target=[0, 0], cov=np.eye(2), h=9.65)
    >>> chart.t2.round(3), chart.out
    (array([ 0.05 ,  1.82 ,  5.077, 13.3  ]), array([3]))
    """
    data = check_finite(data, "data", ndim=(2, 3))
    lam = check_weight(lam)
    check_choice(limits, ("exact", "asymptotic"), "limits")
    p = check_enough(data.shape[-1], 1, "variables")
    m = check_enough(data.shape[-2], 1, "rows")
    table = data if data.ndim == 3 else data[None]
    groups = Groups(len(table), data.ndim == 3, on_error)
    estimated = target is None or cov is None
    target, cov = _parameters(groups, table, target, cov)
    white = whitening(cov, groups)
    if h is None:
        h = mewma_design(check_number(arl0, "arl0", above=1), p, lam).parameters["h"]
    h = check_number(h, "h", above=0)
    averages = _averages(table - target[:, None], lam)
    share = lam / (2 - lam)
    if limits == "exact" and lam < 1:
        share = share * -np.expm1(2 * np.arange(1, m + 1) * np.log1p(-lam))
    t2 = distances(averages, np.zeros_like(target), white) / share
    target, cov = groups.blank(target, cov)
    return MewmaChart(
        **groups.told(t2=t2, averages=averages, target=target, cov=cov),
        h=h,
        out=beyond(t2, np.full(len(t2), h)),
        lam=lam,
        limits=limits,
        p=p,
        estimated=estimated,
        problems=groups.problems,
    )


def _parameters(groups: Groups, table, target, cov):
    count, m, p = table.shape
    if target is None or cov is None:
        check_rows(groups, np.full(count, m), p)
        mean, scatter = mean_and_scatter(table, np.full(count, m))
    target = mean if target is None else check_numbers(target, "target", ndim=(1, 1 + groups.many))
    cov = scatter / max(m - 1, 1) if cov is None else check_numbers(cov, "cov", ndim=(2, 2 + groups.many))
    if target.shape not in ((p,), (count, p)) or cov.shape not in ((p, p), (count, p, p)):
        raise StatisticsError(
            "target has shape {target} and cov {cov}; ({p},) and ({p}, {p}) are needed",
            target=target.shape,
            cov=cov.shape,
            p=p,
        )
    return np.broadcast_to(target, (count, p)), np.broadcast_to(cov, (count, p, p))


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
        averages[start : start + step] = solve_banded((1, 0), bands, block)
        state = averages[start + len(block) - 1]
    return averages.reshape(m, count, p).transpose(1, 0, 2)

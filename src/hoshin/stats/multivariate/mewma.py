"""The multivariate EWMA chart: small shifts of several characteristics together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_banded

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_number, check_numbers
from hoshin.stats.multivariate._covariance import check_rows, distances, mean_and_scatter, whitening
from hoshin.stats.results import Result, Step
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.mewma import mewma_design

BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class MewmaChart(Result):
    """T² of the exponentially weighted average after each row, against the limit h; ``out`` are 0-based."""

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

    title = "Multivariate EWMA chart"
    assumptions = ("rows are independent", "variables are jointly normal", "target and covariance are known")
    sources = ("C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53",)

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
    data, lam: float = 0.1, target=None, cov=None, h: float | None = None, limits: str = "exact", arl0: float = 370.4
) -> MewmaChart:
    """Multivariate EWMA chart of rows in time order.

    ``z[t] = lam (x[t] - target) + (1 - lam) z[t-1]``, ``T2 = z' cov_z^-1 z`` with ``cov_z = lam/(2-lam)
    (1 - (1-lam)^(2t)) cov`` ("exact") or without the bracket ("asymptotic"). ``h`` is the limit; without it the one
    with average run length ``arl0`` (of the asymptotic chart) is computed.

    Parameters: ``data`` (m, p), p >= 2 where h is to be found, none missing; ``target`` (p,) and ``cov`` (p, p) from
    phase I; without them mean and covariance of the data are taken (``estimated``).

    Source: C. A. Lowry and others, Technometrics 34 (1992), 46-53.

    >>> chart = mewma([[0.2, 0.1], [1.0, 1.2], [1.5, 1.1], [2.0, 2.2]], 0.2, target=[0, 0], cov=np.eye(2), h=9.65)
    >>> chart.t2.round(3), chart.out
    (array([ 0.05 ,  1.82 ,  5.077, 13.3  ]), array([3]))
    """
    data = check_finite(data, "data", ndim=2)
    lam = check_weight(lam)
    check_choice(limits, ("exact", "asymptotic"), "limits")
    p = check_enough(data.shape[1], 1, "variables")
    check_enough(len(data), 1, "rows")
    estimated = target is None or cov is None
    target, cov = _parameters(data, target, cov)
    white = whitening(cov)
    if h is None:
        h = mewma_design(check_number(arl0, "arl0", above=1), p, lam).parameters["h"]
    h = check_number(h, "h", above=0)
    averages = _averages(data - target, lam)
    share = lam / (2 - lam)
    if limits == "exact":
        share = share * -np.expm1(2 * np.arange(1, len(data) + 1) * np.log1p(-lam)) if lam < 1 else share
    t2 = distances(averages, np.zeros(p), white) / share
    return MewmaChart(t2, averages, h, np.flatnonzero(t2 > h), lam, target, cov, limits, p, estimated)


def _parameters(data, target, cov):
    p = data.shape[1]
    if target is None or cov is None:
        check_rows(len(data), p)
        mean, scatter = mean_and_scatter(data)
    target = mean if target is None else check_numbers(target, "target", ndim=1)
    cov = scatter / (len(data) - 1) if cov is None else check_numbers(cov, "cov", ndim=2)
    if target.shape != (p,) or cov.shape != (p, p):
        raise StatisticsError(
            "target has shape {target} and cov {cov}; ({p},) and ({p}, {p}) are needed",
            target=target.shape,
            cov=cov.shape,
            p=p,
        )
    return target, cov


def _averages(distance: np.ndarray, lam: float) -> np.ndarray:
    """The recursion as a system of two bands, solved block by block."""
    averages = np.empty_like(distance)
    state = np.zeros(distance.shape[1])
    for start in range(0, len(distance), BLOCK):
        block = lam * distance[start : start + BLOCK]
        block[0] += (1 - lam) * state
        bands = np.vstack([np.ones(len(block)), np.full(len(block), lam - 1)])
        averages[start : start + BLOCK] = solve_banded((1, 0), bands, block)
        state = averages[start + len(block) - 1]
    return averages

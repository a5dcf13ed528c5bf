"""Funnel plots: sites or suppliers compared on equal terms, each against limits for its own size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrik, ndtri, pdtr, pdtrik

from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_counts,
    check_enough,
    check_finite,
    check_fraction,
    check_number,
    check_same_length,
    check_sizes,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class FunnelPlot(Result):
    """The rate of each unit against its size, with limits at several levels of coverage.

    ``lower`` and ``upper`` have a row per level and a column per unit; ``level_beyond`` gives for each unit the highest
    level it lies outside of (0 where it lies inside all). ``phi`` is the overdispersion, ``tau`` the standard deviation
    between units allowed for.
    """

    events: np.ndarray
    sizes: np.ndarray
    rates: np.ndarray
    target: float
    levels: tuple[float, ...]
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    level_beyond: np.ndarray
    distribution: str
    limits: str
    phi: float
    tau: float

    title = "Funnel plot"
    assumptions = ("events arise independently", "units differ by chance alone, or by tau besides")
    sources = (
        "D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Stat. Med. 24 (2005), 1185-1202",
    )

    def outside(self, level: float) -> np.ndarray:
        """The 0-based indices of the units outside the limits of one level."""
        return np.flatnonzero(self.level_beyond >= level)

    def steps(self):
        """Target, limits and units outside."""
        yield Step("target", "sum of events / sum of sizes, or given", value=self.target)
        yield Step("overdispersion phi", "mean of z^2, z winsorized", value=self.phi)
        yield Step("standard deviation between units", value=self.tau)
        for level, lower, upper in zip(self.levels, self.lower, self.upper, strict=True):
            yield Step(f"limits {level:.1%}", self.limits, value=(lower, upper))
            yield Step(f"units outside {level:.1%}", value=self.outside(level) + 1)


def funnel(
    events,
    sizes,
    *,
    target: float | None = None,
    distribution: str = "binomial",
    levels=(0.95, 0.998),
    limits: str = "exact",
    overdispersed: bool = False,
) -> FunnelPlot:
    """Funnel plot: which units differ from the target by more than their size explains?

    Exact limits interpolate the binomial (or Poisson) quantile: with r the smallest count of cumulative probability at
    least p, ``(r - (F(r) - p) / (F(r) - F(r - 1))) / n``. Normal limits: ``target -+ z sqrt(target (1 - target) / n)``
    (or ``target / n``). With overdispersion, ``z sqrt(variance + tau^2)``, tau by the method of moments from z
    winsorized at 10 %.

    Parameters
    ----------
    events, sizes : of each unit; sizes are numbers of cases (binomial) or exposure such as patient days (poisson).
    target : the rate compared with; the common rate of all units where it is not given.
    distribution : "binomial" or "poisson".
    levels : the coverages of the limits.
    limits : "exact" or "normal".
    overdispersed : whether to allow for a variation between units; needs normal limits.

    Errors: negative counts, more events than cases, fewer than two units, a target without variation.

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202.

    >>> plot = funnel([10, 12, 40, 9], [100, 110, 150, 95])
    >>> plot.outside(0.998)
    array([2])
    """
    check_choice(distribution, ("binomial", "poisson"), "distribution")
    check_choice(limits, ("exact", "normal"), "limits")
    counts, n = _read(events, sizes, distribution)
    rate = float(counts.sum() / n.sum()) if target is None else check_number(target, "target", above=0)
    if not rate > 0 or (distribution == "binomial" and not rate < 1):
        raise StatisticsError("the target is {found}, at which nothing varies; give another", found=rate)
    if overdispersed and limits == "exact":
        raise StatisticsError("overdispersed limits are normal ones; limits is 'exact', 'normal' is needed")
    levels = tuple(sorted(check_fraction(level, "levels") for level in levels))
    variance = rate * (1 - rate) / n if distribution == "binomial" else rate / n
    z = (counts / n - rate) / np.sqrt(variance)
    phi, tau = _between(z, variance)
    tau = tau if overdispersed else 0.0
    bounds = _exact if limits == "exact" else _normal
    pairs = [bounds((1 - level) / 2, rate, n, variance + tau**2, distribution) for level in levels]
    lower, upper = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    outside = (counts / n < lower) | (counts / n > upper)
    beyond = (np.array(levels)[:, None] * outside).max(axis=0)
    return FunnelPlot(counts, n, counts / n, rate, levels, lower, upper, z, beyond, distribution, limits, phi, tau)


def _read(events, sizes, distribution: str):
    counts = check_finite(check_counts(events, "events"), "events", ndim=1)
    n = check_finite(check_sizes(sizes), "sizes", ndim=1)
    check_same_length(counts, n, ("events", "sizes"))
    check_enough(counts.size, 2, "units")
    if distribution == "binomial":
        check_counts(n, "sizes")
        if (counts > n).any():
            raise StatisticsError("{found} unit(s) have more events than cases", found=int((counts > n).sum()))
    return counts, n


def _normal(tail: float, rate: float, n, variance, distribution: str):
    margin = -ndtri(tail) * np.sqrt(variance)
    return np.maximum(rate - margin, 0.0), np.minimum(rate + margin, 1.0 if distribution == "binomial" else np.inf)


def _exact(tail: float, rate: float, n, variance, distribution: str):
    return tuple(_quantile(p, rate, n, distribution) for p in (tail, 1 - tail))


def _quantile(p: float, rate: float, n, distribution: str):
    """The interpolated quantile of the count, over n."""
    if distribution == "binomial":
        n = n.astype(np.int64)
        r = np.maximum(np.ceil(bdtrik(p, n, rate)), 0.0)
        above, below = bdtr(r, n, rate), np.where(r > 0, bdtr(np.maximum(r - 1, 0), n, rate), 0.0)
    else:
        r = np.maximum(np.ceil(pdtrik(p, n * rate)), 0.0)
        above, below = pdtr(r, n * rate), np.where(r > 0, pdtr(np.maximum(r - 1, 0), n * rate), 0.0)
    return np.maximum(r - np.clip((above - p) / (above - below), 0.0, 1.0), 0.0) / n


def _between(z, variance):
    """Overdispersion, and the standard deviation between units by the method of moments."""
    low, high = np.quantile(z, (0.1, 0.9))
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weight, k = 1 / variance, z.size
    excess = k * phi - (k - 1)
    return phi, float(np.sqrt(max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))))

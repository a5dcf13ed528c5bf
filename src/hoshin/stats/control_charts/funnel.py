"""Funnel plots: sites or suppliers compared on equal terms, each against limits for its own size."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import scipy

from hoshin.stats.control_charts.assembly import each as per_characteristic
from hoshin.stats.control_charts.attributes import sized
from hoshin.stats.control_charts.chart import of
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_counts,
    check_finite,
    check_fraction,
    check_same_length,
    check_sizes,
)
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.segments import Segments


@dataclass(frozen=True, eq=False)
class FunnelPlot(Result):
    """The rate of each unit against its size, with limits at several levels of coverage.

    ``lower`` and ``upper`` have a row per level and a column per unit; ``level_beyond`` gives for each unit the highest
    level it lies outside of (0 where it lies inside all). ``phi`` is the overdispersion, ``tau`` the standard deviation
    between units allowed for. For many characteristics ``target``, ``phi`` and ``tau`` have one entry for each, units
    keep the shape they came in, ``offsets`` says where each characteristic begins among the flattened units,
    ``problems`` why one has no limits, and ``plot[i]`` is the plot of one.
    """

    events: np.ndarray
    sizes: np.ndarray
    rates: np.ndarray
    target: float | np.ndarray
    levels: tuple[float, ...]
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    level_beyond: np.ndarray
    distribution: str
    limits: str
    phi: float | np.ndarray
    tau: float | np.ndarray
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Funnel plot"
    assumptions = ("events arise independently", "units differ by chance alone, or by tau besides")
    sources = (
        "D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Stat. Med. 24 (2005), 1185-1202",
    )

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __getitem__(self, i: int) -> FunnelPlot:
        i = range(len(self))[i]
        units = slice(int(self.offsets[i]), int(self.offsets[i + 1]))
        own = {name: getattr(self, name).ravel()[units] for name in ("events", "sizes", "rates", "z", "level_beyond")}
        own |= {name: getattr(self, name).reshape(len(self.levels), -1)[:, units] for name in ("lower", "upper")}
        own |= {name: of(getattr(self, name), i) for name in ("target", "phi", "tau")}
        return replace(self, **own, offsets=None, problems={})

    def outside(self, level: float) -> np.ndarray:
        """The 0-based indices of the units outside the limits of one level, flattened where there are many plots."""
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
    target=None,
    distribution: str = "binomial",
    levels=(0.95, 0.998),
    limits: str = "exact",
    overdispersed: bool = False,
    offsets=None,
    on_error: str = "raise",
) -> FunnelPlot:
    """Funnel plot: which units differ from the target by more than their size explains?

    Estimand: the limits of each unit's rate at the target. Exact limits interpolate the binomial (or Poisson)
    quantile: with r the smallest count of cumulative probability at least p, (r - (F(r) - p) / (F(r) - F(r - 1))) / n.
    Normal limits: target -+ z sqrt(target (1 - target) / n) (or target / n). With overdispersion,
    z sqrt(variance + tau^2), tau by the method of moments from z winsorized at 10 %.

    Parameters
    ----------
    events, sizes : of each unit; sizes are numbers of cases (binomial) or exposure such as patient days (poisson). (U,)
        of one characteristic, (C, U) of many over the same number of units, or flat columns with ``offsets``.
    target : the rate compared with, one number or one per characteristic; the common rate of all units where it is not
        given.
    distribution : "binomial" or "poisson".
    levels : the coverages of the limits.
    limits : "exact" or "normal".
    overdispersed : whether to allow for a variation between units; needs normal limits.
    offsets : where each characteristic begins in flat columns, and at the end their length.
    on_error : "raise", or "mark": a characteristic that supports no limits gets NaN and a word in ``problems``.

    Units: rates, target, limits and tau in events per unit of size; z and phi have none.

    Assumes: events independent; units that differ by chance alone, or by tau besides.

    Errors: negative counts, more events than cases, fewer than two units, a target without variation.

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202.

    >>> plot = funnel([10, 12, 40, 9], [100, 110, 150, 95])
    >>> plot.outside(0.998)
    array([2])
    """
    check_choice(distribution, ("binomial", "poisson"), "distribution")
    check_choice(limits, ("exact", "normal"), "limits")
    if overdispersed and limits == "exact":
        raise StatisticsError("overdispersed limits are normal ones; limits is 'exact', 'normal' is needed")
    levels = tuple(sorted(check_fraction(level, "levels") for level in levels))
    counts, n = _read(events, sizes)
    series = Series.read(counts.shape, offsets=offsets, on_error=on_error)
    shape, counts, n, segments = counts.shape, counts.ravel(), n.ravel(), series.characteristics
    rate = _rate(counts, n, target, series, distribution)
    each = segments.per_point(rate)
    variance = each * (1 - each) / n if distribution == "binomial" else each / n
    z = (counts / n - each) / np.sqrt(variance)
    phi, tau = _between(z, variance, segments)
    tau = tau if overdispersed else 0.0 * tau
    bounds = _exact if limits == "exact" else _normal
    spread = variance + segments.per_point(tau) ** 2
    pairs = [bounds((1 - level) / 2, each, n, spread, distribution) for level in levels]
    lower, upper = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    outside = (counts / n < lower) | (counts / n > upper)
    beyond = (np.array(levels)[:, None] * outside).max(axis=0)
    units = [array.reshape(shape) for array in (counts, n, counts / n)]
    drawn = [array.reshape(*array.shape[:-1], *shape) for array in (lower, upper, z, beyond)]
    plot = FunnelPlot(*units, rate, levels, *drawn, distribution, limits, phi, tau, segments.offsets, series.problems)
    return plot if series.many else plot[0]


def _read(events, sizes):
    counts = check_finite(check_counts(events, "events"), "events", ndim=(1, 2))
    n = check_finite(check_sizes(sizes), "sizes", ndim=(1, 2))
    if counts.ndim == n.ndim == 1:
        check_same_length(counts, n, ("events", "sizes"))
    return counts, sized(n, counts)


def _rate(counts, n, target, series: Series, distribution: str) -> np.ndarray:
    """The target of each characteristic; NaN where there can be no limits."""
    segments = series.characteristics
    units = segments.lengths
    series.refuse(units < 2, "{n} units found; at least 2 are needed", n=units)
    rate = segments.sums(counts) / segments.sums(n) if target is None else per_characteristic(target, "target", series)
    if distribution == "binomial":
        check_counts(n, "sizes")
        more = segments.counts(counts > n)
        series.refuse(more > 0, "{found} unit(s) have more events than cases", found=more)
    still = ~(rate > 0) | ((distribution == "binomial") & ~(rate < 1))
    series.refuse(still, "the target is {found}, at which nothing varies; give another", found=rate)
    bad = series.lost
    return np.where(bad, np.nan, rate)


def _normal(tail: float, rate, n, variance, distribution: str):
    margin = -scipy.special.ndtri(tail) * np.sqrt(variance)
    return np.maximum(rate - margin, 0.0), np.minimum(rate + margin, 1.0 if distribution == "binomial" else np.inf)


def _exact(tail: float, rate, n, variance, distribution: str):
    return tuple(_quantile(p, rate, n, distribution) for p in (tail, 1 - tail))


def _quantile(p: float, rate, n, distribution: str):
    """The interpolated quantile of the count, over n."""
    if distribution == "binomial":
        n = n.astype(np.int64)
        r = np.maximum(np.ceil(scipy.special.bdtrik(p, n, rate)), 0.0)
        above, below = (
            scipy.special.bdtr(r, n, rate),
            np.where(r > 0, scipy.special.bdtr(np.maximum(r - 1, 0), n, rate), 0.0),
        )
    else:
        r = np.maximum(np.ceil(scipy.special.pdtrik(p, n * rate)), 0.0)
        above, below = (
            scipy.special.pdtr(r, n * rate),
            np.where(r > 0, scipy.special.pdtr(np.maximum(r - 1, 0), n * rate), 0.0),
        )
    return np.maximum(r - np.clip((above - p) / (above - below), 0.0, 1.0), 0.0) / n


def _between(z, variance, segments: Segments):
    """Overdispersion, and the standard deviation between units by the method of moments, of each characteristic."""
    low, high = (segments.per_point(_share(z, share, segments)) for share in (0.1, 0.9))
    k = segments.lengths
    phi = segments.sums(np.clip(z, low, high) ** 2) / k
    weight = 1 / variance
    total = segments.sums(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = (k * phi - (k - 1)) / (total - segments.sums(weight**2) / total)
    return phi, np.sqrt(np.maximum(0.0, excess))


def _share(z, share: float, segments: Segments) -> np.ndarray:
    """The quantile of each segment, between neighbours in proportion."""
    ordered = segments.ordered(z)
    place = (segments.lengths - 1) * share
    low = np.floor(place).astype(np.int64)
    part = place - low
    first = segments.offsets[:-1] + low
    last = np.minimum(first + 1, segments.offsets[1:] - 1)
    return ordered[first] * (1 - part) + ordered[last] * part

"""Weighted means: what a sample drawn with unequal chances, in strata or in clusters says about everybody."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_same_length,
    check_sizes,
    check_variation,
)
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class WeightedMean(Result):
    """A weighted mean with the standard error of its design.

    ``design_effect`` is the variance over that of a simple random sample of as many people; ``effective_n`` the size of
    the simple random sample that is as precise. ``weighting_effect`` is Kish's part due to unequal weights alone.
    """

    mean: float
    standard_error: float
    interval: tuple[float, float]
    design_effect: float
    effective_n: float
    weighting_effect: float
    n: int
    strata: int
    clusters: int
    df: float
    confidence: float

    title = "Weighted mean"
    assumptions = (
        "weights are the inverse of the chance to be asked (and to answer)",
        "clusters are drawn with replacement, or few of many",
        "in each stratum clusters are independent",
    )
    sources = (
        "L. Kish, Survey Sampling (1965), sections 8.2 and 11.7: design effect",
        "C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted Survey Sampling (1992), section 5.5: linearization",
    )

    def steps(self):
        """Mean, error, and what the design costs."""
        yield Step("weighted mean", "sum of w x / sum of w", value=self.mean)
        yield Step("standard error, by linearization", value=self.standard_error)
        yield Step(f"{self.confidence:.0%} interval, t with {self.df:g}", value=self.interval)
        yield Step("design effect", "variance / variance of a simple random sample", value=self.design_effect)
        yield Step("effective number of people", "n / design effect", value=self.effective_n)
        yield Step("part of unequal weights", "n sum of w^2 / (sum of w)^2", value=self.weighting_effect)


def weighted_mean(values, weights=None, strata=None, clusters=None, confidence: float = 0.95) -> WeightedMean:
    """Mean of a population from a sample with weights, strata and clusters.

    ``mean = sum w x / sum w``; variance by Taylor linearization of the ratio: within each stratum the scatter of the
    clusters' totals of ``w (x - mean) / sum w``, times m/(m-1) for m clusters. Degrees of freedom: clusters - strata.

    Parameters: ``values`` 1-D (0 and 1 for a proportion), none missing, not all alike; ``weights`` above 0; ``strata``
    and ``clusters`` a label for each value; at least 2 clusters in each stratum.

    Source: L. Kish, Survey Sampling (1965); Särndal, Swensson, Wretman (1992), section 5.5.

    >>> found = weighted_mean([4, 5, 3, 4, 2, 5], weights=[1, 1, 2, 1, 3, 1])
    >>> round(found.mean, 4), round(found.standard_error, 4), round(found.weighting_effect, 4)
    (3.3333, 0.5823, 1.2593)
    """
    x = check_finite(values, "values", ndim=1)
    n = check_enough(x.size, 2)
    check_variation(float(np.ptp(x)))
    w = np.ones(n) if weights is None else check_sizes(check_finite(weights, "weights", ndim=1), "weights")
    check_same_length(x, w, ("values", "weights"))
    stratum, cluster = _labels(strata, n, "strata"), _labels(clusters, n, "clusters", each=True)
    mean = float(w @ x / w.sum())
    parts = w * (x - mean) / w.sum()
    variance, used = 0.0, 0
    for s in np.unique(stratum):
        _, codes = np.unique(cluster[stratum == s], return_inverse=True)
        totals = np.bincount(codes, weights=parts[stratum == s])
        if totals.size < 2:
            raise StatisticsError(
                "stratum {found} has one cluster; at least 2 are needed (join it to another)", found=int(s) + 1
            )
        variance += totals.size * totals.var(ddof=1)
        used += totals.size
    simple = float(w @ np.square(x - mean) / w.sum()) / (n - 1)
    count = np.unique(stratum).size
    df = float(used - count)
    half = -float(stdtrit(df, (1 - check_fraction(confidence)) / 2)) * math.sqrt(variance)
    effect = variance / simple
    return WeightedMean(
        mean=mean,
        standard_error=math.sqrt(variance),
        interval=(mean - half, mean + half),
        design_effect=effect,
        effective_n=n / effect if effect else math.inf,
        weighting_effect=float(n * (w @ w) / w.sum() ** 2),
        n=n,
        strata=count,
        clusters=used,
        df=df,
        confidence=float(confidence),
    )


def _labels(labels, n: int, name: str, each: bool = False) -> np.ndarray:
    if labels is None:
        return np.arange(n) if each else np.zeros(n, dtype=np.int64)
    labels = np.asarray(labels)
    check_same_length(range(n), labels, ("values", name))
    return np.unique(labels, return_inverse=True)[1]

"""Weighted means: what a sample drawn with unequal chances, in strata or in clusters says about everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from hoshin.stats._layout import Layout, read_series
from hoshin.stats.errors import check_finite, check_fraction, check_same_length, check_sizes
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments


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


def weighted_mean(
    values,
    weights=None,
    strata=None,
    clusters=None,
    confidence: float = 0.95,
    *,
    offsets=None,
    on_error: str = "raise",
) -> WeightedMean:
    """Mean of a population from a sample with weights, strata and clusters, with the design effect.

    Estimand: ``mean = sum w x / sum w``. Variance by Taylor linearization of the ratio: within each stratum of m clusters
    ``m/(m-1)`` times the scatter of their totals of ``w (x - mean) / sum w``. Design effect: over ``sum w (x - mean)^2 /
    (sum w (n - 1))``. Interval by t with clusters - strata degrees of freedom.

    Parameters
    ----------
    values : (n,) answers to one question (0 and 1 for a proportion), (C, n) to many, or a flat column with ``offsets``.
    weights : the same shape, or one row for all; above 0, how many people each stands for (1).
    strata : a label for each value (or one row for all): parts of the population sampled on their own.
    clusters : a label for each value (or one row for all): people who were drawn together.
    confidence : of the two-sided interval.
    offsets : many questions: where each begins in the flat column, and its length.
    on_error : "raise", or "mark": a question without an answer gets NaN and a word in ``problems``.

    Units: mean, standard error and interval in that of the values; effects are ratios; ``effective_n`` people.

    Assumes: weights are the inverse of the chance to be asked (and to answer); clusters are independent, and drawn with
    replacement or few of many.

    Errors: fewer than 2 values or a missing one, values all alike, a weight not above 0, a stratum with one cluster.

    Source: L. Kish, Survey Sampling (1965), sections 8.2 and 11.7; C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted
    Survey Sampling (1992), section 5.5.

    >>> found = weighted_mean([4, 5, 3, 4, 2, 5], weights=[1, 1, 2, 1, 3, 1])
    >>> round(found.mean, 4), round(found.standard_error, 4), round(found.weighting_effect, 4)
    (3.3333, 0.5823, 1.2593)
    """
    tail = (1 - check_fraction(confidence)) / 2
    x, layout = read_series(values, "values", offsets, on_error, least=2)
    layout.refuse_no_variation(x)
    w = np.ones(x.size) if weights is None else _beside(x, layout, check_finite(weights, "weights"), "weights")
    check_sizes(w, "weights")
    owner = layout.segments.owner
    stratum = np.unique(np.stack([owner, _labels(strata, x, layout, "strata")]), axis=1, return_inverse=True)[1].ravel()
    own = np.arange(x.size) if clusters is None else _labels(clusters, x, layout, "clusters")
    cluster = np.unique(np.stack([stratum, own]), axis=1, return_inverse=True)[1].ravel()
    _refuse_lone(layout, owner, stratum, cluster)

    def compute(part, x, w, stratum, cluster):
        return _columns(part.segments, x, w, stratum, cluster, tail), {"confidence": float(confidence)}

    return layout.result(WeightedMean, compute, x, w, stratum, cluster)


def _beside(x, layout: Layout, column, name: str) -> np.ndarray:
    """A column beside the values; one row may serve all."""
    flat = np.asarray(column).ravel()
    if layout.segments.equal == flat.size and layout.count > 1:
        flat = np.tile(flat, layout.count)
    check_same_length(x, flat, ("values", name))
    return flat


def _labels(labels, x, layout: Layout, name: str) -> np.ndarray:
    if labels is None:
        return np.zeros(x.size, dtype=np.int64)
    return np.unique(_beside(x, layout, labels, name), return_inverse=True)[1].ravel()


def _refuse_lone(layout: Layout, owner, stratum, cluster) -> None:
    """A stratum needs two clusters."""
    _, first = np.unique(cluster, return_index=True)
    number = np.bincount(stratum[first])
    whose = owner[np.unique(stratum, return_index=True)[1]]
    lone = np.flatnonzero(number < 2)
    # Strata count within their question.
    place = lone - np.searchsorted(whose, whose[lone]) + 1
    bad, which = np.zeros(layout.count, dtype=bool), np.zeros(layout.count, dtype=np.int64)
    bad[whose[lone]], which[whose[lone][::-1]] = True, place[::-1]
    layout.refuse(bad, "stratum {found} has one cluster; at least 2 are needed (join it to another)", found=which)


def _columns(segments: Segments, x, w, stratum, cluster, tail: float) -> dict:
    n, weight = segments.lengths, segments.sums(w)
    mean = segments.sums(w * x) / weight
    off = x - segments.per_point(mean)
    stratum, cluster = (np.unique(codes, return_inverse=True)[1].ravel() for codes in (stratum, cluster))
    totals = np.bincount(cluster, w * off / segments.per_point(weight))
    first = np.unique(cluster, return_index=True)[1]
    of = stratum[first]
    m = np.bincount(of)
    apart = np.bincount(of, (totals - (np.bincount(of, totals) / m)[of]) ** 2)
    owner = segments.owner
    whose = owner[np.unique(stratum, return_index=True)[1]]
    variance = np.bincount(whose, m / (m - 1) * apart, segments.count)
    used, strata = np.bincount(whose, m, segments.count).astype(np.int64), np.bincount(whose, minlength=segments.count)
    effect = variance / (segments.sums(w * off**2) / weight / (n - 1))
    half = -stdtrit((used - strata).astype(float), tail) * np.sqrt(variance)
    return {
        "mean": mean,
        "standard_error": np.sqrt(variance),
        "interval": np.stack([mean - half, mean + half], axis=1),
        "design_effect": effect,
        "effective_n": np.divide(n, effect, out=np.full(n.size, np.inf), where=effect > 0),
        "weighting_effect": n * segments.sums(w * w) / weight**2,
        "n": n,
        "strata": strata,
        "clusters": used,
        "df": (used - strata).astype(float),
    }

"""Discrimination: do rows that failed get higher scores than rows that did not, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from hoshin.stats.errors import check_choice, check_finite, check_fraction, check_same_length
from hoshin.stats.learning._labels import midranks, read_scored
from hoshin.stats.results import Result, Step

_DELONG = "E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988), 837-845"


@dataclass(frozen=True, eq=False)
class Discrimination(Result):
    """How well scores tell failed rows from good ones: AUC with its interval, and average precision.

    ``average_precision`` of useless scores is about the ``prevalence``.
    """

    auc: float
    se: float
    interval: tuple[float, float]
    confidence: float
    scale: str
    average_precision: float
    prevalence: float
    failed: int
    good: int

    title = "Discrimination of scores"
    assumptions = ("rows are independent of one another",)
    sources = (_DELONG, "X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014), 1389-1393")

    @property
    def better_than_chance(self) -> bool:
        """Whether the whole interval lies above one half."""
        return self.interval[0] > 0.5

    def steps(self):
        """From the pairs to the interval."""
        yield Step("pairs", "{m} failed x {n} good", {"m": self.failed, "n": self.good}, self.failed * self.good)
        yield Step("AUC", "share of pairs in order, ties half", value=self.auc)
        yield Step("standard error", "variances of the placements of failed and of good rows", value=self.se)
        yield Step("interval", "confidence {level}, {scale} scale", self._scale(), self.interval)
        yield Step("average precision", "mean precision at the failed rows", value=self.average_precision)
        yield Step("prevalence", value=self.prevalence)

    def _scale(self) -> dict:
        return {"level": self.confidence, "scale": self.scale}


def discrimination(scores, failed, confidence: float = 0.95, scale: str = "logit") -> Discrimination:
    """AUC (area under the receiver operating characteristic) with DeLong's interval, and average precision.

    Estimand: AUC, the chance that a failed row scores higher than a good one, ties counting half; its variance
    ``var(V10)/m + var(V01)/n`` of the placements; average precision, the mean over failed rows of the share of failures
    among rows that score as high. Where all pairs are in order the variance is 0 and the interval a point.

    Parameters
    ----------
    scores : (n,), higher for likelier to fail.
    failed : (n,) of 0 and 1, with both kinds.
    confidence : of the interval.
    scale : the interval is made on the "logit" scale, which keeps it within 0..1 and covers better near the ends, or on
        the "plain" one.

    Units: scores in any unit, of which only the order counts; AUC and precision in 0..1.

    Assumes: rows are independent of one another.

    Errors: outcomes of one kind, a missing score, columns of unlike length.

    Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988), 837-845.

    >>> found = discrimination([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    >>> found.auc, round(found.average_precision, 4)
    (0.75, 0.8333)
    """
    check_choice(scale, ("logit", "plain"), "scale")
    level = check_fraction(confidence)
    scores, labels = read_scored(scores, failed)
    auc, ten, one = _placements(scores, labels)
    m, n = ten.size, one.size
    se = float(np.sqrt(_variance(ten) / m + _variance(one) / n))
    return Discrimination(
        auc=auc,
        se=se,
        interval=_interval(auc, se, level, scale),
        confidence=level,
        scale=scale,
        average_precision=_average_precision(scores, labels),
        prevalence=m / (m + n),
        failed=m,
        good=n,
    )


@dataclass(frozen=True, eq=False)
class AucComparison(Result):
    """Whether one score discriminates better than another on the same rows."""

    auc: tuple[float, float]
    difference: float
    se: float
    interval: tuple[float, float]
    confidence: float
    z: float | None
    pvalue: float
    failed: int
    good: int

    title = "Two AUC on the same rows"
    assumptions = ("rows are independent of one another", "neither score was fitted to these rows")
    sources = (_DELONG,)

    def steps(self):
        """Both areas, their difference and its interval."""
        yield Step("AUC of the first and second", value=self.auc)
        yield Step("difference", value=self.difference)
        yield Step("standard error", "from the covariance of the placements", value=self.se)
        yield Step("interval", "confidence {level}", {"level": self.confidence}, self.interval)
        yield Step("p value, two-sided", value=self.pvalue)


def compare_auc(first, second, failed, confidence: float = 0.95) -> AucComparison:
    """The difference of two AUC on the same rows, with DeLong's paired interval and test.

    Estimand: ``AUC1 - AUC2`` with variance ``var(V10 - W10)/m + var(V01 - W01)/n`` of the paired placements.

    Parameters
    ----------
    first, second : scores (n,) of the same rows.
    failed : (n,) of 0 and 1, with both kinds.
    confidence : of the interval of the difference.

    Units: scores in any unit; AUC in 0..1.

    Assumes: independent rows, neither score fitted to them.

    Errors: outcomes of one kind, a missing score, columns of unlike length.

    Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988), 837-845.

    >>> found = compare_auc([1, 2, 3, 4, 5, 6], [2, 1, 6, 3, 4, 5], [0, 0, 1, 0, 1, 1])
    >>> round(found.difference, 4), round(found.interval[0], 3), round(found.interval[1], 3)
    (-0.1111, -0.419, 0.197)
    """
    level = check_fraction(confidence)
    a, labels = read_scored(first, failed, "first")
    b = check_finite(second, "second", ndim=1)
    check_same_length(a, b, ("first", "second"))
    (auc_a, ten_a, one_a), (auc_b, ten_b, one_b) = _placements(a, labels), _placements(b, labels)
    m, n = ten_a.size, one_a.size
    se = float(np.sqrt(_variance(ten_a - ten_b) / m + _variance(one_a - one_b) / n))
    difference = auc_a - auc_b
    margin = float(ndtri((1 + level) / 2)) * se
    z = difference / se if se > 0 else None
    return AucComparison(
        auc=(auc_a, auc_b),
        difference=difference,
        se=se,
        interval=(difference - margin, difference + margin),
        confidence=level,
        z=z,
        pvalue=float(2 * ndtr(-abs(z))) if z is not None else float(difference == 0),
        failed=m,
        good=n,
    )


def _placements(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """AUC, and for each failed (good) row the share of good (failed) rows it is in order with."""
    m, n = int(labels.sum()), int((~labels).sum())
    together = midranks(scores)
    ten = (together[labels] - midranks(scores[labels])) / n
    one = 1 - (together[~labels] - midranks(scores[~labels])) / m
    return float(ten.mean()), ten, one


def _variance(placements: np.ndarray) -> float:
    # One row alone tells no variance; a quarter is the largest that shares can have.
    return float(placements.var(ddof=1)) if placements.size > 1 else 0.25


def _interval(auc: float, se: float, level: float, scale: str) -> tuple[float, float]:
    z = float(ndtri((1 + level) / 2))
    if scale == "plain" or not 0 < auc < 1:
        return max(0.0, auc - z * se), min(1.0, auc + z * se)
    margin = z * se / (auc * (1 - auc))
    return float(expit(logit(auc) - margin)), float(expit(logit(auc) + margin))


def _average_precision(scores: np.ndarray, labels: np.ndarray) -> float:
    """Sum over distinct scores, from the highest, of the gain in recall times the precision there."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.concatenate((np.diff(scores[order]) != 0, [True])))
    hits = np.cumsum(labels[order])[last]
    return float((np.diff(hits, prepend=0) * hits / (last + 1)).sum() / labels.sum())

"""Calibration: from a score to a chance of failing, and whether chances come true as often as they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit, ndtr, ndtri

from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_whole
from hoshin.stats.learning._labels import read_probabilities, read_scored
from hoshin.stats.learning.logistic import logistic
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Platt(Result):
    """Chance of failing ``1 / (1 + exp(-(intercept + slope score)))``, learned from scores and outcomes."""

    slope: float
    intercept: float
    n: int
    failed: int

    title = "Platt's calibration"
    assumptions = ("the log odds are linear in the score", "the scores were not fitted to these rows")
    sources = ("J. C. Platt, Advances in Large Margin Classifiers (1999), 61-74",)

    def apply(self, scores) -> np.ndarray:
        """Chances of scores."""
        return expit(self.intercept + self.slope * check_finite(scores, "scores"))


def platt(scores, failed) -> Platt:
    """Learn chances from scores by a logistic curve, with Platt's smoothed targets.

    Estimand: a and b of the chance ``1 / (1 + exp(-(a + b score)))`` with the least log loss against the targets
    ``(m + 1)/(m + 2)`` for the m failed rows and ``1/(n + 2)`` for the n good ones, so that few rows do not give certainty.

    Parameters
    ----------
    scores : (n,) of rows the model was not fitted to.
    failed : (n,) of 0 and 1, with both kinds.

    Units: scores in any unit, such as log odds; what ``apply`` gives are chances.

    Assumes: log odds linear in the score, independent rows.

    Errors: scores that are all alike, outcomes of one kind, columns of unlike length.

    Source: J. C. Platt, Advances in Large Margin Classifiers (1999), 61-74.

    >>> curve = platt([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0], [0, 0, 1, 0, 1, 1])
    >>> curve.apply([-2.0, 2.0]).round(3).tolist()
    [0.174, 0.804]
    """
    scores, labels = read_scored(scores, failed)
    if not np.ptp(scores) > 0:
        raise StatisticsError("scores are all {found}; scores that differ are needed", found=float(scores[0]))
    m, n = int(labels.sum()), int((~labels).sum())
    # A row with target t counts as a failed row of weight t and a good one of weight 1 - t.
    slope, intercept = _weighted_line(scores, np.where(labels, (m + 1) / (m + 2), 1 / (n + 2)))
    return Platt(slope, intercept, labels.size, m)


def _weighted_line(scores: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic curve through targets between 0 and 1, whose loss is convex."""
    x = (scores - scores.mean()) / scores.std()

    def loss(b):
        z = b[0] + b[1] * x
        return (np.logaddexp(0, z) - targets * z).mean(), np.array([(d := expit(z) - targets).mean(), (d * x).mean()])

    found = minimize(loss, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-10}).x
    slope = found[1] / scores.std()
    return float(slope), float(found[0] - slope * scores.mean())


@dataclass(frozen=True, eq=False)
class Isotonic(Result):
    """Chance of failing as a rising curve through ``scores`` and ``chances``, straight between them, flat outside."""

    scores: np.ndarray
    chances: np.ndarray
    n: int
    failed: int

    title = "Isotonic calibration"
    assumptions = ("a higher score never means a smaller chance", "the scores were not fitted to these rows")
    sources = ("B. Zadrozny, C. Elkan, KDD 2002, 694-699",)

    def apply(self, scores) -> np.ndarray:
        """Chances of scores."""
        return np.interp(check_finite(scores, "scores"), self.scores, self.chances)


def isotonic(scores, failed) -> Isotonic:
    """Learn chances from scores by the best rising curve (pool adjacent violators). It wants hundreds of rows.

    Estimand: the rising curve c with the least ``sum (outcome - c(score))^2``, straight between its steps, flat outside.

    Parameters
    ----------
    scores : (n,) of rows the model was not fitted to.
    failed : (n,) of 0 and 1, with both kinds.

    Units: scores in any unit; what ``apply`` gives are chances.

    Assumes: a higher score never means a smaller chance, independent rows.

    Errors: outcomes of one kind, columns of unlike length, a missing score.

    Source: B. Zadrozny, C. Elkan, KDD 2002, 694-699.

    >>> curve = isotonic([1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1])
    >>> curve.apply([0.0, 2.5, 9.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    scores, labels = read_scored(scores, failed)
    distinct, place = np.unique(scores, return_inverse=True)
    weights = np.bincount(place).astype(float)
    found = isotonic_regression(np.bincount(place, labels) / weights, weights=weights).x
    # The ends of each flat stretch say the whole curve.
    edge = np.concatenate(([True], found[1:] != found[:-1])) | np.concatenate((found[:-1] != found[1:], [True]))
    return Isotonic(distinct[edge], found[edge], labels.size, int(labels.sum()))


@dataclass(frozen=True, eq=False)
class Reliability(Result):
    """Whether chances come true: groups of rows by their chance, with how often they failed.

    ``slope`` 1 and ``intercept`` 0 are perfect; a slope below 1 says that chances are too extreme. ``skill`` is the
    part of the Brier score of always saying the prevalence that is saved (at most 1; below 0 is worse than that).
    """

    mean_chance: np.ndarray
    observed: np.ndarray
    observed_low: np.ndarray
    observed_high: np.ndarray
    rows: np.ndarray
    brier: float
    brier_of_prevalence: float
    skill: float
    expected: float
    failed: int
    calibration_error: float
    slope: float | None
    intercept: float | None
    z: float | None
    pvalue: float | None
    confidence: float

    title = "Reliability of chances"
    assumptions = ("the chances were not learned from these rows", "rows are independent of one another")
    sources = (
        "D. R. Cox, Biometrika 45 (1958), 562-565: slope and intercept",
        "D. J. Spiegelhalter, Statistics in Medicine 5 (1986), 421-433: the test",
        "E. B. Wilson, JASA 22 (1927), 209-212: the intervals",
    )

    def steps(self):
        """Groups, Brier score and the test."""
        for row in zip(self.rows, self.mean_chance, self.observed, strict=True):
            yield Step("group", "{n} rows, mean chance {c}, failed {o}", dict(zip("nco", map(float, row), strict=True)))
        yield Step("failures expected and found", value=(self.expected, self.failed))
        yield Step("Brier score", "mean (chance - outcome)^2", value=self.brier)
        yield Step("Brier score of the prevalence", value=self.brier_of_prevalence)
        yield Step("skill", "1 - ratio", value=self.skill)
        yield Step("calibration error", "mean |observed - chance| over groups, by rows", value=self.calibration_error)
        yield Step("slope and intercept of the log odds", value=(self.slope, self.intercept))
        yield Step("Spiegelhalter's z", value=self.z)
        yield Step("p value", "small: chances are wrong", value=self.pvalue)


def reliability(probabilities, failed, groups: int = 10, confidence: float = 0.95) -> Reliability:
    """How chances of failing compare with what happened.

    Estimand: ``Brier = mean (chance - outcome)^2`` and ``skill = 1 - Brier / (prevalence (1 - prevalence))``; the observed
    share of each group of like chance with Wilson's interval; slope and intercept of a logistic regression of the outcomes
    on the log odds (None where there is none: chances of 0 or 1, all alike, or outcomes they separate); Spiegelhalter's
    ``z = sum (y - p)(1 - 2p) / sqrt(sum (1 - 2p)^2 p (1 - p))``.

    Parameters
    ----------
    probabilities : (n,) chances from 0 to 1.
    failed : (n,) of 0 and 1, with both kinds.
    groups : of like number, cut by chance.
    confidence : of the intervals of the observed shares.

    Units: chances and shares in 0..1.

    Assumes: chances not learned from these rows, independent rows.

    Errors: chances outside 0..1, outcomes of one kind, fewer rows than groups.

    Source: D. R. Cox, Biometrika 45 (1958), 562-565; D. J. Spiegelhalter, Statistics in Medicine 5 (1986), 421-433.

    >>> found = reliability([0.1, 0.2, 0.3, 0.4, 0.6, 0.8], [0, 0, 1, 0, 1, 1], groups=2)
    >>> found.observed.round(3).tolist(), round(found.brier, 4), round(found.skill, 3)
    ([0.333, 0.667], 0.15, 0.4)
    """
    p, labels = read_probabilities(probabilities, failed)
    groups, level = check_whole(groups, "groups", at_least=1), check_fraction(confidence)
    check_enough(p.size, groups, "rows")
    cut = np.array_split(np.argsort(p, kind="stable"), groups)
    rows = np.array([part.size for part in cut])
    chance, observed = (np.array([column[part].mean() for part in cut]) for column in (p, labels.astype(float)))
    low, high = _wilson(observed, rows, level)
    brier = float(((p - labels) ** 2).mean())
    plain = float(labels.mean() * (1 - labels.mean()))
    slope, intercept = _line(p, labels)
    z = _spiegelhalter(p, labels)
    return Reliability(
        chance, observed, low, high, rows, brier, plain, 1 - brier / plain, float(p.sum()), int(labels.sum()),
        float((np.abs(observed - chance) * rows).sum() / p.size), slope, intercept, z,
        None if z is None else float(2 * ndtr(-abs(z))), level,
    )  # fmt: skip


def _wilson(share: np.ndarray, n: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    z = float(ndtri((1 + level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    return middle - half, middle + half


def _line(p: np.ndarray, labels: np.ndarray) -> tuple[float | None, float | None]:
    if ((p <= 0) | (p >= 1)).any() or not np.ptp(p) > 0:
        return None, None
    try:
        model = logistic(logit(p)[:, None], labels)
    except StatisticsError:  # The chances separate failed from good rows.
        return None, None
    return float(model.coefficients[0]), model.intercept


def _spiegelhalter(p: np.ndarray, labels: np.ndarray) -> float | None:
    spread = np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    return float(((labels - p) * (1 - 2 * p)).sum() / spread) if spread > 0 else None

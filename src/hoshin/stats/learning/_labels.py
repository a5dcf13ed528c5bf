"""What every part of learning reads: outcomes that are 0 or 1, with scores beside them, and ranks with ties."""

from __future__ import annotations

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_same_length


def read_labels(failed, name: str = "failed", least: int = 1) -> np.ndarray:
    """Outcomes as booleans, at least some of each kind."""
    given = check_finite(failed, name, ndim=1)
    if not np.isin(given, (0.0, 1.0)).all():
        wrong = given[~np.isin(given, (0.0, 1.0))][0]
        raise StatisticsError("{name} holds {found}; 0 (good) or 1 (failed) is needed", name=name, found=float(wrong))
    labels = given == 1
    check_enough(int(labels.sum()), least, "failed rows")
    check_enough(int((~labels).sum()), least, "good rows")
    return labels


def read_scored(scores, failed, name: str = "scores") -> tuple[np.ndarray, np.ndarray]:
    """Scores and outcomes of the same length."""
    scores, labels = check_finite(scores, name, ndim=1), read_labels(failed)
    check_same_length(scores, labels, (name, "failed"))
    return scores, labels


def read_probabilities(probabilities, failed) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities within 0..1 and outcomes of the same length."""
    p, labels = read_scored(probabilities, failed, "probabilities")
    if ((p < 0) | (p > 1)).any():
        wrong = float(p[(p < 0) | (p > 1)][0])
        raise StatisticsError("probabilities hold {found}; numbers from 0 to 1 are needed", found=wrong)
    return p, labels


def midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, equal values sharing the mean of theirs.

    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))
    shared = (edges[:-1] + edges[1:] + 1) / 2
    ranks = np.empty(values.size)
    ranks[order] = np.repeat(shared, np.diff(edges))
    return ranks


def auc_of(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of pairs of a failed and a good row that the scores put in order, ties counting half.

    >>> auc_of(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))
    1.0
    """
    m = int(labels.sum())
    n = labels.size - m
    return float((midranks(scores)[labels].sum() - m * (m + 1) / 2) / (m * n))

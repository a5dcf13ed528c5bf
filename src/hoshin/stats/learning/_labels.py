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
    """Ranks from 1 of a column, or of each column of a table, equal values sharing the mean of theirs.

    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    changes = ordered[1:] != ordered[:-1]
    places = np.arange(len(values)).reshape(-1, *(1,) * (values.ndim - 1))
    # The first and the last place of the run of equal values each place lies in.
    first = np.zeros(values.shape)
    first[1:] = np.where(changes, places[1:], 0)
    np.maximum.accumulate(first, axis=0, out=first)
    last = np.full(values.shape, len(values) - 1.0)
    last[:-1] = np.where(changes, places[:-1], len(values) - 1)
    last = np.minimum.accumulate(last[::-1], axis=0)[::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, axis=0)
    return ranks


def auc_of(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of pairs of a failed and a good row that the scores put in order, ties counting half.

    >>> auc_of(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))
    1.0
    """
    m = int(labels.sum())
    n = labels.size - m
    return float((midranks(scores)[labels].sum() - m * (m + 1) / 2) / (m * n))

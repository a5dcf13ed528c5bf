"""Anomalies: values that do not fit what came before them, without letting earlier anomalies hide later ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import check_enough, check_finite, check_number, check_variation, check_whole
from hoshin.stats.outliers import MAD_FACTOR
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Anomalies(Result):
    """How far each value is from the median of those before it, in robust standard deviations.

    ``score`` is NaN for the first values, which have nothing to be compared with. ``points`` are the 0-based indices
    with a score beyond ``k``; ``expected`` and ``spread`` what each was compared with.
    """

    score: np.ndarray
    expected: np.ndarray
    spread: np.ndarray
    points: np.ndarray
    k: float
    window: int
    period: int | None

    title = "Anomalies against the past"
    assumptions = ("in the window the level and spread change little", "less than half of a window is anomalous")
    sources = ("R. K. Pearson and others, EURASIP Journal on Advances in Signal Processing (2016), 87: Hampel filter",)

    def steps(self):
        """One line for each anomaly."""
        yield Step("window", value=self.window)
        for i in self.points.tolist():
            numbers = {"m": float(self.expected[i]), "s": float(self.spread[i])}
            yield Step(f"score of value {i + 1}", "(value - {m}) / {s}", numbers, float(self.score[i]))


def anomalies(values, window: int = 20, k: float = 4.0, period: int | None = None) -> Anomalies:
    """Values far from the median of the ``window`` values before them, in units of their scaled MAD.

    Only the past is used, so that a value gets the same score when it comes in as later. With ``period`` the
    difference to the value a period ago is judged instead (the seasons go). Where more than half of a window is alike
    its mean absolute deviation stands in for the MAD.

    Parameters: ``values`` 1-D in time order, none missing, more than ``window`` (plus the period); ``window`` >= 5;
    ``k`` > 0.

    Source: R. K. Pearson and others, EURASIP Journal on Advances in Signal Processing (2016), 87.

    >>> found = anomalies([5, 6, 5, 4, 5, 6, 5, 6, 5, 4, 30, 5, 6], window=8)
    >>> found.points, round(float(found.score[10]), 2)
    (array([10]), 33.72)
    """
    x = check_finite(values, "values", ndim=1)
    window = check_whole(window, "window", at_least=5)
    k = check_number(k, "k", above=0)
    lag = 0 if period is None else check_whole(period, "period", at_least=2)
    check_enough(x.size, window + lag + 1)
    check_variation(float(np.ptp(x)))
    y = x[lag:] - x[: x.size - lag] if lag else x
    past = np.lib.stride_tricks.sliding_window_view(y[:-1], window)
    median = np.median(past, axis=1)
    distance = np.abs(past - median[:, None])
    spread = MAD_FACTOR * np.median(distance, axis=1)
    spread = np.where(spread > 0, spread, distance.mean(axis=1) * np.sqrt(np.pi / 2))
    off = y[window:] - median
    # Nothing in the window moved: any difference is infinitely far.
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(off == 0, 0.0, off / spread)
    blank = np.full(x.size - score.size, np.nan)
    score = np.concatenate([blank, score])
    base = x[: x.size - lag][window:] if lag else 0.0
    return Anomalies(
        score=score,
        expected=np.concatenate([blank, median + base]),
        spread=np.concatenate([blank, spread]),
        points=np.flatnonzero(np.abs(score) > k),
        k=k,
        window=window,
        period=period,
    )

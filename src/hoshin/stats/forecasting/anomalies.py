"""Anomalies: values that do not fit what came before them, without letting earlier anomalies hide later ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hoshin.stats._layout import read_series
from hoshin.stats._results import Ragged
from hoshin.stats.errors import check_number, check_whole
from hoshin.stats.outliers import MAD_FACTOR
from hoshin.stats.results import Result, Step

_BLOCK = 100_000


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


def anomalies(
    values,
    window: int = 20,
    k: float = 4.0,
    period: int | None = None,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Anomalies:
    """Values far from the median of the ``window`` values before them, in units of their scaled MAD.

    Estimand: ``score = (x - median) / (1.4826 MAD)`` over the window; only the past is used, so that a value gets the same
    score when it comes in as later. With ``period`` the difference to the value a period ago is judged instead (the
    seasons go). Where more than half of a window is alike its mean absolute deviation times sqrt(pi/2) stands in.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; more than
        ``window`` (plus the period) each, none missing.
    window : how many values a value is compared with, at least 5.
    k : the score beyond which a value is an anomaly, above 0.
    period : how many values make a season; without it there is none.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: ``expected`` and ``spread`` in that of the values, ``score`` in standard deviations; ``points`` are indices from
    0.

    Assumes: level and spread change little within a window, and less than half of it is anomalous.

    Errors: too few values, a missing one, values all alike, a window under 5, k not above 0.

    Source: R. K. Pearson and others, Generalized Hampel filters, EURASIP Journal on Advances in Signal Processing (2016),
    article 87.

    >>> found = anomalies([5, 6, 5, 4, 5, 6, 5, 6, 5, 4, 30, 5, 6], window=8)
    >>> found.points, round(float(found.score[10]), 2)
    (array([10]), 33.72)
    """
    window = check_whole(window, "window", at_least=5)
    k = check_number(k, "k", above=0)
    lag = 0 if period is None else check_whole(period, "period", at_least=2)
    x, layout = read_series(values, "values", offsets, on_error, least=window + lag + 1)
    layout.refuse_no_variation(x)

    def compute(part, x):
        segments = part.segments
        base = np.zeros(x.size)
        base[lag:] = x[: x.size - lag] if lag else 0.0
        judged = np.flatnonzero(segments.positions() >= window + lag)
        median, spread = _past(x - base, judged, window)
        off = (x - base)[judged] - median
        # Nothing in the window moved: any difference is infinitely far.
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(off == 0, 0.0, off / spread)
        columns = {"score": own, "expected": median + base[judged], "spread": spread}
        whole = {name: np.full(x.size, np.nan) for name in columns}
        for name, column in columns.items():
            whole[name][judged] = column
        far = judged[np.abs(own) > k]
        cuts = np.searchsorted(far, segments.offsets)
        return {name: Ragged(column, segments.offsets) for name, column in whole.items()} | {
            "points": Ragged(segments.positions()[far], cuts)
        }, {"k": k, "window": window, "period": period}

    return layout.result(Anomalies, compute, x)


def _past(y, places, window: int):
    """Median and spread of the values before each place."""
    windows = np.lib.stride_tricks.sliding_window_view(y, window)
    median, spread = np.empty(places.size), np.empty(places.size)
    for low in range(0, places.size, _BLOCK):
        part = slice(low, low + _BLOCK)
        past = windows[places[part] - window]
        middle = np.median(past, axis=1)
        distance = np.abs(past - middle[:, None])
        mad = MAD_FACTOR * np.median(distance, axis=1)
        median[part] = middle
        spread[part] = np.where(mad > 0, mad, distance.mean(axis=1) * np.sqrt(np.pi / 2))
    return median, spread

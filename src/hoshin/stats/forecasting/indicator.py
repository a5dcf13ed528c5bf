"""Reading an indicator: is its last change signal or noise? An individuals chart on every KPI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats._layout import read_series
from hoshin.stats._results import Ragged
from hoshin.stats.control_charts.individuals import i_mr
from hoshin.stats.errors import check_whole
from hoshin.stats.forecasting.change_points import MOST_VALUES, divided
from hoshin.stats.results import Result, Step
from hoshin.stats.rules import Rule, beyond, m_of_n, same_side
from hoshin.stats.segments import Segments

RULES = (beyond(3, "beyond-3"), same_side(8, "same-side-8"), m_of_n(3, 4, 1.5, "3-of-4-near-limit"))
"""Wheeler's three signals of an XmR chart: beyond a limit, eight on one side, three of four nearer the limit."""


@dataclass(frozen=True, eq=False)
class IndicatorReading(Result):
    """What an indicator's last value means against its natural process limits.

    ``signals`` names for each rule the 0-based points that meet it; ``is_signal`` whether the last value is one of
    them. ``since`` is the first value of the current level where the level changed, else missing.
    """

    last: float
    change: float
    center: float
    lower: float
    upper: float
    sigma: float
    is_signal: bool
    signals: dict
    since: int | None
    n: int
    baseline: int

    title = "Indicator on an XmR chart"
    assumptions = ("values are independent and come at equal distances", "the baseline was one process")
    sources = ("D. J. Wheeler, Understanding Variation, 2nd edition (2000), chapters 3-5",)

    @property
    def conclusion_words(self) -> tuple[str, dict]:
        """Template and numbers of the sentence, kept apart so that it can be said in another language."""
        numbers = {
            "last": f"{self.last:.4g}",
            "lower": f"{self.lower:.4g}",
            "upper": f"{self.upper:.4g}",
            "change": f"{self.change:+.4g}",
        }
        if self.is_signal:
            return (
                "{last} ({change}) is a signal: it does not fit the natural limits {lower} to {upper}; look for a cause.",
                numbers,
            )
        if self.since is not None:
            numbers["since"] = self.since + 1
            return (
                "{last} ({change}) is noise about the level that began at value {since}; limits {lower} to {upper}.",
                numbers,
            )
        return (
            "{last} ({change}) is noise: values between {lower} and {upper} are this process; do not react to it.",
            numbers,
        )

    @property
    def conclusion(self) -> str:
        """Whether to react, in a sentence."""
        words, numbers = self.conclusion_words
        return words.format(**numbers)

    def steps(self):
        """Center, limits and the signals."""
        yield Step("mean of the baseline", value=self.center)
        yield Step("natural process limits", "mean -+ 2.66 mean moving range", value=(self.lower, self.upper))
        for name, points in self.signals.items():
            yield Step(f"points that meet {name} (from 1)", value=points + 1)
        yield Step(self.conclusion)


def read_indicator(
    values, baseline: int | None = None, rules: Sequence[Rule] = RULES, *, offsets=None, on_error: str = "raise"
) -> IndicatorReading:
    """Whether the last value of an indicator is signal or noise, by an individuals chart.

    Estimand: the natural process limits ``mean -+ 3 (mean moving range) / d2``, from the first ``baseline`` values (all of
    them if not given), and whether the last value meets one of the ``rules``. ``since``: where the current level began, by
    ``change_points``.

    Parameters
    ----------
    values : (n,) values of one indicator in time order, (C, n) of many, or a flat column with ``offsets``; none missing.
    baseline : how many of the first values make the limits; at least 6, not all alike.
    rules : what counts as a signal: Wheeler's three if not given.
    offsets : where each indicator begins in the flat column, and its length.
    on_error : "raise", or "mark": an indicator without an answer gets NaN and a word in ``problems``.

    Units: those of the values; ``since`` and the points of ``signals`` are indices from 0.

    Assumes: independent values at equal distances in time, and a baseline that was one process.

    Errors: fewer than 6 values in the baseline, a missing value, a baseline that does not vary, more than 20,000 values.

    Source: D. J. Wheeler, Understanding Variation, 2nd edition (2000), chapters 3-5.

    >>> reading = read_indicator([22, 25, 21, 24, 26, 23, 22, 25, 24, 35], baseline=9)
    >>> reading.is_signal, round(reading.upper, 2)
    (True, 30.2)
    >>> print(reading.conclusion)
    35 (+11) is a signal: it does not fit the natural limits 16.91 to 30.2; look for a cause.
    >>> read_indicator([[22, 25, 21, 24, 26, 23, 35], [22, 25, 21, 24, 26, 23, 24]], baseline=6).is_signal
    array([ True, False])
    """
    x, layout = read_series(values, "values", offsets, on_error)
    lengths = layout.segments.lengths
    most = lengths.max() if baseline is None else check_whole(baseline, "baseline", at_least=1)
    layout.refuse_few(np.minimum(lengths, most), 6, "values in the baseline")
    layout.refuse(
        lengths > MOST_VALUES, "{n} values; at most {most} can be divided at once", n=lengths, most=MOST_VALUES
    )
    head = layout.segments.positions() < most
    starts = layout.segments.offsets[:-1]
    alike = np.maximum.reduceat(np.where(head, x, -np.inf), starts) == np.minimum.reduceat(
        np.where(head, x, np.inf), starts
    )
    layout.refuse(alike, "the {n} values of the baseline have no variation (sigma is 0)", n=np.minimum(lengths, most))

    def compute(part, x, head):
        return _read(part.segments, x, head, tuple(rules)), {}

    return layout.result(IndicatorReading, compute, x, head)


def _read(segments: Segments, x, head, rules) -> dict:
    counted = segments.counts(head)
    chart = i_mr(x[head], offsets=np.concatenate([[0], np.cumsum(counted)]), rules=rules)
    if not head.all():
        chart = i_mr(x, offsets=segments.offsets, baseline=chart.baseline, rules=rules)
    panel, last = chart.main, segments.offsets[1:] - 1
    signals, found = {}, np.zeros(segments.count, dtype=bool)
    for rule, points in panel.signals:
        cuts = np.searchsorted(points, segments.offsets)
        signals[rule.name] = Ragged(segments.positions()[points], cuts)
        found |= np.isin(last, points)
    changes = divided(segments, x, None, None, 2)["points"]
    since = np.full(segments.count, np.nan)
    some = np.diff(changes.offsets) > 0
    since[some] = changes.values[changes.offsets[1:][some] - 1]
    return {
        "last": x[last], "change": x[last] - x[last - 1], "center": panel.center, "lower": panel.lcl,
        "upper": panel.ucl, "sigma": panel.sigma, "is_signal": found, "signals": signals, "since": since,
        "n": segments.lengths, "baseline": counted,
    }  # fmt: skip

"""Reading an indicator: is its last change signal or noise? An individuals chart on every KPI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.control_charts.individuals import i_mr
from hoshin.stats.errors import check_enough, check_finite, check_whole
from hoshin.stats.forecasting.change_points import change_points
from hoshin.stats.results import Result, Step
from hoshin.stats.rules import Rule, beyond, m_of_n, same_side

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


def read_indicator(values, baseline: int | None = None, rules: Sequence[Rule] = RULES) -> IndicatorReading:
    """Whether the last value of an indicator is signal or noise, by an individuals chart.

    Limits come from the first ``baseline`` values (all of them if not given): mean -+ 3 mean moving range / d2.

    Parameters: ``values`` 1-D in time order, none missing, at least 6 in the baseline, not all alike.

    Source: D. J. Wheeler, Understanding Variation, 2nd edition (2000), chapters 3-5.

    >>> reading = read_indicator([22, 25, 21, 24, 26, 23, 22, 25, 24, 35], baseline=9)
    >>> reading.is_signal, round(reading.upper, 2)
    (True, 30.2)
    >>> print(reading.conclusion)
    35 (+11) is a signal: it does not fit the natural limits 16.91 to 30.2; look for a cause.
    """
    x = check_finite(values, "values", ndim=1)
    baseline = x.size if baseline is None else check_whole(baseline, "baseline", at_least=1)
    check_enough(min(baseline, x.size), 6, "values in the baseline")
    chart = i_mr(x[:baseline], rules=tuple(rules))
    if baseline < x.size:
        chart = i_mr(x, baseline=chart.baseline, rules=tuple(rules))
    panel = chart.main
    found = {rule.name: points for rule, points in panel.signals}
    changes = change_points(x).points if np.ptp(x) > 0 else np.empty(0, np.int64)
    return IndicatorReading(
        last=float(x[-1]),
        change=float(x[-1] - x[-2]),
        center=float(panel.center),
        lower=float(panel.lcl),
        upper=float(panel.ucl),
        sigma=float(panel.sigma),
        is_signal=any(points.size and points[-1] == x.size - 1 for points in found.values()),
        signals=found,
        since=int(changes[-1]) if changes.size else None,
        n=x.size,
        baseline=int(min(baseline, x.size)),
    )

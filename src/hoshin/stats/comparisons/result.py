"""The one result of every test: statistic, p value, estimate with interval, effect size, checks and a conclusion."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from hoshin.stats.results import Explanation, Result, Step, shown


@dataclasses.dataclass(frozen=True, eq=False)
class Check(Result):
    """One assumption of a test looked at in the data: what was looked at, what was found, whether it holds."""

    assumption: str
    found: str
    holds: bool

    title = "Check of an assumption"


@dataclasses.dataclass(frozen=True, eq=False)
class TestResult(Result):
    """What a test says.

    ``estimate`` is the difference or ratio named by ``estimand``; ``null_value`` what it is if nothing differs;
    ``confidence_interval`` its interval, one-sided where the alternative is. ``summary`` holds the numbers the test
    started from, ``computation`` the lines from there to the p value. The level of decision is
    ``1 - confidence_level``; ``interval_level`` is the interval's where it is another (equivalence).
    """

    __test__ = False

    test: str
    estimand: str
    n: tuple[int, ...]
    pvalue: float
    statistic: float | None = None
    statistic_name: str = ""
    df: float | tuple[float, ...] | None = None
    estimate: float | None = None
    null_value: float | None = None
    confidence_interval: tuple[float, float] | None = None
    confidence_level: float = 0.95
    interval_level: float | None = None
    alternative: str = "two-sided"
    effect_size: float | None = None
    effect_size_name: str = ""
    claim: str = ""
    summary: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    computation: tuple = ()
    checks: tuple[Check, ...] = ()
    assumptions: tuple[str, ...] = ()
    source: str = ""

    @property
    def alpha(self) -> float:
        """The level of decision: 1 - confidence level."""
        return 1 - self.confidence_level

    @property
    def significant(self) -> bool:
        """Whether the p value is at or below the level of decision."""
        return self.pvalue <= self.alpha

    @property
    def conclusion_words(self) -> tuple[str, dict[str, Any]]:
        """Template and numbers of the conclusion, kept apart so that it can be said in another language."""
        numbers = {
            "estimand": self.estimand,
            "claim": self.claim or self._claim(),
            "pvalue": _pvalue_shown(self.pvalue),
            "alpha": shown(round(self.alpha, 12)),
        }
        words = ""
        if self.estimate is not None and self.confidence_interval is not None:
            low, high = self.confidence_interval
            numbers |= {
                "estimate": _bound_shown(self.estimate),
                "low": _bound_shown(low),
                "high": _bound_shown(high),
                "level": f"{100 * (self.interval_level or self.confidence_level):g}",
            }
            words = "The {estimand} is {estimate} ({level}% confidence interval {low} to {high}). "
        if self.significant:
            return words + "The data show that {claim} (p {pvalue}, at or below {alpha}).", numbers
        return words + (
            "The data do not show that {claim} (p {pvalue}, above {alpha}); that is no proof of the contrary."
        ), numbers

    @property
    def conclusion(self) -> str:
        """The conclusion in a sentence or two, with its numbers."""
        words, numbers = self.conclusion_words
        failed = "".join(f" Mind: {check.found}." for check in self.checks if not check.holds)
        return words.format(**numbers) + failed

    def _claim(self) -> str:
        relation = {"two-sided": "differs from", "less": "is less than", "greater": "is greater than"}
        null = "its value without effect" if self.null_value is None else shown(self.null_value)
        return f"the {self.estimand} {relation[self.alternative]} {null}"

    def steps(self):
        """From the summary of the data to the p value, the interval and the conclusion."""
        yield Step("n", value=self.n if len(self.n) > 1 else self.n[0])
        for name, value in self.summary.items():
            yield Step(name, value=value)
        for what, formula, numbers, value in self.computation:
            yield Step(what, formula, numbers, value)
        if self.statistic is not None:
            yield Step(self.statistic_name or "statistic", value=self.statistic)
        if self.df is not None:
            yield Step("degrees of freedom", value=self.df)
        yield Step(f"p value, {self.alternative}", value=self.pvalue)
        if self.estimate is not None:
            yield Step(self.estimand, value=self.estimate)
        if self.confidence_interval is not None:
            yield Step(
                f"{100 * (self.interval_level or self.confidence_level):g}% confidence interval",
                value=self.confidence_interval,
            )
        if self.effect_size is not None:
            yield Step(self.effect_size_name, value=self.effect_size)
        for check in self.checks:
            yield Step("checked", "{assumption}: {found}", {"assumption": check.assumption, "found": check.found})
        yield Step(self.conclusion)

    def explain(self) -> Explanation:
        """The words and numbers needed to compute the test by hand."""
        sources = (self.source,) if self.source else ()
        return Explanation(self.test, tuple(self.steps()), tuple(self.assumptions), sources)


def _pvalue_shown(pvalue: float) -> str:
    return "< 0.0001" if pvalue < 1e-4 else f"= {pvalue:.4f}" if pvalue < 0.1 else f"= {pvalue:.3f}"


def _bound_shown(bound: float) -> str:
    return f"{bound:.4g}" if math.isfinite(bound) else ("minus infinity" if bound < 0 else "infinity")

"""The one result of every test: statistic, p value, estimate with interval, effect size, checks and a conclusion."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.results import Explanation, Result, Step, shown


@dataclasses.dataclass(frozen=True, eq=False)
class Check(Result):
    """One assumption of a test looked at in the data: what was looked at, what was found, whether it holds."""

    assumption: str
    found: str
    holds: bool

    title = "Check of an assumption"


@dataclasses.dataclass(frozen=True, eq=False)
class Checks(Result):
    """One assumption looked at for many characteristics: which of the words fits each, and their numbers."""

    assumption: str
    words: tuple[str, ...]
    case: np.ndarray
    numbers: Mapping[str, Any]
    holds: np.ndarray

    title = "Check of an assumption, many characteristics"

    def __getitem__(self, i: int) -> Check:
        found = self.words[int(self.case[i])].format(**entry(self.numbers, i))
        return Check(self.assumption, found, bool(self.holds[i]))


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


@dataclasses.dataclass(frozen=True, eq=False)
class TestResults(Entries, Result):
    """What a test says of many characteristics: the fields of ``TestResult`` with one entry for each.

    ``result[i]`` is the ``TestResult`` of one. Where a characteristic supports no test its numbers are NaN and
    ``problems`` says why. The p values are those of each test alone; ``hoshin.stats.multiplicity`` adjusts them.
    """

    __test__ = False

    test: str
    estimand: str
    n: np.ndarray
    pvalue: np.ndarray
    statistic: np.ndarray | None = None
    statistic_name: str = ""
    df: np.ndarray | None = None
    estimate: np.ndarray | None = None
    null_value: np.ndarray | None = None
    confidence_interval: np.ndarray | None = None
    confidence_level: float = 0.95
    interval_level: float | None = None
    alternative: str = "two-sided"
    effect_size: np.ndarray | None = None
    effect_size_name: str = ""
    claim: str = ""
    claim_numbers: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    summary: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    computation: tuple = ()
    checks: tuple[Checks, ...] = ()
    assumptions: tuple[str, ...] = ()
    source: str = ""
    problems: Mapping[int, str] = dataclasses.field(default_factory=dict)

    title = "A test of many characteristics"

    @property
    def count(self) -> int:
        """How many characteristics there are."""
        return len(self.pvalue)

    def _entry(self, i: int) -> TestResult:
        own = {name: entry(getattr(self, name), i) for name in _OF_ONE}
        for name in ("estimate", "effect_size"):
            own[name] = None if own[name] is None or math.isnan(own[name]) else own[name]
        own["claim"] = self.claim.format(**entry(self.claim_numbers, i))
        return TestResult(**own, checks=tuple(check[i] for check in self.checks))

    @property
    def alpha(self) -> float:
        """The level of decision: 1 - confidence level."""
        return 1 - self.confidence_level

    @property
    def significant(self) -> np.ndarray:
        """For each characteristic, whether its own p value is at or below the level of decision."""
        return self.pvalue <= self.alpha

    def steps(self):
        """The numbers of all characteristics; ``result[i].explain()`` computes one of them."""
        yield Step("n of each sample", value=self.n)
        for what, formula, numbers, value in self.computation:
            yield Step(what, formula, numbers, value)
        for name in ("statistic", "df", "pvalue", "estimate", "confidence_interval", "effect_size"):
            if getattr(self, name) is not None:
                yield Step(_NAMES.get(name) or getattr(self, name + "_name", name), value=getattr(self, name))
        for i, problem in self.problems.items():
            yield Step(f"no answer for characteristic {i}", problem.replace("{", "{{").replace("}", "}}"))

    def explain(self) -> Explanation:
        """The words and numbers of the test of all characteristics."""
        sources = (self.source,) if self.source else ()
        return Explanation(f"{self.test}, {len(self)} characteristics", tuple(self.steps()), self.assumptions, sources)


_OF_ONE = tuple(field.name for field in dataclasses.fields(TestResult) if field.name not in ("claim", "checks"))
_NAMES = {
    "df": "degrees of freedom",
    "pvalue": "p value",
    "estimate": "estimate",
    "confidence_interval": "confidence interval",
}


def entry(value: Any, i: int) -> Any:
    """What a value that holds arrays of many characteristics says of one of them."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return value.item()
        if value.ndim > 2:
            return value[i]
        return value[i].item() if value.ndim == 1 else tuple(value[i].tolist())
    if isinstance(value, Mapping):
        return {name: entry(item, i) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(entry(item, i) for item in value)
    return value


def _pvalue_shown(pvalue: float) -> str:
    return "< 0.0001" if pvalue < 1e-4 else f"= {pvalue:.4f}" if pvalue < 0.1 else f"= {pvalue:.3f}"


def _bound_shown(bound: float) -> str:
    return f"{bound:.4g}" if math.isfinite(bound) else ("minus infinity" if bound < 0 else "infinity")

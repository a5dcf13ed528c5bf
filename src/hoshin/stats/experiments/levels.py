"""Analysis of factors with any number of levels: general factorials and Taguchi's arrays."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.comparisons.anova import Anova, anova_table, type_two
from hoshin.stats.comparisons.result import Check, Checks
from hoshin.stats.errors import StatisticsError, check_enough, check_fraction, check_whole
from hoshin.stats.experiments.design import factor_letters
from hoshin.stats.experiments.factorial import factors_of
from hoshin.stats.regression import read_responses, residual_checks
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class LevelsAnalysis(Entries, Result):
    """Which factors move a response, the mean at each level, and what the residuals say.

    ``means`` holds for each factor the mean at each of its ``levels``; ``ranges`` the largest minus the smallest of
    them. Of many responses the numbers have a leading axis for them; ``result[i]`` is the analysis of one.
    """

    names: tuple[str, ...]
    levels: Mapping[str, tuple]
    means: Mapping[str, np.ndarray]
    anova: Anova
    r_squared: float | np.ndarray
    fitted: np.ndarray
    residuals: np.ndarray
    checks: tuple[Check, ...] | tuple[Checks, ...]
    n: int
    confidence: float
    problems: Mapping[int, str] = field(default_factory=dict)

    title = "Analysis of factors with several levels"
    assumptions = (
        "runs are made in random order",
        "errors are normal with one variance",
        "terms left out are not real",
    )
    sources = ("D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 5",)

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return len(self.r_squared) if np.ndim(self.r_squared) else None

    def _entry(self, i: int) -> LevelsAnalysis:
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "problems"}
        own["means"] = {name: means[i] for name, means in self.means.items()}
        own |= {name: own[name][i] for name in ("anova", "fitted", "residuals")}
        return LevelsAnalysis(
            **own | {"r_squared": self.r_squared[i].item(), "checks": tuple(check[i] for check in self.checks)}
        )

    @property
    def ranges(self) -> dict[str, float | np.ndarray]:
        """The largest minus the smallest mean of each factor."""
        return {name: np.ptp(means, axis=-1) for name, means in self.means.items()}

    def steps(self):
        """Means of the levels, the table and the checks."""
        for name, means in self.means.items():
            yield Step(f"levels of {name}", value=self.levels[name])
            yield Step(f"mean at each level of {name}", value=means)
        yield from self.anova.steps()
        yield Step("R squared", "1 - residuals / total", value=self.r_squared)
        for check in self.checks:
            if isinstance(check, Check):
                yield Step("checked", "{assumption}: {found}", {"assumption": check.assumption, "found": check.found})


def analyze_levels(
    runs,
    response,
    names: Sequence[str] | None = None,
    order: int = 1,
    terms: Sequence[str] | None = None,
    confidence: float = 0.95,
    *,
    on_error: str = "raise",
) -> LevelsAnalysis:
    """Which factors of a general factorial or an orthogonal array move a response: table, means of levels, checks.

    Estimand: the mean at each level and the part of the sum of squares that each term explains. Type II: ``SS(term) =
    RSS(terms that do not hold it) - RSS(the same and it)``, which are the textbook ones in balanced designs; F against
    the residuals.

    Parameters
    ----------
    runs : (n, k) the level of each factor in each run, numbers of any kind (``taguchi("L18").runs``).
    response : (n,) of one response, (C, n) of many: means or signal-to-noise ratios of runs with repeats, too.
    names : one for each factor; A, B, C ... if not given.
    order : main effects (1) and interactions of up to so many factors.
    terms : instead of ``order``, just the effects named ("A", "B", "A:B" or "AB").
    confidence : 1 - it is the level of decision.
    on_error : "raise", or "mark" among many responses: NaN and a word in ``problems`` where there is no analysis.

    Units: means and residuals those of the response, sums of squares their square.

    Assumes: runs in random order, normal errors of one variance (checked), terms left out that are not real.

    Errors: a factor of one level, no degree of freedom left, a term that the runs cannot tell from others, a response
    that is missing, does not vary or is explained without a rest.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, chapter 5.

    >>> runs = np.array([[a, b] for a in range(3) for b in range(2) for _ in range(2)])
    >>> found = analyze_levels(runs, [20, 22, 25, 24, 30, 29, 36, 37, 20, 19, 26, 25], order=2)
    >>> [(row.source, row.df, round(row.ss, 2)) for row in found.anova.rows]
    [('A', 2.0, 287.17), ('B', 1.0, 90.75), ('AB', 2.0, 6.5), ('residuals', 6.0, 4.5)]
    >>> found.means["A"]
    array([22.75, 33.  , 22.5 ])
    """
    x = np.asarray(runs)
    if x.ndim != 2:
        raise StatisticsError("runs has {found} dimension(s); a row for each run is needed", found=x.ndim)
    cases, y = read_responses(response, len(x), "runs", on_error)
    confidence = check_fraction(confidence)
    names = factor_letters(x.shape[1]) if names is None else tuple(names)
    levels, codes = zip(*(np.unique(column, return_inverse=True) for column in x.T), strict=True)
    for name, found in zip(names, levels, strict=True):
        check_enough(found.size, 2, f"levels of {name}")
    bad = np.isnan(y).any(axis=1)
    # A response that is refused plays no part; NaN would spoil the others' fit.
    effects, fitted, df = type_two(np.where(bad[:, None], 0.0, y), list(codes), _terms(names, order, terms))
    check_enough(df, 1, "degrees of freedom left for the residuals (ask for fewer terms)")
    fitted = np.where(bad[:, None], np.nan, fitted)
    residuals, total = y - fitted, np.square(y - y.mean(axis=1, keepdims=True)).sum(axis=1)
    rss = np.square(residuals).sum(axis=1)
    cases.refuse(rss <= 1e-20 * total, "the terms leave no residuals to compare with; ask for fewer terms")
    rss[cases.lost] = np.nan
    table = anova_table(effects, rss, df, total, y.shape[1], confidence)
    analysis = LevelsAnalysis(
        names=names,
        levels={name: tuple(found.tolist()) for name, found in zip(names, levels, strict=True)},
        means={name: _means(y, code.ravel()) for name, code in zip(names, codes, strict=True)},
        anova=table,
        r_squared=1 - rss / total,
        fitted=fitted,
        residuals=residuals,
        checks=residual_checks(residuals, fitted, residuals / np.sqrt(rss / df)[:, None]),
        n=y.shape[1],
        confidence=confidence,
        problems=cases.problems,
    )
    return analysis if cases.many else analysis[0]


def _terms(names, order, terms) -> dict[str, tuple[int, ...]]:
    if terms is not None:
        return {term: factors_of(term, names) for term in terms}
    short = all(len(name) == 1 for name in names)
    sizes = range(1, min(check_whole(order, "order", at_least=1), len(names)) + 1)
    chosen = (places for size in sizes for places in itertools.combinations(range(len(names)), size))
    return {("" if short else ":").join(names[i] for i in places): places for places in chosen}


def _means(y: np.ndarray, codes: np.ndarray) -> np.ndarray:
    member = np.eye(codes.max() + 1)[codes]
    return y @ member / member.sum(axis=0)

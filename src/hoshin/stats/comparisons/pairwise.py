"""Which groups differ: pairs of groups compared, or each with a control, with one confidence for all together."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import ndtr

from hoshin.stats._results import Entries
from hoshin.stats.comparisons._cases import Cases, Sample
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons._largest import largest_of_control, largest_of_pairs
from hoshin.stats.comparisons._ranks import ranked
from hoshin.stats.comparisons.anova import about_first, read_groups, varied_within
from hoshin.stats.comparisons.result import TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_whole
from hoshin.stats.multiplicity import adjusted
from hoshin.stats.results import Result, Step

TUKEY = "J. W. Tukey, The Problem of Multiple Comparisons (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310"
GAMES_HOWELL = "P. A. Games, J. F. Howell, Journal of Educational Statistics 1 (1976), 113-125"
DUNNETT = "C. W. Dunnett, JASA 50 (1955), 1096-1121; Biometrics 20 (1964), 482-491"
DUNN = "O. J. Dunn, Technometrics 6 (1964), 241-252; S. Holm, Scandinavian J. Statistics 6 (1979), 65-70"


@dataclasses.dataclass(frozen=True, eq=False)
class PairwiseComparisons(Entries, Result):
    """Pairs of groups compared, with one confidence for all of them together; groups are numbered from 0.

    Of many characteristics each pair has a ``TestResults``; ``result[i]`` are the comparisons of one. The confidence is
    that of all pairs of one characteristic.
    """

    pairs: tuple[tuple[int, int], ...]
    tests: tuple[TestResult, ...] | tuple[TestResults, ...]
    confidence_level: float
    method: str = "Tukey"
    source: str = TUKEY

    title = "Comparisons of pairs"

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the method is from."""
        return (self.source,)

    @property
    def count(self) -> int | None:
        """How many characteristics there are; None of one alone."""
        return len(self.tests[0]) if isinstance(self.tests[0], TestResults) else None

    @property
    def problems(self) -> Mapping[int, str]:
        """Why characteristics have no answer, the same for every pair."""
        return {} if self.count is None else self.tests[0].problems

    @property
    def pvalue(self) -> np.ndarray:
        """The p values (pairs,), of many characteristics (C, pairs)."""
        return np.stack([test.pvalue for test in self.tests], axis=-1)

    @property
    def significant(self) -> np.ndarray:
        """Whether each p value is at or below the level of decision."""
        return self.pvalue <= 1 - self.confidence_level

    @property
    def different(self) -> tuple[tuple, ...]:
        """The pairs that differ; of many characteristics those of each."""
        found = tuple(tuple(itertools.compress(self.pairs, row)) for row in np.atleast_2d(self.significant))
        return found[0] if self.count is None else found

    def steps(self):
        """The conclusion for each pair, of many characteristics their p values."""
        for (i, j), test in zip(self.pairs, self.tests, strict=True):
            if self.count is None:
                yield Step(f"groups {i + 1} and {j + 1}: {test.conclusion}")
            else:
                yield Step(f"groups {i + 1} and {j + 1}: p values", value=test.pvalue)
        for i, problem in self.problems.items():
            yield Step(f"no answer for characteristic {i}", problem.replace("{", "{{").replace("}", "}}"))

    def _entry(self, i: int) -> PairwiseComparisons:
        return dataclasses.replace(self, tests=tuple(test[i] for test in self.tests))


def tukey_hsd(*groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise") -> PairwiseComparisons:
    """Which means differ: all pairs at once, the intervals holding together with the confidence given.

    Estimand: mean_i - mean_j of each pair. ``q = |mean_i - mean_j| / sqrt(MS_within/2 (1/n_i + 1/n_j))`` against the
    studentized range of k means with N - k degrees of freedom (Tukey-Kramer).

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; none
        empty, one with 2 values or more.
    confidence_level : of all intervals of one characteristic together.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: differences and intervals those of the values.

    Assumes: independent normal values of one variance (``games_howell`` does without it).

    Errors: one group, no variation within the groups, a value missing.

    Source: J. W. Tukey (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310; NIST/SEMATECH e-Handbook 7.4.7.1.

    >>> result = tukey_hsd([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 3) for test in result.tests]
    (((0, 1), (0, 2)), [0.022, 0.003, 0.531])
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 1, offsets, on_error)
    sd, df = _within(cases, samples)

    def error(a, b):
        se = sd * np.sqrt((1 / a.n + 1 / b.n) / 2)
        return se, df, step("standard error", "{sd} sqrt((1/{a} + 1/{b}) / 2)", se, sd=sd, a=a.n, b=b.n)

    return _studentized(cases, samples, error, level, "Tukey", TUKEY)


def games_howell(*groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise") -> PairwiseComparisons:
    """Which means differ when variances do too: all pairs at once, to follow ``welch_anova``.

    Estimand: mean_i - mean_j of each pair. ``q = |mean_i - mean_j| / sqrt((s_i^2/n_i + s_j^2/n_j) / 2)`` against the
    studentized range of k means with Satterthwaite's degrees of freedom for the pair.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each, not all alike.
    confidence_level : of all intervals of one characteristic together, about.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: differences and intervals those of the values.

    Assumes: independent values, means about normal; some 6 values in each group or more.

    Errors: one group, fewer than 2 values in a group, a group without variation, a value missing.

    Source: P. A. Games, J. F. Howell, Journal of Educational Statistics 1 (1976), 113-125.

    >>> result = games_howell([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 3) for test in result.tests]
    (((0, 1), (0, 2)), [0.023, 0.01, 0.562])
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 2, offsets, on_error)
    for sample in samples:
        cases.refuse_no_variation(sample)

    def error(a, b):
        v, w = a.variance / a.n, b.variance / b.n
        se = np.sqrt((v + w) / 2)
        with np.errstate(invalid="ignore"):
            share = v / (v + w)
        df = 1 / (share**2 / np.maximum(a.n - 1, 1) + (1 - share) ** 2 / np.maximum(b.n - 1, 1))
        return se, df, step("standard error", "sqrt(({v} + {w}) / 2)", se, v=v, w=w)

    return _studentized(cases, samples, error, level, "Games-Howell", GAMES_HOWELL)


def dunnett(
    *groups,
    control: int = 0,
    alternative: str = "two-sided",
    confidence_level: float = 0.95,
    offsets=None,
    on_error: str = "raise",
) -> PairwiseComparisons:
    """Which groups differ from a control: fewer comparisons than all pairs, so each is sharper than Tukey's.

    Estimand: mean_i - mean_control. ``t = (mean_i - mean_0) / (s sqrt(1/n_i + 1/n_0))`` with the pooled s, against the
    largest of the correlated t variables, whose correlations are ``sqrt(n_i n_j / ((n_i + n_0) (n_j + n_0)))``.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each.
    control : which of them is the control, counted from 0.
    alternative : "two-sided", or what is claimed of group - control: "less" or "greater" than 0.
    confidence_level : of all intervals of one characteristic together.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: differences and intervals those of the values.

    Assumes: independent normal values of one variance.

    Errors: one group, fewer than 2 values in a group, no variation within the groups, a control that is not there.

    Source: C. W. Dunnett, JASA 50 (1955), 1096-1121 (its example, blood counts of animals, is in the tests).

    >>> result = dunnett([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 2) for test in result.tests]
    (((1, 0), (2, 0)), [0.02, 0.0])
    """
    level = check_test(alternative, confidence_level)
    control = check_whole(control, "control", at_least=0)
    if control >= len(groups):
        raise StatisticsError("control is {found}; there are {n} groups, from 0", found=control, n=len(groups))
    cases, samples = read_groups(groups, 2, offsets, on_error)
    sd, df = _within(cases, samples)
    pairs = tuple((i, control) for i in range(len(samples)) if i != control)
    sizes = np.stack([samples[i].n for i, _ in pairs], axis=1)
    alone = samples[control].n
    designs, law = np.unique(np.column_stack([np.sort(sizes, axis=1), alone]), axis=0, return_inverse=True)
    laws = largest_of_control(designs[:, :-1], designs[:, -1], alternative == "two-sided")
    estimates = _differences(samples, pairs)
    errors = sd[:, None] * np.sqrt(1 / sizes + 1 / alone[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimates / errors
    pvalues = laws.sf(-t if alternative == "less" else t, df[:, None], law.reshape(-1, 1))
    reach = laws.quantile(1 - level, df, law.ravel())[:, None] * errors
    low, high = estimates - reach, estimates + reach
    numbers = {
        "estimate": estimates,
        "low": np.full_like(low, -np.inf) if alternative == "less" else low,
        "high": np.full_like(high, np.inf) if alternative == "greater" else high,
        "statistic": t,
        "df": np.broadcast_to(df[:, None], t.shape),
        "pvalue": pvalues,
    }
    lines = [
        (step("standard error", "{sd} sqrt(1/{a} + 1/{b})", errors[:, at], sd=sd, a=sizes[:, at], b=alone),)
        for at in range(len(pairs))
    ]
    words = {"test": "Dunnett's comparison with a control", "estimand": "difference of means", "statistic_name": "t"}
    tests = _tests(cases, samples, pairs, numbers, lines, level, source=DUNNETT, alternative=alternative, **words)
    return PairwiseComparisons(pairs, tests, level, "Dunnett", DUNNETT)


def dunn(
    *groups, adjustment: str = "holm", confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> PairwiseComparisons:
    """Which groups lie higher or lower, by ranks: all pairs, to follow ``kruskal_wallis``.

    Estimand: the difference of mean ranks of each pair. ``z = (R_i - R_j) / sqrt((N(N+1)/12 - sum(t^3-t) / (12 (N-1)))
    (1/n_i + 1/n_j))`` with ranks over all groups; two-sided normal p values, adjusted for the number of pairs.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each.
    adjustment : as in ``hoshin.stats.multiplicity.adjusted``: "holm", "bonferroni" (Dunn's own), "benjamini-hochberg",
        "benjamini-yekutieli".
    confidence_level : 1 - it is the level of decision of all pairs of one characteristic together.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: the estimate is in ranks; the values' own unit plays no part.

    Assumes: independent values; some 5 in each group.

    Errors: one group, fewer than 2 values in a group, all values alike, a value missing.

    Source: O. J. Dunn, Technometrics 6 (1964), 241-252; adjustment: S. Holm, Scandinavian J. Statistics 6 (1979).

    >>> result = dunn([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 4) for test in result.tests]
    (((0, 2),), [0.1032, 0.0139, 0.3763])
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 2, offsets, on_error)
    firsts = np.stack([x.segments.firsts(x.values) for x in samples])
    alike = np.all([x.alike for x in samples], axis=0) & (firsts == firsts[0]).all(axis=0)
    cases.refuse_alike(alike, "the values of all groups")
    n = sum(x.n for x in samples).astype(np.float64)
    ranks, ties = ranked(samples)
    pairs = tuple(itertools.combinations(range(len(samples)), 2))
    variance = n * (n + 1) / 12 - ties / (12 * (n - 1))
    estimates = _differences([x.moved(r) for x, r in zip(samples, ranks, strict=True)], pairs)
    errors = np.sqrt(np.stack([variance * (1 / samples[i].n + 1 / samples[j].n) for i, j in pairs], axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = estimates / errors
    pvalues = adjusted(2 * ndtr(-np.abs(z)), adjustment)
    lines = []
    for at, (i, j) in enumerate(pairs):
        sizes = {"a": samples[i].n, "b": samples[j].n}
        lines.append((step("standard error", "sqrt({v} (1/{a} + 1/{b}))", errors[:, at], v=variance, **sizes),))
    numbers = {"estimate": estimates, "statistic": z, "pvalue": pvalues}
    words = {"test": "Dunn's comparison of ranks", "estimand": "difference of mean ranks", "statistic_name": "z"}
    tests = _tests(cases, samples, pairs, numbers, lines, level, "mean ranks", source=DUNN, **words)
    return PairwiseComparisons(pairs, tests, level, f"Dunn, {adjustment}", DUNN)


def _within(cases: Cases, samples: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """The standard deviation within the groups and its degrees of freedom."""
    _, within, df = varied_within(cases, samples)
    return np.sqrt(within / df), df


def _studentized(
    cases: Cases, samples: list[Sample], error: Callable, level: float, method: str, source: str
) -> PairwiseComparisons:
    """All pairs against the studentized range; ``error`` gives standard error, degrees of freedom and a line."""
    pairs, law = tuple(itertools.combinations(range(len(samples)), 2)), largest_of_pairs(len(samples))
    errors, df, lines = zip(*(error(samples[i], samples[j]) for i, j in pairs), strict=True)
    errors, df = np.stack(errors, axis=1), np.stack(df, axis=1)
    estimates = _differences(samples, pairs)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.abs(estimates) / errors
    critical = law.quantile(1 - level, df) * math.sqrt(2)
    numbers = {
        "estimate": estimates,
        "low": estimates - critical * errors,
        "high": estimates + critical * errors,
        "statistic": q,
        "df": df,
        "pvalue": law.sf(q / math.sqrt(2), df),
    }
    told = [(line, step("critical studentized range", "", critical[:, at])) for at, line in enumerate(lines)]
    words = {"test": f"{method}'s comparison", "estimand": "difference of means", "statistic_name": "q"}
    tests = _tests(cases, samples, pairs, numbers, told, level, source=source, **words)
    return PairwiseComparisons(pairs, tests, level, method, source)


def _differences(samples: list[Sample], pairs: tuple) -> np.ndarray:
    """The differences of means (C, pairs)."""
    samples = about_first(samples)
    return np.stack([samples[i].mean - samples[j].mean for i, j in pairs], axis=1)


def _tests(
    cases: Cases, samples: list[Sample], pairs: tuple, numbers: dict, lines: list, level: float, what="means", **words
) -> tuple[TestResult, ...] | tuple[TestResults, ...]:
    """The answer for each pair from the numbers (C, pairs)."""
    tests = []
    for at, (i, j) in enumerate(pairs):
        own = {name: column[:, at] for name, column in numbers.items()}
        interval = (own.pop("low"), own.pop("high")) if "low" in own else None
        found = cases.answer(
            n=(samples[i].n, samples[j].n),
            interval=interval,
            null_value=0.0,
            confidence_level=level,
            claim=_claim(what, i + 1, j + 1, words.get("alternative", "two-sided")),
            computation=lines[at],
            **own,
            **words,
        )
        tests.append(found)
    return tuple(tests)


def _claim(what: str, i: int, j: int, alternative: str) -> str:
    if alternative == "two-sided":
        return f"the {what} of groups {i} and {j} differ"
    return f"the mean of group {i} is {alternative} than that of group {j}"

"""Which groups differ: pairs of groups compared, or each with a control, with one confidence for all together."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from hoshin.stats._ranks import midranks
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.anova import one_way_anova
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_variation, check_whole
from hoshin.stats.multiplicity import adjusted
from hoshin.stats.results import Result, Step

TUKEY = "J. W. Tukey, The Problem of Multiple Comparisons (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310"
GAMES_HOWELL = "P. A. Games, J. F. Howell, Journal of Educational Statistics 1 (1976), 113-125"
DUNNETT = "C. W. Dunnett, JASA 50 (1955), 1096-1121; Biometrics 20 (1964), 482-491"
DUNN = "O. J. Dunn, Technometrics 6 (1964), 241-252; S. Holm, Scandinavian J. Statistics 6 (1979), 65-70"


@dataclasses.dataclass(frozen=True, eq=False)
class PairwiseComparisons(Result):
    """Pairs of groups compared, with one confidence for all of them together; groups are numbered from 0."""

    pairs: tuple[tuple[int, int], ...]
    tests: tuple[TestResult, ...]
    confidence_level: float
    method: str = "Tukey"
    source: str = TUKEY

    title = "Comparisons of pairs"

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the method is from."""
        return (self.source,)

    @property
    def different(self) -> tuple[tuple[int, int], ...]:
        """The pairs that differ."""
        return tuple(pair for pair, test in zip(self.pairs, self.tests, strict=True) if test.significant)

    def steps(self):
        """The conclusion for each pair."""
        for (i, j), test in zip(self.pairs, self.tests, strict=True):
            yield Step(f"groups {i + 1} and {j + 1}: {test.conclusion}")


def tukey_hsd(*groups, confidence_level: float = 0.95) -> PairwiseComparisons:
    """Which means differ: all pairs at once, the intervals holding together with the confidence given.

    Estimand: mean_i - mean_j of each pair. ``q = |mean_i - mean_j| / sqrt(MS_within/2 (1/n_i + 1/n_j))`` against the
    studentized range of k means with N - k degrees of freedom (Tukey-Kramer).

    Parameters
    ----------
    groups : at least 2, each (n_g,), none empty, one with 2 values or more.
    confidence_level : of all intervals together.

    Units: differences and intervals those of the values.

    Assumes: independent normal values of one variance (``games_howell`` does without it).

    Errors: one group, no variation within the groups, a value missing.

    Source: J. W. Tukey (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310; NIST/SEMATECH e-Handbook 7.4.7.1.

    >>> result = tukey_hsd([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 3) for test in result.tests]
    (((0, 1), (0, 2)), [0.022, 0.003, 0.531])
    """
    groups = _groups(groups, 1)
    overall = one_way_anova(*groups, confidence_level=confidence_level)
    sd, df = overall.summary["residual_sd"], overall.df[1]

    def error(a, b):
        se = sd * math.sqrt((1 / a.size + 1 / b.size) / 2)
        numbers = {"sd": sd, "a": a.size, "b": b.size}
        return se, df, step("standard error", "{sd} sqrt((1/{a} + 1/{b}) / 2)", se, **numbers)

    return _studentized(groups, error, confidence_level, "Tukey", TUKEY)


def games_howell(*groups, confidence_level: float = 0.95) -> PairwiseComparisons:
    """Which means differ when variances do too: all pairs at once, to follow ``welch_anova``.

    Estimand: mean_i - mean_j of each pair. ``q = |mean_i - mean_j| / sqrt((s_i^2/n_i + s_j^2/n_j) / 2)`` against the
    studentized range of k means with Satterthwaite's degrees of freedom for the pair.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of at least 2 values that are not all alike.
    confidence_level : of all intervals together, about.

    Units: differences and intervals those of the values.

    Assumes: independent values, means about normal; some 6 values in each group or more.

    Errors: one group, fewer than 2 values in a group, a group without variation, a value missing.

    Source: P. A. Games, J. F. Howell, Journal of Educational Statistics 1 (1976), 113-125.

    >>> result = games_howell([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 3) for test in result.tests]
    (((0, 1), (0, 2)), [0.023, 0.01, 0.562])
    """
    groups = _groups(groups, 2)
    for i, x in enumerate(groups):
        check_variation(float(np.ptp(x)), f"values in group {i + 1}")

    def error(a, b):
        v, w = a.var(ddof=1) / a.size, b.var(ddof=1) / b.size
        se, df = math.sqrt((v + w) / 2), (v + w) ** 2 / (v * v / (a.size - 1) + w * w / (b.size - 1))
        return se, float(df), step("standard error", "sqrt(({v} + {w}) / 2)", se, v=float(v), w=float(w))

    return _studentized(groups, error, confidence_level, "Games-Howell", GAMES_HOWELL)


def dunnett(
    *groups, control: int = 0, alternative: str = "two-sided", confidence_level: float = 0.95
) -> PairwiseComparisons:
    """Which groups differ from a control: fewer comparisons than all pairs, so each is sharper than Tukey's.

    Estimand: mean_i - mean_control. ``t = (mean_i - mean_0) / (s sqrt(1/n_i + 1/n_0))`` with the pooled s, against the
    largest of the correlated t variables, with SciPy's integration (repeatable; p values to about 1e-3).

    Parameters
    ----------
    groups : at least 2, each (n_g,) of at least 2 values.
    control : which of them is the control, counted from 0.
    alternative : "two-sided", or what is claimed of group - control: "less" or "greater" than 0.
    confidence_level : of all intervals together.

    Units: differences and intervals those of the values.

    Assumes: independent normal values of one variance.

    Errors: one group, fewer than 2 values in a group, no variation within the groups, a control that is not there.

    Source: C. W. Dunnett, JASA 50 (1955), 1096-1121 (its example, blood counts of animals, is in the tests).

    >>> result = dunnett([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 2) for test in result.tests]
    (((1, 0), (2, 0)), [0.02, 0.0])
    """
    from scipy.stats import dunnett as scipy_dunnett

    level = check_test(alternative, confidence_level)
    groups = _groups(groups, 2)
    control = check_whole(control, "control", at_least=0)
    if control >= len(groups):
        raise StatisticsError("control is {found}; there are {n} groups, from 0", found=control, n=len(groups))
    overall = one_way_anova(*groups)
    others = [i for i in range(len(groups)) if i != control]
    found = scipy_dunnett(
        *(groups[i] for i in others), control=groups[control], alternative=alternative, rng=np.random.default_rng(1955)
    )
    interval = found.confidence_interval(level)
    sd, c = overall.summary["residual_sd"], groups[control]
    tests = []
    for place, i in enumerate(others):
        se = sd * math.sqrt(1 / groups[i].size + 1 / c.size)
        numbers = {"sd": sd, "a": groups[i].size, "b": c.size}
        line = step("standard error", "{sd} sqrt(1/{a} + 1/{b})", se, **numbers)
        words = {"test": "Dunnett's comparison with a control", "statistic_name": "t", "df": overall.df[1]}
        bounds = (float(interval.low[place]), float(interval.high[place]))
        more = {"confidence_interval": bounds, "alternative": alternative, "computation": (line,), "source": DUNNETT}
        tests.append(_pair(groups, i, control, found.pvalue[place], found.statistic[place], level, **words, **more))
    pairs = tuple((i, control) for i in others)
    return PairwiseComparisons(pairs, tuple(tests), level, "Dunnett", DUNNETT)


def dunn(*groups, adjustment: str = "holm", confidence_level: float = 0.95) -> PairwiseComparisons:
    """Which groups lie higher or lower, by ranks: all pairs, to follow ``kruskal_wallis``.

    Estimand: the difference of mean ranks of each pair. ``z = (R_i - R_j) / sqrt((N(N+1)/12 - sum(t^3-t) / (12 (N-1)))
    (1/n_i + 1/n_j))`` with ranks over all groups; two-sided normal p values, adjusted for the number of pairs.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of at least 2 values.
    adjustment : as in ``hoshin.stats.multiplicity.adjusted``: "holm", "bonferroni" (Dunn's own), "benjamini-hochberg",
        "benjamini-yekutieli".
    confidence_level : 1 - it is the level of decision of all pairs together.

    Units: the estimate is in ranks; the values' own unit plays no part.

    Assumes: independent values; some 5 in each group.

    Errors: one group, fewer than 2 values in a group, all values alike, a value missing.

    Source: O. J. Dunn, Technometrics 6 (1964), 241-252; adjustment: S. Holm, Scandinavian J. Statistics 6 (1979).

    >>> result = dunn([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 4) for test in result.tests]
    (((0, 2),), [0.1032, 0.0139, 0.3763])
    """
    level = check_test("two-sided", confidence_level)
    groups = _groups(groups, 2)
    everything = np.concatenate(groups)
    check_variation(float(np.ptp(everything)), "the values of all groups")
    n, sizes = everything.size, np.array([x.size for x in groups])
    ranks, tied = midranks(everything, np.zeros(n, dtype=np.int64))
    means = np.array([r.mean() for r in np.split(ranks, np.cumsum(sizes)[:-1])])
    variance = n * (n + 1) / 12 - float((tied * tied - 1).sum()) / (12 * (n - 1))
    pairs = tuple(itertools.combinations(range(len(groups)), 2))
    i, j = np.array(pairs).T
    errors = np.sqrt(variance * (1 / sizes[i] + 1 / sizes[j]))
    z = (means[i] - means[j]) / errors
    pvalues = adjusted(2 * ndtr(-np.abs(z)), adjustment)
    tests = []
    for (a, b), p, stat, se in zip(pairs, pvalues, z, errors, strict=True):
        line = step("standard error", "sqrt({v} (1/{a} + 1/{b}))", se, v=variance, a=sizes[a].item(), b=sizes[b].item())
        words = {"test": "Dunn's comparison of ranks", "statistic_name": "z", "computation": (line,), "source": DUNN}
        more = {"estimand": "difference of mean ranks", "estimate": float(means[a] - means[b])}
        tests.append(_pair(groups, a, b, p, stat, level, **words, **more))
    return PairwiseComparisons(pairs, tuple(tests), level, f"Dunn, {adjustment}", DUNN)


def _studentized(groups, error, confidence_level, method, source) -> PairwiseComparisons:
    """All pairs against the studentized range; ``error`` gives standard error, degrees of freedom and a line."""
    from scipy.stats import studentized_range

    level = check_test("two-sided", confidence_level)
    k, pairs, tests = len(groups), tuple(itertools.combinations(range(len(groups)), 2)), []
    quantile = functools.cache(lambda df: float(studentized_range.ppf(level, k, df)))
    for i, j in pairs:
        se, df, line = error(groups[i], groups[j])
        delta, critical = float(groups[i].mean() - groups[j].mean()), quantile(df)
        q = abs(delta) / se
        words = {"test": f"{method}'s comparison", "statistic_name": "q", "df": df, "source": source}
        more = {
            "confidence_interval": (delta - critical * se, delta + critical * se),
            "computation": (line, step("critical studentized range", "", critical)),
        }
        p = min(1.0, max(0.0, float(studentized_range.sf(q, k, df))))
        tests.append(_pair(groups, i, j, p, q, level, **words, **more))
    return PairwiseComparisons(pairs, tuple(tests), level, method, source)


def _pair(groups, i, j, pvalue, statistic, level, **fields) -> TestResult:
    known = {"estimand": "difference of means", "estimate": float(groups[i].mean() - groups[j].mean())}
    what = "mean ranks" if fields.get("estimand") else "means"
    return TestResult(
        n=(groups[i].size, groups[j].size),
        pvalue=float(pvalue),
        statistic=float(statistic),
        null_value=0.0,
        confidence_level=level,
        claim=_claim(what, i + 1, j + 1, fields.get("alternative", "two-sided")),
        **known | fields,
    )


def _claim(what: str, i: int, j: int, alternative: str) -> str:
    if alternative == "two-sided":
        return f"the {what} of groups {i} and {j} differ"
    return f"the mean of group {i} is {alternative} than that of group {j}"


def _groups(groups: Sequence, enough: int) -> list[np.ndarray]:
    check_enough(len(groups), 2, "groups")
    groups = [check_finite(x, f"group {i + 1}", ndim=1) for i, x in enumerate(groups)]
    for i, x in enumerate(groups):
        check_enough(x.size, enough, f"values in group {i + 1}")
    return groups

"""Analysis of variance: do several means differ, which ones, and by which factor."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from scipy.special import fdtrc

from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.means import spread_of
from hoshin.stats.comparisons.result import TestResult
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_same_length, check_variation
from hoshin.stats.results import Result, Step

SOURCE = "R. A. Fisher, Statistical Methods for Research Workers, chapter 7; D. C. Montgomery, Design and Analysis"


@dataclasses.dataclass(frozen=True, eq=False)
class AnovaRow(Result):
    """One line of a table of analysis of variance; ``f`` and ``pvalue`` are missing in the line of the residuals."""

    source: str
    ss: float
    df: float
    ms: float
    f: float | None = None
    pvalue: float | None = None
    eta_squared: float | None = None

    title = "Line of an analysis of variance"


@dataclasses.dataclass(frozen=True, eq=False)
class Anova(Result):
    """A table of analysis of variance: the effects, then the residuals, and the total about the mean."""

    rows: tuple[AnovaRow, ...]
    ss_total: float
    df_total: float
    n: int
    confidence_level: float = 0.95
    assumptions: tuple[str, ...] = ()

    title = "Analysis of variance"
    sources = (SOURCE,)

    @property
    def residuals(self) -> AnovaRow:
        """The line of the residuals."""
        return self.rows[-1]

    @property
    def residual_sd(self) -> float:
        """The standard deviation that no effect explains."""
        return math.sqrt(self.residuals.ms)

    def effect(self, source: str) -> AnovaRow:
        """The line of one effect."""
        for row in self.rows:
            if row.source == source:
                return row
        raise StatisticsError(
            "no line {found!r}; there are {rows}", found=source, rows=", ".join(row.source for row in self.rows)
        )

    def test(self, source: str) -> TestResult:
        """The F test of one effect."""
        row = self.effect(source)
        if row.f is None:
            raise StatisticsError("{found} has no test; it is what effects are compared with", found=source)
        return TestResult(
            test=f"F test of {source}",
            estimand=f"effect of {source}",
            n=(self.n,),
            pvalue=row.pvalue,
            statistic=row.f,
            statistic_name="F",
            df=(row.df, self.residuals.df),
            confidence_level=self.confidence_level,
            effect_size=row.eta_squared,
            effect_size_name="partial eta squared",
            claim=f"{source} has an effect",
            computation=(
                step("mean square", "{ss} / {df}", row.ms, ss=row.ss, df=row.df),
                step("F", "{ms} / {residual}", row.f, ms=row.ms, residual=self.residuals.ms),
            ),
            assumptions=self.assumptions,
            source=SOURCE,
        )

    def steps(self):
        """The lines of the table."""
        for row in self.rows:
            yield Step(f"{row.source}: mean square", "{ss} / {df}", {"ss": row.ss, "df": row.df}, row.ms)
            if row.f is not None:
                numbers = {"ms": row.ms, "residual": self.residuals.ms}
                yield Step(f"{row.source}: F", "{ms} / {residual}", numbers, row.f)
                yield Step(f"{row.source}: p value", value=row.pvalue)
        yield Step("total sum of squares about the mean", value=self.ss_total)


@dataclasses.dataclass(frozen=True, eq=False)
class PairwiseComparisons(Result):
    """Every pair of groups compared, with one confidence for all of them together."""

    pairs: tuple[tuple[int, int], ...]
    tests: tuple[TestResult, ...]
    confidence_level: float

    title = "Comparisons of every pair"
    sources = ("J. W. Tukey, The Problem of Multiple Comparisons (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310",)

    @property
    def different(self) -> tuple[tuple[int, int], ...]:
        """The pairs that differ."""
        return tuple(pair for pair, test in zip(self.pairs, self.tests, strict=True) if test.significant)

    def steps(self):
        """The conclusion for each pair."""
        for (i, j), test in zip(self.pairs, self.tests, strict=True):
            yield Step(f"groups {i + 1} and {j + 1}: {test.conclusion}")


def one_way_anova(*groups, confidence_level: float = 0.95) -> TestResult:
    """Whether the means of several groups differ.

    ``F = (SS_between / (k-1)) / (SS_within / (N-k))``. Sums of squares are taken about an exact shift of the origin
    with correctly rounded sums, so that large offsets cost no digits. Effect size: omega squared. ``summary`` holds
    ``ss_between``, ``ss_within``, their degrees of freedom and ``residual_sd``.

    Parameters: at least 2 groups, 1-D, none empty, one with 2 values or more, not all without variation. Assumes
    independent normal values of one variance (see ``levene``; ``welch_anova`` does without it).

    Source: R. A. Fisher, Statistical Methods for Research Workers, chapter 7; certified values: NIST StRD, ANOVA.

    >>> result = one_way_anova([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 6)
    (9.5911, (2.0, 12.0), 0.003248)
    """
    level = check_test("two-sided", confidence_level)
    groups = _groups(groups, 1)
    sums = _sums_of_squares(groups)
    n, k = sum(x.size for x in groups), len(groups)
    check_enough(n - k, 1, "values beyond one in each group")
    check_variation(max(spread_of(x) if x.size > 1 else 0.0 for x in groups), "the values within the groups")
    between, within = sums
    df = (float(k - 1), float(n - k))
    ms_between, ms_within = between / df[0], within / df[1]
    f = ms_between / ms_within
    return TestResult(
        test="One-way analysis of variance",
        estimand="means of the groups",
        n=tuple(x.size for x in groups),
        pvalue=float(fdtrc(*df, f)),
        statistic=f,
        statistic_name="F",
        df=df,
        confidence_level=level,
        effect_size=(between - df[0] * ms_within) / (between + within + ms_within),
        effect_size_name="omega squared",
        claim="at least one group has another mean than the others",
        summary={
            "means": tuple(float(x.mean()) for x in groups),
            "ss_between": between,
            "ss_within": within,
            "df_between": k - 1,
            "df_within": n - k,
            "residual_sd": math.sqrt(ms_within),
        },
        computation=(
            step("mean square between", "{ss} / {df}", ms_between, ss=between, df=df[0]),
            step("mean square within", "{ss} / {df}", ms_within, ss=within, df=df[1]),
            step("F", "{b} / {w}", f, b=ms_between, w=ms_within),
        ),
        assumptions=("values are independent", "values are normal in each group", "all groups have one variance"),
        source=SOURCE,
    )


def welch_anova(*groups, confidence_level: float = 0.95) -> TestResult:
    """Whether the means of several groups differ, without needing equal variances.

    Welch's F with weights n/s^2. Effect size: omega squared from F.

    Parameters: at least 2 groups, 1-D, at least 2 values each, none all alike. Assumes independent values, means
    about normal.

    Source: B. L. Welch, Biometrika 38 (1951), 330-336.

    >>> result = welch_anova([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> round(result.statistic, 4), round(result.df[1], 4), round(result.pvalue, 5)
    (9.0237, 7.9302, 0.00905)
    """
    level = check_test("two-sided", confidence_level)
    groups = _groups(groups, 2)
    n = np.array([float(x.size) for x in groups])
    spreads = [check_variation(spread_of(x), f"group {i + 1}") for i, x in enumerate(groups)]
    means, weights, k = np.array([x.mean() for x in groups]), n / np.square(spreads), len(groups)
    center = weights @ means / weights.sum()
    loss = float((np.square(1 - weights / weights.sum()) / (n - 1)).sum())
    numerator = float(weights @ np.square(means - center)) / (k - 1)
    f = numerator / (1 + 2 * (k - 2) * loss / (k * k - 1))
    df = (float(k - 1), (k * k - 1) / (3 * loss))
    return TestResult(
        test="Welch's analysis of variance",
        estimand="means of the groups",
        n=tuple(x.size for x in groups),
        pvalue=float(fdtrc(*df, f)),
        statistic=f,
        statistic_name="F",
        df=df,
        confidence_level=level,
        effect_size=df[0] * (f - 1) / (df[0] * (f - 1) + float(n.sum())),
        effect_size_name="omega squared",
        claim="at least one group has another mean than the others",
        summary={"means": tuple(means.tolist()), "standard deviations": tuple(map(float, spreads))},
        computation=(step("weighted mean", "sum(n/s^2 mean) / sum(n/s^2)", float(center)),),
        assumptions=("values are independent", "means are about normally distributed"),
        source="B. L. Welch, Biometrika 38 (1951), 330-336",
    )


def two_way_anova(values, first, second, interaction: bool = True, confidence_level: float = 0.95) -> Anova:
    """Which of two factors moves the mean, and whether one changes the effect of the other.

    Sums of squares of type II: each factor beyond the other, the interaction beyond both; with equal numbers in every
    cell they are the textbook ones. Lines: "first", "second", "interaction" (if asked), "residuals".

    Parameters: ``values`` 1-D; ``first`` and ``second`` the level of each factor for each value (labels of any kind),
    at least 2 levels each; every cell filled if there is an interaction, and more values than cells.

    Source: D. C. Montgomery, Design and Analysis of Experiments, 8th edition, section 5.3 (battery life: F 7.91,
    28.97, 3.56); type II: F. Yates, JASA 29 (1934), 51-66.

    >>> life = [130, 155, 74, 180, 34, 40, 80, 75, 20, 70, 82, 58, 150, 188, 159, 126, 136, 122, 106, 115,
    ...         25, 70, 58, 45, 138, 110, 168, 160, 174, 120, 150, 139, 96, 104, 82, 60]
    >>> table = two_way_anova(life, np.repeat([1, 2, 3], 12), np.tile(np.repeat([15, 70, 125], 4), 3))
    >>> [round(table.effect(name).f, 2) for name in ("first", "second", "interaction")]
    [7.91, 28.97, 3.56]
    """
    level = check_test("two-sided", confidence_level)
    values = check_finite(values, "values", ndim=1)
    a, b = _codes(values, first, "first"), _codes(values, second, "second")
    y = values - values[0]
    check_variation(spread_of(values))
    one, dummies = np.ones((y.size, 1)), (np.eye(a.max() + 1)[a], np.eye(b.max() + 1)[b])
    cells = (dummies[0][:, :, None] * dummies[1][:, None, :]).reshape(y.size, -1)
    rss_a, rank_a = _residual(y, np.hstack([one, dummies[0]]))
    rss_b, rank_b = _residual(y, np.hstack([one, dummies[1]]))
    rss_ab, rank_ab = _residual(y, np.hstack([one, *dummies]))
    effects = [("first", rss_b - rss_ab, rank_ab - rank_b), ("second", rss_a - rss_ab, rank_ab - rank_a)]
    rss, rank = rss_ab, rank_ab
    if interaction:
        empty = np.flatnonzero(cells.sum(axis=0) == 0)
        check_enough(cells.shape[1] - empty.size, cells.shape[1], "filled cells")
        rss, rank = _residual(y, cells)
        effects.append(("interaction", rss_ab - rss, rank - rank_ab))
    df = check_enough(y.size - rank, 1, "degrees of freedom left for the residuals (values beyond the cells)")
    return anova_table(effects, rss, df, float(np.square(y - y.mean()).sum()), y.size, level)


def anova_table(effects, rss: float, df: int, ss_total: float, n: int, confidence_level: float) -> Anova:
    """The table of effects ``(source, sum of squares, df)`` against residuals.

    >>> anova_table([("A", 8.0, 1)], rss=6.0, df=3, ss_total=14.0, n=5, confidence_level=0.95).effect("A").f
    4.0
    """
    check_variation(rss if rss > 1e-20 * ss_total else 0.0, "the residuals")
    ms = rss / df
    rows = [_row(source, max(0.0, float(ss)), float(k), ms, float(df), rss) for source, ss, k in effects]
    rows.append(AnovaRow("residuals", float(rss), float(df), float(ms)))
    assumptions = ("values are independent", "residuals are normal", "residuals have one variance")
    return Anova(tuple(rows), float(ss_total), float(n - 1), int(n), confidence_level, assumptions)


def tukey_hsd(*groups, confidence_level: float = 0.95) -> PairwiseComparisons:
    """Which means differ: all pairs at once, the intervals holding together with the confidence given.

    ``|mean_i - mean_j| / sqrt(MS_within/2 (1/n_i + 1/n_j))`` against the studentized range (Tukey-Kramer).

    Parameters: as ``one_way_anova``. Assumes independent normal values of one variance.

    Source: J. W. Tukey (1953); C. Y. Kramer, Biometrics 12 (1956), 307-310; NIST/SEMATECH e-Handbook 7.4.7.1.

    >>> result = tukey_hsd([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> result.different, [round(test.pvalue, 3) for test in result.tests]
    (((0, 1), (0, 2)), [0.022, 0.003, 0.531])
    """
    from scipy.stats import studentized_range

    level = check_test("two-sided", confidence_level)
    overall = one_way_anova(*groups, confidence_level=level)
    groups = _groups(groups, 1)
    k, df, sd = len(groups), overall.df[1], overall.summary["residual_sd"]
    critical = float(studentized_range.ppf(level, k, df))
    pairs = tuple((i, j) for i in range(k) for j in range(i + 1, k))
    tests = []
    for i, j in pairs:
        delta = float(groups[i].mean() - groups[j].mean())
        se = sd * math.sqrt((1 / groups[i].size + 1 / groups[j].size) / 2)
        tests.append(
            TestResult(
                test="Tukey's comparison",
                estimand="difference of means",
                n=(groups[i].size, groups[j].size),
                pvalue=float(min(1.0, max(0.0, studentized_range.sf(abs(delta) / se, k, df)))),
                statistic=abs(delta) / se,
                statistic_name="q",
                df=df,
                estimate=delta,
                null_value=0.0,
                confidence_interval=(delta - critical * se, delta + critical * se),
                confidence_level=level,
                claim=f"the means of groups {i + 1} and {j + 1} differ",
                computation=(
                    step(
                        "standard error",
                        "{sd} sqrt((1/{a} + 1/{b}) / 2)",
                        se,
                        sd=sd,
                        a=groups[i].size,
                        b=groups[j].size,
                    ),
                    step("critical studentized range", "", critical),
                ),
                source=PairwiseComparisons.sources[0],
            )
        )
    return PairwiseComparisons(pairs, tuple(tests), level)


def _row(source, ss, df, ms_residual, df_residual, rss):
    check_enough(int(df), 1, f"levels of {source} beyond the first")
    f = ss / df / ms_residual
    return AnovaRow(source, ss, df, ss / df, f, float(fdtrc(df, df_residual, f)), ss / (ss + rss))


def _residual(y, design) -> tuple[float, int]:
    solution, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    return float(np.square(y - design @ solution).sum()), int(rank)


def _codes(values, levels, name):
    levels = np.asarray(levels)
    check_same_length(values, levels, ("values", name))
    found, codes = np.unique(levels, return_inverse=True)
    check_enough(found.size, 2, f"levels of {name}")
    return codes


def _groups(groups, enough) -> list[np.ndarray]:
    check_enough(len(groups), 2, "groups")
    groups = [check_finite(x, f"group {i + 1}", ndim=1) for i, x in enumerate(groups)]
    for i, x in enumerate(groups):
        check_enough(x.size, enough, f"values in group {i + 1}")
    return groups


def _sums_of_squares(groups) -> tuple[float, float]:
    """Between and within, about the first value: subtracting a near number is exact, and so are the sums."""
    origin = groups[0][0]
    shifted = [x - origin for x in groups]
    n = sum(x.size for x in groups)
    grand = math.fsum(v for x in shifted for v in x.tolist()) / n
    means = [math.fsum(x.tolist()) / x.size for x in shifted]
    between = math.fsum(x.size * (m - grand) ** 2 for x, m in zip(shifted, means, strict=True))
    within = math.fsum(v for x, m in zip(shifted, means, strict=True) for v in np.square(x - m).tolist())
    return between, within

"""Analysis of variance: do several means differ, which ones, and by which factor."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from scipy.special import fdtrc

from hoshin.stats._results import Entries
from hoshin.stats.comparisons._cases import Cases, Sample, normality
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.result import TestResult, TestResults, entry
from hoshin.stats.errors import StatisticsError, check_enough
from hoshin.stats.results import FrozenDict, Result, Step

SOURCE = "R. A. Fisher, Statistical Methods for Research Workers, chapter 7; D. C. Montgomery, Design and Analysis"


@dataclasses.dataclass(frozen=True, eq=False)
class AnovaRow(Result):
    """One line of a table of analysis of variance; ``f`` and ``pvalue`` are missing in the line of the residuals.

    In the table of many responses the numbers are arrays with one entry for each (``df`` where they may have designs of
    their own).
    """

    source: str
    ss: float | np.ndarray
    df: float | np.ndarray
    ms: float | np.ndarray
    f: float | np.ndarray | None = None
    pvalue: float | np.ndarray | None = None
    eta_squared: float | np.ndarray | None = None

    title = "Line of an analysis of variance"


@dataclasses.dataclass(frozen=True, eq=False)
class Anova(Entries, Result):
    """A table of analysis of variance: the effects, then the residuals, and the total about the mean.

    In the table of many responses the numbers are arrays with one entry for each, NaN where ``problems`` says why there
    is no table; ``table[i]`` is the table of one.
    """

    rows: tuple[AnovaRow, ...]
    ss_total: float | np.ndarray
    df_total: float | np.ndarray
    n: int | np.ndarray
    confidence_level: float = 0.95
    assumptions: tuple[str, ...] = ()
    problems: Mapping[int, str] = dataclasses.field(default_factory=FrozenDict)

    title = "Analysis of variance"
    sources = (SOURCE,)

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return len(self.ss_total) if np.ndim(self.ss_total) else None

    def _entry(self, i: int) -> Anova:
        own = {name: entry(getattr(self, name), i) for name in ("ss_total", "df_total", "n")}
        rows = tuple(AnovaRow(**entry(vars(row), i)) for row in self.rows)
        return dataclasses.replace(self, rows=rows, problems=FrozenDict(), **own)

    @property
    def residuals(self) -> AnovaRow:
        """The line of the residuals."""
        return self.rows[-1]

    @property
    def residual_sd(self) -> float | np.ndarray:
        """The standard deviation that no effect explains."""
        return self.residuals.ms**0.5

    def effect(self, source: str) -> AnovaRow:
        """The line of one effect."""
        for row in self.rows:
            if row.source == source:
                return row
        raise StatisticsError(
            "no line {found!r}; there are {rows}", found=source, rows=", ".join(row.source for row in self.rows)
        )

    def test(self, source: str) -> TestResult | TestResults:
        """The F test of one effect."""
        row = self.effect(source)
        if row.f is None:
            raise StatisticsError("{found} has no test; it is what effects are compared with", found=source)
        many = self.count is not None
        cases = Cases(self.count or 1, many, problems=dict(self.problems))
        each = (cases.count,)
        return cases.answer(
            test=f"F test of {source}",
            estimand=f"effect of {source}",
            n=(np.broadcast_to(self.n, each),),
            pvalue=np.broadcast_to(row.pvalue, each),
            statistic=np.broadcast_to(row.f, each),
            statistic_name="F",
            df=np.stack([np.broadcast_to(df, each) for df in (row.df, self.residuals.df)], axis=1),
            confidence_level=self.confidence_level,
            effect_size=np.broadcast_to(row.eta_squared, each),
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


def one_way_anova(
    *groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether the means of several groups differ.

    Estimand: the means of the groups. ``F = (SS_between / (k-1)) / (SS_within / (N-k))``. Sums of squares are taken
    about an exact shift of the origin, so that large offsets cost no digits. Effect size: omega squared. ``summary``
    holds ``ss_between``, ``ss_within``, their degrees of freedom and ``residual_sd``.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; none
        empty, one with 2 values or more.
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: means and ``residual_sd`` those of the values, sums of squares their square; F and omega squared have none.

    Assumes: independent normal values of one variance (see ``levene``; ``welch_anova`` does without it).

    Errors: one group, no group with 2 values, no variation within the groups, a value missing.

    Source: R. A. Fisher, Statistical Methods for Research Workers, chapter 7; certified values: NIST StRD, ANOVA.

    >>> result = one_way_anova([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 6)
    (9.5911, (2.0, 12.0), 0.003248)
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 1, offsets, on_error)
    n, k = sum(x.n for x in samples), len(samples)
    between, within, df2 = varied_within(cases, samples)
    df1 = k - 1.0
    ms_between, ms_within = between / df1, within / df2
    with np.errstate(divide="ignore", invalid="ignore"):
        f = ms_between / ms_within
        omega = (between - df1 * ms_within) / (between + within + ms_within)
    summary = {
        "ss_between": between,
        "ss_within": within,
        "df_between": k - 1,
        "df_within": n - k,
        "residual_sd": np.sqrt(ms_within),
    }
    return _test_of_means(
        cases,
        samples,
        (f, df1, df2),
        level,
        test="One-way analysis of variance",
        effect_size=omega,
        summary=summary,
        computation=(
            step("mean square between", "{ss} / {df}", ms_between, ss=between, df=df1),
            step("mean square within", "{ss} / {df}", ms_within, ss=within, df=df2),
            step("F", "{b} / {w}", f, b=ms_between, w=ms_within),
        ),
        assumptions=("values are independent", "values are normal in each group", "all groups have one variance"),
        source=SOURCE,
    )


def welch_anova(
    *groups, confidence_level: float = 0.95, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether the means of several groups differ, without needing equal variances.

    Estimand: the means of the groups. Welch's F with weights w = n/s^2: ``(sum w (mean - m)^2 / (k-1)) / (1 + 2 (k-2)
    L / (k^2-1))`` with m the weighted mean and ``L = sum (1 - w/sum w)^2 / (n-1)``; degrees of freedom k - 1 and
    ``(k^2-1) / (3 L)``. Effect size: omega squared from F.

    Parameters
    ----------
    groups : at least 2, each (n_g,) of one characteristic, (C, n_g) of many, or a flat column with ``offsets``; at
        least 2 values each, not all alike.
    confidence_level : 1 - it is the level of decision.
    offsets : one for each group, where each characteristic begins.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: means and standard deviations in ``summary`` those of the values; F and omega squared have none.

    Assumes: independent values, means about normal (checked).

    Errors: one group, fewer than 2 values in a group, a group without variation, a value missing.

    Source: B. L. Welch, Biometrika 38 (1951), 330-336.

    >>> result = welch_anova([6.9, 5.4, 5.8, 4.6, 4.0], [8.3, 6.8, 7.8, 9.2, 6.5], [8.0, 10.5, 8.1, 6.9, 9.3])
    >>> round(result.statistic, 4), round(result.df[1], 4), round(result.pvalue, 5)
    (9.0237, 7.9302, 0.00905)
    """
    level = check_test("two-sided", confidence_level)
    cases, samples = read_groups(groups, 2, offsets, on_error)
    for sample in samples:
        cases.refuse_no_variation(sample)
    n, spreads = (np.stack([getattr(x, name) for x in samples], axis=1) for name in ("n", "sd"))
    means, k = np.stack([x.mean for x in about_first(samples)], axis=1), len(samples)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # In units of the smallest spread, whose square may be too small a number.
        weights = n / (spreads / spreads.min(axis=1, keepdims=True)) ** 2
        share = weights / weights.sum(axis=1, keepdims=True)
        center = (share * means).sum(axis=1)
        loss = ((1 - share) ** 2 / (n - 1)).sum(axis=1)
        numerator = (n * ((means - center[:, None]) / spreads) ** 2).sum(axis=1) / (k - 1)
        f = numerator / (1 + 2 * (k - 2) * loss / (k * k - 1))
        df1, df2 = k - 1.0, (k * k - 1) / (3 * loss)
        omega = df1 * (f - 1) / (df1 * (f - 1) + n.sum(axis=1))
    return _test_of_means(
        cases,
        samples,
        (f, df1, df2),
        level,
        test="Welch's analysis of variance",
        effect_size=omega,
        summary={"standard deviations": spreads},
        computation=(
            step(
                "weighted mean", "sum(n/s^2 mean) / sum(n/s^2)", center + samples[0].segments.firsts(samples[0].values)
            ),
            step("L", "sum((1 - w/sum w)^2 / (n - 1)), w = n/s^2", loss),
        ),
        checks=tuple(normality(x, x.name) for x in samples),
        assumptions=("values are independent", "means are about normally distributed"),
        source="B. L. Welch, Biometrika 38 (1951), 330-336",
    )


def _test_of_means(cases: Cases, samples, f_test, level, summary, **words) -> TestResult | TestResults:
    """The answer of an F test (statistic and both degrees of freedom) of the means of groups."""
    f, df1, df2 = f_test
    return cases.answer(
        estimand="means of the groups",
        n=tuple(x.n for x in samples),
        pvalue=fdtrc(df1, df2, f),
        statistic=f,
        statistic_name="F",
        df=np.stack([np.full_like(df2, df1), df2], axis=1),
        confidence_level=level,
        effect_size_name="omega squared",
        claim="at least one group has another mean than the others",
        summary={"means": np.stack([x.mean for x in samples], axis=1)} | summary,
        **words,
    )


def read_groups(groups, enough: int, offsets, on_error: str) -> tuple[Cases, list[Sample]]:
    """At least 2 groups of values.

    >>> read_groups(([1.0, 2.0], [4.0]), 1, None, "raise")[1][1].mean
    array([4.])
    """
    check_enough(len(groups), 2, "groups")
    named = {f"values in group {i + 1}": x for i, x in enumerate(groups)}
    return Cases.of_samples(named, offsets, on_error, enough)


def about_first(samples: list[Sample]) -> list[Sample]:
    """The samples about the first value of the first: differences of their means keep their digits far from 0.

    >>> [x.values for x in about_first(read_groups(([1.0, 3.0], [5.0]), 1, None, "raise")[1])]
    [array([0., 2.]), array([4.])]
    """
    origin = samples[0].segments.firsts(samples[0].values)
    return [x.moved(x.values - x.segments.per_point(origin)) for x in samples]


def sums_of_squares(samples: list[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Between and within groups, about the first value: subtracting a near number is exact.

    >>> sums_of_squares(read_groups(([1.0, 3.0], [5.0, 7.0]), 1, None, "raise")[1])
    (array([16.]), array([4.]))
    """
    shifted = about_first(samples)
    grand = sum(x.segments.sums(x.values) for x in shifted) / sum(x.n for x in shifted)
    between = sum(x.n * (x.mean - grand) ** 2 for x in shifted)
    return between, sum(x.segments.sums((x.values - x.segments.per_point(x.mean)) ** 2) for x in shifted)


def varied_within(cases: Cases, samples: list[Sample]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums of squares between and within groups and the degrees of freedom within; groups that do not vary are refused.

    >>> varied_within(*read_groups(([1.0, 3.0], [5.0, 7.0]), 1, None, "raise"))
    (array([16.]), array([4.]), array([2.]))
    """
    n, k = sum(x.n for x in samples), len(samples)
    cases.refuse(n <= k, "{n} values found; more than the {k} groups are needed", n=n, k=k)
    between, within = sums_of_squares(samples)
    df = np.maximum(n - k, 1).astype(np.float64)
    alike = np.all([x.alike for x in samples], axis=0) | (within / df == 0)
    cases.refuse(alike, "the values within the groups have no variation (standard deviation 0)")
    return between, within, df


def type_two(y: np.ndarray, codes: list[np.ndarray], terms: dict[str, tuple[int, ...]]):
    """What each term explains beyond all that do not hold it, for each row of y; fitted values; degrees left.

    ``codes`` are the levels of each factor, numbered from 0; a term names the factors in it by their places.

    >>> y = np.array([[1.0, 3.0, 2.0, 6.0, 1.5]])
    >>> effects, fitted, df = type_two(y, [np.array([0, 1, 0, 1, 0])], {"A": (0,)})
    >>> effects, fitted, df
    ([('A', array([10.8]), 1)], array([[1.5, 4.5, 1.5, 4.5, 1.5]]), 3)
    """
    columns = {}
    for name, places in terms.items():
        cells = np.ones((y.shape[1], 1))
        for place in places:
            cells = (cells[:, :, None] * np.eye(codes[place].max() + 1)[codes[place]][:, None, :]).reshape(
                len(cells), -1
            )
        columns[name] = cells
    effects = []
    for name, places in terms.items():
        beside = [columns[other] for other, held in terms.items() if not set(places) <= set(held)]
        (without, rank), (with_it, more) = _fitted(y, beside), _fitted(y, [*beside, columns[name]])
        check_enough(more - rank, 1, f"degrees of freedom of {name} (levels that no other term tells apart)")
        effects.append((name, np.square(with_it - without).sum(axis=1), more - rank))
    fitted, rank = _fitted(y, list(columns.values()))
    return effects, fitted, y.shape[1] - rank


def anova_table(effects, rss, df, ss_total, n, confidence_level: float) -> Anova:
    """The table of effects ``(source, sum of squares, df)`` against residuals; numbers may be arrays of many responses.

    Residuals of 0 make F infinite and the p value 0.

    >>> anova_table([("A", 8.0, 1)], rss=6.0, df=3, ss_total=14.0, n=5, confidence_level=0.95).effect("A").f
    4.0
    """
    ms = rss / df
    rows = [_row(source, np.maximum(ss, 0.0), k * 1.0, ms, df * 1.0, rss) for source, ss, k in effects]
    rows.append(AnovaRow("residuals", rss, df * 1.0, ms))
    assumptions = ("values are independent", "residuals are normal", "residuals have one variance")
    return Anova(tuple(rows), ss_total, n - 1.0, n, confidence_level, assumptions)


def _row(source, ss, df, ms_residual, df_residual, rss):
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.divide(ss / df, ms_residual)
        eta = np.divide(ss, ss + rss)
    return AnovaRow(source, ss, df, ss / df, f, fdtrc(df, df_residual, f), eta)


def _fitted(y: np.ndarray, columns: list[np.ndarray]) -> tuple[np.ndarray, int]:
    """The means that a constant and these columns fit to each row of y, and their rank."""
    design = np.hstack([np.ones((y.shape[1], 1)), *columns])
    solution, _, rank, _ = np.linalg.lstsq(design, y.T, rcond=None)
    return (design @ solution).T, int(rank)

"""Counts in categories: does a table of counts hold an association, does it fit expected shares."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from hoshin.stats.comparisons._cases import Cases
from hoshin.stats.comparisons._decision import check_test, step
from hoshin.stats.comparisons.result import Checks, TestResult, TestResults
from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_numbers, check_whole


def chi_square_independence(
    table, confidence_level: float = 0.95, correction: bool = False, *, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether rows and columns of a table of counts are associated: defect type by shift, say.

    Estimand: the association of rows and columns. ``sum (observed - expected)^2 / expected`` with expected = row total
    x column total / total, chi-square with (rows - 1)(columns - 1). Effect size: Cramér's V, ``sqrt(chi2 / (n (min(rows,
    columns) - 1)))``.

    Parameters
    ----------
    table : (rows, columns) of whole counts, at least 2 x 2; (C, rows, columns) for many characteristics.
    confidence_level : 1 - it is the level of decision.
    correction : Yates', half a unit off each distance, for 2 x 2.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: counts of units; the statistic and V have none.

    Assumes: independent units, each in one cell; expected counts of at least 5 in four of five cells and none below 1
    (Cochran; checked).

    Errors: an empty row or column, counts that are not whole, Yates' correction of a larger table.

    Source: K. Pearson, Philosophical Magazine 50 (1900), 157-175; W. G. Cochran, Biometrics 10 (1954), 417-451.

    >>> result = chi_square_independence([[20, 30, 50], [30, 30, 20]])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (12.7929, 2.0, 0.0017)
    """
    level = check_test("two-sided", confidence_level)
    cases, table = _counts(table, "table", 2, on_error)
    shape = table.shape[1:]
    if min(shape) < 2:
        raise StatisticsError("the table is {found}; at least 2 x 2 is needed", found=shape)
    rows, columns, total = table.sum(axis=2), table.sum(axis=1), table.sum(axis=(1, 2))
    for sums, name in ((rows, "row"), (columns, "column")):
        words = "{name} {place} of the table is empty; leave it out"
        cases.refuse((sums == 0).any(axis=1), words, name=name, place=(sums == 0).argmax(axis=1))
    if correction and shape != (2, 2):
        raise StatisticsError("Yates' correction is for 2 x 2 tables; found {found}", found=shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = rows[:, :, None] * columns[:, None, :] / total[:, None, None]
        distance = np.maximum(np.abs(table - expected) - (0.5 if correction else 0.0), 0)
        statistic = (distance**2 / expected).sum(axis=(1, 2))
        residuals = (table - expected) / np.sqrt(expected)
        effect = np.sqrt(statistic / (total * (min(shape) - 1)))
    df = float((shape[0] - 1) * (shape[1] - 1))
    return cases.answer(
        test="Chi-square test of independence",
        estimand="association of rows and columns",
        n=(total.astype(np.int64),),
        pvalue=chdtrc(df, statistic),
        statistic=statistic,
        statistic_name="chi-square",
        df=df,
        confidence_level=level,
        effect_size=effect,
        effect_size_name="Cramér's V",
        claim="rows and columns are associated",
        summary={"expected": expected, "residuals": residuals},
        computation=(step("chi-square", "sum of (observed - expected)^2 / expected", statistic),),
        checks=_cochran(expected.reshape(cases.count, -1)),
        assumptions=("units are independent", "each unit is counted in one cell"),
        source="W. G. Cochran, Biometrics 10 (1954), 417-451",
    )


def chi_square_fit(
    counts, shares=None, confidence_level: float = 0.95, fitted: int = 0, *, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether counts fit expected shares (all equal by default): weekdays, last digits.

    Estimand: the shares of the categories. ``sum (observed - expected)^2 / expected``, chi-square with k - 1 - fitted
    degrees of freedom. Effect size: Cohen's w, ``sqrt(chi2 / n)``.

    Parameters
    ----------
    counts : (k,) whole, at least 2 categories; (C, k) for many characteristics.
    shares : (k,) above 0, made to sum to 1; all equal if not given.
    confidence_level : 1 - it is the level of decision.
    fitted : how many parameters of the shares were estimated from the same counts.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: counts of units; shares need none.

    Assumes: independent units, each in one category; expected counts as for ``chi_square_independence`` (checked).

    Errors: one category, a share of 0 or less, another number of shares than counts, no degree of freedom left.

    Source: K. Pearson, Philosophical Magazine 50 (1900), 157-175.

    >>> result = chi_square_fit([315, 108, 101, 32], shares=[9, 3, 3, 1])  # Mendel's peas
    >>> round(result.statistic, 3), round(result.pvalue, 3)
    (0.47, 0.925)
    """
    level = check_test("two-sided", confidence_level)
    cases, counts = _counts(counts, "counts", 1, on_error)
    k, total = check_enough(counts.shape[1], 2, "categories"), counts.sum(axis=1)
    fitted = check_whole(fitted, "fitted", at_least=0)
    check_enough(k - 1 - fitted, 1, "degrees of freedom")
    shares = np.ones(k) if shares is None else check_finite(shares, "shares", ndim=1)
    if shares.size != k or not (shares > 0).all():
        words = "{shares} shares for {counts} categories; one share above 0 for each category is needed"
        raise StatisticsError(words, shares=shares.size, counts=k)
    cases.refuse(total == 0, "the counts are all 0; some units are needed")
    expected = total[:, None] * shares / shares.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
        effect = np.sqrt(statistic / total)
    return cases.answer(
        test="Chi-square test of fit",
        estimand="shares of the categories",
        n=(total.astype(np.int64),),
        pvalue=chdtrc(k - 1.0 - fitted, statistic),
        statistic=statistic,
        statistic_name="chi-square",
        df=k - 1.0 - fitted,
        confidence_level=level,
        effect_size=effect,
        effect_size_name="Cohen's w",
        claim="the shares differ from the expected ones",
        summary={"observed": counts, "expected": expected},
        computation=(step("chi-square", "sum of (observed - expected)^2 / expected", statistic),),
        checks=_cochran(expected),
        assumptions=("units are independent", "each unit is counted in one category"),
        source="K. Pearson, Philosophical Magazine 50 (1900), 157-175",
    )


def mcnemar(
    only_first, only_second, method: str = "exact", confidence_level: float = 0.95, *, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether two yes-or-no results on the same units differ in how often they say yes: two inspectors, two gauges.

    Estimand: the odds ratio of disagreement, ``only_first / only_second``. If neither says yes more often, the first of
    them is binomial with chance 1/2 of both together.

    Parameters
    ----------
    only_first, only_second : counts of units where only the first, and only the second, says yes; at least one in all.
        One number each, or one for each of many characteristics.
    method : "exact" binomial, "midp" (half of the found count's chance), or "chi2" (``(b - c)^2 / (b + c)``, without
        continuity correction).
    confidence_level : 1 - it is the level of decision.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: counts of units; the odds ratio has none.

    Assumes: independent units, both results on the same ones.

    Errors: no unit on which the two disagree, counts that are negative or not whole.

    Source: Q. McNemar, Psychometrika 12 (1947), 153-157; M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research
    Methodology 13 (2013), 91 (for 1 and 7: exact 0.0703, mid-P 0.0391).

    >>> round(mcnemar(1, 7).pvalue, 4), round(mcnemar(1, 7, method="midp").pvalue, 4)
    (0.0703, 0.0391)
    """
    level = check_test("two-sided", confidence_level)
    check_choice(method, ("exact", "midp", "chi2"), "method")
    from scipy.stats import binom

    cases, given = Cases.of_numbers(on_error, only_first=only_first, only_second=only_second)
    b, c = (cases.whole(array, name, at_least=0) for name, array in given.items())
    n = b + c
    cases.refuse(n == 0, "{n} units on which the two disagree found; at least 1 is needed", n=n)
    some = np.maximum(n, 1)
    statistic = (b - c) ** 2 / some
    if method == "chi2":
        pvalue = chdtrc(1, statistic)
    else:
        own = binom.pmf(np.minimum(b, c), some, 0.5) if method == "midp" else 0.0
        pvalue = np.minimum(1.0, 2 * binom.cdf(np.minimum(b, c), some, 0.5) - own)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.where(c > 0, b / np.maximum(c, 1), np.inf)
    return cases.answer(
        test={"exact": "McNemar's exact test", "midp": "McNemar's mid-P test"}.get(method, "McNemar's test"),
        estimand="odds ratio of disagreement",
        n=(n,),
        pvalue=pvalue,
        statistic=b if method != "chi2" else statistic,
        statistic_name="only first" if method != "chi2" else "chi-square",
        df=1.0 if method == "chi2" else None,
        confidence_level=level,
        effect_size=odds,
        effect_size_name="odds ratio",
        claim="the two say yes with different frequency",
        summary={"only first": b, "only second": c},
        assumptions=("units are independent", "both results are on the same units"),
        source="M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 13 (2013), 91",
    )


def cochran_q(
    table, confidence_level: float = 0.95, *, offsets=None, on_error: str = "raise"
) -> TestResult | TestResults:
    """Whether several yes-or-no results on the same units differ in how often they say yes: McNemar for three or more.

    Estimand: the shares of yes of the columns. ``Q = (k-1) (k sum G_j^2 - (sum G_j)^2) / (k sum L_i - sum L_i^2)`` with
    G the column totals and L the row totals, chi-square with k - 1 degrees of freedom.

    Parameters
    ----------
    table : (units, results) of 0 and 1, at least 2 columns; (C, units, results) for many characteristics, or their rows
        end to end with ``offsets``. Units with all answers alike say nothing.
    confidence_level : 1 - it is the level of decision.
    offsets : where the rows of each characteristic begin, and their number at the end.
    on_error : "raise", or "mark" among many: NaN and a word in ``problems`` where there is no test.

    Units: none; shares are fractions.

    Assumes: independent units, some 24 answers on units that are not all alike (checked).

    Errors: values other than 0 and 1, one missing, every unit with all answers alike.

    Source: W. G. Cochran, Biometrika 37 (1950), 256-266.

    >>> result = cochran_q([[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0]])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (7.0, 2.0, 0.0302)
    """
    level = check_test("two-sided", confidence_level)
    cases, answers, segments = Cases.of_tables(table, offsets, on_error)
    k, n = check_enough(answers.shape[1], 2, "results (columns)"), segments.lengths
    strange = segments.counts(~np.isin(answers, (0, 1)).all(axis=1)) > 0
    cases.refuse(strange, "the table holds other values than 0 and 1; yes (1) or no (0) is needed of each")
    columns, rows = np.add.reduceat(answers, segments.offsets[:-1], axis=0), answers.sum(axis=1)
    telling = segments.counts((rows > 0) & (rows < k))
    cases.refuse_few(telling, 1, "units on which the results disagree")
    numerator = (k - 1) * (k * np.square(columns).sum(axis=1) - np.square(columns.sum(axis=1)))
    denominator = segments.sums(k * rows - rows * rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = numerator / denominator
    words = (f"{{telling}} units with {k} answers that are not all alike",)
    check = Checks(
        "24 answers or more on units that are not all alike",
        words,
        np.zeros_like(telling),
        {"telling": telling},
        telling * k >= 24,
    )
    return cases.answer(
        test="Cochran's Q test",
        estimand="shares of yes",
        n=(n,),
        pvalue=chdtrc(k - 1, q),
        statistic=q,
        statistic_name="Q",
        df=np.full(cases.count, k - 1.0),
        confidence_level=level,
        effect_size=q / (n * (k - 1)),
        effect_size_name="Q / (n (k - 1))",
        claim="at least one result says yes with another frequency than the others",
        summary={"shares of yes": columns / n[:, None], "units that are not all alike": telling},
        computation=(step("Q", "{a} / {b}", q, a=numerator, b=denominator),),
        checks=(check,),
        assumptions=("units are independent", "all results are on the same units"),
        source="W. G. Cochran, Biometrika 37 (1950), 256-266",
    )


def _counts(given, name: str, ndim: int, on_error: str) -> tuple[Cases, np.ndarray]:
    """Tables of whole counts, one for each characteristic."""
    check_choice(on_error, ("raise", "mark"), "on_error")
    array = check_numbers(given, name, ndim=(ndim, ndim + 1))
    tables = array if array.ndim == ndim + 1 else array[None]
    cases = Cases(check_enough(len(tables), 1, "characteristics"), array.ndim == ndim + 1, on_error)
    flat = tables.reshape(cases.count, -1)
    wrong = ~((flat >= 0) & (flat % 1 == 0))
    if wrong.any():
        found = flat[np.arange(cases.count), wrong.argmax(axis=1)]
        words = "{name} holds {found}; whole counts of 0 or more are needed"
        cases.refuse(wrong.any(axis=1), words, name=name, found=found)
        tables = np.where(wrong.reshape(tables.shape), 1.0, tables)
    return cases, tables


def _cochran(expected: np.ndarray) -> tuple[Checks, ...]:
    small, smallest = (expected < 5).mean(axis=1), expected.min(axis=1)
    words = "the smallest expected count is {smallest:.3g}, {small:.0%} of the cells are below 5"
    return (
        Checks(
            "expected counts of at least 5 in four of five cells, none below 1",
            (words,),
            np.zeros(small.shape, dtype=np.int64),
            {"smallest": smallest, "small": small},
            (small <= 0.2) & (smallest >= 1),
        ),
    )

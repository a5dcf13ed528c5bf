"""Linear regression: what moves a response, by how much, how sure, and may the model be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.special import fdtrc, stdtr, stdtrit

from hoshin.stats._results import Entries
from hoshin.stats._shapiro import lacking, royston_pvalue
from hoshin.stats.comparisons._cases import LARGEST_SPREAD, Cases
from hoshin.stats.comparisons._decision import step
from hoshin.stats.comparisons.anova import Anova, anova_table
from hoshin.stats.comparisons.result import Check, Checks, TestResult, TestResults, entry
from hoshin.stats.errors import StatisticsError, check_enough, check_finite, check_fraction, check_numbers
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

__all__ = ["Prediction", "Regression", "linear_regression"]

_SHARED = ("names", "vif", "leverage", "df", "n", "confidence", "ranges", "problems")
"""The fields that all responses have in common."""

_SCATTER = "the terms leave a scatter"
"""A check that is told only where it fails."""


@dataclass(frozen=True, eq=False)
class Regression(Entries, Result):
    """A fitted linear model: one entry per coefficient (the constant first), the table, what the residuals say.

    ``press`` is the sum of squared errors of each value predicted without itself; ``r_squared_predicted`` follows from
    it. ``leverage``, ``studentized`` (by the model without that value) and ``cooks_distance`` are per value.
    ``lack_of_fit`` compares with the scatter of runs made twice, where there are any.

    Of many responses the numbers have a leading axis for them, but for those that depend on the terms alone (``vif``,
    ``leverage``); ``result[i]`` is the model of one.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    standard_errors: np.ndarray
    t: np.ndarray
    pvalues: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    vif: np.ndarray
    residual_sd: float | np.ndarray
    r_squared: float | np.ndarray
    r_squared_adjusted: float | np.ndarray
    r_squared_predicted: float | np.ndarray
    f: float | np.ndarray
    pvalue: float | np.ndarray
    anova: Anova
    df: float
    n: int
    fitted: np.ndarray
    residuals: np.ndarray
    leverage: np.ndarray
    studentized: np.ndarray
    cooks_distance: np.ndarray
    press: float | np.ndarray
    durbin_watson: float | np.ndarray
    checks: tuple[Check, ...] | tuple[Checks, ...]
    covariance: np.ndarray
    confidence: float
    ranges: tuple[tuple[float, float], ...] = field(default=())
    lack_of_fit: TestResult | TestResults | None = None
    problems: Mapping[int, str] = field(default_factory=dict)

    title = "Linear regression"
    assumptions = (
        "the response is a linear function of the terms",
        "residuals are independent",
        "residuals have one variance",
        "residuals are normal (for intervals and tests)",
    )
    sources = (
        "N. R. Draper, H. Smith, Applied Regression Analysis, 3rd edition (1998)",
        "R. D. Cook, S. Weisberg, Residuals and Influence in Regression (1982)",
    )

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return len(self.residual_sd) if np.ndim(self.residual_sd) else None

    def _entry(self, i: int) -> Regression:
        own = {name.name: _one(getattr(self, name.name), i) for name in fields(self) if name.name not in _SHARED}
        shared = {name: getattr(self, name) for name in _SHARED if name != "problems"}
        if own["lack_of_fit"] is not None and math.isnan(own["lack_of_fit"].pvalue):
            own["lack_of_fit"] = None
        return Regression(**own, **shared)

    def coefficient(self, name: str) -> float | np.ndarray:
        """The coefficient of one term."""
        found = self.coefficients[..., self._place(name)]
        return found if found.ndim else found.item()

    def predict(self, terms, new_value: bool = True) -> Prediction:
        """Response at new terms, with the interval of a new value or of the mean there.

        A point outside the range of a term in the data is marked in ``extrapolated``.
        """
        terms = np.atleast_2d(check_finite(terms, "terms"))
        constant = self.names[0] == "constant"
        width = len(self.names) - constant
        if terms.shape[1] != width:
            raise StatisticsError("{found} terms given; the model has {needed}", found=terms.shape[1], needed=width)
        rows = np.hstack([np.ones((len(terms), 1)), terms]) if constant else terms
        mean = self.coefficients @ rows.T
        variance = np.einsum("ij,...jk,ik->...i", rows, self.covariance, rows)
        if new_value:
            variance = variance + np.square(self.residual_sd)[..., None]
        half = -float(stdtrit(self.df, (1 - self.confidence) / 2)) * np.sqrt(variance)
        low, high = np.array(self.ranges).T
        outside = ((terms < low - 1e-12) | (terms > high + 1e-12)).any(axis=1)
        return Prediction(mean, mean - half, mean + half, outside, self.confidence, new_value)

    def steps(self):
        """Coefficients with errors, then the fit and the checks."""
        for i, name in enumerate(self.names):
            numbers = {"b": self.coefficients[..., i], "se": self.standard_errors[..., i]}
            yield Step(f"coefficient of {name}", value=numbers["b"])
            yield Step(f"t of {name}", "{b} / {se}", numbers, self.t[..., i])
            yield Step(f"p value of {name}", value=self.pvalues[..., i])
        yield from self.anova.steps()
        yield Step("standard deviation of the residuals", value=self.residual_sd)
        yield Step("R squared", value=self.r_squared)
        yield Step("R squared, predicted", "1 - PRESS / total", value=self.r_squared_predicted)
        if self.lack_of_fit is not None:
            yield Step("p value of the lack of fit", value=self.lack_of_fit.pvalue)
        for check in self.checks:
            if isinstance(check, Check):
                yield Step("checked", "{assumption}: {found}", {"assumption": check.assumption, "found": check.found})

    def _place(self, name: str) -> int:
        if name not in self.names:
            raise StatisticsError("no term {found!r}; there are {names}", found=name, names=", ".join(self.names))
        return self.names.index(name)


@dataclass(frozen=True, eq=False)
class Prediction(Result):
    """Responses predicted at new terms, with intervals; ``extrapolated`` marks those outside the data."""

    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    extrapolated: np.ndarray
    confidence: float
    new_value: bool

    title = "Prediction"


def linear_regression(
    terms,
    response,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    constant: bool = True,
    *,
    on_error: str = "raise",
) -> Regression:
    """Least squares of a response on terms, with everything needed to doubt it; of many responses on the same terms.

    Estimand: the coefficients b of y = b0 + b1 x1 + ... ``b = (X'X)^-1 X'y`` by orthogonal decomposition of the
    centered, scaled columns, which keeps the digits that offsets would cost. Table: the model against the residuals.
    Lack of fit: ``((RSS - SS_pure) / (m - p - 1)) / (SS_pure / (n - m))`` where n runs have only m different rows.

    Parameters
    ----------
    terms : (n,) or (n, p), one column for each term.
    response : (n,) of one response, (C, n) of many.
    names : one for each term; x1, x2 ... if not given.
    confidence : of the two-sided intervals of coefficients and predictions.
    constant : False forces the line through the origin (R squared is then about 0).
    on_error : "raise", or "mark" among many responses: NaN and a word in ``problems`` where there is no model.

    Units: a coefficient in units of the response for one unit of its term; fitted values, residuals and ``residual_sd``
    in units of the response.

    Assumes: a response linear in the terms; independent residuals of one variance, normal for tests and intervals (what
    the data say of that is in ``checks``). A response the terms explain to rounding has errors of 0 and infinite t, and
    a check that says so.

    Errors: n not above p + 1, a term without variation or a sum of others, a response without variation, a value
    missing.

    Source: N. R. Draper, H. Smith, Applied Regression Analysis, 3rd edition (1998), chapters 1-8; certified values:
    NIST StRD, linear regression.

    >>> fit = linear_regression([1, 2, 3, 4, 5], [1.1, 1.9, 3.2, 3.9, 5.1], names=["load"])
    >>> fit.coefficients.round(4), round(fit.r_squared, 4), round(fit.pvalue, 5)
    (array([0.04, 1.  ]), 0.9929, 0.00026)
    >>> both = linear_regression([1, 2, 3, 4, 5], [[1.1, 1.9, 3.2, 3.9, 5.1], [5.2, 4.1, 3.0, 1.8, 1.1]])
    >>> both.coefficient("x1").round(3), both[0].coefficient("x1") == fit.coefficient("load")
    (array([ 1.  , -1.05]), True)
    """
    confidence = check_fraction(confidence)
    cases, x, y, names = _read(terms, response, names, constant, on_error)
    n, p = x.shape
    df = n - p - constant
    origin, center = (x.mean(axis=0), y.mean(axis=1, keepdims=True)) if constant else (np.zeros(p), 0.0)
    inverse, q = _decomposed(x - origin, names)
    target = y - center
    projected = target @ q
    fitted = center + projected @ q.T
    residuals, total = y - fitted, np.square(target).sum(axis=1)
    rss = np.square(residuals).sum(axis=1)
    rss[rss <= np.maximum(1e-24 * total, n * (4 * np.finfo(float).eps * np.abs(y).max(axis=1)) ** 2)] = 0.0
    slopes, spread = projected @ inverse.T, inverse @ inverse.T
    if constant:
        slopes = np.column_stack([center[:, 0] - slopes @ origin, slopes])
        spread = _with_constant(spread, origin, n)
    table = anova_table([("model", np.square(projected).sum(axis=1), p)], rss, df, total, n, confidence)
    leverage = np.square(q).sum(axis=1) + (1 / n if constant else 0.0)
    influence = _influence(residuals, rss, leverage, df, p + constant)
    found = Regression(
        names=(*(("constant",) if constant else ()), *names),
        vif=np.square(x - origin).sum(axis=0) * np.diag(inverse @ inverse.T),
        residual_sd=np.sqrt(rss / df),
        r_squared=1 - rss / total,
        r_squared_adjusted=1 - rss / df / (total / (n - constant)),
        r_squared_predicted=1 - influence["press"] / total,
        f=table.rows[0].f,
        pvalue=table.rows[0].pvalue,
        anova=table,
        df=float(df),
        n=n,
        fitted=fitted,
        residuals=residuals,
        leverage=leverage,
        checks=(_exact(rss), *residual_checks(residuals, fitted, influence["studentized"])),
        covariance=(rss / df)[:, None, None] * spread,
        confidence=confidence,
        ranges=tuple(zip(x.min(axis=0).tolist(), x.max(axis=0).tolist(), strict=True)),
        lack_of_fit=_lack_of_fit(cases, x, y, rss, p + constant, confidence),
        problems=cases.problems,
        **_tests(slopes, np.sqrt(np.outer(rss / df, np.diag(spread))), df, confidence),
        **influence,
    )
    return found if cases.many else found[0]


def residual_checks(residuals: np.ndarray, fitted: np.ndarray, studentized: np.ndarray) -> tuple[Checks, ...]:
    """What residuals in the order of the runs (one row for each response) say of their shape, scatter and order.

    >>> random = np.random.default_rng(1)
    >>> noise = random.normal(size=(1, 40))
    >>> [check[0].holds for check in residual_checks(noise, np.arange(40.0)[None], noise)]
    [True, True, True, True]
    """
    n = residuals.shape[1]
    checks = []
    if 3 <= n <= 5000:
        p = _where(np.ptp(residuals, axis=1) > 0, residuals, _shape_pvalue)
        checks.append(_check("residuals are normal", "Shapiro-Wilk p = {p:.3g}", ~(p <= 0.05), p=p))
    if n >= 6:
        p = _rank_correlation_pvalue(np.abs(residuals), fitted)
        words = "rank correlation of their size with the fitted values, p = {p:.3g}"
        checks.append(_check("residuals have one variance", words, ~(p <= 0.05), p=p))
        with np.errstate(invalid="ignore"):
            ratio = np.square(np.diff(residuals, axis=1)).sum(axis=1) / np.square(residuals).sum(axis=1)
        # Von Neumann's ratio of independent residuals is about normal, mean 2, variance 4 (n-2)/(n^2-1).
        z = (ratio - 2) / math.sqrt(4 * (n - 2) / (n * n - 1))
        words = "Durbin-Watson {ratio:.3g}"
        checks.append(_check("residuals are independent in run order", words, ~(np.abs(z) >= 2.58), ratio=ratio))
    size = np.where(np.isfinite(studentized), np.abs(studentized), -1.0)
    largest, place = size.max(axis=1), size.argmax(axis=1) + 1
    limit = max(3.0, -float(stdtrit(max(n - 3, 1), 0.025 / n)))
    words = "largest studentized residual {largest:.3g} at value {place}"
    holds, largest = largest < limit, np.where(largest < 0, np.nan, largest)
    checks.append(_check("no single value stands out", words, holds, largest=largest, place=place))
    return tuple(checks)


def _read(terms, response, names, constant, on_error):
    x = check_finite(terms, "terms", ndim=(1, 2))
    x = x[:, None] if x.ndim == 1 else x
    n, p = x.shape
    check_enough(p, 1, "terms")
    check_enough(n, p + constant + 1, "values")
    cases, y = read_responses(response, n, "terms", on_error)
    return cases, x, y, _names(names, p)


def read_responses(response, n: int, of: str, on_error: str) -> tuple[Cases, np.ndarray]:
    """One row for each response, NaN in those that are refused.

    >>> read_responses([1.0, 2.0], 2, "runs", "raise")[1]
    array([[1., 2.]])
    """
    given = check_numbers(response, "response", ndim=(1, 2))
    y = np.array(given, ndmin=2)
    if n != y.shape[1]:
        raise StatisticsError(
            "{of} has {na} entries and response has {nb}; they must be as long as each other",
            of=of,
            na=n,
            nb=y.shape[1],
        )
    cases = Cases(check_enough(len(y), 1, "responses"), given.ndim == 2, on_error)
    missing = np.isnan(y).sum(axis=1)
    cases.refuse_missing(missing, "response")
    with np.errstate(over="ignore"):
        spread = np.ptp(y, axis=1)
    cases.refuse(spread == 0, "response have no variation (standard deviation 0)")
    words = "response spans {spread}; less than {most} can be computed with"
    cases.refuse(spread > LARGEST_SPREAD, words, spread=spread, most=LARGEST_SPREAD)
    y[cases.lost] = np.nan
    return cases, y


def _names(names, p) -> tuple[str, ...]:
    names = tuple(f"x{i + 1}" for i in range(p)) if names is None else tuple(names)
    if len(names) != p:
        raise StatisticsError("{found} names for {p} terms; as many are needed", found=len(names), p=p)
    return names


def _decomposed(centered, names):
    """The matrix that turns projections into slopes, and an orthonormal basis of the columns."""
    scale = np.sqrt(np.square(centered).sum(axis=0))
    for name, s, column in zip(names, scale, centered.T, strict=True):
        if not s > 0 or np.ptp(column) <= 1e-14 * np.abs(column).max():
            raise StatisticsError("term {name} has no variation; leave it out", name=name)
    q, r = qr(centered / scale, mode="economic")
    if np.abs(np.diag(r)).min() < 1e-11:
        place = int(np.argmin(np.abs(np.diag(r))))
        raise StatisticsError("term {name} is a sum of terms before it; leave one out", name=names[place])
    return solve_triangular(r, np.eye(len(r))) / scale[:, None], q


def _with_constant(spread, origin, n):
    """The inverse of X'X with the column of the constant, which centering took out."""
    pulled = -spread @ origin
    return np.block([[np.array([[1 / n + origin @ spread @ origin]]), pulled[None, :]], [pulled[:, None], spread]])


def _tests(coefficients, errors, df, confidence) -> dict[str, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coefficients / errors
    half = -float(stdtrit(df, (1 - confidence) / 2)) * errors
    return {
        "coefficients": coefficients,
        "standard_errors": errors,
        "t": t,
        "pvalues": 2 * stdtr(df, -np.abs(t)),
        "lower": coefficients - half,
        "upper": coefficients + half,
    }


def _influence(residuals, rss, leverage, df, width) -> dict[str, np.ndarray]:
    """What each value does to the model, and how well it is predicted without itself."""
    left = np.clip(1 - leverage, 1e-15, None)
    without = np.clip(rss[:, None] - residuals**2 / left, 0.0, None) / max(df - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        standardized = residuals / np.sqrt((rss / df)[:, None] * left)
        return {
            "studentized": residuals / np.sqrt(without * left),
            "cooks_distance": standardized**2 * leverage / left / width,
            "press": np.square(residuals / left).sum(axis=1),
            "durbin_watson": np.square(np.diff(residuals, axis=1)).sum(axis=1) / rss,
        }


def _lack_of_fit(cases: Cases, x, y, rss, width, confidence) -> TestResults | None:
    """The residuals against the scatter of runs made at the same terms; nothing without such runs."""
    n = len(x)
    rows, of = np.unique(x, axis=0, return_inverse=True)
    df_lack, df_pure = len(rows) - width, n - len(rows)
    if df_lack < 1 or df_pure < 1:
        return None
    member = np.eye(len(rows))[of.ravel()]
    pure = np.square(y - (y @ member / member.sum(axis=0)) @ member.T).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lack = np.maximum(rss - pure, 0.0)
        f = (lack / df_lack) / (pure / df_pure)
    return Cases(cases.count, True).answer(
        test="Test of the lack of fit",
        estimand="lack of fit",
        n=(np.full(cases.count, n),),
        pvalue=fdtrc(df_lack, df_pure, f),
        statistic=f,
        statistic_name="F",
        df=np.broadcast_to([float(df_lack), float(df_pure)], (cases.count, 2)),
        confidence_level=confidence,
        claim="the model misses what runs at the same terms have in common",
        computation=(
            step("pure error", "sum of squares of runs about their mean", pure),
            step("lack of fit", "{rss} - {pure}", lack, rss=rss, pure=pure),
        ),
        assumptions=("runs at the same terms are independent",),
        source="N. R. Draper, H. Smith, Applied Regression Analysis, 3rd edition (1998), section 2.1",
    )


def _exact(rss) -> Checks:
    words = ("the residuals have a scatter", "the fit is exact to rounding: errors of 0 and p values say nothing")
    return Checks(_SCATTER, words, (rss == 0).astype(np.int64), {}, rss != 0)


def _check(assumption: str, words: str, holds: np.ndarray, **numbers) -> Checks:
    """A check that is told by its first number; where there is none, nothing could be looked at."""
    case = np.isnan(next(iter(numbers.values()))).astype(np.int64)
    return Checks(assumption, (words, "the residuals or fitted values are all alike"), case, numbers, holds)


def _shape_pvalue(rows: np.ndarray) -> np.ndarray:
    segments = Segments.rows(*rows.shape)
    return royston_pvalue(lacking(segments, np.sort(rows, axis=1).ravel()), segments.lengths)


def _where(wanted: np.ndarray, rows: np.ndarray, function) -> np.ndarray:
    """What a function says of the rows wanted; NaN of the others."""
    found = np.full(len(rows), np.nan)
    if wanted.any():
        found[wanted] = function(rows[wanted])
    return found


def _rank_correlation_pvalue(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    a, b = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (rankdata(rows, axis=1) for rows in (first, second)))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (a * b).sum(axis=1) / np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
        t = np.clip(r, -1, 1) * np.sqrt((a.shape[1] - 2) / np.clip((1 + r) * (1 - r), 0, None))
    return 2 * stdtr(a.shape[1] - 2, -np.abs(t))


def _one(value, i: int):
    """What a field holds of one response."""
    if isinstance(value, np.ndarray):
        return value[i].item() if value.ndim == 1 else value[i]
    if isinstance(value, Anova | TestResults):
        return value[i]
    if isinstance(value, tuple):
        checks = (check[i] for check in value)
        return tuple(check for check in checks if not (check.assumption == _SCATTER and check.holds))
    return entry(value, i)

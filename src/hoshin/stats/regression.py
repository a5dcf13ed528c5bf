"""Linear regression: what moves a response, by how much, how sure, and may the model be believed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.special import fdtrc, stdtr, stdtrit

from hoshin.stats.comparisons.anova import Anova, anova_table
from hoshin.stats.comparisons.result import Check
from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_same_length,
    check_variation,
)
from hoshin.stats.normality import shapiro_wilk
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class Regression(Result):
    """A fitted linear model: one entry per coefficient (the constant first), the table, what the residuals say.

    ``press`` is the sum of squared errors of each value predicted without itself; ``r_squared_predicted`` follows from
    it. ``leverage``, ``studentized`` (by the model without that value) and ``cooks_distance`` are per value.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    standard_errors: np.ndarray
    t: np.ndarray
    pvalues: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    vif: np.ndarray
    residual_sd: float
    r_squared: float
    r_squared_adjusted: float
    r_squared_predicted: float
    f: float
    pvalue: float
    anova: Anova
    df: float
    n: int
    fitted: np.ndarray
    residuals: np.ndarray
    leverage: np.ndarray
    studentized: np.ndarray
    cooks_distance: np.ndarray
    press: float
    durbin_watson: float
    checks: tuple[Check, ...]
    covariance: np.ndarray
    confidence: float
    ranges: tuple[tuple[float, float], ...] = field(default=())

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

    def coefficient(self, name: str) -> float:
        """The coefficient of one term."""
        return float(self.coefficients[self._place(name)])

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
        mean = rows @ self.coefficients
        variance = np.einsum("ij,jk,ik->i", rows, self.covariance, rows) + (self.residual_sd**2 if new_value else 0.0)
        half = -float(stdtrit(self.df, (1 - self.confidence) / 2)) * np.sqrt(variance)
        low, high = np.array(self.ranges).T
        outside = ((terms < low - 1e-12) | (terms > high + 1e-12)).any(axis=1)
        return Prediction(mean, mean - half, mean + half, outside, self.confidence, new_value)

    def steps(self):
        """Coefficients with errors, then the fit and the checks."""
        for i, name in enumerate(self.names):
            yield Step(f"coefficient of {name}", value=float(self.coefficients[i]))
            numbers = {"b": float(self.coefficients[i]), "se": float(self.standard_errors[i])}
            yield Step(f"t of {name}", "{b} / {se}", numbers, float(self.t[i]))
            yield Step(f"p value of {name}", value=float(self.pvalues[i]))
        yield from self.anova.steps()
        yield Step("standard deviation of the residuals", value=self.residual_sd)
        yield Step("R squared", value=self.r_squared)
        yield Step("R squared, predicted", "1 - PRESS / total", value=self.r_squared_predicted)
        for check in self.checks:
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
    terms, response, names: Sequence[str] | None = None, confidence: float = 0.95, constant: bool = True
) -> Regression:
    """Least squares of a response on terms, with everything needed to doubt it.

    ``b = (X'X)^-1 X'y`` by orthogonal decomposition of the centered, scaled columns, which keeps the digits that
    offsets would cost. Table: the model against the residuals.

    Parameters: ``terms`` (n,) or (n, p), ``response`` (n,), none missing; n > p + 1; no term a sum of others or
    without variation. ``constant=False`` forces the line through the origin (R squared is then about 0).

    Source: N. R. Draper, H. Smith, Applied Regression Analysis, 3rd edition (1998), chapters 1-8; certified values:
    NIST StRD, linear regression.

    >>> fit = linear_regression([1, 2, 3, 4, 5], [1.1, 1.9, 3.2, 3.9, 5.1], names=["load"])
    >>> fit.coefficients.round(4), round(fit.r_squared, 4), round(fit.pvalue, 5)
    (array([0.04, 1.  ]), 0.9929, 0.00026)
    """
    x = check_finite(terms, "terms", ndim=(1, 2))
    x = x[:, None] if x.ndim == 1 else x
    y = check_finite(response, "response", ndim=1)
    check_same_length(x, y, ("terms", "response"))
    confidence = check_fraction(confidence)
    n, p = x.shape
    check_enough(p, 1, "terms")
    check_enough(n, p + constant + 1, "values")
    check_variation(float(np.ptp(y)), "response")
    names = _names(names, p)
    origin, y_mean = (x.mean(axis=0), float(y.mean())) if constant else (np.zeros(p), 0.0)
    centered, target = x - origin, y - y_mean
    inverse, q = _decomposed(centered, names)
    projected = q.T @ target
    slopes = inverse @ projected
    fitted = y_mean + q @ projected
    residuals = y - fitted
    df = n - p - constant
    rss, total = float(residuals @ residuals), float(target @ target)
    leverage = np.square(q).sum(axis=1) + (1 / n if constant else 0.0)
    spread = inverse @ inverse.T
    ms = rss / df
    if constant:
        coefficients = np.concatenate([[y_mean - origin @ slopes], slopes])
        pulled = -spread @ origin
        spread = np.block(
            [[np.array([[1 / n + origin @ spread @ origin]]), pulled[None, :]], [pulled[:, None], spread]]
        )
    else:
        coefficients = slopes
    table = anova_table([("model", float(projected @ projected), p)], rss, df, total, n, confidence)
    errors = np.sqrt(ms * np.diag(spread))
    t = coefficients / errors
    half = -float(stdtrit(df, (1 - confidence) / 2)) * errors
    left = np.clip(1 - leverage, 1e-15, None)
    standardized = residuals / np.sqrt(ms * left)
    without = np.clip(rss - residuals**2 / left, 0.0, None) / max(df - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        studentized = residuals / np.sqrt(without * left)
    press = float(np.square(residuals / left).sum())
    f = table.rows[0].f
    return Regression(
        names=(*(("constant",) if constant else ()), *names),
        coefficients=coefficients,
        standard_errors=errors,
        t=t,
        pvalues=2 * stdtr(df, -np.abs(t)),
        lower=coefficients - half,
        upper=coefficients + half,
        vif=np.square(centered).sum(axis=0) * np.diag(inverse @ inverse.T),
        residual_sd=math.sqrt(ms),
        r_squared=1 - rss / total,
        r_squared_adjusted=1 - rss / df / (total / (n - constant)),
        r_squared_predicted=1 - press / total,
        f=f,
        pvalue=float(fdtrc(p, df, f)),
        anova=table,
        df=float(df),
        n=n,
        fitted=fitted,
        residuals=residuals,
        leverage=leverage,
        studentized=studentized,
        cooks_distance=standardized**2 * leverage / left / (p + constant),
        press=press,
        durbin_watson=float(np.square(np.diff(residuals)).sum() / rss),
        checks=residual_checks(residuals, fitted, studentized),
        covariance=ms * spread,
        confidence=confidence,
        ranges=tuple(zip(x.min(axis=0).tolist(), x.max(axis=0).tolist(), strict=True)),
    )


def residual_checks(residuals: np.ndarray, fitted: np.ndarray, studentized: np.ndarray) -> tuple[Check, ...]:
    """What residuals in the order of the runs say about normality, equal variance, order and single values.

    >>> random = np.random.default_rng(1)
    >>> noise = random.normal(size=40)
    >>> [check.holds for check in residual_checks(noise, np.arange(40.0), noise)]
    [True, True, True, True]
    """
    from scipy.stats import spearmanr

    n = residuals.size
    checks = []
    if 3 <= n <= 5000 and np.ptp(residuals) > 0:
        p = shapiro_wilk(residuals).pvalue
        checks.append(Check("residuals are normal", f"Shapiro-Wilk p = {p:.3g}", p > 0.05))
    if n >= 6 and np.ptp(fitted) > 0 and np.ptp(np.abs(residuals)) > 0:
        p = float(spearmanr(np.abs(residuals), fitted).pvalue)
        words = f"rank correlation of their size with the fitted values, p = {p:.3g}"
        checks.append(Check("residuals have one variance", words, p > 0.05))
    if n >= 6:
        ratio = float(np.square(np.diff(residuals)).sum() / np.square(residuals).sum())
        # Von Neumann's ratio of independent residuals is about normal, mean 2, variance 4 (n-2)/(n^2-1).
        z = (ratio - 2) / math.sqrt(4 * (n - 2) / (n * n - 1))
        checks.append(Check("residuals are independent in run order", f"Durbin-Watson {ratio:.3g}", abs(z) < 2.58))
    finite = np.abs(studentized[np.isfinite(studentized)])
    if finite.size:
        limit = max(3.0, -float(stdtrit(max(n - 3, 1), 0.025 / n)))
        words = f"largest studentized residual {finite.max():.3g} at value {int(np.argmax(np.abs(studentized))) + 1}"
        checks.append(Check("no single value stands out", words, bool(finite.max() < limit)))
    return tuple(checks)


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

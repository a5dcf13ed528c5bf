"""Analysis of two-level factorials: effects, which are real, what the residuals say."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, ndtri, stdtr, stdtrit

from hoshin.stats.comparisons.anova import Anova, anova_table
from hoshin.stats.comparisons.result import Check
from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_same_length,
    check_variation,
    check_whole,
)
from hoshin.stats.experiments.design import factor_letters
from hoshin.stats.regression import residual_checks
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class FactorialAnalysis(Result):
    """Effects of a two-level experiment: the change of the response from low to high.

    ``error`` says where the standard error comes from: "residuals" (degrees of freedom left by the model) or "lenth"
    (pseudo standard error of an unreplicated experiment: no replicate, all effects fitted). ``curvature`` is the mean
    of the corners minus that of the center points, with its p value; missing without center points.
    """

    names: tuple[str, ...]
    effects: np.ndarray
    coefficients: np.ndarray
    standard_error: float
    t: np.ndarray
    pvalues: np.ndarray
    significant: np.ndarray
    margin: float
    mean: float
    error: str
    df: float
    anova: Anova | None
    curvature: float | None
    curvature_pvalue: float | None
    aliased: tuple[tuple[str, str], ...]
    fitted: np.ndarray
    residuals: np.ndarray
    checks: tuple[Check, ...]
    n: int
    confidence: float

    title = "Analysis of a two-level factorial"
    assumptions = (
        "runs are made in random order",
        "errors are normal with one variance",
        "few effects are real (Lenth)",
    )
    sources = (
        "G. E. P. Box, J. S. Hunter, W. G. Hunter, Statistics for Experimenters, 2nd edition (2005), chapter 5",
        "R. V. Lenth, Technometrics 31 (1989), 469-473",
    )

    def effect(self, name: str) -> float:
        """One effect by its name."""
        if name not in self.names:
            raise StatisticsError("no effect {found!r}; there are {names}", found=name, names=", ".join(self.names))
        return float(self.effects[self.names.index(name)])

    def steps(self):
        """Effects, their error, and the checks."""
        yield Step("mean of the corner runs", value=self.mean)
        yield Step(f"standard error of an effect, from {self.error}", value=self.standard_error)
        for i, name in enumerate(self.names):
            yield Step(f"effect of {name}", "mean at high - mean at low", value=float(self.effects[i]))
            yield Step(f"p value of {name}", value=float(self.pvalues[i]))
        if self.curvature is not None:
            yield Step("curvature", "mean of the corners - mean of the center points", value=self.curvature)
            yield Step("p value of the curvature", value=self.curvature_pvalue)
        for kept, left_out in self.aliased:
            yield Step(f"{left_out} cannot be told from {kept}")
        for check in self.checks:
            yield Step("checked", "{assumption}: {found}", {"assumption": check.assumption, "found": check.found})


def analyze_factorial(
    runs,
    response,
    names: Sequence[str] | None = None,
    order: int = 2,
    terms: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> FactorialAnalysis:
    """Effects of a two-level design (full, fractional, Plackett-Burman; replicated or not; with center points).

    An effect is the mean response at high minus that at low of its column; interactions up to ``order`` factors, or
    just the ``terms`` named ("A", "B", "A:B" or "AB"). An effect aliased with an earlier one is left out and named in
    ``aliased``. With degrees of freedom left over, t tests against the residuals; without, Lenth's pseudo standard
    error ``1.5 median |e|`` over the effects below 2.5 times ``s0``, with m/3 degrees of freedom.

    Parameters: ``runs`` (n, k) of -1 and +1 (rows of 0 are center points); ``response`` (n,), none missing.

    Source: Box, Hunter, Hunter, Statistics for Experimenters (2005), chapter 5; R. V. Lenth (1989); D. C. Montgomery,
    Design and Analysis of Experiments, 8th edition, section 6.8 (center points).

    >>> runs = [[-1, -1], [1, -1], [-1, 1], [1, 1]] * 3
    >>> found = analyze_factorial(runs, [28, 36, 18, 31, 25, 32, 19, 30, 27, 32, 23, 29])  # Montgomery, example 6.1
    >>> found.effects.round(2), found.pvalues.round(4)
    (array([ 8.33, -5.  ,  1.67]), array([1.000e-04, 2.400e-03, 1.828e-01]))
    """
    x = check_finite(runs, "runs", ndim=2)
    y = check_finite(response, "response", ndim=1)
    check_same_length(x, y, ("runs", "response"))
    confidence = check_fraction(confidence)
    if not np.isin(x, (-1, 0, 1)).all():
        raise StatisticsError("runs must be -1, +1 (or rows of 0 for center points)")
    center = (x == 0).all(axis=1)
    if (x[~center] == 0).any():
        raise StatisticsError("a run has some factors at 0; only whole center points can be analysed here")
    check_variation(float(np.ptp(y)), "response")
    names = factor_letters(x.shape[1]) if names is None else tuple(names)
    corner, values = x[~center], y[~center]
    chosen = _effects(names, corner, check_whole(order, "order", at_least=1), terms)
    kept, columns, aliased = _estimable(chosen, corner)
    n, m = len(values), len(kept)
    check_enough(n, m + 1, "runs at the corners")
    matrix = np.column_stack([np.ones(n), *columns])
    solution, _, rank, _ = np.linalg.lstsq(matrix, values, rcond=None)
    if rank < m + 1:
        raise StatisticsError("the {found} effects cannot be told apart by {n} runs; ask for fewer terms", found=m, n=n)
    fitted = matrix @ solution
    residuals = values - fitted
    effects = 2 * solution[1:]
    spread = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)))[1:]
    rss, df = _pooled_error(residuals, y[center], n - m - 1)
    if df > 0 and rss > 1e-20 * float(np.square(values).sum()):
        error, sd = "residuals", math.sqrt(rss / df)
        errors = 2 * sd * spread
    else:
        check_enough(m, 3, "effects for Lenth's method")
        error, errors, df, sd = "lenth", np.full(m, _lenth(effects)), m / 3, None
    t = effects / errors
    curvature, curvature_p = _curvature(values, y[center], sd, df)
    return FactorialAnalysis(
        names=kept,
        effects=effects,
        coefficients=solution[1:],
        standard_error=float(errors[0]),
        t=t,
        pvalues=2 * stdtr(df, -np.abs(t)),
        significant=2 * stdtr(df, -np.abs(t)) <= 1 - confidence,
        margin=-float(stdtrit(df, (1 - confidence) / 2)) * float(errors[0]),
        mean=float(values.mean()),
        error=error,
        df=float(df),
        anova=_table(kept, solution, spread, rss, df, values, confidence) if error == "residuals" else None,
        curvature=curvature,
        curvature_pvalue=curvature_p,
        aliased=aliased,
        fitted=fitted,
        residuals=residuals,
        checks=_checks(residuals, fitted, y[center], sd),
        n=len(y),
        confidence=confidence,
    )


def half_normal(effects) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the half-normal plot: sorted absolute effects and the quantiles they would have if none were real.

    Source: C. Daniel, Technometrics 1 (1959), 311-341.

    >>> x, q = half_normal([-3.0, 1.0, 2.0])
    >>> x, q.round(3)
    (array([1., 2., 3.]), array([0.21 , 0.674, 1.383]))
    """
    absolute = np.sort(np.abs(check_finite(effects, "effects", ndim=1)))
    m = check_enough(absolute.size, 1, "effects")
    return absolute, ndtri(0.5 + 0.5 * (np.arange(m) + 0.5) / m)


def _effects(names, corner, order, terms):
    """Each effect as its name and the factors in it."""
    if terms is None:
        sets = [
            c for size in range(1, min(order, len(names)) + 1) for c in itertools.combinations(range(len(names)), size)
        ]
        return [(_name(names, c), c) for c in sets]
    return [(term, _factors(term, names)) for term in terms]


def _factors(term, names):
    parts = term.split(":") if ":" in term or term in names else list(term)
    unknown = [part for part in parts if part not in names]
    if unknown:
        raise StatisticsError(
            "term {term!r}: no factor {part!r}; there are {names}", term=term, part=unknown[0], names=", ".join(names)
        )
    return tuple(names.index(part) for part in parts)


def _estimable(chosen, corner):
    kept, columns, aliased = [], [], []
    for name, factors in chosen:
        column = np.prod(corner[:, list(factors)], axis=1)
        if np.ptp(column) == 0:
            aliased.append(("the mean", name))
            continue
        twin = next(
            (known for known, other in zip(kept, columns, strict=True) if abs(column @ other) == len(column)), None
        )
        if twin is not None:
            aliased.append((twin, name))
            continue
        kept.append(name)
        columns.append(column)
    check_enough(len(kept), 1, "effects that vary")
    return tuple(kept), columns, tuple(aliased)


def _name(names, factors):
    return ("" if all(len(names[i]) == 1 for i in factors) else ":").join(names[i] for i in factors)


def _lenth(effects) -> float:
    absolute = np.abs(effects)
    s0 = 1.5 * float(np.median(absolute))
    if s0 == 0:
        raise StatisticsError("at least half of the effects are 0; Lenth's error needs effects that differ from 0")
    return 1.5 * float(np.median(absolute[absolute < 2.5 * s0]))


def _pooled_error(residuals, centers, df):
    """Sum of squares and degrees of freedom of the residuals together with the scatter of the center points."""
    if centers.size < 2:
        return float(residuals @ residuals), df
    return float(residuals @ residuals) + float(np.square(centers - centers.mean()).sum()), df + centers.size - 1


def _checks(residuals, fitted, centers, sd):
    if sd is None:
        return ()
    if centers.size:
        residuals = np.concatenate([residuals, centers - centers.mean()])
        fitted = np.concatenate([fitted, np.full(centers.size, fitted.mean())])
    return residual_checks(residuals, fitted, residuals / sd)


def _curvature(corners, centers, sd, df):
    if not centers.size:
        return None, None
    difference = float(corners.mean() - centers.mean())
    if sd is None:
        return difference, None
    f = difference**2 / (sd**2 * (1 / corners.size + 1 / centers.size))
    return difference, float(fdtrc(1, df, f))


def _table(names, solution, spread, rss, df, values, confidence) -> Anova:
    rows = [(name, float((b / s) ** 2), 1) for name, b, s in zip(names, solution[1:], spread, strict=True)]
    return anova_table(rows, rss, df, float(np.square(values - values.mean()).sum()), values.size, confidence)

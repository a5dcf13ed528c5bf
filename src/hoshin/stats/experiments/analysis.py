"""Analysis of two-level factorials: effects, which are real, what the residuals say."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from scipy.special import fdtrc, ndtri, stdtr, stdtrit

from hoshin.stats._results import Entries
from hoshin.stats.comparisons._cases import Cases
from hoshin.stats.comparisons.anova import Anova, anova_table
from hoshin.stats.comparisons.result import Check, Checks
from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_same_length,
    check_whole,
)
from hoshin.stats.experiments.design import factor_letters
from hoshin.stats.experiments.factorial import factors_of
from hoshin.stats.regression import read_responses, residual_checks
from hoshin.stats.results import Result, Step

_SHARED = ("names", "aliased", "n", "confidence")
"""The fields that all responses have in common."""


@dataclass(frozen=True, eq=False)
class FactorialAnalysis(Entries, Result):
    """Effects of a two-level experiment: the change of the response from low to high.

    ``error`` says where the standard error comes from: "residuals" (degrees of freedom left by the model) or "lenth"
    (pseudo standard error of an unreplicated experiment: no replicate, all effects fitted). ``curvature`` is the mean
    of the corners minus that of the center points, with its p value; missing without center points.

    Of many responses the numbers have a leading axis for them; ``result[i]`` is the analysis of one.
    """

    names: tuple[str, ...]
    effects: np.ndarray
    coefficients: np.ndarray
    standard_error: float | np.ndarray
    t: np.ndarray
    pvalues: np.ndarray
    significant: np.ndarray
    margin: float | np.ndarray
    mean: float | np.ndarray
    error: str | tuple[str, ...]
    df: float | np.ndarray
    anova: Anova | None
    curvature: float | np.ndarray | None
    curvature_pvalue: float | np.ndarray | None
    aliased: tuple[tuple[str, str], ...]
    fitted: np.ndarray
    residuals: np.ndarray
    checks: tuple[Check, ...] | tuple[Checks, ...]
    n: int
    confidence: float
    problems: Mapping[int, str] = field(default_factory=dict)

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

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return len(self.mean) if np.ndim(self.mean) else None

    def _entry(self, i: int) -> FactorialAnalysis:
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("problems", "anova", "checks")}
        for name, value in own.items():
            if value is not None and name not in _SHARED:
                own[name] = value[i].item() if getattr(value, "ndim", 0) == 1 else value[i]
        if own["error"] == "lenth":
            return FactorialAnalysis(**own | {"curvature_pvalue": None}, anova=None, checks=())
        return FactorialAnalysis(**own, anova=self.anova[i], checks=tuple(check[i] for check in self.checks))

    def effect(self, name: str) -> float | np.ndarray:
        """One effect by its name."""
        if name not in self.names:
            raise StatisticsError("no effect {found!r}; there are {names}", found=name, names=", ".join(self.names))
        found = self.effects[..., self.names.index(name)]
        return found if found.ndim else found.item()

    def steps(self):
        """Effects, their error, and the checks."""
        yield Step("mean of the corner runs", value=self.mean)
        yield Step("source of the standard error", value=self.error)
        yield Step("standard error of an effect", value=self.standard_error)
        for i, name in enumerate(self.names):
            yield Step(f"effect of {name}", "mean at high - mean at low", value=self.effects[..., i])
            yield Step(f"p value of {name}", value=self.pvalues[..., i])
        if self.curvature is not None:
            yield Step("curvature", "mean of the corners - mean of the center points", value=self.curvature)
            yield Step("p value of the curvature", value=self.curvature_pvalue)
        for kept, left_out in self.aliased:
            yield Step(f"{left_out} cannot be told from {kept}")
        for check in self.checks:
            if isinstance(check, Check):
                yield Step("checked", "{assumption}: {found}", {"assumption": check.assumption, "found": check.found})


def analyze_factorial(
    runs,
    response,
    names: Sequence[str] | None = None,
    order: int = 2,
    terms: Sequence[str] | None = None,
    confidence: float = 0.95,
    *,
    blocks=None,
    on_error: str = "raise",
) -> FactorialAnalysis:
    """Effects of a two-level design (full, fractional, Plackett-Burman; replicated or not; with center points, blocks).

    Estimand: each effect, the mean response at high minus that at low of its column (twice the coefficient). With
    degrees of freedom left over, t tests against the residuals, center points and blocks having terms of their own;
    without, Lenth's pseudo standard error ``1.5 median |e|`` over the effects below 2.5 times ``s0 = 1.5 median |e|``
    of all, with m/3 degrees of freedom. Curvature: corners minus center points.

    Parameters
    ----------
    runs : (n, k) of -1 and +1 (rows of 0 are center points), in the order they were made.
    response : (n,) of one response, (C, n) of many.
    names : one for each factor; A, B, C ... if not given.
    order : interactions of up to so many factors. One aliased with an earlier one, or with blocks, is left out and
        named in ``aliased``.
    terms : instead of ``order``, just the effects named ("A", "B", "A:B" or "AB").
    confidence : of ``margin`` (the half width of an effect's interval); 1 - it is the level of ``significant``.
    blocks : (n,) a label for the block of each run; the differences between blocks are taken out.
    on_error : "raise", or "mark" among many responses: NaN and a word in ``problems`` where there is no analysis.

    Units: effects, curvature and errors those of the response.

    Assumes: runs made in random order (within blocks), normal errors of one variance (checked); for Lenth's error, few
    real effects.

    Errors: other settings than -1, +1 and whole center points, effects that the runs cannot tell apart, a response that
    is missing or does not vary, fewer than 3 effects for Lenth's method.

    Source: Box, Hunter, Hunter, Statistics for Experimenters (2005), chapter 5; R. V. Lenth (1989); D. C. Montgomery,
    Design and Analysis of Experiments, 8th edition, section 6.8 (center points), chapter 7 (blocks).

    >>> runs = [[-1, -1], [1, -1], [-1, 1], [1, 1]] * 3
    >>> found = analyze_factorial(runs, [28, 36, 18, 31, 25, 32, 19, 30, 27, 32, 23, 29])  # Montgomery, example 6.1
    >>> found.effects.round(2), found.pvalues.round(4)
    (array([ 8.33, -5.  ,  1.67]), array([1.000e-04, 2.400e-03, 1.828e-01]))
    """
    x, center = _coded(runs)
    cases, y = read_responses(response, len(x), "runs", on_error)
    confidence = check_fraction(confidence)
    names = factor_letters(x.shape[1]) if names is None else tuple(names)
    strata = _strata(x, blocks)
    beside = np.column_stack([np.ones(len(x)), *([center] if center.any() else []), *strata.T])
    chosen = _effects(names, x, check_whole(order, "order", at_least=1), terms)
    kept, columns, aliased = _estimable(chosen, x, center, beside)
    check_enough(np.count_nonzero(~center), len(kept) + 1, "runs at the corners")
    matrix = np.column_stack([beside, *columns])
    fit = _Fit(matrix, y, len(kept))
    lenth, errors, df = _errors(cases, fit, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = fit.effects / errors
    pvalues = 2 * stdtr(df[:, None], -np.abs(t))
    found = FactorialAnalysis(
        names=kept,
        effects=fit.effects,
        coefficients=fit.effects / 2,
        standard_error=errors[:, 0],
        t=t,
        pvalues=pvalues,
        significant=pvalues <= 1 - confidence,
        margin=-stdtrit(df, (1 - confidence) / 2) * errors[:, 0],
        mean=y[:, ~center].mean(axis=1),
        error=tuple(np.where(lenth, "lenth", "residuals").tolist()),
        df=df,
        anova=None if lenth.all() else _table(fit, kept, (center, strata), y, lenth, confidence),
        aliased=aliased,
        fitted=fit.fitted,
        residuals=fit.residuals,
        checks=() if lenth.all() else _checks(fit, lenth),
        n=len(x),
        confidence=confidence,
        problems=cases.problems,
        **_curvature(fit, center, lenth),
    )
    return found if cases.many else found[0]


class _Fit:
    """Least squares of every response on one matrix, whose last columns are the effects."""

    def __init__(self, matrix: np.ndarray, y: np.ndarray, m: int):
        n, width = matrix.shape
        if np.linalg.matrix_rank(matrix) < width:
            words = "the {found} effects cannot be told apart by {n} runs; ask for fewer terms"
            raise StatisticsError(words, found=m, n=n)
        q, r = np.linalg.qr(matrix)
        self.inverse = np.linalg.inv(r)
        self.m, self.df = m, n - width
        self.coefficients = y @ q @ self.inverse.T
        self.effects = 2 * self.coefficients[:, -m:]
        self.spread = np.sqrt(np.square(self.inverse).sum(axis=1))
        self.fitted = y @ q @ q.T
        self.residuals = y - self.fitted
        self.rss = np.square(self.residuals).sum(axis=1)


def half_normal(effects) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the half-normal plot: sorted absolute effects and the quantiles they would have if none were real.

    Estimand: ``q_i = z(0.5 + 0.5 (i - 0.5) / m)``, the normal quantiles at which m effects without a real one lie on a
    line through the origin.

    Parameters
    ----------
    effects : (m,) effects of one response, (C, m) of many.

    Units: absolute effects in units of the response; quantiles have none.

    Assumes: effects of equal precision, as those of an orthogonal design.

    Errors: no effect, one missing.

    Source: C. Daniel, Technometrics 1 (1959), 311-341.

    >>> x, q = half_normal([-3.0, 1.0, 2.0])
    >>> x, q.round(3)
    (array([1., 2., 3.]), array([0.21 , 0.674, 1.383]))
    """
    absolute = np.sort(np.abs(check_finite(effects, "effects", ndim=(1, 2))))
    m = check_enough(absolute.shape[-1], 1, "effects")
    return absolute, ndtri(0.5 + 0.5 * (np.arange(m) + 0.5) / m)


def _coded(runs) -> tuple[np.ndarray, np.ndarray]:
    """Runs in coded units, and which of them are center points."""
    x = check_finite(runs, "runs", ndim=2)
    if not np.isin(x, (-1, 0, 1)).all():
        raise StatisticsError("runs must be -1, +1 (or rows of 0 for center points)")
    center = (x == 0).all(axis=1)
    if (x[~center] == 0).any():
        raise StatisticsError("a run has some factors at 0; only whole center points can be analysed here")
    return x, center


def _strata(x, blocks) -> np.ndarray:
    """Columns that tell the blocks apart, each of mean 0."""
    if blocks is None:
        return np.empty((len(x), 0))
    labels = np.asarray(blocks)
    check_same_length(x, labels, ("runs", "blocks"))
    of = np.unique(labels, return_inverse=True)[1].ravel()
    member = np.eye(of.max() + 1)[of][:, 1:]
    return member - member.mean(axis=0)


def _effects(names, x, order, terms):
    """Each effect as its name and the factors in it."""
    if terms is not None:
        return [(term, factors_of(term, names)) for term in terms]
    sizes = range(1, min(order, len(names)) + 1)
    sets = (c for size in sizes for c in itertools.combinations(range(len(names)), size))
    return [(_name(names, c), c) for c in sets]


def _estimable(chosen, x, center, beside):
    """Names and columns of the effects that the runs can tell apart, and what the others are mixed with."""
    kept, columns, aliased = [], [], []
    basis = np.linalg.qr(beside)[0]
    for name, factors in chosen:
        column = np.prod(x[:, list(factors)], axis=1)
        if np.ptp(column[~center]) == 0:
            aliased.append(("the mean", name))
            continue
        if np.square(column - basis @ (basis.T @ column)).sum() < 1e-9:
            aliased.append(("blocks", name))
            continue
        known = zip(kept, columns, strict=True)
        twin = next((other for other, values in known if abs(column @ values) == column @ column), None)
        if twin is not None:
            aliased.append((twin, name))
            continue
        kept.append(name)
        columns.append(column)
    check_enough(len(kept), 1, "effects that vary")
    return tuple(kept), columns, tuple(aliased)


def _name(names, factors):
    return ("" if all(len(names[i]) == 1 for i in factors) else ":").join(names[i] for i in factors)


def _errors(cases: Cases, fit: _Fit, y) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each response whether its error is Lenth's, the standard error of each effect, and its degrees of freedom."""
    lenth = (fit.rss <= 1e-20 * np.square(y).sum(axis=1)) | (fit.df == 0)
    cases.refuse(lenth & (fit.m < 3), "{m} effects found; at least 3 are needed for Lenth's method", m=fit.m)
    absolute = np.nan_to_num(np.abs(fit.effects))
    s0 = 1.5 * np.median(absolute, axis=1)
    few = "at least half of the effects are 0; Lenth's error needs effects that differ from 0"
    cases.refuse(lenth & (s0 == 0), few)
    small = absolute < 2.5 * s0[:, None]
    small[~small.any(axis=1)] = True
    pseudo = 1.5 * np.nanmedian(np.where(small, absolute, np.nan), axis=1) if lenth.any() else s0
    residual = 2 * np.sqrt(fit.rss / max(fit.df, 1))[:, None] * fit.spread[-fit.m :]
    return lenth, np.where(lenth[:, None], pseudo[:, None], residual), np.where(lenth, fit.m / 3, float(fit.df))


def _checks(fit: _Fit, lenth) -> tuple[Checks, ...]:
    sd = np.sqrt(np.where(lenth, np.nan, fit.rss) / fit.df)
    return residual_checks(fit.residuals, fit.fitted, fit.residuals / sd[:, None])


def _curvature(fit: _Fit, center, lenth) -> dict:
    if not center.any():
        return {"curvature": None, "curvature_pvalue": None}
    # The second column marks the center points.
    difference = -fit.coefficients[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        f = difference**2 / (fit.rss / max(fit.df, 1) * fit.spread[1] ** 2)
    return {"curvature": difference, "curvature_pvalue": np.where(lenth, np.nan, fdtrc(1, max(fit.df, 1), f))}


def _table(fit: _Fit, names, beside, y, lenth, confidence) -> Anova:
    center, strata = beside
    squares = np.square(fit.coefficients / fit.spread)
    rows = [(name, squares[:, i - fit.m], 1) for i, name in enumerate(names)]
    if center.any():
        rows.append(("curvature", squares[:, 1], 1))
    if strata.shape[1]:
        rows.insert(0, ("blocks", _squares_of_blocks(fit, strata), strata.shape[1]))
    rss = np.where(lenth, np.nan, fit.rss)
    total = np.square(y - y.mean(axis=1, keepdims=True)).sum(axis=1)
    return anova_table(rows, rss, fit.df, total, y.shape[1], confidence)


def _squares_of_blocks(fit: _Fit, strata) -> np.ndarray:
    """What the blocks explain beyond the rest: their coefficients over their part of (X'X)^-1."""
    first = fit.coefficients.shape[1] - fit.m - strata.shape[1]
    chosen = slice(first, first + strata.shape[1])
    b = fit.coefficients[:, chosen]
    return np.einsum("ci,ij,cj->c", b, np.linalg.inv((fit.inverse @ fit.inverse.T)[chosen, chosen]), b)

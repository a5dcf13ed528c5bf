"""Uncertainty of a measurement result: the budget of the GUM."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri, stdtrit

from hoshin.stats._results import Batched
from hoshin.stats.errors import check_fraction
from hoshin.stats.measurement_systems._given import column
from hoshin.stats.measurement_systems._quantities import Quantities
from hoshin.stats.measurement_systems.uncertain_inputs import UncertainInput
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class UncertaintyBudget(Batched):
    """Combined and expanded uncertainty of y = f(inputs), line by line.

    Lines are in the order of ``inputs``; ``contribution`` is sensitivity x u, ``share`` its part of the variance
    (with correlated inputs shares can be negative: each carries half of every covariance). Of many characteristics every
    number is an array over them, and lines are rows (characteristics, inputs); ``correlation`` is one matrix where it is
    the same for all.
    """

    inputs: tuple
    value: float | np.ndarray
    sensitivity: np.ndarray
    contribution: np.ndarray
    share: np.ndarray
    correlation: np.ndarray
    u: float | np.ndarray
    df: float | np.ndarray
    confidence: float
    k: float | np.ndarray
    U: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "value"
    title = "Uncertainty budget"
    sources = (
        "JCGM 100:2008 (GUM), clauses 5 and 6, annexes G and H",
        "B. L. Welch, Biometrika 34 (1947), 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114",
    )
    assumptions = (
        "the model is nearly linear over the uncertainties of its inputs (the Monte Carlo check tells)",
        "the result is nearly normal or t distributed",
    )

    def _entry(self, i, **_):
        inputs = tuple(one if one.count is None else one._entry(i) for one in self.inputs)
        correlation = self.correlation if self.correlation.ndim == 2 else self.correlation[i]
        return super()._entry(i, inputs=inputs, correlation=correlation)

    @property
    def interval(self):
        """The coverage interval, value -+ U."""
        return self.value - self.U, self.value + self.U

    def steps(self):
        """Each line, the combination, the factor."""
        yield Step("value", "the model at the inputs' estimates", value=self.value)
        for one, c, u in zip(self.inputs, self.sensitivity.T, self.contribution.T, strict=True):
            yield Step(f"contribution of {one.name}", "{c} x {u}", {"c": c, "u": one.u}, u)
        n = {"u": self.u, "df": self.df, "k": self.k, "p": self.confidence}
        yield Step("combined standard uncertainty", "square root of sum c_i c_j u_i u_j r_ij", value=self.u)
        yield Step("effective degrees of freedom", "u^4 / sum (c_i u_i)^4 / df_i (Welch-Satterthwaite)", value=self.df)
        yield Step("coverage factor", "Student's t with {df} degrees of freedom, {p} two-sided", n, self.k)
        yield Step("expanded uncertainty", "{k} x {u}", n, self.U)


def uncertainty_budget(
    model: Callable[..., float] | Mapping[str, float],
    inputs: Sequence[UncertainInput],
    *,
    correlation: Mapping[tuple[str, str], float] | None = None,
    confidence: float = 0.95,
    k=None,
    truncate_df: bool = False,
    on_error: str = "raise",
) -> UncertaintyBudget:
    """The uncertainty of a result, or of many that follow one model, from those of its inputs.

    Estimand: u^2 = sum c_i c_j u_i u_j r_ij with sensitivities c_i = df/dx_i at the estimates; effective degrees of
    freedom u^4 / sum((c_i u_i)^4 / df_i) by Welch and Satterthwaite; U = k u.

    Parameters
    ----------
    model : function of the inputs' names, or mapping of name to sensitivity (one for all or one for each). A function is
        differentiated numerically (central differences of +- u/10, or 1e-10 of the estimate where that is more,
        extrapolated once): of one result it is called with numbers, of many once with arrays. With a mapping the value
        is the sum of sensitivity x estimate
    inputs : sequence of UncertainInput, from ``normal_input``, ``expanded_input``, ``observed_input``, ``bounded_input``;
        of many characteristics each is of one (the same for all) or of many
    correlation : mapping of pairs of names to coefficients, one for all or one for each, optional
    confidence : of the coverage interval, where k is not given
    k : number or one per characteristic (NaN where none is given), optional; a fixed coverage factor, such as 2
    truncate_df : whether the next lower whole number of effective degrees of freedom is taken, as the GUM's examples do
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: u, U and contributions in the unit of the result; sensitivities in units of the result per unit of the input.

    Assumes: the model nearly linear over the uncertainties of its inputs; the result nearly normal or t distributed.

    Errors: No inputs, names that repeat or that the model lacks, inputs of different numbers of characteristics,
    correlations that are no correlation matrix, a model that gives no finite number, a result without uncertainty.

    Source: JCGM 100:2008, clauses 5.1, 5.2, 6.3, G.4.

    >>> from hoshin.stats.measurement_systems import expanded_input, observed_input
    >>> lines = [expanded_input("master", 50.0, 0.06), observed_input("d", [0.21, 0.25, 0.23, 0.22])]
    >>> budget = uncertainty_budget(lambda master, d: master + d, lines)
    >>> round(budget.u, 4), round(budget.df), round(budget.U, 4)
    (0.0312, 534, 0.0613)
    """
    check_fraction(confidence)
    given = Quantities.read(model, inputs, correlation, on_error, k)
    refusals = given.refusals
    fixed = np.nan if k is None else column(k, "k", refusals, above=0, gaps=True)
    value, c = given.linearised(model)
    part = c * given.u
    mixed = given.mixed(part)
    variance = (part * mixed).sum(axis=1)
    words = "the result has no uncertainty (variance {found}); one uncertain input is needed"
    refusals.refuse(~(variance > 0), words, found=variance)
    df = _welch_satterthwaite(part, given.df, variance)
    if truncate_df:
        df = np.maximum(1.0, np.floor(df))
    factor = np.where(np.isnan(fixed), _coverage(df, confidence), fixed)
    with np.errstate(invalid="ignore"):
        share, u = part * mixed / variance[:, None], np.sqrt(variance)
    numbers = (value, c, part, share, u, df, factor, factor * u)
    value, c, part, share, u, df, factor, expanded = refusals.blank(*numbers)
    return UncertaintyBudget(
        inputs=given.inputs,
        correlation=given.matrix if given.matrix.ndim == 2 else refusals.blank(given.matrix)[0],
        confidence=confidence,
        problems=refusals.problems,
        **refusals.told(value=value, sensitivity=c, contribution=part, share=share, u=u, df=df, k=factor, U=expanded),
    )


def _welch_satterthwaite(part, df, variance) -> np.ndarray:
    with np.errstate(all="ignore"):
        below = (part**4 / df).sum(axis=1)
        return np.where(below > 0, variance**2 / below, np.inf)


def _coverage(df, confidence: float) -> np.ndarray:
    q, endless = (1 + confidence) / 2, np.isinf(df)
    return np.where(endless, ndtri(q), stdtrit(np.where(endless, 1.0, df), q))

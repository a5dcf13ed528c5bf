"""Uncertainty of a measurement result: the budget of the GUM and its check by Monte Carlo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_fraction,
    check_number,
    check_whole,
)
from hoshin.stats.measurement_systems.uncertain_inputs import UncertainInput
from hoshin.stats.results import Result, Step


@dataclass(frozen=True, eq=False)
class UncertaintyBudget(Result):
    """Combined and expanded uncertainty of y = f(inputs), line by line.

    Lines are in the order of ``inputs``; ``contribution`` is sensitivity x u, ``share`` its part of the variance
    (with correlated inputs shares can be negative: each carries half of every covariance).
    """

    inputs: tuple
    value: float
    sensitivity: np.ndarray
    contribution: np.ndarray
    share: np.ndarray
    correlation: np.ndarray
    u: float
    df: float
    confidence: float
    k: float
    U: float

    title = "Uncertainty budget"
    sources = (
        "JCGM 100:2008 (GUM), clauses 5 and 6, annexes G and H",
        "B. L. Welch, Biometrika 34 (1947), 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114",
    )
    assumptions = (
        "the model is nearly linear over the uncertainties of its inputs (the Monte Carlo check tells)",
        "the result is nearly normal or t distributed",
    )

    @property
    def interval(self) -> tuple[float, float]:
        """The coverage interval, value -+ U."""
        return self.value - self.U, self.value + self.U

    def steps(self):
        """Each line, the combination, the factor."""
        yield Step("value", "the model at the inputs' estimates", value=self.value)
        for one, c, u in zip(self.inputs, self.sensitivity, self.contribution, strict=True):
            yield Step(f"contribution of {one.name}", "{c} x {u}", {"c": c, "u": one.u}, u)
        n = {"u": self.u, "df": self.df, "k": self.k, "p": self.confidence}
        yield Step("combined standard uncertainty", "square root of sum c_i c_j u_i u_j r_ij", value=self.u)
        yield Step("effective degrees of freedom", "u^4 / sum (c_i u_i)^4 / df_i (Welch-Satterthwaite)", value=self.df)
        yield Step("coverage factor", "Student's t with {df} degrees of freedom, {p} two-sided", n, self.k)
        yield Step("expanded uncertainty", "{k} x {u}", n, self.U)


@dataclass(frozen=True, eq=False)
class MonteCarloUncertainty(Result):
    """The result's distribution by simulation, and whether it validates a budget."""

    draws: int
    seed: int
    value: float
    u: float
    confidence: float
    lower: float
    upper: float
    shortest_lower: float
    shortest_upper: float

    title = "Uncertainty by Monte Carlo"
    sources = ("JCGM 101:2008 (GUM Supplement 1), clauses 7 and 8",)
    assumptions = ("the distributions of the inputs are those given",)

    @property
    def interval(self) -> tuple[float, float]:
        """The probabilistically symmetric coverage interval."""
        return self.lower, self.upper

    def validates(self, budget: UncertaintyBudget, digits: int = 2) -> bool:
        """Whether both ends of the budget's interval agree within half a unit of u's last significant digit."""
        exponent = math.floor(math.log10(self.u)) - (check_whole(digits, "digits", at_least=1) - 1)
        tolerance = 0.5 * 10.0**exponent
        ends = zip(budget.interval, self.interval, strict=True)
        return all(abs(ours - theirs) <= tolerance for ours, theirs in ends)


def uncertainty_budget(
    model: Callable[..., float] | Mapping[str, float],
    inputs: Sequence[UncertainInput],
    *,
    correlation: Mapping[tuple[str, str], float] | None = None,
    confidence: float = 0.95,
    k: float | None = None,
    truncate_df: bool = False,
) -> UncertaintyBudget:
    """The uncertainty of a result from those of its inputs, by the law of propagation.

    Estimand: u^2 = sum c_i c_j u_i u_j r_ij with sensitivities c_i = df/dx_i at the estimates; effective degrees of
    freedom u^4 / sum((c_i u_i)^4 / df_i) by Welch and Satterthwaite; U = k u.

    Parameters
    ----------
    model : function of the inputs' names, or mapping of name to sensitivity. A function is differentiated numerically
        (central differences of +- u/10, extrapolated once); with a mapping the value is the sum of sensitivity x estimate
    inputs : sequence of UncertainInput, from ``normal_input``, ``expanded_input``, ``observed_input``, ``bounded_input``
    correlation : mapping of pairs of names to coefficients, optional
    confidence : of the coverage interval, where k is not given
    k : number, optional; a fixed coverage factor, such as 2
    truncate_df : whether the next lower whole number of effective degrees of freedom is taken, as the GUM's examples do

    Units: u, U and contributions in the unit of the result; sensitivities in units of the result per unit of the input.

    Assumes: the model nearly linear over the uncertainties of its inputs; the result nearly normal or t distributed.

    Errors: No inputs, names that repeat or that the model lacks, correlations that are no correlation matrix, a result
    without uncertainty.

    Source: JCGM 100:2008, clauses 5.1, 5.2, 6.3, G.4.

    >>> from hoshin.stats.measurement_systems import expanded_input, observed_input
    >>> lines = [expanded_input("master", 50.0, 0.06), observed_input("d", [0.21, 0.25, 0.23, 0.22])]
    >>> budget = uncertainty_budget(lambda master, d: master + d, lines)
    >>> round(budget.u, 4), round(budget.df), round(budget.U, 4)
    (0.0312, 534, 0.0613)
    """
    names = _names(inputs)
    x, u = np.array([one.value for one in inputs]), np.array([one.u for one in inputs])
    value, c = _value_and_sensitivity(model, names, x, u)
    r = _correlation(names, correlation)
    part = c * u
    variance = float(part @ r @ part)
    if not variance > 0:
        raise StatisticsError(
            "the result has no uncertainty (variance {found}); one uncertain input is needed", found=variance
        )
    total = math.sqrt(variance)
    df = _welch_satterthwaite(part, [one.df for one in inputs], variance)
    if truncate_df and math.isfinite(df):
        df = max(1.0, math.floor(df))
    check_fraction(confidence)
    factor = _coverage(df, confidence) if k is None else check_number(k, "k", above=0)
    return UncertaintyBudget(
        inputs=tuple(inputs),
        value=value,
        sensitivity=c,
        contribution=part,
        share=part * (r @ part) / variance,
        correlation=r,
        u=total,
        df=df,
        confidence=confidence,
        k=factor,
        U=factor * total,
    )


def monte_carlo_uncertainty(
    model: Callable | Mapping[str, float],
    inputs: Sequence[UncertainInput],
    *,
    correlation: Mapping[tuple[str, str], float] | None = None,
    confidence: float = 0.95,
    draws: int = 200_000,
    seed: int = 0,
) -> MonteCarloUncertainty:
    """The distribution of a result by drawing its inputs and evaluating the model on all draws at once.

    Estimand: mean and standard deviation of y = f(x) over draws of the inputs; the symmetric coverage interval from the
    quantiles (1 - p)/2 and (1 + p)/2, and the shortest one.

    Parameters
    ----------
    model : function of the inputs' names, on arrays; or mapping of name to sensitivity
    inputs, correlation, confidence : as in ``uncertainty_budget``; correlated inputs must be normal
    draws, seed : whole numbers; the same seed gives the same figures

    Units: those of the result.

    Assumes: the distributions of the inputs are those given.

    Errors: What ``uncertainty_budget`` refuses, fewer than 1,000 draws, a model that gives no finite number.

    Source: JCGM 101:2008, clauses 5.9, 6.4, 7.5 and 7.7.

    >>> from hoshin.stats.measurement_systems import bounded_input
    >>> four = [bounded_input(f"x{i}", 0.0, 3 ** 0.5) for i in range(4)]
    >>> found = monte_carlo_uncertainty({one.name: 1.0 for one in four}, four)
    >>> round(found.u, 2), round(found.upper, 1)
    (2.0, 3.9)
    """
    names = _names(inputs)
    n = check_whole(draws, "draws", at_least=1000)
    check_fraction(confidence)
    drawn = _draws(inputs, _correlation(names, correlation), np.random.default_rng(seed), n)
    if isinstance(model, Mapping):
        y = sum(model[name] * drawn[name] for name in names)
    else:
        y = np.asarray(model(**drawn), dtype=float)
    if y.shape != (n,) or not np.isfinite(y).all():
        raise StatisticsError(
            "the model gives {shape} values, {bad} of them not finite; one finite number for each of {n} draws is needed",
            shape=y.shape,
            bad=int((~np.isfinite(y)).sum()),
            n=n,
        )
    y = np.sort(y)
    inside = min(round(confidence * n), n - 1)
    low = (n - inside) // 2
    width = y[inside:] - y[: n - inside]
    best = int(np.argmin(width))
    return MonteCarloUncertainty(
        draws=n,
        seed=seed,
        value=float(y.mean()),
        u=float(y.std(ddof=1)),
        confidence=confidence,
        lower=float(y[low]),
        upper=float(y[low + inside]) if low + inside < n else float(y[-1]),
        shortest_lower=float(y[best]),
        shortest_upper=float(y[best + inside]),
    )


def _names(inputs):
    names = [one.name for one in inputs]
    check_enough(len(names), 1, "inputs")
    if len(set(names)) < len(names):
        raise StatisticsError("the inputs {found} repeat a name; each is needed once", found=", ".join(names))
    return names


def _value_and_sensitivity(model, names, x, u):
    if isinstance(model, Mapping):
        strange = set(names) ^ set(model)
        if strange:
            raise StatisticsError("sensitivity or input missing for {found}", found=", ".join(sorted(strange)))
        c = np.array([check_number(model[name], f"sensitivity of {name}") for name in names])
        return float(c @ x), c

    def f(values):
        return check_number(model(**dict(zip(names, values.tolist(), strict=True))), "the model's value")

    c = np.array([_derivative(f, x, i, u[i]) for i in range(len(x))])
    return f(x), c


def _derivative(f, x, i, u):
    """Central differences with two steps, extrapolated; an input without uncertainty needs no sensitivity."""
    if u == 0:
        return 0.0
    h = u / 10

    def difference(step):
        e = np.zeros_like(x)
        e[i] = step
        return (f(x + e) - f(x - e)) / (2 * step)

    return (4 * difference(h / 2) - difference(h)) / 3


def _correlation(names, given):
    r = np.eye(len(names))
    for (a, b), value in (given or {}).items():
        if a not in names or b not in names or a == b:
            raise StatisticsError("correlation of {a} and {b}; two different inputs are needed", a=a, b=b)
        i, j = names.index(a), names.index(b)
        r[i, j] = r[j, i] = check_number(value, f"correlation of {a} and {b}")
    if np.linalg.eigvalsh(r).min() < -1e-9:
        raise StatisticsError(
            "the correlations {found} contradict one another; a correlation matrix is needed", found=dict(given)
        )
    return r


def _welch_satterthwaite(part, df, variance):
    below = sum(p**4 / v for p, v in zip(part, df, strict=True) if math.isfinite(v))
    return variance**2 / below if below > 0 else math.inf


def _coverage(df, confidence):
    q = (1 + confidence) / 2
    return float(ndtri(q) if math.isinf(df) else stdtrit(df, q))


def _draws(inputs, r, rng, n):
    linked = (np.abs(r - np.eye(len(r))) > 0).any(axis=1)
    for one, tied in zip(inputs, linked, strict=True):
        if tied and one.distribution != "normal":
            raise StatisticsError(
                "{name} is correlated and {distribution}; correlated inputs must be normal here",
                name=one.name,
                distribution=one.distribution,
            )
    values, vectors = np.linalg.eigh(r)
    normal = rng.standard_normal((n, len(inputs))) @ (vectors * np.sqrt(np.maximum(values, 0))).T
    return {one.name: one.value + _deviation(one, normal[:, i], rng, n) for i, one in enumerate(inputs)}


def _deviation(one, normal, rng, n):
    if one.distribution == "normal":
        return one.u * normal
    if one.distribution == "t":
        return one.u * rng.standard_t(one.df, n)
    a = one.half_width
    if one.distribution == "rectangular":
        return rng.uniform(-a, a, n)
    if one.distribution == "triangular":
        return a * (rng.random(n) - rng.random(n))
    if one.distribution == "arcsine":
        return a * np.sin(2 * math.pi * rng.random(n))
    return a / 2 * ((1 + one.shape) * (2 * rng.random(n) - 1) + (1 - one.shape) * (2 * rng.random(n) - 1))

"""Internal consistency of a scale: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import fdtri

from hoshin.stats.errors import StatisticsError, check_fraction
from hoshin.stats.results import Result, Step
from hoshin.stats.survey._answers import complete_answers


@dataclass(frozen=True, eq=False)
class Consistency(Result):
    """How much of the scatter of a sum of items is common to them.

    ``without`` is the coefficient when each item is left out, ``item_rest`` each item's correlation with the sum of
    the others. ``loadings`` (omega only) are those of the one common factor on the items' own scale.
    """

    coefficient: str
    value: float
    interval: tuple[float, float] | None
    confidence: float
    standardized: float
    without: np.ndarray
    item_rest: np.ndarray
    loadings: np.ndarray | None
    people: int
    items: int
    left_out: int

    title = "Internal consistency"
    assumptions = (
        "people are independent",
        "items are keyed in one direction",
        "one thing is measured (alpha: by equal parts)",
    )
    sources = (
        "L. J. Cronbach, Psychometrika 16 (1951), 297-334; L. S. Feldt, Psychometrika 30 (1965), 357-370: interval",
        "R. P. McDonald, Test Theory (1999), chapter 6: omega",
    )

    def steps(self):
        """The coefficient, its interval and each item's part."""
        yield Step("people with every answer", value=self.people)
        yield Step("left out", value=self.left_out)
        formula = "k/(k-1) (1 - sum of item variances / variance of the sum)"
        if self.coefficient == "omega":
            formula = "(sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances)"
        yield Step(self.coefficient, formula, value=self.value)
        if self.interval is not None:
            yield Step(f"{self.confidence:.0%} interval", value=self.interval)
        for i in range(self.items):
            yield Step(f"correlation of item {i + 1} with the others' sum", value=float(self.item_rest[i]))
            yield Step(f"{self.coefficient} without item {i + 1}", value=float(self.without[i]))


def cronbach_alpha(answers, confidence: float = 0.95) -> Consistency:
    """Cronbach's alpha with Feldt's interval, and what each item does to it.

    ``alpha = k/(k-1) (1 - sum s_i^2 / s_sum^2)``; ``1 - (1 - alpha) F`` with F quantiles of n - 1 and (n-1)(k-1).
    ``standardized`` is alpha of standardised items. Negative items must be turned round before.

    Parameters: ``answers`` (people, items), at least 3 people and 2 items; NaN leaves its row out.

    Source: L. J. Cronbach, Psychometrika 16 (1951), 297-334; L. S. Feldt, Psychometrika 30 (1965), 357-370.

    >>> scale = cronbach_alpha([[4, 5, 4], [3, 3, 2], [5, 5, 5], [2, 2, 3], [4, 4, 4], [1, 2, 1]])
    >>> round(scale.value, 4), scale.without.round(3)
    (0.9616, array([0.911, 0.952, 0.966]))
    """
    table, left_out = complete_answers(answers)
    n, k = table.shape
    value = _alpha(np.cov(table, rowvar=False))
    tail = (1 - check_fraction(confidence)) / 2
    df = (n - 1, (n - 1) * (k - 1))
    interval = (1 - (1 - value) * float(fdtri(*df, 1 - tail)), 1 - (1 - value) * float(fdtri(*df, tail)))
    return _consistency("alpha", table, left_out, value, interval, float(confidence), _alpha, None)


def mcdonald_omega(answers, confidence: float = 0.95, replicates: int = 0, seed: int = 0) -> Consistency:
    """McDonald's omega (total) from one common factor fitted by maximum likelihood.

    ``omega = (sum l)^2 / ((sum l)^2 + sum u)``, l loadings, u unique variances of the items; alpha is not larger
    unless errors are correlated. With ``replicates`` > 0 the interval is the bootstrap's percentile interval.

    Parameters: ``answers`` (people, items), at least 3 items and more people than items.

    Source: R. P. McDonald, Test Theory (1999), 88-90; K. G. Jöreskog, Psychometrika 32 (1967), 443-482.

    >>> random = np.random.default_rng(3)
    >>> common = random.normal(size=(400, 1))
    >>> scale = mcdonald_omega(common * [1.0, 0.8, 0.6, 0.9] + random.normal(size=(400, 4)))
    >>> round(scale.value, 2)  # the true value is 3.3^2 / (3.3^2 + 4) = 0.731
    0.74
    """
    table, left_out = complete_answers(answers, items=3)
    if len(table) <= table.shape[1]:
        raise StatisticsError(
            "{people} people for {items} items; more people than items are needed",
            people=len(table),
            items=table.shape[1],
        )
    confidence = check_fraction(confidence)
    cov = np.cov(table, rowvar=False)
    loadings = one_factor(cov)
    interval = None
    if replicates:
        random = np.random.Generator(np.random.PCG64(seed))
        drawn = [
            _omega(np.cov(table[random.integers(0, len(table), len(table))], rowvar=False)) for _ in range(replicates)
        ]
        interval = tuple(np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist())
    return _consistency("omega", table, left_out, _omega(cov), interval, confidence, _omega, loadings)


def one_factor(cov: np.ndarray) -> np.ndarray:
    """Loadings of one common factor on the items' scale, by maximum likelihood; their sum is not negative.

    >>> loadings = np.array([1.0, 0.5, 0.8, 0.7])
    >>> one_factor(np.outer(loadings, loadings) + np.diag([1.0, 0.5, 0.4, 0.6])).round(4)
    array([1. , 0.5, 0.8, 0.7])
    """
    sd = np.sqrt(np.diag(cov))
    correlation = cov / np.outer(sd, sd)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise StatisticsError("the items are not linearly independent (one is a sum of others); leave one out")

    def discrepancy(log_unique):
        unique = np.exp(log_unique)
        root = 1 / np.sqrt(unique)
        values = np.linalg.eigvalsh(correlation * np.outer(root, root))[:-1]
        return float((values - np.log(values) - 1).sum())

    start = np.log(np.clip(1 / np.diag(np.linalg.inv(correlation)), 0.05, 0.95))
    found = minimize(
        discrepancy,
        start,
        method="L-BFGS-B",
        bounds=[(np.log(0.005), 0.0)] * len(cov),
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )
    unique = np.exp(found.x)
    values, vectors = np.linalg.eigh(correlation / np.sqrt(np.outer(unique, unique)))
    loadings = np.sqrt(unique) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)) * sd
    return loadings if loadings.sum() >= 0 else -loadings


def _consistency(name, table, left_out, value, interval, confidence, coefficient, loadings):
    k = table.shape[1]
    cov = np.cov(table, rowvar=False)
    sd = np.sqrt(np.diag(cov))
    total = table.sum(axis=1)
    enough = 3 if name == "alpha" else 4
    without = [coefficient(np.delete(np.delete(cov, i, 0), i, 1)) if k >= enough else np.nan for i in range(k)]
    return Consistency(
        coefficient=name,
        value=float(value),
        interval=interval,
        confidence=confidence,
        standardized=float(coefficient(cov / np.outer(sd, sd))),
        without=np.array(without),
        item_rest=np.array([_correlation(table[:, i], total - table[:, i]) for i in range(k)]),
        loadings=loadings,
        people=len(table),
        items=k,
        left_out=left_out,
    )


def _correlation(a, b) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(b) > 0 else np.nan


def _alpha(cov) -> float:
    k, total = len(cov), cov.sum()
    if not total > 0:
        raise StatisticsError(
            "the sum of the items does not vary; items that run against the others must be turned round"
        )
    return k / (k - 1) * (1 - np.trace(cov) / total)


def _omega(cov) -> float:
    loadings = one_factor(cov)
    common = loadings.sum() ** 2
    return float(common / (common + (np.diag(cov) - loadings**2).sum()))

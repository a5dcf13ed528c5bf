"""Logistic regression with a penalty on large coefficients: the one model that is learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_number, check_same_length
from hoshin.stats.learning._labels import read_labels
from hoshin.stats.results import Result, Step

SEPARATED = 25.0
"""A log odds as large as this in a fit without penalty means that it has no finite solution."""


@dataclass(frozen=True, eq=False)
class LogisticModel(Result):
    """Log odds of failing: ``intercept + coefficients . x``. ``standard_errors`` (intercept first) without penalty only."""

    intercept: float
    coefficients: np.ndarray
    penalty: float
    class_weights: tuple[float, float]
    deviance: float
    null_deviance: float
    standard_errors: np.ndarray | None
    n: int
    failed: int

    title = "Logistic regression"
    assumptions = ("log odds linear in the features", "rows independent of one another")
    sources = (
        "D. W. Hosmer, S. Lemeshow, R. X. Sturdivant, Applied Logistic Regression, 3rd edition (2013), chapter 1",
        "S. le Cessie, J. C. van Houwelingen, Applied Statistics 41 (1992), 191-201: the penalty",
    )

    def log_odds(self, features) -> np.ndarray:
        """The linear predictor of rows."""
        return np.asarray(features, float) @ self.coefficients + self.intercept

    def probabilities(self, features) -> np.ndarray:
        """The chance of failing that the model itself gives (with class weights it is too high: calibrate it)."""
        return expit(self.log_odds(features))

    def steps(self):
        """What was minimised and what came out."""
        yield Step("rows", "{n}, of them {failed} failed", {"n": self.n, "failed": self.failed})
        yield Step("minimised", "mean weighted log loss + {l} / 2 sum b^2", {"l": self.penalty})
        yield Step("weights of good and failed rows", value=self.class_weights)
        yield Step("intercept", value=self.intercept)
        yield Step("coefficients", value=self.coefficients)
        yield Step("deviance", "-2 log likelihood", value=self.deviance)
        yield Step("deviance without features", value=self.null_deviance)


def logistic(features, failed, penalty: float = 0.0, class_weight: str = "none") -> LogisticModel:
    """Logistic regression, penalised by the sum of squared coefficients; no penalty on the intercept.

    Estimand: a and b with the least ``mean weighted log loss + penalty/2 sum b^2`` of the chances
    ``1 / (1 + exp(-(a + b . x)))``. Minimised by SciPy (L-BFGS, then a trust region method with exact second
    derivatives). Programs that write the penalty as C have ``C = 1 / (n penalty)``.

    Parameters
    ----------
    features : (n, p) without missing values, best of like scale.
    failed : (n,) of 0 and 1, with both kinds.
    penalty : 0 or more.
    class_weight : "none", or "balanced", which gives failed and good rows the same total weight.

    Units: coefficients are log odds per unit of their feature.

    Assumes: log odds linear in the features, independent rows.

    Errors: no penalty where a line separates failed from good rows (the coefficients then grow without end), or where a
    feature is a sum of others.

    Source: D. W. Hosmer, S. Lemeshow, R. X. Sturdivant, Applied Logistic Regression, 3rd edition (2013), chapter 1.

    >>> model = logistic([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]], [0, 0, 1, 0, 1, 1])
    >>> round(model.intercept, 4), round(float(model.coefficients[0]), 4)
    (-3.0351, 1.214)
    """
    x, labels = check_finite(features, "features", ndim=2), read_labels(failed)
    check_same_length(x, labels, ("features", "failed"))
    penalty = check_number(penalty, "penalty", at_least=0)
    check_choice(class_weight, ("none", "balanced"), "class_weight")
    weights = _class_weights(labels, class_weight)
    row_weights = np.where(labels, weights[1], weights[0]) / labels.size
    design = np.hstack([np.ones((len(x), 1)), x])
    ridge = np.concatenate(([0.0], np.full(x.shape[1], penalty)))
    solution = _minimised(design, labels, row_weights, ridge)
    z = design @ solution
    if penalty == 0 and np.abs(z).max() > SEPARATED:
        raise StatisticsError("failed and good rows can be separated without error; a penalty above 0 is needed")
    prevalence = labels.mean()
    return LogisticModel(
        intercept=float(solution[0]),
        coefficients=solution[1:],
        penalty=penalty,
        class_weights=weights,
        deviance=2 * float(_losses(z, labels).sum()),
        null_deviance=float(
            -2 * labels.size * (prevalence * np.log(prevalence) + (1 - prevalence) * np.log1p(-prevalence))
        ),
        standard_errors=_standard_errors(design, z) if penalty == 0 and class_weight == "none" else None,
        n=labels.size,
        failed=int(labels.sum()),
    )


def _class_weights(labels: np.ndarray, class_weight: str) -> tuple[float, float]:
    if class_weight == "none":
        return 1.0, 1.0
    return labels.size / (2 * int((~labels).sum())), labels.size / (2 * int(labels.sum()))


def _losses(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.logaddexp(0.0, np.where(labels, -z, z))


def _minimised(design: np.ndarray, labels: np.ndarray, weights: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    # Columns of unlike scale make the search slow; where the slope ends is the same.
    units = np.sqrt((design * design).mean(axis=0))
    units[units == 0] = 1.0
    x, target, ridge = design / units, labels.astype(float), ridge / units**2

    def loss(b):
        return float(weights @ _losses(x @ b, labels) + 0.5 * (ridge @ (b * b)))

    def gradient(b):
        return x.T @ (weights * (expit(x @ b) - target)) + ridge * b

    def hessian(b):
        p = expit(x @ b)
        return x.T @ (x * (weights * p * (1 - p))[:, None]) + np.diag(ridge)

    # First cheap steps to near the minimum, then few dear ones to the last digits.
    near = minimize(loss, np.zeros(x.shape[1]), jac=gradient, method="L-BFGS-B", options={"maxiter": 2000})
    found = minimize(loss, near.x, jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-10})
    steepest = float(np.abs(found.jac).max())
    if steepest > 1e-6:
        raise StatisticsError("the fit did not converge (largest slope {found}); a penalty is needed", found=steepest)
    return found.x / units


def _standard_errors(design: np.ndarray, z: np.ndarray) -> np.ndarray | None:
    p = expit(z)
    information = design.T @ (design * (p * (1 - p))[:, None])
    try:
        return np.sqrt(np.diag(np.linalg.inv(information)))
    except np.linalg.LinAlgError:
        raise StatisticsError("a feature is a sum of others; leave it out or give a penalty") from None

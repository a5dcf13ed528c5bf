"""The best setting for several responses at once: each is given a desirability, their geometric mean is made largest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import minimize

from hoshin.stats.errors import StatisticsError, check_choice, check_enough, check_finite, check_number
from hoshin.stats.experiments.response_surface import ResponseSurface, second_order
from hoshin.stats.results import Result, Step

SOURCE = "G. Derringer, R. Suich, Journal of Quality Technology 12 (1980), 214-219"
_STARTS, _CANDIDATES = 8, 4096


@dataclasses.dataclass(frozen=True, eq=False)
class Goal(Result):
    """What is wanted of a response: "larger" or "smaller" is better, or a "target".

    Outside ``low`` .. ``high`` nothing is gained: desirability rises from 0 at ``low`` to 1 at ``target`` ("larger"),
    falls from 1 at ``target`` to 0 at ``high`` ("smaller"), or both. ``weight`` above 1 asks to be close to the target;
    ``importance`` is its share in the mean of all.
    """

    kind: str
    target: float
    low: float | None = None
    high: float | None = None
    weight: float = 1.0
    importance: float = 1.0

    title = "Goal of a response"
    sources = (SOURCE,)

    def __post_init__(self):
        super().__post_init__()
        check_choice(self.kind, ("larger", "smaller", "target"), "kind")
        check_number(self.weight, "weight", above=0)
        check_number(self.importance, "importance", above=0)
        check_number(self.target, "target")
        for needed, name, bound, sign in (("smaller", "low", self.low, 1), ("larger", "high", self.high, -1)):
            if self.kind != needed and (bound is None or not sign * (self.target - bound) > 0):
                raise StatisticsError(
                    "{name} is {found} with target {target}; a bound {side} the target is needed for {kind!r}",
                    name=name,
                    found=bound,
                    target=self.target,
                    side="below" if name == "low" else "above",
                    kind=self.kind,
                )


@dataclasses.dataclass(frozen=True, eq=False)
class BestSetting(Result):
    """The setting with the largest overall desirability, what each response is expected to be there, how good that is."""

    factors: tuple[str, ...]
    setting: np.ndarray
    responses: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    desirabilities: np.ndarray
    overall: float

    title = "Best setting for several responses"
    assumptions = ("each fitted surface holds within the bounds", "the search found the best of its starting points")
    sources = (SOURCE,)

    def steps(self):
        """Setting, responses and desirabilities."""
        yield Step("setting", value=dict(zip(self.factors, self.setting.tolist(), strict=True)))
        yield Step("response expected of each", value=self.responses)
        yield Step("intervals of a new value, from", value=self.lower)
        yield Step("intervals of a new value, to", value=self.upper)
        yield Step("desirability of each", value=self.desirabilities)
        yield Step(
            "overall desirability", "product of d^importance, to the power 1 / sum of importance", {}, self.overall
        )


def desirability(values, goal: Goal) -> np.ndarray:
    """How desirable values of a response are, from 0 (useless) to 1 (as wanted).

    Estimand: ``d = ((y - low) / (target - low))^weight`` below the target, ``((high - y) / (high - target))^weight``
    above it; 1 on the good side of a target of "larger" and "smaller", 0 outside low .. high.

    Parameters
    ----------
    values : responses, in any shape.
    goal : what is wanted of them.

    Units: values and goal in one unit; desirability has none.

    Assumes: that the goal says what the responses are worth.

    Errors: a value missing.

    Source: G. Derringer, R. Suich, Journal of Quality Technology 12 (1980), 214-219.

    >>> desirability([8.0, 9.0, 12.0], Goal("larger", low=8.0, target=10.0))
    array([0. , 0.5, 1. ])
    """
    y = check_finite(values, "values")
    below = np.ones_like(y) if goal.kind == "smaller" else (y - goal.low) / (goal.target - goal.low)
    above = np.ones_like(y) if goal.kind == "larger" else (goal.high - y) / (goal.high - goal.target)
    return np.clip(np.minimum(below, above), 0.0, 1.0) ** goal.weight


def best_setting(
    surfaces: Iterable[ResponseSurface], goals: Sequence[Goal], low: float = -1.0, high: float = 1.0
) -> BestSetting:
    """The setting of the factors at which several responses together are best.

    Estimand: the point within the bounds with the largest ``D = (prod d_i^importance_i)^(1 / sum importance)``. Sobol
    points over the bounds, then Nelder and Mead's search from the best of them.

    Parameters
    ----------
    surfaces : one fitted response surface for each response, of the same factors, or one of many responses.
    goals : what is wanted of each.
    low, high : the bounds of the factors, in the units of the runs; one number, or one for each factor.

    Units: the setting in the units of the runs; responses each in its own.

    Assumes: that the surfaces are right; check the setting by a run.

    Errors: no surface, another number of goals, other factors, low not below high, no setting where all are acceptable.

    Source: G. Derringer, R. Suich, Journal of Quality Technology 12 (1980), 214-219.

    >>> from hoshin.stats.experiments import analyze_response_surface, central_composite
    >>> runs = central_composite(2).runs
    >>> a, b = runs.T
    >>> noise = np.random.default_rng(1).normal(0, 0.01, (2, 13))
    >>> surfaces = [analyze_response_surface(runs, y) for y in (10 - a**2 - b**2 + noise[0], 5 + a + b**2 + noise[1])]
    >>> best = best_setting(surfaces, [Goal("larger", low=8, target=10), Goal("target", low=4, target=5.5, high=7)])
    >>> best.responses.round(1), round(best.overall, 2)
    (array([9.7, 5.5]), 0.93)
    """
    from scipy.stats import qmc

    surfaces = list(surfaces)
    check_enough(len(surfaces), 1, "surfaces")
    if len(goals) != len(surfaces):
        raise StatisticsError(
            "{found} goals for {n} surfaces; one of each is needed", found=len(goals), n=len(surfaces)
        )
    factors = surfaces[0].factors
    if any(surface.factors != factors for surface in surfaces):
        raise StatisticsError("the surfaces have different factors; the same are needed of all")
    k = len(factors)
    low, high = (np.broadcast_to(check_finite(x, name), (k,)) for x, name in ((low, "low"), (high, "high")))
    if not (low < high).all():
        raise StatisticsError(
            "low is {low} and high is {high}; low must be below high", low=low.tolist(), high=high.tolist()
        )
    points = low + (high - low) * np.vstack([qmc.Sobol(k, rng=0).random(_CANDIDATES), np.full((1, k), 0.5)])
    worth = _overall(surfaces, goals, points)
    if not worth.max() > 0:
        raise StatisticsError("no setting within the bounds is acceptable for all {n} responses", n=len(surfaces))
    starts = points[np.argsort(-worth, kind="stable")[:_STARTS]]
    bounds = list(zip(low, high, strict=True))
    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 400 * k}
    found = [
        minimize(
            lambda x: -_overall(surfaces, goals, x[None])[0],
            start,
            method="Nelder-Mead",
            bounds=bounds,
            options=options,
        )
        for start in starts
    ]
    setting = min(found, key=lambda one: one.fun).x
    told = [surface.predict(setting) for surface in surfaces]
    mean, lower, upper = (np.array([getattr(one, name)[0] for one in told]) for name in ("mean", "lower", "upper"))
    each = np.array([desirability(y, goal) for y, goal in zip(mean, goals, strict=True)])
    return BestSetting(factors, setting, mean, lower, upper, each, float(_overall(surfaces, goals, setting[None])[0]))


def _overall(surfaces, goals, points) -> np.ndarray:
    rows = np.column_stack([np.ones(len(points)), second_order(points)])
    importance = np.array([goal.importance for goal in goals])
    each = [desirability(rows @ one.regression.coefficients, goal) for one, goal in zip(surfaces, goals, strict=True)]
    return np.prod(np.stack(each) ** (importance / importance.sum())[:, None], axis=0)

"""Response surfaces: central composite and Box-Behnken designs, the second-order model and its best point."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np

from hoshin.stats._results import Entries
from hoshin.stats.errors import (
    StatisticsError,
    check_choice,
    check_enough,
    check_finite,
    check_number,
    check_numbers,
    check_whole,
)
from hoshin.stats.experiments.design import Design, factor_letters, make_design
from hoshin.stats.experiments.factorial import fractional_factorial, full_factorial
from hoshin.stats.regression import Prediction, Regression, linear_regression
from hoshin.stats.results import Result, Step

# G. E. P. Box, D. W. Behnken, Technometrics 2 (1960), 455-475, table 4: which factors vary together.
_BLOCKS = {
    3: [(0, 1), (0, 2), (1, 2)],
    4: [(0, 1), (2, 3), (0, 3), (1, 2), (0, 2), (1, 3)],
    5: list(itertools.combinations(range(5), 2)),
    6: [(0, 1, 3), (1, 2, 4), (2, 3, 5), (0, 3, 4), (1, 4, 5), (0, 2, 5)],
    7: [(3, 4, 5), (0, 5, 6), (1, 4, 6), (0, 1, 3), (2, 3, 6), (0, 2, 4), (1, 2, 5)],
}
_CENTERS = {3: 3, 4: 3, 5: 6, 6: 6, 7: 6}


@dataclasses.dataclass(frozen=True, eq=False)
class ResponseSurface(Entries, Result):
    """A second-order model with its stationary point: a maximum, a minimum or a saddle, inside the data or not.

    ``stationary`` is in the units of the terms given, and missing for a "ridge"; ``eigenvalues`` are the curvatures
    along the principal axes. Of many responses the numbers have a leading axis for them; ``result[i]`` is one surface.
    """

    regression: Regression
    stationary: np.ndarray | None
    stationary_response: float | np.ndarray | None
    nature: str | tuple[str, ...]
    eigenvalues: np.ndarray
    inside: bool | np.ndarray
    factors: tuple[str, ...]

    title = "Response surface"
    sources = ("G. E. P. Box, K. B. Wilson, Journal of the Royal Statistical Society B 13 (1951), 1-45",)

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return self.regression.count

    @property
    def problems(self):
        """Why a response has no surface."""
        return self.regression.problems

    def _entry(self, i: int) -> ResponseSurface:
        return self._of(i, self.regression[i])

    def _of(self, i: int, regression: Regression) -> ResponseSurface:
        point, height = self.stationary[i], self.stationary_response[i].item()
        if self.nature[i] == "ridge":
            point = height = None
        return ResponseSurface(
            regression, point, height, self.nature[i], self.eigenvalues[i], bool(self.inside[i]), self.factors
        )

    def predict(self, points) -> Prediction:
        """The response at points of the factors, with the interval of a new value."""
        points = np.atleast_2d(check_finite(points, "points"))
        if points.shape[1] != len(self.factors):
            raise StatisticsError(
                "{found} factors given; {needed} are needed", found=points.shape[1], needed=len(self.factors)
            )
        return self.regression.predict(second_order(points))

    def steps(self):
        """The regression, then the stationary point."""
        yield from self.regression.steps()
        yield Step("curvatures along the principal axes", value=self.eigenvalues)
        yield Step("nature of the stationary point", value=self.nature)
        if self.stationary is not None:
            yield Step("stationary point", value=self.stationary)
            yield Step("response there", value=self.stationary_response)
            yield Step("inside the range of the data", value=self.inside)


def central_composite(
    factors: int,
    alpha: str | float = "rotatable",
    center_points: int = 5,
    fraction: str | None = None,
    names: Sequence[str] | None = None,
) -> Design:
    """Central composite design: a factorial, axial points at distance alpha, and center points.

    Estimand: the second-order model. ``F + 2k + c`` runs: F of the factorial, two at -+alpha on each axis, c at the
    center; rotatable where ``alpha = F^(1/4)``, orthogonal where ``alpha^2 = (sqrt(N F) - F) / 2``.

    Parameters
    ----------
    factors : 2 to 10.
    alpha : "rotatable", "face" (1), "orthogonal" (squares uncorrelated), "spherical" (sqrt of the number of factors),
        or a distance.
    center_points : 0 or more.
    fraction : generators of a fraction of resolution V or more in place of the full factorial.
    names : one for each factor; A, B, C ... if not given.

    Units: coded; axial points lie at -+alpha, outside the corners where alpha is above 1.

    Assumes: that settings at alpha can be run.

    Errors: fewer than 2 or more than 10 factors, a fraction of resolution below V or of other factors.

    Source: G. E. P. Box, K. B. Wilson, Journal of the Royal Statistical Society B 13 (1951), 1-45; D. C. Montgomery,
    Design and Analysis of Experiments, 8th edition, section 11.4.

    >>> plan = central_composite(2)
    >>> plan.n, round(float(plan.runs.max()), 4)
    (13, 1.4142)
    """
    factors = check_whole(factors, "factors", at_least=2)
    if factors > 10:
        raise StatisticsError("{found} factors; at most 10 have a design here", found=factors)
    center_points = check_whole(center_points, "center_points", at_least=0)
    cube = full_factorial([2] * factors) if fraction is None else fractional_factorial(fraction)
    if len(cube.factors) != factors:
        raise StatisticsError(
            "the fraction has {found} factors; {needed} are needed", found=len(cube.factors), needed=factors
        )
    if cube.resolution is not None and cube.resolution < 5:
        raise StatisticsError("the fraction has resolution {found}; 5 or more is needed", found=cube.resolution)
    distance = _axial_distance(alpha, factors, cube.n, center_points)
    axial = np.zeros((2 * factors, factors))
    for i in range(factors):
        axial[2 * i, i], axial[2 * i + 1, i] = -distance, distance
    runs = np.vstack([cube.runs, axial, np.zeros((center_points, factors))])
    return make_design(
        f"Central composite, alpha {distance:.4g}",
        runs,
        names,
        generators=cube.generators,
        source="G. E. P. Box, K. B. Wilson, Journal of the Royal Statistical Society B 13 (1951), 1-45",
    )


def box_behnken(factors: int, center_points: int | None = None, names: Sequence[str] | None = None) -> Design:
    """Box and Behnken's three-level design: no run at a corner, where all factors are extreme.

    Estimand: the second-order model. Factorials of 2 or 3 factors at a time, ``2^s`` runs each, the others at 0, and
    center points.

    Parameters
    ----------
    factors : 3 to 7.
    center_points : 3 (3 and 4 factors) or 6 unless given.
    names : one for each factor; A, B, C ... if not given.

    Units: coded -1, 0, +1.

    Assumes: a response that is smooth between the levels; the corners are extrapolated.

    Errors: fewer than 3 or more than 7 factors.

    Source: G. E. P. Box, D. W. Behnken, Technometrics 2 (1960), 455-475, table 4.

    >>> box_behnken(3).n, box_behnken(4).n, box_behnken(7).n
    (15, 27, 62)
    """
    factors = check_whole(factors, "factors", at_least=3)
    if factors not in _BLOCKS:
        raise StatisticsError("{found} factors; 3 to 7 have a design here", found=factors)
    centers = _CENTERS[factors] if center_points is None else check_whole(center_points, "center_points", at_least=0)
    parts = []
    for block in _BLOCKS[factors]:
        part = np.zeros((2 ** len(block), factors))
        part[:, list(block)] = full_factorial([2] * len(block)).runs
        parts.append(part)
    runs = np.vstack([*parts, np.zeros((centers, factors))])
    source = "G. E. P. Box, D. W. Behnken, Technometrics 2 (1960), 455-475"
    return make_design("Box-Behnken", runs, names, source=source)


def analyze_response_surface(
    runs, response, names: Sequence[str] | None = None, confidence: float = 0.95, *, on_error: str = "raise"
) -> ResponseSurface:
    """Fit the full second-order model and find its stationary point.

    Estimand: ``y = b0 + sum b_i x_i + sum b_ii x_i^2 + sum b_ij x_i x_j`` and its stationary point ``-B^-1 b / 2``, whose
    nature is that of B's eigenvalues. Terms are named A, B, A^2, A:B. Runs made twice (center points) give the test of
    the lack of fit, ``regression.lack_of_fit``. ``best_setting`` finds the best point within bounds.

    Parameters
    ----------
    runs : (n, k) in any units, more than the (k+1)(k+2)/2 terms.
    response : (n,) of one response, (C, n) of many.
    names : one for each factor; A, B, C ... if not given.
    confidence : of the intervals of coefficients and predictions.
    on_error : "raise", or "mark" among many responses: NaN and a word in ``regression.problems`` where there is none.

    Units: the stationary point in the units of the runs, curvatures in those of the response for one unit squared.

    Assumes: as ``linear_regression``, and that no third-order term matters.

    Errors: too few runs, terms that the runs cannot tell apart, a value missing.

    Source: G. E. P. Box, K. B. Wilson (1951); D. C. Montgomery, Design and Analysis of Experiments, 8th edition, 11.3.

    >>> plan = central_composite(2)
    >>> a, b = plan.runs.T
    >>> noise = np.random.default_rng(1).normal(0, 0.01, 13)
    >>> surface = analyze_response_surface(plan.runs, 80 - (a - 0.5) ** 2 - 2 * (b + 0.25) ** 2 + noise)
    >>> surface.nature, surface.stationary.round(2)
    ('maximum', array([ 0.5 , -0.25]))
    """
    x = check_finite(runs, "runs", ndim=2)
    k = check_enough(x.shape[1], 1, "factors")
    names = factor_letters(k) if names is None else tuple(names)
    pairs = list(itertools.combinations(range(k), 2))
    terms = (*names, *(f"{name}^2" for name in names), *(f"{names[i]}:{names[j]}" for i, j in pairs))
    y = check_numbers(response, "response", ndim=(1, 2))
    fit = linear_regression(second_order(x), y, terms, confidence, on_error=on_error)
    coefficients = np.atleast_2d(fit.coefficients)
    linear, matrix = coefficients[:, 1 : k + 1], _curvatures(coefficients, k, pairs)
    bad = np.isnan(linear).any(axis=1)
    values = np.linalg.eigvalsh(np.where(bad[:, None, None], 0.0, matrix))
    largest = np.maximum(np.abs(values).max(axis=1), 1e-300)
    ridge = np.abs(values).min(axis=1) <= 1e-10 * largest
    solvable = np.where(ridge[:, None, None], np.eye(k), matrix)
    point = np.where(ridge[:, None], np.nan, -np.linalg.solve(solvable, linear[:, :, None])[:, :, 0] / 2)
    kinds = [bad, ridge, (values < 0).all(axis=1), (values > 0).all(axis=1)]
    found = ResponseSurface(
        regression=fit,
        stationary=point,
        stationary_response=coefficients[:, 0] + (linear * point).sum(axis=1) / 2,
        nature=tuple(np.select(kinds, ["", "ridge", "maximum", "minimum"], "saddle").tolist()),
        eigenvalues=np.where(bad[:, None], np.nan, values),
        inside=((point >= x.min(axis=0)) & (point <= x.max(axis=0))).all(axis=1),
        factors=names,
    )
    return found if y.ndim == 2 else found._of(0, fit)


def _curvatures(coefficients: np.ndarray, k: int, pairs) -> np.ndarray:
    """The symmetric matrix B of each response: squares on the diagonal, half of the products beside it."""
    matrix = np.zeros((len(coefficients), k, k))
    matrix[:, range(k), range(k)] = coefficients[:, k + 1 : 2 * k + 1]
    for place, (i, j) in enumerate(pairs, 2 * k + 1):
        matrix[:, i, j] = matrix[:, j, i] = coefficients[:, place] / 2
    return matrix


def second_order(x: np.ndarray) -> np.ndarray:
    """The terms of the second-order model: factors, squares, products.

    >>> second_order(np.array([[2.0, 3.0]]))
    array([[2., 3., 4., 9., 6.]])
    """
    products = [x[:, i] * x[:, j] for i, j in itertools.combinations(range(x.shape[1]), 2)]
    return np.column_stack([x, x**2, *products])


def _axial_distance(alpha, factors, cube, centers) -> float:
    if not isinstance(alpha, str):
        return check_number(alpha, "alpha", above=0)
    check_choice(alpha, ("rotatable", "face", "orthogonal", "spherical"), "alpha")
    if alpha == "orthogonal":
        total = cube + 2 * factors + centers
        return math.sqrt((math.sqrt(total * cube) - cube) / 2)
    return {"rotatable": cube**0.25, "face": 1.0, "spherical": math.sqrt(factors)}[alpha]

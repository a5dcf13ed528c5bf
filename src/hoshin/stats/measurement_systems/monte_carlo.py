"""Uncertainty of a measurement result by Monte Carlo, the check of a budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._results import Batched
from hoshin.stats.errors import check_fraction, check_whole
from hoshin.stats.measurement_systems._quantities import Quantities, called, spread
from hoshin.stats.measurement_systems.uncertain_inputs import UncertainInput
from hoshin.stats.measurement_systems.uncertainty import UncertaintyBudget
from hoshin.stats.results import FrozenDict, Step

_BLOCK = 200_000
"""How many numbers of one input are drawn at once."""

_KINDS = ("normal", "t", "rectangular", "triangular", "arcsine", "trapezoidal")


@dataclass(frozen=True, eq=False)
class MonteCarloUncertainty(Batched):
    """The result's distribution by simulation, and whether it validates a budget.

    Of many characteristics every number is an array over them.
    """

    draws: int
    seed: int
    value: float | np.ndarray
    u: float | np.ndarray
    confidence: float
    lower: float | np.ndarray
    upper: float | np.ndarray
    shortest_lower: float | np.ndarray
    shortest_upper: float | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    leading = "value"
    title = "Uncertainty by Monte Carlo"
    sources = ("JCGM 101:2008 (GUM Supplement 1), clauses 7 and 8",)
    assumptions = ("the distributions of the inputs are those given",)

    @property
    def interval(self):
        """The probabilistically symmetric coverage interval."""
        return self.lower, self.upper

    def validates(self, budget: UncertaintyBudget, digits: int = 2):
        """Whether both ends of the budget's interval agree within half a unit of u's last significant digit."""
        places = check_whole(digits, "digits", at_least=1) - 1
        with np.errstate(divide="ignore"):
            tolerance = 0.5 * 10.0 ** (np.floor(np.log10(self.u)) - places)
        ends = zip(budget.interval, self.interval, strict=True)
        agree = np.all([np.abs(ours - theirs) <= tolerance for ours, theirs in ends], axis=0)
        return bool(agree) if self.count is None else agree

    def steps(self):
        """Every figure."""
        names = ("draws", "seed", "value", "u", "confidence", "lower", "upper", "shortest_lower", "shortest_upper")
        for name in names:
            yield Step(name, value=getattr(self, name))


def monte_carlo_uncertainty(
    model: Callable | Mapping[str, float],
    inputs: Sequence[UncertainInput],
    *,
    correlation: Mapping[tuple[str, str], float] | None = None,
    confidence: float = 0.95,
    draws: int = 200_000,
    seed: int = 0,
    on_error: str = "raise",
) -> MonteCarloUncertainty:
    """The distribution of a result, or of many that follow one model, by drawing inputs and computing all draws at once.

    Estimand: mean and standard deviation of y = f(x) over draws of the inputs; the symmetric coverage interval from the
    quantiles (1 - p)/2 and (1 + p)/2, and the shortest one.

    Parameters
    ----------
    model : function of the inputs' names, on arrays; or mapping of name to sensitivity
    inputs, correlation, confidence : as in ``uncertainty_budget``; correlated inputs must be normal
    draws, seed : whole numbers; the same seed gives the same figures. Of many characteristics each has the draws that it
        has alone: the same standard draws for all, scaled to the distributions of each
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: those of the result.

    Assumes: the distributions of the inputs are those given. Figures of many have the error of simulation in common.

    Errors: What ``uncertainty_budget`` refuses, fewer than 1,000 draws, a model that gives no finite number.

    Source: JCGM 101:2008, clauses 5.9, 6.4, 7.5 and 7.7.

    >>> from hoshin.stats.measurement_systems import bounded_input
    >>> four = [bounded_input(f"x{i}", 0.0, 3 ** 0.5) for i in range(4)]
    >>> found = monte_carlo_uncertainty({one.name: 1.0 for one in four}, four)
    >>> round(found.u, 2), round(found.upper, 1)
    (2.0, 3.9)
    """
    n, seed = check_whole(draws, "draws", at_least=1000), check_whole(seed, "seed", at_least=0)
    check_fraction(confidence)
    quantities = Quantities.read(model, inputs, correlation, on_error)
    refusals = quantities.refusals
    bad, table = np.zeros(refusals.count, np.int64), np.full((6, refusals.count), np.nan)
    for rows, y in _simulated(model, quantities, seed, n):
        bad[rows] = (~np.isfinite(y)).sum(axis=1)
        table[:, rows] = _figures(y, confidence)
    words = "the model gives no finite number for {found} of {n} draws; one for each is needed"
    refusals.refuse(bad > 0, words, found=bad, n=n)
    value, u, lower, upper, shortest_lower, shortest_upper = refusals.blank(*table)
    return MonteCarloUncertainty(
        draws=n,
        seed=seed,
        confidence=confidence,
        problems=refusals.problems,
        **refusals.told(
            value=value,
            u=u,
            lower=lower,
            upper=upper,
            shortest_lower=shortest_lower,
            shortest_upper=shortest_upper,
        ),
    )


def _figures(y: np.ndarray, confidence: float):
    """Mean, standard deviation, symmetric and shortest interval of every row."""
    n = y.shape[1]
    y = np.sort(y, axis=1)
    inside = min(round(confidence * n), n - 1)
    low = (n - inside) // 2
    every = np.arange(len(y))
    with np.errstate(all="ignore"):
        best = np.argmin(y[:, inside:] - y[:, : n - inside], axis=1)
        spread = y.mean(axis=1), y.std(axis=1, ddof=1)
    return *spread, y[:, low], y[:, min(low + inside, n - 1)], y[every, best], y[every, best + inside]


def _simulated(model, quantities: Quantities, seed, n: int) -> Iterator[tuple]:
    """Some characteristics after others: which they are, and their results (characteristics, draws).

    Every characteristic has the stream of random numbers that it has alone: what it is scaled by is its own, the standard
    draws are those of all whose inputs have the same distributions and degrees of freedom.
    """
    draws = _Draws(quantities, seed, n)
    names = quantities.names
    step = max(1, _BLOCK // n)
    for group in draws.groups():
        standard = draws.standard(group[0])
        for start in range(0, group.size, step):
            rows = group[start : start + step]
            points = draws.scaled(standard, rows)
            if quantities.weights is None:
                y = called(model, names, [np.broadcast_to(x, (rows.size, n)).ravel() for x in points])
                yield rows, y.reshape(rows.size, n)
            else:
                yield rows, sum(c[:, None] * x for c, x in zip(quantities.weights[rows].T, points, strict=True))


class _Draws:
    """Standard draws of every input, and what scales them."""

    def __init__(self, quantities: Quantities, seed, n: int):
        self.quantities, self.n = quantities, n
        inputs, count = quantities.inputs, quantities.refusals.count
        self.half, self.shape = (spread(inputs, what, count) for what in ("half_width", "shape"))
        self.kinds = np.stack([_kind(one, count) for one in inputs], axis=1)
        self.roots = self._roots()
        self.random = np.random.default_rng(seed)
        self.normal = np.ascontiguousarray(self.random.standard_normal((n, len(inputs))).T)
        self.state = self.random.bit_generator.state

    def _roots(self) -> np.ndarray | None:
        """What makes independent normal draws correlated; None where nothing is correlated."""
        q = self.quantities
        if not q.coefficients:
            return None
        linked = np.any(q.matrix != np.eye(len(q.names)), axis=-1)
        words = "{name} is correlated and {distribution}; correlated inputs must be normal here"
        for i, one in enumerate(q.inputs):
            bad = linked[..., i] & (self.kinds[:, i] > 0)
            q.refusals.refuse(bad, words, name=one.name, distribution=one.distribution)
        values, vectors = np.linalg.eigh(q.matrix)
        return vectors * np.sqrt(np.maximum(values, 0))[..., None, :]

    def groups(self) -> list[np.ndarray]:
        """The characteristics that take the same numbers from the stream."""
        good = np.flatnonzero(~self.quantities.refusals.lost)
        freedom = np.where(self.kinds == 1, self.quantities.df, 0.0)
        keys = np.concatenate([self.kinds, freedom], axis=1)[good]
        _, owner, sizes = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(owner.ravel(), kind="stable")
        return np.split(good[order], np.cumsum(sizes)[:-1]) if good.size else []

    def standard(self, row: int) -> list:
        """Draws of every input without location and scale, as for the characteristic in this row."""
        self.random.bit_generator.state = self.state
        return [self._standard(i, int(self.kinds[row, i]), row) for i in range(len(self.normal))]

    def _standard(self, i: int, kind: int, row: int):
        random, n, name = self.random, self.n, _KINDS[kind]
        if name == "normal":
            return self.normal[i]
        if name == "t":
            return random.standard_t(self.quantities.df[row, i], n)
        if name == "rectangular":
            return random.random(n)
        if name == "triangular":
            return random.random(n) - random.random(n)
        if name == "arcsine":
            return np.sin(2 * math.pi * random.random(n))
        return 2 * random.random(n) - 1, 2 * random.random(n) - 1

    def scaled(self, standard: list, rows: np.ndarray) -> list[np.ndarray]:
        """The draws (characteristics, draws) of every input."""
        q, kinds = self.quantities, self.kinds[rows[0]]
        deviations = (
            self._deviation(_KINDS[kind], i, draw, rows)
            for i, (kind, draw) in enumerate(zip(kinds, standard, strict=True))
        )
        return [q.x[rows, i, None] + deviation for i, deviation in enumerate(deviations)]

    def _deviation(self, name: str, i: int, draw, rows: np.ndarray) -> np.ndarray:
        if name == "normal":
            return self.quantities.u[rows, i, None] * self._correlated(i, rows)
        if name == "t":
            return self.quantities.u[rows, i, None] * draw
        a = self.half[rows, i, None]
        if name == "rectangular":
            return 2 * a * draw - a
        if name == "trapezoidal":
            first, second = draw
            shape = self.shape[rows, i, None]
            return a / 2 * ((1 + shape) * first + (1 - shape) * second)
        return a * draw

    def _correlated(self, i: int, rows: np.ndarray) -> np.ndarray:
        """Standard normal draws of an input, correlated with those of the others."""
        if self.roots is None:
            return self.normal[i]
        root = self.roots[i] if self.roots.ndim == 2 else self.roots[rows, i].T[..., None]
        return sum(root[j] * self.normal[j] for j in range(len(self.normal)) if np.any(root[j]))


def _kind(one: UncertainInput, count: int) -> np.ndarray:
    """The place of each characteristic's distribution among the known ones."""
    words = np.broadcast_to(one.distribution, (count,))
    return np.select([words == kind for kind in _KINDS], range(len(_KINDS)), 0)

"""Taguchi's orthogonal arrays and signal-to-noise ratios."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._layout import read_batch
from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_choice, check_enough
from hoshin.stats.experiments.design import Design, make_design
from hoshin.stats.experiments.factorial import plackett_burman
from hoshin.stats.results import FrozenDict, Step

SOURCE = (
    "G. Taguchi, System of Experimental Design (1987), volume 2, appendix; C. R. Rao, JRSS Supplement 9 (1947), 128-139"
)

# L18: one factor of two levels, seven of three (Taguchi 1987, appendix): from a difference scheme of order 6 modulo 3.
_DIFFERENCES = [
    [0, 0, 0, 0, 0, 0],
    [0, 1, 2, 0, 1, 2],
    [0, 2, 1, 1, 0, 2],
    [0, 0, 2, 1, 2, 1],
    [0, 2, 0, 2, 1, 1],
    [0, 1, 1, 2, 2, 0],
]

TAGUCHI = ("L4", "L8", "L9", "L12", "L16", "L16b", "L18", "L25", "L27", "L32")
"""The arrays: L16b has five factors of four levels, L18 one of two levels and seven of three."""


@dataclass(frozen=True, eq=False)
class SignalToNoise(Batched):
    """Signal-to-noise ratio of each run in decibels, and its mean at each level of each factor.

    Of many responses all but ``goal`` have an entry for each; ``result[i]`` holds those of one. Where ``problems`` says why
    there are none they are NaN, and ``best`` means nothing.
    """

    goal: str
    ratios: np.ndarray
    means: np.ndarray
    by_level: dict
    best: dict
    problems: Mapping[int, str] = field(default_factory=FrozenDict)

    title = "Signal-to-noise ratios"
    assumptions = ("factors do not interact (their effects on the ratio add up)",)
    sources = (
        "G. Taguchi, System of Experimental Design (1987); D. C. Montgomery, 8th edition, section 12.3 (critique)",
    )

    @property
    def count(self) -> int | None:
        """How many responses there are; None of one alone."""
        return len(self.ratios) if self.ratios.ndim > 1 else None

    def steps(self):
        """The ratios and the mean of each level."""
        yield Step("ratio of each run", _FORMULAS[self.goal], value=self.ratios)
        for factor, levels in self.by_level.items():
            yield Step(f"mean ratio at each level of {factor}", value=levels)
            yield Step(f"best level of {factor} (from 0)", value=self.best[factor])


_FORMULAS = {
    "smaller": "-10 log10(mean of y^2)",
    "larger": "-10 log10(mean of 1/y^2)",
    "nominal": "10 log10(mean^2 / s^2)",
    "nominal_variance": "-10 log10(s^2)",
}


def taguchi(array: str, factors: int | None = None, names: Sequence[str] | None = None) -> Design:
    """One of Taguchi's orthogonal arrays, levels numbered from 0; every pair of columns is balanced.

    Estimand: main effects. In every two columns each pair of levels occurs equally often: ``n / (l1 l2)`` times. L4, L8,
    L9, L16 and L32 have the published order of columns. The others may have another one: they are equivalent for main
    effects, but tables of interactions made for the published order do not apply.

    Parameters
    ----------
    array : one of ``TAGUCHI``.
    factors : takes the first so many columns; all if not given.
    names : one for each factor; A, B, C ... if not given.

    Units: levels numbered from 0.

    Assumes: interactions that are small against main effects.

    Errors: an array that is not known, more factors than it holds.

    Source: G. Taguchi, System of Experimental Design (1987), volume 2, appendix; C. R. Rao (1947).

    >>> plan = taguchi("L9")
    >>> plan.runs.tolist()[:4]
    [[0, 0, 0, 0], [0, 1, 1, 1], [0, 2, 2, 2], [1, 0, 1, 2]]
    >>> taguchi("L18").runs.max(axis=0)
    array([1, 2, 2, 2, 2, 2, 2, 2])
    """
    check_choice(array, TAGUCHI, "array")
    runs = _ARRAYS[array]()
    if factors is not None:
        if not 1 <= factors <= runs.shape[1]:
            raise StatisticsError(
                "{found} factors; {array} holds 1 to {most}", found=factors, array=array, most=runs.shape[1]
            )
        runs = runs[:, :factors]
    return make_design(f"Taguchi {array}", runs, names, source=SOURCE)


def signal_to_noise(design: Design, responses, goal: str = "nominal", *, on_error: str = "raise") -> SignalToNoise:
    """Taguchi's ratio for each run of a design with repeated responses, and its mean at each level.

    Estimand: ``-10 log10(mean of y^2)`` ("smaller"), ``-10 log10(mean of 1/y^2)`` ("larger"), ``10 log10(mean^2 / s^2)``
    ("nominal") or ``-10 log10(s^2)`` ("nominal_variance"); larger ratios are better in each.

    Parameters
    ----------
    design : the runs; each level of each factor gets a mean.
    responses : (runs, repeats) of one response, (C, runs, repeats) of many, in the order of the design's rows; at least
        2 repeats that differ for the nominal ratios.
    goal : "smaller" is better, "larger" is better, "nominal" is best (adjustable mean), "nominal_variance" (fixed
        target).
    on_error : "raise", or "mark" among many responses: NaN and a word in ``problems`` where there is no ratio.

    Units: ratios in decibels, means those of the responses.

    Assumes: factors whose effects on the ratio add up.

    Errors: a response of 0 with "larger", repeats without scatter with "nominal", a response missing, another
    number of runs.

    Source: G. Taguchi, System of Experimental Design (1987).

    >>> found = signal_to_noise(taguchi("L4", 2), [[10, 12], [10, 10.5], [20, 26], [20, 21]], goal="nominal")
    >>> found.ratios.round(2), found.best
    (array([17.82, 29.25, 14.68, 29.25]), {'A': 0, 'B': 1})
    """
    refusals, y = read_batch(responses, "responses", 2, on_error)
    check_choice(goal, tuple(_FORMULAS), "goal")
    y = y.reshape(refusals.count, *y.shape[-2:])
    if y.shape[1] != design.n:
        raise StatisticsError(
            "{found} rows of responses for {n} runs; as many are needed", found=y.shape[1], n=design.n
        )
    refusals.refuse_missing(np.isnan(y).sum(axis=(1, 2)), "responses")
    ratios, means = refusals.blank(_ratios(refusals, y, goal), y.mean(axis=2))
    by_level, best = {}, {}
    for name, column in zip(design.factors, design.runs.T, strict=True):
        levels = np.unique(column)
        by_level[name] = np.stack([ratios[:, column == level].mean(axis=1) for level in levels], axis=1)
        best[name] = levels[by_level[name].argmax(axis=1)]
    found = SignalToNoise(goal, ratios, means, by_level, best, refusals.problems)
    return found if refusals.many else found[0]


def _ratios(refusals: Refusals, y: np.ndarray, goal: str) -> np.ndarray:
    """The ratio of each run of each response."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if goal in ("nominal", "nominal_variance"):
            check_enough(y.shape[2], 2, "repeats")
            variance = np.where(np.ptp(y, axis=2) > 0, y.var(axis=2, ddof=1), 0.0)
            still = variance == 0
            words = "run {i} has no scatter between its repeats"
            refusals.refuse(still.any(axis=1), words, i=still.argmax(axis=1) + 1)
            return 10 * np.log10((np.square(y.mean(axis=2)) if goal == "nominal" else 1.0) / variance)
        none = (y == 0).any(axis=2) if goal == "larger" else (y == 0).all(axis=2)
        words = "responses hold 0, which has no ratio; values other than 0 are needed"
        refusals.refuse(none.any(axis=1), words)
        return -10 * np.log10(np.mean(np.square(y) if goal == "smaller" else 1 / np.square(y), axis=2))


def _two_level(runs: int) -> np.ndarray:
    """Columns of a factorial and of all its products, in the order of the binary numbers, as in L8 and L16."""
    bits = runs.bit_length() - 1
    table = np.array(list(itertools.product((0, 1), repeat=bits)))
    columns = []
    for number in range(1, runs):
        inside = [i for i in range(bits) if number >> i & 1]
        columns.append(table[:, inside].sum(axis=1) % 2)
    return np.array(columns).T


def _linear(levels: int, bits: int) -> np.ndarray:
    """Rao's array for a prime number of levels: columns are the lines through the origin of the space of exponents."""
    table = np.array(list(itertools.product(range(levels), repeat=bits)))
    columns = []
    for vector in itertools.product(range(levels), repeat=bits):
        trailing = next((v for v in reversed(vector) if v), 0)
        if trailing == 1:
            columns.append((np.array(vector), [i for i in range(bits - 1, -1, -1) if vector[i]]))
    columns.sort(key=lambda column: (max(column[1]), len(column[1]), column[0].tolist()))
    return np.array([table @ vector % levels for vector, _ in columns]).T


def _four_level() -> np.ndarray:
    """Five factors of four levels: pairs over the field of four elements, x, y, x + y, x + 2y, x + 3y."""
    double = [0, 2, 3, 1]
    triple = [0, 3, 1, 2]
    pairs = list(itertools.product(range(4), repeat=2))
    return np.array([[x, y, x ^ y, x ^ double[y], x ^ triple[y]] for x, y in pairs])


def _eighteen() -> np.ndarray:
    """The scheme shifted three times; its row's number, split into two and three levels, makes two more columns."""
    scheme, number = np.array(_DIFFERENCES), np.tile(np.arange(6), 3)
    shifted = np.vstack([(scheme + shift) % 3 for shift in range(3)])
    array = np.column_stack([number // 3, number % 3, shifted])
    return array[np.lexsort(array.T[::-1])]


_ARRAYS = {
    "L4": lambda: _two_level(4),
    "L8": lambda: _two_level(8),
    "L9": lambda: _linear(3, 2),
    "L12": lambda: (1 - plackett_burman(11).runs) // 2,
    "L16": lambda: _two_level(16),
    "L16b": _four_level,
    "L18": _eighteen,
    "L25": lambda: _linear(5, 2),
    "L27": lambda: _linear(3, 3),
    "L32": lambda: _two_level(32),
}

"""The input quantities of one result, or of many that follow one model, side by side; and the model at their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError, check_enough, check_number
from hoshin.stats.measurement_systems._given import column, counted
from hoshin.stats.measurement_systems.uncertain_inputs import UncertainInput

_BLOCK = 4_000_000
"""How many numbers a model is given at once."""
_SHORTEST = 2.0**-33
"""A step is this share of the estimate or more: of shorter ones rounding leaves too few digits."""


@dataclass(frozen=True, eq=False)
class Quantities:
    """Estimates, standard uncertainties and degrees of freedom (characteristics, inputs), and how inputs correlate.

    ``coefficients`` maps places of two inputs to one coefficient for all or one for each; ``matrix`` holds them, (k, k)
    where they are the same for all. ``weights`` (characteristics, k) are the sensitivities that a mapping gives.
    """

    inputs: tuple[UncertainInput, ...]
    names: list[str]
    refusals: Refusals
    x: np.ndarray
    u: np.ndarray
    df: np.ndarray
    coefficients: dict
    matrix: np.ndarray
    weights: np.ndarray | None

    @classmethod
    def read(cls, model, inputs: Sequence[UncertainInput], correlation, on_error: str, *others) -> Quantities:
        """What is given, checked; ``others`` are further numbers, one for all or one for each."""
        names = _names(inputs)
        correlation = dict(correlation or {})
        mapped = isinstance(model, Mapping)
        columns = [*correlation.values(), *(model.values() if mapped else ()), *others]
        refusals = counted([*columns, *(one.value for one in inputs)], on_error)
        _pass_on(inputs, refusals)
        coefficients, matrix = _correlations(names, correlation, refusals)
        return cls(
            inputs=tuple(inputs),
            names=names,
            refusals=refusals,
            **{what: spread(inputs, what, refusals.count) for what in ("x", "u", "df")},
            coefficients=coefficients,
            matrix=matrix,
            weights=_weights(model, names, refusals) if mapped else None,
        )

    def mixed(self, part: np.ndarray) -> np.ndarray:
        """The contributions (characteristics, k) times the correlations."""
        mixed = part.copy()
        for (i, j), r in self.coefficients.items():
            mixed[:, i] += r * part[:, j]
            mixed[:, j] += r * part[:, i]
        return mixed

    def linearised(self, model) -> tuple[np.ndarray, np.ndarray]:
        """The result and its sensitivities (characteristics, k) at the estimates."""
        if self.weights is not None:
            return (self.weights * self.x).sum(axis=1), self.weights
        value, c = np.full(self.x.shape[0], np.nan), np.full(self.x.shape, np.nan)
        good = np.flatnonzero(~self.refusals.lost)
        k = len(self.names)
        step = max(1, _BLOCK // (k * (4 * k + 1)))
        for start in range(0, good.size, step):
            rows = good[start : start + step]
            value[rows], c[rows] = self._differentiated(model, rows)
        return value, c

    def _differentiated(self, model, rows):
        """Central differences of two steps, extrapolated; an input without uncertainty needs no sensitivity."""
        x, u = self.x[rows].T, self.u[rows].T
        h = np.where(u > 0, np.maximum(u / 10, _SHORTEST * np.abs(x)), 0.0)
        k, size = x.shape
        points = np.repeat(x[:, None], 4 * k + 1, axis=1)
        for i in range(k):
            points[i, 4 * i : 4 * i + 4] += np.array([1, -1, 0.5, -0.5])[:, None] * h[i]
        y = self._valued(model, points.reshape(k, -1)).reshape(-1, size)
        self._refuse_infinite(y, rows)
        shifted = y[:-1].reshape(k, 4, size)
        with np.errstate(all="ignore"):
            far = (shifted[:, 0] - shifted[:, 1]) / (2 * h)
            near = (shifted[:, 2] - shifted[:, 3]) / (2 * (h / 2))
            slope = np.where(h == 0, 0.0, (4 * near - far) / 3)
        return y[-1], slope.T

    def _valued(self, model, points: np.ndarray) -> np.ndarray:
        """The model at points (k, n): of one result number by number, of many by one call with arrays."""
        if self.refusals.many:
            return called(model, self.names, points)
        return np.array([self._value(model, point) for point in points.T.tolist()])

    def _value(self, model, point: list[float]) -> float:
        try:
            found = model(**dict(zip(self.names, point, strict=True)))
        except StatisticsError:
            raise
        except (TypeError, ValueError, ArithmeticError) as error:
            raise StatisticsError(
                "the model cannot be computed ({error}); a function of {names} is needed",
                error=str(error),
                names=", ".join(self.names),
            ) from error
        return check_number(found, "the model's value")

    def _refuse_infinite(self, y: np.ndarray, rows) -> None:
        """Refuse characteristics at whose estimates, or near them, the model gives no finite number."""
        bad = ~np.isfinite(y)
        if bad.any():
            found, where = np.zeros(self.refusals.count), np.zeros(self.refusals.count, bool)
            found[rows], where[rows] = y[bad.argmax(axis=0), np.arange(len(rows))], bad.any(axis=0)
            words = "{name} is {found}; a finite number is needed"
            self.refusals.refuse(where, words, name="the model's value", found=found)


def spread(inputs: Sequence[UncertainInput], what: str, count: int) -> np.ndarray:
    """One number of each input for each characteristic, (characteristics, k); NaN where an input has none."""
    table = np.full((count, len(inputs)), np.nan)
    for i, one in enumerate(inputs):
        number = getattr(one, "value" if what == "x" else what)
        if number is not None:
            table[:, i] = number
    return table


def called(model: Callable, names: Sequence[str], points: Sequence[np.ndarray]) -> np.ndarray:
    """The model's value at every point, by one call with an array for each input."""
    try:
        with np.errstate(all="ignore"):
            y = np.asarray(model(**dict(zip(names, points, strict=True))))
        if y.dtype.kind in "mMUSc":
            raise TypeError("no real numbers")
        y = y.astype(float)
    except StatisticsError:
        raise
    except (TypeError, ValueError) as error:
        raise StatisticsError(
            "the model cannot be computed for arrays ({error}); a function that takes them, or a mapping of "
            "sensitivities, is needed",
            error=str(error),
        ) from error
    n = len(points[0])
    if y.shape != (n,):
        raise StatisticsError(
            "the model gives values of shape {shape}; one finite number for each of {n} points is needed",
            shape=y.shape,
            n=n,
        )
    return y


def _names(inputs) -> list[str]:
    names = [one.name for one in inputs]
    check_enough(len(names), 1, "inputs")
    if len(set(names)) < len(names):
        raise StatisticsError("the inputs {found} repeat a name; each is needed once", found=", ".join(names))
    return names


def _pass_on(inputs, refusals: Refusals) -> None:
    """Inputs of other numbers of characteristics are refused; what one lacks, the result lacks."""
    for one in inputs:
        if one.count not in (None, refusals.count):
            raise StatisticsError(
                "{name} has {found} entries for {needed} {of}; one number is needed, or one for each",
                name=one.name,
                found=one.count,
                needed=refusals.count,
                of="characteristics",
            )
    problems = {i: why for one in reversed(inputs) for i, why in one.problems.items()}
    for i in sorted(problems):
        if not refusals.marks:
            raise StatisticsError("{problem}", problem=problems[i])
        refusals.problems[i] = problems[i]


def _weights(model: Mapping, names, refusals: Refusals) -> np.ndarray:
    strange = set(names) ^ set(model)
    if strange:
        raise StatisticsError("sensitivity or input missing for {found}", found=", ".join(sorted(strange)))
    return np.stack([column(model[name], f"sensitivity of {name}", refusals) for name in names], axis=1)


def _correlations(names, given: Mapping, refusals: Refusals):
    """The coefficients by the places of their inputs, and in a matrix, or one for each characteristic."""
    coefficients = {}
    for (a, b), value in given.items():
        if a not in names or b not in names or a == b:
            raise StatisticsError("correlation of {a} and {b}; two different inputs are needed", a=a, b=b)
        r = column(value, f"correlation of {a} and {b}", refusals)
        pair = tuple(sorted((names.index(a), names.index(b))))
        if pair in coefficients:
            raise StatisticsError("the correlation of {a} and {b} is given twice; each is needed once", a=a, b=b)
        coefficients[pair] = r if np.ndim(value) else r[0]
    own = any(map(np.ndim, coefficients.values()))
    matrix = np.zeros((refusals.count, len(names), len(names)) if own else (len(names), len(names)))
    matrix += np.eye(len(names))
    for (i, j), r in coefficients.items():
        matrix[..., i, j] = matrix[..., j, i] = np.nan_to_num(r)
    if coefficients:
        bad = np.broadcast_to(np.linalg.eigvalsh(matrix)[..., 0] < -1e-9, (refusals.count,))
        _refuse_contradictions(bad, given, own, refusals)
    return coefficients, matrix


def _refuse_contradictions(bad, given: Mapping, own: bool, refusals: Refusals) -> None:
    words = "the correlations {found} contradict one another; a correlation matrix is needed"
    if bad.any() and not own:
        raise StatisticsError(words, found=dict(given))
    found = np.full(refusals.count, None)
    for i in np.flatnonzero(bad).tolist():
        found[i] = {pair: float(value[i] if np.ndim(value) else value) for pair, value in given.items()}
    refusals.refuse(bad, words, found=found)

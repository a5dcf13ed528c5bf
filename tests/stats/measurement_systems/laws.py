"""What every gauge study obeys: batch equals loop, and what shift and scale do to it."""

import dataclasses
import math

import numpy as np

from hoshin.stats.results import Result, encoded


def numbers(result: Result) -> list[np.ndarray]:
    """Every number of a result, nested ones too, in the order of the fields."""
    found = []
    for field in dataclasses.fields(result):
        found += _numbers_of(getattr(result, field.name))
    return found


def _numbers_of(value) -> list[np.ndarray]:
    if isinstance(value, Result):
        return numbers(value)
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers_of(item)]
    if isinstance(value, tuple):
        return [number for item in value for number in _numbers_of(item)]
    return [] if value is None or isinstance(value, str) else [np.asarray(value, dtype=float)]


def batch_equals_loop(function, batch: np.ndarray) -> bool:
    """Whether computing many at once gives what computing each gives."""
    together = numbers(function(batch))
    one_by_one = [numbers(function(item)) for item in batch]
    return all(
        np.allclose(
            np.broadcast_to(many, (len(batch), *np.shape(single))) if np.ndim(many) == np.ndim(single) else many,
            [row[i] for row in one_by_one],
            rtol=1e-9,
            atol=1e-12,
            equal_nan=True,
        )
        for i, (many, single) in enumerate(zip(together, one_by_one[0], strict=True))
    )


def alike(one, other) -> bool:
    """Whether two results are the same, types and words exactly, numbers but for the order of summation."""
    return _alike(encoded(one), encoded(other))


def _alike(a, b) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return type(a) is type(b) and a == b

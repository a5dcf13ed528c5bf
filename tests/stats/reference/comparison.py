"""How a computed answer is compared with a reference case's expected one."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np


def differences(expected, actual, relative: float, absolute: float, where: str = "") -> list[str]:
    """Each place where two answers differ by more than ``max(absolute, relative * max(|x|, |y|))``, in words."""
    if isinstance(expected, Mapping):
        return _of_mappings(expected, actual, relative, absolute, where)
    if isinstance(expected, list):
        return _of_lists(expected, actual, relative, absolute, where)
    if expected is None:
        return [] if _missing(_plain(actual)) else [f"{where}: expected no value, computed {actual!r}"]
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return [] if expected == _plain(actual) else [f"{where}: expected {expected!r}, computed {actual!r}"]
    number = _plain(actual)
    if isinstance(number, bool) or not isinstance(number, int | float) or math.isnan(number):
        return [f"{where}: expected {expected!r}, computed {actual!r}"]
    if expected == number or abs(expected - number) <= max(absolute, relative * max(abs(expected), abs(number))):
        return []
    return [f"{where}: expected {expected!r}, computed {number!r}"]


def _of_mappings(expected, actual, relative, absolute, where):
    if not isinstance(actual, Mapping):
        return [f"{where}: expected fields {sorted(expected)}, computed {actual!r}"]
    found = [f"{where}.{name}: not computed" for name in expected if name not in actual]
    for name in expected:
        if name in actual:
            found += differences(expected[name], actual[name], relative, absolute, f"{where}.{name}")
    return found


def _of_lists(expected, actual, relative, absolute, where):
    actual = actual.tolist() if isinstance(actual, np.ndarray) else actual
    if not isinstance(actual, list | tuple):
        return [f"{where}: expected a list of {len(expected)}, computed {actual!r}"]
    if len(expected) != len(actual):
        return [f"{where}: expected {len(expected)} entries {expected!r}, computed {len(actual)} {actual!r}"]
    found = []
    for i, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
        found += differences(wanted, got, relative, absolute, f"{where}[{i}]")
    return found


def _missing(value) -> bool:
    """A number that does not exist is null in JSON."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _plain(value):
    return value.item() if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0 else value

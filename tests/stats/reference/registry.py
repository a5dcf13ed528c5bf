"""Adapters from the reference cases' fields to the public functions, each kind registered once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np

ADAPTERS: dict[str, Callable[[dict], dict[str, Any]]] = {}


def adapter(*kinds: str):
    """Register a function that computes the expected fields of a case: ``case -> {field: value}``.

    The function gets the whole case (``input``, ``parameters``, ``expected``) and may look into ``expected`` only for
    the names of the fields. Indices are made 1-based here and nowhere else.
    """

    def register(function):
        for kind in kinds:
            if kind in ADAPTERS:
                raise ValueError(f"two adapters for {kind}: {ADAPTERS[kind].__module__} and {function.__module__}")
            ADAPTERS[kind] = function
        return function

    return register


def one_based(indices) -> list[int]:
    """0-based indices as the cases count them."""
    return [int(index) + 1 for index in indices]


def given(parameters) -> dict[str, Any]:
    """The parameters without those that are null."""
    return {name: value for name, value in parameters.items() if value is not None}


def with_baseline(function, case, *columns, **options):
    """The chart of a case's columns, with limits from its first points where the case has a baseline."""
    data, first = [case["input"][column] for column in columns], case["parameters"].get("baseline")
    if first is None:
        return function(*data, **options)
    return function(*data, baseline=function(*(column[:first] for column in data), **options).baseline)


def line(values):
    """A line of a chart as the cases write it: one number where it is the same at every point."""
    return float(values[0]) if np.ndim(values) and (values == values[0]).all() else values


def load_adapters() -> dict[str, Callable[[dict], dict[str, Any]]]:
    """Every adapter of the folder ``adapters``."""
    from tests.stats.reference import adapters

    for module in pkgutil.iter_modules(adapters.__path__):
        importlib.import_module(f"{adapters.__name__}.{module.name}")
    return ADAPTERS

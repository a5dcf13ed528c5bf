"""Whether the results of many characteristics are those of each asked for alone."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from hoshin.stats.results import Result


def alike(one, two, rel=1e-12, place="result"):
    """Compare field by field; sums may be taken in another order, so the last digits may differ."""
    assert type(one) is type(two), place
    if isinstance(one, Result):
        for field in dataclasses.fields(one):
            alike(getattr(one, field.name), getattr(two, field.name), rel, f"{place}.{field.name}")
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (two.dtype, two.shape), place
        assert one == pytest.approx(two, rel=rel, abs=rel, nan_ok=True), place
    elif isinstance(one, float):
        assert one == pytest.approx(two, rel=rel, abs=rel, nan_ok=True), place
    elif isinstance(one, Mapping):
        assert one.keys() == two.keys(), place
        for key in one:
            alike(one[key], two[key], rel, f"{place}[{key!r}]")
    elif isinstance(one, tuple):
        assert len(one) == len(two), place
        for i, pair in enumerate(zip(one, two, strict=True)):
            alike(*pair, rel, f"{place}[{i}]")
    else:
        assert one == two, place


def ragged(*columns):
    """Columns end to end, and where each begins."""
    return np.concatenate(columns), np.concatenate([[0], np.cumsum([len(column) for column in columns])])

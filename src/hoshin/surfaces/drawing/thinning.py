"""Which points of a long series to draw: each column's smallest and largest, and every point that must be seen."""

from collections.abc import Iterable

import numpy as np

MANY = 5_000


def thinned(series: Iterable[np.ndarray], columns: int, keep: Iterable[int] = ()) -> np.ndarray:
    """Ascending indices: of each of `columns` slices the extremes of each series, the ends, and `keep`."""
    series = [np.asarray(values, dtype=float) for values in series]
    size = len(series[0])
    kept = [np.fromiter((k for k in keep if 0 <= k < size), dtype=np.int64), np.array([0, size - 1], dtype=np.int64)]
    kept += [index for values in series for index in _extremes(values, columns)]
    return np.unique(np.concatenate(kept))


def _extremes(values: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    size = len(values)
    width = -(-size // columns)
    padded = np.full(width * columns, np.nan)
    padded[:size] = values
    table = padded.reshape(columns, width)
    missing = ~np.isfinite(table)
    some = ~missing.all(axis=1)
    base = np.arange(columns)[some] * width
    lowest = np.where(missing, np.inf, table)[some].argmin(axis=1)
    highest = np.where(missing, -np.inf, table)[some].argmax(axis=1)
    return base + lowest, base + highest

"""Sums of squares of a crossed layout with equal numbers in every cell."""

from __future__ import annotations

import numpy as np


def sums_of_squares(array: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Mean and sums of squares of part, operator, interaction and repeatability, each over the leading axis.

    Everything is taken from the first trial and the first cell, so that a large common value costs no digits; slices
    over the short axes are added one by one, which is several times faster than a reduction over them.
    """
    *_, parts, operators, trials = array.shape
    first = array[..., 0]
    moved = [array[..., k] - first for k in range(1, trials)]
    shift = sum(moved[1:], moved[0].copy()) / trials
    within = sum((_squares(m) for m in moved[1:]), _squares(moved[0])) - trials * _squares(shift)
    origin = first[..., :1, :1]
    cell = first - origin + shift
    part = sum((cell[..., k] for k in range(1, operators)), cell[..., 0]) / operators
    operator = cell.sum(axis=-2) / parts
    grand = part.sum(axis=-1, keepdims=True) / parts
    d_part, d_operator = part - grand, operator - grand
    d_cell = cell - part[..., None]
    d_cell -= d_operator[..., None, :]
    sums = (
        operators * trials * np.einsum("...i,...i->...", d_part, d_part),
        parts * trials * np.einsum("...i,...i->...", d_operator, d_operator),
        trials * _squares(d_cell),
        np.maximum(within, 0.0),
    )
    return (grand + origin[..., 0])[..., 0], sums


def _squares(cells: np.ndarray) -> np.ndarray:
    flat = cells.reshape(*cells.shape[:-2], -1)
    return np.einsum("...i,...i->...", flat, flat)

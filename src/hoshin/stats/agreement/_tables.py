"""Ratings as codes, contingency tables and ranks, for one set of ratings or many at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hoshin.stats.errors import StatisticsError, check_finite


def as_ratings(values, name: str, ndim: tuple[int, ...]) -> np.ndarray:
    """Ratings as an array of numbers or strings; nothing may be missing."""
    array = np.asarray(values)
    if array.ndim not in ndim:
        raise StatisticsError(
            "{name} has {found} dimension(s); {needed} needed",
            name=name,
            found=array.ndim,
            needed=" or ".join(map(str, ndim)),
        )
    if array.size == 0:
        raise StatisticsError("{name} holds no ratings; at least one is needed", name=name)
    if array.dtype.kind in "fc":
        return check_finite(array, name)
    if array.dtype.kind == "O":
        missing = [item for item in array.ravel() if item is None or item != item]
        if missing:
            raise StatisticsError(
                "{name} has {found} missing rating(s); every one is needed", name=name, found=len(missing)
            )
        return np.asarray(array.tolist())
    return array


def known_categories(arrays: Iterable[np.ndarray], categories=None) -> tuple:
    """The categories in their order: those given, or those found, sorted."""
    found = np.unique(np.concatenate([array.ravel() for array in arrays])).tolist()
    if categories is None:
        return tuple(found)
    given = tuple(np.asarray(categories).tolist())
    if len(set(given)) != len(given):
        raise StatisticsError("categories {found} repeat; each is needed once", found=given)
    strange = [category for category in found if category not in given]
    if strange:
        raise StatisticsError("ratings {found} are none of the categories {given}", found=strange, given=given)
    return given


def as_codes(array: np.ndarray, categories: tuple) -> np.ndarray:
    """Each rating's place among the categories."""
    names = np.asarray(categories)
    order = np.argsort(names, kind="stable")
    return order[np.searchsorted(names, array, sorter=order)]


def cross_table(first: np.ndarray, second: np.ndarray, k: int) -> np.ndarray:
    """Counts of pairs of codes along the last axis: (..., k, k)."""
    batch = first.shape[:-1]
    size = int(np.prod(batch, dtype=int))
    flat = (first * k + second).reshape(size, -1) + (np.arange(size) * k * k)[:, None]
    return np.bincount(flat.ravel(), minlength=size * k * k).reshape(*batch, k, k)


def category_counts(codes: np.ndarray, k: int) -> np.ndarray:
    """How often each category occurs along the last axis: (..., k)."""
    return (codes[..., None] == np.arange(k)).sum(axis=-2)


def average_ranks(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranks along the last axis, ties averaged, and the tie term sum(t^3 - t)."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    n = values.shape[-1]
    place = np.broadcast_to(np.arange(n), values.shape)
    changes = ordered[..., 1:] != ordered[..., :-1]
    edge = np.ones((*values.shape[:-1], 1), bool)
    start = np.maximum.accumulate(np.where(np.concatenate([edge, changes], axis=-1), place, 0), axis=-1)
    last = np.where(np.concatenate([changes, edge], axis=-1), place, n)
    end = np.minimum.accumulate(last[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (start + end) / 2 + 1, axis=-1)
    tied = end - start + 1.0
    return ranks, (tied * tied - 1).sum(axis=-1)

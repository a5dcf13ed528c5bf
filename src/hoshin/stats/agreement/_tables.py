"""Ratings as codes, contingency tables and ranks, for one set of ratings or many at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hoshin.stats._layout import Layout
from hoshin.stats.errors import StatisticsError, check_finite, check_no_infinity
from hoshin.stats.segments import Segments


def as_ratings(values, name: str, ndim: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Ratings as an array of numbers or strings, and where one is missing (any rating stands in for it there)."""
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
    if array.dtype.kind in "cmM":
        check_finite(array, name)
    if array.dtype.kind == "f":
        check_no_infinity(array, name)
        missing = np.isnan(array)
        return np.where(missing, np.nan_to_num(np.nanmin(array) if not missing.all() else 0.0), array), missing
    if array.dtype.kind != "O":
        return array, np.zeros(array.shape, bool)
    missing = np.equal(array, None) | np.not_equal(array, array)
    filled = array.copy()
    filled[missing] = 0 if missing.all() else array[~missing][0]
    return np.asarray(filled.tolist()), missing


def refuse_missing(layout: Layout, missing: np.ndarray, name: str) -> None:
    """Refuse or note the characteristics of which a rating is missing; missing has one row per item."""
    if not missing.any():
        return
    lost = layout.segments.sums(missing.reshape(layout.segments.total, -1).sum(axis=1))
    layout.refuse(lost > 0, "{name} has {found} missing rating(s); every one is needed", name=name, found=lost)


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


def cross_table(first: np.ndarray, second: np.ndarray, k: int, segments: Segments) -> np.ndarray:
    """Counts of pairs of codes in each segment: (segments, k, k)."""
    flat = first * k + second + segments.owner * (k * k)
    return np.bincount(flat, minlength=segments.count * k * k).reshape(segments.count, k, k)


def category_counts(codes: np.ndarray, k: int) -> np.ndarray:
    """How often each category occurs along the last axis: (..., k)."""
    return (codes[..., None] == np.arange(k)).sum(axis=-2)


def read_numbers(values, name: str, ndim: tuple[int, ...]) -> np.ndarray:
    """Ratings on an ordered scale, as numbers; NaN is not refused yet."""
    array, missing = as_ratings(values, name, ndim)
    return np.where(missing, np.nan, check_finite(array, name))


def inversions(ranks: np.ndarray, segments: Segments) -> np.ndarray:
    """How many pairs of each segment stand in the wrong order, by sorting neighbouring runs of doubling length."""
    count = np.zeros(segments.count)
    total = segments.total
    size = 1 << max(total - 1, 1).bit_length()
    # Ranks of later segments are larger, so that no pair of two segments is in the wrong order.
    keys = np.full(size, np.inf)
    keys[:total] = ranks + segments.per_point(segments.offsets[:-1])
    owner = np.full(size, -1)
    owner[:total] = segments.owner
    half = 1
    while half < size:
        order = np.argsort(keys.reshape(-1, 2 * half), axis=1, kind="stable")
        keys = np.take_along_axis(keys.reshape(-1, 2 * half), order, axis=1)
        owner = np.take_along_axis(owner.reshape(-1, 2 * half), order, axis=1)
        # Points of the left run that are larger come after the point of the right run.
        wrong = np.cumsum((order < half)[:, ::-1], axis=1)[:, ::-1]
        right = (order >= half) & (owner >= 0)
        count += np.bincount(owner[right], weights=wrong[right], minlength=segments.count)
        half *= 2
    return count

"""Preparation of process data: what was learned about the columns from training rows, and done to later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError, check_enough, check_fraction, check_number, check_numbers
from hoshin.stats.results import FrozenDict, Result, Step

NORMAL_IQR = 1.3489795003921634
"""Interquartile range of the standard normal distribution."""


@dataclass(frozen=True, eq=False)
class Preparation(Result):
    """How columns are prepared, from the rows it was learned on; ``apply`` does it to any others.

    A kept column becomes ``(x - center) / scale``, cut at -+ ``clip``, 0 where missing. ``indicators`` are the columns
    whose being missing is a feature of its own. ``left_out`` gives the reason for each column that is not used.
    """

    names: tuple[str, ...]
    kept: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    indicators: np.ndarray
    shares: np.ndarray
    clip: float
    rows: int
    left_out: FrozenDict

    title = "Preparation of process data"
    assumptions = ("later rows are prepared with what the training rows told, and with nothing else",)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the prepared columns."""
        return (*(self.names[i] for i in self.kept), *(f"{self.names[i]} is missing" for i in self.indicators))

    def apply(self, values) -> np.ndarray:
        """Rows prepared: (rows, features), without missing values."""
        table = check_numbers(values, "values", ndim=2)
        if table.shape[1] != len(self.names):
            raise StatisticsError(
                "values have {found} columns; the {needed} of the training rows are needed",
                found=table.shape[1],
                needed=len(self.names),
            )
        scaled = np.clip((table[:, self.kept] - self.center) / self.scale, -self.clip, self.clip)
        missing = np.isnan(table[:, self.indicators]) - self.shares
        return np.hstack([np.nan_to_num(scaled), missing])

    def steps(self):
        """What is kept and what is not."""
        yield Step("rows learned on", value=self.rows)
        yield Step("columns given", value=len(self.names))
        yield Step("columns kept", "(x - median) / (IQR / 1.349), cut at -+ {c}", {"c": self.clip}, self.kept.size)
        yield Step("columns whose being missing is a feature", value=self.indicators.size)
        for name, why in self.left_out.items():
            yield Step(f"left out {name}", why)


def prepare(
    values,
    names: Sequence[str] | None = None,
    *,
    most_missing: float = 0.5,
    indicator_from: float = 0.05,
    clip: float = 5.0,
) -> Preparation:
    """Learn from training rows how to prepare columns of process data.

    Estimand: center (the median) and scale (interquartile range / 1.349, the standard deviation where that is 0) of each
    column; a feature is ``(x - center) / scale``, cut at -+ clip, 0 where missing. Columns that do not vary are left out.

    Parameters
    ----------
    values : (rows, columns), NaN where missing, at least 3 rows.
    names : one for each column; x0, x1, ... where not given.
    most_missing : columns with a larger share of missing values are left out.
    indicator_from : a column missing in at least this share of the rows (and not in nearly all) also gives a feature that
        says so; of several columns always missing together, the first.
    clip : features are cut at -+ this.

    Units: each column in its own; features have none.

    Assumes: later rows are prepared with what these rows tell, and with nothing else.

    Errors: fewer than 3 rows, no column that varies, names that are not one for each column.

    Source: P. J. Huber, E. M. Ronchetti, Robust Statistics, 2nd edition (2009): location and scale by quantiles.

    >>> prepared = prepare([[1.0, 5.0, 2.0], [2.0, 5.0, np.nan], [3.0, 5.0, 4.0], [9.0, 5.0, 5.0]], ["a", "b", "c"])
    >>> prepared.features, prepared.left_out["b"]
    (('a', 'c', 'c is missing'), 'does not vary')
    >>> prepared.apply([[2.5, 0.0, np.nan]]).tolist()
    [[0.0, 0.0, 0.75]]
    """
    table = check_numbers(values, "values", ndim=2)
    check_enough(len(table), 3, "rows")
    clip = check_number(clip, "clip", above=0)
    names = names_of(names, table.shape[1])
    missing = np.isnan(table).mean(axis=0)
    center, scale = _location_and_scale(table)
    too_empty, constant = missing > check_fraction(most_missing, "most_missing"), ~(scale > 0)
    left_out = {
        names[i]: f"missing in {missing[i]:.0%} of the rows" if too_empty[i] else "does not vary"
        for i in np.flatnonzero(too_empty | constant)
    }
    kept = np.flatnonzero(~(too_empty | constant))
    share = check_fraction(indicator_from, "indicator_from")
    indicators = _distinct(np.isnan(table), np.flatnonzero((missing >= share) & (missing <= 1 - share)))
    check_enough(kept.size + indicators.size, 1, "columns that vary")
    return Preparation(
        names, kept, center[kept], scale[kept], indicators, missing[indicators], clip, len(table), left_out
    )


def names_of(names, count: int) -> tuple[str, ...]:
    """A name for each column, those given or x0, x1, ...

    >>> names_of(None, 2)
    ('x0', 'x1')
    """
    if names is None:
        return tuple(f"x{i}" for i in range(count))
    names = tuple(str(name) for name in names)
    if len(names) != count or len(set(names)) < count:
        raise StatisticsError(
            "{found} names for {needed} columns; a name for each is needed", found=len(set(names)), needed=count
        )
    return names


def _location_and_scale(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    center, scale = np.full(table.shape[1], np.nan), np.zeros(table.shape[1])
    some = np.flatnonzero((~np.isnan(table)).sum(axis=0) > 1)
    if some.size:
        low, center[some], high = np.nanquantile(table[:, some], (0.25, 0.5, 0.75), axis=0)
        varies = np.nanmax(table[:, some], axis=0) > np.nanmin(table[:, some], axis=0)
        spread = np.where(high > low, (high - low) / NORMAL_IQR, np.nanstd(table[:, some], axis=0, ddof=1))
        scale[some] = np.where(varies, spread, 0.0)
    return center, scale


def _distinct(missing: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The columns whose pattern of missing values is not that of one before."""
    seen: dict[bytes, int] = {}
    for i in columns:
        seen.setdefault(np.packbits(missing[:, i]).tobytes(), int(i))
    return np.array(sorted(seen.values()), np.int64)
